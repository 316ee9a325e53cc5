"""Browser: one browser, under the library's policy."""

import json
from typing import Any

import pytest
from testinfra.host import Host

from checks.controls.browser import FINDER
from inventory.records import Workstation
from tests.bench.questions.conftest import lines

POLICIES = "/etc/firefox/policies/policies.json"
OTHERS = "/usr/lib/firefox-esr/distribution /usr/share/firefox-esr/distribution"


@pytest.fixture(scope="module")
def policies(host: Host) -> dict[str, Any]:
    """The policies in force."""
    try:
        return dict(json.loads(host.file(POLICIES).content_string)["policies"])
    except (ValueError, RuntimeError, KeyError):
        pytest.skip("nobody can read them")


def test_installed(host: Host) -> None:
    assert host.package("firefox-esr").is_installed


def test_policy_readable(host: Host) -> None:
    assert "policies" in json.loads(host.file(POLICIES).content_string)


def test_policy_as_declared(host: Host) -> None:
    assert host.run("/usr/local/lib/benvung/firefox-policies --check").rc == 0


def test_home_page(policies: dict[str, Any], declared: Workstation) -> None:
    wanted = declared.variables["browser_homepage"]
    assert policies["Homepage"]["URL"] == (wanted if wanted.startswith("file:") else FINDER)
    assert policies["Homepage"]["Locked"]


def test_addons(policies: dict[str, Any]) -> None:
    assert policies["ExtensionSettings"]["*"]["installation_mode"] == "blocked"


def test_settings_closed(policies: dict[str, Any]) -> None:
    assert policies["BlockAboutConfig"]
    assert policies["DisableDeveloperTools"]


def test_keeps_nothing(policies: dict[str, Any]) -> None:
    assert policies["PasswordManagerEnabled"] is False
    assert policies["SanitizeOnShutdown"] is True


def test_only_firefox(host: Host) -> None:
    found = host.run(
        "grep -lE '^Categories=(.*;)?WebBrowser(;|$)' /usr/share/applications/*.desktop"
    ).stdout
    assert lines(found) in ([], ["/usr/share/applications/firefox-esr.desktop"])


def test_no_other_policies(host: Host) -> None:
    assert host.check_output(f"find {OTHERS} -name policies.json 2>/dev/null || true") == ""


def test_no_user_js(host: Host) -> None:
    found = host.run("ls -d /home/bandoc/.mozilla/firefox/*/user.js")
    assert lines(found.stdout) == []


def test_downloads(policies: dict[str, Any], declared: Workstation) -> None:
    assert policies["DownloadDirectory"] == declared.variables["browser_download_directory"]


def test_search(policies: dict[str, Any], declared: Workstation) -> None:
    assert policies["SearchEngines"]["Default"] == declared.variables["browser_search_engine"]


def test_links(policies: dict[str, Any], declared: Workstation) -> None:
    names = ("shortcuts_links", "shortcuts_site_links")
    wanted = sum(len(declared.variables[name]) for name in names)
    # The first entry names the folder.
    assert max(0, len(policies.get("ManagedBookmarks", [])) - 1) == wanted
