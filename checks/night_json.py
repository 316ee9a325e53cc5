"""A night as JSON (`--json`): one shape, which only ever gains keys.

A key is never renamed, and what a word means never changes; where that cannot be, `format` gets
another number. Days are Việt Nam's (`YYYY-MM-DD`), moments UTC (ISO 8601). Null is "nobody knows".
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from checks.findings import Certainty, Severity, Status
from checks.history import Changes, Group, HostState, Known, Outcome, Run


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FindingDocument(_Document):
    """A finding.

    Attributes:
        host, control, part: what makes it the same finding as last night's, in every language.
        status: fail, waived, unknown or unreachable; what is ok is not listed.
        severity: grave, normal or minor.
        certainty: certain, likely, possible or unknown.
        reason, remedy: sentences in the language of the person at the desk.
        first, last: the first and the last day it was seen.
        seen: whether the newest look at the PC saw it.
        ended: the day it was found mended.
        waived_until: the last day of its waiver.
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
    seen: bool
    ended: date | None
    waived_until: date | None


class HostDocument(_Document):
    """A PC.

    Attributes:
        host: its name.
        group: fine, needs, untold (fine as far as can be told) or unreached.
        last_report: the date of its newest report.
        findings: what stands, the worst first.
    """

    host: str
    group: Group
    last_report: datetime | None
    findings: list[FindingDocument]


class ChangesDocument(_Document):
    """What a notice tells: new, mended, gone silent since the last one, and what is still grave."""

    new: list[FindingDocument]
    grave: list[FindingDocument]
    mended: list[FindingDocument]
    silent: list[FindingDocument]


class RunDocument(_Document):
    """A run.

    Attributes:
        run: what tells it from any other.
        began, ended: its moments.
        outcome: running or finished.
        hosts: the PCs asked.
        notice: what became of its notice.
        told: whether the notice went out.
    """

    run: str
    began: datetime
    ended: datetime | None
    outcome: Outcome
    hosts: list[str]
    notice: str
    told: bool


class NightDocument(_Document):
    """A whole night.

    Attributes:
        format: this shape's name and number.
        run: the run.
        missed: a sentence where nights were missed.
        counts: PCs in each group; the four together are all PCs.
        hosts: every PC, in the order of the inventory.
        changes: what changed.
    """

    format: Literal["benvung-night/1"] = "benvung-night/1"
    run: RunDocument
    missed: str | None
    counts: dict[Group, int]
    hosts: list[HostDocument]
    changes: ChangesDocument


def document(
    run: Run, states: Sequence[HostState], changes: Changes, missed: str | None = None
) -> NightDocument:
    """A night as a document; print its `model_dump_json(indent=2)`.

    Args:
        run: the run.
        states: every PC that counts, in the order of the inventory.
        changes: what changed since the last notice.
        missed: a sentence about nights that were missed.
    """
    return NightDocument(
        run=RunDocument(
            run=run.run, began=run.began, ended=run.ended, outcome=run.outcome,
            hosts=list(run.hosts), notice=run.notice, told=run.told,
        ),
        missed=missed,
        counts={group: sum(one.group is group for one in states) for group in Group},
        hosts=[
            HostDocument(
                host=one.host, group=one.group, last_report=one.last_report,
                findings=_findings(one.findings),
            )
            for one in states
        ],
        changes=ChangesDocument(
            new=_findings(changes.new), grave=_findings(changes.grave),
            mended=_findings(changes.mended), silent=_findings(changes.silent),
        ),
    )  # fmt: skip


def _findings(known: Iterable[Known]) -> list[FindingDocument]:
    return [FindingDocument.model_validate(vars(one)) for one in known]
