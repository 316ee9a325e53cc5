"""Memory that is gone, that lies, and memory that says nothing."""

from typing import Any

import pytest

from checks.hardware.memory import judge, on_card
from checks.report import Report
from tests.unit.reading_room import GB, month, pc, report, said

UNMEASURED = ("memory.unmeasured", "unknown", "unknown")
MB = 1 << 20


def slots(*sizes: int | None) -> list[dict[str, Any]]:
    return [{"slot": f"DIMM{n}", "mb": mb} for n, mb in enumerate(sizes, 1)]


def judged(reports: list[Report], specification: str | None = None) -> list[tuple[str, str, str]]:
    return said(list(judge(reports, pc(specification=specification))))


def test_a_healthy_memory() -> None:
    assert judged([*month(), report()], "RAM 4 GB") == []


def test_no_counter_is_no_health() -> None:
    assert judged([report(memory={"errors": None})]) == [UNMEASURED]


def test_a_part_that_failed() -> None:
    assert judged([*month(), report(memory=None)]) == [("memory.unknown", "unknown", "unknown")]


def test_a_slot_that_emptied_is_named() -> None:
    now = report(memory={"slots": slots(2048, 0), "total": 1900 * MB})
    found = list(judge([*month(days=1), now], pc()))
    assert said(found) == [("memory.less", "certain", "repair")]
    assert "Empty: DIMM2." in found[0].evidence
    assert "2048" in found[0].evidence
    assert "4096" in found[0].evidence


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (3800, 3601, []),
        (3800, 3600, [("memory.less", "possible", "watch")]),
        (3800, 2777, [("memory.less", "possible", "watch")]),
        (3800, 2776, [("memory.less", "likely", "repair")]),
        (1900, 3800, []),
    ],
)
def test_less_than_before_where_the_firmware_names_no_slots(
    was: int, now: int, expected: list[tuple[str, str, str]]
) -> None:
    earlier = month(memory={"slots": [], "total": was * MB})
    assert judged([*earlier, report(memory={"slots": [], "total": now * MB})]) == expected


def test_what_was_less_long_ago_is_the_past() -> None:
    assert judged([report(31, memory={"slots": slots(4096, 4096)}), report()]) == []


def test_the_graphics_took_some_while_the_modules_stayed() -> None:
    now = report(memory={"total": 3300 * MB})
    assert judged([*month(), now]) == [("memory.less", "possible", "watch")]


@pytest.mark.parametrize(
    ("specification", "expected"),
    [
        ("Dell 390, RAM 4 GB, ổ cứng 500 GB", 4096),
        ("Dell 390, ổ cứng 500 GB, RAM 4 GB", 4096),
        ("Bộ nhớ trong: 2GB DDR3", 2048),
        ("2 x 2 GB DDR3", 4096),
        ("RAM 2×1 GB", 2048),  # noqa: RUF001 - as people write it
        ("HDD 500 GB RAM 2048 MB", 2048),
        ("Core i3, 500 GB", None),
        ("RAM 2 GB, nâng cấp RAM 4 GB", None),
        ("RAM 0 GB", None),
        ("", None),
    ],
)
def test_what_a_card_says(specification: str, expected: int | None) -> None:
    assert on_card(specification) == expected


def test_less_than_on_the_card() -> None:
    assert judged([report()], "RAM 8 GB") == [("memory.card", "likely", "repair")]
    blind: dict[str, Any] = {"slots": []}
    assert judged([report(memory=blind)], "RAM 8 GB") == [("memory.card", "possible", "watch")]
    enough = report(memory={"slots": [], "total": 3072 * MB})
    assert judged([enough], "RAM 4 GB") == []
    short = report(memory={"slots": [], "total": 3071 * MB})
    assert judged([short], "RAM 4 GB") == [("memory.card", "possible", "watch")]


def test_less_than_the_slots_hold() -> None:
    assert judged([report(memory={"total": 3072 * MB})]) == []
    assert judged([report(memory={"total": 3071 * MB})]) == [("memory.slots", "likely", "repair")]
    # A firmware that leaves a slot open says nothing about the whole.
    assert judged([report(memory={"total": GB, "slots": slots(4096, None)})]) == []


def test_errors_that_could_not_be_corrected() -> None:
    now = report(memory={"errors": {"ce": 0, "ue": 1}})
    assert judged([now]) == [("memory.uncorrected", "certain", "repair")]


@pytest.mark.parametrize(
    ("counts", "uptimes", "expected"),
    [
        ([0, 0, 0], [1, 2, 3], []),
        ([0, 0, 5], [1, 2, 3], [("memory.corrected", "possible", "watch")]),
        # One count that stands still is one event, however often it is told.
        ([5, 5, 5], [1, 2, 3], [("memory.corrected", "possible", "watch")]),
        ([0, 5, 9], [1, 2, 3], [("memory.corrected", "likely", "repair")]),
        # The same five after another start are five more.
        ([5, 0, 5], [0.1, 0.1, 0.1], [("memory.corrected", "likely", "repair")]),
        ([5, 5], [0.1, 0.1], [("memory.corrected", "likely", "repair")]),
        ([5, 9, 0], [1, 2, 0.1], [("memory.corrected", "likely", "repair")]),
    ],
)
def test_corrected_errors_count_by_their_growth(
    counts: list[int], uptimes: list[float], expected: list[tuple[str, str, str]]
) -> None:
    reports = [
        report(
            len(counts) - index,
            memory={"errors": {"ce": count, "ue": 0}},
            system={"uptime_s": int(up * 86400)},
        )
        for index, (count, up) in enumerate(zip(counts, uptimes, strict=True))
    ]
    assert judged(reports) == expected


def test_how_many_were_corrected_is_told() -> None:
    counts = [(3, 5), (2, 9), (1, 2)]
    errors = [report(ago, memory={"errors": {"ce": ce, "ue": 0}}) for ago, ce in counts]
    found = list(judge(errors, pc()))
    assert found[0].evidence.startswith("16 memory errors were corrected, new ones in 3 reports")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            "EDAC MC0: 1 CE memory read error on DIMM_A1",
            [("memory.corrected", "possible", "watch")],
        ),
        ("EDAC MC0: 1 UE memory error", [("memory.uncorrected", "certain", "repair")]),
        # A full memory is no broken one.
        ("Out of memory: Killed process 812 (firefox-esr)", []),
        ("EDAC amd64: Node 0: DRAM ECC disabled, no DEVICE", []),
    ],
)
def test_what_the_kernel_says(words: str, expected: list[tuple[str, str, str]]) -> None:
    now = report(kernel={"memory": {"count": 9, "samples": [words]}})
    assert judged([*month(), now]) == expected
