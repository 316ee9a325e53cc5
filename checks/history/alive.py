"""Whether the process that runs a night still lives: a run that was cut says so itself no more.

A process is named by the machine, its start, the process's number and the moment it began, since
numbers are used again. From another machine, or a system without /proc, nobody can tell.
"""

import os
from pathlib import Path

# Field 22 of /proc/<pid>/stat (proc(5)), counted after the name, which may hold anything.
_BEGAN = 22 - 3


def me() -> str:
    """This process; "" where the system does not say."""
    return _name(os.getpid())


def ended(process: str) -> bool | None:
    """Whether a process has ended; None where nobody can tell.

    Args:
        process: as `me` named it.
    """
    words = process.split()
    here = me().split()
    # machine, start of the system, number, moment
    if len(words) != len(here) or not here or words[0] != here[0]:
        return None
    return words[1] != here[1] or _name(int(words[2])) != process


def _name(pid: int) -> str:
    try:
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
        start = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except (OSError, UnicodeDecodeError):
        return ""
    fields = stat.rpartition(b")")[2].split()
    # A zombie has ended, whether or not its parent has asked for it.
    if fields[0] in (b"Z", b"X"):
        return ""
    return f"{machine} {start} {pid} {fields[_BEGAN].decode('ascii')}"
