"""All controls of all aspects, and what they say of a workstation."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from checks.controls import (
    access,
    antivirus,
    browser,
    desktop,
    health,
    power,
    pull,
    restrictions,
    session,
    shortcuts,
    updates,
)
from checks.controls.control import Control, Look, Verdict
from checks.controls.drift import DRIFT
from checks.days import day_of
from checks.findings import Certainty, Drift, Finding, Severity, Status, Waiver
from checks.report import Report
from inventory.records import Workstation
from inventory.words import _

# In the order in which a baseline is built.
ASPECTS = (
    *(access, updates, antivirus, browser, shortcuts),
    *(restrictions, session, desktop, power, health, pull),
)
CONTROLS: tuple[Control, ...] = tuple(one for aspect in ASPECTS for one in aspect.CONTROLS)
# The finding about a workstation that does not answer.
UNREACHABLE = "health.reachable"


def judge(  # noqa: PLR0913, PLR0917 - all that a workstation is judged by
    declared: Workstation,
    report: Report,
    waivers: Iterable[Waiver],
    now: datetime,
    commit: str = "",
    drift: Drift | None = None,
) -> list[Finding]:
    """What every control says of one workstation: one finding each.

    Args:
        declared: the workstation in the inventory.
        report: what it says of itself.
        waivers: all there are; those of other workstations count for nothing here.
        now: when it was asked, in UTC.
        commit: the desk's own commit; "" where the desk has no git.
        drift: what a dry run said of it; None where none was asked for: then nothing is said of it.
    """
    look = Look(declared, report, now, commit, drift)
    waivers = tuple(waivers)
    asked = (*CONTROLS, DRIFT) if drift else CONTROLS
    found = [_finding(one, one.look(look), declared.name) for one in asked]
    return [waived(one, waivers, day_of(now)) for one in found]


def _finding(control: Control, verdict: Verdict, host: str) -> Finding:
    good = verdict.status is Status.OK
    return Finding(
        host=host,
        control=control.id,
        status=verdict.status,
        severity=control.severity,
        reason=verdict.reason,
        remedy="" if good else control.remedy_for(host),
        certainty=verdict.certainty,
        part=verdict.part,
    )


def waived(finding: Finding, waivers: Sequence[Waiver], today: date) -> Finding:
    """A failing finding with the waiver that covers it; one that has run out is told.

    Args:
        finding: of any control, also of the hardware's.
        waivers: all there are.
        today: the day in Việt Nam. A waiver holds until the end of its last day.
    """
    if finding.status is not Status.FAIL:
        return finding
    about = [
        one for one in waivers if one.control == finding.control and one.host in ("*", finding.host)
    ]
    if not about:
        return finding
    latest = max(about, key=lambda one: (one.until, one.host != "*"))
    if latest.until >= today:
        return replace(finding, status=Status.WAIVED, waiver=latest)
    ended = _("The waiver of {owner} ended on {day}.")
    told = ended.format(owner=latest.owner, day=f"{latest.until:%d/%m/%Y}")
    return replace(finding, reason=f"{finding.reason} {told}")


def expired(waivers: Iterable[Waiver], today: date) -> list[Waiver]:
    """Waivers that have run out, the oldest first: to be renewed or taken out of the file."""
    return sorted((one for one in waivers if one.until < today), key=lambda one: one.until)


def unreachable(host: str, why: str = "") -> list[Finding]:
    """What is said of a workstation that gave no report: one finding, not one for each control.

    Args:
        host: the workstation's name.
        why: one sentence about it; "" for a plain one.
    """
    return [
        Finding(
            host=host,
            control=UNREACHABLE,
            status=Status.UNREACHABLE,
            severity=Severity.NORMAL,
            reason=why or _("The PC does not answer: switched off, or without network."),
            remedy=_("See whether the PC is on and reaches the network; then check it again."),
            certainty=Certainty.UNKNOWN,
        )
    ]
