"""Whether an asset was there and worked on a day, by its recorded events alone."""

from datetime import date
from enum import StrEnum

from checks.assets.events import (
    AnyEvent,
    Condition,
    Disposal,
    Inspection,
    Loss,
    Outlook,
    Quotation,
    Quoted,
    Repair,
    Replacement,
)
from checks.assets.records import Asset


class Shape(StrEnum):
    """How it was."""

    WORKING = "working"
    BROKEN = "broken"  # no longer usable, or beyond repair
    GONE = "gone"  # disposed of or lost


def until(asset: Asset, day: date) -> list[AnyEvent]:
    """The events that count up to a day, in the order they happened."""
    past = (event for event in asset.standing if event.date <= day)
    return sorted(past, key=lambda event: (event.date, event.number))


def shape(asset: Asset, day: date) -> Shape:
    """How an asset was at the end of a day; it worked unless something else is recorded."""
    found = Shape.WORKING
    for event in until(asset, day):
        if isinstance(event, (Disposal, Loss)):
            return Shape.GONE
        if isinstance(event, Repair):
            found = Shape.WORKING
        if isinstance(event, Inspection):
            broken = event.condition is Condition.BROKEN or event.outlook is Outlook.BEYOND_REPAIR
            found = Shape.BROKEN if broken else Shape.WORKING
    return found


def inspection(asset: Asset, day: date) -> Inspection | None:
    """The newest inspection that no repair has overtaken."""
    newest: Inspection | None = None
    for event in until(asset, day):
        if isinstance(event, Inspection):
            newest = event
        if isinstance(event, Repair):
            newest = None
    return newest


def quotations(asset: Asset, day: date, of: Quoted) -> list[Quotation]:
    """The quotations that count, the cheapest first; see `_uses_up` for those of a repair."""
    found: list[Quotation] = []
    for event in until(asset, day):
        if isinstance(event, Quotation) and event.of is of:
            found.append(event)
        if of is Quoted.REPAIR and _uses_up(event):
            found = []
    return sorted(found, key=lambda event: (event.amount, event.number))


def _uses_up(event: AnyEvent) -> bool:
    """Whether quotations for a repair count no longer: they were for the asset as it was."""
    if isinstance(event, Inspection):
        return event.condition is Condition.SOUND
    return isinstance(event, (Repair, Replacement))
