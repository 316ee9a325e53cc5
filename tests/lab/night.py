"""A night as the technician asks for it, over workstations of the lab."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.lab.lab import Lab
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
        return self.standing(name, "fail")

    def unknown(self, name: str) -> set[str]:
        """The controls nobody could judge on it."""
        return self.standing(name, "unknown")

    def standing(self, name: str, status: str) -> set[str]:
        """The controls, and rules on hardware, that came out so this time."""
        return {
            one["control"]
            for one in self.host(name)["findings"]
            if one["status"] == status and one["seen"]
        }


def nightly(lab: Lab, place: Path, *hosts: str) -> Night:
    """The command as a technician types it, with a history of its own."""
    limits = [word for host in hosts for word in ("--limit", host)]
    done = subprocess.run(
        [Path(sys.executable).parent / "benvung", "nightly", "--json", "--no-tell", *limits],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BENVUNG_SSH_CONFIG": str(lab.ssh_config),
            "BENVUNG_DATABASE": f"sqlite:///{place}/history.sqlite",
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": "en",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return Night(done.returncode, json.loads(done.stdout or "{}"), done.stderr)
