"""Pull: a PC pulls what is declared, or has nothing of it."""

from typing import Any

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.bench.questions.conftest import lines, record

DECLARED = "/etc/benvung/pull.json"


@pytest.fixture(scope="module")
def pulls(declared: Workstation) -> bool:
    return bool(declared.variables["pull_mode"] == "pull")


def last(host: Host, what: str) -> dict[str, Any]:
    """What the last fetch, or the last applying, left."""
    return dict((record(host, "/var/lib/benvung/pull/state.json") or {})[what])


def test_mode(host: Host, pulls: bool) -> None:
    assert host.file(DECLARED).exists == pulls


def test_source(host: Host, declared: Workstation, pulls: bool) -> None:
    there = record(host, DECLARED)
    assert not pulls or (there or {})["repository"] == declared.variables["pull_repository"]


def test_signers(host: Host, declared: Workstation, pulls: bool) -> None:
    there = lines(host.run("cat /etc/benvung/pull/signers").stdout)
    assert len(there) == (len(declared.variables["pull_signers"]) if pulls else 0)


def test_nothing_refused(host: Host, pulls: bool) -> None:
    assert not pulls or last(host, "fetch")["outcome"] != "refused"


def test_reached(host: Host, pulls: bool) -> None:
    assert not pulls or last(host, "fetch")["outcome"] == "ok"


def test_applied(host: Host, pulls: bool) -> None:
    assert not pulls or last(host, "apply")["outcome"] == "ok"
