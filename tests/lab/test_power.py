"""The PC closes with the room, whatever else happens, and at no other time."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from checks.days import VIETNAM
from tests.acceptance.reader import Answer, Reader, until
from tests.lab import opening
from tests.lab.lab import Lab
from tests.lab.technician import pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

CLOSE = "/usr/local/lib/benvung/close"
WAKE = "/var/lib/benvung/power/wake.json"
UPDATES = "/var/lib/benvung/updates/state.json"
COUNTER = "/var/lib/benvung/power/emergencies"
# A part of the closing that waits until the test lets it go on.
SLOW_PART = """
[Unit]
Before=benvung-closing.target
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'touch /run/thu-closing; while [ ! -e /run/thu-go ]; do sleep 0.2; done'
"""


@pytest.fixture
def pc(converged: Callable[..., list[Workstation]]) -> Iterator[Workstation]:
    """A converged workstation in an open room, with a reader, and no line to update over."""
    (workstation,) = converged("thapmuoi-06")
    workstation.run("rm -f /etc/apt/sources.list /etc/apt/sources.list.d/*")
    opening.open_all_day(workstation)
    yield workstation
    workstation.delete()


@pytest.fixture
def reader(pc: Workstation) -> Reader:
    """The reader of that workstation, logged in."""

    def as_root(command: str) -> Answer:
        done = pc.run(command, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    chair = Reader(as_root)
    chair.wait()
    return chair


def off(pc: Workstation) -> bool:
    return pc.pid is None


def soon(minutes: int) -> datetime:
    """A moment so far ahead, to the full minute."""
    now = datetime.now(VIETNAM)
    return now.replace(second=0, microsecond=0) + timedelta(minutes=minutes)


def started_well(pc: Workstation) -> bool:
    """Whether what marks a start as a good one has come to its end."""
    ended = "systemctl show --property=InactiveEnterTimestampMonotonic --value"
    return pc.run(f"{ended} benvung-started.service").stdout != "0\n"


def said(pc: Workstation) -> str:
    return pc.run("journalctl --quiet --output=cat --unit=benvung-close.service").stdout


def test_at_closing_it_warns_ends_the_session_updates_and_goes_off(
    pc: Workstation, reader: Reader
) -> None:
    reader.start(
        "exec dbus-monitor --session interface=org.freedesktop.Notifications > /tmp/notices"
    )
    closing = soon(2)
    opening.closing_at(pc, closing, warning_minutes=1)
    pc.run("systemctl start --no-block benvung-close.service")
    until(
        lambda: "đóng cửa sau 1 phút" in pc.run("cat /tmp/notices").stdout,
        "the reader is warned",
        150,
    )
    assert reader.leader(), "the session goes on until closing"
    until(lambda: not reader.leader() or off(pc), "the session has ended", 150)
    assert datetime.now(VIETNAM) >= closing
    until(lambda: off(pc), "the PC is off", 300)
    # Its disk tells what it did before it went off.
    pc.boot()
    updates = json.loads(pc.run(["cat", UPDATES]).stdout)
    assert datetime.fromisoformat(updates["last_run"]) >= closing
    wake = json.loads(pc.run(["cat", WAKE]).stdout)
    assert wake["outcome"] == "cannot"
    assert "no clock that can wake it" in wake["reason"]


def test_a_second_closing_is_harmless(pc: Workstation, reader: Reader) -> None:
    unit = "/etc/systemd/system/thu-closing.service"
    pc.run(["tee", unit], stdin=SLOW_PART)
    pc.run("systemctl daemon-reload; systemctl add-wants benvung-closing.target thu-closing")
    assert reader.leader()
    pc.run(f"systemd-run --quiet --unit=thu-now {CLOSE} --now")
    until(
        lambda: pc.run("test -e /run/thu-closing", check=False).returncode == 0,
        "the closing is under way",
        300,
    )
    again = pc.run([CLOSE, "--now"])
    assert again.stdout.strip() == "close: already closing"
    assert not off(pc)
    pc.run("touch /run/thu-go")
    until(lambda: off(pc), "the PC is off", 300)


def test_a_part_that_fails_does_not_keep_it_on(pc: Workstation) -> None:
    unit = "/etc/systemd/system/thu-closing.service"
    broken = (
        "[Unit]\nBefore=benvung-closing.target\n[Service]\nType=oneshot\nExecStart=/bin/false\n"
    )
    pc.run(["tee", unit], stdin=broken)
    pc.run("systemctl daemon-reload; systemctl add-requires benvung-closing.target thu-closing")
    pc.run(f"systemd-run --quiet --unit=thu-now {CLOSE} --now")
    until(lambda: off(pc), "the PC is off", 300)


def test_a_technician_at_work_is_waited_for(pc: Workstation) -> None:
    """A run from the desk is not cut by the closing."""
    pc.ssh("true")  # and the connection stays
    pc.run(f"systemd-run --quiet --unit=thu-now {CLOSE} --now")
    until(
        lambda: "a technician is logged in" in pc.run("journalctl --quiet -u thu-now").stdout,
        "the closing waits",
        300,
    )
    assert not off(pc)
    pc.lab.hang_up(pc.name)
    until(lambda: off(pc), "the PC is off", 300)


def test_a_run_in_the_evening_closes_nothing(pc: Workstation, reader: Reader, lab: Lab) -> None:
    """New closing times restart the timer half an hour after closing: what is past is past."""
    leader = reader.leader()
    opening.closing_at(pc, soon(-30))
    timer = "/etc/systemd/system/benvung-close.timer"
    pc.run(f"sed -i '/OnCalendar/d' {timer} && systemctl daemon-reload")
    pc.run("systemctl stop benvung-close.timer")
    kept = pc.run(["cat", opening.CONFIG]).stdout
    run = pyinfra(lab, [pc.name], "deploys/power.py")
    assert run.code == 0, run.shown[-4000:]
    assert "power | Take the new closing times" in run.changed[pc.name]
    # The run declared the site's own hours again; ask once more with the evening's.
    pc.run(["tee", opening.CONFIG], stdin=kept)
    # And ask at once what a timer restarted so late asks.
    pc.run("systemctl restart benvung-close.timer; systemctl start benvung-close.service")
    assert "no closing is at hand" in said(pc)
    assert reader.leader() == leader
    fires = "systemctl show --property=NextElapseUSecRealtime --value benvung-close.timer"
    assert int(pc.run(f'date --date="$({fires})" +%s').stdout) > datetime.now(VIETNAM).timestamp()


def test_a_holiday_has_no_closing(pc: Workstation) -> None:
    closing = soon(1)
    opening.closing_at(pc, closing)
    opening.declare(
        pc, [["00:00", f"{closing:%H:%M}"]], closed_days=[f"{closing:%Y-%m-%d}"], stray_close=""
    )
    asked = pc.run([CLOSE, "--due"], timeout=30)
    assert asked.stdout.strip() == "close: no closing is at hand"


def test_hours_that_cannot_be_read_close_nothing(pc: Workstation) -> None:
    config = json.loads(pc.run(["cat", opening.CONFIG]).stdout)
    del config["opening_hours"]
    pc.run(["tee", opening.CONFIG], stdin=json.dumps(config))
    assert pc.run([CLOSE, "--due"], timeout=30).stdout.strip() == "close: no closing is at hand"


@pytest.mark.parametrize("unit", ["benvung-signatures.service", "benvung-updates-missed.service"])
def test_nothing_begins_while_the_room_is_open(pc: Workstation, unit: str) -> None:
    pc.run(f"systemctl start {unit}")
    shown = pc.run(f"systemctl show --property=Result --value {unit}").stdout.strip()
    assert shown == "exec-condition"


def test_a_failed_start_waits_for_no_keyboard(pc: Workstation) -> None:
    """Emergency mode brings the retry with it; it counts, and after three times it stays."""
    until(lambda: started_well(pc), "this start is over: its end forgets failed ones")
    pc.run("systemctl --no-block isolate emergency.target")
    until(
        lambda: pc.run(["cat", COUNTER], check=False).stdout == "1\n",
        "the retry has begun and counts",
    )
    pc.run("systemctl is-active --quiet benvung-emergency")
    pc.run(f"echo 3 > {COUNTER}")
    stays = pc.run(["/usr/local/lib/benvung/emergency", "0"])
    assert "it stays as it is for the technician" in stays.stdout


def test_a_good_start_forgets_failed_ones(pc: Workstation) -> None:
    pc.run(f"echo 2 > {COUNTER}; sync")
    pc.kill()
    pc.boot()
    until(lambda: pc.run(f"test -e {COUNTER}", check=False).returncode, "the count is gone", 120)
    assert pc.run(["cat", f"{COUNTER}.last"]).stdout == "2\n", "and told, for a month"
