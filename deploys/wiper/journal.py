"""How far the wiping of one disk has come, in a file: what a cut leaves is where it goes on."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

# Seconds between two notes of the progress.
RHYTHM = 2.0


@dataclass
class Journal:
    """The wiping of one disk.

    Attributes:
        serial, size: of the disk; size in bytes.
        model: as the disk says.
        spins: whether it has platters.
        method: sanitize, format or overwrite; "" before one is chosen.
        stage: begun, device (the disk wipes itself), write, read, verified or failed.
        progress: of a disk that wipes itself, in percent.
        written, read: bytes from the beginning that are zero for sure, or have been read back.
        found: the byte the whole disk holds; None before it was read, or where it holds others.
        overwritten: whether it was overwritten after it had wiped itself.
        tried: methods that failed, with the tool's words.
        bad: offsets that can be neither written nor read, the first of them.
        why, detail: why it failed.
    """

    serial: str
    size: int
    model: str = ""
    spins: bool = False
    method: str = ""
    stage: str = "begun"
    progress: int = 0
    written: int = 0
    read: int = 0
    found: int | None = None
    overwritten: bool = False
    tried: list[str] = field(default_factory=list)
    bad: list[int] = field(default_factory=list)
    why: str = ""
    detail: str = ""

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """A journal from what was read of one; what it does not know is left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{key: value for key, value in said.items() if key in known})

    @property
    def over(self) -> bool:
        """Whether nothing more happens."""
        return self.stage in ("verified", "failed")

    def plain(self) -> dict[str, Any]:
        """As it is written."""
        return asdict(self)


class Notes:
    """A journal's file; each note replaces it at one stroke.

    Args:
        path: the file.
        journal: what is noted.
    """

    def __init__(self, path: Path, journal: Journal) -> None:
        """Nothing is written yet."""
        self.path, self.journal = path, journal
        self._last = 0.0

    def note(self) -> None:
        """Write the journal down."""
        scratch = self.path.with_name(f".{self.path.name}.new")
        with scratch.open("w", encoding="utf-8") as file:
            json.dump(self.journal.plain(), file)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(self.path)
        self._last = time.monotonic()

    @property
    def due(self) -> bool:
        """Whether the last note is long enough ago."""
        return time.monotonic() - self._last >= RHYTHM


@contextmanager
def alone(path: Path, *, wait: bool = False) -> Iterator[bool]:
    """Hold the lock of a journal; False where another wiper holds it and is not waited for."""
    with path.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
