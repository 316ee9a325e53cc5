"""What goes wrong with a database, as one sentence that says what to do."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from inventory.words import _, mark


class HistoryRefused(Exception):  # noqa: N818 - it names what happened
    """The history cannot be used; the message says why, and what to do."""


_FULL = mark(
    "{where}: there is no room left, so this was not remembered; earlier nights are kept. "
    "Make room and check again."
)
_NOT_WRITTEN = mark(
    "{where} could not be written, so this was not remembered; earlier nights are kept. Is there "
    "room left, and is the disk sound?"
)
_LOCKED = mark(
    "{where}: another program is writing into it, and did not finish in {seconds} s: try again."
)
_DAMAGED = mark(
    "{where} is damaged: move it away, with its -wal and -shm files, and put your last copy in "
    "its place."
)
_READ_ONLY = mark("{where} cannot be written: whose are the file and its folder?")
_NOT_OPENED = mark("{where} cannot be opened: is it a file of yours, in a folder of yours?")
_NO_DATABASE = mark("{where} is no history: move it away, and a new one is begun.")
_UNKNOWN = mark("{where} gave an error: {why}.")

_SQLITE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": _NOT_WRITTEN,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_NOTADB": _NO_DATABASE,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _NOT_OPENED,
}

_NO_ANSWER = mark(
    "{where} gives no answer ({why}): does the server run, and is BENVUNG_DATABASE right?"
)
_NOT_LET_IN = mark(
    "{where} does not let us in ({why}): correct BENVUNG_DATABASE, or ask its administrator."
)
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "42501": mark("{where} does not allow this: ask its administrator for the right to write."),
    "25006": mark("{where} is read-only: ask its administrator."),
    "53100": _FULL,
    "55P03": _LOCKED,
    "57014": _LOCKED,
}
# How a server begins to say why it takes no connection.
_REFUSED = "FATAL:"
# Seconds to wait for another run that is writing.
PATIENCE = 30


@contextmanager
def answered(url: URL) -> Iterator[None]:
    """Turn a database's error into one sentence.

    Raises:
        HistoryRefused: the database cannot be used.
    """
    try:
        yield
    except DBAPIError as error:
        raise HistoryRefused(_sentence(error.orig or error, url)) from None
    except OSError as error:
        why = error.strerror or str(error)
        raise HistoryRefused(_(_UNKNOWN).format(where=where(url), why=why)) from None


def where(url: URL) -> str:
    """The database as a person knows it: the file, or the server without the password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def _sentence(error: BaseException, url: URL) -> str:
    if isinstance(error, sqlite3.Error):
        template = _of_sqlite(getattr(error, "sqlite_errorname", ""))
    else:
        template = _of_postgresql(getattr(error, "sqlstate", None), str(error))
    why = _first_line(str(error), url)
    return _(template).format(where=where(url), why=why, seconds=PATIENCE)


def _of_sqlite(name: str) -> str:
    # An extended name (SQLITE_READONLY_DIRECTORY) is answered as its family.
    family = "_".join(name.split("_")[:2])
    return _SQLITE.get(name) or _SQLITE.get(family) or _UNKNOWN


def _of_postgresql(state: str | None, said: str) -> str:
    # A connection that was not made has no state: the server refused it, or is not there.
    if state is None and _REFUSED in said:
        return _NOT_LET_IN
    # Classes 08 and 57P: it went away.
    if state is None or state.startswith(("08", "57P")):
        return _NO_ANSWER
    return _POSTGRESQL.get(state, _UNKNOWN)


def _first_line(said: str, url: URL) -> str:
    line = (said.rpartition(_REFUSED)[2].strip().splitlines() or [""])[0]
    if url.password:
        line = line.replace(str(url.password), "***")
    return re.sub(r"[.\s]+$", "", line)[:160]
