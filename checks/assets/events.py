"""What happened to an asset, as written into its events.yml: one frozen record an event.

An event is a fact somebody answers for. It is never changed: what was wrong is undone by a new one.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from checks.assets.fields import Day, Ground, Lax, Many, Moment, Money, Price, Words


class Condition(StrEnum):
    """What a technician found."""

    SOUND = "sound"
    FAULTY = "faulty"  # it works, with a fault
    BROKEN = "broken"  # it does not work


class Outlook(StrEnum):
    """What a technician says of its repair."""

    NONE_NEEDED = "none-needed"
    REPAIRABLE = "repairable"
    BEYOND_REPAIR = "beyond-repair"


class Quoted(StrEnum):
    """What a quotation is for."""

    REPAIR = "repair"
    NEW_EQUIVALENT = "new-equivalent"


class Part(StrEnum):
    """What is replaced or added."""

    DISK = "disk"
    MEMORY = "memory"
    MAINBOARD = "mainboard"
    POWER_SUPPLY = "power-supply"
    MONITOR = "monitor"
    OTHER = "other"


class Form(StrEnum):
    """How it is disposed of (Law 15/2017/QH14, article 45.2)."""

    SALE = "sale"
    SCRAP = "scrap"


class WipeMethod(StrEnum):
    """How the data went."""

    SANITIZE = "sanitize"
    FORMAT = "format"
    OVERWRITE = "overwrite"
    DESTROYED = "destroyed"  # the disk itself, because it could not be wiped


class Event(BaseModel):
    """What every event says.

    Attributes:
        number: its place in the file, from 1.
        date: the day it happened, in Việt Nam.
        by: who answers for it, by name.
        note: anything else, for people.
        recorded: when it was written down.
        seal: digest of this event and the one before (checks/assets/seals.py).
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", str_strip_whitespace=True)
    number: Annotated[int, Field(ge=1)]
    date: Day
    by: Words
    note: Words | None = None
    recorded: Moment
    seal: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class Inspection(Event):
    """A technician looked at it.

    Attributes:
        condition: how it was found.
        outlook: what is said of its repair.
        found: the evidence, in words an official understands.
    """

    event: Literal["inspection"] = "inspection"
    condition: Annotated[Condition, Lax]
    outlook: Annotated[Outlook, Lax]
    found: Words


class Quotation(Event):
    """A firm named a price (báo giá).

    Attributes:
        of: the repair, or a new equivalent (the base where the original cost is unknown).
        firm: who quotes.
        amount: in đồng, taxes included.
        reference: number or date of the firm's paper.
        what: what is quoted.
    """

    event: Literal["quotation"] = "quotation"
    of: Annotated[Quoted, Lax] = Quoted.REPAIR
    firm: Words
    amount: Price
    reference: Words | None = None
    what: Words


class Repair(Event):
    """It was repaired and works; `cost` in đồng, None where unknown."""

    event: Literal["repair"] = "repair"
    what: Words
    firm: Words | None = None
    cost: Money | None = None


class Replacement(Event):
    """A part was replaced like for like: the original cost stays (Circular 141/2025, article 9.1).

    Attributes:
        part: which; with serials where it has some: a new disk's serial counts as the card's.
    """

    event: Literal["replacement"] = "replacement"
    part: Annotated[Part, Lax]
    what: Words
    old_serial: Words | None = None
    new_serial: Words | None = None
    cost: Money | None = None


class Addition(Event):
    """A part was added: the original cost changes (Circular 141/2025, articles 9.1d and 10.4).

    Attributes:
        raises_cost_by: in đồng, by the minutes the accountant made of it (article 9.2); None until
            then, and flagged wherever the original cost is shown.
    """

    event: Literal["addition"] = "addition"
    part: Annotated[Part, Lax]
    what: Words
    new_serial: Words | None = None
    cost: Money | None = None
    raises_cost_by: Money | None = None


class Need(Event):
    """The unit declares that it needs to dispose of it; without this age alone means nothing."""

    event: Literal["need"] = "need"
    why: Words


class Proposal(Event):
    """It was proposed for disposal.

    Attributes:
        ground: a, b-1 or b-2.
        form: sale or scrapping.
        reference: number of the letter (Mẫu 01/TSC-XLTS).
    """

    event: Literal["proposal"] = "proposal"
    ground: Annotated[Ground, Lax]
    form: Annotated[Form, Lax]
    reference: Words | None = None


class Decision(Event):
    """The authority decided.

    Attributes:
        reference: number of the decision, or of the written refusal.
        authority: who decided.
        approved: False for a written refusal.
        form: sale or scrapping, as decided.
        disks: serials of the disks it names; only these may be wiped.
    """

    event: Literal["decision"] = "decision"
    reference: Words
    authority: Words
    approved: bool
    form: Annotated[Form | None, Lax] = None
    disks: Many = ()


class Wipe(Event):
    """A disk was wiped or destroyed before it left the house.

    Attributes:
        disk: its serial.
        method: how.
        verified: how it was verified, in words.
    """

    event: Literal["wipe"] = "wipe"
    disk: Words
    method: Annotated[WipeMethod, Lax]
    verified: Words


class Disposal(Event):
    """It left: sold or scrapped; the minutes are signed.

    Attributes:
        form: what was done.
        reference: number of the minutes (biên bản thanh lý).
        proceeds, costs: in đồng; None where nobody recorded it, which is not 0.
        to: who took it.
        no_disk: True where it was opened and holds no disk, so that nothing was to be wiped.
    """

    event: Literal["disposal"] = "disposal"
    form: Annotated[Form, Lax]
    reference: Words | None = None
    proceeds: Money | None = None
    costs: Money | None = None
    to: Words | None = None
    no_disk: bool | None = None


class WriteOff(Event):
    """It was written off in the books (ghi giảm); `reference` is the voucher."""

    event: Literal["write-off"] = "write-off"
    reference: Words


class Loss(Event):
    """It is gone without a decision: stolen, burnt, not found at the stock-take."""

    event: Literal["loss"] = "loss"
    what: Words
    reference: Words | None = None


class Undo(Event):
    """An earlier event does not count; it stays where it is."""

    event: Literal["undo"] = "undo"
    undoes: Annotated[int, Field(ge=1)]
    why: Words


AnyEvent = Annotated[
    Inspection
    | Quotation
    | Repair
    | Replacement
    | Addition
    | Need
    | Proposal
    | Decision
    | Wipe
    | Disposal
    | WriteOff
    | Loss
    | Undo,
    Field(discriminator="event"),
]
EVENT: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def as_plain(event: Event) -> dict[str, object]:
    """An event as it is written: what is not known left out, in the order people read."""
    said = event.model_dump(mode="json", exclude_none=True)
    first = ("number", "event", "date", "by")
    last = ("note", "recorded", "seal")
    middle = [key for key in said if key not in (*first, *last)]
    return {key: said[key] for key in (*first, *middle, *last) if key in said}
