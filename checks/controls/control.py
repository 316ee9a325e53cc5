"""What a control is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from checks.findings import Certainty, Severity, Status
from checks.report import Missing, Report
from inventory.records import Workstation
from inventory.words import _


@dataclass(frozen=True)
class Verdict:
    """How a control came out: the status, and a sentence with the evidence."""

    status: Status
    reason: str = ""
    certainty: Certainty = Certainty.CERTAIN
    part: str = ""


@dataclass(frozen=True)
class Look:
    """What a control looks at.

    Attributes:
        declared: the workstation in the inventory; `declared.variables` holds what is declared.
        report: what it says of itself.
        now: when it was asked, in UTC.
    """

    declared: Workstation
    report: Report
    now: datetime


Judge = Callable[[Look], Verdict]


@dataclass(frozen=True)
class Control:
    """One compliance rule.

    Attributes:
        id: `<aspect>.<words>`, the same in waivers, history and handbook.
        severity: how much it matters.
        title: what is true when it is ok, one sentence.
        reason: why it matters to a reading room, one sentence.
        remedy: what to do, one sentence.
        judge: looks, and says.
    """

    id: str
    severity: Severity
    title: str
    reason: str
    remedy: str
    judge: Judge

    @property
    def aspect(self) -> str:
        """The aspect it belongs to."""
        return self.id.split(".", 1)[0]


OK = Verdict(Status.OK)


def fail(reason: str) -> Verdict:
    """It is not so, and the evidence."""
    return Verdict(Status.FAIL, reason)


def unknown(why: str | Missing) -> Verdict:
    """Nobody can tell, and why."""
    if isinstance(why, Missing):
        why = _("The PC could not say: {why}.").format(why=why.why.rstrip("."))
    return Verdict(Status.UNKNOWN, why, Certainty.UNKNOWN)
