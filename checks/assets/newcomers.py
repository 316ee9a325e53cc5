"""What is asked of an event that is to be written, and never of one that stands in the book.

A rule that came later would otherwise lock a book that holds what once was let through: nobody
could read it, nor undo anything in it.
"""

from checks.assets.events import AnyEvent, Disposal, Loss, Proposal, Undo, Wipe
from checks.assets.records import Asset
from checks.assets.refusals import AssetRefused
from checks.assets.states import WORKING, Standing, refuse_bad_date, shown, standing
from checks.assets.words import state_word
from inventory.words import _


def refuse_newcomer(asset: Asset, event: AnyEvent) -> None:
    """Refuse a new event that what is recorded already has overtaken.

    Args:
        asset: as it was before the event.
        event: what is to be written.

    Raises:
        AssetRefused: it may not be written.
    """
    if isinstance(event, (Proposal, Loss)):
        _refuse_overtaken(standing(asset), event)
    if isinstance(event, Disposal):
        _refuse_unwiped(asset, event)
    if isinstance(event, Undo):
        refuse_bad_date(asset, event)
        _refuse_too_early(asset, event)


def _refuse_overtaken(now: Standing, event: AnyEvent) -> None:
    """A proposal or a loss ends what an inspection, a repair or a refusal began, never before."""
    if now.state in WORKING and now.since and event.date < now.since:
        wrong = _("{day} is before {since}: by what is recorded of that day it is {state}.").format(
            day=shown(event.date), since=shown(now.since), state=state_word(now.state)
        )
        raise AssetRefused(wrong, _("Correct the day."))


def _refuse_unwiped(asset: Asset, event: Disposal) -> None:
    """What has left the house on a day was wiped by then, and held the disk that was wiped."""
    wipes = [each for each in asset.standing if isinstance(each, Wipe)]
    newest = max(wipes, key=lambda each: each.date, default=None)
    if newest and event.no_disk:
        wrong = _("It held a disk: the disk {serial} is recorded as wiped or destroyed.")
        mend = _("Leave --no-disk out.")
        raise AssetRefused(wrong.format(serial=", ".join(each.disk for each in wipes)), mend)
    if newest and event.date < newest.date:
        wrong = _("{day} is before {since}, when the disk {serial} was wiped or destroyed.").format(
            day=shown(event.date), since=shown(newest.date), serial=newest.disk
        )
        raise AssetRefused(wrong, _("Correct the day."))


def _refuse_too_early(asset: Asset, event: Undo) -> None:
    """Nobody undoes what has not happened yet."""
    undone = next(each for each in asset.events if each.number == event.undoes)
    if event.date < undone.date:
        wrong = _("{day} is before {since}, the day of event {number}.").format(
            day=shown(event.date), since=shown(undone.date), number=undone.number
        )
        raise AssetRefused(wrong, _("Correct the day."))
