"""The bench compares like with like: testinfra is asked what the night judges, one for one."""

import ast
from pathlib import Path

from checks.controls import CONTROLS
from tests.bench.answers import control_of

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
