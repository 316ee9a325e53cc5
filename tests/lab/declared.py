"""A copy of the repository whose inventory says something else, for the run of one test."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.lab.technician import ROOT

PARTS = ("inventory", "deploys", "roles", "checks", "config.py", "ansible.cfg", "pyproject.toml")


def declared(target: Path, values: Mapping[str, Mapping[str, Any]]) -> Path:
    """Copy the repository and declare variables of single workstations.

    Args:
        target: a directory that is not there yet.
        values: host → variable → value.

    Returns:
        The copy's root, for `pyinfra(…, root=…, PYTHONPATH=…)`.
    """
    target.mkdir(parents=True)
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, target / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    for host, variables in values.items():
        file = target / "inventory/host_vars" / host / "of_the_test.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(dict(variables)), encoding="utf-8")
    return target


def declare_secrets(root: Path, passwords: Path, host: str, secrets: Mapping[str, str]) -> None:
    """Write a workstation's vault into a copy of the repository.

    Args:
        root: the copy.
        passwords: the directory for BENVUNG_VAULT_DIR.
        host: the workstation.
        secrets: variable → value.
    """
    passwords.mkdir(mode=0o700, exist_ok=True)
    password = passwords / host
    password.touch(mode=0o600)
    password.write_text("a password of the test\n")
    library = VaultLib([(host, VaultSecret(password.read_bytes().strip()))])
    file = root / "inventory/host_vars" / host / "vault.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(library.encrypt(yaml.safe_dump(dict(secrets)), vault_id=host))
