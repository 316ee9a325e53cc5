"""A report as text and back, so that what was missing is missing again."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from checks.report import Missing, Report


def written(report: Report) -> str:
    """A report as JSON, ASCII alone: no database stumbles over a character of it."""
    parts = {name: _part(getattr(report, name)) for name in type(report).model_fields}
    return json.dumps(parts, default=_plain, separators=(",", ":"))


def read(body: str, only: tuple[str, ...] | None = None) -> Report | None:
    """A report as it was remembered; None where this program can no longer read it.

    Args:
        body: what `written` wrote, perhaps years ago.
        only: the parts to read beside host and date; None for all. Reading few is much faster.
    """
    data: dict[str, Any] = json.loads(body)
    if only is not None:
        data = {name: data[name] for name in ("host", "at", *only) if name in data}
    try:
        report = Report.model_validate(data)
    except ValidationError:
        return None
    return report.model_copy(update={"at": in_utc(report.at)})


def digest(body: str) -> str:
    """What tells two reports apart."""
    return hashlib.sha256(body.encode()).hexdigest()


def in_utc(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone is taken for UTC, as the probe writes it."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _part(value: Any) -> Any:
    # The probe's own way to say that a part could not be asked; no part can be mistaken for it.
    return {"error": value.why} if isinstance(value, Missing) else value


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return in_utc(value).isoformat()
    if isinstance(value, BaseModel):
        return {name: getattr(value, name) for name in type(value).model_fields}
    raise TypeError(type(value).__name__)
