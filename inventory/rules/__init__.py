"""What argument specs cannot say: formats, ranges, one value against another.

A rule for one variable takes its value, of the declared type already, and yields `Wrong`s:

    @rule("power_opening_hours")
    def hours_are_in_order(hours): ...

A rule for several takes a host's whole variables and runs only when all it names are declared:

    @rule_for("power_opening_hours", "updates_at")
    def updates_wait_for_closing(variables): ...

A rule lives in the module of the aspect whose variable it names first.
"""

# Importing them registers their rules.
from inventory.rules import (  # noqa: F401
    access,
    antivirus,
    browser,
    controller,
    desktop,
    health,
    power,
    pull,
    ranges,
    restrictions,
    session,
    shortcuts,
    site,
    updates,
)
from inventory.rules.registry import RULES, RULES_FOR, Rule, Variables, Wrong, rule, rule_for

__all__ = ["RULES", "RULES_FOR", "Rule", "Variables", "Wrong", "rule", "rule_for"]
