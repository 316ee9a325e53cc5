"""Nobody is locked out by us: whatever is declared, and whenever the power fails."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyinfra.api.hiddenvalue import HiddenValue

from deploys.guard import ARMED, PROGRAM, STAGED, Change, GuardedFile, archive
from deploys.vocabulary import render
from tests.lab.declared import declare_secrets, declared
from tests.lab.lab import Lab
from tests.lab.technician import Run, pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

ACCESS = "deploys/access.py"
NAME, OTHER = "thapmuoi-05", "thapmuoi-04"
CHANGE = "access | Let in the maintenance account alone, proved by a new login"
NOWHERE = "192.0.2.1"
# Debian 12's sshd and sudo are older ones.
SUITES = ["trixie", pytest.param("bookworm", marks=pytest.mark.full)]
# Seconds from the beginning of `guard apply` at which the power fails.
INSTANTS = [0.05, 0.2, *(pytest.param(after, marks=pytest.mark.full) for after in (0.02, 0.1, 0.4))]

# Everything that decides who gets in, as text: the same before and after is the proof.
DOORS = """
set -e
cd /
for f in etc/ssh/sshd_config.d/00-benvung.conf etc/nftables.conf etc/sudoers.d/benvung \
    home/benvung/.ssh/authorized_keys usr/local/lib/benvung/firewall
do stat -c '%n %a %U %G' "$f"; sha256sum "$f"; done
getent shadow benvung | cut -d: -f2
nft --stateless list ruleset
sshd -T
ls -A etc/ssh/sshd_config.d etc/sudoers.d home/benvung/.ssh
"""

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


def doors(pc: Workstation) -> str:
    return pc.run(DOORS).stdout


def can_log_in(pc: Workstation) -> bool:
    """Whether a login that shares nothing with earlier ones becomes root."""
    fresh = ["-o", "ControlMaster=no", "-o", "ControlPath=none", "-o", "BatchMode=yes"]
    command = ["ssh", "-F", pc.lab.ssh_config, *fresh, "-o", "ConnectTimeout=5", pc.name]
    done = subprocess.run(
        [*map(str, command), "sudo", "-n", "true"], capture_output=True, check=False, timeout=30
    )
    return done.returncode == 0


def eventually(holds: Callable[[], bool], seconds: float, what: str) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


def is_there(pc: Workstation, path: str) -> bool:
    return pc.run(["test", "-e", path], check=False).returncode == 0


def said(run: Run, host: str = NAME) -> str:
    """What the run said of one workstation, unfolded."""
    return "\n".join(line for line in run.shown.splitlines() if f"[{host}]" in line)


def run_declared(lab: Lab, root: Path, *hosts: str) -> Run:
    return pyinfra(lab, hosts or [NAME], ACCESS, root=root, PYTHONPATH=str(root))


@pytest.fixture(scope="module", params=SUITES)
def pcs(lab: Lab, request: pytest.FixtureRequest) -> Iterator[dict[str, Workstation]]:
    """Two enrolled workstations with `access` as shipped, gone when the module ends."""
    started = {pc.name: pc for pc in lab.start([NAME, OTHER], suite=request.param)}
    run = pyinfra(lab, started, ACCESS)
    assert run.code == 0, run.shown
    yield started
    for pc in started.values():
        pc.delete()


@pytest.fixture(autouse=True)
def pc(pcs: dict[str, Workstation]) -> Iterator[Workstation]:
    """A workstation with `access` in force, left as it was found."""
    pc = pcs[NAME]
    before = doors(pc)
    yield pc
    pc.run(["rm", "-rf", "/etc/nftables.d/somebody.nft"])
    assert doors(pc) == before, "the test left another state behind"


# --- what the technician declares wrongly ---------------------------------------


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
    assert f"ip saddr {desk} accept" in doors(other)


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


# --- when the power fails --------------------------------------------------------


def locking_out() -> Change:
    """A change that nobody could log in after, with all that the guard handles."""
    values = {"access_mdns": False, "access_management_addresses": [NOWHERE]}
    return Change(
        files=[
            GuardedFile("/etc/nftables.conf", render("access/nftables.conf.j2", values), "755"),
            GuardedFile("/etc/ssh/sshd_config.d/00-benvung.conf", "AllowUsers nobody\n"),
            GuardedFile("/etc/ssh/sshd_config.d/01-new.conf", "PubkeyAuthentication yes\n"),
            GuardedFile("/home/benvung/.ssh/authorized_keys", None),
        ],
        passwords={"benvung": HiddenValue("$6$salt$hash")},
    )


def stage(pc: Workstation, change: Change) -> None:
    pc.run(
        f"rm -rf {STAGED} && mkdir -p {STAGED} && base64 -d | tar -xp -C {STAGED}",
        stdin=archive(change),
    )


def guard(pc: Workstation, *words: str) -> subprocess.Popen[bytes]:
    """Set the guard to work, and do not wait for it."""
    return subprocess.Popen(
        pc.command([PROGRAM, *words]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@contextlib.contextmanager
def accounts_busy(pc: Workstation) -> Iterator[None]:
    """Hold the lock of the account files, at which the guard then waits half way through."""
    hold = (
        "import fcntl, time; f = open('/etc/.pwd.lock', 'w'); fcntl.lockf(f, fcntl.LOCK_EX);"
        "open('/run/held', 'w'); time.sleep(600)"
    )
    holder = subprocess.Popen(pc.command(["python3", "-c", hold]))
    try:
        eventually(lambda: is_there(pc, "/run/held"), 20, "the lock is held")
        yield
    finally:
        holder.kill()
        holder.wait()


def cut(pc: Workstation, *running: subprocess.Popen[bytes]) -> None:
    """Cut the power, give it back, and wait until the PC is up."""
    pc.kill()
    for process in running:
        process.wait(timeout=30)
    pc.boot()


def holds(pc: Workstation, path: str, text: str) -> bool:
    return pc.run(["grep", "-qF", text, path], check=False).returncode == 0


SSHD = "/etc/ssh/sshd_config.d/00-benvung.conf"


def test_power_fails_before_anything_is_applied(pc: Workstation) -> None:
    before = doors(pc)
    stage(pc, locking_out())
    cut(pc)
    assert can_log_in(pc)
    assert doors(pc) == before


def test_power_fails_in_the_middle_of_applying(pc: Workstation) -> None:
    before = doors(pc)
    stage(pc, locking_out())
    with accounts_busy(pc):
        applying = guard(pc, "apply")
        eventually(lambda: holds(pc, SSHD, "nobody") and is_there(pc, ARMED), 30, "half applied")
        cut(pc, applying)
    assert can_log_in(pc)
    assert doors(pc) == before
    assert not is_there(pc, ARMED)


def test_power_fails_before_the_change_is_kept(pc: Workstation) -> None:
    before = doors(pc)
    stage(pc, locking_out())
    assert guard(pc, "apply").wait(timeout=60) == 0
    assert not can_log_in(pc), "the change does not lock out: the test proves nothing"
    cut(pc)
    assert can_log_in(pc)
    assert doors(pc) == before
    assert not is_there(pc, ARMED)


def test_power_fails_on_the_way_back(pc: Workstation) -> None:
    before = doors(pc)
    stage(pc, locking_out())
    assert guard(pc, "apply").wait(timeout=60) == 0
    with accounts_busy(pc):
        reverting = guard(pc, "revert")
        eventually(lambda: not holds(pc, SSHD, "nobody"), 30, "half taken back")
        assert is_there(pc, ARMED)
        cut(pc, reverting)
    assert can_log_in(pc)
    assert doors(pc) == before


@pytest.mark.parametrize("after", INSTANTS)
def test_power_fails_at_any_instant(pc: Workstation, after: float) -> None:
    before = doors(pc)
    stage(pc, locking_out())
    applying = guard(pc, "apply")
    time.sleep(after)  # the instant itself, not a wait for something
    cut(pc, applying)
    assert can_log_in(pc)
    assert doors(pc) == before


def test_a_change_left_behind_is_taken_back_before_the_next(lab: Lab, pc: Workstation) -> None:
    """What the next run saves must be what worked, not what nobody proved."""
    before = doors(pc)
    stage(pc, Change(files=[GuardedFile("/etc/nftables.d/left.nft", "table inet left {}\n")]))
    assert guard(pc, "apply").wait(timeout=60) == 0
    run = pyinfra(lab, [NAME], ACCESS)
    assert run.code == 0, run.shown
    assert run.changed == {NAME: [CHANGE]}
    assert not is_there(pc, "/etc/nftables.d/left.nft")
    assert doors(pc) == before


def test_a_reverted_change_cannot_be_kept(pc: Workstation) -> None:
    before = doors(pc)
    stage(pc, locking_out())
    assert guard(pc, "apply", "2").wait(timeout=60) == 0
    eventually(lambda: not is_there(pc, ARMED), 30, "the timer takes the change back")
    assert guard(pc, "keep").wait(timeout=30) == 1
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


# --- a packet filter in pieces ----------------------------------------------------


LISTEN = """
import socket, subprocess
server = socket.create_server(('', 8080))
subprocess.run(['systemd-notify', '--ready'], check=True)
server.accept()
"""


def port_is_open(pc: Workstation) -> bool:
    """Whether a program that listens on all addresses of the PC is reached from the desk."""
    unit = ["--quiet", "--collect", "--unit=listener", "--property=NotifyAccess=all"]
    pc.run(["systemd-run", *unit, "--service-type=notify", "python3", "-c", LISTEN])
    try:
        with socket.create_connection((str(pc.address), 8080), timeout=3):
            return True
    except OSError:
        return False
    finally:
        pc.run(["systemctl", "stop", "listener"], check=False)


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


# --- secrets ----------------------------------------------------------------------

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
