"""How every command answers what a person can cause: one sentence on stderr, exit code 2."""

from collections.abc import Iterator
from contextlib import chdir, contextmanager

import typer
from rich.console import Console

from checks.assets.refusals import AssetRefused
from checks.history import HistoryRefused
from checks.keys import KeysRefused
from deploys.refusals import EnrolRefused
from inventory.loader import ROOT
from inventory.problems import InventoryRefused

REFUSALS = (InventoryRefused, EnrolRefused, HistoryRefused, KeysRefused, AssetRefused)
console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)


@contextmanager
def answered() -> Iterator[None]:
    """Answer what a person can cause with one sentence and exit code 2."""
    try:
        # Paths in ssh_config are relative to the repository's root; those typed are absolute here.
        with chdir(ROOT):
            yield
    except REFUSALS as refused:
        console.print(str(refused))
    except OSError as error:
        console.print(f"{error.filename or ''}: {error.strerror or error}".removeprefix(": "))
    else:
        return
    raise typer.Exit(2)
