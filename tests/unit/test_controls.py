"""Each control: ok on a healthy workstation, failed by its own fact alone, unknown without it."""

import io
import json
import re
import subprocess
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import asyncssh
import pytest
from babel.messages.pofile import read_po
from rich.console import Console

from checks.controls import CONTROLS, judge, pull, unreachable
from checks.controls.control import Look
from checks.controls.judge import ASPECTS, UNREACHABLE, expired
from checks.controls.open_days import open_days_since
from checks.controls.page import PAGE, controls_table, hardware_table, page
from checks.findings import Finding, Status, Waiver
from checks.hardware import told
from checks.report import Report, parse
from inventory import words
from inventory.loader import ROOT
from inventory.records import Workstation
from tests.unit.healthy import (
    BREAKS,
    COMMIT,
    FOUND,
    FULL,
    LONG_AGO,
    NOW,
    PULLING_BREAKS,
    Break,
    healthy,
    spoilt,
    unit,
)
from tests.unit.shipped import shipped

IDS = [one.id for one in CONTROLS]


@pytest.fixture(scope="session")
def pc() -> Workstation:
    """A workstation as shipped: two of its variables are not declared by the shipped inventory."""
    return shipped().hosts["thapmuoi-01"]


def read(pc: Workstation, report: dict[str, Any]) -> Report:
    return parse(json.dumps(report).encode(), pc.name, NOW)


def judged(pc: Workstation, report: dict[str, Any], now: datetime = NOW) -> dict[str, Finding]:
    return {one.control: one for one in judge(pc, read(pc, report), [], now, COMMIT)}


def failing(pc: Workstation, report: dict[str, Any]) -> set[str]:
    return {name for name, one in judged(pc, report).items() if one.status is Status.FAIL}


# --- the registry -------------------------------------------------------------


def test_there_are_controls_for_every_aspect_and_no_id_is_doubled() -> None:
    assert len(set(IDS)) == len(IDS) >= 55
    roles = {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()}
    # The technician's own machine is no workstation.
    assert {one.aspect for one in CONTROLS} == roles - {"controller"}
    for aspect in ASPECTS:
        name = aspect.__name__.rpartition(".")[2]
        assert {one.aspect for one in aspect.CONTROLS} == {name}
    assert [name for name in IDS if not re.fullmatch(r"[a-z]+(\.[a-z]+(-[a-z]+)*)", name)] == []


def test_every_control_speaks_vietnamese_in_single_sentences() -> None:
    with (words.LOCALE_DIR / "vi/LC_MESSAGES/benvung.po").open("rb") as po:
        known = {str(entry.id): str(entry.string) for entry in read_po(po) if entry.id}
    texts = {text for one in CONTROLS for text in (one.title, one.reason, one.remedy)}
    assert sorted(text for text in texts if not known.get(text)) == []
    for one in CONTROLS:
        assert one.title.endswith(".")
        assert one.reason.endswith(".")


def test_the_handbooks_page_is_up_to_date() -> None:
    """Otherwise: python -m checks.controls.page."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_the_table_fits_a_terminal() -> None:
    console = Console(width=80, file=io.StringIO())
    console.print(controls_table(), hardware_table())
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert max(map(len, shown.splitlines())) <= 80
    assert [name for name in [*IDS, *told.remedies()] if name not in shown] == []


# --- each control ---------------------------------------------------------------


def test_a_healthy_workstation_passes_everything(pc: Workstation) -> None:
    findings = judged(pc, healthy(pc))
    assert {n: f.reason for n, f in findings.items() if f.status is not Status.OK} == {}
    assert all(not one.reason and not one.remedy for one in findings.values())


@pytest.mark.parametrize("broken", BREAKS, ids=lambda one: f"{one.control}:{one.path[-1]}")
def test_one_wrong_fact_fails_its_control_alone(pc: Workstation, broken: Break) -> None:
    report = spoilt(healthy(pc), broken)
    findings = judged(pc, report)
    assert failing(pc, report) == {broken.control, *broken.also}
    finding = findings[broken.control]
    assert finding.reason
    assert finding.remedy
    # Nothing is left unfilled; "${home}" is Firefox's own word.
    assert not re.search(r"(?<!\$)\{[a-z]+\}", finding.reason + finding.remedy)


@pytest.fixture(scope="session")
def pulling(pc: Workstation) -> Workstation:
    """A workstation whose site pulls."""
    declared = {
        "pull_mode": "pull",
        "pull_repository": "https://may-chu.example/benvung.git",
        "pull_signers": ["ssh-ed25519 AAAAC3Nz ktv@thuvien.example"],
    }
    return replace(pc, variables=MappingProxyType({**pc.variables, **declared}))


def test_a_pulling_workstation_passes_everything(pulling: Workstation) -> None:
    assert failing(pulling, healthy(pulling)) == set()


@pytest.mark.parametrize(
    "broken", PULLING_BREAKS, ids=lambda one: f"{one.control}:{one.path[-1]}:{one.value}"
)
def test_one_wrong_fact_of_a_pulling_pc_fails_its_control_alone(
    pulling: Workstation, broken: Break
) -> None:
    report = spoilt(healthy(pulling), broken)
    assert failing(pulling, report) == {broken.control}
    finding = judged(pulling, report)[broken.control]
    assert finding.reason
    assert not re.search(r"\{[a-z]+\}", finding.reason + finding.remedy)


@pytest.mark.parametrize("reason", pull.WHY)
def test_a_refusal_says_why_in_words(pulling: Workstation, reason: str) -> None:
    report = healthy(pulling)
    report["pull"]["fetch"] |= {"outcome": "refused", "reason": reason}
    said = judged(pulling, report)["pull.nothing-refused"].reason
    assert pull.WHY[reason] in said
    assert COMMIT in said


def test_a_pc_that_should_pull_and_does_not_is_one_finding(
    pc: Workstation, pulling: Workstation
) -> None:
    assert failing(pulling, healthy(pc)) == {"pull.mode"}


def test_a_pc_that_waits_for_what_the_desk_has_pushed_is_told_when_it_waits_for_long(
    pulling: Workstation,
) -> None:
    report = healthy(pulling)
    waiting = {"outcome": "waiting", "reason": "unknown-applied", "detail": "0123456789ab"}
    report["pull"]["apply"] |= waiting
    assert failing(pulling, report) == set()
    report["pull"]["apply"]["succeeded"] = LONG_AGO
    said = judged(pulling, report)["pull.applied"]
    assert said.status is Status.FAIL
    assert f"{pull.WHY['unknown-applied']} (0123456789ab)" in said.reason


def test_a_pc_that_has_not_pulled_yet_is_unknown(pulling: Workstation) -> None:
    report = healthy(pulling)
    report["pull"] |= {"fetch": None, "apply": None, "since": None}
    findings = judged(pulling, report)
    assert failing(pulling, report) == set()
    assert findings["pull.applied"].status is Status.UNKNOWN


@pytest.mark.parametrize("control", IDS)
def test_every_control_is_failed_by_something(control: str) -> None:
    # Those below need two facts at once, or time; they have tests of their own.
    own = {"access.ssh-at-start", "updates.last-success", "updates.restarted", "health.reported"}
    every = (*BREAKS, *PULLING_BREAKS)
    by_another = {name for one in every for name in one.also}
    assert control in {one.control for one in every} | own | by_another


def test_ssh_starts_by_its_service_or_its_socket(pc: Workstation) -> None:
    report = healthy(pc)
    units = report["services"]["units"]
    units["ssh.service"] = {**units["ssh.service"], "UnitFileState": "disabled"}
    assert failing(pc, report) == set()
    del units["ssh.socket"]
    assert failing(pc, report) == {"access.ssh-at-start"}


KEYS = [
    f"{options}{asyncssh.generate_private_key('ssh-ed25519').export_public_key().decode().strip()}"
    for options in ("", 'from="10.0.0.1" ')
]


def test_a_strangers_key_in_place_of_a_declared_one_is_told(pc: Workstation) -> None:
    """By the fingerprints ssh-keygen itself prints."""
    shown = subprocess.run(
        ["ssh-keygen", "-l", "-f", "-"],
        input="\n".join(KEYS),
        capture_output=True,
        text=True,
        check=True,
    )
    one, other = re.findall(r"^\d+ (\S+)", shown.stdout, re.MULTILINE)
    two = replace(pc, variables={**pc.variables, "access_authorized_keys": KEYS})
    report = healthy(two)
    assert failing(two, report) == set(), "an older probe counts"
    report["access"]["key_prints"] = [other, one]
    assert failing(two, report) == set()
    report["access"]["key_prints"] = [one, "SHA256:stranger"]
    assert failing(two, report) == {"access.keys"}
    report["access"] |= {"key_prints": [one], "keys": 1}
    assert failing(two, report) == {"access.keys"}


def test_a_report_made_while_the_pc_closes_blames_nothing(pc: Workstation) -> None:
    """The screen is dark then, and the timer tells no next closing while its service runs."""
    report = healthy(pc)
    units = report["services"]["units"]
    units["lightdm.service"] = {**units["lightdm.service"], "ActiveState": "inactive"}
    report["power"]["closing_next"] = ""
    blamed = {"session.login-screen", "power.closing"}
    assert failing(pc, report) == blamed
    units["benvung-close.service"] = {"LoadState": "loaded", "ActiveState": "activating"}
    assert failing(pc, report) == set()
    findings = judged(pc, report)
    assert {findings[control].status for control in blamed} == {Status.UNKNOWN}


def test_where_closing_scans_nothing_no_scan_is_late(pc: Workstation) -> None:
    none = replace(pc, variables={**pc.variables, "antivirus_closing_scan": []})
    report = healthy(none)
    report["antivirus"]["last_closing_scan"]["when"] = LONG_AGO
    assert failing(pc, report) == {"antivirus.scan-finished"}
    assert failing(none, report) == set()


def test_a_stick_scanned_today_is_no_scan_of_the_pc(pc: Workstation) -> None:
    report = healthy(pc)
    report["antivirus"]["last_closing_scan"]["outcome"] = "unknown"
    assert failing(pc, report) == {"antivirus.scan-finished"}
    # A PC whose program kept one record for all has none of a closing yet.
    del report["antivirus"]["last_closing_scan"]
    assert failing(pc, report) == set()


@pytest.mark.parametrize(("days", "told"), [(6.9, True), (7, False)])
def test_what_was_found_is_told_for_a_week_whatever_is_scanned_after(
    pc: Workstation, days: float, told: bool
) -> None:
    report = healthy(pc)
    when = (NOW - timedelta(days=days)).isoformat()
    report["antivirus"]["last_found"] = {**FOUND, "when": when}
    found = {"antivirus.nothing-found", "antivirus.taken-away"}
    assert failing(pc, report) == (found if told else set())
    report["antivirus"]["last_found"]["quarantined"] = 2
    assert failing(pc, report) == ({"antivirus.nothing-found"} if told else set())


def test_a_restart_may_wait_until_the_evening(pc: Workstation) -> None:
    report = healthy(pc)
    report["system"] |= {"restart_wanted": True, "restart_wanted_since": NOW.isoformat()}
    assert failing(pc, report) == set()
    report["system"] |= {"restart_wanted_since": LONG_AGO}
    assert failing(pc, report) == {"updates.restarted"}


def test_updates_without_success_count_from_the_first_look(pc: Workstation) -> None:
    report = healthy(pc)
    report["packages"]["security"] = 0
    del report["packages"]["updates"]["last_success"]
    assert failing(pc, report) == {"updates.last-success"}


def days_before(days: float) -> str:
    return (NOW - timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("limit", "good", "bad"),
    [
        (Break("antivirus.signatures", "antivirus", ("signatures", "daily.cld"), None), 7.9, 8),
        # Open days between: Mondays to Saturdays, neither end counted.
        (Break("antivirus.scan-finished", "antivirus", ("last_closing_scan", "when"), None), 7, 8),
        (Break("updates.lists", "packages", ("lists_from",), None), 30.9, 31),
        (Break("updates.last-success", "packages", ("updates", "last_success"), None), 5, 6),
        (Break("updates.security-pending", "packages", ("updates", "last_success"), None), 5, 6),
        (Break("updates.restarted", "system", ("restart_wanted_since",), None), 3.9, 4),
    ],
    ids=lambda one: getattr(one, "control", ""),
)
def test_a_limit_is_kept_to_the_day(pc: Workstation, limit: Break, good: float, bad: float) -> None:
    whole = healthy(pc)
    whole["system"] |= {"restart_wanted": True, "restart_wanted_since": days_before(0)}
    within = spoilt(whole, replace(limit, value=days_before(good)))
    beyond = spoilt(whole, replace(limit, value=days_before(bad)))
    assert limit.control not in failing(pc, within)
    assert limit.control in failing(pc, beyond)


@pytest.mark.parametrize(
    ("size", "free", "enough"),
    [
        # A twentieth of a small one, 1 GB of a large one.
        (100 << 20, 5 << 20, True),
        (100 << 20, (5 << 20) - 1, False),
        (250 << 30, 1 << 30, True),
        (250 << 30, (1 << 30) - 1, False),
        (0, 0, True),
    ],
)
def test_room_is_measured_by_the_size(pc: Workstation, size: int, free: int, enough: bool) -> None:
    report = healthy(pc)
    report["system"]["file_systems"]["/boot"] = {
        "size": size,
        "free": free,
        "files": 0,
        "files_free": 0,
        "read_only": False,
    }
    assert failing(pc, report) == (set() if enough else {"health.room"})


def test_two_gigabytes_are_too_little_and_the_declared_limit_counts(pc: Workstation) -> None:
    report = healthy(pc)
    limit = pc.variables["antivirus_daemon_above_mb"]
    report["memory"]["total"] = limit << 20
    assert failing(pc, report) == set()
    report["memory"]["total"] = (limit + 1) << 20
    assert failing(pc, report) == {"antivirus.resident"}
    report["services"]["units"]["clamav-daemon.service"] = {
        "ActiveState": "active",
        "UnitFileState": "enabled",
    }
    assert failing(pc, report) == set()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (
            Break("session.swept", "session", ("swept",), []),
            "It is nothing; declared is /tmp, /var/tmp,",
        ),
        (Break("desktop.language", "desktop", ("language",), ""), "It is nothing; declared is vi_"),
        (
            Break("power.switching-off", "power", ("reader_may_power_off",), True),
            "It is yes; declared is no.",
        ),
        (unit("health.line-measured", "benvung-line.timer"), "benvung-line.timer does not run (in"),
        (
            unit("updates.healing", "benvung-heal.service"),
            "benvung-heal.service does not start with the PC (disabled).",
        ),
        (
            Break(
                "antivirus.scan-finished", "antivirus", ("last_closing_scan", "reason"), "killed"
            ),
            "The last scan (closing) has not seen everything: killed.",
        ),
        (
            Break("health.room", "system", ("file_systems", "/home"), FULL),
            "Nearly full: /home: 200 MB.",
        ),
    ],
    ids=lambda one: getattr(one, "control", ""),
)
def test_the_reason_carries_the_evidence(pc: Workstation, broken: Break, said: str) -> None:
    finding = judged(pc, spoilt(healthy(pc), broken))[broken.control]
    assert finding.reason.startswith(said)


def test_a_unit_whose_state_nobody_knows_is_unknown(pc: Workstation) -> None:
    report = healthy(pc)
    report["services"]["units"]["benvung-heal.service"] = {}
    assert judged(pc, report)["updates.healing"].status is Status.UNKNOWN
    del report["services"]["units"]["benvung-heal.service"]
    found = judged(pc, report)["updates.healing"]
    assert (found.status, found.reason) == (
        Status.FAIL,
        "benvung-heal.service is not installed.",
    )


def test_an_old_report_says_so(pc: Workstation) -> None:
    # Three open days lie between, then four.
    for days, status in ((5, Status.OK), (6, Status.FAIL)):
        later = judged(pc, healthy(pc), NOW + timedelta(days=days))
        assert later["health.reported"].status is status


def test_a_holiday_is_nobodys_fault(pc: Workstation) -> None:
    look = Look(pc, read(pc, healthy(pc)), NOW)
    closed = [f"2026-11-{day:02}" for day in range(1, 19)]
    off = replace(pc, variables=MappingProxyType({**pc.variables, "power_closed_days": closed}))
    then = NOW - timedelta(days=9)
    # Nine days back is a Tuesday: six working days, a Saturday morning, no Sunday between.
    assert open_days_since(look, then) == 7
    assert open_days_since(Look(off, look.report, NOW), then) == 0
    assert open_days_since(look, NOW + timedelta(days=3)) == 0


def test_what_the_inventory_declares_is_what_is_judged(pc: Workstation) -> None:
    """No value of policy is written into the controls: change it there, and they follow."""
    changed: dict[str, Any] = {
        "access_management_addresses": ["192.0.2.10"],
        "access_authorized_keys": ["ssh-ed25519 A", "ssh-ed25519 B"],
        "antivirus_media": "/media/other",
        "browser_homepage": "https://example.vn/",
        "browser_search_engine": "Bing",
        "desktop_locale": "en_GB.UTF-8",
        "desktop_time_zone": "Etc/UTC",
        "desktop_typing": "vni",
        "health_line_target": "ping.example.vn",
        "power_boot_menu_seconds": 1,
        "power_reader_may_power_off": True,
        "power_wake_on_lan": False,
        "session_idle_minutes": 20,
        "session_reader_uid": 2001,
        "updates_apt_cache": "cache.internal:3142",
    }
    other = replace(pc, variables=MappingProxyType({**pc.variables, **changed}))
    findings = judge(other, read(pc, healthy(pc)), [], NOW, COMMIT)
    assert {one.control for one in findings if one.status is Status.FAIL} == {
        *("access.management-addresses", "access.keys", "antivirus.sticks-scanned"),
        *("browser.home-page", "browser.search", "desktop.language", "desktop.locale-made"),
        *("desktop.time-zone", "desktop.typing-method", "health.line-declared", "power.boot-menu"),
        *("power.switching-off", "power.wake-on-lan", "session.idle-limit", "session.account"),
        "updates.cache",
    }
    assert failing(other, healthy(other)) == set()


def test_addresses_are_compared_as_networks(pc: Workstation) -> None:
    declared = ["192.0.2.10/32", "2001:DB8::/64"]
    values = {**pc.variables, "access_management_addresses": declared}
    other = replace(pc, variables=MappingProxyType(values))
    report = healthy(pc)
    report["access"]["admitted"] = ["2001:db8::/64", "192.0.2.10"]
    assert failing(other, report) == set()


def test_a_mail_server_may_stay_where_it_is_not_declared_absent(pc: Workstation) -> None:
    report = spoilt(healthy(pc), Break("", "desktop", ("mail_server",), True))
    assert failing(pc, report) == {"desktop.no-mail-server"}
    kept = [one for one in pc.variables["desktop_packages_absent"] if "exim4" not in one]
    values = {**pc.variables, "desktop_packages_absent": kept}
    other = replace(pc, variables=MappingProxyType(values))
    assert failing(other, report) == set()


# --- what nobody knows -----------------------------------------------------------


@pytest.mark.parametrize("part", sorted({one.part for one in BREAKS}))
def test_without_a_part_its_controls_are_unknown(pc: Workstation, part: str) -> None:
    report = healthy(pc)
    report[part] = {"error": "it gave no answer in 25 s"}
    findings = judged(pc, report)
    assert failing(pc, report) == set()
    for name in {one.control for one in BREAKS if one.part == part} - {"antivirus.resident"}:
        assert findings[name].status is Status.UNKNOWN, name
        assert "no answer in 25 s" in findings[name].reason


def test_an_empty_report_is_unknown_everywhere(pc: Workstation) -> None:
    findings = judged(pc, {"schema": 1, "host": pc.name, "at": NOW.isoformat()})
    statuses = {name: one.status for name, one in findings.items()}
    assert statuses.pop("health.reported") is Status.OK
    assert set(statuses.values()) == {Status.UNKNOWN}


def facts(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(value, dict) or path[-1:] == ("units",):
        return [path]
    return [path, *(one for key in value for one in facts(value[key], (*path, key)))]


def test_a_fact_nobody_knows_fails_nothing(pc: Workstation) -> None:
    """Each fact in turn is None: no control may take that for a fault."""
    whole = healthy(pc)
    # What is not set in a policy that was read is open, and updates that never went well count from
    # the first look: those are facts.
    settled = {"policies"}
    never = ("updates", "last_success")
    for part in {one.part for one in BREAKS}:
        for path in facts(whole[part])[1:]:
            if settled & set(path[:-1]) or path == never:
                continue
            gone = spoilt(whole, Break("", part, path, None))
            assert failing(pc, gone) == set(), (part, path)


def test_a_container_is_not_blamed_for_its_machine(pc: Workstation) -> None:
    report = healthy(pc)
    report["system"]["virtual"] = "systemd-nspawn"
    report["clock"]["synchronized"] = False
    report["restrictions"] |= {"sysrq": 438, "boot_menu_locked": None}
    report["power"] |= {"boot_menu_seconds": None, "boot_mends_disk": None}
    report["power"]["wake"] = {"outcome": "cannot", "reason": "no clock"}
    report["services"]["units"]["smartmontools.service"]["ActiveState"] = "inactive"
    findings = judged(pc, report)
    assert failing(pc, report) == set()
    unknown = {name for name, one in findings.items() if one.status is Status.UNKNOWN}
    assert unknown == {
        *("power.clock-synchronized", "power.wake", "power.boot-menu", "power.boot-mends"),
        *("restrictions.boot-menu", "health.disks-watched"),
    }


def test_a_hole_nobody_tried_is_unknown(pc: Workstation) -> None:
    """A newer desk asks an older probe."""
    report = healthy(pc)
    report["restrictions"]["tried"].remove("read_disk")
    findings = judged(pc, report)
    assert findings["restrictions.no-secrets"].status is Status.UNKNOWN
    assert findings["restrictions.no-root"].status is Status.OK


def test_a_menu_that_waits_less_than_declared_is_ok(pc: Workstation) -> None:
    report = healthy(pc)
    report["power"]["boot_menu_seconds"] = 0
    assert failing(pc, report) == set()


def test_nobody_logged_in_has_no_watch(pc: Workstation) -> None:
    report = healthy(pc)
    report["session"]["open"] = 0
    assert judged(pc, report)["session.idle-watch"].status is Status.UNKNOWN


def test_a_desk_without_git_compares_nothing(pc: Workstation) -> None:
    for desk in ("", "unknown"):
        found = judge(pc, read(pc, healthy(pc)), [], NOW, desk)
        current = next(one for one in found if one.control == "health.current")
        assert current.status is Status.UNKNOWN


def test_uncommitted_changes_are_the_same_commit(pc: Workstation) -> None:
    report = healthy(pc)
    report["applied"]["commit"] = f"{COMMIT}-dirty"
    assert failing(pc, report) == set()


# --- waivers and silence ------------------------------------------------------------

HELD = Break("updates.nothing-held", "packages", ("held",), ["firefox-esr"])


def waiver(until: date, host: str = "thapmuoi-01", control: str = HELD.control) -> Waiver:
    return Waiver(control, host, "chờ bản sửa", "Nguyễn Văn A", until)


def with_waivers(pc: Workstation, *waivers: Waiver, now: datetime = NOW) -> Finding:
    found = judge(pc, read(pc, spoilt(healthy(pc), HELD)), waivers, now, COMMIT)
    return next(one for one in found if one.control == HELD.control)


@pytest.mark.parametrize("host", ["thapmuoi-01", "*"])
def test_a_waiver_holds_until_the_end_of_its_last_day_in_viet_nam(
    pc: Workstation, host: str
) -> None:
    last = date(2026, 11, 19)
    # 16:59 UTC is 23:59 there; a minute later it is the next day.
    held = with_waivers(pc, waiver(last, host), now=NOW.replace(hour=16, minute=59))
    assert held.status is Status.WAIVED
    assert held.waiver == waiver(last, host)
    over = with_waivers(pc, waiver(last, host), now=NOW.replace(hour=17, minute=0))
    assert over.status is Status.FAIL
    assert over.waiver is None
    assert "The waiver of Nguyễn Văn A ended on 19/11/2026." in over.reason


def test_only_the_waived_control_on_the_waived_host_is_waived(pc: Workstation) -> None:
    until = date(2027, 1, 1)
    assert with_waivers(pc, waiver(until, "thapmuoi-02")).status is Status.FAIL
    other = waiver(until, control="updates.last-run")
    assert with_waivers(pc, other).status is Status.FAIL
    found = judge(pc, read(pc, healthy(pc)), [waiver(until)], NOW, COMMIT)
    assert {one.status for one in found} == {Status.OK}


def test_of_two_waivers_the_longer_one_counts(pc: Workstation) -> None:
    ended, goes_on = waiver(date(2026, 1, 1)), waiver(date(2027, 1, 1), "*")
    assert with_waivers(pc, goes_on, ended).waiver == goes_on
    own = waiver(date(2027, 1, 1))
    assert with_waivers(pc, own, goes_on).waiver == with_waivers(pc, goes_on, own).waiver == own
    assert expired([goes_on, ended], date(2026, 11, 19)) == [ended]


def test_an_unknown_is_not_waived(pc: Workstation) -> None:
    report = healthy(pc)
    report["packages"] = {"error": "apt"}
    found = judge(pc, read(pc, report), [waiver(date(2027, 1, 1))], NOW, COMMIT)
    assert next(one for one in found if one.control == HELD.control).status is Status.UNKNOWN


def test_silence_is_one_finding() -> None:
    (finding,) = unreachable("thapmuoi-01")
    assert finding.status is Status.UNREACHABLE
    assert (finding.control, finding.host) == (UNREACHABLE, "thapmuoi-01")
    assert finding.reason
    assert finding.remedy
    assert unreachable("thapmuoi-01", "The key was refused.")[0].reason == "The key was refused."
