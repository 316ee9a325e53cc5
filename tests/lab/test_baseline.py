"""The baseline on a pristine workstation: it shows, makes right, rests, and mends."""

import importlib
import os
import pkgutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from inventory.loader import load
from tests.lab import faults
from tests.lab.conftest import FirstOn, FirstRuns, Start, started_from
from tests.lab.faults import Fault
from tests.lab.lab import Lab
from tests.lab.technician import ROOT, pyinfra

pytestmark = pytest.mark.lab

SUITES = ["trixie", pytest.param("bookworm", marks=pytest.mark.full)]
BROKEN = "thapmuoi-03"
# Every room but that of the technician's own machine.
ASPECTS = {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()} - {"controller"}
FAULTS: list[Fault] = [
    fault
    for module in pkgutil.iter_modules(faults.__path__)
    for fault in importlib.import_module(f"{faults.__name__}.{module.name}").FAULTS
]


@pytest.fixture(scope="module", params=SUITES)
def runs(request: pytest.FixtureRequest, first_on: FirstOn) -> FirstRuns:
    """The first runs on each Debian."""
    return first_on(request.param)


@pytest.fixture(scope="module")
def start(lab: Lab, runs: FirstRuns) -> Iterator[Start]:
    """Start workstations from what the first runs left."""
    with started_from(lab, runs.snapshot) as start:
        yield start


def test_a_dry_run_shows_what_every_aspect_would_change(runs: FirstRuns) -> None:
    assert runs.dry.code == 0, runs.dry.last_table
    (planned,) = runs.dry.changed.values()
    # A PC that is pushed to has nothing of pulling to begin with.
    assert {operation.split(" | ")[0] for operation in planned} == {*ASPECTS} - {"pull"}
    assert "would change" in runs.dry.last_table


def test_the_first_run_makes_it_right(runs: FirstRuns) -> None:
    assert runs.converge.code == 0, runs.converge.shown[-4000:]
    assert "made right" in runs.converge.last_table


def test_the_second_run_changes_nothing(runs: FirstRuns) -> None:
    assert runs.second.code == 0, runs.second.shown[-4000:]
    assert runs.second.changed == {}
    assert "as declared" in runs.second.last_table


def test_the_reader_and_the_technician_find_it_right(lab: Lab, start: Start) -> None:
    """Everything `make accept` looks at in a real reading room."""
    (workstation,) = start("thapmuoi-02")
    done = subprocess.run(
        [sys.executable, "-m", "tests.acceptance", workstation.name],
        cwd=ROOT,
        env={**os.environ, "BENVUNG_SSH_CONFIG": str(lab.ssh_config)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8000:]


@pytest.fixture(scope="module")
def mended(lab: Lab, start: Start) -> list[str]:
    """Every fault at once on one workstation, then one run: the operations that changed."""
    (workstation,) = start(BROKEN)
    for fault in FAULTS:
        workstation.run(["sh", "-c", fault.do])
    for fault in FAULTS:
        broken = workstation.run(["sh", "-c", fault.proof], check=False)
        assert broken.returncode != 0, f"{fault.name}: the proof does not see it"
    run = pyinfra(lab, [workstation.name])
    assert run.code == 0, run.shown[-4000:]
    return run.changed.get(workstation.name, [])


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.aspect}: {fault.name}")
def test_the_next_run_mends_what_was_broken(fault: Fault, mended: list[str], lab: Lab) -> None:
    assert operations(fault) <= set(mended)
    done = lab[BROKEN].run(["sh", "-c", fault.proof], check=False)
    assert done.returncode == 0, done.stdout


def test_the_run_mends_nothing_else(mended: list[str]) -> None:
    assert set(mended) == set().union(*map(operations, FAULTS))


def operations(fault: Fault) -> set[str]:
    """The operations that must mend a fault, as a run names them."""
    return {f"{fault.aspect} | {sentence}" for sentence in fault.mended_by}


def test_the_lab_bears_the_names_of_the_inventory() -> None:
    assert {"thapmuoi-01", "thanhmy-03"} <= set(load().hosts)
