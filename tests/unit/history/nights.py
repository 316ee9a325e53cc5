"""Nights as short as a test can say them."""

from datetime import UTC, date, datetime, timedelta

from checks.findings import Certainty, Finding, Severity, Status, Waiver
from checks.history import Night, Visit
from checks.report import Report

# Five in the morning in Việt Nam.
FIRST = datetime(2026, 3, 1, 22, tzinfo=UTC)
A, B = "thapmuoi-01", "thanhmy-02"
DISK = "disk sda Z1D5"


def at(night: int) -> datetime:
    """When a night began: night 1 on 2 March 2026, as Việt Nam counts days."""
    return FIRST + timedelta(days=night - 1)


def day(night: int) -> date:
    """Its day in Việt Nam."""
    return date(2026, 3, 1) + timedelta(days=night)


def found(
    status: Status = Status.FAIL,
    control: str = "updates.security-pending",
    host: str = A,
    part: str = "",
    severity: Severity = Severity.NORMAL,
) -> Finding:
    """A finding; its sentences name its status."""
    waiver = Waiver(control, host, "why", "who", day(9)) if status is Status.WAIVED else None
    return Finding(
        host, control, status, severity, f"it is {status}", "mend it", Certainty.LIKELY, part,
        waiver,
    )  # fmt: skip


def ok(control: str = "updates.security-pending", host: str = A, part: str = "") -> Finding:
    """A control that came out well."""
    return Finding(host, control, Status.OK, Severity.NORMAL, part=part)


def unreachable(host: str = A) -> Finding:
    """The one finding about a PC that does not answer."""
    return found(Status.UNREACHABLE, "health.reachable", host)


def report(host: str = A, when: datetime = FIRST, **parts: object) -> Report:
    """A report with nothing in it but what is given."""
    return Report.model_validate({"host": host, "at": when, **parts})


def night(number: int, *findings: Finding, hosts: tuple[str, ...] = (A,), run: str = "") -> Night:
    """A night with these findings and a report of each PC that was reached."""
    began = at(number)
    visits = []
    for host in hosts:
        about = tuple(one for one in findings if one.host == host)
        gone = any(one.status is Status.UNREACHABLE for one in about)
        visits.append(Visit(host, about, None if gone else report(host, began)))
    ended = began + timedelta(minutes=2)
    return Night(began, ended, hosts, tuple(visits), run or f"night-{number}")
