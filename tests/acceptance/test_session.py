"""The session as the reader finds it: no name, a fresh home, nobody's traces."""

import json
import re

from testinfra.host import Host

from inventory.records import Workstation
from tests.acceptance.reader import Reader, until

SKELETON = "/usr/local/share/benvung/home"
LOCKERS = ("light-locker", "xscreensaver", "xfce4-screensaver", "xss-lock", "i3lock")


def test_the_reader_is_logged_in_without_a_name(root: Host, reader: Reader) -> None:
    assert root.check_output("getent shadow bandoc").split(":")[1] == "*"
    session = reader.run(
        "loginctl show-session $XDG_SESSION_ID -p Type -p Remote -p Active -p Seat"
    )
    assert set(session.stdout.split()) == {"Type=x11", "Remote=no", "Active=yes", "Seat=seat0"}
    assert reader.run("echo $XDG_CURRENT_DESKTOP").stdout.strip() == "XFCE"


def test_the_reader_belongs_to_no_group_of_the_pc(reader: Reader) -> None:
    assert reader.run("id -Gn").stdout.split() == ["bandoc"]


def test_lightdm_lets_the_reader_in_after_every_session(root: Host) -> None:
    """Its settings in force, whichever file they come from."""
    shown = root.run("lightdm --show-config 2>&1").stdout
    settings = dict(re.findall(r"^[A-Z]  ([\w-]+)=(.*)$", shown, re.MULTILINE))
    assert settings["autologin-user"] == "bandoc"
    assert settings["autologin-user-timeout"] == "0"
    assert settings["session-setup-script"].endswith("session-reset before")
    assert settings["session-cleanup-script"].endswith("session-over")
    service = root.check_output("systemctl show lightdm -p Restart -p ExecStopPost")
    assert "Restart=always" in service.splitlines()
    assert "session-reset stopped" in service
    for off in ("allow-guest", "allow-user-switching", "greeter-show-manual-login"):
        assert settings[off] == "false", off


def test_the_home_is_the_one_every_session_starts_from(root: Host, reader: Reader) -> None:
    assert root.check_output("stat -c '%U %a' /home/bandoc") == "bandoc 700"
    missing = reader.run(
        f"cd {SKELETON} && find . -type f | while read -r f; do"
        ' [ -O "$HOME/$f" ] || echo "$f"; done'
    )
    assert missing.succeeded
    assert missing.stdout.split() == []


def test_the_last_reset_was_whole(root: Host) -> None:
    reset = json.loads(root.check_output("cat /var/lib/benvung/session/reset.json"))
    assert reset["stage"] == "before"
    assert reset["failed"] == []
    assert reset["emergency_home"] is False


def test_wherever_a_reader_can_write_is_swept(root: Host, reader: Reader) -> None:
    """The reader's own eyes find the places, so one that a new package brings is found too."""
    swept = re.search(
        r'^SWEEP="(.*)"', root.check_output("cat /etc/benvung/session.conf"), re.MULTILINE
    )
    assert swept
    # The idle watch's directory is systemd's to remove, LightDM's is part of the reset itself.
    others = ("/home/bandoc", "/run/user", "/run/benvung-session-idle", "/var/lib/lightdm")
    places = (*swept[1].split(), *others)
    found = reader.run(
        "find / -path /proc -prune -o -path /sys -prune -o -path /home/bandoc -prune"
        " -o -path '/run/user/*' -prune -o \\( -type d -o -type f \\) -writable -print 2>/dev/null",
        timeout=300,
    )
    writable = found.stdout.splitlines()
    assert "/tmp" in writable
    assert [path for path in writable if not path.startswith(places)] == []


def test_nothing_may_lock_the_screen(root: Host) -> None:
    for locker in LOCKERS:
        assert root.run(f"pgrep -x {locker}").failed, locker
        assert not root.package(locker).is_installed, locker


def test_the_idle_time_is_really_measured(reader: Reader, root: Host) -> None:
    """A watch that always reads 0 looks well and never ends a session."""
    first = int(reader.run("xprintidle").stdout)
    grown = max(first, 2000)
    until(lambda: int(reader.run("xprintidle").stdout) > grown, "an idle time that grows")
    assert root.service("benvung-session-idle").is_running
    state = root.check_output("cat /run/benvung-session-idle/state")
    assert "suspect=0" in state.split()


def test_an_unused_session_ends_when_declared(root: Host, declared: Workstation) -> None:
    command = root.check_output("systemctl show -p ExecStart benvung-session-idle.service")
    wanted = declared.variables["session_idle_minutes"] * 60
    assert f"session-idle {wanted} {declared.variables['session_idle_warning_seconds']} " in command


def test_a_session_cannot_take_the_pc_with_it(
    root: Host, reader: Reader, declared: Workstation
) -> None:
    limits = root.check_output(f"cat /proc/{reader.leader()}/limits")
    processes = str(declared.variables["session_processes"])
    assert re.search(rf"^Max processes +{processes} +{processes} ", limits, re.MULTILINE), limits
    assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE), limits


def test_the_reader_sees_nobodys_journal(reader: Reader) -> None:
    """What programs of an earlier reader said stays with the technician."""
    shown = reader.run("journalctl --no-pager -n 20 -o cat")
    assert shown.stdout.strip() in ("", "-- No entries --"), shown.stdout
