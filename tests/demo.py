"""`make demo`: the whole story on lab workstations, by the commands a technician would type."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.panel import Panel

from checks.cli_nightly import FINDINGS
from tests import demo_night, demo_papers, demo_pull
from tests.acceptance.screen import screenshot
from tests.lab import names
from tests.lab.lab import Lab
from tests.lab.machine import LabError, can_host
from tests.lab.pulling import Site

ROOT = Path(__file__).parent.parent
BIN = ROOT / ".venv/bin"
PICTURE = Path("var/demo/desktop.png")
# A history of the demo's own: the technician's knows nothing of lab PCs.
HISTORY = Path("var/demo/history.sqlite")
DATABASE = f"sqlite:///{ROOT / HISTORY}"
OFFICE = Path("var/demo/office")
ALL_WORKSTATIONS = len(names.workstations())
console = Console(highlight=False)


@dataclass
class Terminal:
    """What the technician's terminal has: a directory, exported variables, steps done so far."""

    directory: Path = ROOT
    exported: dict[str, str] = field(default_factory=dict)
    steps: int = 0

    def heading(self, title: str) -> None:
        """Begin the next step."""
        self.steps += 1
        console.rule(f"[bold]{self.steps}. {title}")

    def go(self, directory: Path, **exported: str) -> None:
        """Change the directory and export variables, as it would be typed."""
        self.directory = directory
        self.exported |= exported
        lines = [f"cd {directory}", *(f"export {name}={exported[name]}" for name in exported)]
        for line in lines:
            console.print(f"[dim]$ {line}[/]", soft_wrap=True)

    def run(self, *words: str) -> int:
        """Show a command as it would be typed, run it, and hand its output through."""
        console.print(f"[dim]$ {shlex.join(words)}[/]", soft_wrap=True)
        found = {"PATH": f"{BIN}:{os.environ['PATH']}"}
        return subprocess.run(
            words, cwd=self.directory, env={**os.environ, **found, **self.exported}, check=False
        ).returncode

    def must(self, *words: str) -> None:
        """Run what the rest of the demo stands on; stop with a sentence where it fails."""
        code = self.run(*words)
        if code:
            stop(f"That step failed (exit code {code})")


def stop(why: str) -> NoReturn:
    """End the demo before its end."""
    console.print(f"[red]{why}; the lab is left up to look at.[/]")
    console.print("Stop it with: make lab-down")
    sys.exit(1)


@dataclass(frozen=True)
class Demo:
    """The lab PCs and the tree they are made right from.

    Attributes:
        lab: where they are.
        terminal: the technician's.
        ours: the tree, signed and published.
        hosts: all PCs.
        pulling: those that make themselves right.
    """

    lab: Lab
    terminal: Terminal
    ours: Site
    hosts: Sequence[str]
    pulling: Sequence[str]

    @property
    def limits(self) -> list[str]:
        """The words that mean these PCs alone."""
        return [f"--limit={name}" for name in self.hosts]

    @property
    def baseline(self) -> list[str]:
        """The command that makes every PC right the desk pushes to."""
        pushed = [f"--limit={name}" for name in self.hosts if name not in self.pulling]
        return ["pyinfra", "inventory", "deploys/baseline.py", *pushed, "-y"]

    def keys(self) -> None:
        """What a PC at a pull site gets from the desk: who gets in, and whom it believes."""
        self.terminal.heading("Thanh Mỹ: the keys, and nothing else, come from the desk")
        limits = [f"--limit={name}" for name in self.pulling]
        for deploy in ("access", "pull"):
            self.terminal.must("pyinfra", "inventory", f"deploys/{deploy}.py", *limits, "-y")
        self.terminal.heading("The inbox takes their reports, each by its own key")
        for name in self.pulling:
            self.terminal.must("benvung", "inbox", "trust", name)
        console.print("[dim]$ git commit -S -a -m 'Trust the reports of Thanh Mỹ' && git push[/]")
        demo_pull.publish(self.ours)
        inbox = f"--limit={demo_pull.INBOX}"
        # On that machine it lies where it does on every server, not where it is seen from outside.
        words = ("env", "-u", "BENVUNG_INBOX", "pyinfra", "inventory", "deploys/inbox.py")
        self.terminal.must(*words, inbox, "-y")

    def pull(self) -> None:
        """Let each PC of the pull site make itself right now, as it does at closing."""
        command = "sudo python3 -B /usr/local/lib/benvung/pull now"
        for name in self.pulling:
            self.terminal.must("ssh", "-F", str(self.lab.ssh_config), name, command)

    def same_state(self) -> None:
        """Show that both sites have come to what the same commit declares."""
        self.terminal.heading("Two sites, two engines, one commit: is anything left to change?")
        asked = [self.hosts[0], *self.pulling]
        table, wrong = demo_pull.compared(self.lab, self.ours, asked)
        console.print(table)
        if wrong:
            stop("; ".join(wrong))

    def nights(self) -> None:
        """Break one thing of every family, find it, mend what a baseline mends, and look again."""
        for old in (ROOT / HISTORY).parent.glob(f"{HISTORY.name}*"):
            old.unlink()
        demo_night.settle(self.lab, self.hosts)
        title = "A nightly run before anything is broken: what is a container's own"
        before = self.night(title, {0, FINDINGS})
        plan = demo_night.staged(self.hosts, self.pulling)
        self.terminal.heading("Break one thing of every family")
        console.print(demo_night.shown(plan))
        console.print(demo_night.FAKED)
        demo_night.break_them(self.lab, plan)
        just(plan, self.night("A nightly run", {FINDINGS}), before)
        self.terminal.heading("What a baseline mends")
        self.terminal.must(*self.baseline)
        self.pull()
        found = self.night("The next nightly run: what is left is for people", {FINDINGS})
        just([one for one in plan if one.fake], found, before)

    def night(self, title: str, codes: set[int]) -> set[tuple[str, str]]:
        """Run `benvung nightly`, and stop where it ends otherwise; (PC, control) of what fails."""
        self.terminal.heading(title)
        try:
            demo_pull.bring_home(self.lab, self.pulling)
        except LabError as why:
            stop(f"No report came home: {why}")
        code = self.terminal.run(
            "env", "COLUMNS=80", "benvung", "nightly", "--no-tell", *self.limits
        )
        if code not in codes:
            stop(f"Exit code {code}, where {sorted(codes)} was to come")
        return demo_night.failing(DATABASE, self.hosts)

    def papers(self) -> None:
        """Record what people make of one PC, and write its dossier."""
        self.terminal.heading(f"From the broken PC to the signed papers: {demo_papers.HOST}")
        console.print(demo_papers.SAID)
        folder = ROOT / demo_papers.FOLDER
        shutil.rmtree(folder, ignore_errors=True)
        copy = demo_papers.copied(ROOT / OFFICE)
        told = {**os.environ, "BENVUNG_DATABASE": DATABASE}
        for words in demo_papers.commands(folder):
            console.print(f"[dim]$ benvung {shlex.join(words)}[/]", soft_wrap=True)
            command = [sys.executable, "-c", demo_papers.RUN, *words]
            if subprocess.run(command, cwd=copy, env=told, check=False).returncode:
                stop("That step failed")


def just(
    plan: list[demo_night.Staged], found: set[tuple[str, str]], before: set[tuple[str, str]]
) -> None:
    """Stop where a night did not find just what was broken since the first one."""
    broken = {(one.host, one.control) for one in plan}
    if wrong := demo_night.unexpected(plan, found - (before - broken)):
        stop("; ".join(wrong))


def chair(demo: Demo, host: str) -> None:
    """Look at one PC as a reader does."""
    demo.terminal.heading(f"Look from the reader's chair at {host}")
    tree = demo.terminal.directory
    demo.terminal.go(ROOT)
    demo.terminal.must("python", "-m", "tests.acceptance", host)
    demo.terminal.go(tree)
    demo.terminal.heading("The reader's desktop")
    (ROOT / PICTURE).parent.mkdir(parents=True, exist_ok=True)
    screenshot(host, ROOT / PICTURE, ssh_config=demo.lab.ssh_config)


def workstations(number: int) -> list[str]:
    """The PCs of the two sites; of all fifteen, one takes the reports and is no workstation."""
    known = names.first(min(number + 1, ALL_WORKSTATIONS))
    return [name for name in known if name != demo_pull.INBOX][:number]


def story(demo: Demo) -> None:
    """Both sites, one in each way, then the reader, the nights and the papers."""
    terminal = demo.terminal
    if demo.pulling:
        demo.keys()
    terminal.heading("Push: make every PC the desk reaches what the inventory declares")
    terminal.must(*demo.baseline)
    terminal.heading("Once more: nothing left to change")
    terminal.must(*demo.baseline)
    if demo.pulling:
        terminal.heading("Pull: Thanh Mỹ fetches the signed commit and applies it by itself")
        demo.pull()
        demo.same_state()
    chair(demo, demo.hosts[0])
    demo.nights()
    demo.papers()


def main(hosts: Annotated[int, typer.Option(min=1, max=ALL_WORKSTATIONS)] = 3) -> None:
    """Boot HOSTS lab workstations, make them right, look from the reader's chair, break them."""
    obstacle = can_host()
    if obstacle:
        console.print(f"{obstacle} Unit tests and lint work here: make unit, make lint.")
        sys.exit(1)
    lab, terminal = Lab(), Terminal()
    up = workstations(hosts)
    terminal.heading("Boot the lab")
    booted = [f"--host={name}" for name in (*up, demo_pull.INBOX)]
    terminal.must("python", "-m", "tests.lab", "up", *booted)
    with demo_pull.office(lab) as ours:
        terminal.heading("The technician's tree: one site is pushed to, the other one pulls")
        console.print(demo_pull.SAID)
        terminal.go(ours.root, **demo_pull.environment(lab, ours), BENVUNG_DATABASE=DATABASE)
        demo = Demo(lab, terminal, ours, up, demo_pull.pulling(up))
        story(demo)
        console.print(
            Panel(
                f"Look at      {PICTURE}\n"
                f"Read         {demo_papers.FOLDER}\n"
                f"Log in       ssh -F {lab.ssh_config} {up[-1]}\n"
                f"Run again    cd {ours.root}; PYTHONPATH=. BENVUNG_SSH_CONFIG={lab.ssh_config} "
                f"{BIN}/{shlex.join(demo.baseline)}\n"
                f"Stop         make lab-down",
                title="The lab is up",
                expand=False,
            )
        )


if __name__ == "__main__":
    typer.run(main)
