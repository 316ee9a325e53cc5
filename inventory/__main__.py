"""`python -m inventory`: check the inventory and show it, or say what to mend."""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from inventory.loader import load
from inventory.problems import InventoryRefused
from inventory.records import Inventory
from inventory.words import _


def main() -> int:
    """Print the table and return 0, or print the problems and return 2."""
    try:
        inventory = load()
    except InventoryRefused as refused:
        # No markup: a path in brackets is not a colour.
        Console(stderr=True, soft_wrap=True).print(str(refused), markup=False, highlight=False)
        return 2
    Console().print(table(inventory))
    return 0


def table(inventory: Inventory) -> Table:
    """The workstations of each site, a line each."""
    shown = Table()
    shown.add_column(_("workstation"))
    shown.add_column(_("reached as"))
    shown.add_column(_("asset code"))
    shown.add_column(_("blank on the card"), justify="right")
    for site in inventory.sites.values():
        shown.add_section()
        shown.add_row(Text(str(site.facts["site_name"]), style="bold"))
        for host in map(inventory.hosts.__getitem__, site.workstations):
            code = host.card.code or _("unknown")
            shown.add_row(host.name, host.address, code, str(len(host.card.blanks)))
    return shown


if __name__ == "__main__":
    sys.exit(main())
