"""Whether this desk has an SSH key that opens without a person, before anybody is asked.

Every PC would refuse the login; that it is the desk's own fault is said once, and plainly.
"""

import os
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

from inventory.words import _

# ssh-agent's or a file's answer; a broken agent must not hold up the night.
PATIENCE = 10


class KeysRefused(Exception):  # noqa: N818 - it names what happened
    """No key can be used; the message says why, and what to do."""


def require(hosts: Sequence[str], ssh_config: Path, agent: str | None = None) -> None:
    """See that there is a key for one of the workstations at least.

    Args:
        hosts: as ssh_config names them.
        ssh_config: names the keys and the agent.
        agent: the socket of an ssh-agent; None for the one of this session.

    Raises:
        KeysRefused: there is none.
    """
    locked: dict[str, None] = {}
    for host in hosts:
        settings = _settings(host, ssh_config)
        if settings is None or _agent_has_one(settings, agent):
            return
        files = [Path(name).expanduser() for name in settings.get("identityfile", ())]
        there = [file for file in files if file.is_file()]
        if any(map(_opens, there)):
            return
        locked |= dict.fromkeys(map(str, there))
    if hosts:
        raise KeysRefused(_sentence(locked))


def _sentence(locked: Iterable[str]) -> str:
    files = ", ".join(locked)
    if files:
        return _(
            "No SSH key opens without a person: {files} asks for its passphrase, and no ssh-agent "
            "holds a key. Load it (ssh-add), or give this desk a key without one for the nightly "
            "check (docs/handbook/nightly.md)."
        ).format(files=files)
    return _(
        "This desk has no SSH key: ssh_config names no file that is there, and no ssh-agent holds "
        "one. Make one (ssh-keygen -t ed25519) and declare it in access_authorized_keys."
    )


def _settings(host: str, ssh_config: Path) -> dict[str, list[str]] | None:
    """What OpenSSH makes of ssh_config for one host; None where it cannot be asked."""
    said = _ask("ssh", "-G", "-F", str(ssh_config), host)
    if said is None or said.returncode:
        return None
    settings: dict[str, list[str]] = {}
    for line in said.stdout.splitlines():
        name, _space, value = line.partition(" ")
        settings.setdefault(name, []).append(value)
    return settings


def _agent_has_one(settings: dict[str, list[str]], agent: str | None) -> bool:
    named = settings.get("identityagent", [""])[0]
    socket = os.environ.get("SSH_AUTH_SOCK", "") if agent is None else agent
    if named not in ("", "SSH_AUTH_SOCK"):
        # "none" is a socket that is not there.
        socket = str(Path(named).expanduser())
    if not socket:
        return False
    said = _ask("ssh-add", "-l", SSH_AUTH_SOCK=socket)
    return said is not None and said.returncode == 0


def _opens(file: Path) -> bool:
    """Whether a private key opens with an empty passphrase."""
    said = _ask("ssh-keygen", "-y", "-P", "", "-f", str(file))
    return said is not None and said.returncode == 0


def _ask(*command: str, **environment: str) -> subprocess.CompletedProcess[str] | None:
    """Run one of OpenSSH's programs; None where it is not there, or hangs."""
    try:
        return subprocess.run(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
