"""What the questions stand on: the PC as root, what is declared for it, records of our programs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pytest
from testinfra.host import Host

from checks.controls.control import Look
from checks.controls.open_days import open_days_since
from checks.probe.reader import AS_READER
from inventory.loader import load
from inventory.records import Inventory, Workstation

if TYPE_CHECKING:
    from checks.report import Report

Run = Callable[[str], Any]


@cache
def inventory() -> Inventory:
    """Resolved once for all PCs, as the night does."""
    return load()


@pytest.fixture(scope="module")
def declared(host: Host) -> Workstation:
    """What the inventory declares for this PC."""
    return inventory().hosts[host.backend.hostname]


@pytest.fixture(scope="module")
def missed(declared: Workstation) -> Callable[[str], int]:
    """Open days since a moment (ISO 8601)."""
    # The function looks at the declaration and the time alone.
    look = Look(declared, cast("Report", None), datetime.now(UTC))
    return lambda moment: open_days_since(look, datetime.fromisoformat(moment))


@pytest.fixture(scope="module")
def as_reader(host: Host) -> Run:
    """Runs a line of shell as the reader."""
    return lambda line: host.run(f"cd / && {' '.join(AS_READER)} sh -c %s", line)


@pytest.fixture(scope="module")
def virtual(host: Host) -> str:
    """What systemd calls the machine: `none`, or the kind of container or virtual machine."""
    return str(host.run("systemd-detect-virt").stdout.strip())


@pytest.fixture(scope="module")
def memory_mb(host: Host) -> int:
    """The PC's memory in MB."""
    return int(host.check_output("awk '/^MemTotal:/ {print int($2 / 1024)}' /proc/meminfo"))


def record(host: Host, path: str) -> dict[str, Any] | None:
    """What a program of ours left as JSON; None where there is nothing."""
    said = host.run("cat %s", path)
    return dict(json.loads(said.stdout)) if said.rc == 0 else None


def lines(said: str) -> list[str]:
    """What was printed, without empty lines."""
    return [line for line in said.splitlines() if line.strip()]


def runs(host: Host, unit: str) -> None:
    """A unit of systemd runs now and starts with the PC."""
    service = host.service(unit)
    assert service.is_running
    assert service.is_enabled
