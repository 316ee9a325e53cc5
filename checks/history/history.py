"""The history: what every night found, and since when."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Self

from sqlalchemy import Engine, select
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from checks.history import alive, asking, thinning
from checks.history.documents import in_utc
from checks.history.keeping import keep
from checks.history.merging import Tonight, merge
from checks.history.night import Night, Visit
from checks.history.opening import opened, writing
from checks.history.records import Changes, HostState, KeptReport, Outcome, Run
from checks.history.refusals import answered
from checks.history.tables import NightRow, ReportRow
from checks.report import Report


def open_history(url: str | None = None) -> "History":
    """Open the history; make it, or bring it to this program's schema, where that is needed.

    Args:
        url: of the database; None for `BENVUNG_DATABASE`, or else `var/history.sqlite`.

    Raises:
        HistoryRefused: it cannot be opened, is no history, or of a newer program; one sentence.
    """
    return History(*opened(url))


class History:
    """What every night found. Close it, or use it in `with`.

    Every method may raise `HistoryRefused`, whose message says what to do.
    """

    def __init__(self, url: URL, engine: Engine) -> None:
        """Made by `open_history`."""
        self._url = url
        self._engine = engine

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with answered(self._url), Session(self._engine) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """One transaction, alone among all that write: all of it is kept, or nothing."""
        with answered(self._url), Session(writing(self._engine)) as session, session.begin():
            yield session

    # --- writing ----------------------------------------------------------------------------------

    def begin(self, night: Night) -> None:
        """Write down that a run begins, so that one that is cut is known to have been cut.

        Args:
            night: its `run`, `began` and `hosts` are written.
        """
        with self._writing() as session:
            if _night(session, night.run) is None:
                session.add(_begun(night))

    def remember(self, night: Night) -> None:
        """Remember a whole run in one transaction; a run remembered already changes nothing.

        Args:
            night: what came of it.
        """
        with self._writing() as session:
            row = _night(session, night.run)
            if row is None:
                row = _begun(night)
                session.add(row)
            if row.outcome is Outcome.FINISHED:
                return
            session.flush()
            keep(session, night, row.id)
            visits = _asked(night, _overtaken(session, night))
            rows = asking.standing(session, [visit.host for visit in visits])
            session.add_all(merge(visits, rows, Tonight(row.id, night)))
            row.ended, row.outcome = in_utc(night.ended), Outcome.FINISHED

    def noticed(self, run: str, sentence: str, *, told: bool) -> None:
        """Write down what became of a run's notice.

        Args:
            run: the run.
            sentence: what became of it.
            told: whether it went out. What was not told is told with the next one.
        """
        with self._writing() as session:
            row = _night(session, run)
            if row is not None:
                row.notice, row.told = sentence, told

    def thin(self, today: date) -> int:
        """Take out old reports (checks/history/thinning.py says which); to be called each night.

        Args:
            today: the day to count from.

        Returns:
            How many were taken out.
        """
        with self._writing() as session:
            return thinning.thin(session, today)

    # --- asking -----------------------------------------------------------------------------------

    def since(self) -> Mapping[str, datetime]:
        """When each workstation's newest known report was made, in UTC, as its clock says."""
        with self._reading() as session:
            return asking.newest(session)

    def last_reports(self, host: str, n: int) -> list[KeptReport]:
        """The newest reports of a workstation, the newest first.

        Args:
            host: its name.
            n: how many at most.
        """
        newest_first = (ReportRow.dated_at.desc(), ReportRow.made_at.desc(), ReportRow.id.desc())
        asked = select(ReportRow).where(ReportRow.host == host).order_by(*newest_first).limit(n)
        with self._reading() as session:
            return asking.reports(session, asked)

    def disk_readings(self, host: str, days: int, now: datetime) -> list[Report]:
        """Earlier reports for rules about growth, the oldest first; only their disks are read.

        Args:
            host: the workstation.
            days: how far to look back.
            now: from when, with a time zone; a report of this very moment is left out.
        """
        first = now - timedelta(days=days)
        asked = (
            select(ReportRow)
            .where(ReportRow.host == host, ReportRow.dated_at >= first, ReportRow.dated_at < now)
            .order_by(ReportRow.dated_at, ReportRow.made_at, ReportRow.id)
        )
        with self._reading() as session:
            return [kept.report for kept in asking.reports(session, asked, only=("disks",))]

    def changes(self, today: date, hosts: Collection[str] | None = None) -> Changes:
        """What is new, still grave, or mended since the last notice before today.

        Where no notice ever went out, since the last run before today.

        Args:
            today: the day the notice is for.
            hosts: the workstations that still count; None for all ever seen.
        """
        with self._reading() as session:
            return asking.changes(session, today, hosts)

    def states(self, hosts: Sequence[str]) -> list[HostState]:
        """How workstations are now, as far as the history knows, in the order given.

        Args:
            hosts: their names, as the inventory has them now.
        """
        with self._reading() as session:
            return asking.states(session, hosts)

    def last_run(self) -> Run | None:
        """The run that was begun last, finished or not; None where there never was one."""
        with self._reading() as session:
            row = asking.last_night(session)
            return asking.run(row) if row else None

    def untold(self) -> list[Run]:
        """The runs over every PC since the last notice, that one's own first, in their order.

        Where no notice ever went out, since the last run that finished.
        """
        with self._reading() as session:
            return asking.untold(session)


def _night(session: Session, run: str) -> NightRow | None:
    return session.scalars(select(NightRow).where(NightRow.run == run)).first()


def _begun(night: Night) -> NightRow:
    return NightRow(
        run=night.run,
        began=in_utc(night.began),
        day=night.day,
        outcome=Outcome.RUNNING,
        hosts=json.dumps(night.hosts),
        notice="",
        told=False,
        process=alive.me(),
        whole=night.whole,
    )


def _overtaken(session: Session, night: Night) -> set[str]:
    """Workstations that a run which began during this one has looked at and remembered."""
    asked = select(NightRow.hosts).where(
        NightRow.outcome == Outcome.FINISHED,
        NightRow.began > in_utc(night.began),
        NightRow.began <= in_utc(night.ended),
    )
    return {host for hosts in session.scalars(asked) for host in json.loads(hosts)}


def _asked(night: Night, overtaken: set[str]) -> list[Visit]:
    """A visit for each workstation asked whose findings this run is to change."""
    came = {visit.host: visit for visit in night.visits}
    visits = (came.get(host, Visit(host)) for host in night.hosts if host not in overtaken)
    return [
        replace(visit, findings=tuple(one for one in visit.findings if one.host == visit.host))
        for visit in visits
    ]
