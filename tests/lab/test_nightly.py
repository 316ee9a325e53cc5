"""A night over real workstations: one broken, one off, one that hangs, one in order."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inventory.words import translated
from tests.bench.probe import KILOBYTES, MEGABYTES, UPDATED, within
from tests.lab.lab import Lab
from tests.lab.night import Night, hold_still, nightly
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
    in_order, broken, off, hanging = converged(IN_ORDER, BROKEN, OFF, HANGING)
    for pc in (in_order, broken):
        hold_still(pc)
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
    assert {one.split(".")[0] for one in found} <= {"health", "browser", "drift"}


def test_a_converged_pc_has_not_drifted(first_night: Night) -> None:
    assert first_night.drift(IN_ORDER) == []


def test_drift_names_exactly_the_operations_that_would_mend_it(first_night: Night) -> None:
    # The links are joined into the same policies.
    sentences = (
        "Lock Firefox to the library's policy; Put the links into Firefox; "
        "Count sessions and hours of use"
    )
    assert first_night.drift(BROKEN) == [("fail", f"A run would change: {sentences}.")]


def test_one_hand_in_one_file_is_one_sentence_in_the_technicians_language(
    lab: Lab, first_night: Night, tmp_path: Path
) -> None:
    assert first_night.drift(IN_ORDER) == []
    lab[IN_ORDER].run("cp -a /etc/benvung/health.json /root; echo >> /etc/benvung/health.json")
    night = nightly(lab.ssh_config, tmp_path, IN_ORDER, language="vi")
    lab[IN_ORDER].run("mv /root/health.json /etc/benvung/health.json")
    sentence = translated("Declare what is recorded", "vi")
    assert night.drift(IN_ORDER) == [("fail", f"Một lần chạy sẽ đổi: {sentence}.")]


@pytest.mark.parametrize("host", [OFF, HANGING])
def test_one_that_gives_no_report_is_unreachable_not_well(first_night: Night, host: str) -> None:
    (finding,) = first_night.host(host)["findings"]
    assert finding["status"] == "unreachable"
    assert finding["reason"]
    assert finding["remedy"]


def test_a_login_starts_no_service_manager(first_night: Night, lab: Lab) -> None:
    assert first_night.host(IN_ORDER)["group"] != "unreached"
    manager = 'systemctl show -P ActiveEnterTimestampMonotonic "user@$(id -u benvung).service"'
    assert lab[IN_ORDER].run(manager).stdout.strip() == "0", "started since the PC was switched on"


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


@pytest.mark.parametrize("updated", [True, False])
def test_the_probe_needs_no_more_memory_than_its_budget(lab: Lab, updated: bool) -> None:
    """Also when apt's own cache is out of date. Killed for memory, a part would be missing."""
    pc = lab[IN_ORDER]
    if updated:
        pc.run(UPDATED)
    assert within(pc, MEGABYTES) == {}
    assert within(pc, 8) != {}, "the limit is none"


def test_its_report_is_no_larger_than_its_budget(lab: Lab) -> None:
    report = lab[IN_ORDER].run("python3 /usr/local/lib/benvung/probe").stdout
    assert len(report.encode()) <= KILOBYTES * 1024


def test_a_correction_the_pc_lacks_is_counted(lab: Lab) -> None:
    pc = lab[IN_ORDER]

    def lacking() -> int:
        report = json.loads(pc.run("python3 /usr/local/lib/benvung/probe").stdout)
        return int(report["packages"]["security"])

    before = lacking()
    # A package of the security archive seems older than it is.
    pc.run(
        "cp -a /var/lib/dpkg/status /root/status && "
        "sed -i '/^Package: firefox-esr-l10n-vi$/,/^$/s/^Version: .*/Version: 1/'"
        " /var/lib/dpkg/status"
    )
    try:
        assert lacking() == before + 1
    finally:
        pc.run("cp -a /root/status /var/lib/dpkg/status")
    assert lacking() == before
