"""Secrets: whole-file vaults, one id per host, opened with a password only the technician reads."""

import sys
from pathlib import Path

import pytest
from ansible.parsing.vault import VaultLib, VaultSecret

from inventory.loader import load, read_sources
from inventory.problems import InventoryRefused, Problem
from inventory.vaults import diagnose
from tests.unit.conftest import Tree

HOST = "thanhmy-03"
VAULT = f"inventory/host_vars/{HOST}/vault.yml"
SECRET = "demo_password: Mật-khẩu-9182\n"
NOT_A_FILE = "what is encrypted in it is not a file of `key: value` lines"
SPECS = """
argument_specs:
  main:
    options:
      demo_password: {type: str, no_log: true, description: [x]}
      demo_text: {type: str, required: true, description: [x]}
"""


@pytest.fixture
def vaulted(tree: Tree, tmp_path: Path) -> Tree:
    """An inventory whose role `demo` has a secret, kept right for one host."""
    tree.write("roles/demo/meta/argument_specs.yml", SPECS)
    tree.write("roles/demo/defaults/main.yml", "demo_text: a\n")
    keep(tree, SECRET)
    password(tmp_path)
    return tree


def encrypt(text: str | bytes, vault_id: str | None = HOST, key: str = "chìa khóa") -> bytes:
    library = VaultLib([(vault_id, VaultSecret(key.encode()))])
    return bytes(library.encrypt(text, VaultSecret(key.encode()), vault_id=vault_id))


def keep(tree: Tree, text: str | bytes, vault_id: str | None = HOST, file: str = VAULT) -> None:
    tree.write(file, encrypt(text, vault_id))


def password(tmp_path: Path, text: str = "chìa khóa\n", mode: int = 0o600) -> Path:
    path = tmp_path / "vault" / HOST
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def refused(tree: Tree) -> Problem:
    """The one thing wrong, found with Ansible's help."""
    with pytest.raises(InventoryRefused) as refusal:
        load(tree.root)
    return the_one(refusal.value.problems)


def seen(tree: Tree) -> Problem:
    """The one thing wrong, seen without opening any vault."""
    return the_one(read_sources(tree.root).problems)


def the_one(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert "9182" not in str(problems[0])
    return problems[0]


def test_a_host_has_its_own_secret_and_no_other(vaulted: Tree) -> None:
    hosts = load(vaulted.root).hosts
    assert hosts[HOST].variables["demo_password"] == "Mật-khẩu-9182"
    assert "demo_password" not in hosts["thanhmy-02"].variables


def test_neither_strangers_passwords_nor_ansibles_environment_matter(
    vaulted: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vault" / "retired-01").touch(mode=0o644)
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", "/nowhere")
    monkeypatch.setenv("ANSIBLE_INVENTORY_ENABLED", "script")
    assert load(vaulted.root).hosts[HOST].variables["demo_password"]


def test_password_missing(vaulted: Tree, tmp_path: Path) -> None:
    (tmp_path / "vault" / HOST).unlink()
    problem = refused(vaulted)
    assert problem.file == VAULT
    assert "No such file" in problem.wrong
    assert "BENVUNG_VAULT_DIR" in problem.mend


def test_password_wrong(vaulted: Tree, tmp_path: Path) -> None:
    password(tmp_path, "sai\n")
    problem = refused(vaulted)
    assert problem.file == VAULT
    assert "cannot be opened" in problem.wrong
    assert "right password" in problem.mend


def test_password_empty(vaulted: Tree, tmp_path: Path) -> None:
    password(tmp_path, "\n")
    problem = seen(vaulted)
    assert (problem.file, "is empty" in problem.wrong) == (VAULT, True)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o700, 0o606])
def test_password_readable_by_others_or_executable(
    vaulted: Tree, tmp_path: Path, mode: int
) -> None:
    path = password(tmp_path, mode=mode)
    problem = seen(vaulted)
    assert problem.file == VAULT
    assert f"{mode:04o}" in problem.wrong
    assert f"chmod 0600 {path}" in problem.mend


def test_vault_damaged(vaulted: Tree) -> None:
    vaulted.write(VAULT, (vaulted.root / VAULT).read_bytes()[:-60])
    problem = refused(vaulted)
    assert (problem.file, "cannot be opened" in problem.wrong) == (VAULT, True)


def test_vault_of_another_host(vaulted: Tree) -> None:
    keep(vaulted, SECRET, "thanhmy-02")
    problem = seen(vaulted)
    assert problem.file == VAULT
    assert "encrypted for thanhmy-02, not for thanhmy-03" in problem.wrong
    assert "--encrypt-vault-id thanhmy-03" in problem.mend


def test_vault_without_an_id(vaulted: Tree) -> None:
    keep(vaulted, SECRET, None)
    problem = seen(vaulted)
    assert (problem.file, "encrypted for -" in problem.wrong) == (VAULT, True)


def test_vault_not_encrypted(vaulted: Tree) -> None:
    vaulted.write(VAULT, SECRET)
    problem = seen(vaulted)
    assert (problem.place.line, "not encrypted" in problem.wrong) == (1, True)
    assert f"--encrypt-vault-id {HOST} {VAULT}" in problem.mend


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("inventory/group_vars/thanh_my/vault.yml", "for a group"),
        ("inventory/group_vars/all/secrets.yml", "for a group"),
        (f"inventory/host_vars/{HOST}/access.yml", "none may be"),
        ("inventory/host_vars/thanhmy-02.yml", "none may be"),
    ],
)
def test_vault_in_the_wrong_place(vaulted: Tree, file: str, said: str) -> None:
    keep(vaulted, SECRET, file=file)
    problem = seen(vaulted)
    assert (problem.file, said in problem.wrong) == (file, True)
    assert "host_vars/<host>/vault.yml" in problem.mend


@pytest.mark.parametrize(
    "file", [f"inventory/host_vars/{HOST}/demo.yml", "inventory/group_vars/all/demo.yml"]
)
def test_secret_in_a_readable_file(vaulted: Tree, file: str) -> None:
    vaulted.write(file, SECRET)
    problem = seen(vaulted)
    assert (problem.file, problem.key) == (file, "demo_password")
    assert "readable" in problem.wrong


@pytest.mark.parametrize(
    ("content", "key", "said"),
    [
        ("demo_pasword: x9182\n", "demo_pasword", "unknown variable"),
        ("demo_password: 9182\n", "demo_password", "the secret is not text"),
        ('demo_password: "9182{{ x }}"\n', "demo_password", "template"),
        ("demo_text: x9182\n", "demo_text", "not a secret"),
        ("demo_password: [9182\n", "", NOT_A_FILE),
    ],
)
def test_what_is_in_the_vault_is_checked_and_never_shown(
    vaulted: Tree, content: str | bytes, key: str, said: str
) -> None:
    keep(vaulted, content)
    problem = refused(vaulted)
    assert (problem.file, problem.key, said in problem.wrong) == (VAULT, key, True), problem


@pytest.mark.parametrize(
    "content",
    ["demo_password: a9182\ndemo_password: b9182\n", "- 9182\n", b"a: \xe1\xbb9182\n", ""],
)
def test_what_ansible_would_stumble_over_in_a_vault_is_explained(
    vaulted: Tree, tmp_path: Path, content: str | bytes
) -> None:
    keep(vaulted, content)
    (problem,) = diagnose(vaulted.root, {HOST: password(tmp_path)})
    assert (problem.file, problem.wrong) == (VAULT, NOT_A_FILE)
    assert "ansible-vault edit --vault-id thanhmy-03@" in problem.mend
    assert problem.mend.endswith(VAULT)


def test_the_password_is_never_an_argument(
    vaulted: Tree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arguments can be read by everybody on the desk; the file's name may be there."""
    seen = tmp_path / "arguments"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{seen}\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))
    assert load(vaulted.root).hosts[HOST].variables["demo_password"]
    assert f"{HOST}@{tmp_path}/vault/{HOST}" in seen.read_text()
    assert "chìa khóa" not in seen.read_text()
