"""Reports come home: sent once each over real SFTP, read with suspicion, judged by their age."""

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import asyncssh
import pytest

from checks import cli_inbox, cli_nightly, inbox
from checks.collect import REPORTS, Answer
from checks.findings import Status
from checks.history import open_history
from checks.keys import KeysRefused
from checks.nightly import Desk, run
from deploys.inbox_keys import read_keys, write_keys
from inventory.records import Inventory
from tests.published import new_key
from tests.unit.healthy import healthy
from tests.unit.programs import program
from tests.unit.shipped import shipped

send = program("pull", "send-reports")
HOST, OTHER = "thanhmy-03", "thanhmy-04"


# --- on the PC ---------------------------------------------------------------------------


@dataclass
class Inbox:
    """A real SFTP server that lets one key in, and what it was given."""

    place: Path
    port: int

    @property
    def drop(self) -> Path:
        """Where reports arrive."""
        return self.place / "home/drop"

    def listen(self, port: int) -> None:
        """Tell the PC that the inbox is at this port."""
        (self.place / "inbox.json").write_text(json.dumps({"host": "127.0.0.1", "port": port}))


class Drop(asyncssh.SFTPServer):
    """Shuts everybody into `home`."""

    home = b""

    def __init__(self, channel: asyncssh.SSHServerChannel[bytes]) -> None:
        """With that root."""
        super().__init__(channel, chroot=self.home)


@pytest.fixture
def real_inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """What OpenSSH's own server shuts in and refuses is proved in the lab."""
    keys = tmp_path / "keys"
    keys.mkdir()
    (tmp_path / "authorized").write_text(f"{new_key(keys / 'report-key')}\n")
    (keys / "inbox-host").write_text(f"inbox {new_key(tmp_path / 'host-key')}\n")
    (tmp_path / "home/drop").mkdir(parents=True)
    (tmp_path / "reports").mkdir()
    monkeypatch.setattr(Drop, "home", str(tmp_path / "home").encode())
    loop = asyncio.new_event_loop()
    serving = threading.Thread(target=loop.run_forever, daemon=True)
    serving.start()

    async def listening() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[str(tmp_path / "host-key")],
            authorized_client_keys=str(tmp_path / "authorized"),
            sftp_factory=Drop,
        )

    server = asyncio.run_coroutine_threadsafe(listening(), loop).result(30)
    for name, where in (
        *(("KEYS", "keys"), ("REPORTS", "reports")),
        *(("SENT", "state/sent.json"), ("CONFIG", "inbox.json")),
    ):
        monkeypatch.setattr(send, name, tmp_path / where)
    found = Inbox(tmp_path, server.get_port())
    found.listen(found.port)
    yield found
    loop.call_soon_threadsafe(server.close)
    asyncio.run_coroutine_threadsafe(server.wait_closed(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    serving.join(30)
    loop.close()


def keep(place: Path, *days: int) -> None:
    for day in days:
        (place / f"reports/2026-11-{day:02}T100000Z.json").write_text(f'{{"day": {day}}}\n')


def test_each_report_arrives_once_under_its_name(real_inbox: Inbox) -> None:
    keep(real_inbox.place, *range(1, 13))
    assert send.main() == 0
    assert len(list(real_inbox.drop.glob("*.json"))) == 12
    assert not list(real_inbox.drop.glob("*.part"))
    for arrived in real_inbox.drop.iterdir():
        arrived.unlink()
    keep(real_inbox.place, 13)
    assert send.main() == 0
    assert [one.name for one in real_inbox.drop.iterdir()] == ["2026-11-13T100000Z.json"]


def test_while_the_line_is_down_they_wait(
    real_inbox: Inbox, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(real_inbox.place, 1, 2)
    real_inbox.listen(9)
    assert send.main() == 1
    assert "2 reports wait" in capsys.readouterr().out
    real_inbox.listen(real_inbox.port)
    assert send.main() == 0
    assert len(list(real_inbox.drop.iterdir())) == 2


def test_nothing_goes_to_another_inbox(real_inbox: Inbox) -> None:
    keep(real_inbox.place, 1)
    other = new_key(real_inbox.place / "other")
    (real_inbox.place / "keys/inbox-host").write_text(f"inbox {other}\n")
    assert send.main() == 1
    assert not list(real_inbox.drop.iterdir())


def test_a_key_the_inbox_does_not_know_brings_nothing(real_inbox: Inbox) -> None:
    keep(real_inbox.place, 1)
    for half in ("report-key", "report-key.pub"):
        (real_inbox.place / "keys" / half).unlink()
    new_key(real_inbox.place / "keys/report-key")
    assert send.main() == 1
    assert not list(real_inbox.drop.iterdir())


def test_a_torn_memory_only_sends_again(real_inbox: Inbox) -> None:
    keep(real_inbox.place, 1)
    assert send.main() == 0
    (real_inbox.place / "state/sent.json").write_bytes(b"\0\0")
    assert send.main() == 0
    assert len(list(real_inbox.drop.iterdir())) == 1


# --- at the desk -----------------------------------------------------------------------------


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inventory:
    """The inventory with a site whose PCs bring their reports."""
    monkeypatch.setenv("BENVUNG_INBOX", str(tmp_path / "inbox"))
    monkeypatch.setenv("BENVUNG_DATABASE", f"sqlite:///{tmp_path}/history.sqlite")
    hosts = dict(shipped().hosts)
    declared = {"pull_mode": "pull", "pull_inbox": "may-chu.example"}
    for name in (HOST, OTHER):
        values = MappingProxyType({**hosts[name].variables, **declared})
        hosts[name] = replace(hosts[name], variables=values)
        (tmp_path / "inbox" / inbox.account(name) / "drop").mkdir(parents=True)
    return replace(shipped(), hosts=MappingProxyType(hosts))


def drop(room: Inventory, host: str, at: datetime, of: str = "") -> Path:
    """What a PC brought: a healthy report made at a moment."""
    said = healthy(room.hosts[of or host]) | {"at": at.isoformat()}
    place = inbox.directory() / inbox.account(host) / "drop" / f"{at:%Y-%m-%dT%H%M%SZ}.json"
    place.write_text(json.dumps(said))
    return place


NOW = datetime.now(UTC).replace(microsecond=0)


def answer(now: datetime = NOW, since: datetime | None = None, host: str = HOST) -> Answer:
    (one,) = inbox.taken([host], {host: since} if since else {}, now)
    return one


def test_what_was_brought_is_taken_the_newest_to_judge_by(room: Inventory) -> None:
    days = [NOW - timedelta(days=back) for back in (3, 2, 1)]
    for day in days:
        drop(room, HOST, day)
    found = answer()
    assert [one.at for one in found.kept] == days
    assert found.brought is not None
    assert found.brought.at == days[-1]
    assert found.fresh is None
    again = answer(since=days[1])
    assert [one.at for one in again.kept] == days[2:]


def test_a_report_of_another_pc_is_refused(room: Inventory) -> None:
    """The place says which key brought it; what it says of itself must agree."""
    drop(room, HOST, NOW, of=OTHER)
    found = answer()
    assert found.newest is None
    assert found.kept == ()
    assert OTHER in found.refused[0]
    assert answer(host=OTHER).kept == ()


def test_what_is_no_report_is_refused_and_the_others_are_read(room: Inventory) -> None:
    good = drop(room, HOST, NOW)
    long, no_report, link, pipe = (f"1999-12-0{day}T100000Z.json" for day in range(1, 5))
    (good.parent / long).write_bytes(b"x" * (1 << 20))
    (good.parent / no_report).write_text("[]")
    (good.parent / link).symlink_to("/etc/passwd")
    os.mkfifo(good.parent / pipe)
    (good.parent / "1999-12-05T100000Z.json.part").write_text("half")
    found = answer()
    assert len(found.kept) == 1
    assert len(found.refused) == 2


@pytest.mark.parametrize("name", [b"z\xff", b"z\x1b]0;owned\x07", b"z\n", b"[bold red]"])
def test_names_that_no_pc_gives_are_passed_over(
    room: Inventory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: bytes,
) -> None:
    """A stolen key may name a file as it likes; the technician's terminal obeys none of it."""
    good = drop(room, HOST, NOW)
    for number in range(REPORTS):
        Path(os.fsdecode(bytes(good.parent) + b"/" + name + b"%03d.json" % number)).write_text("[]")
    found = answer()
    assert (len(found.kept), found.refused) == (1, ())
    good.unlink()
    monkeypatch.setattr(cli_inbox, "load", lambda: room)
    cli_inbox.show()
    shown = capsys.readouterr().out
    assert HOST in shown
    assert "owned" not in shown


def test_no_report_yet_and_no_inbox_are_said(room: Inventory) -> None:
    assert "No report" in answer().why
    (inbox.directory() / inbox.account(HOST) / "drop").rmdir()
    assert "deploys/inbox.py" in answer().why
    del room


def nightly(room: Inventory, tmp_path: Path) -> tuple[dict[str, int], set[str]]:
    """A night over both: the reports known of each, and what fails on the first."""
    config = tmp_path / "ssh_config"
    config.touch()
    desk = Desk(room, (), config)
    with open_history() as history:
        night = run(desk, [HOST, OTHER], history)
        reports = {host: len(history.last_reports(host, 100)) for host in (HOST, OTHER)}
    (visit, _other) = night.visits
    return reports, {one.control for one in visit.findings if one.status is Status.FAIL}


def test_a_night_takes_them_in_once_each(room: Inventory, tmp_path: Path) -> None:
    drop(room, HOST, NOW - timedelta(hours=30))
    drop(room, HOST, NOW - timedelta(hours=20))
    reports, failing = nightly(room, tmp_path)
    assert reports == {HOST: 2, OTHER: 0}
    assert "health.reported" not in failing
    assert nightly(room, tmp_path)[0] == {HOST: 2, OTHER: 0}
    drop(room, HOST, NOW - timedelta(hours=1))
    assert nightly(room, tmp_path)[0] == {HOST: 3, OTHER: 0}


def test_an_old_report_is_judged_and_said_to_be_old(room: Inventory, tmp_path: Path) -> None:
    drop(room, HOST, NOW - timedelta(days=30))
    assert "health.reported" in nightly(room, tmp_path)[1]


def test_no_key_of_the_desk_is_needed_for_pcs_that_bring_their_reports(
    room: Inventory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "ssh_config"
    config.write_text(f"Host *\n    IdentityFile {tmp_path}/none\n    IdentityAgent none\n")
    monkeypatch.setenv("BENVUNG_SSH_CONFIG", str(config))
    monkeypatch.setattr(cli_nightly, "load", lambda: room)
    for host in (HOST, OTHER):
        drop(room, host, NOW)
    asked = cli_nightly.Asked((HOST, OTHER), as_json=True, tell=False)
    assert cli_nightly.run(asked) in (cli_nightly.FINE, cli_nightly.FINDINGS)
    with pytest.raises(KeysRefused):
        cli_nightly.run(replace(asked, limit=(HOST, "thapmuoi-01")))


def test_how_old_each_is_is_shown(room: Inventory) -> None:
    since = {HOST: NOW - timedelta(days=4)}
    shown = inbox.ages(room, [HOST, OTHER, "thapmuoi-01"], since, NOW)
    assert f"{HOST}: " in shown
    assert "(4 days ago)" in shown
    assert f"{OTHER}: none yet" in shown
    assert "thapmuoi-01" not in shown
    assert inbox.ages(room, ["thapmuoi-01"], {}, NOW) == ""


def test_the_keys_are_a_file_that_is_written_whole(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    assert read_keys(tmp_path) == {}
    keys = {HOST: "ssh-ed25519 AAAA", OTHER: "ssh-ed25519 BBBB"}
    write_keys(keys, tmp_path)
    assert read_keys(tmp_path) == keys
