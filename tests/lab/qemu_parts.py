"""What the virtual PC is built of, as qemu's command line: a technician may exchange parts of it.

No old keyboard controller, so that the USB keyboard is the only one; no network but the way in, so
that nothing depends on one.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

FRIDAY = 4


def working_day(now: datetime, *, past: bool = False) -> datetime:
    """A weekday's 9 o'clock in Việt Nam: no test of ours meets a closed reading room.

    Args:
        now: in UTC.
        past: the last such moment instead of the next one: nobody believes a report from tomorrow.
    """
    step = timedelta(days=-1 if past else 1)
    day = now.replace(hour=2, minute=0, second=0, microsecond=0)
    while (day > now if past else day < now) or day.weekday() > FRIDAY:
        day += step
    return day


def next_working_day() -> timedelta:
    """How far ahead of the true time a clock is that shows the next working day's morning."""
    now = datetime.now(UTC)
    return working_day(now) - now


def last_working_day() -> timedelta:
    """The same for the last working day's: not above zero."""
    now = datetime.now(UTC)
    return working_day(now, past=True) - now


@dataclass
class Parts:
    """What may be exchanged while the PC is off.

    Attributes:
        memory: as qemu takes it.
        ahead: how far the battery clock is ahead of the true time.
        battery_clock: what the clock shows instead at the next start; None for `ahead`.
        nvme: the image of an NVMe disk, None for no such disk.
        nvme_serial: its serial number.
    """

    memory: str = "2G"
    ahead: timedelta = field(default_factory=next_working_day)
    battery_clock: datetime | None = None
    nvme: Path | None = None
    nvme_serial: str = "BENVUNG-NVME-1"

    @property
    def clock(self) -> datetime:
        """What the battery clock shows when the PC is switched on now."""
        return self.battery_clock or datetime.now(UTC) + self.ahead


def machine(name: str, parts: Parts) -> list[str]:
    """The board, its processors, memory, clock, screen, keyboard and mouse.

    Args:
        name: how qemu calls itself.
        parts: what is built in.
    """
    return [
        # It dies with this process, however that ends.
        *("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-name", name),
        *("-machine", "q35,i8042=off,hpet=off,vmport=off", "-cpu", "Nehalem", "-smp", "2"),
        *("-accel", "tcg,thread=multi", "-m", parts.memory, "-nodefaults"),
        *("-display", "none", "-device", "VGA"),
        *("-device", "qemu-xhci,id=usb", "-device", "usb-kbd,bus=usb.0,id=keyboard"),
        *("-device", "usb-mouse,bus=usb.0,id=mouse"),
        *("-rtc", f"base={parts.clock:%Y-%m-%dT%H:%M:%S},clock=host"),
    ]


def disks(parts: Parts, system: Path, second: Path) -> list[str]:
    """The disks: the system's, a SATA disk beside it, and an NVMe disk where there is one.

    The disks beside it are two nodes each, so that a layer of errors can be put between them.

    Args:
        parts: what is built in.
        system: qcow2 image of the first disk.
        second: raw image of the second.
    """
    found = [
        *("-drive", f"if=none,id=disk,file={system},format=qcow2,discard=unmap"),
        *("-device", "ide-hd,drive=disk,bus=ide.0,serial=BENVUNG1,bootindex=1"),
        *_nodes("second", second),
        *("-device", "ide-hd,drive=second,bus=ide.1,serial=BENVUNG2"),
    ]
    if parts.nvme is not None:
        card = f"nvme,drive=nvme,id=nvme0,serial={parts.nvme_serial}"
        found += [*_nodes("nvme", parts.nvme), "-device", card]
    return found


def _nodes(name: str, image: Path) -> list[str]:
    return [
        *("-blockdev", f"driver=file,node-name={name}-file,filename={image}"),
        *("-blockdev", f"driver=raw,node-name={name},file={name}-file"),
    ]


def sockets(port: int, control: Path, console: Path) -> list[str]:
    """The ways in: a port of this machine to its sshd, qemu's own socket, a log of the serial line.

    Args:
        port: on the loopback interface.
        control: path of qemu's socket.
        console: file the serial line is added to.
    """
    forward = f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:22"
    return [
        *("-netdev", forward, "-device", "e1000e,netdev=net,romfile="),
        *("-chardev", f"file,id=console,path={console},append=on", "-serial", "chardev:console"),
        *("-qmp", f"unix:{control},server=on,wait=off"),
    ]
