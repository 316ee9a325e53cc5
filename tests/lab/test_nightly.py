"""A night over real workstations: one broken, one off, one that hangs, one in order."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bench.probe import KILOBYTES, MEGABYTES, UPDATED, within
from tests.lab.lab import Lab
from tests.lab.technician import ROOT
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

Start = Callable[..., list[Workstation]]
IN_ORDER, BROKEN, OFF, HANGING = (f"thapmuoi-{n:02}" for n in range(4, 8))


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


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the nights of this module are remembered."""
    return tmp_path_factory.mktemp("history")


@pytest.fixture(scope="module")
def first_night(lab: Lab, converged: Start, place: Path) -> Night:
    _in_order, broken, off, hanging = converged(IN_ORDER, BROKEN, OFF, HANGING)
    broken.run("systemctl disable --now benvung-sessions.timer; rm /etc/firefox/policies/*")
    off.set_down()
    hanging.freeze()
    return nightly(lab, place, IN_ORDER, BROKEN, OFF, HANGING)


def test_it_ends_and_says_that_not_all_is_well(first_night: Night) -> None:
    assert first_night.code == 1, first_night.errors
    assert "Traceback" not in first_night.errors


def test_a_converged_pc_fails_nothing(first_night: Night) -> None:
    assert first_night.failing(IN_ORDER) == set(), first_night.host(IN_ORDER)


def test_what_was_broken_is_found_and_nothing_else(first_night: Night) -> None:
    found = first_night.failing(BROKEN)
    assert {"health.sessions-counted", "browser.policy-readable"} <= found
    assert {one.split(".")[0] for one in found} <= {"health", "browser"}


@pytest.mark.parametrize("host", [OFF, HANGING])
def test_one_that_gives_no_report_is_unreachable_not_well(first_night: Night, host: str) -> None:
    (finding,) = first_night.host(host)["findings"]
    assert finding["status"] == "unreachable"
    assert finding["reason"]
    assert finding["remedy"]


def test_the_next_night_knows_what_was_mended(lab: Lab, place: Path, first_night: Night) -> None:
    assert first_night.code == 1
    lab[BROKEN].run("systemctl enable --now benvung-sessions.timer")
    second = nightly(lab, place, IN_ORDER, BROKEN)
    assert "health.sessions-counted" not in second.failing(BROKEN)
    assert "browser.policy-readable" in second.failing(BROKEN)


def test_a_report_kept_while_nobody_asked_is_fetched(lab: Lab, place: Path) -> None:
    lab[IN_ORDER].run("systemctl start benvung-probe.service")
    kept = lab[IN_ORDER].run("ls /var/lib/benvung/reports").stdout.split()
    assert kept
    night = nightly(lab, place, IN_ORDER)
    assert night.host(IN_ORDER)["last_report"]


@pytest.mark.parametrize("updated", [True, False])
def test_the_probe_needs_no_more_memory_than_its_budget(lab: Lab, updated: bool) -> None:
    """Also when apt's own cache is out of date. Killed for memory, a part would be missing."""
    pc = lab[IN_ORDER]
    if updated:
        pc.run(UPDATED)
    assert within(pc, MEGABYTES) == {}
    assert within(pc, 8) != {}, "the limit is none"


def test_its_report_is_no_larger_than_its_budget(lab: Lab) -> None:
    report = lab[IN_ORDER].run("python3 /usr/local/lib/benvung/probe").stdout
    assert len(report.encode()) <= KILOBYTES * 1024


def test_a_correction_the_pc_lacks_is_counted(lab: Lab) -> None:
    pc = lab[IN_ORDER]

    def lacking() -> int:
        report = json.loads(pc.run("python3 /usr/local/lib/benvung/probe").stdout)
        return int(report["packages"]["security"])

    before = lacking()
    # A package of the security archive seems older than it is.
    pc.run(
        "cp -a /var/lib/dpkg/status /root/status && "
        "sed -i '/^Package: firefox-esr-l10n-vi$/,/^$/s/^Version: .*/Version: 1/'"
        " /var/lib/dpkg/status"
    )
    try:
        assert lacking() == before + 1
    finally:
        pc.run("cp -a /root/status /var/lib/dpkg/status")
    assert lacking() == before
