"""Disks that can wipe themselves: NVMe's Sanitize and Format, ATA's Sanitize, by Debian's tools.

What a drive can do is read from the structures of the standards (NVM Express Base Specification:
Identify Controller, Sanitize Status log page), which no version of the tool changes; hdparm gives
words alone.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from .disks import Disk, Refused

SANITIZE, FORMAT = "sanitize", "format"
# Seconds; a drive that wipes itself is asked this often how far it is.
RHYTHM = 5.0
# Milliseconds; a Format of a large drive answers when it is done.
FORMAT_LIMIT = 4 * 3600 * 1000
# Identify Controller: where OACS, SANICAP and FNA lie.
_OACS, _SANICAP, _FNA = slice(256, 258), slice(328, 332), 524
_FORMAT_SUPPORTED = 1 << 1
# SANICAP's bit -> the sanitize action: what leaves all cells alike before what leaves noise.
_NVME_ACTIONS = (
    (1 << 1, "start-block-erase"),
    (1 << 2, "start-overwrite"),
    (1 << 0, "start-crypto-erase"),
)
# Sanitize status: completed, running, completed with deallocation.
_DONE, _RUNNING = (1, 4), 2
_WHOLE = 65536
_ATA_ACTIONS = (
    ("BLOCK_ERASE_EXT", ["--sanitize-block-erase"]),
    ("OVERWRITE_EXT", ["--sanitize-overwrite-passes", "1", "--sanitize-overwrite", "hex:00000000"]),
    ("CRYPTO_SCRAMBLE_EXT", ["--sanitize-crypto-scramble"]),
)
_SURE = "--yes-i-know-what-i-am-doing"
Progress = Callable[[int], None]


class Failed(Exception):  # noqa: N818 - it names what happened
    """The disk could not wipe itself; the message is the tool's own."""


def methods(disk: Disk) -> tuple[str, ...]:
    """How a disk can wipe itself, the best way first; none for most old ones.

    Raises:
        Refused: a tool is missing, or the disk hides a part of itself.
    """
    ask = {"nvme": _nvme_methods, "ata": _ata_methods}.get(disk.bus)
    try:
        return ask(disk) if ask else ()
    except Failed:
        # A disk that does not tell what it can do is overwritten.
        return ()


def _nvme_methods(disk: Disk) -> tuple[str, ...]:
    about = _nvme_about(disk)
    able = int.from_bytes(about[_OACS], "little") & _FORMAT_SUPPORTED
    ways = ((SANITIZE, _nvme_action(about)), (FORMAT, able))
    return tuple(way for way, can in ways if can)


def _ata_methods(disk: Disk) -> tuple[str, ...]:
    _refuse_hidden_part(disk)
    return (SANITIZE,) if _ata_action(disk) else ()


def wipe_itself(disk: Disk, method: str, progress: Progress, *, again: bool = False) -> None:
    """Let a disk wipe itself, and wait until it has.

    Args:
        disk: the disk.
        method: sanitize or format.
        progress: told the percentage, where the disk tells it.
        again: whether it may be at it since before a cut; then it is waited for first.

    Raises:
        Failed: it did not.
        Refused: a tool is missing.
    """
    if method == FORMAT:
        # User data erase; nothing of the drive's layout changes.
        words = ["format", disk.path, "--ses=1", "--force", f"--timeout={FORMAT_LIMIT}"]
        _heeded("nvme", *words)
        return
    ask = _nvme_state if disk.bus == "nvme" else _ata_state
    # One that completed may be of another year: only one that is running is waited for.
    if again and ask(disk)[0] == "running" and _waited(ask, disk, progress):
        return
    if disk.bus == "nvme":
        action = _nvme_action(_nvme_about(disk))
        _heeded("nvme", "sanitize", _controller(disk), f"--sanact={action}")
    else:
        _heeded("hdparm", _SURE, *_ata_action(disk), disk.path)
    if not _waited(ask, disk, progress):
        raise Failed("the drive says that its sanitize failed")


def _waited(ask: Callable[[Disk], tuple[str, int]], disk: Disk, progress: Progress) -> bool:
    """Wait while the drive is at it; whether it succeeded."""
    state, percent = ask(disk)
    while state == "running":
        progress(percent)
        time.sleep(RHYTHM)
        state, percent = ask(disk)
    return state == "done"


def _nvme_about(disk: Disk) -> bytes:
    about = _heeded("nvme", "id-ctrl", _controller(disk), "--raw-binary")
    if len(about) <= _FNA:
        raise Failed(f"nvme id-ctrl answered {len(about)} bytes")
    return about


def _nvme_action(about: bytes) -> str:
    able = int.from_bytes(about[_SANICAP], "little")
    return next((action for bit, action in _NVME_ACTIONS if able & bit), "")


def _nvme_state(disk: Disk) -> tuple[str, int]:
    log = _heeded("nvme", "sanitize-log", _controller(disk), "--raw-binary")
    progress, status = (int.from_bytes(log[at : at + 2], "little") for at in (0, 2))
    state = "running" if status & 7 == _RUNNING else "done" if status & 7 in _DONE else "failed"
    return state, progress * 100 // _WHOLE


def _controller(disk: Disk) -> str:
    """The controller of a namespace: /dev/nvme0 of /dev/nvme0n1."""
    return re.sub(r"n\d+$", "", disk.path)


def _ata_action(disk: Disk) -> list[str]:
    said = _heeded("hdparm", "-I", disk.path).decode(errors="replace")
    if not re.search(r"^\s*\*\s*SANITIZE feature set", said, re.MULTILINE):
        return []
    able = (words for name, words in _ATA_ACTIONS if re.search(rf"\*\s*{name} command", said))
    return next(able, [])


def _ata_state(disk: Disk) -> tuple[str, int]:
    said = _heeded("hdparm", "--sanitize-status", disk.path).decode(errors="replace")
    percent = re.search(r"Progress:.*\((\d+)%\)", said)
    if "SD2" in said:
        return "running", int(percent[1]) if percent else 0
    return ("done" if "Completed Without Error" in said else "failed"), 0


def _refuse_hidden_part(disk: Disk) -> None:
    """Refuse a disk that hides its end (host protected area): nobody could read that part back."""
    try:
        said = _heeded("hdparm", "-N", disk.path).decode(errors="replace")
    except Failed:  # a disk that knows no such thing
        return
    if "HPA is enabled" in said:
        sectors = re.search(r"max sectors\s*=\s*(\d+)/(\d+)", said)
        raise Refused("hidden-part", f"{disk.path} {sectors[2]}" if sectors else disk.path)


def _heeded(tool: str, *words: str) -> bytes:
    """What a tool prints.

    Raises:
        Refused: it is not installed.
        Failed: it failed, with its own last words.
    """
    program = shutil.which(tool, path=os.environ.get("PATH", os.defpath))
    if program is None:
        raise Refused("no-tool", tool)
    done = subprocess.run(
        [program, *words], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        raise Failed(f"{Path(program).name}: {(said or [f'exit code {done.returncode}'])[-1]}")
    return done.stdout
