"""The probe against its budget: seconds, memory, bytes, on a lab PC.

Memory is what all its processes together have in use at one moment, as the kernel counts it in a
control group of their own, looked at every few milliseconds. That it is enough is then proved the
other way round: in a group that is not given more, the probe must come to its end and miss nothing.
"""

import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from rich.table import Table

from checks.collect import PROBE
from tests.bench.measure import counted, quiet
from tests.lab.cgroups import Group
from tests.lab.machine import LabError
from tests.lab.workstation import Workstation

# What an update changes for apt: its own cache is out of date then.
UPDATED = "touch /var/lib/dpkg/status"
SECONDS, MEGABYTES, KILOBYTES = 3.0, 60, 30
# What the night runs, sudo aside: here root asks.
COMMAND = PROBE[PROBE.index("python3") :]
# Seconds between two looks at the memory.
LOOK = 0.004


@dataclass(frozen=True)
class Weight:
    """What one run of the probe took.

    Attributes:
        when: which run: as every night, or after an update.
        wall, cpu: seconds.
        memory: megabytes in use at the worst moment.
        report: kilobytes of JSON.
        enough: whether it comes to its end, and misses nothing, with MEGABYTES and no swap.
        untold: parts that could not be told, and why.
    """

    when: str
    wall: float
    cpu: float
    memory: float
    report: float
    enough: bool
    untold: dict[str, str]


def weigh(pc: Workstation, rounds: int) -> list[Weight]:
    """Run the probe, some rounds as every night and some as after an update.

    Args:
        pc: a converged workstation.
        rounds: how often.

    Raises:
        LabError: it gives no report, or the PC does not come to rest.
    """
    found = []
    for _turn in range(rounds):
        found.append(_weighed(pc, "after an update", lambda: pc.run(UPDATED)))
        found.append(_weighed(pc, "every night", lambda: None))
    return found


def _weighed(pc: Workstation, when: str, before: Callable[[], object]) -> Weight:
    before()
    quiet([pc])
    with counted(f"{pc.lab.id}/probe") as group, watched(group) as peak:
        began = time.monotonic()
        done = _run(pc, group)
        wall, cpu = time.monotonic() - began, group.cpu()
    report = _report(done)
    before()
    return Weight(
        when=when,
        wall=wall,
        cpu=cpu,
        memory=max(peak) / 2**20,
        report=len(done.stdout) / 1024,
        enough=untold(report) == within(pc, MEGABYTES),
        untold=untold(report),
    )


def within(pc: Workstation, megabytes: int) -> dict[str, str] | None:
    """Run the probe in a control group that has so much memory, the file cache included, no swap.

    Args:
        pc: a workstation with a probe.
        megabytes: how much.

    Returns:
        Parts it could not tell, and why; None where it did not come to its end.
    """
    with counted(f"{pc.lab.id}/probe") as group:
        group.limit_memory(megabytes << 20)
        done = _run(pc, group)
        if done.returncode or group.killed_for_memory():
            return None
    return untold(_report(done))


def _run(pc: Workstation, group: Group) -> subprocess.CompletedProcess[bytes]:
    # A moment to come: of the reports that wait, none.
    asked = pc.command([*COMMAND, "--since", "2100-01-01"], group=group)
    return subprocess.run(
        asked, capture_output=True, check=False, stdin=subprocess.DEVNULL, timeout=120
    )


def _report(done: subprocess.CompletedProcess[bytes]) -> dict[str, object]:
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        said = done.stderr.decode("utf-8", "replace").strip()[-300:]
        raise LabError(f"The probe gave no report ({done.returncode}): {said}") from None


def untold(report: dict[str, object]) -> dict[str, str]:
    """Parts of a report that could not be told -> why."""
    parts = {name: part for name, part in report.items() if isinstance(part, dict)}
    return {name: str(part["error"]) for name, part in parts.items() if "error" in part}


@contextmanager
def watched(group: Group) -> Iterator[list[int]]:
    """Look at a group's memory all the time; what was seen, in bytes."""
    seen, ended = [0], threading.Event()

    def look() -> None:
        while not ended.wait(LOOK):
            seen.append(group.memory())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def table(weights: Sequence[Weight]) -> Table:
    """The figures beside the budget: medians, and the largest."""
    shown = Table(title="The probe on one PC", title_justify="left")
    for heading in ("", "wall, s", "CPU, s", "memory, MB", "report, KB", f"runs in {MEGABYTES} MB"):
        shown.add_column(heading, justify="right" if heading else "left")
    for when in dict.fromkeys(one.when for one in weights):
        rounds = [one for one in weights if one.when == when]
        cells = [
            f"{median(values):.1f} (≤ {max(values):.1f})"
            for values in (
                [getattr(one, name) for one in rounds]
                for name in ("wall", "cpu", "memory", "report")
            )
        ]
        shown.add_row(when, *cells, "yes" if all(one.enough for one in rounds) else "NO")
    shown.add_section()
    shown.add_row("budget", f"{SECONDS:.0f}", "", str(MEGABYTES), str(KILOBYTES), "yes")
    return shown
