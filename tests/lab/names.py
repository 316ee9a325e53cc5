"""Names the lab can use: the inventory's workstations and the jump hosts on the way to them."""

import difflib
from functools import cache

import yaml
from paramiko import SSHConfig

from tests.lab.machine import LabError
from tests.lab.roots import CHECKOUT

# Both sites at once, the second through its jump host.
FIRST = ("thapmuoi-01", "thapmuoi-02", "thanhmy-03")


@cache
def workstations() -> tuple[str, ...]:
    """Names of all workstations in the inventory, in its order."""
    tree = yaml.safe_load((CHECKOUT / "inventory/hosts.yml").read_text(encoding="utf-8"))
    sites = tree["all"]["children"]["sites"]["children"]
    return tuple(name for site in sites.values() for name in site["hosts"])


@cache
def jump(name: str) -> str:
    """Name of the jump host a workstation is reached through, "" for none."""
    config = SSHConfig.from_path(str(CHECKOUT / "inventory/ssh_config"))
    return str(config.lookup(name).get("proxyjump", ""))


def jumps() -> tuple[str, ...]:
    """Names of all jump hosts."""
    return tuple(dict.fromkeys(jump(name) for name in workstations() if jump(name)))


def on_the_way(wanted: list[str]) -> list[str]:
    """The jump hosts some names need, or are."""
    ways = [name if name in jumps() else jump(name) for name in wanted]
    return [name for name in dict.fromkeys(ways) if name]


def first(number: int) -> list[str]:
    """The workstations `--hosts NUMBER` means.

    Raises:
        LabError: the inventory has fewer.
    """
    known = workstations()
    if not 1 <= number <= len(known):
        raise LabError(f"The inventory has {len(known)} workstations: ask for 1 to {len(known)}.")
    return [*FIRST, *(name for name in known if name not in FIRST)][:number]


def check(names: list[str]) -> list[str]:
    """Refuse a name the inventory does not have.

    Raises:
        LabError: naming the nearest known one.
    """
    known = [*workstations(), *jumps()]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f" Do you mean {near[0]}?" if near else ""
            raise LabError(f"The inventory has no workstation {name!r}.{hint}")
    return names


def number(name: str) -> int:
    """A workstation's place in the lab's subnet: .1 is the gateway, .11 the first workstation."""
    return 11 + [*workstations(), *jumps()].index(name)
