"""`benvung rollout`: one PC of each site first, looked at, and only then the rest."""

import typer
from rich.console import Console

from checks import inbox, keys, nightly
from checks.answers import console
from checks.waivers import read_waivers
from deploys.commit import commit
from deploys.rollout import Asked, Desk, refuse, roll_out
from deploys.rollout_engine import Engine
from deploys.rollout_told import document, page
from inventory.addresses import ssh_config_path
from inventory.loader import ROOT, load, select
from inventory.problems import InventoryRefused, Place, Problem, did_you_mean
from inventory.words import _

FINE, NOT_WHOLE = 0, 1


def asked_for(what: str, limit: tuple[str, ...], engine: str) -> Asked:
    """What is wanted, read strictly.

    Args:
        what: an aspect, or `baseline`.
        limit: PCs or groups.
        engine: by name.

    Raises:
        InventoryRefused: there is no such aspect or engine, or the two do not go together.
    """
    known = [one.value for one in Engine]
    if engine not in known:
        mend = did_you_mean(engine, known, _("Write pyinfra or ansible."))
        problem = Problem(Place("--engine"), engine, _("there is no such engine"), mend)
        raise InventoryRefused([problem])
    asked = Asked(what, limit, Engine(engine))
    refuse(asked)
    return asked


def run(asked: Asked, *, as_json: bool) -> int:
    """Roll out, and say what came of it.

    Args:
        asked: what is wanted.
        as_json: print it as JSON.

    Returns:
        0 when every PC asked for came out well (of a dry run: always), else 1. What stops the work
        is raised.
    """
    inventory = load()
    hosts = select(inventory, asked.limit)
    waivers = read_waivers(ROOT, inventory.hosts, nightly.ids())
    ssh_config = ssh_config_path(ROOT)
    keys.require([host for host in hosts if not inbox.brings(inventory.hosts[host])], ssh_config)
    desk = Desk(inventory, hosts, waivers, ssh_config, ROOT, commit(), console.print)
    told = roll_out(asked, desk)
    if as_json:
        sites = [inventory.hosts[one.host].site for one in told.results]
        typer.echo(document(told, sites).model_dump_json(indent=2))
    else:
        Console(highlight=False).print(page(told))
    return FINE if told.whole or asked.dry else NOT_WHOLE
