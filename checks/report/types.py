"""What every part of a report is made of: bounded values, and None for what nobody knows."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

# A year beyond these is no moment of any workstation.
YEARS = range(1970, 2200)


class Missing(BaseModel):
    """A part that could not be asked, and why."""

    model_config = ConfigDict(frozen=True)
    why: str


class Part(BaseModel):
    """A part of a report: what it does not know is None."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _whole(value: object) -> object:
    """Take no true for 1."""
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")  # noqa: TRY004 - pydantic takes no other
    return value


def _written(value: object) -> object:
    """Take no number for a moment: nobody can say what it counts."""
    if not isinstance(value, str | datetime):
        raise ValueError("a moment is written as ISO 8601")  # noqa: TRY004 - the same
    return value


def _in_utc(value: datetime) -> datetime:
    if value.year not in YEARS:
        raise ValueError("no workstation has seen that year")
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=2**63)]
Number = Annotated[float, BeforeValidator(_whole), Field(allow_inf_nan=False)]
Word = Annotated[str, Field(max_length=400)]
Moment = Annotated[datetime, BeforeValidator(_written), AfterValidator(_in_utc)]
