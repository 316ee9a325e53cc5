"""The law's order: in use, broken, proposed, decided, disposed, written off; and its refusals."""

from datetime import date
from typing import Any

import pytest

from checks.assets.advice import reminder
from checks.assets.records import Asset, State
from checks.assets.refusals import AssetRefused
from checks.assets.states import standing
from tests.unit.assets.making import (
    LAW,
    SERIAL,
    Said,
    asset,
    decided,
    disposed,
    inspected,
    needed,
    proposed,
    quoted,
    undone,
    wiped,
    written_off,
)

DISK: dict[str, Any] = {"serials": {"disk": SERIAL}}
STORY = [needed(), inspected(), proposed("a"), decided(), wiped(), disposed(), written_off()]


def state(*events: Said, **card: Any) -> State:
    return standing(asset(*events, **{**DISK, **card})).state


def test_the_whole_way_out() -> None:
    states = [state(*STORY[:count]) for count in range(len(STORY) + 1)]
    assert states == [
        State.IN_USE, State.IN_USE, State.BROKEN, State.PROPOSED, State.DECIDED, State.DECIDED,
        State.DISPOSED, State.WRITTEN_OFF,
    ]  # fmt: skip


def test_a_repair_brings_it_back_and_a_newer_inspection_breaks_it_again() -> None:
    repair = {"event": "repair", "date": "2026-11-05", "what": "thay nguồn"}
    assert state(inspected("broken", "repairable"), repair) is State.IN_USE
    again = inspected("broken", "repairable", "2026-11-06")
    assert state(inspected("broken", "repairable"), repair, again) is State.BROKEN


def test_what_is_written_down_late_does_not_overtake_what_is_newer() -> None:
    late = inspected("sound", "none-needed", "2026-10-01")
    assert state(inspected(), late) is State.BROKEN


def test_a_written_refusal_brings_it_back_to_what_it_was() -> None:
    refusal = decided(approved=False, form=None, disks=[])
    assert state(inspected(), proposed("a"), refusal) is State.BROKEN
    assert state(proposed("a"), refusal) is State.IN_USE
    assert state(proposed("a"), refusal, proposed("a", "2026-11-12")) is State.PROPOSED


def test_what_is_lost_is_written_off_without_a_decision() -> None:
    loss = {"event": "loss", "date": "2026-11-02", "what": "mất trộm, biên bản số 3"}
    assert state(loss) is State.LOST
    assert state(loss, written_off()) is State.WRITTEN_OFF


def test_an_undone_event_does_not_count_and_stays() -> None:
    made = asset(inspected(), proposed("a"), undone(2), **DISK)
    assert standing(made).state is State.BROKEN
    assert len(made.events) == 3
    assert [event.number for event in made.standing] == [1]


REFUSED: list[tuple[str, list[Said], str]] = [
    ("decided without a proposal", [decided()], "This may not follow"),
    ("proposed twice", [proposed("a"), proposed("a", "2026-11-06")], "proposed already"),
    ("wiped without a decision", [proposed("a"), wiped()], "This may not follow"),
    ("disposed of without a decision", [proposed("a"), disposed()], "This may not follow"),
    ("written off while here", [inspected(), written_off()], "This may not follow"),
    ("disposed of unwiped", [*STORY[2:4], disposed()], "neither wiped nor destroyed"),
    ("another disk wiped", [*STORY[2:4], wiped("XYZ999")], "does not name the disk XYZ999"),
    ("wiped twice", [*STORY[2:5], wiped()], "wiped already"),
    ("a disk nobody knows", [proposed("a"), decided(disks=["XYZ"])], "knows no disk XYZ"),
    ("a decision without a form", [proposed("a"), decided(form=None)], "names the form"),
    ("another form", [*STORY[2:5], {**disposed(), "form": "sale"}], "another form"),
    ("repaired once proposed", [proposed("a"), {"event": "repair", "what": "x"}], "may not follow"),
    ("inspected once gone", [*STORY[2:6], inspected(day="2026-11-16")], "may not follow"),
    ("quoted once gone", [*STORY[2:6], quoted(5, day="2026-11-16")], "may not follow"),
    ("decided before it was proposed", [proposed("a"), decided("2026-11-04")], "is before 05/11"),
    ("disposed of before decided", [*STORY[2:5], disposed("2026-11-09")], "is before 10/11"),
    ("before it was bought", [inspected(day="2012-12-31")], "was put to use in 2013"),
    ("in the future", [inspected(day="2030-01-02")], "which is to come"),
    ("undoing nothing", [inspected(), undone(7)], "no event 7"),
    ("undoing itself", [inspected(), undone(2)], "no event 2"),
    ("undoing twice", [inspected(), undone(1), undone(1)], "no event 1"),
    ("undoing an undoing", [inspected(), undone(1), undone(2)], "itself an undoing"),
    ("undoing what others rest on", [proposed("a"), decided(), undone(1)], "may not follow"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "events", "said"), REFUSED, ids=[each[0] for each in REFUSED])
def test_refused(name: str, events: list[Said], said: str) -> None:
    with pytest.raises(AssetRefused) as refused:
        state(*events)
    assert said in refused.value.wrong, name
    assert refused.value.mend


def test_a_pc_without_a_known_disk_needs_a_word_about_it() -> None:
    events = [proposed("a"), decided(disks=[])]
    with pytest.raises(AssetRefused, match="Nothing is recorded about its disk"):
        standing(asset(*events, disposed()))
    assert standing(asset(*events, disposed(no_disk=True))).state is State.DISPOSED
    assert standing(asset(*events, disposed(), kind="monitor")).state is State.DISPOSED


def test_a_replaced_disk_is_the_one_that_counts() -> None:
    swap = {
        "event": "replacement", "date": "2026-11-02", "part": "disk", "what": "thay ổ cứng",
        "old_serial": SERIAL, "new_serial": "S3Z9NB0K",
    }  # fmt: skip
    second = {"event": "addition", "part": "disk", "what": "thêm ổ", "new_serial": "S3Z9NB1M"}
    assert asset(swap, **DISK).disks == ("S3Z9NB0K",)
    assert asset(swap, second, **DISK).disks == ("S3Z9NB0K", "S3Z9NB1M")
    assert asset(swap, serials={"disk": "S3Z9NB0K"}).disks == ("S3Z9NB0K",)
    assert asset({**swap, "old_serial": None}, **DISK).disks == ("S3Z9NB0K",)


@pytest.mark.parametrize(
    ("events", "due"),
    [
        ([], None),
        ([inspected()], None),
        ([proposed("a")], date(2026, 11, 25)),
        ([proposed("a"), decided()], date(2026, 12, 10)),
        ([proposed("a"), decided(), wiped(), disposed()], date(2026, 12, 15)),
        ([proposed("a"), decided(), wiped(), disposed(), written_off()], None),
    ],
)
def test_reminders_of_20_30_and_30_days(events: list[Said], due: date | None) -> None:
    made: Asset = asset(*events, **DISK)
    found = reminder(made, standing(made), LAW)
    assert (found and found.due) == due
    if found:
        assert found.late(found.due) == 0
        assert "186/2025" in found.rule
