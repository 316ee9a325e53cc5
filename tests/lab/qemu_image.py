"""A disk image that boots from its own boot sector, made of a workstation's file system.

No loop device is needed and nothing is mounted from the image: `mkfs.ext4 -d` fills the file
system straight into it, and GRUB's boot sector is two copies (see `write_boot_sector`).
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.lab import identity
from tests.lab.disk import Disk
from tests.lab.machine import LabError, call
from tests.lab.roots import CHECKOUT, building, cache_dir, layers

SECTOR = 512
# Bytes: the first partition starts at 1 MiB, where the installer's partitioner places it.
PARTITION_START = 2048 * SECTOR
DISK_SIZE = "12G"
# Bytes of the first sector that are boot code; the disk signature and the partitions follow.
BOOT_CODE = 440
# Features that Debian 12's GRUB or e2fsck may not know, whatever this machine's mkfs thinks.
FEATURES = "^metadata_csum_seed,^orphan_file"
PREPARE = Path(__file__).with_name("qemu_prepare.sh")
# What Debian 13's kernel can enforce, as `aa-features-abi --extract` says there: profiles compiled
# for it on this machine cost seconds, at the PC's first start they cost minutes of emulation.
APPARMOR = Path(__file__).with_name("qemu_apparmor_features")
KEEP_UNUSED_DAYS = 2

Say = Callable[[str], None]


@dataclass(frozen=True)
class Image:
    """A virtual PC's disk and the keys that belong to it, kept in a directory of the cache.

    Args:
        place: the directory; `of` names it after what goes into the image.
    """

    place: Path

    @classmethod
    def of(cls, *inputs: str) -> Self:
        """The image made of these inputs by the recipe as it is now, built or not."""
        recipe = [path.read_text() for path in (Path(__file__), PREPARE, APPARMOR)]
        key = hashlib.sha256("\0".join((*recipe, *inputs)).encode()).hexdigest()[:12]
        return cls(cache_dir() / f"pc-{key}")

    @property
    def disk(self) -> Path:
        """The raw disk; there when the image is built."""
        return self.place / "disk.img"

    @property
    def key(self) -> Path:
        """The private key that logs in as the maintenance account."""
        return self.place / "id_ed25519"

    @property
    def host_key(self) -> Path:
        """The PC's public ssh host key."""
        return self.place / "host_key.pub"

    def overlay(self, target: Path) -> None:
        """Make a disk that starts as the image and keeps its own changes."""
        target.unlink(missing_ok=True)
        create = ("qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw")
        call([*create, "-b", self.disk, target])
        os.utime(self.place)

    def ensure(self, tree: Callable[[], Sequence[Path]], say: Say = print) -> None:
        """Build it unless the cache has it; who comes while another builds it waits and takes that.

        Args:
            tree: makes what `build` takes, which costs minutes; asked only when it is needed.
            say: told what is going on, a short line at a time.

        Raises:
            LabError: a step failed; the message names the log.
        """
        with building(self.place.name, say):
            if not self.disk.exists():
                self.build(tree(), say)

    def build(self, tree: Sequence[Path], say: Say = print) -> None:
        """Make a raw, sparse disk image that boots by BIOS and GRUB.

        Args:
            tree: layers of an enrolled workstation's file system, the topmost first; not running,
                and not written to.
            say: told what is going on.

        Raises:
            LabError: a step failed; the message names the log.
        """
        say("adding a kernel and GRUB to a workstation's file system, and making a disk of it")
        _prune(keep=self.place)
        self.place.mkdir(mode=0o700, exist_ok=True)
        identity.new_key(self.key, "lab, virtual PC")
        shutil.copy(tree[0] / "etc/ssh/ssh_host_ed25519_key.pub", self.host_key)
        scratch = self.place / "new.img"
        scratch.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=self.place) as name:
            boot = Path(name, "boot")
            boot.mkdir()
            disk = Disk(Path(name), tuple(tree))
            _partition(scratch)
            _without_dropins(disk)
            self._prepare(disk, scratch, boot)
            write_boot_sector(scratch, boot / "boot.img", boot / "core.img")
        scratch.rename(self.disk)

    def _prepare(self, disk: Disk, image: Path, boot: Path) -> None:
        archives = cache_dir() / "kernel-archives"
        (archives / "partial").mkdir(parents=True, exist_ok=True)
        login_key = self.key.with_suffix(".pub")
        places = (
            archives,
            uuid.uuid4(),
            image,
            PARTITION_START,
            FEATURES,
            boot,
            login_key,
            APPARMOR,
        )
        argv = disk.command("sh", *map(str, (PREPARE, disk.root, *places)))
        log = self.place / "build.log"
        with log.open("w", encoding="utf-8") as out:
            done = subprocess.run(
                argv, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False
            )
        if done.returncode:
            last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:]
            raise LabError(f"Building the virtual PC failed, see {log}: " + " / ".join(last))


def inputs(suite: str) -> list[str]:
    """What decides how a converged workstation of a suite looks: names of layers, our own files."""
    found = [layer.parent.name for layer in layers(suite, lambda _: None)]
    for top in ("roles", "deploys", "inventory", "tests/lab/dropins"):
        for path in sorted((CHECKOUT / top).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                found.append(f"{path.relative_to(CHECKOUT)} {content}")
    return found


def write_boot_sector(image: Path, boot: Path, core: Path) -> None:
    """Put GRUB where the BIOS looks for it.

    GRUB's boot.img loads core.img from sector 1 on, and core.img the rest of itself right behind:
    written one after the other they need no block list, which is what grub-install would add.

    Raises:
        LabError: core.img is too long for the room before the first partition.
    """
    code, rest = boot.read_bytes()[:BOOT_CODE], core.read_bytes()
    if SECTOR + len(rest) > PARTITION_START:
        raise LabError(f"GRUB's core image of {len(rest)} bytes does not fit before the partition.")
    with image.open("r+b") as out:
        out.write(code)
        out.seek(SECTOR)
        out.write(rest)


def stick(target: Path, files: Mapping[str, bytes], megabytes: int = 64) -> Path:
    """Make the image of a USB stick with one FAT partition.

    Args:
        target: where it goes.
        files: name on the stick → content.
        megabytes: its size.
    """
    target.unlink(missing_ok=True)
    with target.open("wb") as out:
        out.truncate(megabytes * 1024 * 1024)
    call(["sfdisk", "--quiet", target], stdin="label: dos\nstart=2048, type=c\n")
    offset, blocks = PARTITION_START // SECTOR, megabytes * 1024 - PARTITION_START // 1024
    call(["mkfs.vfat", "-n", "USB", "--offset", str(offset), target, str(blocks)])
    for name, content in files.items():
        call(["mcopy", "-i", f"{target}@@{PARTITION_START}", "-", f"::{name}"], stdin=content)
    return target


def _partition(image: Path) -> None:
    call(["truncate", "-s", DISK_SIZE, image])
    first = PARTITION_START // SECTOR
    call(["sfdisk", "--quiet", image], stdin=f"label: dos\nstart={first}, type=83, bootable\n")


def _without_dropins(disk: Disk) -> None:
    """Take away what only a container needs; a file that Debian had there comes back."""
    debian = disk.layers[-1]
    steps = []
    for dropin in sorted(path for path in identity.DROPINS.rglob("*") if not path.is_dir()):
        name = dropin.relative_to(identity.DROPINS)
        here, there = (shlex.quote(str(top / name)) for top in (disk.root, debian))
        steps.append(f"rm -f {here}; if test -e {there}; then cp -a {there} {here}; fi")
    call(disk.command("sh", "-ec", "\n".join(steps)))


def _prune(keep: Path) -> None:
    oldest = time.time() - KEEP_UNUSED_DAYS * 86400
    for place in cache_dir().glob("pc-*"):
        if place != keep and place.stat().st_mtime < oldest:
            if place.is_dir():
                shutil.rmtree(place, ignore_errors=True)
            else:  # a lock: whoever holds one has touched it
                place.unlink(missing_ok=True)
