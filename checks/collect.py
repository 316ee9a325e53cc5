"""Take a report from every workstation over SSH, all at once, each with a deadline of its own.

One login and one command for each PC. asyncssh, because one process holds thousands of connections
in step with nobody: docs/decisions/0010-collecting-with-asyncssh.md.
"""

import asyncio
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncssh

from checks.report import Report, ReportRefused, parse, printable
from inventory.words import _

# -B: a look leaves nothing on the PC, not even a compiled file. -I, -S: nothing but the standard
# library, whatever else is installed; it starts sooner, too.
PROBE = ("sudo", "-n", "python3", "-BIS", "/usr/local/lib/benvung/probe")
# Seconds for one PC from the first packet to the last report; a good one needs three.
DEADLINE = 60.0
# PCs asked at the same time: enough to keep two cores busy, few enough for a home router.
AT_ONCE = 100
# Bytes one PC may say, and reports: it keeps those of a month (checks/probe/command.py: 60).
MOST = 8 * 1024 * 1024
REPORTS = 100
# Bytes of a complaint that are worth reading.
COMPLAINT = 4096


@dataclass(frozen=True)
class Answer:
    """What one workstation said.

    Attributes:
        host: its name.
        fresh: the report made just now; None where there is none.
        kept: reports that waited on the PC, the oldest first.
        why: why there is no fresh report; "" when there is one.
        reached: whether a login worked.
        refused: why reports of it were refused.
        brought: the newest report the PC brought to the inbox by itself; one of `kept` or older.
    """

    host: str
    fresh: Report | None = None
    kept: tuple[Report, ...] = ()
    why: str = ""
    reached: bool = False
    refused: tuple[str, ...] = field(default=())
    brought: Report | None = None

    @property
    def newest(self) -> Report | None:
        """What the PC is judged by."""
        return self.fresh or self.brought


def collect(
    asked: Mapping[str, datetime | None],
    *,
    ssh_config: Path,
    done: Callable[[Answer], None] = lambda _answer: None,
    at_once: int = AT_ONCE,
    deadline: float = DEADLINE,
) -> list[Answer]:
    """Ask every workstation for its reports.

    Args:
        asked: host, as ssh_config names it → when its newest known report was made, or None.
        ssh_config: how to reach them: addresses, jump hosts, keys, known_hosts.
        done: told of each answer as it comes.
        at_once: how many are asked at the same time.
        deadline: seconds for each.

    Returns:
        An answer for each host, in the order asked.
    """

    async def all_of_them() -> list[Answer]:
        gate = asyncio.Semaphore(at_once)

        async def one(host: str, since: datetime | None) -> Answer:
            async with gate:
                answer = await _ask(host, since, ssh_config, deadline)
            done(answer)
            return answer

        return list(await asyncio.gather(*(one(*item) for item in asked.items())))

    return asyncio.run(all_of_them())


def send(
    commands: Mapping[str, str], *, ssh_config: Path, deadline: float = DEADLINE
) -> dict[str, bool]:
    """Run a command on each of some PCs; host -> whether it was run and ended well.

    Args:
        commands: host -> the command, quoted for a shell.
        ssh_config: how to reach them.
        deadline: seconds for each.
    """

    async def one(host: str, words: str) -> bool:
        try:
            async with asyncio.timeout(deadline):
                async with asyncssh.connect(host, config=[str(ssh_config)]) as connection:
                    return (await connection.run(words)).exit_status == 0
        except (TimeoutError, OSError, ValueError, RecursionError, asyncssh.Error):
            return False

    async def all_of_them() -> list[bool]:
        return list(await asyncio.gather(*(one(*item) for item in commands.items())))

    return dict(zip(commands, asyncio.run(all_of_them()), strict=True))


async def _ask(host: str, since: datetime | None, ssh_config: Path, deadline: float) -> Answer:
    """One workstation's answer; whatever goes wrong with it is told in the answer."""
    reached = False
    try:
        async with asyncio.timeout(deadline):
            # Its host key must be the one pinned in known_hosts; asyncssh knows no other way.
            async with asyncssh.connect(host, config=[str(ssh_config)]) as connection:
                reached = True
                said = await _said(connection, command(since))
    except TimeoutError:
        why = _("It gave no answer in {seconds} s.").format(seconds=round(deadline))
        return Answer(host, why=why, reached=reached)
    # What asyncssh cannot read of ssh_config and keys is a ValueError, a jump through itself the
    # other: of one PC's, which must not end the night of all.
    except (asyncssh.Error, OSError, ValueError, RecursionError, _SaidNo) as error:
        return Answer(host, why=_reason(error), reached=reached)
    # In a thread: whatever one PC said, the others are listened to meanwhile.
    return await asyncio.to_thread(read, host, said, datetime.now(UTC))


def command(since: datetime | None) -> str:
    """The one command a workstation is asked to run, quoted for its shell."""
    when = (since or datetime(2000, 1, 1, tzinfo=UTC)).isoformat(timespec="seconds")
    return shlex.join([*PROBE, "--since", when])


class _SaidNo(Exception):  # noqa: N818 - it names what happened
    """The PC was reached and gave no report; the message is for the technician."""


async def _said(connection: asyncssh.SSHClientConnection, asked: str) -> bytes:
    """What the command printed, never more than `MOST` bytes and `REPORTS` lines.

    Raises:
        _SaidNo: too much, too many, or nothing.
    """
    async with connection.create_process(asked, encoding=None, stdin=asyncssh.DEVNULL) as process:
        said = await _begin(process.stdout, MOST + 1)
        complaint = b"" if said else await _begin(process.stderr, COMPLAINT)
        hung_up = not said and not complaint and await _hung_up(process)
    if len(said) > MOST:
        much = _("It says more than {limit} MB: nothing of it was read.")
        raise _SaidNo(much.format(limit=MOST // 2**20))
    if said.count(b"\n") > REPORTS:
        many = _("It says more than {limit} reports: nothing of it was read.")
        raise _SaidNo(many.format(limit=REPORTS))
    if hung_up:
        raise _SaidNo(_("It hung up before it said anything: is it shutting down?"))
    if not said:
        words = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
        nothing = _("It has no probe that answers ({why}): run the baseline on it.")
        raise _SaidNo(nothing.format(why=printable(words[0][:120])))
    return said


async def _hung_up(process: asyncssh.SSHClientProcess[bytes]) -> bool:
    """Whether the connection ended before the command did: no status and no signal of it came."""
    await process.wait_closed()
    return process.returncode is None


async def _begin(stream: asyncssh.SSHReader[bytes], most: int) -> bytes:
    """What a stream begins with, or all of it: it may never end."""
    said = bytearray()
    while len(said) < most and (piece := await stream.read(65536)):
        said += piece
    return bytes(said)


def _reason(error: Exception) -> str:
    """Why a workstation could not be asked, as a sentence with what to do."""
    match error:
        case _SaidNo():
            return str(error)
        case asyncssh.HostKeyNotVerifiable():
            return _(
                "Its host key is not the pinned one. If Debian was installed anew, enrol it again; "
                "if not, do not go on."
            )
        case asyncssh.PermissionDenied():
            return _("It lets no key of this desk in: is your key loaded (ssh-add -l)?")
        case asyncssh.Error():
            why = printable(str(error.reason)[:120]).rstrip(".")
            return _("SSH ended: {why}.").format(why=why)
        case OSError():
            return _no_way(error)
    return _("The desk's ssh_config, or a key it names, cannot be used: {why}.").format(
        why=str(error).rstrip(".")
    )


def _no_way(error: OSError) -> str:
    why = error.strerror or str(error)
    if error.filename:
        return _("{file} cannot be used ({why}): the desk's ssh_config names it.").format(
            file=error.filename, why=why
        )
    return _("It cannot be reached ({why}): is it switched on?").format(why=why)


def read(host: str, said: bytes, now: datetime) -> Answer:
    """Read what a workstation printed: the fresh report first, then those kept.

    Args:
        host: the workstation asked.
        said: a report to a line.
        now: when it came, in UTC.
    """
    reports: list[Report | None] = []
    refused: list[str] = []
    for line in said.splitlines():
        try:
            reports.append(parse(line, host, now))
        except ReportRefused as refusal:
            reports.append(None)
            refused.append(str(refusal))
    fresh, kept = reports[0], tuple(report for report in reports[1:] if report)
    why = "" if fresh else refused[0]
    return Answer(host, fresh, kept, why, reached=True, refused=tuple(refused))
