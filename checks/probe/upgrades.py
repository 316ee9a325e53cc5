"""How many corrections of Debian's security archive a PC lacks.

Read from dpkg's file and from apt's lists of that archive; dpkg compares the versions. apt itself
maps some 50 MB of all lists for packages nobody asks about, and does not count a correction that a
newer version in the main archive stands before.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import dpkg
from .asking import run, said

LISTS = Path("/var/lib/apt/lists")
# As apt names them: …_dists_trixie-security_InRelease, …_dists_trixie-security_main_…_Packages
SECURITY = re.compile(r"_dists_[^_]+-security_(?:(?:In)?Release$|.*_Packages)")
# What brings any of apt's lists as plain text, however it is compressed.
PLAIN = ("/usr/lib/apt/apt-helper", "cat-file")
# For all at once: installed and offered, installed and offered, …
OLDER = """while [ $# -gt 1 ]; do
    dpkg --compare-versions "$1" lt "$2" && echo "$1 $2"
    shift 2
done
true"""

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
    differ = [pairs for one in known if (pairs := others(one, offers.get(one.name, ())))]
    behind = older({pair for pairs in differ for pair in pairs})
    return None if behind is None else sum(not behind.isdisjoint(pairs) for pairs in differ)


def offered(lists: list[Path], names: set[str]) -> Offers | None:
    """Package → what the lists have of it, for those named; None where one cannot be read."""
    offers: Offers = {}
    for file in lists:
        text = plain(file)
        if text is None:
            return None
        for package in dpkg.packages(text):
            if package.name in names:
                offers.setdefault(package.name, []).append(package)
    return offers


def plain(file: Path) -> bytes | None:
    """One of apt's lists as text."""
    text = file.read_bytes()
    if not text or text.startswith(b"Package: "):
        return text
    done = run(*PLAIN, file)
    return None if done.returncode else done.stdout


def others(installed: dpkg.Package, offers: Sequence[dpkg.Package]) -> set[tuple[str, str]]:
    """The pairs of an installed package's version and another one that is offered."""
    version = installed.version
    other = [one for one in offers if one.version != version]
    if not other or not installed.is_there:
        return set()
    machine = installed.field(b"Architecture")
    here = [one for one in other if {machine, one.field(b"Architecture")} <= {machine, "all"}]
    return {(version, one.version) for one in here}


def older(pairs: set[tuple[str, str]]) -> set[tuple[str, str]] | None:
    """Those of the pairs whose first version is older than the second, as dpkg orders them."""
    if not pairs:
        return set()
    words = [version for pair in sorted(pairs) for version in pair]
    shown = said("sh", "-c", OLDER, "sh", *words)
    if shown is None:
        return None
    lines = shown.splitlines()
    return {pair for pair in pairs if " ".join(pair) in lines}


def security_lists(lists: Path) -> Iterator[Path]:
    """The lists of the security archive, without descriptions."""
    return (one for one in sorted(lists.glob("*")) if SECURITY.search(one.name))
