"""When the nightly check is due."""

from dataclasses import replace
from datetime import UTC, datetime, time
from types import MappingProxyType
from typing import Any

import pytest

from checks.schedule import planned, rests, weekly
from inventory.loader import InventoryRefused
from inventory.records import Inventory
from tests.unit.shipped import shipped

MINUTES = "controller_minutes_before_closing"


def declared(*of: str, **values: Any) -> Inventory:
    """The shipped inventory with other values, at all sites or at some."""
    hosts = {
        name: replace(host, variables=MappingProxyType({**host.variables, **values}))
        if not of or host.site in of
        else host
        for name, host in shipped().hosts.items()
    }
    return replace(shipped(), hosts=hosts)


def test_it_is_due_before_the_first_room_of_the_day_closes() -> None:
    early = {"mon": [["07:30", "11:00"]], "sun": [["08:00", "10:00"]]}
    begins = weekly(declared("thanh_my", power_opening_hours=early))
    assert begins == {
        "mon": time(10, 15), "tue": time(16, 15), "wed": time(16, 15), "thu": time(16, 15),
        "fri": time(16, 15), "sat": time(10, 45), "sun": time(9, 15),
    }  # fmt: skip


def test_where_no_room_opens_nothing_is_due() -> None:
    assert weekly(declared(power_opening_hours={})) == {}


def test_it_never_begins_the_day_before() -> None:
    night = {"mon": [["00:00", "00:30"]]}
    assert weekly(declared(power_opening_hours=night)) == {"mon": time(0, 0)}


def test_how_long_before_is_declared_once_for_all() -> None:
    assert weekly(declared(controller_minutes_before_closing=60))["mon"] == time(16, 0)
    with pytest.raises(InventoryRefused) as refused:
        weekly(declared("thanh_my", controller_minutes_before_closing=60))
    assert MINUTES in str(refused.value)
    assert "group_vars/all/controller.yml" in str(refused.value)


def at(day: int, hour: int) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_days_without_readers_count_for_nothing() -> None:
    # From Saturday at seven in the evening to the Tuesday after, before closing.
    assert planned(shipped(), at(21, 12), at(24, 8)) == 1
    assert planned(declared(power_closed_days=["2026-11-23"]), at(21, 12), at(24, 8)) == 0
    at_one_site = declared("thanh_my", power_closed_days=["2026-11-23"])
    assert planned(at_one_site, at(21, 12), at(24, 8)) == 1


def test_a_check_is_due_within_its_day() -> None:
    assert planned(shipped(), at(23, 9), at(23, 10)) == 1  # 16:15 in Việt Nam
    assert planned(shipped(), at(23, 10), at(24, 9)) == 0


def test_a_pc_is_missed_only_once_its_room_has_opened_since_its_report() -> None:
    # Open on weekdays; the 20th is a Friday. Nine in Việt Nam is two in UTC.
    weekdays = shipped().hosts["thanhmy-01"].variables
    assert rests(weekdays, at(20, 9), at(21, 4)), "on Saturday, heard on Friday"
    assert rests(weekdays, at(20, 9), at(22, 4)), "on Sunday"
    assert not rests(weekdays, at(20, 9), at(23, 4)), "on Monday"
    assert not rests(weekdays, at(19, 9), at(21, 4)), "on Saturday, silent since Thursday"
    assert not rests(weekdays, at(23, 2), at(23, 9)), "heard this morning, on an open day"
    assert not rests(weekdays, None, at(21, 4)), "never heard"
    holiday = {**weekdays, "power_closed_days": ["2026-11-23", "2026-11-24"]}
    assert rests(holiday, at(20, 9), at(24, 4))
    assert rests(weekdays, at(28, 9), at(22, 4)), "its clock is ahead; on Monday it is missed"
    assert not rests(weekdays, at(28, 9), at(23, 4))
