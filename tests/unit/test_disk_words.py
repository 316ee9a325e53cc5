"""What a disk says of itself, and disks that were exchanged or are gone."""

import pytest

from checks.hardware.disk_history import changes
from checks.hardware.disks import judge
from checks.hardware.findings import Finding, verdict
from checks.hardware.reading import Attribute, DiskReading, Kind, NvmeHealth, SelfTest

SOUND = DiskReading(
    node="sda",
    model="ST500DM002-1BD142",
    serial="S1",
    kind="hdd",
    hours=20000,
    smart="read",
    passed=True,
    attributes=(Attribute(id=5, name="Reallocated_Sector_Ct"),),
)
NVME = SOUND.model_copy(
    update={
        "node": "nvme0",
        "kind": "nvme",
        "attributes": (),
        "nvme": NvmeHealth(critical_warning=0),
    }
)


def said(findings: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(each.rule, each.certainty, each.verdict) for each in findings]


def logged(*tests: tuple[int, int]) -> DiskReading:
    """A disk with self-tests (type, outcome), the newest first."""
    log = tuple(SelfTest(type=kind, outcome=outcome, hours=19000) for kind, outcome in tests)
    return SOUND.model_copy(update={"self_tests": log})


SHORT, EXTENDED, PASSED, STOPPED, ELECTRICAL, READ, RUNNING = 1, 2, 0, 1, 5, 7, 15


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ([(SHORT, PASSED)], []),
        ([(SHORT, STOPPED), (SHORT, RUNNING)], []),
        ([(EXTENDED, READ)], ["likely"]),
        # Power cuts leave sectors that cannot be read; they do not break the electronics.
        ([(SHORT, ELECTRICAL)], ["certain"]),
        # A test that was stopped proves nothing.
        ([(EXTENDED, STOPPED), (EXTENDED, READ)], ["likely"]),
        # The short test reads little: it does not outdate the long one's failure, and itself only.
        ([(SHORT, PASSED), (EXTENDED, READ)], ["likely"]),
        ([(SHORT, PASSED), (SHORT, READ)], []),
        ([(SHORT, PASSED), (SHORT, READ), (EXTENDED, READ)], ["likely"]),
        ([(EXTENDED, PASSED), (SHORT, READ), (EXTENDED, READ)], []),
    ],
)
def test_self_tests(tests: list[tuple[int, int]], expected: list[str]) -> None:
    findings = judge(logged(*tests))
    assert [each.certainty for each in findings] == expected
    assert all((each.rule, each.verdict) == ("disk.self-test", "repair") for each in findings)


@pytest.mark.parametrize(
    ("number", "failed", "prefailure", "expected"),
    [
        (3, "now", True, [("disk.attribute-failed", "certain", "repair")]),
        (3, "past", True, [("disk.attribute-failed", "possible", "watch")]),
        # Mere age: many start and stop cycles announce nothing.
        (4, "now", False, []),
        (190, "now", True, []),
        (194, "past", True, []),
    ],
)
def test_thresholds(
    number: int, failed: str, prefailure: bool, expected: list[tuple[str, str, str]]
) -> None:
    line = Attribute.model_validate(
        {"id": number, "name": "Any", "failed": failed, "prefailure": prefailure, "threshold": 1}
    )
    disk = SOUND.model_copy(update={"attributes": (*SOUND.attributes, line)})
    assert said(judge(disk)) == expected


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        ({"critical_warning": 0}, []),
        ({"critical_warning": 1}, [("disk.spare", "certain", "repair")]),
        ({"critical_warning": 2}, [("disk.hot", "possible", "watch")]),
        ({"critical_warning": 4}, [("disk.unreliable", "certain", "repair")]),
        ({"critical_warning": 8}, [("disk.read-only", "certain", "repair")]),
        ({"critical_warning": 16}, [("disk.backup", "likely", "repair")]),
        # A bit of a later specification: only the overall word is left.
        ({"critical_warning": 64}, [("disk.failed", "certain", "repair")]),
        ({"critical_warning": 0, "spare": 10, "spare_threshold": 10}, []),
        (
            {"critical_warning": 0, "spare": 9, "spare_threshold": 10},
            [("disk.spare", "certain", "repair")],
        ),
        (
            {"critical_warning": 1, "spare": 9, "spare_threshold": 10},
            [("disk.spare", "certain", "repair")],
        ),
        ({"critical_warning": 0, "used": 89}, []),
        ({"critical_warning": 0, "used": 90}, [("disk.worn", "possible", "watch")]),
        ({"critical_warning": 0, "used": 99}, [("disk.worn", "possible", "watch")]),
        ({"critical_warning": 0, "used": 100}, [("disk.worn", "likely", "repair")]),
        ({}, [("disk.unknown", "unknown", "unknown")]),
    ],
)
def test_nvme(health: dict[str, int], expected: list[tuple[str, str, str]]) -> None:
    passed = not health.get("critical_warning")
    disk = NVME.model_copy(update={"nvme": NvmeHealth.model_validate(health), "passed": passed})
    assert said(judge(disk)) == expected


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (None, 0, []),
        (None, 1, [("disk.media-errors", "possible", "watch")]),
        (1, 1, []),
        (1, 2, [("disk.media-errors", "likely", "repair")]),
    ],
)
def test_data_that_flash_lost(
    was: int | None, now: int, expected: list[tuple[str, str, str]]
) -> None:
    def nvme(errors: int) -> DiskReading:
        health = NvmeHealth(critical_warning=0, media_errors=errors)
        return NVME.model_copy(update={"nvme": health})

    def ssd(errors: int) -> DiskReading:
        lost = Attribute(id=187, name="Uncorrectable_Error_Cnt", raw=errors)
        return SOUND.model_copy(update={"kind": "ssd", "wear": 1, "attributes": (lost,)})

    for disk in (nvme, ssd):
        past = [disk(was).model_copy(update={"hours": 19000})] if was is not None else []
        assert said(judge(disk(now), past)) == expected


@pytest.mark.parametrize(
    ("was", "count", "expected"),
    [
        (None, 99, []),
        (None, 100, [("disk.cable", "possible", "watch")]),
        (91, 100, []),
        (90, 100, [("disk.cable", "likely", "repair")]),
    ],
)
def test_transfer_errors_mean_the_cable(
    was: int | None, count: int, expected: list[tuple[str, str, str]]
) -> None:
    def disk(errors: int, hours: int) -> DiskReading:
        line = Attribute(id=199, name="UDMA_CRC_Error_Count", raw=errors)
        return SOUND.model_copy(update={"hours": hours, "attributes": (*SOUND.attributes, line)})

    findings = judge(disk(count, 20000), [disk(was, 19990)] if was is not None else [])
    assert said(findings) == expected
    assert all(each.part == "cable sda S1" for each in findings)


def test_a_bad_cable_does_not_make_a_silent_disk_sound() -> None:
    line = Attribute(id=199, name="UDMA_CRC_Error_Count", raw=5000)
    findings = judge(SOUND.model_copy(update={"attributes": (line,)}))
    assert [each.rule for each in findings] == ["disk.unknown", "disk.cable"]


@pytest.mark.parametrize("kind", ["virtual", "usb-bridge"])
def test_what_stands_between_is_never_red(kind: Kind) -> None:
    worst = SOUND.model_copy(update={"kind": kind, "passed": False})
    assert verdict(judge(worst)) == "unknown"


# --- exchanged or gone ----------------------------------------------------------------------------


def disk(node: str, serial: str, **other: object) -> DiskReading:
    return SOUND.model_copy(update={"node": node, "serial": serial, **other})


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ([disk("sda", "S1")], [disk("sda", "S1", hours=20008)], []),
        # The kernel found them in another order.
        ([disk("sda", "S1"), disk("sdb", "S2")], [disk("sda", "S2"), disk("sdb", "S1")], []),
        ([disk("sda", "S1")], [disk("sda", "S2")], [("disk.swapped", "certain", "watch")]),
        ([disk("sda", "S1")], [], [("disk.vanished", "certain", "repair")]),
        ([disk("sda", "S1")], [disk("sdb", "S2")], [("disk.vanished", "certain", "repair")]),
        (
            [disk("sda", "S1")],
            [disk("sda", "S1", hours=12)],
            [("disk.swapped", "possible", "watch")],
        ),
        (
            [disk("sda", "")],
            [disk("sda", "", hours=12)],
            [("disk.swapped", "possible", "watch")],
        ),
        ([disk("sda", "S1", hours=None)], [disk("sda", "S1")], []),
        # It hangs there still but no longer answers: that is for judge() to say.
        ([disk("sda", "S1")], [disk("sda", "", model="", kind="unknown")], []),
        ([disk("sda", "")], [disk("sda", "S1")], []),
        # A stick comes and goes.
        ([disk("sdc", "U1", kind="usb-bridge")], [], []),
        ([], [disk("sda", "S1")], []),
    ],
)
def test_disks_that_came_and_went(
    was: list[DiskReading], now: list[DiskReading], expected: list[tuple[str, str, str]]
) -> None:
    assert said(changes(was, now)) == expected


def test_an_exchange_names_both_disks() -> None:
    (finding,) = changes([disk("sda", "S1")], [disk("sda", "S2")])
    assert "serial S1" in finding.evidence
    assert "serial S2" in finding.evidence
