"""One disk against its own earlier readings, and a PC's disks against those it had before."""

from collections.abc import Callable, Iterable, Sequence

from checks.hardware.disk_rules import CABLE_GROWS, SWAPPED, VANISHED, YOUNGER
from checks.hardware.findings import Finding
from checks.hardware.parts import part_key, part_name
from checks.hardware.reading import DiskReading
from checks.hardware.rule import Rule
from checks.hardware.rule import found as on_part

_BUILT_IN = ("hdd", "ssd", "nvme")


def found(rule: Rule, reading: DiskReading, **numbers: object) -> Finding:
    """A finding on the disk, or on its cable where the rule speaks of that.

    Args:
        rule: what was found.
        reading: the disk.
        numbers: what the rule's sentence has places for.
    """
    kind = "cable" if rule.id == CABLE_GROWS.id else "disk"
    return on_part(rule, disk_key(reading, kind), **numbers)


def disk_key(reading: DiskReading, kind: str = "disk") -> str:
    """The key of a disk, by where it hangs and what its label says, or of what belongs to it.

    Args:
        reading: the disk.
        kind: `disk`, `cable` or `files`.
    """
    return part_key(kind, reading.node, reading.serial)


def earlier_than(reading: DiskReading, others: Iterable[DiskReading]) -> list[DiskReading]:
    """The same disk's earlier readings, oldest first by power-on hours.

    A reading without hours tells no interval; one with more hours is of another disk or of the
    time before its counter was reset.
    """
    now = reading.hours
    if now is None:
        return []
    same = (each for each in others if _same(each, reading) and each.hours is not None)
    return sorted((each for each in same if _hours(each) <= now), key=_hours)


def before(reading: DiskReading, earlier: Sequence[DiskReading], hours: int) -> DiskReading | None:
    """The newest of `earlier` that is at least so many power-on hours older, or None."""
    limit = _hours(reading) - hours
    return next((each for each in reversed(earlier) if _hours(each) <= limit), None)


def growth(
    reading: DiskReading,
    past: Sequence[DiskReading],
    count: Callable[[DiskReading], int | None],
    hours: int,
) -> tuple[int, int] | None:
    """By how much a count grew lately, and in how many power-on hours; None where none can tell.

    Args:
        reading: the disk as it is.
        past: its earlier readings, oldest first (`earlier_than`).
        count: what is counted.
        hours: how far back "lately" reaches; where no reading is so old, the oldest one serves.
    """
    old = before(reading, past, hours) or next(iter(past), None)
    if old is None:
        return None
    now, was = count(reading), count(old)
    if now is None or was is None:
        return None
    return max(0, now - was), _hours(reading) - _hours(old)


def changes(earlier: Sequence[DiskReading], now: Sequence[DiskReading]) -> tuple[Finding, ...]:
    """What became of the disks one PC had: exchanged or gone.

    Nodes change places between starts, so a disk is sought by its serial number first. A USB
    disk or a virtual one may go as it likes.

    Args:
        earlier: the disks of one earlier report.
        now: the disks of the report to be judged.
    """
    return tuple(
        finding
        for old in earlier
        if old.kind in _BUILT_IN and (finding := _became(old, now)) is not None
    )


def _became(old: DiskReading, now: Sequence[DiskReading]) -> Finding | None:
    same = next((new for new in now if _same(old, new)), None)
    if same is not None:
        fell = old.hours is not None and same.hours is not None and same.hours < old.hours
        return found(YOUNGER, same, before=old.hours, now=same.hours) if fell else None
    instead = next((new for new in now if new.node == old.node), None)
    if instead is None:
        return found(VANISHED, old)
    # A disk that no longer says who it is has not been exchanged: judge() tells it cannot be read.
    if not instead.serial or (not old.serial and old.model == instead.model):
        return None
    return found(SWAPPED, instead, **_both(old, instead))


def _both(old: DiskReading, new: DiskReading) -> dict[str, str]:
    return {"before": part_name(disk_key(old)), "now": part_name(disk_key(new))}


def _same(one: DiskReading, other: DiskReading) -> bool:
    if one.serial and other.serial:
        return (one.serial, one.model) == (other.serial, other.model)
    return (
        not one.serial and not other.serial and (one.node, one.model) == (other.node, other.model)
    )


def _hours(reading: DiskReading) -> int:
    return reading.hours or 0
