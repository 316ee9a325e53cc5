"""From start to stop: when each PC of a site was on, and which stops were not in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from checks.hardware.rule import MONTH, having, recent
from checks.report import Boot, Report


@dataclass(frozen=True)
class Run:
    """One start of one PC.

    Attributes:
        began: when it started.
        until: when it was last known to run: it stopped, or its journal's last word.
        unclean: it stopped without shutting down.
        back: when the PC started again; None where it has not.
    """

    host: str
    began: datetime
    until: datetime
    unclean: bool
    back: datetime | None = None


def runs(host: str, reports: Sequence[Report]) -> tuple[Run, ...]:
    """The starts of the last month, the oldest first.

    Args:
        host: the PC's name.
        reports: its own, the newest last. A later one knows better how a start ended.
    """
    known: dict[datetime, tuple[Boot, datetime]] = {}
    if not reports:
        return ()
    for report, starts in having(recent(reports), lambda each: each.starts):
        for boot in starts.boots:
            if boot.began is not None:
                known[boot.began] = (boot, report.at)
    month = reports[-1].at - MONTH
    starts_at = sorted(known)
    following = [*starts_at, None][1:]
    return tuple(
        run
        for began, back in zip(starts_at, following, strict=True)
        if (run := _run(host, began, back, *known[began])) is not None and run.until >= month
    )


def _run(
    host: str, began: datetime, back: datetime | None, boot: Boot, asked: datetime
) -> Run | None:
    """One start; None where nobody knows when it ended."""
    until = boot.ended or boot.last_word or (asked if boot.clean is None else None)
    if until is None:
        return None
    return Run(host, began, max(began, until), boot.clean is False, back)


@dataclass(frozen=True)
class Cut:
    """Unclean stops that may have been one event.

    Attributes:
        stops: one for each PC that stopped.
        others: the PCs that ran on beyond it.
    """

    stops: tuple[Run, ...]
    others: frozenset[str]

    @property
    def when(self) -> datetime:
        """The last word heard before it."""
        return max(stop.until for stop in self.stops)


def cuts(site: Mapping[str, Iterable[Run]], window_s: int) -> tuple[Cut, ...]:
    """The unclean stops of a site, those of the same minutes put together, the oldest first.

    Args:
        site: PC -> its starts (`runs`).
        window_s: how far apart the last words of two journals may be, in seconds.
    """
    everyone = [run for each in site.values() for run in each]
    stops = sorted((run for run in everyone if run.unclean), key=lambda run: (run.until, run.host))
    groups: list[list[Run]] = []
    for stop in stops:
        if groups and _same_event(groups[-1], stop, window_s):
            groups[-1].append(stop)
        else:
            groups.append([stop])
    return tuple(_cut(group, everyone, window_s) for group in groups)


def _same_event(group: Sequence[Run], stop: Run, window_s: int) -> bool:
    """Whether one instant may have ended all of them: near, no PC twice, none back already."""
    near = (stop.until - group[0].until).total_seconds() <= window_s
    back = any(each.back is not None and each.back <= stop.until for each in group)
    return near and not back and all(each.host != stop.host for each in group)


def _cut(group: Sequence[Run], everyone: Iterable[Run], window_s: int) -> Cut:
    when = group[-1].until
    stopped = {stop.host for stop in group}
    # A PC that shut down in the minutes after may have been off already when the mains failed.
    others = {
        run.host
        for run in everyone
        if run.began <= when and (run.until - when).total_seconds() >= window_s
    }
    return Cut(tuple(group), frozenset(others - stopped))
