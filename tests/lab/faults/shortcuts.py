"""What meddling does to the shortcuts."""

from tests.lab.faults import Fault

SHARE = "/usr/local/share/benvung"

FAULTS = [
    Fault(
        aspect="shortcuts",
        name="a shortcut leads to another program",
        do=f"sed -i 's/^Exec=.*/Exec=xterm/' {SHARE}/home/Desktop/web.desktop",
        mended_by=("Put the shortcuts on the desktop and in the menu",),
        proof=f"grep -q '^Exec=firefox-esr$' {SHARE}/home/Desktop/web.desktop",
    ),
    Fault(
        aspect="shortcuts",
        name="somebody adds a shortcut for every reader",
        do=f"cp {SHARE}/home/Desktop/web.desktop {SHARE}/home/Desktop/tro-choi.desktop",
        mended_by=("Put the shortcuts on the desktop and in the menu",),
        proof=f"test ! -e {SHARE}/home/Desktop/tro-choi.desktop",
    ),
    Fault(
        aspect="shortcuts",
        name="the start page was cut off in the middle",
        do=f"truncate -s 2000 {SHARE}/start/index.html",
        mended_by=("Write the offline start page",),
        proof=f"tail -1 {SHARE}/start/index.html | grep -q '</html>'",
    ),
    Fault(
        aspect="shortcuts",
        name="a picture is gone",
        do=f"rm {SHARE}/icons/book.svg",
        mended_by=("Bring the pictures of the links",),
        proof=f"grep -q '</svg>' {SHARE}/icons/book.svg",
    ),
]
