"""The bench of the engines: what is counted, and what the table makes of it."""

import io

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from tests.bench import __main__ as command
from tests.bench.engines import (
    ANSIBLE,
    ENGINES,
    FIRST,
    NO_CHANGE,
    PYINFRA,
    Compared,
    Measured,
    ratio,
    table,
    where,
)
from tests.bench.measure import Cost

TOLD = {
    PYINFRA: """
 PC            Result
 thapmuoi-01   made right, changes: 212
 thapmuoi-02   as declared
 thanhmy-03    made right, changes: 1
""",
    ANSIBLE: """
PLAY RECAP *********************************************************************
thapmuoi-01    : ok=231  changed=200  unreachable=0    failed=0    skipped=38
thanhmy-03     : ok=231  changed=13   unreachable=0    failed=0    skipped=38
""",
}


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
def test_changes_are_counted_on_all_pcs(engine: object) -> None:
    (one,) = (each for each in ENGINES if each is engine)
    assert one.changes(TOLD[one.name]) == 213


def test_both_are_given_the_same_pcs() -> None:
    hosts = ["thapmuoi-01", "thanhmy-03"]
    mine, theirs = (engine.command(hosts)[1:] for engine in ENGINES)
    assert mine == [
        *("inventory", "deploys/baseline.py", "-y"),
        *("--limit", "thapmuoi-01", "--limit", "thanhmy-03"),
    ]
    assert theirs == ["deploys/baseline.yml", "--limit", "thapmuoi-01,thanhmy-03", "--forks", "10"]


def run(wall: float, executions: float = 10) -> Measured:
    return Measured(Cost(wall, 2, 1, 0), 0, executions, before=1, between=wall - 1.5)


def test_the_table_has_the_medians_and_what_was_not_measured_is_left_out() -> None:
    compared = Compared(
        {
            (1, NO_CHANGE, PYINFRA): [run(2), run(3), run(90)],
            (1, NO_CHANGE, ANSIBLE): [run(45, 400), run(36, 400), run(20, 400)],
        }
    )
    assert ratio(compared, 1, NO_CHANGE, "wall") == 12
    shown = Console(width=140, record=True, file=io.StringIO())
    shown.print(table(compared))
    text = shown.export_text()
    assert "12.0 times" in text
    assert "400" in text
    assert FIRST not in text
    assert where(compared)[0] == (
        "1 PC, pyinfra: 1.0 s until the first command on a PC, 1.5 s from the first to the last, "
        "0.5 s after."
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--what", "nothing"], "WHAT='nothing'"),
        (["--hosts", "0 1"], "HOSTS='0 1'"),
        (["--hosts", ""], "HOSTS=''"),
        (["--first", "many"], "FIRST='many'"),
        (["--hosts", "99"], "HOSTS='99'"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    words: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "can_host", lambda: "")
    monkeypatch.setattr(command, "Lab", None)
    app = typer.Typer()
    app.command()(command.main)
    done = CliRunner().invoke(app, words)
    assert done.exit_code == command.REFUSED
    assert said in done.output
