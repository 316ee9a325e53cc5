"""An asset with all that happened to it, and its row in the register."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from checks.assets.events import Addition, AnyEvent, Part, Replacement, Undo
from inventory.cards import Card, Kind


class State(StrEnum):
    """How far an asset is on its way out; the order is the law's."""

    IN_USE = "in-use"
    BROKEN = "broken"
    PROPOSED = "proposed"
    DECIDED = "decided"
    DISPOSED = "disposed"
    WRITTEN_OFF = "written-off"
    LOST = "lost"


@dataclass(frozen=True)
class Asset:
    """One asset.

    Attributes:
        name: its folder in inventory/assets: a workstation's name, or an equipment's.
        site: the site it belongs to.
        host: whether it is a workstation of the inventory.
        card: its card.
        events: all of them, the undone and the undoing included, as in the file.
    """

    name: str
    site: str
    host: bool
    card: Card
    events: tuple[AnyEvent, ...]

    @property
    def standing(self) -> tuple[AnyEvent, ...]:
        """The events that count: not undone, and no undoing."""
        undone = {event.undoes for event in self.events if isinstance(event, Undo)}
        return tuple(
            event
            for event in self.events
            if event.number not in undone and not isinstance(event, Undo)
        )

    def until(self, day: date) -> "Asset":
        """The asset as the events up to a day had left it."""
        kept = {event.number for event in self.events if event.date <= day}
        return replace(
            self,
            events=tuple(
                event
                for event in self.events
                if event.number in kept and (not isinstance(event, Undo) or event.undoes in kept)
            ),
        )

    @property
    def disks(self) -> tuple[str, ...]:
        """The serials of the disks it holds: the card's, as the events since have changed them."""
        disks = [self.card.serials.disk] if self.card.serials.disk else []
        for event in self.standing:
            if isinstance(event, Replacement) and event.part is Part.DISK:
                disks = [each for each in disks if event.old_serial not in (None, each)]
            if isinstance(event, (Replacement, Addition)) and event.part is Part.DISK:
                new = event.new_serial
                disks += [new] if new and new not in disks else []
        return tuple(disks)

    def cost(self, day: date) -> int | None:
        """The original cost on a day, in đồng, with the parts added by then; None is unknown."""
        cost = self.card.original_cost
        return None if cost is None else cost + self.added(day)

    def added(self, day: date) -> int:
        """What the parts added by a day raise the original cost by, in đồng."""
        return sum(
            event.raises_cost_by or 0
            for event in self.standing
            if isinstance(event, Addition) and event.date <= day
        )

    @property
    def cost_undecided(self) -> tuple[Addition, ...]:
        """Parts added, of which the accountant has not yet said what they add to the cost."""
        added = (event for event in self.standing if isinstance(event, Addition))
        return tuple(event for event in added if event.raises_cost_by is None)


@dataclass(frozen=True)
class RegisterRow:
    """An asset's row in the register at a day; None prints as "chưa xác định".

    Attributes:
        name: its folder, by which the commands know it.
        kind: what kind of thing.
        serials: part -> serial, of what is known.
        fixed_asset: whether it is a fixed asset (TSCĐ); False is a tool (CCDC); None is unknown.
        original_cost, accumulated, net: in đồng; the wear of the last 31 December before `day`,
            or on it; the others of the day itself, so that cost less wear is the net value.
        net_of_december: whether the net value was the same on that 31 December; it was not where
            the asset was put to use since, or a part was added.
        holder: the unit holding it on that day.
        state: how far it is on its way out.
    """

    name: str
    code: str | None
    title: str | None
    serials: dict[str, str]
    kind: Kind
    specification: str | None
    source_of_funds: str | None
    year_in_use: int | None
    place: str | None
    original_cost: int | None
    accumulated: int | None
    net: int | None
    net_of_december: bool
    fixed_asset: bool | None
    state: State
    holder: str | None
    custodian: str | None
    day: date
