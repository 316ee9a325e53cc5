"""What one disk says of itself at one moment: small, typed, kept in the history."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Kind = Literal["hdd", "ssd", "nvme", "usb-bridge", "virtual", "unknown"]
Smart = Literal["read", "unsupported", "off", "unreadable"]
Count = Annotated[int, Field(ge=0, lt=2**64)]
Huge = Annotated[int, Field(ge=0, lt=2**128)]
Byte = Annotated[int, Field(ge=0, le=255)]

# Makers whose disks the rules read differently, by the model's first letters.
_MAKERS = {
    "hitachi": re.compile(r"HGST|HITACHI|H[DTU][A-Z]\d", re.IGNORECASE),
    "wdc": re.compile(r"WDC?[ -]?WD\d|WDC |WD\d", re.IGNORECASE),
}
# The names under which an attribute's number means what the rules take it for: other firmware,
# SSDs above all, reuses the numbers (smartmontools' drive database).
NAMES: Mapping[int, frozenset[str]] = {
    5: frozenset({"Reallocated_Sector_Ct"}),
    187: frozenset({"Reported_Uncorrect", "Uncorrectable_Error_Cnt"}),
    197: frozenset({"Current_Pending_Sector"}),
    199: frozenset({
        "UDMA_CRC_Error_Count", "CRC_Error_Count", "SATA_CRC_Error_Count", "SATA_CRC_Error",
    }),
}  # fmt: skip
# More sectors or errors than any disk has: packed counters or nonsense, so no count at all.
_NO_COUNT = 2**32


class _Frozen(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Attribute(_Frozen):
    """One line of an ATA disk's attribute table.

    Attributes:
        raw: the six or seven raw bytes as one number; makers may pack several counters into it.
        text: the same as smartctl writes it, which knows many packings (`0 0 3`, `31 (Min/Max …)`).
        value: the normalised value; it falls as things get worse.
        threshold: what `value` must stay above; None where the disk declares none.
        failed: at or below the threshold now, once in the past, or never ("").
        prefailure: falling below the threshold announces a failure (else: mere age).
    """

    id: Byte
    name: str
    raw: Count = 0
    text: str = ""
    value: Byte | None = None
    threshold: Byte | None = None
    failed: Literal["", "now", "past"] = ""
    prefailure: bool = False

    @property
    def count(self) -> int | None:
        """How many it counted; None where this is not the attribute the number stands for."""
        if self.name not in NAMES.get(self.id, ()):
            return None
        # smartctl reads attribute 5 as three 16-bit words, the count lowest (raw16(raw16)).
        counted = self.raw & 0xFFFF if self.id == 5 else self.raw  # noqa: PLR2004 - its number
        return counted if counted < _NO_COUNT else None


class SelfTest(_Frozen):
    """One entry of the self-test log, newest first.

    Attributes:
        type: 1 short, 2 extended (ATA's subcommands; 127 and below run in the background).
        outcome: ATA's execution status: 0 passed, 1-2 stopped, 3-8 failed, 15 running.
        hours: power-on hours at its end; ATA keeps 16 bits of them.
        lba: the first block that could not be read.
    """

    type: Byte
    outcome: Annotated[int, Field(ge=0, le=15)]
    hours: Count | None = None
    lba: Count | None = None


class NvmeHealth(_Frozen):
    """The health log of an NVMe disk (NVMe base specification, log page 02h).

    Attributes:
        critical_warning: one bit for each warning.
        spare: spare blocks left, in percent.
        spare_threshold: what `spare` must not fall below, in percent.
        used: endurance used, in percent; may pass 100.
        media_errors: times data could not be given back whole.
    """

    critical_warning: Byte | None = None
    spare: Byte | None = None
    spare_threshold: Byte | None = None
    used: Byte | None = None
    media_errors: Huge | None = None


class DiskReading(_Frozen):
    """One disk at one moment; None is what the disk did not say.

    Attributes:
        node: the kernel's name for it, as `sda`; it may change between starts.
        size: in bytes.
        hours: power-on hours.
        temperature: in °C.
        attributes: those the rules or a technician read, and every one that ever failed.
        passed: the disk's verdict on itself.
        self_tests: newest first.
        errors: entries the disk's ATA error log has counted.
        wear: endurance used of an SSD, in percent.
        smart: whether health could be read, and if not, why.
        exit_status: smartctl's, a bit for each thing that went wrong (smartctl(8)).
        messages: smartctl's own words.
    """

    node: str
    model: str = ""
    serial: str = ""
    kind: Kind = "unknown"
    size: Count | None = None
    hours: Count | None = None
    temperature: int | None = None
    power_cycles: Count | None = None
    attributes: Annotated[tuple[Attribute, ...], Field(strict=False)] = ()
    passed: bool | None = None
    self_tests: Annotated[tuple[SelfTest, ...], Field(strict=False)] = ()
    errors: Count | None = None
    wear: Byte | None = None
    nvme: NvmeHealth | None = None
    smart: Smart = "unreadable"
    exit_status: Byte = 0
    messages: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @property
    def maker(self) -> str:
        """`hitachi` (HGST too), `wdc`, or "" for all others."""
        found = (maker for maker, begins in _MAKERS.items() if begins.match(self.model))
        return next(found, "")

    def attribute(self, number: int) -> Attribute | None:
        """The attribute of that number, whatever it means on this disk."""
        return next((each for each in self.attributes if each.id == number), None)

    def count(self, number: int) -> int | None:
        """What the attribute counted; None where the disk does not report it under its name."""
        found = self.attribute(number)
        return found.count if found else None
