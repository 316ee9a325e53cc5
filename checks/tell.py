"""The morning page: how the PCs are, in 80 columns, the worst first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from checks.days import day_of
from checks.findings import Severity, Status
from checks.hardware.parts import part_name
from checks.history import Group, HostState, Known
from inventory.words import _, mark

# PCs that a line names; a longer list says how many more there are.
NAMED = 5
_GRAVE = {
    Severity.GRAVE: mark("grave"),
    Severity.NORMAL: mark("normal"),
    Severity.MINOR: mark("minor"),
}
_STYLE = {Severity.GRAVE: "bold red", Severity.NORMAL: "yellow", Severity.MINOR: ""}
_SEVERITY = tuple(Severity)


def page(states: Sequence[HostState], now: datetime, missed: str | None = None) -> RenderableType:
    """The morning page, to be printed by rich.

    Args:
        states: every PC that counts, in the order of the inventory.
        now: with a time zone.
        missed: a sentence about nights that were missed.
    """
    today = day_of(now)
    lines: list[RenderableType] = [Text(summary(states, today))]
    if missed:
        lines.append(Text(missed, style="bold red"))
    table = _table(states, today)
    if table.row_count:
        lines.append(table)
    lines += [Text(line, style="dim") for line in _waived(states)]
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


def _age(state: HostState, today: date) -> str:
    if state.last_report is None:
        return _("no report yet")
    days = (today - day_of(state.last_report)).days
    return _("last report {days} days ago").format(days=days) if days > 0 else _("reported today")


def _table(states: Sequence[HostState], today: date) -> Table:
    table = Table(box=None, expand=True, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column(_("PC"), overflow="fold", max_width=14)
    table.add_column(_("Since"), no_wrap=True)
    table.add_column(_("How grave"), max_width=9)
    table.add_column(_("What"), ratio=1, overflow="fold")
    table.add_column(_("What to do"), ratio=1, overflow="fold")
    rows = {state.host: list(_rows(state, today)) for state in states}
    order = {state.host: _rank(state) for state in states}
    for host in sorted(rows, key=order.__getitem__):
        for number, row in enumerate(rows[host]):
            last = number == len(rows[host]) - 1
            table.add_row(Text("" if number else host, "bold"), *row, end_section=last)
    return table


def _rank(state: HostState) -> tuple[int, int]:
    """The worst first: by the gravest finding, then by how many there are."""
    told = _told(state)
    gravest = min((_SEVERITY.index(one.severity) for one in told), default=len(_SEVERITY))
    return (gravest, -len(told))


def _told(state: HostState) -> list[Known]:
    told = (*state.failing, *(one for one in state.findings if one.status is Status.UNREACHABLE))
    return sorted(told, key=lambda one: _SEVERITY.index(one.severity))


def _rows(state: HostState, today: date) -> Iterator[tuple[Text, ...]]:
    for one in _told(state):
        word = _("not reached") if one.status is Status.UNREACHABLE else _(_GRAVE[one.severity])
        yield (
            Text(short_day(one.first, today)),
            Text(word, _STYLE[one.severity]),
            Text(what(one, today)),
            Text(plain(one.remedy)),
        )
    if state.unknown and state.reached:
        first = min(one.first for one in state.unknown)
        # Each by name is in --json; here they would push out what somebody can mend.
        aspects = Counter(one.control.partition(".")[0] for one in state.unknown)
        names = ", ".join(f"{aspect} ({count})" for aspect, count in aspects.items())
        yield (
            Text(short_day(first, today)),
            Text(_("unknown")),
            Text(_("Nobody can tell: {names}.").format(names=names)),
            Text(""),
        )


def what(one: Known, today: date) -> str:
    """A finding in one line: the part, the evidence, and whether it was seen this time."""
    said = plain(f"{part_name(one.part)}: {one.reason}" if one.part else one.reason)
    if one.seen:
        return said
    unseen = _("(not seen since {day})").format(day=short_day(one.last, today))
    return f"{said} {unseen}"


def short_day(day: date, today: date) -> str:
    """A day as short as it may be: with the year where it is another one."""
    return f"{day:%d/%m}" if day.year == today.year else f"{day:%d/%m/%y}"


def plain(text: str) -> str:
    """One line, whatever a PC said."""
    return " ".join(text.split())


def _waived(states: Sequence[HostState]) -> Iterator[str]:
    waived = [one for state in states for one in state.waived]
    if waived:
        days = [one.waived_until for one in waived if one.waived_until]
        yield _("Waived: {count}; the first waiver ends on {day}.").format(
            count=len(waived), day=f"{min(days):%d/%m/%Y}" if days else "?"
        )
