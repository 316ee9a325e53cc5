"""One real start of a PC: BIOS, boot menu, kernel, the reader's seat, and no way to a console.

Pictures of its screen stay in var/results/qemu. What else only such a PC can show needs an hour of
emulation: test_qemu.py.
"""

import time
from pathlib import Path

import pytest

from tests.lab.qemu import QemuPC
from tests.lab.qemu_chair import Chair, ppm
from tests.lab.qemu_keys import strike
from tests.lab.virtual_pc import PATIENCE, eventually

pytestmark = pytest.mark.qemu

# Bytes; a display size of the BIOS in text mode, before GRUB draws its menu.
TEXT_MODE = b"720 400"
# Pixels of GRUB's white: 20,200 with the bar, the frame and the letters, 300 at its prompt.
WHITE, MENU = b"\xfe\xfe\xfe", 16_000


def test_the_boot_menu_starts_debian_for_all_and_lets_nobody_edit_it(
    pc: QemuPC, pictures: Path
) -> None:
    menu = stop_at_the_menu(pc)
    pc.screen(pictures / "menu.png")
    for key in ("e", "c"):
        pc.press(key)
        asked = eventually(lambda: still(pc, other_than=menu), PATIENCE, f"{key} does something")
        pc.screen(pictures / f"menu-{key}.png")
        # A reader guesses. In an editor or at GRUB's own prompt the guess would simply stand there.
        pc.type("benvung\nguess\n")
        eventually(lambda: back_at(pc, menu), PATIENCE, "the guess is refused")
        assert asked != menu
    pc.press("ret")
    pc.wait_for_ssh()


def stop_at_the_menu(pc: QemuPC) -> bytes:
    """Switch the PC on and let a key stop the countdown; the menu's picture."""
    pc.power_on()
    sizes: list[bytes] = []

    def at_the_menu() -> bytes | None:
        picture = pc.looks()
        sizes.append(picture.split(b"\n")[1])
        # The BIOS keeps the key until GRUB reads it.
        pc.press("up")
        return picture if TEXT_MODE in sizes and sizes[-1] != TEXT_MODE else None

    eventually(at_the_menu, PATIENCE, "GRUB draws its menu", pause=0.3)
    return eventually(lambda: drawn(still(pc)), PATIENCE, "the menu stands still")


def drawn(picture: bytes | None) -> bytes | None:
    """A picture, if the menu is on it: before, the screen stands still and black."""
    return picture if picture and ppm(picture)[1].count(WHITE) > MENU else None


def still(pc: QemuPC, other_than: bytes = b"") -> bytes | None:
    """The picture on the screen, once it does not change any more."""
    one = pc.looks()
    time.sleep(1)
    return one if one not in (other_than, b"") and pc.looks() == one else None


def back_at(pc: QemuPC, menu: bytes) -> bool:
    """Whether the menu is there again; GRUB wants a key after it has refused."""
    if pc.looks() == menu:
        return True
    pc.press("esc")
    time.sleep(1)
    return False


def test_the_reader_has_a_real_seat_and_sees_the_desktop(chair: Chair, pictures: Path) -> None:
    shown = chair.run("loginctl show-session $XDG_SESSION_ID").stdout.splitlines()
    assert {"Name=bandoc", "Seat=seat0", "Active=yes", "State=active", "Type=x11"} <= set(shown)
    assert {"Remote=no", "VTNr=7", "LockedHint=no"} <= set(shown)
    assert chair.console() == "tty7"
    assert chair.sees_the_wallpaper()
    assert chair.sees_its_desktop()
    chair.pc.screen(pictures / "desktop.png")


def test_no_key_leaves_the_desktop_for_a_console(chair: Chair) -> None:
    leader = chair.wait()
    strike(chair.pc, ("ctrl", "alt", "f2"))
    assert chair.types("bcd")
    assert chair.console() == "tty7"
    assert chair.wait() == leader
