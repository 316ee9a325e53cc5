"""How each workstation is reached, as Paramiko (and so pyinfra) understands the ssh_config."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from paramiko import SSHConfig, SSHException

from inventory.problems import Place, Problem
from inventory.words import _
from inventory.yaml_files import Unreadable, read_text

_BLOCK = re.compile(r"\s*(host|match)[\s=]+(.+)", re.IGNORECASE)


def ssh_config_path(root: Path) -> Path:
    """The ssh_config every tool uses: `$BENVUNG_SSH_CONFIG`, or the inventory's own."""
    return root / (os.environ.get("BENVUNG_SSH_CONFIG") or "inventory/ssh_config")


@dataclass
class _Block:
    """One `Host` or `Match` section: its first line's number and its text."""

    line: int
    lines: list[str] = field(default_factory=list)


def read_addresses(root: Path, hosts: Iterable[str], problems: list[Problem]) -> dict[str, str]:
    """Host -> the name or address after its `HostName`.

    Args:
        root: the repository's root.
        hosts: the inventory's hosts.
        problems: takes an ssh_config that cannot be read, and two hosts with one address.
    """
    path = ssh_config_path(root)
    file = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    try:
        own, shared = _blocks(read_text(path, file))
        return _look_up(file, hosts, own, shared, problems)
    except Unreadable as error:
        problems.extend(error.problems)
    except SSHException as error:
        wrong = _("not an ssh_config: {reason}").format(reason=error)
        problems.append(Problem(Place(file), "", wrong, _("Compare with man ssh_config.")))
    return {}


def _blocks(text: str) -> tuple[dict[str, list[_Block]], list[_Block]]:
    """The sections for one host each, by its name, and those that may hold for many.

    Asking Paramiko about one host's sections alone keeps fifteen thousand hosts linear.
    """
    own: dict[str, list[_Block]] = {}
    block = _Block(1)
    shared = [block]
    for number, line in enumerate(text.splitlines(), start=1):
        opening = _BLOCK.match(line)
        if opening:
            block = _Block(number)
            names = opening[2].split()
            if opening[1].lower() == "host" and not re.search(r"[*?!\"]", opening[2]):
                for name in names:
                    own.setdefault(name, []).append(block)
            else:
                shared.append(block)
        block.lines.append(line)
    return own, shared


def _look_up(
    file: str,
    hosts: Iterable[str],
    own: Mapping[str, list[_Block]],
    shared: list[_Block],
    problems: list[Problem],
) -> dict[str, str]:
    addresses: dict[str, str] = {}
    first: dict[tuple[str, str, str], str] = {}
    for host in hosts:
        blocks = sorted([*own.get(host, ()), *shared], key=lambda block: block.line)
        text = "\n".join(line for block in blocks for line in block.lines)
        found = SSHConfig.from_text(text).lookup(host)
        addresses[host] = found["hostname"]
        reached = (found["hostname"].lower(), found.get("port", "22"), found.get("proxyjump", ""))
        other = first.setdefault(reached, host)
        if other != host:
            line = own[host][0].line if host in own else 0
            wrong = _("the same address as {host}: {address}")
            wrong = wrong.format(host=other, address=found["hostname"])
            mend = _("Write this workstation's own address after HostName.")
            problems.append(Problem(Place(file, line), host, wrong, mend))
    return addresses
