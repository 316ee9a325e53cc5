"""Writing zeros over a whole disk, and reading the whole disk back, past the kernel's memory."""

import errno
import mmap
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .disks import Refused

# Bytes. A whole number of pages and sectors, as reading past the kernel's memory demands.
CHUNK = 4 << 20
PIECE = 4096
# A disk with more bad places than this is given up: each can cost seconds.
MOST_BAD = 256
# What the kernel says of a place on the disk that cannot be written or read; the rest is the line
# to the disk, or the disk is gone.
BAD_PLACE = {errno.EIO, errno.ENODATA, errno.EREMOTEIO, errno.EILSEQ, errno.ETIMEDOUT}

Progress = Callable[[int], None]
Access = Callable[[int, memoryview, int], int]


@contextmanager
def held(path: str) -> Iterator[int]:
    """A disk opened for us alone, past the kernel's memory.

    Raises:
        Refused: somebody else uses it, or it is gone.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_EXCL | os.O_DIRECT)
    except OSError as error:
        busy = error.errno == errno.EBUSY
        raise Refused("in-use" if busy else "disk-gone", path) from None
    try:
        yield handle
    finally:
        os.close(handle)


def write_zeros(handle: int, size: int, start: int, progress: Progress) -> list[int]:
    """Write zeros from `start` to the end.

    Args:
        handle: of the disk, see `held`.
        size: of the disk, in bytes.
        start: a byte, brought down to the chunk it lies in.
        progress: told up to which byte everything is on the disk itself.

    Returns:
        Offsets of places that cannot be written.

    Raises:
        Refused: the disk is gone.
    """
    zeros = mmap.mmap(-1, CHUNK)
    bad: list[int] = []
    for offset, length in _chunks(size, start):
        bad += _part(_written, handle, zeros, offset, length)
        _refuse_too_bad(bad)
        progress(offset + length)
    os.fsync(handle)
    return bad


def read_back(handle: int, size: int, progress: Progress) -> tuple[int | None, list[int]]:
    """Read everything.

    Args:
        handle: of the disk, see `held`.
        size: of the disk, in bytes.
        progress: told how many bytes are read.

    Returns:
        The byte the whole disk holds, None where it holds several; and the offsets of places that
        cannot be read.

    Raises:
        Refused: the disk is gone.
    """
    buffer = mmap.mmap(-1, CHUNK)
    bad: list[int] = []
    same = b""
    for offset, length in _chunks(size, 0):
        missing = _part(_read, handle, buffer, offset, length)
        bad += missing
        _refuse_too_bad(bad)
        if not missing:
            same = same or buffer[:1] * CHUNK
            if buffer[:length] != same[:length]:
                return None, bad
        progress(offset + length)
    return (same[0] if same else None), bad


def _chunks(size: int, start: int) -> Iterator[tuple[int, int]]:
    for offset in range(start - start % CHUNK, size, CHUNK):
        yield offset, min(CHUNK, size - offset)


def _part(access: Access, handle: int, memory: mmap.mmap, offset: int, length: int) -> list[int]:
    """Write or read one chunk; where that fails, piece by piece: the pieces that fail."""
    view = memoryview(memory)
    if _works(access, handle, view[:length], offset):
        return []
    bad = []
    for place in range(0, length, PIECE):
        piece = view[place : min(place + PIECE, length)]
        if not _works(access, handle, piece, offset + place):
            bad.append(offset + place)
            if len(bad) > MOST_BAD:
                break
    return bad


def _works(access: Access, handle: int, piece: memoryview, offset: int) -> bool:
    done = 0
    while done < len(piece):
        try:
            moved = access(handle, piece[done:], offset + done)
        except OSError as error:
            if error.errno in BAD_PLACE:
                return False
            raise Refused("disk-gone", os.strerror(error.errno or 0)) from None
        if not moved:
            raise Refused("disk-gone", f"nothing after byte {offset + done}")
        done += moved
    return True


def _written(handle: int, piece: memoryview, offset: int) -> int:
    return os.pwrite(handle, piece, offset)


def _read(handle: int, piece: memoryview, offset: int) -> int:
    return os.preadv(handle, [piece], offset)


def _refuse_too_bad(bad: list[int]) -> None:
    if len(bad) > MOST_BAD:
        raise Refused("bad-places", f"more than {MOST_BAD}, the first at byte {bad[0]}")
