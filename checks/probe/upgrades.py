"""How many corrections of Debian's security archive a PC lacks.

Read from dpkg's file and from apt's lists of that archive. apt itself maps some 50 MB of all lists
for packages nobody asks about, and does not count a correction that a newer version in the main
archive stands before.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import dpkg
from .asking import run

LISTS = Path("/var/lib/apt/lists")
# As apt names them: …_dists_trixie-security_InRelease, …_dists_trixie-security_main_…_Packages
SECURITY = re.compile(r"_dists_[^_]+-security_(?:(?:In)?Release$|.*_Packages)")
# What brings any of apt's lists as plain text, however it is compressed.
PLAIN = ("/usr/lib/apt/apt-helper", "cat-file")
Offers = dict[str, list[dpkg.Package]]


def security_waiting(known: Sequence[dpkg.Package] | None, lists: Path = LISTS) -> int | None:
    """How many installed packages have a newer version in the security archive.

    Args:
        known: what dpkg's own file holds.
        lists: apt's lists.

    Returns:
        None where nobody can tell: without lists of the security archive, or if one is unreadable.
    """
    found = list(security_lists(lists))
    if not found or known is None:
        return None
    offers = offered([one for one in found if "_Packages" in one.name], {one.name for one in known})
    if offers is None:
        return None
    machine = next((one.field(b"Architecture") for one in known if one.name == "dpkg"), "")
    return sum(is_behind(one, offers.get(one.name, ()), machine) for one in known)


def offered(lists: list[Path], names: set[str]) -> Offers | None:
    """Package → what the lists have of it, for those named; None where one cannot be read."""
    offers: Offers = {}
    for file in lists:
        text = plain(file)
        if text is None or not is_whole(text):
            return None
        for package in dpkg.packages(text):
            if package.name in names:
                offers.setdefault(package.name, []).append(package)
    return offers


def plain(file: Path) -> bytes | None:
    """One of apt's lists as text; None where it cannot be read."""
    try:
        text = file.read_bytes()
        if not text or text.startswith(b"Package: "):
            return text
        done = run(*PLAIN, file)
    except (OSError, RuntimeError):
        return None
    return None if done.returncode else done.stdout


def is_whole(text: bytes) -> bool:
    """Whether it is a list, and no power cut has left zeros or half a line in it."""
    return not text or (
        text.startswith(b"Package: ") and text.endswith(b"\n") and b"\0" not in text
    )


def is_behind(installed: dpkg.Package, offers: Sequence[dpkg.Package], machine: str) -> bool:
    """Whether a newer version of an installed package is offered.

    Args:
        installed: the package.
        offers: what the archive has by its name.
        machine: the PC's architecture; a package that is for all may become one of it.
    """
    version = installed.version
    other = [one for one in offers if one.version != version]
    if not other or not installed.is_there:
        return False
    own = installed.field(b"Architecture")
    fits = {"all", machine if own == "all" else own}
    here = [one for one in other if one.field(b"Architecture") in fits]
    return any(dpkg.rank(one.version) > dpkg.rank(version) for one in here)


def security_lists(lists: Path) -> Iterator[Path]:
    """The lists of the security archive, without descriptions."""
    return (one for one in sorted(lists.glob("*")) if SECURITY.search(one.name))
