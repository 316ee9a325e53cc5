"""Reports that PCs the desk cannot reach have brought to the inbox by themselves.

Each PC has an account of its own there (deploys/inbox.py), opened by its own key alone, so the
place a report lies in says which key brought it. The inbox is only read here: what is known
already is passed over by the history, and systemd-tmpfiles takes away what is old.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from checks.collect import REPORTS, Answer
from checks.days import day_of, shown_day
from checks.report import Report, ReportRefused, parse
from checks.report.parsing import LARGEST
from inventory.records import Inventory, Workstation
from inventory.words import _

# As roles/pull/files/send-reports has it; Linux takes 32 letters.
PREFIX = "bv-"
# As checks/probe/command.py names a report: a PC brings nothing else.
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z\.json")
DROP = "drop"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def directory() -> Path:
    """Where the inbox is on this machine: `$BENVUNG_INBOX`, or /srv/benvung-inbox."""
    return Path(os.environ.get("BENVUNG_INBOX") or "/srv/benvung-inbox")


def account(host: str) -> str:
    """A PC's account in the inbox."""
    return f"{PREFIX}{host}"


def brings(workstation: Workstation) -> bool:
    """Whether a PC brings its reports by itself."""
    return bool(
        workstation.variables["pull_mode"] == "pull" and workstation.variables["pull_inbox"]
    )


def taken(hosts: Sequence[str], since: Mapping[str, datetime], now: datetime) -> list[Answer]:
    """What the inbox has of some PCs.

    Args:
        hosts: the PCs.
        since: host -> when its newest known report was made; those are not handed on again.
        now: in UTC.
    """
    return [_answer(host, since.get(host, LONG_AGO), now) for host in hosts]


def ages(
    inventory: Inventory,
    hosts: Sequence[str],
    since: Mapping[str, datetime],
    now: datetime | None = None,
) -> str:
    """How old the newest report of each PC is that brings them by itself; "" where none does.

    Args:
        inventory: what is declared.
        hosts: the PCs that were looked at.
        since: host -> when its newest known report was made.
        now: with a time zone; None for this moment.
    """
    home = [host for host in hosts if brings(inventory.hosts[host])]
    today = day_of(now or datetime.now(UTC))
    told = [
        _("{host}: {day} ({days} days ago)").format(
            host=host, day=shown_day(since[host]), days=(today - day_of(since[host])).days
        )
        if host in since
        else _("{host}: none yet").format(host=host)
        for host in home
    ]
    return "\n  ".join([_("Newest reports brought home:"), *told]) if home else ""


def _answer(host: str, since: datetime, now: datetime) -> Answer:
    place = directory() / account(host) / DROP
    reports: list[Report] = []
    refused: list[str] = []
    try:
        for name, said in _dropped(place):
            try:
                reports.append(parse(said, host, now))
            except ReportRefused as refusal:
                refused.append(f"{name}: {refusal}")
    except OSError as error:
        why = _("Its place in the inbox cannot be read ({why}): run deploys/inbox.py there.")
        return Answer(host, why=why.format(why=error.strerror))
    if not reports:
        nothing = _("No report of it has come to the inbox yet.")
        return Answer(host, why=refused[-1] if refused else nothing, refused=tuple(refused))
    reports.sort(key=lambda report: report.at)
    kept = tuple(report for report in reports if report.at > since)
    return Answer(host, kept=kept, refused=tuple(refused), brought=reports[-1])


def _dropped(place: Path) -> Iterator[tuple[str, bytes]]:
    """The newest files of a drop, by name: it belongs to a PC that may be in a stranger's hands."""
    names = sorted(file.name for file in place.iterdir() if NAME.fullmatch(file.name))
    for name in names[-REPORTS:]:
        try:
            # No link is followed and no pipe waited for.
            handle = os.open(place / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            continue
        with os.fdopen(handle, "rb") as file:
            if stat.S_ISREG(os.fstat(handle).st_mode):
                yield name, file.read(LARGEST + 1)
