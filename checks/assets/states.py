"""How far an asset is on its way out, and what may come next: the order is the law's.

In use, broken, proposed, decided, disposed, written off (Decree 186/2025/NĐ-CP, article 29).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from checks.assets.condition import Shape, shape
from checks.assets.events import (
    AnyEvent,
    Decision,
    Disposal,
    Inspection,
    Loss,
    Proposal,
    Repair,
    Undo,
    Wipe,
    WriteOff,
)
from checks.assets.records import Asset, State
from checks.assets.refusals import AssetRefused
from checks.assets.words import state_word
from checks.days import day_of
from inventory.cards import Kind
from inventory.words import _

WORKING = (State.IN_USE, State.BROKEN)
OPEN = (*WORKING, State.PROPOSED, State.DECIDED)


@dataclass(frozen=True)
class Standing:
    """Where an asset stands.

    Attributes:
        state: how far it is on its way out.
        since: the day of the event that brought it there; None where nothing did.
        proposal, decision, disposal: those that count now.
        wiped: the serials of the disks that are wiped or destroyed.
    """

    state: State = State.IN_USE
    since: date | None = None
    proposal: Proposal | None = None
    decision: Decision | None = None
    disposal: Disposal | None = None
    wiped: tuple[str, ...] = ()


def standing(asset: Asset, day: date = date.max) -> Standing:
    """Where an asset stands after its events up to a day.

    Args:
        asset: with its events.
        day: the last day that counts.

    Raises:
        AssetRefused: an event that may not come where it stands.
    """
    refuse_bad_undoing(asset.events)
    now = Standing()
    for event in asset.standing:
        if event.date <= day:
            refuse_bad_date(asset, event)
            now = _after(asset, now, event)
    return now


def refuse_bad_undoing(events: tuple[AnyEvent, ...]) -> None:
    """Refuse an undoing of nothing, of another undoing, of the same event twice."""
    undone: set[int] = set()
    undoings = {event.number for event in events if isinstance(event, Undo)}
    for event in events:
        if not isinstance(event, Undo):
            continue
        if event.undoes >= event.number or event.undoes in undone:
            wrong = _("There is no event {number} to undo.").format(number=event.undoes)
            raise AssetRefused(wrong, _("benvung asset show lists the events that count."))
        if event.undoes in undoings:
            wrong = _("Event {number} is itself an undoing.").format(number=event.undoes)
            raise AssetRefused(wrong, _("Write what was undone down again, as a new event."))
        undone.add(event.undoes)


def refuse_bad_date(asset: Asset, event: AnyEvent) -> None:
    """Refuse an event before the asset was there, or after it was written down."""
    year = asset.card.year_in_use
    if year is not None and event.date.year < year:
        wrong = _("Event {number} is of {day}, but {name} was put to use in {year}.")
        said = wrong.format(number=event.number, day=shown(event.date), name=asset.name, year=year)
        raise AssetRefused(said, _("Correct the day, or the year on the card."))
    if event.date > day_of(event.recorded):
        wrong = _("Event {number} is of {day}, which is to come.")
        said = wrong.format(number=event.number, day=shown(event.date))
        raise AssetRefused(said, _("Write it down when it has happened."))


def shown(day: date) -> str:
    """A day as people here write it."""
    return f"{day:%d/%m/%Y}"


def _after(asset: Asset, now: Standing, event: AnyEvent) -> Standing:
    step = _STEPS.get(type(event), _recorded)
    return step(asset, now, event)


def _expect(now: Standing, event: AnyEvent, states: tuple[State, ...], mend: str) -> None:
    """Refuse an event that does not follow the state, or that is older than what it follows."""
    if now.state not in states:
        wrong = _("This may not follow: the asset is {state}.")
        raise AssetRefused(wrong.format(state=state_word(now.state)), mend)
    if now.state not in WORKING and now.since and event.date < now.since:
        wrong = _("{day} is before {since}, when the asset became {state}.").format(
            day=shown(event.date), since=shown(now.since), state=state_word(now.state)
        )
        raise AssetRefused(wrong, _("Correct the day."))


def _recorded(_asset: Asset, now: Standing, event: AnyEvent) -> Standing:
    """Quotations, parts, needs: they change no state."""
    if now.state not in OPEN:
        _expect(now, event, OPEN, _("An asset that is gone has no more events."))
    return now


def _looked_at(asset: Asset, now: Standing, event: AnyEvent) -> Standing:
    """An inspection or a repair: it works, or it does not."""
    if isinstance(event, Repair):
        _expect(now, event, WORKING, _("Undo the proposal first: what is repaired is kept."))
    if now.state not in WORKING:
        return _recorded(asset, now, event)
    # What is written down late does not overtake what is newer.
    day = max(event.date, now.since or event.date)
    broken = shape(asset, day) is Shape.BROKEN
    return replace(now, state=State.BROKEN if broken else State.IN_USE, since=day)


def _proposed(_asset: Asset, now: Standing, event: Proposal) -> Standing:
    if now.state is State.PROPOSED:
        raise AssetRefused(
            _("It is proposed already, since {day}.").format(day=shown(now.since or event.date)),
            _("Wait for the decision, or undo that proposal first."),
        )
    _expect(now, event, WORKING, _("benvung asset show tells what comes next."))
    return replace(now, state=State.PROPOSED, since=event.date, proposal=event)


def _decided(asset: Asset, now: Standing, event: Decision) -> Standing:
    _expect(now, event, (State.PROPOSED,), _("Propose it first: benvung asset propose"))
    if not event.approved:
        broken = shape(asset, event.date) is Shape.BROKEN
        state = State.BROKEN if broken else State.IN_USE
        return replace(now, state=state, since=event.date, proposal=None)
    if event.form is None:
        wrong = _("A decision names the form of disposal.")
        raise AssetRefused(wrong, _("Write --form sale or --form scrap, as it says."))
    strange = [disk for disk in event.disks if disk not in asset.disks]
    if strange:
        wrong = _("The card knows no disk {serial}.").format(serial=", ".join(strange))
        mend = _("Known: {disks}. Look at the label and at the decision.")
        raise AssetRefused(wrong, mend.format(disks=", ".join(asset.disks) or _("none")))
    return replace(now, state=State.DECIDED, since=event.date, decision=event)


def _wiped(_asset: Asset, now: Standing, event: Wipe) -> Standing:
    mend = _("No disk is wiped without a decision: benvung asset decide")
    _expect(now, event, (State.DECIDED,), mend)
    named = now.decision.disks if now.decision else ()
    if event.disk not in named:
        wrong = _("The decision does not name the disk {serial}.").format(serial=event.disk)
        mend = _("It names: {disks}").format(disks=", ".join(named) or _("none"))
        raise AssetRefused(wrong, mend)
    if event.disk in now.wiped:
        wrong = _("The disk {serial} is recorded as wiped already.").format(serial=event.disk)
        raise AssetRefused(wrong, _("benvung asset show lists the events that count."))
    return replace(now, wiped=(*now.wiped, event.disk))


def _disposed(asset: Asset, now: Standing, event: Disposal) -> Standing:
    mend = _("Nothing leaves the house without a decision: benvung asset decide")
    _expect(now, event, (State.DECIDED,), mend)
    if now.decision and event.form is not now.decision.form:
        wrong = _("The decision names another form of disposal.")
        raise AssetRefused(wrong, _("Write the form the decision names, or record the new one."))
    left = [disk for disk in asset.disks if disk not in now.wiped]
    if left:
        wrong = _("The disk {serial} is neither wiped nor destroyed.")
        mend = _("Wipe it, or destroy it and record that: benvung asset wipe")
        raise AssetRefused(wrong.format(serial=", ".join(left)), mend)
    if asset.card.kind is Kind.DESKTOP and not now.wiped and not event.no_disk:
        wrong = _("Nothing is recorded about its disk.")
        mend = _("Write the disk's serial on the card and wipe it, or say --no-disk.")
        raise AssetRefused(wrong, mend)
    return replace(now, state=State.DISPOSED, since=event.date, disposal=event)


def _written_off(_asset: Asset, now: Standing, event: WriteOff) -> Standing:
    mend = _("What is written off was disposed of or lost before: benvung asset dispose")
    _expect(now, event, (State.DISPOSED, State.LOST), mend)
    return replace(now, state=State.WRITTEN_OFF, since=event.date)


def _lost(_asset: Asset, now: Standing, event: Loss) -> Standing:
    _expect(now, event, OPEN, _("An asset that is gone has no more events."))
    return replace(now, state=State.LOST, since=event.date)


_STEPS: Mapping[type, Callable[[Asset, Standing, Any], Standing]] = {
    Inspection: _looked_at,
    Repair: _looked_at,
    Proposal: _proposed,
    Decision: _decided,
    Wipe: _wiped,
    Disposal: _disposed,
    WriteOff: _written_off,
    Loss: _lost,
}
