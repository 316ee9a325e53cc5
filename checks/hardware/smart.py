"""smartctl's JSON (`smartctl -j -a /dev/sda`, 7.3 and later) as a disk reading."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from checks.hardware.reading import (
    NAMES,
    Attribute,
    DiskReading,
    Kind,
    NvmeHealth,
    SelfTest,
    Smart,
)
from checks.hardware.smart_document import Document, Health, Line, TestLog, clean
from inventory.cards import BOGUS_SERIALS
from inventory.words import _

_FAILING = 0x08  # smartctl(8), exit status bit 3: the disk says it is failing
_LAST_HOUR = 1_000_000  # 114 years: no disk has run that long, so the counter is broken
_COLDEST, _HOTTEST = -40, 125  # °C; beyond them it is the sensor that is broken
# Read by a technician beside the rules' own: error rates, timeouts, temperatures, events.
_SHOWN = NAMES.keys() | {1, 7, 188, 190, 194, 196, 198}
# SSD attributes whose normalised value is the percentage of life left (drive database's names).
_LIFE_LEFT = frozenset({
    (169, "Remaining_Lifetime_Perc"), (177, "Wear_Leveling_Count"),
    (202, "Percent_Lifetime_Remain"), (231, "SSD_Life_Left"), (233, "Media_Wearout_Indicator"),
})  # fmt: skip
_SPINS = frozenset({"Spin_Up_Time", "Spin_Retry_Count"})
_VIRTUAL = re.compile(r"QEMU|VBOX|VMware|Msft +Virtual|Virtual|Virtio|Xen|BHYVE", re.IGNORECASE)
_VIRTUAL_NODE = re.compile(r"x?vd[a-z]")


class SmartRefused(ValueError):  # noqa: N818 - it names what happened
    """What was given is not smartctl's JSON; the sentence says where."""


def parse(answer: str | bytes | Mapping[str, Any]) -> DiskReading:
    """One disk's reading out of one answer of smartctl.

    Args:
        answer: what `smartctl -j -a` printed, as text or already loaded.

    Raises:
        SmartRefused: it is not smartctl's JSON: a value is missing, of a wrong type or impossible.
    """
    try:
        if isinstance(answer, Mapping):
            return _reading(Document.model_validate(dict(answer)))
        return _reading(Document.model_validate_json(answer))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"])) or "JSON"
    refused = _("This is not an answer of smartctl -j -a: {place} is {value}.")
    value = clean(repr(first["input"]))
    raise SmartRefused(refused.format(place=place, value=value))


def _reading(said: Document) -> DiskReading:
    table = said.ata_smart_attributes.table
    node = _node(said)
    return DiskReading(
        node=node,
        model=said.model_name or said.scsi_model_name,
        serial=_serial(said.serial_number),
        kind=_kind(said, node),
        size=said.user_capacity.bytes or said.nvme_total_capacity,
        hours=_believed(said.power_on_time.hours, 0, _LAST_HOUR),
        temperature=_believed(said.temperature.current, _COLDEST, _HOTTEST),
        power_cycles=said.power_cycle_count,
        attributes=tuple(_attribute(a) for a in table if a.id in _SHOWN or a.when_failed),
        passed=False if said.smartctl.exit_status & _FAILING else said.smart_status.passed,
        self_tests=_self_tests(said.ata_smart_self_test_log),
        errors=_first(
            said.ata_smart_error_log.summary.count, said.ata_smart_error_log.extended.count
        ),
        wear=_wear(said),
        nvme=_nvme(said.nvme_smart_health_information_log),
        smart=_smart(said),
        exit_status=said.smartctl.exit_status,
        messages=tuple(message.string for message in said.smartctl.messages),
    )


def _node(said: Document) -> str:
    # Where the disk could not be opened only the command line still names it.
    asked = next((word for word in reversed(said.smartctl.argv) if word.startswith("/")), "")
    return (said.device.name or asked).rpartition("/")[2]


def _serial(said: str) -> str:
    # A serial number that every disk of a make bears tells no two apart.
    bogus = len(set(said)) == 1 or said.casefold() in BOGUS_SERIALS
    return "" if bogus else said


def _kind(said: Document, node: str) -> Kind:
    if any("USB bridge" in message.string for message in said.smartctl.messages):
        return "usb-bridge"
    # A virtual NVMe disk keeps a whole health log, which the rules can take at its word.
    if said.device.protocol == "NVMe":
        return "nvme"
    if _VIRTUAL.match(said.model_name or said.scsi_model_name) or _VIRTUAL_NODE.match(node):
        return "virtual"
    if said.device.protocol != "ATA":
        return "unknown"
    # Disks from before ATA-8 do not say how fast they turn.
    if said.rotation_rate or any(a.name in _SPINS for a in said.ata_smart_attributes.table):
        return "hdd"
    return "ssd" if said.rotation_rate == 0 or said.trim.supported else "unknown"


def _smart(said: Document) -> Smart:
    if not said.smart_support.available:
        return "unsupported"
    if not said.smart_support.enabled:
        return "off"
    health = said.nvme_smart_health_information_log is not None
    told = health or said.ata_smart_attributes.table or said.smart_status.passed is not None
    return "read" if told or said.smartctl.exit_status & _FAILING else "unreadable"


def _attribute(said: Line) -> Attribute:
    return Attribute(
        id=said.id,
        name=said.name,
        raw=said.raw.value,
        text=said.raw.string,
        value=said.value,
        threshold=said.thresh,
        failed=said.when_failed,
        prefailure=said.flags.prefailure,
    )


def _self_tests(log: TestLog) -> tuple[SelfTest, ...]:
    return tuple(
        # ATA keeps the outcome in the upper four bits, and what was left to do in the lower.
        SelfTest(
            type=test.type.value,
            outcome=test.status.value >> 4,
            hours=test.lifetime_hours,
            lba=test.lba,
        )
        for test in log.extended.table or log.standard.table
    )


def _wear(said: Document) -> int | None:
    if said.endurance_used.current_percent is not None:
        return said.endurance_used.current_percent
    worn = (a for a in said.ata_smart_attributes.table if (a.id, a.name) in _LIFE_LEFT)
    return next((max(0, 100 - a.value) for a in worn if a.value is not None), None)


def _nvme(said: Health | None) -> NvmeHealth | None:
    if said is None:
        return None
    return NvmeHealth(
        critical_warning=said.critical_warning,
        spare=said.available_spare,
        spare_threshold=said.available_spare_threshold,
        used=said.percentage_used,
        media_errors=said.media_errors,
    )


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _believed(value: int | None, least: int, most: int) -> int | None:
    return value if value is not None and least <= value <= most else None
