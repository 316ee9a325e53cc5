"""A PC played by qemu: how it is switched and asked, whatever it is built of."""

import contextlib
import shutil
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from tests.lab import network, sshfiles
from tests.lab.machine import LabError, call
from tests.lab.qemu_qmp import Qmp

T = TypeVar("T")

# Seconds. An emulated PC on two busy cores: alone on them it starts in a twentieth of that, and
# does everything else in a tenth of the patience.
BOOT_LIMIT = 1200.0
PATIENCE = 300.0
# Between two questions: each costs an emulated PC as much as a second of its own work.
POLL = 2.0


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


class VirtualPC(ABC):
    """A qemu process that plays a PC, off until `boot`. A context manager: it never outlives it.

    Args:
        base: directory of this PC: its disks, its console log, its ssh_config.
        name: the inventory name it bears.
        key: the private key that logs in as the maintenance account.
        host_key: file with its public ssh host key.
    """

    # Whether ssh keeps a connection for the next question: a key exchange costs the PC seconds.
    keeps_connection = True

    def __init__(self, base: Path, name: str, key: Path, host_key: Path) -> None:
        """Name the PC; nothing runs yet."""
        self.base, self.name = base, name
        self.ssh_config = base / "ssh_config"
        self.port = _free_port()
        self.pressed_at = 0.0
        # A socket's path is limited to 108 bytes, so sockets live in a short place.
        self.sockets = network.RUN / f"pc-{self.port}"
        self._keys = key, host_key
        self._running: subprocess.Popen[bytes] | None = None
        self._qmp: Qmp | None = None
        base.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def command(self, control: Path) -> list[str]:
        """Qemu's command line.

        Args:
            control: path of the control socket it shall listen at.
        """

    def __enter__(self) -> Self:
        """Off until `boot`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Pull the plug, whatever happened; disk and logs stay in `base` for a look."""
        self.cut()
        shutil.rmtree(self.sockets, ignore_errors=True)

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

    def power_on(self) -> None:
        """Press the button, and do not wait.

        Raises:
            LabError: it is on already, or qemu did not start.
        """
        if self.on:
            raise LabError(f"The virtual PC {self.name} is on already.")
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._write_ssh_files()
        control = self.sockets / "qmp"
        control.unlink(missing_ok=True)
        said = (self.base / "qemu.log").open("ab")
        with said:
            self._running = subprocess.Popen(
                self.command(control),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd=self.base,
            )
        self.pressed_at = time.monotonic()
        try:
            self._qmp = Qmp(control)
        except (LabError, OSError):
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
        key, host_key = self._keys
        known_hosts = self.base / "known_hosts"
        known_hosts.write_text(f"[127.0.0.1]:{self.port} {host_key.read_text()}")
        # An emulated PC that is still starting takes its time over a key exchange.
        host = f"Host {self.name}\n    HostName 127.0.0.1\n    Port {self.port}\n"
        host += "    ConnectTimeout 60\n"
        places = {"key": key, "known_hosts": known_hosts, "control": self.sockets}
        common = sshfiles.COMMON if self.keeps_connection else sshfiles.unkept(sshfiles.COMMON)
        self.ssh_config.write_text(host + common.format(**places))

    def _leave(self) -> None:
        if self._qmp is not None:
            with contextlib.suppress(OSError):
                self._qmp.close()
            self._qmp = None

    # --- sockets ----------------------------------------------------------------

    def plug(self, name: str, image: Path) -> None:
        """Plug in a USB stick.

        Args:
            name: a word for it, to pull it out by; in capitals its serial number.
            image: raw content; changes on it are kept.
        """
        words = {"removable": True, "serial": name.upper()}
        self.attach(name, image, driver="usb-storage", bus="usb.0", **words)

    def attach(self, name: str, image: Path, **device: object) -> None:
        """Plug in any disk.

        Args:
            name: a word for it, to pull it out by.
            image: raw content; changes on it are kept.
            device: what qemu's device_add takes for it.
        """
        node = {"driver": "file", "filename": str(image.resolve())}
        self.qmp.execute("blockdev-add", driver="raw", node_name=name, file=node)
        self.qmp.execute("device_add", drive=name, id=f"plugged-{name}", **device)

    def unplug(self, name: str) -> None:
        """Pull a disk out without asking the PC."""
        self.qmp.execute("device_del", id=f"plugged-{name}")
        eventually(lambda: self._forgotten(name), PATIENCE, f"{name} is out")

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
