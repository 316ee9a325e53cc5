"""Wear by law: the circular's own formula worked by hand, and what holds for every asset."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.assets.law import Law
from checks.assets.wear import Kept, Why, over, wear
from tests.unit.assets.making import LAW, SITE, asset, inspected

COST = 12_000_000


def charged(until: int, *events: Any, **card: Any) -> list[tuple[int, int, Why]]:
    worn = wear(asset(*events, **card), LAW, until)
    assert worn.kept is Kept.FIXED_ASSET
    return [(each.year, each.charged, each.why) for each in worn.years]


def test_seven_years_at_14_29_percent_and_the_last_takes_the_rest() -> None:
    """Articles 14.1 and 14.11: 12,000,000 x 14.29 % = 1,714,800; six of them leave 1,711,200."""
    assert charged(2033, year_in_use=2026, original_cost=COST) == [
        *((year, 1_714_800, Why.STRAIGHT) for year in range(2026, 2032)),
        (2032, 1_711_200, Why.LAST),
        (2033, 0, Why.WORN_OUT),
    ]


def test_five_years_at_20_percent_before_2026() -> None:
    worn = wear(asset(year_in_use=2018, original_cost=COST), LAW, 2020)
    assert [(each.accumulated, each.net) for each in worn.years] == [
        (2_400_000, 9_600_000), (4_800_000, 7_200_000), (7_200_000, 4_800_000),
    ]  # fmt: skip


def test_transition_of_2026_spreads_the_rest_over_the_years_left() -> None:
    """Article 18.1: of 2023; 3 x 2,400,000 worn by 2025; 4,800,000 / (7 - 3) = 1,200,000."""
    assert charged(2030, year_in_use=2023, original_cost=COST) == [
        (2023, 2_400_000, Why.STRAIGHT), (2024, 2_400_000, Why.STRAIGHT),
        (2025, 2_400_000, Why.STRAIGHT), (2026, 1_200_000, Why.SPREAD),
        (2027, 1_200_000, Why.SPREAD), (2028, 1_200_000, Why.SPREAD),
        (2029, 1_200_000, Why.LAST), (2030, 0, Why.WORN_OUT),
    ]  # fmt: skip


def test_transition_goes_by_the_books_where_they_differ() -> None:
    """Article 18.1 takes the wear "theo sổ kế toán": 5,000,000 / 4 and not 4,800,000 / 4."""
    booked = {"year": 2025, "amount": 7_000_000}
    assert charged(2029, year_in_use=2023, original_cost=COST, booked_wear=booked) == [
        (2025, 0, Why.STRAIGHT), (2026, 1_250_000, Why.SPREAD), (2027, 1_250_000, Why.SPREAD),
        (2028, 1_250_000, Why.SPREAD), (2029, 1_250_000, Why.LAST),
    ]  # fmt: skip


def test_transition_charges_the_rest_at_once_where_the_new_life_is_over() -> None:
    """Article 18.1, last sentence: of 2013, and the books still have 600,000 left."""
    booked = {"year": 2025, "amount": 11_400_000}
    assert charged(2027, original_cost=COST, booked_wear=booked) == [
        (2025, 0, Why.STRAIGHT), (2026, 600_000, Why.LAST), (2027, 0, Why.WORN_OUT),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("booked", "amount", "after"),
    [
        # As an import of 2027 writes it: one đồng off, and 4,499,999 / 3 is still 1,500,000.
        (2026, 10_500_001, [(1_500_000, Why.SPREAD)] * 2 + [(1_499_999, Why.LAST)]),
        (2026, 9_000_000, [(2_000_000, Why.SPREAD)] * 2 + [(2_000_000, Why.LAST)]),
        (2027, 12_000_001, [(1_500_000, Why.SPREAD), (1_499_999, Why.LAST)]),
        (2028, 13_500_001, [(1_499_999, Why.LAST)]),
    ],
)
def test_books_of_2026_or_later_do_not_end_the_spreading_of_the_transition(
    booked: int, amount: int, after: list[tuple[int, Why]]
) -> None:
    """Article 18.1 of 2023, 15,000,000: (15,000,000 - 9,000,000) / (7 - 3) = 1,500,000 a year."""
    written = {"year": booked, "amount": amount}
    years = charged(2030, year_in_use=2023, original_cost=15_000_000, booked_wear=written)
    assert [each[1:] for each in years[1:]] == [*after, (0, Why.WORN_OUT)]


def test_books_after_a_part_was_added_go_on_by_its_rate() -> None:
    """Article 14.7, as without books: 13,000,000 x 14.29 %, and the last year takes the rest."""
    part = {
        "event": "addition", "date": "2027-06-01", "part": "memory", "what": "thêm 4 GB",
        "raises_cost_by": 1_000_000,
    }  # fmt: skip
    booked = {"year": 2027, "amount": 10_257_701}
    years = charged(2029, part, year_in_use=2023, original_cost=COST, booked_wear=booked)
    assert [each for _year, each, _why in years[1:]] == [1_857_700, 884_599]


def test_books_of_2026_of_a_thing_whose_life_stayed_go_on_by_its_rate() -> None:
    booked = {"year": 2026, "amount": 7_200_001}
    years = charged(2028, year_in_use=2024, original_cost=COST, kind="ups", booked_wear=booked)
    assert [each for _year, each, _why in years[1:]] == [2_400_000, 2_399_999]


def test_where_life_and_rate_stay_the_transition_changes_nothing() -> None:
    """A UPS had five years before 2026 and has five years after."""
    kept = charged(2027, year_in_use=2024, original_cost=COST, kind="ups")
    assert {each for _year, each, _why in kept} == {2_400_000}


def test_half_a_dong_is_rounded_up() -> None:
    """10,000,050 x 14.29 % = 1,429,007.145; 10,005,000 x 14.29 % = 1,429,714.5."""
    assert charged(2026, year_in_use=2026, original_cost=10_000_050)[0][1] == 1_429_007
    assert charged(2026, year_in_use=2026, original_cost=10_005_000)[0][1] == 1_429_715


def test_no_wear_while_it_lies_broken_and_the_end_moves() -> None:
    """Article 11.3d; a year without wear is not a year of use for wear."""
    repair = {"event": "repair", "date": "2028-03-01", "what": "thay nguồn"}
    events = (inspected("broken", "repairable", "2027-05-01"), repair)
    assert charged(2034, *events, year_in_use=2026, original_cost=COST) == [
        (2026, 1_714_800, Why.STRAIGHT), (2027, 0, Why.BROKEN),
        *((year, 1_714_800, Why.STRAIGHT) for year in range(2028, 2033)),
        (2033, 1_711_200, Why.LAST), (2034, 0, Why.WORN_OUT),
    ]  # fmt: skip


@pytest.mark.parametrize("booked", [None, {"year": 2027, "amount": 1_714_801}])
def test_a_year_it_lay_broken_is_no_year_used_in_the_books_either(
    booked: dict[str, int] | None,
) -> None:
    """Or the last year would take two: wear ends in 2033, whatever the books are off by."""
    repair = {"event": "repair", "date": "2028-03-01", "what": "thay nguồn"}
    events = (inspected("broken", "repairable", "2027-05-01"), repair)
    years = charged(2034, *events, year_in_use=2026, original_cost=COST, booked_wear=booked)
    off = 1 if booked else 0
    assert years[-3:] == [
        (2032, 1_714_800, Why.STRAIGHT), (2033, 1_711_200 - off, Why.LAST), (2034, 0, Why.WORN_OUT),
    ]  # fmt: skip


def test_an_added_part_raises_cost_and_wear_from_its_year() -> None:
    """Article 14.7: new cost x rate; the last year takes the rest."""
    part = {
        "event": "addition", "date": "2028-06-01", "part": "memory", "what": "thêm 4 GB",
        "raises_cost_by": 1_000_000,
    }  # fmt: skip
    worn = wear(asset(part, year_in_use=2026, original_cost=COST), LAW, 2032)
    assert [each.charged for each in worn.years] == [
        1_714_800, 1_714_800, 1_857_700, 1_857_700, 1_857_700, 1_857_700, 2_139_600,
    ]  # fmt: skip
    assert worn.net == 0


def test_a_part_added_after_the_life_is_charged_in_its_year() -> None:
    """Article 14.7b."""
    part = {
        "event": "addition", "date": "2026-06-01", "part": "memory", "what": "thêm 4 GB",
        "raises_cost_by": 1_000_000,
    }  # fmt: skip
    years = charged(2027, part, original_cost=COST)
    assert years[-2:] == [(2026, 1_000_000, Why.LAST), (2027, 0, Why.WORN_OUT)]


def test_a_part_added_ends_the_spreading_of_the_transition() -> None:
    """Article 14.7: from the year of the change new cost x rate: 13,000,000 x 14.29 %."""
    part = {
        "event": "addition", "date": "2027-06-01", "part": "memory", "what": "thêm 4 GB",
        "raises_cost_by": 1_000_000,
    }  # fmt: skip
    years = charged(2029, part, year_in_use=2023, original_cost=COST)
    assert [each for _year, each, _why in years[3:]] == [1_200_000, 1_857_700, 1_857_700, 884_600]


def test_without_a_transition_a_new_rate_is_charged_on_the_cost() -> None:
    """A province's own rule of 2027: six years at 16.67 %, and no article says to spread."""
    own = LAW.rules[0].model_copy(
        update={"site": SITE, "years": 6, "rate": Decimal("16.67"), "begins": date(2027, 1, 1)}
    )
    made = asset(year_in_use=2026, original_cost=COST)
    worn = wear(made, Law((*LAW.rules, own)), 2028)
    assert [each.charged for each in worn.years] == [1_714_800, 2_000_400, 2_000_400]


def test_no_year_charges_more_than_is_left() -> None:
    booked = {"year": 2027, "amount": 11_900_000}
    years = charged(2029, year_in_use=2026, original_cost=COST, booked_wear=booked)
    assert years[1:] == [(2028, 100_000, Why.STRAIGHT), (2029, 0, Why.WORN_OUT)]


def test_below_the_threshold_it_is_a_tool_and_at_it_a_fixed_asset() -> None:
    assert wear(asset(original_cost=9_999_999), LAW, 2026).kept is Kept.TOOL
    assert wear(asset(original_cost=9_999_999), LAW, 2026).net is None
    assert wear(asset(original_cost=10_000_000), LAW, 2026).kept is Kept.FIXED_ASSET


def test_before_its_first_december_nothing_is_worn_and_all_of_the_cost_is_left() -> None:
    """Article 12.1a charges in December; until then the net value is the cost, and is known."""
    worn = wear(asset(year_in_use=2026, original_cost=15_000_000), LAW, 2025)
    assert (worn.kept, worn.years) == (Kept.FIXED_ASSET, ())
    assert (worn.accumulated, worn.net) == (0, 15_000_000)


def test_unknown_stays_unknown() -> None:
    for card in ({}, {"original_cost": COST, "year_in_use": None}, {"original_cost": COST,
                  "year_in_use": 2005}):  # fmt: skip
        worn = wear(asset(**card), LAW, 2026)
        assert (worn.kept, worn.accumulated, worn.net) == (Kept.UNKNOWN, None, None)


def test_parts_with_a_use_of_their_own_are_worn_on_their_own() -> None:
    """Article 3.1: a set of 14 million is two assets, of which one is a tool."""
    whole, screen = asset(original_cost=11_000_000), asset(kind="monitor", original_cost=3_000_000)
    assert wear(whole, LAW, 2026).kept is Kept.FIXED_ASSET
    assert wear(screen, LAW, 2026).kept is Kept.TOOL


@pytest.mark.parametrize(
    ("year", "day", "expected"),
    [
        (2013, date(2026, 1, 1), True),
        (2019, date(2026, 1, 1), True),
        (2020, date(2026, 12, 31), False),
        # By the law of its day five years were enough.
        (2020, date(2025, 12, 31), True),
        (None, date(2026, 1, 1), None),
    ],
)
def test_useful_life_is_that_of_the_day(year: int | None, day: date, *, expected: bool) -> None:
    assert over(asset(year_in_use=year), LAW, day) is expected


@st.composite
def worn_assets(draw: st.DrawFn) -> tuple[Any, int]:
    first = draw(st.integers(2009, 2035))
    cost = draw(st.integers(10_000_000, 2_000_000_000))
    card: dict[str, Any] = {
        "year_in_use": first, "original_cost": cost,
        "kind": draw(st.sampled_from(["desktop", "monitor", "ups"])),
    }  # fmt: skip
    if draw(st.booleans()):
        amount = draw(st.integers(0, cost))
        card["booked_wear"] = {"year": draw(st.integers(first, 2036)), "amount": amount}
    events: list[dict[str, Any]] = []
    for year in draw(st.lists(st.integers(2026, 2029), max_size=3, unique=True)):
        events += draw(
            st.sampled_from([
                [inspected("broken", "repairable", f"{year}-05-01")],
                [{"event": "repair", "date": f"{year}-06-01", "what": "x"}],
                [{"event": "addition", "date": f"{year}-07-01", "part": "memory", "what": "x",
                  "raises_cost_by": 1_234_567}],
            ])
        )  # fmt: skip
    return asset(*events, **card), draw(st.integers(first, 2045))


@given(worn_assets())
def test_for_every_asset_wear_stays_within_the_cost_and_adds_up(case: tuple[Any, int]) -> None:
    made, year = case
    years = wear(made, LAW, year).years
    for before, now in pairwise(years):
        assert now.charged >= 0
        assert now.accumulated == before.accumulated + now.charged
        assert now.year == before.year + 1
    for now in years:
        assert 0 <= now.accumulated <= now.cost
        assert now.net == now.cost - now.accumulated


@given(st.integers(2009, 2030), st.integers(10_000_000, 10**9))
def test_what_works_is_worn_out_to_the_last_dong_when_its_life_ends(first: int, cost: int) -> None:
    made = asset(year_in_use=first, original_cost=cost)
    worn = wear(made, LAW, first + 7)
    assert sum(each.charged for each in worn.years) == cost
    assert worn.net == 0


@given(
    st.integers(2021, 2025), st.integers(10_000_000, 10**9), st.integers(2026, 2030),
    st.integers(-1, 1),
)  # fmt: skip
def test_books_a_dong_off_change_the_years_after_by_some_dong(
    first: int, cost: int, year: int, off: int
) -> None:
    """Rounding moves at most a đồng a year into the last."""
    last = first + 7
    without = wear(asset(year_in_use=first, original_cost=cost), LAW, last).years
    worn = next((each.accumulated for each in without if each.year == year), 0)
    booked = {"year": year, "amount": max(0, min(cost, worn + off))}
    made = asset(year_in_use=first, original_cost=cost, booked_wear=booked)
    by_year = {each.year: each.charged for each in without}
    for each in wear(made, LAW, last).years[1:]:
        assert abs(each.charged - by_year[each.year]) <= 7
