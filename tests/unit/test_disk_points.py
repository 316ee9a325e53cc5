"""The points of a spinning disk: levels, growth, standing still, makers."""

import pytest

from checks.hardware.disks import judge
from checks.hardware.findings import verdict
from checks.hardware.reading import Attribute, DiskReading

NAMES = {
    5: "Reallocated_Sector_Ct",
    187: "Reported_Uncorrect",
    188: "Command_Timeout",
    197: "Current_Pending_Sector",
    198: "Offline_Uncorrectable",
}
SEAGATE, WDC, HITACHI, HGST = (
    "ST500DM002-1BD142",
    "WDC WD5000AAKX",
    "Hitachi HDS721050",
    "HGST HTS5",
)
NOW = 20000


def disk(counts: dict[int, int], model: str = SEAGATE, hours: int | None = NOW) -> DiskReading:
    return DiskReading(
        node="sda",
        model=model,
        serial="S1",
        kind="hdd",
        hours=hours,
        smart="read",
        passed=True,
        attributes=tuple(Attribute(id=n, name=NAMES[n], raw=raw) for n, raw in counts.items()),
    )


def before(hours: int, counts: dict[int, int], model: str = SEAGATE) -> DiskReading:
    return disk(counts, model, NOW - hours)


@pytest.mark.parametrize(
    ("model", "counts", "expected"),
    [
        (SEAGATE, {5: 999}, "keep"),
        (SEAGATE, {5: 1000}, "repair"),
        (SEAGATE, {187: 9}, "keep"),
        (SEAGATE, {187: 10}, "watch"),
        (SEAGATE, {197: 8}, "keep"),
        (SEAGATE, {197: 9}, "repair"),
        (SEAGATE, {5: 1, 187: 1}, "repair"),
        (SEAGATE, {187: 1, 197: 1}, "repair"),
        (SEAGATE, {5: 0, 187: 0, 188: 983_062, 197: 0, 198: 4000}, "keep"),
        (WDC, {5: 0, 197: 500}, "keep"),
        (WDC, {5: 9}, "keep"),
        (WDC, {5: 1, 197: 1}, "repair"),
        (HITACHI, {5: 9}, "keep"),
        (HITACHI, {5: 10}, "watch"),
        (HGST, {5: 1000}, "repair"),
        (HGST, {5: 0, 197: 1}, "repair"),
    ],
)
def test_levels(model: str, counts: dict[int, int], expected: str) -> None:
    assert verdict(judge(disk(counts, model))) == expected


@pytest.mark.parametrize(
    ("was", "counts", "expected"),
    [
        # Nine more sectors are no growth yet, ten are.
        (before(168, {5: 100}), {5: 109}, "keep"),
        (before(168, {5: 100}), {5: 110}, "watch"),
        (before(168, {187: 1}), {187: 2}, "watch"),
        (before(168, {197: 1}), {197: 2}, "watch"),
        # A younger reading serves where there is none as old as the week.
        (before(4, {187: 1}), {187: 2}, "watch"),
        # A count that went back has not grown.
        (before(168, {197: 8}), {197: 2}, "keep"),
        # What the earlier reading did not report cannot have grown.
        (before(168, {5: 0}), {5: 0, 187: 2}, "keep"),
    ],
)
def test_growth(was: DiskReading, counts: dict[int, int], expected: str) -> None:
    assert verdict(judge(disk(counts), [was])) == expected


def test_growth_is_of_the_last_week_of_running() -> None:
    history = [before(400, {187: 1}), before(200, {187: 2}), before(10, {187: 2})]
    assert judge(disk({187: 2}), history) == ()
    assert verdict(judge(disk({187: 2}), [history[0]])) == "watch"


def test_growth_of_some_days_ago_still_counts() -> None:
    history = [before(200, {187: 1}), before(100, {187: 2}), before(10, {187: 2})]
    assert verdict(judge(disk({187: 2}), history)) == "watch"


def test_readings_may_come_in_any_order() -> None:
    history = [before(10, {187: 2}), before(400, {187: 1}), before(200, {187: 2})]
    assert judge(disk({187: 2}), history) == ()


@pytest.mark.parametrize(("hours", "expected"), [(2159, "repair"), (2160, "watch")])
def test_what_stands_still_for_ninety_days_counts_less(hours: int, expected: str) -> None:
    assert verdict(judge(disk({5: 1000}), [before(hours, {5: 1000})])) == expected


def test_more_than_one_place_pending_is_failing_even_when_old() -> None:
    assert verdict(judge(disk({197: 9}), [before(9000, {197: 9})])) == "repair"


def test_each_count_stands_for_itself() -> None:
    history = [before(2160, {5: 1, 197: 0}), before(169, {5: 1, 197: 3})]
    # 5 has not moved (3 - 1), 197 has (3): five points, and without growth this week.
    assert verdict(judge(disk({5: 1, 197: 3}), history)) == "repair"


def test_without_power_on_hours_only_levels_count() -> None:
    assert verdict(judge(disk({187: 2}, hours=None), [before(168, {187: 1})])) == "keep"
    assert verdict(judge(disk({5: 1000}, hours=None), [before(9000, {5: 1000})])) == "repair"


@pytest.mark.parametrize(
    "other",
    [
        before(168, {187: 0}).model_copy(update={"serial": "S2"}),
        before(168, {187: 0}).model_copy(update={"model": WDC}),
        before(168, {187: 0}).model_copy(update={"hours": None}),
        before(-168, {187: 0}),
    ],
)
def test_another_disks_reading_is_no_history(other: DiskReading) -> None:
    assert judge(disk({187: 2}), [other]) == ()


def test_a_disk_without_a_serial_is_known_by_its_place() -> None:
    def nameless(reading: DiskReading, node: str = "sda") -> DiskReading:
        return reading.model_copy(update={"serial": "", "node": node})

    now, was = nameless(disk({187: 2})), before(168, {187: 1})
    assert verdict(judge(now, [nameless(was)])) == "watch"
    assert judge(now, [nameless(was, "sdb")]) == ()


def test_power_cycles_never_count() -> None:
    assert judge(disk({5: 0}).model_copy(update={"power_cycles": 31_340})) == ()


def test_points_are_for_spinning_disks_alone() -> None:
    worst = disk({5: 5000, 197: 5000}).model_copy(update={"kind": "ssd", "wear": 3})
    assert judge(worst) == ()
