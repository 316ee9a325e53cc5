"""Sessions and hours are counted right; the line's records survive a power cut."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.programs import program

sessions = program("health", "sessions")
line = program("health", "line")
EVERY = 120


def day(looks: list[Any]) -> dict[str, Any]:
    """What a day's record says after these looks."""
    last: dict[str, Any] = {}
    month: dict[str, Any] = {}
    for look in looks:
        gained, last = sessions.step(last, look, EVERY)
        month = sessions.add(month, "2027-02-01", gained)
    return dict(month["2027-02-01"])


def look(minute: float, began: float | None = 1.0, idle: float | None = 0.0) -> Any:
    """A look at a minute of the PC's day; idle and the session's begin in minutes too."""
    return sessions.Look(
        minute * 60,
        None if began is None else began * 60,
        None if idle is None else idle * 60,
    )


def test_a_session_nobody_touches_is_no_session() -> None:
    """The PC logs in by itself each morning: idle since the session began."""
    assert day([look(minute, 1, minute - 1) for minute in range(2, 62, 2)]) == {
        "sessions": 0,
        "used_minutes": 0.0,
        "on_minutes": 58.0,
    }


def test_one_reader_of_an_hour() -> None:
    assert day([look(minute) for minute in range(2, 64, 2)]) == {
        "sessions": 1,
        "used_minutes": 60.0,
        "on_minutes": 60.0,
    }


def test_a_new_session_is_another_reader() -> None:
    looks = [look(minute, 1) for minute in (2, 4, 6)] + [look(minute, 7) for minute in (8, 10)]
    assert day(looks)["sessions"] == 2


def test_a_reader_who_left_uses_nothing() -> None:
    looks = [look(2), look(4), look(6, idle=1.5), look(8, idle=3.5), look(10, idle=5.5)]
    assert day(looks)["used_minutes"] == 4.0


def test_without_screen_or_session_only_the_time_on_counts() -> None:
    assert day([look(2, None), look(4, None), look(6, 5, None)]) == {
        "sessions": 0,
        "used_minutes": 0.0,
        "on_minutes": 4.0,
    }


def test_a_look_held_up_counts_no_time() -> None:
    assert day([look(2), look(600)])["on_minutes"] == 0.0


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 30)), max_size=50))
def test_use_never_exceeds_the_time_on(steps: list[tuple[float, float]]) -> None:
    minute, looks = 2.0, [look(2)]
    for pause, idle in steps:
        minute += pause
        looks.append(look(minute, 1, idle))
    known = day(looks)
    assert 0 <= known["used_minutes"] <= known["on_minutes"] + 0.01
    assert known["sessions"] <= 1


def test_a_record_knows_nobody() -> None:
    assert set(day([look(2)])) == {"sessions", "used_minutes", "on_minutes"}


def test_a_torn_month_begins_anew(tmp_path: Path) -> None:
    record = tmp_path / "sessions-2027-02.json"
    record.write_text('{"2027-02-01": {"sess')
    assert sessions.read(record) == {}
    sessions.write(record, {"2027-02-02": {"sessions": 1}})
    assert json.loads(record.read_text()) == {"2027-02-02": {"sessions": 1}}


def test_old_months_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "RECORDS", tmp_path)
    for month in range(1, 5):
        (tmp_path / f"sessions-2027-{month:02}.json").touch()
        (tmp_path / f"line-2027-{month:02}.csv").touch()
    sessions.forget(2)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "line-2027-03.csv",
        "line-2027-04.csv",
        "sessions-2027-03.json",
        "sessions-2027-04.json",
    ]


GOOD = """--- gw ping statistics ---
5 packets transmitted, 5 received, 0% packet loss, time 2003ms
rtt min/avg/max/mdev = 20.1/25.5/40.9/7.1 ms
"""
LOST = "5 packets transmitted, 0 received, 100% packet loss, time 2040ms\n"


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (GOOD, ["5", "20.1", "25.5", "40.9"]),
        (LOST, ["0", "", "", ""]),
        ("", ["0", "", "", ""]),
    ],
)
def test_ping_is_understood(said: str, fields: list[str]) -> None:
    assert line.parse(said) == fields


def test_a_torn_line_is_left_behind(tmp_path: Path) -> None:
    record = tmp_path / "line-2027-02.csv"
    line.append(record, "first\n")
    with record.open("a") as file:
        file.write("tor")
    line.append(record, "second\n")
    assert record.read_text() == line.HEADING + "first\ntor\nsecond\n"
