"""The stock-take: what PCs reported against what the cards say, with a history of its own."""

from typing import Any

import pytest

from checks.assets.stocktake import Difference, Kind, compare
from checks.history import KeptReport
from tests.unit.assets.making import asset
from tests.unit.reading_room import NOW, disk, report

SEEN = {"machine": "7XK2M01", "mainboard": "CN7016301"}


def kept(**parts: Any) -> KeptReport:
    return KeptReport(report(**parts), NOW, NOW)


def serial() -> str:
    return str(disk()["smart"]["serial_number"])


def differences(found: KeptReport | None, *events: Any, **card: Any) -> list[tuple[Kind, str, str]]:
    made = asset(*events, **{"memory_mb": 4096, **card})
    return [(each.kind, each.card, each.seen) for each in compare(made, found)]


def test_card_and_pc_that_agree_differ_in_nothing() -> None:
    card = {"machine": "7xk2m01", "mainboard": SEEN["mainboard"], "disk": serial()}
    assert differences(kept(), serials=card) == []


def test_what_the_card_does_not_know_is_to_be_written() -> None:
    kinds = differences(kept(), memory_mb=None)
    assert [(kind, card) for kind, card, _seen in kinds] == [(Kind.NOT_ON_CARD, "")] * 4
    assert (Kind.NOT_ON_CARD, "", serial()) in kinds
    assert (Kind.NOT_ON_CARD, "", "4096 MB") in kinds


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ({"disk": "OTHER-DISK"}, (Kind.OTHER, "OTHER-DISK")),
        ({"machine": "9ZZZZZZ"}, (Kind.OTHER, "9ZZZZZZ")),
        ({"mainboard": "9ZZZZZZ"}, (Kind.OTHER, "9ZZZZZZ")),
    ],
)
def test_another_serial_is_a_difference(card: dict[str, str], expected: tuple[Kind, str]) -> None:
    found = [(kind, said) for kind, said, _seen in differences(kept(), serials=card)]
    assert expected in found


def test_an_exchanged_disk_that_was_recorded_is_none() -> None:
    swap = {"event": "replacement", "part": "disk", "what": "thay", "new_serial": serial()}
    found = differences(kept(), swap, serials={"disk": "OLD-DISK"})
    assert not [each for each in found if serial() in each]
    missing = differences(kept(), {**swap, "new_serial": "NEW-DISK"}, serials={"disk": "OLD-DISK"})
    assert (Kind.NOT_SEEN, "NEW-DISK", serial()) in missing


def test_a_disk_that_tells_no_serial_is_not_called_gone() -> None:
    silent = {**disk(), "smart": {"error": "no answer"}}
    found = differences(kept(disks=[silent]), serials={"disk": "WD-1234"})
    assert not [each for each in found if "WD-1234" in each]


@pytest.mark.parametrize(
    ("slots", "total", "card", "same"),
    [
        ([2048, 2048], 3800, 4096, True),
        ([2048, None], 3800, 4096, True),
        ([], 3800, 4096, True),
        ([2048], 1900, 4096, False),
        ([], 1900, 4096, False),
        ([4096, 4096], 7900, 4096, False),
        ([], 7900, 4096, False),
    ],
)
def test_memory_is_measured_by_the_slots_or_roughly_by_the_kernel(
    slots: list[int | None], total: int, card: int, *, same: bool
) -> None:
    said = {
        "total": total << 20,
        "slots": [{"slot": f"DIMM{at}", "mb": mb} for at, mb in enumerate(slots)],
    }
    found = differences(kept(memory=said), memory_mb=card)
    assert any("MB" in seen for _kind, _card, seen in found) is not same


def test_placeholders_of_the_firmware_are_no_difference() -> None:
    named = {"product_serial": "To be filled by O.E.M.", "board_serial": None}
    found = differences(kept(identity=named), serials={"machine": "7XK2M01", "disk": serial()})
    assert found == []


def test_what_no_probe_sees_is_counted_by_hand() -> None:
    (found,) = compare(asset(), None)
    assert isinstance(found, Difference)
    assert found.kind is Kind.BY_HAND


def test_parts_that_could_not_be_looked_at_say_nothing() -> None:
    found = kept(identity=None, disks=None, memory=None)
    assert differences(found, serials={**SEEN, "disk": "WD-1234"}) == []
