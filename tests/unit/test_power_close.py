"""When a closing is at hand, and when the reader is warned."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.programs import program

close = program("power", "close")
wake = program("power", "wake")
CONFIG = {"warning_minutes": 10, "stray_close": "22:00"}


def hours(now: str, state: str, **more: str | None) -> dict[str, Any]:
    known = {"next_closing": None, "next_opening": None, "doubt": "", **more}
    return {"now": f"2027-02-01T{now}:00+07:00", "state": state, **known}


def evening(now: str, state: str = "open", doubt: str = "") -> dict[str, Any]:
    closing, opening = "2027-02-01T17:00:00+07:00", "2027-02-02T07:30:00+07:00"
    return hours(now, state, next_closing=closing, next_opening=opening, doubt=doubt)


@pytest.mark.parametrize("now", ["16:49", "16:50", "16:55", "16:59"])
def test_the_session_ends_at_closing_however_late_the_pc_was_started(now: str) -> None:
    moment = close.moment_of_closing(evening(now), CONFIG, technician=False)
    assert moment == datetime.fromisoformat("2027-02-01T17:00:00+07:00")


@pytest.mark.parametrize("now", ["08:00", "11:20", "16:40"])
def test_no_closing_long_before(now: str) -> None:
    assert close.moment_of_closing(evening(now), CONFIG, technician=False) is None


@pytest.mark.parametrize("now", ["17:00", "17:01", "18:30", "21:30", "22:03", "23:59"])
def test_a_technician_who_converges_in_the_evening_sees_no_closing(now: str) -> None:
    """Asking late is not a closing missed."""
    asked = evening(now, "closed")
    assert close.moment_of_closing(asked, CONFIG, technician=False) is None


def test_a_pc_left_on_closes_at_night_after_a_warning() -> None:
    asked = evening("22:00", "closed")
    moment = close.moment_of_closing(asked, CONFIG, technician=False)
    assert moment == datetime.fromisoformat("2027-02-01T22:10:00+07:00")


def test_not_while_a_technician_is_logged_in() -> None:
    assert close.moment_of_closing(evening("22:00", "closed"), CONFIG, technician=True) is None


def test_not_when_the_room_opens_soon() -> None:
    asked = hours("22:00", "closed", next_opening="2027-02-01T23:00:00+07:00")
    assert close.moment_of_closing(asked, CONFIG, technician=False) is None


def test_not_where_that_is_not_wanted() -> None:
    config = {**CONFIG, "stray_close": ""}
    assert close.moment_of_closing(evening("22:00", "closed"), config, technician=False) is None


@pytest.mark.parametrize("now", ["16:50", "22:00"])
def test_a_doubted_clock_closes_nothing(now: str) -> None:
    asked = evening(now, "unknown", doubt="the clock says 2013-01-01")
    assert close.moment_of_closing(asked, CONFIG, technician=False) is None
    assert close.moment_of_closing({}, CONFIG, technician=False) is None


@pytest.mark.parametrize(
    ("minutes", "expected"), [(10, [10, 5, 1]), (2, [2, 1]), (1, [1]), (3, [3, 1])]
)
def test_the_reader_is_warned_early_halfway_and_last(minutes: int, expected: list[int]) -> None:
    assert close.warnings(minutes) == expected


def test_each_warning_says_the_minutes_that_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that only moves when somebody sleeps; no screen, no PC."""
    clock = [datetime.fromisoformat("2027-02-01T16:53:00+07:00")]
    said = []

    class Clock(datetime):
        @classmethod
        def now(cls, _zone: Any = None) -> Any:
            return clock[0]

    monkeypatch.setattr(close, "datetime", Clock)
    monkeypatch.setattr(
        close.time, "sleep", lambda seconds: clock.append(clock.pop() + timedelta(seconds=seconds))
    )
    monkeypatch.setattr(close, "call", lambda *words, **_limits: said.append((clock[0], words[-1])))
    config = {"warning_minutes": 10, "warning_text": "còn {minutes}", "warning_title": ""}
    moment = datetime.fromisoformat("2027-02-01T17:00:00+07:00")
    close.warn_until(moment, config)
    # The ten minutes are past: it begins with the five.
    assert [text for _, text in said] == ["còn 5", "còn 1"]
    assert [moment - when for when, _ in said] == [timedelta(minutes=5), timedelta(minutes=1)]
    assert clock[0] == moment


def test_a_pc_without_a_waking_clock_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake, "ALARM", tmp_path / "no-rtc" / "wakealarm")
    assert "no clock that can wake it" in wake.arm(3600)


def test_the_alarm_is_cleared_then_counted_on_the_battery_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alarm = tmp_path / "wakealarm"
    alarm.touch()
    monkeypatch.setattr(wake, "ALARM", alarm)
    assert wake.arm(3600) == ""
    assert alarm.read_text() == "+3600\n"


def test_a_clock_that_refuses_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wake, "ALARM", tmp_path)
    assert "refuses the alarm" in wake.arm(3600)
