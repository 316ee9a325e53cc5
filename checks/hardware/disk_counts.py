"""What a disk has counted, and what grew since its earlier readings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.hardware import disk_points as table
from checks.hardware import disk_rules as rules
from checks.hardware.disk_history import before, found, growth
from checks.hardware.findings import Finding
from checks.hardware.reading import DiskReading
from inventory.words import _

_CRC = 199
_UNCORRECTED = 187


@dataclass(frozen=True)
class Points:
    """Why one count got or lost points, as a sentence, and how many."""

    reason: str
    points: int


def weigh(reading: DiskReading, past: Sequence[DiskReading]) -> tuple[Points, ...]:
    """The points of a spinning disk, reason by reason.

    Args:
        reading: the disk as it is.
        past: its earlier readings, oldest first (`earlier_than`).
    """
    return tuple(points for rule in table.COUNTS for points in _weigh(rule, reading, past))


def points(reading: DiskReading, past: Sequence[DiskReading]) -> Iterator[Finding]:
    """A finding where a spinning disk's points say so (arguments as for `weigh`)."""
    if reading.kind != "hdd":
        return
    weighed = weigh(reading, past)
    total = sum(each.points for each in weighed)
    reasons = "; ".join(_reasons(weighed))
    if total >= table.LIKELY_POINTS:
        limit = table.LIKELY_POINTS
        yield found(table.POINTS, reading, reasons=reasons, points=total, limit=limit)
    elif total >= table.POSSIBLE_POINTS:
        limit = table.POSSIBLE_POINTS
        yield found(table.FEW_POINTS, reading, reasons=reasons, points=total, limit=limit)


def _reasons(weighed: Sequence[Points]) -> Iterator[str]:
    if len(weighed) == 1:  # its points are the total
        yield weighed[0].reason
        return
    for each in weighed:
        yield f"{each.reason} ({each.points:+})"


def cable(reading: DiskReading, past: Sequence[DiskReading]) -> Iterator[Finding]:
    """Errors between disk and mainboard (199): never the disk (arguments as for `weigh`)."""
    count = reading.count(_CRC)
    grown = growth(reading, past, lambda disk: disk.count(_CRC), table.GROWTH_HOURS)
    if grown is not None and grown[0] >= rules.CRC_GROWTH:
        yield found(rules.CABLE_GROWS, reading, grown=grown[0], count=count)
    elif grown is None and count is not None and count >= rules.CRC_LEVEL:
        yield found(rules.CABLE_ONCE, reading, count=count)


def media(reading: DiskReading, past: Sequence[DiskReading]) -> Iterator[Finding]:
    """Data that flash could not give back (arguments as for `weigh`)."""
    count = _lost(reading)
    if not count:
        return
    grown = growth(reading, past, _lost, table.GROWTH_HOURS)
    if grown is None:
        yield found(rules.MEDIA_ONCE, reading, count=count)
    elif grown[0]:
        yield found(rules.MEDIA_GROWS, reading, grown=grown[0], count=count)


def _weigh(
    rule: table.Count, reading: DiskReading, past: Sequence[DiskReading]
) -> Iterator[Points]:
    count = reading.count(rule.attribute)
    if not count:
        return
    levels = rule.makers.get(reading.maker, rule.levels)
    # The number is what every other tool shows beside the count.
    stands = _("{count} {means} (SMART {number})")
    stands = stands.format(count=count, means=_(rule.means), number=rule.attribute)
    yield Points(stands, max(each.points for each in levels if count >= each.at_least))
    grown = growth(reading, past, lambda disk: disk.count(rule.attribute), table.GROWTH_HOURS)
    if grown is not None and grown[0] >= rule.growth.at_least:
        grew = _("{grown} more within {hours} hours of running")
        yield Points(grew.format(grown=grown[0], hours=grown[1]), rule.growth.points)
    old = before(reading, past, table.STANDING_HOURS)
    if old is not None and old.count(rule.attribute) == count:
        stood = _("unchanged for {hours} hours of running")
        yield Points(stood.format(hours=_between(old, reading)), table.STANDING_POINTS)


def _between(old: DiskReading, reading: DiskReading) -> int:
    return (reading.hours or 0) - (old.hours or 0)


def _lost(reading: DiskReading) -> int | None:
    """How often flash could not give data back; a spinning disk's count is in its points."""
    if reading.nvme is not None:
        return reading.nvme.media_errors
    return reading.count(_UNCORRECTED) if reading.kind == "ssd" else None
