"""Opening hours, limits and addresses that cannot be meant are refused, with the place."""

from typing import Any

import pytest

from inventory.rules import RULES, RULES_FOR, Wrong


def judge(name: str, value: Any) -> list[Wrong]:
    return [wrong for rule in RULES[name] for wrong in rule(value)]


def judge_all(**variables: Any) -> list[Wrong]:
    return [
        wrong
        for names, rule in RULES_FOR
        if set(names) <= set(variables)
        for wrong in rule(variables)
    ]


@pytest.mark.parametrize(
    ("spans", "path"),
    [
        ([["7:30", "11:30"]], ("mon", 0)),
        ([["07:30", "24:00"]], ("mon", 0)),
        ([["07:30"]], ("mon", 0)),
        ([[450, 690]], ("mon", 0)),
        ([["11:30", "07:30"]], ("mon", 0)),
        ([["07:30", "07:30"]], ("mon", 0)),
        ([["07:30", "11:30"], ["11:00", "17:00"]], ("mon", 1)),
        ([["13:30", "17:00"], ["07:30", "11:30"]], ("mon", 1)),
    ],
)
def test_spans_are_times_in_order(spans: list[Any], path: tuple[Any, ...]) -> None:
    (wrong,) = judge("power_opening_hours", {"mon": spans, "tue": [["07:30", "11:30"]]})
    assert wrong.path == path


def test_spans_may_touch_and_a_day_may_be_closed() -> None:
    hours = {"mon": [["07:30", "11:30"], ["11:30", "17:00"]], "sun": []}
    assert judge("power_opening_hours", hours) == []


def test_the_first_warning_is_on_the_day_itself() -> None:
    hours = {"mon": [["00:00", "00:09"]], "tue": [["07:30", "17:00"]]}
    (wrong,) = judge_all(power_opening_hours=hours, power_warning_minutes=10)
    assert wrong.path == ("mon", 0)
    assert judge_all(power_opening_hours=hours, power_warning_minutes=9) == []


def test_closing_is_longer_than_its_updates() -> None:
    (wrong,) = judge_all(updates_limit_minutes=90, power_closing_limit_minutes=90)
    assert wrong.name == "power_closing_limit_minutes"
    assert judge_all(updates_limit_minutes=89, power_closing_limit_minutes=90) == []


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("power_closed_days", ["2027-02-05"], ["2027-02-30"]),
        ("power_closed_days", [], ["5/2/2027"]),
        ("power_clock_not_before", "2026-11-01", "20261101"),
        ("power_stray_close", "", "10pm"),
        ("power_stray_close", "22:00", "22:60"),
        ("power_warning_text", "còn {minutes} phút", "sắp đóng cửa"),
        ("power_warning_minutes", 1, 0),
        ("updates_limit_minutes", 180, 181),
        ("updates_apt_cache", "cache.internal:3142", "cache.internal"),
        ("updates_apt_cache", "", "http://cache.internal:3142"),
        ("updates_apt_cache", "cache:3142", "cache:99999"),
        ("updates_origins", ["origin=Debian,label=Debian-Security"], ['a="b";security']),
        ("updates_origins", ["label=Debian-Security"], ["origin=Debian,label=Debian"]),
        ("antivirus_mirror", "https://mirror.internal/clamav", "mirror.internal"),
        ("antivirus_mirror", "", "ftp://mirror.internal"),
        ("antivirus_custom_databases", ["http://mirror.internal/own.ndb"], ["own.ndb"]),
        ("antivirus_downloads", ["/home/bandoc/Tải về"], ["Tải về"]),
        ("antivirus_media", "/media/bandoc", "/media/bandoc/"),
        ("health_line_target", "2001:db8::1", "host:80"),
        ("health_line_target", "", "a b"),
        ("health_disk_test_hour", -1, 24),
    ],
)
def test_values(name: str, good: Any, bad: Any) -> None:
    assert judge(name, good) == []
    wrongs = judge(name, bad)
    assert len(wrongs) == 1, wrongs
    assert wrongs[0].mend
