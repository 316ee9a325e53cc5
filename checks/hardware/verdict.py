"""What all findings on a PC come to: keep, watch, repair, or let people inspect it for disposal.

A machine proposes. No verdict here is final until an inspection is recorded.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from checks.days import day_of
from checks.hardware import (
    ageing,
    clock,
    heat,
    identity,
    kernel,
    line,
    machine_disks,
    memory,
    network,
    stops,
)
from checks.hardware.findings import Finding
from checks.hardware.parts import part_name
from checks.report import Report
from inventory.records import Workstation
from inventory.words import _

Advice = Literal["unknown", "keep", "watch", "repair", "inspect"]
# One PC's rules: its reports, the newest last, and what is declared of it.
RULES: tuple[Callable[[Sequence[Report], Workstation], Iterable[Finding]], ...] = (
    machine_disks.judge,
    memory.judge,
    heat.judge,
    clock.judge,
    kernel.judge,
    network.judge,
    identity.judge,
    ageing.judge,
)
# The kinds of part whose repair is worth asking about: no battery, cable, fan or network card.
DEAR = frozenset({"disk", "memory", "board", "power"})
CHEAP = frozenset({"disk.cable"})
# With one of these certain, a PC past its useful life is inspected.
HEART = frozenset({"memory", "board"})
SEVERAL = 2


@dataclass(frozen=True)
class Verdict:
    """What is proposed for one PC, with the evidence.

    Attributes:
        advice: `inspect` proposes an inspection for disposal; `unknown` where there is no report
            or no disk that could be read.
        reason: one sentence, in the person's language.
        parts: what to repair, in the person's language.
        findings: all that was found, the information and what nobody can tell included.
    """

    host: str
    advice: Advice
    reason: str
    parts: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Examination:
    """What was found at a site.

    Attributes:
        pcs: PC -> its verdict.
        site: findings that are of no single PC: the mains, the line, the switch.
    """

    pcs: Mapping[str, Verdict]
    site: tuple[Finding, ...]


def examine(
    site: Mapping[str, Sequence[Report]], declared: Mapping[str, Workstation]
) -> Examination:
    """Judge the hardware of a site's PCs, each with its neighbours as witnesses.

    Args:
        site: PC -> its reports, the newest last; no reports where it never gave one.
        declared: PC -> what is declared of it, its asset card included; of every PC of `site`.
    """
    heard = {host: reports for host, reports in site.items() if reports}
    events = stops.of_site(heard)
    found_on: dict[str, list[Finding]] = {
        host: [
            *chain.from_iterable(rule(reports, declared[host]) for rule in RULES),
            *stops.judge(reports, declared[host], events),
        ]
        for host, reports in heard.items()
    }
    for host, finding in chain(line.judge_pcs(heard), identity.twins(heard)):
        found_on[host].append(finding)
    on_pcs, of_switch = network.of_switch(found_on)
    of_site = (*stops.judge_site(events), *line.judge_site(heard)) if heard else ()
    pcs = {
        host: conclude(declared[host], reports, on_pcs.get(host, ()))
        for host, reports in site.items()
    }
    return Examination(pcs, (*of_site, *of_switch))


def conclude(
    declared: Workstation, reports: Sequence[Report], findings: Sequence[Finding]
) -> Verdict:
    """What the findings on one PC come to.

    Args:
        declared: the PC; its card tells whether it is past its useful life.
        reports: the PC's, the newest last.
        findings: all that was found on it.
    """
    host, found = declared.name, tuple(findings)
    if not reports:
        return Verdict(host, "unknown", _("The PC has never given a report."))
    repair = [each for each in found if each.verdict == "repair"]
    parts = _names(repair)
    if repair:
        why = _inspection(declared, reports, repair)
        if why:
            return Verdict(host, "inspect", why, parts, found)
        reason = _("To repair: {parts}.").format(parts="; ".join(parts))
        return Verdict(host, "repair", reason, parts, found)
    watched = _names(each for each in found if each.verdict == "watch")
    if watched:
        reason = _("To watch: {parts}.").format(parts="; ".join(watched))
        return Verdict(host, "watch", reason, (), found)
    if any(each.verdict == "unknown" and kind(each.rule) == "disk" for each in found):
        return Verdict(host, "unknown", _("Nobody can tell how its disk is."), (), found)
    return Verdict(host, "keep", _("Nothing was found that speaks against it."), (), found)


def kind(rule: str) -> str:
    """The kind of part a rule is about: `disk` of `disk.points`."""
    return rule.partition(".")[0]


def _names(findings: Iterable[Finding]) -> tuple[str, ...]:
    """The parts found at, each once."""
    return tuple(dict.fromkeys(part_name(each.part) for each in findings))


def _inspection(declared: Workstation, reports: Sequence[Report], repair: Sequence[Finding]) -> str:
    """Why the PC should be inspected for disposal; "" where a repair is all to be proposed."""
    today = day_of(reports[-1].at)
    if not ageing.past_useful_life(declared, today):
        return ""
    dear = [each for each in repair if kind(each.rule) in DEAR and each.rule not in CHEAP]
    heart = [each for each in dear if kind(each.rule) in HEART and each.certainty == "certain"]
    if heart:
        said = _(
            "Past its useful life, and certainly faulty: {parts}. To be inspected; people decide."
        )
        return said.format(parts="; ".join(_names(heart)))
    if len({kind(each.rule) for each in dear}) >= SEVERAL:
        said = _(
            "Past its useful life, and several parts fail: {parts}. To be inspected; people decide."
        )
        return said.format(parts="; ".join(_names(dear)))
    return ""
