"""A night over real workstations: one broken, one off, one that hangs, one in order."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lab.lab import Lab
from tests.lab.night import Night, nightly
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

Start = Callable[..., list[Workstation]]
IN_ORDER, BROKEN, OFF, HANGING = (f"thapmuoi-{n:02}" for n in range(4, 8))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the nights of this module are remembered."""
    return tmp_path_factory.mktemp("history")


@pytest.fixture(scope="module")
def first_night(lab: Lab, converged: Start, place: Path) -> Night:
    _in_order, broken, off, hanging = converged(IN_ORDER, BROKEN, OFF, HANGING)
    broken.run("systemctl disable --now benvung-sessions.timer; rm /etc/firefox/policies/*")
    off.set_down()
    hanging.freeze()
    return nightly(lab.ssh_config, place, IN_ORDER, BROKEN, OFF, HANGING)


def test_it_ends_and_says_that_not_all_is_well(first_night: Night) -> None:
    assert first_night.code == 1, first_night.errors
    assert "Traceback" not in first_night.errors


def test_a_converged_pc_fails_nothing(first_night: Night) -> None:
    assert first_night.failing(IN_ORDER) == set(), first_night.host(IN_ORDER)


def test_what_was_broken_is_found_and_nothing_else(first_night: Night) -> None:
    found = first_night.failing(BROKEN)
    assert {"health.sessions-counted", "browser.policy-readable"} <= found
    assert {one.split(".")[0] for one in found} <= {"health", "browser"}


@pytest.mark.parametrize("host", [OFF, HANGING])
def test_one_that_gives_no_report_is_unreachable_not_well(first_night: Night, host: str) -> None:
    (finding,) = first_night.host(host)["findings"]
    assert finding["status"] == "unreachable"
    assert finding["reason"]
    assert finding["remedy"]


def test_the_next_night_knows_what_was_mended(lab: Lab, place: Path, first_night: Night) -> None:
    assert first_night.code == 1
    lab[BROKEN].run("systemctl enable --now benvung-sessions.timer")
    second = nightly(lab.ssh_config, place, IN_ORDER, BROKEN)
    assert "health.sessions-counted" not in second.failing(BROKEN)
    assert "browser.policy-readable" in second.failing(BROKEN)


def test_a_report_kept_while_nobody_asked_is_fetched(lab: Lab, place: Path) -> None:
    lab[IN_ORDER].run("systemctl start benvung-probe.service")
    kept = lab[IN_ORDER].run("ls /var/lib/benvung/reports").stdout.split()
    assert kept
    night = nightly(lab.ssh_config, place, IN_ORDER)
    assert night.host(IN_ORDER)["last_report"]
