"""Old reports thin out: all, then the last of each day, then the last of each week.

Findings stay for ever: they are few, and the yearly report and the papers of a PC rest on them.
"""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from checks.history.tables import ReportRow

# Days during which every report is kept: what a visit in the next weeks wants to read.
ALL_FOR = 14
# Days until which one a day is kept. Older ones serve growth over hundreds of running hours, for
# which one a week is enough (docs/decisions/0009-disk-rules.md looks back 90 days of running).
DAILY_FOR = 92


def thin(session: Session, today: date) -> int:
    """Take out what is no longer kept; the newest report of a workstation always stays.

    Args:
        session: open, and the only one that writes.
        today: the day to count from.

    Returns:
        How many reports were taken out.
    """
    daily, weekly = today - timedelta(days=ALL_FOR), today - timedelta(days=DAILY_FOR)
    between = (ReportRow.day < daily) & (ReportRow.day >= weekly)
    days = _but_last(session, ReportRow.day, between)
    return days + _but_last(session, ReportRow.week, ReportRow.day < weekly)


def _but_last(
    session: Session,
    span: InstrumentedAttribute[date] | InstrumentedAttribute[int],
    among: ColumnElement[bool],
) -> int:
    """Delete all but the last report of each span; of two of one moment the later row."""
    newest_first = (ReportRow.dated_at.desc(), ReportRow.made_at.desc(), ReportRow.id.desc())
    place = func.row_number().over(partition_by=(ReportRow.host, span), order_by=newest_first)
    placed = select(ReportRow.id, place.label("place")).where(among).subquery()
    doomed = select(placed.c.id).where(placed.c.place > 1)
    gone = session.execute(
        delete(ReportRow).where(ReportRow.id.in_(doomed)).returning(ReportRow.id)
    )
    return len(gone.all())
