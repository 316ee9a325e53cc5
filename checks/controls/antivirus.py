"""Controls of the aspect antivirus: what comes in is scanned, by fresh signatures."""

from datetime import timedelta

from checks.controls.control import (
    DEPLOY,
    OK,
    Control,
    Look,
    Untold,
    Verdict,
    active,
    as_declared,
    enabled,
    fail,
    here,
    known,
    shown,
    so,
)
from checks.controls.open_days import open_days_since
from checks.days import shown_day
from checks.findings import Severity
from checks.report import LastScan
from inventory.words import _, mark

# ClamAV itself warns from here on: "The virus database is older than 7 days!"
SIGNATURES_DAYS = 7
# ClamAV's own databases (freshclam.conf(5)).
OFFICIAL = ("main", "daily", "bytecode")
# Open days after which a closing should have scanned the PC.
SCAN_DAYS = 5
# What was found is told so long, whatever is scanned after it: readers must be warned.
NEWS = timedelta(days=7)
DAEMON = "clamav-daemon.service"
FETCH = mark("When the room is closed, run on the PC: systemctl start benvung-signatures")
SCAN = mark("Look at /var/lib/benvung/quarantine on the PC; tell the librarian to warn readers.")


def installed(look: Look) -> Verdict:
    """The scanner starts."""
    there = known(here(look.report.antivirus).installed)
    return so(there, _("clamscan does not start, or is not installed."))


def signatures(look: Look) -> Verdict:
    """The newest signatures are as fresh as ClamAV wants them."""
    built = here(look.report.antivirus).signatures
    if not built:
        return fail(_("There are no signatures."))
    # The library's own small database says nothing of ClamAV's.
    official = [made for name, made in built.items() if name.split(".")[0] in OFFICIAL]
    newest = max(official or built.values())
    days = (look.now - newest).days
    sentence = _("The newest signatures are {days} days old ({day}).")
    return so(days <= SIGNATURES_DAYS, sentence.format(days=days, day=shown_day(newest)))


def fetched(look: Look) -> Verdict:
    """The last fetching went well."""
    fetch = here(look.report.antivirus).fetched
    if fetch is None:
        raise Untold(_("No signatures have been fetched on this PC yet."))
    sentence = _("The fetching of {day} failed.")
    return so(fetch.outcome == "ok", sentence.format(day=shown_day(fetch.when)))


def last(look: Look) -> LastScan:
    """The last scan.

    Raises:
        Untold: there was none yet.
    """
    scan = here(look.report.antivirus).last_scan
    if scan is None:
        raise Untold(_("Nothing has been scanned on this PC yet."))
    return scan


def scan_finished(look: Look) -> Verdict:
    """The last scan of a closing has seen everything, not long ago; where none is due, any scan."""
    due = look.value("antivirus_closing_scan")
    scan = (due and here(look.report.antivirus).last_closing_scan) or last(look)
    if scan.outcome == "unknown" or scan.reason:
        sentence = _("The last scan ({what}) has not seen everything: {why}.")
        return fail(sentence.format(what=scan.what, why=scan.reason or _("unknown")))
    if not due:
        return OK
    days = open_days_since(look, scan.when)
    return so(days <= SCAN_DAYS, _("The last scan is {days} open days ago.").format(days=days))


def news(look: Look) -> LastScan | None:
    """The last scan that found something, for as long as it is news.

    Raises:
        Untold: nothing has been scanned yet.
    """
    scan = here(look.report.antivirus).last_found or last(look)
    return scan if scan.found and look.now - scan.when < NEWS else None


def nothing_found(look: Look) -> Verdict:
    """No scan of late found anything."""
    scan = news(look)
    if scan is None:
        return OK
    sentence = _("{count} infected files found on {day} ({what}).")
    return fail(sentence.format(count=scan.found, day=shown_day(scan.when), what=scan.what))


def taken_away(look: Look) -> Verdict:
    """What was found of late is in quarantine."""
    scan = news(look)
    left = scan.found - scan.quarantined if scan else 0
    sentence = _("{count} infected files could not be taken away ({what}).")
    return so(left <= 0, sentence.format(count=left, what=scan.what if scan else ""))


def quarantine_empty(look: Look) -> Verdict:
    """Nothing waits in quarantine."""
    count = here(look.report.antivirus).quarantined
    days = look.value("antivirus_quarantine_days")
    sentence = _("{count} findings are in quarantine; each is deleted after {days} days.")
    return so(not count, sentence.format(count=count, days=days))


def quarantine_shut(look: Look) -> Verdict:
    """Nobody but root looks into the quarantine."""
    mode = known(here(look.report.antivirus).quarantine_mode)
    sentence = _("The permissions are {found} instead of {wanted}.")
    return so(mode == "700 0", sentence.format(found=mode, wanted="700 0"))


def sticks(look: Look) -> Verdict:
    """A stick is scanned where it appears."""
    found = known(here(look.report.antivirus).stick_places)
    return as_declared(found, [look.value("antivirus_media")])


def resident(look: Look) -> Verdict:
    """The scanner stays in memory only where there is enough of it."""
    megabytes = here(look.report.memory).total // 2**20
    unit = look.unit(DAEMON)
    if megabytes > look.value("antivirus_daemon_above_mb"):
        return enabled(DAEMON)(look)
    running = unit is not None and unit.ActiveState == "active"
    sentence = _("It runs, and this PC has {count} MB of memory.")
    return so(not running, sentence.format(count=shown(megabytes)))


def fetching(look: Look) -> Verdict:
    """Signatures are fetched at closing and while the room is closed."""
    timer = active("benvung-signatures.timer")(look)
    return timer if timer != OK else enabled("benvung-signatures.service")(look)


CONTROLS = (
    Control(
        "antivirus.installed",
        Severity.GRAVE,
        mark("The scanner is installed and starts."),
        mark("Every stick that comes in would go unseen."),
        DEPLOY,
        installed,
    ),
    Control(
        "antivirus.signatures",
        Severity.NORMAL,
        mark("The signatures are at most seven days old."),
        mark("Viruses on sticks change every week."),
        FETCH,
        signatures,
    ),
    Control(
        "antivirus.fetched",
        Severity.MINOR,
        mark("The last fetching of signatures went well."),
        mark("More than ten PCs behind one address are turned away: a mirror helps."),
        FETCH,
        fetched,
    ),
    Control(
        "antivirus.fetching",
        Severity.NORMAL,
        mark("Signatures are fetched when the room is closed."),
        mark("Nothing else brings new ones."),
        DEPLOY,
        fetching,
    ),
    Control(
        "antivirus.scan-finished",
        Severity.NORMAL,
        mark("The last scan has seen everything, and lately."),
        mark("A scan killed for memory has found nothing because it looked at nothing."),
        mark("See journalctl -u 'benvung-scan-*' on the PC; on 2 GB it may need more time."),
        scan_finished,
    ),
    Control(
        "antivirus.nothing-found",
        Severity.NORMAL,
        mark("No scan of the last seven days found a virus."),
        mark("Who brought it has it at home, and brings it again."),
        SCAN,
        nothing_found,
    ),
    Control(
        "antivirus.taken-away",
        Severity.GRAVE,
        mark("Whatever was found has been taken away."),
        mark("The next reader may open it."),
        mark("Ask for the stick, or delete the file named in journalctl -u 'benvung-scan-*'."),
        taken_away,
    ),
    Control(
        "antivirus.quarantine-empty",
        Severity.MINOR,
        mark("Nothing waits in quarantine."),
        mark("A technician should look at each finding before it is forgotten."),
        mark("Look at /var/lib/benvung/quarantine/*.json on the PC, then delete them."),
        quarantine_empty,
    ),
    Control(
        "antivirus.quarantine-shut",
        Severity.GRAVE,
        mark("Nobody but root opens the quarantine."),
        mark("It holds live viruses."),
        DEPLOY,
        quarantine_shut,
    ),
    Control(
        "antivirus.downloads-watched",
        Severity.NORMAL,
        mark("Downloads are scanned as they arrive."),
        mark("What is saved from a page is opened the next moment."),
        DEPLOY,
        active("benvung-scan-downloads.path"),
    ),
    Control(
        "antivirus.downloads-caught-up",
        Severity.NORMAL,
        mark("What was saved during a scan is scanned a minute later."),
        mark("While a scan is at work nobody sees what else arrives."),
        DEPLOY,
        active("benvung-scan-downloads.timer"),
    ),
    Control(
        "antivirus.sticks-scanned",
        Severity.NORMAL,
        mark("USB sticks are scanned when they appear."),
        mark("Sticks carry viruses from one PC of the commune to the next."),
        DEPLOY,
        sticks,
    ),
    Control(
        "antivirus.scan-at-closing",
        Severity.NORMAL,
        mark("The PC is scanned at closing."),
        mark("What passed during the day is found in the evening."),
        DEPLOY,
        enabled("benvung-scan-closing.service"),
    ),
    Control(
        "antivirus.resident",
        Severity.NORMAL,
        mark("The scanner stays in memory only where there is enough."),
        mark("It takes 1.3 GB: on 2 GB nothing is left for the reader."),
        DEPLOY,
        resident,
    ),
)
