"""What the unit tests share: a copy of the inventory to spoil, away from this desk's settings."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from inventory import yaml_files
from inventory.loader import ROOT, check, read_sources
from inventory.problems import InventoryRefused, Problem
from inventory.resolve import Resolved
from tests.unit.shipped import answer

# The same examples in every run and on every machine, and nothing that hangs on its speed.
settings.register_profile(
    "unit",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unit")


@dataclass(frozen=True)
class Tree:
    """A repository's inventory, roles and ansible.cfg in a folder of its own.

    Attributes:
        resolved: Ansible's answer for the inventory as shipped. It saves half a second a test; a
            test that changes hosts.yml or a vault asks Ansible itself, by `load(tree.root)`.
    """

    root: Path
    resolved: Resolved

    def write(self, file: str, text: str | bytes) -> None:
        """Make `file` hold `text` alone."""
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def append(self, file: str, text: str) -> None:
        """Add `text` at the end of `file`."""
        self.write(file, (self.root / file).read_text() + text)

    def replace(self, file: str, old: str, new: str) -> None:
        """Put `new` where the first `old` is; `old` must be there."""
        text = (self.root / file).read_text()
        assert old in text, f"{file} does not hold {old!r}"
        self.write(file, text.replace(old, new, 1))

    def problems(self) -> list[Problem]:
        """What the loader finds, with Ansible's answer for the shipped inventory."""
        sources = read_sources(self.root)
        if not sources.tree.readable:
            return list(sources.problems)
        try:
            check(sources, self.resolved)
        except InventoryRefused as refused:
            return list(refused.problems)
        return []


@pytest.fixture(autouse=True)
def plain_desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the person who runs the tests reaches them."""
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("BENVUNG_VAULT_DIR", str(tmp_path / "vault"))
    monkeypatch.delenv("BENVUNG_SSH_CONFIG", raising=False)


@pytest.fixture(scope="session", autouse=True)
def parsed_once() -> Iterator[None]:
    """A test spoils one file of fifty; the text of the others need not be parsed again."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_files, "parse", cache(yaml_files.parse))
        yield


@pytest.fixture
def tree(tmp_path: Path) -> Iterator[Tree]:
    """A copy of the shipped inventory that a test may spoil."""
    root = tmp_path / "repository"
    code = shutil.ignore_patterns("*.py", "__pycache__", "locale", "files", "templates", "tasks")
    for folder in ("inventory", "roles"):
        shutil.copytree(ROOT / folder, root / folder, ignore=code)
    shutil.copy(ROOT / "ansible.cfg", root)
    yield Tree(root, answer())
    shutil.rmtree(root)
