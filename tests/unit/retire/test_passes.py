"""Overwriting and reading back, on real files opened past the kernel's memory."""

import errno
import os
from pathlib import Path

import pytest

from deploys.wiper import passes
from deploys.wiper.disks import Disk, Refused
from deploys.wiper.journal import Journal, Notes
from deploys.wiper.wiping import begun, journal_path, wipe

SECRET = b"du lieu cua ban doc\n"
SIZE = 3 * passes.CHUNK + 8192
BAD = passes.CHUNK + 3 * passes.PIECE


def ignore(_done: int) -> None:
    pass


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """A file for a disk, full of what nobody may read."""
    file = tmp_path / "disk"
    file.write_bytes((SECRET * (SIZE // len(SECRET) + 1))[:SIZE])
    return Disk(str(file), "S1", "a file", SIZE, "other", spins=True, in_use=False)


def content(disk: Disk) -> bytes:
    return Path(disk.path).read_bytes()


def wiped(disk: Disk, folder: Path, earlier: Journal | None = None) -> Journal:
    notes = Notes(journal_path(folder, disk.serial), begun(disk, earlier))
    wipe(disk, notes)
    return notes.journal


def test_every_byte_is_overwritten_and_read_back(disk: Disk, tmp_path: Path) -> None:
    journal = wiped(disk, tmp_path)
    assert content(disk) == bytes(SIZE)
    assert (journal.stage, journal.method, journal.found) == ("verified", "overwrite", 0)
    assert (journal.written, journal.read) == (SIZE, SIZE)
    kept = journal_path(tmp_path, "S1")
    assert '"stage": "verified"' in kept.read_text()
    assert not kept.with_name(f".{kept.name}.new").exists()


class Cut(Exception):  # noqa: N818
    """The power."""


def cut_after(monkeypatch: pytest.MonkeyPatch, calls: int) -> list[int]:
    """Cut the power at the so-manieth write; the offsets written to before."""
    real = os.pwrite
    seen: list[int] = []

    def pwrite(handle: int, data: memoryview, offset: int) -> int:
        if len(seen) == calls:
            raise Cut
        seen.append(offset)
        return real(handle, data, offset)

    monkeypatch.setattr(os, "pwrite", pwrite)
    return seen


def test_a_cut_wipe_is_not_done_and_goes_on_where_it_was(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploys.wiper.journal.RHYTHM", 0.0)
    with monkeypatch.context() as patch:
        cut_after(patch, 2)
        notes = Notes(journal_path(tmp_path, "S1"), begun(disk, None))
        with pytest.raises(Cut):
            wipe(disk, notes)
    left = notes.journal
    assert (left.stage, left.written) == ("write", 2 * passes.CHUNK)
    assert SECRET in content(disk)
    with monkeypatch.context() as patch:
        seen = cut_after(patch, 1000)
        journal = wiped(disk, tmp_path, left)
    assert seen == [2 * passes.CHUNK, 3 * passes.CHUNK]
    assert journal.stage == "verified"
    assert content(disk) == bytes(SIZE)


def test_what_was_read_back_before_a_cut_is_read_again(disk: Disk, tmp_path: Path) -> None:
    """Somebody may have written in between, and a journal may be of another day."""
    claims = Journal("S1", SIZE, method="overwrite", stage="read", written=SIZE, read=SIZE - 1)
    assert wiped(disk, tmp_path, claims).stage == "verified"
    assert content(disk) == bytes(SIZE)


def test_a_disk_that_does_not_keep_zeros_is_not_wiped(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counterfeit and worn-out drives say yes to every write."""
    monkeypatch.setattr(os, "pwrite", lambda _handle, memory, _offset: len(memory))
    # Alike everywhere, as if a drive had wiped itself: but zeros were written.
    Path(disk.path).write_bytes(b"\xff" * SIZE)
    for claims in (None, Journal("S1", SIZE, method="overwrite", stage="write", written=SIZE)):
        journal = wiped(disk, tmp_path, claims)
        assert (journal.stage, journal.why) == ("failed", "not-zero")
        assert begun(disk, journal).written == 0


def test_a_journal_of_a_disk_of_another_size_is_of_no_use(disk: Disk) -> None:
    other = Journal("S1", SIZE + 1, method="overwrite", stage="write", written=SIZE)
    assert begun(disk, other).written == 0


def spoil(monkeypatch: pytest.MonkeyPatch, call: str, code: int = errno.EIO) -> None:
    """One place of the disk can be neither written nor read."""
    real = getattr(os, call)

    def access(handle: int, memory: list[memoryview] | memoryview, offset: int) -> int:
        length = len(memory[0]) if isinstance(memory, list) else len(memory)
        if offset <= BAD < offset + length:
            raise OSError(code, os.strerror(code))
        moved: int = real(handle, memory, offset)
        return moved

    monkeypatch.setattr(os, call, access)


@pytest.mark.parametrize("call", ["pwrite", "preadv"])
def test_a_bad_place_makes_it_a_disk_that_cannot_be_wiped(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    spoil(monkeypatch, call)
    journal = wiped(disk, tmp_path)
    assert (journal.stage, journal.why, journal.bad) == ("failed", "bad-places", [BAD])
    # All the rest is gone nevertheless.
    rest = content(disk)
    assert rest[:BAD] + rest[BAD + passes.PIECE :] == bytes(SIZE - passes.PIECE)


def test_a_disk_that_is_gone_can_be_wiped_another_day(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch, "pwrite", errno.ENODEV)
    journal = wiped(disk, tmp_path)
    assert (journal.stage, journal.why) == ("failed", "disk-gone")


def test_too_many_bad_places_end_it(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_all: object) -> int:
        raise OSError(errno.EIO, "bad")

    monkeypatch.setattr(os, "pwrite", never)
    with passes.held(disk.path) as handle, pytest.raises(Refused, match="more than 256"):
        passes.write_zeros(handle, disk.size, 0, ignore)


def test_one_byte_that_differs_is_found_wherever_it_is(disk: Disk) -> None:
    for place in (0, passes.CHUNK, SIZE - 1):
        whole = bytearray(b"\xff" * SIZE)
        with passes.held(disk.path) as handle:
            Path(disk.path).write_bytes(whole)
            assert passes.read_back(handle, SIZE, ignore) == (0xFF, [])
            whole[place] = 0xFE
            Path(disk.path).write_bytes(whole)
            assert passes.read_back(handle, SIZE, ignore) == (None, [])


def test_a_disk_that_ends_early_is_no_wiped_disk(disk: Disk, tmp_path: Path) -> None:
    Path(disk.path).write_bytes(bytes(passes.CHUNK))
    claims = Journal("S1", SIZE, method="sanitize", stage="read")
    journal = wiped(disk, tmp_path, claims)
    assert (journal.stage, journal.why) == ("failed", "disk-gone")
