"""One answer of smartctl for every kind of disk we expect: what it must come to, and why."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from checks.hardware.disks import judge
from checks.hardware.findings import Certainty, Verdict, verdict
from checks.hardware.parts import part_key, part_name
from checks.hardware.reading import DiskReading
from checks.hardware.smart import parse
from inventory.words import speaking

ANSWERS = Path(__file__).parent / "data/smartctl"
WEEK, LONG = 168, 3000  # power-on hours

DISK, CABLE = "disk", "cable"
# file, (hours before, what it had counted then), verdict, certainty, part, rule that says so.
TABLE: list[
    tuple[str, tuple[int, Mapping[int, int]] | None, Verdict, Certainty | None, str, str]
] = [
    # Error rates (1, 7) and timeouts (188) are packed counters, huge on a sound Seagate.
    ("seagate-healthy-old", None, "keep", None, "", ""),
    # A hot afternoon put 190 below its threshold once: the room's fault, not the disk's.
    ("seagate-was-hot", None, "keep", None, "", ""),
    ("wdc-healthy", None, "keep", None, "", ""),
    # The DT01ACA says 65536 read errors (1) and packs two numbers into its spin-up time (3).
    ("toshiba-healthy", None, "keep", None, "", ""),
    # An old scar: 24 sectors, the same for years.
    ("reallocated-few-old", (LONG, {}), "keep", None, "", ""),
    # Reserves are being used up at this moment.
    ("reallocated-growing", (WEEK, {5: 96}), "repair", "likely", DISK, "disk.points"),
    # The same level a first time: nobody can say whether it grows.
    ("reallocated-growing", None, "watch", "possible", DISK, "disk.points"),
    # More than one 4 KiB sector cannot be read.
    ("pending-sectors", None, "repair", "likely", DISK, "disk.points"),
    # Reads have failed for good, how long ago is not known ...
    ("uncorrectable-reported", None, "watch", "possible", DISK, "disk.points"),
    # ... and here they fail now ...
    ("uncorrectable-reported", (WEEK, {187: 13}), "repair", "likely", DISK, "disk.points"),
    # ... and here it was long ago.
    ("uncorrectable-reported", (LONG, {}), "keep", None, "", ""),
    # Transfer errors grow: the cable is replaced, the disk stays.
    ("crc-cable", (WEEK, {199: 2950}), "repair", "likely", CABLE, "disk.cable"),
    ("crc-cable", None, "watch", "possible", CABLE, "disk.cable"),
    # Somebody has mended the cable: the count stays, and says nothing any more.
    ("crc-cable", (WEEK, {}), "keep", None, "", ""),
    # The disk itself says that it fails: overall, and by its attribute's threshold.
    ("failing-now", None, "repair", "certain", DISK, "disk.failed"),
    ("failing-now", None, "repair", "certain", DISK, "disk.attribute-failed"),
    ("ssd-healthy", None, "keep", None, "", ""),
    # Used up by its maker's estimate.
    ("ssd-worn", None, "repair", "likely", DISK, "disk.worn"),
    # 5, 187, 197, 198 and 199 mean something else on this SSD, as their names say.
    ("ssd-reused-numbers", None, "keep", None, "", ""),
    ("nvme-healthy", None, "keep", None, "", ""),
    ("nvme-spare-low", None, "repair", "certain", DISK, "disk.spare"),
    ("nvme-read-only", None, "repair", "certain", DISK, "disk.read-only"),
    ("nvme-media-errors", None, "watch", "possible", DISK, "disk.media-errors"),
    # A sector could not be read by the extended test; the short one that passed later reads little.
    ("self-test-read-failure", None, "repair", "likely", DISK, "disk.self-test"),
    # Health that cannot be read is neither good nor bad.
    ("no-smart", None, "unknown", "unknown", DISK, "disk.unknown"),
    ("smart-off", None, "unknown", "unknown", DISK, "disk.unknown"),
    ("raid-volume", None, "unknown", "unknown", DISK, "disk.unknown"),
    ("asleep", None, "unknown", "unknown", DISK, "disk.unknown"),
    ("usb-bridge", None, "unknown", "unknown", DISK, "disk.unknown"),
    # The hypervisor answers for the disk, and says that all is well.
    ("virtual-disk", None, "unknown", "unknown", DISK, "disk.unknown"),
    ("virtio-disk", None, "unknown", "unknown", DISK, "disk.unknown"),
]


def answer(name: str) -> DiskReading:
    return parse((ANSWERS / f"{name}.json").read_bytes())


def earlier(now: DiskReading, hours: int, counts: Mapping[int, int]) -> DiskReading:
    """The same disk some power-on hours before, when it had counted less."""
    was = tuple(
        each.model_copy(update={"raw": counts.get(each.id, each.raw)}) for each in now.attributes
    )
    return now.model_copy(update={"hours": (now.hours or 0) - hours, "attributes": was})


@pytest.mark.parametrize(("name", "before", "advice", "certainty", "part", "rule"), TABLE)
def test_a_disk_gets_its_verdict(  # noqa: PLR0913, PLR0917 - the columns of the table
    name: str,
    before: tuple[int, Mapping[int, int]] | None,
    advice: Verdict,
    certainty: Certainty | None,
    part: str,
    rule: str,
) -> None:
    now = answer(name)
    findings = judge(now, [earlier(now, *before)] if before else [])
    assert verdict(findings) == advice, findings
    said = [(each.rule, each.certainty, each.part) for each in findings]
    if certainty is None:
        assert said == []
    else:
        assert (rule, certainty, part_key(part, now.node, now.serial)) in said


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("no-smart", "reports no health"),
        ("raid-volume", "reports no health"),
        ("smart-off", "smartctl -s on /dev/sda"),
        ("asleep", "STANDBY"),
        ("usb-bridge", "USB bridge"),
        ("virtual-disk", "virtual disk"),
    ],
)
def test_who_cannot_tell_says_why(name: str, why: str) -> None:
    (finding,) = judge(answer(name))
    assert why in finding.evidence


def test_every_answer_is_in_the_table() -> None:
    assert {path.stem for path in ANSWERS.glob("*.json")} == {row[0] for row in TABLE}


def test_every_finding_brings_its_numbers_and_its_source() -> None:
    findings = [each for row in TABLE for each in judge(answer(row[0]))]
    assert {each.verdict for each in findings} == {"unknown", "watch", "repair"}
    assert all(each.source and each.evidence for each in findings)
    assert not [each for each in findings if "{" in each.evidence + part_name(each.part)]


def test_evidence_can_be_read_aloud() -> None:
    now = answer("reallocated-growing")
    (finding,) = judge(now, [earlier(now, WEEK, {5: 96})])
    assert finding.evidence == (
        "312 reallocated sectors (SMART 5) (+4); 216 more within 168 hours of running (+1): "
        "5 points; from 5 on, a disk is likely failing."
    )


def test_points_for_one_reason_are_told_once() -> None:
    (told,) = [each for each in judge(answer("failing-now")) if each.rule == "disk.points"]
    assert told.evidence == (
        "60712 reallocated sectors (SMART 5): 5 points; from 5 on, a disk is likely failing."
    )


@pytest.mark.parametrize(
    ("language", "name", "told"),
    [
        ("en", "Reallocated_Sector_Ct", "The value of reallocated sectors (SMART 5) is 8;"),
        ("vi", "Reallocated_Sector_Ct",
         "Chỉ số sector hỏng đã được thay bằng sector dự phòng (SMART 5) đang ở mức 8;"),
        # Other firmware means something else by the same number.
        ("vi", "Retired_Block_Count", "Chỉ số SMART 5 (Retired_Block_Count) đang ở mức 8;"),
    ],
)  # fmt: skip
def test_what_fell_below_its_threshold_is_told_in_words(
    language: str, name: str, told: str
) -> None:
    now = answer("failing-now")
    lines = [
        each.model_copy(update={"name": name}) if each.id == 5 else each for each in now.attributes
    ]
    with speaking(language):
        found = judge(now.model_copy(update={"attributes": tuple(lines)}))
    (words,) = [each.evidence for each in found if each.rule == "disk.attribute-failed"]
    assert words.startswith(told)


def test_a_reading_keeps_what_a_technician_looks_up() -> None:
    disk = answer("seagate-healthy-old")
    assert (disk.node, disk.model, disk.serial) == ("sda", "ST500DM002-1BD142", "Z2AXV1Q0")
    assert (disk.kind, disk.size, disk.hours, disk.temperature) == ("hdd", 500107862016, 21843, 38)
    assert (disk.power_cycles, disk.errors, disk.exit_status) == (4127, 2, 64)
    timeouts = disk.attribute(188)
    assert timeouts is not None
    assert timeouts.text == "3 7 41"
    assert [test.outcome for test in disk.self_tests] == [0, 0]
    (lba,) = [test.lba for test in answer("self-test-read-failure").self_tests if test.lba]
    assert lba == 312501447


def test_a_reading_survives_being_stored() -> None:
    for name in {row[0] for row in TABLE}:
        disk = answer(name)
        assert DiskReading.model_validate_json(disk.model_dump_json()) == disk
        assert len(disk.model_dump_json()) < 4000
