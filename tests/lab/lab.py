"""The lab: workstations on one bridge, their ssh_config, and the way to clean up after them."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import string
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cached_property
from ipaddress import IPv4Network
from pathlib import Path
from threading import RLock
from typing import Self

from tests.lab import cgroups, identity, names, network, roots
from tests.lab.machine import LabError, call, can_host, write_json
from tests.lab.processes import runs_from
from tests.lab.sshfiles import write_known_hosts, write_ssh_config
from tests.lab.workstation import Record, Workstation

BOOTS_AT_ONCE = 5
Report = Callable[[str, str], None]


def silent(_host: str, _stage: str) -> None:
    """Report to nobody."""


def default_state() -> Path:
    """Where the lab keeps its things: BENVUNG_LAB_STATE, or var/lab in this checkout."""
    return Path(os.environ.get("BENVUNG_LAB_STATE") or roots.CHECKOUT / "var/lab").resolve()


class Lab:
    """Workstations of one state directory. Use it as a context manager to be sure of cleaning up.

    Args:
        state: its directory; `default_state()` if None.

    Raises:
        LabError: the directory's path cannot be used by overlayfs.
    """

    def __init__(self, state: Path | None = None) -> None:
        """Name the lab; nothing is made yet."""
        self.state = (state or default_state()).resolve()
        if set(str(self.state)) & set(':,\\" '):
            raise LabError(f"The lab's directory may not have : , \\ or space in it: {self.state}")
        self.id = hashlib.sha256(str(self.state).encode()).hexdigest()[:6]
        self.ssh_config = self.state / "ssh_config"
        self.known_hosts = self.state / "known_hosts"
        # What says that a directory is a lab's: no other one is made into a lab, or emptied.
        self.mark = self.state / "lab.json"
        self.key = self.state / "id_ed25519"
        self.run_dir = network.RUN / self.id
        self._keys_lock = RLock()

    def __enter__(self) -> Self:
        """Nothing yet: `start` makes things."""
        return self

    def __exit__(self, *_: object) -> None:
        """Clean up, whatever happened."""
        self.down()

    # --- what there is --------------------------------------------------------

    @cached_property
    def network(self) -> network.Network:
        """Its bridge and subnet, chosen when it first comes up."""
        if not self.mark.exists():
            raise LabError("The lab is not up: `python -m tests.lab up`.")
        return network.Network(self.id, IPv4Network(json.loads(self.mark.read_text())["subnet"]))

    @property
    def password(self) -> str:
        """The password of the installer's user on fresh workstations of this lab."""
        path = self.state / "password"
        if not path.exists():
            letters = string.ascii_letters + string.digits
            path.touch(mode=0o600)
            path.write_text("".join(secrets.choice(letters) for _ in range(16)))
        return path.read_text()

    def __getitem__(self, name: str) -> Workstation:
        """The workstation of that name, running or not.

        Raises:
            LabError: the inventory does not have it.
        """
        names.check([name])
        return Workstation(self, name)

    def workstations(self) -> list[Workstation]:
        """All that have a disk in this lab, jump hosts last."""
        known = [*names.workstations(), *names.jumps()]
        return [ws for ws in (Workstation(self, name) for name in known) if ws.exists]

    # --- up and down ----------------------------------------------------------

    def start(
        self,
        wanted: Iterable[str],
        *,
        suite: str = "trixie",
        fresh: bool = False,
        snapshot: str = "",
        report: Report = silent,
    ) -> list[Workstation]:
        """Make and boot workstations; those that are up stay as they are.

        Args:
            wanted: names in the inventory.
            suite: Debian suite of those that are made now.
            fresh: as Debian's installer leaves them, not yet enrolled.
            snapshot: start those that are made now from this snapshot (its suite and kind count).
            report: told (host, stage) as things happen.

        Raises:
            LabError: this machine cannot host the lab, a name is unknown, one that exists is of
                another suite or kind, or one did not boot.
        """
        wanted = names.check(list(dict.fromkeys(wanted)))
        if why := can_host(self.state):
            raise LabError(why)
        via = names.on_the_way(wanted)
        wanted = [name for name in wanted if name not in via]
        with self._locked():
            record = self._record(suite, "fresh" if fresh else "enrolled", snapshot)
            jump = Record(record.suite, "jump")
            for name in wanted:
                self._agree(Workstation(self, name), record)
            self._claim()
            self._bring_up_network()
            pristine = via if snapshot else [*via, *wanted]
            if not all(Workstation(self, name).bootable for name in pristine):
                layers = roots.layers(record.suite, lambda line: report(record.suite, line))
                jump.layers = [str(layer) for layer in layers]
                record.layers = record.layers or jump.layers
            self._each(via, lambda ws: self._start(ws, jump, report))
            self._each(wanted, lambda ws: self._start(ws, record, report))
            self._hand_over()
        return [Workstation(self, name) for name in wanted or via]

    def _record(self, suite: str, kind: str, snapshot: str) -> Record:
        """What new workstations shall be; their layers are filled in when there are any."""
        if not snapshot:
            return Record(suite, kind)
        path = self.state / "snapshots" / snapshot / "host.json"
        if not path.exists():
            raise LabError(f"The lab has no snapshot {snapshot!r}.")
        return Record(**json.loads(path.read_text()))

    def _agree(self, ws: Workstation, record: Record) -> None:
        """Refuse to call a workstation something it is not."""
        if not ws.exists or ws.record.kind == "jump":
            return
        is_, asked = ws.record, record
        if (is_.suite, is_.kind) != (asked.suite, asked.kind):
            raise LabError(
                f"{ws.name} is there as {is_.kind} {is_.suite}, asked for {asked.kind} "
                f"{asked.suite}: `python -m tests.lab down {ws.name}` first."
            )

    def _start(self, ws: Workstation, record: Record, report: Report) -> None:
        if ws.state == "frozen":
            ws.thaw()
        if not ws.bootable:
            report(ws.name, "making its disk")
            ws.make(record)
        if ws.pid is None:
            report(ws.name, "booting")
            ws.boot()
        elif not ws.ready:
            report(ws.name, "booting still")
            self.pin_host_key(ws)
            ws.wait()
        report(ws.name, "up")

    def _each(self, wanted: Iterable[str], do: Callable[[Workstation], None]) -> None:
        """Do something to several at once; the first error is raised after all have ended."""
        with ThreadPoolExecutor(BOOTS_AT_ONCE) as pool:
            running = [pool.submit(do, Workstation(self, name)) for name in wanted]
        for done in running:
            done.result()

    def reset(self, wanted: Iterable[str], report: Report = silent) -> None:
        """Put workstations back to their pristine disk and boot them."""

        def again(ws: Workstation) -> None:
            report(ws.name, "resetting")
            ws.reset()
            report(ws.name, "up")

        with self._locked():
            self._each(names.check(list(wanted)), again)

    def remove(self, wanted: Iterable[str]) -> None:
        """Stop and delete some workstations; the rest of the lab stays."""
        with self._locked():
            for name in names.check(list(wanted)):
                Workstation(self, name).delete()

    def down(self) -> None:
        """Stop and delete everything of this lab, whatever state it is in. Twice does no harm."""
        group = cgroups.Group(self.id)
        with self._locked(), contextlib.ExitStack() as steps:
            # The last one named is done first, and each is done even if another fails.
            steps.callback(self._delete_files)
            steps.callback(self._leave_machine)
            steps.callback(group.remove)
            steps.callback(group.kill)
            steps.callback(self._each, [ws.name for ws in self.workstations()], Workstation.kill)
            steps.callback(self._kill_strays)

    def _leave_machine(self) -> None:
        """Remove the bridge; the last lab puts the kernel's limits back."""
        network.Network(self.id, IPv4Network("0.0.0.0/0")).down()
        with network.shared() as data:
            # A lab without a bridge has ended without saying so.
            data["labs"] = {
                lab: state
                for lab, state in data["labs"].items()
                if network.Network(lab, IPv4Network("0.0.0.0/0")).exists()
            }
            if not data["labs"]:
                network.restore_limits(data)

    def _delete_files(self) -> None:
        self.__dict__.pop("network", None)
        shutil.rmtree(self.run_dir, ignore_errors=True)
        if not self.mark.exists():
            return
        for path in self.state.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name not in ("lock", self.mark.name):
                path.unlink(missing_ok=True)
        # Last, so that a deletion that was cut is gone on with.
        self.mark.unlink()

    def _kill_strays(self) -> None:
        """Kill containers of this lab whose records are gone."""
        for path in Path("/proc").glob("[0-9]*"):
            root = runs_from(int(path.name))
            if root is not None and root.is_relative_to(self.state / "hosts"):
                ws = Workstation(self, root.parent.name)
                ws.base.mkdir(parents=True, exist_ok=True)
                (ws.base / "pid").write_text(path.name)
                ws.kill()

    def _claim(self) -> None:
        """Make the directory this lab's.

        Raises:
            LabError: it is somebody else's.
        """
        found = {path.name for path in self.state.iterdir()} - {"lock", "hosts", "password"}
        if found and not self.mark.exists():
            raise LabError(f"The lab wants a directory of its own; {self.state} has {min(found)}.")

    def _bring_up_network(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        self.run_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with network.shared() as data:
            self.__dict__.pop("network", None)
            bridge = network.Network(self.id, IPv4Network("0.0.0.0/0"))
            if not (self.mark.exists() and bridge.exists()):
                bridge.down()
                subnet = network.free_subnet(self.id)
                write_json(self.mark, {"id": self.id, "subnet": str(subnet)})
            data["labs"][self.id] = str(self.state)
            network.raise_limits(data)
            self.network.up()
        if not self.key.exists():
            identity.new_key(self.key, f"lab {self.id}")
        write_ssh_config(self)
        self.known_hosts.touch(mode=0o644)

    def _hand_over(self) -> None:
        """Let the person who used sudo log in to the lab's workstations as themselves."""
        owner = int(os.environ.get("SUDO_UID", "0")), int(os.environ.get("SUDO_GID", "0"))
        ours = (self.state, self.run_dir, self.key, self.ssh_config, self.known_hosts)
        for path in (*ours, self.key.with_suffix(".pub"), self.state / "password"):
            if path.exists():
                os.chown(path, *owner)

    # --- ssh ------------------------------------------------------------------

    def pin_host_key(self, ws: Workstation) -> None:
        """Write a workstation's real key to known_hosts, unless enrolment is to pin it."""
        if ws.record.kind != "fresh":
            with self._keys_lock:
                write_known_hosts(self, ws, ws.host_key)

    def forget_host_key(self, ws: Workstation) -> None:
        """Drop what known_hosts says of a workstation: it has a new key."""
        with self._keys_lock:
            write_known_hosts(self, ws, "")

    def hang_up(self, name: str) -> None:
        """Close the shared ssh connection to a workstation, which would only hang now."""
        if self.ssh_config.exists():
            with contextlib.suppress(LabError):
                call(["ssh", "-F", self.ssh_config, "-O", "exit", name], check=False, timeout=10)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.state.mkdir(parents=True, exist_ok=True)
        with (self.state / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
