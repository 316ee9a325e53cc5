"""Collecting from real SSH servers on loopback: each says something else, or nothing."""

import asyncio
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncssh
import pytest

from checks.collect import MOST, Answer, collect

Process = asyncssh.SSHServerProcess[bytes]
Says = Callable[[Process], Awaitable[None]]
# Seconds for one PC here: what hangs is given up after so long.
DEADLINE = 3.0
# What collecting may cost at most when one of them hangs; without a deadline it would be for ever.
LONGEST = 60.0


def report(host: str, at: str = "2026-11-23T01:00:00+00:00") -> bytes:
    return json.dumps({"schema": 1, "host": host, "at": at}).encode() + b"\n"


async def healthy(process: Process) -> None:
    """Say a fresh report and one that was kept."""
    process.stdout.write(report("thapmuoi-01"))
    process.stdout.write(report("thapmuoi-01", "2026-11-22T10:00:00+00:00"))


async def says_when(process: Process) -> None:
    """Say back since when reports were asked for, as the date of the fresh one."""
    since = (process.command or "").rsplit(" ", 1)[1].strip("'")
    process.stdout.write(report("thapmuoi-01", since))


async def hangs(process: Process) -> None:
    """Say half a report and nothing more."""
    process.stdout.write(b'{"schema": 1, "host": "tha')
    await asyncio.sleep(LONGEST)


async def floods(process: Process) -> None:
    """Say more than anybody wants to read."""
    for _ in range(2 * MOST // 2**20):
        process.stdout.write(b"x" * 2**20)
        await process.stdout.drain()


async def has_no_probe(process: Process) -> None:
    """Complain, as a PC does that never saw the baseline."""
    process.stderr.write(b"sudo: python3: command not found\n")
    process.exit(1)


async def torn_first(process: Process) -> None:
    """Say a torn report, then a good one that was kept."""
    process.stdout.write(b'{"schema": 1, "hos\n' + report("thapmuoi-01"))


class Fleet:
    """SSH servers on loopback, and the ssh_config that reaches them."""

    def __init__(self, place: Path) -> None:
        """Make keys; nobody listens yet."""
        self.place = place
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.key.write_private_key(place / "key")
        (place / "key").chmod(0o600)
        self.blocks: list[str] = []
        self.pins: list[str] = []
        self.listening: list[asyncssh.SSHAcceptor] = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    @property
    def ssh_config(self) -> Path:
        """How to reach them, as it is now."""
        path = self.place / "ssh_config"
        shared = f"IdentityFile {self.place}/key\nUserKnownHostsFile {self.place}/known_hosts\n"
        path.write_text("".join(self.blocks) + f"Host *\nUser benvung\n{shared}")
        (self.place / "known_hosts").write_text("".join(self.pins))
        return path

    def add(self, name: str, says: Says, *, pinned: bool = True) -> None:
        """Add a workstation."""
        server = asyncio.run_coroutine_threadsafe(self._listen(says), self.loop).result(LONGEST)
        port = server.get_port()
        self.blocks.append(f"Host {name}\nHostName 127.0.0.1\nPort {port}\n")
        key = self.host_key if pinned else asyncssh.generate_private_key("ssh-ed25519")
        public = key.export_public_key().decode().strip()
        self.pins.append(f"[127.0.0.1]:{port} {public}\n")

    def add_off(self, name: str) -> None:
        """Add a workstation that is switched off."""
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            port = nobody.getsockname()[1]
        self.blocks.append(f"Host {name}\nHostName 127.0.0.1\nPort {port}\n")

    async def _listen(self, says: Says) -> asyncssh.SSHAcceptor:
        async def handle(process: Process) -> None:
            await says(process)
            process.exit(0)

        server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[self.host_key],
            authorized_client_keys=asyncssh.import_authorized_keys(
                self.key.export_public_key().decode()
            ),
            process_factory=handle,
            encoding=None,
        )
        self.listening.append(server)
        return server

    async def _hang_up(self) -> None:
        for server in self.listening:
            server.close()
            await server.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def close(self) -> None:
        """Nobody listens any more."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(LONGEST)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(LONGEST)
        self.loop.close()


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    fleet = Fleet(tmp_path)
    yield fleet
    fleet.close()


def ask(fleet: Fleet, *hosts: str) -> dict[str, Answer]:
    asked = dict.fromkeys(hosts)
    answers = collect(asked, ssh_config=fleet.ssh_config, deadline=DEADLINE)
    assert [answer.host for answer in answers] == list(hosts)
    return {answer.host: answer for answer in answers}


def test_a_fresh_report_and_those_kept_come_in_one_session(fleet: Fleet) -> None:
    fleet.add("thapmuoi-01", healthy)
    answer = ask(fleet, "thapmuoi-01")["thapmuoi-01"]
    assert answer.reached
    assert answer.why == ""
    assert answer.fresh is not None
    assert answer.fresh.at == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert [kept.at.day for kept in answer.kept] == [22]


def test_only_reports_since_the_last_known_one_are_asked_for(fleet: Fleet) -> None:
    fleet.add("thapmuoi-01", says_when)
    since = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    (answer,) = collect({"thapmuoi-01": since}, ssh_config=fleet.ssh_config, deadline=DEADLINE)
    assert answer.fresh is not None
    assert answer.fresh.at == since


@pytest.mark.parametrize(
    ("says", "reached", "words"),
    [
        (hangs, True, "no answer in 3 s"),
        (floods, True, "more than 8 MB"),
        (has_no_probe, True, "command not found"),
        (torn_first, True, "cut off"),
    ],
)
def test_one_in_trouble_says_why_and_the_others_are_read(
    fleet: Fleet, says: Says, reached: bool, words: str
) -> None:
    fleet.add("thapmuoi-02", says)
    fleet.add("thapmuoi-01", healthy)
    answers = ask(fleet, "thapmuoi-02", "thapmuoi-01")
    assert answers["thapmuoi-02"].fresh is None
    assert answers["thapmuoi-02"].reached is reached
    assert words in answers["thapmuoi-02"].why
    assert answers["thapmuoi-01"].fresh is not None


def test_a_torn_fresh_report_does_not_cost_those_kept(fleet: Fleet) -> None:
    fleet.add("thapmuoi-01", torn_first)
    answer = ask(fleet, "thapmuoi-01")["thapmuoi-01"]
    assert len(answer.kept) == 1
    assert len(answer.refused) == 1


def test_another_host_key_is_not_trusted(fleet: Fleet) -> None:
    fleet.add("thapmuoi-01", healthy, pinned=False)
    answer = ask(fleet, "thapmuoi-01")["thapmuoi-01"]
    assert not answer.reached
    assert answer.fresh is None
    assert "host key" in answer.why


def test_one_that_is_off_is_told(fleet: Fleet) -> None:
    fleet.add_off("thapmuoi-01")
    answer = ask(fleet, "thapmuoi-01")["thapmuoi-01"]
    assert not answer.reached
    assert "switched on" in answer.why


def test_each_is_told_of_as_it_comes(fleet: Fleet) -> None:
    fleet.add("thapmuoi-02", hangs)
    fleet.add("thapmuoi-01", healthy)
    came: list[str] = []
    collect(
        dict.fromkeys(["thapmuoi-02", "thapmuoi-01"]),
        ssh_config=fleet.ssh_config,
        deadline=DEADLINE,
        done=lambda answer: came.append(answer.host),
    )
    assert came == ["thapmuoi-01", "thapmuoi-02"]
