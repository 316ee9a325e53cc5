"""Power: the PC knows its hours, closes by them, and starts without a keyboard."""

import json
import re
from datetime import datetime

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.acceptance.reader import Reader

LOGIN1 = "busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager"


def test_it_knows_when_the_room_is_open(root: Host) -> None:
    hours = json.loads(root.check_output("/usr/local/lib/benvung/hours"))
    assert hours["state"] in {"open", "closed"}, hours["doubt"]
    opening = datetime.fromisoformat(hours["next_opening"])
    assert opening.strftime("%z") == "+0700"


def test_it_closes_when_the_day_ends(root: Host) -> None:
    """The next time the timer fires is no later than the first warning of the next closing."""
    hours = json.loads(root.check_output("/usr/local/lib/benvung/hours"))
    fires = "systemctl show --property=NextElapseUSecRealtime --value benvung-close.timer"
    seconds = int(root.check_output(f'date --date="$({fires})" +%s'))
    assert seconds < datetime.fromisoformat(hours["next_closing"]).timestamp()


def test_the_wake_is_set_or_the_pc_says_why_not(root: Host) -> None:
    wake = json.loads(root.check_output("cat /var/lib/benvung/power/wake.json"))
    assert wake["outcome"] in {"armed", "cannot"}, wake["reason"]
    if wake["outcome"] == "armed":
        assert root.check_output("cat /sys/class/rtc/rtc0/wakealarm").isdecimal()
    else:
        assert wake["reason"]


@pytest.mark.parametrize("what", ["CanSuspend", "CanHibernate"])
def test_it_never_sleeps(reader: Reader, root: Host, what: str) -> None:
    assert reader.run(f"{LOGIN1} {what}").stdout.split()[-1].strip('"') in {"no", "na"}
    assert root.check_output(f"{LOGIN1} {what}").split()[-1].strip('"') in {"no", "na"}


@pytest.mark.parametrize("what", ["CanPowerOff", "CanReboot", "CanHalt"])
def test_the_reader_switches_it_off_only_where_declared(
    reader: Reader, what: str, declared: Workstation
) -> None:
    """Asked, not tried: the PC stays on for the other tests."""
    expected = "yes" if declared.variables["power_reader_may_power_off"] else "no"
    assert reader.run(f"{LOGIN1} {what}").stdout.split()[-1] == f'"{expected}"'


def test_the_reader_can_be_warned(root: Host, reader: Reader) -> None:
    """The notice reaches the server of notices on the reader's screen."""
    said = root.run("/usr/local/lib/benvung/tell 'Bền Vững' 'Thử thông báo.' 3")
    assert said.rc == 0, said.stderr
    assert reader.run("pgrep -u bandoc xfce4-notifyd").succeeded


def test_a_failed_start_is_tried_again(root: Host) -> None:
    wanted = root.check_output("systemctl show --property=Wants --value emergency.target")
    assert "benvung-emergency.service" in wanted.split()


def test_the_boot_stops_at_no_menu(root: Host, declared: Workstation) -> None:
    menu = root.run("cat /boot/grub/grub.cfg")
    if menu.failed:
        pytest.skip("this PC has no boot menu of its own (a container)")
    waits = re.findall(r"set timeout=(-?\d+)", menu.stdout)
    assert waits
    assert max(map(int, waits)) <= int(str(declared.variables["power_boot_menu_seconds"]))
    assert min(map(int, waits)) >= 0
    assert "fsck.repair=yes" in menu.stdout
    assert "panic=30" in menu.stdout
    assert "(recovery mode)" not in menu.stdout
