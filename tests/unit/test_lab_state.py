"""The lab empties its own directory, and nobody else's."""

from pathlib import Path

import pytest

from tests.lab.lab import Lab, default_state
from tests.lab.machine import LabError


def test_an_empty_variable_names_no_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the lab would be the checkout, and `down` would delete it."""
    monkeypatch.setenv("BENVUNG_LAB_STATE", "")
    assert default_state().parts[-2:] == ("var", "lab")


def test_what_no_lab_has_made_is_neither_taken_nor_deleted(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("of somebody else")
    (tmp_path / "docs").mkdir()
    lab = Lab(tmp_path)
    with pytest.raises(LabError, match=r"a directory of its own; .* has README\.md"):
        lab._claim()  # noqa: SLF001
    lab._delete_files()  # noqa: SLF001
    assert {path.name for path in tmp_path.iterdir()} == {"README.md", "docs"}


def test_a_labs_own_files_go_and_the_lock_stays(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab._claim()  # noqa: SLF001
    for name in ("lock", "lab.json", "ssh_config"):
        (tmp_path / name).touch()
    (tmp_path / "hosts/thapmuoi-01").mkdir(parents=True)
    lab._delete_files()  # noqa: SLF001
    assert {path.name for path in tmp_path.iterdir()} == {"lock"}
