"""`make bench`: what looking at every PC costs, beside the other ways of asking the same.

See tests/bench/README.md for what is compared and how to read it.
"""

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploys.commit import commit
from tests.bench import night, pcs, probe, sides
from tests.bench.answers import Unanswered
from tests.bench.measure import ROOT
from tests.lab import names
from tests.lab.lab import Lab
from tests.lab.machine import LabError, can_host, write_json

RESULTS = ROOT / "var/bench"
REFUSED = 2
console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)


def bench(counts: list[int], rounds: int, lab: Lab) -> dict[str, object]:
    """Measure for each number of PCs, show it, and return everything measured.

    Raises:
        Unanswered: a side did not answer.
        LabError: the lab did not come up or to rest.
    """
    found: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": sides.machine(),
        "rounds": rounds,
    }
    snapshot = pcs.converged(lab, names.first(1)[0], say)
    for count in sorted(counts):
        # The smaller number first: PCs that only stand by would take from the two processors, too.
        up = pcs.clones(lab, names.first(count), snapshot, say)
        compared = night.compare(lab, up, rounds, say)
        console.print(night.table(compared))
        if compared.differences:
            apart = (f"{what}, rounds: {n}" for what, n in compared.differences.items())
            console.print("They do not agree on:", *apart, sep="\n  ")
        else:
            console.print("The night and testinfra agree on every answer.")
        found[f"hosts {count}"] = night.as_json(compared)
    budget = probe.weigh(lab[names.first(1)[0]], rounds)
    console.print(probe.table(budget))
    found["probe"] = [asdict(one) for one in budget]
    return found


def say(who: str, what: str) -> None:
    """Tell how far it is, on standard error."""
    print(f"{who}: {what}", file=sys.stderr, flush=True)


def main(
    hosts: Annotated[str, typer.Option(help="Numbers of PCs, with blanks between.")] = "1 10",
    rounds: Annotated[int, typer.Option(min=1, help="How often each side is asked.")] = 3,
    keep: Annotated[bool, typer.Option(help="Leave the lab up.")] = False,
) -> None:
    """Measure the night beside testinfra and Ansible, and the probe against its budget."""
    if why := can_host():
        refuse(f"{why} The bench needs the lab.")
    try:
        counts = sorted({int(word) for word in hosts.split()})
        names.first(counts[-1])
    except (ValueError, IndexError, LabError) as wrong:
        refuse(f"HOSTS={hosts!r} names no numbers of PCs: {wrong}")
    lab = Lab(Path(os.environ.get("BENVUNG_LAB_STATE", str(RESULTS / "lab"))))
    try:
        found = bench(counts, rounds, lab)
    except (Unanswered, LabError) as why_not:
        refuse(str(why_not))
    finally:
        if not keep:
            lab.down()
    RESULTS.mkdir(parents=True, exist_ok=True)
    place = RESULTS / f"night-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    write_json(place, json.loads(json.dumps(found, ensure_ascii=False)))
    console.print(f"Everything measured: {place.relative_to(ROOT)}")


def refuse(sentence: str) -> None:
    """Say why nothing can be measured, and leave."""
    console.print(sentence, soft_wrap=True, markup=False)
    raise typer.Exit(REFUSED)


if __name__ == "__main__":
    typer.run(main)
