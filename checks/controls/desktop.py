"""Controls of the aspect desktop: Vietnamese, typing, office suite, printers."""

from checks.controls.control import (
    DEPLOY,
    OK,
    Control,
    Look,
    Verdict,
    active,
    as_declared,
    fail,
    here,
    known,
    shown,
    so,
)
from checks.findings import Severity
from inventory.words import _, mark

# Debian's own; the desktop task brings it along.
MAIL_SERVER = "exim4-daemon-light"


def language(look: Look) -> Verdict:
    """The declared language for every account."""
    return as_declared(known(here(look.report.desktop).language), look.value("desktop_locale"))


def locale_made(look: Look) -> Verdict:
    """The declared locale exists on the PC."""
    made = known(here(look.report.desktop).generated)
    wanted = look.value("desktop_locale").replace("UTF-8", "utf8")
    return so(wanted in made, _("The PC has no locale {name}.").format(name=wanted))


def time_zone(look: Look) -> Verdict:
    """The declared time zone."""
    return as_declared(known(here(look.report.clock).zone), look.value("desktop_time_zone"))


def typing(look: Look) -> Verdict:
    """Vietnamese can be typed."""
    there = known(here(look.report.desktop).typing)
    return so(there, _("fcitx5 is not installed, or cannot be started."))


def typing_method(look: Look) -> Verdict:
    """Sessions begin with the declared way of typing."""
    return as_declared(known(here(look.report.desktop).typing_method), look.value("desktop_typing"))


def office(look: Look) -> Verdict:
    """The office suite starts."""
    there = known(here(look.report.desktop).office)
    return so(there, _("LibreOffice is not installed, or cannot be started."))


def printers(look: Look) -> Verdict:
    """The declared print queues; one that is missing may belong to a printer that is off."""
    found = set(known(here(look.report.desktop).printers))
    declared = {one["name"] for one in look.value("desktop_printers")}
    if found - declared:
        return fail(_("Not declared: {names}.").format(names=shown(sorted(found - declared))))
    gone = sorted(declared - found)
    return so(not gone, _("Not set up yet: {names}.").format(names=shown(gone)))


def printers_run(look: Look) -> Verdict:
    """No print queue is stopped."""
    count = known(here(look.report.desktop).printers_stopped)
    return OK if not count else fail(_("{count} print queues are stopped.").format(count=count))


def no_mail_server(look: Look) -> Verdict:
    """No program takes mail, where it is declared absent."""
    if MAIL_SERVER not in look.value("desktop_packages_absent"):
        return OK
    there = known(here(look.report.desktop).mail_server)
    return so(not there, _("A mail server is installed (/usr/sbin/sendmail)."))


CONTROLS = (
    Control(
        "desktop.language",
        Severity.NORMAL,
        mark("The PC speaks the declared language."),
        mark("Readers read Vietnamese."),
        DEPLOY,
        language,
    ),
    Control(
        "desktop.locale-made",
        Severity.NORMAL,
        mark("The declared locale exists on the PC."),
        mark("Without it programs fall back to English without accents."),
        DEPLOY,
        locale_made,
    ),
    Control(
        "desktop.time-zone",
        Severity.MINOR,
        mark("The clock shows the declared time zone."),
        mark("A wrong hour on the screen makes people miss the closing."),
        DEPLOY,
        time_zone,
    ),
    Control(
        "desktop.typing",
        Severity.NORMAL,
        mark("Vietnamese can be typed."),
        mark("Without it nobody writes a letter or a search here."),
        DEPLOY,
        typing,
    ),
    Control(
        "desktop.typing-method",
        Severity.MINOR,
        mark("Sessions begin with the declared way of typing."),
        mark("People know one of the two, and think the PC broken with the other."),
        DEPLOY,
        typing_method,
    ),
    Control(
        "desktop.office",
        Severity.NORMAL,
        mark("The office suite is installed and starts."),
        mark("People write applications and homework here."),
        DEPLOY,
        office,
    ),
    Control(
        "desktop.print-service",
        Severity.NORMAL,
        mark("The print service runs."),
        mark("Without it nothing is printed."),
        DEPLOY,
        active("cups.service"),
    ),
    Control(
        "desktop.printers",
        Severity.MINOR,
        mark("The PC has the declared printers and no others."),
        mark("A reader's page must come out of the library's printer."),
        mark("Switch the printer on; then: pyinfra inventory deploys/desktop.py --limit {host}"),
        printers,
    ),
    Control(
        "desktop.printers-run",
        Severity.MINOR,
        mark("No print queue is stopped."),
        mark("People press print again and again, and nothing comes."),
        mark("See paper and cable, then run on the PC: cupsenable NAME"),
        printers_run,
    ),
    Control(
        "desktop.no-mail-server",
        Severity.MINOR,
        mark("No mail server runs on the PC."),
        mark("It takes memory, and keeps letters nobody fetches."),
        mark("Remove that package; or take Debian's own out of desktop_packages_absent."),
        no_mail_server,
    ),
)
