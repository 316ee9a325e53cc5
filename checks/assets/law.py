"""The law of assets, read from inventory/asset_rules.yml: which rule held on which day."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import PydanticCustomError

from checks.assets.faults import why
from checks.assets.fields import Day, Ground, Lax, Words
from inventory.cards import Kind
from inventory.problems import InventoryRefused, Place, Problem, as_key
from inventory.words import _
from inventory.yaml_files import Unreadable, YamlFile, read

RULES_FILE = "inventory/asset_rules.yml"
_BLANK = BeforeValidator(lambda value: None if value == "" else value)


class Rule(BaseModel):
    """What every rule says.

    Attributes:
        begins, ends: its first and last day; None is still.
        source: where it stands, as papers print it.
        doubtful: what nobody has checked against the original; None is checked.
        site: the one site it is for; None is all.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", str_strip_whitespace=True)
    begins: Annotated[Day, Field(alias="from")]
    ends: Annotated[Day | None, _BLANK, Field(alias="until")]
    source: Words
    doubtful: Annotated[Words | None, _BLANK]
    site: Words | None = None


def _percent(value: object) -> object:
    """A share as text: a number of YAML would be a fraction of two."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", value):
        raise PydanticCustomError("percent", 'not a share: write it as "14.29"')
    return Decimal(value)


class UsefulLife(Rule):
    """How long things of a kind last, in years, and their wear in percent a year."""

    rule: Literal["useful-life"]
    kinds: Annotated[tuple[Annotated[Kind, Lax], ...], Lax]
    years: Annotated[int, Field(ge=1, le=100)]
    rate: Annotated[Decimal, BeforeValidator(_percent), Field(gt=0, le=100)]


class SpreadRemainder(Rule):
    """In this year, where life or rate changed, the rest is spread over the years left."""

    rule: Literal["spread-remainder"]


class FixedAsset(Rule):
    """From what original cost in đồng a thing is a fixed asset; below it is a tool."""

    rule: Literal["fixed-asset"]
    cost: Annotated[int, Field(gt=0)]


class DearRepair(Rule):
    """A repair is too dear where it costs more than so many percent."""

    rule: Literal["dear-repair"]
    percent: Annotated[int, Field(gt=0, le=100)]


class Deadlines(Rule):
    """Days: dossier to decision, decision to disposal, disposal to write-off."""

    rule: Literal["deadlines"]
    decision: Annotated[int, Field(gt=0)]
    disposal: Annotated[int, Field(gt=0)]
    write_off: Annotated[int, Field(gt=0)]


class GroundRule(Rule):
    """Where a ground for disposal stands; `clause` as a letter names it."""

    rule: Literal["ground"]
    ground: Annotated[Ground, Lax]
    clause: Words


class Topic(StrEnum):
    """What a reference is for."""

    COST_UNKNOWN = "cost-unknown"
    COST_CHANGED = "cost-changed"


class Reference(Rule):
    """Where something stands that has no number of its own."""

    rule: Literal["reference"]
    topic: Annotated[Topic, Lax]


AnyRule = Annotated[
    UsefulLife | SpreadRemainder | FixedAsset | DearRepair | Deadlines | GroundRule | Reference,
    Field(discriminator="rule"),
]
_RULE: TypeAdapter[AnyRule] = TypeAdapter(AnyRule)
_R = TypeVar("_R", bound=Rule)


@dataclass(frozen=True)
class Law:
    """All rules; each question is asked for a site and a day, and None is: no rule is known."""

    rules: tuple[AnyRule, ...]

    def life(self, kind: Kind, site: str, day: date) -> UsefulLife | None:
        """The useful life of a kind of thing."""
        return self._one(UsefulLife, site, day, lambda rule: kind in rule.kinds)

    def spread(self, site: str, day: date) -> SpreadRemainder | None:
        """The transition of the year, where there is one."""
        return self._one(SpreadRemainder, site, day)

    def fixed_asset(self, site: str, day: date) -> FixedAsset | None:
        """What makes a thing a fixed asset."""
        return self._one(FixedAsset, site, day)

    def dear_repair(self, site: str, day: date) -> DearRepair | None:
        """From where a repair is too dear."""
        return self._one(DearRepair, site, day)

    def deadlines(self, site: str, day: date) -> Deadlines | None:
        """The days each step may take."""
        return self._one(Deadlines, site, day)

    def ground(self, ground: Ground, site: str, day: date) -> GroundRule | None:
        """Where a ground for disposal stands."""
        return self._one(GroundRule, site, day, lambda rule: rule.ground is ground)

    def reference(self, topic: Topic, site: str, day: date) -> Reference | None:
        """Where something stands."""
        return self._one(Reference, site, day, lambda rule: rule.topic is topic)

    def _one(
        self,
        kind: type[_R],
        site: str,
        day: date,
        fits: Callable[[_R], bool] = lambda _rule: True,
    ) -> _R | None:
        return held(self.rules, kind, site, day, fits)


def held(
    rules: Iterable[Rule],
    kind: type[_R],
    site: str,
    day: date,
    fits: Callable[[_R], bool] = lambda _rule: True,
) -> _R | None:
    """The rule of a kind that held for a site on a day; None where none is known.

    Args:
        rules: dated ones, of any kind.
        kind: which kind is asked for.
        site: the site; its own rule goes before the general one.
        day: the day.
        fits: chooses among those of the kind.
    """
    found = [
        rule
        for rule in rules
        if isinstance(rule, kind)
        and rule.site in (None, site)
        and rule.begins <= day
        and (rule.ends is None or day <= rule.ends)
        and fits(rule)
    ]
    # Of two that hold, the newer.
    return max(found, key=lambda rule: (rule.site is not None, rule.begins), default=None)


def read_law(root: Path) -> Law:
    """The rules of a repository.

    Args:
        root: the repository's root.

    Raises:
        InventoryRefused: with everything that is wrong: the file, the key and the mend of each.
    """
    return Law(read_rules(root, RULES_FILE, _RULE, _same_thing))


def read_rules(
    root: Path, name: str, adapter: TypeAdapter[_R], same: Callable[[_R, _R], bool]
) -> tuple[_R, ...]:
    """The dated rules of a file.

    Args:
        root: the repository's root.
        name: the file, relative to it.
        adapter: reads one rule.
        same: whether two rules say something of one thing, so that no day may have both.

    Raises:
        InventoryRefused: with everything that is wrong: the file, the key and the mend of each.
    """
    try:
        file = read(root / name, name, list)
    except Unreadable as error:
        raise InventoryRefused(error.problems) from None
    rules: list[_R] = []
    problems: list[Problem] = []
    for index, entry in enumerate(file.data):
        try:
            rules.append(adapter.validate_python(entry))
        except ValidationError as error:
            problems.extend(_problems(file, index, error))
    if not problems:
        problems.extend(_overlaps(rules, file, same))
    if problems:
        raise InventoryRefused(problems)
    return tuple(rules)


def _problems(file: YamlFile, index: int, error: ValidationError) -> Iterator[Problem]:
    for each in error.errors():
        # The first step of pydantic's own is the rule's name, where that is known.
        path = [index, *each["loc"][1:]]
        wrong = _("this rule cannot be read: {why}").format(why=why(each))
        mend = _("Write it as the others in {file}.").format(file=file.file)
        yield Problem(file.place(path), as_key(path), wrong, mend)


def _overlaps(rules: list[_R], file: YamlFile, same: Callable[[_R, _R], bool]) -> Iterator[Problem]:
    """Two rules that say different things of one thing on one day."""
    for index, rule in enumerate(rules):
        for other in rules[:index]:
            if same(rule, other) and _same_days(rule, other):
                place = Place(file.file, file.place([index]).line)
                wrong = _("two rules hold on {day}").format(
                    day=max(rule.begins, other.begins).isoformat()
                )
                mend = _("End the older one (until) the day before the newer one begins.")
                yield Problem(place, as_key([index]), wrong, mend)


def _same_thing(one: AnyRule, other: AnyRule) -> bool:
    if type(one) is not type(other) or one.site != other.site:
        return False
    if isinstance(one, UsefulLife) and isinstance(other, UsefulLife):
        return bool(set(one.kinds) & set(other.kinds))
    if isinstance(one, GroundRule) and isinstance(other, GroundRule):
        return one.ground is other.ground
    if isinstance(one, Reference) and isinstance(other, Reference):
        return one.topic is other.topic
    return True


def _same_days(one: Rule, other: Rule) -> bool:
    last = min(one.ends or date.max, other.ends or date.max)
    return max(one.begins, other.begins) <= last
