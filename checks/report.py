"""A workstation's report as types: checked, bounded, and never trusted.

A report comes from a PC that may be broken, old, or in a stranger's hands. What is not a report is
refused with one sentence; a single part that is not what it should be becomes `Missing`, and the
others are read all the same.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WrapValidator
from pydantic_core.core_schema import ValidatorFunctionWrapHandler

from inventory.words import _

SCHEMA = 1
# Bytes. A full report has 10 to 30 kB; a disk with a long error log a little more.
LARGEST = 256 * 1024
# A clock may be wrong by so much and the report still says when it was made.
CLOCK_TOLERANCE = timedelta(days=1)
DEEPEST = 32


class ReportRefused(Exception):
    """What came is no report; the message says why, in the technician's language."""


class Missing(BaseModel):
    """A part that could not be asked, and why."""

    model_config = ConfigDict(frozen=True)
    why: str


class Part(BaseModel):
    """A part of a report: what it does not know is None."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def _missing_if_unreadable(value: Any, read: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401
    """Read a part; what cannot be read is missing, and the rest of the report stands."""
    if isinstance(value, Missing):
        return value
    if value is None:
        return Missing(why="the report has no such part")
    if isinstance(value, dict) and set(value) == {"error"}:
        return Missing(why=str(value["error"])[:200])
    try:
        return read(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(word) for word in first["loc"] if isinstance(word, str | int))
        return Missing(why=f"{where}: {first['msg']}"[:200])


T = TypeVar("T")
Maybe = Annotated[T | Missing, WrapValidator(_missing_if_unreadable)]
ABSENT = Missing(why="the report has no such part")


def _whole(value: Any) -> Any:  # noqa: ANN401
    """Take no true for 1."""
    if isinstance(value, bool):
        raise ValueError("true and false are no numbers")
    return value


Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=2**63)]
Number = Annotated[float, BeforeValidator(_whole), Field(allow_inf_nan=False)]
Word = Annotated[str, Field(max_length=400)]
Moment = Annotated[datetime, Field()]


class Identity(Part):
    """What the PC calls itself."""

    machine_id: Word | None = None
    sys_vendor: Word | None = None
    product_name: Word | None = None
    product_serial: Word | None = None
    board_serial: Word | None = None
    product_uuid: Word | None = None
    network_cards: dict[Word, Word | None] = {}


class FileSystem(Part):
    """Room in a file system, in bytes and in files."""

    size: Count
    free: Count
    files: Count
    files_free: Count
    read_only: bool


class System(Part):
    """Debian, kernel, room."""

    debian: Word
    codename: Word
    kernel: Word
    machine: Word
    uptime_s: Count
    restart_wanted: bool
    file_systems: dict[Word, FileSystem]
    virtual: Word = ""


class UpdateState(Part):
    """What the aspect updates remembers of its runs."""

    since: Moment | None = None
    last_run: Moment | None = None
    last_success: Moment | None = None
    outcome: Word | None = None
    reason: Word = ""


class Packages(Part):
    """The package database."""

    broken: Count
    waiting: Count
    security: Count
    lists_from: Moment | None
    held: list[Word]
    updates: UpdateState | None


class LastScan(Part):
    """The last scan for viruses."""

    when: Moment
    what: Word
    outcome: Word
    reason: Word = ""
    found: Count
    quarantined: Count


class Antivirus(Part):
    """The scanner and its signatures."""

    version: Word
    signatures: dict[Word, Moment]
    last_scan: LastScan | None
    quarantined: Count
    watching: bool


class Browser(Part):
    """Firefox and the policy it reads."""

    version: Word | None
    policy_readable: bool
    policy_as_declared: bool | None
    policies: dict[str, Any]
    other_policies: list[Word]
    profile_user_js: list[Word]


class Restrictions(Part):
    """What the reader met who tried it: the holes that are open."""

    tried: list[Word]
    open: list[Word]
    closed_programs: bool | None
    hidden_entries: bool | None
    packet_filter: bool
    console_closed: bool


class Account(Part):
    """The reader's account."""

    uid: Count
    home: Word
    shell: Word
    groups: list[Word]
    password_opens: bool


class Session(Part):
    """The reader's session and what the last one left."""

    account: Account | None
    open: Count
    home_from: Moment | None
    left_behind: Count
    failed_resets: Count


class Unit(Part):
    """A systemd unit."""

    LoadState: Word = ""
    ActiveState: Word = ""
    SubState: Word = ""
    UnitFileState: Word = ""
    Result: Word = ""


class Services(Part):
    """Units of ours and those the reading room stands on."""

    units: dict[Word, Unit]
    failed: list[Word]


class Access(Part):
    """The doors."""

    sshd: dict[Word, Word | None]
    packet_filter: bool
    change_waiting: bool
    keys: Count
    sudo: bool | None
    console_password: bool


class Disk(Part):
    """A disk inside the PC.

    Attributes:
        smart: smartctl's own answer, or {"error": why}.
    """

    node: Word
    size: Count
    model: Word | None
    removable: bool
    usb: bool
    rotating: bool
    smart: dict[str, Any]


class Slot(Part):
    """A memory slot; `mb` is None where the firmware does not say."""

    slot: Word
    mb: Count | None


class MemoryErrors(Part):
    """Errors that memory with ECC counted: corrected, uncorrected."""

    ce: Count
    ue: Count


class Memory(Part):
    """Memory in bytes, the slots, and errors where they are counted."""

    total: Count
    available: Count
    swap: Count
    slots: list[Slot]
    errors: MemoryErrors | None


class Sensor(Part):
    """A temperature in degrees Celsius with its limits."""

    chip: Word
    label: Word | None
    celsius: Number
    high: Number | None
    critical: Number | None


class Fan(Part):
    """A fan's turns a minute."""

    chip: Word
    fan: Word
    rpm: Count | None


class Temperatures(Part):
    """Sensors and fans."""

    sensors: list[Sensor]
    fans: list[Fan]


class Clock(Part):
    """The time and the battery clock (seconds it differs; None without one)."""

    now: Moment
    synchronized: bool
    zone: Word | None
    battery_clock_off_s: int | None
    set_back_at_start: Count


class Boot(Part):
    """One start: `clean` is None while it runs."""

    began: Moment | None
    ended: Moment | None
    last_word: Moment | None
    clean: bool | None


class Starts(Part):
    """Starts and stops of the last month."""

    boots: list[Boot]
    emergencies: Count


class Complaint(Part):
    """How often the kernel complained about something, with samples of its words."""

    count: Count
    samples: list[Word]


class Card(Part):
    """A network card and its link (`mbps` is None or -1 while there is none)."""

    up: Word | None
    mbps: int | None
    duplex: Word | None
    rx_errors: Count | None = None
    tx_errors: Count | None = None
    rx_dropped: Count | None = None
    collisions: Count | None = None


class LineDay(Part):
    """A day's pings, and their mean time in milliseconds."""

    samples: Count
    sent: Count
    received: Count
    avg_ms: Number


class Line(Part):
    """Cards, and the line by day."""

    cards: dict[Word, Card]
    days: dict[Word, LineDay]
    line_target: Word = ""
    line_promised_mbps: Number = 0


class Wake(Part):
    """The alarm of the battery clock."""

    outcome: Word
    reason: Word = ""


class Power(Part):
    """Opening hours as the PC has them, and the alarm that wakes it."""

    hours: dict[str, Any]
    wake: Wake | None
    boot_menu_seconds: int | None
    closing_next: Word


class Desktop(Part):
    """Language, typing, printers."""

    language: Word | None
    typing: bool
    printers: Count
    printers_stopped: Count


class Shortcuts(Part):
    """The start page and the icons."""

    start_page: bool
    icons: Count


class Applied(Part):
    """The commit last applied by a whole run of the baseline."""

    commit: Word
    when: Moment


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
    usage: Maybe[dict[Word, Any]] = ABSENT
    power: Maybe[Power] = ABSENT
    desktop: Maybe[Desktop] = ABSENT
    shortcuts: Maybe[Shortcuts] = ABSENT
    applied: Maybe[Applied] = ABSENT


def parse(said: bytes, host: str, now: datetime) -> Report:
    """Read one report.

    Args:
        said: what came, whatever it is.
        host: the workstation it was asked of.
        now: when it came, in UTC.

    Raises:
        ReportRefused: it is too large, no JSON, of a schema to come, another host's, or its date
            cannot be.
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
    return report.model_copy(update={"at": _believable(report.at, now)})


def _decoded(said: bytes) -> dict[str, Any]:
    if len(said) > LARGEST:
        raise ReportRefused(_("The report has more than {limit} kB.").format(limit=LARGEST // 1024))
    try:
        data = json.loads(said.decode("utf-8"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ReportRefused(_("The report is no readable JSON; was it cut off?")) from None
    if not isinstance(data, dict) or _too_deep(data):
        raise ReportRefused(_("The report is no JSON object of the shape a report has."))
    return data


def _no_number(word: str) -> float:
    raise ValueError(word)


def _too_deep(data: object, depth: int = 0) -> bool:
    if depth > DEEPEST:
        return True
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return any(_too_deep(one, depth + 1) for one in inner)


def _believable(at: datetime, now: datetime) -> datetime:
    """When the report was made, in UTC.

    Raises:
        ReportRefused: it lies in the future, or before there were such reports.
    """
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if at > now + CLOCK_TOLERANCE:
        raise ReportRefused(
            _("The report is dated {date}, which is to come: is the PC's clock right?").format(
                date=f"{at:%d/%m/%Y}"
            )
        )
    return at
