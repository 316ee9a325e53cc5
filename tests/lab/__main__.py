"""`python -m tests.lab`: the lab's command line."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from tests.lab import names, roots
from tests.lab.lab import Lab, Report
from tests.lab.machine import LabError, can_host, mirrors

app = typer.Typer(
    help="Lab workstations: Debian in containers, named as in the inventory.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
console = Console(stderr=True)

Names = Annotated[list[str], typer.Argument(metavar="HOST...", help="Names in the inventory.")]
Suite = Annotated[str, typer.Option(help="Debian suite: trixie or bookworm.")]


@contextmanager
def _progress() -> Iterator[Report]:
    """A line for each workstation on a terminal, plain lines elsewhere."""
    if not console.is_terminal:
        yield lambda host, stage: console.print(f"{host}: {stage}", highlight=False)
        return
    columns = (SpinnerColumn(), TextColumn("{task.fields[host]:14} {task.description}"))
    with Progress(*columns, TimeElapsedColumn(), console=console) as bar:
        tasks: dict[str, TaskID] = {}

        def report(host: str, stage: str) -> None:
            if host not in tasks:
                tasks[host] = bar.add_task(stage, host=host, total=1)
            bar.update(tasks[host], description=stage, completed=stage == "up")

        yield report


@app.command()
def up(
    hosts: Annotated[int | None, typer.Option(help="How many; 3 spans both sites.")] = None,
    host: Annotated[list[str] | None, typer.Option(help="One by name; repeat for more.")] = None,
    suite: Suite = "trixie",
    fresh: Annotated[bool, typer.Option(help="As Debian's installer leaves a PC.")] = False,
) -> None:
    """Boot workstations; those that are up already stay as they are."""
    lab = Lab()
    wanted = host or names.first(3 if hosts is None else hosts)
    with _progress() as report:
        started = lab.start(wanted, suite=suite, fresh=fresh, report=report)
    _check_names(lab, started[0].name)
    console.print(f"[green]{len(started)} up.[/] Log in:  ssh -F {lab.ssh_config} {wanted[0]}")
    if fresh:
        console.print(f"User caidat, password in {lab.state / 'password'}")


def _check_names(lab: Lab, name: str) -> None:
    """Say so when a workstation has no way out: another firewall may drop what is forwarded."""
    mirror = mirrors().host
    if lab[name].run(["getent", "ahostsv4", mirror], check=False).returncode:
        console.print(
            f"[yellow]{name} cannot resolve {mirror}: is forwarding dropped by a firewall here?[/]"
        )


@app.command()
def down(
    hosts: Annotated[list[str] | None, typer.Argument(metavar="[HOST]...", help="Or all.")] = None,
) -> None:
    """Stop and delete workstations: those named, or the whole lab."""
    if hosts:
        Lab().remove(hosts)
    else:
        Lab().down()
    console.print(f"{', '.join(hosts) if hosts else 'The lab'} is gone.")


@app.command()
def status() -> None:
    """Show the workstations of this lab."""
    lab = Lab()
    table = Table("workstation", "state", "suite", "kind", "address", "memory")
    for ws in lab.workstations():
        record = ws.record
        kind = f"{record.kind} ({record.snapshot})" if record.snapshot else record.kind
        used = f"{ws.memory() >> 20} MB" if ws.pid else ""
        table.add_row(ws.name, ws.state, record.suite, kind, str(ws.address), used)
    Console().print(table)


@app.command()
def reset(hosts: Names) -> None:
    """Put workstations back to their pristine disks."""
    with _progress() as report:
        Lab().reset(hosts, report)


@app.command()
def build(
    suite: Suite = "trixie",
    again: Annotated[bool, typer.Option(help="Even if it is in the cache.")] = False,
) -> None:
    """Build a suite's root file system into the cache."""
    if why := can_host():
        raise LabError(why)
    with _progress() as report:
        roots.layers(suite, lambda line: report(suite, line), again=again)
        report(suite, "up")


@app.command("exec", context_settings={"ignore_unknown_options": True})
def execute(host: str, command: Annotated[list[str], typer.Argument()]) -> None:
    """Run a command as root inside a workstation, without SSH."""
    argv = Lab()[host].command(command)
    os.execvp(argv[0], argv)  # noqa: S606


def main() -> int:
    """Run the command line; a trouble a person can mend is one sentence and exit code 1."""
    if os.geteuid() != 0 and "--help" not in sys.argv:
        if not shutil.which("sudo"):
            console.print(Text(str(can_host()), "red"))
            return 1
        keep = "--preserve-env=BENVUNG_LAB_STATE,BENVUNG_LAB_CACHE,PYTHONDONTWRITEBYTECODE"
        os.execvp("sudo", ["sudo", keep, sys.executable, "-m", "tests.lab", *sys.argv[1:]])  # noqa: S606
    try:
        app(prog_name="python -m tests.lab")
    except LabError as why:
        console.print(Text(str(why), "red"))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
