"""The virtual PC's disk, before anybody boots it.

Not marked `qemu`: made in the run that has a converged workstation at hand, booted in a later one.
"""

import subprocess

import pytest

from tests.lab import identity
from tests.lab.machine import call
from tests.lab.qemu_image import PARTITION_START, Image

pytestmark = pytest.mark.lab


def test_the_disk_is_one_a_bios_boots(image: Image) -> None:
    with image.disk.open("rb") as disk:
        first = disk.read(512)
    assert first[510:] == b"\x55\xaa"
    assert b"GRUB" in first[:440]
    table = call(["sfdisk", "--dump", image.disk]).stdout
    assert f"start= {PARTITION_START // 512:11d}" in table
    assert "bootable" in table


def test_its_file_system_is_whole(image: Image) -> None:
    call(["e2fsck", "-f", "-n", f"{image.disk}?offset={PARTITION_START}"])


def test_it_has_a_kernel_and_nothing_only_containers_need(image: Image) -> None:
    assert "vmlinuz-" in debugfs(image, "ls /boot")
    menu = debugfs(image, "cat /boot/grub/grub.cfg")
    assert "--unrestricted" in menu
    assert "(recovery mode)" not in menu
    assert "root=UUID=" in menu
    assert "root=/dev/" not in menu
    ours = [path for path in identity.DROPINS.rglob("*") if path.name == "00-lab.conf"]
    assert ours
    for dropin in ours:
        said = debugfs(image, f"stat /{dropin.relative_to(identity.DROPINS)}")
        assert "File not found" in said, dropin


def debugfs(image: Image, request: str) -> str:
    """What debugfs says about the file system inside the disk."""
    done = subprocess.run(
        ["debugfs", "-R", request, f"{image.disk}?offset={PARTITION_START}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr
