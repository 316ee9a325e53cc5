"""Roll-out at sites that pull: the desk pushes nothing there, the published branches are the rings.

A PC whose `pull_branch` is `canary` goes first: what is published on that branch reaches it alone.
What the technician publishes on the others' branch afterwards reaches them. Whether the canary took
it well is read in its reports; nothing is published from here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from checks.findings import Finding
from checks.report import Missing, Report
from deploys.rollout_rings import Outcome, Result, Ring, stood, worse
from inventory.records import Workstation
from inventory.words import _

CANARY = "canary"
# Letters of a commit in a stamp (deploys/commit.py).
SHORT = 12
# Report of a PC -> what the controls say of it.
Judge = Callable[[Workstation, Report], Sequence[Finding]]
# (repository, branch) -> the commit published there, and why nobody can say.
Published = Callable[[str, str], tuple[str, str]]


@dataclass(frozen=True)
class Pulled:
    """What is known of one site that pulls.

    Attributes:
        pcs: its workstations asked for, in the order of the inventory.
        reports: PC -> what it reported, the newest last.
        head: the desk's own commit, whole; "" outside git.
    """

    pcs: Sequence[Workstation]
    reports: Mapping[str, Sequence[Report]]
    head: str


def goes_first(pc: Workstation) -> bool:
    """Whether it follows the branch that is published first."""
    return bool(pc.variables["pull_branch"] == CANARY)


def results(pulled: Pulled, judge: Judge, published: Published) -> list[Result]:
    """How far a site that pulls has come, a result for each PC.

    Args:
        pulled: what is known of it.
        judge: what the controls say of a report.
        published: what is published where.
    """
    first = [pc for pc in pulled.pcs if goes_first(pc)]
    canaries = [_result(pulled, pc, judge, published) for pc in first]
    rest = [_result(pulled, pc, judge, published) for pc in pulled.pcs if not goes_first(pc)]
    waited_for = [one.host for one in canaries if one.outcome is not Outcome.DONE]
    rest = waiting(rest, waited_for) if waited_for else rest
    order = {pc.name: at for at, pc in enumerate(pulled.pcs)}
    return sorted([*canaries, *rest], key=lambda one: order[one.host])


def _result(pulled: Pulled, pc: Workstation, judge: Judge, published: Published) -> Result:
    ring = Ring.FIRST if goes_first(pc) else Ring.REST
    reports = pulled.reports.get(pc.name, ())
    if reports and took(reports[-1], pulled.head):
        earlier = [one for one in reports if not took(one, pulled.head)]
        before = stood(judge(pc, earlier[-1])) if earlier else {}
        findings = worse(before, judge(pc, reports[-1]))
        if findings:
            return Result(pc.name, ring, Outcome.WORSE, findings=findings)
        if through(reports[-1], pulled.head):
            return Result(pc.name, ring, Outcome.DONE)
    return Result(pc.name, ring, Outcome.WAITING, *_waits_for(pulled, pc, published))


def _waits_for(pulled: Pulled, pc: Workstation, published: Published) -> tuple[str, str]:
    """What a PC that has not taken it waits for, and what to do."""
    url, branch = pc.variables["pull_repository"], pc.variables["pull_branch"]
    commit, reason = published(url, branch)
    if reason:
        return _("What is published cannot be seen ({reason}).").format(reason=reason), ""
    if not pulled.head or commit != pulled.head:
        do = _("Publish it signed: git push … HEAD:{branch}").format(branch=branch)
        return _("This commit is not published on {branch}.").format(branch=branch), do
    if not pulled.reports.get(pc.name):
        return _("It is published; no report of the PC has come."), ""
    return _("It is published; the PC takes it at its next start or closing."), ""


def waiting(results: Sequence[Result], names: Sequence[str]) -> list[Result]:
    """The same, where publishing for them is not the next step: others have to be through first.

    Args:
        results: of PCs that pull.
        names: whom they wait for.
    """
    said = _("It waits for {names}: publish nothing for it yet.").format(names=", ".join(names))
    return [
        Result(one.host, one.ring, Outcome.WAITING, said) if one.outcome is Outcome.WAITING else one
        for one in results
    ]


def took(report: Report, head: str) -> bool:
    """Whether a PC has begun with a commit, however that went: applied, not to its end, refused."""
    pull = None if isinstance(report.pull, Missing) else report.pull
    tried = pull.apply.commit if pull and pull.apply else None
    refused = (
        pull.fetch.offered if pull and pull.fetch and pull.fetch.outcome == "refused" else None
    )
    return through(report, head) or bool(head and head in (tried, refused))


def through(report: Report, head: str) -> bool:
    """Whether a PC has applied a commit to its end."""
    stamp = None if isinstance(report.applied, Missing) else report.applied.commit
    return bool(stamp and len(stamp) >= SHORT and head.startswith(stamp))
