"""Who goes first, what counts as made worse, and what is remembered of what ended badly."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.findings import Finding, Severity, Status
from deploys.rollout_memory import Memory
from deploys.rollout_rings import (
    BRAKES,
    Held,
    Outcome,
    Result,
    Ring,
    Rings,
    rings,
    stood,
    stops,
    worse,
)

SITES = {"near": ("near-1", "near-2", "near-3"), "far": ("far-1", "far-2")}
ALL = [host for hosts in SITES.values() for host in hosts]
calm = settings(derandomize=True, deadline=None, max_examples=300)


def found(control: str, status: Status) -> Finding:
    return Finding("near-1", control, status, Severity.NORMAL)


# --- rings ----------------------------------------------------------------------------------------


def test_the_first_of_each_site_goes_first_and_the_rest_follow() -> None:
    plan = rings(SITES, ALL, ALL)
    assert plan.canaries == {"near": "near-1", "far": "far-1"}
    assert plan.rest == ("near-2", "near-3", "far-2")
    assert (plan.off, plan.held, plan.passed_over) == ((), {}, {})


def test_one_that_is_off_is_passed_over_and_named() -> None:
    plan = rings(SITES, ALL, [host for host in ALL if host != "near-1"])
    assert plan.canaries["near"] == "near-2"
    assert plan.passed_over == {"near": ("near-1",)}
    assert plan.off == ("near-1",)


def test_a_site_where_nobody_answers_is_held() -> None:
    plan = rings(SITES, ALL, ["near-1", "near-2"])
    assert plan.held == {"far": ("far-1", "far-2")}
    assert plan.why == {"far": Held.OFF}
    assert "far" not in plan.canaries


def test_only_those_asked_for_count() -> None:
    plan = rings(SITES, ["near-3"], ALL)
    assert (plan.canaries, plan.rest, plan.held) == ({"near": "near-3"}, (), {})


def test_one_left_worse_goes_first_again() -> None:
    plan = rings(SITES, ALL, ALL, ["near-3"])
    assert plan.canaries == {"near": "near-3", "far": "far-1"}
    assert plan.passed_over == {}


def test_a_site_whose_broken_pc_is_silent_is_held_although_others_answer() -> None:
    plan = rings(SITES, ALL, [host for host in ALL if host != "near-1"], ["near-1"])
    assert plan.why == {"near": Held.SILENT}
    assert plan.held == {"near": SITES["near"]}


def test_one_without_a_report_goes_first_only_where_there_is_no_other() -> None:
    plan = rings(SITES, ALL, ALL, (), ["near-1"])
    assert (plan.canaries["near"], plan.passed_over) == ("near-2", {"near": ("near-1",)})
    assert rings(SITES, ["near-1"], ALL, (), ["near-1"]).canaries["near"] == "near-1"


some = st.sets(st.sampled_from(ALL))


@calm
@given(some, some, some, some)
def test_every_pc_is_in_exactly_one_place(
    hosts: set[str], on: set[str], unfinished: set[str], unreported: set[str]
) -> None:
    plan = rings(SITES, hosts, on, unfinished, unreported)
    held = [host for members in plan.held.values() for host in members]
    everywhere = [*plan.canaries.values(), *plan.rest, *plan.off, *held]
    assert sorted(everywhere) == sorted(hosts)
    assert set(plan.canaries.values()) | set(plan.rest) <= on


@calm
@given(some, some, some, some)
def test_nobody_follows_who_has_no_canary_at_its_site(
    hosts: set[str], on: set[str], unfinished: set[str], unreported: set[str]
) -> None:
    plan: Rings = rings(SITES, hosts, on, unfinished, unreported)
    for host in (*plan.rest, *plan.off):
        assert host.partition("-")[0] in plan.canaries
    for site, canary in plan.canaries.items():
        broken = unfinished & hosts & set(SITES[site])
        assert not broken or canary in broken


# --- the brake ------------------------------------------------------------------------------------


# before -> after -> whether the change has made it.
RULES = {
    (Status.OK, Status.OK): False,
    (Status.OK, Status.FAIL): True,
    (Status.OK, Status.WAIVED): False,
    (Status.OK, Status.UNKNOWN): True,
    (Status.UNKNOWN, Status.OK): False,
    (Status.UNKNOWN, Status.FAIL): True,
    (Status.UNKNOWN, Status.WAIVED): False,
    (Status.UNKNOWN, Status.UNKNOWN): False,
    (Status.FAIL, Status.OK): False,
    (Status.FAIL, Status.FAIL): False,
    (Status.FAIL, Status.WAIVED): False,
    (Status.FAIL, Status.UNKNOWN): False,
    (Status.WAIVED, Status.OK): False,
    (Status.WAIVED, Status.FAIL): False,
    (Status.WAIVED, Status.WAIVED): False,
    (Status.WAIVED, Status.UNKNOWN): False,
}


@pytest.mark.parametrize(("before", "after"), list(RULES))
def test_what_counts_as_made_worse(before: Status, after: Status) -> None:
    made = worse(stood([found("a.b", before)]), [found("a.b", after)])
    assert bool(made) is RULES[before, after]


def test_a_control_nobody_had_asked_before_counts_as_unknown() -> None:
    assert worse({}, [found("a.b", Status.FAIL)])
    assert not worse({}, [found("a.b", Status.UNKNOWN)])


statuses = st.sampled_from([Status.OK, Status.FAIL, Status.WAIVED, Status.UNKNOWN])
looks = st.dictionaries(st.sampled_from("abcdef"), statuses).map(
    lambda told: [found(f"x.{name}", status) for name, status in told.items()]
)


@calm
@given(looks)
def test_nothing_is_worse_where_nothing_has_changed(look: list[Finding]) -> None:
    assert worse(stood(look), look) == ()


@calm
@given(looks, looks)
def test_what_is_made_worse_is_said_of_the_look_after_and_never_good(
    before: list[Finding], after: list[Finding]
) -> None:
    made = worse(stood(before), after)
    assert set(made) <= set(after)
    assert {one.status for one in made} <= {Status.FAIL, Status.UNKNOWN}


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_canary_that_came_out_badly_stops(outcome: Outcome) -> None:
    bad = outcome in (Outcome.FAILED, Outcome.SILENT, Outcome.WORSE)
    assert (outcome in BRAKES) is bad
    assert bool(stops([Result("near-1", Ring.FIRST, outcome)])) is bad
    assert not stops([Result("near-1", Ring.REST, outcome)])


# --- what is remembered ---------------------------------------------------------------------------


BEFORE: Mapping[tuple[str, str], Status] = {("a.b", ""): Status.OK, ("a.c", "sda"): Status.FAIL}


def test_how_a_pc_stood_is_remembered_until_it_comes_out_well(tmp_path: Path) -> None:
    file = tmp_path / "var" / "rollout.json"
    Memory(file).begin({"near-1": BEFORE, "near-2": BEFORE})
    Memory(file).well(["near-2"])
    again = Memory(file)
    assert again.unfinished == {"near-1"}
    broken = {("a.b", ""): Status.FAIL, ("a.d", ""): Status.OK}
    assert again.before("near-1", broken) == {**broken, **BEFORE}
    assert again.before("near-2", broken) == broken


def test_what_is_remembered_is_not_overwritten_by_what_a_broken_change_left(tmp_path: Path) -> None:
    file = tmp_path / "rollout.json"
    Memory(file).begin({"near-1": BEFORE})
    Memory(file).begin({"near-1": {("a.b", ""): Status.FAIL}})
    assert Memory(file).before("near-1", {})["a.b", ""] is Status.OK


@pytest.mark.parametrize("said", ["", "{", "[]", '{"near-1": 3}', '{"near-1": [["a"]]}', "null"])
def test_a_torn_memory_stops_nobody(said: str, tmp_path: Path) -> None:
    file = tmp_path / "rollout.json"
    file.write_text(said)
    assert Memory(file).unfinished == frozenset()
