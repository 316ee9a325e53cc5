"""Antivirus: what comes in is scanned, and a finding never reaches the reader."""

import json
from collections.abc import Iterator

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.acceptance.reader import Reader, until

STICK = "/media/bandoc/THE NHO THU"
RESULT = "/var/lib/benvung/antivirus/last-scan.json"
# The test string of EICAR (European Institute for Computer Antivirus Research), which every scanner
# knows and which harms nothing. In pieces, or this file would be quarantined itself.
EICAR = "X5O!P%@AP[4" + r"\PZX54(P^)7CC)7}$EI" + "CAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*"


def last_scan(root: Host) -> dict[str, object]:
    """The latest result; {} before the first."""
    said = root.run(f"cat {RESULT}")
    return dict(json.loads(said.stdout)) if said.succeeded else {}


@pytest.fixture
def stick(root: Host, reader: Reader) -> Iterator[str]:
    """A stick with one harmless and one infected file, as the reader's desktop would mount it."""
    before = last_scan(root)
    kept = set(root.check_output("ls /var/lib/benvung/quarantine").split())
    source = "/run/benvung-test-stick"
    root.check_output(f"mkdir -p {source} '{STICK}'")
    root.check_output("printf '%%s' %s > %s", EICAR, f"{source}/bài tập.com")
    root.check_output(f"printf 'thơ' > {source}/tho.txt")
    root.check_output(f"mount --bind {source} '{STICK}'")
    yield STICK
    root.run(f"umount '{STICK}'; rmdir '{STICK}'; rm -rf {source}")
    # The notice stays on the screen until a reader clicks it away.
    reader.run("pkill -x xfce4-notifyd")
    for name in set(root.check_output("ls /var/lib/benvung/quarantine").split()) - kept:
        root.check_output(f"rm -f /var/lib/benvung/quarantine/{name}")
    if not before:
        root.check_output(f"rm -f {RESULT}")


def test_an_infected_stick_is_scanned_when_it_appears(
    root: Host, reader: Reader, stick: str
) -> None:
    before = last_scan(root).get("when")
    shown = until(
        lambda: root.run(f"test -e '{stick}/bài tập.com'").failed,
        "the infected file is gone from the stick",
        seconds=300,
    )
    assert shown
    assert root.run(f"test -e '{stick}/tho.txt'").succeeded
    result = until(
        lambda: (scan := last_scan(root)).get("what") == "stick" and scan, "the result is recorded"
    )
    assert isinstance(result, dict)
    assert result["outcome"] == "found"
    assert result["quarantined"] == 1
    assert before is None or str(result["when"]) >= str(before)
    assert reader.run("ls -A /var/lib/benvung/quarantine").failed


def test_a_finding_cannot_be_opened_by_anybody_else(root: Host, reader: Reader) -> None:
    assert root.check_output("stat -c '%a %U' /var/lib/benvung/quarantine") == "700 root"
    assert reader.run("cd /var/lib/benvung/quarantine").failed


def test_no_resident_scanner_where_memory_is_short(root: Host, declared: Workstation) -> None:
    limit = declared.variables["antivirus_daemon_above_mb"]
    memory = int(root.check_output("awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo"))
    if memory > int(str(limit)):
        pytest.skip(f"this PC has {memory} MB: a resident scanner is allowed")
    assert root.run("pgrep -x clamd").failed
    assert root.run("dpkg-query -W -f '${db:Status-Status}' clamav-daemon").stdout != "installed"


def test_nothing_fetches_signatures_before_readers(root: Host) -> None:
    assert root.run("pgrep -x freshclam --parent 1").failed
    assert root.check_output("systemctl is-enabled clamav-freshclam.service || true") == "disabled"
    condition = root.check_output(
        "systemctl show --property=ExecCondition --value benvung-signatures.service"
    )
    assert "hours --closed-now" in condition


@pytest.mark.parametrize("unit", ["clamav-freshclam", "clamav-freshclam-once"])
def test_debians_own_units_fetch_nothing(root: Host, unit: str) -> None:
    """Debian 13 would fetch at every start, Debian 12 has only the resident one."""
    if root.check_output(f"systemctl show -P LoadState {unit}.service") == "not-found":
        pytest.skip(f"this Debian has no {unit}")
    root.check_output(f"systemctl start {unit}.service")
    assert root.check_output(f"systemctl show -P ConditionResult {unit}.service") == "no"


@pytest.mark.parametrize("kind", ["stick@x", "downloads", "closing"])
def test_every_scan_is_bound(root: Host, kind: str) -> None:
    shown = root.check_output(
        "systemctl show --property=MemoryMax,LimitAS,OOMPolicy,OOMScoreAdjust,CPUSchedulingPolicy"
        f" benvung-scan-{kind}.service"
    )
    bounds = dict(line.split("=", 1) for line in shown.splitlines())
    assert bounds["MemoryMax"] == bounds["LimitAS"] != "infinity"
    assert bounds["OOMPolicy"] == "continue"
    assert bounds["OOMScoreAdjust"] == "1000"
    assert bounds["CPUSchedulingPolicy"] == "5"  # SCHED_IDLE


def test_downloads_are_watched_where_the_browser_saves(root: Host, reader: Reader) -> None:
    place = reader.run("xdg-user-dir DOWNLOAD").stdout.strip()
    watched = root.check_output(
        "systemctl show --property=Paths --value benvung-scan-downloads.path"
    )
    assert f"{place} (PathChanged)" in watched
