"""Shortcuts: one list, on the desktop, in Firefox (test_browser) and on the offline start page."""

import re
from typing import Any

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.acceptance.reader import Reader, until
from tests.acceptance.screen import colours, firefox, keys

DESKTOP = "/home/bandoc/Desktop"
START = "file:///usr/local/share/benvung/start/index.html"
LINKS = """
return [...document.querySelectorAll("li a")].map(link => ({
  url: link.getAttribute("href"),
  name: link.querySelector("strong").textContent,
  picture: link.querySelector("img").naturalWidth > 0,
}));
"""
DOWN = """
const notice = document.getElementById("line");
return !notice.hidden && notice.textContent;
"""
UP = """
return document.body.className === "" &&
  performance.getEntriesByType("resource").some(one => one.name.includes(":8642"));
"""
# A page like the start page whose links lead to the workstation itself, so that the line is up.
WITH_LINE = (
    "mkdir -p ~/x/a && cd ~/x && cp -r /usr/local/share/benvung/icons . &&"
    ' sed \'s#<a href="[^"]*"#<a href="http://127.0.0.1:8642/"#\''
    " /usr/local/share/benvung/start/index.html > a/index.html"
)


def links(declared: Workstation) -> list[dict[str, Any]]:
    return [*declared.variables["shortcuts_links"], *declared.variables["shortcuts_site_links"]]


def on_desktop(declared: Workstation) -> dict[str, dict[str, Any]]:
    """The declared shortcuts on the desktop: name of the file → shortcut."""
    every = [*declared.variables["shortcuts_programs"], *links(declared)]
    return {f"{one['id']}.desktop": one for one in every if one["desktop"]}


def test_the_desktop_holds_the_declared_shortcuts(reader: Reader, declared: Workstation) -> None:
    assert sorted(reader.run(f"ls {DESKTOP}").stdout.split()) == sorted(on_desktop(declared))


def test_xfce_puts_them_where_they_belong(reader: Reader, declared: Workstation) -> None:
    """Xfce itself writes down where it shows what: programs in the first column, then links."""
    written = until(
        lambda: reader.run("cat ~/.config/xfce4/desktop/icons.screen*[0-9].*").stdout,
        "the icons' positions",
    )
    form = rf"{DESKTOP}/([a-z0-9-]+)\.desktop\W+row\W+(\d+)\s+col\W+(\d+)"
    shown = {name: (int(column), int(row)) for name, row, column in re.findall(form, written)}
    programs = [one["id"] for one in declared.variables["shortcuts_programs"] if one["desktop"]]
    chosen = [link["id"] for link in links(declared) if link["desktop"]]
    assert shown == {
        **{name: (0, row) for row, name in enumerate(programs)},
        **{name: (1, row) for row, name in enumerate(chosen)},
    }


def test_the_pictures_are_on_the_screen(reader: Reader, root: Host, declared: Workstation) -> None:
    """In a screenshot: the colour of each link's tile."""
    seen = colours(reader)
    for link in links(declared):
        if link["desktop"]:
            drawing = root.check_output(f"cat /usr/local/share/benvung/icons/{link['icon']}.svg")
            ground = re.search(r'rx="26" fill="(#[0-9a-f]{6})"', drawing)
            assert ground
            assert seen.get(ground[1], 0) > 500, f"{link['name']}: its tile is not to be seen"


def test_xfce_trusts_them(reader: Reader, declared: Workstation) -> None:
    """Otherwise it asks at every click whether the program is safe."""
    for name in on_desktop(declared):
        digest = reader.run(f"sha256sum < {DESKTOP}/{name}").stdout.split()[0]
        told = reader.run(f"gio info -a metadata::xfce-exe-checksum {DESKTOP}/{name}").stdout
        assert f"metadata::xfce-exe-checksum: {digest}" in told, name
        assert reader.run(f"test -x {DESKTOP}/{name}").succeeded, name


def test_what_a_reader_puts_there_is_not_trusted(reader: Reader, declared: Workstation) -> None:
    name = next(iter(on_desktop(declared)))
    reader.run(
        f"cd {DESKTOP} && echo '# mine' >> {name} && gio set -d {name} metadata::xfce-exe-checksum"
    )
    try:
        reader.run("/usr/local/lib/benvung/shortcuts-trust")
        told = reader.run(f"gio info -a metadata::xfce-exe-checksum {DESKTOP}/{name}").stdout
        assert "xfce-exe-checksum:" not in told
    finally:
        reader.run(f"cp /usr/local/share/benvung/home/Desktop/{name} {DESKTOP}/")
        reader.run("/usr/local/lib/benvung/shortcuts-trust")


def started_by_two_clicks(reader: Reader) -> bool:
    """Whether two clicks on the first icon start Firefox within ten seconds."""
    keys(reader, "<@76,48>")
    return reader.run("timeout 10 sh -c 'until pgrep -x firefox-esr; do sleep 0.3; done'").succeeded


def test_two_clicks_open_one(reader: Reader, declared: Workstation) -> None:
    """The first one is Firefox; its window comes with no question before it."""
    assert declared.variables["shortcuts_programs"][0]["exec"] == "firefox-esr"
    try:
        # An icon whose file was just touched is laid out anew; clicks meanwhile meet no icon.
        until(lambda: started_by_two_clicks(reader), "two clicks to start Firefox")
        keys(reader, into=declared.variables["shortcuts_place_text"])
    finally:
        reader.run("pkill -x firefox-esr")
        until(lambda: reader.run("pgrep -x firefox-esr").failed, "Firefox to close")
        reader.run("rm -rf ~/.mozilla ~/.cache/mozilla")


@pytest.fixture(scope="module")
def without_line(reader: Reader) -> dict[str, Any]:
    return firefox(
        reader,
        {
            "page": ("go", START),
            "links": ("page", LINKS),
            "notice": ("until_page", DOWN),
        },
        line=False,
    )


def test_the_start_page_is_whole_without_a_line(
    without_line: dict[str, Any], declared: Workstation
) -> None:
    assert without_line["page"] == START
    wanted = [{"url": one["url"], "name": one["name"], "picture": True} for one in links(declared)]
    assert without_line["links"] == wanted


def test_it_says_that_the_line_is_down(without_line: dict[str, Any], declared: Workstation) -> None:
    assert without_line["notice"].strip() == declared.variables["shortcuts_line_down_text"]


def test_it_says_nothing_while_the_line_is_up(reader: Reader) -> None:
    """Any answer of any linked site counts, so one on the workstation itself does here."""
    assert reader.run(WITH_LINE).succeeded
    reader.start("cd ~/x && exec python3 -m http.server 8642 --bind 127.0.0.1")
    try:
        seen = firefox(
            reader,
            {
                "page": ("go", "file:///home/bandoc/x/a/index.html"),
                "up": ("until_page", UP),
                "notice": ("page", DOWN),
            },
        )
    finally:
        reader.run("pkill -f '[h]ttp.server 8642'; rm -rf ~/x")
    assert seen["up"] is True
    assert seen["notice"] is False
