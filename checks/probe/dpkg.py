"""What dpkg's own file says of packages. Read as it stands: dpkg and apt take longer to load it."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

STATUS = Path("/var/lib/dpkg/status")
# dpkg(1): what is wanted, what is wrong, how far it came; the states a cut leaves behind.
FINE = "install ok installed"
HALF = ("half-installed", "unpacked", "half-configured")
GONE = ("config-files", "not-installed")
Parts = list[tuple[list[int], int]]


class Package(NamedTuple):
    """A package in a file of dpkg or apt.

    Attributes:
        name: as it stands there.
        lines: all that is said of it, each line after the end of another one.
    """

    name: str
    lines: bytes

    def field(self, name: bytes) -> str:
        """What a field holds, in one line; "" where there is none."""
        start = b"\n" + name + b": "
        place = self.lines.find(start)
        if place < 0:
            return ""
        end = self.lines.find(b"\n", place + 1)
        return self.lines[place + len(start) : end if end > 0 else None].decode("utf-8", "replace")

    @property
    def version(self) -> str:
        """Its version."""
        return self.field(b"Version")

    @property
    def is_there(self) -> bool:
        """Whether it is installed, whole or not."""
        return self.field(b"Status").rpartition(" ")[2] not in GONE


def status() -> bytes | None:
    """The whole file, a megabyte or two; None when it cannot be read."""
    try:
        return STATUS.read_bytes()
    except OSError:
        return None


def packages(text: bytes) -> list[Package]:
    """The packages of a file, in its order.

    Args:
        text: paragraphs that begin with the name, as dpkg and apt write them (deb-control(5)).
    """
    found = []
    for paragraph in (b"\n\n" + text).split(b"\n\nPackage: ")[1:]:
        name, end, rest = paragraph.partition(b"\n")
        found.append(Package(name.decode("utf-8", "replace"), end + rest))
    return found


def half_and_held(known: Sequence[Package] | None) -> tuple[int | None, list[str] | None]:
    """How many packages are half done, and which ones are held back.

    Args:
        known: what dpkg's file holds: nothing, where a power cut has emptied it; None where it
            cannot be read.
    """
    if known is None:
        return None, None
    states = [(one.name, one.field(b"Status")) for one in known]
    other = [(name, state.split()) for name, state in states if state != FINE]
    half = sum(state[1:2] != ["ok"] or state[-1] in HALF for _, state in other)
    held = [name for name, state in other if state[:1] == ["hold"]]
    return half if states else 1, held[:20]


def version(database: bytes | None, name: str) -> str | None:
    """The version of a package; None where dpkg does not know it."""
    _, start, rest = (database or b"").partition(f"\nPackage: {name}\n".encode())
    return Package(name, b"\n" + rest.partition(b"\n\n")[0]).version if start else None


def rank(version: str) -> tuple[int, Parts, Parts]:
    """What a version is compared by: deb-version(7), "Sorting algorithm".

    Here, because dpkg compares two in a process of its own, and there are dozens every night.
    """
    epoch, colon, rest = version.rpartition(":")
    upstream, dash, revision = rest.rpartition("-")
    # None is 0.
    first, last = (upstream, revision) if dash else (rest, "0")
    return int(epoch) if colon and epoch.isdigit() else 0, parts(first), parts(last)


def parts(text: str) -> Parts:
    """What is no digit and the number after it, again and again."""
    found = re.findall(r"(\D*)(\d*)", text)
    return [([*map(weight, other), 0], int(digits or 0)) for other, digits in found]


def weight(character: str) -> int:
    """`~` before the end, which is 0, then letters, then all others."""
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256
