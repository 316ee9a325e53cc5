"""smartctl's JSON as it is written, as far as it is read (`smartctl -j -a`, 7.3 and later)."""

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from checks.hardware.reading import Byte, Count, Huge

_LONGEST = 200  # characters of a name or message


def clean(value: object) -> object:
    """A text without what a terminal or a page would obey, and short; others as they are."""
    if not isinstance(value, str):
        return value
    return "".join(c if c.isprintable() else "?" for c in value[:_LONGEST]).strip()


T = TypeVar("T")
Text = Annotated[str, BeforeValidator(clean)]
# JSON's list, never changed.
_List = Annotated[tuple[T, ...], Field(strict=False)]


class _Part(BaseModel):
    # Frozen, lists too: of a default that could change, pydantic makes a copy for every disk.
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class _Device(_Part):
    name: Text = ""
    type: Text = ""
    protocol: Text = ""


class _Message(_Part):
    string: Text = ""


class _Run(_Part):
    exit_status: Byte
    argv: _List[Text] = ()
    messages: _List[_Message] = ()


class _Support(_Part):
    available: bool = True
    enabled: bool = True


class _Value(_Part):
    """Every `{"hours": 3}` of the document: one number under one of these names."""

    bytes: Count | None = None
    hours: Count | None = None
    current: int | None = None
    current_percent: Byte | None = None
    count: Count | None = None


class _Trim(_Part):
    supported: bool = False


class _Status(_Part):
    passed: bool | None = None


class _Flags(_Part):
    prefailure: bool = False


class _Raw(_Part):
    value: Count = 0
    string: Text = ""


class Line(_Part):
    """One line of the attribute table."""

    id: Byte
    name: Text = ""
    value: Byte | None = None
    thresh: Byte | None = None
    when_failed: Literal["", "now", "past"] = ""
    flags: _Flags = _Flags()
    raw: _Raw = _Raw()


class _Attributes(_Part):
    table: _List[Line] = ()


class _Outcome(_Part):
    value: Byte


class _Test(_Part):
    type: _Outcome
    status: _Outcome
    lifetime_hours: Count | None = None
    lba: Count | None = None


class _Tests(_Part):
    table: _List[_Test] = ()


class TestLog(_Part):
    """The self-test log: the short form, or the extended one where it was asked for."""

    standard: _Tests = _Tests()
    extended: _Tests = _Tests()


class _ErrorLog(_Part):
    summary: _Value = _Value()
    extended: _Value = _Value()


class Health(_Part):
    """The health log of an NVMe disk."""

    critical_warning: Byte | None = None
    available_spare: Byte | None = None
    available_spare_threshold: Byte | None = None
    percentage_used: Byte | None = None
    media_errors: Huge | None = None


class Document(_Part):
    """One answer of smartctl; what it does not say keeps a default."""

    smartctl: _Run
    device: _Device = _Device()
    model_name: Text = ""
    scsi_model_name: Text = ""
    serial_number: Text = ""
    user_capacity: _Value = _Value()
    nvme_total_capacity: Count | None = None
    rotation_rate: Count | None = None
    trim: _Trim = _Trim()
    smart_support: _Support = _Support()
    smart_status: _Status = _Status()
    power_on_time: _Value = _Value()
    power_cycle_count: Count | None = None
    temperature: _Value = _Value()
    endurance_used: _Value = _Value()
    ata_smart_attributes: _Attributes = _Attributes()
    ata_smart_error_log: _ErrorLog = _ErrorLog()
    ata_smart_self_test_log: TestLog = TestLog()
    nvme_smart_health_information_log: Health | None = None
