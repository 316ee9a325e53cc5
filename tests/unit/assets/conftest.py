"""A copy of the repository in which assets may be recorded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from checks import answers, cli_assets
from checks.assets import recording
from checks.assets.book import Book, read_book
from checks.assets.records import Asset
from checks.cli import app
from inventory.loader import check, read_sources
from inventory.records import Inventory
from tests.unit.assets.making import Said
from tests.unit.conftest import Tree

EVENTS = "inventory/assets/thanhmy-03/events.yml"
CARD = "inventory/assets/thanhmy-03/card.yml"
Run = Callable[..., Result]
NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Office:
    """A repository and the ways to use it."""

    tree: Tree
    read: Callable[[Path], Inventory]

    @property
    def root(self) -> Path:
        """The repository's root."""
        return self.tree.root

    def book(self) -> Book:
        """All assets as they are on the disk now."""
        return read_book(self.root, self.read(self.root))

    def record(self, said: Said, name: str = "thanhmy-03", now: datetime = NOON) -> Asset:
        """Record one event, as the command line does."""
        whole = {"by": "Nguyễn Văn An", "date": "2026-11-20", **said}
        return recording.record(self.root, name, whole, now, self.read)

    def text(self, file: str = EVENTS) -> str:
        """A file as it is on the disk now."""
        return (self.root / file).read_text(encoding="utf-8")


@pytest.fixture
def office(tree: Tree) -> Office:
    return Office(tree, lambda root: check(read_sources(root), tree.resolved))


@pytest.fixture
def benvung(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`benvung …` on a day, in a repository of its own."""
    monkeypatch.setattr(cli_assets, "ROOT", office.root)
    monkeypatch.setattr(answers, "ROOT", office.root)
    monkeypatch.setattr(cli_assets, "load", office.read)
    monkeypatch.setenv("BENVUNG_DATABASE", f"sqlite:///{tmp_path / 'history.sqlite'}")
    monkeypatch.setenv("BENVUNG_PERSON", "Nguyễn Văn An")
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str, day: str = "2026-11-20", code: int = 0) -> Result:
        moment = datetime.fromisoformat(day).replace(hour=5, tzinfo=UTC)
        monkeypatch.setattr(cli_assets, "now", lambda: moment)
        result = CliRunner().invoke(app, [*words])
        assert result.exit_code == code, result.output
        return result

    return run
