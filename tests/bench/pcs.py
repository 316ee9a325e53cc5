"""The bench's lab: one workstation made right by the baseline, the others cloned from it."""

import hashlib
from collections.abc import Sequence

from tests.bench.measure import ROOT
from tests.lab.lab import Lab, Report
from tests.lab.machine import LabError
from tests.lab.qemu_image import inputs
from tests.lab.technician import pyinfra
from tests.lab.workstation import Workstation

SUITE = "trixie"
PROBE = ROOT / "checks/probe"
# What has never run on a clone has nothing recorded: the night would answer unknown.
FIRST_TIMES = ("benvung-signatures.service", "benvung-scan-closing.service")


def converged(lab: Lab, first: str, report: Report) -> str:
    """The snapshot of a workstation that is as declared, made now if it is not there.

    Args:
        lab: the bench's.
        first: the workstation to make it of.
        report: told what happens.

    Raises:
        LabError: the baseline did not succeed.
    """
    name = _name()
    if (lab.state / "snapshots" / name).exists():
        return name
    (workstation,) = lab.start([first], suite=SUITE, report=report)
    report(first, "the baseline, once")
    run = pyinfra(lab, [first])
    if run.code or run.failed:
        raise LabError(f"The baseline failed on {first}: {run.line(first) or run.shown[-400:]}")
    keep(workstation)
    return name


def keep(workstation: Workstation) -> None:
    """Make a workstation that is as declared the snapshot, unless there is one; it goes."""
    if not (workstation.lab.state / "snapshots" / _name()).exists():
        workstation.stop()
        workstation.snapshot(_name())
    workstation.delete()


def clones(lab: Lab, names: Sequence[str], snapshot: str, report: Report) -> list[Workstation]:
    """Boot workstations from the snapshot; those that are up stay.

    Args:
        lab: the bench's.
        names: of the inventory.
        snapshot: of `converged`.
        report: told what happens.
    """
    new = [name for name in names if not lab[name].exists]
    started = lab.start(names, snapshot=snapshot, report=report)
    for name in new:
        for unit in FIRST_TIMES:
            lab[name].run(["systemctl", "start", unit], check=False, timeout=600)
    return started


def _name() -> str:
    """The snapshot's, with twelve digits of everything a converged workstation is made of."""
    files = [
        f"{path.name} {path.read_text(encoding='utf-8')}" for path in sorted(PROBE.glob("*.py"))
    ]
    key = hashlib.sha256("\0".join([*inputs(SUITE), *files]).encode()).hexdigest()[:12]
    return f"converged-{key}"
