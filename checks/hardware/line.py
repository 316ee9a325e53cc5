"""The line of a site: is it bad for all PCs, or for one?"""

from collections.abc import Iterator, Mapping, Sequence

from checks.hardware import network_rules as rules
from checks.hardware.findings import Finding
from checks.hardware.parts import part_key
from checks.hardware.rule import found, having, recent
from checks.report import LineDay, Missing, Report
from inventory.words import _

_Days = Mapping[str, LineDay]  # day, as 2026-11-19 -> what was measured


def judge_site(site: Mapping[str, Sequence[Report]]) -> Iterator[Finding]:
    """What is to be said of the line, never of one PC.

    Args:
        site: PC -> its reports, the newest last.
    """
    measured = _measured(site)
    days = _last_days(measured)
    target = _target(site)
    if not days:
        yield found(rules.NOT_MEASURED, part_key("line"), target=target or _("not set"))
        return
    if not any(each[day].received for each in measured.values() for day in days if day in each):
        yield found(rules.NO_ANSWER, part_key("line"), target=target or _("not set"))
        return
    bad = [day for day in days if _bad_for_most(measured, day)]
    if len(bad) < rules.BAD_DAYS:
        return
    on_bad = [each[day] for day in bad for each in measured.values() if day in each]
    numbers = {
        "days": len(bad),
        "of": len(days),
        "worst": _worst(on_bad),
        "promised": _promised(on_bad, _contract(site)),
    }
    alone = len(measured) == 1
    yield found(rules.ONE_PC_LINE if alone else rules.SITE_LINE, part_key("line"), **numbers)


def judge_pcs(site: Mapping[str, Sequence[Report]]) -> Iterator[tuple[str, Finding]]:
    """PCs whose line is bad on days on which the line is good: (PC, finding).

    Args:
        site: PC -> its reports, the newest last.
    """
    measured = _measured(site)
    for host, own in measured.items():
        others = {other: each for other, each in measured.items() if other != host}
        # A day that no other PC measured tells nothing about this PC.
        days = [
            day
            for day in _last_days({host: own})
            if any(day in each for each in others.values()) and not _bad_for_most(others, day)
        ]
        bad = [own[day] for day in days if _is_bad(own[day])]
        if len(bad) >= rules.BAD_DAYS:
            part = part_key("cable-or-card")
            numbers = {"days": len(bad), "of": len(days), "worst": _worst(bad)}
            yield host, found(rules.PC_LINE, part, **numbers)


def reachable_mbps(loss: float, ms: float) -> float | None:
    """Mbit/s that one download reaches at most, by loss (a share) and time there and back.

    Source: Mathis and others, 1997: segment / time * constant / sqrt(loss).
    """
    if loss <= 0 or ms <= 0:
        return None
    return float(rules.SEGMENT * 8 / (ms * 1000) * rules.MATHIS / loss**0.5)


def _measured(site: Mapping[str, Sequence[Report]]) -> dict[str, _Days]:
    """PC -> its days with enough pings; of one day the latest report knows most."""
    measured: dict[str, _Days] = {}
    for host, reports in site.items():
        days: dict[str, LineDay] = {}
        for _report, line in having(recent(reports) if reports else (), lambda each: each.line):
            days |= line.days
        enough = {day: each for day, each in days.items() if each.sent >= rules.PINGS}
        if enough:
            measured[host] = enough
    return measured


def _last_days(measured: Mapping[str, _Days]) -> list[str]:
    return sorted({day for each in measured.values() for day in each})[-rules.LINE_DAYS :]


def _loss(day: LineDay) -> float:
    # More came back than was sent: a record torn by a power cut.
    return max(0.0, 1 - day.received / day.sent)


def _is_bad(day: LineDay) -> bool:
    return _loss(day) >= rules.LOSS or day.avg_ms >= rules.SLOW_MS


def _bad_for_most(measured: Mapping[str, _Days], day: str) -> bool:
    told = [_is_bad(each[day]) for each in measured.values() if day in each]
    return sum(told) > len(told) / 2


def _worst(days: Sequence[LineDay]) -> str:
    said = _("at worst {loss:.0f} % lost, {ms:.0f} ms")
    return said.format(loss=100 * max(map(_loss, days)), ms=max(day.avg_ms for day in days))


def _promised(days: Sequence[LineDay], mbps: float) -> str:
    """What the loss leaves of what the provider promised; "" where nothing is promised."""
    if mbps <= 0:
        return ""
    reached = [most for day in days if (most := reachable_mbps(_loss(day), day.avg_ms)) is not None]
    if not reached or min(reached) >= mbps:
        return ""
    said = _("With that loss one download reaches about {reached:.1f} of the {mbps:g} promised.")
    return said.format(reached=min(reached), mbps=mbps)


def _contract(site: Mapping[str, Sequence[Report]]) -> float:
    """Mbit/s the provider promised, as the PCs have it declared; 0 where nobody knows."""
    lines = [reports[-1].line for reports in site.values() if reports]
    return max(
        (each.line_promised_mbps for each in lines if not isinstance(each, Missing)), default=0
    )


def _target(site: Mapping[str, Sequence[Report]]) -> str:
    lines = [reports[-1].line for reports in site.values() if reports]
    targets = (each.line_target for each in lines if not isinstance(each, Missing))
    return next(filter(None, targets), "")
