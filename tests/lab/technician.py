"""What the technician types, and what the run said."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.lab import Lab

ROOT = Path(__file__).parent.parent.parent
BASELINE = "deploys/baseline.py"
# Seconds; a first baseline on a fresh workstation installs packages on shared cores.
LONGEST_RUN = 3600


@dataclass(frozen=True)
class Run:
    """One pyinfra run.

    Attributes:
        code: exit code.
        shown: what the terminal showed.
        changed: host → operations that changed something (or would, when dry), each as
            `<aspect> | <sentence>`.
        failed: hosts that failed or could not be reached.
    """

    code: int
    shown: str
    changed: dict[str, list[str]]
    failed: list[str]

    @property
    def last_table(self) -> str:
        """The table at the very end, from its heading on."""
        return self.shown[self.shown.rindex(" Result") :] if " Result" in self.shown else ""

    def line(self, host: str) -> str:
        """The host's cells of the last table, joined across the lines they fold over."""
        lines = self.last_table.splitlines()
        start = next((n for n, text in enumerate(lines) if text.strip().startswith(host)), None)
        if start is None:
            return ""
            folded: list[str] = []
        for text in lines[start + 1 :]:
            if not text.startswith(" " * 8):
                break
            folded.append(text.strip())
        return " ".join([lines[start].strip(), *folded])


def pyinfra(
    lab: Lab,
    hosts: Iterable[str],
    deploy: str = BASELINE,
    *,
    dry: bool = False,
    root: Path = ROOT,
    **environment: str,
) -> Run:
    """Run the literal command against lab workstations.

    Args:
        lab: the lab whose ssh_config is used.
        hosts: names or groups for --limit.
        deploy: the deploy file.
        dry: show what would change instead of changing it.
        root: the tree to run from: the repository, or a copy with another inventory.
        environment: more variables for the run.
    """
    limits = [word for host in hosts for word in ("--limit", host)]
    flags = ["--dry"] if dry else ["-y"]
    command = [Path(sys.executable).parent / "pyinfra", "--json", "inventory", deploy, *flags]
    done = subprocess.run(
        [*map(str, command), *limits],
        cwd=root,
        env={
            **os.environ,
            "BENVUNG_SSH_CONFIG": str(lab.ssh_config),
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "en",
            "COLUMNS": "200",
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONGEST_RUN,
        check=False,
    )
    answer = json.loads(done.stdout) if done.stdout.strip() else {}
    return Run(done.returncode, done.stderr, _changes(answer), _failures(answer))


def _changes(answer: dict[str, Any]) -> dict[str, list[str]]:
    """Host → operations, from pyinfra's own JSON (a plan when dry, results otherwise)."""
    results = answer.get("results") or {}
    operations = results.get("operations") or answer.get("plan") or []
    key = "success" if results else "hosts_with_change"
    changed: dict[str, list[str]] = {}
    for operation in operations:
        for host in operation[key]:
            changed.setdefault(host, []).append(operation["names"][0])
    return changed


def _failures(answer: dict[str, Any]) -> list[str]:
    return list((answer.get("results") or {}).get("failed_hosts", []))
