"""Unclean stops: the neighbours tell the mains from one PC."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from checks.hardware import stops
from checks.hardware.runs import runs
from checks.report import Report
from tests.unit.reading_room import NOW, OPEN, pc, report, said

A, B, C = "thapmuoi-01", "thapmuoi-02", "thapmuoi-03"
MINUTE = timedelta(minutes=1)
# Ten o'clock in Việt Nam on the Tuesday before.
MORNING = datetime.fromisoformat("2026-11-17T03:00:00+00:00")


def boot(began: datetime, ended: datetime | None, clean: bool | None) -> dict[str, Any]:
    shown = ended.isoformat() if ended else None
    return {
        "began": began.isoformat(),
        "ended": shown if clean else None,
        "last_word": None if clean else shown,
        "clean": clean,
    }


def cut_at(*when: datetime) -> list[dict[str, Any]]:
    """Starts two hours before each moment, cut there."""
    return [boot(each - 120 * MINUTE, each, clean=False) for each in when]


def ran_through(*when: datetime) -> list[dict[str, Any]]:
    """Starts two hours before each moment that ended in order an hour later."""
    return [boot(each - 120 * MINUTE, each + 60 * MINUTE, clean=True) for each in when]


def site(**boots: list[dict[str, Any]]) -> dict[str, list[Report]]:
    names = {"a": A, "b": B, "c": C}
    return {
        names[key]: [report(0, names[key], starts={"boots": each})] for key, each in boots.items()
    }


def on_site(reports: Mapping[str, list[Report]]) -> list[tuple[str, str, str]]:
    return said(list(stops.judge_site(stops.of_site(reports))))


def on_pc(
    reports: Mapping[str, list[Report]], host: str = A, variables: dict[str, Any] | None = None
) -> list[tuple[str, str, str]]:
    found = stops.judge(reports[host], pc(host, variables), stops.of_site(reports))
    return said(list(found))


def days(count: int, at: datetime = MORNING) -> list[datetime]:
    """The same hour on that many days before, weekends included."""
    return [at - timedelta(days=n) for n in range(count)]


MAINS = [("power.mains", "likely", "watch")]
CIRCUIT = [("power.circuit", "possible", "watch")]
ALONE = [("power.alone", "possible", "watch")]
OFTEN = [("power.alone", "likely", "repair")]
NO_WITNESS = [("power.unwitnessed", "unknown", "unknown")]


def test_nobody_stopped() -> None:
    room = site(a=ran_through(MORNING), b=ran_through(MORNING))
    assert on_site(room) == []
    assert on_pc(room) == []


def test_the_mains_are_the_sites_and_no_pcs() -> None:
    when = days(9)
    room = site(
        a=cut_at(*when),
        b=cut_at(*(each + 3 * MINUTE for each in when)),
        c=cut_at(*(each + 8 * MINUTE for each in when)),
    )
    assert on_site(room) == MAINS
    assert [on_pc(room, host) for host in (A, B, C)] == [[], [], []]
    assert next(iter(stops.judge_site(stops.of_site(room)))).evidence.startswith("9 mains")


def test_the_latest_five_are_told() -> None:
    for count, more in ((5, False), (6, True)):
        room = site(a=cut_at(*days(count)), b=cut_at(*days(count)))
        told = next(iter(stops.judge_site(stops.of_site(room)))).evidence
        assert told.count("10:00") == 5
        assert ("…" in told) is more
        assert told.index("17/11/2026") < told.index("16/11/2026")


@pytest.mark.parametrize(("minutes", "expected"), [(20, MAINS), (20.1, [])])
def test_an_idle_journal_is_silent_for_a_while(
    minutes: float, expected: list[tuple[str, str, str]]
) -> None:
    assert on_site(site(a=cut_at(MORNING), b=cut_at(MORNING + minutes * MINUTE))) == expected


def test_most_is_more_than_half() -> None:
    assert on_site(site(a=cut_at(MORNING), b=cut_at(MORNING), c=ran_through(MORNING))) == MAINS
    room = site(a=cut_at(MORNING), b=cut_at(MORNING), c=ran_through(MORNING))
    room["thapmuoi-04"] = [report(0, "thapmuoi-04", starts={"boots": ran_through(MORNING)})]
    assert on_site(room) == CIRCUIT


def test_a_pc_that_was_off_is_no_witness() -> None:
    off = [boot(MORNING - 300 * MINUTE, MORNING - 60 * MINUTE, clean=True)]
    assert on_site(site(a=cut_at(MORNING), b=cut_at(MORNING), c=off)) == MAINS
    # One that shut down in the minutes after may have been off when it happened.
    leaving = [boot(MORNING - 300 * MINUTE, MORNING + 10 * MINUTE, clean=True)]
    assert on_pc(site(a=cut_at(*days(2)), b=leaving)) == NO_WITNESS


def test_a_pc_that_was_back_already_was_cut_another_time() -> None:
    back = [
        boot(MORNING - 60 * MINUTE, MORNING, clean=False),
        boot(MORNING + 2 * MINUTE, MORNING + 90 * MINUTE, clean=True),
    ]
    assert on_site(site(a=back, b=cut_at(MORNING + 10 * MINUTE))) == []


@pytest.mark.parametrize(
    ("count", "expected"), [(1, []), (2, ALONE), (4, ALONE), (5, OFTEN), (9, OFTEN)]
)
def test_alone_again_and_again(count: int, expected: list[tuple[str, str, str]]) -> None:
    # At nine in the evening no reader is there.
    when = days(count, MORNING + 660 * MINUTE)
    room = site(a=cut_at(*when), b=ran_through(*when))
    assert on_pc(room) == expected
    assert on_site(room) == []
    assert on_pc(room, B) == []


def test_a_readers_hand_explains_more() -> None:
    open_days = [each for each in days(29) if each.weekday() < 4]
    hours = {"power_opening_hours": {**OPEN["power_opening_hours"]}}
    for count, expected in ((9, ALONE), (10, OFTEN)):
        when = open_days[:count]
        room = site(a=cut_at(*when), b=ran_through(*when))
        assert on_pc(room, variables=hours) == expected
        assert on_pc(room, variables={}) == expected
    told = next(iter(stops.judge(room[A], pc(A), stops.of_site(room)))).evidence
    assert "10 of them while the room was open" in told


@pytest.mark.parametrize(
    ("hour", "minute", "expected"),
    [
        (0, 9, False),  # 07:09, and 07:29 at the latest
        (0, 10, True),
        (3, 0, True),
        (4, 30, True),
        (4, 31, False),
        (10, 0, True),
        (10, 1, False),
        (16, 55, False),  # 23:55
    ],
)
def test_opening_hours(hour: int, minute: int, expected: bool) -> None:
    assert stops.is_open(OPEN, MORNING.replace(hour=hour, minute=minute)) is expected


def test_closed_days_and_no_hours() -> None:
    assert stops.is_open({**OPEN, "power_closed_days": ["2026-11-17"]}, MORNING) is False
    assert stops.is_open(OPEN, MORNING + timedelta(days=4)) is False
    assert stops.is_open({}, MORNING) is None


def test_no_other_pc_was_on() -> None:
    room = site(a=cut_at(*days(2)), b=[])
    assert on_pc(room) == NO_WITNESS
    assert on_pc(site(a=cut_at(MORNING), b=[])) == []
    assert on_pc({A: [report(starts=None)]}) == [("power.unknown", "unknown", "unknown")]


def test_a_month_is_a_month() -> None:
    when = days(3, MORNING - timedelta(days=35))
    earlier = {A: report(20, starts={"boots": cut_at(*when)}), B: report(20, B)}
    room = {host: [each, report(0, host)] for host, each in earlier.items()}
    room[B] = [report(20, B, starts={"boots": ran_through(*when)}), report(0, B)]
    assert on_pc(room) == []


def test_a_later_report_knows_how_a_start_ended() -> None:
    began = NOW - timedelta(days=1)
    running = report(0.9, starts={"boots": [boot(began, None, clean=None)]})
    ended = report(0, starts={"boots": [boot(began, began + 60 * MINUTE, clean=False)]})
    assert [run.unclean for run in runs(A, [running])] == [False]
    assert [run.until for run in runs(A, [running])] == [running.at]
    assert [run.unclean for run in runs(A, [running, ended])] == [True]
    assert runs(A, []) == ()
    lost = {"began": began.isoformat(), "ended": None, "last_word": None, "clean": False}
    assert runs(A, [report(0, starts={"boots": [lost]})]) == ()
