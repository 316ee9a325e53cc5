"""Controls of the aspect power: the PC opens and closes with the room."""

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
    not_while_closing,
    so,
)
from checks.findings import Severity
from inventory.words import _, mark

# What systemd-detect-virt calls a container: its clock and its boot are the machine's around it.
CONTAINERS = ("systemd-nspawn", "lxc", "lxc-libvirt", "docker", "podman", "container-other")

# The probe's word for a program that refuses to answer; systemd's words for a timer without a next.
UNUSABLE = "unusable"
NEVER = ("", "n/a", "infinity")


def contained(look: Look) -> bool:
    """Whether the workstation is a container of the lab."""
    return here(look.report.system).virtual in CONTAINERS


def hours_known(look: Look) -> Verdict:
    """The PC knows when the room is open."""
    hours = known(here(look.report.power).hours)
    return so(hours.state != UNUSABLE, _("The program that knows the hours does not answer."))


def hours_declared(look: Look) -> Verdict:
    """Its opening hours and closed days are the declared ones."""
    power = here(look.report.power)
    found, declared = known(power.opening_hours), look.value("power_opening_hours")
    wrong = [day for day, spans in declared.items() if found.get(day) != spans]
    if wrong:
        return fail(_("Other hours than declared on: {days}.").format(days=", ".join(wrong)))
    return as_declared(known(power.closed_days), look.value("power_closed_days"))


def clock_believed(look: Look) -> Verdict:
    """The PC believes its clock."""
    hours = known(here(look.report.power).hours)
    if hours.state == UNUSABLE:
        raise Untold(_("The program that knows the hours does not answer."))
    return so(not hours.doubt, _("The PC doubts its clock: {why}.").format(why=hours.doubt))


def clock_synchronized(look: Look) -> Verdict:
    """A time server was heard since the start."""
    if here(look.report.clock).synchronized:
        return OK
    if contained(look):
        raise Untold(_("A container has the clock of the machine around it."))
    return fail(_("No time server was heard since the start."))


def closing(look: Look) -> Verdict:
    """The next closing is armed."""
    timer = active("benvung-close.timer")(look)
    if timer != OK:
        return timer
    not_while_closing(look)
    armed = known(here(look.report.power).closing_next)
    return so(armed not in NEVER, _("The timer runs, and no closing is to come."))


def wake(look: Look) -> Verdict:
    """The PC wakes for the next opening."""
    alarm = here(look.report.power).wake
    if alarm is None or alarm.outcome == "unknown":
        why = alarm.reason if alarm else _("nothing is recorded")
        raise Untold(_("Whether it wakes is not known: {why}.").format(why=why))
    if alarm.outcome != "armed" and contained(look):
        raise Untold(_("A container has the clock of the machine around it."))
    sentence = _("No alarm is set: {why}.")
    return so(alarm.outcome == "armed", sentence.format(why=alarm.reason))


def boot_menu(look: Look) -> Verdict:
    """The boot menu waits no longer than declared."""
    seconds = here(look.report.power).boot_menu_seconds
    if seconds is None:
        raise Untold(_("This PC has no boot menu of its own."))
    declared = look.value("power_boot_menu_seconds")
    return OK if 0 <= seconds <= declared else as_declared(seconds, declared)


def boot_mends(look: Look) -> Verdict:
    """A start mends the disk without asking."""
    mends = here(look.report.power).boot_mends_disk
    if mends is None:
        raise Untold(_("This PC has no boot menu of its own."))
    return so(mends, _("fsck.repair=yes is not in the boot entries."))


def no_emergency(look: Look) -> Verdict:
    """No start ended in emergency mode."""
    count = here(look.report.starts).emergencies
    return so(not count, _("{count} starts ended in emergency mode.").format(count=count))


def power_off(look: Look) -> Verdict:
    """The reader may switch the PC off only where it is declared."""
    found = known(here(look.report.power).reader_may_power_off)
    return as_declared(found, look.value("power_reader_may_power_off"))


def never_sleeps(look: Look) -> Verdict:
    """The PC does not fall asleep."""
    off = known(here(look.report.power).sleep_off)
    return so(off, _("The setting that keeps it awake is gone."))


def wake_on_lan(look: Look) -> Verdict:
    """The network card listens for a wake where it is declared."""
    found = known(here(look.report.power).wake_on_lan)
    return as_declared(found, look.value("power_wake_on_lan"))


CONTROLS = (
    Control(
        "power.hours-known",
        Severity.GRAVE,
        mark("The PC knows the opening hours."),
        mark("Without them it neither closes nor updates nor scans."),
        DEPLOY,
        hours_known,
    ),
    Control(
        "power.hours-declared",
        Severity.NORMAL,
        mark("Its opening hours are the declared ones."),
        mark("It would close before readers, or stay on all night."),
        DEPLOY,
        hours_declared,
    ),
    Control(
        "power.clock-believed",
        Severity.NORMAL,
        mark("The PC believes its clock."),
        mark("With a doubtful clock nothing is closed, updated or scanned by it."),
        mark("Set the time at the PC; if it is wrong again tomorrow, change the clock battery."),
        clock_believed,
    ),
    Control(
        "power.clock-synchronized",
        Severity.NORMAL,
        mark("A time server was heard since the start."),
        mark("A wrong clock breaks web pages, updates and the closing."),
        mark("See whether the line is up and lets NTP through (UDP port 123)."),
        clock_synchronized,
    ),
    Control(
        "power.closing",
        Severity.NORMAL,
        mark("The next closing is armed."),
        mark("A PC left on gets no updates and wears its disk."),
        DEPLOY,
        closing,
    ),
    Control(
        "power.wake",
        Severity.MINOR,
        mark("The PC wakes for the next opening."),
        mark("Otherwise the librarian switches on ten PCs by hand."),
        mark("Look into the BIOS for a wake by the clock (RTC); without one, ask for a waiver."),
        wake,
    ),
    Control(
        "power.wake-at-start",
        Severity.MINOR,
        mark("The wake is set at every start."),
        mark("A PC switched off at the wall wakes all the same."),
        DEPLOY,
        enabled("benvung-started.service"),
    ),
    Control(
        "power.boot-menu",
        Severity.NORMAL,
        mark("The boot menu does not wait."),
        mark("After a power cut nobody is there to press a key."),
        DEPLOY,
        boot_menu,
    ),
    Control(
        "power.boot-mends",
        Severity.NORMAL,
        mark("A start mends the disk without asking."),
        mark("After a power cut the start would stop at a question."),
        DEPLOY,
        boot_mends,
    ),
    Control(
        "power.emergency-retried",
        Severity.NORMAL,
        mark("A failed start is tried again."),
        mark("The PC would stand at a prompt until a technician comes."),
        DEPLOY,
        enabled("benvung-emergency.service"),
    ),
    Control(
        "power.no-emergency",
        Severity.NORMAL,
        mark("No start ended in emergency mode."),
        mark("A start that needed several attempts will fail for good."),
        mark("Run on the PC: journalctl -b -1 -p err; look at the disk first."),
        no_emergency,
    ),
    Control(
        "power.switching-off",
        Severity.MINOR,
        mark("Readers switch the PC off only where it is declared."),
        mark("A PC switched off by a reader misses its closing and its updates."),
        DEPLOY,
        power_off,
    ),
    Control(
        "power.awake",
        Severity.MINOR,
        mark("The PC never sleeps."),
        mark("A sleeping PC neither closes nor updates."),
        DEPLOY,
        never_sleeps,
    ),
    Control(
        "power.wake-on-lan",
        Severity.MINOR,
        mark("The network card listens for a wake as declared."),
        mark("A neighbour can then switch the PC on for updates."),
        DEPLOY,
        wake_on_lan,
    ),
)
