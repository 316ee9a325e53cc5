"""Unclean stops: the mains, a circuit, or one PC alone. Its neighbours tell which."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from checks.days import VIETNAM, WEEK, shown
from checks.hardware.findings import Finding
from checks.hardware.parts import part_key
from checks.hardware.rule import Rule, found, unanswered
from checks.hardware.runs import Cut, cuts, runs
from checks.report import Missing, Report
from inventory.records import Workstation
from inventory.words import _, mark

_JOURNAL = "journald writes every five minutes; an idle PC may have nothing to write for longer"
_NEIGHBOURS = "PCs on one supply stop together"

# Seconds between the last words of two PCs that the same cut has silenced.
WINDOW_S = 20 * 60
# PCs that stopped alone: from so many times on it is worth a look, and likely the PC itself.
SEVERAL, MANY = 2, 5
# Where every stop fell into opening hours, a reader's hand explains more of them.
MANY_WHILE_OPEN = 10
SHOWN = 5

MAINS = Rule(
    "power.mains",
    "likely",
    "watch",
    mark("{count} mains failures within a month: most PCs that were on stopped at once ({when})."),
    _NEIGHBOURS,
)
CIRCUIT = Rule(
    "power.circuit",
    "possible",
    "watch",
    mark(
        "{count} times within a month several PCs stopped at once while others ran on"
        " ({when}): a shared socket or extension lead. Each time: {hosts}."
    ),
    _NEIGHBOURS,
)
ALONE_OFTEN = Rule(
    "power.alone",
    "likely",
    "repair",
    mark(
        "{count} times within a month the PC stopped alone, without shutting down ({when}):"
        " power supply, mainboard or a crash. {hand}"
    ),
    _NEIGHBOURS,
)
ALONE = Rule(
    "power.alone",
    "possible",
    "watch",
    mark(
        "{count} times within a month the PC stopped alone, without shutting down ({when}):"
        " power supply, mainboard, a crash, or somebody. {hand}"
    ),
    _NEIGHBOURS,
)
NO_WITNESS = Rule(
    "power.unwitnessed",
    "unknown",
    "unknown",
    mark(
        "{count} times within a month the PC stopped without shutting down, and no other PC was"
        " on: the mains or the PC itself, nobody can tell."
    ),
    _JOURNAL,
)
UNKNOWN = Rule("power.unknown", "unknown", "unknown", "{why}", "the report")


def of_site(site: Mapping[str, Sequence[Report]]) -> tuple[Cut, ...]:
    """The unclean stops of a site's last month, put together.

    Args:
        site: PC -> its reports, the newest last.
    """
    return cuts({host: runs(host, reports) for host, reports in site.items()}, WINDOW_S)


def judge_site(events: Iterable[Cut]) -> Iterator[Finding]:
    """What is to be said of the site's mains: never of a single PC.

    Args:
        events: `of_site`.
    """
    several = [cut for cut in events if len(cut.stops) > 1]
    mains = [cut for cut in several if _is_mains(cut)]
    circuits = [cut for cut in several if not _is_mains(cut)]
    if mains:
        yield found(MAINS, part_key("mains"), count=len(mains), when=_when(c.when for c in mains))
    if circuits:
        sets = ["+".join(sorted(stop.host for stop in cut.stops)) for cut in circuits]
        hosts = "; ".join(sorted(set(sets))[:SHOWN])
        when = _when(c.when for c in circuits)
        yield found(CIRCUIT, part_key("sockets"), count=len(circuits), when=when, hosts=hosts)


def judge(
    reports: Sequence[Report], declared: Workstation, events: Iterable[Cut]
) -> Iterator[Finding]:
    """What is to be said of one PC that stops.

    Args:
        reports: the PC's, the newest last.
        declared: when its room is open.
        events: of its site (`of_site`).
    """
    part = part_key("power")
    if isinstance(reports[-1].starts, Missing):
        yield unanswered(UNKNOWN, part, reports[-1].starts)
    own = [cut for cut in events if [stop.host for stop in cut.stops] == [declared.name]]
    alone = [cut.when for cut in own if cut.others]
    opened = [is_open(declared.variables, when) for when in alone]
    if len(alone) >= SEVERAL:
        # Without opening hours nobody knows that no reader was there.
        closed = opened.count(False)
        often = len(alone) >= (MANY if closed else MANY_WHILE_OPEN)
        rule = ALONE_OFTEN if often else ALONE
        yield found(rule, part, count=len(alone), when=_when(alone), hand=_hand(opened))
    if len(own) - len(alone) >= SEVERAL:
        yield found(NO_WITNESS, part, count=len(own) - len(alone))


def is_open(variables: Mapping[str, Any], when: datetime) -> bool | None:
    """Whether readers may have been there; None where no opening hours are declared.

    Args:
        variables: the workstation's, with `power_opening_hours`.
        when: the last word of a PC. The stop came within WINDOW_S after it.
    """
    hours = variables.get("power_opening_hours")
    if not hours:
        return None
    here = when.astimezone(VIETNAM)
    if here.date().isoformat() in variables.get("power_closed_days", ()):
        return False
    first = f"{here:%H:%M}"
    later = here + timedelta(seconds=WINDOW_S)
    last = f"{later:%H:%M}" if later.date() == here.date() else "24:00"
    return any(begin <= last and first <= end for begin, end in hours[WEEK[here.weekday()]])


def _is_mains(cut: Cut) -> bool:
    return len(cut.stops) > len(cut.others)


def _hand(opened: Sequence[bool | None]) -> str:
    """What a reader's hand may have had to do with it, in a sentence."""
    if None in opened:
        return _("The opening hours are not known: a reader may have held the power button.")
    if True not in opened:
        return _("The room was closed every time.")
    said = _("{count} of them while the room was open: a reader may have held the power button.")
    return said.format(count=opened.count(True))


def _when(moments: Iterable[datetime]) -> str:
    """The latest moments, the newest first."""
    latest = sorted(moments, reverse=True)
    more = ", …" if len(latest) > SHOWN else ""
    return ", ".join(shown(moment) for moment in latest[:SHOWN]) + more
