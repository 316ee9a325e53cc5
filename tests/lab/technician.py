"""What the technician types, and what the run said."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

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


def pyinfra(  # noqa: PLR0913 - a command line has that many words
    lab: Lab,
    hosts: Iterable[str],
    deploy: str = BASELINE,
    *,
    dry: bool = False,
    root: Path = ROOT,
    timeout: int = 0,
    watch: Callable[[str], None] = lambda _line: None,
    **environment: str,
) -> Run:
    """Run the literal command against lab workstations.

    Args:
        lab: the lab whose ssh_config is used.
        hosts: names or groups for --limit.
        deploy: the deploy file.
        dry: show what would change instead of changing it.
        root: the tree to run from: the repository, or a copy with another inventory.
        timeout: seconds a command may take instead of the inventory's, 0 for those.
        watch: given each line as the terminal shows it.
        environment: more variables for the run.
    """
    limits = [word for host in hosts for word in ("--limit", host)]
    flags = ["--dry"] if dry else ["-y"]
    flags += ["--data", f"_timeout={timeout}"] if timeout else []
    command = [str(Path(sys.executable).parent / "pyinfra"), "--json", "inventory", deploy]
    with (
        TemporaryFile("w+") as answer,
        _started([*command, *flags, *limits], answer, root, lab, environment) as process,
    ):
        shown = []
        for line in process.stderr or ():
            shown.append(line)
            watch(line)
        code = process.wait(LONGEST_RUN)
        answer.seek(0)
        text = answer.read()
    results = json.loads(text) if text.strip() else {}
    return Run(code, "".join(shown), _changes(results), _failures(results))


def _started(
    command: list[str], answer: IO[str], root: Path, lab: Lab, environment: Mapping[str, str]
) -> subprocess.Popen[str]:
    surroundings = {
        **os.environ,
        "BENVUNG_SSH_CONFIG": str(lab.ssh_config),
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "en",
        "COLUMNS": "200",
        **environment,
    }
    return subprocess.Popen(
        command,
        cwd=root,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=answer,
        stderr=subprocess.PIPE,
        text=True,
    )


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
