"""What a check says of a workstation: the words every part of the checks uses."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """How a control came out; what could not be looked at is never green and never red."""

    OK = "ok"
    FAIL = "fail"
    WAIVED = "waived"
    UNKNOWN = "unknown"
    UNREACHABLE = "unreachable"


class Severity(StrEnum):
    """How much it matters to the reading room.

    `grave`: readers or their data are in danger, the PC cannot be used, or data may be lost.
    `normal`: mend it this week. `minor`: mend it when somebody is there anyway.
    """

    GRAVE = "grave"
    NORMAL = "normal"
    MINOR = "minor"


class Certainty(StrEnum):
    """How sure a finding is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Waiver:
    """Somebody has decided to live with a finding until a day.

    Attributes:
        control: the control's id.
        host: the workstation, or `*`.
        reason: why, for the one who reads it in a year.
        owner: who decided.
        until: the last day it holds.
    """

    control: str
    host: str
    reason: str
    owner: str
    until: date


@dataclass(frozen=True)
class Sentences:
    """What is said of a finding, in one language; `reason` and `remedy` as in `Finding`."""

    reason: str
    remedy: str


@dataclass(frozen=True)
class Finding:
    """How one control came out on one workstation.

    Attributes:
        host: the workstation's name.
        control: the control's id, such as `updates.security-pending`.
        status: how it came out.
        severity: how much it matters.
        reason: one sentence with the evidence; "" when it is ok.
        remedy: one sentence: what to do; "" when it is ok.
        certainty: how sure it is.
        part: what it is about where a PC has several, the same in every language, such as
            `disk sda Z1D5` (checks/hardware/parts.py has its name); "" else.
        waiver: the waiver that covers it.
        vietnamese: the sentences in Vietnamese, where the others are English; None: as they are.
    """

    host: str
    control: str
    status: Status
    severity: Severity
    reason: str = ""
    remedy: str = ""
    certainty: Certainty = Certainty.CERTAIN
    part: str = ""
    waiver: Waiver | None = None
    vietnamese: Sentences | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same finding as last night's."""
        return (self.host, self.control, self.part)
