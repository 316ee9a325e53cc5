"""Firefox's policy: one JSON error would switch all of it off."""

import importlib.machinery
import importlib.util
import json
import os
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploys.rendering import ROLES, render
from tests.unit.shipped import shipped

HOSTS = shipped().hosts
TEXT = st.text(max_size=40)


def variables(aspect: str, host: str = "thapmuoi-01") -> dict[str, Any]:
    return {
        name: value
        for name, value in HOSTS[host].variables.items()
        if name.startswith(f"{aspect}_")
    }


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("aspect", ["browser", "shortcuts"])
def test_the_policy_of_every_workstation_is_json(aspect: str, host: str) -> None:
    policies = json.loads(render(f"{aspect}/policies.json.j2", variables(aspect, host)))
    assert policies["policies"]


@given(engine=TEXT, text=TEXT, addons=st.lists(TEXT, max_size=3), sites=st.lists(TEXT, max_size=3))
def test_the_browsers_policy_is_json_whatever_it_holds(
    engine: str, text: str, addons: list[str], sites: list[str]
) -> None:
    values = variables("browser") | {
        "browser_search_engine": engine,
        "browser_addons_text": text,
        "browser_addons_allowed": addons,
        "browser_blocked_sites": sites,
    }
    policies = json.loads(render("browser/policies.json.j2", values))["policies"]
    assert policies["SearchEngines"]["Default"] == engine
    assert policies["ExtensionSettings"]["*"]["installation_mode"] == "blocked" or "*" in addons
    assert policies["WebsiteFilter"]["Block"] == ["file:///*", *sites]
    assert policies["BlockAboutAddons"] is (addons == [])


@given(name=TEXT, url=TEXT, folder=TEXT, shown=st.lists(st.booleans(), max_size=4))
def test_the_bookmarks_are_json_whatever_they_hold(
    name: str, url: str, folder: str, shown: list[bool]
) -> None:
    links = [{"name": name, "url": url, "desktop": desktop} for desktop in shown]
    values = variables("shortcuts") | {
        "shortcuts_links": links,
        "shortcuts_site_links": [],
        "shortcuts_bookmarks_text": folder,
    }
    policies = json.loads(render("shortcuts/policies.json.j2", values))["policies"]
    assert policies["ManagedBookmarks"][0] == {"toplevel_name": folder}
    assert policies["ManagedBookmarks"][1:] == [{"name": name, "url": url} for _ in shown]
    assert len(policies["Bookmarks"]) == sum(shown)


@given(TEXT.filter(lambda page: not page.startswith("file:")))
def test_a_home_page_on_the_web_is_found_by_a_page_of_ours(homepage: str) -> None:
    """And no address, however odd, ends that page's script early."""
    values = variables("browser") | {"browser_homepage": homepage}
    policies = json.loads(render("browser/policies.json.j2", values))["policies"]
    assert policies["Homepage"]["URL"] == "file:///usr/local/share/benvung/browser/home.html"
    page = render("browser/home.html.j2", values)
    written = re.search(r"^const home = (.*);$", page, re.MULTILINE)
    assert written
    assert json.loads(written[1]) == homepage
    assert page.count("</script>") == 1


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    path = str(ROLES / "browser/files/firefox-policies")
    loader = importlib.machinery.SourceFileLoader("firefox_policies", path)
    spec = importlib.util.spec_from_loader("firefox_policies", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    (tmp_path / "declared").mkdir()
    monkeypatch.setattr(module, "DECLARED", tmp_path / "declared")
    monkeypatch.setattr(module, "POLICIES", tmp_path / "policies/policies.json")
    return module


def run(program: ModuleType, *arguments: str) -> int:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["firefox-policies", *arguments])
        return int(program.main())


@pytest.mark.skipif(os.geteuid() != 0, reason="the policy must belong to root")
def test_the_aspects_policies_become_one(program: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "declared/10-a.json").write_text('{"policies": {"A": true}}')
    (tmp_path / "declared/20-b.json").write_text('{"policies": {"B": "ấ"}}')
    assert run(program, "--check") == 1
    assert run(program) == 0
    assert run(program, "--check") == 0
    file = tmp_path / "policies/policies.json"
    assert json.loads(file.read_text()) == {"policies": {"A": True, "B": "ấ"}}
    file.write_text('{"policies": {"A": true, "B": "ấ",}}')
    assert run(program, "--check") == 1
    assert run(program) == 0
    file.chmod(0o666)
    assert run(program, "--check") == 1


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('{"policies": {"A": true,}}', "20-b.json"),
        ('{"A": true}', "20-b.json"),
        ("[]", "20-b.json"),
        ('{"policies": {"A": false}}', "A is declared by another file"),
    ],
)
def test_a_broken_declaration_leaves_the_policy_in_force(
    program: ModuleType, tmp_path: Path, broken: str, said: str
) -> None:
    program.POLICIES.parent.mkdir()
    program.POLICIES.write_text("what was there")
    (tmp_path / "declared/10-a.json").write_text('{"policies": {"A": true}}')
    (tmp_path / "declared/20-b.json").write_text(broken)
    with pytest.raises(SystemExit, match=re.escape(said)):
        run(program)
    assert program.POLICIES.read_text() == "what was there"
