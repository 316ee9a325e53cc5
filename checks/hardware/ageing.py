"""How old a PC is and how much it has run: information, never a verdict."""

from collections.abc import Iterator, Sequence
from datetime import date

from checks.hardware.findings import Finding
from checks.hardware.machine_disks import readings
from checks.hardware.rule import VIETNAM, Rule, found
from checks.report import Report
from inventory.records import Workstation
from inventory.words import _, mark

# (from the year, years of use of a desktop PC, where it stands); the newest last.
USEFUL_LIFE: tuple[tuple[int, int, str], ...] = (
    (2018, 5, "Circular 45/2018/TT-BTC, appendix 1"),
    (2023, 5, "Circular 23/2023/TT-BTC, appendix 1"),
    (2026, 7, "Circular 141/2025/TT-BTC, appendix I"),
)
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
    today = reports[-1].at.astimezone(VIETNAM).date()
    year = declared.card.year_in_use
    if year is not None and year <= today.year:
        life, law = useful_life(today)
        years = today.year - year
        yield found(IN_USE, _("the PC"), year=year, years=years, life=life, law=law)
    for reading in readings(reports[-1]):
        if reading.hours is not None:
            part = _("disk {node}, serial {serial}")
            part = part.format(node=reading.node, serial=reading.serial or _("unknown"))
            yield found(RUNNING, part, hours=reading.hours)


def useful_life(today: date) -> tuple[int, str]:
    """A desktop PC's years of use by the law of the day, and which law that is."""
    valid = [(life, law) for since, life, law in USEFUL_LIFE if since <= today.year]
    return valid[-1] if valid else USEFUL_LIFE[0][1:]


def past_useful_life(declared: Workstation, today: date) -> bool | None:
    """Whether a PC is past its useful life; None where its card does not tell the year.

    The year it was put to use counts as the first (Circular 45/2018/TT-BTC, article 14).
    """
    year = declared.card.year_in_use
    return None if year is None else today.year - year >= useful_life(today)[0]
