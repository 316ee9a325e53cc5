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
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.collect import Answer, collect, read, send

Process = asyncssh.SSHServerProcess[bytes]
Says = Callable[[Process], Awaitable[None]]
# Seconds for one PC here: what hangs is given up after so long.
DEADLINE = 3.0
calm = settings(derandomize=True, deadline=None, max_examples=200)
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
    """Say a hundred megabytes."""
    for _ in range(100):
        process.stdout.write(b"x" * 2**20)
        await process.stdout.drain()


async def has_no_probe(process: Process) -> None:
    """Complain, as a PC does that never saw the baseline."""
    process.stderr.write(b"sudo: python3: command not found\n")
    process.exit(1)


async def says_nothing(process: Process) -> None:
    """End without a word, the connection standing."""
    process.exit(0)


async def complains_at_length(process: Process) -> None:
    """Complain at length, in words a terminal would obey."""
    process.stderr.write(b"\x1b[2J\x1b]0;obey\x07" * 10_000)


async def hangs_up(process: Process) -> None:
    """End the connection without a word."""
    process.channel.get_connection().disconnect(11, "")


async def torn_first(process: Process) -> None:
    """Say a torn report, then a good one that was kept."""
    process.stdout.write(b'{"schema": 1, "hos\n' + report("thapmuoi-01"))


def says(said: bytes) -> Says:
    """Say that, whatever it is, then a good report that was kept."""

    async def it(process: Process) -> None:
        process.stdout.write(said + b"\n" + report("thapmuoi-02"))

    return it


def changed(**facts: object) -> bytes:
    """A report with other facts."""
    return json.dumps({**json.loads(report("thapmuoi-02")), **facts}).encode()


# What comes instead of a fresh report -> a word of the sentence it is refused with.
HOSTILE = {
    "nothing": (b"", "cut off"),
    "truncated": (report("thapmuoi-02")[:30], "cut off"),
    "long": (changed(x="x" * 300_000), "more than 256 kB"),
    "deep": (b"[" * 100_000, "no readable JSON"),
    "deep in a part": (b'{"schema": 1, "disks": ' + b"[" * 50 + b"]" * 50 + b"}", "no JSON object"),
    "no object": (b"[1, 2]", "no JSON object"),
    "no number": (changed(seconds=0).replace(b"0}", b"NaN}"), "no readable JSON"),
    "a host of another type": (changed(host=["thapmuoi-02"]), "host is not what"),
    "a date of another type": (changed(at=1_800_000_000), "at is not what"),
    "a schema to come": (changed(schema=2), "schema 2"),
    "no UTF-8": (b"\xff\xfe" + report("thapmuoi-02")[:-1], "no readable JSON"),
    "the name of another": (report("thapmuoi-01")[:-1], "names itself thapmuoi-01"),
    "the year 2038": (changed(at="2038-01-19T03:14:08+00:00"), "dated 19/01/2038"),
}


LINE = st.sampled_from([said for said, _words in HOSTILE.values()]) | st.binary(max_size=50)


class Rude(asyncssh.SSHServer):
    """Lets nobody in, in words a terminal would obey."""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Know whom to hang up on."""
        self.connection = conn

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - asyncssh's own name
        """Hang up before anybody has proved who they are."""
        self.connection.disconnect(2, "\x1b[2Jobey me\r\n")
        return True


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

    def add(
        self, name: str, says: Says, *, pinned: bool = True, server: type = asyncssh.SSHServer
    ) -> None:
        """Add a workstation."""
        listening = self._listen(says, server)
        acceptor = asyncio.run_coroutine_threadsafe(listening, self.loop).result(LONGEST)
        port = acceptor.get_port()
        self.blocks.append(f"Host {name}\nHostName 127.0.0.1\nPort {port}\n")
        key = self.host_key if pinned else asyncssh.generate_private_key("ssh-ed25519")
        public = key.export_public_key().decode().strip()
        self.pins.append(f"[127.0.0.1]:{port} {public}\n")

    def add_off(self, name: str) -> None:
        """Add a workstation that is switched off."""
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            port = nobody.getsockname()[1]
        self.blocks.append(f"Host {name}\nHostName 127.0.0.1\nPort {port}\n")

    def add_asleep(self, name: str, says: Says) -> Callable[[], None]:
        """Add a workstation that is switched off until what is returned is called."""
        self.add_off(name)
        port = int(self.blocks[-1].split()[-1])
        self.pins.append(
            f"[127.0.0.1]:{port} {self.host_key.export_public_key().decode().strip()}\n"
        )

        def wake() -> None:
            listening = self._listen(says, asyncssh.SSHServer, port)
            asyncio.run_coroutine_threadsafe(listening, self.loop).result(LONGEST)

        return wake

    async def _listen(self, says: Says, server: type, port: int = 0) -> asyncssh.SSHAcceptor:
        async def handle(process: Process) -> None:
            await says(process)
            process.exit(0)

        acceptor = await asyncssh.listen(
            "127.0.0.1",
            port,
            server_host_keys=[self.host_key],
            authorized_client_keys=asyncssh.import_authorized_keys(
                self.key.export_public_key().decode()
            ),
            server_factory=server,
            process_factory=handle,
            encoding=None,
        )
        self.listening.append(acceptor)
        return acceptor

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
    ("trouble", "reached", "words"),
    [
        (hangs, True, "no answer in 3 s"),
        (floods, True, "more than 8 MB"),
        (has_no_probe, True, "command not found"),
        (complains_at_length, True, "0;obey"),
        (hangs_up, True, "hung up before"),
        (says_nothing, True, "no probe that answers"),
        (says(b"\n" * 10**6), True, "more than 100 reports"),
    ],
)
def test_one_in_trouble_says_why_and_the_others_are_read(
    fleet: Fleet, trouble: Says, reached: bool, words: str
) -> None:
    fleet.add("thapmuoi-02", trouble)
    fleet.add("thapmuoi-01", healthy)
    answers = ask(fleet, "thapmuoi-02", "thapmuoi-01")
    assert answers["thapmuoi-02"].fresh is None
    assert answers["thapmuoi-02"].reached is reached
    assert words in answers["thapmuoi-02"].why
    assert answers["thapmuoi-02"].why.isprintable()
    assert answers["thapmuoi-01"].fresh is not None
    assert len(answers["thapmuoi-01"].kept) == 1


@pytest.mark.parametrize(("said", "words"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_report_is_refused_and_costs_nobody_else_one(
    fleet: Fleet, said: bytes, words: str
) -> None:
    fleet.add("thapmuoi-02", says(said))
    fleet.add("thapmuoi-01", healthy)
    answers = ask(fleet, "thapmuoi-02", "thapmuoi-01")
    refused, read_all = answers["thapmuoi-02"], answers["thapmuoi-01"]
    assert (refused.reached, refused.fresh) == (True, None)
    assert refused.refused == (refused.why,)
    assert words in refused.why
    # Neither its own good report nor any of another PC is lost with it.
    assert [len(answer.kept) for answer in (refused, read_all)] == [1, 1]
    assert read_all.fresh is not None
    assert read_all.refused == ()


@calm
@given(st.lists(LINE))
def test_whatever_a_pc_prints_is_read_line_by_line(lines: list[bytes]) -> None:
    said = b"\n".join([*lines, report("thapmuoi-02")])
    answer = read("thapmuoi-02", said, datetime(2026, 11, 23, 2, tzinfo=UTC))
    assert answer.reached
    assert (answer.fresh is None) is bool(answer.why)
    good = [answer.fresh, *answer.kept] if answer.fresh else answer.kept
    assert {one.host for one in good if one} == {"thapmuoi-02"}
    assert len(good) + len(answer.refused) == len(said.splitlines())


@pytest.mark.parametrize(
    ("way", "words"),
    [
        ("Port ssh\n", "Invalid Port"),
        ("IdentityFile {place}/no-key\n", "no-key cannot be used (No such file"),
        ("IdentityFile {place}/broken-key\n", "key it names, cannot be used"),
        ("ProxyJump thapmuoi-02\n", "ssh_config"),
    ],
)
def test_a_pc_whose_way_is_not_written_well_stops_nobody_else(
    fleet: Fleet, way: str, words: str
) -> None:
    (fleet.place / "broken-key").write_text("no key")
    fleet.blocks.append(f"Host thapmuoi-02\n{way.format(place=fleet.place)}")
    fleet.add("thapmuoi-01", healthy)
    answers = ask(fleet, "thapmuoi-02", "thapmuoi-01")
    assert words in answers["thapmuoi-02"].why
    assert answers["thapmuoi-01"].fresh is not None
    assert send({"thapmuoi-02": "true"}, ssh_config=fleet.ssh_config) == {"thapmuoi-02": False}


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


def test_one_that_hangs_up_at_once_makes_no_terminal_obey(fleet: Fleet) -> None:
    fleet.add("thapmuoi-01", healthy, server=Rude)
    answer = ask(fleet, "thapmuoi-01")["thapmuoi-01"]
    assert not answer.reached
    assert answer.why.startswith("SSH ended: ")
    assert "obey me" in answer.why
    assert answer.why.isprintable()


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
