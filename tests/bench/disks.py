"""How good the rules on disks are, on the histories of real ones: `make bench-disks DATA=…`.

The data: Backblaze's drive statistics as in the R package dynamichazard's data set `hds`, one row
for each stretch of power-on hours in which nothing changed. A disk is judged at the first hour of
its last row, and of the row before, by the production code and with the rows before that as its
earlier readings. How long a row lasts is never looked at: that is known only afterwards.
"""

import csv
import gzip
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from checks.hardware.disks import judge
from checks.hardware.reading import Attribute, DiskReading

FIVE = ("smart_5", "smart_187", "smart_188", "smart_197", "smart_198")
COLUMNS = {"disk", "model", "hours_from", "failed", *FIVE}
ATTRIBUTES = {5: "Reallocated_Sector_Ct", 187: "Reported_Uncorrect", 197: "Current_Pending_Sector"}
PLACES = {1: "last row", 2: "row before"}
FOLDS = 5
REFUSED = 2
Row = Mapping[str, str]
console = Console(highlight=False, width=None if sys.stdout.isatty() else 110)


class Unusable(Exception):  # noqa: N818 - it names what happened
    """The data cannot be read; the sentence says why."""


@dataclass(frozen=True)
class Judged:
    """What every rule said of one disk at one row.

    Attributes:
        place: 1 for the disk's last row, 2 for the one before.
        held_out: one of the third of the disks on which no points were weighed.
        fold: one of FOLDS equal parts, to see how far the figures wander.
        said: rule -> whether it accused the disk.
    """

    place: int
    failed: bool
    held_out: bool
    fold: int
    said: Mapping[str, bool]


def reading(row: Row) -> DiskReading:
    """A row as a reading; a blank value is an attribute the disk did not report."""
    raw = {number: row[f"smart_{number}"] for number in ATTRIBUTES}
    return DiskReading(
        node="sda",
        model=row["model"],
        serial=row["disk"],
        kind="hdd",
        hours=int(row["hours_from"]),
        smart="read",
        attributes=tuple(
            Attribute(id=number, name=ATTRIBUTES[number], raw=int(float(value)))
            for number, value in raw.items()
            if value
        ),
    )


def judged(rows: list[Row]) -> Iterator[Judged]:
    """Every rule's word on one disk's last row and on the row before."""
    disk = hashlib.sha256(rows[-1]["disk"].encode()).digest()
    history = [reading(row) for row in rows]
    for place in PLACES:
        if len(rows) >= place:
            counts = {column: float(rows[-place][column] or 0) for column in FIVE}
            known = certainties(history[-place], history[:-place])
            first = certainties(history[-place], ())
            yield Judged(
                place=place,
                failed=rows[-1]["failed"] == "1",
                held_out=disk[0] % 3 == 0,
                fold=disk[1] % FOLDS,
                said={
                    "likely": "likely" in known,
                    "possible": not known.isdisjoint({"likely", "possible"}),
                    "likely, no earlier reading": "likely" in first,
                    "possible, no earlier reading": not first.isdisjoint({"likely", "possible"}),
                    "any of 5, 187, 188, 197, 198": any(counts.values()),
                    "any of 5, 187, 197, 198": any(
                        count for column, count in counts.items() if column != "smart_188"
                    ),
                },
            )


def certainties(now: DiskReading, earlier: Iterable[DiskReading]) -> set[str]:
    """How sure the production code is that the disk is failing."""
    return {finding.certainty for finding in judge(now, earlier)}


def histories(data: Path) -> Iterator[list[Row]]:
    """The rows of one disk after the other.

    Raises:
        Unusable: the file is missing, not gzipped CSV, or lacks a column.
    """
    try:
        with gzip.open(data, "rt", encoding="utf-8", newline="") as file:
            table = csv.DictReader(file)
            missing = COLUMNS - set(table.fieldnames or ())
            if missing:
                raise Unusable(f"{data} has no column {', '.join(sorted(missing))}.")
            for _disk, rows in groupby(table, key=lambda row: row["disk"]):
                yield list(rows)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise Unusable(f"{data} cannot be read: {error}") from error


def all_judged(data: Path) -> list[Judged]:
    """Every disk of the file, judged.

    Raises:
        Unusable: the file cannot be read, holds no disk, or a value is not a number.
    """
    disks: list[Judged] = []
    for rows in histories(data):
        try:
            disks.extend(judged(rows))
        except (ValueError, TypeError) as error:
            raise Unusable(f"{data}, disk {rows[0]['disk']}: {error}") from error
    if not disks:
        raise Unusable(f"{data} holds no disk.")
    return disks


def rates(disks: Iterable[Judged], rule: str) -> tuple[float, float]:
    """Failing disks found and sound disks accused by a rule, in percent."""
    said: dict[bool, list[bool]] = {True: [], False: []}
    for disk in disks:
        said[disk.failed].append(disk.said[rule])
    found, accused = (100 * sum(each) / max(1, len(each)) for each in (said[True], said[False]))
    return found, accused


def shown(disks: list[Judged]) -> Table:
    """The figures as a table."""
    failing = sum(disk.failed for disk in disks if disk.place == 1)
    sound = sum(not disk.failed for disk in disks if disk.place == 1)
    table = Table(
        "Rule",
        "Judged on",
        title=f"{failing} failing disks found, {sound} sound disks accused, in %",
        caption="held out: the third of the disks that the search for the points did not use",
    )
    for heading in ("Held out", "All", f"{FOLDS} folds: lowest to highest"):
        table.add_column(heading, justify="right")
    for rule in disks[0].said:
        for place, name in PLACES.items():
            here = [disk for disk in disks if disk.place == place]
            held_out = rates((disk for disk in here if disk.held_out), rule)
            folds = [rates((d for d in here if d.fold == fold), rule) for fold in range(FOLDS)]
            table.add_row(rule, name, pair(held_out), pair(rates(here, rule)), span(folds))
        table.add_section()
    return table


def pair(rate: tuple[float, float]) -> str:
    """Found and accused, as `46.2, 0.85`."""
    return f"{rate[0]:.1f}, {rate[1]:.2f}"


def span(rates_of_folds: list[tuple[float, float]]) -> str:
    """The lowest and the highest of both figures."""
    found, accused = zip(*rates_of_folds, strict=True)
    return f"{min(found):.1f} to {max(found):.1f}, {min(accused):.2f} to {max(accused):.2f}"


def main(data: Annotated[Path, typer.Argument(help="disk-histories.csv.gz")]) -> None:
    """Judge every disk of DATA; exit code 2 when it cannot be read."""
    try:
        disks = all_judged(data)
    except Unusable as unusable:
        console.print(str(unusable), soft_wrap=True)
        raise typer.Exit(REFUSED) from None
    console.print(shown(disks))


if __name__ == "__main__":
    typer.run(main)
