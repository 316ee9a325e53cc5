"""Pushing to a site that pulls: only what is clean, signed and published; and what declares one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from deploys.publishing import ENROLLING, may_change, unpublished
from inventory.loader import ROOT
from inventory.records import Inventory
from inventory.rules import RULES, RULES_FOR
from tests.published import SURROUNDINGS, Published, new_key
from tests.unit.conftest import Tree
from tests.unit.shipped import shipped

PULLING, PUSHED = "thanhmy-03", "thapmuoi-01"


@dataclass
class Desk:
    """A technician's tree, where it is published, and an inventory whose site pulls from there."""

    published: Published
    inventory: Inventory

    def why(self, *hosts: str) -> str:
        """Why it may not be pushed; "" when it may."""
        pcs = [self.inventory.hosts[host] for host in hosts]
        return "\n".join(map(str, unpublished(pcs, self.published.tree)))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # Ansible, which reads the inventory here, writes into its home.
    for name, value in {**SURROUNDINGS, "HOME": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    public = new_key(tmp_path / "key")
    published = Published(tmp_path / "published", tmp_path / "key")
    published.commit({"a": "1"})
    published.publish()
    with published.served() as url:
        declared = {"pull_mode": "pull", "pull_repository": url, "pull_signers": [public]}
        hosts = dict(shipped().hosts)
        values = MappingProxyType({**hosts[PULLING].variables, **declared})
        hosts[PULLING] = replace(hosts[PULLING], variables=values)
        yield Desk(published, replace(shipped(), hosts=MappingProxyType(hosts)))


def test_what_is_clean_signed_and_published_may_be_pushed(desk: Desk) -> None:
    assert desk.why(PULLING, PUSHED) == ""


def test_a_site_that_is_pushed_to_asks_nothing_of_the_tree(desk: Desk) -> None:
    (desk.published.tree / "a").write_text("changed")
    assert desk.why(PUSHED) == ""


@pytest.mark.parametrize("name", ["a", "new"])
def test_a_tree_with_changes_is_refused(desk: Desk, name: str) -> None:
    (desk.published.tree / name).write_text("changed")
    said = desk.why(PULLING, PUSHED)
    assert "thanh_my" in said
    assert f"not committed: {name}" in said
    assert "git commit -S" in said


def test_an_unsigned_commit_is_refused(desk: Desk) -> None:
    commit = desk.published.commit({"a": "2"}, sign=False)
    desk.published.publish()
    assert f"{commit[:12]} is not signed" in desk.why(PULLING)


def test_a_strangers_signature_is_refused(desk: Desk, tmp_path: Path) -> None:
    new_key(tmp_path / "stranger")
    desk.published.commit({"a": "2"}, key=tmp_path / "stranger")
    desk.published.publish()
    assert "is not signed by one of its pull_signers" in desk.why(PULLING)


def test_what_is_not_published_is_refused(desk: Desk) -> None:
    commit = desk.published.commit({"a": "2"})
    assert f"what is published there is not {commit[:12]}" in desk.why(PULLING)


def test_what_is_older_than_the_published_is_refused(desk: Desk) -> None:
    desk.published.commit({"a": "2"})
    desk.published.publish()
    desk.published.git("reset", "--quiet", "--hard", "HEAD~1")
    assert "git pull" in desk.why(PULLING)


def test_a_server_that_does_not_answer_is_said(desk: Desk) -> None:
    hosts = dict(desk.inventory.hosts)
    gone = {**hosts[PULLING].variables, "pull_repository": "http://127.0.0.1:9/x.git"}
    hosts[PULLING] = replace(hosts[PULLING], variables=MappingProxyType(gone))
    desk.inventory = replace(desk.inventory, hosts=MappingProxyType(hosts))
    assert "does not answer" in desk.why(PULLING)


@pytest.mark.parametrize(
    ("flags", "may"),
    [
        ({"yes": True}, True),
        ({}, True),
        ({"dry": True}, False),
        ({"json_output": True}, False),
        ({"json_output": True, "yes": True}, True),
    ],
)
def test_only_a_run_that_may_change_something_is_held_to_it(
    flags: dict[str, Any], *, may: bool
) -> None:
    assert may_change(flags) is may


@pytest.fixture(scope="module")
def pulling_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository, with a site that pulls; no git there, so nothing is signed or published."""
    root = tmp_path_factory.mktemp("pulling") / "tree"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(".venv", "var", ".git", ".*_cache"))
    public = new_key(root.parent / "key")
    with (root / "inventory/group_vars/thanh_my.yml").open("a") as policy:
        policy.write(
            "pull_mode: pull\npull_repository: http://127.0.0.1:9/x.git\n"
            f"pull_signers: ['{public}']\naccess_management_addresses: ['192.0.2.0/24']\n"
        )
    return root


@pytest.mark.parametrize(
    ("arguments", "environment", "refused"),
    [
        (["-y", "--limit", "thanh_my"], {}, True),
        (["-y"], {}, True),
        (["-y", "--limit", "thap_muoi"], {}, False),
        (["--dry", "--limit", "thanhmy-03"], {}, False),
        (["-y", "--limit", "thanhmy-03"], {ENROLLING: "thanhmy-03"}, False),
        (["-y", "--limit", "thanhmy-03"], {ENROLLING: "thanhmy-02"}, True),
    ],
)
def test_pyinfra_is_refused_before_anything_connects(
    pulling_tree: Path,
    tmp_path: Path,
    arguments: list[str],
    environment: dict[str, str],
    *,
    refused: bool,
) -> None:
    nowhere = tmp_path / "ssh_config"
    addresses = enumerate(shipped().hosts, start=1)
    nowhere.write_text(
        "".join(f"Host {name}\n  HostName 127.0.0.{n}\n  Port 1\n" for n, name in addresses)
    )
    done = subprocess.run(
        [Path(sys.executable).parent / "pyinfra", "inventory", "deploys/browser.py", *arguments],
        cwd=pulling_tree,
        env={
            **os.environ,
            "LANGUAGE": "en",
            "BENVUNG_SSH_CONFIG": str(nowhere),
            "GIT_CEILING_DIRECTORIES": str(pulling_tree.parent),
            "PYTHONPATH": str(pulling_tree),
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == (2 if refused else 1), done.stderr
    assert ("pull_mode" in done.stderr) is refused


# --- what declares a site that pulls ---------------------------------------------------


KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6yKQG1yJMkbSO2pG4D9yTO5eLx0zPpM8iWqYb7i1xY ktv"


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("pull_repository", "", True),
        ("pull_repository", "https://may-chu.example/benvung.git", True),
        ("pull_repository", "git://may-chu.example/benvung.git", True),
        ("pull_repository", "ssh://may-chu.example/benvung.git", False),
        ("pull_repository", "file:///srv/benvung.git", False),
        ("pull_repository", "ext::sh -c id", False),
        ("pull_repository", "may-chu:benvung.git", False),
        ("pull_repository", "https://ktv:bimat@may-chu.example/benvung.git", False),
        ("pull_repository", "https://may-chu.example/a b.git", False),
        ("pull_branch", "main", True),
        ("pull_branch", "thi-diem/2027", True),
        ("pull_branch", "--upload-pack=id", False),
        ("pull_branch", "a..b", False),
        ("pull_branch", "", False),
        ("pull_signers", [KEY], True),
        ("pull_signers", [KEY, KEY], False),
        ("pull_signers", ["~/.ssh/id_ed25519.pub"], False),
        ("pull_inbox", "", True),
        ("pull_inbox", "may-chu.example:2222", True),
        ("pull_inbox", "may-chu.example:0", False),
        ("pull_inbox", "-oProxyCommand=id", False),
        ("pull_inbox", "ktv@may-chu.example", False),
        ("pull_inbox_host_key", " ".join(KEY.split()[:2]), True),
        ("pull_inbox_host_key", KEY, False),
        ("pull_inbox_host_key", "SHA256:abc", False),
        ("pull_jitter_minutes", -1, False),
        ("pull_limit_minutes", 0, False),
    ],
)
def test_what_cannot_be_meant_is_refused(name: str, value: Any, *, good: bool) -> None:
    assert [wrong for rule in RULES[name] for wrong in rule(value)] == [] or not good
    assert bool([wrong for rule in RULES[name] for wrong in rule(value)]) is not good


def about(values: dict[str, Any]) -> set[str]:
    """The variables of a pulling site that the rules over several object to."""
    variables = {**shipped().hosts[PULLING].variables, **values}
    return {
        wrong.name
        for names, rule in RULES_FOR
        if {"pull_mode", "pull_inbox"} & {*names}
        for wrong in rule(variables)
    }


def test_a_site_that_pulls_declares_the_rest_too() -> None:
    whole = {
        "pull_mode": "pull",
        "pull_repository": "https://may-chu.example/x.git",
        "pull_signers": [KEY],
        "access_management_addresses": ["192.0.2.0/24"],
    }
    assert about(whole) == set()
    assert about({}) == set()
    for name, missing in (
        ("pull_repository", ""),
        ("pull_signers", []),
        ("access_management_addresses", []),
        ("power_closing_limit_minutes", 60),
    ):
        assert about({**whole, name: missing}) == {name}


def test_an_inbox_is_never_without_its_key() -> None:
    key = " ".join(KEY.split()[:2])
    assert about({"pull_inbox": "may-chu.example", "pull_inbox_host_key": key}) == set()
    assert about({"pull_inbox": "may-chu.example"}) == {"pull_inbox_host_key"}
    assert about({"pull_inbox_host_key": key}) == {"pull_inbox_host_key"}


def test_the_mode_is_one_of_two(tree: Tree) -> None:
    tree.append("inventory/group_vars/thanh_my.yml", "pull_mode: both\n")
    (problem,) = tree.problems()
    assert (problem.file, problem.key) == ("inventory/group_vars/thanh_my.yml", "pull_mode")


def test_half_a_site_does_not_pull(tree: Tree) -> None:
    values = dict(tree.resolved.variables)
    declared = {
        "pull_mode": "pull",
        "pull_repository": "https://may-chu.example/x.git",
        "pull_signers": [KEY],
        "access_management_addresses": ["192.0.2.0/24"],
    }
    values[PULLING] = {**values[PULLING], **declared}
    object.__setattr__(tree, "resolved", replace(tree.resolved, variables=values))
    text = "".join(f"{name}: {value!r}\n" for name, value in declared.items())
    tree.write(f"inventory/host_vars/{PULLING}/pull.yml", text)
    (problem,) = tree.problems()
    assert (problem.file, problem.key) == ("inventory/hosts.yml", "pull_mode")
    assert PULLING in problem.wrong
