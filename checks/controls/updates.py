"""Controls of the aspect updates: corrections arrive, and never before readers."""

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

# Days. Debian's security archive changes nearly every day; lists as old as this know nothing.
LISTS_DAYS = 30
BY_HAND = mark("When the room is closed, run on the PC: systemctl start benvung-updates")


def last_success(look: Look) -> Verdict:
    """Updates went well within the declared number of open days."""
    state = known(here(look.report.packages).updates)
    since = state.last_success or state.since
    missed = open_days_since(look, known(since))
    if missed <= look.value("updates_missed_days"):
        return OK
    sentence = _("No updates since {day}: {count} open days were missed. {why}")
    return fail(sentence.format(day=shown_day(known(since)), count=missed, why=state.reason))


def security_pending(look: Look) -> Verdict:
    """No security update waits longer than is declared."""
    packages = here(look.report.packages)
    waiting, state = known(packages.security), known(packages.updates)
    if not known(packages.lists):
        raise Untold(_("The PC has no lists of packages."))
    missed = open_days_since(look, known(state.last_success or state.since))
    if waiting and missed > look.value("updates_missed_days"):
        sentence = _("{count} security updates wait; updates last went well {days} open days ago.")
        return fail(sentence.format(count=waiting, days=missed))
    # A run that knew of them and left them says it went well, every evening.
    left = waiting and state.last_success and known(packages.lists_from) <= state.last_success
    sentence = _("{count} security updates were left out by updates that went well: {command}.")
    return so(not left, sentence.format(count=waiting, command="apt list --upgradable"))


def last_run(look: Look) -> Verdict:
    """The last run did not fail; one that was cut goes on at the next closing."""
    state = known(here(look.report.packages).updates)
    if state.outcome is None:
        raise Untold(_("No updates have run on this PC yet."))
    sentence = _("The last updates failed: {why}.")
    return so(state.outcome != "failed", sentence.format(why=state.reason or _("unknown")))


def database_whole(look: Look) -> Verdict:
    """Dpkg has nothing half done."""
    packages = here(look.report.packages)
    if known(packages.interrupted):
        return fail(_("dpkg was cut while it wrote its database."))
    broken = known(packages.broken)
    return so(not broken, _("{count} packages are half installed.").format(count=broken))


def lists(look: Look) -> Verdict:
    """Apt knows what there is."""
    packages = here(look.report.packages)
    if not known(packages.lists):
        return fail(_("The PC has no lists of packages."))
    days = (look.now - known(packages.lists_from)).days
    return so(days <= LISTS_DAYS, _("The lists are {days} days old.").format(days=days))


def nothing_held(look: Look) -> Verdict:
    """No package is held back."""
    held = known(here(look.report.packages).held)
    return so(not held, _("Held back: {names}.").format(names=shown(held)))


def restarted(look: Look) -> Verdict:
    """A restart that updates want has happened."""
    system = here(look.report.system)
    if not system.restart_wanted:
        return OK
    days = (look.now - known(system.restart_wanted_since)).days
    late = days > look.value("updates_missed_days")
    return so(not late, _("A restart has been wanted for {days} days.").format(days=days))


def not_by_day(look: Look) -> Verdict:
    """Apt does nothing by its own daily timer."""
    periodic = known(here(look.report.packages).periodic)
    return so(not periodic, _("apt installs by its own timer, whenever the PC is on."))


def cache(look: Look) -> Verdict:
    """The site's package cache is the declared one."""
    return as_declared(known(here(look.report.packages).cache), look.value("updates_apt_cache"))


CONTROLS = (
    Control(
        "updates.security-pending",
        Severity.GRAVE,
        mark("No security update waits for long."),
        mark("Known holes are what readers' USB sticks and pages try first."),
        BY_HAND,
        security_pending,
    ),
    Control(
        "updates.last-success",
        Severity.NORMAL,
        mark("Updates went well within the declared days."),
        mark("A PC that is switched off by hand or loses power at closing stays behind."),
        mark("Leave the PC on at closing; see the line and the disk's room if it goes on."),
        last_success,
    ),
    Control(
        "updates.last-run",
        Severity.NORMAL,
        mark("The last updates did not fail."),
        mark("What fails once fails every evening until somebody looks."),
        mark("Run on the PC: journalctl -u benvung-updates; then: systemctl start benvung-updates"),
        last_run,
    ),
    Control(
        "updates.database-whole",
        Severity.GRAVE,
        mark("The package database is whole."),
        mark("A power cut in it stops every later update."),
        DEPLOY,
        database_whole,
    ),
    Control(
        "updates.lists",
        Severity.NORMAL,
        mark("The lists of packages are there and fresh."),
        mark("Without them a PC looks up to date because it knows nothing."),
        BY_HAND,
        lists,
    ),
    Control(
        "updates.nothing-held",
        Severity.MINOR,
        mark("No package is held back."),
        mark("A package somebody held never gets its corrections."),
        mark("Find out who held it and why; then run on the PC: apt-mark unhold NAME"),
        nothing_held,
    ),
    Control(
        "updates.restarted",
        Severity.MINOR,
        mark("The PC has restarted since updates wanted it."),
        mark("Until then the old kernel runs, with its holes."),
        mark("Switch the PC off this evening: see why it is not closed by itself (aspect power)."),
        restarted,
    ),
    Control(
        "updates.at-closing",
        Severity.GRAVE,
        mark("Updates come at every closing."),
        mark("At night the PCs are off: there is no other time."),
        DEPLOY,
        enabled("benvung-updates.service"),
    ),
    Control(
        "updates.catching-up",
        Severity.NORMAL,
        mark("Missed updates are caught up with."),
        mark("After power cuts at closing nothing else brings them."),
        DEPLOY,
        active("benvung-updates-missed.timer"),
    ),
    Control(
        "updates.healing",
        Severity.NORMAL,
        mark("A cut update is healed at start."),
        mark("The mains fails while packages are set up."),
        DEPLOY,
        enabled("benvung-heal.service"),
    ),
    Control(
        "updates.not-by-day",
        Severity.NORMAL,
        mark("apt installs nothing by itself during the day."),
        mark("Opening hours belong to readers: an update takes the slow disk for an hour."),
        DEPLOY,
        not_by_day,
    ),
    Control(
        "updates.cache",
        Severity.MINOR,
        mark("Packages come through the declared cache."),
        mark("Ten PCs that fetch the same packages fill the site's line."),
        DEPLOY,
        cache,
    ),
)
