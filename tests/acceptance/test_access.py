"""Access: the technician gets in, by key, from the desk; nobody else does."""

import os
import shlex
import subprocess

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.acceptance.reader import Reader

# path, mode and owner
FILES = [
    ("/home/benvung", "700 benvung"),
    ("/home/benvung/.ssh", "700 benvung"),
    ("/home/benvung/.ssh/authorized_keys", "600 benvung"),
    ("/etc/sudoers.d/benvung", "440 root"),
    ("/etc/ssh/sshd_config.d/00-benvung.conf", "644 root"),
    ("/etc/nftables.conf", "755 root"),
    ("/usr/local/lib/benvung/guard", "755 root"),
    ("/usr/local/lib/benvung/firewall", "755 root"),
    ("/var/lib/benvung/guard", "700 root"),
]
# As `sshd -T` prints them.
SSHD = [
    "permitrootlogin no",
    "allowusers benvung",
    "authenticationmethods publickey",
    "passwordauthentication no",
    "kbdinteractiveauthentication no",
    "hostbasedauthentication no",
    "allowtcpforwarding no",
    "x11forwarding no",
]


@pytest.mark.parametrize(("path", "expected"), FILES)
def test_only_its_owner_can_change_it(root: Host, path: str, expected: str) -> None:
    assert root.check_output(f"stat -c '%a %U' {path}") == expected


@pytest.mark.parametrize("user", ["benvung", "root", "bandoc"])
def test_sshd_takes_keys_alone(root: Host, user: str) -> None:
    """As sshd itself would judge this user, other files and Match blocks included."""
    asked = f"sshd -T -C user={user},host=desk,addr=127.0.0.1"
    effective = root.check_output(asked).splitlines()
    assert [line for line in SSHD if line not in effective] == []


def login(host: Host, *options: str) -> str:
    """What ssh says when it may not use the key; the shared connection is left alone."""
    config = os.environ.get("BENVUNG_SSH_CONFIG") or "inventory/ssh_config"
    command = ["ssh", "-F", config, "-o", "ControlPath=none", "-o", "BatchMode=yes", *options]
    done = subprocess.run(
        [*command, host.backend.hostname, "true"], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0, "it was let in"
    return done.stderr


def test_no_password_is_asked_for(host: Host) -> None:
    assert "Permission denied (publickey)" in login(host, "-o", "PubkeyAuthentication=no")


@pytest.mark.parametrize("user", ["root", "bandoc"])
def test_nobody_else_gets_in(host: Host, user: str) -> None:
    assert "Permission denied" in login(host, "-l", user)


def test_sudo_asks_for_no_password(root: Host) -> None:
    assert root.run("runuser -u benvung -- sudo -n true").rc == 0


def test_the_console_password_is_the_vaults(root: Host, declared: Workstation) -> None:
    wanted = declared.variables.get("access_console_password_hash") or "!"
    assert root.check_output("getent shadow benvung").split(":")[1] == wanted


def test_the_filter_in_force_is_the_declared_one(root: Host, declared: Workstation) -> None:
    assert root.run("/usr/local/lib/benvung/firewall in-force").rc == 0
    assert "policy drop" in root.check_output("nft list chain inet benvung input")
    rules = root.check_output("nft list chain inet benvung management").splitlines()[2:-2]
    admitted = [rule.split()[-2] if "saddr" in rule else "any" for rule in rules]
    assert admitted == (declared.variables["access_management_addresses"] or ["any"])


@pytest.mark.parametrize("units", ["ssh.service ssh.socket", "nftables", "benvung-guard"])
def test_it_holds_after_a_restart(root: Host, units: str) -> None:
    assert "enabled" in root.run(f"systemctl is-enabled {units}").stdout.split()


def test_no_change_waits_for_its_proof(root: Host) -> None:
    assert root.run("test -e /var/lib/benvung/guard/armed").rc == 1
    assert root.run("systemctl is-active benvung-guard-revert.timer").rc != 0


@pytest.mark.reader
@pytest.mark.parametrize(
    "command",
    [
        "cat /home/benvung/.ssh/authorized_keys",
        "ls /var/lib/benvung/guard",
        "cat /etc/sudoers.d/benvung",
        "sudo -n true",
        "/usr/local/lib/benvung/guard apply",
        "/usr/sbin/nft flush ruleset",
        "pkexec true",
    ],
)
def test_the_reader_cannot(reader: Reader, command: str) -> None:
    answer = reader.run(f"timeout 10 {command} </dev/null")
    assert answer.failed, shlex.quote(command)
