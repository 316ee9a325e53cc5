"""The way to the machine: a real SSH connection to a server that runs here what it is told.

`sudo` is a program of the test's; which disks this machine has is its own affair.
"""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from deploys import retire_pc
from deploys.enrol_desk import route
from deploys.enrol_pc import forget_what_was_read
from deploys.refusals import EnrolRefused
from deploys.retire_order import RetireRefused
from deploys.retire_pc import Machine
from tests.unit.test_collect import Fleet, Process

NAME = "thapmuoi-02"
# What the system in memory has for sudo as well (deploys/wiper/into-memory).
SUDO = '#!/bin/sh\nwhile [ "${1#-}" != "$1" ]; do shift; done\nexec "$@"\n'


class Line(Fleet):
    """A line that can be torn."""

    def __init__(self, place: Path) -> None:
        """Nobody has called yet."""
        super().__init__(place)
        calls: list[asyncssh.SSHServerConnection] = []

        class Noted(asyncssh.SSHServer):
            def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
                calls.append(conn)

        self.calls, self.noted = calls, Noted

    def drop(self) -> None:
        """Tear it; who calls again gets through."""

        async def tear() -> None:
            for call in self.calls:
                call.abort()
                await call.wait_closed()

        asyncio.run_coroutine_threadsafe(tear(), self.loop).result(30)


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    """One PC, on which everything is done as the person who runs the tests."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "sudo").write_text(SUDO)
    (programs / "sudo").chmod(0o755)
    monkeypatch.setattr(retire_pc, "PLACE", str(tmp_path / "place"))
    monkeypatch.setattr(retire_pc, "PAUSE", 0.0)
    pipe = asyncio.subprocess.PIPE

    async def shell(process: Process) -> None:
        said = await process.stdin.read()
        running = await asyncio.create_subprocess_shell(
            process.command or "", stdin=pipe, stdout=pipe, stderr=pipe,
            env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
        )  # fmt: skip
        out, err = await running.communicate(said)
        process.stdout.write(out)
        process.stderr.write(err)
        process.exit(running.returncode or 0)

    fleet = Line(tmp_path)
    fleet.add(NAME, shell, server=fleet.noted)
    forget_what_was_read()
    yield fleet
    fleet.drop()
    fleet.close()


def machine(fleet: Fleet) -> Machine:
    return Machine(route(NAME, fleet.ssh_config))


def test_the_wiper_is_sent_and_asked(fleet: Fleet) -> None:
    with machine(fleet) as there:
        there.send()
        survey = there.survey()
        assert survey["memory"] is False
        assert {"disks", "missing"} <= set(survey)
        assert there.status("S1") == {"running": False, "journal": None}
    # Nobody else on the PC may read or change it.
    kept = Path(retire_pc.PLACE)
    assert {path.stat().st_mode & 0o077 for path in (kept, kept / "wiper.pyz")} == {0}


def test_its_refusal_is_a_sentence(fleet: Fleet) -> None:
    with machine(fleet) as there:
        there.send()
        with pytest.raises(RetireRefused, match="→"):
            there.start("NO-SUCH-DISK", [], "")
        assert there.status("NO-SUCH-DISK")["journal"] is None


def test_a_line_that_was_down_is_taken_up_again(fleet: Line) -> None:
    with machine(fleet) as there:
        there.send()
        fleet.drop()
        assert there.status("S1")["running"] is False


def test_a_machine_that_is_gone_is_said_in_the_end(
    fleet: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retire_pc, "LINE_LIMIT", 0.0)
    with machine(fleet) as there:
        there.send()
        fleet.listening[0].close()
        fleet.drop()
        with pytest.raises(EnrolRefused, match=f"No SSH answer from {NAME}"):
            there.status("S1")


def test_a_wiper_that_is_not_there_is_no_traceback(fleet: Fleet) -> None:
    with machine(fleet) as there, pytest.raises(RetireRefused, match="gave no answer"):
        there.survey()


def test_who_has_no_key_is_told_to_enrol(fleet: Fleet, tmp_path: Path) -> None:
    target = route(NAME, fleet.ssh_config)
    other = Fleet(tmp_path)  # overwrites the key the ssh_config names
    try:
        with pytest.raises(RetireRefused, match="refuses the login by key"), Machine(target):
            pass
    finally:
        other.close()


def test_a_pc_that_cannot_leave_its_disk_says_why(
    fleet: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiper = tmp_path / "wiper"
    wiper.mkdir()
    (wiper / "process-1").write_text("")
    (wiper / "into-memory").write_text('#!/bin/sh\necho "no-memory 120" >&2\nexit 1\n')
    monkeypatch.setattr(retire_pc, "WIPER", wiper)
    with (
        machine(fleet) as there,
        pytest.raises(RetireRefused, match=r"too little free memory \(120"),
    ):
        there.into_memory()
