"""What is wrong with the inventory, where, and how to mend it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from inventory.words import _

Key = str | int


@dataclass(frozen=True, order=True)
class Place:
    """A line of a file. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int = 0

    def __str__(self) -> str:
        """As editors and compilers write it: `file:line`."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, order=True)
class Problem:
    """One thing a person has to mend.

    Attributes:
        place: the file, relative to the repository's root, and the line.
        key: the setting, as in `browser_bookmarks[2].url`; "" when it is about the whole file.
        wrong: what is wrong, one sentence in the technician's language.
        mend: what to do about it, likewise.
    """

    place: Place
    key: str
    wrong: str
    mend: str

    @property
    def file(self) -> str:
        """The file to open, relative to the repository's root."""
        return self.place.file

    def __str__(self) -> str:
        """Two short lines: where and what, then the mend."""
        where = f"{self.place}: {self.key}" if self.key else str(self.place)
        return f"{where}: {self.wrong}\n    → {self.mend}"


class InventoryRefused(Exception):  # noqa: N818 - it names what happened, as a person would say it
    """The inventory, or what was asked of it, is wrong; nothing was connected to or changed.

    Attributes:
        problems: every problem found, sorted by file and line, each once.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep each problem once, in the order of the files."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__(self.problems)

    def __str__(self) -> str:
        """All problems as readable lines, ready for the terminal."""
        heading = _("Refused before anything was connected to or changed; {count} to mend:")
        lines = [heading.format(count=len(self.problems)), *map(str, self.problems)]
        return "\n".join(lines)


def as_key(path: Iterable[Key]) -> str:
    """The steps to a value as people write them: `browser_bookmarks[2].url`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def nearest(name: str, known: Collection[str]) -> str:
    """The known name most like `name`, or "" when none is like it."""
    return next(iter(get_close_matches(name, known, n=1)), "")


def did_you_mean(name: str, known: Collection[str], otherwise: str) -> str:
    """The mend for a name nobody knows: the nearest known one, or else `otherwise`."""
    guess = nearest(name, known)
    return _("Did you mean {name}?").format(name=guess) if guess else otherwise
