"""What the tests of the doors share: who gets in, and what happens when the power fails."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from deploys.change import PROGRAM, STAGED, Change, archive
from tests.lab.lab import Lab
from tests.lab.technician import Run, pyinfra
from tests.lab.workstation import Workstation

ACCESS = "deploys/access.py"
NAME, OTHER, BEHIND_JUMP = "thapmuoi-05", "thapmuoi-04", "thanhmy-04"
CHANGE = "access | Let in the maintenance account alone, proved by a new login"
NOWHERE = "192.0.2.1"
SSHD = "/etc/ssh/sshd_config.d/00-benvung.conf"

# Everything that decides who gets in, as text: the same before and after is the proof.
DOORS = """
set -e
cd /
for f in etc/ssh/sshd_config.d/00-benvung.conf etc/nftables.conf etc/sudoers.d/benvung \
    home/benvung/.ssh/authorized_keys usr/local/lib/benvung/firewall
do stat -c '%n %a %U %G' "$f"; sha256sum "$f"; done
getent shadow benvung | cut -d: -f2
nft --stateless list ruleset
install -d -m 755 /run/sshd
sshd -T
ls -A etc/ssh/sshd_config.d etc/sudoers.d home/benvung/.ssh
"""


def doors(pc: Workstation) -> list[str]:
    """Everything that decides who gets in, line by line."""
    return pc.run(DOORS).stdout.splitlines()


def can_log_in(pc: Workstation) -> bool:
    """Whether a login that shares nothing with earlier ones becomes root."""
    fresh = ["-o", "ControlMaster=no", "-o", "ControlPath=none", "-o", "BatchMode=yes"]
    command = ["ssh", "-F", pc.lab.ssh_config, *fresh, "-o", "ConnectTimeout=5", pc.name]
    done = subprocess.run(
        [*map(str, command), "sudo", "-n", "true"], capture_output=True, check=False, timeout=30
    )
    return done.returncode == 0


def eventually(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until it holds; fail after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)


def is_there(pc: Workstation, path: str) -> bool:
    """Whether the PC has such a file."""
    return pc.run(["test", "-e", path], check=False).returncode == 0


def said(run: Run, host: str = NAME) -> str:
    """What the run said of one workstation, unfolded."""
    return "\n".join(line for line in run.shown.splitlines() if f"[{host}]" in line)


def run_declared(lab: Lab, root: Path, *hosts: str) -> Run:
    """Run the aspect from a copy of the repository."""
    return pyinfra(lab, hosts or [NAME], ACCESS, root=root, PYTHONPATH=str(root))


def stage(pc: Workstation, change: Change) -> None:
    """Bring a change to the guard, as the desk does."""
    pc.run(
        f"rm -rf {STAGED} && mkdir -p {STAGED} && base64 -d | tar -xp -C {STAGED}",
        stdin=archive(change),
    )


def guard(pc: Workstation, *words: str) -> subprocess.Popen[bytes]:
    """Set the guard to work, and do not wait for it."""
    return subprocess.Popen(
        pc.command([PROGRAM, *words]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def cut(pc: Workstation, *running: subprocess.Popen[bytes]) -> None:
    """Cut the power, give it back, and wait until the PC is up."""
    pc.kill()
    for process in running:
        process.wait(timeout=30)
    pc.boot()
