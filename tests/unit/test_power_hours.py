"""When the room is open, and when the PC closes and wakes."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.programs import ROLES, program

if TYPE_CHECKING:
    from pathlib import Path

hours = program("power", "hours")
VIETNAM = hours.VIETNAM
HALF_DAYS = [["07:30", "11:30"], ["13:30", "17:00"]]
DECLARED: dict[str, Any] = {
    "opening_hours": {
        **dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HALF_DAYS),
        "sat": [["07:30", "11:30"]],
        "sun": [],
    },
    "closed_days": ["2027-02-05", "2027-02-08"],
    "close_at_gap": False,
    "clock_not_before": "2026-11-01",
}
PLAN = hours.plan_from(DECLARED)


def at(text: str) -> datetime:
    """A moment in Việt Nam; 2027-02-01 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2027-02-01T07:29:59", False),
        ("2027-02-01T07:30", True),
        ("2027-02-01T11:29:59", True),
        ("2027-02-01T11:30", False),
        ("2027-02-01T12:00", False),
        ("2027-02-01T16:59", True),
        ("2027-02-01T17:00", False),
        ("2027-02-06T09:00", True),
        ("2027-02-06T14:00", False),
        ("2027-02-07T09:00", False),
        ("2027-02-05T09:00", False),
    ],
)
def test_open_in_the_spans_and_not_on_holidays(moment: str, *, is_open: bool) -> None:
    assert hours.is_open(PLAN, at(moment)) is is_open


def test_the_zone_of_the_pc_does_not_matter() -> None:
    """A PC still set to UTC opens at the same moment."""
    assert hours.is_open(PLAN, datetime(2027, 2, 1, 0, 30, tzinfo=UTC))
    assert not hours.is_open(PLAN, datetime(2027, 2, 1, 7, 30, tzinfo=UTC) + timedelta(hours=3))


@pytest.mark.parametrize(
    ("now", "closing"),
    [
        ("2027-02-01T06:00", "2027-02-01T17:00"),
        ("2027-02-01T11:00", "2027-02-01T17:00"),
        ("2027-02-01T17:00", "2027-02-02T17:00"),
        ("2027-02-04T18:00", "2027-02-06T11:30"),  # Friday the 5th is a holiday
        ("2027-02-06T12:00", "2027-02-09T17:00"),  # Sunday, then a holiday
    ],
)
def test_it_closes_after_the_last_span_of_a_day(now: str, closing: str) -> None:
    assert hours.next_closing(PLAN, at(now)) == at(closing)


def test_it_closes_at_the_gap_where_that_is_declared() -> None:
    plan = hours.plan_from({**DECLARED, "close_at_gap": True})
    assert hours.next_closing(plan, at("2027-02-01T09:00")) == at("2027-02-01T11:30")
    assert hours.next_closing(plan, at("2027-02-01T12:00")) == at("2027-02-01T17:00")


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2027-02-01T07:00", "2027-02-01T07:30"),
        ("2027-02-01T07:30", "2027-02-01T13:30"),
        ("2027-02-04T17:00", "2027-02-06T07:30"),
        ("2027-02-06T11:30", "2027-02-09T07:30"),
    ],
)
def test_it_opens_next(now: str, opening: str) -> None:
    assert hours.next_opening(PLAN, at(now)) == at(opening)


def test_the_wake_skips_openings_that_find_the_pc_on() -> None:
    """Set in the morning, it is for tomorrow: a PC unplugged at noon wakes too."""
    lead = timedelta(minutes=15)
    assert hours.wake_for(PLAN, at("2027-02-01T07:16"), lead) == at("2027-02-02T07:30")
    assert hours.wake_for(PLAN, at("2027-02-01T03:00"), lead) == at("2027-02-01T07:30")
    gap = hours.plan_from({**DECLARED, "close_at_gap": True})
    assert hours.wake_for(gap, at("2027-02-01T11:31"), lead) == at("2027-02-01T13:30")


def test_nothing_declared_is_never_open_and_never_closes() -> None:
    plan = hours.plan_from({**DECLARED, "opening_hours": {day: [] for day in hours.DAYS}})
    now = at("2027-02-01T09:00")
    assert not hours.is_open(plan, now)
    assert hours.next_opening(plan, now) is None
    assert hours.next_closing(plan, now) is None
    assert hours.wake_for(plan, now, timedelta()) is None


EVENING = at("2027-02-01T17:05")


def test_a_clock_before_the_release_is_wrong() -> None:
    assert "2013" in hours.doubt(PLAN, at("2013-01-01T00:00"), None, synchronized=True)


def test_a_battery_clock_that_disagrees_is_doubted_until_a_server_is_heard() -> None:
    dead = at("2013-01-01T00:03")
    assert "2012-12-31" in hours.doubt(PLAN, EVENING, dead.astimezone(UTC), synchronized=False)
    assert hours.doubt(PLAN, EVENING, dead, synchronized=True) == ""


def test_an_agreeing_battery_clock_is_believed_without_a_line() -> None:
    rtc = EVENING - timedelta(minutes=9)
    assert hours.doubt(PLAN, EVENING, rtc, synchronized=False) == ""


def test_without_a_battery_clock_the_system_clock_is_all_there_is() -> None:
    assert hours.doubt(PLAN, EVENING, None, synchronized=False) == ""


spans = st.lists(st.integers(0, 1439), max_size=8, unique=True).map(
    lambda minutes: tuple(
        (time(a // 60, a % 60), time(b // 60, b % 60))
        for a, b in zip(sorted(minutes)[::2], sorted(minutes)[1::2], strict=False)
    )
)
plans = st.builds(
    hours.Plan,
    spans=st.tuples(*[spans] * 7),
    closed=st.frozensets(st.dates(date(2027, 1, 1), date(2027, 1, 31)), max_size=10),
    close_at_gap=st.booleans(),
    not_before=st.just(date(2026, 1, 1)),
)
moments = st.datetimes(datetime(2027, 1, 1), datetime(2027, 1, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=VIETNAM)
)


@given(plans, moments)
def test_between_now_and_the_next_opening_a_closed_room_stays_closed(
    plan: Any, now: datetime
) -> None:
    opening = hours.next_opening(plan, now)
    if opening is None or hours.is_open(plan, now):
        return
    assert hours.is_open(plan, opening)
    assert not hours.is_open(plan, opening - timedelta(seconds=1))
    assert not hours.is_open(plan, now + (opening - now) / 2)


@given(plans, moments)
def test_a_closing_ends_a_span_and_nothing_opens_before_it_unseen(plan: Any, now: datetime) -> None:
    closing = hours.next_closing(plan, now)
    if closing is None:
        assert not hours.is_open(plan, now)
        return
    assert closing > now
    assert hours.is_open(plan, closing - timedelta(seconds=1))
    if not plan.close_at_gap:
        later = [end for _, end in hours.spans_of(plan, closing.date())]
        assert closing == max(later)


@given(plans, moments, st.integers(0, 600))
def test_quiet_means_no_opening_within(plan: Any, now: datetime, minutes: int) -> None:
    if hours.closed_for(plan, now, minutes):
        for ahead in range(0, minutes, 7):
            assert not hours.is_open(plan, now + timedelta(minutes=ahead))


@given(plans, moments, st.integers(0, 120))
def test_a_wake_is_ahead_and_for_an_opening(plan: Any, now: datetime, lead: int) -> None:
    wake = hours.wake_for(plan, now, timedelta(minutes=lead))
    if wake:
        assert wake - timedelta(minutes=lead) > now
        assert hours.is_open(plan, wake)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "power.json"
    path.write_text(json.dumps(DECLARED), encoding="utf-8")
    return path


def ask(config: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROLES / "power/files/hours"), "--config", str(config)]
    return subprocess.run([*command, *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("moment", "open_now", "closed_now"),
    [("2027-02-01T09:00", 0, 1), ("2027-02-01T12:00", 1, 0), ("2013-02-01T12:00", 3, 1)],
)
def test_exit_codes(config: Path, moment: str, open_now: int, closed_now: int) -> None:
    assert ask(config, "--open-now", "--at", moment).returncode == open_now
    assert ask(config, "--closed-now", "--at", moment).returncode == closed_now


def test_a_gap_is_quiet_only_as_long_as_it_lasts(config: Path) -> None:
    noon = ("--at", "2027-02-01T12:00")
    assert ask(config, "--closed-for", "90", *noon).returncode == 0
    assert ask(config, "--closed-for", "91", *noon).returncode == 1


def test_without_its_settings_nothing_may_begin(config: Path) -> None:
    config.write_text('{"opening_hours": {"mon": [["7h", "9h"]]}}', encoding="utf-8")
    said = ask(config, "--closed-now")
    assert said.returncode == hours.UNUSABLE
    assert str(config) in said.stderr
    assert "Traceback" not in said.stderr


def test_everything_at_once(config: Path) -> None:
    said = ask(config, "--at", "2027-02-01T12:00", "--lead", "15")
    assert json.loads(said.stdout) == {
        "now": "2027-02-01T12:00:00+07:00",
        "state": "closed",
        "doubt": "",
        "next_closing": "2027-02-01T17:00:00+07:00",
        "next_opening": "2027-02-01T13:30:00+07:00",
        "wake_for": "2027-02-02T07:30:00+07:00",
    }
