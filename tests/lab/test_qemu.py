"""What only a PC with a seat, a keyboard, USB sockets and a kernel of its own can show.

The tests share one virtual PC and go through its day in order: used, left by its readers, and in
the end its plug is pulled. How it starts is in test_qemu_boot.py.
"""

import hashlib
import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploys.commit import commit
from deploys.health import APPLIED
from inventory.loader import load
from tests.lab.conftest import FIRST
from tests.lab.lab import Lab
from tests.lab.machine import LabError
from tests.lab.qemu_chair import Chair
from tests.lab.qemu_image import stick
from tests.lab.qemu_keys import strike
from tests.lab.qemu_upgrade import healed, upgrade_that_hangs
from tests.lab.technician import ROOT, pyinfra
from tests.lab.virtual_pc import PATIENCE, eventually

# Emulated on two cores it needs a machine of its own, and an hour.
pytestmark = [pytest.mark.qemu, pytest.mark.full]

STICK = "/media/bandoc/USB"
SECOND = "/dev/disk/by-id/ata-QEMU_HARDDISK_BENVUNG2-part1"
# The antivirus test file, put together here so that no scanner ever finds it in this repository.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SIGNATURE = f"{hashlib.md5(EICAR, usedforsecurity=False).hexdigest()}:{len(EICAR)}:Eicar-Lab"
# Asks about every action there is for the process itself, without anybody being asked a password.
ASK_POLKIT = """
import os
from gi.repository import Gio, GLib
bus = Gio.bus_get_sync(Gio.BusType.SYSTEM)
name = "org.freedesktop.PolicyKit1"
def ask(method, arguments, answer):
    return bus.call_sync(
        name, "/org/freedesktop/PolicyKit1/Authority", name + ".Authority", method, arguments,
        GLib.VariantType(answer), 0, -1, None,
    ).unpack()[0]
started = int(open("/proc/self/stat").read().rpartition(")")[2].split()[19])
pid, started = GLib.Variant("u", os.getpid()), GLib.Variant("t", started)
me = ("unix-process", {"pid": pid, "start-time": started})
for action in ask("EnumerateActions", GLib.Variant("(s)", ("",)), "(a(ssssssuuua{ss}))"):
    question = GLib.Variant("((sa{sv})sa{ss}us)", (me, action[0], {}, 0, ""))
    if ask("CheckAuthorization", question, "((bba{ss}))")[0]:
        print(action[0])
"""
# Where readers leave things; every other place is tried in containers (test_session.py).
MARK = "dau-vet-cua-nguoi-truoc"
LEAVE = f"""
mkdir -p ~/.config/autostart
for place in ~ ~/Desktop ~/.config/autostart /tmp /var/tmp /dev/shm; do echo x > $place/{MARK}; done
setsid -f sh -c 'while :; do sleep 5; done # {MARK}' </dev/null >/dev/null 2>&1
sync
"""
TRACES = f"find /home /tmp /var/tmp /dev/shm -name '*{MARK}*'; pgrep -u bandoc -af {MARK}; true"


def test_the_declarations_made_in_a_container_hold_on_a_pc(lab: Lab, chair: Chair) -> None:
    """Converged without a kernel, a disk and udev, there is nothing to change with them."""
    stamped = json.loads(chair.as_root(f"cat {APPLIED}").stdout)["commit"]
    run = pyinfra(lab, [FIRST], timeout=600, BENVUNG_SSH_CONFIG=str(chair.pc.ssh_config))
    assert run.code == 0, run.shown[-4000:]
    # The disk is kept for as long as the declarations are the same, over commits.
    stamp = {} if stamped == commit() else {FIRST: ["health | Stamp the commit that was applied"]}
    assert run.changed == stamp


# --- in use -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "chord",
    [("ctrl", "alt", "f1"), ("ctrl", "alt", "backspace")],
    ids="+".join,
)
def test_no_key_leaves_the_desktop(chair: Chair, chord: tuple[str, ...]) -> None:
    leader = chair.wait()
    strike(chair.pc, chord)
    assert chair.types("bcd")
    assert chair.console() == "tty7"
    assert chair.wait() == leader


@pytest.mark.parametrize(
    ("chord", "times"),
    [
        # systemd counts these: seven within two seconds restart at once, whatever else is set.
        (("ctrl", "alt", "delete"), 8),
        (("alt", "sysrq", "k"), 1),
        (("alt", "sysrq", "r"), 1),
        (("alt", "sysrq", "b"), 1),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_no_key_restarts_the_pc_or_ends_the_session(
    chair: Chair, chord: tuple[str, ...], times: int
) -> None:
    boot, leader = boot_id(chair), chair.wait()
    strike(chair.pc, chord, times, within=2)
    # Xfce asks whether to log out, or takes a picture of the window: no more than that.
    chair.dismiss("xfce4-session" if "delete" in chord else "xfce4-screenshooter")
    assert chair.types("bcd")
    assert boot_id(chair) == boot
    assert chair.wait() == leader


def boot_id(chair: Chair) -> str:
    return chair.as_root("cat /proc/sys/kernel/random/boot_id").stdout.strip()


def test_polkit_allows_an_active_session_what_is_declared_and_no_more(chair: Chair) -> None:
    """At a real seat Debian's own rules would let the reader mount disks and cut the network."""
    said = chair.run(f"python3 -c {shlex.quote(ASK_POLKIT)}")
    assert said.succeeded, said.stderr
    allowed = set(said.stdout.split())
    declared = load(ROOT).hosts[FIRST].variables["restrictions_allowed_actions"]
    assert allowed <= set(declared), "more than declared"
    assert "org.freedesktop.udisks2.filesystem-mount" in allowed


def test_the_reader_cannot_mount_the_disk_inside_the_pc(chair: Chair) -> None:
    refused = chair.run(f"udisksctl mount -b {SECOND}")
    assert refused.failed
    assert "NotAuthorized" in refused.stderr
    assert chair.as_root(f"findmnt -n $(readlink -f {SECOND})").failed


def test_the_clock_is_set_to_wake_the_pc(chair: Chair) -> None:
    record = json.loads(chair.as_root("cat /var/lib/benvung/power/wake.json").stdout)
    assert record["outcome"] == "armed", record
    alarm = int(chair.as_root("cat /sys/class/rtc/rtc0/wakealarm").stdout)
    now = int(chair.as_root("date +%s").stdout)
    assert now < alarm < now + 4 * 86400


def test_smartd_refuses_virtual_machines_so_nothing_is_proved_about_it(chair: Chair) -> None:
    """Watching disks stays unproved in the lab; this says so, and notices if that changes."""
    shown = chair.as_root("systemctl show smartmontools -p UnitFileState -p ConditionResult")
    assert set(shown.stdout.split()) == {"UnitFileState=enabled", "ConditionResult=no"}


# --- a USB stick ------------------------------------------------------------------


@pytest.fixture
def plugged(chair: Chair, tmp_path: Path) -> Iterator[Chair]:
    """The reader's chair with a stick just plugged in, an infected file and a program on it."""
    chair.as_root(f"echo {SIGNATURE} > /var/lib/clamav/lab.hdb; rm -f {RESULT}")
    chair.pc.plug("usb", stick(tmp_path / "stick.img", {"BAI.TXT": EICAR, "CHAY.SH": PROGRAM}))
    yield chair
    chair.pc.unplug("usb")
    eventually(lambda: chair.as_root(f"findmnt {STICK}").failed, PATIENCE, "the stick is forgotten")


# Some 40 MB in the scanner's memory.
MANY_SIGNATURES = f'for n in range(500000): print(f"{{n:032x}}:{len(EICAR)}:Lab-{{n}}")'
RESULT = "/var/lib/benvung/antivirus/last-scan.json"
QUARANTINE = "/var/lib/benvung/quarantine"
PROGRAM = b"#!/bin/sh\nid > /tmp/it-ran\n"


def test_a_stick_appears_for_the_reader_and_nothing_on_it_runs(plugged: Chair) -> None:
    options = mounted(plugged)
    assert {"noexec", "nosuid", "nodev"} <= options
    assert plugged.run(f"{STICK}/CHAY.SH || {STICK}/chay.sh").failed
    for attempt in (
        f"mount -o remount,exec {STICK}",
        f"mount -o remount,exec,suid,dev /dev/disk/by-label/USB {STICK}",
        f"udisksctl unmount -b {node(plugged)}; udisksctl mount -o exec -b {node(plugged)}",
        f"udisksctl mount -o suid,dev -b {node(plugged)}",
    ):
        plugged.run(attempt)
        left = plugged.as_root(f"findmnt -n -o OPTIONS {STICK}").stdout.strip().split(",")
        assert left == [""] or {"noexec", "nosuid", "nodev"} <= set(left), attempt
    assert plugged.types("bcd")


def test_an_infected_file_on_a_stick_is_quarantined(plugged: Chair) -> None:
    mounted(plugged)
    record = eventually(lambda: scanned(plugged), PATIENCE, "the stick is scanned")
    assert (record["outcome"], record["found"], record["quarantined"]) == ("found", 1, 1)
    assert "BAI.TXT" not in plugged.run(f"ls {STICK}").stdout.upper()
    assert "CHAY.SH" in plugged.run(f"ls {STICK}").stdout.upper()
    kept = plugged.as_root(f"stat -c %a:%U:%s {QUARANTINE}/*[0-9]").stdout.split()
    assert f"0:root:{len(EICAR)}" in kept


def test_a_scan_that_needs_too_much_memory_is_unknown_and_the_session_lives(
    chair: Chair, tmp_path: Path
) -> None:
    leader = chair.wait()
    dropin = "/run/systemd/system/benvung-scan-stick@.service.d"
    # The other limit of the unit would stop it first, and is proved in containers.
    # Without many signatures the scanner would fit; with less room it would not yet be the larger
    # of the unit's two processes, and the kernel ends the larger one.
    limits = "[Service]\\nLimitAS=infinity\\nMemoryMax=40M\\nMemorySwapMax=0\\n"
    chair.as_root(
        f"mkdir -p {dropin}; printf '{limits}' > {dropin}/zz-lab.conf; systemctl daemon-reload;"
        f"python3 -c {shlex.quote(MANY_SIGNATURES)} > /var/lib/clamav/lab.hdb; rm -f {RESULT}"
    )
    chair.pc.plug("big", stick(tmp_path / "big.img", {"BAI.TXT": EICAR}))
    try:
        record = eventually(lambda: scanned(chair), PATIENCE, "the scan has an end")
    finally:
        chair.pc.unplug("big")
        chair.as_root(f"rm -r {dropin} /var/lib/clamav/lab.hdb; systemctl daemon-reload")
    assert (record["outcome"], record["found"]) == ("unknown", 0), record
    killed = chair.as_root("journalctl -k -b --grep 'Memory cgroup out of memory'")
    assert "clamscan" in killed.stdout
    assert chair.wait() == leader


def mounted(chair: Chair) -> set[str]:
    """The options the stick is mounted with, once it is."""

    def options() -> list[str]:
        return chair.as_root(f"findmnt -n -o OPTIONS {STICK}").stdout.strip().split(",")

    return set(
        eventually(lambda: [word for word in options() if word], PATIENCE, "the stick is mounted")
    )


def node(chair: Chair) -> str:
    """The stick's device."""
    return chair.as_root("readlink -f /dev/disk/by-label/USB").stdout.strip()


def scanned(chair: Chair) -> dict[str, object] | None:
    """The record of the scan of a stick, once there is one."""
    said = chair.as_root(f"cat {RESULT}").stdout
    record: dict[str, object] = json.loads(said) if said.strip() else {}
    return record if record.get("what") == "stick" else None


# --- what is left behind ------------------------------------------------------------


@pytest.mark.parametrize(
    "end",
    [
        "xfce4-session-logout --logout --fast",
        "kill -KILL $(pgrep -x xfce4-session)",
        "kill -KILL -1",
    ],
    ids=["logout", "killed session", "everything killed"],
)
def test_nothing_is_left_after_the_session(chair: Chair, end: str) -> None:
    leader = chair.wait()
    chair.run(LEAVE)
    assert chair.as_root(TRACES).stdout.count(MARK) >= 7, "not all was left: nothing to see gone"
    chair.reader.start(end)
    chair.wait(other_than=leader)
    assert chair.as_root(TRACES).stdout == ""
    assert chair.sees_its_desktop()


def test_a_power_cut_is_over_when_the_power_is_back(chair: Chair, tmp_path: Path) -> None:
    """The reader's traces are gone, the package is set up, no key was needed at the menu."""
    pc = chair.pc
    chair.run(LEAVE)
    pc.run("grub-editenv /boot/grub/grubenv set recordfail=1")
    upgrade_that_hangs(chair.pc, tmp_path)
    assert MARK in chair.as_root(TRACES).stdout
    assert chair.as_root("dpkg --audit").stdout != ""
    pc.cut()
    pc.boot()
    chair.wait()
    assert chair.as_root(TRACES).stdout == ""
    assert chair.sees_its_desktop()
    eventually(lambda: healed(pc), PATIENCE, "dpkg is healed")
    assert chair.as_root("dpkg --audit").stdout == ""


def test_the_power_button_switches_it_off(chair: Chair) -> None:
    """At a press of the technician's finger the PC goes down in order, for the last time."""
    chair.pc.shut_down()
    with pytest.raises(LabError, match="is off"):
        chair.pc.qmp.execute("query-status")
