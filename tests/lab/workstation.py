"""One lab workstation: a Debian booted by systemd-nspawn on a disk of its own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path
from typing import TYPE_CHECKING

from tests.lab import identity, names
from tests.lab.cgroups import JOIN, Group
from tests.lab.disk import Disk
from tests.lab.machine import LabError, call, write_json
from tests.lab.processes import children, greets, groups_of, runs_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.lab.lab import Lab

BOOT_SECONDS = 180
# systemd-nspawn ends with 133 when the workstation asked for a restart: then it starts again.
# Its process id is noted each time.
NOTE = 'echo $$ > "$0.new" && mv "$0.new" "$0" && exec "$@"'
SUPERVISE = f"""
while :; do
    code=0
    sh -c '{NOTE}' "$@" || code=$?
    [ "$code" = 133 ] || exit "$code"
done
"""
INSIDE = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
}


@dataclass
class Record:
    """What is remembered of a workstation between commands.

    Args:
        suite: Debian suite of its root.
        kind: "enrolled", "fresh" (as the installer leaves it) or "jump".
        layers: the layers its disk stands on, topmost first.
        snapshot: name of the snapshot it started from, "" for none.
    """

    suite: str
    kind: str
    layers: list[str] = field(default_factory=list)
    snapshot: str = ""


class Workstation:
    """A workstation of a lab; made by `Lab`, not by hand.

    Args:
        lab: the lab it belongs to.
        name: its name in the inventory.
    """

    def __init__(self, lab: Lab, name: str) -> None:
        """Name the workstation; nothing is made yet."""
        self.lab = lab
        self.name = name
        self.base = lab.state / "hosts" / name
        self.group = Group(f"{lab.id}/{name}")

    def __repr__(self) -> str:
        """As a test's failure shows it."""
        return f"<Workstation {self.name}>"

    # --- what it is -----------------------------------------------------------

    @property
    def record(self) -> Record:
        """What was decided when it was made.

        Raises:
            LabError: it was never made.
        """
        path = self.base / "host.json"
        if not path.exists():
            raise LabError(f"{self.name} is not in this lab: `up --host {self.name}` adds it.")
        return Record(**json.loads(path.read_text()))

    @property
    def exists(self) -> bool:
        """Whether it has a disk in this lab, running or not."""
        return (self.base / "host.json").exists()

    @property
    def ready(self) -> bool:
        """Whether it has been up since it was last booted; `up` may have been cut before."""
        return self.pid is not None and (self.base / "ready").exists()

    @property
    def bootable(self) -> bool:
        """Whether it has a disk, and the layers below that were not pruned from the cache."""
        return self.exists and all(layer.is_dir() for layer in self.disk.layers)

    @property
    def disk(self) -> Disk:
        """Its file system; usable by other processes only while it does not run."""
        return Disk(self.base, tuple(map(Path, self.record.layers)))

    @property
    def address(self) -> IPv4Address:
        """Its address on the lab's bridge."""
        return self.lab.network.subnet[names.number(self.name)]

    @property
    def machine(self) -> str:
        """Its name among all containers of this machine; short, for the card is named after it."""
        return f"{self.lab.id}-{names.number(self.name)}"

    @property
    def card(self) -> str:
        """This machine's end of its network cable, as systemd-nspawn names it."""
        return f"vb-{self.machine}"

    @property
    def host_key(self) -> str:
        """Its public ssh host key, as one line without comment."""
        path = self.base / "keys/ssh_host_ed25519_key.pub"
        return " ".join(path.read_text().split()[:2])

    @property
    def pid(self) -> int | None:
        """Process id of its systemd-nspawn, None when it is off."""
        try:
            pid = int((self.base / "pid").read_text())
        except (OSError, ValueError):
            return None
        return pid if runs_from(pid) == self.base / "root" else None

    @property
    def leader(self) -> int | None:
        """Process id, as this machine counts, of its own process 1."""
        pid = self.pid
        if pid is None:
            return None
        for child in children(pid):
            with contextlib.suppress(OSError, StopIteration):
                status = Path(f"/proc/{child}/status").read_text()
                spaces = next(ln for ln in status.splitlines() if ln.startswith("NSpid:")).split()
                if len(spaces) > 2 and spaces[-1] == "1":
                    return child
        return None

    @property
    def state(self) -> str:
        """One of "up", "frozen", "down", "absent"."""
        if self.pid is None:
            return "down" if self.exists else "absent"
        return "frozen" if self.group.is_frozen() else "up"

    # --- life -----------------------------------------------------------------

    def make(self, record: Record) -> None:
        """Give it a pristine disk and a new identity.

        Raises:
            LabError: it is running, or a step inside the disk failed.
        """
        if self.pid is not None:
            raise LabError(f"{self.name} is running: stop it before it is made anew.")
        (self.base / "host.json").unlink(missing_ok=True)
        disk = Disk(self.base, tuple(map(Path, record.layers)))
        disk.wipe()
        identity.new_key(self.base / "keys/ssh_host_ed25519_key", f"root@{self.name}")
        accounts = "" if record.snapshot else identity.accounts(record.kind)
        self._identity().write(disk, accounts)
        if record.kind == "fresh" and not record.snapshot:
            secret = f"{identity.INSTALLER_USER}:{self.lab.password}\n"
            call(disk.command("chroot", str(disk.root), "chpasswd"), stdin=secret)
        write_json(self.base / "host.json", asdict(record))
        self.lab.forget_host_key(self)

    def _identity(self) -> identity.Identity:
        return identity.Identity(
            name=self.name,
            interface=IPv4Interface(f"{self.address}/{self.lab.network.subnet.prefixlen}"),
            gateway=str(self.lab.network.gateway),
            host_key=self.base / "keys",
            login_key=self.lab.key.with_suffix(".pub"),
        )

    def boot(self, *, wait: bool = True) -> None:
        """Switch it on, on the disk as it was left.

        Args:
            wait: until a reader or technician can log in.

        Raises:
            LabError: it did not come up; the message ends with its console's last words.
        """
        if self.pid is not None:
            return
        self.group.remove()
        groups = self.group.make()
        self._identity().write_address(self.disk)
        nspawn = [
            *("systemd-nspawn", "--quiet", "--boot", f"--machine={self.machine}"),
            *(f"--directory={self.disk.root}", f"--hostname={self.name}"),
            *(f"--network-bridge={self.lab.network.bridge}", "--register=no", "--keep-unit"),
            *("--resolv-conf=off", "--timezone=off", "--link-journal=no", "--settings=no"),
            # As a PC has it, whatever this machine allows itself.
            *("--console=read-only", "--rlimit=RLIMIT_NOFILE=1024:524288"),
        ]
        inner = ["sh", "-ec", JOIN, "sh", *groups, "--", *self.disk.command(*nspawn)]
        for stale in ("pid", "ready"):
            (self.base / stale).unlink(missing_ok=True)
        with (self.base / "console.log").open("ab") as console:
            subprocess.run(
                ["setsid", "--fork", "sh", "-c", SUPERVISE, "sh", str(self.base / "pid"), *inner],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env={**os.environ, "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"},
            )
        self.lab.pin_host_key(self)
        if wait:
            self.wait()

    def wait(self, seconds: float = BOOT_SECONDS) -> None:
        """Wait until sshd greets and logins are permitted.

        Raises:
            LabError: it died, or was not ready in time.
        """
        deadline = time.monotonic() + seconds
        started = time.monotonic()
        while time.monotonic() < deadline:
            if self.pid is None and time.monotonic() - started > 3:
                raise LabError(f"{self.name} did not boot:\n{self._last_words()}")
            if greets(self.address) and self._logins_permitted():
                (self.base / "ready").touch()
                return
            time.sleep(0.1)
        raise LabError(f"{self.name} was not ready after {seconds:.0f} s:\n{self._last_words()}")

    def reboot(self) -> None:
        """Restart it in order, as `systemctl reboot` inside does, and wait until it is back.

        Raises:
            LabError: it is off, or did not come back.
        """
        before = self.leader
        self.run(["systemctl", "--no-block", "reboot"])
        deadline = time.monotonic() + BOOT_SECONDS
        while self.leader in (before, None) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.wait()

    def _logins_permitted(self) -> bool:
        leader = self.leader
        return leader is not None and not Path(f"/proc/{leader}/root/run/nologin").exists()

    def _last_words(self) -> str:
        lines = (self.base / "console.log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-8:])

    def stop(self, seconds: float = 30) -> None:
        """Shut it down in order; pull the plug if that takes too long.

        It may: at times cups-browsed does not end until systemd's own limit of 90 seconds.
        """
        pid = self.pid
        if pid is None:
            return
        self.thaw()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        if not self._gone(seconds):
            self.kill()
        self._after()

    def kill(self) -> None:
        """Pull the plug: nothing inside is told, as in a power cut."""
        for pid in (self.leader, self.pid):
            if pid is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self.group.freeze(False)  # a frozen process dies only once it is thawed
        if not self._gone(20):
            raise LabError(f"{self.name} does not die: process {self.pid}.")
        self._after()

    def _gone(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.pid is None:
                return True
            time.sleep(0.05)
        return False

    def _after(self) -> None:
        """Leave nothing of it: processes, cable, control group, open ssh connections."""
        self.group.kill()
        call(["ip", "link", "delete", self.card], check=False)
        (self.base / "pid").unlink(missing_ok=True)
        self.lab.hang_up(self.name)
        self.group.remove()

    def set_down(self) -> None:
        """Make it a PC that is switched off at the wall; its disk stays."""
        self.kill()

    def reset(self) -> None:
        """Back to the pristine disk it started from, with a new identity, and boot."""
        self.kill()
        self.make(self.record)
        self.boot()

    def freeze(self) -> None:
        """Make it hang: every process stands still, the kernel still accepts connections."""
        self.group.freeze(True)

    def thaw(self) -> None:
        """Let it go on."""
        self.group.freeze(False)

    def slow(self, on: bool = True) -> None:
        """Put it on a line of some 32 kB/s, or back on its fast one."""
        self.lab.network.slow(self.address, on)

    def snapshot(self, name: str) -> None:
        """Make what it wrote so far a read-only layer others (and itself) can start from.

        It is shut down for that, and booted again if it was up.

        Raises:
            LabError: the name is taken or no plain word.
        """
        if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name):
            raise LabError(f"A snapshot's name is small letters, digits, - and .: not {name!r}.")
        target = self.lab.state / "snapshots" / name
        if target.exists():
            raise LabError(f"There is a snapshot {name!r} already.")
        record, running = self.record, self.pid is not None
        self.stop()
        layers = [str(target / "tree"), *record.layers]
        target.mkdir(parents=True)
        write_json(target / "host.json", asdict(Record(record.suite, record.kind, layers, name)))
        self.disk.upper.rename(target / "tree")
        self.disk.wipe()
        write_json(self.base / "host.json", asdict(Record(record.suite, record.kind, layers, name)))
        if running:
            self.boot()

    def delete(self) -> None:
        """Pull the plug and forget it."""
        self.kill()
        self.lab.forget_host_key(self)
        shutil.rmtree(self.base, ignore_errors=True)

    # --- looking inside -------------------------------------------------------

    def command(
        self, argv: Sequence[str], user: str = "root", group: Group | None = None
    ) -> list[str]:
        """The command line of this machine that runs argv inside, without SSH.

        Args:
            argv: program and arguments.
            user: who runs it.
            group: a control group of its own for memory and processor time; the workstation's
                if None.

        Raises:
            LabError: it is off or hangs.
        """
        leader = self.leader
        if leader is None:
            raise LabError(f"{self.name} is off.")
        if self.group.is_frozen():  # whoever joins it stands still too, and cannot be killed
            raise LabError(f"{self.name} hangs: thaw it first.")
        as_user = [] if user == "root" else ["runuser", "-u", user, "--"]
        enter = ["nsenter", f"--target={leader}", "--all", "--root", "--wd"]
        clean = ["env", "-i", *(f"{key}={value}" for key, value in INSIDE.items())]
        groups = [*groups_of(leader), *(group.counting() if group else [])]
        return ["sh", "-ec", JOIN, "sh", *groups, "--", *enter, *clean, *as_user, *argv]

    def run(
        self,
        argv: Sequence[str] | str,
        *,
        check: bool = True,
        user: str = "root",
        stdin: str | bytes | None = None,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command inside, without SSH, and return what it said.

        Args:
            argv: program and arguments, or a line for /bin/sh.
            check: a non-zero exit is an error.
            user: who runs it.
            stdin: what to feed it.
            timeout: seconds.

        Raises:
            LabError: it is off or hangs, or the command failed and check is true.
            subprocess.TimeoutExpired: it took longer.
        """
        words = ["/bin/sh", "-ec", argv] if isinstance(argv, str) else list(argv)
        try:
            return call(self.command(words, user), check=check, stdin=stdin, timeout=timeout)
        except LabError as why:
            raise LabError(f"{self.name}: {shlex.join(words)}: {why}") from None

    def ssh(
        self, command: str, *, check: bool = True, timeout: float = 120
    ) -> subprocess.CompletedProcess[str]:
        """Run a shell command through SSH as the lab's ssh_config says, and return what it said."""
        argv = ["ssh", "-F", str(self.lab.ssh_config), "-o", "BatchMode=yes", self.name, command]
        return call(argv, check=check, timeout=timeout)

    def memory(self) -> int:
        """Bytes its processes use."""
        return self.group.memory()

    def screenshot(self, path: Path, display: str = ":0") -> None:
        """Write a PNG of what its screen shows.

        Raises:
            LabError: no X server runs there.
        """
        look = ["env", f"DISPLAY={display}", f"XAUTHORITY=/var/run/lightdm/root/{display}"]
        shot = subprocess.run(
            self.command([*look, "xwd", "-silent", "-root"]), capture_output=True, check=False
        )
        if shot.returncode:
            raise LabError(f"{self.name} shows no screen: {shot.stderr.decode().strip()}")
        pipe = f"xwdtopnm 2>/dev/null | pnmtopng 2>/dev/null > {shlex.quote(str(path))}"
        subprocess.run(["sh", "-c", pipe], input=shot.stdout, check=True)
