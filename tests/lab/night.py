"""A night's look at workstations of the lab, as the technician's command gives it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.controls import DRIFT
from tests.acceptance.reader import until
from tests.lab.technician import ROOT
from tests.lab.workstation import Workstation

HELD = (
    *("benvung-signatures", "benvung-updates-missed", "benvung-scan-downloads"),
    *("benvung-close", "benvung-printers"),
)
FETCHED = "/var/lib/clamav/benvung-signatures.json"


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

    def drift(self, name: str) -> list[tuple[str, str]]:
        """What is said of its drift: status and reason; nothing where it is as declared."""
        findings = self.host(name)["findings"]
        return [(one["status"], one["reason"]) for one in findings if one["control"] == DRIFT.id]


def hold_still(pc: Workstation) -> None:
    """Let no timer's work come between two nights, until the next restart.

    It would mend what a test broke, write a record anew, or close the PC in the middle. Signatures
    cannot be fetched in the lab: that they could not be is forgotten.
    """
    for name in HELD:
        place = f"/run/systemd/system/{name}.service.d"
        pc.run(f"mkdir -p {place}; printf '[Unit]\\nConditionPathExists=!/run\\n' > {place}/x.conf")
    pc.run("systemctl daemon-reload")
    state = "systemctl show -P ActiveState benvung-signatures.service"
    until(lambda: "activating" not in pc.run(state).stdout, "the fetching has ended", 120)
    pc.run(f"rm -f {FETCHED}; systemctl reset-failed benvung-signatures.service || true")


def nightly(
    ssh_config: Path, place: Path, *hosts: str, language: str = "en", drift: bool = True
) -> Night:
    """The command as a technician types it, with a history of its own.

    Args:
        ssh_config: how the PCs are reached.
        place: directory of the history.
        hosts: PCs to look at.
        language: of the person at the desk.
        drift: whether pyinfra is asked too what it would change.
    """
    limits = [word for host in hosts for word in ("--limit", host)]
    options = ["--json", "--no-tell", *([] if drift else ["--no-drift"])]
    done = subprocess.run(
        [Path(sys.executable).parent / "benvung", "nightly", *options, *limits],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BENVUNG_SSH_CONFIG": str(ssh_config),
            "BENVUNG_DATABASE": f"sqlite:///{place}/history.sqlite",
            "LC_ALL": "C.UTF-8",
            "LANGUAGE": language,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return Night(done.returncode, json.loads(done.stdout or "{}"), done.stderr)
