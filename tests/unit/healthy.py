"""The report of a workstation that is as declared, and how each control is broken in it."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Self

from checks.probe.doors import UNITS
from checks.probe.reader import HOLES
from inventory.records import Workstation

# A Thursday, an hour after the room closed.
NOW = datetime(2026, 11, 19, 11, 0, tzinfo=UTC)
COMMIT = "48133f7a1b2c"
TODAY, YESTERDAY, LONG_AGO = (
    "2026-11-19T10:40:00+00:00",
    "2026-11-18T10:40:00+00:00",
    "2026-10-01T10:40:00+00:00",
)
ROOM = {
    "size": 250 << 30,
    "free": 200 << 30,
    "files": 15_000_000,
    "files_free": 14_000_000,
    "read_only": False,
}
DOORS = {
    "permitrootlogin": "no",
    "passwordauthentication": "no",
    "kbdinteractiveauthentication": "no",
    "pubkeyauthentication": "yes",
    "authenticationmethods": "publickey",
    "allowusers": "benvung",
    "allowtcpforwarding": "no",
    "x11forwarding": "no",
}


class Evening(datetime):
    """The desk's clock, standing at the evening of the reports; for a module's `datetime`."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """That moment."""
        return cls.fromisoformat(NOW.isoformat()).astimezone(tz)


def healthy(pc: Workstation) -> dict[str, Any]:
    """The report of a PC that is as declared, as the probe prints it."""
    return deepcopy({"schema": 1, "host": pc.name, "at": TODAY, "seconds": 2.1, **_parts(pc)})


def _parts(pc: Workstation) -> dict[str, Any]:
    value = pc.variables
    links = [*value["shortcuts_links"], *value["shortcuts_site_links"]]
    every = [*value["shortcuts_programs"], *links]
    page = value["browser_homepage"]
    finder = "file:///usr/local/share/benvung/browser/home.html"
    on = {"LoadState": "loaded", "ActiveState": "active", "UnitFileState": "enabled"}
    units = {name: dict(on) for name in UNITS if name != "clamav-daemon.service"}
    units["ctrl-alt-del.target"] = {**on, "ActiveState": "inactive", "UnitFileState": "masked"}
    return {
        "identity": {"machine_id": "0" * 31 + "1", "network_cards": {"enp2s0": None}},
        "system": {
            "debian": "13.1",
            "codename": "trixie",
            "kernel": "6.12.48",
            "machine": "x86_64",
            "uptime_s": 30_000,
            "restart_wanted": False,
            "restart_wanted_since": None,
            "file_systems": {"/": ROOM, "/home": ROOM},
            "virtual": "none",
        },
        "packages": {
            "broken": 0,
            "interrupted": False,
            "security": 2,
            "lists": 6,
            # The desk's run refreshed them since.
            "lists_from": TODAY,
            "held": [],
            "periodic": False,
            "cache": value["updates_apt_cache"],
            "updates": {
                "schema": 1,
                "since": LONG_AGO,
                "last_run": YESTERDAY,
                "last_success": YESTERDAY,
                "outcome": "ok",
                "reason": "",
            },
        },
        "antivirus": {
            "installed": True,
            "version": "ClamAV 1.4.3",
            "signatures": {"daily.cld": YESTERDAY, "main.cvd": LONG_AGO},
            "fetched": {"schema": 1, "when": YESTERDAY, "outcome": "ok", "code": 0},
            "last_closing_scan": {
                "schema": 1,
                "when": YESTERDAY,
                "what": "closing",
                "outcome": "ok",
                "reason": "",
                "found": 0,
                "quarantined": 0,
            },
            "last_scan": {
                "schema": 1,
                "when": YESTERDAY,
                "what": "stick",
                "outcome": "ok",
                "reason": "",
                "found": 0,
                "quarantined": 0,
            },
            "quarantined": 0,
            "quarantine_mode": "700 0",
            "stick_places": [value["antivirus_media"]],
        },
        "browser": {
            "installed": True,
            "version": "140.5.0esr-1",
            "policy_readable": True,
            "policy_as_declared": True,
            "policies": {
                "homepage": page if page.startswith("file:") else finder,
                "homepage_locked": True,
                "addons": "blocked",
                "about_config_closed": True,
                "developer_tools_closed": True,
                "passwords_kept": False,
                "cleared_at_end": True,
                "downloads": value["browser_download_directory"],
                "search": value["browser_search_engine"],
                "links": len(links),
            },
            "other_policies": [],
            "profile_user_js": 0,
            "browsers": ["firefox-esr"],
        },
        "restrictions": {
            "tried": sorted(HOLES),
            "open": [],
            "programs_listed": len(value["restrictions_closed_programs"]),
            "programs_open": [],
            "closed_programs": True,
            "hidden_entries": True,
            "packet_filter": True,
            "console_closed": True,
            "sysrq_declared_off": True,
            "sysrq": 0,
            "polkit_rules": True,
            "sticks_run_nothing": True,
            "boot_menu_locked": True,
        },
        "session": {
            "account_exists": True,
            "account": {
                "uid": value["session_reader_uid"],
                "home": "/home/bandoc",
                "shell": "/bin/bash",
                "groups": ["bandoc"],
                "password_opens": False,
            },
            "open": 1,
            "reset": {"at": TODAY, "stage": "before", "failed": [], "emergency_home": False},
            "reset_since_start": True,
            "swept": value["session_swept_directories"],
            "left_behind": 0,
            "failed_resets": 0,
            "autologin": True,
            "idle": {
                "suspect": False,
                "seconds": value["session_idle_minutes"] * 60,
                "warning_seconds": value["session_idle_warning_seconds"],
            },
        },
        "services": {"units": units, "failed": []},
        "access": {
            "sshd": {"benvung": DOORS, "root": DOORS},
            "packet_filter": True,
            "admitted": value["access_management_addresses"] or ["any"],
            "change_waiting": False,
            "keys": len(value["access_authorized_keys"]) or 1,
            "keys_broken": 0,
            "key_modes": ["700", "700", "600"],
            "sudo": True,
            "console_password": "access_console_password_hash" in value,
            "other_passwords": 0,
        },
        "disks": [],
        "memory": {
            "total": 2 << 30,
            "available": 1 << 30,
            "swap": 0,
            "slots": [],
            "errors": None,
        },
        "temperatures": {"sensors": [], "fans": []},
        "clock": {
            "now": TODAY,
            "synchronized": True,
            "zone": value["desktop_time_zone"],
            "battery_clock_off_s": 0,
            "set_back_at_start": 0,
        },
        "starts": {"boots": [], "emergencies": 0},
        "kernel": {},
        "line": {"cards": {}, "days": {}, "line_target": value["health_line_target"]},
        "usage": {"2026-11-18": {"sessions": 9, "used_minutes": 240.0, "on_minutes": 500.0}},
        "power": {
            "hours": {"state": "closed", "doubt": ""},
            "opening_hours": value["power_opening_hours"],
            "closed_days": value["power_closed_days"],
            "wake": {"outcome": "armed", "reason": ""},
            "boot_menu_seconds": value["power_boot_menu_seconds"],
            "boot_mends_disk": True,
            "closing_next": "Fri 2026-11-20 09:50:00 UTC",
            "reader_may_power_off": value["power_reader_may_power_off"],
            "sleep_off": True,
            "wake_on_lan": value["power_wake_on_lan"],
        },
        "desktop": {
            "language": value["desktop_locale"],
            "generated": ["C", value["desktop_locale"].replace("UTF-8", "utf8")],
            "typing": True,
            "typing_method": value["desktop_typing"],
            "office": True,
            "printers": [one["name"] for one in value["desktop_printers"]],
            "printers_stopped": 0,
            "mail_server": False,
        },
        "shortcuts": {
            "start_page": True,
            "start_page_whole": True,
            "icons": sum(one["desktop"] for one in every),
            "menu": len(every),
            "pictures": sorted({one["icon"] for one in links}),
            "as_declared": True,
            "trusted": True,
        },
        "applied": {"stamped": True, "commit": COMMIT, "when": YESTERDAY},
        "pull": _pull(value) if value["pull_mode"] == "pull" else {"mode": "push"},
    }


def _pull(value: Mapping[str, Any]) -> dict[str, Any]:
    commit = COMMIT.ljust(40, "0")
    good = {"outcome": "ok", "reason": "", "detail": "", "at": YESTERDAY}
    return {
        "mode": "pull",
        "repository": value["pull_repository"],
        "branch": value["pull_branch"],
        "signers": [" ".join(key.split()[:2]) for key in value["pull_signers"]],
        "since": LONG_AGO,
        "current": commit,
        "fetch": {**good, "offered": commit, "reached": YESTERDAY},
        "apply": {**good, "commit": commit, "changed": 0, "succeeded": YESTERDAY},
    }


@dataclass(frozen=True)
class Break:
    """One fact that goes wrong.

    Attributes:
        control: the control that must fail.
        part: the part of the report it reads.
        path: the steps to the fact, below the part.
        value: what stands there then.
        also: other controls that fail with it, for the same reason.
    """

    control: str
    part: str
    path: tuple[str, ...]
    value: Any
    also: tuple[str, ...] = ()


def unit(control: str, name: str, **facts: str) -> Break:
    """A unit that is not as it should be."""
    stopped = {"LoadState": "loaded", "ActiveState": "inactive", "UnitFileState": "disabled"}
    return Break(control, "services", ("units", name), {**stopped, **facts})


def spoilt(report: dict[str, Any], broken: Break) -> dict[str, Any]:
    """A report with one fact gone wrong."""
    report = deepcopy(report)
    here = report[broken.part]
    for step in broken.path[:-1]:
        here = here[step]
    here[broken.path[-1]] = broken.value
    return report


DOOR = ("sshd", "benvung")
FULL = {**ROOM, "free": 200 << 20}
# What a scan found and could not take away.
FOUND = {
    "schema": 1,
    "when": YESTERDAY,
    "what": "stick",
    "outcome": "found",
    "reason": "",
    "found": 2,
    "quarantined": 0,
}
BREAKS = (
    Break("access.root-login", "access", ("sshd", "root", "permitrootlogin"), "yes"),
    Break("access.keys-only", "access", (*DOOR, "passwordauthentication"), "yes"),
    Break("access.keys-only", "access", (*DOOR, "authenticationmethods"), "any"),
    Break("access.keys-only", "access", ("sshd", "root", "passwordauthentication"), "yes"),
    Break("access.only-maintenance", "access", (*DOOR, "allowusers"), "benvung bandoc"),
    Break("access.no-tunnels", "access", (*DOOR, "allowtcpforwarding"), "yes"),
    Break("access.no-tunnels", "access", (*DOOR, "x11forwarding"), "yes"),
    Break("access.packet-filter", "access", ("packet_filter",), False),
    unit("access.filter-at-start", "nftables.service"),
    Break("access.management-addresses", "access", ("admitted",), ["203.0.113.9"]),
    Break("access.no-change-waiting", "access", ("change_waiting",), True),
    unit("access.guard-at-start", "benvung-guard.service"),
    Break("access.keys", "access", ("keys",), 0),
    Break("access.keys", "access", ("keys_broken",), 1),
    Break("access.keys-private", "access", ("key_modes",), ["755", "700", "600"]),
    Break("access.sudo", "access", ("sudo",), False),
    Break("access.console-password", "access", ("console_password",), True),
    Break("access.other-passwords", "access", ("other_passwords",), 1),
    Break(
        "updates.security-pending",
        "packages",
        ("updates", "last_success"),
        LONG_AGO,
        also=("updates.last-success",),
    ),
    # Known to a run that went well, and left.
    Break("updates.security-pending", "packages", ("lists_from",), YESTERDAY),
    Break("updates.last-run", "packages", ("updates", "outcome"), "failed"),
    Break("updates.database-whole", "packages", ("broken",), 1),
    Break("updates.database-whole", "packages", ("interrupted",), True),
    Break(
        "updates.lists",
        "packages",
        ("lists_from",),
        LONG_AGO,
        also=("updates.security-pending",),
    ),
    Break("updates.nothing-held", "packages", ("held",), ["firefox-esr"]),
    unit("updates.at-closing", "benvung-updates.service"),
    unit("updates.catching-up", "benvung-updates-missed.timer"),
    unit("updates.catching-up", "benvung-updates-missed.timer", UnitFileState="enabled"),
    unit("updates.healing", "benvung-heal.service"),
    Break("updates.not-by-day", "packages", ("periodic",), True),
    Break("updates.cache", "packages", ("cache",), "cache.internal:3142"),
    Break("antivirus.installed", "antivirus", ("installed",), False),
    Break("antivirus.signatures", "antivirus", ("signatures",), {"main.cvd": LONG_AGO}),
    Break("antivirus.signatures", "antivirus", ("signatures",), {}),
    Break(
        "antivirus.signatures",
        "antivirus",
        ("signatures",),
        {"daily.cld": LONG_AGO, "library.ndb": TODAY},
    ),
    Break("antivirus.fetched", "antivirus", ("fetched", "outcome"), "failed"),
    unit("antivirus.fetching", "benvung-signatures.timer"),
    unit("antivirus.fetching", "benvung-signatures.service"),
    Break("antivirus.scan-finished", "antivirus", ("last_closing_scan", "outcome"), "unknown"),
    Break("antivirus.scan-finished", "antivirus", ("last_closing_scan", "when"), LONG_AGO),
    Break(
        "antivirus.nothing-found",
        "antivirus",
        ("last_found",),
        FOUND,
        also=("antivirus.taken-away",),
    ),
    Break("antivirus.quarantine-empty", "antivirus", ("quarantined",), 1),
    Break("antivirus.quarantine-shut", "antivirus", ("quarantine_mode",), "777 0"),
    unit("antivirus.downloads-watched", "benvung-scan-downloads.path"),
    unit("antivirus.downloads-caught-up", "benvung-scan-downloads.timer"),
    Break("antivirus.sticks-scanned", "antivirus", ("stick_places",), []),
    unit("antivirus.scan-at-closing", "benvung-scan-closing.service"),
    unit("antivirus.resident", "clamav-daemon.service", ActiveState="active"),
    Break("antivirus.resident", "memory", ("total",), 8 << 30),
    Break("browser.installed", "browser", ("installed",), False),
    Break("browser.policy-readable", "browser", ("policy_readable",), False),
    Break("browser.policy-as-declared", "browser", ("policy_as_declared",), False),
    Break("browser.home-page", "browser", ("policies", "homepage"), "https://example.vn/"),
    Break("browser.home-page", "browser", ("policies", "homepage_locked"), False),
    Break("browser.addons", "browser", ("policies", "addons"), "allowed"),
    Break("browser.settings-closed", "browser", ("policies", "about_config_closed"), False),
    Break("browser.settings-closed", "browser", ("policies", "developer_tools_closed"), None),
    Break("browser.keeps-nothing", "browser", ("policies", "passwords_kept"), True),
    Break("browser.keeps-nothing", "browser", ("policies", "cleared_at_end"), None),
    Break("browser.only-firefox", "browser", ("browsers",), ["chromium", "firefox-esr"]),
    Break("browser.no-other-policies", "browser", ("other_policies",), ["/usr/lib/x.json"]),
    Break("browser.no-user-js", "browser", ("profile_user_js",), 1),
    Break("browser.downloads", "browser", ("policies", "downloads"), "${home}/Desktop"),
    Break("browser.search", "browser", ("policies", "search"), "Bing"),
    Break("browser.links", "browser", ("policies", "links"), 1),
    Break("shortcuts.start-page", "shortcuts", ("start_page",), False),
    Break("shortcuts.start-page", "shortcuts", ("start_page_whole",), False),
    Break("shortcuts.icons", "shortcuts", ("icons",), 1),
    Break("shortcuts.menu", "shortcuts", ("menu",), 1),
    Break("shortcuts.unchanged", "shortcuts", ("as_declared",), False),
    Break("shortcuts.pictures", "shortcuts", ("pictures",), ["book"]),
    Break("shortcuts.trusted", "shortcuts", ("trusted",), False),
    Break("restrictions.no-root", "restrictions", ("open",), ["sudo"]),
    Break("restrictions.no-writing", "restrictions", ("open",), ["write_home_source"]),
    Break("restrictions.no-secrets", "restrictions", ("open",), ["read_journal"]),
    Break("restrictions.no-jobs", "restrictions", ("open",), ["plan_jobs"]),
    Break("restrictions.programs-closed", "restrictions", ("programs_open",), ["/usr/bin/su"]),
    Break("restrictions.programs-closed", "restrictions", ("programs_listed",), 3),
    Break("restrictions.programs-kept-closed", "restrictions", ("closed_programs",), False),
    Break("restrictions.menu-hidden", "restrictions", ("hidden_entries",), False),
    Break("restrictions.network", "restrictions", ("packet_filter",), False),
    unit("restrictions.network", "benvung-reader-network.service"),
    unit("restrictions.network-filled", "benvung-reader-network-fill.path"),
    Break("restrictions.console", "restrictions", ("console_closed",), False),
    Break("restrictions.magic-keys", "restrictions", ("sysrq_declared_off",), False),
    Break("restrictions.magic-keys", "restrictions", ("sysrq",), 438),
    unit("restrictions.restart-keys", "ctrl-alt-del.target"),
    Break("restrictions.permissions", "restrictions", ("polkit_rules",), False),
    Break("restrictions.sticks-run-nothing", "restrictions", ("sticks_run_nothing",), False),
    Break("restrictions.boot-menu", "restrictions", ("boot_menu_locked",), False),
    Break("session.account", "session", ("account_exists",), False),
    Break("session.account", "session", ("account", "uid"), 1000),
    Break("session.no-groups", "session", ("account", "groups"), ["bandoc", "sudo"]),
    Break("session.no-password", "session", ("account", "password_opens"), True),
    Break("session.reset-whole", "session", ("reset", "failed"), ["sweep"]),
    Break("session.home-on-disk", "session", ("reset", "emergency_home"), True),
    Break("session.reset-since-start", "session", ("reset_since_start",), False),
    Break("session.resets-work", "session", ("failed_resets",), 4),
    Break("session.nothing-left", "session", ("left_behind",), 7),
    Break("session.swept", "session", ("swept",), ["/tmp"]),
    unit("session.reset-at-start", "benvung-session-reset.service"),
    unit("session.login-screen", "lightdm.service"),
    Break("session.no-name", "session", ("autologin",), False),
    unit("session.login-watched", "benvung-session-watch.timer"),
    Break("session.idle-limit", "session", ("idle", "seconds"), 999999999),
    unit("session.idle-watch", "benvung-session-idle.service"),
    Break("session.idle-measured", "session", ("idle", "suspect"), True),
    Break("desktop.language", "desktop", ("language",), "C.UTF-8"),
    Break("desktop.locale-made", "desktop", ("generated",), ["C"]),
    Break("desktop.time-zone", "clock", ("zone",), "Etc/UTC"),
    Break("desktop.typing", "desktop", ("typing",), False),
    Break("desktop.typing-method", "desktop", ("typing_method",), "vni"),
    Break("desktop.office", "desktop", ("office",), False),
    unit("desktop.print-service", "cups.service"),
    Break("desktop.printers", "desktop", ("printers",), ["cua-rieng"]),
    Break("desktop.printers-run", "desktop", ("printers_stopped",), 1),
    Break("desktop.no-mail-server", "desktop", ("mail_server",), True),
    Break(
        "power.hours-known",
        "power",
        ("hours",),
        {"state": "unusable"},
    ),
    Break("power.hours-declared", "power", ("opening_hours", "sat"), []),
    Break("power.hours-declared", "power", ("closed_days",), ["2027-02-05"]),
    Break("power.clock-believed", "power", ("hours", "doubt"), "the clock says 2013"),
    Break("power.clock-synchronized", "clock", ("synchronized",), False),
    unit("power.closing", "benvung-close.timer"),
    Break("power.closing", "power", ("closing_next",), ""),
    Break("power.wake", "power", ("wake",), {"outcome": "cannot", "reason": "no clock"}),
    unit("power.wake-at-start", "benvung-started.service"),
    Break("power.boot-menu", "power", ("boot_menu_seconds",), 30),
    Break("power.boot-menu", "power", ("boot_menu_seconds",), -1),
    Break("power.boot-mends", "power", ("boot_mends_disk",), False),
    unit("power.emergency-retried", "benvung-emergency.service"),
    Break("power.no-emergency", "starts", ("emergencies",), 2),
    Break("power.switching-off", "power", ("reader_may_power_off",), True),
    Break("power.awake", "power", ("sleep_off",), False),
    Break("power.wake-on-lan", "power", ("wake_on_lan",), False),
    unit("health.sessions-counted", "benvung-sessions.timer"),
    unit("health.line-measured", "benvung-line.timer"),
    unit("health.reports-made", "benvung-probe.timer"),
    unit("health.reports-at-closing", "benvung-probe.service"),
    Break("health.line-declared", "line", ("line_target",), "ping.example.vn"),
    unit("health.disks-watched", "smartmontools.service"),
    unit("health.disks-watched", "smartmontools.service", UnitFileState="enabled"),
    Break("health.room", "system", ("file_systems", "/home"), FULL),
    Break("health.files-left", "system", ("file_systems", "/"), {**ROOM, "files_free": 9}),
    Break("health.writable", "system", ("file_systems", "/"), {**ROOM, "read_only": True}),
    Break("health.no-failed-unit", "services", ("failed",), ["cups.service"]),
    Break("health.applied", "applied", ("stamped",), False),
    Break("health.current", "applied", ("commit",), "000000000000"),
    Break("pull.mode", "pull", ("mode",), "pull"),
)
# On a PC whose site pulls.
PULLING_BREAKS = (
    unit("pull.mode", "benvung-pull.service"),
    unit("pull.mode", "benvung-pull-start.timer"),
    Break("pull.source", "pull", ("repository",), "https://khac.example/benvung.git"),
    Break("pull.source", "pull", ("branch",), "khac"),
    Break("pull.signers", "pull", ("signers",), ["ssh-ed25519 AAAA"]),
    Break("pull.signers", "pull", ("signers",), []),
    Break("pull.nothing-refused", "pull", ("fetch", "outcome"), "refused"),
    Break("pull.reached", "pull", ("fetch", "reached"), LONG_AGO),
    Break("pull.reached", "pull", ("fetch", "reached"), None),
    Break("pull.applied", "pull", ("apply", "outcome"), "failed"),
    Break("pull.applied", "pull", ("apply", "outcome"), "never"),
    Break("pull.applied", "pull", ("apply", "succeeded"), LONG_AGO),
)
