"""Run the engine for one ring: the very command a technician types, its words passed through."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from checks.report import printable
from deploys.last_table import ROWS
from inventory.words import _

# Standard error: what the engines show is progress; the result alone goes to standard output.
STDERR = 2
# Characters of a complaint that are worth reading.
COMPLAINT = 300


class Engine(StrEnum):
    """What makes a PC right."""

    PYINFRA = "pyinfra"
    ANSIBLE = "ansible"


@dataclass(frozen=True)
class Ended:
    """How a run of an engine ended.

    Attributes:
        code: its exit code.
        failed: PC -> where it stopped; a PC that is not in there came through.
    """

    code: int
    failed: Mapping[str, str]


def command(engine: Engine, what: str, hosts: Sequence[str]) -> list[str]:
    """The command, as it is typed.

    Args:
        engine: which one.
        what: an aspect, or `baseline`.
        hosts: at least one.
    """
    if engine is Engine.PYINFRA:
        limits = [word for host in hosts for word in ("--limit", host)]
        return ["pyinfra", "inventory", f"deploys/{what}.py", "-y", *limits]
    tags = [] if what == "baseline" else ["--tags", what]
    return ["ansible-playbook", "deploys/baseline.yml", *tags, "--limit", ",".join(hosts)]


def run(engine: Engine, what: str, hosts: Sequence[str], ssh_config: Path, root: Path) -> Ended:
    """Apply an aspect, or all, to some PCs.

    Args:
        engine: which one.
        what: an aspect, or `baseline`.
        hosts: the PCs, at least one.
        ssh_config: how to reach them.
        root: the repository.
    """
    words = command(engine, what, hosts)
    words[0] = str(Path(sys.executable).parent / words[0])
    with TemporaryDirectory(prefix="benvung-rollout-") as place, _interrupts() as interrupts:
        rows = Path(place, "rows")
        process = subprocess.Popen(
            words,
            cwd=root,
            env=environment(os.environ, ssh_config, rows),
            stdin=subprocess.DEVNULL,
            stdout=STDERR,
        )
        code = process.wait()
        found = failed(hosts, code, rows)
    if interrupts:
        found = {host: found.get(host) or _("You stopped it.") for host in hosts}
    return Ended(code, found)


def environment(given: Mapping[str, str], ssh_config: Path, rows: Path) -> dict[str, str]:
    """The engine's surroundings: the person's own, and where it writes how each PC came out."""
    enabled = given.get("ANSIBLE_CALLBACKS_ENABLED", "")
    ours = {
        "BENVUNG_SSH_CONFIG": str(ssh_config),
        ROWS: str(rows),
        "ANSIBLE_CALLBACKS_ENABLED": ",".join(filter(None, (enabled, "last_table"))),
    }
    if "BENVUNG_SSH_CONFIG" in given:
        # Ansible's own file cannot read the environment; as in ansible.cfg.
        shared = f"-F {ssh_config} -o ControlMaster=auto -o ControlPersist=60s"
        ours["ANSIBLE_SSH_ARGS"] = given.get("ANSIBLE_SSH_ARGS", shared)
    return {**given, **ours}


def failed(hosts: Sequence[str], code: int, rows: Path) -> dict[str, str]:
    """Who did not come through, and where; only who is said to have come through has.

    Args:
        hosts: that the run was about.
        code: its exit code.
        rows: the file it writes.
    """
    try:
        told = {row["host"]: row for row in json.loads(rows.read_text(encoding="utf-8"))}
    except (OSError, ValueError, KeyError, TypeError):
        told = {}
    found: dict[str, str] = {}
    for host in hosts:
        row = told.get(host)
        if row is None:
            found[host] = _("The run ended with code {code} and said nothing of it.").format(
                code=code
            )
        elif row["style"] == "red":
            words = row.get("where") or row.get("outcome") or "?"
            found[host] = printable(" ".join(str(words).split()))[:COMPLAINT]
    if code and not found:
        sentence = _("The run ended with code {code}.").format(code=code)
        found = dict.fromkeys(hosts, sentence)
    return found


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Ctrl-C reaches the engine too, which ends in order; it is noted here, and goes no further."""
    noted: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: noted.append(number))
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)
