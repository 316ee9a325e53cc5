"""Bring another schema to this program's, by Alembic; or refuse it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import URL

from checks.history.refusals import HistoryRefused, where
from checks.history.schema import MIGRATIONS
from inventory.words import _


def config() -> Config:
    """Alembic's settings; there is no alembic.ini to keep."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings


def migrate(connection: Connection, revision: str | None, url: URL) -> None:
    """Make the tables, or change them to what this program knows, in the caller's transaction.

    Args:
        connection: of the one writer.
        revision: the schema as it is; None for none.
        url: of the database, for the sentences and the copy.

    Raises:
        HistoryRefused: it is of a newer program, or of another one.
    """
    _judge(connection, revision, ScriptDirectory.from_config(config()), url)
    if revision and url.get_backend_name() == "sqlite":
        copy(Path(url.database or ""), revision)
    settings = config()
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")


def _judge(
    connection: Connection, revision: str | None, scripts: ScriptDirectory, url: URL
) -> None:
    if revision is None and inspect(connection).get_table_names():
        raise HistoryRefused(
            _("{where} belongs to another program: name another one.").format(where=where(url))
        )
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise HistoryRefused(
            _(
                "{where} was written by a newer Bền Vững (schema {revision}): update this one "
                "(git pull, make setup)."
            ).format(where=where(url), revision=revision)
        )


def copy(path: Path, revision: str) -> Path:
    """A copy of the database as it was, beside it; whole, or not there at all.

    Args:
        path: the database, which nobody writes now.
        revision: its schema.
    """
    target = path.with_name(f"{path.name}.{revision}")
    half = target.with_name(f"{target.name}.part")
    half.unlink(missing_ok=True)
    os.close(os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(sqlite3.connect(path)) as old, closing(sqlite3.connect(half)) as new:
            old.backup(new)
        half.replace(target)
    except sqlite3.Error as error:
        half.unlink(missing_ok=True)
        raise HistoryRefused(
            _("No copy of {path} could be made before changing it ({why}): make room.").format(
                path=path, why=error
            )
        ) from None
    return target
