"""Look at one workstation, as the reader and as the technician: `make accept HOST=thanhmy-03`."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from inventory.loader import InventoryRefused, load, select

ROOT = Path(__file__).parent.parent.parent
REFUSED = 2
console = Console(highlight=False, stderr=True)


def main(
    host: Annotated[str, typer.Argument(help="A workstation of the inventory.")] = "",
    tests: Annotated[list[str] | None, typer.Argument(help="For pytest.")] = None,
) -> None:
    """Run the acceptance tests on HOST; exit code 2 when it cannot be looked at."""
    check_name(host)
    ssh_config = Path(os.environ.get("BENVUNG_SSH_CONFIG") or "inventory/ssh_config")
    with connection(host, ROOT / ssh_config) as config:
        sys.exit(look(host, config, tests or ["tests/acceptance"]))


def check_name(host: str) -> None:
    """Leave with a sentence unless the inventory has this workstation."""
    if not host:
        refuse("Which workstation? make accept HOST=thanhmy-03")
    try:
        inventory = load(ROOT)
        chosen = select(inventory, [host], option="HOST")
    except InventoryRefused as refused:
        refuse("\n".join(map(str, refused.problems)))
    if chosen != (host,):
        refuse(f"{host} is a group: name one of {', '.join(chosen)}")


@contextmanager
def connection(host: str, ssh_config: Path) -> Iterator[Path]:
    """Open one connection all tests share; leave with a sentence when the host does not answer.

    Yields:
        An ssh_config that uses the connection.
    """
    # Short, because a control socket's path may not be longer than 107 bytes.
    with tempfile.TemporaryDirectory(prefix="benvung-") as directory:
        config = Path(directory) / "ssh_config"
        config.write_text(
            f'Host *\n    ControlPath "{directory}/%C"\n    BatchMode yes\nInclude "{ssh_config}"\n'
        )
        ssh = ["ssh", "-F", str(config)]
        opened = subprocess.run(
            [*ssh, "-o", "ControlMaster=yes", "-o", "ControlPersist=yes", host, "true"],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if opened.returncode:
            why = (opened.stderr.strip().splitlines() or ["no reason given"])[-1]
            refuse(f"{host} cannot be reached, nothing was looked at: {why}")
        try:
            yield config
        finally:
            subprocess.run([*ssh, "-O", "exit", host], cwd=ROOT, capture_output=True, check=False)


def look(host: str, config: Path, tests: list[str]) -> int:
    """Run pytest with testinfra over that connection; return its exit code."""
    results = ROOT / "var" / "results"
    results.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "pytest", *tests]
    testinfra = [f"--hosts=ssh://{host}", f"--ssh-config={config}", "--sudo"]
    report = f"--junitxml={results / f'accept-{host}.xml'}"
    return subprocess.run([*command, *testinfra, report], cwd=ROOT, check=False).returncode


def refuse(sentence: str) -> None:
    """Say why nothing was looked at, and leave."""
    console.print(sentence, soft_wrap=True)
    sys.exit(REFUSED)


if __name__ == "__main__":
    typer.run(main)
