"""Updates: corrections arrive, and never before readers."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.bench.questions.conftest import lines, record, runs

Missed = Callable[[str], int]


@pytest.fixture(scope="module")
def state(host: Host) -> dict[str, Any]:
    """What the aspect remembers of its runs."""
    found = record(host, "/var/lib/benvung/updates/state.json")
    if found is None:
        pytest.skip("nothing is recorded yet")
    return found


def lists_days(host: Host) -> float | None:
    """Days since the lists of packages came; None where there are none."""
    newest = host.check_output(
        "find /var/lib/apt/lists -maxdepth 1 -name '*Release' -printf '%C@\\n'"
        " | sort -n | tail -n 1"
    )
    now = float(host.check_output("date +%s"))
    return (now - float(newest)) / 86400 if newest else None


def test_security_pending(
    host: Host, declared: Workstation, state: dict[str, Any], missed: Missed
) -> None:
    listed = host.check_output("apt list --upgradable 2>/dev/null")
    waiting = re.findall(r"^[^/\s]+/(\S*) .*\[upgradable from: ", listed, re.MULTILINE)
    if any("security" in archives for archives in waiting):
        days = missed(state.get("last_success") or state["since"])
        assert days <= declared.variables["updates_missed_days"]


def test_last_success(declared: Workstation, state: dict[str, Any], missed: Missed) -> None:
    days = missed(state.get("last_success") or state["since"])
    assert days <= declared.variables["updates_missed_days"]


def test_last_run(state: dict[str, Any]) -> None:
    if state.get("outcome") is None:
        pytest.skip("no updates have run on this PC yet")
    assert state["outcome"] != "failed"


def test_database_whole(host: Host) -> None:
    assert host.check_output("dpkg --audit") == ""
    assert lines(host.check_output("ls /var/lib/dpkg/updates")) == []


def test_lists(host: Host) -> None:
    days = lists_days(host)
    assert days is not None
    assert days <= 30


def test_nothing_held(host: Host) -> None:
    assert host.check_output("apt-mark showhold") == ""


def test_restarted(host: Host, declared: Workstation) -> None:
    wanted = host.file("/run/reboot-required")
    if wanted.exists:
        now = float(host.check_output("date +%s"))
        days = (now - wanted.mtime.timestamp()) // 86400
        assert days <= declared.variables["updates_missed_days"]


def test_at_closing(host: Host) -> None:
    assert host.service("benvung-updates.service").is_enabled


def test_catching_up(host: Host) -> None:
    runs(host, "benvung-updates-missed.timer")


def test_healing(host: Host) -> None:
    assert host.service("benvung-heal.service").is_enabled


def test_not_by_day(host: Host) -> None:
    assert '"0"' in host.check_output("apt-config dump APT::Periodic::Enable")


def test_cache(host: Host, declared: Workstation) -> None:
    found = host.file("/etc/benvung/apt-cache").content_string.strip()
    assert found == declared.variables["updates_apt_cache"]
