"""Xfce in Vietnamese: language, typing, fonts, office suite, printers, and a calm desktop."""

import shlex

from pyinfra import host
from pyinfra.api import deploy

from deploys.vocabulary import (
    directory,
    ensure,
    is_entry,
    packages,
    put,
    reload_units,
    restart,
    shared,
    step,
    template,
    tree,
    unit,
)
from inventory.words import _

# Mirrored into the reader's home at the start of every session (aspect session).
HOME = "/usr/local/share/benvung/home"
SHARE = "/usr/local/share/benvung/desktop"
PRINTERS = "/usr/local/lib/benvung/printers"


@deploy("desktop")
def desktop() -> None:
    """Everything a reader sits in front of."""
    packages(
        _("Install the desktop, the office suite and Vietnamese typing"),
        host.data.desktop_packages,
        host.data.desktop_packages_absent,
    )
    language()
    folders()
    looks()
    typing()
    editor()
    tree(
        _("Set up the office suite"),
        f"{HOME}/.config/libreoffice/4/user",
        {"registrymodifications.xcu": "desktop/libreoffice.xcu.j2"},
    )
    printers()


def language() -> None:
    """Locale and time zone, for every account."""
    step(_("Generate the Vietnamese locale"), "desktop/locale")
    step(_("Speak Vietnamese to every account"), "desktop/language")
    step(_("Set the clock to the site's time zone"), "desktop/zone")


def folders() -> None:
    """The reader's folders, with Vietnamese names the login does not change."""
    tree(
        _("Give the reader's folders Vietnamese names"),
        HOME,
        {
            ".config/user-dirs.dirs": "desktop/user-dirs.dirs.j2",
            ".config/user-dirs.conf": "desktop/user-dirs.conf",
            ".hidden": "desktop/hidden",
        },
    )
    paths = " ".join(shlex.quote(f"{HOME}/{name}") for name in shared("desktop_folders"))
    ensure(
        _("Make the reader's folders"),
        f"install -d -m 755 {paths}",
        unless=f'for d in {paths}; do test "$(stat -c %U:%a "$d")" = root:755 || exit 1; done',
    )


def looks() -> None:
    """Wallpaper, panel, windows: large, plain, and without surprises."""
    tree(
        _("Bring the wallpaper"),
        SHARE,
        {
            "wallpaper.svg": "desktop/wallpaper.svg",
            "start.svg": "desktop/start.svg",
        },
    )
    step(_("Choose the wallpaper"), "desktop/wallpaper")
    tree(
        _("Arrange the reader's desktop"),
        f"{HOME}/.config",
        {
            f"xfce4/xfconf/xfce-perchannel-xml/{channel}.xml": f"desktop/xfconf/{channel}.xml.j2"
            for channel in shared("desktop_channels")
        }
        | {
            "xfce4/panel/launcher-11/benvung-end.desktop": "desktop/end.desktop.j2",
            "gtk-3.0/gtk.css": "desktop/gtk.css",
            "gtk-3.0/bookmarks": "desktop/gtk-bookmarks",
        },
    )


def typing() -> None:
    """Vietnamese typing from the first key of the first login."""
    tree(
        _("Set up Vietnamese typing"),
        HOME,
        {
            ".xinputrc": "desktop/xinputrc",
            ".config/fcitx5/profile": "desktop/fcitx5-profile.j2",
            ".config/fcitx5/config": "desktop/fcitx5-config.j2",
            ".config/fcitx5/conf/unikey.conf": "desktop/fcitx5-unikey.conf.j2",
            ".config/fcitx5/conf/classicui.conf": "desktop/fcitx5-classicui.conf.j2",
        },
    )


def editor() -> None:
    """A text editor that begins empty; its question about the last time is English."""
    put(
        _("Let the text editor begin without a question"),
        "desktop/90_benvung-desktop.gschema.override",
        "/usr/share/glib-2.0/schemas/90_benvung-desktop.gschema.override",
    )
    step(_("Put that in force for every account"), "desktop/editor")


def printers() -> None:
    """The declared print queues and no others; a printer that is off is set up when it is on."""
    unit(_("Run the print service"), "cups.service")
    directory(_("Make room for what is declared"), "/etc/benvung")
    template(_("Declare the printers"), "desktop/printers.json.j2", "/etc/benvung/desktop.printers")
    put(_("Bring the program that sets up printers"), "desktop/printers", PRINTERS, mode="755")
    units = tree(
        _("Write the timer that looks for printers that were off"),
        "/etc/systemd/system",
        {
            name: f"desktop/{name}"
            for name in ("benvung-printers.service", "benvung-printers.timer")
        },
    )
    reload_units(_("Reload the units of the printers"), when=[units])
    unit(_("Look for printers that were off"), "benvung-printers.timer")
    restart(_("Restart the timer of the printers"), "benvung-printers.timer", when=[units])
    # A printer that refuses is one printer, not the whole PC: the run goes on and tells.
    step(_("Set up the declared printers"), "desktop/printers", _ignore_errors=True)


if is_entry(__name__):
    desktop()
