"""The inventory as shipped, read and resolved once for all the tests that only look at it."""

from functools import cache

from inventory.loader import ROOT, Inventory, check, read_sources
from inventory.resolve import Resolved, resolve


@cache
def answer() -> Resolved:
    """Ansible's answer for it."""
    return resolve(ROOT, {})


@cache
def shipped() -> Inventory:
    """Its records."""
    return check(read_sources(ROOT), answer())
