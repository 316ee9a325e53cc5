"""The demo's night: one thing of every family, and a night that finds anything else is no demo."""

import json
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from checks.controls import CONTROLS
from checks.history import open_history
from deploys.publishing import unpublished
from inventory.loader import load
from tests import demo, demo_night, demo_papers, demo_pull
from tests.demo_night import FAILED_DISK, Staged, failing, staged, unexpected
from tests.lab.control_faults import FAULTS
from tests.published import new_key
from tests.unit.history.nights import A, B, found, night

HOSTS = ["thapmuoi-01", "thapmuoi-02", "thanhmy-03"]


def test_one_thing_of_every_family_is_broken_and_no_pc_is_spared() -> None:
    plan = staged(HOSTS)
    aspects = {control.aspect for control in CONTROLS}
    assert {one.control.partition(".")[0] for one in plan} == {*aspects, "hardware"}
    assert len(plan) == len(aspects) + 1
    assert {one.host for one in plan} == set(HOSTS)
    assert [one.host for one in staged(["thapmuoi-01"])] == ["thapmuoi-01"] * len(plan)


def test_the_papers_are_about_the_pc_whose_disk_fails_however_many_there_are() -> None:
    for count in (3, demo.ALL_WORKSTATIONS):
        (sick,) = (
            one.host for one in staged(demo.workstations(count)) if one.control == FAILED_DISK
        )
        assert sick == demo_papers.HOST


def test_what_is_broken_about_pushing_is_broken_where_the_desk_pushes() -> None:
    for hosts in (HOSTS, demo.workstations(demo.ALL_WORKSTATIONS)):
        pulling = demo_pull.pulling(hosts)
        plan = staged(hosts, pulling)
        (pushed,) = (one.host for one in plan if one.control.startswith("pull."))
        assert pushed not in pulling
        assert len(plan) == len(demo_night.BROKEN) + 1


def test_one_of_the_three_pcs_pulls_and_the_inbox_is_none_of_them() -> None:
    assert demo_pull.pulling(HOSTS) == ["thanhmy-03"]
    assert demo.workstations(3) == HOSTS
    everyone = {*load(demo.ROOT).hosts}
    assert len(everyone) == demo.ALL_WORKSTATIONS
    for asked in (demo.ALL_WORKSTATIONS - 1, demo.ALL_WORKSTATIONS):
        assert {*demo.workstations(asked), demo_pull.INBOX} == everyone


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the demo's tree needs to know of a lab, on this machine."""
    monkeypatch.setattr(demo_pull, "PLACE", tmp_path / "site")
    server = SimpleNamespace(address="127.0.0.9", host_key=new_key(tmp_path / "host"))
    network = SimpleNamespace(gateway="127.0.0.1", subnet="127.0.0.0/8")

    class Lab:
        def __getitem__(self, name: str) -> SimpleNamespace:
            assert name == demo_pull.INBOX
            return server

    lab = Lab()
    vars(lab)["network"] = network
    return lab


def test_the_demos_tree_is_right_signed_and_published(
    lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = {name: pc.variables["pull_mode"] for name, pc in load(demo.ROOT).hosts.items()}
    with demo_pull.office(lab) as ours:
        monkeypatch.setenv("BENVUNG_VAULT_DIR", str(ours.passwords))
        here = load(ours.root)
        pulls = [name for name, pc in here.hosts.items() if pc.variables["pull_mode"] == "pull"]
        assert {here.hosts[name].site for name in pulls} == {demo_pull.SITE}
        assert [name for name in here.hosts if here.hosts[name].site == demo_pull.SITE] == pulls
        pcs = [here.hosts[name] for name in pulls]
        assert unpublished(pcs, ours.root) == []
        (ours.root / "inventory/more").touch()
        assert unpublished(pcs, ours.root)
    # What is shipped says what it said.
    after = {name: pc.variables["pull_mode"] for name, pc in load(demo.ROOT).hosts.items()}
    assert shipped == after


def test_a_run_of_the_baseline_mends_all_but_the_fake() -> None:
    by_hand = {fault.control: fault.mend for fault in FAULTS}
    for one in staged(HOSTS):
        assert one.fake or not by_hand[one.control], one.control


def test_the_only_fake_is_declared() -> None:
    assert [one.control for one in staged(HOSTS) if one.fake] == [FAILED_DISK]
    assert "a fake" in demo_night.FAKED
    assert demo_night.FAKE in demo_night.FAKED


def test_the_fake_answers_whoever_asks(tmp_path: Path) -> None:
    (fake,) = (one for one in staged(HOSTS) if one.fake)
    place = tmp_path / "smartctl"
    subprocess.run(["sh", "-ec", fake.do.replace(demo_night.FAKE, str(place))], check=True)
    said = subprocess.run([place, "-j", "-a", "/dev/sda"], capture_output=True, check=True).stdout
    assert json.loads(said) == json.loads(demo_night.ANSWER.read_text(encoding="utf-8"))
    assert "fake" in place.read_text(encoding="utf-8")


def test_a_night_must_find_what_was_broken_and_nothing_else() -> None:
    plan = [Staged(A, "access.keys", "", frozenset({"access.sudo"})), Staged(B, "power.wake", "")]
    right = {(A, "access.keys"), (B, "power.wake")}
    assert unexpected(plan, right) == []
    assert unexpected(plan, right | {(A, "access.sudo")}) == []
    assert unexpected(plan, right - {(B, "power.wake")}) == [f"{B}: power.wake was not found"]
    more = right | {(B, "access.sudo")}
    assert unexpected(plan, more) == [f"{B}: access.sudo was not broken"]


def test_what_fails_is_read_from_the_history(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/history.sqlite"
    with open_history(database) as history:
        history.remember(night(1, found(control="power.wake"), found(control="drift.power")))
    assert failing(database, [A, B]) == {(A, "power.wake")}
