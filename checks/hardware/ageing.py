"""How old a PC is and how much it has run: information, never a verdict."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache

from checks.assets.law import Law, read_law
from checks.days import day_of
from checks.hardware.disk_history import disk_key
from checks.hardware.findings import Finding
from checks.hardware.machine_disks import readings
from checks.hardware.parts import part_key
from checks.hardware.rule import Rule, found
from checks.report import Report
from inventory.loader import ROOT
from inventory.records import Workstation
from inventory.words import mark

IN_USE = Rule(
    "age.in-use",
    "certain",
    "keep",
    mark("In use since {year}: {years} years; useful life by law {life} years ({law})."),
    "the asset card",
)
RUNNING = Rule("age.running", "certain", "keep", mark("{hours} hours of running."), "the disk")


def judge(reports: Sequence[Report], declared: Workstation) -> Iterator[Finding]:
    """The years in use by the card, and the hours the disks have run.

    Args:
        reports: the PC's, the newest last.
        declared: its asset card tells the year.
    """
    today = day_of(reports[-1].at)
    year = declared.card.year_in_use
    known = useful_life(declared, today)
    if year is not None and year <= today.year and known:
        life, law = known
        years = today.year - year
        yield found(IN_USE, part_key("pc"), year=year, years=years, life=life, law=law)
    for reading in readings(reports[-1]):
        if reading.hours is not None:
            yield found(RUNNING, disk_key(reading), hours=reading.hours)


@cache
def _law() -> Law:
    return read_law(ROOT)


def useful_life(declared: Workstation, today: date) -> tuple[int, str] | None:
    """A PC's years of use by the law of the day, and which law that is; None where none is known.

    Raises:
        InventoryRefused: the file of rules is wrong.
    """
    rule = _law().life(declared.card.kind, declared.site, today)
    return (rule.years, rule.source) if rule else None


def past_useful_life(declared: Workstation, today: date) -> bool | None:
    """Whether a PC is past its useful life; None where card or law do not tell.

    The year it was put to use counts as the first (checks/assets/wear.py).
    """
    year, life = declared.card.year_in_use, useful_life(declared, today)
    return None if year is None or life is None else today.year - year >= life[0]
