"""Browser: Firefox opened for real, and asked what it lets a reader do."""

import json
from typing import Any

import pytest
from testinfra.host import Host

from inventory.records import Workstation
from tests.acceptance.reader import Reader, until
from tests.acceptance.screen import firefox, keys

HOME = "/home/bandoc"
INSTALL = """
const {AddonManager} = ChromeUtils.importESModule("resource://gre/modules/AddonManager.sys.mjs");
const {FileUtils} = ChromeUtils.importESModule("resource://gre/modules/FileUtils.sys.mjs");
const file = new FileUtils.File("/home/bandoc/theme.xpi");
const install = await AddonManager.getInstallForFile(file);
await install.install().catch(() => null);
return (await AddonManager.getAllAddons()).filter(a => a.id === "mau@example.vn").length;
"""
MAY_INSTALL = """
return Services.policies.mayInstallAddon({id: "mau@example.vn", type: "extension"});
"""
SAVE = """
const link = document.createElement("a");
link.href = URL.createObjectURL(new Blob(["xin chào"]));
link.download = "thu.txt";
document.body.append(link);
link.click();
"""
TOOLBAR = """
const bar = document.querySelectorAll("#PlacesToolbarItems toolbarbutton.bookmark-item");
return bar.length && [...bar].map(one => one.label);
"""
DOWNLOADED = """
const {Downloads} = ChromeUtils.importESModule("resource://gre/modules/Downloads.sys.mjs");
const all = await (await Downloads.getList(Downloads.ALL)).getAll();
return all.length && all.every(one => one.succeeded) && all.map(one => one.target.path);
"""
LOCKED = """
return Object.fromEntries(arguments_of_this.map(name => {
  const type = Services.prefs.getPrefType(name);
  const value = type === Services.prefs.PREF_BOOL ? Services.prefs.getBoolPref(name)
    : type === Services.prefs.PREF_INT ? Services.prefs.getIntPref(name)
    : Services.prefs.getStringPref(name);
  return [name, [value, Services.prefs.prefIsLocked(name)]];
}));
"""
# What must hold inside the browser whatever the reader clicks: preference → value.
PREFERENCES = {
    "signon.rememberSignons": False,
    "browser.formfill.enable": False,
    "network.trr.mode": 5,
    "identity.fxaccounts.enabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "xpinstall.enabled": False,
    "privacy.sanitize.sanitizeOnShutdown": True,
}
CLOSED = ("about:config", "about:addons", "about:profiles", "about:support", "file:///etc/passwd")


@pytest.fixture(scope="module")
def seen(reader: Reader) -> dict[str, Any]:
    """One Firefox, opened as a new reader does, and everything seen in it."""
    manifest = json.dumps(
        {
            "manifest_version": 2,
            "name": "Mẫu",
            "version": "1",
            "theme": {"colors": {"frame": "#ff0000"}},
            "browser_specific_settings": {"gecko": {"id": "mau@example.vn"}},
        }
    )
    made = reader.run(
        'python3 -c \'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w")'
        f".writestr(\"manifest.json\", sys.argv[2])' {HOME}/theme.xpi '{manifest}'"
    )
    assert made.succeeded, made.stderr
    steps: dict[str, tuple[str, ...]] = {
        "home": ("until", "const at = gBrowser.currentURI.spec; return at !== 'about:blank' && at"),
        "tabs": ("chrome", "return gBrowser.tabs.length"),
        "dialogues": ("chrome", "return gDialogBox.isOpen"),
        "policies": ("chrome", "return Services.policies.getActivePolicies()"),
        "language": ("chrome", "return Services.locale.appLocaleAsBCP47"),
        "toolbar": ("until", TOOLBAR),
        "preferences": ("chrome", LOCKED.replace("arguments_of_this", json.dumps([*PREFERENCES]))),
        "may install": ("chrome", MAY_INSTALL),
        "installed": ("chrome", INSTALL),
        "developer tools": ("chrome", "return Services.policies.isAllowed('devtools')"),
        **{address: ("go", address) for address in CLOSED},
        "own files": ("go", f"file://{HOME}/"),
        "a page": ("go", f"file://{HOME}/"),
        "saved": ("page", SAVE),
        "downloads": ("until", DOWNLOADED),
    }
    try:
        return firefox(reader, steps)
    finally:
        reader.run(f"rm -f {HOME}/theme.xpi '{HOME}/Tải về/thu.txt'")


def test_the_home_page_opens_and_nothing_else(seen: dict[str, Any], declared: Workstation) -> None:
    """No welcome, no terms of use, no second tab."""
    assert seen["home"] == declared.variables["browser_homepage"]
    assert seen["tabs"] == 1
    assert seen["dialogues"] is False


def test_every_declared_policy_is_in_force(seen: dict[str, Any], root: Host) -> None:
    """Firefox drops what it does not know, and everything at the first error."""
    file = json.loads(root.check_output("cat /etc/firefox/policies/policies.json"))["policies"]
    assert file.pop("DisableDeveloperTools") is True  # seen in the test of the page of policies
    assert seen["policies"] == file


def test_it_speaks_vietnamese(seen: dict[str, Any]) -> None:
    assert seen["language"] == "vi"


def test_the_links_are_on_the_toolbar(seen: dict[str, Any], declared: Workstation) -> None:
    links = [
        *declared.variables["shortcuts_links"],
        *declared.variables["shortcuts_site_links"],
    ]
    assert seen["toolbar"] == [link["name"] for link in links if link["desktop"]]
    managed = seen["policies"]["ManagedBookmarks"]
    assert [one["url"] for one in managed[1:]] == [link["url"] for link in links]


@pytest.mark.parametrize("address", CLOSED)
def test_a_reader_does_not_get_to(seen: dict[str, Any], address: str) -> None:
    assert "blockedByPolicy" in seen[address]


def test_a_reader_sees_the_own_files(seen: dict[str, Any]) -> None:
    assert seen["own files"] == f"file://{HOME}/"


def test_no_add_on_can_be_installed(seen: dict[str, Any], declared: Workstation) -> None:
    assert declared.variables["browser_addons_allowed"] == []
    assert seen["may install"] is False
    assert seen["installed"] == 0


@pytest.mark.parametrize(("name", "value"), PREFERENCES.items())
def test_a_setting_is_locked(seen: dict[str, Any], name: str, value: object) -> None:
    assert seen["preferences"][name] == [value, True]


def test_downloads_arrive_without_a_question(seen: dict[str, Any]) -> None:
    assert seen["downloads"] == [f"{HOME}/Tải về/thu.txt"]


def test_the_page_of_policies_as_a_reader_reads_it(reader: Reader) -> None:
    """Firefox exactly as it is, without remote control: the words on about:policies, copied."""
    reader.start(
        "d=$(mktemp -d) && firefox-esr --no-remote --profile $d --marionette about:policies;"
        " rm -rf $d"
    )
    try:
        # The window is there before the page in it.
        words = until(
            lambda: (
                "DisableDeveloperTools"
                in (
                    copied := keys(
                        reader,
                        "<Control_L a>",
                        "<Control_L c>",
                        "<clipboard>",
                        into="Chính sách doanh nghiệp",
                    )
                )
                and copied
            ),
            "the policies on the page",
        )
        listening = reader.run("ss -Hltn 'sport = :2828'").stdout
    finally:
        reader.run("pkill -f -- '--profile [^ ]* --marionette'")
    rows = [line.split() for line in str(words).splitlines()]
    assert ["DisableDeveloperTools", "true"] in rows
    assert ["BlockAboutConfig", "true"] in rows
    assert listening == "", "a reader could control Firefox from outside"


def test_only_root_writes_the_policy(reader: Reader, root: Host) -> None:
    for path in ("/etc/firefox/policies", "/etc/benvung/firefox", "/usr/lib/firefox-esr"):
        assert reader.run(f"test -w {path}").failed
        assert reader.run(f"touch {path}/x").failed
    assert root.check_output("stat -c %U:%a /etc/firefox/policies/policies.json") == "root:644"
