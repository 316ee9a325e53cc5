"""Health: the PC records, has room, and was last made right not long ago."""

from typing import Any

import pytest
from testinfra.host import Host

from deploys.commit import commit
from inventory.records import Workstation
from tests.bench.questions.conftest import lines, record, runs

# Their places: directories that may be file systems of their own.
PLACES = "$(ls -d / /boot /home /var 2>/dev/null)"


@pytest.fixture(scope="module")
def applied(host: Host) -> dict[str, Any]:
    """What the last whole run left."""
    found = record(host, "/var/lib/benvung/applied.json")
    assert found is not None
    return found


def test_sessions_counted(host: Host) -> None:
    runs(host, "benvung-sessions.timer")


def test_line_measured(host: Host) -> None:
    runs(host, "benvung-line.timer")


def test_reports_made(host: Host) -> None:
    runs(host, "benvung-probe.timer")


def test_reports_at_closing(host: Host) -> None:
    assert host.service("benvung-probe.service").is_enabled


def test_line_declared(host: Host, declared: Workstation) -> None:
    found = record(host, "/etc/benvung/health.json") or {}
    assert (found.get("line_target") or "") == declared.variables["health_line_target"]


def test_disks_watched(host: Host, virtual: str) -> None:
    assert host.service("smartmontools.service").is_enabled
    if not host.service("smartmontools.service").is_running:
        if virtual != "none":
            pytest.skip("smartd does not run in a virtual machine")
        pytest.fail("smartd does not run")


def test_room(host: Host) -> None:
    for row in lines(host.check_output(f"df -B1 --output=size,avail {PLACES}"))[1:]:
        size, free = map(int, row.split())
        assert free >= min(1 << 30, size * 0.05)


def test_files_left(host: Host) -> None:
    for row in lines(host.check_output(f"df --output=itotal,iavail {PLACES}"))[1:]:
        files, free = (0 if cell == "-" else int(cell) for cell in row.split())
        assert free >= files * 0.05


def test_writable(host: Host) -> None:
    asked = f"for place in {PLACES}; do findmnt -n -o OPTIONS -T $place; done"
    for options in lines(host.check_output(asked)):
        assert "ro" not in options.split(",")


def test_no_failed_unit(host: Host) -> None:
    failed = host.check_output("systemctl list-units --failed --plain --no-legend").split("\n")
    # As checks/probe/doors.py: a session that ended while it began is nobody's fault.
    assert [line for line in failed if line and not line.startswith("session-")] == []


def test_applied(applied: dict[str, Any]) -> None:
    assert applied["commit"] not in (None, "unknown")


def test_current(applied: dict[str, Any]) -> None:
    desk = commit()
    if "unknown" in (desk, applied["commit"]):
        pytest.skip("the desk has no git to compare with")
    assert applied["commit"].removesuffix("-dirty") == desk.removesuffix("-dirty")


def test_reported(host: Host, declared: Workstation, missed: Any) -> None:
    """The night's report is as fresh as the PC's clock; here the PC is asked for the time."""
    assert declared.name
    assert missed(host.check_output("date --iso-8601=seconds")) <= 3
