"""The battery of the clock: a PC that is off at night must still know the time in the morning."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from checks.hardware.findings import Finding
from checks.hardware.parts import part_key
from checks.hardware.rule import Rule, found, having, recent, times, unanswered
from checks.report import Clock, Missing, Report
from inventory.records import Workstation
from inventory.words import _, mark

_MOTOROLA = "data sheets of PC clocks (MC146818 and later): quartz of 20 to 100 ppm"
_SYSTEMD = "systemd: the clock is moved on at a start when it lies before systemd's own date"

# Seconds. The worst quartz, 100 ppm, needs ten weeks without a time server to be so wrong.
OFF = 600
# A clock kept in Việt Nam's time, as Windows does, is off by seven hours and sound.
LOCAL_TIME = 7 * 3600
LEAST_STARTS = 2
HALF_A_DAY = timedelta(hours=12)

RESET_AGAIN = Rule(
    "clock.battery",
    "likely",
    "repair",
    mark("{count} starts of the last month began with a clock that could not be right."),
    _SYSTEMD,
)
RESET = Rule(
    "clock.battery",
    "possible",
    "watch",
    mark("One start of the last month began with a clock that could not be right."),
    _SYSTEMD,
)
OFF_AGAIN = Rule(
    "clock.battery",
    "likely",
    "repair",
    mark("The battery clock was wrong {times} times within a month, now or last by {off}."),
    _MOTOROLA,
)
OFF_ONCE = Rule(
    "clock.battery", "possible", "watch", mark("The battery clock is wrong by {off}."), _MOTOROLA
)
NONE = Rule(
    "clock.unmeasured", "unknown", "unknown", mark("This PC shows no battery clock."), _MOTOROLA
)
ALONE = Rule(
    "clock.unmeasured",
    "unknown",
    "unknown",
    mark("No time server answered: nobody can tell whether the battery clock is right."),
    _SYSTEMD,
)
UNKNOWN = Rule("clock.unknown", "unknown", "unknown", "{why}", "the report")


def judge(reports: Sequence[Report], _declared: Workstation) -> Iterator[Finding]:
    """What is to be said of the clock's battery.

    Args:
        reports: the PC's, the newest last.
    """
    now, part = reports[-1].clock, part_key("clock")
    if isinstance(now, Missing):
        yield unanswered(UNKNOWN, part, now)
        return
    wrong = [
        (report.at, clock)
        for report, clock in having(recent(reports), lambda each: each.clock)
        if _wrong(clock)
    ]
    again = times([at for at, _clock in wrong], HALF_A_DAY)
    if now.set_back_at_start >= LEAST_STARTS:
        yield found(RESET_AGAIN, part, count=now.set_back_at_start)
    elif again >= LEAST_STARTS:
        yield found(OFF_AGAIN, part, times=again, off=_span(wrong[-1][1].battery_clock_off_s or 0))
    elif now.set_back_at_start:
        yield found(RESET, part)
    elif _wrong(now):
        yield found(OFF_ONCE, part, off=_span(now.battery_clock_off_s or 0))
    elif now.battery_clock_off_s is None:
        yield found(NONE, part)
    elif not now.synchronized:
        yield found(ALONE, part)


def _wrong(clock: Clock) -> bool:
    """Whether a time server has proved the battery clock wrong."""
    off = clock.battery_clock_off_s
    if off is None or not clock.synchronized:
        return False
    return abs(off) > OFF and abs(off - LOCAL_TIME) > OFF


def _span(seconds: int) -> str:
    """A span of time in the largest unit that suits it."""
    seconds = abs(seconds)
    for size, words in ((365 * 86400, _("{n} years")), (86400, _("{n} days"))):
        if seconds >= size:
            return words.format(n=seconds // size)
    return _("{n} minutes").format(n=seconds // 60)
