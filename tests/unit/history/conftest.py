"""A fresh database of each kind."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.history import History, open_history
from tests.unit.history.postgresql import Server, programs, server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server; without one CI fails, and a desk skips."""
    found = programs()
    if found is None:
        why = "PostgreSQL's server is not installed (apt-get install postgresql)"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with server(found) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/history.sqlite"
    running: Server = request.getfixturevalue("postgresql")
    return running.database()


@pytest.fixture
def history(database: str) -> Iterator[History]:
    """An empty history."""
    with open_history(database) as opened:
        yield opened
