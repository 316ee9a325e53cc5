"""Two engines, one state: what one has made, the other finds nothing to change in."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ansible_runner
import pytest

from tests.lab import test_baseline
from tests.lab.conftest import FirstOn, Start
from tests.lab.declared import declared
from tests.lab.lab import Lab
from tests.lab.picture import differences, picture
from tests.lab.playbook import PLAYBOOK, Played, play
from tests.lab.technician import ROOT, pyinfra
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

SUITES = ["trixie", "bookworm"]
BY_PYINFRA, BY_ANSIBLE, OTHER = "thapmuoi-06", "thapmuoi-08", "thapmuoi-09"
# What lets a PC pull comes from the desk alone (docs/decisions/0019-pulling.md).
FAULTS = [fault for fault in test_baseline.FAULTS if fault.aspect != "pull"]
# A policy that touches every aspect: text, numbers, lists, units with a new rhythm, what must go.
POLICY: dict[str, Any] = {
    "access_mdns": True,
    "antivirus_quarantine_days": 10,
    "antivirus_media": "/media/khach",
    "browser_homepage": "https://thuvien.example.vn/",
    "desktop_typing": "vni",
    "desktop_locale": "vi_VN.UTF-8",
    "desktop_time_zone": "Asia/Bangkok",
    "health_line_minutes": 30,
    "power_wake_on_lan": False,
    "power_opening_hours": {
        **{day: [["08:00", "11:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        **{day: [] for day in ("sat", "sun")},
    },
    "restrictions_console_login": False,
    "restrictions_hidden_entries": ["vim"],
    "session_idle_minutes": 30,
    "shortcuts_site_links": [],
    "shortcuts_typing_table": "vni",
    "updates_limit_minutes": 60,
}


def test_ansible_finds_nothing_to_change_after_pyinfra(lab: Lab, converged: Start) -> None:
    """The short case: Debian 13, one look."""
    (pc,) = converged(BY_PYINFRA)
    run = play(lab, [pc.name], check=True)
    assert (run.code, run.changed, run.failed) == (0, {}, {}), run.shown[-6000:]


@dataclass(frozen=True)
class Both:
    """One workstation of each engine, on one Debian."""

    pyinfra: Workstation
    ansible: Workstation
    dry: Played
    first: Played
    second: Played


@pytest.fixture(scope="module", params=SUITES)
def both(lab: Lab, first_on: FirstOn, request: pytest.FixtureRequest) -> Iterator[Both]:
    """Made by each engine out of what Debian's installer and enrolment leave."""
    suite = request.param
    (theirs,) = lab.start([BY_PYINFRA], snapshot=first_on(suite).snapshot)
    (ours,) = lab.start([BY_ANSIBLE], suite=suite)
    dry = play(lab, [ours.name], check=True)
    first = play(lab, [ours.name])
    second = play(lab, [ours.name])
    # The snapshot was started anew: what a start alone changes shall have come over both.
    for pc in (theirs, ours):
        pc.reboot()
    yield Both(theirs, ours, dry, first, second)
    for pc in (theirs, ours):
        pc.delete()


@pytest.mark.full
def test_a_look_at_a_new_pc_ends_well_and_tells(both: Both) -> None:
    assert both.dry.code == 0, both.dry.shown[-6000:]
    (planned,) = both.dry.changed.values()
    assert {task.split(" | ")[0] for task in planned} >= {"access", "browser", "session", "health"}


@pytest.mark.full
def test_ansible_makes_a_new_pc_right_and_rests(both: Both) -> None:
    assert both.first.code == 0, both.first.shown[-6000:]
    assert (both.second.code, both.second.changed) == (0, {}), both.second.shown[-6000:]


@pytest.mark.full
def test_each_engine_finds_nothing_after_the_other(lab: Lab, both: Both) -> None:
    looked = play(lab, [both.pyinfra.name], check=True)
    assert (looked.code, looked.changed, looked.failed) == (0, {}, {}), looked.shown[-6000:]
    dry = pyinfra(lab, [both.ansible.name], dry=True)
    assert (dry.code, dry.changed) == (0, {}), dry.shown[-6000:]


@pytest.mark.full
def test_the_two_pcs_are_the_same(both: Both) -> None:
    found = differences(picture(both.pyinfra), picture(both.ansible))
    assert not found, "\n".join(found)


@pytest.mark.full
def test_both_follow_a_change_of_policy(lab: Lab, both: Both, tmp_path: Path) -> None:
    names = [both.pyinfra.name, both.ansible.name]
    root = declared(tmp_path / "r", dict.fromkeys(names, POLICY))
    one = pyinfra(lab, [both.pyinfra.name], root=root, PYTHONPATH=str(root))
    assert one.code == 0, one.shown[-6000:]
    other = play(lab, [both.ansible.name], root=root)
    assert other.code == 0, other.shown[-6000:]
    looked = play(lab, [both.pyinfra.name], root=root, check=True)
    assert (looked.changed, looked.failed) == ({}, {}), looked.shown[-6000:]
    dry = pyinfra(lab, [both.ansible.name], dry=True, root=root, PYTHONPATH=str(root))
    assert dry.changed == {}, dry.shown[-6000:]
    found = differences(picture(both.pyinfra), picture(both.ansible))
    assert not found, "\n".join(found)


@pytest.mark.full
def test_ansible_mends_every_fault(lab: Lab, converged: Start) -> None:
    """All its aspects' faults at once; then pyinfra finds nothing left."""
    (pc,) = converged(OTHER)
    for fault in FAULTS:
        pc.run(["sh", "-c", fault.do])
    run = play(lab, [pc.name])
    assert run.code == 0, run.shown[-6000:]
    left = [
        f"{fault.aspect}: {fault.name}"
        for fault in FAULTS
        if pc.run(["sh", "-c", fault.proof], check=False).returncode
    ]
    assert left == []
    dry = pyinfra(lab, [pc.name], dry=True)
    assert dry.changed == {}, dry.shown[-6000:]


@pytest.mark.full
def test_what_awx_runs_jobs_with_makes_it_right(
    lab: Lab, converged: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ansible-runner, with the inventory, the playbook and the ansible.cfg of the repository."""
    (pc,) = converged(OTHER)
    pc.run(["rm", "/etc/firefox/policies/policies.json"])
    # It looks for ansible-playbook there.
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    surroundings = {
        "ANSIBLE_SSH_ARGS": f"-F {lab.ssh_config}",
        "BENVUNG_SSH_CONFIG": str(lab.ssh_config),
    }
    job = ansible_runner.run(
        private_data_dir=str(tmp_path),
        project_dir=str(ROOT),
        inventory=str(ROOT / "inventory"),
        playbook=PLAYBOOK,
        limit=pc.name,
        envvars=surroundings,
        quiet=True,
    )
    assert (job.status, job.rc) == ("successful", 0), job.stdout.read()[-6000:]
    changed = {
        event["event_data"]["task"]
        for event in job.events
        if event["event"] == "runner_on_ok" and event["event_data"]["res"].get("changed")
    }
    assert changed == {"Lock Firefox to the library's policy"}
