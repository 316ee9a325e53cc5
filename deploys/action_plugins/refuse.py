"""Refuse an inventory the loader would refuse, before anything is connected to.

The first task of the baseline, so that AWX and a PC that applies its own state are as strict as
the desk: Ansible's own check of a role's arguments lets "no" through as true text.
"""

import sys
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.utils.vars import load_extra_vars

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT))
from deploys.publishing import unpublished
from inventory.playbook import Given, declared, playbook_problems
from inventory.problems import InventoryRefused
from inventory.vaults import VAULT_FILE


class ActionModule(ActionBase):
    """The plugin Ansible looks for; it connects to nothing."""

    TRANSFERS_FILES = False
    _VALID_ARGS = frozenset()

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Check the files and the values of every host of the play, once for all of them."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        del tmp
        hostvars = task_vars["hostvars"]
        hosts = task_vars["ansible_play_hosts_all"]
        given = Given(
            members=task_vars["groups"],
            values={host: hostvars.raw_get(host) for host in hosts},
            secrets={host: self._vault(host) for host in hosts},
            extra=load_extra_vars(self._loader),
        )
        # A look changes nothing, and a PC that pulls has verified what it applies.
        pushes = not self._task.check_mode and self._connection.transport != "local"
        problems = playbook_problems(ROOT, given)
        if pushes and not problems:
            problems = unpublished(declared(ROOT, given, hosts), ROOT)
        if problems:
            result |= {"failed": True, "msg": str(InventoryRefused(problems))}
        return result

    def _vault(self, host: str) -> dict[str, Any]:
        """What a host's vault holds, opened with the passwords this run was given."""
        file = ROOT / VAULT_FILE.format(host=host)
        return (self._loader.load_from_file(str(file)) or {}) if file.exists() else {}
