"""The site's links and programs: on the desktop, in the menu, in Firefox, on the start page."""

from pyinfra import host
from pyinfra.api import deploy

from deploys.rendering import ROLES
from deploys.vocabulary import is_entry, only, packages, put, step, template, tree
from inventory.words import _

PROGRAM = "/usr/local/lib/benvung/shortcuts"
SHARE = "/usr/local/share/benvung"


@deploy("shortcuts")
def shortcuts() -> None:
    """One list for all of them."""
    packages(
        _("Install what marks a shortcut as the library's"),
        host.data.shortcuts_packages,
        host.data.shortcuts_packages_absent,
    )
    icons()
    template(
        _("Write the offline start page"), "shortcuts/start.html.j2", f"{SHARE}/start/index.html"
    )
    only(_("Remove what else is beside the start page"), f"{SHARE}/start", ["index.html"])
    on_the_desktop()
    in_firefox()


def icons() -> None:
    """The pictures of the links."""
    names = sorted(path.name for path in (ROLES / "shortcuts/files/icons").iterdir())
    tree(
        _("Bring the pictures of the links"),
        f"{SHARE}/icons",
        {name: f"shortcuts/icons/{name}" for name in names},
    )
    only(_("Remove other pictures"), f"{SHARE}/icons", names)


def on_the_desktop() -> None:
    """The .desktop files, and the trust Xfce asks for."""
    template(
        _("Declare the shortcuts"), "shortcuts/shortcuts.json.j2", "/etc/benvung/shortcuts.json"
    )
    put(
        _("Bring the program that writes the shortcuts"),
        "shortcuts/shortcuts",
        PROGRAM,
        mode="755",
    )
    step(_("Put the shortcuts on the desktop and in the menu"), "shortcuts/place")
    put(
        _("Bring the program that trusts the library's shortcuts"),
        "shortcuts/shortcuts-trust",
        "/usr/local/lib/benvung/shortcuts-trust",
        mode="755",
    )
    put(
        _("Trust the library's shortcuts in every session"),
        "shortcuts/benvung-shortcuts.desktop",
        "/etc/xdg/autostart/benvung-shortcuts.desktop",
    )


def in_firefox() -> None:
    """The bookmarks; the aspect browser brings the program that puts them in force."""
    template(
        _("Declare the bookmarks"),
        "shortcuts/policies.json.j2",
        "/etc/benvung/firefox/20-shortcuts.json",
    )
    step(_("Put the links into Firefox"), "shortcuts/bookmarks")


if is_entry(__name__):
    shortcuts()
