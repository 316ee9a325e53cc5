"""Where the rules are kept: a rule is registered for the variables it names."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.problems import Key


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
