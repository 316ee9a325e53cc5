"""Health: the PC records how it is, and knows nobody."""

import json

import pytest
from testinfra.host import Host


@pytest.mark.parametrize("timer", ["benvung-sessions.timer", "benvung-line.timer"])
def test_it_records_from_the_first_day(root: Host, timer: str) -> None:
    assert root.check_output(f"systemctl is-active {timer}") == "active"
    assert root.check_output(f"systemctl is-enabled {timer}") == "enabled"


def test_sessions_are_counted_without_a_name(root: Host) -> None:
    assert root.run("systemctl start benvung-sessions.service").rc == 0
    newest = root.check_output("ls /var/lib/benvung/health/sessions-*.json | tail -n 1")
    month = json.loads(root.check_output(f"cat {newest}"))
    for day in month.values():
        assert set(day) == {"sessions", "used_minutes", "on_minutes"}


def test_the_line_is_measured_where_a_target_is_declared(root: Host) -> None:
    target = json.loads(root.check_output("cat /etc/benvung/health.json"))["line_target"]
    if not target:
        pytest.skip("health_line_target is not declared for this site yet")
    assert root.run("/usr/local/lib/benvung/line").rc == 0
    newest = root.check_output("ls /var/lib/benvung/health/line-*.csv | tail -n 1")
    last = root.check_output(f"tail -n 1 {newest}").split(",")
    assert last[1] == "5"
    assert 0 <= int(last[2]) <= 5


def test_the_disks_are_watched(root: Host) -> None:
    assert root.check_output("systemctl is-enabled smartmontools.service") == "enabled"
    assert root.check_output("grep -c ^DEVICESCAN /etc/smartd.conf") == "1"
    if root.run("systemd-detect-virt --quiet").rc == 0:
        pytest.skip("smartd refuses to run in a container or virtual machine")
    if root.run("smartctl --scan | grep -q .").rc == 0:
        assert root.check_output("systemctl is-active smartmontools.service") == "active"


def test_the_applied_commit_is_known(root: Host) -> None:
    stamp = json.loads(root.check_output("cat /var/lib/benvung/applied.json"))
    assert stamp["schema"] == 1
    assert stamp["commit"]
