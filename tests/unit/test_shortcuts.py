"""The program that writes the desktop and the menu, and the page it goes with."""

import importlib.machinery
import importlib.util
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploys.rendering import ROLES, render
from tests.unit.shipped import shipped

VARIABLES = {
    name: value
    for name, value in next(iter(shipped().hosts.values())).variables.items()
    if name.startswith("shortcuts_")
}
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def program() -> ModuleType:
    path = str(ROLES / "shortcuts/files/shortcuts")
    loader = importlib.machinery.SourceFileLoader("shortcuts_program", path)
    spec = importlib.util.spec_from_loader("shortcuts_program", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def a_link(**changes: Any) -> dict[str, Any]:
    link = {
        "id": "mau", "name": "Mẫu", "about": "Một trang", "url": "https://mau.example.vn/",
        "icon": "web", "desktop": True,
    }  # fmt: skip
    return link | changes


def unescaped(value: str) -> str:
    """A value as the Desktop Entry Specification reads it."""
    signs = {"\\": "\\", "n": "\n", "t": "\t", "r": "\r", "s": " "}
    return re.sub(r"\\(.)", lambda match: signs[match[1]], value)


def values(entry: str) -> dict[str, str]:
    lines = entry.splitlines()
    assert lines[0] == "[Desktop Entry]"
    return {key: unescaped(value) for key, _, value in (line.partition("=") for line in lines[1:])}


@given(name=WORDS, about=WORDS, tail=st.text("abz019-._~:/?#@!$&()*+,;=%'\"`\\", max_size=60))
def test_an_address_reaches_firefox_unchanged(
    program: ModuleType, name: str, about: str, tail: str
) -> None:
    url = f"https://mau.example.vn/{tail}"
    read = values(program.entry(a_link(name=name, about=about, url=url)))
    assert (read["Name"], read["Comment"]) == (name, about)
    quoted = re.fullmatch(r'firefox-esr "((?:\\["`$\\]|[^"`$\\])*)"', read["Exec"])
    assert quoted, "a sign that ends the quoting or starts something is not quoted"
    assert re.sub(r'\\(["`$\\])', r"\1", quoted[1]).replace("%%", "%") == url


@given(st.lists(st.booleans(), max_size=30), st.lists(st.booleans(), max_size=30))
def test_no_two_icons_share_a_place(
    program: ModuleType, programs: list[bool], links: list[bool]
) -> None:
    made = program.positions(
        [a_link(id=f"p-{number}") for number, _ in enumerate(programs)],
        [a_link(id=f"l-{number}") for number, _ in enumerate(links)],
    )
    places = re.findall(r"row=(\d+)\ncol=(\d+)", made)
    assert len(set(places)) == len(places) == len(programs) + len(links)


def test_the_menu_names_every_program_and_link(program: ModuleType) -> None:
    programs = VARIABLES["shortcuts_programs"]
    links = VARIABLES["shortcuts_links"] + VARIABLES["shortcuts_site_links"]
    tree = ET.fromstring(program.menu(programs, links))  # noqa: S314 - our own
    top = [one.text for one in tree.findall("Layout/Filename")]
    assert top == [f"{one['id']}.desktop" for one in programs]
    (folder,) = [one for one in tree.findall("Menu") if one.findtext("Name") == "links"]
    assert [one.text for one in folder.findall("Layout/Filename")] == [
        f"{one['id']}.desktop" for one in links
    ]


@pytest.fixture
def home(program: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if os.geteuid():
        pytest.skip("the files must belong to root: run as root, or see the lab's tests")
    monkeypatch.setattr(program, "DECLARED", tmp_path / "shortcuts.json")
    monkeypatch.setattr(program, "DESKTOP", tmp_path / "home/Desktop")
    monkeypatch.setattr(program, "MENU", tmp_path / "menu")
    monkeypatch.setattr(program, "POSITIONS", tmp_path / "home/positions.rc")
    return tmp_path


def converge(program: ModuleType, home: Path, links: list[dict[str, Any]], *arguments: str) -> int:
    declared = {"programs": [], "links": links, "folder": "Trang"}
    (home / "shortcuts.json").write_text(json.dumps(declared))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["shortcuts", *arguments])
        return int(program.main())


def test_what_is_no_longer_declared_goes(program: ModuleType, home: Path) -> None:
    both = [a_link(id="mot"), a_link(id="hai")]
    assert converge(program, home, both, "--check") == 1
    assert converge(program, home, both) == 0
    assert converge(program, home, both, "--check") == 0
    (home / "home/Desktop/la.desktop").write_text("a cousin's")
    assert converge(program, home, both[:1], "--check") == 1
    assert converge(program, home, both[:1]) == 0
    assert [path.name for path in (home / "home/Desktop").iterdir()] == ["mot.desktop"]
    assert [path.name for path in (home / "menu/entries").iterdir()] == ["mot.desktop"]


@pytest.mark.parametrize("spoiled", ["text", "mode", "link"])
def test_a_spoiled_shortcut_is_noticed(program: ModuleType, home: Path, spoiled: str) -> None:
    converge(program, home, [a_link()])
    file = home / "home/Desktop/mau.desktop"
    if spoiled == "text":
        file.write_text("[Desktop Entry]\nExec=xterm\n")
    elif spoiled == "mode":
        file.chmod(0o777)
    else:
        file.rename(home / "elsewhere")
        file.symlink_to(home / "elsewhere")
    assert converge(program, home, [a_link()], "--check") == 1
    assert converge(program, home, [a_link()]) == 0
    assert converge(program, home, [a_link()], "--check") == 0


class Links(HTMLParser):
    """The addresses and words of a page's links."""

    def __init__(self) -> None:
        """Nothing seen yet."""
        super().__init__()
        self.seen: list[str | None] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link's address."""
        if tag == "a":
            self.seen.append(dict(attrs)["href"])

    def handle_data(self, data: str) -> None:
        """Note the words."""
        self.words += data


@given(name=WORDS, about=WORDS, tail=st.text("abz019&=?'\"<>", max_size=30))
def test_the_start_page_says_what_is_declared(name: str, about: str, tail: str) -> None:
    url = f"https://mau.example.vn/{tail}"
    only = VARIABLES | {
        "shortcuts_links": [a_link(name=name, about=about, url=url)],
        "shortcuts_site_links": [],
    }
    page = Links()
    page.feed(render("shortcuts/start.html.j2", only))
    page.close()
    assert page.seen == [url]
    assert name in page.words
    assert about in page.words


@pytest.mark.parametrize(
    ("table", "shown", "hidden"),
    [("telex", "<kbd>aw</kbd> ă", "a8"), ("vni", "<kbd>a8</kbd> ă", "aw"), ("none", "", "<kbd>")],
)
def test_the_start_page_teaches_the_sites_typing(table: str, shown: str, hidden: str) -> None:
    page = render("shortcuts/start.html.j2", VARIABLES | {"shortcuts_typing_table": table})
    assert shown in page
    assert f"<kbd>{hidden.removeprefix('<kbd>')}" not in page


def test_the_start_page_needs_nothing_from_outside() -> None:
    page = render("shortcuts/start.html.j2", VARIABLES)
    fetched = re.findall(r'<(?:img|script|link|iframe|source)[^>]*(?:src|href)="([^"]*)"', page)
    assert fetched
    assert all(address.startswith("../icons/") for address in fetched)
    assert not re.search(r"@import|url\(", page)


def test_every_picture_a_link_may_name_exists() -> None:
    spec = (ROLES / "shortcuts/meta/argument_specs.yml").read_text()
    choices = re.findall(r"^ {14}- ([a-z]+)$", spec, re.MULTILINE)
    drawn = {path.stem for path in (ROLES / "shortcuts/files/icons").iterdir()}
    assert set(choices) == drawn
