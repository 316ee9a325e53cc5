"""What happens at the technician's desk around a pyinfra run: before the first PC, after the last.

pyinfra takes a Python file as its inventory and executes it. The project's is a directory, so
`open_inventory` puts the program that reads it where pyinfra keeps the files it has compiled
already (`pyinfra_cli.util.PYTHON_CODES`). That name is private: pyinfra is pinned, and a unit test
fails the day it changes.
"""

import atexit
import json
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import click
from pyinfra import config
from pyinfra.api.state import StateStage
from pyinfra.connectors.sshuserclient import SSHClient
from pyinfra.context import ctx_state
from pyinfra_cli.util import PYTHON_CODES
from rich.console import Console

from deploys import one_run
from deploys.last_table import ROWS, HostErrors, rows, table
from deploys.publishing import ENROLLING, may_change, unpublished
from inventory.for_pyinfra import pyinfra_inventory, refuse_misleading_flags
from inventory.loader import Inventory, load, select
from inventory.problems import InventoryRefused

INVENTORY = Path(__file__).parent.parent / "inventory"

# Executed by pyinfra in place of the directory; its globals become the groups of hosts.
_PROGRAM = """
from deploys import desk as _desk
globals().update(_desk.groups())
"""

_loaded: list[Inventory] = []

# pyinfra asks a client for this when a host key is wrong; with a wrong key of a jump host it was
# not set yet, and the AttributeError ended the run for every PC.
SSHClient._ssh_config = {}  # noqa: SLF001


def open_inventory() -> None:
    """Let pyinfra's command line take the inventory directory, in every spelling of it.

    Ends the program with a sentence and exit code 2 where the inventory or the flags are wrong.
    """
    context = click.get_current_context(silent=True)
    named = context.params["inventory"] if context else ""
    if not context or Path(named).resolve() != INVENTORY.resolve():
        return
    try:
        refuse_misleading_flags(context.params)
        inventory = load()
        chosen = select(inventory, context.params["limit"])
        excluded = select(inventory, context.params["exclude"], "--exclude")
        if may_change(context.params):
            left_out = {*(excluded if context.params["exclude"] else ()), os.environ.get(ENROLLING)}
            _only_what_is_published(inventory, [name for name in chosen if name not in left_out])
            one_run.take_on_connecting()
    except InventoryRefused as refused:
        Console(stderr=True, highlight=False, markup=False).print(str(refused))
        sys.exit(2)
    _loaded[:] = [inventory]
    _name_files(context.params["operations"] or ())
    PYTHON_CODES[named] = compile(_PROGRAM, str(named), "exec")


def _name_files(files: Iterable[object]) -> None:
    """Let each deploy file belong to a module, as what is imported does.

    pyinfra asks `inspect` about every frame of every operation, and for a file of no module all
    modules are searched each time: half of what it takes to prepare a run, for each PC anew.
    """
    for file in files:
        module = ModuleType(f"the deploy {file}")
        module.__file__ = str(Path(str(file)).absolute())
        sys.modules[module.__name__] = module


def is_this_machine() -> bool:
    """Whether the run is for the technician's own machine: `pyinfra @local …`."""
    context = click.get_current_context(silent=True)
    return context is not None and context.params.get("inventory") == "@local"


def _only_what_is_published(inventory: Inventory, hosts: Sequence[str]) -> None:
    problems = unpublished([inventory.hosts[name] for name in hosts], INVENTORY.parent)
    if problems:
        raise InventoryRefused(problems)


def groups() -> dict[str, object]:
    """The groups of hosts, as pyinfra expects them of an inventory file."""
    # Without -y pyinfra stops at every failed PC and asks; the last table tells it all at once.
    config.FAIL_PERCENT = None
    return dict(pyinfra_inventory(_loaded[0]))


def report_at_exit() -> None:
    """Show the last table when the program ends, whatever ended it."""
    if not ctx_state.isset():
        return
    state = ctx_state.get()
    errors = HostErrors()
    logging.getLogger("pyinfra").addHandler(errors)

    def show() -> None:
        if state.initialised and state.current_stage >= StateStage.Connect:
            judged = list(rows(state, errors.last))
            Console(stderr=True).print(table(judged))
            if os.environ.get(ROWS):
                said = json.dumps([asdict(row) for row in judged])
                Path(os.environ[ROWS]).write_text(said, encoding="utf-8")

    atexit.register(show)
