"""What makes a pristine disk one particular workstation."""

import io
import os
import shlex
import tarfile
import uuid
from dataclasses import dataclass
from ipaddress import IPv4Interface
from pathlib import Path

from tests.lab.disk import Disk
from tests.lab.machine import call

DROPINS = Path(__file__).parent / "dropins"
INSTALLER_USER = "caidat"

# After enrolment: the maintenance account, key only.
ENROLLED = """
useradd --create-home --shell /bin/bash --comment 'Maintenance' benvung
usermod --lock benvung
chmod 0700 /home/benvung
install -d -m 0700 -o benvung -g benvung /home/benvung/.ssh
install -m 0600 -o benvung -g benvung /etc/lab-key /home/benvung/.ssh/authorized_keys
rm /etc/lab-key
printf 'benvung ALL=(ALL) NOPASSWD: ALL\\n' > /etc/sudoers.d/benvung
chmod 0440 /etc/sudoers.d/benvung
"""

# After Debian's installer: the first user may use sudo, root has no password.
FRESH = f"""
rm /etc/lab-key
useradd --create-home --shell /bin/bash --comment 'Cài đặt' {INSTALLER_USER}
for group in sudo cdrom floppy audio dip video plugdev users netdev lpadmin scanner bluetooth; do
    ! getent group "$group" >/dev/null || usermod --append --groups "$group" {INSTALLER_USER}
done
"""

# A jump host has no desktop.
JUMP = """
ln -sf /usr/lib/systemd/system/multi-user.target /etc/systemd/system/default.target
for unit in NetworkManager cups cups-browsed exim4 avahi-daemon ModemManager wpa_supplicant \\
            accounts-daemon udisks2 bluetooth; do
    ln -sf /dev/null "/etc/systemd/system/$unit.service"
done
ln -sf /dev/null /etc/systemd/system/cups.socket
ln -sf /dev/null /etc/systemd/system/avahi-daemon.socket
"""


@dataclass(frozen=True)
class Identity:
    """Who a workstation is.

    Args:
        name: its host name.
        interface: its address and prefix length on the lab's bridge.
        gateway: router and name server.
        host_key: directory that holds its ssh host key pair (ssh_host_ed25519_key).
        login_key: file with the public key that may log in as benvung.
    """

    name: str
    interface: IPv4Interface
    gateway: str
    host_key: Path
    login_key: Path

    def write(self, disk: Disk, accounts: str) -> None:
        """Write host name, machine id, keys, address and the lab's drop-ins to a disk.

        Args:
            disk: not in use.
            accounts: shell script that makes the accounts, run inside; "" where they exist.

        Raises:
            LabError: a step inside failed.
        """
        steps = f'tar -C "$0" -xpf - && exec chroot "$0" sh -ec {shlex.quote(accounts or ":")}'
        call(disk.command("sh", "-ec", steps, str(disk.root)), stdin=self._archive(bool(accounts)))

    def write_address(self, disk: Disk) -> None:
        """Write the address alone: the subnet may be another than at the last boot."""
        call(disk.command("tar", "-C", str(disk.root), "-xpf", "-"), stdin=_tar(self._address()))

    def _address(self) -> dict[str, tuple[int, str]]:
        network = "\n".join(
            [
                "[Match]\nName=host0\n[Network]",
                f"Address={self.interface}\nGateway={self.gateway}",
                "LLDP=no\n",
            ]
        )
        return {
            "etc/systemd/network/00-lab.network": (0o644, network),
            "etc/resolv.conf": (0o644, f"nameserver {self.gateway}\n"),
        }

    def _archive(self, new: bool) -> bytes:
        hosts = f"127.0.0.1\tlocalhost\n127.0.1.1\t{self.name}\n\n::1\tlocalhost ip6-localhost\n"
        files = {
            **self._address(),
            "etc/hostname": (0o644, f"{self.name}\n"),
            "etc/hosts": (0o644, hosts),
            "etc/machine-id": (0o444, f"{uuid.uuid4().hex}\n"),
        }
        for key, mode in (("ssh_host_ed25519_key", 0o600), ("ssh_host_ed25519_key.pub", 0o644)):
            files[f"etc/ssh/{key}"] = (mode, (self.host_key / key).read_text())
        if new:
            files["etc/lab-key"] = (0o600, self.login_key.read_text())
        return _tar(files, DROPINS if new else None)


def new_key(path: Path, comment: str) -> None:
    """Make an ed25519 key pair without passphrase, replacing one that is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    call(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", path])


def _tar(files: dict[str, tuple[int, str]], tree: Path | None = None) -> bytes:
    """A tar of root's files: path -> (mode, text), and a directory's files and links.

    Directories are left out on purpose: those of the workstation keep their own modes.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(tree.rglob("*")) if tree else ():
            if path.is_symlink() or path.is_file():
                member = archive.gettarinfo(str(path), str(path.relative_to(tree or path)))
                member.uid = member.gid = 0
                member.uname = member.gname = "root"
                member.mode = 0o755 if os.access(path, os.X_OK) else 0o644
                if path.is_symlink():
                    archive.addfile(member)
                else:
                    with path.open("rb") as content:
                        archive.addfile(member, content)
        for name, (mode, text) in files.items():
            member = tarfile.TarInfo(name)
            member.mode, member.size = mode, len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def accounts(kind: str) -> str:
    """The shell script that makes a kind's accounts inside a pristine disk.

    Args:
        kind: "enrolled", "fresh" or "jump".
    """
    return {"enrolled": ENROLLED, "fresh": FRESH, "jump": ENROLLED + JUMP}[kind]
