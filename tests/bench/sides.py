"""The three ways of asking that are compared, each as a technician would type it."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from checks import cli
from tests.bench.answers import Answers, Unanswered, of_night, of_testinfra
from tests.bench.measure import Ran

BIN = Path(sys.executable).parent
NIGHT, DRIFT, TESTINFRA, ANSIBLE = (
    *("benvung nightly", "benvung nightly with drift", "testinfra ssh://"),
    "ansible -m setup",
)
FINE, FINDINGS = 0, 1


@dataclass(frozen=True)
class Side:
    """One way of asking.

    Attributes:
        name: as the table has it.
        command: what is run.
        answers: what it answered; raises Unanswered. None where facts come and no answers.
    """

    name: str
    command: Sequence[str]
    answers: Callable[[Ran], Answers] | None


def sides(hosts: Sequence[str], ssh_config: Path, place: Path) -> list[Side]:
    """What is compared for some PCs.

    Args:
        hosts: their names.
        ssh_config: how they are reached.
        place: a directory for what the runs write.
    """
    limits = [word for host in hosts for word in ("--limit", host)]
    nightly = [str(BIN / "benvung"), "nightly", "--json", "--no-tell", *limits]
    junit = place / "questions.xml"
    questions = [
        *(str(BIN / "pytest"), "tests/bench/questions", "-q", "-p", "no:cacheprovider"),
        *(f"--hosts={','.join(f'ssh://{host}' for host in hosts)}", "--sudo"),
        *(f"--ssh-config={ssh_config}", f"--junitxml={junit}"),
    ]
    # As many at once as there are PCs, and as root: to its advantage, and as the others ask.
    facts = [str(BIN / "ansible"), ",".join(hosts), "-m", "setup", "-b", "-f", str(len(hosts))]
    asked = [
        Side(NIGHT, [*nightly, *_without_drift()], lambda ran: _night(ran, hosts)),
        Side(TESTINFRA, questions, lambda ran: _testinfra(ran, junit)),
        Side(ANSIBLE, facts, None),
    ]
    if _knows_drift():
        asked.append(Side(DRIFT, nightly, lambda ran: _night(ran, hosts)))
    return asked


def environment(ssh_config: Path, place: Path) -> Mapping[str, str]:
    """The technician's environment, with a history of the bench's own."""
    return {
        **os.environ,
        "BENVUNG_SSH_CONFIG": str(ssh_config),
        "BENVUNG_DATABASE": f"sqlite:///{place}/history.sqlite",
        "ANSIBLE_SSH_ARGS": f"-F {ssh_config}",
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "en",
        # As installed: the compiled files of Python are there.
        "PYTHONDONTWRITEBYTECODE": "",
    }


def _night(ran: Ran, hosts: Sequence[str]) -> Answers:
    if ran.code not in (FINE, FINDINGS):
        raise Unanswered(f"{NIGHT} ended with {ran.code}: {ran.out.strip()[-400:]}")
    return of_night(ran.out, hosts)


def _testinfra(ran: Ran, junit: Path) -> Answers:
    if ran.code not in (FINE, FINDINGS):
        raise Unanswered(f"{TESTINFRA} ended with {ran.code}: {ran.out.strip()[-400:]}")
    return of_testinfra(junit)


def facts_of(ran: Ran, hosts: Sequence[str]) -> None:
    """See that every PC gave its facts.

    Raises:
        Unanswered: one did not.
    """
    if ran.code or ran.out.count("| SUCCESS =>") != len(hosts):
        raise Unanswered(f"{ANSIBLE} ended with {ran.code}: {ran.out.strip()[:400]}")


def _options() -> set[str]:
    command = typer.main.get_command(cli.app)
    nightly = getattr(command, "commands", {})["nightly"]
    return {word for one in nightly.params for word in (*one.opts, *one.secondary_opts)}


def _knows_drift() -> bool:
    return "--no-drift" in _options()


def _without_drift() -> list[str]:
    return ["--no-drift"] if _knows_drift() else []


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        "",
    )
    return {
        "processors": os.cpu_count(),
        "model": model,
        "kernel": os.uname().release,
        "python": sys.version.split()[0],
        "load": os.getloadavg(),
    }
