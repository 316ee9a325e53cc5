"""The workstations the lab's tests share.

The baseline runs once on a pristine workstation; what it wrote becomes a snapshot, and every test
module starts its own workstations from that, in seconds.
"""

import functools
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.lab.lab import Lab
from tests.lab.machine import can_host
from tests.lab.qemu import QemuPC
from tests.lab.qemu_chair import Chair
from tests.lab.qemu_image import Image, inputs
from tests.lab.technician import ROOT, Run, pyinfra
from tests.lab.workstation import Workstation

FIRST = "thapmuoi-01"
Start = Callable[..., list[Workstation]]


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """A lab of the tests' own, gone when they end (kept for a look with BENVUNG_LAB_KEEP=1)."""
    obstacle = can_host()
    if obstacle:
        pytest.fail(obstacle)
    # A short path: OpenSSH's control sockets live under it. Each pytest worker has its own lab.
    place = os.environ.get("BENVUNG_LAB_STATE") or str(ROOT / "var/test-lab")
    lab = Lab(Path(place + os.environ.get("PYTEST_XDIST_WORKER", "")))
    try:
        yield lab
    finally:
        if not os.environ.get("BENVUNG_LAB_KEEP"):
            lab.down()


@dataclass(frozen=True)
class FirstRuns:
    """A pristine workstation's first three runs, and the snapshot made after them."""

    workstation: Workstation
    dry: Run
    converge: Run
    second: Run
    snapshot: str


FirstOn = Callable[[str], FirstRuns]


def _first_runs(lab: Lab, suite: str) -> FirstRuns:
    """Look, converge, converge again; then keep the result as a snapshot."""
    (workstation,) = lab.start([FIRST], suite=suite)
    dry = pyinfra(lab, [FIRST], dry=True)
    converge = pyinfra(lab, [FIRST])
    second = pyinfra(lab, [FIRST])
    snapshot = f"converged-{suite}"
    workstation.stop()
    workstation.snapshot(snapshot)
    workstation.delete()
    return FirstRuns(workstation, dry, converge, second, snapshot)


@pytest.fixture(scope="session")
def first_on(lab: Lab) -> FirstOn:
    """The first runs on a Debian by its name, made once in a lab, whichever modules ask."""
    return functools.cache(functools.partial(_first_runs, lab))


@pytest.fixture(scope="session")
def first(first_on: FirstOn) -> FirstRuns:
    """The first runs on Debian 13."""
    return first_on("trixie")


@contextmanager
def started_from(lab: Lab, snapshot: str) -> Iterator[Start]:
    """Start workstations by name from a snapshot; they are gone in the end."""
    started: list[Workstation] = []

    def start(*names: str) -> list[Workstation]:
        workstations = lab.start(names, snapshot=snapshot)
        started.extend(workstations)
        return workstations

    try:
        yield start
    finally:
        for workstation in started:
            workstation.delete()


@pytest.fixture(scope="module")
def converged(lab: Lab, first: FirstRuns) -> Iterator[Start]:
    """Start converged Debian 13 workstations by name; they are gone when the module ends."""
    with started_from(lab, first.snapshot) as start:
        yield start


@pytest.fixture(scope="session")
def image(lab: Lab, request: pytest.FixtureRequest) -> Image:
    """The disk of a converged workstation, made bootable; kept in the cache."""
    image = Image.of(*inputs("trixie"))

    def converged() -> list[Path]:
        first = request.getfixturevalue("first")
        record = lab.state / "snapshots" / first.snapshot / "host.json"
        return [Path(layer) for layer in json.loads(record.read_text())["layers"]]

    image.ensure(converged)
    return image


@pytest.fixture(scope="module")
def pc(image: Image, request: pytest.FixtureRequest) -> Iterator[QemuPC]:
    """The virtual PC, switched off, on a fresh disk; what it leaves is in var/qemu."""
    with QemuPC(image, ROOT / "var/qemu" / request.module.__name__.split(".")[-1], FIRST) as pc:
        pc.reset_disk()
        yield pc


@pytest.fixture(scope="module")
def pictures() -> Path:
    """Where pictures of its screen are kept."""
    place = ROOT / "var/results/qemu"
    place.mkdir(parents=True, exist_ok=True)
    return place


@pytest.fixture
def chair(pc: QemuPC) -> Chair:
    """The reader's chair at the virtual PC, which runs and has the reader logged in."""
    if not pc.on:
        pc.boot()
    chair = Chair(pc)
    chair.wait()
    return chair
