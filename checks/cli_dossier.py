"""`benvung dossier …`: the papers of a site, for the clerk to look at, fill in and have signed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checks import cli_assets
from checks.answers import console
from checks.assets.records import Asset
from checks.assets.refusals import AssetRefused
from checks.days import day_of
from checks.reports import dossier
from checks.reports.desk import Desk
from checks.reports.forms import read_forms
from inventory.problems import did_you_mean
from inventory.words import _, speaking


@dataclass(frozen=True)
class Asked:
    """What was asked on the command line.

    Attributes:
        site: the site's name.
        assets: only these; none is all of the site.
        on: the day the papers are of; "" is today.
        to: the folder; None is the usual one.
    """

    site: str
    assets: tuple[str, ...]
    on: str
    to: Path | None


def run(asked: Asked, *, year_end: bool, whole: bool, as_pdf: bool) -> None:
    """Write a dossier and say where it is.

    Args:
        asked: on the command line.
        year_end: the stock-take and the register, instead of the papers of a disposal.
        whole: also what is done already.
        as_pdf: whether PDF are wanted.

    Raises:
        AssetRefused: as it says.
        InventoryRefused: the inventory, the events or the forms are wrong.
    """
    at_hand = cli_assets.Desk()
    if asked.site not in at_hand.inventory.sites:
        wrong = _("There is no site {name}.").format(name=asked.site)
        sites = ", ".join(at_hand.inventory.sites)
        otherwise = _("Sites here: {names}").format(names=sites)
        raise AssetRefused(wrong, did_you_mean(asked.site, at_hand.inventory.sites, otherwise))
    assets = _chosen(at_hand, asked)
    with speaking("vi"):
        states = cli_assets.heard([asset.name for asset in assets if asset.host])
    desk = Desk(
        at_hand.inventory,
        at_hand.law,
        read_forms(at_hand.root),
        asked.site,
        _day(asked.on, at_hand.today),
        {name: state.findings for name, state in states.items()},
        {name: day_of(each.last_report) for name, each in states.items() if each.last_report},
    )
    if year_end:
        made = dossier.year_end(desk, assets)
    else:
        made = dossier.disposal(desk, assets, whole=whole)
    folder, printed = dossier.write(made, asked.to, at_hand.root, as_pdf=as_pdf)
    told = _("{folder}: {count} files. Begin with {first}.")
    console.print(told.format(folder=folder, count=len(made.files), first=dossier.BLANKS))
    if as_pdf and not printed:
        console.print(_("LibreOffice is not installed: no PDF. Open the DOCX to print them."))


def _chosen(at_hand: cli_assets.Desk, asked: Asked) -> list[Asset]:
    named = [at_hand.book.one(name) for name in asked.assets]
    for asset in named:
        if asset.site != asked.site:
            wrong = _("{name} is not at {site}.").format(name=asset.name, site=asked.site)
            mend = _("It is at {site}: benvung dossier {site}").format(site=asset.site)
            raise AssetRefused(wrong, mend)
    return named or at_hand.chosen([asked.site])


def _day(on: str, today: date) -> date:
    if not on:
        return today
    try:
        day = date.fromisoformat(on)
    except ValueError:
        wrong = _("{value} is not a date").format(value=on)
        raise AssetRefused(wrong, _("Write it as 2026-12-31.")) from None
    if day > today:
        wrong = _("{value} is still to come: papers tell what is recorded.").format(value=on)
        raise AssetRefused(wrong, _("Wait for that day, or leave --on out."))
    return day
