"""The probe: every part returns or says why, nothing holds it, nobody is named."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from checks import collect
from checks.hardware import told
from checks.probe import asking, command, doors, dpkg, hardware, journal, reader, software, system
from checks.report import Missing, parse
from deploys.rendering import render
from inventory.loader import ROOT
from tests.unit.test_browser import variables

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFHt80QSnQc9z638MjAVXziSP7RKqgPVl/33oFNC90rW of the test"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The probe as the role installs it: a directory of its own."""
    place = tmp_path_factory.mktemp("lib") / "probe"
    place.mkdir()
    for file in (ROOT / "checks/probe").glob("*.py"):
        shutil.copy(file, place)
    return place


@pytest.fixture(scope="module")
def printed(installed: Path) -> bytes:
    """What it prints on this machine, which is no workstation."""
    asked = [sys.executable, "-B", str(installed)]
    done = subprocess.run(asked, capture_output=True, check=True, cwd="/")
    assert done.stderr == b""
    return done.stdout


# --- the whole ------------------------------------------------------------------------


def test_it_runs_from_its_directory_with_the_standard_library_alone(installed: Path) -> None:
    """-I -S: no packages of this environment, none of this directory."""
    asked = [sys.executable, "-B", "-I", "-S", str(installed), "--wrong"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 2
    assert "probe --since WHEN" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_it_prints_is_a_report_of_modest_size(printed: bytes) -> None:
    assert printed.count(b"\n") == 1
    assert len(printed) < 30_000
    name = json.loads(printed)["host"]
    report = parse(printed, name, datetime.now(UTC))
    asked = {part.__name__ for part in command.PARTS}
    assert asked == set(type(report).model_fields) - {"host", "at", "seconds"}
    # What this machine can surely answer.
    for part in (report.system, report.memory, report.clock, report.packages):
        assert not isinstance(part, Missing), part


def test_nothing_is_left_beside_it(installed: Path, printed: bytes) -> None:
    assert printed
    assert {path.suffix for path in installed.iterdir()} == {".py"}


SERVICE = (ROOT / "roles/health/files/benvung-probe.service").read_text(encoding="utf-8")
(STARTED,) = (
    line.partition("=")[2] for line in SERVICE.splitlines() if line.startswith("ExecStart=")
)


@pytest.mark.parametrize("asked", [shlex.join(collect.PROBE), STARTED, told.UNASKED])
def test_whoever_asks_leaves_nothing_beside_it(installed: Path, tmp_path: Path, asked: str) -> None:
    """Or the next run of the baseline would have something to remove after every night."""
    place = shutil.copytree(installed, tmp_path / "probe")
    words = asked[asked.index("python3") :].replace("/usr/local/lib/benvung/probe", str(place))
    program, *rest = shlex.split(words.replace("--keep", ""))
    assert program == "python3"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run([sys.executable, *rest, "--wrong"], check=False, cwd="/", env=environment)
    assert {path.suffix for path in place.iterdir()} == {".py"}


@pytest.mark.parametrize("part", command.PARTS, ids=lambda part: part.__name__)
def test_each_part_returns_or_says_why(part: command.Part) -> None:
    said = command.answer(part)
    if isinstance(said, dict) and "error" in said:
        assert said["error"]
    assert json.dumps(said)


def test_a_part_that_fails_or_hangs_holds_nothing() -> None:
    forever = threading.Event()

    def hangs() -> None:
        forever.wait()

    def fails() -> None:
        raise ValueError("of the test")

    def works() -> int:
        return 7

    began = time.monotonic()
    report = command.report((hangs, fails, works), total=0.5)
    assert time.monotonic() - began < 5
    assert report["works"] == 7
    assert report["fails"] == {"error": "ValueError: of the test"}
    assert report["hangs"] == {"error": "no answer in 0.5 s"}
    forever.set()


def test_a_command_that_hangs_is_left_and_said() -> None:
    asking.begin_part(0.3)
    with pytest.raises(RuntimeError, match="sleep gave no answer"):
        asking.ask("sleep", "30")
    asking.begin_part()


def test_commands_that_fail_say_why() -> None:
    with pytest.raises(RuntimeError, match="sh ended with 3: of the test"):
        asking.ask("sh", "-c", "echo of the test >&2; exit 3")
    with pytest.raises(RuntimeError, match="cannot be run: No such file"):
        asking.ask("/nonexistent/program")
    assert asking.said("/nonexistent/program") is None
    assert asking.holds("false") is False
    assert asking.holds("/nonexistent/program") is None


@pytest.mark.parametrize("arguments", [["--help"], ["--since"], ["--since", "soon"], ["a", "b"]])
def test_what_is_not_understood_is_answered(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(arguments) == 2
    assert capsys.readouterr().err


# --- our own programs, asked without a Python of their own ---------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("def as_declared():\n    return True\n", True),
        ("def as_declared():\n    return False\n", False),
        ("def as_declared():\n    raise SystemExit('a file is broken')\n", False),
        ("def as_declared():\n    return open('/nonexistent')\n", False),
        # Torn, or of before the probe could ask it.
        ("def torn(", None),
        ("torn_in_a_word", None),
        ("\0" * 9, None),
        ("", None),
        ("#!/bin/sh\necho of a shell\n", None),
        (None, None),
    ],
)
def test_a_program_says_whether_all_is_as_declared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None, found: bool | None
) -> None:
    monkeypatch.setattr(asking, "PROGRAMS", tmp_path)
    if text is not None:
        (tmp_path / "program").write_text(text)
    assert asking.declared("program") is found


@pytest.mark.parametrize(
    ("aspect", "name", "asked"),
    [
        ("browser", "firefox-policies", "as_declared"),
        ("shortcuts", "shortcuts", "as_declared"),
        ("restrictions", "closed-programs", "as_declared"),
        ("restrictions", "hidden-entries", "as_declared"),
        ("power", "hours", "known"),
    ],
)
def test_the_shipped_programs_can_be_asked(
    monkeypatch: pytest.MonkeyPatch, aspect: str, name: str, asked: str
) -> None:
    monkeypatch.setattr(asking, "PROGRAMS", ROOT / "roles" / aspect / "files")
    assert callable(getattr(asking.program(name), asked))


def test_hours_that_cannot_be_used_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "PROGRAMS", tmp_path)
    assert system.hours() == {"state": "unusable"}
    shutil.copy(ROOT / "roles/power/files/hours", tmp_path)
    # This machine has no plan.
    assert system.hours() == {"state": "unusable"}
    (tmp_path / "hours").write_text("torn_in_a_word")
    assert system.hours() == {"state": "unusable"}
    (tmp_path / "hours").write_text("# of before the probe could ask it\n")
    assert system.hours() is None


def test_a_part_without_time_finds_nothing_out_for_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "_properties", {})
    answers = iter([None, "Id=a.timer\nNextElapseUSecRealtime=soon\n\nId=b.service\n"])
    monkeypatch.setattr(asking, "said", lambda *_: next(answers))
    assert asking.properties() == {}
    assert asking.properties()["a.timer"]["NextElapseUSecRealtime"] == "soon"
    # Once it is known, nobody is asked.
    assert set(asking.properties()) == {"a.timer", "b.service"}


# --- keeping ------------------------------------------------------------------------------


def kept_at(where: Path, number: int) -> str:
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=number)
    command.keep({"schema": 1, "at": at.isoformat(timespec="seconds")}, where)
    return at.isoformat(timespec="seconds")


def test_the_oldest_reports_go_first(tmp_path: Path) -> None:
    times = [kept_at(tmp_path, number) for number in range(command.KEEP + 5)]
    kept = list(command.kept_since(datetime(2026, 1, 1, tzinfo=UTC), tmp_path))
    assert [one["at"] for one in kept] == times[5:]
    last = command.kept_since(datetime.fromisoformat(times[-2]), tmp_path)
    assert [one["at"] for one in last] == times[-1:]


def test_what_a_power_cut_tore_is_passed_over(tmp_path: Path) -> None:
    good = kept_at(tmp_path, 1)
    (tmp_path / "2026-11-01T020000Z.json").write_text('{"schema": 1, "at')
    (tmp_path / "2026-11-01T030000Z.json").write_bytes(b"\0" * 100)
    (tmp_path / "2026-11-01T040000Z.json").write_text("[1]")
    (tmp_path / "2026-11-01T050000Z.json").write_text('{"at": 5}')
    (tmp_path / "2026-11-01T060000Z.new").write_text("{")
    kept = list(command.kept_since(datetime(2026, 1, 1, tzinfo=UTC), tmp_path))
    assert [one["at"] for one in kept] == [good]
    kept_at(tmp_path, 9)
    assert list(tmp_path.glob("*.new")) == []


# --- parts, from what the tools print -----------------------------------------------------


def test_starts_that_failed_are_told_for_a_month_after_one_that_went_well(tmp_path: Path) -> None:
    assert journal.emergencies(tmp_path) == 0
    last = tmp_path / "emergencies.last"
    last.write_text("2\n")
    assert journal.emergencies(tmp_path) == 2
    (tmp_path / "emergencies").write_text("1\n")
    assert journal.emergencies(tmp_path) == 1
    (tmp_path / "emergencies").unlink()
    month_ago = time.time() - 30 * 86400 - 1
    os.utime(last, (month_ago, month_ago))
    assert journal.emergencies(tmp_path) == 0


def test_a_start_is_clean_when_the_journal_stopped_at_its_very_end() -> None:
    second = 1_000_000
    one = {"boot_id": "a", "first_entry": 100 * second, "last_entry": 500 * second}
    assert journal.start(one, {"a": 500.0}, "z")["clean"] is True
    # The journal was restarted on the way, and the end was cut.
    cut = journal.start(one, {"a": 300.0}, "z")
    assert (cut["clean"], cut["ended"]) == (False, None)
    assert cut["last_word"] == asking.moment(500)
    assert journal.start(one, {}, "z")["clean"] is False
    assert journal.start(one, {"a": 300.0}, "a")["clean"] is None


@pytest.mark.parametrize(
    ("message", "counts"),
    [
        ("System time before build time, advancing clock.", True),
        ("System time advanced to timestamp on /usr/lib/clock-epoch: Mon", True),
        (
            "System clock time unset or jumped backwards, restored from recorded timestamp: Mon",
            True,
        ),
        ("Hostname set to <thapmuoi-01>.", False),
    ],
)
def test_a_clock_moved_at_start_is_seen(
    monkeypatch: pytest.MonkeyPatch, message: str, counts: bool
) -> None:
    # A journal with such a start cannot be had here: a fake says so.
    entries = [{"MESSAGE": message, "_BOOT_ID": "a"}, {"MESSAGE": message, "_BOOT_ID": "a"}]
    monkeypatch.setattr(journal, "marks", lambda: entries)
    assert journal.set_back_at_start() == int(counts)


def test_kernel_complaints_are_grouped_counted_and_few(monkeypatch: pytest.MonkeyPatch) -> None:
    said = [
        *[f"ata1.00: failed command: READ DMA {number}" for number in range(9)],
        "mce: CPU0: Package temperature above threshold, cpu clock throttled",
        "EXT4-fs error (device sda1): ext4_lookup" + "x" * 500,
        "hello",
    ]
    entries = [{"MESSAGE": one} for one in said] + [{"MESSAGE": [1, 2]}]
    monkeypatch.setattr(journal, "entries", lambda *_, **__: entries)
    groups = journal.kernel()
    assert {kind: group["count"] for kind, group in groups.items()} == {
        "disk": 9,
        "heat": 1,
        "filesystem": 1,
    }
    assert len(groups["disk"]["samples"]) == journal.SAMPLES
    assert max(len(one) for group in groups.values() for one in group["samples"]) <= 160


def slot(size: int, extended: int = 0) -> bytes:
    raw = bytearray(0x28)
    raw[1] = 0x28
    raw[0x0C:0x0E] = size.to_bytes(2, "little")
    raw[0x1C:0x20] = extended.to_bytes(4, "little")
    raw[0x10] = 2
    return bytes(raw) + b"Bank\0DIMM_A1\0\0"


@pytest.mark.parametrize(
    ("size", "extended", "megabytes"),
    [
        (2048, 0, 2048),
        (0, 0, 0),
        (0xFFFF, 0, None),
        (0x7FFF, 32768, 32768),
        (0x8000 | 4096, 0, 4),
    ],
)
def test_memory_slots_are_read_as_smbios_writes_them(
    tmp_path: Path, size: int, extended: int, megabytes: int | None
) -> None:
    for name, raw in (("17-0", slot(size, extended)), ("17-1", b"torn")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "raw").write_bytes(raw)
    assert list(hardware.slots(tmp_path)) == [{"slot": "DIMM_A1", "mb": megabytes}]


def test_smartctls_answer_is_trimmed() -> None:
    row = {
        "id": 5,
        "name": "x",
        "value": 1,
        "worst": 1,
        "thresh": 1,
        "raw": {"value": 0},
        "flags": 1,
    }
    log = {"revision": 1, "count": 90, "table": [{"error_number": 1, "bytes": "x" * 999}] * 9}
    answer = {
        "smartctl": {"exit_status": 0},
        "ata_smart_attributes": {"table": [row] * 20},
        "ata_smart_error_log": {"summary": log},
        "ata_smart_self_test_log": {"standard": {"table": list(range(21))}},
        "ata_sct_capabilities": {"value": 1},
        "power_on_time": {"hours": 9},
    }
    kept = hardware.trimmed(answer)
    assert "ata_sct_capabilities" not in kept
    assert kept["ata_smart_error_log"]["summary"]["count"] == 90
    assert len(kept["ata_smart_error_log"]["summary"]["table"]) == 3
    assert len(kept["ata_smart_self_test_log"]["standard"]["table"]) == 5
    assert len(json.dumps(kept)) < 5000


def test_the_line_is_summed_by_day_and_a_torn_sample_left_out(tmp_path: Path) -> None:
    today = datetime.now().astimezone()
    (tmp_path / f"line-{today:%Y-%m}.csv").write_text(
        "time,sent,received,min_ms,avg_ms,max_ms\n"
        "2013-08-01T08:00:00+07:00,5,5,1,1,1\n"
        f"{today:%Y-%m-%d}T08:00:00+07:00,5,5,20,25,40\n"
        f"{today:%Y-%m-%d}T08:10:00+07:00,5,0,,,\n"
        f"{today:%Y-%m-%d}T08:2\n"
        f"{today:%Y-%m-%d}T08:30:00+07:00,5,4,20,35,40\n"
    )
    assert system.samples(tmp_path) == {
        f"{today:%Y-%m-%d}": {"samples": 3, "sent": 15, "received": 9, "avg_ms": 30.0}
    }


def test_use_is_counted_and_nobody_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system, "STATE", tmp_path)
    (tmp_path / "health").mkdir()
    day = {"sessions": 2, "used_minutes": 30.5, "on_minutes": 480.0}
    (tmp_path / "health/sessions-2026-11.json").write_text(
        json.dumps({"2026-11-18": {**day, "name": "a reader"}})
    )
    assert system.usage() == {"2026-11-18": day}


STATUS = """Package: a
Status: install ok installed
Version: 1

Package: b
Essential: yes
Status: install ok half-configured
Version: 1

Package: c
Status: hold ok installed

Package: d
Status: install reinstreq half-installed

Package: e
Status: deinstall ok config-files
"""


def test_the_package_database_is_read_from_dpkgs_own_file() -> None:
    assert dpkg.half_and_held(dpkg.packages(STATUS.encode())) == (2, ["c"])
    # A power cut left it empty, or with zeros: nothing is whole.
    assert dpkg.half_and_held(dpkg.packages(b"")) == (1, [])
    assert dpkg.half_and_held(dpkg.packages(bytes(4096))) == (1, [])
    assert dpkg.half_and_held(None) == (None, None)
    assert dpkg.version(STATUS.encode(), "b") == "1"
    assert dpkg.version(STATUS.encode(), "nothing") is None
    assert dpkg.version(None, "b") is None


def test_signatures_say_when_they_were_made(tmp_path: Path) -> None:
    header = b"ClamAV-VDB:18 Nov 2026 07-24 +0000:27000:2000000:90:x:y:z:1"
    (tmp_path / "daily.cld").write_bytes(header.ljust(512) + b"\x1f\x8b")
    (tmp_path / "own.hdb").write_text("hash:68:name\n")
    (tmp_path / "freshclam.dat").write_bytes(b"x")
    built = software.signatures(tmp_path)
    assert built["daily.cld"] == "2026-11-18T07:24:00+00:00"
    assert set(built) == {"daily.cld", "own.hdb"}


def test_the_judged_policies_are_those_of_the_templates() -> None:
    """What the roles write is what the controls expect."""
    policies: dict[str, Any] = {}
    for aspect in ("browser", "shortcuts"):
        values = variables(aspect)
        policies |= json.loads(render(f"{aspect}/policies.json.j2", values))["policies"]
    declared = variables("browser") | variables("shortcuts")
    links = [*declared["shortcuts_links"], *declared["shortcuts_site_links"]]
    assert software.judged(policies) == {
        "homepage": declared["browser_homepage"],
        "homepage_locked": True,
        "addons": "blocked",
        "about_config_closed": True,
        "developer_tools_closed": True,
        "passwords_kept": False,
        "cleared_at_end": True,
        "downloads": declared["browser_download_directory"],
        "search": declared["browser_search_engine"],
        "links": len(links),
    }
    assert set(software.judged({"Homepage": "torn", "ManagedBookmarks": 3}).values()) == {None}


def test_only_browsers_call_themselves_so(tmp_path: Path) -> None:
    for name, categories in (("firefox-esr", "Network;WebBrowser;"), ("atril", "Office;Viewer;")):
        (tmp_path / f"{name}.desktop").write_text(f"[Desktop Entry]\nCategories={categories}\n")
    assert software.browsers(tmp_path) == ["firefox-esr"]


NFT = """table inet benvung {
	chain management {
		ip saddr 192.0.2.10 accept
		ip6 saddr 2001:db8::/64 accept
	}
}
"""


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        (NFT, ["192.0.2.10", "2001:db8::/64"]),
        ("table inet benvung {\n\tchain management {\n\t\taccept\n\t}\n}\n", ["any"]),
        (None, None),
    ],
)
def test_the_admitted_addresses_are_read_from_the_rules(
    monkeypatch: pytest.MonkeyPatch, shown: str | None, found: list[str] | None
) -> None:
    monkeypatch.setattr(doors, "said", lambda *_, **__: shown)
    assert doors.admitted() == found


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("media-bandoc-NGUYEN\\x20VAN\\x20A.mount", "media-….mount"),
        ("run-media-bandoc-X.mount", "run-media-….mount"),
        ("benvung-scan-stick@media-bandoc-NGUYEN.service", "benvung-scan-stick@….service"),
        ("cups.service", "cups.service"),
    ],
)
def test_a_failed_unit_names_no_readers_stick(unit: str, shown: str) -> None:
    assert doors.anonymous(unit) == shown


def test_a_session_that_ended_while_it_began_is_nobodys_fault() -> None:
    failed = """
session-c6.scope   loaded failed failed Session c6 of User bandoc
cups.service       loaded failed failed CUPS Scheduler
"""
    assert doors.shown(failed) == ["cups.service"]


def test_torn_keys_are_told_from_keys(tmp_path: Path) -> None:
    keys = tmp_path / "authorized_keys"
    keys.write_text(f"# a comment\n\n{KEY}\nssh-ed25519 AAAAtorn\n")
    prints, broken = doors.authorized_keys(keys)
    assert (len(prints), broken) == (1, 1)
    assert prints[0].startswith("SHA256:")
    assert doors.authorized_keys(tmp_path / "absent") == ([], 0)


def test_a_stopped_queue_is_told_from_one_that_prints() -> None:
    """As CUPS 2.4 prints them."""
    shown = (
        "printer may-in is idle.  enabled since Mon Nov 30 07:30:05 2026\n"
        "printer may-to now printing may-to-7.  enabled since Mon Nov 30 07:31:00 2026\n"
        "printer may-cu disabled since Mon Nov 30 07:30:14 2026 -\n\tPaused\n"
    )
    assert software.queues(shown) == {"may-in": False, "may-to": False, "may-cu": True}
    assert software.queues("") == {}


def test_the_pcs_own_locale_is_told_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where Debian's package of all locales is installed."""
    known = [f"{language}_{language.upper()}.utf8" for language in ("aa", "bb", "vi")]
    several = "\n".join(["C", *known[:2] * 30, "vi_VN", "vi_VN.utf8"])
    monkeypatch.setattr(software, "said", lambda *_: several)
    told = software.generated("vi_VN.UTF-8")
    assert told is not None
    assert told[:3] == ["vi_VN", "vi_VN.utf8", "C"]
    assert len(told) == 40
    assert software.generated("") == several.split()[:40]


LISTED = (
    '{"type":"a(ssssssouso)","data":[[["ssh.service","OpenBSD Secure Shell server","loaded",'
    '"active","running","","/org/…",0,"","/"],["ssh.socket","ssh.socket","not-found","inactive",'
    '"dead","","/org/…",0,"","/"],["reboot.target","reboot.target","masked","inactive","dead","",'
    '"/org/…",0,"","/"],["x@1.service","An x","loaded","failed","failed","","/org/…",0,"","/"]]]}'
)
FILES = "ssh.service enabled enabled\nctrl-alt-del.target masked enabled\n"
ASKED = ("ssh.service", "ssh.socket", "ctrl-alt-del.target", "x@1.service")


def test_units_that_are_not_installed_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ask", lambda *asked: LISTED if "busctl" in asked else FILES)
    facts = ("LoadState", "ActiveState", "UnitFileState")
    assert {name: tuple(map(one.get, facts)) for name, one in asking.units(*ASKED).items()} == {
        "ssh.service": ("loaded", "active", "enabled"),
        "ctrl-alt-del.target": ("masked", "inactive", "masked"),
        "x@1.service": ("loaded", "failed", ""),
    }


def test_units_systemd_does_not_speak_of_are_no_units(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "ask", lambda *asked: LISTED if "busctl" in asked else FILES)
    with pytest.raises(RuntimeError, match="4 units, not of 5"):
        asking.units(*ASKED, "one-more.service")


def test_what_a_reader_left_is_older_than_the_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real files: one before the session began, one after; an old date does not matter."""
    began = tmp_path / "session-began"
    swept = tmp_path / "swept"
    swept.mkdir()
    (swept / "before").touch()
    uid = (swept / "before").stat().st_uid
    monkeypatch.setattr(reader, "BEGAN", began)
    assert reader.left_behind(uid, [str(swept)]) is None
    uptime = time.clock_gettime(time.CLOCK_BOOTTIME)
    began.write_text(f"{uptime:.2f}\n")
    later = began.stat().st_mtime + 0.01
    while time.time() < later:
        pass
    (swept / "after").touch()
    assert reader.left_behind(uid, [str(swept), str(tmp_path / "absent")]) == 1
    assert reader.left_behind(uid, []) is None
    assert reader.left_behind(uid + 1, [str(swept)]) == 0
    # The clock was set back by an hour since: the mark's time is of before.
    began.write_text(f"{uptime - 3600:.2f}\n")
    assert reader.left_behind(uid, [str(swept)]) is None
    began.write_text("")
    assert reader.left_behind(uid, [str(swept)]) is None


def test_the_holes_are_tried_in_one_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "AS_READER", ())
    attempts = {"open": "true", "shut": "exit 1", "absent": "/nonexistent", "/usr/bin/x": "test 1"}
    assert reader.tried(attempts) == ["open", "/usr/bin/x"]
