"""The stock-take: what the PCs said of themselves last, against their cards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from checks.assets.records import Asset
from checks.days import day_of
from checks.hardware.identity import is_identity
from checks.hardware.machine_disks import readings
from checks.history import KeptReport
from checks.report import Identity, Memory, Missing
from inventory.words import _

MB = 1 << 20
# Of the memory built in, the kernel has at least so much: firmware and graphics take the rest.
LEAST_SEEN = 0.75


class Kind(StrEnum):
    """How card and PC differ."""

    OTHER = "other"  # both name something, and not the same
    NOT_ON_CARD = "not-on-card"  # the PC names it, the card is blank
    NOT_SEEN = "not-seen"  # the card names it, the PC does not
    BY_HAND = "by-hand"  # nobody but a person can look


@dataclass(frozen=True)
class Difference:
    """One thing to look at.

    Attributes:
        asset: the asset's name.
        kind: how they differ.
        what: which part, in the person's language.
        card, seen: as written, and as reported; "" where there is none.
        day: the day of the report; None without one.
    """

    asset: str
    kind: Kind
    what: str
    card: str = ""
    seen: str = ""
    day: date | None = None


def compare(asset: Asset, kept: KeptReport | None) -> list[Difference]:
    """What differs between an asset's card and its PC's newest report.

    Args:
        asset: with its card and events.
        kept: the newest report; None for equipment, and where there never was one.
    """
    if kept is None:
        return [Difference(asset.name, Kind.BY_HAND, "")]
    day = day_of(kept.dated_at)
    return [*_identity(asset, kept, day), *_disks(asset, kept, day), *_memory(asset, kept, day)]


def _identity(asset: Asset, kept: KeptReport, day: date) -> Iterator[Difference]:
    said = kept.report.identity
    if isinstance(said, Missing) or not isinstance(said, Identity):
        return
    serials = asset.card.serials
    for what, card, seen in (
        (_("serial number of the machine"), serials.machine, said.product_serial),
        (_("serial number of the mainboard"), serials.mainboard, said.board_serial),
    ):
        # A placeholder in the firmware says nothing, on neither side.
        told = str(seen).strip() if is_identity(seen) else ""
        yield from _two(asset.name, what, card or "", told, day)


def _disks(asset: Asset, kept: KeptReport, day: date) -> Iterator[Difference]:
    if isinstance(kept.report.disks, Missing):
        return
    found = readings(kept.report)
    seen = [each.serial for each in found if each.serial]
    card = list(asset.disks)
    for serial in [each for each in seen if not _among(each, card)]:
        if not card:
            yield Difference(asset.name, Kind.NOT_ON_CARD, _("disk"), "", serial, day)
        else:
            yield Difference(asset.name, Kind.OTHER, _("disk"), ", ".join(card), serial, day)
    # A disk that tells no serial may be the one on the card.
    if len(seen) == len(found):
        for serial in [each for each in card if not _among(each, seen)]:
            yield Difference(asset.name, Kind.NOT_SEEN, _("disk"), serial, ", ".join(seen), day)


def _memory(asset: Asset, kept: KeptReport, day: date) -> Iterator[Difference]:
    said = kept.report.memory
    if isinstance(said, Missing) or not isinstance(said, Memory):
        return
    sizes = [slot.mb for slot in said.slots]
    known = sum(size or 0 for size in sizes) if sizes and None not in sizes else 0
    total = said.total // MB
    seen = known or total
    card = asset.card.memory_mb
    if card is None:
        yield Difference(asset.name, Kind.NOT_ON_CARD, _("memory"), "", f"{seen} MB", day)
        return
    same = known == card if known else LEAST_SEEN * card <= total <= card
    if not same:
        yield Difference(asset.name, Kind.OTHER, _("memory"), f"{card} MB", f"{seen} MB", day)


def _two(name: str, what: str, card: str, seen: str, day: date) -> Iterator[Difference]:
    """One serial number of each side; what firmware does not tell is no difference."""
    if seen and not card:
        yield Difference(name, Kind.NOT_ON_CARD, what, "", seen, day)
    elif seen and not _among(seen, [card]):
        yield Difference(name, Kind.OTHER, what, card, seen, day)


def _among(serial: str, others: list[str]) -> bool:
    return serial.strip().casefold() in {each.strip().casefold() for each in others}


def to_do(difference: Difference) -> str:
    """What to do about a difference, in the person's language."""
    return {
        Kind.OTHER: _("Look at the label; correct the card, or record the exchange."),
        Kind.NOT_ON_CARD: _("Compare with the label and write it on the card."),
        Kind.NOT_SEEN: _("Look whether it is still there; record what became of it."),
    }.get(difference.kind, "")
