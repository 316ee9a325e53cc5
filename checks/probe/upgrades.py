"""How many corrections of Debian's security archive a PC lacks, as apt counts them.

apt is shown the security archive's lists alone. With all lists it maps some 50 MB and takes five
times as long, for packages nobody asks about; and it does not count a correction that a newer
version in the main archive stands before.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from .asking import said

LISTS = Path("/var/lib/apt/lists")
# As apt names them: …_dists_trixie-security_InRelease, …_dists_trixie-security_main_…_Packages
SECURITY = re.compile(r"_dists_[^_]+-security_(?:(?:In)?Release$|.*_Packages)")
# name/archive version machine [upgradable from: version]
UPGRADE = re.compile(r"^\S+/\S* .*\[upgradable from: ", re.MULTILINE)


def security_waiting(lists: Path = LISTS) -> int | None:
    """How many installed packages have a newer version in the security archive.

    Args:
        lists: apt's lists.

    Returns:
        None where nobody can tell: without lists of the security archive, or if apt gives none.
    """
    with TemporaryDirectory(prefix="benvung-") as place:
        for one in security_lists(lists):
            Path(place, one.name).symlink_to(one)
        if not any(Path(place).iterdir()):
            return None
        # apt's own cache is of all lists, and stays as it is.
        alone = (f"Dir::State::lists={place}/", "Dir::Cache::pkgcache=", "Dir::Cache::srcpkgcache=")
        options = [word for one in alone for word in ("-o", one)]
        # A simulated upgrade would take ten times as long.
        listed = said("apt", *options, "list", "--upgradable")
    return None if listed is None else len(UPGRADE.findall(listed))


def security_lists(lists: Path) -> Iterator[Path]:
    """The lists of the security archive, without descriptions."""
    return (one for one in sorted(lists.glob("*")) if SECURITY.search(one.name))
