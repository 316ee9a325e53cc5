"""Faults of the aspect shortcuts: icons that are gone, or lead elsewhere."""

from tests.lab.control_faults.fault import SHARE, ControlFault

FAULTS = (
    ControlFault("shortcuts.start-page", f"truncate -s 2000 {SHARE}/start/index.html"),
    ControlFault(
        "shortcuts.icons",
        f"rm {SHARE}/home/Desktop/web.desktop",
        cascade={"shortcuts.unchanged": "one is gone"},
    ),
    ControlFault(
        "shortcuts.menu",
        f"rm {SHARE}/menu/entries/pdf.desktop",
        cascade={"shortcuts.unchanged": "one is gone"},
    ),
    ControlFault(
        "shortcuts.unchanged",
        f"sed -i 's/^Exec=.*/Exec=xterm/' {SHARE}/home/Desktop/web.desktop",
    ),
    ControlFault("shortcuts.pictures", f"rm {SHARE}/icons/book.svg"),
    ControlFault("shortcuts.trusted", "rm /etc/xdg/autostart/benvung-shortcuts.desktop"),
)
CANNOT_BE_STAGED = ()
