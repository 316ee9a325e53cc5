"""The demo's night: one thing of every family, and a night that finds anything else is no demo."""

import json
import subprocess
from pathlib import Path

from checks.controls import CONTROLS
from checks.history import open_history
from tests import demo_night
from tests.demo_night import FAILED_DISK, Staged, failing, staged, unexpected
from tests.lab.control_faults import FAULTS
from tests.unit.history.nights import A, B, found, night

HOSTS = ["thapmuoi-01", "thapmuoi-02", "thanhmy-03"]


def test_one_thing_of_every_family_is_broken_and_no_pc_is_spared() -> None:
    plan = staged(HOSTS)
    aspects = {control.aspect for control in CONTROLS}
    assert {one.control.partition(".")[0] for one in plan} == {*aspects, "hardware"}
    assert len(plan) == len(aspects) + 1
    assert {one.host for one in plan} == set(HOSTS)
    assert [one.host for one in staged(["thapmuoi-01"])] == ["thapmuoi-01"] * len(plan)


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
