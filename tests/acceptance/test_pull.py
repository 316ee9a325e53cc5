"""Pulling: a PC whose site pulls trusts the declared signers alone; any other has nothing of it."""

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.acceptance.reader import Reader

PLACES = ("/etc/benvung/pull", "/var/lib/benvung/pull")


@pytest.fixture
def pulls(declared: Workstation) -> bool:
    """Whether the PC's site pulls."""
    return bool(declared.variables["pull_mode"] == "pull")


@pytest.mark.parametrize(
    "place", [*PLACES, "/etc/benvung/pull.json", "/usr/local/lib/benvung/pull"]
)
def test_it_is_there_only_where_the_site_pulls(root: Host, place: str, *, pulls: bool) -> None:
    assert root.file(place).exists is pulls


def test_it_pulls_at_closing_and_after_a_start(root: Host, *, pulls: bool) -> None:
    wanted = root.check_output("systemctl show --property=Wants --value benvung-closing.target")
    assert ("benvung-pull.service" in wanted.split()) is pulls
    assert (root.run("systemctl is-active benvung-pull-start.timer").rc == 0) is pulls


def test_the_declared_signers_are_trusted_and_nobody_else(
    root: Host, declared: Workstation, *, pulls: bool
) -> None:
    if not pulls:
        pytest.skip("this PC is pushed to")
    lines = root.check_output("grep -v ^# /etc/benvung/pull/signers").splitlines()
    keys = [f'benvung namespaces="git" {key}' for key in declared.variables["pull_signers"]]
    assert lines == keys


@pytest.mark.parametrize("place", PLACES)
def test_a_reader_sees_nothing_of_it(reader: Reader, place: str) -> None:
    assert reader.run(f"ls {place}").rc != 0
