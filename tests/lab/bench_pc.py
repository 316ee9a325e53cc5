"""A small virtual PC with disks of its own, for what is never tried on a real one: wiping them.

Debian without a desktop, started by its kernel directly, so that it answers in half a minute under
emulation. Disks are files here: what is left on them is looked for from outside.
"""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.lab import identity, sshfiles
from tests.lab.machine import LabError, call, mirrors
from tests.lab.qemu import eventually
from tests.lab.qemu_qmp import Qmp
from tests.lab.roots import building, cache_dir

PACKAGES = (
    "systemd-sysv", "udev", "dbus", "openssh-server", "sudo", "python3", "iproute2", "kmod",
    "linux-image-amd64", "initramfs-tools", "nvme-cli", "hdparm",
)  # fmt: skip
# The PC's own system disk, as a card names it.
OWN_SERIAL = "WD-WCC2E7654321"
MEMORY = "1G"
BOOT_LIMIT = 600.0
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


class BenchPC:
    """A virtual PC with SATA, NVMe and USB sockets. A context manager: it never outlives it.

    Args:
        system: what its own disk starts as.
        base: its directory: disks, console log, ssh_config.
        name: the inventory name it bears.
    """

    def __init__(self, system: System, base: Path, name: str) -> None:
        """Name the PC; nothing runs yet."""
        self.system, self.base, self.name = system, base, name
        self.ssh_config = base / "ssh_config"
        self.sata: dict[str, Path] = {}
        self.nvme: dict[str, Path] = {}
        # Bytes a second a disk takes; the sector of a disk that cannot be written.
        self.pace: dict[str, int] = {}
        self.bad: dict[str, int] = {}
        base.mkdir(parents=True, exist_ok=True)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.sockets = Path(tempfile.mkdtemp(prefix="benvung-bench-"))
        self._running: subprocess.Popen[bytes] | None = None
        self._qmp: Qmp | None = None
        self.own = base / "own.img"
        call(["cp", "--sparse=always", system.place / "disk.img", self.own])

    def __enter__(self) -> Self:
        """Off until `boot`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Pull the plug; disks and logs stay in `base` for a look."""
        self.cut()
        shutil.rmtree(self.sockets, ignore_errors=True)

    @property
    def on(self) -> bool:
        """Whether the power is on."""
        return self._running is not None and self._running.poll() is None

    @property
    def qmp(self) -> Qmp:
        """Qemu's control socket.

        Raises:
            LabError: the PC is off.
        """
        if self._qmp is None:
            raise LabError(f"The virtual PC {self.name} is off.")
        return self._qmp

    def boot(self) -> None:
        """Switch it on and wait until it answers over SSH."""
        self._write_ssh_files()
        control = self.sockets / "qmp"
        control.unlink(missing_ok=True)
        with (self.base / "qemu.log").open("ab") as said:
            self._running = subprocess.Popen(
                self._command(control), stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )
        try:
            self._qmp = Qmp(control)
        except (LabError, OSError):
            self.cut()
            words = (self.base / "qemu.log").read_text(errors="replace").strip()
            raise LabError(f"qemu did not start: {words[-500:]}") from None
        eventually(self._answers, BOOT_LIMIT, f"{self.name} answers over SSH")

    def cut(self) -> None:
        """Pull the plug: qemu is killed."""
        if self._qmp is not None:
            with contextlib.suppress(OSError):
                self._qmp.close()
            self._qmp = None
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            self._running = None

    def run(self, script: str, *, check: bool = True) -> str:
        """Run a shell script as root on the PC; what it prints.

        Raises:
            LabError: it failed and `check` is true.
        """
        argv: list[str | Path] = ["ssh", "-F", self.ssh_config, "-o", "BatchMode=yes", self.name]
        done = call([*argv, "sudo -n sh -e"], stdin=script, check=check, timeout=300)
        return done.stdout.rstrip("\n")

    def plug_usb(self, name: str, disk: Path) -> None:
        """Plug a USB disk in."""
        node = {"driver": "file", "filename": str(disk)}
        self.qmp.execute("blockdev-add", driver="raw", node_name=name, file=node)
        serial = name.upper()
        self.qmp.execute(
            "device_add", driver="usb-storage", bus="usb.0", drive=name, id=name, serial=serial
        )

    def plug_disk(self, name: str, disk: Path, serial: str) -> None:
        """Plug a disk into a slot that takes one while the PC runs; "" is one without a serial."""
        node = {"driver": "file", "filename": str(disk)}
        self.qmp.execute("blockdev-add", driver="raw", node_name=name, file=node)
        words = {"driver": "virtio-blk-pci", "bus": "socket", "drive": name, "id": name}
        self.qmp.execute("device_add", **words, **({"serial": serial} if serial else {}))

    def unplug(self, name: str) -> None:
        """Pull it out."""
        self.qmp.execute("device_del", id=name)
        eventually(lambda: self._forgotten(name), 240, f"{name} is out")

    def _forgotten(self, name: str) -> bool:
        try:
            self.qmp.execute("blockdev-del", node_name=name)
        except LabError:  # still in use: the device goes a moment after the command
            return False
        return True

    def _answers(self) -> bool:
        if not self.on:
            raise LabError(f"{self.name} is off")
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as there:
                there.settimeout(5)
                if not there.recv(4).startswith(b"SSH"):
                    return False
        except OSError:
            return False
        return self.run("echo here", check=False) == "here"

    def _write_ssh_files(self) -> None:
        known_hosts = self.base / "known_hosts"
        host_key = (self.system.place / "host_key.pub").read_text()
        known_hosts.write_text(f"[127.0.0.1]:{self.port} {host_key}")
        # Without a kept connection: it would outlive the plug that is pulled.
        lines = sshfiles.COMMON.splitlines()
        common = "\n".join(line for line in lines if not line.strip().startswith("Control"))
        places = {"key": self.system.place / "id_ed25519", "known_hosts": known_hosts}
        host = f"Host {self.name}\n    HostName 127.0.0.1\n    Port {self.port}\n"
        # An emulated PC takes its time over a key exchange; the first word counts.
        host += "    ConnectTimeout 60\n"
        self.ssh_config.write_text(host + common.format(**places))

    def _command(self, control: Path) -> list[str]:
        forward = f"user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{self.port}-:22"
        words = "root=LABEL=benvung ro console=ttyS0 quiet"
        command = [
            *("setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-name", self.name),
            *("-machine", "q35,hpet=off,vmport=off", "-cpu", "max", "-smp", "2"),
            *("-accel", "tcg,thread=multi", "-m", MEMORY, "-nodefaults", "-display", "none"),
            *("-kernel", str(self.system.place / "vmlinuz"), "-append", words),
            *("-initrd", str(self.system.place / "initrd")),
            *("-device", "qemu-xhci,id=usb", "-device", "pcie-root-port,id=socket"),
            *("-netdev", forward, "-device", "e1000e,netdev=net,romfile="),
            *("-chardev", f"file,id=console,path={self.base / 'console.log'},append=on"),
            *("-serial", "chardev:console", "-qmp", f"unix:{control},server=on,wait=off"),
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
