"""What the kernel tells of disks, read as it lies in /sys of a PC with every kind of them."""

from pathlib import Path

import pytest

from deploys.wiper import disks
from deploys.wiper.disks import Disk, Refused, from_memory, survey, the_one

# /sys/block's name -> where the device lies in /sys/devices, and the files that tell of it.
PC = {
    "sda": ("pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0", "     WD-WCC2E1234567", 10),
    "sdb": ("pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/host2/target2:0:0/2:0:0:0", "STICK1", 10),
    "sdc": ("pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/host3/target3:0:0/3:0:0:0", "READER", 0),
    "sdd": ("pci0000:00/0000:00:1f.2/ata2/host1/target1:0:0/1:0:0:0", None, 10),
    "sr0": ("pci0000:00/0000:00:1f.2/ata3/host4/target4:0:0/4:0:0:0", "CD", 10),
}


@pytest.fixture
def sys(tmp_path: Path) -> Path:
    for name, (where, serial, sectors) in PC.items():
        device = tmp_path / "sys/devices" / where
        device.mkdir(parents=True)
        if serial is not None:
            # Four bytes of heading: type, page, and the length in two.
            page = b"\0\x80" + len(serial).to_bytes(2, "big") + serial.encode()
            (device / "vpd_pg80").write_bytes(page)
        (device / "model").write_text("A disk       \n")
        _block(tmp_path, name, sectors).joinpath("device").symlink_to(device)
    nvme = tmp_path / "sys/devices/pci0000:00/0000:00:1d.0/nvme/nvme0"
    nvme.mkdir(parents=True)
    (nvme / "serial").write_text("S64DNX0R123456      \n")
    _block(tmp_path, "nvme0n1", 10).joinpath("device").symlink_to(nvme)
    for made_of_others in ("loop0", "dm-0", "zram0"):
        _block(tmp_path, made_of_others, 10)
    return tmp_path / "sys"


def _block(root: Path, name: str, sectors: int) -> Path:
    block = root / "sys/block" / name
    (block / "queue").mkdir(parents=True)
    (block / "queue/rotational").write_text("0\n" if name.startswith("nvme") else "1\n")
    (block / "size").write_text(f"{sectors}\n")
    (root / "dev").mkdir(exist_ok=True)
    (root / "dev" / name).touch()
    return block


def test_every_disk_with_a_medium_is_told_and_nothing_else(sys: Path) -> None:
    found = {Path(disk.path).name: disk for disk in survey(sys, sys.parent / "dev")}
    assert {name: (disk.serial, disk.bus, disk.spins) for name, disk in found.items()} == {
        "sda": ("WD-WCC2E1234567", "ata", True),
        "sdb": ("STICK1", "usb", True),
        "sdd": ("", "ata", True),
        "nvme0n1": ("S64DNX0R123456", "nvme", False),
    }
    assert found["sda"].size == 5120
    assert found["sda"].model == "A disk"


def a_disk(serial: str, bus: str = "ata", *, used: bool = False) -> Disk:
    return Disk(f"/dev/{serial or 'x'}", serial, "", 1, bus, spins=True, in_use=used)


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ([a_disk("S1"), a_disk("U1", "usb")], "usb"),
        ([a_disk("S1", "usb")], "usb"),
        ([a_disk("S1"), a_disk("")], "no-serial"),
        ([a_disk("S1"), a_disk("S2")], "extra"),
        ([a_disk("OWN")], "not-there"),
        ([a_disk("S1"), a_disk("S1")], "twice"),
        ([a_disk("S1", used=True)], "in-use"),
    ],
)
def test_the_wiper_believes_nobody(found: list[Disk], why: str) -> None:
    with pytest.raises(Refused) as refused:
        the_one("S1", {"OWN"}, found)
    assert refused.value.why == why


def test_the_wiper_takes_the_one_disk_named() -> None:
    wanted = a_disk("S1")
    assert the_one("S1", {"OWN"}, [a_disk("OWN", used=True), wanted]) == wanted


@pytest.mark.parametrize(
    ("kinds", "memory"),
    [(["tmpfs"], True), (["ext4"], False), (["rootfs", "ext4"], False), (["ext4", "tmpfs"], True)],
)
def test_a_root_on_a_disk_is_no_root_in_memory(
    tmp_path: Path, kinds: list[str], memory: bool
) -> None:
    mounts = tmp_path / "mountinfo"
    lines = [f"{n} 1 8:1 / / rw - {kind} dev rw" for n, kind in enumerate(kinds)]
    mounts.write_text("\n".join([*lines, "9 1 0:5 / /proc rw - proc proc rw"]) + "\n")
    assert from_memory(mounts) is memory


def test_a_disk_that_is_gone_is_not_in_use(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="disk-gone"):
        disks.in_use(str(tmp_path / "nothing"))
