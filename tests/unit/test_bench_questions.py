"""The bench compares like with like: testinfra is asked what the night judges, one for one."""

import ast
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from checks.controls import CONTROLS
from tests.bench.answers import Unanswered, control_of, differences, of_night, of_testinfra
from tests.bench.measure import Cost
from tests.bench.night import Compared, table
from tests.bench.sides import ANSIBLE, NIGHT, TESTINFRA

QUESTIONS = Path(__file__).parent.parent / "bench/questions"


def asked() -> list[str]:
    """The control each test of the questions is about."""
    return [
        control_of(file.stem, node.name)
        for file in sorted(QUESTIONS.glob("test_*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def test_there_is_one_question_for_each_control() -> None:
    assert sorted(asked()) == sorted(control.id for control in CONTROLS)


def test_every_question_asks_something() -> None:
    for file in QUESTIONS.glob("test_*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                words = ast.unparse(node)
                assert "assert " in words or "runs(" in words or "shut(" in words, node.name


JUNIT = """<testsuites><testsuite name="pytest">
<testcase classname="tests.bench.questions.test_access" name="test_root_login[ssh://{host}]"/>
<testcase classname="tests.bench.questions.test_access" name="test_keys[ssh://{host}]">
<failure message="assert 0">…</failure></testcase>
<testcase classname="tests.bench.questions.test_power" name="test_wake[ssh://{host}]">
<skipped type="pytest.skip" message="a container">…</skipped></testcase>
<testcase classname="tests.bench.questions.test_session" name="test_swept[ssh://{host}]">
<error message="failed on setup">…</error></testcase>
</testsuite></testsuites>"""


def test_a_test_that_passes_is_ok_and_one_that_is_skipped_is_unknown(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    junit.write_text(JUNIT.format(host="thanhmy-03"), encoding="utf-8")
    assert of_testinfra(junit) == {
        "thanhmy-03": {
            "access.root-login": "ok",
            "access.keys": "fail",
            "power.wake": "unknown",
            "session.swept": "fail",
        }
    }


def test_a_run_without_answers_is_no_run(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    junit.write_text("<testsuites/>", encoding="utf-8")
    with pytest.raises(Unanswered):
        of_testinfra(junit)


def said(**findings: str) -> str:
    """A night's document about one PC."""
    names = {control: control.replace("__", ".").replace("_", "-") for control in findings}
    found = [
        {"control": names[control], "status": status, "reason": "why"}
        for control, status in findings.items()
    ]
    return json.dumps({"hosts": [{"host": "a", "findings": found}]})


def test_a_night_answers_every_control_and_what_it_leaves_out_is_ok() -> None:
    answers = of_night(said(power__wake="unknown", hardware__disk="fail"), ["a"])["a"]
    assert len(answers) == len(CONTROLS)
    assert answers["power.wake"] == "unknown"
    assert set(answers.values()) == {"ok", "unknown"}


def test_a_pc_that_was_not_reached_is_no_answer() -> None:
    with pytest.raises(Unanswered, match="why"):
        of_night(said(health__reachable="unreachable"), ["a"])


def test_the_two_must_have_answered_the_same_questions() -> None:
    night = of_night(said(power__wake="unknown"), ["a"])
    assert differences(night, night) == []
    (apart,) = differences(night, {"a": {**night["a"], "power.wake": "fail"}})
    assert str(apart) == "a power.wake: night unknown, testinfra fail"
    fewer = {key: value for key, value in night["a"].items() if key != "power.wake"}
    with pytest.raises(Unanswered):
        differences(night, {"a": fewer})
    with pytest.raises(Unanswered):
        differences(night, {})


def test_ratios_are_of_the_medians() -> None:
    costs = {
        NIGHT: [Cost(1, 2, 3, 0), Cost(2, 2, 3, 0), Cost(90, 2, 3, 0)],
        TESTINFRA: [Cost(20, 8, 3, 0)] * 3,
        ANSIBLE: [Cost(4, 4, 1.5, 0)] * 3,
    }
    compared = Compared(["a"], costs, dict.fromkeys(costs, 126))
    assert compared.ratio(TESTINFRA, "wall") == 10
    assert compared.ratio(TESTINFRA, "desk") == 4
    assert compared.ratio(ANSIBLE, "pc") == 0.5
    shown = Console(width=120, record=True, file=io.StringIO())
    shown.print(table(compared))
    text = shown.export_text()
    assert "2.00 (1.00 to 90.00)" in text
    assert "10.0 times" in text
