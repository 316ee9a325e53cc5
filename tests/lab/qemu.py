"""The one virtual PC of the lab: what a container cannot have.

A BIOS that boots from disk through GRUB, a screen, a seat, udev, USB sockets, a clock chip and a
kernel of its own. Emulated (no KVM is assumed), so only what needs such a machine is tried on it.
"""

import time
from pathlib import Path

from tests.lab.machine import LabError
from tests.lab.qemu_image import Image, stick
from tests.lab.qemu_parts import Parts, disks, machine, sockets
from tests.lab.virtual_pc import VirtualPC

# What send-key calls the keys people type; the rest are letters and digits.
KEYS = {
    " ": "spc",
    "\n": "ret",
    ".": "dot",
    "-": "minus",
    "/": "slash",
    "=": "equal",
    ",": "comma",
    ";": "semicolon",
    "'": "apostrophe",
    "\\": "backslash",
}


class QemuPC(VirtualPC):
    """A virtual PC over an image, off until `boot`. A context manager: it never outlives it.

    Args:
        image: what its disk starts as; never written to.
        base: directory of this PC: its own disk, its console log, its ssh_config.
        name: the inventory name it bears.
        parts: what it is built of; changed only while it is off.
    """

    def __init__(self, image: Image, base: Path, name: str, parts: Parts | None = None) -> None:
        """Name the PC; nothing runs yet."""
        super().__init__(base, name, image.key, image.host_key)
        self.image, self.parts = image, parts or Parts()

    @property
    def disk(self) -> Path:
        """Its own changes to the image."""
        return self.base / "disk.qcow2"

    @property
    def second_disk(self) -> Path:
        """A disk inside the PC with one FAT partition, such as an old Windows leaves."""
        return self.base / "second.img"

    # --- power ----------------------------------------------------------------

    def reset_disk(self) -> None:
        """Forget all changes to the disk; the PC must be off."""
        if self.on:
            raise LabError(f"The virtual PC {self.name} is on: cut its power first.")
        self.image.overlay(self.disk)
        stick(self.second_disk, {})

    def power_on(self) -> None:
        """Press the button, and do not wait; a PC without a disk gets a fresh one.

        Raises:
            LabError: it is on already, or qemu did not start.
        """
        if not self.disk.exists():
            self.reset_disk()
        super().power_on()

    def command(self, control: Path) -> list[str]:
        """Qemu's command line."""
        return [
            *machine(self.name, self.parts),
            *disks(self.parts, self.disk, self.second_disk),
            *sockets(self.port, control, self.console),
        ]

    # --- hands and eyes ---------------------------------------------------------

    def screen(self, picture: Path) -> Path:
        """Take a picture of the screen as it is, in the format the name ends in (png or ppm)."""
        kind = picture.suffix.removeprefix(".")
        self.qmp.execute("screendump", filename=str(picture.resolve()), format=kind)
        return picture

    def looks(self) -> bytes:
        """The screen as it is, as a binary PPM."""
        return self.screen(self.base / "now.ppm").read_bytes()

    def press(self, *keys: str, hold: int = 100) -> None:
        """Press keys together on the USB keyboard, such as `ctrl`, `alt`, `f2`.

        Args:
            keys: qemu's names of keys.
            hold: milliseconds.
        """
        chord = [{"type": "qcode", "data": key} for key in keys]
        self.qmp.execute("send-key", keys=chord, hold_time=hold)

    def type(self, text: str) -> None:
        """Type lower- and upper-case letters, digits and simple punctuation."""
        for letter in text:
            key = KEYS.get(letter, letter.lower())
            self.press(*(("shift", key) if letter.isupper() else (key,)), hold=40)
            # qemu queues what a slow guest has not read, but only so many keys.
            time.sleep(0.12)
