"""Controls of the aspect health: the PC records, has room, and was last made right not long ago."""

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
from inventory.words import _, mark

# Below these, updates fail and LibreOffice loses work: bytes, and a share of the whole.
LEAST_FREE = 1 << 30
LEAST_SHARE = 0.05
# Open days without a report after which nobody knows how a PC is.
REPORT_DAYS = 3
BASELINE = mark("Run: pyinfra inventory deploys/baseline.py --limit {host}")
DIRTY = "-dirty"


def disks_watched(look: Look) -> Verdict:
    """Smartd runs; it cannot in a virtual machine or where no disk answers."""
    started = enabled("smartmontools.service")(look)
    unit = look.unit("smartmontools.service")
    if started != OK or (unit and unit.ActiveState == "active"):
        return started
    if here(look.report.system).virtual != "none":
        raise Untold(_("smartd does not run in a virtual machine."))
    return fail(_("{unit} does not run ({state}).").format(unit="smartd", state="inactive"))


def line_declared(look: Look) -> Verdict:
    """The line is measured to the declared host."""
    return as_declared(here(look.report.line).line_target, look.value("health_line_target"))


def room(look: Look) -> Verdict:
    """Each file system has room."""
    short = []
    for place, facts in here(look.report.system).file_systems.items():
        # The smaller of the two: a small boot partition is full at another level.
        if facts.size and facts.free < min(LEAST_FREE, facts.size * LEAST_SHARE):
            short.append(f"{place}: {facts.free >> 20} MB")
    return so(not short, _("Nearly full: {places}.").format(places=shown(short)))


def files_left(look: Look) -> Verdict:
    """Each file system takes further files."""
    short = []
    for place, facts in here(look.report.system).file_systems.items():
        if facts.files and facts.files_free < facts.files * LEAST_SHARE:
            short.append(f"{place}: {facts.files_free}")
    return so(not short, _("Hardly any file can be made: {places}.").format(places=shown(short)))


def writable(look: Look) -> Verdict:
    """No file system has become read-only."""
    systems = here(look.report.system).file_systems
    only = [place for place, facts in systems.items() if facts.read_only]
    return so(not only, _("Read-only: {places}.").format(places=shown(only)))


def no_failed_unit(look: Look) -> Verdict:
    """No unit of systemd has failed."""
    failed = here(look.report.services).failed
    return so(not failed, _("Failed: {names}.").format(names=shown(failed)))


def applied(look: Look) -> Verdict:
    """A whole run of the baseline has reached this PC."""
    stamp = here(look.report.applied)
    if not known(stamp.stamped):
        return fail(_("No run of the whole baseline has reached its end on this PC."))
    return so(known(stamp.commit) != "unknown", _("The desk that applied it had no git."))


def current(look: Look) -> Verdict:
    """The commit last applied is the desk's."""
    stamp = here(look.report.applied)
    found, desk = known(stamp.commit), look.commit
    if desk in ("", "unknown") or found == "unknown":
        raise Untold(_("The desk has no git to compare with."))
    when = shown_day(stamp.when) if stamp.when else _("unknown")
    sentence = _("Applied is {found} ({day}); the desk has {desk}.")
    same = found.removesuffix(DIRTY) == desk.removesuffix(DIRTY)
    return so(same, sentence.format(found=found, day=when, desk=desk))


def reported(look: Look) -> Verdict:
    """The report is a fresh one."""
    days = open_days_since(look, look.report.at)
    sentence = _("The last report is of {day}, {days} open days ago.")
    fresh = days <= REPORT_DAYS
    return so(fresh, sentence.format(day=shown_day(look.report.at), days=days))


CONTROLS = (
    Control(
        "health.sessions-counted",
        Severity.NORMAL,
        mark("Sessions and hours of use are counted."),
        mark("The yearly report needs every day, and no day comes back."),
        DEPLOY,
        active("benvung-sessions.timer"),
    ),
    Control(
        "health.line-measured",
        Severity.NORMAL,
        mark("The line is measured while the room is open."),
        mark("Only records show the provider what the line is like."),
        DEPLOY,
        active("benvung-line.timer"),
    ),
    Control(
        "health.reports-made",
        Severity.NORMAL,
        mark("The PC makes a report of itself after each start."),
        mark("A PC that nobody can reach is known only by the reports it keeps."),
        DEPLOY,
        active("benvung-probe.timer"),
    ),
    Control(
        "health.reports-at-closing",
        Severity.NORMAL,
        mark("The PC makes a report of itself at each closing."),
        mark("A PC that nobody can reach is known only by the reports it keeps."),
        DEPLOY,
        enabled("benvung-probe.service"),
    ),
    Control(
        "health.line-declared",
        Severity.MINOR,
        mark("The line is measured to the declared host."),
        mark("Records to different hosts cannot be compared."),
        DEPLOY,
        line_declared,
    ),
    Control(
        "health.disks-watched",
        Severity.NORMAL,
        mark("The disks are watched."),
        mark("Spinning disks of 2013 announce their end a few weeks before."),
        DEPLOY,
        disks_watched,
    ),
    Control(
        "health.room",
        Severity.GRAVE,
        mark("There is room on the disk."),
        mark("On a full disk updates fail and readers lose their work."),
        mark("Run on the PC: apt-get clean; journalctl --vacuum-size=200M; then see du -x /var"),
        room,
    ),
    Control(
        "health.files-left",
        Severity.NORMAL,
        mark("The disk takes further files."),
        mark("Millions of small files fill a disk that looks half empty."),
        mark("Find the directory on the PC: du --inodes -x / | sort -n | tail"),
        files_left,
    ),
    Control(
        "health.writable",
        Severity.GRAVE,
        mark("No file system has become read-only."),
        mark("The kernel stops writing when a disk makes errors: a copy now, then a new disk."),
        mark("Run on the PC: journalctl -k -p err; restart it, and look at the disk's health."),
        writable,
    ),
    Control(
        "health.no-failed-unit",
        Severity.NORMAL,
        mark("No service has failed."),
        mark("What failed silently is missing when it is needed."),
        mark("Run on the PC: systemctl status NAME; mend it; systemctl reset-failed"),
        no_failed_unit,
    ),
    Control(
        "health.applied",
        Severity.NORMAL,
        mark("A whole run of the baseline has reached this PC."),
        mark("A PC that stopped half way is half protected."),
        BASELINE,
        applied,
    ),
    Control(
        "health.current",
        Severity.MINOR,
        mark("The PC has what the desk last committed."),
        mark("What was decided since has not arrived."),
        BASELINE,
        current,
    ),
    Control(
        "health.reported",
        Severity.NORMAL,
        mark("The PC's report is a fresh one."),
        mark("An old report says nothing about today."),
        mark("See whether the PC is on and reaches the network; then check it again."),
        reported,
    ),
)
