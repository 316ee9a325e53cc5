"""What to do with an asset: keep, watch, repair, or propose disposal, and why.

It proposes; people decide. Each sentence names its evidence and its rule, and no rule is used that
is not in checks/assets/grounds.py or in inventory/asset_rules.yml.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from checks.assets.events import Event, Outlook
from checks.assets.fields import Ground
from checks.assets.grounds import Case, case, dong, percent
from checks.assets.law import Law, Rule, Topic
from checks.assets.records import Asset, State
from checks.assets.states import Standing, shown, standing
from checks.assets.words import state_word
from checks.findings import Severity, Status
from checks.hardware.parts import part_name
from checks.history.records import Known
from inventory.words import _

ASPECT = "hardware."


class Verdict(StrEnum):
    """What is advised."""

    KEEP = "keep"
    WATCH = "watch"
    REPAIR = "repair"
    PROPOSE = "propose"


@dataclass(frozen=True)
class Sentence:
    """One sentence of advice.

    Attributes:
        says: in the person's language.
        evidence: what it rests on: an event, a finding, the card.
        rule: where its rule stands; "" where it only states a fact.
        doubtful: what nobody has checked of that rule; "" is checked.
    """

    says: str
    evidence: str
    rule: str = ""
    doubtful: str = ""

    def __str__(self) -> str:
        """The sentence with its evidence and rule."""
        why = [_("evidence: {what}").format(what=self.evidence)]
        if self.rule:
            why.append(rule_words(self.rule, self.doubtful))
        return f"{self.says} [{'; '.join(why)}]"


@dataclass(frozen=True)
class Advice:
    """What is advised for an asset on a day.

    Attributes:
        verdict: None where it is on its way out already, and the state says what comes next.
        grounds: those on which it may be proposed now.
        sentences: why, and what is missing.
    """

    verdict: Verdict | None
    grounds: tuple[Ground, ...]
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Reminder:
    """The next step of a disposal, by when it is due, and by which rule."""

    step: str
    due: date
    rule: str

    def late(self, day: date) -> int:
        """How many days it is late; 0 or less is in time."""
        return (day - self.due).days


def rule_words(source: str, doubtful: str | None) -> str:
    """Where a rule stands, and what nobody has checked of it."""
    said = _("rule: {what}").format(what=source)
    doubt = _("to be checked: {what}").format(what=doubtful) if doubtful else ""
    return f"{said} ({doubt})" if doubt else said


def advise(asset: Asset, law: Law, day: date, findings: Sequence[Known] = ()) -> Advice:
    """What to do with an asset.

    Args:
        asset: with its card and events.
        law: the dated rules.
        day: the day it is asked.
        findings: what stands of its PC in the history; those of the hardware are read.
    """
    now = standing(asset, day)
    if now.state not in (State.IN_USE, State.BROKEN):
        said = _("It is {state} since {day}.").format(
            state=state_word(now.state), day=shown(now.since or day)
        )
        return Advice(None, (), (Sentence(said, _("its events")),))
    found = case(asset, law, day)
    hardware = [
        one
        for one in findings
        if one.control.startswith(ASPECT) and one.status is Status.FAIL and one.ended is None
    ]
    sentences = [
        *_life(asset, law, day, found),
        *_looked_at(found),
        *_quoted(found),
        *_findings(hardware),
        *_proposals(asset, law, day, found),
        *_missing(found),
        *_cost(asset, law, day),
    ]
    return Advice(_verdict(found, hardware), found.grounds, tuple(sentences))


def _verdict(found: Case, hardware: Sequence[Known]) -> Verdict:
    if found.grounds:
        return Verdict.PROPOSE
    if found.faulty and not found.beyond_repair:
        return Verdict.REPAIR
    if found.beyond_repair:
        # Only a need is missing, or the year of use: until then it stays in the register.
        return Verdict.KEEP
    if any(one.severity is Severity.GRAVE for one in hardware):
        return Verdict.REPAIR
    return Verdict.WATCH if hardware else Verdict.KEEP


def event_words(event: Event) -> str:
    """An event as evidence: its number, day and author."""
    said = _("event {number} of {day}, {by}")
    return said.format(number=event.number, day=shown(event.date), by=event.by)


def _ruled(says: str, evidence: str, rule: Rule | None) -> Sentence:
    return Sentence(says, evidence, rule.source if rule else "", (rule and rule.doubtful) or "")


def _life(asset: Asset, law: Law, day: date, found: Case) -> Iterator[Sentence]:
    life = law.life(asset.card.kind, asset.site, day)
    if found.over is None or life is None:
        said = _("Whether its useful life is over cannot be told.")
        missing = _("the card names no year of use") if life else _("no rule for that day")
        yield Sentence(said, missing)
        return
    said = _("Its useful life of {life} years is over.")
    if not found.over:
        said = _("Its useful life of {life} years is not over.")
    years = _("the card: in use since {year}").format(year=asset.card.year_in_use)
    yield _ruled(said.format(life=life.years), years, life)


def _looked_at(found: Case) -> Iterator[Sentence]:
    seen = found.inspection
    if seen is None:
        return
    said = {
        Outlook.NONE_NEEDED: _("Inspected: nothing to repair. {found}"),
        Outlook.REPAIRABLE: _("Inspected: it can be repaired. {found}"),
        Outlook.BEYOND_REPAIR: _("Inspected: it cannot be repaired. {found}"),
    }[seen.outlook]
    yield Sentence(said.format(found=seen.found), event_words(seen))


def _quoted(found: Case) -> Iterator[Sentence]:
    quoted = found.quotation
    if quoted is None:
        return
    said = _("{firm} asks {amount} đồng for the repair.").format(
        firm=quoted.firm, amount=dong(quoted.amount)
    )
    yield Sentence(said, event_words(quoted))
    if found.base is None or found.limit is None:
        return
    said = _("That is {percent} of {base} đồng, not more than {limit} %: too little for b-2.")
    if found.dear:
        said = _("That is {percent} of {base} đồng, more than {limit} %: the repair is too dear.")
    base = _("the card: original cost")
    if found.new_price:
        base = _("price of a new equivalent, {event}").format(event=event_words(found.new_price))
    numbers = {"percent": percent(quoted.amount, found.base), "base": dong(found.base)}
    yield _ruled(said.format(**numbers, limit=found.limit.percent), base, found.limit)


def _findings(hardware: Sequence[Known]) -> Iterator[Sentence]:
    for one in hardware:
        said = f"{part_name(one.part)}: {one.reason}" if one.part else one.reason
        since = _("{control}, found by the nightly check since {day}")
        yield Sentence(said, since.format(control=one.control, day=shown(one.first)))


_WHY = {
    Ground.EXPIRED: lambda found: found.need,
    Ground.BEYOND_REPAIR: lambda found: found.inspection,
    Ground.UNECONOMIC: lambda found: found.quotation,
}


def ground_words(ground: Ground) -> str:
    """A ground in the person's language, as the list's column of reasons begins."""
    return {
        Ground.EXPIRED: _("useful life over, and a need declared"),
        Ground.BEYOND_REPAIR: _("damaged beyond repair"),
        Ground.UNECONOMIC: _("damaged, and its repair too dear"),
    }[ground]


def _proposals(asset: Asset, law: Law, day: date, found: Case) -> Iterator[Sentence]:
    for ground in found.grounds:
        said = _("May be proposed on ground {ground}: {words}.")
        basis = _WHY[ground](found)
        said = said.format(ground=ground.value, words=ground_words(ground))
        evidence = event_words(basis) if basis else _("the card")
        yield _ruled(said, evidence, law.ground(ground, asset.site, day))


def _missing(found: Case) -> Iterator[Sentence]:
    """What would have to be recorded before it could be proposed."""
    if found.over and found.need is None:
        yield Sentence(
            _("It is kept while nobody declares a need to dispose of it: never on age alone."),
            _("no event of a need"),
        )
    if found.over is False and found.faulty and not found.beyond_repair:
        if found.quotation is None:
            yield Sentence(
                _("Ask a repair firm for a quotation before anything else is said."),
                _("no quotation that still counts among the events"),
            )
        elif found.base is None:
            yield Sentence(
                _("Record the price of a new equivalent: the original cost is unknown."),
                _("the card names no original cost"),
            )


def _cost(asset: Asset, law: Law, day: date) -> Iterator[Sentence]:
    if asset.cost(day) is None:
        said = _("The original cost is unknown and is printed so; the holder may have it valued.")
        missing = _("the card names no original cost")
        yield _ruled(said, missing, law.reference(Topic.COST_UNKNOWN, asset.site, day))
    for event in asset.cost_undecided:
        said = _("A part was added: ask the accountant by how much the original cost changes.")
        rule = law.reference(Topic.COST_CHANGED, asset.site, day)
        yield _ruled(said, event_words(event), rule)


def reminder(asset: Asset, now: Standing, law: Law) -> Reminder | None:
    """The next step of a disposal under way, and when it is due; None where there is none."""
    if now.since is None:
        return None
    rule = law.deadlines(asset.site, now.since)
    if rule is None:
        return None
    steps = {
        State.PROPOSED: (_("the decision, or a written refusal"), rule.decision),
        State.DECIDED: (_("wipe the disks, dispose of it, sign the minutes"), rule.disposal),
        State.DISPOSED: (_("write it off and report the change"), rule.write_off),
    }
    if now.state not in steps:
        return None
    step, days = steps[now.state]
    return Reminder(step, now.since + timedelta(days=days), rule.source)
