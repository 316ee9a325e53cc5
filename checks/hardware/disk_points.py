"""What a spinning disk has counted, in points: the rules as data, weighed on measured disks.

To be read aloud: a disk gets points for how high a count stands and for what grew in the last week
of running; a count that stood still for ninety days of running costs it one. Four points: it may
be failing, watch it. Five: it is likely failing, replace it. What a disk does not report gives no
points. Of the other counts in common use, 198 added nothing that 197 does not know, and 188 little:
a command also times out over a bad cable or a bad mains supply.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from checks.hardware.rule import Rule
from inventory.words import mark

DATED = "2026-11"  # when the points below were last weighed against measured disks
BACKBLAZE = (
    "Backblaze drive statistics (R package dynamichazard, data set hds): weighed on two thirds of "
    "43,811 disks, compared with the other third, " + DATED
)


@dataclass(frozen=True)
class Level:
    """Points for a count of `at_least`; the highest level reached is the one that counts."""

    at_least: int
    points: int


@dataclass(frozen=True)
class Count:
    """What one attribute of a spinning disk weighs.

    Attributes:
        attribute: its number; what it means is checked by its name.
        means: in a technician's words.
        levels: points for how high it stands, rising.
        makers: other levels for a maker whose disks count differently.
        growth: points for having grown by this much within GROWTH_HOURS.
    """

    attribute: int
    means: str
    levels: tuple[Level, ...]
    growth: Level
    makers: Mapping[str, tuple[Level, ...]]


# Power-on hours: a week of a disk that never rests, three weeks of a reading room.
GROWTH_HOURS = 168
# Ninety days of running. What has not moved for so long is an old scar.
STANDING_HOURS = 2160
STANDING_POINTS = -1
LIKELY_POINTS = 5
POSSIBLE_POINTS = 4

COUNTS: tuple[Count, ...] = (
    Count(
        5,
        mark("reallocated sectors"),
        levels=(Level(1, 3), Level(1000, 5)),
        growth=Level(10, 1),
        # Hitachi and HGST do not report 187: what they do report says more.
        makers={"hitachi": (Level(1, 3), Level(10, 4), Level(1000, 5))},
    ),
    Count(
        187,
        mark("reads that could not be corrected"),
        levels=(Level(1, 2), Level(10, 4)),
        growth=Level(1, 2),
        makers={},
    ),
    Count(
        197,
        mark("sectors waiting to be reallocated"),
        # Disks with 4 KiB sectors count one bad sector as eight: nine is more than one place.
        levels=(Level(1, 3), Level(9, 6)),
        growth=Level(1, 1),
        # Sound WDC disks often keep a few pending; sound Hitachi disks almost never do.
        makers={"hitachi": (Level(1, 5),), "wdc": (Level(1, 3),)},
    ),
)

POINTS = Rule(
    "disk.points",
    "likely",
    "repair",
    mark("{reasons}: {points} points; from {limit} on, a disk is likely failing."),
    BACKBLAZE,
)
FEW_POINTS = Rule(
    "disk.points",
    "possible",
    "watch",
    mark("{reasons}: {points} points; with {limit}, a disk may be failing."),
    BACKBLAZE,
)
