"""The morning page: what is out of order, since when, how sure we are, and what to do.

In 80 columns, the worst first. What has the same cause and the same remedy is told once; what
nobody can tell stands at the end, by aspect.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rich.cells import cell_len
from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from checks.days import day_of
from checks.findings import Certainty, Severity, Status
from checks.hardware.parts import part_name
from checks.history import Group, HostState, Known
from inventory.words import _, mark

# PCs that a line names; a longer list says how many more there are.
NAMED = 5
# PCs with one and the same finding, from which on it is told of all of them at once.
SEVERAL = 3
# Lines about what nobody can tell.
BLIND = 5
_GRAVE = {
    Severity.GRAVE: mark("grave"),
    Severity.NORMAL: mark("normal"),
    Severity.MINOR: mark("minor"),
}
_SURE = {Certainty.LIKELY: mark("likely"), Certainty.POSSIBLE: mark("possible")}
_STYLE = {Severity.GRAVE: "bold red", Severity.NORMAL: "yellow", Severity.MINOR: ""}
_SEVERITY, _CERTAINTY = tuple(Severity), tuple(Certainty)
# The remedy of nearly every control, in whatever language it was written.
_DEPLOY = re.compile(r"\S+ (pyinfra inventory deploys/\w+\.py) --limit \S+")
_BASELINE = "pyinfra inventory deploys/baseline.py"
# Columns of a command that goes on in the next line: with its indent and its backslash, 80.
_WIDTH = 74


@dataclass(frozen=True)
class _Entry:
    """What is told as one: findings on one part, or one finding."""

    word: str
    severity: Severity
    first: date
    what: str
    remedy: str


def page(
    states: Sequence[HostState],
    now: datetime,
    missed: str | None = None,
    resting: Sequence[str] = (),
) -> RenderableType:
    """The morning page, to be printed by rich.

    Args:
        states: every PC that counts, in the order of the inventory.
        now: with a time zone.
        missed: a sentence about nights that were missed.
        resting: the PCs that are off because their room is closed.
    """
    today = day_of(now)
    lines: list[RenderableType] = [Text(summary(states, today))]
    lines += [Text(at_rest(resting, states))] if resting else []
    if missed:
        lines.append(Text(missed, style="bold red"))
    told = _together(states, today)
    width = max((cell_len(one.word) for _hosts, entries in told for one in entries), default=0)
    for hosts, entries in told:
        lines += ["", Text(_names(hosts, states), "bold"), _table(entries, width, today)]
    for section in (_mended_by_a_run(states), _unknown(states), _waived(states)):
        lines += ["", *section] if section else []
    return Lines(*lines)


def summary(states: Sequence[HostState], today: date) -> str:
    """How many PCs are fine, need something, and could not be reached, with their last reports."""
    count = {group: sum(state.group is group for state in states) for group in Group}
    said = _("PCs: {fine} fine, {needs} need something, {unreached} not reached").format(
        fine=count[Group.FINE], needs=count[Group.NEEDS], unreached=count[Group.UNREACHED]
    )
    if count[Group.UNTOLD]:
        said += _(", {untold} fine as far as can be told").format(untold=count[Group.UNTOLD])
    away = [state for state in states if state.group is Group.UNREACHED]
    if not away:
        return f"{said}."
    # The longest away first: that is where somebody must go.
    away.sort(key=lambda state: (state.last_report is not None, state.last_report, state.host))
    names = [f"{state.host}: {_age(state, today)}" for state in away[:NAMED]]
    if len(away) > NAMED:
        names.append(_("and {count} more").format(count=len(away) - NAMED))
    return f"{said} ({'; '.join(names)})."


def at_rest(hosts: Sequence[str], states: Sequence[HostState]) -> str:
    """What is said of PCs that are off because their room is closed.

    Args:
        hosts: at least one.
        states: every PC that counts.
    """
    said = _("Off with their room closed, told by their last report: {hosts}.")
    return said.format(hosts=_names(hosts, states))


def _age(state: HostState, today: date) -> str:
    if state.last_report is None:
        return _("no report yet")
    days = (today - day_of(state.last_report)).days
    return _("last report {days} days ago").format(days=days) if days > 0 else _("reported today")


# --- what is out of order -------------------------------------------------------------------------


def _together(
    states: Sequence[HostState], today: date
) -> list[tuple[tuple[str, ...], list[_Entry]]]:
    """PCs with what is told of them: one, or several that have the same; the worst first."""
    bearers: dict[tuple[str, str, str], list[tuple[str, _Entry]]] = {}
    for state in states:
        for entry in _entries(state, today):
            same = (entry.word, entry.what, entry.remedy)
            bearers.setdefault(same, []).append((state.host, entry))
    told: dict[tuple[str, ...], list[_Entry]] = {}
    for alike in bearers.values():
        hosts = tuple(host for host, _entry in alike)
        oldest = min((entry for _host, entry in alike), key=lambda entry: entry.first)
        if len(hosts) >= SEVERAL:
            told.setdefault(hosts, []).append(oldest)
        else:
            for host, entry in alike:
                told.setdefault((host,), []).append(entry)
    for entries in told.values():
        entries.sort(key=lambda entry: _SEVERITY.index(entry.severity))
    return sorted(told.items(), key=lambda each: _rank(each[1]))


def _rank(entries: Sequence[_Entry]) -> tuple[int, int]:
    """The worst first: by the gravest finding, then by how many there are."""
    return (min(_SEVERITY.index(entry.severity) for entry in entries), -len(entries))


def _entries(state: HostState, today: date) -> Iterator[_Entry]:
    """What is told of one PC: findings on one part with one remedy are one."""
    alike: dict[tuple[str, ...], list[Known]] = {}
    for one in _told(state):
        same = (one.part, one.remedy, one.status) if one.part else (one.control,)
        alike.setdefault(same, []).append(one)
    for several in alike.values():
        worst = several[0]
        unreached = worst.status is Status.UNREACHABLE
        yield _Entry(
            word=_("away") if unreached else _(_GRAVE[worst.severity]),
            severity=worst.severity,
            first=min(one.first for one in several),
            what=_what(several, today),
            remedy="" if _DEPLOY.fullmatch(worst.remedy) else plain(worst.remedy),
        )


def _told(state: HostState) -> list[Known]:
    told = (*state.failing, *(one for one in state.findings if one.status is Status.UNREACHABLE))
    return sorted(told, key=_gravest_first)


def _gravest_first(one: Known) -> tuple[int, int]:
    return (_SEVERITY.index(one.severity), _CERTAINTY.index(one.certainty))


def _table(entries: Sequence[_Entry], width: int, today: date) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=width)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1, overflow="fold")
    for entry in entries:
        said = Text(entry.what)
        if entry.remedy:
            said.append(f"\n→ {entry.remedy}", "dim")
        word = Text(entry.word, _STYLE[entry.severity])
        table.add_row(word, Text(short_day(entry.first, today)), said)
    return table


def what(one: Known, today: date) -> str:
    """A finding in one line: the part or the rule, the evidence, and whether it was seen now."""
    return _what([one], today)


def _what(several: Sequence[Known], today: date) -> str:
    """Findings on one part in one line, the worst first; its own name where it is one of a part."""
    worst = several[0]
    name = part_name(worst.part) if worst.part else worst.control
    if worst.certainty in _SURE:
        name += f" ({_(_SURE[worst.certainty])})"
    reasons = " ".join(dict.fromkeys(one.reason for one in several))
    # A PC that is silent has no part and broke no rule.
    said = plain(reasons if worst.status is Status.UNREACHABLE else f"{name}: {reasons}")
    if any(one.seen for one in several):
        return said
    last = max(one.last for one in several)
    unseen = _("(not seen since {day})").format(day=short_day(last, today))
    return f"{said} {unseen}"


def short_day(day: date, today: date) -> str:
    """A day as short as it may be: with the year where it is another one."""
    return f"{day:%d/%m}" if day.year == today.year else f"{day:%d/%m/%y}"


def plain(text: str) -> str:
    """One line, whatever a PC said."""
    return " ".join(text.split())


def _names(hosts: Collection[str], states: Collection[HostState]) -> str:
    """PCs in a heading."""
    if len(hosts) == len(states) > 1:
        return _("all {count} PCs").format(count=len(hosts))
    names = list(hosts)[:NAMED]
    if len(hosts) > NAMED:
        names.append(_("and {count} more").format(count=len(hosts) - NAMED))
    return ", ".join(names)


# --- what is told once for all --------------------------------------------------------------------


def _mended_by_a_run(states: Sequence[HostState]) -> list[Text]:
    """The one command that mends all findings that have no remedy of their own."""
    deploys: dict[str, set[str]] = {}
    for state in states:
        for one in state.failing:
            match = _DEPLOY.fullmatch(one.remedy)
            if match:
                deploys.setdefault(state.host, set()).add(match[1])
    if not deploys:
        return []
    asked = set().union(*deploys.values())
    command = asked.pop() if len(asked) == 1 else _BASELINE
    words = " ".join([command, "-y", *(f"--limit={host}" for host in deploys)])
    wrapped = textwrap.wrap(words, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [Text(_("A run mends what has no arrow:")), Text(" \\\n    ".join(wrapped), "dim")]


def _unknown(states: Sequence[HostState]) -> list[Text]:
    """What nobody can tell: by aspect, since most of it is the same on many PCs every night."""
    reached = [state for state in states if state.reached]
    bearers: dict[str, list[str]] = {}
    for state in reached:
        for control in dict.fromkeys(one.control for one in state.unknown):
            bearers.setdefault(control, []).append(state.host)
    alike: dict[tuple[str, ...], list[str]] = {}
    for control, hosts in bearers.items():
        alike.setdefault(tuple(hosts), []).append(control)
    sets = sorted(alike.items(), key=lambda each: -len(each[0]))
    lines = [
        _("Nobody can tell on {hosts}: {names}.").format(
            hosts=_names(hosts, reached), names=_by_aspect(controls)
        )
        for hosts, controls in sets[:BLIND]
    ]
    if len(sets) > BLIND:
        lines.append(_("and {count} more").format(count=len(sets) - BLIND))
    return [Text(line, "dim") for line in lines]


def _by_aspect(controls: Collection[str]) -> str:
    if len(controls) <= NAMED:
        return ", ".join(controls)
    aspects = Counter(control.partition(".")[0] for control in controls)
    return ", ".join(f"{aspect} ({count})" for aspect, count in aspects.items())


def _waived(states: Sequence[HostState]) -> list[Text]:
    waived = [one for state in states for one in state.waived]
    if not waived:
        return []
    days = [one.waived_until for one in waived if one.waived_until]
    first = f"{min(days):%d/%m/%Y}" if days else "?"
    said = _("Waived: {count}; the first waiver ends on {day}.")
    return [Text(said.format(count=len(waived), day=first), "dim")]
