"""A night loads what a night needs: half of what it costs the desk was imports once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checks.history import open_history

ROOT = Path(__file__).parent.parent.parent
# Of the papers, the register, the migrations, the deploys, the other database: each costs from some
# hundredths of a second to half a one.
HEAVY = (
    *("alembic", "docx", "docxtpl", "gevent", "jinja2", "openpyxl", "pyinfra"),
    *("checks.assets.events", "sqlalchemy.dialects.postgresql"),
)


def loaded(program: str, **environment: str) -> str:
    """Which heavy modules a program loads, with blanks between."""
    asked = f"{program}; import sys; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    return subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()


def test_the_night_loads_nothing_heavy() -> None:
    assert loaded("import checks.cli, checks.cli_nightly") == ""


def test_what_is_loaded_is_not_searched_for_garbage_and_the_night_is() -> None:
    asked = "import gc, checks.cli; print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    said = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert said.stdout.split() == ["True", "True"]


def test_a_history_that_is_up_to_date_is_opened_without_alembic(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/history.sqlite"
    opening = f"from checks.history import open_history; open_history({address!r}).__enter__()"
    assert "alembic" in loaded(opening), "a new one is made by it"
    with open_history(address):
        pass
    assert loaded(opening) == ""


@pytest.mark.parametrize(
    "command", ["asset", "dossier", "enrol", "inventory", "controls", "nightly"]
)
def test_every_command_still_knows_itself(command: str) -> None:
    program = [sys.executable, "-c", "from checks.cli import main; main()", command, "--help"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert f" {command} " in done.stdout
