"""The register's rows: what holds for every asset on every day."""

from datetime import date
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from checks.assets.register import last_december, row
from checks.assets.wear import wear
from tests.unit.assets.making import LAW
from tests.unit.assets.test_wear import worn_assets
from tests.unit.shipped import shipped


@given(worn_assets(), st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_cost_is_wear_and_net_value_on_every_day(case: tuple[Any, int], day: date) -> None:
    made, _year = case
    # No event of a day before the asset was there: the register refuses it.
    assume(all(event.date.year >= (made.card.year_in_use or 0) for event in made.events))
    found = row(made, LAW, shipped(), day)
    assert found.fixed_asset
    assert found.original_cost == made.cost(day)
    assert found.accumulated is not None
    assert found.net is not None
    assert found.original_cost == found.accumulated + found.net
    assert found.net >= 0
    december = wear(made, LAW, last_december(day))
    assert found.accumulated == december.accumulated
    if found.net_of_december:
        assert found.net == december.net
