"""What a rule is, and the looks back into a PC's earlier reports that all of them share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from checks.hardware.findings import Certainty, Finding, Verdict
from checks.report import Missing, Report
from inventory.words import _

T = TypeVar("T")
# How far back a rule looks where it says nothing else; the probe's own windows end there too.
MONTH = timedelta(days=30)
# What a report says of the kernel's complaints covers so much (checks/probe).
KERNEL_WINDOW = timedelta(days=2)
# Seconds by which a clock may be put right between two reports of one start.
SAME_START_S = 120


@dataclass(frozen=True)
class Rule:
    """A rule about one part of a PC.

    Attributes:
        id: `<kind of part>.<words>`, the same in waivers, history and handbook.
        says: the sentence, with places for the numbers.
        source: where the rule or its number comes from.
    """

    id: str
    certainty: Certainty
    verdict: Verdict
    says: str
    source: str


def found(rule: Rule, part: str, **numbers: object) -> Finding:
    """A finding on a part.

    Args:
        rule: what was found.
        part: the part's key (checks/hardware/parts.py).
        numbers: what the rule's sentence has places for.
    """
    says = _(rule.says).format(**numbers).strip()
    return Finding(rule.id, part, rule.certainty, rule.verdict, says, rule.source)


def unanswered(rule: Rule, part: str, missing: Missing) -> Finding:
    """A finding that nobody can tell, because the PC could not say."""
    why = _("The PC could not say: {why}.").format(why=missing.why.rstrip("."))
    return found(rule, part, why=why)


def recent(reports: Sequence[Report], back: timedelta = MONTH) -> Sequence[Report]:
    """The reports of the last while.

    One that is dated after the newest stays: a clock has been wrong, not the order.

    Args:
        reports: the newest last.
        back: how far back from the newest.
    """
    return [each for each in reports if each.at >= reports[-1].at - back]


def having(
    reports: Sequence[Report], part: Callable[[Report], T | Missing]
) -> Iterator[tuple[Report, T]]:
    """The reports in which a part could be asked, with the part."""
    for report in reports:
        value = part(report)
        if not isinstance(value, Missing):
            yield report, value


def times(moments: Sequence[datetime], apart: timedelta) -> int:
    """How many of the moments lie at least so far apart, counted from the last one back.

    Two reports of one afternoon tell the same story; two of different days do not.
    """
    counted: list[datetime] = []
    for moment in reversed(moments):
        if all(abs(moment - other) >= apart for other in counted):
            counted.append(moment)
    return len(counted)


def same_start(one: Report, other: Report) -> bool:
    """Whether two reports were made within one start of the PC; False where they do not say."""
    if isinstance(one.system, Missing) or isinstance(other.system, Missing):
        return False
    between = (other.at - one.at).total_seconds()
    ran = other.system.uptime_s - one.system.uptime_s
    return abs(between - ran) <= SAME_START_S
