"""Which disks this PC holds, as its kernel knows them: name, serial, bus, whether one is in use."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512
# Part of the path of a disk's device in /sys -> the bus it hangs on; the first that fits.
_BUSES = (
    ("/usb", "usb"),
    ("/nvme", "nvme"),
    ("/ata", "ata"),
    ("/virtio", "virtio"),
    ("/mmc", "mmc"),
)
_NO_DISKS = ("sr", "fd")


class Refused(Exception):  # noqa: N818 - it names what happened
    """The wiper will not go on.

    Attributes:
        why: a word the desk has a sentence for.
        detail: what it is about: a serial, a device, a tool's own words.
    """

    def __init__(self, why: str, detail: str = "") -> None:
        """Say why."""
        super().__init__(f"{why}: {detail}")
        self.why, self.detail = why, detail


@dataclass(frozen=True)
class Disk:
    """One disk.

    Attributes:
        path: its block device.
        serial: as the disk itself says; "" where it says none.
        model: as the disk itself says.
        size: in bytes.
        bus: usb, nvme, ata, virtio, mmc or other.
        spins: whether it has platters.
        in_use: whether something is mounted from it, or holds it otherwise.
    """

    path: str
    serial: str
    model: str
    size: int
    bus: str
    spins: bool
    in_use: bool


def survey(sys: Path = Path("/sys"), dev: Path = Path("/dev")) -> list[Disk]:
    """Every disk with a medium in it; a card reader without a card, a drive for CDs is none.

    Args:
        sys: where the kernel tells of its devices.
        dev: where their nodes are.
    """
    return list(_disks(sys, dev))


def _disks(sys: Path, dev: Path) -> Iterator[Disk]:
    for block in sorted((sys / "block").iterdir()):
        size = int(_text(block / "size") or 0) * SECTOR
        # What hangs on no device is made of others: loop, device mapper, compressed memory.
        virtual = not (block / "device").exists() or _text(block / "hidden") == "1"
        if virtual or not size or block.name.startswith(_NO_DISKS):
            continue
        path = str(dev / block.name)
        yield Disk(
            path=path,
            serial=_serial(block),
            model=_text(block / "device/model"),
            size=size,
            bus=_bus(block),
            spins=_text(block / "queue/rotational") == "1",
            in_use=in_use(path),
        )


def in_use(path: str) -> bool:
    """Whether the kernel has given the disk, or a part of it, to somebody else.

    Raises:
        Refused: the disk cannot be opened at all.
    """
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_EXCL))
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise Refused("disk-gone", path) from None
        return True
    return False


def the_one(serial: str, others: set[str], found: list[Disk]) -> Disk:
    """The disk that bears a serial, if it alone may be wiped here.

    Args:
        serial: of the disk to be wiped.
        others: serials of the disks that may be there as well.
        found: all disks of this PC.

    Raises:
        Refused: a USB disk, a disk without a serial or with one nobody named is there; the disk is
            not there, twice, or in use.
    """
    for disk in found:
        if disk.bus == "usb":
            raise Refused("usb", f"{disk.path} {disk.model} {disk.serial}".strip())
        if not disk.serial:
            raise Refused("no-serial", f"{disk.path} {disk.model}".strip())
        if disk.serial != serial and disk.serial not in others:
            raise Refused("extra", f"{disk.path} {disk.serial}")
    fits = [disk for disk in found if disk.serial == serial]
    if len(fits) != 1:
        raise Refused("not-there" if not fits else "twice", serial)
    if fits[0].in_use:
        raise Refused("in-use", f"{fits[0].path} {serial}")
    return fits[0]


def from_memory(mounts: Path = Path("/proc/self/mountinfo")) -> bool:
    """Whether this system's root lies in memory, on no disk."""
    kinds = [
        line.partition(" - ")[2].split()[0]
        for line in mounts.read_text(encoding="utf-8").splitlines()
        if line.split()[4] == "/"
    ]
    # The one mounted last covers the others.
    return bool(kinds) and kinds[-1] in ("tmpfs", "ramfs", "rootfs")


def _serial(block: Path) -> str:
    for place in (block / "device/serial", block / "serial"):
        if found := _text(place):
            return found
    try:
        page = (block / "device/vpd_pg80").read_bytes()
    except OSError:
        return ""
    # SCSI's unit serial number page, which the kernel also makes for ATA: four bytes of heading.
    return page[4 : 4 + int.from_bytes(page[2:4], "big")].decode("ascii", "replace").strip("\0 ")


def _bus(block: Path) -> str:
    where = str((block / "device").resolve())
    return next((bus for part, bus in _BUSES if part in where), "other")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\0 \n")
    except OSError:
        return ""
