"""Controls of the aspect shortcuts: the links and programs a reader looks for."""

from typing import Any

from checks.controls.control import (
    DEPLOY,
    Control,
    Look,
    Verdict,
    as_declared,
    fail,
    here,
    known,
    so,
)
from checks.findings import Severity
from inventory.words import _, mark


def declared(look: Look) -> list[dict[str, Any]]:
    """Every declared shortcut."""
    names = ("shortcuts_programs", "shortcuts_links", "shortcuts_site_links")
    return [one for name in names for one in look.value(name)]


def start_page(look: Look) -> Verdict:
    """The offline start page is there, to its last line."""
    shortcuts = here(look.report.shortcuts)
    if not known(shortcuts.start_page):
        return fail(_("There is no start page."))
    return so(known(shortcuts.start_page_whole), _("The start page is cut off."))


def icons(look: Look) -> Verdict:
    """As many icons as are declared for the desktop."""
    found = known(here(look.report.shortcuts).icons)
    return as_declared(found, sum(one["desktop"] for one in declared(look)))


def menu(look: Look) -> Verdict:
    """As many entries in the menu as are declared."""
    return as_declared(known(here(look.report.shortcuts).menu), len(declared(look)))


def unchanged(look: Look) -> Verdict:
    """The icons lead where they say."""
    same = known(here(look.report.shortcuts).as_declared)
    return so(same, _("A shortcut was changed, added or taken away on the PC."))


def pictures(look: Look) -> Verdict:
    """Each link has its picture."""
    found = known(here(look.report.shortcuts).pictures)
    gone = sorted({one["icon"] for one in declared(look) if "url" in one} - set(found))
    return so(not gone, _("Missing: {names}.").format(names=", ".join(gone)))


def trusted(look: Look) -> Verdict:
    """Xfce is told that the icons are the library's."""
    return so(
        known(here(look.report.shortcuts).trusted), _("Xfce asks at every icon whether it is safe.")
    )


CONTROLS = (
    Control(
        "shortcuts.start-page",
        Severity.NORMAL,
        mark("The offline start page is whole."),
        mark("It is all a reader sees while the line is down."),
        DEPLOY,
        start_page,
    ),
    Control(
        "shortcuts.icons",
        Severity.MINOR,
        mark("The desktop shows as many icons as are declared."),
        mark("People who have never used a computer look for nothing else."),
        DEPLOY,
        icons,
    ),
    Control(
        "shortcuts.menu",
        Severity.MINOR,
        mark("The menu has as many entries as are declared."),
        mark("What is missing there cannot be started."),
        DEPLOY,
        menu,
    ),
    Control(
        "shortcuts.unchanged",
        Severity.NORMAL,
        mark("Every shortcut leads where it says."),
        mark("A changed icon may start something else for every reader."),
        DEPLOY,
        unchanged,
    ),
    Control(
        "shortcuts.pictures",
        Severity.MINOR,
        mark("Every link has its picture."),
        mark("Many readers find their way by pictures."),
        DEPLOY,
        pictures,
    ),
    Control(
        "shortcuts.trusted",
        Severity.MINOR,
        mark("Icons open without a question."),
        mark("A question whether a program is safe frightens readers away."),
        DEPLOY,
        trusted,
    ),
)
