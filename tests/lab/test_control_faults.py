"""Every control, broken on a real workstation: found, and nothing else; mended, and nothing left.

The table is in `control_faults/`. Its faults are spread over three workstations, so that each is
seen by itself: one night finds them all, one run of the baseline and what a technician types mend
them all.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.acceptance.reader import Answer, Reader, until
from tests.lab.control_faults import FAULTS, ControlFault
from tests.lab.control_faults.fault import batches
from tests.lab.lab import Lab
from tests.lab.night import Night, hold_still, nightly
from tests.lab.technician import Run, pyinfra
from tests.lab.test_session import TOUCH
from tests.lab.workstation import Workstation

pytestmark = pytest.mark.lab

HOSTS = ("thapmuoi-08", "thapmuoi-09", "thapmuoi-10")
SPREAD = dict(zip(HOSTS, batches(FAULTS, len(HOSTS)), strict=True))
STAGED = [(host, fault) for host, faults in SPREAD.items() for fault in faults]
each_fault = pytest.mark.parametrize(
    ("host", "fault"), STAGED, ids=[fault.control for _, fault in STAGED]
)
each_host = pytest.mark.parametrize("host", HOSTS)


@dataclass(frozen=True)
class Story:
    """What was seen, in its order.

    Attributes:
        before: the night before anything was broken.
        broken: the night after.
        baseline: the run that followed.
        run_over: the night after that run.
        mended: the night after what was left was mended by hand.
    """

    before: Night
    broken: Night
    baseline: Run
    run_over: Night
    mended: Night


def reader_of(pc: Workstation) -> Reader:
    """The reader of that workstation."""

    def as_root(command: str) -> Answer:
        done = pc.run(command, check=False)
        return Answer(done.returncode, done.stdout, done.stderr)

    return Reader(as_root)


def at_work(pc: Workstation) -> None:
    """A reader sits there: an unused session begins anew with each change of what it is made of."""
    hold_still(pc)
    reader_of(pc).wait()
    watched = "grep -qx touched=1 /run/benvung-session-idle/state"

    def in_use() -> bool:
        pc.run(["python3", "-c", TOUCH], check=False)
        return pc.run(watched, check=False).returncode == 0

    until(in_use, "the session is in use", 60)


def apply(pc: Workstation, commands: list[str]) -> None:
    """Type commands one after the other, as root."""
    for command in commands:
        pc.run(command, timeout=240)


@pytest.fixture(scope="module")
def story(
    lab: Lab, converged: Callable[..., list[Workstation]], tmp_path_factory: pytest.TempPathFactory
) -> Story:
    return told(lab, converged(*HOSTS), tmp_path_factory.mktemp("history"))


def told(lab: Lab, pcs: list[Workstation], place: Path) -> Story:
    """Break everything, look, mend everything, look."""

    def on_all(do: Callable[[Workstation], object]) -> None:
        with ThreadPoolExecutor(len(pcs)) as pool:
            list(pool.map(do, pcs))

    def on_each(commands: Callable[[ControlFault], str]) -> None:
        on_all(lambda pc: apply(pc, [words for one in SPREAD[pc.name] if (words := commands(one))]))

    on_all(at_work)
    before = nightly(lab.ssh_config, place, *HOSTS, drift=False)
    on_each(lambda one: one.do)
    broken = nightly(lab.ssh_config, place, *HOSTS, drift=False)
    on_each(lambda one: one.mend if one.before else "")
    baseline = pyinfra(lab, HOSTS)
    # It has brought a login screen back.
    on_all(lambda pc: reader_of(pc).wait())
    run_over = nightly(lab.ssh_config, place, *HOSTS, drift=False)
    on_each(lambda one: "" if one.before else one.mend)
    on_all(at_work)
    return Story(
        before, broken, baseline, run_over, nightly(lab.ssh_config, place, *HOSTS, drift=False)
    )


def failing(host: str, left: Callable[[ControlFault], bool] = lambda _: True) -> set[str]:
    """The controls that must fail on a host while some of its faults stand."""
    return {name for one in SPREAD[host] if left(one) for name in one.fails}


def by_the_day(host: str) -> set[str]:
    """The controls that fail with them on some days."""
    return {name for one in SPREAD[host] for name in one.perhaps}


def by_hand(fault: ControlFault) -> bool:
    """Whether a run of the baseline leaves it to a person."""
    return bool(fault.mend) and not fault.before


@each_host
def test_all_is_well_before(story: Story, host: str) -> None:
    assert story.before.failing(host) == set(), story.before.host(host)


@each_fault
def test_its_control_fails(story: Story, host: str, fault: ControlFault) -> None:
    assert fault.fails <= story.broken.failing(host)


@each_host
def test_nothing_fails_that_was_not_broken(story: Story, host: str) -> None:
    found = story.broken.failing(host) - by_the_day(host)
    assert found == failing(host), story.broken.host(host)


@each_host
def test_nothing_hides_behind_what_was_broken(story: Story, host: str) -> None:
    hidden = set[str]().union(*(one.hides for one in SPREAD[host]))
    assert story.broken.unknown(host) - story.before.unknown(host) <= hidden


def test_the_run_reaches_its_end_on_each(story: Story) -> None:
    assert story.baseline.code == 0, story.baseline.shown[-4000:]


@each_fault
def test_the_run_mends_it_or_leaves_it_to_a_person(
    story: Story, host: str, fault: ControlFault
) -> None:
    still = fault.control in story.run_over.failing(host)
    assert still == by_hand(fault), story.run_over.host(host)


@each_host
def test_the_run_leaves_nothing_else(story: Story, host: str) -> None:
    found = story.run_over.failing(host) - by_the_day(host)
    assert found == failing(host, by_hand)


@each_host
def test_all_is_well_again(story: Story, host: str) -> None:
    assert story.mended.failing(host) == set(), story.mended.host(host)
    assert story.mended.unknown(host) <= story.before.unknown(host)
