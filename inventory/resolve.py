"""Hosts, groups and values as Ansible resolves them: its own precedence, its own vault."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inventory.problems import Place, Problem
from inventory.words import _

# It answers once and ends: searching it for garbage is a sixth of its work, and finds nothing. With
# thousands of PCs it is searched all the same, for there memory counts.
_ASK = """
import atexit, gc
gc.set_threshold(1_000_000)
atexit.register(gc.freeze)
from ansible.cli.inventory import main
main()
"""
_PATIENCE = 600  # seconds; 0.4 are usual for fifteen hosts, 18 were measured for eleven thousand


class AnsibleFailed(Exception):  # noqa: N818 - it names what happened
    """ansible-inventory could not read the inventory.

    Attributes:
        problem: its first complaint, for what no check of ours has explained.
    """

    def __init__(self, said: str) -> None:
        """Keep the first line of what it said: the rest repeats it with more words."""
        first = next((line for line in said.splitlines() if line.strip()), "")
        reason = first.partition("]: ")[2] or first
        wrong = _("Ansible cannot read it: {reason}").format(reason=reason[:300])
        mend = _("See the whole answer: {command}").format(
            command="ansible-inventory -i inventory --list"
        )
        self.problem = Problem(Place("inventory"), "", wrong, mend)
        super().__init__(wrong)


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


def resolve(root: Path, passwords: Mapping[str, Path]) -> Resolved:
    """Ask ansible-inventory.

    Args:
        root: the repository's root.
        passwords: vault id -> the file with its password.

    Raises:
        AnsibleFailed: it cannot read the inventory, or open a vault.
    """
    command = [sys.executable, "-c", _ASK, "-i", "inventory", "--list"]
    for vault_id, password in passwords.items():
        command += ["--vault-id", f"{vault_id}@{password}"]
    # Ansible's own settings from the environment would make two desks read one file differently.
    # Where it puts down files while it reads changes nothing: a home may be closed to writing.
    kept = "ANSIBLE_LOCAL_TEMP"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ANSIBLE_") or k == kept}
    environment |= {"ANSIBLE_CONFIG": str(root / "ansible.cfg"), "LC_ALL": "C.UTF-8"}
    try:
        answer = subprocess.run(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=_PATIENCE,
        )
    except subprocess.CalledProcessError as error:
        raise AnsibleFailed(error.stderr) from None
    except subprocess.TimeoutExpired as error:
        raise AnsibleFailed(str(error)) from None
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
