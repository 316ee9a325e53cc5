"""One look at one workstation: all parts together."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from checks.report.machine import (
    Clock,
    Complaint,
    Disk,
    Identity,
    Line,
    Memory,
    Starts,
    System,
    Temperatures,
)
from checks.report.reader import Access, Power, Restrictions, Services, Session
from checks.report.software import Antivirus, Applied, Browser, Desktop, Packages, Pull, Shortcuts
from checks.report.types import Missing, Moment, Number, Part, Word


def _missing_if_unreadable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """Read a part; what cannot be read is missing, and the rest of the report stands."""
    if isinstance(value, Missing):
        return value
    if value is None:
        return ABSENT
    if isinstance(value, dict) and set(value) == {"error"}:
        return Missing(why=str(value["error"])[:200])
    try:
        return read(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(word) for word in first["loc"])
        return Missing(why=f"{where}: {first['msg']}"[:200])


# What is known of a day: there is no field for who.
Counted = Literal["sessions", "used_minutes", "on_minutes"]
T = TypeVar("T")
Maybe = Annotated[T | Missing, WrapValidator(_missing_if_unreadable)]
ABSENT = Missing(why="the report has no such part")


class Report(Part):
    """One look at one workstation."""

    host: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    at: Moment
    seconds: Number = 0
    identity: Maybe[Identity] = ABSENT
    system: Maybe[System] = ABSENT
    packages: Maybe[Packages] = ABSENT
    antivirus: Maybe[Antivirus] = ABSENT
    browser: Maybe[Browser] = ABSENT
    restrictions: Maybe[Restrictions] = ABSENT
    session: Maybe[Session] = ABSENT
    services: Maybe[Services] = ABSENT
    access: Maybe[Access] = ABSENT
    disks: Maybe[list[Disk]] = ABSENT
    memory: Maybe[Memory] = ABSENT
    temperatures: Maybe[Temperatures] = ABSENT
    clock: Maybe[Clock] = ABSENT
    starts: Maybe[Starts] = ABSENT
    kernel: Maybe[dict[Word, Complaint]] = ABSENT
    line: Maybe[Line] = ABSENT
    usage: Maybe[dict[Word, dict[Counted, Number]]] = ABSENT
    power: Maybe[Power] = ABSENT
    desktop: Maybe[Desktop] = ABSENT
    shortcuts: Maybe[Shortcuts] = ABSENT
    applied: Maybe[Applied] = ABSENT
    pull: Maybe[Pull] = ABSENT
