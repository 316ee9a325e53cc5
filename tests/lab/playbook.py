"""What the technician types for Ansible, and what the run said."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.lab.lab import Lab
from tests.lab.technician import LONGEST_RUN, ROOT

PLAYBOOK = "deploys/baseline.yml"
_HEADING = re.compile(r"^(?:TASK|RUNNING HANDLER) \[(?:(\w+) : )?(.*?)\] \**$")
_RESULT = re.compile(r"^(changed|fatal|failed): \[([\w-]+)\]")


@dataclass(frozen=True)
class Played:
    """One run of a playbook.

    Attributes:
        code: exit code.
        shown: what the terminal showed.
        changed: host → tasks that changed something (or would, when checked), each as
            `<aspect> | <sentence>`.
        failed: host → tasks that failed, in the same form.
    """

    code: int
    shown: str
    changed: dict[str, list[str]]
    failed: dict[str, list[str]]


def play(
    lab: Lab,
    hosts: Iterable[str],
    *words: str,
    check: bool = False,
    root: Path = ROOT,
    **environment: str,
) -> Played:
    """Run the literal command against lab workstations.

    Args:
        lab: the lab whose ssh_config is used.
        hosts: names or groups for --limit.
        words: more words of the command line, as `--tags`, `browser`.
        check: show what would change instead of changing it.
        root: the tree to run from: the repository, or a copy with another inventory.
        environment: more variables for the run.
    """
    command = [str(Path(sys.executable).parent / "ansible-playbook"), PLAYBOOK]
    command += ["--limit", ",".join(hosts), *words]
    command += ["--check", "--diff"] if check else []
    surroundings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")},
        "BENVUNG_SSH_CONFIG": str(lab.ssh_config),
        "ANSIBLE_SSH_ARGS": f"-F {lab.ssh_config}",
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
        "LANGUAGE": "en",
        "COLUMNS": "100",
        **environment,
    }
    done = subprocess.run(
        command,
        cwd=root,
        env=surroundings,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=LONGEST_RUN,
    )
    changed, failed = understand(done.stdout)
    return Played(done.returncode, done.stdout, changed, failed)


def understand(shown: str) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Who changed and who failed where: host → `<aspect> | <sentence>`, each once, in order."""
    changed: dict[str, list[str]] = {}
    failed: dict[str, list[str]] = {}
    aspect, current = "", ""
    for line in shown.splitlines():
        if heading := _HEADING.match(line):
            # The words the aspects share are tasks of whichever aspect speaks them.
            aspect = aspect if heading[1] == "vocabulary" else heading[1] or ""
            current = f"{aspect} | {heading[2]}"
        elif result := _RESULT.match(line):
            of = changed if result[1] == "changed" else failed
            said = of.setdefault(result[2], [])
            said += [] if current in said else [current]
    return changed, failed
