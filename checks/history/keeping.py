"""Reports go in: each once, with the date to go by."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from checks.days import day_of
from checks.history.dates import Dates, dates
from checks.history.documents import digest, written
from checks.history.night import Night, Visit
from checks.history.tables import ReportRow
from checks.report import Report


def keep(session: Session, night: Night, night_id: int) -> None:
    """Write the reports that are not known yet.

    Args:
        session: open, and the only one that writes.
        night: what came.
        night_id: the run's row.
    """
    rows = [row | {"night_id": night_id} for visit in night.visits for row in _rows(visit, night)]
    if rows:
        session.execute(_insert(session), rows)


def _rows(visit: Visit, night: Night) -> Iterator[dict[str, Any]]:
    for report in visit.kept:
        yield _row(visit.host, report, dates(report.at, night.ended))
    if visit.fresh:
        yield _row(visit.host, visit.fresh, dates(visit.fresh.at, night.ended, night.began))


def _row(host: str, report: Report, when: Dates) -> dict[str, Any]:
    body = written(report)
    mark = digest(body)
    day = day_of(when.dated)
    return {
        "host": host,
        "made_at": when.made,
        "received_at": when.received,
        "dated_at": when.dated,
        "day": day,
        "week": day.toordinal() // 7,
        "stamp": mark if when.clock_wrong else "",
        "digest": mark,
        "body": body,
    }


def _insert(session: Session) -> Insert:
    # The same words in both dialects, and no common name for them in SQLAlchemy. Most desks have
    # SQLite and need not load the other.
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(ReportRow).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415

    return postgresql.insert(ReportRow).on_conflict_do_nothing()
