"""The power fails at any instant of a change, and the PC can still be reached."""

import contextlib
import subprocess
import time
from collections.abc import Iterator

import pytest

from deploys.change import ARMED, Change, GuardedFile, Secret
from deploys.rendering import render
from tests.lab.doors import (
    ACCESS,
    CHANGE,
    NAME,
    NOWHERE,
    SSHD,
    can_log_in,
    cut,
    doors,
    eventually,
    guard,
    is_there,
    stage,
)
from tests.lab.lab import Lab
from tests.lab.technician import pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

# Seconds from the beginning of `guard apply` at which the power fails.
INSTANTS = [0.05, 0.2, *(pytest.param(after, marks=pytest.mark.full) for after in (0.02, 0.1, 0.4))]


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
        passwords={"benvung": Secret("$6$salt$hash")},
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


def holds(pc: Workstation, path: str, text: str) -> bool:
    return pc.run(["grep", "-qF", text, path], check=False).returncode == 0


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
