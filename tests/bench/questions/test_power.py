"""Power: the PC opens and closes with the room."""

import json
import re
from typing import Any

import pytest
from testinfra.host import Host

from checks.controls.power import CONTAINERS, NEVER
from inventory.records import Workstation
from tests.bench.questions.conftest import record, runs


@pytest.fixture(scope="module")
def hours(host: Host) -> dict[str, Any]:
    """What the PC's own program knows of the hours."""
    return dict(json.loads(host.check_output("/usr/local/lib/benvung/hours")))


@pytest.fixture(scope="module")
def power(host: Host) -> dict[str, Any]:
    """The hours as the PC has them."""
    return record(host, "/etc/benvung/power.json") or {}


@pytest.fixture(scope="module")
def menu(host: Host) -> str:
    """The boot menu."""
    found = host.run("cat /boot/grub/grub.cfg")
    if found.rc:
        pytest.skip("this PC has no boot menu of its own")
    return str(found.stdout)


def test_hours_known(hours: dict[str, Any]) -> None:
    assert hours["state"] != "unusable"


def test_hours_declared(power: dict[str, Any], declared: Workstation) -> None:
    assert power["opening_hours"] == declared.variables["power_opening_hours"]
    assert power["closed_days"] == declared.variables["power_closed_days"]


def test_clock_believed(hours: dict[str, Any]) -> None:
    assert not hours.get("doubt")


def test_clock_synchronized(host: Host, virtual: str) -> None:
    heard = host.file("/run/systemd/timesync/synchronized").exists
    if not heard and virtual in CONTAINERS:
        pytest.skip("a container has the clock of the machine around it")
    assert heard


def test_closing(host: Host) -> None:
    runs(host, "benvung-close.timer")
    asked = "systemctl show -P NextElapseUSecRealtime benvung-close.timer"
    assert host.check_output(asked) not in NEVER


def test_wake(host: Host, virtual: str) -> None:
    alarm = record(host, "/var/lib/benvung/power/wake.json")
    if alarm is None or alarm["outcome"] == "unknown":
        pytest.skip("whether it wakes is not known")
    if alarm["outcome"] != "armed" and virtual in CONTAINERS:
        pytest.skip("a container has the clock of the machine around it")
    assert alarm["outcome"] == "armed"


def test_wake_at_start(host: Host) -> None:
    assert host.service("benvung-started.service").is_enabled


def test_boot_menu(menu: str, declared: Workstation) -> None:
    waits = max(map(int, re.findall(r"set timeout=(-?\d+)", menu)))
    assert 0 <= waits <= declared.variables["power_boot_menu_seconds"]


def test_boot_mends(menu: str) -> None:
    assert "fsck.repair=yes" in menu


def test_emergency_retried(host: Host) -> None:
    assert host.service("benvung-emergency.service").is_enabled


def test_no_emergency(host: Host) -> None:
    assert host.run("cat /var/lib/benvung/power/emergencies*").stdout.strip() in ("", "0")


def test_switching_off(host: Host, declared: Workstation) -> None:
    rules = host.file("/etc/polkit-1/rules.d/10-benvung-power.rules").content_string
    off = re.search(r"power-off.*?Result\.(YES|NO)", rules, re.DOTALL)
    assert off
    assert (off[1] == "YES") == declared.variables["power_reader_may_power_off"]


def test_awake(host: Host) -> None:
    assert host.file("/etc/systemd/sleep.conf.d/benvung.conf").is_file


def test_wake_on_lan(host: Host, declared: Workstation) -> None:
    link = host.file("/etc/systemd/network/50-benvung-wake-on-lan.link")
    assert link.is_file == declared.variables["power_wake_on_lan"]
