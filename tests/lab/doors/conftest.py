"""Workstations with `access` as shipped, for all tests of the doors."""

from collections.abc import Iterator

import pytest

from tests.lab.doors import ACCESS, NAME, OTHER, doors
from tests.lab.lab import Lab
from tests.lab.technician import pyinfra
from tests.lab.workstation import Workstation

# Debian 12's sshd and sudo are older ones.
SUITES = ["trixie", pytest.param("bookworm", marks=pytest.mark.full)]


@pytest.fixture(scope="package", params=SUITES)
def pcs(lab: Lab, request: pytest.FixtureRequest) -> Iterator[dict[str, Workstation]]:
    """Two enrolled workstations with `access` as shipped, gone when these tests end."""
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
