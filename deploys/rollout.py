"""Roll a change out carefully: one PC of each site first, looked at, and only then the rest.

Each ring is looked at before, made by the real engine, and looked at again by the controls of
`benvung nightly`. A first PC the engine does not get through on, that does not answer, or that
fails what it did not fail before, stops everything there. Nothing is written to the history: since
when something is out of order is the nightly check's word.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from checks import inbox
from checks.collect import Answer, collect
from checks.controls import judge
from checks.controls.judge import ASPECTS
from checks.findings import Finding, Waiver
from checks.report import Report
from deploys import rollout_pull
from deploys.publishing import head, published, pulls
from deploys.rollout_engine import Ended, Engine
from deploys.rollout_engine import run as run_engine
from deploys.rollout_memory import FILE, Memory
from deploys.rollout_rings import (
    Held,
    Outcome,
    Result,
    Ring,
    Rings,
    Stood,
    rings,
    stood,
    stops,
    worse,
)
from inventory.problems import InventoryRefused, Place, Problem, did_you_mean
from inventory.records import Inventory
from inventory.words import _

BASELINE = "baseline"
NAMES = (BASELINE, *(module.__name__.rpartition(".")[2] for module in ASPECTS))
# Ansible leaves it to the desk's own connection (docs/decisions/0019-pulling.md).
NOT_BY_ANSIBLE = ("pull",)
# Seconds what a run has started anew may need until it stands, and between two looks.
SETTLING = 90.0
AGAIN = 10.0


@dataclass(frozen=True)
class Asked:
    """What the technician asked for.

    Attributes:
        what: an aspect, or `baseline`.
        limit: PCs or groups; none means all.
        engine: which engine makes it so.
        canaries: end after the first ring.
        dry: only say who would go when.
        forget: what stopped an earlier roll-out was not the change: begin anew.
    """

    what: str = BASELINE
    limit: tuple[str, ...] = ()
    engine: Engine = Engine.PYINFRA
    canaries: bool = False
    dry: bool = False
    forget: bool = False


@dataclass(frozen=True)
class Desk:
    """What a roll-out stands on.

    Attributes:
        inventory: what is declared.
        hosts: the PCs it is for, in the order of the inventory.
        waivers: what somebody has decided to live with.
        ssh_config: how PCs are reached.
        root: the repository.
        commit: as a run stamps it.
        say: shows what is being done.
    """

    inventory: Inventory
    hosts: Sequence[str]
    waivers: Sequence[Waiver]
    ssh_config: Path
    root: Path
    commit: str
    say: Callable[[str], None]

    def pushed(self) -> list[str]:
        """The PCs the desk makes right."""
        return [host for host in self.hosts if not pulls(self.inventory.hosts[host])]

    def judged(self, answer: Answer) -> list[Finding]:
        """What the controls say of a fresh report; [] where there is none."""
        return self.said(answer.host, answer.fresh, datetime.now(UTC)) if answer.fresh else []

    def said(self, host: str, report: Report, when: datetime) -> list[Finding]:
        """What the controls say of a report at a moment."""
        declared = self.inventory.hosts[host]
        return judge(declared, report, self.waivers, when, self.commit)


@dataclass(frozen=True)
class Told:
    """What came of a roll-out.

    Attributes:
        asked: what was asked for.
        results: each PC, in the order of the inventory.
        stopped: what has stopped it; () where it went on to its end.
        plan: who goes when, of the PCs the desk pushes to.
    """

    asked: Asked
    results: tuple[Result, ...]
    stopped: tuple[Result, ...]
    plan: Rings

    @property
    def whole(self) -> bool:
        """Whether every PC asked for has come out well."""
        return all(one.outcome is Outcome.DONE for one in self.results)


def refuse(asked: Asked) -> None:
    """Refuse what cannot be rolled out.

    Raises:
        InventoryRefused: there is no such aspect, or the engine does not do it.
    """
    if asked.what not in NAMES:
        wrong = _("there is no such aspect")
        mend = did_you_mean(
            asked.what, NAMES, _("There are: {names}").format(names=", ".join(NAMES))
        )
        raise InventoryRefused([Problem(Place("benvung rollout"), asked.what, wrong, mend)])
    if asked.engine is Engine.ANSIBLE and asked.what in NOT_BY_ANSIBLE:
        wrong = _("Ansible does not do this aspect")
        problem = Problem(Place("--engine"), asked.what, wrong, _("Let pyinfra do it."))
        raise InventoryRefused([problem])


def roll_out(asked: Asked, desk: Desk, engine: Callable[..., Ended] = run_engine) -> Told:
    """Roll out, ring after ring, until something stops it.

    Args:
        asked: what is wanted; `refuse` has nothing against it.
        desk: what it stands on.
        engine: runs the engine for some PCs.
    """
    memory = Memory(desk.root / FILE)
    pushed = desk.pushed()
    if asked.forget and asked.dry:
        # It shows what would be; the brake holds until it is meant.
        memory.leave_out(pushed)
    elif asked.forget:
        memory.well(pushed)
    run = _Run(asked, desk, memory, engine)
    answers = run.look(pushed)
    on = [host for host, answer in answers.items() if answer.reached]
    sites = {site.name: site.workstations for site in desk.inventory.sites.values()}
    unreported = [host for host in on if answers[host].fresh is None]
    plan = rings(sites, pushed, on, memory.unfinished, unreported)
    results = {one.host: one for one in _left_out(plan, answers)}
    pulling = list(_at_pull_sites(desk))
    # What a PC that pulls has taken badly already is pushed to nobody.
    if asked.dry or stops(pulling):
        results |= {one.host: one for one in _planned(plan)}
    else:
        made = run.rings(plan, answers)
        results |= made
        if bad := stops(list(made.values())):
            pulling = rollout_pull.waiting(pulling, [one.host for one in bad])
    results |= {one.host: one for one in pulling}
    ordered = tuple(results[host] for host in desk.hosts)
    return Told(asked, ordered, stops(ordered), plan)


@dataclass(frozen=True)
class _Run:
    """One roll-out at work."""

    asked: Asked
    desk: Desk
    memory: Memory
    engine: Callable[..., Ended]

    def look(self, hosts: Sequence[str]) -> dict[str, Answer]:
        """Ask PCs how they are; reports that wait there for the nightly check stay there."""
        since = datetime.now(UTC)
        asked = dict.fromkeys(hosts, since)
        return {one.host: one for one in collect(asked, ssh_config=self.desk.ssh_config)}

    def _say_looking(self, hosts: Sequence[str]) -> None:
        self.desk.say(_("Looking at {hosts} …").format(hosts=", ".join(hosts)))

    def rings(self, plan: Rings, answers: Mapping[str, Answer]) -> dict[str, Result]:
        """The first ring, and the second where nothing stops it."""
        results = {one.host: one for one in _planned(plan)}
        canaries = list(plan.canaries.values())
        first = self.ring(Ring.FIRST, canaries, answers)
        results |= {one.host: one for one in first}
        if not stops(first) and not self.asked.canaries and plan.rest:
            self._say_looking(plan.rest)
            second = self.ring(Ring.REST, plan.rest, self.look(plan.rest))
            results |= {one.host: one for one in second}
        return results

    def ring(self, ring: Ring, hosts: Sequence[str], answers: Mapping[str, Answer]) -> list[Result]:
        """Apply to some PCs and judge them.

        Args:
            ring: which wave they are.
            hosts: the PCs.
            answers: how each was just now.
        """
        off = [host for host in hosts if not answers[host].reached]
        on = [host for host in hosts if answers[host].reached]
        left_out = [Result(host, ring, Outcome.OFF, answers[host].why) for host in off]
        if not on:
            return left_out
        now = {host: stood(self.desk.judged(answers[host])) for host in on}
        before = {host: self.memory.before(host, now[host]) for host in on}
        self.memory.begin(now)
        self.desk.say(_WORDS[ring]().format(hosts=", ".join(on)))
        ended = self.engine(
            self.asked.engine, self.asked.what, on, self.desk.ssh_config, self.desk.root
        )
        self._say_looking(on)
        results = self.settled(ring, before, ended.failed)
        self.memory.well([one.host for one in results if one.outcome is Outcome.DONE])
        return [*left_out, *results]

    def settled(
        self, ring: Ring, before: Mapping[str, Stood], failed: Mapping[str, str]
    ) -> list[Result]:
        """Judge PCs; one that does not stand yet is looked at again, until its time is over."""
        results: dict[str, Result] = {}
        until = time.monotonic() + SETTLING
        again = list(before)
        while again:
            for host, answer in self.look(again).items():
                results[host] = self._judged(ring, answer, before[host], failed.get(host))
            # Who stopped at a task stays so; what it seems to fail besides may be passing.
            again = [
                host
                for host in again
                if results[host].findings or results[host].outcome is Outcome.SILENT
            ]
            if time.monotonic() > until:
                break
            if again:
                time.sleep(AGAIN)
        return list(results.values())

    def _judged(self, ring: Ring, answer: Answer, before: Stood, failed: str | None) -> Result:
        findings = worse(before, self.desk.judged(answer))
        if failed is not None:
            return Result(answer.host, ring, Outcome.FAILED, failed, findings=findings)
        if answer.fresh is None:
            return Result(answer.host, ring, Outcome.SILENT, answer.why)
        outcome = Outcome.WORSE if findings else Outcome.DONE
        return Result(answer.host, ring, outcome, findings=findings)


_WORDS: Mapping[Ring, Callable[[], str]] = {
    Ring.FIRST: lambda: _("First ring, one PC of each site: {hosts}"),
    Ring.REST: lambda: _("Second ring, the rest: {hosts}"),
}


def _planned(plan: Rings) -> Iterable[Result]:
    """Those whose turn comes, before anything is done to them."""
    for host in plan.canaries.values():
        yield Result(host, Ring.FIRST, Outcome.UNTOUCHED)
    for host in plan.rest:
        yield Result(host, Ring.REST, Outcome.UNTOUCHED)


def _left_out(plan: Rings, answers: Mapping[str, Answer]) -> Iterable[Result]:
    """Those that are off, and those whose site nobody may begin at."""
    for host in plan.off:
        yield Result(host, Ring.REST, Outcome.OFF, answers[host].why)
    for site, hosts in plan.held.items():
        for host in hosts:
            if not answers[host].reached:
                yield Result(host, Ring.REST, Outcome.OFF, answers[host].why)
            elif plan.why[site] is Held.SILENT:
                where = _("An earlier roll-out ended badly at {site}, on a PC that is silent now.")
                do = _("See to that PC; if it was not the change: --forget")
                yield Result(host, Ring.REST, Outcome.UNTOUCHED, where.format(site=site), do)


def _at_pull_sites(desk: Desk) -> Iterable[Result]:
    """How far the PCs are that take what is published by themselves."""
    pulling = [desk.inventory.hosts[host] for host in desk.hosts if host not in desk.pushed()]
    if not pulling:
        return
    now = datetime.now(UTC)
    home = [pc.name for pc in pulling if inbox.brings(pc)]
    away = {pc.name: None for pc in pulling if pc.name not in home}
    answers = [*inbox.taken(home, {}, now), *collect(away, ssh_config=desk.ssh_config)]
    reports = {one.host: [*one.kept, *([one.fresh] if one.fresh else [])] for one in answers}
    commit = head(desk.root)
    for site in dict.fromkeys(pc.site for pc in pulling):
        pcs = [pc for pc in pulling if pc.site == site]
        yield from rollout_pull.results(
            rollout_pull.Pulled(pcs, reports, commit),
            lambda pc, report: desk.said(pc.name, report, report.at),
            lambda url, branch: published(desk.root, url, branch),
        )
