"""What cannot be meant for desktop, browser and shortcuts is refused, and says where."""

from typing import Any

import pytest

from inventory.rules import RULES, RULES_FOR

PRINTER = {
    "name": "may-in", "about": "Máy in", "uri": "ipp://printer.thapmuoi.internal/ipp/print",
    "driver": "everywhere", "default": True,
}  # fmt: skip
LINK = {"id": "bao", "name": "Báo", "about": "", "url": "https://bao.vn/", "icon": "news"}


def objections(name: str, value: Any) -> list[tuple[Any, ...]]:
    return [wrong.path for rule in RULES[name] for wrong in rule(value)]


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("desktop_locale", "vi_VN.UTF-8"),
        ("desktop_time_zone", "Asia/Ho_Chi_Minh"),
        ("desktop_font", "Noto Sans 11"),
        ("desktop_printers", [PRINTER, PRINTER | {"name": "cu", "default": False}]),
        ("browser_homepage", "https://thuvien.vn/trang?x=1"),
        ("browser_blocked_sites", ["*://*.example.vn/*", "https://a.vn/b"]),
        ("browser_content_processes", 1),
        ("browser_download_directory", "${home}/Tải về"),
        ("shortcuts_search_address", ""),
        ("shortcuts_links", [LINK, LINK | {"id": "b-2", "url": "file:///srv/sach/"}]),
    ],
)
def test_what_can_be_meant_passes(name: str, good: Any) -> None:
    assert objections(name, good) == []


@pytest.mark.parametrize(
    ("name", "bad", "where"),
    [
        ("desktop_locale", "vi_VN", [()]),
        ("desktop_time_zone", "Asia/Thap_Muoi", [()]),
        ("desktop_font", "Noto Sans", [()]),
        ("desktop_printers", [PRINTER | {"name": "máy in"}], [(0, "name")]),
        ("desktop_printers", [PRINTER, PRINTER | {"default": False}], [(1, "name")]),
        ("desktop_printers", [PRINTER | {"uri": "printer.internal"}], [(0, "uri")]),
        ("desktop_printers", [PRINTER, PRINTER | {"name": "hai"}], [()]),
        ("browser_homepage", "thuvien.vn", [()]),
        ("browser_homepage", "https://a.vn/ b", [()]),
        ("browser_blocked_sites", ["*://*/*", "example.vn"], [(1,)]),
        ("browser_content_processes", 0, [()]),
        ("browser_download_directory", "/tmp", [()]),
        ("browser_download_directory", "${home}/../x", [()]),
        ("shortcuts_search_address", "http://tim.vn/", [()]),
        ("shortcuts_links", [LINK | {"url": "javascript:alert(1)"}], [(0, "url")]),
        ("shortcuts_links", [LINK | {"url": 'https://a.vn/"x'}], [(0, "url")]),
        ("shortcuts_site_links", [LINK | {"id": "Báo"}], [(0, "id")]),
        ("shortcuts_programs", [LINK | {"id": "../x"}], [(0, "id")]),
        ("shortcuts_programs", [LINK | {"name": " "}], [(0, "name")]),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(
    name: str, bad: Any, where: list[tuple[Any, ...]]
) -> None:
    assert objections(name, bad) == where


def against_others(variables: dict[str, Any]) -> list[str]:
    return [
        wrong.name or names[0]
        for names, rule in RULES_FOR
        if set(names) <= set(variables)
        for wrong in rule(variables)
    ]


def test_an_id_is_there_once_in_all_lists() -> None:
    lists = {"shortcuts_programs": [LINK], "shortcuts_links": [], "shortcuts_site_links": [LINK]}
    assert against_others(lists) == ["shortcuts_site_links"]


@pytest.mark.parametrize(("table", "refused"), [("telex", []), ("none", []), ("vni", [1])])
def test_the_page_teaches_what_is_typed(table: str, refused: list[int]) -> None:
    said = against_others({"shortcuts_typing_table": table, "desktop_typing": "telex"})
    assert len(said) == len(refused)
