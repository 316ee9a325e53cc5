"""Run the suites: `python -m tests.run ci` (make test) or `full` (make test-full).

The parts run one after the other because all share two cores; each prints how long it took, so that
a suite that grows is seen growing. A lab waits half of its time, so its modules are shared out to
two workers with a lab each; the virtual PC wants the machine for itself.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from tests.lab.machine import can_host

ROOT = Path(__file__).parent.parent
console = Console(highlight=False)


@dataclass(frozen=True)
class Part:
    """One pytest run: what it is called and what it selects."""

    title: str
    arguments: tuple[str, ...]
    needs_lab: bool = True


# In the order of the files: by the number of their tests, the longest module would come last.
TWO_LABS = ("tests/lab", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
UNIT = Part("unit", ("tests/unit", "-n", "2"), needs_lab=False)
LAB = Part("lab, Debian 13", (*TWO_LABS, "-m", "not full and not qemu"))
WHOLE_LAB = Part("lab, Debian 13 and 12", (*TWO_LABS, "-m", "not qemu"))
ONE_START = Part("virtual PC, one start", ("tests/lab", "-m", "qemu and not full"))
WHOLE_VIRTUAL_PC = Part("virtual PC, whole", ("tests/lab", "-m", "qemu"))
SUITES = {"ci": (UNIT, LAB, ONE_START), "full": (UNIT, WHOLE_LAB, WHOLE_VIRTUAL_PC)}


def run(part: Part) -> tuple[bool, float]:
    """Run one part; True when green, and its seconds."""
    console.rule(f"[bold]{part.title}")
    results = ROOT / "var" / "results"
    results.mkdir(parents=True, exist_ok=True)
    report = results / f"{part.title.replace(', ', '-').replace(' ', '-')}.xml"
    started = time.monotonic()
    command = [
        *(sys.executable, "-m", "pytest", *part.arguments),
        *(f"--junitxml={report}", "--durations=25"),
    ]
    code = subprocess.run(command, cwd=ROOT, env=os.environ, check=False).returncode
    return code == 0, time.monotonic() - started


def main(suite: str) -> None:
    """Run the parts of SUITE (ci or full) and show each one's result and time."""
    if suite not in SUITES:
        raise typer.BadParameter(f"{suite}: choose {' or '.join(SUITES)}")
    obstacle = can_host()
    table = Table("Part", "Result", "Minutes")
    green = True
    for part in SUITES[suite]:
        if part.needs_lab and obstacle:
            table.add_row(part.title, "not run", "")
            continue
        passed, seconds = run(part)
        green &= passed
        table.add_row(part.title, "passed" if passed else "FAILED", f"{seconds / 60:.1f}")
    console.print(table)
    if obstacle:
        console.print(f"{obstacle} Unit tests and lint work here: make unit, make lint.")
    sys.exit(0 if green and not obstacle else 1)


if __name__ == "__main__":
    typer.run(main)
