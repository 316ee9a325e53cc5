"""What a command costs: wall time, processor time of the desk, processor time of each PC.

The desk's processes run in a control group of their own, so that what they leave behind (a shared
ssh connection) is counted too; each lab PC is in one anyway. What a PC does all by itself, with its
desktop on the screen, is measured before and taken off.
"""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.lab.cgroups import JOIN, Group
from tests.lab.lab import Lab
from tests.lab.machine import LabError
from tests.lab.workstation import Workstation

ROOT = Path(__file__).parent.parent.parent
# Seconds over which the idle PCs are watched before each run.
WATCHED = 3.0
# A PC that takes less of a processor than this is quiet.
QUIET = 0.05
# Seconds after which PCs that are not quiet are an error.
PATIENCE = 300.0
# Seconds a measured command may take.
LONGEST = 1800.0


@dataclass(frozen=True)
class Cost:
    """What one run of a command cost, in seconds.

    Attributes:
        wall: from its start to its end.
        desk: processor time of the command and of all it started.
        pc: processor time of a PC, the mean of all, without what it does by itself.
        idle: what a PC does by itself in a second, as it was just before.
    """

    wall: float
    desk: float
    pc: float
    idle: float


@dataclass(frozen=True)
class Ran:
    """A measured run.

    Attributes:
        code: exit code.
        out: standard output; what went to standard error where there is none.
        cost: what it cost.
        began: when it was started, in seconds since 1970.
        err: standard error.
    """

    code: int
    out: str
    cost: Cost
    began: float = 0.0
    err: str = ""


def quiet(pcs: Sequence[Workstation]) -> float:
    """Wait until the PCs have nothing to do of their own.

    Returns:
        Processor seconds a PC uses in a second, the mean of all.

    Raises:
        LabError: they do not come to rest.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        before = _used(pcs)
        time.sleep(WATCHED)
        rate = sum(_since(pcs, before).values()) / WATCHED / len(pcs)
        if rate < QUIET:
            return rate
    raise LabError(f"The PCs are not quiet after {PATIENCE:.0f} s: {rate:.2f} of a processor each.")


def measured(
    lab: Lab,
    pcs: Sequence[Workstation],
    command: Sequence[str],
    environment: Mapping[str, str],
    longest: float = LONGEST,
) -> Ran:
    """Run a command of the technician's in the repository and count what it costs.

    Args:
        lab: where the PCs are.
        pcs: the PCs it asks.
        command: program and arguments.
        environment: the whole environment.
        longest: seconds it may take.

    Raises:
        LabError: the PCs do not come to rest, or it takes too long.
    """
    for pc in lab.workstations():
        # Each side begins without a connection, as in the morning.
        lab.hang_up(pc.name)
    idle = quiet(pcs)
    with counted(f"{lab.id}/desk") as desk:
        before, clock, began = _used(pcs), time.time(), time.monotonic()
        try:
            done = subprocess.run(
                ["sh", "-ec", JOIN, "sh", *desk.counting(), "--", *command],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
                timeout=longest,
            )
        except subprocess.TimeoutExpired:
            raise LabError(f"{command[0]} took longer than {longest:.0f} s.") from None
        wall = time.monotonic() - began
        used, spent = sum(_since(pcs, before).values()) / len(pcs), desk.cpu()
    said = done.stdout if done.stdout.strip() else done.stderr
    cost = Cost(wall, spent, max(0.0, used - idle * wall), idle)
    return Ran(done.returncode, said, cost, clock, done.stderr)


@contextmanager
def counted(path: str) -> Iterator[Group]:
    """A control group that begins at nothing; what is left in it in the end is killed.

    Args:
        path: as for `Group`.
    """
    group = Group(path)
    group.kill()
    group.remove()
    group.make()
    try:
        yield group
    finally:
        group.kill()
        group.remove()


def _used(pcs: Sequence[Workstation]) -> dict[str, float]:
    return {pc.name: pc.group.cpu() for pc in pcs}


def _since(pcs: Sequence[Workstation], before: Mapping[str, float]) -> dict[str, float]:
    return {name: now - before[name] for name, now in _used(pcs).items()}
