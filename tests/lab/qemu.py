"""The one virtual PC of the lab: what a container cannot have.

A BIOS that boots from disk through GRUB, a screen, a seat, udev, USB sockets, a clock chip and a
kernel of its own. Emulated (no KVM is assumed), so only what needs such a machine is tried on it.
"""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from tests.lab import network, sshfiles
from tests.lab.machine import LabError, call
from tests.lab.qemu_image import Image, stick
from tests.lab.qemu_parts import Parts, disks, machine, sockets
from tests.lab.qemu_qmp import Qmp

T = TypeVar("T")

# Seconds. An emulated PC on two busy cores: alone on them it starts in a twentieth of that, and
# does everything else in a tenth of the patience.
BOOT_LIMIT = 1200.0
PATIENCE = 300.0
# Between two questions: each costs an emulated PC as much as a second of its own work.
POLL = 2.0

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


def eventually(look: Callable[[], T | None], limit: float, what: str, pause: float = POLL) -> T:
    """Ask until the answer is true; the answer.

    Args:
        look: the question; an answer that is false, or a LabError, means not yet.
        limit: seconds before giving up.
        what: what is waited for, for the error.
        pause: seconds between two questions.

    Raises:
        LabError: it did not come true in time.
    """
    until = time.monotonic() + limit
    while True:
        try:
            answer = look()
        except LabError as why:
            answer, said = None, f" ({why})"
        else:
            said = f" (last answer: {answer!r})"
        if answer:
            return answer
        if time.monotonic() > until:
            raise LabError(f"Not within {limit:.0f} s: {what}{said}")
        time.sleep(pause)


class QemuPC:
    """A virtual PC over an image, off until `boot`. A context manager: it never outlives it.

    Args:
        image: what its disk starts as; never written to.
        base: directory of this PC: its own disk, its console log, its ssh_config.
        name: the inventory name it bears.
        parts: what it is built of; changed only while it is off.
    """

    def __init__(self, image: Image, base: Path, name: str, parts: Parts | None = None) -> None:
        """Name the PC; nothing runs yet."""
        self.parts = parts or Parts()
        self.image, self.base, self.name = image, base, name
        self.ssh_config = base / "ssh_config"
        self.port = _free_port()
        self.pressed_at = 0.0
        # A socket's path is limited to 108 bytes, so sockets live in a short place.
        self.sockets = network.RUN / f"pc-{self.port}"
        self._running: subprocess.Popen[bytes] | None = None
        self._qmp: Qmp | None = None
        base.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        """Off until `boot`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Pull the plug, whatever happened; disk and logs stay in `base` for a look."""
        self.cut()
        shutil.rmtree(self.sockets, ignore_errors=True)

    @property
    def disk(self) -> Path:
        """Its own changes to the image."""
        return self.base / "disk.qcow2"

    @property
    def second_disk(self) -> Path:
        """A disk inside the PC with one FAT partition, such as an old Windows leaves."""
        return self.base / "second.img"

    @property
    def console(self) -> Path:
        """What the kernel said on the serial line, all boots one after another."""
        return self.base / "console.log"

    @property
    def on(self) -> bool:
        """Whether the power is on."""
        return self._running is not None and self._running.poll() is None

    @property
    def qmp(self) -> Qmp:
        """Qemu's control socket.

        Raises:
            LabError: the PC is off.
        """
        if self._qmp is None:
            raise LabError(f"The virtual PC {self.name} is off.")
        return self._qmp

    # --- power ----------------------------------------------------------------

    def reset_disk(self) -> None:
        """Forget all changes to the disk; the PC must be off."""
        if self.on:
            raise LabError(f"The virtual PC {self.name} is on: cut its power first.")
        self.image.overlay(self.disk)
        stick(self.second_disk, {})

    def power_on(self) -> None:
        """Press the button, and do not wait.

        Raises:
            LabError: it is on already, or qemu did not start.
        """
        if self.on:
            raise LabError(f"The virtual PC {self.name} is on already.")
        if not self.disk.exists():
            self.reset_disk()
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write_ssh_files()
        control = self.sockets / "qmp"
        control.unlink(missing_ok=True)
        said = (self.base / "qemu.log").open("ab")
        with said:
            self._running = subprocess.Popen(
                self._command(control),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.base,
            )
        self.pressed_at = time.monotonic()
        try:
            self._qmp = Qmp(control)
        except LabError:
            self.cut()
            words = (self.base / "qemu.log").read_text(errors="replace").strip()
            raise LabError(f"qemu did not start: {words[-500:]}") from None

    def boot(self) -> float:
        """Switch it on and wait until it answers over SSH; the seconds that took."""
        self.power_on()
        return self.wait_for_ssh()

    def wait_for_ssh(self, limit: float = BOOT_LIMIT) -> float:
        """Wait until a login works; the seconds since the power came on."""
        eventually(self._answers, limit, f"{self.name} answers over SSH")
        return time.monotonic() - self.pressed_at

    def cut(self) -> None:
        """Pull the plug: qemu is killed, what the guest had not written is lost."""
        self._leave()
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    def shut_down(self, limit: float = PATIENCE) -> None:
        """Press the power button and wait until it is off.

        Raises:
            LabError: it is still on after `limit` seconds.
        """
        self.qmp.execute("system_powerdown")
        self.wait_until_off(limit)

    def wait_until_off(self, limit: float = PATIENCE) -> None:
        """Wait until the PC has switched itself off."""
        eventually(lambda: not self.on, limit, f"{self.name} switches itself off")
        self.cut()

    def _write_ssh_files(self) -> None:
        known_hosts = self.base / "known_hosts"
        known_hosts.write_text(f"[127.0.0.1]:{self.port} {self.image.host_key.read_text()}")
        # An emulated PC that is still starting takes its time over a key exchange.
        host = f"Host {self.name}\n    HostName 127.0.0.1\n    Port {self.port}\n"
        host += "    ConnectTimeout 60\n"
        places = {"key": self.image.key, "known_hosts": known_hosts, "control": self.sockets}
        self.ssh_config.write_text(host + sshfiles.COMMON.format(**places))

    def _leave(self) -> None:
        if self._qmp is not None:
            with contextlib.suppress(OSError):
                self._qmp.close()
            self._qmp = None

    def _command(self, control: Path) -> list[str]:
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

    def plug(self, name: str, image: Path) -> None:
        """Plug in a USB stick.

        Args:
            name: a word for it, to pull it out by.
            image: raw content; changes on it are kept.
        """
        node = {"driver": "file", "filename": str(image.resolve())}
        self.qmp.execute("blockdev-add", driver="raw", node_name=name, file=node)
        self.qmp.execute(
            "device_add",
            driver="usb-storage",
            bus="usb.0",
            drive=name,
            id=f"stick-{name}",
            removable=True,
            serial=name.upper(),
        )

    def unplug(self, name: str) -> None:
        """Pull a stick out without asking the PC."""
        self.qmp.execute("device_del", id=f"stick-{name}")
        eventually(lambda: self._forgotten(name), PATIENCE, f"the stick {name} is out")

    def _forgotten(self, name: str) -> bool:
        try:
            self.qmp.execute("blockdev-del", node_name=name)
        except LabError:  # still in use: the device goes a moment after the command
            return False
        return True

    # --- talking ----------------------------------------------------------------

    def run(
        self, script: str, *, check: bool = True, timeout: float = 300.0
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell script as root on the PC.

        Raises:
            LabError: it failed and `check` is true, or no answer came in `timeout` seconds.
        """
        argv: list[str | Path] = [*("ssh", "-F", self.ssh_config, "-o", "BatchMode=yes"), self.name]
        try:
            return call([*argv, "sudo -n sh -e"], stdin=script, check=check, timeout=timeout)
        except subprocess.TimeoutExpired:
            raise LabError(f"No answer from {self.name} in {timeout:.0f} s: {script}") from None

    def ok(self, script: str) -> bool:
        """Whether a shell script succeeds as root on the PC."""
        return self.run(script, check=False).returncode == 0

    def said(self, script: str) -> str:
        """What a shell script run as root prints, without the last newline."""
        return self.run(script).stdout.rstrip("\n")

    def _answers(self) -> bool:
        if not self.on:
            raise LabError(f"{self.name} is off")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as there:
                there.settimeout(5)
                # The forward accepts before the guest listens: only the banner counts.
                if not there.recv(4).startswith(b"SSH"):
                    return False
        except OSError:
            return False
        return self.ok("true")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
