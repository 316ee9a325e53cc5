"""The schema's version: as this program knows it, or brought there, or refused."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine import URL

MIGRATIONS = Path(__file__).parent / "migrations"
# The newest: the files' names begin with the revision, as s0003_part_keys.py does with 0003.
HEAD = max(path.name[1:5] for path in (MIGRATIONS / "versions").glob("s[0-9]*.py"))
TABLE = "alembic_version"
REVISION = text(f"SELECT version_num FROM {TABLE}")  # noqa: S608 - a name of ours


def bring_up_to_date(reading: Engine, writing: Engine, url: URL) -> None:
    """Make the tables, or change them to what this program knows, in one transaction.

    Args:
        reading: an engine on the database.
        writing: the same for one writer at a time.
        url: of the database, for the sentences and the copy.

    Raises:
        HistoryRefused: it is of a newer program, or of another one.
    """
    with reading.connect() as connection:
        if revision_of(connection) == HEAD:
            return
    with writing.begin() as connection:
        # Asked again: another process may just have done it.
        revision = revision_of(connection)
        if revision != HEAD:
            # Alembic is slow to import, and nearly every night needs nothing of it.
            from checks.history.migrating import migrate  # noqa: PLC0415

            migrate(connection, revision, url)


def revision_of(connection: Connection) -> str | None:
    """The schema's version; None where there is none of ours."""
    if not inspect(connection).has_table(TABLE):
        return None
    return connection.execute(REVISION).scalar()
