"""Hosts, groups and values as Ansible resolves them: its own precedence, its own vault."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inventory.problems import InventoryRefused, Place, Problem
from inventory.vaults import diagnose
from inventory.words import _

_PATIENCE = 600  # seconds; 0.4 are usual for fifteen hosts, 18 were measured for eleven thousand


@dataclass(frozen=True)
class Resolved:
    """What `ansible-inventory --list` says.

    Attributes:
        members: group -> the hosts in it, through its children too, in the inventory's order.
        children: group -> the groups directly below it.
        variables: host -> name -> value, role defaults not included.
    """

    members: Mapping[str, tuple[str, ...]]
    children: Mapping[str, tuple[str, ...]]
    variables: Mapping[str, Mapping[str, Any]]


def resolve(root: Path, vaults: Mapping[str, str], passwords: Mapping[str, Path]) -> Resolved:
    """Ask ansible-inventory.

    Args:
        root: the repository's root.
        vaults: host -> its vault file, relative to the root.
        passwords: host -> the password file of its vault.

    Raises:
        InventoryRefused: Ansible cannot read the inventory, or open a vault.
    """
    command = [sys.executable, "-m", "ansible.cli.inventory", "-i", "inventory", "--list"]
    for host, password in passwords.items():
        command += ["--vault-id", f"{host}@{password}"]
    # Ansible's own settings from the environment would make two desks read one file differently.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ANSIBLE_")}
    environment |= {"ANSIBLE_CONFIG": str(root / "ansible.cfg"), "LC_ALL": "C.UTF-8"}
    answer = subprocess.run(
        command,
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE,
    )
    if answer.returncode:
        problems = diagnose(root, vaults, passwords)
        raise InventoryRefused(problems or [_ansible_says(answer.stderr)])
    return understand(json.loads(answer.stdout))


def understand(answer: Mapping[str, Any]) -> Resolved:
    """The JSON of `ansible-inventory --list` as records."""
    groups = {name: group for name, group in answer.items() if name != "_meta"}
    children = {name: tuple(group.get("children", ())) for name, group in groups.items()}
    members: dict[str, tuple[str, ...]] = {}

    def hosts_of(group: str) -> tuple[str, ...]:
        if group not in members:
            found = dict.fromkeys(groups.get(group, {}).get("hosts", ()))
            for child in children.get(group, ()):
                found |= dict.fromkeys(hosts_of(child))
            members[group] = tuple(found)
        return members[group]

    for group in groups:
        hosts_of(group)
    hostvars = answer["_meta"]["hostvars"]
    variables = {host: hostvars.get(host, {}) for host in members["all"]}
    return Resolved(members, children, variables)


def _ansible_says(stderr: str) -> Problem:
    """Ansible's first complaint, for what no check of ours has foreseen."""
    lines = [line for line in stderr.splitlines() if "ERROR" in line] or stderr.splitlines()[-1:]
    wrong = _("Ansible cannot read it: {reason}").format(reason=" ".join(lines[:1])[:300])
    mend = _("See the whole answer: {command}").format(
        command="ansible-inventory -i inventory --list"
    )
    return Problem(Place("inventory"), "", wrong, mend)
