"""`benvung asset …`: cards, events, register, stock-take."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from checks.answers import answered, console
from checks.assets import importing, pages, sheets, stocktake
from checks.assets.advice import Advice, advise, reminder
from checks.assets.book import alone, read_book, write_bytes
from checks.assets.events import Condition, Form, Outlook, Part, Quoted, WipeMethod
from checks.assets.fields import Ground
from checks.assets.law import read_law
from checks.assets.recording import money, person, record
from checks.assets.records import Asset
from checks.assets.refusals import AssetRefused
from checks.assets.register import last_december, row, rows
from checks.assets.states import standing
from checks.assets.wear import wear
from checks.days import day_of
from checks.history import History, HistoryRefused, HostState, open_history
from inventory.loader import ROOT, load
from inventory.words import _

app = typer.Typer(
    help=_("Cards, events and register of the assets, from purchase to write-off."),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Name = Annotated[str, typer.Argument(help=_("The asset's name, or the code on its card."))]
On = Annotated[str, typer.Option("--on", help=_("The day it happened: 2026-11-20; else today."))]
By = Annotated[str, typer.Option(help=_("Who answers for it, by name; else git's user.name."))]
Note = Annotated[str, typer.Option(help=_("Anything else."))]
Limit = Annotated[
    list[str] | None, typer.Option(help=_("Only this asset or site; repeat for more."))
]
Reference = Annotated[str, typer.Option(help=_("Number or date of the paper."))]
What = Annotated[str, typer.Option(help=_("What it is about, in words."))]
Cost = Annotated[str, typer.Option(help=_("What it cost, in đồng: 450.000"))]
Said = Mapping[str, object]
AMOUNTS = ("amount", "cost", "raises_cost_by", "proceeds", "costs")


def now() -> datetime:
    """The moment, with a time zone; a test sets it."""
    return datetime.now(UTC)


def _today() -> date:
    return day_of(now())


class Desk:
    """What every question about the assets needs."""

    def __init__(self) -> None:
        """Read it all."""
        self.root = ROOT
        self.inventory = load(ROOT)
        self.book = read_book(ROOT, self.inventory)
        self.law = read_law(ROOT)
        self.today = _today()

    def chosen(self, limits: list[str] | None) -> list[Asset]:
        """The assets of a `--limit`: sites or names; none means all."""
        if not limits:
            return list(self.book.assets.values())
        names = {self.book.one(each).name for each in limits if each not in self.inventory.sites}
        assets = self.book.assets.values()
        return [asset for asset in assets if asset.site in limits or asset.name in names]


def heard(hosts: list[str]) -> dict[str, HostState]:
    """What the history knows of PCs; without one, nothing, and it is said."""
    try:
        with open_history() as history:
            return {state.host: state for state in history.states(hosts)}
    except HistoryRefused as refused:
        console.print(_("Without the nightly findings: {why}").format(why=refused))
        return {}


def _advice(desk: Desk, assets: list[Asset]) -> dict[str, Advice]:
    states = heard([asset.name for asset in assets if asset.host])
    found = {name: state.findings for name, state in states.items()}
    return {
        asset.name: advise(asset, desk.law, desk.today, found.get(asset.name, ()))
        for asset in assets
    }


@app.command("list", help=_("List the assets: state, net value, advice, what is due."))
def show_list(
    limit: Limit = None,
    *,
    gone: Annotated[bool, typer.Option("--all", help=_("With those written off."))] = False,
) -> None:
    """List the assets."""
    with answered():
        desk = Desk()
        made = rows(desk.chosen(limit), desk.law, desk.inventory, desk.today, gone=gone)
        assets = [desk.book.assets[each.name] for each in made]
        due = [(each.name, reminder(each, standing(each), desk.law)) for each in assets]
        late = sorted(((n, r) for n, r in due if r), key=lambda each: each[1].due)
        Console().print(pages.listing(made, _advice(desk, assets), late))


@app.command("show", help=_("Show one asset: card, wear, events, advice with its reasons."))
def show_one(name: Name) -> None:
    """Show one asset."""
    with answered():
        desk = Desk()
        asset = desk.book.one(name)
        worn = wear(asset, desk.law, last_december(desk.today))
        due = reminder(asset, standing(asset), desk.law)
        made = row(asset, desk.law, desk.inventory, desk.today)
        Console().print(pages.one(asset, made, worn, _advice(desk, [asset])[asset.name], due))


def _record(name: str, event: str, when: tuple[str, str, str], said: Said) -> None:
    """Record one event; `when` is day, person and note as typed."""
    on, by, note = when
    with answered():
        whole = {
            "event": event,
            "date": on or _today().isoformat(),
            "by": person(by),
            "note": note or None,
            **{key: _typed(key, value) for key, value in said.items()},
        }
        asset = record(ROOT, name, whole, now(), load)
        console.print(pages.recorded(asset, standing(asset).state))


def _typed(key: str, value: object) -> object:
    """What was typed as it is written: nothing for a blank, whole đồng for an amount."""
    if value == "":
        return None
    return money(value) if key in AMOUNTS and isinstance(value, str) else value


@app.command("inspect", help=_("Record what a technician found."))
def inspect(  # noqa: PLR0913, PLR0917 - a command line has that many words
    name: Name,
    condition: Annotated[Condition, typer.Option(help=_("Does it work?"))],
    outlook: Annotated[Outlook, typer.Option(help=_("Can it be repaired?"))],
    found: Annotated[str, typer.Option(help=_("What was found, in words a clerk understands."))],
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record an inspection."""
    said = {"condition": condition.value, "outlook": outlook.value, "found": found}
    _record(name, "inspection", (on, by, note), said)


@app.command("quote", help=_("Record the price a firm names, for the repair or a new equivalent."))
def quote(  # noqa: PLR0913, PLR0917
    name: Name,
    firm: Annotated[str, typer.Option(help=_("Who quotes."))],
    amount: Annotated[str, typer.Option(help=_("In đồng, taxes included: 4.080.000"))],
    what: What,
    of: Annotated[Quoted, typer.Option(help=_("What the price is for."))] = Quoted.REPAIR,
    reference: Reference = "",
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record a quotation."""
    said = {"of": of.value, "firm": firm, "amount": amount, "reference": reference}
    _record(name, "quotation", (on, by, note), {**said, "what": what})


@app.command("repair", help=_("Record that it was repaired and works."))
def repair(  # noqa: PLR0913, PLR0917
    name: Name,
    what: What,
    firm: Annotated[str, typer.Option(help=_("Who repaired it."))] = "",
    cost: Cost = "",
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record a repair."""
    said = {"what": what, "firm": firm, "cost": cost}
    _record(name, "repair", (on, by, note), said)


@app.command("replace", help=_("Record a part replaced like for like: the original cost stays."))
def replace(  # noqa: PLR0913, PLR0917
    name: Name,
    part: Annotated[Part, typer.Option(help=_("Which part."))],
    what: What,
    old_serial: Annotated[str, typer.Option(help=_("Of the part taken out."))] = "",
    new_serial: Annotated[str, typer.Option(help=_("Of the part put in."))] = "",
    cost: Cost = "",
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record a part replaced."""
    said = {"part": part.value, "what": what, "cost": cost}
    serials = {"old_serial": old_serial, "new_serial": new_serial}
    _record(name, "replacement", (on, by, note), {**said, **serials})


@app.command("add", help=_("Record a part added, and by how much it raises the original cost."))
def add(  # noqa: PLR0913, PLR0917
    name: Name,
    part: Annotated[Part, typer.Option(help=_("Which part."))],
    what: What,
    new_serial: Annotated[str, typer.Option(help=_("Of the part put in."))] = "",
    cost: Cost = "",
    raises_cost_by: Annotated[
        str, typer.Option(help=_("In đồng, by the accountant's minutes; blank until then."))
    ] = "",
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record a part added."""
    said = {"part": part.value, "what": what, "new_serial": new_serial, "cost": cost}
    _record(name, "addition", (on, by, note), {**said, "raises_cost_by": raises_cost_by})


@app.command("need", help=_("Record that the unit declares its need to dispose of it."))
def need(
    name: Name,
    why: Annotated[str, typer.Option(help=_("Why it is no longer needed."))],
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record a declared need."""
    _record(name, "need", (on, by, note), {"why": why})


@app.command("propose", help=_("Record that it is proposed for disposal, and on which ground."))
def propose(  # noqa: PLR0913, PLR0917
    name: Name,
    ground: Annotated[
        Ground, typer.Option(help=_("a: life over; b-1: beyond repair; b-2: repair too dear."))
    ],
    form: Annotated[Form, typer.Option(help=_("How it is to be disposed of."))],
    reference: Reference = "",
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record a proposal."""
    said = {"ground": ground.value, "form": form.value, "reference": reference}
    _record(name, "proposal", (on, by, note), said)


@app.command("decide", help=_("Record the decision of the authority, or its written refusal."))
def decide(  # noqa: PLR0913
    name: Name,
    reference: Reference,
    authority: Annotated[str, typer.Option(help=_("Who decided."))],
    form: Annotated[Form | None, typer.Option(help=_("As the decision says."))] = None,
    disk: Annotated[
        list[str] | None, typer.Option(help=_("Serial of a disk it names; repeat for more."))
    ] = None,
    *,
    refused: Annotated[bool, typer.Option("--refused", help=_("It was refused."))] = False,
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record a decision."""
    said = {"reference": reference, "authority": authority, "approved": not refused}
    more = {"form": form.value if form else None, "disks": list(disk or ())}
    _record(name, "decision", (on, by, note), {**said, **more})


@app.command("wipe", help=_("Record that a disk was wiped or destroyed, and how it was verified."))
def wipe(  # noqa: PLR0913, PLR0917
    name: Name,
    disk: Annotated[str, typer.Option(help=_("The disk's serial, from its label."))],
    method: Annotated[WipeMethod, typer.Option(help=_("How."))],
    verified: Annotated[str, typer.Option(help=_("How it was verified, in words."))],
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record a wipe."""
    said = {"disk": disk, "method": method.value, "verified": verified}
    _record(name, "wipe", (on, by, note), said)


@app.command("dispose", help=_("Record that it left: sold or scrapped, the minutes signed."))
def dispose(  # noqa: PLR0913, PLR0917
    name: Name,
    form: Annotated[Form, typer.Option(help=_("As the decision says."))],
    reference: Reference = "",
    proceeds: Annotated[str, typer.Option(help=_("What it brought, in đồng."))] = "",
    costs: Annotated[str, typer.Option(help=_("What the disposal cost, in đồng."))] = "",
    to: Annotated[str, typer.Option(help=_("Who took it."))] = "",
    *,
    no_disk: Annotated[
        bool, typer.Option("--no-disk", help=_("It was opened and holds no disk."))
    ] = False,
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record a disposal."""
    said = {"form": form.value, "reference": reference, "to": to, "no_disk": no_disk or None}
    amounts = {"proceeds": proceeds, "costs": costs}
    _record(name, "disposal", (on, by, note), {**said, **amounts})


@app.command("write-off", help=_("Record that it was written off in the books."))
def write_off(name: Name, reference: Reference, on: On = "", by: By = "", note: Note = "") -> None:
    """Record a write-off."""
    _record(name, "write-off", (on, by, note), {"reference": reference})


@app.command("lose", help=_("Record that it is gone without a decision: stolen, burnt, missing."))
def lose(  # noqa: PLR0913, PLR0917
    name: Name, what: What, reference: Reference = "", on: On = "", by: By = "", note: Note = ""
) -> None:
    """Record a loss."""
    _record(name, "loss", (on, by, note), {"what": what, "reference": reference})


@app.command("undo", help=_("Let an event no longer count; it stays, and so does the undoing."))
def undo(  # noqa: PLR0913, PLR0917
    name: Name,
    number: Annotated[int, typer.Argument(help=_("The event's number, from benvung asset show."))],
    why: Annotated[str, typer.Option(help=_("Why it was wrong."))],
    on: On = "",
    by: By = "",
    note: Note = "",
) -> None:
    """Record an undoing."""
    _record(name, "undo", (on, by, note), {"undoes": number, "why": why})


@app.command("export", help=_("Write the register as XLSX or CSV, as the accountants keep it."))
def export(
    file: Annotated[Path, typer.Argument(help=_("Ends in .xlsx or .csv."), resolve_path=True)],
    limit: Limit = None,
    *,
    gone: Annotated[bool, typer.Option("--all", help=_("With those written off."))] = False,
) -> None:
    """Write the register."""
    with answered():
        desk = Desk()
        made = rows(desk.chosen(limit), desk.law, desk.inventory, desk.today, gone=gone)
        cells = [sheets.cells(each, desk.book.assets[each.name].site) for each in made]
        if file.suffix.lower() not in (".xlsx", ".csv"):
            wrong = _("{file} is neither .xlsx nor .csv.").format(file=file.name)
            raise AssetRefused(wrong, _("Give it one of the two endings."))
        as_book = file.suffix.lower() == ".xlsx"
        whole = sheets.write_xlsx(cells, desk.today) if as_book else sheets.write_csv(cells)
        write_bytes(file, whole)
        console.print(_("{file}: {count} assets.").format(file=file.name, count=len(made)))


@app.command("import", help=_("Take a register of the accountants into the cards: all or nothing."))
def import_register(
    file: Annotated[
        Path, typer.Argument(help=_("Ends in .xlsx or .csv."), exists=True, resolve_path=True)
    ],
    *,
    dry: Annotated[bool, typer.Option("--dry", help=_("Only say what would change."))] = False,
) -> None:
    """Take a register into the cards."""
    with answered(), alone(ROOT):
        desk = Desk()
        lines = sheets.read_sheet(file)
        sites = set(desk.inventory.sites)
        made = importing.plan(lines, desk.book, desk.law, sites, desk.today)
        if made.faults:
            heading = _("{file}: nothing was changed; {count} to mend:")
            said = heading.format(file=file.name, count=len(made.faults))
            console.print("\n".join([said, *map(str, made.faults)]))
            raise typer.Exit(2)
        for name, changes in made.changed.items():
            console.print(f"{name}: {', '.join(changes) or _('a new card')}")
        if not dry:
            importing.carry_out(ROOT, made)
        told = _("{count} cards would change.") if dry else _("{count} cards changed.")
        console.print(told.format(count=len(made.changed)))


@app.command("stocktake", help=_("Compare what the PCs reported last with the cards."))
def take_stock(limit: Limit = None) -> None:
    """Compare reports and cards; exit code 1 where something differs."""
    with answered():
        desk = Desk()
        with open_history() as history:
            found = [each for asset in desk.chosen(limit) for each in _compared(history, asset)]
        Console().print(pages.stocktake(found))
        if any(each.kind is not stocktake.Kind.BY_HAND for each in found):
            raise typer.Exit(1)


def _compared(history: History, asset: Asset) -> list[stocktake.Difference]:
    kept = history.last_reports(asset.name, 1) if asset.host else []
    return stocktake.compare(asset, kept[0] if kept else None)
