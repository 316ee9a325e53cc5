"""`benvung nightly` and `benvung controls`: look at every PC, remember it, tell it."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from checks import inbox, keys, night_json, nightly, notify, tell
from checks.controls.page import controls_table, hardware_table
from checks.findings import Drift, Status
from checks.history import History, Night, open_history
from checks.notice import missed, notice
from checks.schedule import planned
from checks.waivers import read_waivers
from deploys.commit import commit
from inventory.addresses import ssh_config_path
from inventory.loader import ROOT, load, select
from inventory.words import _

FINE, FINDINGS = 0, 1


def show_controls() -> None:
    """List the controls, and the rules on hardware."""
    Console().print(controls_table(), "", hardware_table(), sep="\n")


@dataclass(frozen=True)
class Asked:
    """What the person asked for.

    Attributes:
        limit: PCs or groups; none means all.
        as_json: print the night as JSON.
        wake: wake PCs that are off.
        tell: send the notice.
        drift: ask pyinfra what it would change.
    """

    limit: tuple[str, ...] = ()
    as_json: bool = False
    wake: bool = False
    tell: bool = True
    drift: bool = True


def run(asked: Asked) -> int:
    """Look at every PC once; the exit code says how it went.

    Returns:
        0 when all is well, 1 with findings. What stops the work is raised.
    """
    inventory = load()
    hosts = select(inventory, asked.limit)
    waivers = read_waivers(ROOT, inventory.hosts, nightly.ids())
    desk = nightly.Desk(inventory, waivers, ssh_config_path(ROOT), commit())
    reached = [host for host in hosts if not inbox.brings(inventory.hosts[host])]
    keys.require(reached, desk.ssh_config)
    with open_history() as history:
        late = missed(history, datetime.now(UTC), partial(planned, inventory))
        with progress(shown=not asked.as_json and sys.stderr.isatty()) as count:
            night = nightly.run(
                desk,
                hosts,
                history,
                done=count(_("Asking the PCs"), len(hosts)),
                waking=asked.wake,
                compare=partial(_compare, desk, count) if asked.drift else None,
            )
        _show(history, night, hosts, late, as_json=asked.as_json)
        if not asked.as_json and (ages := inbox.ages(inventory, hosts, history.since())):
            Console(highlight=False).print("", ages, sep="\n")
        if asked.tell:
            _tell(history, night, hosts, late)
        history.thin(night.day)
        return _code(history, hosts)


# Of what there is to do, and how much -> what is to be called after each.
Count = Callable[[str, int], Callable[[object], None]]


@contextmanager
def progress(*, shown: bool) -> Iterator[Count]:
    """Show on standard error how many have answered, of each thing there is to do."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not shown) as bar:

        def count(what: str, total: int) -> Callable[[object], None]:
            task = bar.add_task(what, total=total)
            return lambda _done: bar.advance(task)

        yield count


def _compare(desk: nightly.Desk, count: Count, hosts: Sequence[str]) -> Mapping[str, Drift]:
    done = count(_("Comparing them with the declaration"), len(hosts))
    # It stands on pyinfra, which takes half a second to load.
    from checks import drift  # noqa: PLC0415

    return drift.ask(hosts, ssh_config=desk.ssh_config, done=done)


def _show(
    history: History, night: Night, hosts: Sequence[str], late: str | None, *, as_json: bool
) -> None:
    states = history.states(hosts)
    last = history.last_run()
    if as_json and last:
        changes = history.changes(night.day, hosts)
        typer.echo(night_json.document(last, states, changes, late).model_dump_json(indent=2))
    else:
        Console().print(tell.page(states, night.ended, late, night.resting))


def _tell(history: History, night: Night, hosts: Sequence[str], late: str | None) -> None:
    """Send the notice, where an address is declared; what became of it is remembered."""
    try:
        urls = notify.addresses()
    except notify.NoticeRefused as why:
        sent = notify.Sent(told=False, sentence=str(why))
    else:
        changes = history.changes(night.day, hosts)
        sent = notify.send(
            notice(changes, history.states(hosts), night.ended, late, night.resting), urls
        )
    history.noticed(night.run, sent.sentence, told=sent.told)
    Console(stderr=True, highlight=False, markup=False).print(sent.sentence)


def _code(history: History, hosts: Sequence[str]) -> int:
    well = all(
        one.status in (Status.WAIVED, Status.UNKNOWN)
        for state in history.states(hosts)
        for one in state.findings
    )
    return FINE if well else FINDINGS
