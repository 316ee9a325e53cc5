"""Drift: real dry runs of pyinfra, over SSH servers on loopback that do what they are told."""

import asyncio
import contextlib
import io
import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from checks import drift, nightly
from checks.controls import DRIFT, judge
from checks.controls.page import controls_table, page
from checks.findings import Certainty, Drift, Severity, Status, Waiver
from checks.report import parse
from deploys.commit import STAMP
from inventory.loader import ROOT
from tests.unit.healthy import NOW, healthy
from tests.unit.test_collect import Fleet, Process, Says
from tests.unit.test_nightly import A, B, C, inventory

# Seconds for one PC here: a dry run of three operations needs some; what hangs is given up then.
ENOUGH, SHORT = 120.0, 4.0
BASELINE = """
from pyinfra import host
from pyinfra.api import deploy
from deploys.vocabulary import ensure, run
from inventory.words import _

@deploy("browser")
def browser():
    first = ensure("Lock the browser", "touch {place}/changed", unless="test -e {place}/locked")
    run("Start it again", "touch {place}/changed", when=[first])

@deploy("health")
def stamp():
    ensure(_({stamp!r}), "touch {place}/changed", unless="false")

browser()
stamp()
"""


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    fleet = Fleet(tmp_path)
    yield fleet
    fleet.close()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """This repository with a baseline of three operations."""
    root = tmp_path / "tree"
    (root / "deploys").mkdir(parents=True)
    for name in ("config.py", "inventory", "roles", "checks"):
        (root / name).symlink_to(ROOT / name)
    for path in (ROOT / "deploys").glob("*.py"):
        (root / "deploys" / path.name).symlink_to(path)
    (root / "deploys/baseline.py").unlink()
    said = BASELINE.format(place=tmp_path, stamp=STAMP)
    (root / "deploys/baseline.py").write_text(said)
    sudo = tmp_path / "sudo"
    sudo.write_text('#!/bin/sh\nwhile [ "${1#-}" != "$1" ]; do shift; done\nexec "$@"\n')
    sudo.chmod(0o755)
    return root


def obeys(place: Path) -> Says:
    """Run what is asked for, as a PC does."""

    async def it(process: Process) -> None:
        told = await asyncio.create_subprocess_shell(
            process.command or "",
            env={**os.environ, "PATH": f"{place}:{os.environ['PATH']}"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await told.communicate()
        process.stdout.write(out)
        process.stderr.write(err)
        process.exit(told.returncode or 0)

    return it


def test_a_pc_that_differs_is_named_with_the_sentence_and_nothing_is_changed(
    fleet: Fleet, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that waits for another, and the stamp of a newer commit, are no drift of the PC's."""
    # Of a technician who types it no more: here it would make the run change the PC.
    monkeypatch.setenv("PYINFRA_YES", "1")
    fleet.add(A, obeys(tmp_path))
    asked: list[str] = []
    said = drift.ask(
        [A], ssh_config=fleet.ssh_config, done=asked.append, deadline=ENOUGH, root=tree
    )
    assert said == {A: Drift(("Lock the browser",))}
    assert not (tmp_path / "changed").exists()
    assert asked == [A]
    (tmp_path / "locked").touch()
    # Whoever asks: it is told again in each language when it is judged.
    monkeypatch.setenv("LANGUAGE", "vi")
    again = drift.ask([A], ssh_config=fleet.ssh_config, deadline=ENOUGH, root=tree)
    assert again == {A: Drift()}


def test_one_that_hangs_is_unknown_and_leaves_no_process(fleet: Fleet, tree: Path) -> None:
    free = asyncio.Event()

    async def hangs(_process: Process) -> None:
        await free.wait()

    fleet.add(A, hangs)
    said = drift.ask([A], ssh_config=fleet.ssh_config, deadline=SHORT, root=tree)
    assert said == {A: Drift(why="The dry run gave no answer in 4 s.")}
    assert _processes_of(tree) == []
    fleet.loop.call_soon_threadsafe(free.set)


def _processes_of(tree: Path) -> list[str]:
    """Processes that work in a directory."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            found += [str(path)] if path.readlink() == tree else []
    return found


def test_one_that_hangs_or_is_off_holds_no_other(
    fleet: Fleet, tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "AT_ONCE", 3)
    others = asyncio.Event()

    async def hangs_until_the_others_are_done(process: Process) -> None:
        await others.wait()
        process.exit(1)

    fleet.add(A, hangs_until_the_others_are_done)
    fleet.add_off(B)
    fleet.add(C, obeys(tmp_path))
    left = {B, C}

    def done(host: str) -> None:
        left.discard(host)
        if not left:
            fleet.loop.call_soon_threadsafe(others.set)

    said = drift.ask([A, B, C], ssh_config=fleet.ssh_config, done=done, deadline=ENOUGH, root=tree)
    assert said[C] == Drift(("Lock the browser",))
    assert "unreachable" in said[B].why
    assert said[A].changes == ()
    assert said[A].why


def test_what_stops_pyinfra_itself_is_unknown_with_its_words(
    fleet: Fleet, tree: Path, tmp_path: Path
) -> None:
    (tree / "deploys/baseline.py").write_text("raise ValueError('no such thing')\n")
    fleet.add(A, obeys(tmp_path))
    said = drift.ask([A], ssh_config=fleet.ssh_config, deadline=ENOUGH, root=tree)
    assert said[A].changes == ()
    assert said[A].why.startswith("The dry run could not look (")


def test_what_the_desk_itself_cannot_do_costs_no_night(fleet: Fleet, tmp_path: Path) -> None:
    said = drift.ask([A, B], ssh_config=fleet.ssh_config, root=tmp_path / "gone")
    assert {one.why for one in said.values()} == {
        "The dry run could not look (No such file or directory)."
    }


@pytest.mark.parametrize("said", [b"", b"{}", b"[]", b'{"plan": []}', b'{"plan": [{}]}', b"\xff"])
def test_what_cannot_be_read_is_unknown_and_never_well(said: bytes) -> None:
    assert drift.read(A, said) == Drift(why="The dry run said nothing that can be read.")


def test_only_what_changes_on_this_very_pc_counts() -> None:
    plan = [
        {"names": ["browser | One"], "hosts_with_change": [B], "hosts_with_conditional_change": []},
        {"names": ["power | Two"], "hosts_with_change": [A], "hosts_with_conditional_change": []},
        {"names": ["power | Three"], "hosts_with_change": [], "hosts_with_conditional_change": [A]},
    ]
    assert drift.read(A, json.dumps({"plan": plan}).encode()) == Drift(("Two",))


# --- as a control ---------------------------------------------------------------------------------


def judged(drifted: Drift | None, *waivers: Waiver) -> dict[str, Any]:
    """What a night says of a PC that is else in order."""
    pc = inventory().hosts[A]
    report = parse(json.dumps(healthy(pc)).encode(), A, NOW)
    return {one.control: one for one in judge(pc, report, waivers, NOW, "", drifted)}


def test_it_is_a_control_like_any_other() -> None:
    assert judged(Drift())[DRIFT.id].status is Status.OK
    finding = judged(Drift(("Lock the browser", "Lock the browser", "Count sessions")))[DRIFT.id]
    assert (finding.status, finding.severity) == (Status.FAIL, Severity.NORMAL)
    assert finding.reason == "A run would change: Lock the browser; Count sessions."
    assert finding.remedy == f"Run: pyinfra inventory deploys/baseline.py --limit {A}"


def test_what_could_not_be_compared_is_unknown_and_what_nobody_asked_is_not_said() -> None:
    finding = judged(Drift(why="It hung."))[DRIFT.id]
    assert (finding.status, finding.certainty) == (Status.UNKNOWN, Certainty.UNKNOWN)
    assert finding.reason == "It hung."
    assert DRIFT.id not in judged(None)


def test_a_pc_that_saw_no_baseline_does_not_fill_the_page() -> None:
    finding = judged(Drift(tuple(f"Do {number}" for number in range(200))))[DRIFT.id]
    assert finding.reason.endswith("Do 5; and 194 more.")


def test_it_is_listed_and_told_in_the_handbook() -> None:
    console = Console(width=80, file=io.StringIO())
    console.print(controls_table())
    assert DRIFT.id in console.file.getvalue()  # type: ignore[attr-defined]
    assert f"`{DRIFT.id}`" in page()
    assert f"[{DRIFT.aspect}](nightly.md)" in page()


def test_a_waiver_covers_it() -> None:
    until = date(2026, 11, 30)
    waiver = Waiver(DRIFT.id, "*", "a pilot", "Lan", until)
    assert judged(Drift(("Lock the browser",)), waiver)[DRIFT.id].status is Status.WAIVED
    assert DRIFT.id in nightly.ids()
