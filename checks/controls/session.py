"""Controls of the aspect session: no name, a fresh home, nobody's traces."""

from checks.controls.control import (
    DEPLOY,
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
    not_while_closing,
    shown,
    so,
)
from checks.findings import Severity
from checks.report import Account, Reset
from inventory.words import _, mark

READER = "bandoc"
LOOK = mark("Run on the PC: journalctl -t benvung-session; then run the aspect session.")
END = mark("End the session at the PC (or: systemctl restart lightdm); see journalctl if it stays.")


def account(look: Look) -> Account:
    """The reader's account.

    Raises:
        Untold: there is none, which the control of the account says.
    """
    return known(here(look.report.session).account)


def exists(look: Look) -> Verdict:
    """The account is there, with the declared number."""
    if not known(here(look.report.session).account_exists):
        return fail(_("There is no account {name}.").format(name=READER))
    return as_declared(account(look).uid, look.value("session_reader_uid"))


def no_groups(look: Look) -> Verdict:
    """The reader is in no group but its own."""
    others = [one for one in account(look).groups if one != READER]
    return so(not others, _("The reader is also in: {names}.").format(names=shown(others)))


def no_password(look: Look) -> Verdict:
    """No password opens the account."""
    return so(not account(look).password_opens, _("The reader's account has a password."))


def reset(look: Look) -> Reset:
    """The last reset.

    Raises:
        Untold: there was none yet.
    """
    found = here(look.report.session).reset
    if found is None:
        raise Untold(_("No reset is recorded on this PC yet."))
    return found


def reset_whole(look: Look) -> Verdict:
    """The last reset did all its parts."""
    parts = reset(look).failed
    return so(
        not parts, _("These parts of the last reset failed: {names}.").format(names=shown(parts))
    )


def home_on_disk(look: Look) -> Verdict:
    """The home is on the disk, not an emergency one in memory."""
    emergency = reset(look).emergency_home
    return so(not emergency, _("The disk refused, and the reader's home is in memory."))


def reset_today(look: Look) -> Verdict:
    """The home was made anew since the PC started."""
    done = known(here(look.report.session).reset_since_start)
    return so(done, _("No reset has run since the PC started."))


def resets_work(look: Look) -> Verdict:
    """No reset complained this week."""
    count = known(here(look.report.session).failed_resets)
    return so(not count, _("{count} complaints of resets within seven days.").format(count=count))


def nothing_left(look: Look) -> Verdict:
    """No file of an earlier reader is left."""
    count = known(here(look.report.session).left_behind)
    return so(not count, _("{count} files of earlier readers are left.").format(count=count))


def swept(look: Look) -> Verdict:
    """The declared places are emptied."""
    found = known(here(look.report.session).swept)
    return as_declared(found, look.value("session_swept_directories"))


def autologin(look: Look) -> Verdict:
    """LightDM lets the reader in by itself."""
    on = known(here(look.report.session).autologin)
    return so(on, _("LightDM would ask for a name."))


def idle_limit(look: Look) -> Verdict:
    """An unused session ends after the declared time."""
    idle = known(here(look.report.session).idle)
    found = [known(idle.seconds), known(idle.warning_seconds)]
    declared = [look.value("session_idle_minutes") * 60, look.value("session_idle_warning_seconds")]
    return as_declared(found, declared)


def idle_watch(look: Look) -> Verdict:
    """While a session is open, somebody watches whether it is used."""
    if not known(here(look.report.session).open):
        raise Untold(_("No session is open."))
    unit = look.unit("benvung-session-idle.service")
    running = unit is not None and unit.ActiveState in ("active", "activating")
    return so(running, _("A session is open and nothing watches it."))


def idle_measured(look: Look) -> Verdict:
    """The idle time grows when nobody is there."""
    suspect = known(known(here(look.report.session).idle).suspect)
    return so(not suspect, _("The idle time reads 0 all the time: a mouse that jitters?"))


def login_screen(look: Look) -> Verdict:
    """LightDM runs and starts with the PC."""
    not_while_closing(look)
    return active("lightdm.service")(look)


CONTROLS = (
    Control(
        "session.account",
        Severity.GRAVE,
        mark("The reader's account is the declared one."),
        mark("Everything a reader does stands on it."),
        DEPLOY,
        exists,
    ),
    Control(
        "session.no-groups",
        Severity.GRAVE,
        mark("The reader is in no group of the PC."),
        mark("One group more may mean disks, printers' settings, or root."),
        DEPLOY,
        no_groups,
    ),
    Control(
        "session.no-password",
        Severity.NORMAL,
        mark("The reader's account has no password."),
        mark("Whoever set one can lock readers out, or log in elsewhere."),
        DEPLOY,
        no_password,
    ),
    Control(
        "session.reset-whole",
        Severity.GRAVE,
        mark("The last reset did all its parts."),
        mark("What it left out, the next reader finds."),
        LOOK,
        reset_whole,
    ),
    Control(
        "session.home-on-disk",
        Severity.GRAVE,
        mark("The reader's home could be made on the disk."),
        mark("A home in memory means a full or dying disk, and holds little."),
        mark("See the disk's room and health on this PC first."),
        home_on_disk,
    ),
    Control(
        "session.reset-since-start",
        Severity.GRAVE,
        mark("The home was made anew since the PC started."),
        mark("After a power cut the last reader's files would still lie there."),
        LOOK,
        reset_today,
    ),
    Control(
        "session.resets-work",
        Severity.NORMAL,
        mark("No reset complained within seven days."),
        mark("A reset that often fails will fail for good."),
        LOOK,
        resets_work,
    ),
    Control(
        "session.nothing-left",
        Severity.GRAVE,
        mark("Nothing of an earlier reader is left."),
        mark("Letters and photographs are nobody else's business."),
        END,
        nothing_left,
    ),
    Control(
        "session.swept",
        Severity.NORMAL,
        mark("The declared places are emptied between sessions."),
        mark("Readers leave files outside the home as well."),
        DEPLOY,
        swept,
    ),
    Control(
        "session.reset-at-start",
        Severity.GRAVE,
        mark("The home is reset at every start."),
        mark("Power cuts end most sessions without a logout."),
        DEPLOY,
        enabled("benvung-session-reset.service"),
    ),
    Control(
        "session.login-screen",
        Severity.GRAVE,
        mark("LightDM runs and starts with the PC."),
        mark("Without it readers see a black screen."),
        DEPLOY,
        login_screen,
    ),
    Control(
        "session.no-name",
        Severity.GRAVE,
        mark("The reader is let in without a name."),
        mark("Nobody in the room knows a name to type."),
        DEPLOY,
        autologin,
    ),
    Control(
        "session.login-watched",
        Severity.MINOR,
        mark("A login screen that stands there is restarted."),
        mark("A failed login otherwise waits for a person."),
        DEPLOY,
        active("benvung-session-watch.timer"),
    ),
    Control(
        "session.idle-limit",
        Severity.NORMAL,
        mark("An unused session ends after the declared time."),
        mark("People leave without logging out, with their mail open."),
        DEPLOY,
        idle_limit,
    ),
    Control(
        "session.idle-watch",
        Severity.NORMAL,
        mark("An open session is watched."),
        mark("Otherwise it never ends by itself."),
        END,
        idle_watch,
    ),
    Control(
        "session.idle-measured",
        Severity.NORMAL,
        mark("The idle time is really measured."),
        mark("A worn mouse that jitters keeps every session open."),
        mark("Try another mouse; if it stays, see journalctl -u benvung-session-idle on the PC."),
        idle_measured,
    ),
)
