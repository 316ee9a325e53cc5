"""A workstation that plays the technician's own machine: the repository, its Python, an account."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.lab.technician import ROOT
from tests.lab.workstation import Workstation

ACCOUNT = "thuy"
HOME = Path("/home") / ACCOUNT
# What a desk never runs, and is heavy: of Python itself, and of the repository.
OF_PYTHON = ("lib/python*/test", "lib/python*/site-packages", "lib/python*/config-*", "share")
OF_ROOT = ("var", ".git", ".venv/*/mypy", ".venv/*/mypyc", ".venv/bin/ruff")


@dataclass(frozen=True)
class Desk:
    """The technician's machine in the lab, at the paths of this one: a venv cannot be moved.

    Attributes:
        machine: the workstation that plays it.
    """

    machine: Workstation

    def make(self) -> None:
        """Bring the account, Python and the repository; how the PCs are reached comes by `ssh`."""
        self.machine.run(
            f"useradd --create-home --shell /bin/bash {ACCOUNT}; "
            f"echo '{ACCOUNT} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/{ACCOUNT}"
        )
        places: dict[Path, tuple[str, ...]] = {ROOT: OF_ROOT}
        # Debian's own Python is there already.
        if sys.base_prefix != "/usr":
            places[Path(sys.base_prefix)] = OF_PYTHON
        for place, left_out in places.items():
            self._copy(place, left_out)
        self.machine.run(f"chown -R {ACCOUNT}: {ROOT}")
        for place in places:
            above = [str(parent) for parent in (place, *place.parents)]
            self.machine.run(["chmod", "o+x", *above])
        self.reach()

    def _copy(self, place: Path, left_out: Iterable[str]) -> None:
        """One folder, as it is here."""
        inside = str(place).lstrip("/")
        excluded = [f"--exclude={inside}/{pattern}" for pattern in left_out]
        pack = ["tar", "c", "-C", "/", "--exclude=__pycache__", *excluded, inside]
        with subprocess.Popen(pack, stdout=subprocess.PIPE) as packing:
            subprocess.run(
                self.machine.command(["tar", "x", "-C", "/", "--no-same-owner"]),
                stdin=packing.stdout,
                check=True,
                timeout=600,
            )

    def reach(self) -> None:
        """The lab's ssh_config, key and pins, as they are now, in the account's own home."""
        lab = self.machine.lab
        said = lab.ssh_config.read_text()
        for there, name in ((lab.key, "key"), (lab.known_hosts, "known_hosts")):
            said = said.replace(str(there), f"{HOME}/.ssh/{name}")
            self.write(f".ssh/{name}", there.read_text())
        kept = [line for line in said.splitlines() if not line.strip().startswith("Control")]
        self.write(".ssh/lab", "\n".join(kept) + "\n")

    def write(self, name: str, text: str) -> None:
        """A file of the account's, closed to others."""
        path = HOME / name
        command = f"umask 077; mkdir -p {path.parent} && cat > {path}"
        self.machine.run(["/bin/sh", "-ec", command], user=ACCOUNT, stdin=text)

    def settings(self, **environment: str) -> None:
        """What only this machine has: the service's environment."""
        text = "".join(f"{name}={value}\n" for name, value in environment.items())
        command = f"umask 077; cat > {ROOT}/var/nightly.env"
        self.machine.run(["/bin/sh", "-ec", command], user=ACCOUNT, stdin=text)

    def type(self, words: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """A line the technician types in the repository."""
        surroundings = (
            f"HOME={HOME} USER={ACCOUNT} LANGUAGE=en COLUMNS=120 BENVUNG_SSH_CONFIG={HOME}/.ssh/lab"
        )
        line = f"cd {ROOT} && env {surroundings} {words}"
        return self.machine.run(["/bin/sh", "-c", line], user=ACCOUNT, check=False, timeout=timeout)

    def shows(self, unit: str, fact: str) -> str:
        """A property of a unit."""
        return self.machine.run(["systemctl", "show", "-P", fact, unit]).stdout.strip()

    def journal(self, unit: str) -> str:
        """What a unit said, in one line."""
        said = self.machine.run(["journalctl", "-q", "-o", "cat", "-u", unit]).stdout
        return " ".join(said.split())
