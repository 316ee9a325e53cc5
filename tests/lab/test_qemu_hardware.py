"""Hardware that fails, on the lab's one PC that has some: found, named, healed where it can be.

One PC goes through three nights: sound; with a disk that warns and one that cannot be read; and
after a power cut in the middle of an upgrade, put together again with another disk, less memory
and a clock without a battery. Counts of a SATA disk cannot be set in qemu: those rules are proved
on recorded answers.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.lab.conftest import FIRST
from tests.lab.machine import call
from tests.lab.night import Night, nightly
from tests.lab.qemu import QemuPC
from tests.lab.qemu_chair import Chair
from tests.lab.qemu_image import Image
from tests.lab.qemu_parts import Parts, last_working_day
from tests.lab.qemu_upgrade import HOLD, healed, upgrade_that_hangs
from tests.lab.technician import ROOT
from tests.lab.virtual_pc import BOOT_LIMIT, PATIENCE, eventually

pytestmark = [pytest.mark.qemu, pytest.mark.full]

SATA, NVME, OTHER_NVME = "BENVUNG2", "BENVUNG-NVME-1", "BENVUNG-NVME-2"
SATA_DISK = f"/dev/disk/by-id/ata-QEMU_HARDDISK_{SATA}"
# Bit 2 of an NVMe disk's critical warning (NVMe base specification, SMART log): reliability.
UNRELIABLE = 4
EIO = 5
PROBE = "python3 -B /usr/local/lib/benvung/probe"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the nights of this module are remembered."""
    return tmp_path_factory.mktemp("history")


@pytest.fixture(scope="module")
def built(image: Image, place: Path) -> Iterator[QemuPC]:
    """A running PC with an NVMe disk beside its SATA disks, and memory to spare."""
    disk = place / "nvme.img"
    call(["truncate", "-s", "256M", disk])
    # Its clock is right: a report from tomorrow would be refused.
    parts = Parts(memory="3G", nvme=disk, nvme_serial=NVME, ahead=last_working_day())
    with QemuPC(image, ROOT / "var/qemu/hardware", FIRST, parts) as pc:
        pc.reset_disk()
        start(pc)
        yield pc


def start(pc: QemuPC) -> None:
    """Switch it on until its start is over: before, disks answer later than the probe waits."""
    pc.boot()
    pc.run("systemctl is-system-running --wait || true", timeout=BOOT_LIMIT)
    Chair(pc).wait()


@pytest.fixture(scope="module")
def sound(built: QemuPC, place: Path) -> Night:
    """The first night: nothing is broken."""
    return reached(built, place)


@pytest.fixture(scope="module")
def failing(built: QemuPC, place: Path, sound: Night) -> Night:
    """The second night: the NVMe disk warns, the SATA disk cannot be read."""
    assert sound.code in {0, 1}, sound.errors
    warning = {"path": "/machine/peripheral/nvme0", "property": "smart_critical_warning"}
    built.qmp.execute("qom-set", **warning, value=UNRELIABLE)
    unreadable(built, "second")
    read = built.run(
        f"LC_ALL=C dd if={SATA_DISK} of=/dev/null bs=4k count=1 iflag=direct", check=False
    )
    assert "Input/output error" in read.stderr, "the disk can be read"
    readable(built, "second")
    return reached(built, place)


@pytest.fixture(scope="module")
def rebuilt(
    built: QemuPC, place: Path, failing: Night, tmp_path_factory: pytest.TempPathFactory
) -> Night:
    """The third night: cut during an upgrade, other parts, the upgrade's healing still at work."""
    assert failing.code == 1, failing.errors
    built.run(f"touch {HOLD}")
    upgrade_that_hangs(built, tmp_path_factory.mktemp("upgrade"))
    built.cut()
    built.parts.memory = "2G"
    built.parts.nvme_serial = OTHER_NVME
    # What a PC of 2013 shows when its battery is empty.
    built.parts.battery_clock = datetime(2013, 1, 1, tzinfo=UTC)
    start(built)
    return reached(built, place)


def reached(pc: QemuPC, place: Path) -> Night:
    """A night in which the PC told its report; of one that was too slow nothing can be found."""

    def told() -> Night | None:
        night = nightly(pc.ssh_config, place, FIRST)
        return night if night.host(FIRST)["group"] != "unreached" else None

    return eventually(told, PATIENCE, "the night reaches the PC")


def unreadable(pc: QemuPC, name: str) -> None:
    """Let every read of a disk fail from now on."""
    broken = {"event": "read_aio", "errno": EIO, "once": False}
    pc.qmp.execute(
        "blockdev-add",
        driver="blkdebug",
        node_name=f"{name}-broken",
        image=f"{name}-file",
        inject_error=[broken],
    )
    reopen(pc, name, f"{name}-broken")


def readable(pc: QemuPC, name: str) -> None:
    """Let a disk be read again."""
    reopen(pc, name, f"{name}-file")


def reopen(pc: QemuPC, name: str, below: str) -> None:
    """Put a disk on another node."""
    options = {"driver": "raw", "node-name": name, "file": below}
    pc.qmp.execute("blockdev-reopen", options=[options])


def about(night: Night, control: str, part: str) -> dict[str, object]:
    """The finding of a control on a part, which must be there."""
    found = night.host(FIRST)["findings"]
    there = [one for one in found if one["control"] == control and part in one["part"]]
    assert len(there) == 1, [(one["control"], one["status"], one["part"]) for one in found]
    return dict(there[0])


def test_both_disks_are_reported(built: QemuPC) -> None:
    report = json.loads(built.said(PROBE))
    disks = {disk["smart"].get("serial_number"): disk for disk in report["disks"]}
    assert {SATA, NVME} <= set(disks)
    health = disks[NVME]["smart"]["nvme_smart_health_information_log"]
    assert health["critical_warning"] == 0


def test_a_sound_pc_needs_no_repair(sound: Night) -> None:
    failing = [one for one in sound.failing(FIRST) if one.startswith("hardware.")]
    assert failing == []


def test_an_nvme_disk_that_warns_is_named(failing: Night) -> None:
    finding = about(failing, "hardware.disk.unreliable", NVME)
    assert (finding["status"], finding["certainty"]) == ("fail", "certain")
    assert finding["remedy"]


def test_a_disk_the_kernel_cannot_read_is_named(failing: Night) -> None:
    finding = about(failing, "hardware.disk.kernel-errors", SATA)
    assert finding["status"] == "fail"
    assert "I/O error" in str(finding["reason"])


def test_a_disk_exchanged_while_the_pc_was_off_is_named(rebuilt: Night) -> None:
    finding = about(rebuilt, "hardware.disk.swapped", OTHER_NVME)
    assert NVME in str(finding["reason"])


def test_memory_taken_out_is_missed(rebuilt: Night) -> None:
    finding = about(rebuilt, "hardware.memory.less", "memory")
    assert "3072" in str(finding["reason"])


def test_a_clock_without_a_battery_is_found_and_the_pc_goes_on(
    built: QemuPC, rebuilt: Night
) -> None:
    assert about(rebuilt, "hardware.clock.battery", "clock")["status"] == "fail"
    year = int(built.said("date +%Y"))
    assert year > built.parts.clock.year


def test_an_upgrade_the_power_cut_is_found_and_heals_by_itself(
    built: QemuPC, rebuilt: Night, place: Path
) -> None:
    assert about(rebuilt, "updates.database-whole", "")["status"] == "fail"
    built.run(f"rm {HOLD}")
    eventually(lambda: healed(built), PATIENCE, "the upgrade is healed")
    after = reached(built, place)
    assert "updates.database-whole" not in after.failing(FIRST)
