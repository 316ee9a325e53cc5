"""Read a report: checked, and never trusted.

A report comes from a PC that may be broken, old, or in a stranger's hands. What is not a report is
refused with one sentence; a single part that is not what it should be becomes `Missing`, and the
others are read all the same.
"""

import json
import math
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from checks.report.whole import Report
from inventory.words import _

SCHEMA = 1
# Bytes. A full report has 10 to 30 kB; a disk with a long error log a little more.
LARGEST = 256 * 1024
# A clock may be wrong by so much and the report still says when it was made.
CLOCK_TOLERANCE = timedelta(days=1)
DEEPEST = 32
# What a 64-bit machine counts to.
LARGEST_NUMBER = 2**64


class ReportRefused(Exception):  # noqa: N818 - it names what happened
    """What came is no report; the message says why, in the technician's language."""


def parse(said: bytes, host: str, now: datetime) -> Report:
    """Read one report.

    Args:
        said: what came, whatever it is.
        host: the workstation it was asked of.
        now: when it came, in UTC.

    Raises:
        ReportRefused: it is too large, no JSON, of a schema to come, another host's, or dated in
            the future.
    """
    data = _decoded(said)
    schema = data.get("schema")
    if schema != SCHEMA or isinstance(schema, bool):
        raise ReportRefused(
            _("The report has schema {schema}; this program reads {known}.").format(
                schema=str(schema)[:20], known=SCHEMA
            )
        )
    try:
        report = Report.model_validate(data)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise ReportRefused(
            _("The report's {key} is not what it should be.").format(key=where or "?")
        ) from None
    if report.host != host:
        raise ReportRefused(
            _("The report names itself {other}, but {host} was asked.").format(
                other=report.host, host=host
            )
        )
    if report.at > now + CLOCK_TOLERANCE:
        raise ReportRefused(
            _("The report is dated {date}, which is to come: is the PC's clock right?").format(
                date=f"{report.at:%d/%m/%Y}"
            )
        )
    return report


def _decoded(said: bytes) -> dict[str, Any]:
    if len(said) > LARGEST:
        raise ReportRefused(_("The report has more than {limit} kB.").format(limit=LARGEST // 1024))
    try:
        data = json.loads(
            said.decode("utf-8"),
            parse_constant=_no_number,
            parse_float=_finite,
            parse_int=_bounded,
        )
    except (ValueError, RecursionError):
        raise ReportRefused(_("The report is no readable JSON; was it cut off?")) from None
    try:
        cleaned = _clean(data)
    except RecursionError:
        cleaned = None
    if not isinstance(cleaned, dict):
        raise ReportRefused(_("The report is no JSON object of the shape a report has."))
    return cleaned


def _no_number(word: str) -> float:
    raise ValueError(word)


def _finite(word: str) -> float:
    value = float(word)
    if not math.isfinite(value):
        raise ValueError(word)
    return value


def _bounded(word: str) -> int:
    value = int(word)
    if abs(value) > LARGEST_NUMBER:
        raise ValueError(word)
    return value


def _clean(value: Any, depth: int = 0) -> Any:
    """The same without what a terminal or a page would obey.

    Raises:
        RecursionError: it is nested deeper than any report.
    """
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_clean(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {printable(key): _clean(one, depth + 1) for key, one in value.items()}
    return value


def printable(word: str) -> str:
    """Control characters, directions of writing and half characters are replaced."""
    if word.isprintable():
        return word
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in word)
