"""An accountant's register into the cards: all of it, or nothing and a line for each fault."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from checks.assets.book import Book, beside, round_trip
from checks.assets.law import Law
from checks.assets.recording import money
from checks.assets.records import Asset
from checks.assets.refusals import AssetRefused
from checks.assets.register import last_december
from checks.assets.sheets import Line
from checks.assets.states import standing
from checks.assets.wear import Kept, wear
from checks.assets.words import KINDS, PARTS, STATES, state_word, vietnamese
from inventory.cards import CARD_FILE, EVENTS_FILE, Card, Kind, card_words
from inventory.problems import as_key, nearest
from inventory.words import _

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# What of a card the events may contradict: see checks/assets/states.py.
_TOLD_BY_EVENTS = ("year_in_use", "serials", "kind")
_PLAIN = ("code", "name", "source_of_funds", "place", "custodian")


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong with one line: the line, the column, and what to do."""

    line: int
    column: str
    wrong: str
    mend: str

    def __str__(self) -> str:
        """As a technician reads it to the accountant."""
        where = _("line {line}, {column}").format(line=self.line, column=self.column)
        return f"{where}: {self.wrong}\n    → {self.mend}"


@dataclass
class Plan:
    """What an import would do.

    Attributes:
        changed: asset -> what of its card becomes what, as the card has it.
        made: new equipment -> its site.
        faults: what is wrong; with any, nothing is written.
    """

    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class _Against:
    """What lines are read against: the assets, the law, the sites, the day."""

    book: Book
    law: Law
    sites: set[str]
    day: date


class _Wrong(Exception):  # noqa: N818
    def __init__(self, column: str, wrong: str, mend: str) -> None:
        self.column, self.wrong, self.mend = column, wrong, mend
        super().__init__(wrong)


def plan(lines: list[Line], book: Book, law: Law, sites: set[str], day: date) -> Plan:
    """What an import would change, and what is wrong with it; nothing is written.

    Args:
        lines: as `sheets.read_sheet` gave them.
        book: the assets as they are.
        law: the dated rules, to count the wear the sheet names.
        sites: the sites that new equipment may be at.
        day: the day the register is of.
    """
    made = Plan()
    cards: dict[str, tuple[int, Card]] = {}
    for line in lines:
        try:
            _take(line, made, cards, _Against(book, law, sites, day))
        except _Wrong as wrong:
            made.faults.append(Fault(line.number, wrong.column, wrong.wrong, wrong.mend))
    made.faults.extend(_twice(cards, book))
    made.faults.sort()
    return made


def _take(line: Line, made: Plan, cards: dict[str, tuple[int, Card]], known: _Against) -> None:
    """Take one line into the plan."""
    asset = _asset(line, known.book, known.sites, made)
    if asset.name in cards:
        wrong = _("{name} stands already on line {line}").format(
            name=asset.name, line=cards[asset.name][0]
        )
        raise _Wrong("folder", wrong, _("Keep one of the two."))
    changes = _changes(line, asset, known.law, known.day)
    card = _card(asset, changes)
    _refuse_contradiction(asset, card)
    cards[asset.name] = (line.number, card)
    before = asset.card.model_dump(mode="json")
    real = {key: value for key, value in changes.items() if before[key] != value}
    if real or asset.name in made.made:
        made.changed[asset.name] = real


def _asset(line: Line, book: Book, sites: set[str], made: Plan) -> Asset:
    """The asset a line is of, by its name or code; a new one where a site is named."""
    name, code, site = (line.cells.get(key, "") for key in ("folder", "code", "site"))
    if not name:
        found = [asset for asset in book.assets.values() if code and asset.card.code == code]
        if not found:
            wrong = _("no card has this code, and the line names no asset")
            raise _Wrong("code", wrong, _("Write the asset's name in the first column."))
        return found[0]
    if name in book.assets:
        asset = book.assets[name]
        if site and site != asset.site:
            wrong = _("{name} is at {site}").format(name=name, site=asset.site)
            raise _Wrong("site", wrong, _("Correct it, or leave it blank."))
        return asset
    if not site:
        guess = nearest(name, book.assets)
        mend = _("Did you mean {name}?").format(name=guess) if guess else ""
        mend = mend or _("Name its site, and a card is made for it.")
        raise _Wrong("folder", _("there is no asset {name}").format(name=name), mend)
    if site not in sites:
        wrong = _("there is no site {name}").format(name=site)
        raise _Wrong("site", wrong, _("Sites: {names}").format(names=", ".join(sorted(sites))))
    if not _NAME.fullmatch(name):
        mend = _("Use a-z, 0-9 and inner hyphens, at most 63; write every name out.")
        raise _Wrong("folder", _("not a name for an asset"), mend)
    made.made[name] = site
    return Asset(name, site, host=False, card=Card(site=site, kind=Kind.OTHER), events=())


def _changes(line: Line, asset: Asset, law: Law, day: date) -> dict[str, Any]:
    """What a line says, as the card has it; a blank cell says nothing."""
    said = {key: value for key, value in line.cells.items() if value}
    changes: dict[str, Any] = {key: said[key] for key in _PLAIN if key in said}
    if "kind" in said:
        changes["kind"] = _word(said["kind"], {vietnamese(KINDS[k]): k for k in Kind}, "kind").value
    if "year_in_use" in said:
        if not re.fullmatch(r"\d{4}", said["year_in_use"], re.ASCII):
            wrong = _("{value} is not a year").format(value=said["year_in_use"])
            raise _Wrong("year_in_use", wrong, _("Write four digits, or leave it blank."))
        changes["year_in_use"] = int(said["year_in_use"])
    if "serials" in said:
        changes["serials"] = asset.card.serials.model_dump() | _serials(said["serials"], asset)
    if "state" in said:
        _same_state(said["state"], asset)
    amounts = {key: _amount(said, key) for key in ("original_cost", "accumulated", "net")}
    if amounts["original_cost"] is not None:
        # The sheet has the cost with the parts added; the card has it without them.
        changes["original_cost"] = amounts["original_cost"] - asset.added(day)
    changes |= _booked(amounts, asset, changes, law, day)
    return changes


def _amount(said: Mapping[str, str], key: str) -> int | None:
    if key not in said:
        return None
    try:
        return money(said[key])
    except AssetRefused as refused:
        raise _Wrong(key, refused.wrong, refused.mend) from None


def _word(said: str, words: Mapping[str, Any], column: str) -> Any:
    by_word = {word.casefold(): value for word, value in words.items()}
    if said.casefold() not in by_word:
        wrong = _("nobody knows {value}").format(value=said)
        raise _Wrong(column, wrong, _("Write one of: {kinds}").format(kinds=", ".join(words)))
    return by_word[said.casefold()]


def _same_state(said: str, asset: Asset) -> None:
    state = _word(said, {vietnamese(word): state for state, word in STATES.items()}, "state")
    now = standing(asset).state
    if state is not now:
        wrong = _("by its events it is {state}").format(state=state_word(now))
        mend = _("A state changes by events alone: benvung asset inspect, propose, decide, …")
        raise _Wrong("state", wrong, mend)


def _serials(said: str, asset: Asset) -> dict[str, str]:
    """`ổ cứng: WD-1; bo mạch chủ: X`; one without a part is the case's."""
    parts = {vietnamese(word).casefold(): part for part, word in PARTS.items()}
    found: dict[str, str] = {}
    for each in filter(None, (piece.strip() for piece in said.split(";"))):
        word, colon, serial = each.partition(":")
        part = parts.get(word.strip().casefold()) if colon else "machine"
        if part is None:
            wrong = _("nobody knows the part {value}").format(value=word.strip())
            raise _Wrong("serials", wrong, _("Parts: {names}").format(names=", ".join(parts)))
        found[part] = serial.strip() if colon else each
    if found.get("disk") == ", ".join(asset.disks) and found.get("disk"):
        # What the events say of the disks stays with them.
        del found["disk"]
    return found


def _booked(
    amounts: Mapping[str, int | None],
    asset: Asset,
    changes: Mapping[str, Any],
    law: Law,
    day: date,
) -> dict[str, Any]:
    """The wear in the books, where the sheet names it and it is not what the law makes of it."""
    worn, net = amounts["accumulated"], amounts["net"]
    cost = amounts["original_cost"] or asset.cost(day)
    if worn is None and net is None:
        return {}
    if cost is None:
        wrong = _("there is wear, but no original cost")
        raise _Wrong("original_cost", wrong, _("Write the original cost, or leave both blank."))
    if worn is None:
        worn = cost - (net or 0)
    if net is not None and worn + net != cost:
        wrong = _("cost less wear is {amount}, not what stands here").format(amount=cost - worn)
        raise _Wrong("net", wrong, _("Correct one of the three amounts."))
    if not 0 <= worn <= cost:
        wrong = _("the wear in the books exceeds the original cost, or there is no cost")
        raise _Wrong("accumulated", wrong, _("Correct one of the three amounts."))
    year = last_december(day)
    new = asset.card.model_dump() | {"booked_wear": None} | dict(changes)
    try:
        counted = wear(replace(asset, card=Card.model_validate(new)), law, year)
    except ValidationError:
        return {}
    if counted.kept is Kept.TOOL:
        wrong = _("below the threshold it is a tool, of which no wear is counted")
        raise _Wrong("accumulated", wrong, _("Leave the wear blank, or correct the cost."))
    if counted.accumulated == worn or wear(asset, law, year).accumulated == worn:
        return {}
    return {"booked_wear": {"year": year, "amount": worn}}


def _card(asset: Asset, changes: Mapping[str, Any]) -> Card:
    try:
        return Card.model_validate(asset.card.model_dump(mode="json") | dict(changes))
    except ValidationError as error:
        first = error.errors()[0]
        wrong, mend = card_words(first, "")
        raise _Wrong(as_key(first["loc"]) or "accumulated", wrong, mend) from None


def _refuse_contradiction(asset: Asset, card: Card) -> None:
    """Refuse a card that its asset's events contradict: nobody could read the book any more."""
    refused = _contradicted(asset, card)
    if refused is None:
        return
    # Each of them alone on the old card, to name the one that is to blame.
    each = ((key, {key: getattr(card, key)}) for key in _TOLD_BY_EVENTS)
    blamed = (key for key, one in each if _contradicted(asset, asset.card.model_copy(update=one)))
    mend = _("Correct it, or leave it blank; an event that is wrong is undone: benvung asset undo")
    raise _Wrong(next(blamed, "folder"), refused.wrong, mend)


def _contradicted(asset: Asset, card: Card) -> AssetRefused | None:
    """What the events say against a card; None where nothing."""
    try:
        standing(replace(asset, card=card))
    except AssetRefused as refused:
        return refused
    return None


def _twice(cards: Mapping[str, tuple[int, Card]], book: Book) -> Iterator[Fault]:
    """Codes and serials that would stand on two cards."""
    seen: dict[tuple[str, str], str] = {}
    everything = {name: asset.card for name, asset in book.assets.items()}
    # Those the sheet leaves alone come first, so that its own lines are to blame.
    order = sorted(everything | {n: c for n, (_l, c) in cards.items()}, key=cards.__contains__)
    for name in order:
        line, card = cards.get(name) or (0, everything[name])
        marks = [("code", card.code)]
        marks += [("serials", serial) for serial in card.serials.model_dump().values()]
        for column, value in marks:
            other = seen.setdefault((column, (value or "").casefold()), name)
            if value and other != name:
                where = cards[other][0] if other in cards else 0
                wrong = _("{value} is {other}'s already").format(value=value, other=other)
                mend = _("Look at the label; correct one of the two, or leave it blank.")
                if where:
                    mend = " ".join((_("See line {line}.").format(line=where), mend))
                yield Fault(line, column, wrong, mend)


def carry_out(root: Path, made: Plan) -> None:
    """Write the cards of a plan without faults: first all beside, then each by a rename."""
    yaml = round_trip()
    ready: list[tuple[Path, Path]] = []
    for name, changes in made.changed.items():
        path = root / CARD_FILE.format(host=name)
        path.parent.mkdir(parents=True, exist_ok=True)
        new = not path.exists()
        document = _blank(name, made.made[name]) if new else yaml.load(path.read_text("utf-8"))
        for key, value in changes.items():
            _put(document, key, value)
        if new:
            events = root / EVENTS_FILE.format(host=name)
            ready.append((beside(events, b"---\n[]\n"), events))
        text = io.StringIO()
        yaml.dump(document, text)
        ready.append((beside(path, text.getvalue().encode()), path))
    for scratch, path in ready:
        scratch.replace(path)


def _put(document: CommentedMap, key: str, value: Any) -> None:
    if isinstance(value, dict):
        below = document.get(key)
        if not isinstance(below, CommentedMap):
            below = document[key] = CommentedMap()
        for each, inner in value.items():
            if each in below or inner is not None:
                _put(below, each, inner)
    else:
        document[key] = DoubleQuotedScalarString(value) if isinstance(value, str) else value


def _blank(name: str, site: str) -> CommentedMap:
    """The card of new equipment: every key there, so that nobody has to know them."""
    document = CommentedMap()
    document.yaml_set_start_comment(f"Thẻ tài sản của {name}. Chưa biết thì để trống.")
    document["kind"] = Kind.OTHER.value
    document["site"] = site
    for key in ("code", "name"):
        document[key] = None
    document["serials"] = CommentedMap({"machine": None})
    for key in ("specification", "year_in_use", "original_cost", "source_of_funds"):
        document[key] = None
    for key in ("holder", "place", "custodian"):
        document[key] = None
    return document
