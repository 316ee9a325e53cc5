"""The rules of a careful roll-out, as pure functions: who goes first, what counts as made worse."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from checks.findings import Finding, Status

# What stood before a run, however it is called: the change has not made it.
STOOD = (Status.FAIL, Status.WAIVED)
# A finding's control and part -> how it stood.
Stood = Mapping[tuple[str, str], Status]


class Held(StrEnum):
    """Why a whole site is left out."""

    OFF = "off"
    SILENT = "silent"


class Ring(StrEnum):
    """Which wave a PC goes with."""

    FIRST = "first"
    REST = "rest"


class Outcome(StrEnum):
    """How a PC came out of a roll-out.

    `done`: applied, and nothing of it came out worse. `failed`: the engine did not get through.
    `silent`: it does not answer afterwards. `worse`: it fails what it did not fail before.
    `untouched`: nothing was done to it. `off`: it did not answer beforehand. `waiting`: it pulls,
    and has not yet taken it.
    """

    DONE = "done"
    FAILED = "failed"
    SILENT = "silent"
    WORSE = "worse"
    UNTOUCHED = "untouched"
    OFF = "off"
    WAITING = "waiting"


# What stops a roll-out where it happens to a canary.
BRAKES = (Outcome.FAILED, Outcome.SILENT, Outcome.WORSE)


@dataclass(frozen=True)
class Result:
    """How one PC came out.

    Attributes:
        host: its name.
        ring: the wave it belongs to.
        outcome: how it came out.
        where: what stopped it, or why it was left out; "" where there is nothing to say.
        next_step: what to do about it; "" where nothing, or what the page says for all.
        findings: what it fails now and did not before.
    """

    host: str
    ring: Ring
    outcome: Outcome
    where: str = ""
    next_step: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Rings:
    """Who goes when; every PC asked for is in exactly one of these.

    Attributes:
        canaries: site -> the PC of it that goes first.
        rest: those that follow.
        off: those that did not answer, of sites that have a canary.
        held: site -> its PCs, where nobody may go first.
        why: site -> why it is held.
        passed_over: site -> those that would have gone first, and gave no report.
    """

    canaries: Mapping[str, str]
    rest: tuple[str, ...]
    off: tuple[str, ...]
    held: Mapping[str, tuple[str, ...]]
    why: Mapping[str, Held]
    passed_over: Mapping[str, tuple[str, ...]]


def rings(
    sites: Mapping[str, Sequence[str]],
    hosts: Collection[str],
    on: Collection[str],
    unfinished: Collection[str] = (),
    unreported: Collection[str] = (),
) -> Rings:
    """Share PCs out: the first of each site that answers goes first.

    One that an earlier roll-out left worse goes first again, so that a change nobody has taken
    back breaks no second PC; while it is silent its site is held.

    Args:
        sites: site -> its workstations, in the order of hosts.yml.
        hosts: those asked for.
        on: those that answer.
        unfinished: those an earlier roll-out did not leave well.
        unreported: those that answer without a report: there is nothing to compare, so such a PC
            goes first only where there is no other.
    """
    canaries: dict[str, str] = {}
    rest: list[str] = []
    off: list[str] = []
    held: dict[str, tuple[str, ...]] = {}
    why: dict[str, Held] = {}
    passed_over: dict[str, tuple[str, ...]] = {}
    for site, workstations in sites.items():
        members = [host for host in workstations if host in hosts]
        again = [host for host in members if host in unfinished]
        may_begin = [host for host in again or members if host in on]
        if not members:
            continue
        if not may_begin:
            held[site] = tuple(members)
            why[site] = Held.SILENT if again else Held.OFF
            continue
        canary = next((host for host in may_begin if host not in unreported), may_begin[0])
        canaries[site] = canary
        if not again and members.index(canary):
            passed_over[site] = tuple(members[: members.index(canary)])
        rest += [host for host in members if host in on and host != canary]
        off += [host for host in members if host not in on]
    return Rings(canaries, tuple(rest), tuple(off), held, why, passed_over)


def stood(findings: Sequence[Finding]) -> Stood:
    """How everything stands on a PC."""
    return {(one.control, one.part): one.status for one in findings}


def worse(before: Stood, after: Sequence[Finding]) -> tuple[Finding, ...]:
    """What a run has made worse.

    What fails now and did not fail before; and what was in order and of which nobody can tell now
    whether it still is: a change that blinds the check must not pass it.

    Args:
        before: how it stood before; what is not in there was not known.
        after: what is said now.
    """

    def found() -> Iterator[Finding]:
        for one in after:
            was = before.get((one.control, one.part), Status.UNKNOWN)
            fails = one.status is Status.FAIL and was not in STOOD
            blind = one.status is Status.UNKNOWN and was is Status.OK
            if fails or blind:
                yield one

    return tuple(found())


def stops(results: Sequence[Result]) -> tuple[Result, ...]:
    """Those of the first ring that stop a roll-out; () lets it go on."""
    return tuple(one for one in results if one.ring is Ring.FIRST and one.outcome in BRAKES)
