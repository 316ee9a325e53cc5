"""What argument specs cannot say: formats, ranges, one value against another.

A rule for one variable takes its value, of the declared type already, and yields `Wrong`s:

    @rule("power_opening_hours")
    def hours_are_in_order(hours): ...

A rule for several takes a host's whole variables and runs only when all it names are declared:

    @rule_for("power_opening_hours", "updates_at")
    def updates_wait_for_closing(variables): ...
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.words import _
from inventory.yaml_files import Key


@dataclass(frozen=True)
class Wrong:
    """What a rule objects to.

    Attributes:
        wrong: what is wrong, one sentence.
        mend: what to do.
        path: the steps from the variable to the value, as `(2, "from")`.
        name: for `rule_for`, the variable to point at; "" is the first one it names.
    """

    wrong: str
    mend: str
    path: tuple[Key, ...] = ()
    name: str = ""


Rule = Callable[[Any], Iterable[Wrong]]
Variables = Mapping[str, Any]
RULES: dict[str, list[Rule]] = defaultdict(list)
RULES_FOR: list[tuple[tuple[str, ...], Callable[[Variables], Iterable[Wrong]]]] = []


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule for the value of each of `names`."""

    def register(function: Rule) -> Rule:
        for name in names:
            RULES[name].append(function)
        return function

    return register


def rule_for(*names: str) -> Callable[[Rule], Rule]:
    """Register a rule over several variables of one host."""

    def register(function: Rule) -> Rule:
        RULES_FOR.append((names, function))
        return function

    return register


# --- site ---------------------------------------------------------------------

_DAY = re.compile(r"(\d{4})(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@rule("site_holders", "site_signers")
def periods_are_dates(entries: list[dict[str, str]]) -> Iterator[Wrong]:
    """`from` and `until` are blank, a year, a month or a day, and in order."""
    for index, entry in enumerate(entries):
        for end in ("from", "until"):
            if entry[end] and not _DAY.fullmatch(entry[end]):
                wrong = _("{value} is not a date").format(value=entry[end])
                mend = _('Write "2013", "2013-08" or "2013-08-01", or "" if unknown.')
                yield Wrong(wrong, mend, (index, end))
        first, last = entry["from"], entry["until"]
        # Compared as far as both are known: 2013-08 may well end in 2013.
        if first and last and first[: len(last)] > last[: len(first)]:
            yield Wrong(_("ends before it begins"), _("Exchange the dates."), (index, "until"))
