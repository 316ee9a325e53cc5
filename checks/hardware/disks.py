"""One disk judged: by its own words, by what it counted, and by what grew.

The rules themselves are data: checks/hardware/disk_points.py and disk_rules.py.
"""

from collections.abc import Iterable, Iterator

from checks.hardware import disk_points as table
from checks.hardware import disk_rules as rules
from checks.hardware.disk_counts import cable, media, points
from checks.hardware.disk_history import earlier_than, found
from checks.hardware.findings import Finding
from checks.hardware.reading import Attribute, DiskReading, SelfTest
from checks.hardware.rule import Rule
from inventory.words import _

_UNCORRECTED = 187


def judge(reading: DiskReading, earlier: Iterable[DiskReading] = ()) -> tuple[Finding, ...]:
    """What is to be said of one disk; nothing where all is well.

    Args:
        reading: the disk as it is.
        earlier: its readings of the days and weeks before, in any order; other disks' are passed
            over. Power-on hours tell how far apart they are.
    """
    blind = _blind(reading)
    if blind:
        return (_unknown(reading, blind),)
    past = earlier_than(reading, earlier)
    on_disk = (
        *_words(reading), *_warned(reading), *_worn(reading),
        *points(reading, past), *media(reading, past),
    )  # fmt: skip
    if not on_disk and not _counts(reading):
        on_disk = (_unknown(reading, "nothing"),)
    return (*on_disk, *cable(reading, past))


# --- cannot tell ----------------------------------------------------------------------------------


def _blind(reading: DiskReading) -> str:
    """Why the disk cannot be judged at all, a key of CANNOT_TELL; "" where it can."""
    if reading.kind in {"virtual", "usb-bridge"}:
        return reading.kind
    return "" if reading.smart == "read" else reading.smart


def _counts(reading: DiskReading) -> bool:
    """Whether the disk reports anything the rules count by; silence is not health."""
    if reading.kind == "nvme":
        return reading.nvme is not None and reading.nvme.critical_warning is not None
    if reading.kind == "ssd":
        return reading.wear is not None or reading.count(_UNCORRECTED) is not None
    counted = (reading.count(rule.attribute) for rule in table.COUNTS)
    return reading.kind == "hdd" and any(count is not None for count in counted)


def _unknown(reading: DiskReading, reason: str) -> Finding:
    said = _(rules.CANNOT_TELL[reason])
    said = said.format(node=reading.node, messages=" ".join(reading.messages)).strip()
    return found(rules.UNKNOWN, reading, reason=said)


# --- the disk's own words -------------------------------------------------------------------------


def _words(reading: DiskReading) -> Iterator[Finding]:
    # NVMe's verdict is its warnings, which say more.
    if reading.passed is False and not _warnings(reading):
        yield found(rules.FAILED, reading)
    for each in reading.attributes:
        if each.failed and each.prefailure and each.id not in rules.NEVER_FAILING:
            rule = rules.ATTRIBUTE_FAILED if each.failed == "now" else rules.ATTRIBUTE_FAILED_ONCE
            what = _attribute_words(each)
            yield found(rule, reading, what=what, value=each.value, threshold=each.threshold)
    test = _failed_test(reading.self_tests)
    if test is not None:
        rule = rules.TEST_UNREADABLE if test.outcome == rules.UNREADABLE else rules.TEST_FAILED
        outcome = _(rules.FAILED_OUTCOMES[test.outcome])
        yield found(rule, reading, hours=_said(test.hours), lba=_said(test.lba), outcome=outcome)


def _attribute_words(line: Attribute) -> str:
    """What an attribute counts, in words where we have them, and its number."""
    means = rules.MEANINGS.get(line.name)
    if means is None:
        return f"SMART {line.id} ({line.name})"
    return f"{_(means)} (SMART {line.id})"


def _failed_test(tests: Iterable[SelfTest]) -> SelfTest | None:
    """The newest failed self-test that no later one has outdated.

    A later pass outdates a failure if it is an extended test's or the same test's (smartctl(8),
    exit status bit 7).

    Args:
        tests: newest first.
    """
    passed: set[int] = set()
    for test in tests:
        if test.outcome == rules.PASSED_OUTCOME:
            passed.add(test.type)
        outdated = test.type in passed or passed & rules.EXTENDED_TESTS
        if test.outcome in rules.FAILED_OUTCOMES and not outdated:
            return test
    return None


def _said(value: int | None) -> object:
    return _("unknown") if value is None else value


# --- flash ----------------------------------------------------------------------------------------


def _warnings(reading: DiskReading) -> list[Rule]:
    bits = reading.nvme.critical_warning or 0 if reading.nvme else 0
    return [rule for bit, rule in rules.NVME_WARNINGS.items() if bits >> bit & 1]


def _warned(reading: DiskReading) -> Iterator[Finding]:
    low = _spare_low(reading)
    yield from low
    for rule in _warnings(reading):
        # Both say the same, and the numbers say it better.
        if not (low and rule.id == rules.SPARE_LOW.id):
            yield found(rule, reading)


def _spare_low(reading: DiskReading) -> list[Finding]:
    health = reading.nvme
    if health is None or health.spare is None or health.spare_threshold is None:
        return []
    if health.spare >= health.spare_threshold:
        return []
    numbers = {"spare": health.spare, "threshold": health.spare_threshold}
    return [found(rules.SPARE_LOW, reading, **numbers)]


def _worn(reading: DiskReading) -> Iterator[Finding]:
    used = reading.nvme.used if reading.nvme else reading.wear
    if used is not None and used >= rules.WEARING:
        yield found(rules.WORN if used >= rules.WORN_OUT else rules.NEARLY_WORN, reading, used=used)
