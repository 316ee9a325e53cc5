"""Each host's vault password, from where the desk keeps it (inventory/vaults.py).

Ansible wants every vault id named on its command line; here a host's own is added as its vault
is about to be read, and no other. Where there is no such file (AWX, a PC that is given the
password of its own vault alone) nothing is added.
"""

import sys
from pathlib import Path
from typing import Any

from ansible.inventory.host import Host
from ansible.parsing.vault import VaultSecret
from ansible.plugins.vars import BaseVarsPlugin

sys.path.append(str(Path(__file__).resolve().parents[2]))
from inventory.vaults import password_dir

DOCUMENTATION = """
name: vaults
short_description: Gives Ansible the password of each host's own vault
description:
  - Reads C($BENVUNG_VAULT_DIR/<host>), C(~/.config/benvung/vault/<host>) without that variable.
options: {}
"""


class VarsModule(BaseVarsPlugin):
    """The plugin Ansible looks for; it has no variables of its own to give."""

    def get_vars(self, loader: Any, path: str, entities: Any) -> dict[str, Any]:
        """Add the passwords of these hosts to the loader that reads their files next."""
        super().get_vars(loader, path, entities)
        for entity in entities if isinstance(entities, list) else [entities]:
            if isinstance(entity, Host):
                self._add(loader, entity.name)
        return {}

    def _add(self, loader: Any, host: str) -> None:
        secrets = loader._vault.secrets or []  # noqa: SLF001 - there is no public way to read them
        file = password_dir() / host
        if any(vault_id == host for vault_id, _secret in secrets) or not file.is_file():
            return
        secret = VaultSecret(file.read_bytes().strip())
        loader.set_vault_secrets([*secrets, (host, secret)])
