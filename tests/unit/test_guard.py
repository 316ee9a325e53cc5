"""The desk's side of the guard: what a change is, and from where it would let the desk in."""

import base64
import io
import tarfile

import pytest

from deploys.change import LOCKED, Change, GuardedFile, Secret, admitted, archive
from deploys.guard import Access, SeenFrom

NETWORKS = ["192.0.2.10", "198.51.100.0/24", "2001:db8::/64", "fe80::/10"]


@pytest.mark.parametrize(
    ("seen", "networks", "let_in"),
    [
        ("192.0.2.10", NETWORKS, True),
        ("192.0.2.11", NETWORKS, False),
        ("198.51.100.255", NETWORKS, True),
        ("198.51.101.0", NETWORKS, False),
        ("2001:db8::7", NETWORKS, True),
        ("2001:db8:0:1::7", NETWORKS, False),
        # As sshd on a socket for both families, and on a link without a router, reports them.
        ("::ffff:192.0.2.10", NETWORKS, True),
        ("fe80::1%eth0", NETWORKS, True),
        ("192.0.2.11", [], True),
        # Not over SSH at all: a workstation that applies its own state.
        ("", NETWORKS, True),
    ],
)
def test_a_desk_is_let_in_from_declared_addresses(
    seen: str, networks: list[str], let_in: bool
) -> None:
    assert admitted(seen, networks) is let_in


def change() -> Change:
    return Change(
        files=[
            GuardedFile("/etc/a.conf", "tiếng Việt\n", mode="640", group="adm"),
            GuardedFile("/home/benvung/.ssh/b", "b", mode="600", user="benvung", group="benvung"),
            GuardedFile("/etc/gone/c", None),
        ],
        passwords={"benvung": Secret("$6$salt$hash")},
    )


def opened(of: Change) -> tarfile.TarFile:
    return tarfile.open(fileobj=io.BytesIO(base64.b64decode(archive(of))))


def test_the_archive_carries_owners_and_modes() -> None:
    with opened(change()) as tar:
        shown = {(m.name, oct(m.mode), m.uname, m.gname, m.isdir()) for m in tar}
    assert shown == {
        ("tree", "0o644", "root", "root", True),
        ("tree/etc", "0o755", "root", "root", True),
        ("tree/home", "0o755", "root", "root", True),
        ("tree/home/benvung", "0o755", "root", "root", True),
        ("tree/home/benvung/.ssh", "0o755", "root", "root", True),
        ("tree/etc/a.conf", "0o640", "root", "adm", False),
        ("tree/home/benvung/.ssh/b", "0o600", "benvung", "benvung", False),
        ("absent", "0o600", "root", "root", False),
        ("passwords", "0o600", "root", "root", False),
    }


@pytest.mark.parametrize(
    ("member", "text"),
    [
        ("tree/etc/a.conf", "tiếng Việt\n"),
        ("absent", "/etc/gone/c\n"),
        ("passwords", "benvung:$6$salt$hash\n"),
    ],
)
def test_the_archive_carries_the_content(member: str, text: str) -> None:
    with opened(change()) as tar:
        file = tar.extractfile(member)
        assert file is not None
        assert file.read().decode() == text


def test_what_is_in_force_reads_as_what_was_declared() -> None:
    """The fact's words for a workstation are the change's own."""
    wanted = change().state
    asked = Access().process([f"{what}\t{state}" for what, state in wanted.items()])
    assert asked == wanted
    assert set(wanted) == {"/etc/a.conf", "/home/benvung/.ssh/b", "benvung", "filter"}
    assert wanted["/etc/a.conf"].startswith("640 root adm ")


@pytest.mark.parametrize(
    "differs", ["armed\tyes", "/etc/gone/c\t644 root root 00", "benvung\tlocked"]
)
def test_what_differs_is_seen(differs: str) -> None:
    wanted = change().state
    lines = [f"{what}\t{state}" for what, state in wanted.items()]
    assert Access().process([*lines, differs]) != wanted


def test_a_locked_account_is_not_a_hash() -> None:
    assert Change(files=[], passwords={"a": Secret(LOCKED)}).state["a"] == "locked"


def test_only_accounts_that_exist_are_locked() -> None:
    declared = Change(files=[], passwords={}, locked=["caidat", "nobody-here"])
    assert declared.on({"caidat": "00", "filter": "in force"}).state == {
        "caidat": "locked",
        "filter": "in force",
    }


def test_a_secret_is_shown_nowhere() -> None:
    assert "hash" not in repr(change())
    assert "$6$" not in repr(change().state)


@pytest.mark.parametrize(
    ("output", "address"),
    [(["192.0.2.10 50000 192.0.2.20 22"], "192.0.2.10"), ([""], ""), ([], "")],
)
def test_the_first_word_of_a_session_is_where_it_comes_from(
    output: list[str], address: str
) -> None:
    assert SeenFrom().process(output) == address
