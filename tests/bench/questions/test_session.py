"""Session: no name, a fresh home, nobody's traces."""

import re
from typing import Any

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.bench.questions.conftest import lines, record, runs

READER = "bandoc"
BEGAN = "/run/benvung/session-began"


@pytest.fixture(scope="module")
def reset(host: Host) -> dict[str, Any]:
    """The last reset."""
    found = record(host, "/var/lib/benvung/session/reset.json")
    if found is None:
        pytest.skip("no reset is recorded on this PC yet")
    return found


@pytest.fixture(scope="module")
def swept(host: Host) -> list[str]:
    """The places that are emptied between sessions."""
    conf = host.file("/etc/benvung/session.conf").content_string
    found = re.search(r'^SWEEP="?([^"\n]*)', conf, re.MULTILINE)
    return found[1].split() if found else []


@pytest.fixture(scope="module")
def idle(host: Host) -> dict[str, str]:
    """What the idle watch knows."""
    said = host.run("cat /run/benvung-session-idle/state")
    if said.rc:
        pytest.skip("the idle watch does not run")
    return dict(line.partition("=")[::2] for line in said.stdout.splitlines())


def test_account(host: Host, declared: Workstation) -> None:
    assert host.user(READER).uid == declared.variables["session_reader_uid"]


def test_no_groups(host: Host) -> None:
    assert host.user(READER).groups == [READER]


def test_no_password(host: Host) -> None:
    assert host.user(READER).password.startswith(("*", "!"))


def test_reset_whole(reset: dict[str, Any]) -> None:
    assert not reset["failed"]


def test_home_on_disk(reset: dict[str, Any]) -> None:
    assert not reset["emergency_home"]


def test_reset_since_start(host: Host) -> None:
    assert host.file("/run/benvung/session-reset.lock").exists


def test_resets_work(host: Host) -> None:
    asked = "journalctl -q --since=-7d --priority=err SYSLOG_IDENTIFIER=benvung-session -o cat"
    assert lines(host.run(asked).stdout) == []


def test_nothing_left(host: Host, declared: Workstation, swept: list[str]) -> None:
    uid = declared.variables["session_reader_uid"]
    found = host.run(
        f"test -e {BEGAN} && find {' '.join(swept)} -xdev -mindepth 1 -uid {uid}"
        f" ! -cnewer {BEGAN} -prune; ls -A /home/.benvung-gone 2>/dev/null"
    )
    assert lines(found.stdout) == []


def test_swept(declared: Workstation, swept: list[str]) -> None:
    assert swept == declared.variables["session_swept_directories"]


def test_reset_at_start(host: Host) -> None:
    assert host.service("benvung-session-reset.service").is_enabled


def test_login_screen(host: Host) -> None:
    runs(host, "lightdm.service")


def test_no_name(host: Host) -> None:
    shown = host.run("lightdm --show-config 2>&1").stdout
    assert re.search(rf"^\[?[A-Z]\]?  autologin-user={READER}$", shown, re.MULTILINE)


def test_login_watched(host: Host) -> None:
    runs(host, "benvung-session-watch.timer")


def test_idle_limit(host: Host, declared: Workstation) -> None:
    command = host.check_output("systemctl show -P ExecStart benvung-session-idle.service")
    limits = re.search(r"session-idle (\d+) (\d+) ", command)
    minutes = declared.variables["session_idle_minutes"]
    warning = declared.variables["session_idle_warning_seconds"]
    assert limits
    assert (int(limits[1]), int(limits[2])) == (minutes * 60, warning)


def test_idle_watch(host: Host) -> None:
    rows = [line.split() for line in lines(host.check_output("loginctl list-sessions --no-legend"))]
    if not any(row[2] == READER and row[3].startswith("seat") for row in rows):
        pytest.skip("no session is open")
    assert host.service("benvung-session-idle.service").is_running


def test_idle_measured(idle: dict[str, str]) -> None:
    assert idle.get("suspect") != "1"
