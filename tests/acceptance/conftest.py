"""What every acceptance test stands on: `host` (root, by testinfra) and `reader`."""

import pytest
from testinfra.host import Host

from inventory.loader import load
from inventory.records import Workstation
from tests.acceptance.reader import Reader, on


@pytest.fixture(scope="module")
def reader(host: Host) -> Reader:
    """The reader of the workstation, with a session on the screen."""
    chair = on(host)
    chair.wait()
    return chair


@pytest.fixture(scope="module")
def root(host: Host) -> Host:
    """The same workstation for the technician: commands run as root."""
    assert host.check_output("id -u") == "0", "run these by `make accept HOST=…`"
    return host


@pytest.fixture(scope="module")
def declared(host: Host) -> Workstation:
    """What the inventory declares for this workstation."""
    return load().hosts[host.backend.hostname]
