"""How many corrections of Debian's security archive a PC lacks, as apt counts them.

apt is shown the security archive's lists alone. With all lists it maps some 50 MB and takes half a
second, for packages nobody asks about; and it does not count a correction that a newer version in
the main archive stands before.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from .asking import said

LISTS = Path("/var/lib/apt/lists")
# As apt names them: …_dists_trixie-security_InRelease, …_dists_trixie-security_main_…_Packages
SECURITY = re.compile(r"_dists_[^_]+-security_(?:(?:In)?Release$|.*_Packages)")
# An installed package and its machine; no paragraph has an empty line in it.
INSTALLED = re.compile(
    r"^Package: (\S+)\n(?:.+\n)*?Status: \S+ \S+ (?!config-files|not-installed).*\n"
    r"(?:.+\n)*?Architecture: (\S+)$",
    re.MULTILINE,
)
# apt-cache(8), policy: the candidate, and the table of versions.
CANDIDATE = re.compile(r"^  Candidate: (\S+)$", re.MULTILINE)
VERSION = re.compile(r"^ {5}(\S+) -?\d+$", re.MULTILINE)


def security_waiting(status: str | None, lists: Path = LISTS) -> int | None:
    """How many installed packages have a newer version in the security archive.

    Args:
        status: dpkg's own file.
        lists: apt's lists.

    Returns:
        None where nobody can tell: without lists of the security archive, or if apt gives none.
    """
    names = [":".join(found) for found in INSTALLED.findall(status or "")]
    with TemporaryDirectory(prefix="benvung-") as place:
        for one in security_lists(lists):
            Path(place, one.name).symlink_to(one)
        if not names or not any(Path(place).iterdir()):
            return None
        # Its own cache is of all lists, and stays as it is.
        alone = (f"Dir::State::lists={place}/", "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache=")
        options = [word for one in alone for word in ("-o", one)]
        shown = said("apt-cache", *options, "policy", *names)
    return None if shown is None else sum(map(behind, packages(shown)))


def security_lists(lists: Path) -> Iterator[Path]:
    """The lists of the security archive, without descriptions."""
    return (one for one in sorted(lists.glob("*")) if SECURITY.search(one.name))


def packages(policy: str) -> list[str]:
    """What `apt-cache policy` says, package by package."""
    return re.split(r"^(?=\S)", policy, flags=re.MULTILINE)


def behind(policy: str) -> bool:
    """Whether a package's candidate is newer than what is installed.

    Args:
        policy: what `apt-cache policy` says of the package.
    """
    candidate = CANDIDATE.search(policy)
    # The newest version stands on top: what stands above the installed one is newer.
    above, installed, _ = policy.partition("\n *** ")
    if candidate is None or not installed:
        return False
    return candidate[1] in VERSION.findall(above)
