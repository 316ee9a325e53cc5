"""A small virtual PC with disks of its own, for what is never tried on a real one: wiping them.

Debian without a desktop, started by its kernel directly, so that it answers in half a minute under
emulation. Disks are files here: what is left on them is looked for from outside.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.lab import identity
from tests.lab.machine import call, mirrors
from tests.lab.qemu_parts import sockets
from tests.lab.roots import building, cache_dir
from tests.lab.virtual_pc import VirtualPC

PACKAGES = (
    "systemd-sysv", "udev", "dbus", "openssh-server", "sudo", "python3", "iproute2", "kmod",
    "linux-image-amd64", "initramfs-tools", "nvme-cli", "hdparm",
)  # fmt: skip
# The PC's own system disk, as a card names it.
OWN_SERIAL = "WD-WCC2E7654321"
MEMORY = "1G"
SIZE = "1G"
SETUP = """
set -eu
root=$1
chroot "$root" useradd -m -s /bin/bash benvung
echo 'benvung ALL=(ALL:ALL) NOPASSWD: ALL' >"$root"/etc/sudoers.d/benvung
install -d -m 700 -o 1000 -g 1000 "$root"/home/benvung/.ssh
install -m 600 -o 1000 -g 1000 "$KEY" "$root"/home/benvung/.ssh/authorized_keys
printf '[Match]\\nType=ether\\n[Network]\\nDHCP=yes\\n' >"$root"/etc/systemd/network/lab.network
chroot "$root" systemctl -q enable systemd-networkd
echo 'LABEL=benvung / ext4 errors=remount-ro 0 1' >"$root"/etc/fstab
echo MODULES=list >"$root"/etc/initramfs-tools/conf.d/lab
printf 'ahci\\nsd_mod\\nvirtio_blk\\next4\\nnvme\\ne1000e\\nxhci_pci\\nusb_storage\\nuas\\n' \
    >"$root"/etc/initramfs-tools/modules
chroot "$root" update-initramfs -u
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
touch "$root"/etc/.updated "$root"/var/.updated
"""


@dataclass(frozen=True)
class System:
    """What the PC's own disk starts as, kept in a directory of the cache."""

    place: Path

    @property
    def key(self) -> Path:
        """The private key that logs in as the maintenance account."""
        return self.place / "id_ed25519"

    @property
    def host_key(self) -> Path:
        """The PC's public ssh host key."""
        return self.place / "host_key.pub"

    @classmethod
    def of(cls, suite: str) -> Self:
        """The system of a suite, built unless the cache has it.

        Raises:
            LabError: the build failed.
        """
        sources = mirrors()
        recipe = "\0".join([SETUP, SIZE, *PACKAGES, *sources.sources(suite)])
        key = hashlib.sha256(recipe.encode()).hexdigest()[:12]
        # Named as the other virtual PC's images, so that what is unused goes with them.
        made = cls(cache_dir() / f"pc-bench-{suite}-{key}")
        with building(made.place.name, print):
            if not made.place.is_dir():
                made._build(suite)
        os.utime(made.place)
        return made

    def _build(self, suite: str) -> None:
        source = mirrors()
        proxy = [f'--aptopt=Acquire::http::Proxy "{source.proxy}"'] if source.proxy else []
        with tempfile.TemporaryDirectory(prefix="new-bench-", dir=cache_dir()) as name:
            tree, made = Path(name, "tree"), Path(name, "made")
            made.mkdir(mode=0o700)
            identity.new_key(made / "id_ed25519", "lab, bench PC")
            call(
                [
                    *("mmdebstrap", "--mode=root", "--format=directory", "--variant=minbase"),
                    f"--include={','.join(PACKAGES)}", *proxy,
                    f"--customize-hook={SETUP}", suite, tree, *source.sources(suite),
                ],
                env={"KEY": str(made / "id_ed25519.pub")},
            )  # fmt: skip
            for kind in ("vmlinuz", "initrd"):
                shutil.copy(next((tree / "boot").glob(f"{kind}*")), made / kind)
            shutil.copy(tree / "etc/ssh/ssh_host_ed25519_key.pub", made / "host_key.pub")
            filled = ("mkfs.ext4", "-q", "-F", "-L", "benvung", "-d", tree)
            call([*filled, made / "disk.img", SIZE])
            made.rename(self.place)


class BenchPC(VirtualPC):
    """A virtual PC with SATA, NVMe and USB sockets. A context manager: it never outlives it.

    Args:
        system: what its own disk starts as.
        base: its directory: disks, console log, ssh_config.
        name: the inventory name it bears.
    """

    # It would outlive the plug that is pulled.
    keeps_connection = False

    def __init__(self, system: System, base: Path, name: str) -> None:
        """Name the PC; nothing runs yet."""
        super().__init__(base, name, system.key, system.host_key)
        self.system = system
        self.sata: dict[str, Path] = {}
        self.nvme: dict[str, Path] = {}
        # Bytes a second a disk takes; the sector of a disk that cannot be written.
        self.pace: dict[str, int] = {}
        self.bad: dict[str, int] = {}
        self.own = base / "own.img"
        call(["cp", "--sparse=always", system.place / "disk.img", self.own])

    def plug_disk(self, name: str, disk: Path, serial: str) -> None:
        """Plug a disk into a slot that takes one while the PC runs; "" is one without a serial."""
        words = {"serial": serial} if serial else {}
        self.attach(name, disk, driver="virtio-blk-pci", bus="socket", **words)

    def command(self, control: Path) -> list[str]:
        """Qemu's command line."""
        words = "root=LABEL=benvung ro console=ttyS0 quiet"
        command = [
            *("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-name", self.name),
            *("-machine", "q35,hpet=off,vmport=off", "-cpu", "max", "-smp", "2"),
            *("-accel", "tcg,thread=multi", "-m", MEMORY, "-nodefaults", "-display", "none"),
            *("-kernel", str(self.system.place / "vmlinuz"), "-append", words),
            *("-initrd", str(self.system.place / "initrd")),
            *("-device", "qemu-xhci,id=usb", "-device", "pcie-root-port,id=socket"),
            *sockets(self.port, control, self.console),
        ]
        for place, (serial, disk) in enumerate({OWN_SERIAL: self.own, **self.sata}.items()):
            command += self._drive(f"sata{place}", serial, disk)
            command += ["-device", f"ide-hd,drive=sata{place},bus=ide.{place},serial={serial}"]
        for place, (serial, disk) in enumerate(self.nvme.items()):
            command += self._drive(f"nvme{place}", serial, disk)
            command += ["-device", f"nvme,drive=nvme{place},serial={serial}"]
        return command

    def _drive(self, name: str, serial: str, disk: Path) -> list[str]:
        words = f"if=none,id={name},driver=raw"
        where = f"file.driver=file,file.filename={disk}"
        if serial in self.bad:
            where = f"file.driver=blkdebug,file.image.driver=file,file.image.filename={disk}"
            fault = {"event": "none", "iotype": "write", "errno": 5, "sector": self.bad[serial]}
            where += "".join(f",file.inject-error.0.{key}={fault[key]}" for key in fault)
        pace = self.pace.get(serial, 0)
        return [
            "-drive",
            f"{words},{where}" + (f",throttling.bps-write={pace}" if pace else ""),
        ]
