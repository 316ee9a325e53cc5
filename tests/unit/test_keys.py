"""Whether the desk has a key that opens without a person; real keys and a real ssh-agent."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.keys import KeysRefused, require

HOST = "thapmuoi-01"


@pytest.fixture(autouse=True)
def no_agent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever runs the tests may have one."""
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)


def key(place: Path, passphrase: str = "") -> Path:
    """Make a key."""
    file = place / f"key{len(passphrase)}"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(file)]
    subprocess.run(command, check=True)
    return file


def config(place: Path, *keys: Path, more: str = "") -> Path:
    """An ssh_config that names keys and no other."""
    file = place / "ssh_config"
    files = "".join(f"IdentityFile {one}\n" for one in keys or [place / "none"])
    file.write_text(f"Host *\nIdentitiesOnly yes\n{more}{files}")
    return file


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[str]:
    """An ssh-agent that holds a key of its own."""
    socket = str(tmp_path / "agent")
    with subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE) as running:
        assert running.stdout
        running.stdout.readline()  # it listens
        holder = tmp_path / "held"
        holder.mkdir()
        subprocess.run(
            ["ssh-add", "-q", str(key(holder))],
            env={**os.environ, "SSH_AUTH_SOCK": socket},
            check=True,
        )
        yield socket
        running.terminate()


def test_a_key_without_a_passphrase_is_enough(tmp_path: Path) -> None:
    require([HOST], config(tmp_path, key(tmp_path, "secret"), key(tmp_path)))


def test_a_key_that_asks_for_its_passphrase_is_named_with_what_to_do(tmp_path: Path) -> None:
    locked = key(tmp_path, "secret")
    with pytest.raises(KeysRefused) as refused:
        require([HOST, "thapmuoi-02"], config(tmp_path, locked))
    assert str(refused.value).startswith(
        f"No SSH key opens without a person: {locked} asks for its passphrase"
    )
    assert "ssh-add" in str(refused.value)


def test_no_key_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(KeysRefused, match="This desk has no SSH key"):
        require([HOST], config(tmp_path))


@pytest.mark.parametrize("named", [True, False])
def test_an_agent_that_holds_a_key_is_enough(
    tmp_path: Path, agent: str, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    ssh_config = config(tmp_path, key(tmp_path, "secret"))
    if named:
        require([HOST], ssh_config, agent)
        ssh_config = config(tmp_path, more=f"IdentityAgent {agent}\n")
    else:
        monkeypatch.setenv("SSH_AUTH_SOCK", agent)
    require([HOST], ssh_config)


def test_an_agent_that_is_gone_or_not_to_be_asked_holds_none(tmp_path: Path, agent: str) -> None:
    locked = key(tmp_path, "secret")
    with pytest.raises(KeysRefused):
        require([HOST], config(tmp_path, locked), str(tmp_path / "gone"))
    with pytest.raises(KeysRefused):
        require([HOST], config(tmp_path, locked, more="IdentityAgent none\n"), agent)


def test_one_pc_with_a_key_is_enough_for_the_night_to_begin(tmp_path: Path) -> None:
    good = key(tmp_path)
    file = tmp_path / "ssh_config"
    nothing = f"IdentityFile {tmp_path}/none\n"
    file.write_text(
        f"Host thapmuoi-02\nIdentityFile {good}\nHost thapmuoi-01\n{nothing}"
        f"Host *\nIdentitiesOnly yes\n"
    )
    require([HOST, "thapmuoi-02"], file)


def test_what_ssh_cannot_read_is_left_to_the_one_who_connects(tmp_path: Path) -> None:
    require([HOST], tmp_path / "nothing-there")
