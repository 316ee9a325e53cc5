"""The kernel's complaints: which part they are about, and which are nobody's fault."""

from collections.abc import Sequence
from typing import Any

import pytest

from checks.hardware.kernel import judge
from checks.report import Report
from tests.unit.reading_room import disk, month, pc, report, said

READ = "I/O error, dev sda, sector 1953 op 0x0:(READ)"
ATA = "ata1.00: failed command: READ FPDMA QUEUED"
ICRC = "ata1.00: error: { ICRC ABRT }"
LOST = "mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 5: be00000000800400"
MENDED = "mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 4: 9c00400067080a13"
EXT4 = "EXT4-fs error (device sda2): ext4_lookup:1855: inode #12: comm x: deleted inode"
OVER = "usb usb1-port2: over-current condition"
DEAF = "usb 1-3: device descriptor read/64, error -71"


def complained(kind: str, *words: str, ago: float = 0, **parts: Any) -> Report:
    return report(ago, kernel={kind: {"count": 7, "samples": list(words)}}, **parts)


def judged(reports: Sequence[Report]) -> list[tuple[str, str, str]]:
    return said(list(judge(reports, pc())))


def told(kind: str, words: str, *ago: float) -> list[tuple[str, str, str]]:
    looks = {each: complained(kind, words, ago=each) for each in ago}
    return judged([*looks.values(), *([] if 0 in looks else [report()])])


def test_a_silent_kernel_and_none() -> None:
    assert judged([*month(), report()]) == []
    unknown = [("kernel.unknown", "unknown", "unknown")]
    assert judged([report(kernel=None)]) == unknown
    assert judged([report(1), report(kernel=None)]) == unknown
    assert judged([report(1, kernel=None), report()]) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("disk", "I/O error, dev sr0, sector 0 op 0x0:(READ)"),
        ("disk", "I/O error, dev fd0, sector 0 op 0x0:(READ)"),
        ("disk", "Buffer I/O error on dev sdb1, logical block 0, async page read"),
        ("disk", "EXT4 nothing of the kind"),
        ("filesystem", "EXT4-fs error (device sdb1): ext4_find_entry:1455"),
        ("filesystem", "EXT4-fs error (device dm-0): ext4_find_entry:1455"),
        ("machine-check", "mce: CPU0: Thermal monitoring enabled (TM1)"),
        ("usb", "usb 1-3: new full-speed USB device"),
        ("gravity", "apple error, dev sda"),
    ],
)
def test_complaints_about_nothing_of_ours(kind: str, words: str) -> None:
    assert told(kind, words, 6, 4, 2, 0) == []


@pytest.mark.parametrize(
    ("kind", "words", "ago", "expected"),
    [
        ("machine-check", MENDED, (0,), ("board.machine-check", "possible", "watch")),
        ("machine-check", MENDED, (2, 0), ("board.machine-check", "likely", "repair")),
        ("machine-check", MENDED, (1, 0), ("board.machine-check", "possible", "watch")),
        ("machine-check", MENDED, (6, 4, 0), ("board.machine-check", "likely", "repair")),
        # Of the 64 bits one alone says whether it was corrected.
        ("machine-check", MENDED[:-1] + "2", (0,), ("board.machine-check", "possible", "watch")),
        ("machine-check", LOST[:-1] + "1", (0,), ("board.machine-check", "likely", "repair")),
        ("machine-check", LOST, (0,), ("board.machine-check", "likely", "repair")),
        ("machine-check", LOST, (2, 0), ("board.machine-check", "certain", "repair")),
        ("machine-check", LOST, (40, 0), ("board.machine-check", "likely", "repair")),
        ("machine-check", "mce: [Hardware Error]: Fatal machine check", (0,),
         ("board.machine-check", "likely", "repair")),
        ("disk", READ, (0,), ("disk.kernel-errors", "possible", "watch")),
        ("disk", READ, (9,), ("disk.kernel-errors", "possible", "watch")),
        ("disk", READ, (2, 0), ("disk.kernel-errors", "likely", "repair")),
        ("disk", READ, (1.5, 0.5, 0), ("disk.kernel-errors", "possible", "watch")),
        ("filesystem", EXT4, (0,), ("files.damaged", "possible", "watch")),
        ("filesystem", EXT4, (3, 0), ("files.damaged", "likely", "repair")),
        ("usb", OVER, (2, 0), ("usb.over-current", "possible", "watch")),
        ("usb", OVER, (4, 2, 0), ("usb.over-current", "likely", "repair")),
        ("usb", OVER, (8, 6, 4, 2, 0), ("usb.over-current", "likely", "repair")),
        ("usb", DEAF, (4, 2, 0), ("usb.unreadable", "possible", "watch")),
        ("usb", DEAF, (8, 6, 4, 2, 0), ("usb.unreadable", "possible", "watch")),
        ("disk", ATA, (2, 0), ("disk.kernel-errors", "possible", "watch")),
        ("disk", ATA, (4, 2, 0), ("disk.kernel-errors", "possible", "watch")),
    ],
)  # fmt: skip
def test_what_is_ours(
    kind: str, words: str, ago: tuple[float, ...], expected: tuple[str, str, str]
) -> None:
    assert told(kind, words, *ago) == [expected]


def test_once_is_no_matter() -> None:
    """A connector that names no disk, a stick that was not understood."""
    assert told("disk", ATA, 0) == []
    assert told("usb", DEAF, 2, 0) == []
    looks = [
        complained("usb", f"usb 1-{n}: device descriptor read/64", ago=9 - n) for n in (1, 4, 7)
    ]
    assert judged([*looks, report()]) == []
    ports = [complained("disk", f"ata{n}.00: failed command", ago=9 - n) for n in (1, 4)]
    assert judged([*ports, report()]) == []


def test_the_day_is_told() -> None:
    found = list(judge([complained("disk", READ, ago=9), report()], pc()))
    assert "10/11/2026" in found[0].evidence
    assert READ in found[0].evidence


@pytest.mark.parametrize(
    ("kind", "words", "part"),
    [
        ("machine-check", MENDED, "board"),
        ("disk", READ, "disk sda WD-WCAYU0123456"),
        ("disk", ICRC, "connector 1"),
        ("disk", f"{READ} {ICRC}", "cable sda WD-WCAYU0123456"),
        ("filesystem", EXT4, "files sda WD-WCAYU0123456"),
        ("usb", OVER, "usb"),
        ("usb", DEAF, "usb-port 1-3"),
    ],
)
def test_the_part_and_the_last_words_are_told(kind: str, words: str, part: str) -> None:
    looks = [complained(kind, f"{words} no. {8 - ago}", ago=ago) for ago in (8, 6, 4, 2)]
    (found,) = judge([*looks, report()], pc())
    assert found.part == part
    assert f"17/11/2026: {words} no. 6" in found.evidence


def test_of_one_look_the_first_words_are_told() -> None:
    (found,) = judge([complained("disk", READ, f"{READ} again")], pc())
    assert found.evidence.endswith(READ)


def test_a_connector_whose_disk_is_named_is_told_once() -> None:
    looks = [complained("disk", READ, ATA, ago=ago) for ago in (2, 0)]
    assert judged(looks) == [("disk.kernel-errors", "likely", "repair")]


def test_a_file_system_is_sought_on_the_disks_of_now() -> None:
    elsewhere = disk("seagate-healthy-old", "sdb")
    words = EXT4.replace("sda2", "sdb2")
    two = report(4, disks=[disk(), elsewhere])
    assert judged([two, complained("filesystem", words, ago=2), report()]) == []
    both = [disk(), elsewhere]
    damaged = [("files.damaged", "possible", "watch")]
    assert judged([report(4), complained("filesystem", words, disks=both)]) == damaged


def crc(value: int) -> dict[str, Any]:
    one = disk()
    for line in one["smart"]["ata_smart_attributes"]["table"]:
        if line["id"] == 199:
            line["raw"] = {"value": value, "string": str(value)}
    return one


def test_the_cable_first_where_the_disk_is_healthy() -> None:
    cable = [("disk.cable", "likely", "repair")]
    grown = complained("disk", READ, disks=[crc(60)])
    assert judged([report(3, disks=[crc(0)]), grown]) == cable
    assert judged([complained("disk", READ, ICRC)]) == cable
    # Old transfer errors that stand still accuse nobody, and a sick disk is not excused.
    assert judged([report(3, disks=[crc(60)]), grown]) == [
        ("disk.kernel-errors", "possible", "watch")
    ]
    itself = [("disk.kernel-errors", "possible", "watch")]
    for sick in (disk("failing-now"), disk("pending-sectors"), once_below_its_threshold()):
        assert judged([complained("disk", READ, ICRC, disks=[sick])]) == itself
    # Many transfer errors, and nobody knows since when.
    assert judged([complained("disk", READ, disks=[crc(150)])]) == itself


def once_below_its_threshold() -> dict[str, Any]:
    """A disk against which nothing speaks but that."""
    one = disk()
    line = one["smart"]["ata_smart_attributes"]["table"][0]
    line |= {"when_failed": "past", "flags": {"value": 1, "prefailure": True}}
    return one


def test_the_right_one_of_two_disks() -> None:
    two = [disk(), disk("seagate-healthy-old", "sdb")]
    found = list(judge([complained("disk", "I/O error, dev sdb, sector 9", disks=two)], pc()))
    assert len(found) == 1
    assert "sdb" in found[0].part
    nvme = {**disk("nvme-healthy", "nvme0n1")}
    words = "EXT4-fs error (device nvme0n1p2): ext4_lookup"
    found = list(judge([complained("filesystem", words, disks=[nvme])], pc()))
    assert "nvme0n1" in found[0].part


def test_a_disk_that_was_not_reported_is_not_accused() -> None:
    assert judged([complained("disk", READ, disks=None)]) == []
