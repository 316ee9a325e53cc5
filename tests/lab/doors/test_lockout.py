"""Nobody is locked out by us, whatever is declared and whoever meddled."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploys.change import ARMED, PROGRAM, STAGED, Change, GuardedFile
from tests.lab.declared import declared
from tests.lab.doors import (
    ACCESS,
    CHANGE,
    NAME,
    NOWHERE,
    OTHER,
    SSHD,
    can_log_in,
    doors,
    eventually,
    guard,
    is_there,
    run_declared,
    said,
    stage,
)
from tests.lab.lab import Lab
from tests.lab.technician import pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

# A rule of somebody else's that our reload would wake: established logins live, new ones die.
DROP_NEW_LOGINS = """
mkdir -p /etc/nftables.d
cat > /etc/nftables.d/somebody.nft <<'RULES'
table inet somebody {
    chain input {
        type filter hook input priority -10;
        tcp dport 22 ct state new drop
    }
}
RULES
"""


def test_a_second_run_changes_nothing(lab: Lab) -> None:
    run = pyinfra(lab, [NAME], ACCESS)
    assert (run.code, run.changed) == (0, {}), run.shown


def test_a_wrong_address_is_refused_and_the_other_pc_goes_on(
    lab: Lab, pc: Workstation, pcs: dict[str, Workstation], tmp_path: Path
) -> None:
    desk = pc.ssh("echo ${SSH_CONNECTION%% *}").stdout.strip()
    before, other = doors(pc), pcs[OTHER]
    root = declared(
        tmp_path / "r",
        {
            NAME: {"access_management_addresses": [NOWHERE, "2001:db8::/64"]},
            OTHER: {"access_management_addresses": [desk, "2001:db8::/64"]},
        },
    )
    run = run_declared(lab, root, NAME, OTHER)
    assert run.code != 0
    assert run.failed == [NAME]
    assert f"from {desk}" in said(run)
    assert "nothing was changed" in said(run)
    assert "Traceback" not in run.shown
    assert doors(pc) == before
    assert run.changed[OTHER] == [CHANGE]
    assert can_log_in(other)
    assert any(f"ip saddr {desk} accept" in line for line in doors(other))


def test_what_no_look_could_show_heals_at_once(lab: Lab, pc: Workstation, tmp_path: Path) -> None:
    """A new login fails while the old connection lives: the run itself takes the change back."""
    before = doors(pc)
    pc.run(DROP_NEW_LOGINS)
    run = run_declared(lab, declared(tmp_path / "r", {NAME: {"access_mdns": True}}))
    assert run.code == 1
    assert "a new login failed" in said(run)
    assert "Traceback" not in run.shown
    assert doors(pc) == before
    assert not is_there(pc, ARMED)
    assert can_log_in(pc)


def test_a_foreign_key_alone_heals(lab: Lab, pc: Workstation, tmp_path: Path) -> None:
    before = doors(pc)
    subprocess.run(["ssh-keygen", "-qt", "ed25519", "-N", "", "-f", tmp_path / "k"], check=True)
    foreign = (tmp_path / "k.pub").read_text().strip()
    root = declared(tmp_path / "r", {NAME: {"access_authorized_keys": [foreign]}})
    run = run_declared(lab, root)
    assert run.code == 1
    assert "a new login failed" in said(run)
    assert doors(pc) == before
    assert can_log_in(pc)


def test_a_rule_of_others_that_our_reload_would_wake_is_refused(
    lab: Lab, pc: Workstation, tmp_path: Path
) -> None:
    before = doors(pc)
    foreign = "/etc/ssh/sshd_config.d/90-somebody.conf"
    pc.run(["sh", "-c", f"echo 'DenyUsers benvung' > {foreign}"])
    try:
        run = run_declared(lab, declared(tmp_path / "r", {NAME: {"access_mdns": True}}))
    finally:
        pc.run(["rm", foreign])
    assert run.code == 1
    assert "denyusers benvung" in said(run).lower()
    assert can_log_in(pc)
    assert doors(pc) == before


@pytest.mark.full
def test_a_desk_that_dies_is_not_needed(lab: Lab, pc: Workstation, tmp_path: Path) -> None:
    """The technician's laptop is closed between the change and its proof."""
    before = doors(pc)
    pc.run(DROP_NEW_LOGINS)
    root = declared(tmp_path / "r", {NAME: {"access_mdns": True, "access_revert_seconds": 30}})
    words = ["inventory", ACCESS, "--limit", NAME, "-y"]
    desk = subprocess.Popen(
        [Path(sys.executable).parent / "pyinfra", *words],
        cwd=root,
        env={**os.environ, "BENVUNG_SSH_CONFIG": str(lab.ssh_config), "PYTHONPATH": str(root)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: is_there(pc, ARMED) and not is_there(pc, STAGED), 60, "applied")
    finally:
        desk.kill()
        desk.wait()
    assert not can_log_in(pc), "the change does not lock out: the test proves nothing"
    eventually(lambda: not is_there(pc, ARMED), 60, "the timer takes the change back")
    assert can_log_in(pc)
    assert doors(pc) == before


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("/etc/sudoers.d/benvung", "benvung ALL=(ALL NOPASSWD: ALL\n", "/etc/sudoers.d/benvung"),
        ("/etc/nftables.conf", "table inet benvung { chain\n", "/etc/nftables.conf"),
        (SSHD, "PermitRootLogin perhaps\n", "00-benvung.conf"),
        (SSHD, "Port 2222\n", "port 22"),
        ("/home/benvung/.ssh/authorized_keys", "# no key\n", "holds no key"),
        ("/home/benvung/.ssh/authorized_keys", "ssh-ed25519 AAAA broken\n", "are no keys"),
    ],
)
def test_what_cannot_be_read_is_never_applied(
    pc: Workstation, path: str, text: str, said: str
) -> None:
    before = doors(pc)
    stage(pc, Change(files=[GuardedFile(path, text, mode="600")]))
    done = pc.run([PROGRAM, "apply"], check=False)
    assert done.returncode == 1
    assert said in done.stderr
    assert "/run/" not in done.stderr
    assert doors(pc) == before
    assert not is_there(pc, ARMED)


@pytest.mark.full
def test_a_socket_activated_sshd_is_served_alike(pc: Workstation) -> None:
    """Debian 12 starts an sshd for each login, Debian 13 one at the first login."""
    pc.run("systemctl disable --now ssh.service; systemctl enable --now ssh.socket")
    try:
        assert can_log_in(pc)
        before = doors(pc)
        stage(pc, Change(files=[GuardedFile(SSHD, "AllowUsers nobody\n")]))
        assert guard(pc, "apply").wait(timeout=60) == 0
        assert not can_log_in(pc), "sshd did not read the change"
        assert guard(pc, "revert").wait(timeout=60) == 0
        assert can_log_in(pc)
        assert doors(pc) == before
    finally:
        # Debian 13's sshd would outlive its socket, and keep the port.
        pc.run("systemctl stop ssh.socket; systemctl kill --kill-whom=all ssh.service || true")
        pc.run("systemctl disable ssh.socket; systemctl enable --now ssh.service")
