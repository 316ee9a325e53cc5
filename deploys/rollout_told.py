"""The end of a roll-out: a line for each PC, what has stopped it and what to do; also as JSON."""

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict
from rich.console import Group, RenderableType
from rich.text import Text

from checks.controls import CONTROLS
from checks.controls.control import DEPLOY
from checks.findings import Finding, Status
from deploys.last_table import Row, table
from deploys.rollout import Told
from deploys.rollout_engine import Engine
from deploys.rollout_rings import BRAKES, Held, Outcome, Result, Ring
from inventory.words import _, mark

_BY_ID = {control.id: control for control in CONTROLS}
_OUTCOMES = {
    Outcome.DONE: (mark("rolled out"), "green"),
    Outcome.FAILED: (mark("failed"), "red"),
    Outcome.SILENT: (mark("does not answer now"), "red"),
    Outcome.WORSE: (mark("worse than before"), "red"),
    Outcome.UNTOUCHED: (mark("not touched"), "yellow"),
    Outcome.OFF: (mark("off: not touched"), "yellow"),
    Outcome.WAITING: (mark("not yet: it pulls"), "yellow"),
}
_WOULD = {Ring.FIRST: mark("would go first"), Ring.REST: mark("would follow")}


def page(told: Told) -> RenderableType:
    """The end of a roll-out, to be printed by rich in 80 columns."""
    notes = [Text(note) for note in _notes(told)]
    brake = [Text(line) for line in _brake(told)]
    return Group(table([_row(told, one) for one in told.results]), *notes, *brake)


def _row(told: Told, result: Result) -> Row:
    word, style = _OUTCOMES[result.outcome]
    if told.asked.dry and result.outcome is Outcome.UNTOUCHED and not result.where:
        word, style = _WOULD[result.ring], ""
    where = result.where
    if result.outcome is Outcome.WORSE:
        where = ", ".join(one.control for one in result.findings)
    return Row(result.host, _(word), style or "default", where, result.next_step)


def _notes(told: Told) -> Iterator[str]:
    """Who goes first in another's place, and where nobody could."""
    plan = told.plan
    for site, hosts in plan.passed_over.items():
        sentence = _("{site}: {hosts} gave no report, so {canary} goes first.")
        yield sentence.format(site=site, hosts=", ".join(hosts), canary=plan.canaries[site])
    for site, why in plan.why.items():
        if why is Held.OFF:
            yield _("{site}: no PC answers; nothing is rolled out there.").format(site=site)
    if told.asked.dry:
        yield _("Nothing was changed.")
    elif told.asked.canaries and not told.stopped:
        yield _("Only the first ring was asked for; without --canaries the rest follows.")


# --- the brake ------------------------------------------------------------------------------------


def _brake(told: Told) -> Iterator[str]:
    """What has stopped it, or went wrong after the first ring, and what to do."""
    bad = told.stopped or [one for one in told.results if one.outcome in BRAKES]
    if not bad:
        return
    yield ""
    hosts = ", ".join(one.host for one in bad)
    if told.stopped:
        untouched = sum(one.outcome in _LEFT for one in told.results)
        stopped = _("Stopped at {hosts}; {count} other PCs were not touched.")
        yield stopped.format(hosts=hosts, count=untouched)
    else:
        yield _("The first ring went well; {hosts} did not.").format(hosts=hosts)
    for one in bad:
        yield from _why(one)
    yield _("What to do: take the change back (git revert, or undo the edit), then run again:")
    yield f"    {again(told)}"
    yield _("{hosts} will go first. Where it was not the change: mend it, or --forget.").format(
        hosts=hosts
    )


_LEFT = (Outcome.UNTOUCHED, Outcome.OFF, Outcome.WAITING)


def _why(result: Result) -> Iterator[str]:
    """One PC and each thing it fails now."""
    if result.where:
        yield f"  {result.host}: {result.where}"
    for finding in result.findings:
        yield f"  {result.host}: {finding.control}: {title(finding)}"
        yield f"    {finding.reason}"
        if remedy(finding):
            yield f"    → {remedy(finding)}"


def title(finding: Finding) -> str:
    """What a control says is true when it is in order."""
    control = _BY_ID.get(finding.control)
    said = _(control.title) if control else ""
    if finding.status is Status.UNKNOWN:
        return _("{title} Nobody can tell any longer.").format(title=said)
    return _("Not so: {title}").format(title=said)


def remedy(finding: Finding) -> str:
    """What mends a finding; "" where it is the run of the aspect that has just made it."""
    control = _BY_ID.get(finding.control)
    return "" if control and control.remedy == DEPLOY else finding.remedy


def again(told: Told) -> str:
    """The command that rolls out once more."""
    asked = told.asked
    words = ["benvung rollout", *([] if asked.what == "baseline" else [asked.what])]
    words += [f"--limit {limit}" for limit in asked.limit]
    words += [] if asked.engine is Engine.PYINFRA else [f"--engine {asked.engine}"]
    return " ".join(words)


# --- JSON -----------------------------------------------------------------------------------------


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FindingDocument(_Document):
    """What a PC fails, or of what nobody can tell, since the roll-out."""

    control: str
    part: str
    status: Status
    title: str
    reason: str
    remedy: str


class ResultDocument(_Document):
    """How one PC came out; `ring` and `outcome` as in deploys/rollout_rings.py."""

    host: str
    site: str
    ring: Ring
    outcome: Outcome
    where: str
    next_step: str
    findings: list[FindingDocument]


class RolloutDocument(_Document):
    """A whole roll-out.

    Attributes:
        format: this shape's name and number; it only ever gains keys.
        what: an aspect, or baseline.
        engine: pyinfra or ansible.
        dry: nothing was changed.
        stopped: the PCs that have stopped it.
        whole: every PC asked for has come out well.
        hosts: each PC, in the order of the inventory.
    """

    format: Literal["benvung-rollout/1"] = "benvung-rollout/1"
    what: str
    engine: Engine
    dry: bool
    stopped: list[str]
    whole: bool
    hosts: list[ResultDocument]


def document(told: Told, sites: Sequence[str]) -> RolloutDocument:
    """A roll-out as a document; print its `model_dump_json(indent=2)`.

    Args:
        told: what came of it.
        sites: the site of each result.
    """
    return RolloutDocument(
        what=told.asked.what,
        engine=told.asked.engine,
        dry=told.asked.dry,
        stopped=[one.host for one in told.stopped],
        whole=told.whole,
        hosts=[
            ResultDocument(
                host=one.host, site=site, ring=one.ring, outcome=one.outcome, where=one.where,
                next_step=one.next_step,
                findings=[
                    FindingDocument(
                        control=each.control, part=each.part, status=each.status,
                        title=title(each), reason=each.reason, remedy=remedy(each),
                    )
                    for each in one.findings
                ],
            )
            for one, site in zip(told.results, sites, strict=True)
        ],
    )  # fmt: skip
