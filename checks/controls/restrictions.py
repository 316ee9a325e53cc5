"""Controls of the aspect restrictions: what the reader cannot do, as the reader met it."""

from checks.controls.control import (
    DEPLOY,
    OK,
    Control,
    Judge,
    Look,
    Untold,
    Verdict,
    active,
    fail,
    here,
    known,
    shown,
    so,
)
from checks.findings import Severity
from inventory.words import _, mark


def shut(*holes: str) -> Judge:
    """A judge: the reader tried these, and none was open."""

    def judge(look: Look) -> Verdict:
        report = here(look.report.restrictions)
        if not set(holes) <= set(report.tried):
            raise Untold(_("The PC could not find this out."))
        open_ = sorted(set(holes) & set(report.open))
        return so(not open_, _("Open to the reader: {names}.").format(names=shown(open_)))

    return judge


def programs(look: Look) -> Verdict:
    """No declared program starts for the reader."""
    report = here(look.report.restrictions)
    listed, declared = known(report.programs_listed), look.value("restrictions_closed_programs")
    open_ = known(report.programs_open)
    if open_:
        return fail(_("Open to the reader: {names}.").format(names=shown(open_)))
    sentence = _("The PC closes {found} programs; {wanted} are declared.")
    same = listed == len(declared)
    return so(same, sentence.format(found=listed, wanted=len(declared)))


def kept_closed(look: Look) -> Verdict:
    """Upgrades leave them closed."""
    closed = known(here(look.report.restrictions).closed_programs)
    return so(closed, _("dpkg does not know all of them as closed."))


def hidden(look: Look) -> Verdict:
    """What is not for readers is not in the menu."""
    done = known(here(look.report.restrictions).hidden_entries)
    return so(done, _("The hidden entries are not the listed ones."))


def network(look: Look) -> Verdict:
    """The reader's programs reach no other PC of the room."""
    loaded = known(here(look.report.restrictions).packet_filter)
    if not loaded:
        return fail(_("The reader's network rules are not loaded."))
    return active("benvung-reader-network.service")(look)


def console(look: Look) -> Verdict:
    """No login waits on the text consoles."""
    closed = known(here(look.report.restrictions).console_closed)
    return so(closed, _("logind is not told to keep the text consoles empty."))


def magic_keys(look: Look) -> Verdict:
    """The kernel's magic keys are off; a container shows the machine around it."""
    report = here(look.report.restrictions)
    if not known(report.sysrq_declared_off):
        return fail(_("The setting that switches them off is gone."))
    if here(look.report.system).virtual in ("none", "kvm", "qemu"):
        value = known(report.sysrq)
        return so(value == 0, _("kernel.sysrq is {value}.").format(value=value))
    return OK


def restart_keys(look: Look) -> Verdict:
    """Ctrl+Alt+Del means nothing."""
    unit = look.unit("ctrl-alt-del.target")
    masked = unit is not None and unit.UnitFileState == "masked"
    return so(masked, _("ctrl-alt-del.target is not masked."))


def permissions(look: Look) -> Verdict:
    """Polkit refuses the reader what changes the PC."""
    there = known(here(look.report.restrictions).polkit_rules)
    return so(there, _("polkit's rules for the reader are gone."))


def sticks(look: Look) -> Verdict:
    """Nothing on a stick can be started."""
    there = known(here(look.report.restrictions).sticks_run_nothing)
    return so(there, _("/etc/udisks2/mount_options.conf is gone."))


def boot_menu(look: Look) -> Verdict:
    """Nobody but root changes a boot entry."""
    locked = here(look.report.restrictions).boot_menu_locked
    if locked is None:
        raise Untold(_("This PC has no boot menu of its own."))
    return so(locked, _("Anybody can edit the boot menu's entries."))


CONTROLS = (
    Control(
        "restrictions.no-root",
        Severity.GRAVE,
        mark("The reader cannot become root."),
        mark("Whoever is root owns the PC and every later reader's data."),
        mark("Look into /etc/sudoers.d on the PC, then run the aspect restrictions."),
        shut("sudo"),
    ),
    Control(
        "restrictions.no-writing",
        Severity.GRAVE,
        mark("The reader cannot write to the system."),
        mark("What is written there is there for every later reader."),
        mark("Take the permission back on the PC (ls -ld /etc /home /usr/local/bin: root, 755)."),
        shut("write_system", "write_home_source"),
    ),
    Control(
        "restrictions.no-secrets",
        Severity.GRAVE,
        mark("The reader reads nobody else's files."),
        mark("Passwords and the journal are nobody's to read."),
        mark("Take the permission back on the PC (/etc/shadow: 640), then run the whole baseline."),
        shut("read_shadow", "read_maintenance_home", "read_journal", "read_disk"),
    ),
    Control(
        "restrictions.no-jobs",
        Severity.NORMAL,
        mark("The reader plans no jobs."),
        mark("A planned job runs in the next reader's session."),
        DEPLOY,
        shut("plan_jobs"),
    ),
    Control(
        "restrictions.programs-closed",
        Severity.NORMAL,
        mark("The declared programs do not start for the reader."),
        mark("They lead to other accounts, disks, settings, or a command line."),
        DEPLOY,
        programs,
    ),
    Control(
        "restrictions.programs-kept-closed",
        Severity.MINOR,
        mark("Closed programs stay closed over their upgrades."),
        mark("An upgrade would open them again without a word."),
        DEPLOY,
        kept_closed,
    ),
    Control(
        "restrictions.menu-hidden",
        Severity.MINOR,
        mark("The menu hides what is not for readers."),
        mark("Entries that do not work confuse people."),
        DEPLOY,
        hidden,
    ),
    Control(
        "restrictions.network",
        Severity.NORMAL,
        mark("The reader reaches the internet and no other PC of the room."),
        mark("A virus on one PC would find the other nine."),
        DEPLOY,
        network,
    ),
    Control(
        "restrictions.network-filled",
        Severity.MINOR,
        mark("The rules follow the addresses of the network."),
        mark("A new router would otherwise cut the readers' names off."),
        DEPLOY,
        active("benvung-reader-network-fill.path"),
    ),
    Control(
        "restrictions.console",
        Severity.NORMAL,
        mark("No login waits on the text consoles."),
        mark("Readers get lost there, and curious ones try."),
        DEPLOY,
        console,
    ),
    Control(
        "restrictions.magic-keys",
        Severity.NORMAL,
        mark("The kernel's magic keys are off."),
        mark("One of them ends the desktop and opens a console."),
        DEPLOY,
        magic_keys,
    ),
    Control(
        "restrictions.restart-keys",
        Severity.MINOR,
        mark("Ctrl+Alt+Del restarts nothing."),
        mark("People press it when something hangs, and lose their work."),
        DEPLOY,
        restart_keys,
    ),
    Control(
        "restrictions.permissions",
        Severity.GRAVE,
        mark("polkit refuses the reader what changes the PC."),
        mark("Without these rules a window asks for passwords, and some requests pass."),
        DEPLOY,
        permissions,
    ),
    Control(
        "restrictions.sticks-run-nothing",
        Severity.NORMAL,
        mark("Nothing on a USB stick can be started."),
        mark("A stick would bring its own programs."),
        DEPLOY,
        sticks,
    ),
    Control(
        "restrictions.boot-menu",
        Severity.NORMAL,
        mark("Nobody changes a boot entry at the PC."),
        mark("One word added there makes anybody root."),
        DEPLOY,
        boot_menu,
    ),
)
