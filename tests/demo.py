"""`make demo`: the whole story on lab workstations, by the commands a technician would type."""

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel

from tests.acceptance.screen import screenshot
from tests.lab import names
from tests.lab.machine import can_host

ROOT = Path(__file__).parent.parent
SSH_CONFIG = Path("var/lab/ssh_config")
PICTURE = Path("var/demo/desktop.png")
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
        console.print(
            f"[red]That step failed (exit code {code}); the lab is left up to look at.[/]"
        )
        console.print("Stop it with: make lab-down")
        sys.exit(1)


def main(hosts: Annotated[int, typer.Option(min=1, max=ALL_WORKSTATIONS)] = 3) -> None:
    """Boot HOSTS lab workstations, make them right, look from the reader's chair."""
    obstacle = can_host()
    if obstacle:
        console.print(f"{obstacle} Unit tests and lint work here: make unit, make lint.")
        sys.exit(1)
    lab = {"BENVUNG_SSH_CONFIG": str(SSH_CONFIG)}
    must("1. Boot the lab", [".venv/bin/python", "-m", "tests.lab", "up", "--hosts", str(hosts)])
    up = names.first(hosts)
    limits = [] if hosts == ALL_WORKSTATIONS else [f"--limit={name}" for name in up]
    baseline = [".venv/bin/pyinfra", "inventory", "deploys/baseline.py", *limits, "-y"]
    must("2. Make every PC what the inventory declares", baseline, **lab)
    must("3. Once more: nothing left to change", baseline, **lab)
    chair = up[0]
    must(
        f"4. Look from the reader's chair at {chair}",
        [".venv/bin/python", "-m", "tests.acceptance", chair],
        **lab,
    )
    console.rule("[bold]5. The reader's desktop")
    (ROOT / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    screenshot(chair, ROOT / PICTURE, ssh_config=ROOT / SSH_CONFIG)
    console.print(
        Panel(
            f"Look at      {PICTURE}\n"
            f"Log in       ssh -F {SSH_CONFIG} {up[-1]}\n"
            f"Run again    BENVUNG_SSH_CONFIG={SSH_CONFIG} {shlex.join(baseline)}\n"
            f"Stop         make lab-down",
            title="The lab is up",
            expand=False,
        )
    )


if __name__ == "__main__":
    typer.run(main)
