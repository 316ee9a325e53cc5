"""The workstations' secrets: one wholly encrypted file and one vault id per host.

A workstation that pulls holds the password of its own vault and no other, so a vault's id must be
its host's name and no group may have one. The passwords are files named as the hosts in
`$BENVUNG_VAULT_DIR` (`~/.config/benvung/vault`), readable by the technician alone.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from inventory.problems import Place, Problem
from inventory.words import _
from inventory.yaml_files import Unreadable, parse, read_text

VAULT_FILE = "inventory/host_vars/{host}/vault.yml"
_HEADER = "$ANSIBLE_VAULT;"
# 0600, or 0400. Never executable: Ansible would run the file instead of reading it.
_PRIVATE = (0o600, 0o400)


def password_dir() -> Path:
    """Where the vault passwords are kept on this desk."""
    named = os.environ.get("BENVUNG_VAULT_DIR") or "~/.config/benvung/vault"
    return Path(named).expanduser().absolute()


def is_vault(text: str) -> bool:
    """Whether a file's text is a whole-file vault."""
    return text.startswith(_HEADER)


def check_vaults(root: Path, vaults: Mapping[str, str], problems: list[Problem]) -> dict[str, Path]:
    """Check each vault's form, id and password file, without decrypting.

    Args:
        root: the repository's root.
        vaults: host -> its vault file, relative to the root.
        problems: takes what is wrong.

    Returns:
        host -> password file, for every vault that may be opened.
    """
    passwords = {}
    for host, file in vaults.items():
        password = password_dir() / host
        found = [*_vault_problems(root, host, file), *_password_problems(password, file)]
        problems.extend(found)
        if not found:
            passwords[host] = password
    return passwords


def diagnose(root: Path, passwords: Mapping[str, Path]) -> list[Problem]:
    """Why Ansible could not read the vaults: tried one by one, only after it has failed."""
    # Only here: a quarter of a second that a sound inventory never needs.
    from ansible.errors import AnsibleError  # noqa: PLC0415
    from ansible.parsing.vault import VaultLib, VaultSecret  # noqa: PLC0415

    problems = []
    for host, password in passwords.items():
        file = VAULT_FILE.format(host=host)
        library = VaultLib([(host, VaultSecret(password.read_bytes().strip()))])
        try:
            parse(library.decrypt((root / file).read_bytes()).decode(), file, dict)
        except AnsibleError:
            wrong = _("cannot be opened with the password in {file}").format(file=password)
            mend = _("Put the right password there, or restore the vault from the repository.")
            problems.append(Problem(Place(file), "", wrong, mend))
        except (UnicodeDecodeError, Unreadable):
            # No more than that: the exact words could repeat the secret.
            wrong = _("what is encrypted in it is not a file of `key: value` lines")
            command = f"ansible-vault edit --vault-id {host}@{password} {file}"
            mend = _("Correct it: {command}").format(command=command)
            problems.append(Problem(Place(file), "", wrong, mend))
    return problems


def _vault_problems(root: Path, host: str, file: str) -> list[Problem]:
    try:
        header = read_text(root / file, file).partition("\n")[0]
    except Unreadable as error:
        return error.problems
    if not is_vault(header):
        wrong = _("the secrets are not encrypted")
        mend = _("Take new secrets (these have been readable), then: {command}").format(
            command=f"ansible-vault encrypt --encrypt-vault-id {host} {file}"
        )
        return [Problem(Place(file, 1), "", wrong, mend)]
    vault_id = header.split(";")[3].strip() if header.count(";") > 2 else ""  # noqa: PLR2004
    if vault_id != host:
        wrong = _("encrypted for {id}, not for {host}").format(id=vault_id or "-", host=host)
        mend = _("Encrypt it again with --encrypt-vault-id {host}.").format(host=host)
        return [Problem(Place(file, 1), "", wrong, mend)]
    return []


def _password_problems(password: Path, file: str) -> list[Problem]:
    try:
        mode = stat.S_IMODE(password.stat().st_mode)
        empty = not password.read_bytes().strip()
    except OSError as error:
        wrong = _("its password {file} cannot be read ({reason})")
        wrong = wrong.format(file=password, reason=error.strerror)
        mend = _("Put the password there (a file named as the host), or set BENVUNG_VAULT_DIR.")
        return [Problem(Place(file), "", wrong, mend)]
    if mode not in _PRIVATE:
        wrong = _("its password {file} has mode {mode}, not 0600")
        wrong = wrong.format(file=password, mode=f"{mode:04o}")
        mend = _("Run: {command}").format(command=f"chmod 0600 {password}")
        return [Problem(Place(file), "", wrong, mend)]
    if empty:
        wrong = _("its password {file} is empty").format(file=password)
        return [Problem(Place(file), "", wrong, _("Write the password into it."))]
    return []
