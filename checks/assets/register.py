"""The register: a row an asset, on a day, from its card, its events and the law."""

from collections.abc import Mapping
from datetime import date

from checks.assets.law import Law
from checks.assets.records import Asset, RegisterRow, State
from checks.assets.states import standing
from checks.assets.wear import Kept, wear
from inventory.records import Inventory


def last_december(day: date) -> int:
    """The year of the last 31 December that has come: wear is counted up to there."""
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1


def row(asset: Asset, law: Law, inventory: Inventory, day: date) -> RegisterRow:
    """An asset's row in the register.

    Args:
        asset: with its card and events.
        law: the dated rules.
        inventory: tells who holds what at its site.
        day: the day the register is of.
    """
    december = last_december(day)
    worn = wear(asset, law, december)
    card = asset.card
    raised = asset.added(day) - asset.added(date(december, 12, 31))
    return RegisterRow(
        name=asset.name,
        code=card.code,
        title=card.name,
        serials=_serials(asset),
        kind=card.kind,
        specification=card.specification,
        source_of_funds=card.source_of_funds,
        year_in_use=card.year_in_use,
        place=card.place,
        original_cost=asset.cost(day),
        accumulated=worn.accumulated,
        # The cost is that of the day, so what a part added since December is left of it too.
        net=None if worn.net is None else worn.net + raised,
        net_of_december=not raised and (card.year_in_use or december) <= december,
        fixed_asset={Kept.FIXED_ASSET: True, Kept.TOOL: False, Kept.UNKNOWN: None}[worn.kept],
        state=standing(asset, day).state,
        holder=card.holder or holder(inventory, asset.site, day),
        custodian=card.custodian,
        day=day,
    )


def rows(
    assets: list[Asset], law: Law, inventory: Inventory, day: date, *, gone: bool = False
) -> list[RegisterRow]:
    """The register of a day.

    Args:
        assets: which.
        law: the dated rules.
        inventory: tells who holds what.
        day: the day.
        gone: with those written off.
    """
    made = [row(asset, law, inventory, day) for asset in assets]
    return [each for each in made if gone or each.state is not State.WRITTEN_OFF]


def holder(inventory: Inventory, site: str, day: date) -> str | None:
    """Who holds a site's assets on a day, as `site_holders` has it; None where it does not say."""
    for entry in inventory.sites[site].facts["site_holders"]:
        if holds_on(entry, day):
            return str(entry["name"]) or None
    return None


def holds_on(entry: Mapping[str, str], day: date) -> bool:
    """Whether an entry of `site_holders` or `site_signers` holds on a day."""
    # Compared as far as both are known: "2013-08" holds on 2013-08-31.
    first, last, today = entry["from"], entry["until"], day.isoformat()
    return first <= today[: len(first)] and (not last or today[: len(last)] <= last)


def _serials(asset: Asset) -> dict[str, str]:
    known = {part: one for part, one in asset.card.serials.model_dump().items() if one}
    if asset.disks:
        known["disk"] = ", ".join(asset.disks)
    return known
