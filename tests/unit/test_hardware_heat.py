"""Heat and fans: what is hot, what stands still, and what only looks so."""

from typing import Any

import pytest

from checks.hardware.heat import judge
from checks.report import Report
from tests.unit.reading_room import fan, month, pc, report, said, sensor

CRITICAL = ("heat.critical", "likely", "repair")
HIGH = ("heat.high", "possible", "watch")
HIGH_AGAIN = ("heat.high", "likely", "repair")
RISING = ("heat.rising", "possible", "watch")
UNMEASURED = ("heat.unmeasured", "unknown", "unknown")


def judged(reports: list[Report]) -> list[tuple[str, str, str]]:
    return said(list(judge(reports, pc())))


def hot(days_ago: float, *sensors: dict[str, Any]) -> Report:
    return report(days_ago, temperatures={"sensors": list(sensors)})


def fans(days_ago: float, *all_fans: dict[str, Any]) -> Report:
    return report(days_ago, temperatures={"fans": list(all_fans)})


def test_a_cool_pc() -> None:
    assert judged([*month(), report()]) == []


def test_no_sensor_and_no_answer() -> None:
    assert judged([report(temperatures={"sensors": [], "fans": []})]) == [UNMEASURED]
    assert judged([report(temperatures=None)]) == [("heat.unknown", "unknown", "unknown")]


@pytest.mark.parametrize(
    ("celsius", "expected"),
    [(79.9, []), (80.0, [HIGH]), (92.9, [HIGH]), (93.0, [CRITICAL]), (104.0, [CRITICAL])],
)
def test_its_own_limits(celsius: float, expected: list[tuple[str, str, str]]) -> None:
    assert judged([*month(), hot(0, sensor(celsius))]) == expected


@pytest.mark.parametrize(
    "one",
    [
        # As a healthy board with an NCT6776 shows them: inputs that hang in the air.
        sensor(110.0, "nct6776", label="AUXTIN", high=80.0, critical=None),
        sensor(-60.0, "nct6776", label="CPUTIN", high=80.0),
        sensor(45.0, high=0.0, critical=0.0),
        sensor(45.0, "nvme", high=65261.8, critical=None),
        sensor(45.0, high=39.9, critical=39.9),
        sensor(127.0),
        sensor(0.0, high=80.0),
    ],
)
def test_numbers_that_only_look_alarming(one: dict[str, Any]) -> None:
    assert [each for each in judged([*month(), hot(0, one)]) if each != UNMEASURED] == []


@pytest.mark.parametrize(
    ("ago", "expected"),
    [([1], HIGH), ([1, 2], HIGH_AGAIN), ([0.1, 0.2, 0.3], HIGH), ([31, 32, 33], HIGH)],
)
def test_hot_again_is_hot_on_other_days(ago: list[float], expected: tuple[str, str, str]) -> None:
    earlier = [hot(each, sensor(85.0)) for each in sorted(ago, reverse=True)]
    assert judged([*earlier, hot(0, sensor(85.0))]) == [expected]


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [(45.0, 56.9, []), (45.0, 57.0, [RISING]), (57.0, 45.0, [])],
)
def test_hotter_than_weeks_ago(was: float, now: float, expected: list[Any]) -> None:
    old = [hot(ago, sensor(was)) for ago in range(40, 20, -1)]
    assert judged([*old, *(hot(ago, sensor(now)) for ago in range(7, -1, -1))]) == expected


def test_each_sensor_has_its_own_story() -> None:
    two = {"label": None, "high": 50.0, "critical": 70.0}
    now = hot(0, sensor(40.0, "drivetemp", **two), sensor(55.0, "drivetemp", **two), sensor(85.0))
    assert [each.part for each in judge([now], pc())] == [
        "sensor 2 drivetemp",
        "sensor 'Core 0' coretemp",
    ]
    cores = [
        hot(ago, sensor(85.0, label="Core 1"), sensor(40.0 + 60 * (ago == 1))) for ago in (2, 1, 0)
    ]
    assert judged(cores) == [HIGH_AGAIN]
    both = [hot(ago, sensor(85.0), sensor(85.0 - 20 * ago, label="Core 1")) for ago in (2, 1, 0)]
    assert judged(both) == [HIGH_AGAIN, HIGH]


def test_hotter_needs_weeks_to_compare() -> None:
    few = [hot(ago, sensor(45.0)) for ago in range(24, 20, -1)]
    near = [hot(ago, sensor(45.0)) for ago in range(20, 8, -1)]
    far = [hot(ago, sensor(45.0)) for ago in range(90, 60, -1)]
    lately = [hot(ago, sensor(60.0)) for ago in range(6, -1, -1)]
    for old in (few, near, far):
        assert judged([*old, *lately]) == []
    assert judged([hot(25, sensor(45.0)), *few, *lately[-4:]]) == []
    assert judged([hot(25, sensor(45.0)), *few, *lately]) == [RISING]


def test_the_edges_of_the_weeks() -> None:
    def rises(lately: list[float], before: list[float]) -> bool:
        old = [hot(ago, sensor(45.0)) for ago in before]
        return judged([*old, *(hot(ago, sensor(60.0)) for ago in lately)]) == [RISING]

    assert rises([7, 3, 2, 1, 0], [60, 50, 40, 30, 21])
    assert not rises([7.01, 3, 2, 1, 0], [60, 50, 40, 30, 21])
    assert not rises([7, 3, 2, 1, 0], [60.01, 50, 40, 30, 21])
    assert not rises([7, 3, 2, 1, 0], [60, 50, 40, 30, 20.99])


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (sensor(0.9), [UNMEASURED]),
        (sensor(1.0), []),
        (sensor(125.0), [CRITICAL]),
        (sensor(125.1), [UNMEASURED]),
        (sensor(125.0, high=125.0, critical=None), [HIGH]),
        (sensor(45.0, high=40.0, critical=None), [HIGH]),
        (sensor(39.9, high=39.9, critical=None), []),
        (sensor(125.0, high=125.1, critical=None), []),
    ],
)
def test_what_is_believed(one: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert judged([hot(0, one)]) == expected


def test_one_hot_afternoon_does_not_raise_the_median() -> None:
    old = [hot(ago, sensor(45.0)) for ago in range(40, 20, -1)]
    lately = [hot(ago, sensor(45.0)) for ago in range(7, 0, -1)]
    assert judged([*old, *lately, hot(0, sensor(75.0))]) == []


STOPPED = ("fan.stopped", "likely", "repair")
STANDS = ("fan.stopped", "possible", "watch")


@pytest.mark.parametrize(
    ("rpms", "expected"),
    [
        ([1200, 1200, 1200, 1200], []),
        ([0, 0, 0, 0], []),  # nothing is connected there
        ([1200, 1200, 1200, 0], [STANDS]),
        ([1200, 1200, 0], []),  # too short a story
        ([1200, 1200, 1200, 0, 0], [STANDS]),
        ([1200, 1200, 1200, 0, 0, 0], [STOPPED]),
        ([1200, 0, 1200, 0, 0, 1200, 0], []),  # it rests by design
        ([1200, 1200, 1200, 1200, 0, 1200, 0], [STANDS]),
        ([20000, 20000, 20000, 0], [STANDS]),
        ([20001, 20001, 20001, 0], []),  # noise on the wire
        ([None, 1200, 1200, 1200, None, 0], [STANDS]),
    ],
)
def test_a_fan_that_turned(rpms: list[int | None], expected: list[tuple[str, str, str]]) -> None:
    reports = [fans(len(rpms) - n, fan(rpm)) for n, rpm in enumerate(rpms)]
    assert judged(reports) == expected


def test_standing_days_are_days() -> None:
    turning = [fans(ago, fan(1200)) for ago in (4, 3, 2)]
    for hours, expected in ((20, STOPPED), (19, STANDS)):
        still = [fans(n * hours / 24, fan(0)) for n in (2, 1, 0)]
        assert judged([*turning, *still]) == [expected]


def test_a_graphics_fan_may_rest() -> None:
    turned = [fans(ago, fan(1200, "radeon")) for ago in range(9, 3, -1)]
    assert judged([*turned, fans(0, fan(0, "radeon"))]) == []


SLOWED = "mce: CPU0: Core temperature above threshold, cpu clock throttled (total events = 1)"


@pytest.mark.parametrize(
    ("ago", "words", "expected"),
    [
        ([0], SLOWED, [("heat.throttled", "possible", "watch")]),
        ([2, 0], SLOWED, [("heat.throttled", "possible", "watch")]),
        ([4, 2, 0], SLOWED, [("heat.throttled", "likely", "repair")]),
        # Three reports of two days tell of one afternoon.
        ([1.5, 1, 0], SLOWED, [("heat.throttled", "possible", "watch")]),
        ([5], SLOWED, []),
        (
            [0],
            "thermal: critical temperature reached (110 C)",
            [("heat.shutdown", "certain", "repair")],
        ),
        ([5], "thermal: critical temperature reached (110 C)", []),
        ([0], "CPU0: Core temperature/speed normal", []),
    ],
)
def test_what_the_kernel_says(
    ago: list[float], words: str, expected: list[tuple[str, str, str]]
) -> None:
    said_so = {
        each: report(each, kernel={"heat": {"count": 2, "samples": [words]}}) for each in ago
    }
    newest = said_so.get(0, report())
    assert judged([*(one for each, one in said_so.items() if each), newest]) == expected
