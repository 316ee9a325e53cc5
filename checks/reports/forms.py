"""The forms as dated data, from inventory/documents.yml: titles, grounds, offices, deciders.

Every entry says from when until when it holds, where it stands, and what nobody has checked of it,
as the rules in inventory/asset_rules.yml do; a site's own entry goes before the general one.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from checks.assets.fields import Lax, Words
from checks.assets.law import Rule, held, read_rules

FORMS_FILE = "inventory/documents.yml"
Line = Annotated[str, Field(max_length=500)]
Lines = Annotated[tuple[Words, ...], Lax]


class Paper(StrEnum):
    """The papers of a dossier, and of a year's end."""

    LETTER = "letter"
    INSPECTION = "inspection"
    WIPE = "wipe"
    MINUTES = "minutes"
    WRITE_OFF = "write-off"
    STOCK_TAKE = "stock-take"


class Form(Rule):
    """What a paper is called and rests on.

    Attributes:
        form: the printed form it follows; "" is none.
        title: the kind of paper, in capitals as printed; "" for a letter, which has none.
        subject: what it is about, one phrase.
        basis: the texts it rests on, without punctuation at the end.
        recipients: after "Nơi nhận", without punctuation; the archive comes last by itself.
        archive: what follows "Lưu:".
        mark: what follows the number: "/BB-UBND" is the mark of minutes; {office} is the office's
            own abbreviation.
    """

    rule: Literal["form"]
    paper: Annotated[Paper, Lax]
    form: Line
    title: Line
    subject: Words
    basis: Lines
    recipients: Lines
    archive: Words
    mark: Line


class Office(Rule):
    """How a holder heads and signs its papers.

    Attributes:
        holder: as site_holders or a card names it.
        superior: the body above it, in lines; none for a People's Committee.
        issuer: its own name in lines, as headings break it.
        short: its abbreviation, for the number.
        place: where it dates its papers.
        signature: the lines above the head's name, from "TM." or "KT." on.
    """

    rule: Literal["office"]
    holder: Words
    superior: Lines
    issuer: Lines
    short: Line
    place: Line
    signature: Lines


class Decider(Rule):
    """Who decides on a disposal.

    Attributes:
        holder_kind: of which kind of holder.
        fixed_asset: of fixed assets, or of tools.
        below: of assets whose original cost is less, in đồng; None is any.
        authority: to whom the letter goes; {holder} is the holder itself.
    """

    rule: Literal["decider"]
    holder_kind: Literal["state_agency", "public_service_unit"]
    fixed_asset: bool
    below: Annotated[int, Field(gt=0)] | None = None
    authority: Words


class Member(BaseModel):
    """Who takes part; blanks are filled in by hand.

    Attributes:
        name, title, represents: the person, the position, the unit; "" is not known.
        part: what the person is in it, as "Trưởng ban".
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", str_strip_whitespace=True)
    name: Line
    title: Line
    represents: Line
    part: Words


class Council(Rule):
    """Who makes and signs a record or minutes."""

    rule: Literal["council"]
    paper: Annotated[Paper, Lax]
    members: Annotated[tuple[Member, ...], Lax]


AnyForm = Annotated[Form | Office | Decider | Council, Field(discriminator="rule")]
_FORM: TypeAdapter[AnyForm] = TypeAdapter(AnyForm)


@dataclass(frozen=True)
class Forms:
    """All entries; each question is asked for a site and a day, and None is: none is known."""

    rules: tuple[AnyForm, ...]

    def form(self, paper: Paper, site: str, day: date) -> Form | None:
        """The form of a paper."""
        return held(self.rules, Form, site, day, lambda rule: rule.paper is paper)

    def office(self, holder: str | None, site: str, day: date) -> Office | None:
        """How a holder heads and signs."""
        return held(self.rules, Office, site, day, lambda rule: rule.holder == holder)

    def council(self, paper: Paper, site: str, day: date) -> Council | None:
        """Who makes and signs a paper."""
        return held(self.rules, Council, site, day, lambda rule: rule.paper is paper)

    def decider(
        self, kind: str, site: str, day: date, *, fixed_asset: bool, cost: int
    ) -> Decider | None:
        """Who decides on an asset of that cost, in đồng."""

        def fits(rule: Decider) -> bool:
            mine = rule.holder_kind == kind and rule.fixed_asset is fixed_asset
            return mine and (rule.below is None or cost < rule.below)

        bounded = held(
            self.rules, Decider, site, day, lambda rule: fits(rule) and rule.below is not None
        )
        return bounded or held(self.rules, Decider, site, day, fits)


def read_forms(root: Path) -> Forms:
    """The forms of a repository.

    Args:
        root: the repository's root.

    Raises:
        InventoryRefused: with everything that is wrong: the file, the key and the mend of each.
    """
    return Forms(read_rules(root, FORMS_FILE, _FORM, _same_thing))


def _same_thing(one: AnyForm, other: AnyForm) -> bool:
    return _subject(one) == _subject(other)


def _subject(rule: AnyForm) -> tuple[object, ...]:
    if isinstance(rule, Office):
        return (Office, rule.site, rule.holder)
    if isinstance(rule, Decider):
        return (Decider, rule.site, rule.holder_kind, rule.fixed_asset, rule.below)
    return (type(rule), rule.site, rule.paper)
