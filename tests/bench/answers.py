"""What each side answered, control by control, so that equal numbers mean equal questions."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.controls import CONTROLS

FAILED = {"failure", "error"}
# PC -> control -> ok, fail or unknown.
Answers = Mapping[str, Mapping[str, str]]


class Unanswered(Exception):  # noqa: N818 - it names what happened
    """A side did not answer what it was asked; the sentence says what."""


def control_of(module: str, test: str) -> str:
    """The control a question is about: `test_access`, `test_root_login` -> `access.root-login`."""
    words = test.removeprefix("test_").replace("_", "-")
    return f"{module.removeprefix('test_')}.{words}"


def of_testinfra(junit: Path) -> Answers:
    """What a pytest run of the questions answered.

    Args:
        junit: the file of `--junitxml`.

    Raises:
        Unanswered: it holds no test, or one whose PC it does not name.
    """
    found: dict[str, dict[str, str]] = {}
    for case in ET.parse(junit).iter("testcase"):  # noqa: S314 - pytest has just written it
        test, _, host = case.attrib["name"].partition("[")
        if not host:
            raise Unanswered(f"{junit}: {case.attrib['name']} names no PC.")
        control = control_of(case.attrib["classname"].rpartition(".")[2], test)
        kinds = {child.tag for child in case}
        status = "unknown" if "skipped" in kinds else "fail" if kinds & FAILED else "ok"
        found.setdefault(host.rstrip("]").removeprefix("ssh://"), {})[control] = status
    if not found:
        raise Unanswered(f"{junit} holds no answer.")
    return found


def of_night(document: str, hosts: Iterable[str]) -> Answers:
    """What a night answered: every control of each PC it reached.

    Args:
        document: as `benvung nightly --json` prints it; it leaves out what is ok.
        hosts: the PCs that were asked.

    Raises:
        Unanswered: a PC was not reached.
    """
    said = {one["host"]: one["findings"] for one in json.loads(document)["hosts"]}
    found: dict[str, dict[str, str]] = {}
    for host in hosts:
        found[host] = {control.id: "ok" for control in CONTROLS}
        for finding in said[host]:
            if finding["status"] == "unreachable":
                raise Unanswered(f"The night did not reach {host}: {finding['reason']}")
            if finding["control"] in found[host]:
                found[host][finding["control"]] = finding["status"]
    return found


@dataclass(frozen=True)
class Difference:
    """A control on which the two sides differ."""

    host: str
    control: str
    night: str
    testinfra: str

    def __str__(self) -> str:
        """As one line."""
        return f"{self.host} {self.control}: night {self.night}, testinfra {self.testinfra}"


def differences(night: Answers, testinfra: Answers) -> list[Difference]:
    """Where the two sides do not say the same; nothing when they agree on every control.

    Raises:
        Unanswered: they were not asked the same questions of the same PCs.
    """
    if {h: set(a) for h, a in night.items()} != {h: set(a) for h, a in testinfra.items()}:
        raise Unanswered("The two sides did not answer the same questions.")
    return [
        Difference(host, control, status, testinfra[host][control])
        for host, answers in night.items()
        for control, status in answers.items()
        if status != testinfra[host][control]
    ]
