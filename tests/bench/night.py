"""The night beside testinfra and Ansible: the same PCs, the same questions, in one run."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from rich.table import Table

from tests.bench import sides
from tests.bench.answers import Answers, Unanswered, differences
from tests.bench.measure import Cost, Ran, measured
from tests.bench.sides import ANSIBLE, NIGHT, TESTINFRA, Side
from tests.lab.lab import Lab, Report
from tests.lab.workstation import Workstation

# What is compared, with its unit.
FIGURES = {"wall": "wall, s", "desk": "desk's CPU, s", "pc": "CPU of a PC, s"}


@dataclass
class Compared:
    """Everything measured for a number of PCs.

    Attributes:
        hosts: their names.
        costs: side -> its cost in each round.
        answers: side -> answers to each PC; 0 where only facts come.
        differences: where the night and testinfra did not say the same -> in how many rounds.
    """

    hosts: Sequence[str]
    costs: dict[str, list[Cost]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    differences: dict[str, int] = field(default_factory=dict)

    def figure(self, side: str, name: str) -> list[float]:
        """One figure of a side in all rounds, the smallest first."""
        return sorted(getattr(cost, name) for cost in self.costs[side])

    def ratio(self, side: str, name: str) -> float:
        """How many times as much as the night a side takes, by the medians."""
        return median(self.figure(side, name)) / max(1e-9, median(self.figure(NIGHT, name)))


def compare(lab: Lab, pcs: Sequence[Workstation], rounds: int, report: Report) -> Compared:
    """Ask the PCs in every way, one after the other, in each round beginning with another one.

    Args:
        lab: where they are.
        pcs: the PCs.
        rounds: how often.
        report: told (side, what it cost).

    Raises:
        Unanswered: a side did not answer, or not what it was asked.
        LabError: the PCs do not come to rest.
    """
    hosts = [pc.name for pc in pcs]
    compared = Compared(hosts)
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        known = sides.sides(hosts, lab.ssh_config, place)
        environment = sides.environment(lab.ssh_config, place)
        # Once for nothing: files are read into memory, the history is made.
        for side in known:
            _ask(lab, pcs, side, environment)
        for turn in range(rounds):
            said: dict[str, Answers] = {}
            for side in (*known[turn % len(known) :], *known[: turn % len(known)]):
                ran, answers = _ask(lab, pcs, side, environment)
                compared.costs.setdefault(side.name, []).append(ran.cost)
                compared.answers[side.name] = _least(answers)
                said[side.name] = answers
                report(side.name, f"round {turn + 1}: {ran.cost.wall:.2f} s")
            for one in map(str, differences(said[NIGHT], said[TESTINFRA])):
                compared.differences[one] = compared.differences.get(one, 0) + 1
    return compared


def _ask(
    lab: Lab, pcs: Sequence[Workstation], side: Side, environment: Mapping[str, str]
) -> tuple[Ran, Answers]:
    ran = measured(lab, pcs, side.command, environment)
    if side.answers is None:
        sides.facts_of(ran, [pc.name for pc in pcs])
        return ran, {}
    try:
        return ran, side.answers(ran)
    except (OSError, ValueError, KeyError) as why:
        raise Unanswered(f"{side.name}: {why!r}: {ran.out.strip()[-400:]}") from None


def _least(answers: Answers) -> int:
    return min((len(each) for each in answers.values()), default=0)


def table(compared: Compared) -> Table:
    """The figures side by side: the median of the rounds, the smallest and the largest."""
    count = len(compared.hosts)
    shown = Table(title=f"{count} PC{'s' * (count > 1)}", title_justify="left")
    shown.add_column("")
    for heading in (*FIGURES.values(), "answers of a PC"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for side in compared.costs:
        cells = [_cell(compared.figure(side, name)) for name in FIGURES]
        shown.add_row(side, *cells, str(compared.answers[side] or "facts"))
    shown.add_section()
    for side in (TESTINFRA, ANSIBLE):
        ratios = [f"{compared.ratio(side, name):.1f} times" for name in FIGURES]
        shown.add_row(f"{side.split()[0]} : night", *ratios, "")
    return shown


def _cell(rounds: Sequence[float]) -> str:
    return f"{median(rounds):.2f} ({rounds[0]:.2f} to {rounds[-1]:.2f})"


def as_json(compared: Compared) -> dict[str, object]:
    """Everything measured, round by round."""
    ratios = {
        side: {name: round(compared.ratio(side, name), 2) for name in FIGURES}
        for side in compared.costs
        if side != NIGHT
    }
    return {**asdict(compared), "times_the_night": ratios}
