"""A finding has a first and a last day; what was not looked at neither ends nor begins."""

from dataclasses import replace

import pytest

from checks.findings import Finding, Severity, Status
from checks.history import History, Known
from tests.unit.history.nights import DISK, A, B, day, found, night, ok, unreachable

GRAVE = Severity.GRAVE


def standing(history: History, host: str = A) -> list[Known]:
    return list(history.states([host])[0].findings)


def days(history: History) -> list[tuple[int, int, bool]]:
    """First and last night of what stands, and whether it was seen."""
    first = day(0)
    return [
        ((one.first - first).days, (one.last - first).days, one.seen) for one in standing(history)
    ]


def test_a_finding_keeps_its_first_day(history: History) -> None:
    for number in (1, 2, 4):
        history.remember(night(number, found()))
    assert days(history) == [(1, 4, True)]


def test_a_finding_is_told_as_it_is_now(history: History) -> None:
    history.remember(night(1, found()))
    history.remember(night(2, replace(found(), severity=GRAVE, reason="worse", remedy="now")))
    (one,) = standing(history)
    assert (one.severity, one.reason, one.remedy) == (GRAVE, "worse", "now")


def test_what_was_mended_comes_back_as_a_new_finding(history: History) -> None:
    history.remember(night(1, found()))
    history.remember(night(2, ok()))
    assert standing(history) == []
    history.remember(night(3, found()))
    assert days(history) == [(3, 3, True)]


@pytest.mark.parametrize("nothing", [unreachable(), found(Status.UNKNOWN)])
def test_what_cannot_be_seen_stands_unseen(history: History, nothing: Finding) -> None:
    history.remember(night(1, found()))
    history.remember(night(2, nothing))
    fault = next(one for one in standing(history) if one.status is Status.FAIL)
    assert (fault.first, fault.last, fault.seen) == (day(1), day(1), False)
    history.remember(night(3, found()))
    assert days(history) == [(1, 3, True)]


def test_what_cannot_be_seen_is_no_failing_finding(history: History) -> None:
    history.remember(night(1, found(Status.UNKNOWN)))
    assert [one.status for one in standing(history)] == [Status.UNKNOWN]
    assert history.changes(day(1)).new == ()


def test_a_blind_spot_ends_when_it_is_seen_into(history: History) -> None:
    history.remember(night(1, found(Status.UNKNOWN)))
    history.remember(night(2, found()))
    assert [(one.status, one.first) for one in standing(history)] == [(Status.FAIL, day(2))]
    history.remember(night(3, ok()))
    assert standing(history) == []


def test_blind_spots_stand_while_a_pc_is_away(history: History) -> None:
    history.remember(night(1, found(Status.UNKNOWN)))
    history.remember(night(2, unreachable()))
    assert [one.status for one in standing(history)] == [Status.UNREACHABLE, Status.UNKNOWN]
    history.remember(night(3, found(Status.UNKNOWN)))
    assert days(history) == [(1, 3, True)]


def test_a_pc_that_came_to_no_end_was_not_looked_at(history: History) -> None:
    history.remember(night(1, found()))
    history.remember(night(2))
    assert days(history) == [(1, 1, False)]
    history.remember(replace(night(3), visits=()))
    assert days(history) == [(1, 1, False)]


def test_other_pcs_are_left_alone(history: History) -> None:
    history.remember(night(1, found(), found(host=B), hosts=(A, B)))
    history.remember(night(2, ok(), hosts=(A,)))
    assert standing(history) == []
    assert [one.last for one in standing(history, B)] == [day(1)]


# --- rules that speak only of what is wrong -------------------------------------------------------


def disk(status: Status = Status.FAIL, control: str = "disk.points", part: str = DISK) -> Finding:
    return found(status, control, part=part)


def test_a_disk_nobody_complains_of_any_more_has_ended(history: History) -> None:
    history.remember(night(1, disk(), ok()))
    history.remember(night(2, ok()))
    assert standing(history) == []


@pytest.mark.parametrize("part", [DISK, "disk sda, serial unknown", ""])
def test_a_disk_that_fell_silent_has_not_healed(history: History, part: str) -> None:
    history.remember(night(1, disk(), ok()))
    for number in (2, 3):
        silent = disk(Status.UNKNOWN, "disk.unknown", part)
        history.remember(night(number, silent, ok()))
        fault = standing(history)[0]
        assert (fault.control, fault.last, fault.seen) == ("disk.points", day(1), False)


def test_a_disk_that_was_always_silent_hides_no_other(history: History) -> None:
    stick = disk(Status.UNKNOWN, "disk.unknown", "disk sdb, serial unknown")
    history.remember(night(1, disk(), stick, ok()))
    history.remember(night(2, stick, ok()))
    assert [one.control for one in standing(history)] == ["disk.unknown"]


def test_what_another_aspect_cannot_tell_hides_nothing(history: History) -> None:
    history.remember(night(1, disk(), ok()))
    history.remember(night(2, found(Status.UNKNOWN, "power.wake"), ok()))
    assert [one.control for one in standing(history)] == ["power.wake"]


def test_two_disks_are_two_findings(history: History) -> None:
    other = disk(part="disk sdb Z9")
    history.remember(night(1, disk(), other))
    history.remember(night(2, other))
    assert [one.part for one in standing(history)] == ["disk sdb Z9"]


def test_of_two_words_on_one_part_the_worse_counts(history: History) -> None:
    for number, order in enumerate(((1, -1), (-1, 1)), 1):
        both = [disk(), disk(Status.UNKNOWN)][:: order[0]]
        history.remember(night(number, *both))
        assert [one.status for one in standing(history)] == [Status.FAIL]


def test_a_finding_of_another_pc_is_not_believed(history: History) -> None:
    one = night(1, found(), hosts=(A,))
    stranger = replace(one.visits[0], findings=(found(), found(host=B)))
    history.remember(replace(one, visits=(stranger,)))
    assert standing(history, B) == []


# --- what a notice tells --------------------------------------------------------------------------


def told(history: History, number: int) -> tuple[list[str], list[str], list[str]]:
    changes = history.changes(day(number))
    return (
        [one.control for one in changes.new],
        [one.control for one in changes.grave],
        [one.control for one in changes.mended],
    )


def test_a_notice_tells_what_changed_since_yesterday(history: History) -> None:
    grave = found(control="disk.words", severity=GRAVE)
    history.remember(night(1, found(), grave))
    assert told(history, 1) == (["disk.words", "updates.security-pending"], [], [])
    history.remember(night(2, found(), grave))
    assert told(history, 2) == ([], ["disk.words"], [])
    history.remember(night(3, ok(), grave, found(control="power.wake")))
    assert told(history, 3) == (["power.wake"], ["disk.words"], ["updates.security-pending"])
    history.remember(night(4, ok(), ok("disk.words"), found(control="power.wake")))
    assert told(history, 4) == ([], [], ["disk.words"])


def test_a_second_run_of_a_day_hides_nothing(history: History) -> None:
    history.remember(night(1, ok()))
    history.remember(night(2, found()))
    by_hand = replace(night(2, found()), run="by hand")
    history.remember(by_hand)
    assert told(history, 2)[0] == ["updates.security-pending"]


def test_what_was_not_told_is_told_the_next_time(history: History) -> None:
    for number, findings in ((1, [ok()]), (2, [found()]), (3, [found()])):
        history.remember(night(number, *findings))
        # The mail of the second night did not go out.
        history.noticed(f"night-{number}", "sentence", told=number != 2)
    assert told(history, 3)[0] == ["updates.security-pending"]
    history.remember(night(4, found()))
    assert told(history, 4)[0] == []


def test_a_waiver_that_ran_out_is_news(history: History) -> None:
    history.remember(night(1, found(Status.WAIVED)))
    history.remember(night(2, found(Status.WAIVED)))
    assert told(history, 2) == ([], [], [])
    assert standing(history)[0].waived_until == day(9)
    history.remember(night(3, found()))
    assert told(history, 3) == (["updates.security-pending"], [], [])
    assert days(history) == [(1, 3, True)]


def test_what_came_back_overnight_is_not_called_mended(history: History) -> None:
    history.remember(night(1, found()))
    history.noticed("night-1", "", told=True)
    history.remember(night(2, ok()))
    history.remember(night(3, found()))
    assert told(history, 3) == (["updates.security-pending"], [], [])


def test_what_came_and_went_between_two_notices_is_not_told(history: History) -> None:
    history.remember(night(1, ok()))
    history.noticed("night-1", "", told=True)
    history.remember(night(2, found()))
    history.remember(night(3, ok()))
    assert told(history, 3) == ([], [], [])


def test_a_pc_that_was_retired_is_told_no_more(history: History) -> None:
    history.remember(night(1, found(), found(host=B), hosts=(A, B)))
    changes = history.changes(day(1), [A])
    assert [one.host for one in changes.new] == [A]


def test_a_clock_that_was_wrong_once_hides_nothing(history: History) -> None:
    history.remember(night(5000, found(control="power.wake"), ok()))
    history.remember(night(2, found(control="power.wake"), found()))
    assert told(history, 2)[0] == ["updates.security-pending"]
    assert (2, 2, True) in days(history)
