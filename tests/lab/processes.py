"""Looking at containers from outside: their processes, control groups and SSH servers."""

import socket
from ipaddress import IPv4Address
from pathlib import Path

from tests.lab.cgroups import hierarchies


def runs_from(pid: int) -> Path | None:
    """The directory a container runs from, None if the process is dead or no container."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
        alive = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return None
    found = [word for word in words if word.startswith("--directory=")]
    return Path(found[0].partition("=")[2]) if alive and found else None


def children(pid: int) -> list[int]:
    """Process ids of a process's children."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(word) for word in listed.split()]


def groups_of(pid: int) -> list[str]:
    """Directories of the control groups a process is in."""
    mounts, found = hierarchies(), set()
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, kinds, path = line.split(":", 2)
        for kind in kinds.replace("name=", "").split(","):
            if kind in mounts and path != "/":
                found.add(str(mounts[kind] / path.lstrip("/")))
    return sorted(found)


def greets(address: IPv4Address) -> bool:
    """Whether an SSH server at an address says its banner at once."""
    try:
        with socket.create_connection((str(address), 22), timeout=0.5) as line:
            line.settimeout(2)
            return line.recv(4) == b"SSH-"
    except OSError:
        return False
