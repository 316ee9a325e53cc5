"""Questions to the history; every answer is a frozen record."""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from checks.findings import Severity, Status
from checks.history import documents
from checks.history.records import Changes, HostState, KeptReport, Known, Outcome, Run
from checks.history.tables import FindingRow, NightRow, ReportRow
from inventory.words import language

# Names in one question: SQLite takes 32,766, PostgreSQL 65,535.
AT_ONCE = 1000
_STATUS = (Status.FAIL, Status.UNREACHABLE, Status.UNKNOWN, Status.WAIVED)
_SEVERITY = tuple(Severity)


def in_pieces(names: Collection[str]) -> Iterator[list[str]]:
    """Names in pieces that fit into one question."""
    ordered = list(names)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]


def standing(session: Session, hosts: Collection[str]) -> list[FindingRow]:
    """The findings of some workstations that have not ended."""
    rows: list[FindingRow] = []
    for names in in_pieces(hosts):
        asked = select(FindingRow).where(FindingRow.ended.is_(None), FindingRow.host.in_(names))
        rows += session.scalars(asked)
    return rows


def newest(session: Session) -> dict[str, datetime]:
    """When each workstation's newest report was made, by its own clock, never later than now."""
    # A clock that ran ahead and was set back must not hide the reports made since.
    ahead = ReportRow.made_at > ReportRow.received_at
    made = func.max(case((ahead, ReportRow.received_at), else_=ReportRow.made_at))
    asked = select(ReportRow.host, made).group_by(ReportRow.host)
    return {host: when for host, when in session.execute(asked).tuples() if when}


def last_dated(session: Session) -> dict[str, datetime]:
    """The date of each workstation's newest report."""
    asked = select(ReportRow.host, func.max(ReportRow.dated_at)).group_by(ReportRow.host)
    return {host: when for host, when in session.execute(asked).tuples() if when}


def reports(
    session: Session, asked: Select[ReportRow], only: tuple[str, ...] | None = None
) -> list[KeptReport]:
    """The reports a question finds; one that this program can no longer read is passed over."""
    return [
        KeptReport(report, row.received_at, row.dated_at)
        for row in session.scalars(asked)
        if (report := documents.read(row.body, only)) is not None
    ]


def last_night(session: Session) -> NightRow | None:
    """The run that was begun last."""
    return session.scalars(select(NightRow).order_by(NightRow.id.desc()).limit(1)).first()


def run(row: NightRow) -> Run:
    """A run as a record."""
    return Run(
        row.run, row.began, row.ended, row.outcome, tuple(json.loads(row.hosts)), row.notice,
        row.told,
    )  # fmt: skip


def changes(session: Session, today: date, hosts: Collection[str] | None) -> Changes:
    """What became new, stands gravely, or was mended since the last notice before today.

    Where no notice ever went out, since the last run before today. By the order of the runs, not
    by their dates: the desk's own clock may have been wrong.
    """
    before = _before(session, today)
    stands = _known(session, FindingRow.ended.is_(None), hosts)
    open_ = [(row, known) for row, known in stands if row.status is Status.FAIL]
    new = [known for row, known in open_ if row.turned_night_id > before]
    grave = [
        known
        for row, known in open_
        if row.turned_night_id <= before and row.severity is Severity.GRAVE
    ]
    again = {known.key for _row, known in open_}
    mended = [
        known
        for row, known in _known(session, FindingRow.ended_night_id > before, hosts)
        if not row.blind and row.first_night_id <= before and known.key not in again
    ]
    silent = [
        known
        for row, known in stands
        if row.status is Status.UNREACHABLE and row.turned_night_id > before
    ]
    return Changes(tuple(new), tuple(grave), tuple(mended), tuple(silent))


def _before(session: Session, today: date) -> int:
    """The run to compare with; 0 where there is none."""
    asked = select(func.max(NightRow.id)).where(
        NightRow.outcome == Outcome.FINISHED, NightRow.day != today
    )
    return session.scalar(asked.where(NightRow.told)) or session.scalar(asked) or 0


def _known(
    session: Session, condition: object, hosts: Collection[str] | None
) -> list[tuple[FindingRow, Known]]:
    """Findings, the worst first."""
    rows = session.scalars(select(FindingRow).where(condition))  # type: ignore[arg-type]
    wanted = None if hosts is None else set(hosts)
    pairs = [(row, known(row)) for row in rows if wanted is None or row.host in wanted]
    return sorted(pairs, key=lambda pair: (*_worst_first(pair[1]), *pair[1].key))


def known(row: FindingRow) -> Known:
    """A finding as a record, in the language wanted."""
    vietnamese = language() == "vi"
    return Known(
        host=row.host,
        control=row.control,
        part=row.part,
        status=row.status,
        severity=row.severity,
        certainty=row.certainty,
        reason=row.reason_vi if vietnamese else row.reason,
        remedy=row.remedy_vi if vietnamese else row.remedy,
        first=row.first,
        last=row.last,
        seen=row.seen,
        ended=row.ended,
        waived_until=row.waived_until,
    )


def _worst_first(one: Known) -> tuple[int, int, date]:
    return (_STATUS.index(one.status), _SEVERITY.index(one.severity), one.first)


def states(session: Session, hosts: Sequence[str]) -> list[HostState]:
    """How some workstations are now, in the order given."""
    by_host: dict[str, list[Known]] = {}
    for row in standing(session, hosts):
        by_host.setdefault(row.host, []).append(known(row))
    dated = last_dated(session)
    return [
        HostState(
            host,
            tuple(sorted(by_host.get(host, ()), key=_worst_first)),
            dated.get(host),
        )
        for host in hosts
    ]
