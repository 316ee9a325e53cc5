"""Find the database, open it as it must be opened, and bring it to this program's schema."""

import os
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from checks.history.refusals import PATIENCE, HistoryRefused, answered
from checks.history.schema import bring_up_to_date
from inventory.loader import ROOT
from inventory.words import _

VARIABLE = "BENVUNG_DATABASE"
FILE = ROOT / "var" / "history.sqlite"
# Seconds for a server to take a connection, and for bytes of ours to be acknowledged.
CONNECTING = 10
# One lock for all that write: any number, as long as it stays the same (ASCII of "benvung").
WRITERS = 0x62656E76756E67
_WRITES = "benvung_writes"


def opened(given: str | None) -> tuple[URL, Engine]:
    """An engine on the history's database, with this program's schema.

    Args:
        given: a URL; None for that of BENVUNG_DATABASE, or else `var/history.sqlite`.

    Raises:
        HistoryRefused: it cannot be opened, is no history, or of a newer program.
    """
    url = address(given)
    with answered(url):
        if url.get_backend_name() == "sqlite":
            _make_file(Path(url.database or ""))
        engine = _engine(url)
        try:
            bring_up_to_date(engine, writing(engine), url)
        except BaseException:
            engine.dispose()
            raise
    return url, engine


def address(given: str | None) -> URL:
    """The URL of the database.

    Raises:
        HistoryRefused: it is no URL of SQLite or PostgreSQL.
    """
    said = given or os.environ.get(VARIABLE, "").strip() or f"sqlite:///{FILE}"
    try:
        url = make_url(said)
    except (ArgumentError, ValueError):
        url = None
    kind = url.get_backend_name() if url else ""
    if url is None or kind not in {"sqlite", "postgresql", "postgres"}:
        raise HistoryRefused(
            _(
                "{variable} names no database: write sqlite:///path/of/a/file or "
                "postgresql://user@server/database."
            ).format(variable=VARIABLE)
        )
    if kind == "sqlite":
        return _file_url(url)
    return url.set(drivername="postgresql+psycopg")


def _file_url(url: URL) -> URL:
    # A history in memory would be no history.
    if not url.database or url.database == ":memory:" or url.query:
        raise HistoryRefused(_("The history must be a file: write sqlite:///path/of/a/file."))
    return url.set(drivername="sqlite+pysqlite", database=str(Path(url.database).absolute()))


def _make_file(path: Path) -> None:
    """The file, for its owner alone: it tells which PC has which hole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Never opened where it exists: closing it would take SQLite's locks off it (POSIX).
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def writing(engine: Engine) -> Engine:
    """The same engine for transactions that write: one at a time, over all processes."""
    return engine.execution_options(**{_WRITES: True})


def _engine(url: URL) -> Engine:
    sqlite = url.get_backend_name() == "sqlite"
    try:
        engine = create_engine(url, connect_args=_patience(sqlite), pool_pre_ping=not sqlite)
    except (ArgumentError, NoSuchModuleError, TypeError, ValueError):
        raise HistoryRefused(
            _("{variable} has a part no server knows: correct it.").format(variable=VARIABLE)
        ) from None
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _patience(sqlite: bool) -> dict[str, Any]:
    if sqlite:
        return {"timeout": PATIENCE}
    return {
        "connect_timeout": CONNECTING,
        "tcp_user_timeout": CONNECTING * 1000,
        "options": f"-c lock_timeout={PATIENCE}s -c statement_timeout={PATIENCE * 10}s",
    }


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Settings of a connection; SQLite keeps none of them but the journal."""
    connection.isolation_level = None  # transactions begin where we say so
    _write_ahead(connection)
    for setting in (
        f"busy_timeout = {PATIENCE * 1000}",
        # Every commit is on the disk before the next step: the mains fails.
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {setting}").close()


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead log. While two make a new file, SQLite refuses one without waiting."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    # A transaction that reads first and writes later could not wait for another; this one can.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
