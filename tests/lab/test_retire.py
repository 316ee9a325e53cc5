"""Disks wiped for good: on a virtual PC, whose disks are files, looked through from outside.

Sanitize is not tried here: no emulator has it (tests/unit/retire/test_itself.py has a declared
fake of the drive).
"""

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from checks.assets import recording
from checks.assets.book import read_book
from checks.assets.events import Wipe
from checks.days import day_of
from deploys import enrol_pc, retire_pc
from deploys.refusals import EnrolRefused
from deploys.retire import Asked, Person, retire
from deploys.retire_order import RetireRefused
from inventory.loader import load
from tests.lab.bench_pc import OWN_SERIAL, BenchPC, System
from tests.lab.technician import ROOT
from tests.lab.virtual_pc import eventually
from tests.unit.assets.making import Said, decided, inspected, needed, proposed

# Emulated on two cores: minutes, and a machine to itself.
pytestmark = [pytest.mark.qemu, pytest.mark.full]

OLD, BENCH = "thanhmy-03", "thapmuoi-02"
CODE = "TM-MVT-03"
NVME, SATA, DYING = "S64DNX0R123456", "WD-WCC2E1234567", "Z1D5ABCD"
DISK_SIZE = 64 << 20
# The dying disk is small: each of its bad places costs the kernel's patience.
DYING_SIZE = 8 << 20
SECRET = b"ho so vay von cua ba con ap 3\n"
PERSON = "Nguyễn Văn An"
# What is recorded today may not come before what it rests on.
TODAY = day_of(datetime.now(UTC)).isoformat()


@dataclass
class Office:
    """A repository of its own, and the technician in it."""

    root: Path
    code: str = CODE
    told: list[str] = field(default_factory=list)

    def card(self, name: str, disk: str, code: str = "") -> None:
        """Write what a card says."""
        file = self.root / f"inventory/assets/{name}/card.yml"
        text = f"---\ncode: {code}\nserials:\n  disk: {disk}\nyear_in_use: 2013\n"
        file.write_text(text, encoding="utf-8")

    def record(self, *events: Said) -> None:
        """Record what happened to the old PC."""
        for said in events:
            recording.record(self.root, OLD, {"by": PERSON, **said}, datetime.now(UTC))

    def retire(self, bench: str = BENCH) -> str:
        """Run `benvung retire` as a person would; what was said."""
        self.told.clear()
        person = Person(say=self.told.append, code=lambda _name: self.code)
        retire(Asked(OLD, bench, PERSON), person, self.root)
        return "\n".join(self.told)

    def refused(self, said: str, bench: str = BENCH) -> None:
        """It is refused with these words."""
        with pytest.raises(RetireRefused, match=said):
            self.retire(bench)

    @property
    def wipes(self) -> list[tuple[str, str]]:
        """What is recorded: disk and method."""
        asset = read_book(self.root, load(self.root)).one(OLD)
        return [(each.disk, each.method) for each in asset.events if isinstance(each, Wipe)]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """The shipped inventory, in which a PC with three disks was decided upon."""
    root = tmp_path / "repository"
    for folder in ("inventory", "roles"):
        shutil.copytree(ROOT / folder, root / folder)
    shutil.copy(ROOT / "ansible.cfg", root)
    monkeypatch.setenv("LANGUAGE", "en")
    # An emulated PC on a busy machine takes its time over a key exchange.
    monkeypatch.setattr(enrol_pc, "CONNECT_LIMIT", 90)
    return Office(root)


@pytest.fixture(scope="module", params=["trixie", "bookworm"])
def system(request: pytest.FixtureRequest) -> System:
    """Debian, as small as it goes."""
    return System.of(request.param)


def full_of_secrets(file: Path, size: int = DISK_SIZE) -> Path:
    """A disk on which everything is private."""
    with file.open("wb") as disk:
        disk.write((SECRET * (size // len(SECRET) + 1))[:size])
    return file


@pytest.fixture
def bench(system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BenchPC]:
    """The bench PC, started, with the three disks of the old one attached."""
    with BenchPC(system, tmp_path / "bench", BENCH) as pc:
        pc.nvme[NVME] = full_of_secrets(tmp_path / "nvme.img")
        pc.sata[SATA] = full_of_secrets(tmp_path / "sata.img")
        pc.sata[DYING] = full_of_secrets(tmp_path / "dying.img", DYING_SIZE)
        pc.pace[SATA] = 2 << 20
        pc.bad[DYING] = 2 * 1024 * 1024 // 512
        monkeypatch.setenv("BENVUNG_SSH_CONFIG", str(pc.ssh_config))
        pc.boot()
        yield pc


def added(serial: str) -> Said:
    return {
        "event": "addition", "date": TODAY, "part": "disk", "what": "ổ thứ hai",
        "new_serial": serial,
    }  # fmt: skip


def secrets_on(disk: Path) -> int:
    """How often the private words are found on a disk."""
    return disk.read_bytes().count(SECRET.strip())


def test_a_bench_pc_wipes_the_disks_of_a_dead_one(
    office: Office, bench: BenchPC, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {disk: disk.read_bytes() for disk in (*bench.nvme.values(), *bench.sata.values())}
    office.card(OLD, NVME, CODE)
    office.card(BENCH, OWN_SERIAL)
    office.record(
        needed(TODAY), inspected(day=TODAY), added(SATA), added(DYING), proposed("a", TODAY)
    )

    office.refused("No decision lets anyone wipe thanhmy-03: it is proposed")
    office.record(decided(TODAY, disks=[NVME, SATA, DYING]))
    office.code = "yes"
    office.refused("“yes” is not the asset code")
    office.code = CODE

    stick = full_of_secrets(tmp_path / "stick.img", 8 << 20)
    bench.plug("stick", stick)
    eventually(lambda: "usb" in bench.said("ls -l /dev/disk/by-id"), 300, "the stick is seen")
    office.refused("A USB disk is plugged in")
    bench.unplug("stick")
    eventually(lambda: "usb" not in bench.said("ls -l /dev/disk/by-id"), 300, "the stick is gone")

    for serial, said in (("", "A disk tells no serial"), ("STRANGER", "neither card nor decision")):
        bench.plug_disk("more", stick, serial)
        eventually(lambda: bench.ok("ls /dev/vda"), 300, "the disk is seen")
        office.refused(said)
        bench.unplug("more")
    office.card(BENCH, "ANOTHER-DISK")
    office.refused(f"neither card nor decision names.*{OWN_SERIAL}")
    office.card(BENCH, OWN_SERIAL)

    where = f"$(readlink -f /dev/disk/by-id/nvme-*{NVME})"
    bench.run(f"swap={where}; mkswap -q $swap && swapon $swap")
    office.refused("The disk is in use")
    bench.run(f"swapoff {where}")
    after = {disk: disk.read_bytes() for disk in whole}
    bench_wrote = 4096  # mkswap's own page
    assert {disk: text[bench_wrote:] for disk, text in after.items()} == {
        disk: text[bench_wrote:] for disk, text in whole.items()
    }
    assert office.wipes == []

    _cut_in_the_middle(office, bench, monkeypatch)
    bench.boot()
    office.refused(f"Not done. Still to be wiped: {DYING}")
    said = "\n".join(office.told)
    assert "the wipe that was cut goes on" in said
    assert f"The disk {DYING} cannot be wiped: bad places" in said
    assert f"benvung asset wipe {OLD} --disk {DYING} --method destroyed" in said
    assert office.wipes == [(NVME, "format"), (SATA, "overwrite")]
    for disk in (bench.nvme[NVME], bench.sata[SATA]):
        assert disk.read_bytes() == bytes(DISK_SIZE)
    assert bench.said("echo still here") == "still here"

    office.record({
        "event": "wipe", "date": TODAY, "disk": DYING, "method": "destroyed",
        "verified": "khoan thủng ba lỗ qua phiến đĩa",
    })  # fmt: skip
    assert "nothing is left to wipe" in office.retire()


def _cut_in_the_middle(office: Office, bench: BenchPC, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mains fail while the second disk is being overwritten."""
    monkeypatch.setattr(retire_pc, "LINE_LIMIT", 30)
    kept = office.root / f"var/retire/{OLD}/{SATA}.json"
    over = threading.Event()

    def under_way() -> bool:
        return over.is_set() or (kept.exists() and '"written": 0,' not in kept.read_text())

    def cut() -> None:
        eventually(under_way, 600, "the wipe is under way", pause=0.2)
        bench.cut()

    mains = threading.Thread(target=cut)
    mains.start()
    try:
        with pytest.raises(EnrolRefused, match="No SSH answer"):
            office.retire()
    finally:
        over.set()
        mains.join()
    assert office.wipes == [(NVME, "format")]
    assert 0 < secrets_on(bench.sata[SATA]) < DISK_SIZE // len(SECRET)


def test_a_pc_wipes_its_own_disk_from_memory(
    system: System, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.card(OLD, OWN_SERIAL, CODE)
    office.record(
        needed(TODAY),
        inspected(day=TODAY),
        proposed("a", TODAY),
        decided(TODAY, disks=[OWN_SERIAL]),
    )
    with BenchPC(system, tmp_path / "pc", OLD) as pc:
        monkeypatch.setenv("BENVUNG_SSH_CONFIG", str(pc.ssh_config))
        pc.boot()
        words = SECRET.decode().strip()
        pc.run(f"yes '{words}' | head -n 100000 >/home/benvung/so; sync")
        before = secrets_on(pc.own)
        assert before >= 100000
        said = office.retire(bench="")
        assert f"{OLD} leaves its disk and goes on in memory" in said
        assert office.wipes == [(OWN_SERIAL, "overwrite")]
        eventually(lambda: not pc.on, 300, "the PC switches itself off")
        with pc.own.open("rb") as disk:
            os.posix_fadvise(disk.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
            while chunk := disk.read(16 << 20):
                assert chunk == bytes(len(chunk))
