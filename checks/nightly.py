"""One night: ask every PC, judge what it says, remember it, and say what to tell."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from checks import inbox, wake
from checks.collect import Answer, collect, send
from checks.controls import CONTROLS, DRIFT, UNREACHABLE, judge, unreachable, waived
from checks.days import day_of
from checks.findings import Drift, Finding, Sentences, Waiver
from checks.hardware import told
from checks.hardware.verdict import examine
from checks.history import History, Night, Visit
from checks.report import Report
from checks.schedule import rests
from inventory.records import Inventory
from inventory.words import speaking

# Seconds a woken PC of 2013 may need until it answers, and between two tries.
WAKING = 150.0
AGAIN = 10.0
# Earlier reports the hardware's rules look at: a month of openings and closings.
EARLIER = 60


# What compares PCs with their declaration: their names -> the drift of each (checks/drift.py).
Comparing = Callable[[Sequence[str]], Mapping[str, Drift]]


@dataclass(frozen=True)
class Desk:
    """What a night stands on.

    Attributes:
        inventory: what is declared.
        waivers: what somebody has decided to live with.
        ssh_config: how PCs are reached.
        commit: the desk's own commit; "" where it has no git.
    """

    inventory: Inventory
    waivers: Sequence[Waiver]
    ssh_config: Path
    commit: str = ""


def run(  # noqa: PLR0913 - a night has that many parts
    desk: Desk,
    hosts: Sequence[str],
    history: History,
    *,
    done: Callable[[Answer], None] = lambda _answer: None,
    waking: bool = False,
    compare: Comparing | None = None,
) -> Night:
    """Look at workstations once, and remember it.

    A PC that is silent because its room has not opened since its last report is not missed: it has
    no visit, and what is known of it stands.

    Args:
        desk: what it stands on.
        hosts: the workstations to ask, in the order of the inventory.
        history: where it is remembered, in one transaction.
        done: told of each answer as it comes.
        waking: wake PCs that are off through a neighbour, and ask them again.
        compare: asks those that are on for their drift; None leaves what is known of it as it is.
    """
    now = datetime.now(UTC)
    whole = set(hosts) >= set(desk.inventory.hosts)
    night = Night(began=now, ended=now, hosts=tuple(hosts), whole=whole)
    history.begin(night)
    since = history.since()
    answers = _ask(desk, hosts, since, done, waking=waking)
    resting = {one.host for one in answers if _rests(desk, one, since.get(one.host), now)}
    on = [answer.host for answer in answers if answer.fresh]
    judged = _judged(desk, answers, history, compare(on) if compare else {})
    # Judged with the others all the same: what it told before bears witness for its neighbours.
    visits = tuple(visit for visit in judged if visit.host not in resting)
    night = replace(night, ended=datetime.now(UTC), visits=visits)
    history.remember(night)
    return night


def _ask(
    desk: Desk,
    hosts: Sequence[str],
    since: Mapping[str, datetime],
    done: Callable[[Answer], None],
    *,
    waking: bool,
) -> list[Answer]:
    home = [host for host in hosts if inbox.brings(desk.inventory.hosts[host])]
    brought = {one.host: one for one in inbox.taken(home, since, datetime.now(UTC))}
    for answer in brought.values():
        done(answer)
    asked = {host: since.get(host) for host in hosts if host not in brought}
    answers = {one.host: one for one in collect(asked, ssh_config=desk.ssh_config, done=done)}
    off = [host for host, answer in answers.items() if not answer.reached]
    on = [host for host, answer in answers.items() if answer.reached]
    sends = wake.plan(desk.inventory, off, on) if waking else {}
    if sends:
        send(sends, ssh_config=desk.ssh_config)
        answers |= _woken(desk, {host: asked[host] for host in off})
    answers |= brought
    return [answers[host] for host in hosts]


def _rests(desk: Desk, answer: Answer, last: datetime | None, now: datetime) -> bool:
    silent = answer.newest is None and not answer.reached
    return silent and rests(desk.inventory.hosts[answer.host].variables, last, now)


def _woken(desk: Desk, asked: Mapping[str, datetime | None]) -> dict[str, Answer]:
    """Ask PCs that are being woken again and again, until all answer or their time is over.

    Args:
        desk: what the night stands on.
        asked: as for `collect`; at least one.
    """
    answers: dict[str, Answer] = {}
    asleep = dict(asked)
    began = time.monotonic()
    while asleep and (not answers or time.monotonic() < began + WAKING):
        time.sleep(AGAIN)
        answers |= {one.host: one for one in collect(asleep, ssh_config=desk.ssh_config)}
        asleep = {host: when for host, when in asleep.items() if not answers[host].reached}
    return answers


@dataclass(frozen=True)
class _Heard:
    """What came of a night's questions.

    Attributes:
        answers: one for each PC, in the order asked.
        reports: PC -> all there are of it, the newest last.
        drifts: PC -> how far it is from its declaration; empty where that was not asked.
    """

    answers: Sequence[Answer]
    reports: Mapping[str, Sequence[Report]]
    drifts: Mapping[str, Drift]


def _judged(
    desk: Desk, answers: Sequence[Answer], history: History, drifts: Mapping[str, Drift]
) -> list[Visit]:
    reports = {answer.host: _reports(answer, history) for answer in answers}
    heard = _Heard(answers, reports, drifts)
    with speaking("en"):
        english = _said(desk, heard)
    with speaking("vi"):
        vietnamese = _said(desk, heard)
    return [
        Visit(
            host=answer.host,
            findings=_in_both(english[answer.host], vietnamese[answer.host]),
            fresh=answer.fresh,
            kept=answer.kept,
            why=answer.why,
            unasked=frozenset() if answer.host in drifts else frozenset({DRIFT.id}),
        )
        for answer in answers
    ]


def _in_both(english: Sequence[Finding], vietnamese: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(
        replace(one, vietnamese=Sentences(same.reason, same.remedy))
        for one, same in zip(english, vietnamese, strict=True)
    )


def _said(desk: Desk, heard: _Heard) -> dict[str, list[Finding]]:
    """What is said of each PC, in the language wanted: PC -> findings, in a fixed order."""
    hardware = _hardware(desk, heard)
    return {
        answer.host: [
            *_findings(desk, answer, heard.drifts.get(answer.host)),
            *hardware.get(answer.host, ()),
        ]
        for answer in heard.answers
    }


def _findings(desk: Desk, answer: Answer, drifted: Drift | None) -> list[Finding]:
    """What the controls say of one PC."""
    if answer.newest is None:
        return unreachable(answer.host, answer.why)
    declared = desk.inventory.hosts[answer.host]
    return judge(declared, answer.newest, desk.waivers, datetime.now(UTC), desk.commit, drifted)


def _hardware(desk: Desk, heard: _Heard) -> Mapping[str, Sequence[Finding]]:
    """What the hardware's rules say: PC, or site for what is of no single one -> findings."""
    now = datetime.now(UTC)
    by_answer = {answer.host: answer for answer in heard.answers}
    found: dict[str, list[Finding]] = {}
    for site in desk.inventory.sites.values():
        of_site = {host: heard.reports[host] for host in site.workstations if host in by_answer}
        if not any(of_site.values()):
            continue
        examination = examine(of_site, desk.inventory.hosts)
        for host, verdict in examination.pcs.items():
            if by_answer[host].newest is not None:
                found[host] = _waived(desk, told.table(verdict), now)
        # What is of no single PC stands with the site's first, every night with the same.
        first = next(iter(of_site))
        rows = _waived(desk, told.rows(first, examination.site), now)
        found[first] = [*found.get(first, ()), *rows]
    return found


def _waived(desk: Desk, findings: Sequence[Finding], now: datetime) -> list[Finding]:
    return [waived(one, desk.waivers, day_of(now)) for one in findings]


def _reports(answer: Answer, history: History) -> list[Report]:
    """All there is of one PC: the oldest first, the fresh one last."""
    earlier = [one.report for one in reversed(history.last_reports(answer.host, EARLIER))]
    fresh = [answer.fresh] if answer.fresh else []
    return [*earlier, *answer.kept, *fresh]


def ids() -> list[str]:
    """Every id a waiver may name: controls, drift, the hardware's rules, `health.reachable`."""
    return [*(control.id for control in (*CONTROLS, DRIFT)), *told.ids(), UNREACHABLE]
