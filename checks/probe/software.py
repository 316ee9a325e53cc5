"""Packages, antivirus, browser, desktop, shortcuts."""

import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

from . import dpkg
from .asking import READER, STATE, declared, mode, moment, record, said, text
from .upgrades import security_waiting

SHARE = Path("/usr/local/share/benvung")
POLICIES = Path("/etc/firefox/policies/policies.json")
OTHER_POLICIES = (
    "/usr/lib/firefox-esr/distribution/policies.json",
    "/usr/share/firefox-esr/distribution/policies.json",
)
BROWSER = re.compile(r"^Categories=.*\bWebBrowser\b", re.MULTILINE)


def packages() -> dict[str, Any]:
    """The package database, what Debian has corrected since, and how the last update went."""
    database = dpkg.status()
    known = None if database is None else dpkg.packages(database)
    broken, held = dpkg.half_and_held(known)
    periodic = said("apt-config", "dump", "APT::Periodic::Enable")
    # Their date of modification is the archive's; that of the change is when they came here.
    lists = [file.stat().st_ctime for file in Path("/var/lib/apt/lists").glob("*Release")]
    return {
        "broken": broken,
        "interrupted": any(one.name.isdigit() for one in Path("/var/lib/dpkg/updates").glob("*")),
        "security": security_waiting(known),
        "lists": len(lists),
        "lists_from": moment(max(lists)) if lists else None,
        "held": held,
        "periodic": None if periodic is None else '"0"' not in periodic,
        "cache": text("/etc/benvung/apt-cache"),
        "updates": record(STATE / "updates/state.json"),
    }


def antivirus() -> dict[str, Any]:
    """The scanner, its signatures, and the last scan."""
    scanner = said("clamscan", "--version")
    # The drop-ins that scan sticks are named after the place where they appear.
    places = Path("/etc/systemd/system").glob("*-.mount.d/benvung-scan.conf")
    return {
        "installed": os.access("/usr/bin/clamscan", os.X_OK),
        "version": scanner.strip() if scanner else None,
        "signatures": signatures(Path("/var/lib/clamav")),
        "fetched": record(Path("/var/lib/clamav/benvung-signatures.json")),
        "last_scan": record(STATE / "antivirus/last-scan.json"),
        "last_closing_scan": record(STATE / "antivirus/last-closing.json"),
        "last_found": record(STATE / "antivirus/last-found.json"),
        "quarantined": len(list((STATE / "quarantine").glob("*.json"))),
        "quarantine_mode": mode(STATE / "quarantine"),
        "stick_places": sorted("/" + one.parent.name[:-9].replace("-", "/") for one in places),
    }


def signatures(directory: Path) -> dict[str, str]:
    """Database → when it was made: ClamAV's own header, or the file's date where it has none."""
    built = {}
    for file in sorted(directory.glob("*")):
        if file.suffix not in (".cvd", ".cld", ".ndb", ".hdb", ".ldb", ".mdb"):
            continue
        made = file.stat().st_mtime
        with file.open("rb") as opened:
            header = opened.read(64).decode("ascii", "replace").split(":")
        if header[0] == "ClamAV-VDB":
            made = datetime.strptime(header[1], "%d %b %Y %H-%M %z").timestamp()
        built[file.name] = moment(made)
    return built


def browser() -> dict[str, Any]:
    """Firefox and the policy it reads: what is judged of it."""
    whole = record(POLICIES)
    policies = whole.get("policies") if whole else None
    profile = Path(f"/home/{READER}/.mozilla/firefox")
    return {
        "installed": os.access("/usr/bin/firefox-esr", os.X_OK),
        "version": dpkg.version(dpkg.status(), "firefox-esr"),
        "policy_readable": isinstance(policies, dict),
        "policy_as_declared": declared("firefox-policies"),
        "policies": judged(policies) if isinstance(policies, dict) else None,
        "other_policies": [path for path in OTHER_POLICIES if Path(path).exists()],
        "profile_user_js": len(list(profile.glob("*/user.js"))),
        "browsers": browsers(Path("/usr/share/applications")),
    }


def judged(policies: dict[str, Any]) -> dict[str, Any]:
    """The policies that controls look at, each None where it is not set."""

    def at(*path: str) -> Any:
        here: Any = policies
        for key in path:
            here = here.get(key) if isinstance(here, dict) else None
        return here

    links = at("ManagedBookmarks")
    return {
        "homepage": at("Homepage", "URL"),
        "homepage_locked": at("Homepage", "Locked"),
        "addons": at("ExtensionSettings", "*", "installation_mode"),
        "about_config_closed": at("BlockAboutConfig"),
        "developer_tools_closed": at("DisableDeveloperTools"),
        "passwords_kept": at("PasswordManagerEnabled"),
        "cleared_at_end": at("SanitizeOnShutdown"),
        "downloads": at("DownloadDirectory"),
        "search": at("SearchEngines", "Default"),
        # The first entry names the folder.
        "links": len(links) - 1 if isinstance(links, list) and links else None,
    }


def browsers(entries: Path) -> list[str]:
    """Menu entries that call themselves a web browser."""
    said = {one.stem: text(one) or "" for one in entries.glob("*.desktop")}
    # Most name it nowhere: to look for the word first takes a tenth of the time.
    named = {
        name for name, entry in said.items() if "WebBrowser" in entry and BROWSER.search(entry)
    }
    return sorted(named)


def desktop() -> dict[str, Any]:
    """The language, typing, office suite, printers, and what nobody here needs."""
    language = re.search(r'^LANG="?([^"\n]*)', text("/etc/default/locale") or "", re.MULTILINE)
    method = text(SHARE / "home/.config/fcitx5/conf/unikey.conf")
    typing = re.search(r"^InputMethod=(\w+)", method or "", re.MULTILINE)
    # Not `lpstat -e`, which adds what printers of the neighbourhood announce. 1: no queue at all.
    shown = said("lpstat", "-p", codes=(0, 1))
    stopped = None if shown is None else queues(shown)
    return {
        "language": language[1] if language else "",
        "generated": generated(language[1] if language else ""),
        "typing": os.access("/usr/bin/fcitx5", os.X_OK),
        "typing_method": typing[1].lower() if typing else "",
        "office": os.access("/usr/bin/libreoffice", os.X_OK),
        "printers": None if stopped is None else sorted(stopped)[:20],
        "printers_stopped": None if stopped is None else sum(stopped.values()),
        # Debian Policy 11.6: every mail server brings this name.
        "mail_server": os.access("/usr/sbin/sendmail", os.X_OK),
    }


def queues(shown: str) -> dict[str, bool]:
    """Print queue → whether it is stopped, from what `lpstat -p` prints.

    "printer NAME is idle. …", "printer NAME now printing …" or "printer NAME disabled since …"
    """
    states = re.findall(r"^printer (\S+) (\S+)", shown, re.MULTILINE)
    return {name: state == "disabled" for name, state in states}


def generated(language: str) -> list[str] | None:
    """The locales this PC has made, in the C library's spelling (`vi_VN.utf8`).

    Args:
        language: the PC's own; its locales come first, for there may be hundreds.
    """
    known = said("locale", "-a")
    if known is None:
        return None
    own = language.partition(".")[0]
    return sorted(known.split(), key=lambda one: not one.startswith(own))[:40]


def shortcuts() -> dict[str, Any]:
    """The start page, and the icons on the reader's desktop and in the menu."""
    page = text(SHARE / "start/index.html")
    return {
        "start_page": page is not None,
        "start_page_whole": None if page is None else page.endswith("</html>"),
        "icons": len(list((SHARE / "home/Desktop").glob("*.desktop"))),
        "menu": len(list((SHARE / "menu/entries").glob("*.desktop"))),
        "pictures": sorted(one.stem for one in (SHARE / "icons").glob("*.svg"))[:60],
        "as_declared": declared("shortcuts"),
        "trusted": Path("/etc/xdg/autostart/benvung-shortcuts.desktop").is_file(),
    }
