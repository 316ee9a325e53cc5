"""Waivers: read strictly, refused with the file, the key and the mend."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

from checks.controls import CONTROLS
from checks.findings import Waiver
from checks.waivers import WAIVERS_FILE, read_waivers
from inventory.loader import ROOT
from inventory.problems import InventoryRefused, Problem

IDS = [one.id for one in CONTROLS]
HOSTS = ["thapmuoi-01", "thapmuoi-02"]
GOOD = {
    "control": "power.wake",
    "host": "thapmuoi-01",
    "reason": "BIOS không có mục này",
    "owner": "Nguyễn Văn A",
    "until": "2027-01-31",
}


def read(root: Path, text: str) -> tuple[Waiver, ...]:
    (root / WAIVERS_FILE).parent.mkdir(exist_ok=True)
    (root / WAIVERS_FILE).write_text(text, encoding="utf-8")
    return read_waivers(root, HOSTS, IDS)


def written(**changes: object) -> str:
    entry = {key: value for key, value in {**GOOD, **changes}.items() if value is not ...}
    return yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, default_style=None)


def problems(root: Path, text: str) -> tuple[Problem, ...]:
    with pytest.raises(InventoryRefused) as refused:
        read(root, text)
    return refused.value.problems


def test_the_shipped_list_is_empty_and_its_example_good(tmp_path: Path) -> None:
    assert read_waivers(ROOT, HOSTS, IDS) == ()
    text = (ROOT / WAIVERS_FILE).read_text(encoding="utf-8")
    example = "\n".join(re.findall(r"^# ([- ] .*)$", text, re.MULTILINE))
    hosts = ["thapmuoi-03"]
    (tmp_path / "inventory").mkdir()
    (tmp_path / WAIVERS_FILE).write_text(example, encoding="utf-8")
    (waiver,) = read_waivers(tmp_path, hosts, IDS)
    assert waiver.until == date(2027, 1, 31)


def test_a_good_one_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, written()) == (Waiver(**{**GOOD, "until": date(2027, 1, 31)}),)  # type: ignore[arg-type]
    assert read(tmp_path, written(host="*"))[0].host == "*"


@pytest.mark.parametrize(
    ("changes", "key", "mend"),
    [
        ({"control": "power.wakes"}, "[0].control", "Did you mean power.wake?"),
        ({"control": "zzz"}, "[0].control", "benvung controls lists them"),
        ({"host": "thapmuoi-1"}, "[0].host", "Did you mean thapmuoi-01?"),
        ({"until": "31/01/2027"}, "[0].until", '"2027-01-31"'),
        ({"until": "2027-02-30"}, "[0].until", '"2027-01-31"'),
        ({"until": "20270131"}, "[0].until", '"2027-01-31"'),
        ({"owner": ...}, "[0].owner", "who decided"),
        ({"owner": "  "}, "[0].owner", "who decided"),
        ({"owner": ["A"]}, "[0].owner", "who decided"),
        ({"reason": ""}, "[0].reason", "why"),
        ({"until": ...}, "[0].until", "last day"),
        ({"untill": "2027-01-31"}, "[0].untill", "Did you mean until?"),
    ],
)
def test_a_wrong_one_is_refused_with_its_mend(
    tmp_path: Path, changes: dict[str, object], key: str, mend: str
) -> None:
    (problem,) = problems(tmp_path, written(**changes))
    assert (problem.file, problem.key) == (WAIVERS_FILE, key)
    assert problem.place.line > 0
    assert mend in problem.mend


@pytest.mark.parametrize("text", ["- text\n", "- 1\n", "- [a]\n", "- null\n"])
def test_what_is_no_waiver_is_refused(tmp_path: Path, text: str) -> None:
    (problem,) = problems(tmp_path, text)
    assert problem.key == "[0]"


@pytest.mark.parametrize(
    "text", ["{}\n", "", "- control: [\n", "- until: 2027-01-31\n", "- a: 1\n  a: 2\n"]
)
def test_a_broken_file_is_refused(tmp_path: Path, text: str) -> None:
    assert all(one.file == WAIVERS_FILE and one.mend for one in problems(tmp_path, text))


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    text = written(control="zzz", owner="") + written(host="zzz")
    assert [one.key for one in problems(tmp_path, text)] == ["[0].control", "[0].owner", "[1].host"]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InventoryRefused, match=r"waivers\.yml"):
        read_waivers(tmp_path, HOSTS, IDS)


def test_ansible_passes_over_the_waivers() -> None:
    program = str(Path(sys.executable).parent / "ansible-inventory")
    command = [program, "-i", "inventory", "--list"]
    asked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert asked.stderr == ""
    assert "waiver" not in asked.stdout
