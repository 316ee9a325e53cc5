"""On which grounds an asset may be proposed for disposal; on age alone on none.

Ground a: useful life over, and the unit has declared its need. Ground b-1: life not over, and a
recorded inspection says beyond repair. Ground b-2: life not over, and the cheapest quotation is
more than the law's share of the original cost, or of the price of a new equivalent where the
original cost is unknown.
"""

from dataclasses import dataclass
from datetime import date

from checks.assets import condition, wear
from checks.assets.events import Condition, Inspection, Need, Outlook, Quotation, Quoted
from checks.assets.fields import Ground
from checks.assets.law import DearRepair, Law
from checks.assets.records import Asset
from checks.assets.refusals import AssetRefused
from inventory.words import _

BOTH = 100


@dataclass(frozen=True)
class Case:
    """What is recorded for and against disposing of an asset on a day.

    Attributes:
        over: whether its useful life is over; None where nobody can tell.
        need: the newest declared need.
        inspection: the newest that no repair has overtaken.
        quotation: the cheapest for the repair: nobody chooses the one that suits.
        base: what the quotation is measured by, in đồng; None is unknown.
        new_price: the quotation the base comes from, where the original cost is unknown.
        limit: from where a repair is too dear.
    """

    over: bool | None
    need: Need | None
    inspection: Inspection | None
    quotation: Quotation | None
    base: int | None
    new_price: Quotation | None
    limit: DearRepair | None

    @property
    def faulty(self) -> bool:
        """Whether the inspection found it faulty or broken."""
        return self.inspection is not None and self.inspection.condition is not Condition.SOUND

    @property
    def beyond_repair(self) -> bool:
        """Whether the inspection says that it cannot be repaired."""
        return self.inspection is not None and self.inspection.outlook is Outlook.BEYOND_REPAIR

    @property
    def dear(self) -> bool | None:
        """Whether the repair costs more than the law's share; None where something is missing."""
        if self.quotation is None or self.base is None or self.limit is None:
            return None
        # In whole numbers: exactly the share is not more than it.
        return self.quotation.amount * BOTH > self.base * self.limit.percent

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """The grounds that stand; life over and life not over exclude each other."""
        if self.over is None:
            return ()
        if self.over:
            return (Ground.EXPIRED,) if self.need else ()
        found = []
        if self.beyond_repair:
            found.append(Ground.BEYOND_REPAIR)
        if self.faulty and self.dear:
            found.append(Ground.UNECONOMIC)
        return tuple(found)


def case(asset: Asset, law: Law, day: date, known: date | None = None) -> Case:
    """What is recorded of an asset up to a day.

    Args:
        asset: with its card and events.
        law: the dated rules.
        day: the day asked about: its law, its age, its cost.
        known: the last day whose events count; None is `day`.
    """
    last = known or day
    needs = [event for event in condition.until(asset, last) if isinstance(event, Need)]
    quoted = condition.quotations(asset, last, Quoted.REPAIR)
    cost = asset.cost(day)
    prices = [] if cost else condition.quotations(asset, last, Quoted.NEW_EQUIVALENT)
    return Case(
        over=wear.over(asset, law, day),
        need=needs[-1] if needs else None,
        inspection=condition.inspection(asset, last),
        quotation=quoted[0] if quoted else None,
        # The dearest new price asks the most of the quotation.
        base=cost or (prices[-1].amount if prices else None),
        new_price=prices[-1] if prices else None,
        limit=law.dear_repair(asset.site, day),
    )


def refuse_without_ground(
    asset: Asset, law: Law, ground: Ground, day: date, known: date | None = None
) -> None:
    """Refuse a proposal whose ground does not stand on what is recorded.

    Args:
        asset: with its card and events.
        law: the dated rules.
        ground: the one that is named.
        day: the day of the proposal.
        known: the last day whose events count; None is `day`.

    Raises:
        AssetRefused: with what is missing.
    """
    found = case(asset, law, day, known)
    if ground in found.grounds:
        return
    if found.over is None:
        raise AssetRefused(
            _("Nobody can tell whether its useful life is over."),
            _("Write the year of use on the card; the rules are in inventory/asset_rules.yml."),
        )
    if ground is Ground.EXPIRED:
        _refuse_a(found)
    if found.over:
        raise AssetRefused(
            _("Its useful life is over: ground b is for assets whose life is not over."),
            _("Declare the need and propose it on ground a: benvung asset need"),
        )
    if ground is Ground.BEYOND_REPAIR:
        raise AssetRefused(
            _("No recorded inspection says that it cannot be repaired."),
            _("Inspect it and record what was found: benvung asset inspect"),
        )
    _refuse_b2(found)


def _refuse_a(found: Case) -> None:
    if not found.over:
        raise AssetRefused(
            _("Its useful life is not over yet."),
            _("Repair it; ground b needs an inspection, or an inspection and a quotation."),
        )
    raise AssetRefused(
        _("Its useful life is over, but no need to dispose of it is declared: never on age alone."),
        _("Keep it while it serves; or declare the need: benvung asset need"),
    )


def _refuse_b2(found: Case) -> None:
    if not found.faulty:
        raise AssetRefused(
            _("No recorded inspection found a fault."),
            _("Inspect it and record what was found: benvung asset inspect"),
        )
    if found.quotation is None:
        raise AssetRefused(
            _("There is no quotation of a repair firm."),
            _(
                "Ask a repair firm for one and record it: benvung asset quote. None counts from "
                "before a repair, a replaced part, or an inspection that found it sound."
            ),
        )
    if found.base is None:
        raise AssetRefused(
            _("Neither the original cost nor the price of a new equivalent is known."),
            _("Record a quotation for a new equivalent: benvung asset quote --of new-equivalent"),
        )
    if found.limit is None:
        raise AssetRefused(
            _("No rule says from where a repair is too dear on that day."),
            _("Add it to inventory/asset_rules.yml."),
        )
    wrong = _("The repair costs {percent} of {base} đồng: not more than {limit} %.").format(
        percent=percent(found.quotation.amount, found.base),
        base=dong(found.base),
        limit=found.limit.percent,
    )
    raise AssetRefused(wrong, _("Have it repaired: exactly the share is not more than it."))


def percent(part: int, whole: int) -> str:
    """A share for people, cut after two digits so that nothing is rounded past a limit."""
    hundredths = part * 10_000 // whole
    digits = f"{hundredths // BOTH}.{hundredths % BOTH:02}".rstrip("0").rstrip(".")
    return f"{digits.replace('.', ',')} %"


def dong(amount: int) -> str:
    """An amount in đồng as people here write it: 9.500.000."""
    return f"{amount:,}".replace(",", ".")
