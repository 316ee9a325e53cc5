"""A whole night over SSH servers on loopback: asked, judged, remembered, told; with exit codes."""

import asyncio
import contextlib
import inspect
import json
import os
import pty
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from typer.testing import CliRunner, Result

from checks import cli, cli_nightly, collect, drift, nightly, notify
from checks.controls import DRIFT
from checks.findings import Drift, Status, Waiver
from checks.history import Group, History, Night, Outcome, Visit, open_history
from deploys.commit import commit
from inventory.loader import ROOT, check, read_sources
from inventory.records import Inventory
from inventory.resolve import resolve
from inventory.words import LANGUAGES, speaking
from tests.unit.healthy import BREAKS, NOW, Evening, healthy, spoilt
from tests.unit.history.nights import at, found, night
from tests.unit.history.test_notify import Mailbox
from tests.unit.reading_room import disk
from tests.unit.test_collect import LONGEST, Fleet, Process, Says
from tests.unit.test_hardware_stops import cut_at, days

A, B, C = "thapmuoi-01", "thapmuoi-02", "thapmuoi-03"
MAC = "00:1a:2b:3c:4d:5e"


@cache
def inventory() -> Inventory:
    return check(read_sources(ROOT), resolve(ROOT, {}))


def sound(host: str, **parts: Any) -> dict[str, Any]:
    """The report of a PC that is as declared, with some parts changed."""
    said = {**healthy(inventory().hosts[host]), **parts}
    said["applied"]["commit"] = commit()
    # No two PCs have one identity.
    said["identity"] = {"machine_id": f"{host[-2:]}c0ffee"}
    return said


def broken(host: str, *controls: str, **parts: Any) -> dict[str, Any]:
    """The same with some facts gone wrong."""
    said = sound(host, **parts)
    for control in controls:
        said = spoilt(said, next(one for one in BREAKS if one.control == control))
    return said


def says(*reports: dict[str, Any]) -> Says:
    async def it(process: Process) -> None:
        process.stdout.write(b"".join(json.dumps(one).encode() + b"\n" for one in reports))

    return it


class Desk:
    """A desk with PCs, and what was asked of them."""

    def __init__(self, fleet: Fleet, history: History) -> None:
        """Nobody is there yet."""
        self.fleet, self.history = fleet, history
        self.inventory = inventory()
        self.waivers: list[Waiver] = []
        self.asked: dict[str, list[str]] = {}

    def add(self, host: str, *reports: dict[str, Any]) -> None:
        """Add a PC that is on."""
        answer = says(*reports)

        async def it(process: Process) -> None:
            self.asked.setdefault(host, []).append(process.command or "")
            await answer(process)

        self.fleet.add(host, it)

    def run(self, *hosts: str, **more: Any) -> dict[str, dict[str, Status]]:
        """A night; host -> control -> how it stands."""
        desk = nightly.Desk(self.inventory, self.waivers, self.fleet.ssh_config, commit())
        nightly.run(desk, hosts, self.history, **more)
        return {
            state.host: {one.control: one.status for one in state.findings}
            for state in self.history.states(hosts)
        }


@pytest.fixture(autouse=True)
def evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk's clock stands at the evening of the reports."""
    for module in (nightly, collect, cli_nightly):
        monkeypatch.setattr(module, "datetime", Evening)


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with open_history(f"sqlite:///{tmp_path}/history.sqlite") as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, history: History) -> Iterator[Desk]:
    fleet = Fleet(tmp_path)
    yield Desk(fleet, history)
    fleet.close()


def failing(said: dict[str, Status]) -> set[str]:
    return {control for control, status in said.items() if status is Status.FAIL}


# --- a night --------------------------------------------------------------------------------------


def test_each_pc_is_judged_by_its_own_report(desk: Desk) -> None:
    desk.add(A, sound(A))
    desk.add(B, broken(B, "access.root-login", disks=[disk("failing-now")]))
    desk.fleet.add_off(C)
    said = desk.run(A, B, C)
    assert failing(said[A]) == set()
    assert {"access.root-login", "hardware.disk.failed"} <= failing(said[B])
    assert said[C] == {"health.reachable": Status.UNREACHABLE}
    groups = [state.group for state in desk.history.states([A, B, C])]
    assert groups == [Group.UNTOLD, Group.NEEDS, Group.UNREACHED]


def test_a_finding_is_remembered_in_both_languages_whoever_ran_the_night(desk: Desk) -> None:
    desk.add(A, broken(A, "access.root-login", disks=[disk("failing-now")]))
    desk.run(A)
    said = {}
    for language in LANGUAGES:
        with speaking(language):
            (state,) = desk.history.states([A])
            said[language] = {one.control: (one.reason, one.remedy) for one in state.failing}
    assert said["en"]["hardware.disk.failed"][0] == "The disk itself reports that it is failing."
    assert said["vi"]["hardware.disk.failed"][0] == "Chính ổ đĩa báo rằng nó sắp hỏng."
    same = [name for name in said["en"] if set(said["en"][name]) & set(said["vi"][name])]
    assert not same, same


def test_why_a_pc_was_not_reached_is_remembered(desk: Desk) -> None:
    desk.fleet.add_off(A)
    desk.run(A)
    (finding,) = desk.history.states([A])[0].findings
    assert "switched on" in finding.reason


def shut(host: str) -> Inventory:
    """The inventory, with the room of one PC closed today."""
    pcs = inventory().hosts
    closed = MappingProxyType({**pcs[host].variables, "power_closed_days": [str(NOW.date())]})
    return replace(inventory(), hosts={**pcs, host: replace(pcs[host], variables=closed)})


def test_a_pc_of_a_closed_room_is_not_missed_and_what_is_known_of_it_stands(desk: Desk) -> None:
    desk.add(A, broken(A, "access.root-login"))
    desk.add(B, sound(B))
    before = desk.run(A, B)
    desk.fleet.blocks.clear()
    desk.fleet.add_off(A)
    desk.fleet.add_off(B)
    desk.inventory = shut(A)
    after = desk.run(A, B)
    assert after[A] == before[A]
    assert Status.UNREACHABLE in after[B].values()
    desk.inventory = inventory()
    assert Status.UNREACHABLE in desk.run(A)[A].values()


def test_a_pc_at_rest_still_bears_witness_for_its_neighbours(desk: Desk) -> None:
    """What stopped both at once was the mains, also on the day one of them is off."""
    starts = {"boots": cut_at(*days(3)), "emergencies": 0}
    desk.add(A, sound(A, starts=starts))
    desk.add(B, sound(B, starts=starts))
    before = desk.run(A, B)[A]
    assert before["hardware.power.mains"] is Status.FAIL
    desk.fleet.blocks.pop()
    desk.fleet.add_off(B)
    desk.inventory = shut(B)
    assert desk.run(A, B)[A] == before


def test_a_night_is_written_down_before_anybody_is_asked(desk: Desk) -> None:
    desk.add(A, sound(A))
    seen = []

    def done(answer: collect.Answer) -> None:
        run = desk.history.last_run()
        seen.append((answer.host, run and run.outcome, run and run.hosts))

    desk.run(A, done=done)
    assert seen == [(A, Outcome.RUNNING, (A,))]
    run = desk.history.last_run()
    assert run
    assert run.outcome is Outcome.FINISHED


def test_the_next_night_asks_for_what_came_since(desk: Desk) -> None:
    desk.add(A, sound(A))
    desk.run(A)
    desk.run(A)
    first, second = desk.asked[A]
    assert "--since 2000-01-01T00:00:00" in first.replace("'", "")
    assert "--since 2026-11-19T10:40:00" in second.replace("'", "")


def test_reports_that_waited_on_the_pc_are_remembered_with_the_fresh_one(desk: Desk) -> None:
    kept = sound(A, at="2026-11-18T10:40:00+00:00")
    desk.add(A, sound(A), kept)
    desk.run(A)
    days = [one.report.at.day for one in desk.history.last_reports(A, 9)]
    assert days == [19, 18]


# --- the hardware ---------------------------------------------------------------------------------


def test_the_hardware_is_judged_with_what_came_before(desk: Desk) -> None:
    """The disk of a report that waited, or of an earlier night, is gone tonight."""
    two = [disk(), disk("seagate-healthy-old", "sdb")]
    waited = sound(A, at="2026-11-18T10:40:00+00:00", disks=two)
    desk.add(A, sound(A, disks=[disk()]), waited)
    assert "hardware.disk.vanished" in failing(desk.run(A)[A])
    # The fleet's last word about a name counts: the same PC another night, nothing kept.
    assert "hardware.disk.vanished" in failing(desk.run(A)[A])


def test_the_newest_report_is_the_one_that_is_judged(desk: Desk) -> None:
    sick = sound(A, at="2026-11-18T10:40:00+00:00", disks=[disk("failing-now")])
    desk.add(A, sound(A, disks=[disk()]), sick)
    assert "hardware.disk.failed" not in failing(desk.run(A)[A])


def test_what_is_of_the_site_stands_with_its_first_pc(desk: Desk) -> None:
    days = {
        f"2026-11-{number}": {"samples": 48, "sent": 240, "received": 120, "avg_ms": 30.0}
        for number in range(10, 19)
    }
    line = {**sound(A)["line"], "days": days}
    for host in (A, B, C):
        desk.add(host, sound(host, line=line))
    said = desk.run(B, A, C)
    assert [host for host in said if "hardware.network.line" in said[host]] == [A]
    assert said[A]["hardware.network.line"] is Status.FAIL


def test_a_pc_that_is_silent_tonight_is_told_nothing_of_its_hardware(desk: Desk) -> None:
    desk.add(A, sound(A))
    before = sound(B, at="2026-11-18T10:40:00+00:00", disks=[disk("failing-now")])
    desk.fleet.add(B, says({"schema": 1}, before))
    said = desk.run(A, B)
    assert said[B] == {"health.reachable": Status.UNREACHABLE}


def test_a_site_of_which_nobody_was_asked_keeps_no_other_from_being_judged(desk: Desk) -> None:
    first, *_others, last = inventory().sites.values()
    assert first.workstations
    host = last.workstations[0]
    desk.add(host, sound(host, disks=[disk("failing-now")]))
    assert "hardware.disk.failed" in failing(desk.run(host)[host])


@pytest.mark.parametrize("waking", [True, False])
def test_a_neighbour_wakes_who_is_off_where_that_is_asked_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, waking: bool
) -> None:
    monkeypatch.setattr(nightly, "WAKING", 0.0)
    monkeypatch.setattr(nightly, "AGAIN", 0.0)
    sleeper = inventory().hosts[B]
    card = sleeper.card.model_copy(update={"macs": (MAC,)})
    desk.inventory = replace(
        inventory(), hosts={**inventory().hosts, B: replace(sleeper, card=card)}
    )
    desk.add(A, sound(A))
    desk.fleet.add_off(B)
    said = desk.run(A, B, waking=waking)
    assert said[B] == {"health.reachable": Status.UNREACHABLE}
    probe, *packets = desk.asked[A]
    assert "probe" in probe
    assert [MAC in packet for packet in packets] == [True] * waking


def test_one_that_wakes_late_is_asked_again_and_nobody_waits_longer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = inventory().hosts[B].card.model_copy(update={"macs": (MAC,)})
    sleeper = replace(inventory().hosts[B], card=card)
    desk.inventory = replace(inventory(), hosts={**inventory().hosts, B: sleeper})
    desk.add(A, sound(A))
    wake = desk.fleet.add_asleep(B, says(sound(B)))
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            wake()

    clock = SimpleNamespace(sleep=wait, monotonic=time.monotonic)
    monkeypatch.setattr(nightly, "time", clock)
    said = desk.run(A, B, waking=True)
    assert failing(said[B]) == set()
    assert "health.reachable" not in said[B]
    assert waits == [nightly.AGAIN] * 3


@pytest.mark.parametrize(("until", "status"), [(19, Status.WAIVED), (18, Status.FAIL)])
def test_a_waiver_covers_what_the_hardware_fails(desk: Desk, until: int, status: Status) -> None:
    last = date(2026, 11, until)
    desk.waivers = [Waiver("hardware.disk.failed", A, "a new one is ordered", "Lan", last)]
    desk.add(A, sound(A, disks=[disk("failing-now")]))
    said = desk.run(A)[A]
    assert said["hardware.disk.failed"] is status
    assert said["hardware.disk.points"] is Status.FAIL


def test_a_waiver_covers_what_a_control_fails(desk: Desk) -> None:
    desk.waivers = [Waiver("access.root-login", "*", "why", "Lan", date(2026, 11, 19))]
    desk.add(A, broken(A, "access.root-login"))
    assert desk.run(A)[A]["access.root-login"] is Status.WAIVED


# --- the command ----------------------------------------------------------------------------------


@pytest.fixture
def typed(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Type `benvung nightly`, with the words that follow it."""

    def it(*words: str, **environment: str) -> Result:
        surroundings = {
            "BENVUNG_SSH_CONFIG": str(desk.fleet.ssh_config),
            "BENVUNG_DATABASE": f"sqlite:///{tmp_path}/history.sqlite",
            "COLUMNS": "80",
            **environment,
        }
        for name, value in surroundings.items():
            monkeypatch.setenv(name, value)
        # A dry run for each PC takes seconds: it is asked for by name here.
        otherwise = () if "--drift" in words else ("--no-drift",)
        return CliRunner().invoke(cli.app, ["nightly", *words, *otherwise])

    monkeypatch.delenv("BENVUNG_NOTICE_URL", raising=False)
    return it


def test_all_is_well_where_nobody_knows_more(desk: Desk, typed: Any) -> None:
    desk.add(A, sound(A))
    done = typed("--limit", A, "--no-tell")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("PCs: 0 fine, 0 need something, 0 not reached, 1 fine as far as")


def test_findings_are_exit_code_1_and_on_the_page(desk: Desk, typed: Any) -> None:
    desk.add(A, broken(A, "access.root-login"))
    done = typed("--limit", A, "--no-tell")
    assert done.exit_code == 1
    assert A in done.stdout
    assert "grave" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_pc_that_is_off_is_exit_code_1(desk: Desk, typed: Any) -> None:
    desk.fleet.add_off(A)
    assert typed("--limit", A, "--no-tell").exit_code == 1


def test_a_pc_of_a_closed_room_is_named_and_no_finding(
    desk: Desk, typed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli_nightly, "load", lambda: shut(A))
    desk.add(A, sound(A))
    desk.run(A)
    desk.fleet.blocks.clear()
    desk.fleet.add_off(A)
    done = typed("--limit", A, "--no-tell")
    assert done.exit_code == 0, done.output
    assert f"Off with their room closed, told by their last report: {A}." in done.stdout


def test_only_the_pcs_asked_for_count(desk: Desk, typed: Any) -> None:
    desk.add(A, sound(A))
    desk.add(B, broken(B, "access.root-login"))
    assert typed("--limit", B, "--no-tell").exit_code == 1
    again = typed("--limit", A, "--no-tell")
    assert again.exit_code == 0
    assert B not in again.stdout


@pytest.mark.parametrize(
    ("words", "environment", "said"),
    [
        (("--limit", "thapmuoi-99"), {}, "thapmuoi-99"),
        ((), {"BENVUNG_DATABASE": "sqlite://"}, "must be a file"),
        ((), {"BENVUNG_SSH_CONFIG": "/nonexistent/ssh_config"}, "/nonexistent/ssh_config"),
    ],
)
def test_what_stops_the_work_is_exit_code_2_and_one_sentence(
    typed: Any, words: tuple[str, ...], environment: dict[str, str], said: str
) -> None:
    done = typed(*words, **environment)
    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.output


def test_a_key_that_nobody_unlocked_stops_the_night_before_anybody_is_asked(
    desk: Desk, typed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    desk.add(A, sound(A))
    key = str(desk.fleet.place / "key")
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "secret", "-f", key], check=True)
    done = typed("--limit", A, "--no-tell")
    assert done.exit_code == 2
    assert f"{key} asks for its passphrase" in done.stderr
    assert (desk.asked, desk.history.last_run()) == ({}, None)


def test_json_is_all_that_goes_to_standard_output(desk: Desk, typed: Any) -> None:
    desk.add(A, broken(A, "access.root-login"))
    done = typed("--limit", A, "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert [one["host"] for one in said["hosts"]] == [A]
    assert "access.root-login" in {one["control"] for one in said["changes"]["new"]}
    assert said["run"]["outcome"] == "finished"


def test_a_notice_that_does_not_go_out_is_told_the_next_time(desk: Desk, typed: Any) -> None:
    desk.add(A, sound(A))
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    address = {"BENVUNG_NOTICE_URL": f"json://127.0.0.1:{port}/"}
    done = typed("--limit", A, **address)
    assert "The notice could not be sent" in done.stderr
    assert "The notice could not be sent" not in done.stdout
    run = desk.history.last_run()
    assert run
    assert not run.told
    assert run.notice in " ".join(done.stderr.split())
    assert "The last notice did not go out" in " ".join(
        typed("--limit", A, **address).stdout.split()
    )


def test_a_notice_goes_out_with_what_is_new(desk: Desk, typed: Any) -> None:
    desk.add(A, broken(A, "access.root-login"))
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        address = f"mailto://127.0.0.1:{port}?from=d@b.example&to=a@b.example"
        typed("--limit", A, BENVUNG_NOTICE_URL=address)
        assert len(mailbox.mails) == 1
        typed("--limit", A, "--no-tell", BENVUNG_NOTICE_URL=address)
        assert len(mailbox.mails) == 1
    finally:
        controller.stop()
    body = mailbox.mails[0].get_body()
    assert body
    assert A in body.get_content()


def test_without_an_address_no_notice_is_told(
    desk: Desk, typed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What rich would take for markup is printed as it is.
    nowhere = tmp_path / "[" / "x]"
    monkeypatch.setattr(notify, "addresses", partial(notify.addresses, {}, nowhere))
    desk.add(A, sound(A))
    done = typed("--limit", A)
    assert done.exit_code == 0
    assert "[/x]" in done.stderr
    run = desk.history.last_run()
    assert run
    assert (run.told, "No notice can be sent" in run.notice) == (False, True)


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_progress_is_shown_on_a_terminal_alone_and_beside_no_json(
    desk: Desk, tmp_path: Path, words: tuple[str, ...]
) -> None:
    desk.add(A, sound(A))
    quietly = ("--no-tell", "--no-drift")
    terminal, its_end = pty.openpty()
    done = subprocess.run(
        [Path(sys.executable).parent / "benvung", "nightly", *quietly, "--limit", A, *words],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "BENVUNG_SSH_CONFIG": str(desk.fleet.ssh_config),
            "BENVUNG_DATABASE": f"sqlite:///{tmp_path}/history.sqlite",
            "TERM": "xterm",
        },
        stdout=subprocess.PIPE,
        stderr=its_end,
        check=False,
    )
    os.close(its_end)
    # A terminal whose other end is closed gives what it has, then an error.
    shown = b""
    with contextlib.suppress(OSError):
        while piece := os.read(terminal, 65536):
            shown += piece
    os.close(terminal)
    assert (b"Asking the PCs" in shown) is (not words)
    assert b"Asking the PCs" not in done.stdout
    if words:
        assert json.loads(done.stdout)["hosts"]


def test_a_night_that_was_cut_is_told_on_the_page(desk: Desk, typed: Any) -> None:
    desk.history.begin(Night(datetime(2026, 11, 18, 11, tzinfo=UTC), NOW, (A,)))
    desk.add(A, sound(A))
    said = " ".join(typed("--limit", A, "--no-tell").stdout.split())
    assert "The check that began at 18:00 18/11/2026 was cut off" in said


def test_a_run_that_is_killed_is_told_by_the_next_on_page_and_in_the_notice(
    desk: Desk, tmp_path: Path
) -> None:
    """At once, whatever the time: the process is gone, so nobody waits three hours for it."""
    asked = threading.Event()

    async def hangs(_process: Process) -> None:
        asked.set()
        await asyncio.Event().wait()

    desk.fleet.add(A, hangs)
    for host in desk.inventory.hosts.keys() - {A}:
        desk.fleet.add_off(host)
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BENVUNG_SSH_CONFIG": str(desk.fleet.ssh_config),
        "BENVUNG_DATABASE": f"sqlite:///{tmp_path}/history.sqlite",
        "BENVUNG_NOTICE_URL": f"mailto://127.0.0.1:{port}?from=d@b.example&to=a@b.example",
    }
    words = [str(Path(sys.executable).parent / "benvung"), "nightly", "--no-drift"]
    running = subprocess.Popen(words, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL)
    assert asked.wait(LONGEST)
    running.kill()
    running.wait()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        page = subprocess.run(
            [*words, "--limit", B], cwd=ROOT, env=surroundings, stdout=subprocess.PIPE, check=False
        )
    finally:
        controller.stop()
    (mail,) = mailbox.mails
    body = mail.get_body()
    assert body
    for text in (page.stdout.decode(), body.get_content()):
        assert "was cut off: what it found is lost" in " ".join(text.split())


def test_old_reports_thin_out_with_every_run(desk: Desk, typed: Any) -> None:
    for number in (1, 2):
        desk.history.remember(night(number, found()))
    many = [night(1, found(), run=f"again-{number}") for number in range(2)]
    for number, one in enumerate(many):
        visit = one.visits[0]
        assert visit.fresh
        later = visit.fresh.model_copy(update={"at": at(1).replace(minute=30 + number)})
        changed = Visit(visit.host, visit.findings, later)
        desk.history.remember(Night(one.began, one.ended, one.hosts, (changed,), one.run))
    desk.add(A, sound(A))
    before = len(desk.history.last_reports(A, 99))
    typed("--limit", A, "--no-tell")
    # March is long ago: the last of the week stays, and tonight's.
    assert before == 4
    assert len(desk.history.last_reports(A, 99)) == 2


# --- drift ----------------------------------------------------------------------------------------


def test_only_who_gave_a_report_is_compared(desk: Desk) -> None:
    asked: list[str] = []

    def compare(hosts: Sequence[str]) -> dict[str, Drift]:
        asked.extend(hosts)
        return {A: Drift(("Lock the browser",)), B: Drift(why="It hung.")}

    desk.add(A, sound(A))
    desk.add(B, sound(B))
    desk.fleet.add_off(C)
    said = desk.run(A, B, C, compare=compare)
    assert asked == [A, B]
    assert said[A][DRIFT.id] is Status.FAIL
    assert said[B][DRIFT.id] is Status.UNKNOWN
    assert said[C] == {"health.reachable": Status.UNREACHABLE}


@pytest.mark.parametrize("before", [Drift(("Lock the browser",)), Drift(why="It hung.")])
def test_a_night_that_does_not_compare_ends_nothing_and_begins_nothing(
    desk: Desk, before: Drift
) -> None:
    desk.add(A, sound(A))
    first = desk.run(A, compare=lambda _hosts: {A: before})
    assert desk.run(A)[A][DRIFT.id] is first[A][DRIFT.id]
    # Nor does one that compares others alone: a PC that brings its report cannot be asked.
    assert desk.run(A, compare=lambda _hosts: {})[A][DRIFT.id] is first[A][DRIFT.id]
    (stands,) = (one for one in desk.history.states([A])[0].findings if one.control == DRIFT.id)
    assert (stands.seen, stands.ended) == (False, None)
    assert DRIFT.id not in desk.run(A, compare=lambda _hosts: {A: Drift()})[A]


def test_the_command_compares_unless_it_is_told_not_to(
    desk: Desk, typed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the real dry run: a PC that answers nothing but its report can not be compared."""
    desk.add(A, sound(A))
    monkeypatch.setattr(drift, "ask", partial(drift.ask, deadline=5.0))

    def told(*words: str) -> list[str]:
        done = typed("--limit", A, "--no-tell", "--json", *words)
        assert done.exit_code == 0, done.output
        (said,) = json.loads(done.stdout)["hosts"]
        return [one["status"] for one in said["findings"] if one["control"] == DRIFT.id]

    assert told("--no-drift") == []
    assert told("--drift") == ["unknown"]


def test_drift_is_asked_for_unless_it_is_switched_off() -> None:
    assert cli_nightly.Asked().drift
    assert inspect.signature(cli.look_at_every_pc).parameters["drift"].default is True
