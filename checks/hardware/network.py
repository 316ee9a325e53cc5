"""A PC's network cards: the link, its speed, and what arrives damaged."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from checks.days import shown_day
from checks.hardware import network_rules as rules
from checks.hardware.findings import Finding
from checks.hardware.parts import part_key
from checks.hardware.rule import (
    found,
    having,
    recent,
    same_start,
    times,
    unanswered,
)
from checks.report import Card, Missing, Report
from inventory.records import Workstation
from inventory.words import _

_MOST = 0.5


def judge(reports: Sequence[Report], _declared: Workstation) -> Iterator[Finding]:
    """What is to be said of the wired cards.

    Args:
        reports: the PC's, the newest last.
    """
    now = reports[-1].line
    if isinstance(now, Missing):
        yield unanswered(rules.UNKNOWN, part_key("network"), now)
        return
    month = recent(reports)
    linked = any(card.up == "up" for card in now.cards.values())
    for name, card in now.cards.items():
        if not name.startswith(rules.WIRED):
            continue
        past = [
            (report, line.cards[name])
            for report, line in having(month, lambda each: each.line)
            if name in line.cards
        ]
        part = part_key("card", name)
        if card.up == "up":
            yield from _slow(past, part)
        elif card.up == "down" and not linked:
            yield from _down(past, part)
        yield from _errors(past, part)


def _is_slow(card: Card) -> bool:
    """Slower than any sound link; a speed of 0 or -1 is the driver's word for unknown."""
    if card.up != "up" or card.mbps is None or card.mbps <= 0:
        return False
    return card.mbps < rules.LEAST_MBPS or card.duplex == "half"


def _slow(past: Sequence[tuple[Report, Card]], part: str) -> Iterator[Finding]:
    card = past[-1][1]
    if not _is_slow(card):
        return
    days = times([report.at for report, each in past if _is_slow(each)], rules.A_DAY)
    duplex = _("half duplex") if card.duplex == "half" else _("full duplex")
    rule = rules.SLOW_AGAIN if days >= rules.DAYS_AGAIN else rules.SLOW
    yield found(rule, part, mbps=card.mbps, duplex=duplex, days=days)


def _down(past: Sequence[tuple[Report, Card]], part: str) -> Iterator[Finding]:
    """A card that lost its link; a second socket that never had one is nothing."""
    linked = [report.at for report, card in past if card.up == "up"]
    if len(linked) >= rules.WAS_UP:
        yield found(rules.DOWN, part, day=shown_day(linked[-1]))


def _errors(past: Sequence[tuple[Report, Card]], part: str) -> Iterator[Finding]:
    grown = _grown(past)
    if len(grown) >= rules.ERRORS_AGAIN:
        yield found(rules.ERRORS_GROW, part, count=sum(grown.values()), times=len(grown))
    elif len(past) - 1 in grown:
        yield found(rules.ERRORS_ONCE, part, count=grown[len(past) - 1])


def _grown(past: Sequence[tuple[Report, Card]]) -> Mapping[int, int]:
    """Which reports had many new errors, and how many; the counter begins anew with each start."""
    grown = {}
    last: tuple[Report, int] | None = None
    for index, (report, card) in enumerate(past):
        if card.rx_errors is None:
            continue
        same = last is not None and same_start(last[0], report) and last[1] <= card.rx_errors
        new = card.rx_errors - (last[1] if last and same else 0)
        if new >= rules.ERRORS:
            grown[index] = new
        last = (report, card.rx_errors)
    return grown


def of_switch(
    found_on: Mapping[str, Sequence[Finding]],
) -> tuple[Mapping[str, tuple[Finding, ...]], tuple[Finding, ...]]:
    """Slow links of most PCs told once, of their switch; the PCs' own become something to watch.

    Args:
        found_on: PC -> all that was found on it.

    Returns:
        The same with the PCs' findings softened, and the site's findings.
    """
    slow = [host for host, each in found_on.items() if _has(each, rules.SLOW.id)]
    if len(slow) < rules.WAS_UP or len(slow) <= len(found_on) * _MOST:
        return {host: tuple(each) for host, each in found_on.items()}, ()
    softened = {host: tuple(map(_soften, each)) for host, each in found_on.items()}
    switch = found(rules.SWITCH_SLOW, part_key("switch"), hosts=", ".join(sorted(slow)))
    return softened, (switch,)


def _has(findings: Sequence[Finding], rule: str) -> bool:
    return any(each.rule == rule for each in findings)


def _soften(finding: Finding) -> Finding:
    if finding.rule != rules.SLOW.id:
        return finding
    return replace(finding, certainty="possible", verdict="watch")
