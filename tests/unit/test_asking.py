"""One wide question instead of many: real runs of pyinfra on this machine, without root."""

import subprocess
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import BaseStateCallback, Config, Inventory, State, deploy
from pyinfra.api.connect import connect_all
from pyinfra.api.deploy import add_deploy
from pyinfra.api.operations import run_ops
from pyinfra.api.state import StateStage
from pyinfra.connectors.local import LocalConnector
from pyinfra.context import ctx_state

from deploys import asking, operations
from deploys.asking import MOST, Answers, Wide
from deploys.facts import Files, Units
from deploys.vocabulary import directory, ensure


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every command that pyinfra executes."""
    seen: list[str] = []
    execute = LocalConnector.run_shell_command

    def run(self: Any, command: Any, *words: Any, **more: Any) -> Any:
        seen.append(str(command))
        return execute(self, command, *words, **more)

    monkeypatch.setattr(LocalConnector, "run_shell_command", run)
    return seen


Run = Callable[..., State]


@pytest.fixture
def run() -> Run:
    """Make this machine right by some operations."""

    def it(operations: Callable[[], Any], callback: BaseStateCallback | None = None) -> State:
        state = State(Inventory((["@local"], {})), Config(), check_for_changes=False)
        with ctx_state.use(state):
            state.current_stage = StateStage.Prepare
            if callback:
                state.add_callback_handler(callback)
            connect_all(state)
            add_deploy(state, deploy("thu")(operations))
            state.current_stage = StateStage.Execute
            run_ops(state)
        return state

    return it


def changes(state: State) -> list[str]:
    """Operations that did something, in order."""
    (ops,) = state.ops.values()
    return [
        next(iter(state.op_meta[each].names)).removeprefix("thu | ")
        for each, data in ops.items()
        if data.operation_meta.did_change()
    ]


def test_a_run_that_changes_nothing_asks_once_for_many(
    run: Run, executed: list[str], tmp_path: Path
) -> None:
    def many() -> None:
        for number in range(MOST + 5):
            ensure(f"Number {number}", "false", unless=f"test {number} -ge 0")
        # The same question a second time is answered by an answer of its own.
        ensure("Number 0 again", "false", unless="test 0 -ge 0")
        directory("A place", str(tmp_path), mode="700", **owner(tmp_path))

    assert changes(run(many)) == []
    assert len(executed) == 2


def owner(path: Path) -> dict[str, Any]:
    return {"user": path.owner(), "group": path.group()}


def test_after_a_change_everything_is_asked_anew(run: Run, tmp_path: Path) -> None:
    """What was so when it was asked for, and is no longer when its turn comes."""
    (tmp_path / "b").touch()

    def breaks() -> None:
        ensure("Nothing", "false", unless="true")
        ensure("Break b", f"rm {tmp_path}/b; touch {tmp_path}/a", unless=f"test -e {tmp_path}/a")
        ensure("Mend b", f"touch {tmp_path}/b", unless=f"test -e {tmp_path}/b")

    assert changes(run(breaks)) == ["Break b", "Mend b"]
    assert (tmp_path / "b").exists()


def test_what_a_failed_operation_did_counts_as_a_change(run: Run, tmp_path: Path) -> None:
    (tmp_path / "b").touch()

    def fails() -> None:
        ensure("Fail", f"rm {tmp_path}/b; false", unless="false", _ignore_errors=True)
        ensure("Mend b", f"touch {tmp_path}/b", unless=f"test -e {tmp_path}/b")

    run(fails)
    assert (tmp_path / "b").exists()


def test_an_operation_that_is_tried_again_asks_again(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "f"

    def tries() -> None:
        again: dict[str, Any] = {"_retries": 1, "_retry_delay": 0}
        ensure("Try", f"echo once >>{file}; false", unless=f"test -s {file}", **again)

    run(tries)
    assert file.read_text(encoding="utf-8") == "once\n"


def test_an_answer_does_not_hold_for_long(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another PC of the run was slow, and this one did not stand still meanwhile."""
    (tmp_path / "b").touch()

    class Meanwhile(BaseStateCallback):
        """The PC changes by itself, and the time is over."""

        @staticmethod
        def operation_host_success(*_: Any) -> None:
            (tmp_path / "b").unlink(missing_ok=True)
            monkeypatch.setattr(asking, "HOLDS", -1.0)

    def waits() -> None:
        ensure("Nothing", "false", unless="true")
        ensure("Mend b", f"touch {tmp_path}/b", unless=f"test -e {tmp_path}/b")

    assert changes(run(waits, Meanwhile())) == ["Mend b"]


def test_a_pc_too_slow_for_many_questions_is_asked_for_many_once(
    run: Run, executed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "HOLDS", -1.0)

    def three() -> None:
        for number in range(3):
            ensure(f"Number {number}", "false", unless=f"test {number} -ge 0")

    assert changes(run(three)) == []
    assert ["printf" in command for command in executed] == [True, False, False]


def test_one_question_that_breaks_off_leaves_the_others_and_is_asked_alone(
    run: Run, executed: list[str]
) -> None:
    def strange() -> None:
        ensure("First", "false", unless="exit 0")
        ensure("Unit", "false", unless="cat >/dev/null; printf 'no end'")
        ensure("Last", "false", unless="cd /; set -e; true")

    assert changes(run(strange)) == []
    assert len(executed) == 1


def test_the_answers_are_cut_apart_as_they_were_said() -> None:
    fact = Answers()
    fact.command(Wide(("a", "b", "c", "d", "e")))
    mark = fact._mark  # noqa: SLF001
    assert repr(Wide(("a", "b"))) == "2 questions"
    lines = [
        *("one", "", f"{mark} 0"),  # a whole line
        *("no end", f"{mark} 0"),
        *("", f"{mark} 0"),  # nothing at all
        *("spoilt", "", f"{mark} 3"),
        *("", "", f"{mark} 0"),  # an empty line
    ]
    assert fact.process(lines) == [["one"], ["no end"], [], None, [""]]


@pytest.mark.parametrize(
    "spoil", ["rm {0}", "echo y >{0}", "chmod 600 {0}", "rm -r {1}", "chmod 755 {1}", ":"]
)
def test_a_file_and_its_place_are_made_right_whatever_is_wrong(
    run: Run, executed: list[str], tmp_path: Path, spoil: str
) -> None:
    place, file = tmp_path / "place", tmp_path / "place/file"
    own = owner(tmp_path)

    def declare() -> None:
        directory("The place", str(place), mode="700", **own)
        for text, name in (("x\n", "file"), ("x\n", "other")):
            dest = str(place / name)
            asking.expect(Files, paths=[dest])
            operations.file(name=name, src=StringIO(text), dest=dest, mode="640", **own)

    assert changes(run(declare)) == ["The place", "file", "other"]
    executed.clear()
    assert changes(run(declare)) == []
    # Both files are looked at in one go.
    assert ["printf" in command for command in executed] == [True]
    assert executed[0].count("sha256sum") == 1
    subprocess.run(["sh", "-ec", spoil.format(file, place)], check=True)
    spoilt = run(declare)
    assert bool(changes(spoilt)) is (spoil != ":")
    seen = (place.stat().st_mode, file.stat().st_mode, file.read_text(encoding="utf-8"))
    assert seen == (0o40700, 0o100640, "x\n")
    assert changes(run(declare)) == []


def test_files_are_seen_as_they_are(run: Run, tmp_path: Path) -> None:
    """Absent, another's mode, a link, a directory: none of them is the file that is wanted."""
    file, link = tmp_path / "tệp 'một'", tmp_path / "link"
    file.write_text("x")
    file.chmod(0o640)
    link.symlink_to(file)
    seen: list[Any] = []

    def looks() -> None:
        from pyinfra import host  # noqa: PLC0415

        paths = [str(file), str(link), str(tmp_path), str(tmp_path / "absent")]
        seen.append(host.get_fact(Files, paths=paths))
        seen.append(host.get_fact(Files, paths=[str(link)]))

    run(looks)
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert seen == [{str(file): (digest, file.owner(), file.group(), "640")}, {}]


def test_units_are_judged_as_pyinfra_judges_them() -> None:
    said = ["Id=a.service", "SubState=running", "UnitFileState=static", ""]
    said += [
        "Id=b.timer",
        "SubState=dead",
        "UnitFileState=masked",
        "",
        "Id=c.path",
        "SubState=dead",
    ]
    assert Units().process(said) == {
        "a.service": (True, True),
        "b.timer": (False, False),
        "c.path": (False, False),
    }
