"""Reports are kept once, dated by a clock that can be believed, and thin out with time."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.days import day_of
from checks.findings import Status
from checks.history import History, Night, Visit
from checks.history.documents import read, written
from checks.history.thinning import ALL_FOR, DAILY_FOR
from checks.report import Missing, Report
from tests.unit.history.nights import A, B, at, day, night, ok, report

HOUR = timedelta(hours=1)


def came(
    number: int, fresh: datetime | None, *kept: datetime, run: str = "", host: str = A
) -> Night:
    """A night that brings one PC's reports of these moments."""
    visit = Visit(
        host,
        (),
        report(host, fresh) if fresh else None,
        tuple(report(host, moment) for moment in kept),
    )
    whole = night(number, run=run)
    return replace(whole, hosts=(host,), visits=(visit,))


def moments(history: History) -> list[datetime]:
    return [kept.report.at for kept in history.last_reports(A, 99)]


def test_a_report_that_comes_twice_is_kept_once(history: History) -> None:
    history.remember(came(1, at(1)))
    history.remember(came(2, at(2), at(1)))
    assert moments(history) == [at(2), at(1)]


def test_a_report_is_the_same_when_a_newer_program_reads_more_of_it(history: History) -> None:
    history.remember(came(1, at(1)))
    more = report(A, at(1), memory={"error": "why"})
    history.remember(replace(came(2, None), visits=(Visit(A, (), None, (more,)),)))
    assert moments(history) == [at(1)]


def test_a_run_that_is_remembered_twice_is_remembered_once(history: History) -> None:
    history.remember(came(1, at(1)))
    history.remember(came(1, at(2)))
    assert moments(history) == [at(1)]


def test_two_pcs_may_report_in_the_same_second(history: History) -> None:
    one, other = came(1, at(1)), came(1, at(1), host=B)
    history.remember(replace(one, hosts=(A, B), visits=one.visits + other.visits))
    assert len(history.last_reports(A, 9)) == len(history.last_reports(B, 9)) == 1


@pytest.mark.parametrize(
    ("made", "fresh"),
    [
        (datetime(2013, 1, 1, 0, 1, tzinfo=UTC), True),
        (datetime(2013, 1, 1, 0, 1, tzinfo=UTC), False),
        (at(1) - 30 * 24 * HOUR, True),
        (at(1) + 5 * HOUR, True),
        (at(1) + 5 * HOUR, False),
    ],
)
def test_a_wrong_clock_dates_no_report(history: History, made: datetime, fresh: bool) -> None:
    whole = came(1, made) if fresh else came(1, None, made)
    history.remember(whole)
    (kept,) = history.last_reports(A, 9)
    assert (kept.clock_wrong, kept.dated_at, kept.report.at) == (True, whole.ended, made)


def test_a_clock_that_is_right_dates_its_report(history: History) -> None:
    history.remember(came(3, at(3) + timedelta(minutes=1), at(1)))
    assert [(kept.clock_wrong, kept.dated_at) for kept in history.last_reports(A, 9)] == [
        (False, at(3) + timedelta(minutes=1)),
        (False, at(1)),
    ]


def test_a_clock_that_stands_still_loses_no_report(history: History) -> None:
    """A PC with an empty battery says the same moment every morning, and other things."""
    stuck = datetime(2013, 1, 1, tzinfo=UTC)
    for number in (1, 2):
        one = report(A, stuck, clock={"now": at(number), "synchronized": False, "zone": None,
                     "battery_clock_off_s": None, "set_back_at_start": 0})  # fmt: skip
        whole = came(number, stuck)
        history.remember(replace(whole, visits=(Visit(A, (), one),)))
    assert [day_of(kept.dated_at) for kept in history.last_reports(A, 9)] == [day(2), day(1)]


def test_the_newest_known_report_is_what_is_asked_from(history: History) -> None:
    assert history.since() == {}
    history.remember(came(1, at(1)))
    history.remember(came(3, at(3), at(2)))
    history.remember(came(3, at(2), host=B, run="other"))
    assert history.since() == {A: at(3), B: at(2)}


def test_a_clock_that_ran_ahead_hides_no_report_to_come(history: History) -> None:
    whole = came(1, at(1) + 20 * HOUR)
    history.remember(whole)
    assert history.since() == {A: whole.ended}


def test_the_last_reports_come_newest_first(history: History) -> None:
    history.remember(came(5, at(5), at(1), at(3)))
    assert [kept.report.at for kept in history.last_reports(A, 2)] == [at(5), at(3)]


# --- what the rules about growth ask --------------------------------------------------------------

DISK = {"node": "sda", "size": 1, "model": "M", "removable": False, "usb": False,
        "rotating": True, "smart": {"a": [1, None, "ổ đĩa"]}}  # fmt: skip


def test_disks_are_read_back_oldest_first(history: History) -> None:
    for number in (1, 20, 30, 40):
        one = report(A, at(number), disks=[DISK], memory={"error": "why"})
        history.remember(replace(night(number), visits=(Visit(A, (ok(),), one),)))
    earlier = history.disk_readings(A, 20, at(40))
    assert [each.at for each in earlier] == [at(20), at(30)]
    disks = earlier[0].disks
    assert not isinstance(disks, Missing)
    assert disks[0].smart == DISK["smart"]


# --- a report as text -----------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=9)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=9,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(smart=st.dictionaries(st.text(max_size=9), JSON), why=st.text(max_size=20))
def test_a_report_is_the_same_after_years(smart: dict[str, object], why: str) -> None:
    one = report(disks=[{**DISK, "smart": smart}], usage={"error": why}, identity={"error": why})
    assert read(written(one)) == one
    assert isinstance(one.usage, Missing)


def test_half_a_character_and_a_nul_stop_no_night(history: History) -> None:
    odd = {"\ud800": "\0 \udfff"}
    one = report(A, at(1), disks=[{**DISK, "smart": odd}])
    words = replace(ok(), status=Status.FAIL, reason="\0\ud800 x", part="p\0" * 900)
    history.remember(replace(night(1), visits=(Visit(A, (words,), one),)))
    (kept,) = history.last_reports(A, 1)
    assert not isinstance(kept.report.disks, Missing)
    assert kept.report.disks[0].smart == odd


def test_a_report_no_program_can_read_any_more_is_passed_over() -> None:
    body = json.loads(written(report()))
    assert read(json.dumps(body | {"host": "NOT A NAME"})) is None
    assert isinstance(read(json.dumps(body | {"memory": {"new": 1}})), Report)


# --- thinning -------------------------------------------------------------------------------------


def days_kept(history: History) -> list[tuple[date, int]]:
    """Days with the hour of each report, oldest first, in Việt Nam."""
    kept = reversed(history.last_reports(A, 9999))
    return [(day_of(one.dated_at), (one.dated_at.hour + 7) % 24) for one in kept]


def test_reports_thin_out_and_findings_stay(history: History) -> None:
    last = 250
    for number in range(1, last + 1):
        morning = at(number)
        history.remember(came(number, None, morning + HOUR, morning - HOUR, morning))
    history.thin(day(last))
    kept = days_kept(history)
    ages = {when: (day(last) - when).days for when, _hour in kept}
    young = [pair for pair in kept if ages[pair[0]] <= ALL_FOR]
    middle = [pair for pair in kept if ALL_FOR < ages[pair[0]] < DAILY_FOR]
    old = [when for when, _hour in kept if ages[when] > DAILY_FOR + 7]
    assert len(young) == 3 * (ALL_FOR + 1)
    assert [hour for _when, hour in middle] == [6] * (DAILY_FOR - ALL_FOR - 1)
    assert {(b - a).days for a, b in pairwise(old)} == {7}
    assert history.thin(day(last)) == 0


def test_thinning_every_night_comes_to_the_same(history: History) -> None:
    for number in range(1, 131):
        history.remember(came(number, at(number)))
        history.thin(day(number))
    every_night = days_kept(history)
    assert every_night[-DAILY_FOR:] == [(day(n), 5) for n in range(131 - DAILY_FOR, 131)]
    # The day at the boundary is still one of the daily ones.
    weeks = [when.toordinal() // 7 for when, _hour in every_night[: -DAILY_FOR - 1]]
    assert len(set(weeks)) >= 5
    # The last of these is the day on which days become weeks.
    assert len(weeks[:-1]) == len(set(weeks[:-1]))


def test_the_newest_report_always_stays(history: History) -> None:
    history.remember(came(1, at(1)))
    assert history.thin(day(5000)) == 0
    assert history.since() == {A: at(1)}
