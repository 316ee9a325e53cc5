"""Drives that wipe themselves. Sanitize is proved by a declared fake: no emulator has it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deploys.wiper import itself
from deploys.wiper.disks import Disk, Refused
from deploys.wiper.journal import Journal, Notes
from deploys.wiper.wiping import begun, journal_path, wipe

SECRET = b"du lieu cua ban doc\n"
SIZE = 1 << 20
ATA = "SANITIZE_feature"
Drive = Callable[..., Disk]


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drive:
    """A drive on a bus that knows some words, full of what nobody may read."""
    monkeypatch.setattr(itself, "RHYTHM", 0.0)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for tool in ("nvme", "hdparm"):
        shutil.copy(Path(__file__).with_name("fake_drive"), tmp_path / tool)

    def make(bus: str, *able: str) -> Disk:
        (tmp_path / "able").write_text(" ".join(able))
        (tmp_path / "disk").write_bytes((SECRET * SIZE)[:SIZE])
        return Disk(str(tmp_path / "disk"), "S1", "fake", SIZE, bus, spins=False, in_use=False)

    return make


def wiped(disk: Disk, earlier: Journal | None = None) -> Journal:
    notes = Notes(journal_path(Path(disk.path).parent, "S1"), begun(disk, earlier))
    wipe(disk, notes)
    return notes.journal


def calls(disk: Disk, *kinds: str) -> list[str]:
    noted = (Path(disk.path).parent / "calls").read_text().splitlines()
    return [line for line in noted if any(kind in line for kind in kinds)]


def content(disk: Disk) -> bytes:
    return Path(disk.path).read_bytes()


@pytest.mark.parametrize(
    ("bus", "able", "command"),
    [
        ("nvme", ["block", "crypto", "format"], "--sanact=start-block-erase"),
        ("nvme", ["overwrite", "crypto"], "--sanact=start-overwrite"),
        ("ata", [ATA, "BLOCK_ERASE_EXT", "OVERWRITE_EXT"], "--sanitize-block-erase"),
        ("ata", [ATA, "OVERWRITE_EXT"], "--sanitize-overwrite hex:00000000"),
    ],
)
def test_a_drive_with_sanitize_is_sanitized_and_read_back(
    drive: Drive, bus: str, able: list[str], command: str
) -> None:
    disk = drive(bus, *able)
    journal = wiped(disk)
    assert (journal.stage, journal.method, journal.found) == ("verified", "sanitize", 0xFF)
    assert not journal.overwritten
    (given,) = calls(disk, "sanact", "--yes-i-know")
    assert command in given
    assert content(disk) == b"\xff" * SIZE


@pytest.mark.parametrize(
    ("bus", "able"), [("nvme", ["crypto"]), ("ata", [ATA, "CRYPTO_SCRAMBLE_EXT"])]
)
def test_noise_proves_nothing_so_zeros_follow(drive: Drive, bus: str, able: list[str]) -> None:
    disk = drive(bus, *able)
    journal = wiped(disk)
    assert (journal.stage, journal.method, journal.overwritten) == ("verified", "sanitize", True)
    assert content(disk) == bytes(SIZE)


def test_without_sanitize_format_is_next(drive: Drive) -> None:
    disk = drive("nvme", "format")
    journal = wiped(disk)
    assert (journal.stage, journal.method) == ("verified", "format")
    assert calls(disk, "--ses=1", "sanact") == calls(disk, "nvme format")


@pytest.mark.parametrize(
    ("bus", "able"), [("nvme", []), ("ata", []), ("ata", ["OVERWRITE_EXT"]), ("virtio", [])]
)
def test_all_others_are_overwritten(drive: Drive, bus: str, able: list[str]) -> None:
    disk = drive(bus, *able)
    journal = wiped(disk)
    assert (journal.stage, journal.method, journal.tried) == ("verified", "overwrite", [])
    assert content(disk) == bytes(SIZE)


def test_what_fails_is_followed_by_the_next_best(drive: Drive) -> None:
    disk = drive("nvme", "block", "format", "breaks", "format-breaks")
    journal = wiped(disk)
    assert (journal.stage, journal.method) == ("verified", "overwrite")
    assert [each.partition(":")[0] for each in journal.tried] == ["sanitize", "format"]
    assert "Format failed" in journal.tried[1]
    assert content(disk) == bytes(SIZE)


def test_after_a_cut_a_running_sanitize_is_waited_for(drive: Drive) -> None:
    disk = drive("nvme", "block")
    (Path(disk.path).parent / "state").write_text("running running done")
    Path(disk.path).write_bytes(bytes(SIZE))
    left = Journal("S1", SIZE, method="sanitize", stage="device")
    assert wiped(disk, left).stage == "verified"
    assert calls(disk, "sanact") == []


@pytest.mark.parametrize("state", ["never", "done", "failed"])
def test_after_a_cut_a_sanitize_that_is_not_running_begins_anew(drive: Drive, state: str) -> None:
    disk = drive("nvme", "block")
    (Path(disk.path).parent / "state").write_text(state)
    left = Journal("S1", SIZE, method="sanitize", stage="device")
    assert wiped(disk, left).stage == "verified"
    assert len(calls(disk, "sanact")) == 1
    assert SECRET not in content(disk)


def test_a_format_that_was_cut_begins_anew(drive: Drive) -> None:
    disk = drive("nvme", "format")
    assert wiped(disk, Journal("S1", SIZE, method="format", stage="device")).stage == "verified"
    assert len(calls(disk, "nvme format")) == 1


def test_a_missing_tool_is_said_and_nothing_is_touched(
    drive: Drive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    disk = drive("nvme", "format")
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    journal = wiped(disk)
    assert (journal.stage, journal.why, journal.detail) == ("failed", "no-tool", "nvme")
    assert SECRET in content(disk)


def test_a_disk_that_hides_its_end_is_not_called_wiped(drive: Drive) -> None:
    disk = drive("ata", "hidden")
    journal = wiped(disk)
    assert (journal.stage, journal.why) == ("failed", "hidden-part")
    with pytest.raises(Refused, match="1000"):
        itself.methods(disk)
