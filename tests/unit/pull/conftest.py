"""A PC that pulls, in a directory of the test."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.published import Published, new_key
from tests.unit.pull.pulling import (
    ANSIBLE,
    Pc,
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, str]]:
    """Throw-away keys: name → private key, public key."""
    where = tmp_path_factory.mktemp("keys")
    return {name: (where / name, new_key(where / name)) for name in ("ours", "stranger")}


@pytest.fixture
def pc(tmp_path: Path, keys: dict[str, tuple[Path, str]]) -> Iterator[Pc]:
    private, public = keys["ours"]
    published = Published(tmp_path / "published", private)
    with published.served() as url:
        yield Pc(tmp_path, published, url, public)


@pytest.fixture
def with_ansible(pc: Pc) -> Pc:
    """The same with the real Ansible."""
    pc.place = replace(pc.place, playbook=ANSIBLE)
    return pc
