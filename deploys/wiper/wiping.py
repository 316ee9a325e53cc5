"""One disk, whole: how it is wiped, where a cut wipe goes on, how that is proved."""

import os
from dataclasses import replace
from pathlib import Path

from . import itself, passes
from .disks import Disk, Refused
from .itself import Failed
from .journal import Journal, Notes

OVERWRITE = "overwrite"
# How many bad places are named; the rest are like them.
NAMED = 20
_DISKS_FAULT = ("bad-places", "not-zero")


def wipe(disk: Disk, notes: Notes) -> None:
    """Wipe a disk and read it back, noting every step; the journal tells how it ended.

    Args:
        disk: found by its serial, in nobody's use.
        notes: of this disk; what an earlier, cut wipe has noted is gone on from.
    """
    journal = notes.journal
    try:
        if not journal.method:
            _begin(disk, notes)
        _carry_on(disk, notes)
    except Refused as refused:
        _failed(notes, refused.why, refused.detail)
    except Failed as failed:
        _failed(notes, "device-failed", str(failed))


def begun(disk: Disk, earlier: Journal | None) -> Journal:
    """The journal to go on with: that of a cut wipe of the same disk, or a new one."""
    if earlier is None or earlier.size != disk.size:
        return Journal(disk.serial, disk.size, disk.model, disk.spins)
    # Where the disk itself was at fault the whole of it is written again.
    written = 0 if earlier.why in _DISKS_FAULT else earlier.written
    # What it had read back before the cut is read again: only a whole reading is a proof.
    return replace(
        earlier, stage=_next_stage(earlier), written=written,
        read=0, found=None, why="", detail="", bad=[], progress=0,
    )  # fmt: skip


def _next_stage(earlier: Journal) -> str:
    """Where to go on: where it was cut, or at the beginning of what failed."""
    if not earlier.over:
        return earlier.stage
    if not earlier.method:
        return "begun"
    if earlier.stage == "verified":
        return "read"
    return "write" if _overwrites(earlier) else "device"


def _begin(disk: Disk, notes: Notes) -> None:
    journal = notes.journal
    left = [way for way in (*itself.methods(disk), OVERWRITE) if not _tried(journal, way)]
    journal.method = left[0]
    journal.stage = "write" if journal.method == OVERWRITE else "device"
    journal.size, journal.written = disk.size, 0
    notes.note()


def _tried(journal: Journal, way: str) -> bool:
    return any(each.startswith(f"{way}:") for each in journal.tried)


def _carry_on(disk: Disk, notes: Notes) -> None:
    journal = notes.journal
    if journal.stage in ("begun", "device"):
        _by_itself(disk, notes)
    resumed = bool(journal.written)
    if journal.stage == "write":
        _overwrite(disk, notes)
    if _verified(disk, notes):
        return
    if _overwrites(journal) and not resumed:
        raise Refused("not-zero", disk.serial)
    # A drive that has wiped itself may leave noise, which proves nothing, and between a cut and
    # today somebody may have used the disk: then zeros are written from the first byte.
    journal.overwritten, journal.written = journal.method != OVERWRITE, 0
    _overwrite(disk, notes)
    if not _verified(disk, notes):
        raise Refused("not-zero", disk.serial)


def _overwrites(journal: Journal) -> bool:
    return journal.method == OVERWRITE or journal.overwritten


def _by_itself(disk: Disk, notes: Notes) -> None:
    """Let the disk wipe itself; where it fails, the next best way is taken."""
    journal = notes.journal
    # The stage is on record before the command: after a cut the drive may still be at it.
    again, journal.stage = journal.stage == "device", "device"
    notes.note()

    def progress(percent: int) -> None:
        journal.progress = percent
        notes.note()

    try:
        itself.wipe_itself(disk, journal.method, progress, again=again)
    except Failed as failed:
        journal.tried.append(f"{journal.method}: {failed}")
        _begin(disk, notes)
        if journal.stage == "device":
            _by_itself(disk, notes)
        return
    journal.stage = "read"


def _overwrite(disk: Disk, notes: Notes) -> None:
    journal = notes.journal
    journal.stage = "write"
    with passes.held(disk.path) as handle:
        notes.note()

        def progress(written: int) -> None:
            if notes.due or written == disk.size:
                # Out of the drive's own memory before it is noted as written.
                os.fsync(handle)
                journal.written = written
                notes.note()

        bad = passes.write_zeros(handle, disk.size, journal.written, progress)
    if bad:
        journal.bad = bad[:NAMED]
        raise Refused("bad-places", f"{len(bad)}, the first at byte {bad[0]}")


def _verified(disk: Disk, notes: Notes) -> bool:
    """Read everything back: True where the whole disk holds one byte, and is noted as wiped."""
    journal = notes.journal
    journal.stage, journal.read = "read", 0
    with passes.held(disk.path) as handle:
        notes.note()

        def progress(read: int) -> None:
            journal.read = read
            if notes.due:
                notes.note()

        found, bad = passes.read_back(handle, disk.size, progress)
    if bad:
        journal.bad = bad[:NAMED]
        raise Refused("bad-places", f"{len(bad)}, the first at byte {bad[0]}")
    if found is None or (_overwrites(journal) and found):
        return False
    journal.found, journal.read, journal.stage = found, disk.size, "verified"
    notes.note()
    return True


def _failed(notes: Notes, why: str, detail: str) -> None:
    notes.journal.stage, notes.journal.why, notes.journal.detail = "failed", why, detail
    notes.note()


def journal_path(folder: Path, serial: str) -> Path:
    """The file of a disk's journal: a serial may hold what no file name can."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in serial)
    return folder / f"{safe}.json"
