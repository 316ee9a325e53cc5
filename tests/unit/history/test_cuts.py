"""A power cut, a full disk, two runs at once: no earlier night is lost, none is counted twice."""

import os
import resource
import select
import signal
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from checks.history import HistoryRefused, Outcome, open_history, opening
from tests.unit.history.children import die_at, ended, in_child, remember, start
from tests.unit.history.nights import A, B, found, night


def contents(database: str) -> tuple[int, list[tuple[int, int]]]:
    """How many nights are whole, and for both PCs: reports, and nights since its finding began."""
    with open_history(database) as history:
        states = history.states([A, B])
        per_pc = [
            (
                len(history.last_reports(state.host, 99)),
                sum((one.last - one.first).days + 1 for one in state.findings),
            )
            for state in states
        ]
    engine = create_engine(opening.address(database))
    with engine.connect() as connection:
        whole = connection.scalar(text("SELECT count(*) FROM nights WHERE outcome = 'finished'"))
    engine.dispose()
    return int(whole or 0), per_pc


def intact(database: str) -> bool:
    """Whether SQLite itself finds no fault, and no row points nowhere."""
    engine = create_engine(opening.address(database))
    with engine.connect() as connection:
        whole = connection.scalar(text("PRAGMA integrity_check"))
        lost = connection.execute(text("PRAGMA foreign_key_check")).all()
    engine.dispose()
    return whole == "ok" and not lost


def dying(database: str, step: int) -> None:
    die_at(step)
    remember(database, 3)


def test_a_run_killed_at_any_statement_leaves_the_nights_before(database: str) -> None:
    for number in (1, 2):
        remember(database, number)
    deaths = 0
    for step in range(1, 60):
        code = in_child(partial(dying, database, step))
        whole, per_pc = contents(database)
        if code == 0:
            break
        assert code == -signal.SIGKILL
        # All of the night, or nothing of it.
        assert (whole, per_pc) in ((2, [(2, 2)] * 2), (3, [(3, 3)] * 2))
        deaths += 1
    assert deaths > 12
    assert (whole, per_pc) == (3, [(3, 3)] * 2)


def killed_making(database: str, step: int) -> None:
    die_at(step)
    open_history(database).close()


def test_a_history_killed_while_it_is_made_is_made_the_next_time(database: str) -> None:
    step = 1
    while in_child(partial(killed_making, database, step)) == -signal.SIGKILL:
        step += 1
    assert step > 5
    remember(database, 1)
    assert contents(database) == (1, [(1, 1)] * 2)


# --- no room --------------------------------------------------------------------------------------


def out_of_room(database: str, size: int, *, cut: bool) -> None:
    """Remember a night with files that may have so many bytes.

    Args:
        database: its URL.
        size: the largest a file may be.
        cut: whether the write beyond kills, like the mains, or gives an error, like a full disk.
    """
    remember_what = night(3, found(), found(host=B), hosts=(A, B))
    history = open_history(database)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL if cut else signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        history.remember(remember_what)
    except HistoryRefused as refused:
        sentence = str(refused)
        assert "earlier nights are kept" in sentence, sentence
        os._exit(3)
    os._exit(0)


@pytest.mark.parametrize("cut", [True, False], ids=["killed", "error"])
def test_a_write_that_ends_in_the_middle_loses_no_night(tmp_path: Path, cut: bool) -> None:
    """The log is cut every 1700 bytes: within its header, within a page, between two pages."""
    expected = -signal.SIGXFSZ if cut else 3
    codes = set()
    for size in range(0, 90_000, 1700):
        database = f"sqlite:///{tmp_path}/{size}.sqlite"
        for number in (1, 2):
            remember(database, number)
        code = in_child(partial(out_of_room, database, size, cut=cut))
        codes.add(code)
        assert intact(database)
        whole, per_pc = contents(database)
        if code == 0:
            assert (whole, per_pc) == (3, [(3, 3)] * 2)
            break
        assert (whole, per_pc) == (2, [(2, 2)] * 2)
        remember(database, 3)
        assert contents(database) == (3, [(3, 3)] * 2)
    assert codes == {0, expected}


def test_a_database_that_may_not_grow_says_so(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path}/history.sqlite"
    with open_history(database) as history:
        history.remember(night(1, found()))
        with history._reading() as session:  # noqa: SLF001 - SQLite's own way to a full disk
            session.execute(text("PRAGMA max_page_count = 1"))
        with pytest.raises(HistoryRefused, match="no room left"):
            history.remember(night(2, *(found(control=f"a.{n}" * 40) for n in range(99))))
        assert len(history.last_reports(A, 9)) == 1
    assert intact(database)


# --- two at once ----------------------------------------------------------------------------------


def remember_when_told(database: str, gate: int, numbers: tuple[int, ...], name: str) -> None:
    with open_history(database) as history:
        os.read(gate, 1)
        for number in numbers:
            history.remember(
                night(number, found(), found(host=B), hosts=(A, B), run=f"{name}-{number}")
            )


def test_runs_at_once_count_no_report_twice(database: str) -> None:
    open_history(database).close()
    gate, opener = os.pipe()
    nights = tuple(range(1, 9))
    names = ("one", "two", "three")
    children = [start(partial(remember_when_told, database, gate, nights, name)) for name in names]
    os.write(opener, b"...")
    assert [ended(child) for child in children] == [0, 0, 0]
    os.close(gate)
    os.close(opener)
    whole, per_pc = contents(database)
    assert whole == len(nights) * len(names)
    assert [reports for reports, _nights in per_pc] == [len(nights)] * 2
    with open_history(database) as history:
        assert [len(state.findings) for state in history.states([A, B])] == [1, 1]


def test_a_history_made_by_two_at_once_is_one(database: str) -> None:
    children = [start(partial(remember, database, number)) for number in (1, 2, 3)]
    assert [ended(child) for child in children] == [0, 0, 0]
    assert contents(database)[0] == 3


def open_when_told(database: str, gate: int) -> None:
    os.read(gate, 1)
    open_history(database).close()


def test_a_new_file_that_another_is_just_making_is_waited_for(tmp_path: Path) -> None:
    """SQLite itself refuses a write-ahead log at once here, without its own waiting."""
    path = tmp_path / "history.sqlite"
    gate, opener = os.pipe()
    child = start(partial(open_when_told, f"sqlite:///{path}", gate))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        os.write(opener, b".")
        pid = os.pidfd_open(child)
        # Readable once it has ended: it must not, as long as the file is taken.
        assert select.select([pid], [], [], 0.5)[0] == []
        other.execute("ROLLBACK")
    assert ended(child) == 0
    for each in (gate, opener, pid):
        os.close(each)


def test_a_run_waits_for_the_one_that_writes(database: str) -> None:
    gate, opener = os.pipe()
    # Forked first: SQLite's open files do not survive a fork.
    child = start(partial(remember_when_told, database, gate, (1,), "child"))
    with open_history(database) as history:
        with history._writing() as session:  # noqa: SLF001 - stands for a long run
            session.execute(text("SELECT 1"))
            os.write(opener, b".")
            assert os.waitpid(child, os.WNOHANG) == (0, 0)
        assert ended(child) == 0
        run = history.last_run()
    os.close(gate)
    os.close(opener)
    assert run
    assert run.outcome is Outcome.FINISHED


def test_a_writer_that_never_ends_is_named(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "PATIENCE", 0.2)
    with open_history(database) as one, open_history(database) as other:
        with one._writing() as session:  # noqa: SLF001 - stands for a run that hangs
            session.execute(text("SELECT 1"))
            with pytest.raises(HistoryRefused, match="another program is writing"):
                other.remember(night(1))
        other.remember(night(1))


# --- settings a power cut makes one glad of -------------------------------------------------------


def test_sqlite_is_set_for_power_cuts(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    with open_history(f"sqlite:///{path}") as history:
        with history._reading() as session:  # noqa: SLF001 - what a connection is set to
            names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            asked = [session.scalar(text(f"PRAGMA {name}")) for name in names]
        assert asked == ["wal", 2, 1, 30_000]
    assert path.stat().st_mode & 0o777 == 0o600
