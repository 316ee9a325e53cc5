"""Shortcuts: the links and programs a reader looks for."""

from typing import Any

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.bench.questions.conftest import lines

SHARE = "/usr/local/share/benvung"


@pytest.fixture(scope="module")
def wanted(declared: Workstation) -> list[dict[str, Any]]:
    """Every declared shortcut."""
    names = ("shortcuts_programs", "shortcuts_links", "shortcuts_site_links")
    return [one for name in names for one in declared.variables[name]]


def entries(host: Host, directory: str, ending: str) -> list[str]:
    """Names of a directory without their ending."""
    names = lines(host.check_output("ls %s", directory))
    return [name.removesuffix(ending) for name in names if name.endswith(ending)]


def test_start_page(host: Host) -> None:
    page = host.check_output("tail -c 20 %s", f"{SHARE}/start/index.html")
    assert page.endswith("</html>")


def test_icons(host: Host, wanted: list[dict[str, Any]]) -> None:
    found = entries(host, f"{SHARE}/home/Desktop", ".desktop")
    assert len(found) == sum(one["desktop"] for one in wanted)


def test_menu(host: Host, wanted: list[dict[str, Any]]) -> None:
    assert len(entries(host, f"{SHARE}/menu/entries", ".desktop")) == len(wanted)


def test_unchanged(host: Host) -> None:
    assert host.run("/usr/local/lib/benvung/shortcuts --check").rc == 0


def test_pictures(host: Host, wanted: list[dict[str, Any]]) -> None:
    found = set(entries(host, f"{SHARE}/icons", ".svg"))
    assert {one["icon"] for one in wanted if "url" in one} <= found


def test_trusted(host: Host) -> None:
    assert host.file("/etc/xdg/autostart/benvung-shortcuts.desktop").is_file
