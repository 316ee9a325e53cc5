"""The parts of a report about the machine: disks, memory, heat, clock, starts, line."""

from typing import Any

from pydantic import Field

from checks.report.types import Count, Moment, Number, Part, Word


class Identity(Part):
    """What the PC calls itself."""

    machine_id: Word | None = None
    sys_vendor: Word | None = None
    product_name: Word | None = None
    product_serial: Word | None = None
    board_serial: Word | None = None
    product_uuid: Word | None = None
    network_cards: dict[Word, Word | None] = Field(default={})


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
    restart_wanted_since: Moment | None = None
    file_systems: dict[Word, FileSystem]
    virtual: Word = ""


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
