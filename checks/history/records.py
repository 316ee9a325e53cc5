"""What the history tells: frozen records, so that no caller holds a database open."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from checks.findings import Certainty, Severity, Status
from checks.report import Report


class Outcome(StrEnum):
    """What became of a run."""

    RUNNING = "running"  # it began, and never said that it ended
    FINISHED = "finished"


class Group(StrEnum):
    """How a workstation is counted: each in one group alone."""

    FINE = "fine"
    NEEDS = "needs"  # something of it fails
    UNTOLD = "untold"  # nothing fails as far as can be told: never counted as fine
    UNREACHED = "unreached"


@dataclass(frozen=True)
class Run:
    """A run as it is remembered.

    Attributes:
        run: what tells it from any other.
        began: when, in UTC.
        ended: when, in UTC; None while it runs, and for ever when it was cut.
        outcome: `running` or `finished`.
        hosts: the workstations asked.
        notice: what became of the notice, one sentence; "" where none was tried.
        told: whether a notice of it went out.
        gone: whether the process that ran it has ended; None where nobody can tell.
    """

    run: str
    began: datetime
    ended: datetime | None
    outcome: Outcome
    hosts: tuple[str, ...]
    notice: str
    told: bool
    gone: bool | None = None


@dataclass(frozen=True)
class Known:
    """A finding with its first and last day.

    Attributes:
        first: the day it was found first (Việt Nam).
        last: the last day it was seen.
        seen: whether the newest look at its workstation saw it; False where that could not tell.
        ended: the day it was found mended; None while it stands.
        waived_until: the last day of its waiver.
        others: as in `checks.findings.Finding`.
    """

    host: str
    control: str
    part: str
    status: Status
    severity: Severity
    certainty: Certainty
    reason: str
    remedy: str
    first: date
    last: date
    seen: bool = True
    ended: date | None = None
    waived_until: date | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same finding as last night's."""
        return (self.host, self.control, self.part)


@dataclass(frozen=True)
class Changes:
    """What a notice tells.

    Attributes:
        new: failing now, and not at the last notice.
        grave: grave, failing, and told before.
        mended: failing at the last notice, and no longer.
        silent: PCs that are not reached now, and were at the last notice.
    """

    new: tuple[Known, ...] = ()
    grave: tuple[Known, ...] = ()
    mended: tuple[Known, ...] = ()
    silent: tuple[Known, ...] = ()


@dataclass(frozen=True)
class HostState:
    """One workstation as it is known now.

    Attributes:
        findings: what stands: failing, waived, unknown, unreachable; the worst first.
        last_report: the date of its newest report, in UTC; None where there never was one.
    """

    host: str
    findings: tuple[Known, ...] = ()
    last_report: datetime | None = None

    @property
    def reached(self) -> bool:
        """Whether the newest look at it reached it."""
        unreachable = any(one.status is Status.UNREACHABLE for one in self.findings)
        return not unreachable and bool(self.findings or self.last_report)

    @property
    def group(self) -> Group:
        """How it is counted."""
        if not self.reached:
            return Group.UNREACHED
        if self.failing:
            return Group.NEEDS
        return Group.UNTOLD if self.unknown else Group.FINE

    @property
    def failing(self) -> tuple[Known, ...]:
        """What needs somebody."""
        return tuple(one for one in self.findings if one.status is Status.FAIL)

    @property
    def unknown(self) -> tuple[Known, ...]:
        """What nobody can tell."""
        return tuple(one for one in self.findings if one.status is Status.UNKNOWN)

    @property
    def waived(self) -> tuple[Known, ...]:
        """What somebody has decided to live with."""
        return tuple(one for one in self.findings if one.status is Status.WAIVED)


@dataclass(frozen=True)
class KeptReport:
    """A report with its dates.

    Attributes:
        report: as the PC made it.
        received_at: when it came here, in UTC.
        dated_at: when it was made, in UTC; when it came, where the PC's clock is wrong.
    """

    report: Report
    received_at: datetime
    dated_at: datetime

    @property
    def clock_wrong(self) -> bool:
        """Whether the PC's own date was not believed."""
        return self.dated_at != self.report.at
