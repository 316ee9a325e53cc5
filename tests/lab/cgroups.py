"""A control group for each workstation, under cgroup v1, v2 or both, whatever the machine has."""

import contextlib
import os
import signal
import time
from pathlib import Path

from tests.lab.machine import LabError

TOP = "benvung-lab"
# cpuset wants its own set-up before a process may join, devices and the rest are of no use here.
USED = {"systemd", "freezer", "memory", "cpu", "cpuacct", "pids", "blkio"}
CONTROLLERS = ("cpu", "memory", "pids", "io")
EVENTS = "memory.events"

# Joins every group listed before "--", then becomes the command after it.
JOIN = (
    'while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit 1; shift; done; shift; exec "$@"'
)


def hierarchies() -> dict[str, Path]:
    """Mount points of the control groups in use here; "" is the unified one."""
    found: dict[str, Path] = {}
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, where, kind, options = line.split()[:4]
        if kind == "cgroup2":
            found[""] = Path(where)
        elif kind == "cgroup":
            for name in USED & set(options.replace("name=", "").split(",")):
                found[name] = Path(where)
    return found


class Group:
    """The control group of one workstation, the same path in every hierarchy.

    Args:
        path: below the lab's own top group, e.g. "1a2b3c/thanhmy-03".
    """

    def __init__(self, path: str) -> None:
        """Name the group; nothing is made yet."""
        self.path = path
        self.mounts = hierarchies()

    def at(self, hierarchy: str) -> Path:
        """Directory of the group in one hierarchy."""
        return self.mounts[hierarchy] / TOP / self.path

    def make(self) -> list[str]:
        """Create the group everywhere and return its directories."""
        for name, mount in self.mounts.items():
            self.at(name).mkdir(parents=True, exist_ok=True)
            if not name:
                self._delegate(mount)
        return [str(path) for path in sorted({self.at(name) for name in self.mounts})]

    def counting(self) -> list[str]:
        """Its directories where memory and processor time are counted; call `make` first."""
        separate = [name for name in self.mounts if name in {"memory", "cpuacct"}]
        return [str(self.at(name)) for name in separate or [""]]

    def _delegate(self, mount: Path) -> None:
        available = (mount / "cgroup.controllers").read_text().split()
        wanted = " ".join(f"+{name}" for name in CONTROLLERS if name in available)
        parent = mount
        for part in Path(TOP, self.path).parts:
            if wanted:
                (parent / "cgroup.subtree_control").write_text(wanted)
            parent /= part

    def freeze(self, frozen: bool) -> None:
        """Stop or continue every process of the workstation at once."""
        if "freezer" in self.mounts:
            control, word = self.at("freezer") / "freezer.state", "FROZEN" if frozen else "THAWED"
        else:
            control, word = self.at("") / "cgroup.freeze", "1" if frozen else "0"
        if not control.exists():
            return
        control.write_text(word)
        deadline = time.monotonic() + 60
        while frozen and not self.is_frozen() and time.monotonic() < deadline:
            time.sleep(0.1)
            # A process that was in the kernel at the first try is only asked again by a second.
            control.write_text(word)

    def is_frozen(self) -> bool:
        """Whether the workstation stands still."""
        if "freezer" in self.mounts:
            state = self.at("freezer") / "freezer.state"
            return state.exists() and state.read_text().strip() == "FROZEN"
        events = self.at("") / "cgroup.events"
        return events.exists() and "frozen 1" in events.read_text()

    def memory(self) -> int:
        """Bytes the workstation's processes use, its file cache not counted."""
        name = "memory" if "memory" in self.mounts else ""
        stat = self.at(name) / "memory.stat"
        if not stat.exists():
            return 0
        values = dict(line.split() for line in stat.read_text().splitlines())
        keys = ("total_rss", "total_mapped_file") if name else ("anon", "file_mapped")
        return sum(int(values.get(key, 0)) for key in keys)

    def cpu(self) -> float:
        """Seconds of processor time its processes have used so far, ended ones included."""
        if "cpuacct" in self.mounts:
            return int((self.at("cpuacct") / "cpuacct.usage").read_text()) / 1e9
        stat = (self.at("") / "cpu.stat").read_text().split()
        return int(stat[stat.index("usage_usec") + 1]) / 1e6

    def limit_memory(self, most: int) -> None:
        """Let it have so many bytes and no swap: one that needs more is killed."""
        if "memory" in self.mounts:
            (self.at("memory") / "memory.limit_in_bytes").write_text(str(most))
            (self.at("memory") / "memory.swappiness").write_text("0")
        else:
            (self.at("") / "memory.max").write_text(str(most))
            swap = self.at("") / "memory.swap.max"
            if swap.exists():
                swap.write_text("0")

    def killed_for_memory(self) -> int:
        """How many of its processes the kernel killed because the group had no memory left."""
        name, file = ("memory", "memory.oom_control") if "memory" in self.mounts else ("", EVENTS)
        words = (self.at(name) / file).read_text().split()
        return int(words[words.index("oom_kill") + 1])

    def kill(self) -> None:
        """Kill what is left in the group, and wait until it is empty.

        Raises:
            LabError: a process does not die.
        """
        deadline = time.monotonic() + 20
        while pids := self._pids():
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if time.monotonic() > deadline:
                raise LabError(f"Processes of {self.path} do not die: {sorted(pids)}.")
            time.sleep(0.02)

    def _pids(self) -> set[int]:
        found: set[int] = set()
        for name in self.mounts:
            # Groups go away meanwhile: os.walk passes over them, rglob would end there.
            for group, _inner, _files in os.walk(self.at(name)):
                with contextlib.suppress(OSError):
                    found.update(map(int, (Path(group) / "cgroup.procs").read_text().split()))
        return found

    def remove(self) -> None:
        """Delete the group, and the lab's own when it was the last."""
        for name in self.mounts:
            top = self.at(name)
            inner = sorted(top.rglob("*/"), reverse=True) if top.exists() else []
            for path in [*inner, top, top.parent, top.parent.parent]:
                try:
                    path.rmdir()
                except OSError:  # still used by another workstation or lab, or gone already
                    continue
