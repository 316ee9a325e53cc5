"""The packet filter, whatever state its files are in; and secrets that leave no trace."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.declared import declare_secrets, declared
from tests.lab.doors import (
    ACCESS,
    BEHIND_JUMP,
    CHANGE,
    NAME,
    can_log_in,
    cut,
    eventually,
    is_there,
    run_declared,
)
from tests.lab.lab import Lab
from tests.lab.technician import pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

LISTEN = """
import socket, subprocess
server = socket.create_server(('', 8080))
subprocess.run(['systemd-notify', '--ready'], check=True)
server.accept()
"""


def answers(address: str, port: int) -> bool:
    """Whether something at the address accepts a connection from the desk."""
    try:
        with socket.create_connection((address, port), timeout=3):
            return True
    except OSError:
        return False


def port_is_open(pc: Workstation) -> bool:
    """Whether a program that listens on all addresses of the PC is reached from the desk."""
    unit = ["--quiet", "--collect", "--unit=listener", "--property=NotifyAccess=all"]
    pc.run(["systemd-run", *unit, "--service-type=notify", "python3", "-c", LISTEN])
    try:
        return answers(str(pc.address), 8080)
    finally:
        pc.run(["systemctl", "stop", "listener"], check=False)


def over_ipv6(pc: Workstation) -> str:
    """The PC's own address on the bridge, as the desk must write it."""
    shown = json.loads(pc.run("ip -json -6 address show dev host0 scope link").stdout)
    return f"{shown[0]['addr_info'][0]['local']}%{pc.lab.network.bridge}"


def test_ipv6_is_no_back_door(lab: Lab, pc: Workstation, tmp_path: Path) -> None:
    desk = pc.ssh("echo ${SSH_CONNECTION%% *}").stdout.strip()
    assert answers(over_ipv6(pc), 22), "undeclared, any address may knock"
    for networks, let_in in (([desk], False), ([desk, "fe80::/10"], True)):
        root = declared(
            tmp_path / str(len(networks)), {NAME: {"access_management_addresses": networks}}
        )
        run = run_declared(lab, root)
        assert run.changed == {NAME: [CHANGE]}, run.shown
        assert answers(over_ipv6(pc), 22) is let_in
    assert pyinfra(lab, [NAME], ACCESS).code == 0


@pytest.mark.full
def test_behind_a_jump_host_its_address_is_the_one(lab: Lab, tmp_path: Path) -> None:
    (pc,) = lab.start([BEHIND_JUMP])
    jump = str(lab["thanhmy-jump"].address)
    try:
        for networks in ([str(lab.network.gateway)], [jump]):
            values = {BEHIND_JUMP: {"access_management_addresses": networks}}
            run = run_declared(lab, declared(tmp_path / networks[0], values), BEHIND_JUMP)
            assert (run.code == 0) is (networks == [jump]), run.shown
        assert can_log_in(pc)
        assert not answers(str(pc.address), 22), "only the jump host may knock"
    finally:
        pc.delete()


def test_a_broken_part_neither_opens_nor_closes_the_pc(lab: Lab, pc: Workstation) -> None:
    assert not port_is_open(pc)
    pc.run(["sh", "-c", "mkdir -p /etc/nftables.d; echo 'table {{' > /etc/nftables.d/somebody.nft"])
    cut(pc)
    assert can_log_in(pc)
    assert not port_is_open(pc)
    run = pyinfra(lab, [NAME], ACCESS)
    assert (run.code, run.changed) == (0, {}), run.shown


def test_a_broken_core_still_lets_the_technician_mend_it(lab: Lab, pc: Workstation) -> None:
    pc.run(["sh", "-c", "echo 'table {{' > /etc/nftables.conf"])
    cut(pc)
    assert can_log_in(pc)
    assert not port_is_open(pc)
    run = pyinfra(lab, [NAME], ACCESS)
    assert run.changed == {NAME: [CHANGE]}, run.shown


def test_a_flushed_filter_is_loaded_again(lab: Lab, pc: Workstation) -> None:
    pc.run(["nft", "flush", "ruleset"])
    assert port_is_open(pc), "without a filter the port would be closed too"
    run = pyinfra(lab, [NAME], ACCESS)
    assert run.changed == {NAME: [CHANGE]}, run.shown
    assert not port_is_open(pc)


WATCH = """
import glob, sys, time
seen, secret = set(), sys.argv[1][::-1].encode()
open('/run/watching', 'w').close()
while not glob.glob('/run/enough'):
    for path in glob.glob('/proc/[0-9]*/cmdline') + glob.glob('/proc/[0-9]*/environ'):
        try:
            if secret in open(path, 'rb').read():
                seen.add(path)
        except OSError:
            pass
print(len(seen))
"""


def test_the_console_password_leaves_no_trace(lab: Lab, pc: Workstation, tmp_path: Path) -> None:
    hash_, password = "$6$UneSalaison$k" + "x" * 85, "mat-khau-cua-bai-thu"
    secrets = {"access_console_password": password, "access_console_password_hash": hash_}
    root, vaults = declared(tmp_path / "r", {}), tmp_path / "vaults"
    declare_secrets(root, vaults, NAME, secrets)
    watcher = subprocess.Popen(
        pc.command(["python3", "-c", WATCH, hash_[::-1]]), stdout=subprocess.PIPE
    )
    eventually(lambda: is_there(pc, "/run/watching"), 20, "the watcher watches")
    words = ["-vvv", "--debug", "--diff", "inventory", ACCESS, "--limit", NAME, "-y"]
    done = subprocess.run(
        [Path(sys.executable).parent / "pyinfra", *words],
        cwd=root,
        env={
            **os.environ,
            "BENVUNG_SSH_CONFIG": str(lab.ssh_config),
            "BENVUNG_VAULT_DIR": str(vaults),
            "PYTHONPATH": str(root),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    pc.run(["touch", "/run/enough"])
    assert watcher.communicate(timeout=30)[0].strip() == b"0", "the hash was in an argument"
    assert done.returncode == 0, done.stderr
    assert hash_ in pc.run("getent shadow benvung").stdout
    journal = pc.run("journalctl --no-pager").stdout
    for secret in (hash_, password):
        assert secret not in done.stdout + done.stderr
        assert secret not in journal
    # What is no longer declared goes: the account is locked again.
    run = pyinfra(lab, [NAME], ACCESS)
    assert run.changed == {NAME: [CHANGE]}
    assert pc.run("getent shadow benvung | cut -d: -f2").stdout.strip() == "!"
