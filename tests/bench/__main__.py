"""`make bench`: what a run and a night cost, beside the other ways of doing the same.

See tests/bench/README.md for what is compared and how to read it.
"""

import json
import os
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console

from deploys.commit import commit
from tests.bench import engines, night, pcs, probe, sides
from tests.bench.answers import Unanswered
from tests.bench.measure import ROOT
from tests.lab import names
from tests.lab.lab import Lab
from tests.lab.machine import LabError, can_host, write_json

RESULTS = ROOT / "var/bench"
REFUSED = 2
NONE = "none"
WHATS = ("night", "engines", "all")
Found = dict[str, Any]
console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)


def bench(what: str, counts: list[int], first: list[int], rounds: int, lab: Lab) -> Found:
    """Measure for each number of PCs, show it, and return everything measured.

    Args:
        what: the night, the engines, or all.
        counts: numbers of PCs.
        first: those of them for which first runs of the engines are measured.
        rounds: how often each side is asked.
        lab: the bench's.

    Raises:
        Unanswered: a side did not answer.
        LabError: the lab did not come up or to rest.
    """
    found: Found = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": sides.machine(),
        "rounds": rounds,
    }
    if what in ("engines", "all"):
        found["engines"] = the_engines(counts, first, rounds, lab)
    if what in ("night", "all"):
        found.update(the_night(counts, rounds, lab))
    return found


def the_engines(counts: list[int], first: list[int], rounds: int, lab: Lab) -> Found:
    """The whole baseline by pyinfra and by Ansible."""
    compared = engines.compare(lab, counts, first, rounds, say)
    console.print(engines.table(compared))
    console.print(*engines.where(compared), sep="\n")
    for what in compared.left_out:
        console.print(f'Not measured: {what} (FIRST="{" ".join(map(str, counts))}").')
    return engines.as_json(compared)


def the_night(counts: list[int], rounds: int, lab: Lab) -> Found:
    """The night beside testinfra and Ansible, and the probe."""
    found: Found = {}
    snapshot = pcs.converged(lab, names.first(1)[0], say)
    for count in counts:
        # The smaller number first: PCs that only stand by would take from the two processors, too.
        lab.remove([pc.name for pc in lab.workstations() if pc.name not in names.first(count)])
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
    what: Annotated[str, typer.Option(help="night, engines, or all.")] = "all",
    hosts: Annotated[str, typer.Option(help="Numbers of PCs, with blanks between.")] = "1 10",
    first: Annotated[str, typer.Option(help="Those with first runs too, or none.")] = "1",
    rounds: Annotated[int, typer.Option(min=1, help="How often each side is asked.")] = 3,
    keep: Annotated[bool, typer.Option(help="Leave the lab up.")] = False,
) -> None:
    """Measure the engines beside each other, the night beside testinfra, the probe's budget."""
    if why := can_host():
        refuse(f"{why} The bench needs the lab.")
    if what not in WHATS:
        refuse(f"WHAT={what!r} is none of {', '.join(WHATS)}.")
    counts = numbers("HOSTS", hosts)
    with_first = [count for count in numbers("FIRST", first) if count in counts]
    lab = Lab(Path(os.environ.get("BENVUNG_LAB_STATE") or RESULTS / "lab"))
    try:
        found = bench(what, counts, with_first, rounds, lab)
    except (Unanswered, LabError) as why_not:
        refuse(str(why_not))
    finally:
        if not keep:
            lab.down()
    RESULTS.mkdir(parents=True, exist_ok=True)
    place = RESULTS / f"{what}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    write_json(place, json.loads(json.dumps(found, ensure_ascii=False)))
    console.print(f"Everything measured: {place.relative_to(ROOT)}")


def numbers(name: str, said: str) -> list[int]:
    """Numbers of PCs, the smallest first; leave where these are none the lab has."""
    if said == NONE:
        return []
    try:
        counts = sorted({int(word) for word in said.split()})
        for count in (counts[0], counts[-1]):
            names.first(count)
    except (ValueError, IndexError, LabError) as wrong:
        refuse(f"{name}={said!r} names no numbers of PCs: {wrong}")
    return counts


def refuse(sentence: str) -> NoReturn:
    """Say why nothing can be measured, and leave."""
    console.print(sentence, soft_wrap=True, markup=False)
    raise typer.Exit(REFUSED)


if __name__ == "__main__":
    typer.run(main)
