"""A night's look at workstations of the lab, as the technician's command gives it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.technician import ROOT


@dataclass(frozen=True)
class Night:
    """What `benvung nightly --json` said.

    Attributes:
        code: exit code.
        said: its document.
        errors: what went to standard error.
    """

    code: int
    said: dict[str, Any]
    errors: str

    def host(self, name: str) -> dict[str, Any]:
        """What is said of one workstation."""
        (found,) = (host for host in self.said["hosts"] if host["host"] == name)
        return dict(found)

    def failing(self, name: str) -> set[str]:
        """The controls that fail on it."""
        return {one["control"] for one in self.host(name)["findings"] if one["status"] == "fail"}


def nightly(ssh_config: Path, place: Path, *hosts: str) -> Night:
    """The command as a technician types it, with a history of its own.

    Args:
        ssh_config: how the PCs are reached.
        place: directory of the history.
        hosts: PCs to look at.
    """
    limits = [word for host in hosts for word in ("--limit", host)]
    done = subprocess.run(
        [Path(sys.executable).parent / "benvung", "nightly", "--json", "--no-tell", *limits],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BENVUNG_SSH_CONFIG": str(ssh_config),
            "BENVUNG_DATABASE": f"sqlite:///{place}/history.sqlite",
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "en",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return Night(done.returncode, json.loads(done.stdout or "{}"), done.stderr)
