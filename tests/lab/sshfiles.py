"""The lab's ssh_config and known_hosts, as OpenSSH and Paramiko both understand them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.lab import names

if TYPE_CHECKING:
    from pathlib import Path

    from tests.lab.lab import Lab
    from tests.lab.workstation import Workstation

# A socket's path is limited to 108 bytes, and ssh appends 17 while it makes one.
COMMON = """
Host *
    User benvung
    IdentityFile {key}
    IdentitiesOnly yes
    UserKnownHostsFile {known_hosts}
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
    ConnectTimeout 10
    ServerAliveInterval 15
    ServerAliveCountMax 4
    ControlMaster auto
    ControlPath {control}/%C
    ControlPersist 60
"""


def unkept(common: str) -> str:
    """These lines without a connection that is kept for the next question."""
    lines = common.splitlines(keepends=True)
    return "".join(line for line in lines if not line.strip().startswith("Control"))


def write_ssh_config(lab: Lab) -> None:
    """Write how every workstation of the inventory would be reached in this lab."""
    blocks = ["# Written by tests/lab; gone when the lab is taken down."]
    for name in [*names.workstations(), *names.jumps()]:
        address = lab.network.subnet[names.number(name)]
        blocks.append(f"Host {name}\n    HostName {address}")
        if via := names.jump(name):
            blocks[-1] += f"\n    ProxyJump {via}"
    places = {"key": lab.key, "known_hosts": lab.known_hosts, "control": lab.run_dir}
    _replace(lab.ssh_config, "\n".join(blocks) + "\n" + COMMON.format(**places))


def write_known_hosts(lab: Lab, ws: Workstation, key: str) -> None:
    """Replace what known_hosts says of one workstation; other lines stay as they are.

    Args:
        lab: the lab whose file it is.
        ws: the workstation.
        key: its public key, "" to say nothing of it.
    """
    names_of_it = {ws.name, str(ws.address)}
    lines = lab.known_hosts.read_text().splitlines() if lab.known_hosts.exists() else []
    kept = [line for line in lines if not names_of_it & set(line.split(" ")[0].split(","))]
    if key:
        kept.append(f"{ws.name},{ws.address} {key}")
    _replace(lab.known_hosts, "".join(f"{line}\n" for line in kept))


def _replace(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.rename(path)
