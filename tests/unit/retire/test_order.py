"""The card, the decision and the machine must name the same disks; everything else stops it."""

from dataclasses import replace
from typing import Any

import pytest

from checks.assets.records import Asset
from checks.assets.refusals import AssetRefused
from deploys.retire_order import (
    RetireRefused,
    Seen,
    bench_disks,
    order,
    refuse_in_use,
    refuse_other_code,
    refuse_without_tools,
    to_wipe,
)
from tests.unit.assets.making import (
    SERIAL,
    Said,
    asset,
    decided,
    disposed,
    inspected,
    needed,
    proposed,
    undone,
    wiped,
)

CODE = "TM-MVT-03"
SECOND = "Z1D5ABCD"
BENCH = ("WD-WCC2E7654321",)
STORY = (needed(), inspected(), proposed("a"), decided())
DISK = Seen("/dev/sda", SERIAL, "WDC WD5000AAKX", 500107862016, "ata", spins=True, in_use=False)


def retiring(*events: Said, **on_card: Any) -> Asset:
    return asset(*events, **{"code": CODE, "serials": {"disk": SERIAL}, **on_card})


def another(**facts: Any) -> Seen:
    return replace(DISK, path="/dev/sdb", **{"serial": "K-STRANGE", **facts})


# --- the card and the decision ----------------------------------------------------------


def test_a_decision_that_names_the_cards_disk_lets_it_be_wiped() -> None:
    wanted = order(retiring(*STORY))
    assert (wanted.left, wanted.done, wanted.code) == ((SERIAL,), (), CODE)
    assert "12/QĐ-UBND" in wanted.decision


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ((), "in use"),
        (STORY[:2], "broken"),
        (STORY[:3], "proposed"),
        ((*STORY, wiped(), disposed()), "disposed"),
        ((*STORY, undone(4)), "proposed"),
        ((*STORY[:3], decided(approved=False, form=None, disks=[])), "broken"),
    ],
)
def test_without_a_decision_that_counts_nothing_is_wiped(
    events: tuple[Said, ...], said: str
) -> None:
    with pytest.raises(RetireRefused, match=f"No decision lets anyone wipe thanhmy-03.*{said}"):
        order(retiring(*events))


def test_a_card_without_a_code_stops_it() -> None:
    with pytest.raises(RetireRefused, match="has no asset code"):
        order(retiring(*STORY, code=None))


def test_a_card_without_a_disk_stops_it() -> None:
    without = retiring(*STORY[:3], decided(disks=[]), serials={})
    with pytest.raises(RetireRefused, match="names no disk"):
        order(without)


def test_a_disk_the_decision_does_not_name_stops_it() -> None:
    added: Said = {
        "event": "addition", "date": "2026-11-02", "part": "disk", "what": "thêm ổ",
        "new_serial": SECOND,
    }  # fmt: skip
    with pytest.raises(RetireRefused, match=f"does not name the disk {SECOND}"):
        order(retiring(added, *STORY))


def test_a_disk_replaced_after_the_decision_stops_it() -> None:
    swapped: Said = {
        "event": "replacement", "date": "2026-11-11", "part": "disk", "what": "thay ổ",
        "old_serial": SERIAL, "new_serial": SECOND,
    }  # fmt: skip
    with pytest.raises(AssetRefused, match=f"The card knows no disk {SERIAL}"):
        order(retiring(*STORY, swapped))


def test_what_is_wiped_is_not_left() -> None:
    wanted = order(retiring(*STORY, wiped()))
    assert (wanted.left, wanted.done) == ((), (SERIAL,))


# --- the code -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["", "y", "yes", CODE.lower(), f"{CODE}x", CODE[:-1], "thanhmy-03"]
)
def test_only_the_very_code_is_one(typed: str) -> None:
    with pytest.raises(RetireRefused, match="is not the asset code of thanhmy-03"):
        refuse_other_code(typed, order(retiring(*STORY)))


def test_the_code_is_one() -> None:
    refuse_other_code(CODE, order(retiring(*STORY)))


# --- the machine --------------------------------------------------------------------------


def test_the_named_disk_alone_is_chosen() -> None:
    assert to_wipe(order(retiring(*STORY)), [DISK], None) == [DISK]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([DISK, another(bus="usb")], "A USB disk is plugged in"),
        ([replace(DISK, bus="usb")], "A USB disk is plugged in"),
        ([DISK, another(serial="")], "A disk tells no serial"),
        ([replace(DISK, serial="")], "A disk tells no serial"),
        ([DISK, another()], "neither card nor decision names.*K-STRANGE"),
        ([replace(DISK, serial=SERIAL.lower())], "neither card nor decision names"),
        ([DISK, another(serial=SERIAL)], "Two disks bear the serial"),
        ([], f"The disk {SERIAL} is not there"),
    ],
)
@pytest.mark.parametrize("bench", [None, BENCH])
def test_anything_else_in_the_machine_stops_it(
    found: list[Seen], said: str, bench: tuple[str, ...] | None
) -> None:
    with pytest.raises(RetireRefused, match=said):
        to_wipe(order(retiring(*STORY)), found, bench)


def test_the_benchs_own_disk_is_neither_a_stranger_nor_chosen() -> None:
    own = another(serial=BENCH[0], in_use=True)
    assert to_wipe(order(retiring(*STORY)), [own, DISK], BENCH) == [DISK]
    with pytest.raises(RetireRefused, match="neither card nor decision"):
        to_wipe(order(retiring(*STORY)), [own, DISK], None)


def test_of_two_disks_a_bench_takes_the_one_attached_the_pc_itself_both() -> None:
    two = replace(order(retiring(*STORY)), left=(SERIAL, SECOND))
    assert to_wipe(two, [DISK], BENCH) == [DISK]
    with pytest.raises(
        RetireRefused, match=f"(?s)The disk {SECOND} is not there.*--method destroyed"
    ):
        to_wipe(two, [DISK], None)


def test_a_disk_wiped_before_may_still_be_inside() -> None:
    half = replace(order(retiring(*STORY)), left=(SECOND,), done=(SERIAL,))
    second = another(serial=SECOND)
    assert to_wipe(half, [DISK, second], None) == [second]


def test_a_bench_must_know_its_own_disk() -> None:
    wanted = order(retiring(*STORY))
    with pytest.raises(RetireRefused, match="names no disk"):
        bench_disks(wanted, asset())
    with pytest.raises(RetireRefused, match="on the cards of both"):
        bench_disks(wanted, retiring())
    assert bench_disks(wanted, asset(serials={"disk": BENCH[0]})) == BENCH


def test_a_pc_without_the_tools_stays_as_it_is() -> None:
    with pytest.raises(RetireRefused, match="lacks hdparm"):
        refuse_without_tools([DISK], ["hdparm"])
    with pytest.raises(RetireRefused, match=r"lacks nvme[\s\S]*install nvme-cli"):
        refuse_without_tools([replace(DISK, bus="nvme")], ["nvme"])
    refuse_without_tools([DISK], ["nvme"])


def test_a_disk_in_use_stops_it() -> None:
    with pytest.raises(RetireRefused, match="The disk is in use"):
        refuse_in_use([replace(DISK, in_use=True)])
    refuse_in_use([DISK])
