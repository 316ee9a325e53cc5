"""What tonight's findings do to those that stand.

Three rules. What was not looked at neither ends nor begins: it stands, marked not seen. What was
fine in between comes back as a new finding. A blind spot that was there the last time a finding
was seen hides nothing of it; a newer one may.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checks.findings import Finding, Sentences, Status
from checks.history.night import Night, Visit
from checks.history.tables import CONTROL, PART, FindingRow

Key = tuple[str, str]  # control, part
_FAULTS = (Status.FAIL, Status.WAIVED)
_BLIND = (Status.UNKNOWN, Status.UNREACHABLE)
# Where a control says two things of one part, the first of these is kept.
_WORST_FIRST = (*_FAULTS, *_BLIND, Status.OK)


@dataclass(frozen=True)
class Tonight:
    """The run that is being remembered: its row's number, and the run."""

    id: int
    night: Night


def merge(
    visits: Iterable[Visit], standing: Iterable[FindingRow], tonight: Tonight
) -> list[FindingRow]:
    """Change the standing findings of the workstations asked; return those that began.

    Args:
        visits: what came of each workstation asked; without findings, it was not looked at.
        standing: open rows of these workstations.
        tonight: the run.
    """
    by_host: dict[str, list[FindingRow]] = {}
    for row in standing:
        by_host.setdefault(row.host, []).append(row)
    return [
        row for visit in visits for row in _of_host(visit, by_host.get(visit.host, ()), tonight)
    ]


def _of_host(visit: Visit, standing: Sequence[FindingRow], tonight: Tonight) -> list[FindingRow]:
    said = _said(visit.findings)
    open_ = {(row.control, row.part, row.blind): row for row in standing}
    looked = bool(said) and not any(one.status is Status.UNREACHABLE for one in visit.findings)
    began = []
    for (control, part), finding in said.items():
        if finding.status is Status.OK:
            continue
        row = open_.get((control, part, finding.status in _BLIND))
        if row is None:
            began.append(_begun(finding, tonight))
        else:
            _again(row, finding, tonight)
    for row in standing:
        if row.last_night_id != tonight.id:
            row.seen = False
            if looked and _over(row, said, open_):
                _end(row, tonight)
    return began


def _said(findings: Iterable[Finding]) -> dict[Key, Finding]:
    """Tonight's findings by control and part; the worst where there are two of one."""
    said: dict[Key, Finding] = {}
    for one in sorted(findings, key=lambda one: _WORST_FIRST.index(one.status), reverse=True):
        said[_plain(one.control, CONTROL), _plain(one.part, PART)] = one
    return said


def _over(
    row: FindingRow,
    said: dict[Key, Finding],
    open_: dict[tuple[str, str, bool], FindingRow],
) -> bool:
    """Whether a finding that nobody said tonight has ended."""
    finding = said.get((row.control, row.part))
    if row.blind:
        # It was looked at, or there is nothing left to look at.
        return True
    if finding is not None:
        return finding.status is Status.OK
    return not any(_may_hide(key, row, open_) for key, one in said.items() if one.status in _BLIND)


def _may_hide(key: Key, row: FindingRow, open_: dict[tuple[str, str, bool], FindingRow]) -> bool:
    """Whether a blind spot of tonight is newer than the last look at a finding of its aspect."""
    control, part = key
    if control.partition(".")[0] != row.control.partition(".")[0]:
        return False
    blind = open_.get((control, part, True))
    return blind is None or blind.first_night_id > row.last_night_id


def _begun(finding: Finding, tonight: Tonight) -> FindingRow:
    day = tonight.night.day
    row = FindingRow(
        host=finding.host,
        control=_plain(finding.control, CONTROL),
        part=_plain(finding.part, PART),
        blind=finding.status in _BLIND,
        status=finding.status,
        first=day,
        first_night_id=tonight.id,
        turned_night_id=tonight.id,
    )
    _again(row, finding, tonight)
    return row


def _again(row: FindingRow, finding: Finding, tonight: Tonight) -> None:
    if row.status is not finding.status:
        row.turned_night_id = tonight.id
    row.status = finding.status
    row.severity = finding.severity
    row.certainty = finding.certainty
    vietnamese = finding.vietnamese or Sentences(finding.reason, finding.remedy)
    row.reason, row.remedy = _plain(finding.reason), _plain(finding.remedy)
    row.reason_vi, row.remedy_vi = _plain(vietnamese.reason), _plain(vietnamese.remedy)
    row.waived_until = finding.waiver.until if finding.waiver else None
    row.last = tonight.night.day
    row.last_night_id = tonight.id
    row.seen = True


def _end(row: FindingRow, tonight: Tonight) -> None:
    row.ended = tonight.night.day
    row.ended_night_id = tonight.id


def _plain(text: str, most: int | None = None) -> str:
    """What every database takes: no NUL, no half characters, and no more than fits."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:most]
