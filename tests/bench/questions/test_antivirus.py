"""Antivirus: what comes in is scanned, by fresh signatures."""

from collections.abc import Callable
from typing import Any

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.bench.questions.conftest import lines, record, runs

Missed = Callable[[str], int]


SCANS = "/var/lib/benvung/antivirus"


@pytest.fixture(scope="module")
def scan(host: Host) -> dict[str, Any]:
    """The last scan of a closing."""
    closing = record(host, f"{SCANS}/last-closing.json") or record(host, f"{SCANS}/last-scan.json")
    if closing is None:
        pytest.skip("nothing has been scanned on this PC yet")
    return closing


@pytest.fixture(scope="module")
def found(host: Host) -> dict[str, Any]:
    """The last scan that found something."""
    return record(host, f"{SCANS}/last-found.json") or {"found": 0, "quarantined": 0}


def test_installed(host: Host) -> None:
    assert host.exists("clamscan")


def test_signatures(host: Host) -> None:
    newest = host.check_output(
        "find /var/lib/clamav -regex '.*[.]\\(cvd\\|cld\\|ndb\\|hdb\\|ldb\\|mdb\\)'"
        " -printf '%T@\\n' | sort -n | tail -n 1"
    )
    assert newest
    assert float(host.check_output("date +%s")) - float(newest) < 8 * 86400


def test_fetched(host: Host) -> None:
    fetched = record(host, "/var/lib/clamav/benvung-signatures.json")
    if fetched is None:
        pytest.skip("no signatures have been fetched on this PC yet")
    assert fetched["outcome"] == "ok"


def test_fetching(host: Host) -> None:
    runs(host, "benvung-signatures.timer")
    assert host.service("benvung-signatures.service").is_enabled


def test_scan_finished(scan: dict[str, Any], missed: Missed) -> None:
    assert scan["outcome"] != "unknown"
    assert not scan["reason"]
    assert missed(scan["when"]) <= 5


def test_nothing_found(found: dict[str, Any]) -> None:
    assert found["found"] == 0


def test_taken_away(found: dict[str, Any]) -> None:
    assert found["found"] <= found["quarantined"]


def test_quarantine_empty(host: Host) -> None:
    found = host.run("ls /var/lib/benvung/quarantine")
    assert not [name for name in lines(found.stdout) if name.endswith(".json")]


def test_quarantine_shut(host: Host) -> None:
    assert host.check_output("stat -c '%a %u' /var/lib/benvung/quarantine") == "700 0"


def test_downloads_watched(host: Host) -> None:
    runs(host, "benvung-scan-downloads.path")


def test_downloads_caught_up(host: Host) -> None:
    runs(host, "benvung-scan-downloads.timer")


def test_sticks_scanned(host: Host, declared: Workstation) -> None:
    unit = declared.variables["antivirus_media"].strip("/").replace("/", "-")
    found = host.run("ls -d /etc/systemd/system/*-.mount.d/benvung-scan.conf").stdout
    assert lines(found) == [f"/etc/systemd/system/{unit}-.mount.d/benvung-scan.conf"]


def test_scan_at_closing(host: Host) -> None:
    assert host.service("benvung-scan-closing.service").is_enabled


def test_resident(host: Host, declared: Workstation, memory_mb: int) -> None:
    if memory_mb > declared.variables["antivirus_daemon_above_mb"]:
        assert host.service("clamav-daemon.service").is_enabled
    else:
        assert not host.service("clamav-daemon.service").is_running
