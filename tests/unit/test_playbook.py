"""Ansible's own run is refused what the loader refuses, before anything is connected to."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args

from inventory.loader import ROOT
from inventory.playbook import Given, plain, playbook_problems
from tests.lab.declared import declare_secrets, declared
from tests.unit.shipped import answer

HOST = "thapmuoi-01"


def given(extra: dict[str, Any] | None = None, **values: Any) -> Given:
    """What Ansible knows as the play begins, with some values of one host changed."""
    resolved = answer()
    hosts = {host: dict(own) for host, own in resolved.variables.items()}
    hosts[HOST] |= {**values, **(extra or {}), "inventory_hostname": HOST, "omit": "__omit__"}
    return Given(resolved.members, hosts, {host: {} for host in hosts}, extra or {})


def refusals(of: Given) -> list[tuple[str, str]]:
    return [(each.key, each.file) for each in playbook_problems(ROOT, of)]


def test_the_inventory_as_shipped_is_taken() -> None:
    assert playbook_problems(ROOT, given()) == []


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("browser_content_processes", "2", "browser_content_processes"),
        ("browser_blocked_sites", [1], "browser_blocked_sites[0]"),
        ("power_wake_on_lan", "no", "power_wake_on_lan"),
        ("desktop_time_zone", "Asia/Nowhere", "desktop_time_zone"),
        ("browser_hompage", "https://example.vn/", "browser_hompage"),
    ],
)
def test_a_value_no_file_declares_is_read_as_strictly(name: str, value: Any, key: str) -> None:
    """AWX keeps an inventory of its own, and `-e` gives text."""
    assert (key, "-e") in refusals(given(extra={name: value}))
    assert (key, f"{HOST} in Ansible's inventory") in refusals(given(**{name: value}))


def test_what_awx_tells_of_itself_is_nobodys_slip() -> None:
    assert refusals(given(extra={"awx_job_id": 7, "ansible_become": True})) == []


def test_two_values_that_contradict_each_other_are_refused() -> None:
    hours: dict[str, Any] = {day: [] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    hours["mon"] = [["13:00", "17:00"], ["07:00", "11:00"]]
    assert [key for key, _file in refusals(given(power_opening_hours=hours))]


class Marked(str):
    """As Ansible's own types: a text that carries more than its letters."""

    __slots__ = ()


def test_a_marked_value_is_read_as_what_it_says() -> None:
    value = plain({Marked("a"): [Marked("b"), True, 1]})
    assert value == {"a": ["b", True, 1]}
    assert {type(each) for each in (*value, *value["a"])} == {str, bool, int}


# --- the run itself -----------------------------------------------------------


def ansible(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Begin the playbook and do nothing on any PC; hosts are addresses that resolve nowhere."""
    tool = Path(sys.executable).parent / words[0]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("ANSIBLE_", "BENVUNG_"))}
    return subprocess.run(
        [str(tool), *words[1:]],
        cwd=root,
        env={**clean, "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "ANSIBLE_NOCOLOR": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


BEGIN = ("ansible-playbook", "deploys/baseline.yml", "--limit", HOST, "--tags", "none")


def test_a_run_is_refused_with_the_loaders_sentences(tmp_path: Path) -> None:
    root = declared(tmp_path / "r", {HOST: {"browser_content_processes": "2"}})
    done = ansible(root, *BEGIN)
    assert done.returncode == 2
    assert f"inventory/host_vars/{HOST}/of_the_test.yml:1: browser_content_processes" in done.stdout
    assert "Refused before anything was connected to or changed; 1 to mend:" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize(("check", "refused"), [((), True), (("--check",), False)])
def test_a_site_that_pulls_is_pushed_what_is_published_alone(
    tmp_path: Path, check: tuple[str, ...], refused: bool
) -> None:
    """By Ansible as by pyinfra: the PC would refuse everything that follows. A look is free."""
    pull = {
        "pull_mode": "pull",
        "pull_repository": "http://127.0.0.1:9/benvung.git",
        "pull_signers": ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBkOp7WkVwE1HjFcIeAJ7sJzBnI2Jk3L a"],
        "access_management_addresses": ["127.0.0.1"],
    }
    site = ("thanhmy-01", "thanhmy-02", "thanhmy-03", "thanhmy-04", "thanhmy-05")
    root = declared(tmp_path / "r", dict.fromkeys(site, pull))
    words = ("ansible-playbook", "deploys/baseline.yml", "--limit", site[0], "--tags", "none")
    done = ansible(root, *words, *check, GIT_CEILING_DIRECTORIES=str(tmp_path))
    assert ("thanh_my pulls, and" in done.stdout) is refused, done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_run_opens_each_vault_with_the_desks_own_password(tmp_path: Path) -> None:
    root = declared(tmp_path / "r", {})
    secrets = {"access_console_password": "bí mật", "access_console_pasword_hash": "$6$a$b"}
    declare_secrets(root, tmp_path / "vault", HOST, secrets)
    done = ansible(root, *BEGIN, BENVUNG_VAULT_DIR=str(tmp_path / "vault"))
    assert done.returncode == 2
    assert "1 to mend" in done.stdout
    assert f"inventory/host_vars/{HOST}/vault.yml: access_console_pasword_hash" in done.stdout
    assert "bí mật" not in done.stdout + done.stderr


def test_a_vault_stays_closed_without_its_password(tmp_path: Path) -> None:
    root = declared(tmp_path / "r", {})
    declare_secrets(root, tmp_path / "vault", HOST, {"access_console_password": "bí mật"})
    (tmp_path / "vault" / HOST).rename(tmp_path / "vault" / "thapmuoi-02")
    done = ansible(root, *BEGIN, BENVUNG_VAULT_DIR=str(tmp_path / "vault"))
    assert done.returncode != 0
    assert "bí mật" not in done.stdout + done.stderr


# --- the module ---------------------------------------------------------------


def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("ensure", ROOT / "deploys/library/ensure.py")
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def ensured(
    capsys: pytest.CaptureFixture[str], do: str, unless: str, *, check: bool = False
) -> dict[str, Any]:
    with (
        patch_module_args({"do": do, "unless": unless, "_ansible_check_mode": check}),
        pytest.raises(SystemExit),
    ):
        module().main()
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_a_condition_that_does_not_hold_is_made_true(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    do, unless = f"touch {file}", f"test -e {file}"
    assert ensured(capsys, do, unless, check=True)["changed"]
    assert not file.exists(), "a check has changed something"
    assert ensured(capsys, do, unless)["changed"]
    assert not ensured(capsys, do, unless)["changed"]
    assert not ensured(capsys, do, unless, check=True)["changed"]


def test_a_command_that_fails_is_told_by_its_last_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = ensured(capsys, "echo first >&2; echo why >&2; exit 3", "false")
    assert (said["failed"], said["msg"], said["rc"]) == (True, "why", 3)
