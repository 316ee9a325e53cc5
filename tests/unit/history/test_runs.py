"""A run begins, and where nothing cuts it, ends."""

from dataclasses import replace
from datetime import timedelta

from checks.findings import Status
from checks.history import History, Outcome, open_history
from tests.unit.history.nights import A, B, at, found, night, ok

MINUTE = timedelta(minutes=1)


def test_there_is_no_run_before_the_first(history: History) -> None:
    assert history.last_run() is None


def test_a_run_is_known_to_have_begun_and_to_have_ended(history: History) -> None:
    one = night(1, found(), hosts=(B, A))
    history.begin(one)
    run = history.last_run()
    assert run
    assert (run.outcome, run.began, run.ended, run.hosts) == (Outcome.RUNNING, at(1), None, (B, A))
    history.remember(one)
    run = history.last_run()
    assert run
    assert (run.outcome, run.ended, run.told) == (Outcome.FINISHED, one.ended, False)


def test_a_run_may_begin_twice_and_stays_one(history: History) -> None:
    for _time in range(2):
        history.begin(night(1))
    history.remember(night(1))
    history.begin(night(1))
    run = history.last_run()
    assert run
    assert run.outcome is Outcome.FINISHED


def test_what_became_of_the_notice_is_remembered(history: History) -> None:
    history.remember(night(1))
    history.noticed("night-1", "The mail server did not answer.", told=True)
    run = history.last_run()
    assert run
    assert (run.notice, run.told) == ("The mail server did not answer.", True)


def test_a_history_is_there_the_next_morning(database: str) -> None:
    with open_history(database) as history:
        history.remember(night(1, found()))
    with open_history(database) as history:
        assert len(history.states([A])[0].findings) == 1


def test_a_slow_run_does_not_undo_what_a_quick_one_saw_later(history: History) -> None:
    slow = replace(night(1, found(), found(host=B), hosts=(A, B)), ended=at(1) + 20 * MINUTE)
    quick = replace(night(1, ok(), run="quick"), began=at(1) + 5 * MINUTE)
    quick = replace(quick, ended=at(1) + 6 * MINUTE)
    history.remember(quick)
    history.remember(slow)
    states = history.states([A, B])
    assert [len(state.findings) for state in states] == [0, 1]


def test_a_pc_nobody_asked_is_not_reached(history: History) -> None:
    history.remember(night(1, found(Status.FAIL)))
    states = history.states([A, B])
    assert [(state.reached, state.last_report) for state in states] == [
        (True, at(1)),
        (False, None),
    ]
