"""The inventory in pyinfra's own shape, and what its command line is refused.

`config.py` at the repository's root hands these to pyinfra when its first argument is the
inventory directory.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inventory.addresses import ssh_config_path
from inventory.loader import ROOT
from inventory.problems import InventoryRefused, Place, Problem
from inventory.records import Inventory, Workstation
from inventory.transport import prompt_transport
from inventory.words import _

# Seconds one command may take before its host is given up. pyinfra has no limit of its own, and
# goes step by step, so one hanging workstation would hold up all the others.
COMMAND_TIMEOUT = 120
# Files in deploys/ that are commands of `benvung`.
ONE_BY_ONE = ("enrol", "retire")

Group = list[Any] | tuple[list[Any], dict[str, Any]]


def pyinfra_inventory(inventory: Inventory) -> dict[str, Group]:
    """Every group as a Python inventory file would define it.

    Returns:
        `all`: ([(host, its data), …], {}); every other group: [host, …]. A host's data is its
        variables, `site`, and how to connect.
    """
    everyone = [(host.name, _data(host)) for host in inventory.hosts.values()]
    groups: dict[str, Group] = {
        name: list(hosts) for name, hosts in inventory.groups.items() if name != "all"
    }
    return {"all": (everyone, {}), **groups}


def _data(host: Workstation) -> dict[str, Any]:
    connection = {
        "ssh_config_file": str(ssh_config_path(ROOT)),
        "ssh_strict_host_key_checking": "yes",
        "ssh_paramiko_connect_kwargs": {"transport_factory": prompt_transport},
        "_timeout": COMMAND_TIMEOUT,
    }
    return {**host.variables, "site": host.site, **connection}


def refuse_misleading_flags(flags: Mapping[str, Any]) -> None:
    """Refuse what pyinfra answers with a false success.

    Args:
        flags: pyinfra's command line by parameter name (`dry`, `yes`, …), as click has parsed it.

    Raises:
        InventoryRefused: for `--dry -y`: with -y pyinfra skips the detection of changes and then
            shows none, whatever is wrong on the workstations. And for what is done to one PC by
            a person who answers: no -y may answer instead.
    """
    for file in flags.get("operations") or ():
        if (name := Path(str(file)).stem) in ONE_BY_ONE:
            wrong = _("this is done to exactly one PC, and asks a person")
            mend = _("Run: {command}").format(command=f"benvung {name} <PC>")
            raise InventoryRefused([Problem(Place(str(file)), "", wrong, mend)])
    if flags.get("dry") and flags.get("yes"):
        wrong = _("with -y pyinfra shows no changes, even where there are some")
        mend = _("Leave -y out (and PYINFRA_YES unset) to see them, or --dry to make them.")
        raise InventoryRefused([Problem(Place("--dry -y"), "", wrong, mend)])
