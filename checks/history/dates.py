"""When a report was made, where the PC's clock may be wrong."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from checks.history.documents import in_utc

# Before this program existed no report was made: a PC with an empty battery begins there.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
# A report just made may differ by so much from our own clock and still be believed.
TOLERANCE = timedelta(hours=1)


@dataclass(frozen=True)
class Dates:
    """The dates of one report, in UTC.

    Attributes:
        made: as the PC says.
        received: when it came here.
        dated: the one to go by.
    """

    made: datetime
    received: datetime
    dated: datetime

    @property
    def clock_wrong(self) -> bool:
        """Whether the PC's own date is not believed."""
        return self.dated != self.made


def dates(made: datetime, received: datetime, asked: datetime | None = None) -> Dates:
    """Choose the date of a report.

    Args:
        made: what the report says.
        received: when it came.
        asked: the earliest moment at which it can have been made for our very question; None for
            a report that waited on the PC.
    """
    made, received = in_utc(made), in_utc(received)
    earliest = EARLIEST if asked is None else in_utc(asked) - TOLERANCE
    wrong = made < earliest or made > received + TOLERANCE
    return Dates(made, received, received if wrong else made)
