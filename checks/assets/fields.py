"""What the fields of events, rules and forms have in common: days, words, money, a ground.

Beside the events, so that a night, which reads the rules alone, builds none of their models.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer
from pydantic_core import PydanticCustomError


def _day(value: object) -> object:
    """A day as "2026-11-20", in quotation marks: YAML's own dates are refused by the reader."""
    if not isinstance(value, str):
        return value
    try:
        day = date.fromisoformat(value)
    except ValueError:
        day = None
    if day is None or day.isoformat() != value:
        raise PydanticCustomError("day", "not a day")
    return day


def _moment(value: object) -> object:
    """A moment as "2026-11-20T09:30:00+07:00"."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise PydanticCustomError("moment", "not a moment with a time zone")
    return moment


_ISO = PlainSerializer(lambda value: value.isoformat(), return_type=str)
Day = Annotated[date, BeforeValidator(_day), _ISO]
Moment = Annotated[datetime, BeforeValidator(_moment), _ISO]
# A word of a list is read from text; everything else strictly.
Lax = Field(strict=False)
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Money = Annotated[int, Field(ge=0)]
Price = Annotated[int, Field(gt=0)]
Many = Annotated[tuple[Words, ...], Field(strict=False)]


class Ground(StrEnum):
    """Why an asset is proposed for disposal (Law 15/2017/QH14, article 45.1)."""

    EXPIRED = "a"  # useful life over, and the unit has declared its need
    BEYOND_REPAIR = "b-1"  # life not over, cannot be repaired
    UNECONOMIC = "b-2"  # life not over, repair too dear
