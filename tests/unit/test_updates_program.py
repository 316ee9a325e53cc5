"""When updates have been missed, how long they may take, and how a run ends."""

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.unit.programs import program

updates = program("updates", "updates")
NOW = datetime(2027, 2, 10, 10, tzinfo=UTC)


@pytest.mark.parametrize(("days", "due"), [(0, False), (2, False), (3, True), (30, True)])
def test_due_after_the_declared_days(days: int, *, due: bool) -> None:
    state = {"since": "2026-01-01T00:00:00+00:00"}
    state["last_success"] = (NOW - timedelta(days=days, hours=1)).isoformat()
    assert updates.is_due(state, 3, NOW) is due


def test_a_new_pc_counts_from_its_first_look() -> None:
    assert not updates.is_due({"since": (NOW - timedelta(days=2)).isoformat()}, 3, NOW)
    assert updates.is_due({"since": (NOW - timedelta(days=4)).isoformat()}, 3, NOW)


@pytest.mark.parametrize(
    ("opening", "doubt", "minutes"),
    [
        ("2027-02-10T18:00:00+07:00", "", 45),
        ("2027-02-10T17:20:00+07:00", "", 20),
        ("2027-02-10T17:20:00+07:00", "2013", 45),
        (None, "", 45),
    ],
)
def test_the_run_ends_before_the_room_opens(
    opening: str | None, doubt: str, minutes: float
) -> None:
    hours = {"now": "2027-02-10T17:00:00+07:00", "next_opening": opening, "doubt": doubt}
    assert updates.minutes_allowed(45, hours) == minutes
    assert updates.minutes_allowed(45, {}) == 45


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., dict[str, Any]]]:
    """Run with these exit codes of lists, download and installation; the state afterwards."""
    (tmp_path / "updates.json").write_text('{"limit_minutes": 45, "missed_days": 3}')
    (tmp_path / "apt").write_text("#!/bin/sh\n")
    (tmp_path / "apt").chmod(0o755)
    monkeypatch.setattr(updates, "CONFIG", tmp_path / "updates.json")
    monkeypatch.setattr(updates, "STATE", tmp_path / "state.json")
    monkeypatch.setattr(updates, "PROGRAMS", tmp_path)
    monkeypatch.setattr(updates, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(updates, "REBOOT", tmp_path / "reboot-required")

    # A run ends deaf to SIGTERM, and so would every program the later tests start.
    before = signal.getsignal(signal.SIGTERM)

    def go(*codes: int | None) -> dict[str, Any]:
        left = list(codes)
        monkeypatch.setattr(updates, "step", lambda *_words, **_limits: left.pop(0))
        code = updates.run()
        return {"code": code, **json.loads((tmp_path / "state.json").read_text())}

    yield go
    signal.signal(signal.SIGTERM, before)


def test_a_good_run_is_remembered(run: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "reboot-required").touch()
    state = run(0, 0, 0)
    assert (state["code"], state["outcome"], state["reason"]) == (0, "ok", "")
    assert state["last_success"] == state["last_run"]
    assert state["restart_wanted"] is True


@pytest.mark.parametrize("codes", [(None, None, None), (0, None, 0), (0, 0, None)])
def test_a_run_cut_by_its_limit_goes_on_next_time(
    codes: tuple[int | None, ...], run: Callable[..., dict[str, Any]]
) -> None:
    state = run(*codes)
    assert (state["code"], state["outcome"]) == (0, "cut")
    assert "last_success" not in state


@pytest.mark.parametrize(("codes", "word"), [((100, 0, 0), "line"), ((0, 0, 1), "unattended")])
def test_a_failed_run_says_why_and_counts_as_missed(
    codes: tuple[int, ...], word: str, run: Callable[..., dict[str, Any]]
) -> None:
    state = run(*codes)
    assert (state["code"], state["outcome"]) == (1, "failed")
    assert word in state["reason"]
    assert "last_success" not in state


def test_a_database_that_cannot_be_healed_stops_it(
    run: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    (tmp_path / "apt").write_text("#!/bin/sh\nexit 1\n")
    state = run()
    assert state["outcome"] == "failed"
    assert "healed" in state["reason"]


# A step that ends in order: what it is told waits until it asks.
FINISHING = """
import pathlib, signal, sys
signal.sigwait({signal.SIGTERM})
pathlib.Path(sys.argv[1]).write_text("in order")
sys.exit(3)
"""


@pytest.fixture
def held_back() -> Iterator[None]:
    """Hold SIGTERM back from every step until it asks for it, however slowly it starts."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    yield
    signal.pthread_sigmask(signal.SIG_SETMASK, before)


@pytest.mark.usefixtures("held_back")
def test_a_step_is_asked_to_end_at_its_deadline(tmp_path: Path) -> None:
    """The program finishes what it is at (a package) and ends by itself."""
    step = (sys.executable, "-I", "-c", FINISHING, tmp_path / "ended")
    assert updates.step(*step, deadline=time.monotonic(), grace=60) is None
    assert (tmp_path / "ended").read_text() == "in order"


@pytest.mark.usefixtures("held_back")
def test_a_step_that_does_not_end_is_killed(tmp_path: Path) -> None:
    late = "import pathlib, sys, time; time.sleep(60); pathlib.Path(sys.argv[1]).touch()"
    step = (sys.executable, "-I", "-c", late, tmp_path / "late")
    assert updates.step(*step, deadline=time.monotonic(), grace=0) is None
    assert not (tmp_path / "late").exists()


def test_a_step_within_its_deadline_says_how_it_ended() -> None:
    assert updates.step("sh", "-c", "exit 3", deadline=time.monotonic() + 60) == 3


def test_a_torn_state_is_no_trouble(run: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text('{"since": "20')
    assert run(0, 0, 0)["outcome"] == "ok"
