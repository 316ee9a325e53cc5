"""A whole roll-out over SSH servers on loopback, with an engine that changes what they say."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from checks import cli, cli_rollout, collect
from checks.findings import Waiver
from checks.inbox import account
from checks.report import parse
from deploys import rollout, rollout_engine, rollout_pull
from deploys import rollout_rings as rules
from deploys.commit import commit
from deploys.rollout import Asked, Desk, Told, roll_out
from deploys.rollout_engine import Ended, Engine, command, environment, failed
from deploys.rollout_told import page
from inventory.loader import ROOT
from inventory.records import Inventory
from inventory.words import speaking
from tests.published import Published, new_key
from tests.unit.healthy import NOW, Evening
from tests.unit.test_collect import Fleet, Process
from tests.unit.test_nightly import broken, inventory, sound

# The first of each site, and one more of the first.
A, B, C = "thapmuoi-01", "thapmuoi-02", "thanhmy-01"
BAD = "access.root-login"
Change = Callable[[str], Mapping[str, str]]


class Room:
    """PCs that say what they are, a desk, and an engine that changes what they say."""

    def __init__(self, fleet: Fleet, root: Path) -> None:
        """Nobody is there yet."""
        self.fleet, self.root = fleet, root
        self.says: dict[str, Any] = {}
        self.ran: list[list[str]] = []
        self.said: list[str] = []
        self.waivers: list[Waiver] = []
        # PC -> what the engine leaves there, and who fails in its hands.
        self.leaves: dict[str, Any] = {}
        self.fails: dict[str, str] = {}

    def add(self, host: str, report: Any = None) -> None:
        """Add a PC that is on."""
        self.says[host] = sound(host) if report is None else report

        async def it(process: Process) -> None:
            if self.says[host]:
                process.stdout.write(json.dumps(self.says[host]).encode() + b"\n")

        self.fleet.add(host, it)

    def engine(
        self, engine: Engine, what: str, hosts: Sequence[str], ssh_config: Path, root: Path
    ) -> Ended:
        """What stands for pyinfra and Ansible."""
        assert ssh_config == self.fleet.ssh_config
        assert (engine, what, root) == (Engine.PYINFRA, "baseline", self.root)
        self.ran.append(list(hosts))
        self.says |= {host: self.leaves[host] for host in hosts if host in self.leaves}
        bad = {host: self.fails[host] for host in hosts if host in self.fails}
        return Ended(1 if bad else 0, bad)

    def run(self, *hosts: str, **asked: Any) -> Told:
        """A roll-out to some PCs."""
        desk = Desk(
            inventory(), hosts, self.waivers, self.fleet.ssh_config, self.root, commit(),
            self.said.append,
        )  # fmt: skip
        return roll_out(Asked(**asked), desk, self.engine)


@pytest.fixture(autouse=True)
def evening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk's clock stands at the evening of the reports, and nobody waits."""
    for module in (rollout, collect):
        monkeypatch.setattr(module, "datetime", Evening)
    monkeypatch.setattr(rollout, "SETTLING", -1.0)
    monkeypatch.setattr(rollout, "AGAIN", 0.0)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    fleet = Fleet(tmp_path)
    yield Room(fleet, tmp_path)
    fleet.close()


@pytest.fixture
def all_on(room: Room) -> Room:
    for host in (A, B, C):
        room.add(host)
    return room


def outcomes(told: Told) -> dict[str, rules.Outcome]:
    return {one.host: one.outcome for one in told.results}


def shown(told: Told, language: str = "en") -> str:
    """The end of the roll-out on a terminal of 80 columns."""
    with speaking(language):
        console = Console(width=80, record=True, file=io.StringIO())
        console.print(page(told))
        return console.export_text()


# --- rings ----------------------------------------------------------------------------------------


def test_a_good_change_goes_to_one_of_each_site_and_then_to_the_rest(all_on: Room) -> None:
    told = all_on.run(A, B, C)
    assert all_on.ran == [[A, C], [B]]
    assert set(outcomes(told).values()) == {rules.Outcome.DONE}
    assert (told.whole, told.stopped) == (True, ())


def test_a_canary_that_fails_what_it_did_not_fail_stops_it(all_on: Room) -> None:
    all_on.leaves[A] = broken(A, BAD)
    told = all_on.run(A, B, C)
    assert all_on.ran == [[A, C]]
    assert outcomes(told) == {
        A: rules.Outcome.WORSE,
        B: rules.Outcome.UNTOUCHED,
        C: rules.Outcome.DONE,
    }
    assert [one.host for one in told.stopped] == [A]
    text = " ".join(shown(told).split())
    assert f"Stopped at {A}; 1 other PCs were not touched." in text
    assert f"{A}: {BAD}: Not so: " in text
    assert "git revert" in text
    assert "benvung rollout" in text


def test_one_that_the_engine_does_not_get_through_stops_it(all_on: Room) -> None:
    all_on.fails[C] = "Lock Firefox: no"
    told = all_on.run(A, B, C)
    assert all_on.ran == [[A, C]]
    assert outcomes(told)[C] is rules.Outcome.FAILED
    assert f"{C}: Lock Firefox: no" in shown(told)


def test_one_that_is_silent_afterwards_stops_it(all_on: Room) -> None:
    all_on.leaves[A] = ""
    told = all_on.run(A, B, C)
    assert all_on.ran == [[A, C]]
    assert outcomes(told)[A] is rules.Outcome.SILENT


def test_one_that_is_blinded_stops_it(all_on: Room) -> None:
    all_on.leaves[A] = sound(A, access={"error": "broken"})
    assert outcomes(all_on.run(A, B, C))[A] is rules.Outcome.WORSE


def test_what_was_out_of_order_before_stops_nothing(room: Room) -> None:
    for host in (A, B):
        room.add(host, broken(host, BAD))
    told = room.run(A, B)
    assert room.ran == [[A], [B]]
    assert told.whole


def test_what_somebody_lives_with_stops_nothing(all_on: Room) -> None:
    all_on.leaves[A] = broken(A, BAD)
    until = (NOW + timedelta(days=1)).date()
    all_on.waivers.append(Waiver(BAD, A, "tried", "Thuỷ", until))
    assert all_on.run(A, B).whole


def test_one_of_the_rest_that_came_out_badly_is_told(all_on: Room) -> None:
    all_on.leaves[B] = broken(B, BAD)
    told = all_on.run(A, B, C)
    assert (told.whole, told.stopped) == (False, ())
    assert outcomes(told)[B] is rules.Outcome.WORSE
    assert f"The first ring went well; {B} did not." in shown(told)


def test_one_that_is_off_hands_its_turn_on_and_both_are_named(room: Room) -> None:
    room.fleet.add_off(A)
    room.add(B)
    told = room.run(A, B)
    assert room.ran == [[B]]
    assert outcomes(told) == {A: rules.Outcome.OFF, B: rules.Outcome.DONE}
    assert not told.whole
    assert f"thap_muoi: {A} gave no report, so {B} goes first." in shown(told)


def test_a_site_where_nobody_answers_is_told_and_the_other_goes_on(room: Room) -> None:
    room.add(A)
    room.fleet.add_off(C)
    told = room.run(A, C)
    assert room.ran == [[A]]
    assert not told.whole
    assert "thanh_my: no PC answers; nothing is rolled out there." in shown(told)


def test_only_the_first_ring(all_on: Room) -> None:
    told = all_on.run(A, B, C, canaries=True)
    assert all_on.ran == [[A, C]]
    assert (told.whole, outcomes(told)[B]) == (False, rules.Outcome.UNTOUCHED)


def test_a_dry_run_changes_nothing(all_on: Room) -> None:
    text = shown(all_on.run(A, B, C, dry=True))
    assert all_on.ran == []
    assert not (all_on.root / "var").exists()
    assert "would go first" in text
    assert "would follow" in text


def test_what_stands_a_little_later_is_not_made_worse(
    all_on: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollout, "SETTLING", 60.0)
    all_on.leaves[A] = broken(A, BAD)

    def stands(_seconds: float) -> None:
        all_on.says[A] = sound(A)

    monkeypatch.setattr(time, "sleep", stands)
    assert all_on.run(A, B).whole


# --- again ----------------------------------------------------------------------------------------


def test_a_broken_change_does_not_pass_by_being_run_twice(all_on: Room) -> None:
    all_on.leaves[A] = broken(A, BAD)
    for _time in range(2):
        told = all_on.run(A, B, C)
        assert outcomes(told)[A] is rules.Outcome.WORSE
    assert all_on.ran == [[A, C]] * 2


def test_the_pc_that_stopped_it_goes_first_when_it_is_taken_back(all_on: Room) -> None:
    all_on.fleet.add_off("thapmuoi-03")
    all_on.leaves[B] = broken(B, BAD)
    all_on.run(A, B, C)
    all_on.leaves[B] = sound(B)
    told = all_on.run(A, B, C)
    assert all_on.ran[2:] == [[B, C], [A]]
    assert told.whole
    assert all_on.run(A, B, C).whole
    assert all_on.ran[4:] == [[A, C], [B]]


def test_a_dry_run_takes_no_brake_off(all_on: Room) -> None:
    all_on.leaves[A] = broken(A, BAD)
    all_on.run(A, B, C)
    all_on.run(A, B, C, dry=True, forget=True)
    assert outcomes(all_on.run(A, B, C))[A] is rules.Outcome.WORSE
    assert all_on.ran == [[A, C]] * 2


def test_a_site_whose_broken_pc_is_silent_is_left_alone(room: Room) -> None:
    room.add(A)
    room.add(B)
    room.leaves[A] = ""
    room.run(A, B)
    room.fleet.blocks.clear()
    room.fleet.add_off(A)
    room.add(B)
    told = room.run(A, B)
    assert room.ran == [[A]]
    assert outcomes(told) == {A: rules.Outcome.OFF, B: rules.Outcome.UNTOUCHED}
    assert "--forget" in shown(told)
    assert outcomes(room.run(A, B, forget=True))[B] is rules.Outcome.DONE


def test_a_roll_out_that_was_cut_before_it_judged_passes_nothing_on(all_on: Room) -> None:
    bad = broken(A, BAD)

    def cut(*_words: Any) -> Ended:
        all_on.says[A] = bad
        raise KeyboardInterrupt

    desk = Desk(inventory(), (A, B), (), all_on.fleet.ssh_config, all_on.root, "", print)
    with pytest.raises(KeyboardInterrupt):
        roll_out(Asked(), desk, cut)
    all_on.leaves[A] = bad
    assert outcomes(all_on.run(A, B))[A] is rules.Outcome.WORSE


# --- what is shown --------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_end_fits_80_columns_in_both_languages(all_on: Room, language: str) -> None:
    all_on.leaves[A] = broken(A, BAD)
    all_on.fails[C] = "Khóa Firefox theo chính sách của thư viện: " + "x " * 80
    with speaking(language):
        told = all_on.run(A, B, C)
    text = shown(told, language)
    assert max(map(len, text.splitlines())) <= 80
    assert ("git revert" in text, "Việc cần làm:" in text) == (True, language == "vi")


@pytest.fixture
def typed(room: Room, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`benvung rollout …` at this desk."""

    def it(*words: str) -> Result:
        monkeypatch.setenv("BENVUNG_SSH_CONFIG", str(room.fleet.ssh_config))
        monkeypatch.setenv("LANGUAGE", "en")
        monkeypatch.setattr(cli_rollout, "load", inventory)
        monkeypatch.setattr(
            cli_rollout, "Desk", lambda *parts: replace(Desk(*parts), root=room.root)
        )
        monkeypatch.setattr(
            cli_rollout, "roll_out", lambda asked, desk: roll_out(asked, desk, room.engine)
        )
        return CliRunner().invoke(cli.app, ["rollout", *words])

    return it


def test_the_command_says_by_its_code_how_it_went(room: Room, typed: Any) -> None:
    for host in (A, B):
        room.add(host)
    here = ("--limit", A, "--limit", B)
    assert typed(*here).exit_code == 0
    room.leaves[A] = broken(A, BAD)
    done = typed(*here)
    assert done.exit_code == 1
    assert "benvung rollout --limit thapmuoi-01 --limit thapmuoi-02" in done.stdout
    said = json.loads(typed(*here, "--json").stdout)
    assert (said["format"], said["stopped"], said["whole"]) == ("benvung-rollout/1", [A], False)
    assert [one["outcome"] for one in said["hosts"]] == ["worse", "untouched"]
    assert said["hosts"][0]["findings"][0]["control"] == BAD


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("brwser",), "Did you mean browser?"),
        (("--engine", "chef"), "there is no such engine"),
        (("pull", "--engine", "ansible"), "Let pyinfra do it."),
        (("--limit", "thapmuoi-99"), "thapmuoi-99"),
    ],
)
def test_what_stops_the_work_is_exit_code_2(typed: Any, words: tuple[str, ...], said: str) -> None:
    done = typed(*words)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.output


# --- the engines ----------------------------------------------------------------------------------


def test_the_commands_are_those_a_technician_types() -> None:
    words = "pyinfra inventory deploys/baseline.py -y --limit a --limit b"
    assert command(Engine.PYINFRA, "baseline", ["a", "b"]) == words.split()
    words = "ansible-playbook deploys/baseline.yml --tags browser --limit a,b"
    assert command(Engine.ANSIBLE, "browser", ["a", "b"]) == words.split()
    assert "--tags" not in command(Engine.ANSIBLE, "baseline", ["a"])


@pytest.mark.parametrize(
    ("code", "rows", "bad"),
    [
        (0, [("a", "green"), ("b", "green")], []),
        (1, [("a", "green"), ("b", "red")], ["b"]),
        (0, [("a", "green")], ["b"]),
        (0, None, ["a", "b"]),
        (1, [("a", "green"), ("b", "green")], ["a", "b"]),
        (2, None, ["a", "b"]),
    ],
)
def test_only_who_is_said_to_have_come_through_has(
    code: int, rows: list[tuple[str, str]] | None, bad: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "rows"
    if rows is not None:
        file.write_text(json.dumps([{"host": h, "style": s, "where": "x\ny"} for h, s in rows]))
    found = failed(["a", "b"], code, file)
    assert sorted(found) == bad
    assert all(words and "\n" not in words for words in found.values())


def test_ansible_reaches_the_pcs_as_the_desk_does(tmp_path: Path) -> None:
    config, rows = tmp_path / "ssh_config", tmp_path / "rows"
    ours = environment({"BENVUNG_SSH_CONFIG": "x"}, config, rows)
    assert f"-F {config}" in ours["ANSIBLE_SSH_ARGS"]
    assert "ANSIBLE_SSH_ARGS" not in environment({}, config, rows)
    enabled = environment({"ANSIBLE_CALLBACKS_ENABLED": "timer"}, config, rows)
    assert enabled["ANSIBLE_CALLBACKS_ENABLED"] == "timer,last_table"


def test_ctrl_c_is_the_engines_and_stops_what_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine ends in order, even well; nobody it was about counts as having come through."""
    program = tmp_path / "bin" / "pyinfra"
    program.parent.mkdir()
    rows = '[{"host": "a", "style": "green", "where": ""}]'
    program.write_text(
        f"#!/bin/sh\ntrap 'got=1' INT\nkill -INT $PPID; kill -INT $$\n"
        f"echo '{rows}' > $BENVUNG_LAST_TABLE\n[ -n \"$got\" ] || exit 9\n"
    )
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program.parent / "python"))
    before = signal.getsignal(signal.SIGINT)
    ended = rollout_engine.run(Engine.PYINFRA, "baseline", ["a"], tmp_path / "x", tmp_path)
    assert ended.code == 0
    assert list(ended.failed) == ["a"]
    assert signal.getsignal(signal.SIGINT) is before


PLAY = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Break it
      ansible.builtin.fail: {msg: "no such luck"}
      when: inventory_hostname == 'bad'
    - name: Go on
      ansible.builtin.debug: {msg: well}
"""


def test_ansible_tells_how_each_pc_came_out(tmp_path: Path) -> None:
    """The real program, with the repository's own ansible.cfg and plugin."""
    play, rows = tmp_path / "play.yml", tmp_path / "rows"
    play.write_text(PLAY)
    hosts = tmp_path / "hosts.yml"
    hosts.write_text("all: {hosts: {good: {}, bad: {}}}\n")
    subprocess.run(
        [Path(sys.executable).parent / "ansible-playbook", "-i", hosts, "-c", "local", play],
        cwd=ROOT,
        env={**environment(os.environ, tmp_path / "ssh_config", rows), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=False,
    )
    assert failed(["good", "bad", "absent"], 2, rows) == {
        "bad": "Break it: no such luck",
        "absent": "The run ended with code 2 and said nothing of it.",
    }


# --- sites that pull ------------------------------------------------------------------------------


HEAD, OLD = "a" * 40, "b" * 40


def pulling(host: str, branch: str = "main", **values: str) -> Any:
    """A workstation of a site that pulls."""
    declared = inventory().hosts[host]
    more = {"pull_mode": "pull", "pull_branch": branch, "pull_repository": "https://x/y", **values}
    return replace(declared, variables=MappingProxyType({**declared.variables, **more}))


def reported(host: str, commit_: str, *bad: str) -> Any:
    """A report of a PC on which a commit was applied."""
    said = broken(host, *bad)
    said["applied"]["commit"] = commit_[:12]
    return parse(json.dumps(said).encode(), host, NOW)


CANARY, OTHER = "thanhmy-01", "thanhmy-02"
PULLING = {CANARY: "canary", OTHER: "main"}


def pull_results(
    reports: Mapping[str, Sequence[Any]], main: str = OLD, canary: str = HEAD, first: str = "canary"
) -> dict[str, rules.Result]:
    pcs = [pulling(CANARY, first), pulling(OTHER)]
    places = {"main": main, "canary": canary}

    def judged(pc: Any, report: Any) -> Any:
        ours = Desk(inventory(), (), (), Path(), Path(), "", print)
        return [
            one for one in ours.said(pc.name, report, NOW) if not one.control.startswith("pull")
        ]

    told = rollout_pull.results(
        rollout_pull.Pulled(pcs, reports, HEAD), judged, lambda _url, branch: (places[branch], "")
    )
    return {one.host: one for one in told}


def test_a_canary_that_pulls_is_waited_for() -> None:
    told = pull_results({CANARY: [reported(CANARY, OLD)], OTHER: [reported(OTHER, OLD)]})
    assert {one.outcome for one in told.values()} == {rules.Outcome.WAITING}
    assert "next start or closing" in told[CANARY].where
    assert f"waits for {CANARY}" in told[OTHER].where


def test_when_the_canary_is_through_the_rest_may_be_published_for() -> None:
    reports = {CANARY: [reported(CANARY, OLD), reported(CANARY, HEAD)], OTHER: []}
    told = pull_results(reports)
    assert told[CANARY].outcome is rules.Outcome.DONE
    assert told[OTHER].next_step == "Publish it signed: git push … HEAD:main"


def test_a_canary_that_pulls_and_came_out_worse_stops_it() -> None:
    reports = {CANARY: [reported(CANARY, OLD), reported(CANARY, HEAD, BAD)], OTHER: []}
    told = pull_results(reports)
    assert told[CANARY].outcome is rules.Outcome.WORSE
    assert [one.control for one in told[CANARY].findings] == [BAD]
    assert "publish nothing" in told[OTHER].where


def test_what_a_canary_that_pulls_failed_before_stops_nothing() -> None:
    reports = {CANARY: [reported(CANARY, OLD, BAD), reported(CANARY, HEAD, BAD)]}
    assert pull_results(reports)[CANARY].outcome is rules.Outcome.DONE


def test_without_a_canary_each_takes_what_is_published() -> None:
    reports = {CANARY: [reported(CANARY, HEAD)], OTHER: [reported(OTHER, OLD)]}
    told = pull_results(reports, main=HEAD, first="main")
    assert [one.outcome for one in told.values()] == [rules.Outcome.DONE, rules.Outcome.WAITING]


def test_a_commit_that_is_published_nowhere_is_said() -> None:
    told = pull_results({}, canary=OLD)
    assert told[CANARY].next_step == "Publish it signed: git push … HEAD:canary"


def test_a_pull_site_is_read_from_the_inbox_and_what_is_published(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real branches and a real inbox: wait for the canary, then publish for the rest, then done."""
    new_key(tmp_path / "signer")
    ours = Published(tmp_path / "published", tmp_path / "signer")
    old = ours.commit({"words": "old"})
    ours.publish()
    tried = ours.commit({"words": "new"})
    ours.git("push", "--quiet", str(ours.bare), "HEAD:refs/heads/canary")
    more = {"pull_repository": str(ours.bare), "pull_inbox": "inbox.example"}
    pcs = {host: pulling(host, branch, **more) for host, branch in PULLING.items()}
    mixed = Inventory(
        MappingProxyType({**inventory().hosts, **pcs}), inventory().sites, inventory().groups
    )
    monkeypatch.setenv("BENVUNG_INBOX", str(tmp_path / "inbox"))
    desk = Desk(mixed, list(PULLING), (), room.fleet.ssh_config, ours.tree, "", print)

    def bring(host: str, hour: int, commit_: str) -> None:
        said = sound(host, at=f"2026-11-19T{hour:02}:40:00+00:00")
        said["applied"]["commit"] = commit_[:12]
        place = tmp_path / "inbox" / account(host) / "drop"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"2026-11-19T{hour:02}4000Z.json").write_text(json.dumps(said))

    def told() -> tuple[str, str, str]:
        ended = roll_out(Asked(), desk, room.engine)
        first, second = ended.results
        return first.outcome, second.outcome, second.next_step or second.where

    for host in PULLING:
        bring(host, 8, old)
    assert told() == ("waiting", "waiting", f"It waits for {CANARY}: publish nothing for it yet.")
    bring(CANARY, 9, tried)
    assert told() == ("done", "waiting", "Publish it signed: git push … HEAD:main")
    ours.publish()
    assert told()[:2] == ("done", "waiting")
    bring(OTHER, 10, tried)
    assert told() == ("done", "done", "")
    assert room.ran == []


def test_what_a_pc_that_pulls_took_badly_is_pushed_to_nobody(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.add(A)
    bad = rules.Result(C, rules.Ring.FIRST, rules.Outcome.WORSE)
    monkeypatch.setattr(rollout, "_at_pull_sites", lambda _desk: [bad])
    mixed = Inventory(
        MappingProxyType({**inventory().hosts, C: pulling(C)}),
        inventory().sites,
        inventory().groups,
    )
    desk = Desk(mixed, (A, C), (), room.fleet.ssh_config, room.root, "", print)
    told = roll_out(Asked(), desk, room.engine)
    assert room.ran == []
    assert outcomes(told) == {A: rules.Outcome.UNTOUCHED, C: rules.Outcome.WORSE}
