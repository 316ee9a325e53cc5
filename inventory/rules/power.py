"""Rules of the power aspect: opening hours, warnings and the days between."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from inventory.rules.registry import Variables, Wrong, rule, rule_for
from inventory.words import _

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@rule("power_opening_hours")
def spans_are_in_order(hours: dict[str, list[list[Any]]]) -> Iterator[Wrong]:
    """Each span is [from, until] in HH:MM, ends after it begins, and before the next begins."""
    for day, spans in hours.items():
        before = ""
        for index, span in enumerate(spans):
            times = [str(time) for time in span]
            if len(times) != len(("from", "until")) or not all(map(_CLOCK.fullmatch, times)):
                wrong = _("{value} is not a span of time").format(value=span)
                yield Wrong(wrong, _('Write ["07:30", "11:30"], with quotes.'), (day, index))
                continue
            if times[0] >= times[1]:
                wrong = _("{value} ends before it begins").format(value="-".join(times))
                yield Wrong(wrong, _("Exchange the times."), (day, index))
            elif times[0] < before:
                wrong = _("{value} begins before the span above it ends").format(
                    value="-".join(times)
                )
                yield Wrong(wrong, _("Put the spans of a day in order."), (day, index))
            before = times[1]


@rule_for("power_opening_hours", "power_warning_minutes")
def warning_fits_the_day(variables: Variables) -> Iterator[Wrong]:
    """The first warning comes on the day of the closing."""
    minutes = variables["power_warning_minutes"]
    for day, spans in variables["power_opening_hours"].items():
        for index, span in enumerate(spans):
            if not all(_CLOCK.fullmatch(str(time)) for time in span):
                continue
            hour, minute = map(int, span[-1].split(":"))
            if hour * 60 + minute < minutes:
                wrong = _("the warning for {value} would come the day before")
                mend = _("Close later, or warn later (power_warning_minutes).")
                yield Wrong(wrong.format(value=span[-1]), mend, (day, index))


@rule("power_closed_days")
def closed_days_are_days(days: list[str]) -> Iterator[Wrong]:
    """Each is a day of the calendar, written YYYY-MM-DD."""
    for index, day in enumerate(days):
        yield from (Wrong(wrong.wrong, wrong.mend, (index,)) for wrong in clock_day_is_a_day(day))


@rule("power_clock_not_before")
def clock_day_is_a_day(day: str) -> Iterator[Wrong]:
    """A day of the calendar, written YYYY-MM-DD."""
    try:
        good = date.fromisoformat(day).isoformat() == day
    except ValueError:
        good = False
    if not good:
        yield Wrong(_("{value} is not a day").format(value=day), _('Write "2027-02-05".'))


@rule("power_stray_close")
def stray_close_is_a_time(time: str) -> Iterator[Wrong]:
    """Blank, or HH:MM."""
    if time and not _CLOCK.fullmatch(time):
        wrong = _("{value} is not a time").format(value=time)
        yield Wrong(wrong, _('Write "22:00", or "" for never.'))


@rule("power_warning_text")
def warning_says_when(text: str) -> Iterator[Wrong]:
    """It names the minutes that are left."""
    if "{minutes}" not in text:
        yield Wrong(_("the warning does not say when"), _("Write {minutes} where the number goes."))
