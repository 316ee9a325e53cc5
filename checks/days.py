"""Việt Nam's calendar: every day that the checks speak of is one of these."""

from datetime import date, datetime, timedelta, timezone

# UTC+7 all year, without summer time.
VIETNAM = timezone(timedelta(hours=7), "+07")
# As the inventory names them, Monday first.
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day_of(moment: datetime) -> date:
    """The day in Việt Nam of a moment with a time zone."""
    return moment.astimezone(VIETNAM).date()


def shown(moment: datetime) -> str:
    """A moment as people write it here, in Việt Nam's time."""
    return f"{moment.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def shown_day(moment: datetime) -> str:
    """A day as people write it here."""
    return f"{day_of(moment):%d/%m/%Y}"
