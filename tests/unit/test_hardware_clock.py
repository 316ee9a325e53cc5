"""The clock's battery."""

import pytest

from checks.hardware.clock import judge
from checks.report import Report
from tests.unit.reading_room import month, pc, report, said

LIKELY = [("clock.battery", "likely", "repair")]
POSSIBLE = [("clock.battery", "possible", "watch")]
UNTOLD = [("clock.unmeasured", "unknown", "unknown")]
YEARS = 13 * 365 * 86400


def off(days_ago: float, seconds: int | None, synchronized: bool = True) -> Report:
    clock = {"battery_clock_off_s": seconds, "synchronized": synchronized}
    return report(days_ago, clock=clock)


def judged(reports: list[Report]) -> list[tuple[str, str, str]]:
    return said(list(judge(reports, pc())))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, []),
        (600, []),
        (601, POSSIBLE),
        (-601, POSSIBLE),
        (-YEARS, POSSIBLE),
        (25200, []),  # kept in Việt Nam's time
        (25800, []),
        (25801, POSSIBLE),
        (24599, POSSIBLE),
        (-25200, POSSIBLE),
        (None, UNTOLD),
    ],
)
def test_how_far_off(seconds: int | None, expected: list[tuple[str, str, str]]) -> None:
    assert judged([*month(), off(0, seconds)]) == expected


def test_wrong_again() -> None:
    assert judged([off(9, -YEARS), *month(days=8), off(0, -YEARS)]) == LIKELY
    assert judged([off(9, -YEARS), *month(days=5), off(3, -YEARS), report()]) == LIKELY
    # Two reports of one morning are one look.
    assert judged([off(0.4, -YEARS), off(0, -YEARS)]) == POSSIBLE
    assert judged([off(0.5, -YEARS), off(0, -YEARS)]) == LIKELY
    assert judged([off(40, -YEARS), off(0, -YEARS)]) == POSSIBLE


@pytest.mark.parametrize(("starts", "expected"), [(0, []), (1, POSSIBLE), (2, LIKELY)])
def test_starts_with_an_impossible_clock(starts: int, expected: list[tuple[str, str, str]]) -> None:
    assert judged([report(clock={"set_back_at_start": starts})]) == expected


def test_without_a_time_server_nobody_can_tell() -> None:
    assert judged([off(0, -YEARS, synchronized=False)]) == UNTOLD
    assert judged([off(0, 0, synchronized=False)]) == UNTOLD
    assert judged([report(clock=None)]) == [("clock.unknown", "unknown", "unknown")]


@pytest.mark.parametrize(("seconds", "words"), [(-YEARS, "13 "), (86400, "1 day"), (3600, "60 ")])
def test_how_far_off_in_words(seconds: int, words: str) -> None:
    assert words in next(iter(judge([off(0, seconds)], pc()))).evidence
