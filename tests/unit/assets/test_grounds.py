"""On what an asset may be proposed, what is refused, and that advice names evidence and rule."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.assets.advice import Verdict, advise
from checks.assets.fields import Ground
from checks.assets.grounds import case, percent, refuse_without_ground
from checks.assets.records import State
from checks.assets.refusals import AssetRefused
from checks.assets.states import standing
from checks.findings import Certainty, Severity, Status
from checks.history.records import Known
from tests.unit.assets.making import (
    LAW,
    TODAY,
    Said,
    asset,
    inspected,
    needed,
    proposed,
    quoted,
    undone,
)

YOUNG: dict[str, Any] = {"year_in_use": 2022, "original_cost": 12_000_000}
MENDABLE = inspected("broken", "repairable")
REPAIRED = {"event": "repair", "date": "2026-11-10", "what": "thay nguồn"}


def grounds(*events: Said, **card: Any) -> tuple[Ground, ...]:
    return case(asset(*events, **card), LAW, TODAY).grounds


def test_ground_a_needs_age_and_need_and_nothing_else() -> None:
    assert grounds() == ()
    assert grounds(inspected()) == ()
    assert grounds(needed()) == (Ground.EXPIRED,)
    assert grounds(needed(), inspected("sound", "none-needed")) == (Ground.EXPIRED,)
    assert grounds(needed(), **YOUNG) == ()


def test_ground_b_1_is_the_recorded_inspection_alone() -> None:
    assert grounds(inspected(), **YOUNG) == (Ground.BEYOND_REPAIR,)
    assert grounds(MENDABLE, **YOUNG) == ()
    assert grounds(inspected(), REPAIRED, **YOUNG) == ()
    newer = inspected("faulty", "repairable", "2026-11-02")
    assert grounds(inspected(), newer, **YOUNG) == ()


def test_without_a_year_of_use_there_is_no_ground_at_all() -> None:
    unknown = {"original_cost": 12_000_000, "year_in_use": None}
    assert grounds(needed(), inspected(), quoted(6_000_000), **unknown) == ()


def test_a_known_cost_is_the_base_and_no_other_price_is_named() -> None:
    made = asset(MENDABLE, quoted(6_000_000), quoted(9_000_000, "new-equivalent"), **YOUNG)
    found = case(made, LAW, TODAY)
    assert (found.base, found.new_price) == (12_000_000, None)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(3_600_000, ()), (3_600_001, (Ground.UNECONOMIC,)), (4_080_000, (Ground.UNECONOMIC,))],
)
def test_ground_b_2_is_strictly_above_30_percent(amount: int, expected: tuple[Ground, ...]) -> None:
    assert grounds(MENDABLE, quoted(amount), **YOUNG) == expected


def test_ground_b_2_measures_by_a_new_equivalent_where_the_cost_is_unknown() -> None:
    young = {**YOUNG, "original_cost": None}
    quote, new = quoted(4_000_000), quoted(10_000_000, "new-equivalent")
    assert grounds(MENDABLE, quote, **young) == ()
    assert grounds(MENDABLE, quote, new, **young) == (Ground.UNECONOMIC,)
    # Known, the original cost alone counts.
    assert grounds(MENDABLE, quote, new, **{**YOUNG, "original_cost": 20_000_000}) == ()


def test_the_cheapest_quotation_counts_and_a_repair_uses_it_up() -> None:
    dear, cheap = quoted(6_000_000), quoted(2_000_000)
    assert grounds(MENDABLE, dear, **YOUNG) == (Ground.UNECONOMIC,)
    assert grounds(MENDABLE, dear, cheap, **YOUNG) == ()
    again = inspected("broken", "repairable", "2026-11-12")
    assert grounds(MENDABLE, dear, REPAIRED, again, **YOUNG) == ()


def test_an_inspection_that_finds_it_sound_uses_up_the_quotations_before_it() -> None:
    """An old quotation was for another fault."""
    old = [inspected("broken", "repairable", "2024-01-08"), quoted(3_700_000, day="2024-01-10")]
    sound = inspected("sound", "none-needed", "2024-02-05")
    assert grounds(*old, MENDABLE, **YOUNG) == (Ground.UNECONOMIC,)
    assert grounds(*old, sound, MENDABLE, **YOUNG) == ()
    assert advise(asset(*old, sound, MENDABLE, **YOUNG), LAW, TODAY).verdict is Verdict.REPAIR
    assert grounds(*old, sound, MENDABLE, quoted(3_700_000), **YOUNG) == (Ground.UNECONOMIC,)
    # One for a new equivalent is of no fault.
    dear, unknown = quoted(10_000_000, "new-equivalent", "2024-01-10"), {"original_cost": None}
    events = [dear, sound, MENDABLE, quoted(3_700_000)]
    assert grounds(*events, **{**YOUNG, **unknown}) == (Ground.UNECONOMIC,)


def test_a_replaced_part_uses_up_the_quotations_for_the_pc_as_it_was() -> None:
    part = {"event": "replacement", "date": "2026-11-08", "part": "disk", "what": "thay ổ cứng"}
    dear = quoted(4_080_000)
    made = asset(MENDABLE, dear, part, **YOUNG)
    assert case(made, LAW, TODAY).grounds == ()
    with pytest.raises(AssetRefused, match="no quotation") as refused:
        refuse_without_ground(made, LAW, Ground.UNECONOMIC, TODAY)
    assert "a replaced part" in refused.value.mend
    # Nobody has looked at it since: it stays broken until an inspection or a repair says otherwise.
    assert standing(made).state is State.BROKEN
    assert grounds(MENDABLE, part, dear, **YOUNG) == ()
    assert grounds(MENDABLE, part, quoted(4_080_000, day="2026-11-09"), **YOUNG) == (
        Ground.UNECONOMIC,
    )
    assert grounds(MENDABLE, dear, {**part, "event": "addition"}, **YOUNG) == (Ground.UNECONOMIC,)
    assert grounds(MENDABLE, dear, part, undone(3), **YOUNG) == (Ground.UNECONOMIC,)


def test_ground_b_is_not_for_what_is_past_its_life() -> None:
    assert grounds(inspected(), quoted(9_000_000), original_cost=12_000_000) == ()


def test_ground_b_2_needs_an_inspection_that_found_a_fault() -> None:
    assert grounds(quoted(6_000_000), **YOUNG) == ()
    assert grounds(inspected("sound", "none-needed"), quoted(6_000_000), **YOUNG) == ()


REFUSED = [
    ("a", [], {}, "never on age alone", "benvung asset need"),
    ("a", [needed()], YOUNG, "not over yet", "Repair"),
    ("b-1", [inspected()], {}, "useful life is over", "ground a"),
    ("b-1", [MENDABLE], YOUNG, "No recorded inspection says", "inspect"),
    ("b-2", [MENDABLE], YOUNG, "no quotation", "benvung asset quote"),
    ("b-2", [quoted(6_000_000)], YOUNG, "found a fault", "inspect"),
    ("b-2", [MENDABLE, quoted(3_600_000)], YOUNG, "30 % of 12.000.000", "repaired"),
    (
        "b-2", [MENDABLE, quoted(3_600_000)], {"year_in_use": 2022},
        "Neither the original cost", "new-equivalent",
    ),
    ("a", [needed()], {"year_in_use": None}, "Nobody can tell", "year of use"),
]  # fmt: skip


@pytest.mark.parametrize(("ground", "events", "card", "wrong", "mend"), REFUSED)
def test_refused(
    ground: str, events: list[Said], card: dict[str, Any], wrong: str, mend: str
) -> None:
    with pytest.raises(AssetRefused) as refused:
        refuse_without_ground(asset(*events, **card), LAW, Ground(ground), TODAY)
    assert wrong in refused.value.wrong
    assert mend in refused.value.mend


def test_a_refusal_and_a_ground_are_never_both() -> None:
    for events, card in [
        ([needed()], {}),
        ([inspected()], YOUNG),
        ([MENDABLE, quoted(5 * 10**6)], YOUNG),
    ]:
        made = asset(*events, **card)
        for ground in case(made, LAW, TODAY).grounds:
            refuse_without_ground(made, LAW, ground, TODAY)


@given(st.integers(1, 10**10), st.integers(1, 10**10))
def test_b_2_agrees_with_fractions_for_every_amount(amount: int, cost: int) -> None:
    found = grounds(MENDABLE, quoted(amount), year_in_use=2022, original_cost=cost)
    assert (Ground.UNECONOMIC in found) == (amount * 10 > cost * 3)


def test_a_share_for_people_is_never_rounded_past_a_limit() -> None:
    assert percent(34, 100) == "34 %"
    assert percent(2_999_999, 10_000_000) == "29,99 %"
    assert percent(3_000_001, 10_000_000) == "30 %"


# --- advice ---------------------------------------------------------------------------------------


def known(severity: Severity = Severity.GRAVE, control: str = "hardware.disk.points") -> Known:
    return Known(
        "thanhmy-03", control, "disk sda Z1D5", Status.FAIL, severity, Certainty.LIKELY,
        "40 cung hỏng", "Thay ổ cứng.", date(2026, 11, 1), TODAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("events", "card", "findings", "verdict"),
    [
        ([], {}, [], Verdict.KEEP),
        ([], {}, [known()], Verdict.REPAIR),
        ([], {}, [known(Severity.NORMAL)], Verdict.WATCH),
        ([], {}, [known(control="updates.security-pending")], Verdict.KEEP),
        ([inspected()], {}, [known()], Verdict.KEEP),
        ([needed()], {}, [], Verdict.PROPOSE),
        ([MENDABLE], {}, [], Verdict.REPAIR),
        ([MENDABLE, quoted(3_600_000)], YOUNG, [], Verdict.REPAIR),
        ([MENDABLE, quoted(4_080_000)], YOUNG, [], Verdict.PROPOSE),
        ([inspected()], YOUNG, [], Verdict.PROPOSE),
        ([needed(), proposed("a")], {}, [known()], None),
    ],
)
def test_verdict(
    events: list[Said], card: dict[str, Any], findings: list[Known], verdict: Verdict | None
) -> None:
    assert advise(asset(*events, **card), LAW, TODAY, findings).verdict is verdict


def test_every_sentence_names_its_evidence_and_what_is_law_its_rule() -> None:
    events = [MENDABLE, quoted(4_080_000), {"event": "addition", "part": "memory", "what": "2 GB"}]
    said = advise(asset(*events, **YOUNG), LAW, TODAY, [known()]).sentences
    assert all(each.evidence for each in said)
    text = "\n".join(map(str, said))
    for words in (
        "event 1 of 01/11/2026, Nguyễn Văn An", "event 2 of 03/11/2026", "hardware.disk.points",
        "34 % of 12.000.000", "Điều 29.1", "Điều 45.1.b", "Điều 13", "to be checked: Phụ lục I",
        "event 3 of 20/11/2026", "disk sda, serial Z1D5: 40 cung",
    ):  # fmt: skip
        assert words in text, words


def test_unknown_cost_is_said_and_blocks_nothing() -> None:
    advice = advise(asset(needed()), LAW, TODAY)
    assert advice.verdict is Verdict.PROPOSE
    assert any("The original cost is unknown" in each.says for each in advice.sentences)


def test_no_advice_rests_on_age_alone() -> None:
    advice = advise(asset(year_in_use=2010), LAW, TODAY)
    assert advice.verdict is Verdict.KEEP
    assert advice.grounds == ()
    assert any("never on age alone" in each.says for each in advice.sentences)
