"""The morning notice: what changed since the last one, what is still grave, and what to do."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

from checks.days import day_of, shown
from checks.history import Changes, History, HostState, Known, Outcome, Run
from checks.tell import at_rest, plain, short_day, summary, what
from inventory.words import _

# Findings in one section; a fleet that fell silent at once must not make a mail of a megabyte.
MOST = 40
# A nightly run that is so much later than a day after the last one was missed.
DUE = timedelta(hours=26)
# A run that has not ended after so long was cut: a thousand PCs take half an hour.
LONGEST = timedelta(hours=3)
# A clock that was put right by a little is no wrong clock.
SLACK = timedelta(hours=1)

# Counts the checks that were due between two moments.
Planned = Callable[[datetime, datetime], int]


@dataclass(frozen=True)
class Notice:
    """A notice to be sent: its subject in one line, and its text."""

    title: str
    body: str


def missed(history: History, now: datetime, planned: Planned | None = None) -> str | None:
    """What went wrong with the nights since the last notice, in a few sentences; else None.

    Nights that did not run, runs that were cut, a notice that did not go out. To be asked before a
    run begins: afterwards the newest run is the one that asks.

    Args:
        history: open.
        now: with a time zone.
        planned: counts the checks due between two moments; None for one every day.

    Raises:
        HistoryRefused: the history cannot be read.
    """
    last = history.last_run()
    if last is None:
        return None
    if now - last.began < -SLACK:
        return _(
            "The last check is dated {began}, which is to come: is this computer's clock right?"
        ).format(began=shown(last.began))
    runs = history.untold()
    sentences = [*_cut(runs, now), *_without_a_run(runs, now, planned or _each_day)]
    if last.notice and not last.told:
        sentences.append(_("The last notice did not go out: {why}").format(why=last.notice))
    return " ".join(sentences) or None


def _cut(runs: Sequence[Run], now: datetime) -> Iterator[str]:
    """Runs that never ended and no longer run: killed, or cut by the mains."""
    for run in runs:
        if run.outcome is Outcome.RUNNING and (run.gone or now - run.began > LONGEST):
            yield _(
                "The check that began at {began} was cut off: what it found is lost, earlier "
                "nights are kept."
            ).format(began=shown(run.began))


def _without_a_run(runs: Sequence[Run], now: datetime, planned: Planned) -> Iterator[str]:
    """Nights on which nothing ran."""
    for run, following in zip_longest(runs, runs[1:]):
        until = following.began if following else now
        nights = planned(run.began + SLACK, until - SLACK) if until - run.began > DUE else 0
        if not nights:
            continue
        if following:
            yield _("Between {began} and {following} nights were missed: {nights}.").format(
                began=shown(run.began), following=shown(until), nights=nights
            )
        else:
            yield _(
                "The last check began at {began}; nights missed since: {nights}. Was this computer "
                "switched off at night, or has its timer stopped?"
            ).format(began=shown(run.began), nights=nights)


def _each_day(after: datetime, before: datetime) -> int:
    return max(1, (before - after + 2 * SLACK).days)


def notice(
    changes: Changes,
    states: Sequence[HostState],
    now: datetime,
    missed: str | None = None,
    resting: Sequence[str] = (),
) -> Notice:
    """Write the notice; it says so where nothing has changed.

    Args:
        changes: what changed since the last notice.
        states: every PC that counts, in the order of the inventory.
        now: with a time zone.
        missed: a sentence about nights that were missed.
        resting: the PCs that are off because their room is closed.
    """
    said = [at_rest(resting, states)] if resting else []
    lines = [summary(states, day_of(now)), *said, *([missed] if missed else []), ""]
    lines += _section(_("New:"), changes.new, now)
    lines += _section(_("Still grave:"), changes.grave, now)
    lines += _section(_("No longer reached:"), changes.silent, now)
    lines += _section(_("Mended:"), changes.mended, now)
    if not (changes.new or changes.mended or changes.silent):
        lines.append(_("Nothing has changed since the last notice."))
    return Notice(_title(changes, now), "\n".join(lines).rstrip() + "\n")


def _title(changes: Changes, now: datetime) -> str:
    title = _("Library PCs {day}: {new} new, {grave} still grave, {mended} mended")
    return title.format(
        day=f"{day_of(now):%d/%m/%Y}",
        new=len(changes.new),
        grave=len(changes.grave),
        mended=len(changes.mended),
    )


def _section(title: str, findings: Sequence[Known], now: datetime) -> list[str]:
    if not findings:
        return []
    lines = [title, *_entries(findings[:MOST], now)]
    if len(findings) > MOST:
        lines.append(_("and {count} more").format(count=len(findings) - MOST))
    return [*lines, ""]


def _entries(findings: Iterable[Known], now: datetime) -> Iterator[str]:
    today = day_of(now)
    for one in findings:
        since = _("since {day}").format(day=short_day(one.first, today))
        yield f"- {one.host} ({since}): {what(one, today)}"
        if one.ended is None and one.remedy:
            yield "  " + _("What to do: {remedy}").format(remedy=plain(one.remedy))
