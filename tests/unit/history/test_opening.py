"""Opening: made anew, brought up to date, or refused with one sentence."""

import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from checks.history import (
    History,
    HistoryRefused,
    Outcome,
    migrating,
    open_history,
    opening,
    schema,
)
from checks.history.tables import Base
from inventory.words import LANGUAGES, speaking
from tests.unit.history.nights import DISK, A, day, found, night

REVISIONS = [
    script.revision for script in ScriptDirectory.from_config(migrating.config()).walk_revisions()
]
NIGHT = text(
    "INSERT INTO nights (run, began, ended, day, outcome, hosts) VALUES "
    "('old', '2026-02-01 22:00:00', '2026-02-01 22:01:00', '2026-02-02', 'finished', :hosts)"
)
FINDING = text(
    "INSERT INTO findings (host, control, part, blind, status, severity, certainty, reason, "
    "remedy, first, last, seen, first_night_id, turned_night_id, last_night_id) VALUES "
    "(:host, 'updates.security-pending', '', false, 'fail', 'grave', 'certain', 'why', 'mend', "
    "'2026-01-05', '2026-02-02', true, 1, 1, 1)"
)


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    """The database as another program sees it."""
    one = create_engine(opening.address(database))
    yield one
    one.dispose()


def at_revision(engine: Engine, revision: str) -> None:
    """A history of an older program, with a night and a finding."""
    with engine.begin() as connection:
        settings = migrating.config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
        connection.execute(NIGHT, {"hosts": f'["{A}"]'})
        connection.execute(FINDING, {"host": A})


PARTS = [
    ("ổ đĩa sda, số sê-ri Z1D5", "disk sda Z1D5"),
    ("disk sda, serial unknown", "disk sda ''"),
    ("cáp của ổ đĩa sda, số sê-ri WD 1", "cable sda 'WD 1'"),
    ("sensor Core 0 of coretemp", "sensor 'Core 0' coretemp"),
    ("bộ nhớ", "memory"),
    ("mã máy (machine-id) của Debian", "machine_id"),
    ("what nobody wrote", "what nobody wrote"),
    ("", ""),
]
HARDWARE = text(
    "INSERT INTO findings (host, control, part, blind, status, severity, certainty, reason, "
    "remedy, first, last, ended, seen, first_night_id, turned_night_id, last_night_id) VALUES "
    "(:host, :control, :part, false, 'fail', 'grave', 'certain', 'why', 'mend', :first, :last, "
    ":ended, true, :night, :night, :night)"
)


def hardware(engine: Engine, part: str, number: int, **facts: object) -> None:
    """A finding of an older program, seen in one night alone."""
    known = {"host": A, "control": "hardware.disk.points", "ended": None, "night": number}
    seen = {"part": part, "first": day(number), "last": day(number)}
    with engine.begin() as connection:
        connection.execute(HARDWARE, {**known, **seen, **facts})


def backups(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("history.sqlite.*"))


# --- older, newer, another's ----------------------------------------------------------------------


def test_the_migrations_come_to_the_tables_of_the_program(database: str, engine: Engine) -> None:
    open_history(database).close()
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": False}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_older_history_is_brought_up_to_date(
    database: str, engine: Engine, revision: str
) -> None:
    at_revision(engine, revision)
    with open_history(database) as history:
        run = history.last_run()
        assert run
        assert (run.run, run.outcome, run.told, run.notice) == ("old", Outcome.FINISHED, False, "")
        history.remember(night(1, found()))
        (one,) = history.states([A])[0].findings
        assert (one.first.isoformat(), one.last) == ("2026-01-05", day(1))


@pytest.mark.parametrize(("name", "key"), PARTS)
def test_a_part_that_was_written_by_its_name_gets_its_key(
    database: str, engine: Engine, name: str, key: str
) -> None:
    at_revision(engine, "0002")
    hardware(engine, name, 1)
    with open_history(database) as history:
        found = history.states([A])[0].findings
    assert [one.part for one in found if one.control.startswith("hardware.")] == [key]


def test_a_finding_that_stood_in_two_languages_is_one_since_its_first_day(
    database: str, engine: Engine
) -> None:
    at_revision(engine, "0002")
    with engine.begin() as connection:
        connection.execute(text(str(NIGHT).replace("'old'", "'older'")), {"hosts": "[]"})
    hardware(engine, "disk sda, serial Z1D5", 1, ended=day(1))
    hardware(engine, "ổ đĩa sda, số sê-ri Z1D5", 1)
    hardware(engine, "disk sda, serial Z1D5", 2)
    again = found(control="hardware.disk.points", part=DISK)
    with open_history(database) as history:
        for number in (3, 4):
            history.remember(night(number, again, found()))
            (one,) = (each for each in history.states([A])[0].findings if each.part)
            assert (one.part, one.first, one.last) == (DISK, day(1), day(number))
    with engine.connect() as connection:
        counted = text("SELECT count(*) FROM findings WHERE part = :part")
        # The one that ended before is another story.
        assert connection.execute(counted, {"part": DISK}).scalar() == 2


def test_the_newest_schema_is_known_without_alembic() -> None:
    assert ScriptDirectory.from_config(migrating.config()).get_current_head() == schema.HEAD


def test_what_was_found_before_there_were_two_languages_is_told_in_both(
    database: str, engine: Engine
) -> None:
    at_revision(engine, "0003")
    hardware(engine, DISK, 1)
    with open_history(database) as history:
        told = []
        for language in LANGUAGES:
            with speaking(language):
                (one,) = (each for each in history.states([A])[0].findings if each.part)
                told.append((one.reason, one.remedy))
    assert told[0] == told[1]
    assert all(told[0])


def test_there_is_more_than_one_revision_to_come_from() -> None:
    assert len(REVISIONS) > 1


def test_the_file_is_copied_before_it_is_changed(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/history.sqlite"
    engine = create_engine(url)
    at_revision(engine, "0001")
    engine.dispose()
    open_history(url).close()
    assert backups(tmp_path) == ["history.sqlite.0001"]
    with closing(sqlite3.connect(tmp_path / "history.sqlite.0001")) as copy:
        assert copy.execute("SELECT run FROM nights").fetchall() == [("old",)]
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
    open_history(url).close()
    assert backups(tmp_path) == ["history.sqlite.0001"]


def test_without_a_copy_nothing_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/history.sqlite"
    engine = create_engine(url)
    at_revision(engine, "0001")

    def no_room(*_: object) -> None:
        raise HistoryRefused("no room for a copy")

    monkeypatch.setattr(migrating, "copy", no_room)
    with pytest.raises(HistoryRefused, match="no room for a copy"):
        open_history(url)
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "0001"
    engine.dispose()


def test_a_history_of_a_newer_program_is_refused(database: str, engine: Engine) -> None:
    open_history(database).close()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(HistoryRefused, match=r"newer Bền Vững \(schema 9999\): update this one"):
        open_history(database)


def test_a_database_of_another_program_is_left_alone(database: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE books (title TEXT)"))
    with pytest.raises(HistoryRefused, match="belongs to another program"):
        open_history(database)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT * FROM books")).all() == []


# --- files ----------------------------------------------------------------------------------------


def refused(url: str) -> str:
    """The one sentence with which it is refused."""
    with pytest.raises(HistoryRefused) as caught:
        open_history(url)
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    path.write_bytes(b"Kinh gui Uy ban nhan dan xa\n" * 100)
    assert "is no history" in refused(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"Kinh gui")


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    open_history(f"sqlite:///{path}").close()
    whole = path.read_bytes()
    path.write_bytes(whole[:100] + os.urandom(len(whole) - 100))
    assert "is damaged" in refused(f"sqlite:///{path}")


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "cannot be opened" in refused(f"sqlite:///{tmp_path}")


def test_a_file_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("x")
    assert str(tmp_path) in refused(f"sqlite:///{tmp_path}/var/history.sqlite")


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """Also for root: nobody writes into /proc."""
    assert "/proc/history.sqlite" in refused("sqlite:////proc/history.sqlite")
    if os.geteuid() != 0:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o500)
        assert "Permission denied" in refused(f"sqlite:///{closed}/history.sqlite")


def test_a_folder_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    open_history(f"sqlite:///{tmp_path}/var/new/history.sqlite").close()
    assert (tmp_path / "var" / "new" / "history.sqlite").is_file()


# --- URLs and servers -----------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "history.sqlite", "http://x", "://"])
def test_a_url_of_nothing_we_know_is_refused(url: str) -> None:
    sentence = refused(url)
    assert "BENVUNG_DATABASE names no database" in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///a?mode=ro"])
def test_a_history_is_a_file(url: str) -> None:
    assert "must be a file" in refused(url)


def test_the_variable_names_the_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENVUNG_DATABASE", f"sqlite:///{tmp_path}/named.sqlite")
    open_history().close()
    assert (tmp_path / "named.sqlite").is_file()


def test_without_the_variable_it_is_in_var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BENVUNG_DATABASE", raising=False)
    monkeypatch.setattr(opening, "FILE", tmp_path / "var" / "history.sqlite")
    open_history().close()
    assert (tmp_path / "var" / "history.sqlite").is_file()


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    sentence = refused(f"postgresql://u:sesame@127.0.0.1:{port}/d")
    assert "gives no answer" in sentence
    assert f"u:***@127.0.0.1:{port}/d" in sentence
    assert "sesame" not in sentence


def test_a_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    # libpq waits two seconds at least.
    monkeypatch.setattr(opening, "CONNECTING", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        assert "gives no answer" in refused(f"postgresql://u@127.0.0.1:{port}/d")


@pytest.mark.parametrize("url", ["postgresql://u@h/d?nonsense=1", "postgresql://u@h:port/d"])
def test_a_url_with_a_mistake_is_refused(url: str) -> None:
    assert "BENVUNG_DATABASE" in refused(url)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_database_that_is_not_there_is_refused(database: str) -> None:
    assert "does not let us in (database" in refused(database.replace("/history", "/nothing"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_user_who_may_not_write_is_refused(database: str, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS reader"))
        connection.execute(text(f"CREATE ROLE reader LOGIN PASSWORD '{engine.url.password}'"))
        connection.execute(text("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    assert "ask its administrator" in refused(database.replace("benvung:", "reader:"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_server_that_went_away_is_named(database: str, engine: Engine) -> None:
    with open_history(database) as history:
        with pytest.raises(HistoryRefused, match="gives no answer"):
            cut_off(history, engine)
        history.remember(night(1, found()))


def cut_off(history: History, engine: Engine) -> None:
    """Ask twice in one transaction, while the server ends the connection in between."""
    with history._writing() as session, engine.connect() as other:  # noqa: SLF001
        session.execute(text("SELECT 1"))
        other.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        session.execute(text("SELECT 1"))


def test_a_copy_of_a_history_can_be_put_in_its_place(tmp_path: Path) -> None:
    with open_history(f"sqlite:///{tmp_path}/history.sqlite") as history:
        history.remember(night(1, found()))
        kept = migrating.copy(tmp_path / "history.sqlite", "0002")
    shutil.copy(kept, tmp_path / "again.sqlite")
    with open_history(f"sqlite:///{tmp_path}/again.sqlite") as again:
        assert len(again.last_reports(A, 9)) == 1
