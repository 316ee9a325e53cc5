"""Days on which a reading room was open."""

from datetime import date, datetime, timedelta

from checks.controls.control import Look
from checks.days import WEEK, day_of

# Nobody needs to know more exactly how long ago something was.
LONG_AGO = 400


def is_open_day(look: Look, day: date) -> bool:
    """Whether readers were to come that day, as it is declared now."""
    spans = look.value("power_opening_hours")[WEEK[day.weekday()]]
    return bool(spans) and day.isoformat() not in look.value("power_closed_days")


def open_days_since(look: Look, moment: datetime) -> int:
    """Whole open days between a moment's day and today, neither counted.

    A holiday is nobody's fault: the PC is off while the room is closed.
    """
    first, today = day_of(moment), day_of(look.now)
    between = min((today - first).days, LONG_AGO)
    return sum(is_open_day(look, today - timedelta(days=back)) for back in range(1, between))
