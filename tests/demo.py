"""`make demo`: the whole story on lab workstations, by the commands a technician would type."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.panel import Panel

from checks.cli_nightly import FINDINGS
from tests import demo_night, demo_papers
from tests.acceptance.screen import screenshot
from tests.lab import names
from tests.lab.lab import Lab
from tests.lab.machine import can_host

ROOT = Path(__file__).parent.parent
PICTURE = Path("var/demo/desktop.png")
# A history of the demo's own: the technician's knows nothing of lab PCs.
HISTORY = Path("var/demo/history.sqlite")
OFFICE = Path("var/demo/office")
ALL_WORKSTATIONS = 15
console = Console(highlight=False)


def step(title: str, command: list[str], **environment: str) -> int:
    """Show a command as it would be typed, run it, and hand its output through."""
    typed = " ".join(
        [*(f"{name}={value}" for name, value in environment.items()), shlex.join(command)]
    )
    console.rule(f"[bold]{title}")
    console.print(f"[dim]$ {typed}[/]", soft_wrap=True)
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, check=False
    ).returncode


def must(title: str, command: list[str], **environment: str) -> None:
    """Run a step that the rest of the demo stands on; stop with a sentence where it fails."""
    code = step(title, command, **environment)
    if code:
        stop(f"That step failed (exit code {code})")


def stop(why: str) -> NoReturn:
    """End the demo before its end."""
    console.print(f"[red]{why}; the lab is left up to look at.[/]")
    console.print("Stop it with: make lab-down")
    sys.exit(1)


def nights(lab: Lab, hosts: Sequence[str], limits: list[str], baseline: list[str]) -> None:
    """Break one thing of every family, find it, mend what a baseline mends, and look again."""
    reach = {"BENVUNG_SSH_CONFIG": str(lab.ssh_config)}
    for old in (ROOT / HISTORY).parent.glob(f"{HISTORY.name}*"):
        old.unlink()
    demo_night.settle(lab, hosts)
    title = "6. A nightly run before anything is broken: what is a container's own"
    before = night(title, hosts, limits, {0, FINDINGS}, **reach)
    plan = demo_night.staged(hosts)
    console.rule("[bold]7. Break one thing of every family")
    console.print(demo_night.shown(plan))
    console.print(demo_night.FAKED)
    demo_night.break_them(lab, plan)
    found = night("8. A nightly run", hosts, limits, {FINDINGS}, **reach)
    just(plan, found, before)
    must("9. What a baseline mends", baseline, **reach)
    title = "10. The next nightly run: what is left is for people"
    found = night(title, hosts, limits, {FINDINGS}, **reach)
    just([one for one in plan if one.fake], found, before)


def night(
    title: str, hosts: Sequence[str], limits: list[str], codes: set[int], **reach: str
) -> set[tuple[str, str]]:
    """Run `benvung nightly`, and stop where it ends otherwise; (PC, control) of what fails."""
    command = [".venv/bin/benvung", "nightly", "--no-tell", *limits]
    code = step(title, command, BENVUNG_DATABASE=f"sqlite:///{HISTORY}", COLUMNS="80", **reach)
    if code not in codes:
        stop(f"Exit code {code}, where {sorted(codes)} was to come")
    return demo_night.failing(f"sqlite:///{ROOT / HISTORY}", hosts)


def just(
    plan: list[demo_night.Staged], found: set[tuple[str, str]], before: set[tuple[str, str]]
) -> None:
    """Stop where a night did not find just what was broken since the first one."""
    broken = {(one.host, one.control) for one in plan}
    if wrong := demo_night.unexpected(plan, found - (before - broken)):
        stop("; ".join(wrong))


def papers() -> None:
    """Record what people make of one PC, and write its dossier."""
    console.rule(f"[bold]11. From the broken PC to the signed papers: {demo_papers.HOST}")
    console.print(demo_papers.SAID)
    folder = ROOT / demo_papers.FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    copy = demo_papers.copied(ROOT / OFFICE)
    told = {**os.environ, "BENVUNG_DATABASE": f"sqlite:///{ROOT / HISTORY}"}
    for words in demo_papers.commands(folder):
        console.print(f"[dim]$ benvung {shlex.join(words)}[/]", soft_wrap=True)
        command = [sys.executable, "-c", demo_papers.RUN, *words]
        if subprocess.run(command, cwd=copy, env=told, check=False).returncode:
            stop("That step failed")


def main(hosts: Annotated[int, typer.Option(min=1, max=ALL_WORKSTATIONS)] = 3) -> None:
    """Boot HOSTS lab workstations, make them right, look from the reader's chair, break them."""
    obstacle = can_host()
    if obstacle:
        console.print(f"{obstacle} Unit tests and lint work here: make unit, make lint.")
        sys.exit(1)
    lab = Lab()
    reach = {"BENVUNG_SSH_CONFIG": str(lab.ssh_config)}
    must("1. Boot the lab", [".venv/bin/python", "-m", "tests.lab", "up", "--hosts", str(hosts)])
    up = names.first(hosts)
    limits = [] if hosts == ALL_WORKSTATIONS else [f"--limit={name}" for name in up]
    baseline = [".venv/bin/pyinfra", "inventory", "deploys/baseline.py", *limits, "-y"]
    must("2. Make every PC what the inventory declares", baseline, **reach)
    must("3. Once more: nothing left to change", baseline, **reach)
    chair = up[0]
    must(
        f"4. Look from the reader's chair at {chair}",
        [".venv/bin/python", "-m", "tests.acceptance", chair],
        **reach,
    )
    console.rule("[bold]5. The reader's desktop")
    (ROOT / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    screenshot(chair, ROOT / PICTURE, ssh_config=lab.ssh_config)
    nights(lab, up, limits, baseline)
    papers()
    console.print(
        Panel(
            f"Look at      {PICTURE}\n"
            f"Read         {demo_papers.FOLDER}\n"
            f"Log in       ssh -F {lab.ssh_config} {up[-1]}\n"
            f"Run again    BENVUNG_SSH_CONFIG={lab.ssh_config} {shlex.join(baseline)}\n"
            f"Stop         make lab-down",
            title="The lab is up",
            expand=False,
        )
    )


if __name__ == "__main__":
    typer.run(main)
