"""Updates: the package database is whole, and nothing installs or nags before readers."""

import json
import re

import pytest
from testinfra.host import Host

from tests.acceptance.reader import Reader

NAGS = re.compile(
    r"packagekit|update-notifier|gnome-software|synaptic|package-update", re.IGNORECASE
)


def settings(root: Host) -> dict[str, list[str]]:
    """Apt's settings in force, from all its files: name in small letters → values."""
    known: dict[str, list[str]] = {}
    shown = root.check_output("apt-config dump")
    for name, value in re.findall(r'^(\S+) "(.*)";$', shown, re.MULTILINE):
        known.setdefault(name.rstrip(":").lower(), []).append(value)
    return known


def test_the_package_database_is_whole(root: Host) -> None:
    assert root.run("/usr/local/lib/benvung/apt sick").rc == 1
    assert root.check_output("dpkg --audit") == ""


def test_python_runs(root: Host) -> None:
    assert root.check_output("python3 -c 'print(6 * 7)'") == "42"


def test_a_second_apt_waits_for_the_first(root: Host) -> None:
    assert int(settings(root)["dpkg::lock::timeout"][-1]) >= 120


def test_no_question_stops_an_update(root: Host) -> None:
    assert {"--force-confdef", "--force-confold"} <= set(settings(root)["dpkg::options"])


def test_security_updates_are_installed_and_only_debians(root: Host) -> None:
    origins = settings(root)["unattended-upgrade::origins-pattern"]
    patterns = [origin for origin in origins if origin]
    assert any("label=Debian-Security" in pattern for pattern in patterns)
    assert all(pattern.startswith("origin=Debian,") for pattern in patterns)


def test_no_update_restarts_the_pc(root: Host) -> None:
    assert settings(root)["unattended-upgrade::automatic-reboot"][-1] == "false"


@pytest.mark.parametrize("work", ["update", "install"])
def test_apts_own_daily_work_does_nothing(root: Host, work: str) -> None:
    """Its timers may fire during the day; what they start looks at this switch and ends."""
    before = root.check_output("stat -c %Y /var/lib/apt/lists /var/lib/dpkg/status")
    assert settings(root)["apt::periodic::enable"][-1] == "0"
    assert root.run(f"timeout 60 /usr/lib/apt/apt.systemd.daily {work}").rc == 0
    assert root.check_output("stat -c %Y /var/lib/apt/lists /var/lib/dpkg/status") == before


def test_nobody_nags_the_reader(root: Host, reader: Reader) -> None:
    running = root.check_output("ps -eo args")
    assert not NAGS.search(running)
    shown = reader.run("ls /usr/share/applications /etc/xdg/autostart ~/.config/autostart 2>&1")
    assert not NAGS.search(shown.stdout)


def test_how_updates_went_is_known(root: Host) -> None:
    state = json.loads(root.check_output("cat /var/lib/benvung/updates/state.json"))
    assert "since" in state
    assert state.get("outcome", "ok") in {"ok", "cut", "failed"}


def test_they_come_at_closing(root: Host) -> None:
    wanted = root.check_output("systemctl show --property=Wants --value benvung-closing.target")
    assert "benvung-updates.service" in wanted.split()


def test_the_cache_is_asked_only_while_it_answers(root: Host) -> None:
    cache = root.check_output("cat /etc/benvung/apt-cache")
    answer = root.check_output("/usr/local/lib/benvung/apt-proxy")
    assert answer in ({f"http://{cache}", "DIRECT"} if cache else {"DIRECT"})
