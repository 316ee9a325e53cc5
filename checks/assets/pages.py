"""The assets in a terminal of 80 columns: the list, one asset, the stock-take."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from checks.assets.advice import Advice, Reminder, Sentence, Verdict, event_words, rule_words
from checks.assets.events import Event, Undo, as_plain
from checks.assets.grounds import dong
from checks.assets.records import Asset, RegisterRow, State
from checks.assets.states import shown
from checks.assets.stocktake import Difference, to_do
from checks.assets.stocktake import Kind as DifferenceKind
from checks.assets.wear import Kept, Wear, Why
from checks.assets.words import KINDS, PARTS, state_word
from inventory.words import _, mark

VERDICTS = {
    Verdict.KEEP: mark("keep"),
    Verdict.WATCH: mark("watch"),
    Verdict.REPAIR: mark("repair"),
    Verdict.PROPOSE: mark("propose disposal"),
}
EVENTS = {
    "inspection": mark("inspection"),
    "quotation": mark("quotation"),
    "repair": mark("repair done"),
    "replacement": mark("part replaced"),
    "addition": mark("part added"),
    "need": mark("need declared"),
    "proposal": mark("proposal"),
    "decision": mark("decision"),
    "wipe": mark("disk wiped"),
    "disposal": mark("disposal"),
    "write-off": mark("write-off"),
    "loss": mark("loss"),
    "undo": mark("undoing"),
}
_WHY = {
    Why.STRAIGHT: mark("straight line"),
    Why.LAST: mark("the last year takes the rest"),
    Why.SPREAD: mark("the rest over the years left"),
    Why.WORN_OUT: mark("worn out"),
    Why.BROKEN: mark("none: it lies broken"),
    Why.GONE: mark("none: it is gone"),
}
_STYLE = {Verdict.PROPOSE: "bold red", Verdict.REPAIR: "yellow", Verdict.WATCH: "yellow"}


def listing(
    rows: Sequence[RegisterRow], advice: dict[str, Advice], late: Sequence[tuple[str, Reminder]]
) -> RenderableType:
    """All assets, a line each, and what is due.

    Args:
        rows: of the register.
        advice: by asset.
        late: the open steps, by asset.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(_("asset"), overflow="fold")
    table.add_column(_("code"), overflow="fold", max_width=12)
    table.add_column(_("since"), no_wrap=True)
    table.add_column(_("cost"), justify="right", no_wrap=True)
    table.add_column(_("net value"), justify="right", no_wrap=True)
    table.add_column(_("state"), overflow="fold", max_width=14)
    table.add_column(_("advice"), overflow="fold", max_width=13)
    for row in rows:
        verdict = advice[row.name].verdict
        word = Text(_(VERDICTS[verdict]), _STYLE.get(verdict, "")) if verdict else Text("")
        year = str(row.year_in_use or "?")
        table.add_row(
            row.name, row.code or "?", year, _money(row.original_cost), _net(row),
            state_word(row.state), word,
        )  # fmt: skip
    return Group(table, *(Text(line) for line in _foot(rows)), *_due(late, rows))


def _money(amount: int | None) -> str:
    return "?" if amount is None else dong(amount)


def _net(row: RegisterRow) -> str:
    return _("tool") if row.fixed_asset is False else _money(row.net)


def _foot(rows: Sequence[RegisterRow]) -> Iterator[str]:
    unknown = sum(row.original_cost is None for row in rows)
    yield _("{count} assets; ? is unknown: {unknown} without an original cost.").format(
        count=len(rows), unknown=unknown
    )


def _due(late: Sequence[tuple[str, Reminder]], rows: Sequence[RegisterRow]) -> Iterator[Text]:
    today = rows[0].day if rows else date.min
    for name, reminder in late:
        yield Text(f"{name}: {due_words(reminder, today)}", style=due_style(reminder, today))


def due_words(reminder: Reminder, today: date) -> str:
    """What is due and when, one line."""
    days = reminder.late(today)
    said = _("until {day}: {step}") if days <= 0 else _("{days} days late (until {day}): {step}")
    return said.format(day=shown(reminder.due), days=days, step=reminder.step)


def due_style(reminder: Reminder, today: date) -> str:
    """Red where it is late."""
    return "bold red" if reminder.late(today) > 0 else "yellow"


def one(
    asset: Asset, row: RegisterRow, worn: Wear, advice: Advice, due: Reminder | None
) -> RenderableType:
    """One asset: its card, its wear, its events, and what to do."""
    lines: list[RenderableType] = [Text(f"{asset.name}: {row.title or '?'}", "bold")]
    lines += [_facts(_card(row)), Text(_("Wear"), "bold"), *_wear(worn)]
    lines += [Text(_("Events"), "bold"), _events(asset)]
    heading = _("Advice")
    if advice.verdict:
        heading += f": {_(VERDICTS[advice.verdict])}"
    lines.append(Text(heading, "bold"))
    lines += [Padding(_sentence(each), (0, 0, 0, 2)) for each in advice.sentences]
    if due:
        lines.append(Text(due_words(due, row.day), due_style(due, row.day)))
        lines.append(Padding(Text(_("rule: {what}").format(what=due.rule), "dim"), (0, 0, 0, 2)))
    return Group(*lines)


def _card(row: RegisterRow) -> Iterator[tuple[str, str]]:
    unknown = _("unknown")
    serials = ", ".join(f"{_(PARTS[part])} {serial}" for part, serial in row.serials.items())
    yield _("code"), row.code or unknown
    yield _("kind"), _(KINDS[row.kind])
    yield _("serial numbers"), serials or unknown
    yield _("specification"), row.specification or unknown
    yield _("in use since"), str(row.year_in_use or unknown)
    yield _("original cost"), _dong(row.original_cost)
    yield _("source of funds"), row.source_of_funds or unknown
    yield _("holder"), row.holder or unknown
    yield _("place"), row.place or unknown
    yield _("custodian"), row.custodian or unknown
    yield _("state"), state_word(row.state)


def _dong(amount: int | None) -> str:
    return _("unknown") if amount is None else f"{dong(amount)} đồng"


def _facts(facts: Iterable[tuple[str, str]]) -> RenderableType:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts:
        table.add_row(f"  {name}", value)
    return table


def _wear(worn: Wear) -> Iterator[RenderableType]:
    if worn.kept is Kept.TOOL:
        yield Text("  " + _("Below the threshold of a fixed asset: a tool, without wear."))
        return
    if worn.kept is Kept.UNKNOWN:
        yield Text("  " + _("Cannot be counted: cost, year of use or rule are unknown."))
        return
    if not worn.years:
        yield Text("  " + _("No December has come since it was put to use: no wear yet."))
        return
    last = worn.years[-1]
    said = _(
        "On 31/12/{year}: worn {worn} đồng, net value {net} đồng; that year {charged} ({why})."
    )
    said = said.format(
        year=last.year, worn=dong(last.accumulated), net=dong(last.net),
        charged=dong(last.charged), why=_(_WHY[last.why]),
    )  # fmt: skip
    yield Padding(Text(said), (0, 0, 0, 2))
    if worn.life:
        rule = rule_words(worn.life.source, worn.life.doubtful)
        yield Padding(Text(rule, "dim"), (0, 0, 0, 2))


def _events(asset: Asset) -> RenderableType:
    if not asset.events:
        return Text("  " + _("none"))
    counts = {event.number for event in asset.standing}
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(max_width=16, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    for event in asset.events:
        gone = event.number not in counts and not isinstance(event, Undo)
        style = "dim strike" if gone else ""
        kind = _(EVENTS[event.event])
        table.add_row(
            f"  {event.number}", f"{event.date:%d/%m/%y}", kind, _details(event), style=style
        )
    return table


def _details(event: Event) -> str:
    """What an event says, in one cell: its own facts, and who answers for it."""
    hidden = ("number", "event", "date", "by", "recorded", "seal")
    said = {key: value for key, value in as_plain(event).items() if key not in hidden}
    parts = [_detail(key, value) for key, value in said.items()]
    return f"{'; '.join(parts)} ({event.by})"


def _detail(key: str, value: object) -> str:
    if isinstance(value, bool):
        value = _("yes") if value else _("no")
    elif isinstance(value, int) and key != "undoes":
        value = f"{dong(value)} đồng"
    elif isinstance(value, list):
        value = ", ".join(map(str, value))
    elif str(value) in WORDS:
        value = _(WORDS[str(value)])
    return f"{_(KEYS[key])}: {value}" if key in KEYS else str(value)


# What the facts of an event are called; those that speak for themselves have no name.
KEYS = {
    "condition": mark("found"),
    "outlook": mark("outlook"),
    "of": mark("price of"),
    "amount": mark("amount"),
    "cost": mark("cost"),
    "raises_cost_by": mark("raises the original cost by"),
    "old_serial": mark("old serial"),
    "new_serial": mark("new serial"),
    "ground": mark("ground"),
    "form": mark("form"),
    "reference": mark("No."),
    "approved": mark("approved"),
    "disks": mark("disks"),
    "disk": mark("disk"),
    "method": mark("method"),
    "proceeds": mark("proceeds"),
    "costs": mark("costs"),
    "to": mark("to"),
    "no_disk": mark("no disk in it"),
    "undoes": mark("undoes event"),
}
WORDS = {
    "sound": mark("sound"),
    "faulty": mark("faulty"),
    "broken": mark("broken"),
    "none-needed": mark("nothing to repair"),
    "repairable": mark("can be repaired"),
    "beyond-repair": mark("beyond repair"),
    "repair": mark("the repair"),
    "new-equivalent": mark("a new equivalent"),
    "sale": mark("sale"),
    "scrap": mark("scrapping"),
    "sanitize": mark("sanitize (the disk wipes itself)"),
    "format": mark("format (the disk wipes itself)"),
    "overwrite": mark("overwriting"),
    "destroyed": mark("destroying the disk"),
    "disk": mark("disk"),
    "memory": mark("memory"),
    "mainboard": mark("mainboard"),
    "power-supply": mark("power supply"),
    "monitor": mark("monitor"),
    "other": mark("other"),
}


def _sentence(sentence: Sentence) -> Text:
    whole = str(sentence)
    return Text(sentence.says).append(whole.removeprefix(sentence.says), "dim")


def recorded(asset: Asset, state: State) -> str:
    """What was written, one sentence."""
    event = asset.events[-1]
    return _("Recorded for {name}: {kind}, {event}. It is {state}.").format(
        name=asset.name, kind=_(EVENTS[event.event]), event=event_words(event),
        state=state_word(state),
    )  # fmt: skip


def stocktake(differences: Sequence[Difference]) -> RenderableType:
    """What card and PC say differently, a line each; and what nobody but a person can count."""
    by_hand = [each for each in differences if each.kind is DifferenceKind.BY_HAND]
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(_("asset"), overflow="fold", max_width=14)
    table.add_column(_("part"), ratio=2, overflow="fold")
    table.add_column(_("on the card"), ratio=2, overflow="fold")
    table.add_column(_("seen"), ratio=2, overflow="fold")
    table.add_column(_("What to do"), ratio=3, overflow="fold")
    before = ""
    for each in differences:
        if each in by_hand:
            continue
        day = f" ({each.day:%d/%m/%y})" if each.day else ""
        name = "" if each.asset == before else each.asset
        seen = (each.seen or "-") + day
        table.add_row(Text(name, "bold"), each.what, each.card or "-", seen, to_do(each))
        before = each.asset
    lines: list[RenderableType] = [table] if table.row_count else []
    if not differences:
        lines.append(Text(_("Cards and PCs agree.")))
    if by_hand:
        said = _("Without a report, to be looked at on site: {names}.")
        lines.append(Text(said.format(names=", ".join(each.asset for each in by_hand))))
    return Group(*lines)
