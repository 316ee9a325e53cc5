"""The asset cards: what is owned, as the clerk wrote it down. Blank means unknown."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from inventory.problems import Key, Place, Problem, as_key, did_you_mean
from inventory.words import _
from inventory.yaml_files import Unreadable, YamlFile, quote, read

CARD_FILE = "inventory/assets/{host}/card.yml"
EVENTS_FILE = "inventory/assets/{host}/events.yml"
# What makers leave in the firmware instead of a serial number (seen in DMI tables of boards sold
# without a brand); written on two cards it would look like one machine.
BOGUS_SERIALS = frozenset({
    "to be filled by o.e.m.", "to be filled by oem", "o.e.m.", "oem", "default string",
    "default", "system serial number", "chassis serial number", "base board serial number",
    "serial number", "serial", "not specified", "not applicable", "not available", "unknown",
    "none", "null", "n/a", "na", "empty", "invalid", "123456789", "1234567890", "0123456789",
    "không", "không có", "không rõ", "chưa rõ", "chưa xác định",
})  # fmt: skip


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _serial(value: str | None) -> str | None:
    # "00000000" and "........" are as empty as the phrases above.
    if value is not None and (len(set(value)) == 1 or value.casefold() in BOGUS_SERIALS):
        raise PydanticCustomError("bogus_serial", "not a serial number")
    return value


def normal_mac(value: str) -> str:
    """A MAC address as `00:1a:2b:3c:4d:5e`, whichever way it was written.

    Raises:
        PydanticCustomError: it is not the address of one network card.
    """
    digits = re.sub(r"[^0-9a-z]", "", value.lower())
    whole = re.fullmatch(r"[0-9a-f]{12}", digits) and re.fullmatch(r"[\w:.\- ]+", value)
    # The lowest bit of the first byte marks a group of cards (IEEE 802), never one of them.
    if not whole or digits == "0" * 12 or int(digits[:2], 16) & 1:
        raise PydanticCustomError("mac", "not a MAC address")
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


Text = Annotated[str | None, BeforeValidator(_blank_is_none)]
Serial = Annotated[Text, AfterValidator(_serial)]
Mac = Annotated[str, AfterValidator(normal_mac)]
_STRICT = ConfigDict(strict=True, frozen=True, extra="forbid", str_strip_whitespace=True)


class Kind(StrEnum):
    """What kind of thing an asset is: by it the law gives its useful life."""

    DESKTOP = "desktop"
    MONITOR = "monitor"
    PRINTER = "printer"
    UPS = "ups"
    SWITCH = "switch"
    OTHER = "other"


class Serials(BaseModel):
    """The serial numbers on the labels of an asset's parts."""

    model_config = _STRICT
    machine: Serial = None
    mainboard: Serial = None
    disk: Serial = None
    monitor: Serial = None


class BookedWear(BaseModel):
    """What the holder's books say: the wear accumulated by 31 December of a year, in đồng."""

    model_config = _STRICT
    year: Annotated[int, Field(ge=1990, le=2100)]
    amount: Annotated[int, Field(ge=0)]


class Card(BaseModel):
    """One asset's card; None is unknown and prints as such.

    Attributes:
        kind: what kind of thing it is; a workstation is a desktop.
        site: the site of what is no workstation; a workstation's stands in hosts.yml.
        code: the asset's code (mã tài sản) in the holder's register.
        year_in_use: the year it was put to use, by which wear is counted.
        original_cost: nguyên giá, in đồng.
        memory_mb: the memory built in, in MB, to be compared with what the PC reports.
        booked_wear: the wear the books had at the end of a year; wear is counted on from there.
            None where it is to be counted from the year of use.
        made_in, year_made: country and year, as the minutes of a disposal name them.
        holder: the unit holding it; None is the site's holder of the day.
        macs: one MAC address per network card, as `00:1a:2b:3c:4d:5e`.
    """

    model_config = _STRICT
    kind: Annotated[Kind, Field(strict=False)] = Kind.DESKTOP
    site: Text = None
    code: Text = None
    name: Text = None
    serials: Annotated[Serials, BeforeValidator(lambda value: value or {})] = Serials()
    specification: Text = None
    memory_mb: Annotated[int | None, Field(gt=0)] = None
    made_in: Text = None
    year_made: Annotated[int | None, Field(ge=1990, le=2100)] = None
    year_in_use: Annotated[int | None, Field(ge=1990, le=2100)] = None
    original_cost: Annotated[int | None, Field(ge=0)] = None
    booked_wear: BookedWear | None = None
    source_of_funds: Text = None
    holder: Text = None
    place: Text = None
    custodian: Text = None
    macs: Annotated[tuple[Mac, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _wear_within_cost(self) -> Self:
        cost, booked = self.original_cost, self.booked_wear
        if booked and (cost is None or booked.amount > cost):
            raise PydanticCustomError("booked_wear", "more wear than cost")
        return self

    @property
    def blanks(self) -> tuple[str, ...]:
        """The names of what is still unknown, as `serials.disk`."""
        own = self.model_dump()
        parts = own.pop("serials")
        for optional in ("site", "memory_mb", "booked_wear"):
            own.pop(optional)
        flat = own | {f"serials.{part}": serial for part, serial in parts.items()}
        return tuple(name for name, value in flat.items() if value is None or value == ())


def read_cards(root: Path, hosts: Mapping[str, Place], problems: list[Problem]) -> dict[str, Card]:
    """Every card: the hosts', and those of equipment that is no host, by the name of its folder.

    Args:
        root: the repository's root.
        hosts: the inventory's hosts, with where each is named.
        problems: takes what is wrong: a missing or broken card, one for no host, two alike.
    """
    files: dict[str, YamlFile] = {}
    cards: dict[str, Card] = {}
    # Silent about other folders when the hosts themselves are unknown.
    for host in (*hosts, *(_equipment(root, hosts) if hosts else ())):
        file = CARD_FILE.format(host=host)
        if not (root / file).exists():
            problems.append(_no_card(host, Place(file)))
            continue
        try:
            files[host] = read(root / file, file)
            cards[host] = Card.model_validate(files[host].data)
        except Unreadable as error:
            problems.extend(error.problems)
        except ValidationError as error:
            problems.extend(_card_problem(files[host], each) for each in error.errors())
        try:
            read(root / EVENTS_FILE.format(host=host), EVENTS_FILE.format(host=host), list)
        except Unreadable as error:
            problems.extend(error.problems)
    problems.extend(_misplaced(cards, hosts, files))
    problems.extend(_doubles(cards, files))
    return cards


def _equipment(root: Path, hosts: Mapping[str, Place]) -> Iterator[str]:
    """The folders in assets/ that belong to no host."""
    for path in sorted((root / "inventory/assets").glob("*")):
        if path.name not in hosts and not path.name.startswith("."):
            yield path.name


def _misplaced(
    cards: Mapping[str, Card], hosts: Mapping[str, Place], files: Mapping[str, YamlFile]
) -> Iterator[Problem]:
    """Cards of no host that name no site, and cards of hosts that name one."""
    for name, card in cards.items():
        if name in hosts and card.site:
            mend = _("Remove it: a workstation's site stands in hosts.yml.")
            yield Problem(files[name].place(["site"]), "site", _("of no use here"), mend)
        elif name not in hosts and not card.site:
            wrong = _("there is no host {name}").format(name=name)
            otherwise = _("Rename or delete the folder; on equipment's card write its site:.")
            mend = did_you_mean(name, hosts.keys(), otherwise)
            yield Problem(Place(f"inventory/assets/{name}"), "", wrong, mend)


def _no_card(host: str, place: Place) -> Problem:
    wrong = _("{host} has no card").format(host=host)
    mend = _("Copy another host's card and write what is known of this one; leave the rest blank.")
    return Problem(place, "", wrong, mend)


def _card_problem(file: YamlFile, error: ErrorDetails) -> Problem:
    # What is wrong with two values together stands at none of them.
    path = error["loc"] or ("booked_wear",)
    wrong, mend = card_words(error, file.source(path))
    return Problem(file.place(path), as_key(path), wrong, mend)


def card_words(error: ErrorDetails, source: str) -> tuple[str, str]:
    """What is wrong and how to mend it, for one of pydantic's error types."""
    known = Serials.model_fields if len(error["loc"]) > 1 else Card.model_fields
    name = str(error["loc"][-1]) if error["loc"] else ""
    or_blank = _("Correct it, or leave it blank.")
    said = {
        "extra_forbidden": (
            _("unknown key"),
            did_you_mean(name, list(known), _("Remove it.")),
        ),
        "string_type": (_("not read as text"), quote(source) if source else or_blank),
        "int_type": (_("not a whole number"), _("Write digits only: 9500000. Blank if unknown.")),
        "greater_than": (_("{value} is too small"), or_blank),
        "greater_than_equal": (_("{value} is too small"), or_blank),
        "less_than_equal": (_("{value} is too large"), or_blank),
        "booked_wear": (
            _("the wear in the books exceeds the original cost, or there is no cost"),
            _("Correct original_cost or booked_wear, or leave booked_wear blank."),
        ),
        "enum": (
            _("{value} is no kind of asset"),
            _("Write one of: {kinds}").format(kinds=", ".join(Kind)),
        ),
        "bogus_serial": (_("{value} is not a serial"), _("Leave it blank, or see the label.")),
        "mac": (
            _("{value} is not a MAC address"),
            _('Write six pairs of digits in quotation marks: "00:1a:2b:3c:4d:5e"'),
        ),
        "tuple_type": (_("not a list"), _("Write each entry after a dash, or [] for none.")),
    }
    wrong, mend = said.get(error["type"], (error["msg"], or_blank))
    return wrong.replace("{value}", str(error["input"])), mend


def _doubles(cards: Mapping[str, Card], files: Mapping[str, YamlFile]) -> Iterator[Problem]:
    """Codes, serial numbers and MAC addresses that stand on two cards, or twice on one."""
    first: dict[tuple[str, str], tuple[str, list[Key]]] = {}
    for host, card in cards.items():
        for kind, value, path in _identities(card):
            other, there = first.setdefault((kind, value.casefold()), (host, path))
            # A maker may print one serial number on the case and on the board inside it.
            if other != host or (kind == "macs" and there != path):
                place = files[other].place(there)
                wrong = _("{value} stands already in {place}").format(value=value, place=place)
                mend = _("Look at the label; correct one of the two, or leave it blank.")
                yield Problem(files[host].place(path), as_key(path), wrong, mend)


def _identities(card: Card) -> Iterable[tuple[str, str, list[Key]]]:
    """(kind, value, path on the card) of everything that belongs to one workstation alone."""
    if card.code:
        yield "code", card.code, ["code"]
    for part, serial in card.serials.model_dump().items():
        if serial:
            yield "serials", serial, ["serials", part]
    for index, mac in enumerate(card.macs):
        yield "macs", mac, ["macs", index]
