"""Declarations that would shut the technician out are refused before anything connects."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from inventory.rules import RULES


def objections(name: str, value: Any) -> list[tuple[tuple[object, ...], str]]:
    return [(wrong.path, wrong.wrong) for rule in RULES[name] for wrong in rule(value)]


def test_addresses_and_networks_of_both_families_are_taken() -> None:
    right = ["192.0.2.10", "198.51.100.0/24", "2001:db8::1", "2001:DB8::/64", "192.0.2.10/32"]
    assert objections("access_management_addresses", right) == []


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("192.0.2", "is no address or network"),
        ("desk.internal", "is no address or network"),
        ("", "is no address or network"),
        ("198.51.100.0/255.255.255.0", "is no address or network"),
        ("192.0.2.10-20", "is no address or network"),
        ("198.51.100.7/24", "is an address within a network"),
        ("0.0.0.0/0", "is every address"),
        ("::/0", "is every address"),
    ],
)
def test_what_nftables_would_misread_is_refused(address: str, wrong: str) -> None:
    ((path, said),) = objections("access_management_addresses", ["192.0.2.10", address])
    assert path == (1,)
    assert wrong in said


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Public keys as ssh-keygen makes them, by type."""
    made: dict[str, str] = {}
    for kind in ("ed25519", "ecdsa", "rsa"):
        file = tmp_path_factory.mktemp("keys") / kind
        command = ["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "a desk", "-f", str(file)]
        subprocess.run(command, check=True)
        made[kind] = Path(f"{file}.pub").read_text().strip()
    return made


def test_real_keys_are_taken(keys: dict[str, str]) -> None:
    assert objections("access_authorized_keys", list(keys.values())) == []


def test_the_same_key_twice_is_refused(keys: dict[str, str]) -> None:
    twice = [keys["ed25519"], keys["ed25519"].replace("a desk", "another")]
    ((path, said),) = objections("access_authorized_keys", twice)
    assert path == (1,)
    assert "entry 1" in said


def test_what_is_no_key_is_refused(keys: dict[str, str]) -> None:
    kind, blob, comment = keys["ed25519"].split(" ", 2)
    for wrong in (
        "",
        blob,
        f"{kind} {blob[:-8]}!",
        f"ssh-rsa {blob} {comment}",
        f"{kind} {blob} {comment}\nssh-rsa AAAA",
        "-----BEGIN OPENSSH PRIVATE KEY-----",
        f"{kind} AAAA",
    ):
        ((_path, said),) = objections("access_authorized_keys", [wrong])
        assert "not a public key" in said, wrong


@pytest.mark.parametrize(
    ("account", "right"),
    [("caidat", True), ("benvung", False), ("", False), ("a:b", False), ("a\nb", False)],
)
def test_only_other_accounts_are_locked(account: str, right: bool) -> None:
    assert (objections("access_locked_accounts", [account]) == []) is right


@pytest.mark.parametrize(("seconds", "right"), [(29, False), (30, True), (300, True), (301, False)])
def test_a_change_takes_itself_back_within_five_minutes(seconds: int, right: bool) -> None:
    assert (objections("access_revert_seconds", seconds) == []) is right


@pytest.mark.parametrize(
    ("secret", "right"),
    [
        ("$2b$12$oQeqVzc2IlW8R9/YKst.7eFMxQvcuJkrO5cqq7L7Ak6PhA.EGnnCO", True),
        ("$y$j9T$abc/def$ghi.jkl", True),
        ("$6$rounds=5000$salt$hash", True),
        ("mat-khau", False),
        ("!", False),
        ("", False),
        ("$6$salt$ha:sh\n", False),
    ],
)
def test_a_password_in_the_clear_is_no_hash(secret: str, right: bool) -> None:
    found = objections("access_console_password_hash", secret)
    assert (found == []) is right
    assert not secret or all(secret not in said for _path, said in found)
