"""The two engines beside each other: the whole baseline by pyinfra and by Ansible.

A first run is of PCs as they are after enrolment, fresh ones for each engine. A run that changes
nothing is of PCs made right before, the same ones for both, each round beginning with the other.
"""

import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean, median

from rich.table import Table

from tests.bench import pcs
from tests.bench.answers import Unanswered
from tests.bench.measure import Cost, Ran, measured
from tests.lab import names
from tests.lab.lab import Lab, Report
from tests.lab.playbook import PLAYBOOK
from tests.lab.technician import BASELINE
from tests.lab.workstation import Workstation

BIN = Path(sys.executable).parent
PYINFRA, ANSIBLE = "pyinfra", "Ansible"
FIRST, SECOND, NO_CHANGE = "first run", "second run, right after", "run that changes nothing"
FORKS = 10
# Seconds; ten first runs share the processors of one machine.
LONGEST = 4 * 3600.0
# What sudo notes of each command; both engines become root for each.
EXECUTIONS = ["journalctl", "-q", "--no-pager", "-o", "short-unix", "_COMM=sudo"]
FIGURES = {"wall": "wall, s", "desk": "desk's CPU, s", "pc": "CPU of a PC, s"}


@dataclass(frozen=True)
class Engine:
    """One of the two.

    Attributes:
        name: as the table has it.
        command: what is typed for these PCs.
        changes: how many changes its last words tell of, on all PCs.
    """

    name: str
    command: Callable[[Sequence[str]], list[str]]
    changes: Callable[[str], int]


@dataclass(frozen=True)
class Measured:
    """One run.

    Attributes:
        cost: what it cost.
        changes: on all PCs.
        executions: commands as root on a PC, the mean of all.
        before: seconds until the first of them: reading the inventory, logging in.
        between: seconds from the first to the last.
    """

    cost: Cost
    changes: int
    executions: float
    before: float
    between: float


@dataclass
class Compared:
    """Everything measured: (PCs, which run, engine) -> its rounds; and what was left out."""

    rounds: dict[tuple[int, str, str], list[Measured]] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def _pyinfra(hosts: Sequence[str]) -> list[str]:
    limits = [word for host in hosts for word in ("--limit", host)]
    return [str(BIN / "pyinfra"), "inventory", BASELINE, "-y", *limits]


def _ansible(hosts: Sequence[str]) -> list[str]:
    return [
        *(str(BIN / "ansible-playbook"), PLAYBOOK, "--limit", ",".join(hosts)),
        *("--forks", str(FORKS)),
    ]


def _told_by_pyinfra(out: str) -> int:
    return sum(int(number) for number in re.findall(r"made right, changes: (\d+)", out))


def _told_by_ansible(out: str) -> int:
    return sum(
        int(number) for number in re.findall(r"^\S+\s+: ok=\d+\s+changed=(\d+)", out, re.MULTILINE)
    )


ENGINES = (
    Engine(PYINFRA, _pyinfra, _told_by_pyinfra),
    Engine(ANSIBLE, _ansible, _told_by_ansible),
)


def environment(ssh_config: Path) -> dict[str, str]:
    """The technician's environment; nothing of the caller's decides how Ansible works."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    return {
        **kept,
        "BENVUNG_SSH_CONFIG": str(ssh_config),
        "ANSIBLE_SSH_ARGS": f"-F {ssh_config}",
        "ANSIBLE_NOCOLOR": "1",
        "PYINFRA_PROGRESS": "off",
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "en",
        "COLUMNS": "200",
        # As installed: the compiled files of Python are there.
        "PYTHONDONTWRITEBYTECODE": "",
    }


def compare(
    lab: Lab, counts: Sequence[int], first: Sequence[int], rounds: int, report: Report
) -> Compared:
    """Measure both engines.

    Args:
        lab: the bench's.
        counts: numbers of PCs for the run that changes nothing.
        first: those of them for which first runs are measured too.
        rounds: how often the run that changes nothing is measured.
        report: told (engine, what it cost).

    Raises:
        LabError: the PCs do not come up or to rest.
        Unanswered: a run failed, or changed something where nothing was to change.
    """
    compared = Compared()
    for count in counts:
        if count not in first:
            compared.left_out.append(f"first runs of {_pcs(count)}")
            continue
        for engine in ENGINES:
            _first_and_second(lab, names.first(count), engine, compared, report)
    snapshot = pcs.converged(lab, names.first(1)[0], report)
    for count in counts:
        up = pcs.clones(lab, names.first(count), snapshot, report)
        # Once for nothing: a clone has a name of its own, and its files are not in memory yet.
        _run(up, ENGINES[0], "run that does not count")
        for turn in range(rounds):
            for engine in ENGINES if turn % 2 == 0 else ENGINES[::-1]:
                _note(up, engine, NO_CHANGE, compared, report)
    return compared


def _first_and_second(
    lab: Lab, hosts: Sequence[str], engine: Engine, compared: Compared, report: Report
) -> None:
    """A first run of fresh PCs and a second one; then they go, or become the snapshot."""
    lab.remove([pc.name for pc in lab.workstations() if pc.name in hosts])
    up = lab.start(hosts, suite=pcs.SUITE, report=report)
    for which in (FIRST, SECOND):
        _note(up, engine, which, compared, report)
    if len(up) == 1 and engine.name == PYINFRA:
        pcs.keep(up[0])
    else:
        lab.remove(hosts)


def _note(
    up: Sequence[Workstation], engine: Engine, which: str, compared: Compared, report: Report
) -> None:
    one = _run(up, engine, which)
    compared.rounds.setdefault((len(up), which, engine.name), []).append(one)
    report(engine.name, f"{which} of {_pcs(len(up))}: {one.cost.wall:.1f} s")


def _run(up: Sequence[Workstation], engine: Engine, which: str) -> Measured:
    lab = up[0].lab
    command = engine.command([pc.name for pc in up])
    ran = measured(lab, up, command, environment(lab.ssh_config), longest=LONGEST)
    if ran.code:
        said = f"{ran.out}\n{ran.err}".strip()[-800:]
        raise Unanswered(f"{engine.name}, {which}, ended with {ran.code}: {said}")
    return _measured(ran, up, engine)


def _measured(ran: Ran, up: Sequence[Workstation], engine: Engine) -> Measured:
    moments = [_moments(pc, ran.began) for pc in up]
    return Measured(
        cost=ran.cost,
        changes=engine.changes(f"{ran.out}\n{ran.err}"),
        executions=mean(len(each) for each in moments),
        before=mean(each[0] - ran.began for each in moments),
        between=mean(each[-1] - each[0] for each in moments),
    )


def _moments(pc: Workstation, began: float) -> list[float]:
    """When each command as root began, in seconds since 1970: the PC's clock is this machine's."""
    said = pc.run([*EXECUTIONS, f"--since=@{began:.0f}"]).stdout.splitlines()
    found = [float(line.split()[0]) for line in said if " COMMAND=" in line]
    if not (moments := sorted(moment for moment in found if moment >= began)):
        raise Unanswered(f"{pc.name} knows of no command of the run.")
    return moments


def table(compared: Compared) -> Table:
    """The figures side by side: the median of the rounds, and how many times as much Ansible is."""
    shown = Table(title="The two engines, the whole baseline", title_justify="left")
    for heading in ("PCs", "", "", *FIGURES.values(), "executions on a PC", "changes", "rounds"):
        shown.add_column(heading, justify="right" if heading else "left")
    for count, which in dict.fromkeys((count, which) for count, which, _ in compared.rounds):
        for engine in (PYINFRA, ANSIBLE):
            rounds = compared.rounds[count, which, engine]
            cells = [f"{median(_figure(rounds, name)):.1f}" for name in FIGURES]
            tail = (f"{median(one.executions for one in rounds):.0f}", str(rounds[0].changes))
            shown.add_row(str(count), which, engine, *cells, *tail, str(len(rounds)))
        ratios = [f"{ratio(compared, count, which, name):.1f} times" for name in FIGURES]
        shown.add_row("", "", "Ansible : pyinfra", *ratios)
        shown.add_section()
    return shown


def where(compared: Compared) -> list[str]:
    """Where the time of a run that changes nothing goes, a line for each engine."""
    lines = []
    for (count, which, engine), rounds in compared.rounds.items():
        if which != NO_CHANGE:
            continue
        wall, before, between = (
            median(values)
            for values in (
                _figure(rounds, "wall"),
                [one.before for one in rounds],
                [one.between for one in rounds],
            )
        )
        lines.append(
            f"{_pcs(count)}, {engine}: {before:.1f} s until the first command on a PC, "
            f"{between:.1f} s from the first to the last, {wall - before - between:.1f} s after."
        )
    return lines


def ratio(compared: Compared, count: int, which: str, name: str) -> float:
    """How many times as much as pyinfra Ansible takes, by the medians."""
    mine, theirs = (
        median(_figure(compared.rounds[count, which, engine], name))
        for engine in (PYINFRA, ANSIBLE)
    )
    return theirs / max(1e-9, mine)


def _figure(rounds: Sequence[Measured], name: str) -> list[float]:
    return [getattr(one.cost, name) for one in rounds]


def _pcs(count: int) -> str:
    return f"{count} PC{'s' * (count > 1)}"


def as_json(compared: Compared) -> dict[str, object]:
    """Everything measured, round by round."""
    return {
        "left_out": compared.left_out,
        "rounds": [
            {"hosts": count, "run": which, "engine": engine, "round": asdict(one)}
            for (count, which, engine), rounds in compared.rounds.items()
            for one in rounds
        ],
    }
