"""The demo's night: one thing broken of every family, found, mended, and looked at again."""

import json
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from checks.controls import CONTROLS
from checks.history import open_history
from tests.lab.control_faults import FAULTS
from tests.lab.lab import Lab

ROOT = Path(__file__).parent.parent
# A control of every aspect whose fault the next baseline mends.
BROKEN = (
    *("access.root-login", "updates.at-closing", "antivirus.downloads-watched"),
    *("browser.addons", "shortcuts.icons", "restrictions.permissions", "session.no-groups"),
    *("desktop.time-zone", "power.closing", "health.sessions-counted", "pull.mode"),
)
# A container has no disk of its own, and no disk fails when it is told to.
FAKE = "/usr/local/sbin/smartctl"
ANSWER = ROOT / "tests/unit/data/smartctl/failing-now.json"
FAILED_DISK = "hardware.disk.failed"
# The PC whose disk fails, where it is booted: the papers are about it.
SICK = "thanhmy-03"
# What else that answer comes to.
OF_THAT_DISK = frozenset({"hardware.disk.attribute-failed", "hardware.disk.points"})
FAKED = (
    f"The disk is a fake, since a container has none of its own: {FAKE} answers there with an "
    f"invented answer ({ANSWER.relative_to(ROOT)}). Everything else is really broken."
)


@dataclass(frozen=True)
class Staged:
    """One thing broken on one PC.

    Attributes:
        host: the PC.
        control: what must fail then.
        do: the shell command that breaks it, run as root on the PC.
        also: other controls that may fail with it.
        fake: whether something stands in for what a container does not have.
    """

    host: str
    control: str
    do: str
    also: frozenset[str] = frozenset()
    fake: bool = False


def staged(hosts: Sequence[str], pulling: Sequence[str] = ()) -> list[Staged]:
    """What is broken, spread over the PCs in turn.

    Args:
        hosts: the lab's PCs.
        pulling: those that pull; what is broken about pushing is broken on another one.
    """
    known = {fault.control: fault for fault in FAULTS}
    pushed = [host for host in hosts if host not in pulling]
    broken = []
    for number, control in enumerate(BROKEN):
        among = pushed if control.startswith("pull.") else hosts
        fault = known[control]
        turn = among[number % len(among)]
        broken.append(Staged(turn, control, fault.do, frozenset(fault.cascade)))
    answer = json.dumps(json.loads(ANSWER.read_text(encoding="utf-8")), separators=(",", ":"))
    script = f"#!/bin/sh\n# A fake of the demo: an invented answer.\necho {shlex.quote(answer)}\n"
    do = f"printf %s {shlex.quote(script)} > {FAKE} && chmod 755 {FAKE}"
    sick = SICK if SICK in hosts else hosts[len(BROKEN) % len(hosts)]
    return [*broken, Staged(sick, FAILED_DISK, do, OF_THAT_DISK, fake=True)]


def shown(plan: Iterable[Staged]) -> Table:
    """The plan as a table for 80 columns."""
    titles = {control.id: control.title for control in CONTROLS}
    table = Table("PC", "What is no longer so", "Control", box=None, pad_edge=False)
    for one in plan:
        title = titles.get(one.control, "The disk does not report that it is failing. (A fake.)")
        table.add_row(one.host, title, one.control)
    return table


def break_them(lab: Lab, plan: Iterable[Staged]) -> None:
    """Break everything of a plan."""
    for one in plan:
        lab[one.host].run(one.do)


def settle(lab: Lab, hosts: Iterable[str]) -> None:
    """Let each PC do now what a timer may start between two nights, and fail at in the lab."""
    for host in hosts:
        lab[host].run("systemctl start benvung-signatures.service || true")


def failing(database: str, hosts: Sequence[str]) -> set[tuple[str, str]]:
    """What stands as failing in a history: (PC, control).

    Not drift: that is pyinfra's own word on what a control has found already.
    """
    with open_history(database) as history:
        return {
            (state.host, one.control)
            for state in history.states(hosts)
            for one in state.failing
            if not one.control.startswith("drift.")
        }


def unexpected(plan: Sequence[Staged], found: set[tuple[str, str]]) -> list[str]:
    """What a night missed of a plan, and what it found beside it; nothing where it is right."""
    wanted = {(one.host, one.control) for one in plan}
    allowed = wanted | {(one.host, control) for one in plan for control in one.also}
    missed = [f"{host}: {control} was not found" for host, control in sorted(wanted - found)]
    more = [f"{host}: {control} was not broken" for host, control in sorted(found - allowed)]
    return [*missed, *more]
