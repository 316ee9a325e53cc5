"""The inventory as shipped: what the plan says, and what keeps a first run from reaching a PC."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from paramiko import SSHConfig

from inventory.loader import ROOT, load
from inventory.records import Inventory
from inventory.rules import RULES, RULES_FOR
from inventory.specs import load_specs
from inventory.tree import read_tree

ANSIBLE_INVENTORY = Path(sys.executable).parent / "ansible-inventory"
THAP_MUOI = tuple(f"thapmuoi-{number:02}" for number in range(1, 11))
THANH_MY = tuple(f"thanhmy-{number:02}" for number in range(1, 6))


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load()


def test_fifteen_workstations_at_two_sites(inventory: Inventory) -> None:
    assert tuple(inventory.hosts) == THAP_MUOI + THANH_MY
    assert {name: site.workstations for name, site in inventory.sites.items()} == {
        "thap_muoi": THAP_MUOI,
        "thanh_my": THANH_MY,
    }
    assert inventory.groups["sites"] == inventory.groups["all"] == THAP_MUOI + THANH_MY
    assert set(inventory.hosts["thanhmy-03"].groups) == {"sites", "thanh_my"}


def test_every_role_default_reaches_every_workstation(inventory: Inventory) -> None:
    defaults = load_specs(ROOT, []).defaults
    for host in inventory.hosts.values():
        assert defaults.keys() <= host.variables.keys()


def test_the_sites_differ_where_the_plan_says_so(inventory: Inventory) -> None:
    one, other = inventory.sites["thap_muoi"].facts, inventory.sites["thanh_my"].facts
    assert one["site_name"] == "Thư viện huyện Tháp Mười"
    assert other["site_name"] == "Thư viện xã Thanh Mỹ"
    assert one["site_address"] != other["site_address"]
    here, there = (inventory.hosts[name].variables for name in ("thapmuoi-01", "thanhmy-01"))
    for name in ("power_opening_hours", "shortcuts_site_links", "shortcuts_place_text"):
        assert here[name] != there[name]


def test_a_card_says_what_the_plan_knows_and_leaves_the_rest_blank(inventory: Inventory) -> None:
    for host in inventory.hosts.values():
        card = host.card
        assert card.year_in_use == 2013
        assert "Bill & Melinda Gates" in str(card.source_of_funds)
        assert card.place
        assert card.original_cost is None
        assert "original_cost" in card.blanks
        assert "serials.disk" in card.blanks
        assert "year_in_use" not in card.blanks


def test_no_value_is_declared_twice() -> None:
    """An override equal to the role's default would have to be changed in two places."""
    specs = load_specs(ROOT, [])
    for name, file in read_tree(ROOT, []).declarations():
        if name in specs.defaults:
            assert file.data[name] != specs.defaults[name], str(file.place([name]))


def test_every_rule_is_about_a_declared_variable() -> None:
    options = load_specs(ROOT, []).options
    assert set(RULES) <= set(options)
    assert {name for names, _rule in RULES_FOR for name in names} <= set(options)


def test_ansible_reads_it_without_a_warning() -> None:
    done = subprocess.run(
        [ANSIBLE_INVENTORY, "-i", "inventory", "--list"],
        cwd=ROOT,
        env={**os.environ, "LC_ALL": "C.UTF-8", "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert "thanhmy-05" in done.stdout


@pytest.mark.parametrize("host", [*THAP_MUOI, *THANH_MY])
def test_openssh_and_paramiko_understand_the_ssh_config_alike(host: str) -> None:
    shown = subprocess.run(
        ["ssh", "-G", "-F", "inventory/ssh_config", host],
        cwd=ROOT, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL,
    ).stdout  # fmt: skip
    openssh = dict(line.split(" ", 1) for line in shown.splitlines() if " " in line)
    paramiko = SSHConfig.from_path(str(ROOT / "inventory/ssh_config")).lookup(host)
    assert openssh["hostname"] == paramiko["hostname"] == f"{host}.internal"
    assert openssh["user"] == paramiko["user"] == "benvung"
    for understood in (openssh, paramiko):
        assert understood["userknownhostsfile"] == "inventory/known_hosts"
    assert openssh["stricthostkeychecking"] == "true"
    assert paramiko["stricthostkeychecking"] == "yes"
    jump = "thanhmy-jump" if host.startswith("thanhmy") else None
    assert openssh.get("proxyjump") == paramiko.get("proxyjump") == jump
    assert int(paramiko["serveraliveinterval"]) > 0


def test_the_jump_host_is_checked_as_strictly() -> None:
    found = SSHConfig.from_path(str(ROOT / "inventory/ssh_config")).lookup("thanhmy-jump")
    assert found["hostname"] == "thanhmy-jump.internal"
    assert found["stricthostkeychecking"] == "yes"


def test_no_address_is_shipped() -> None:
    """Names under .internal resolve nowhere until a technician gives them addresses."""
    four = re.compile(r"\b\d{1,3}(\.\d{1,3}){3}\b")
    six = re.compile(r"\b[0-9a-f]{0,4}(:[0-9a-f]{0,4}){3,7}\b(?<!:)", re.IGNORECASE)
    mac = re.compile(r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$")
    for path in (ROOT / "inventory").rglob("*"):
        if path.is_file() and path.suffix not in {".py", ".pyc", ".po"}:
            text = path.read_text(encoding="utf-8")
            assert not four.search(text), path
            assert all(mac.match(found.group()) for found in six.finditer(text)), path


def test_no_key_is_pinned_before_enrolment() -> None:
    lines = (ROOT / "inventory/known_hosts").read_text(encoding="utf-8").splitlines()
    assert all(line.startswith("#") for line in lines)


def run(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "inventory"],
        cwd=root,
        env={**os.environ, "LANGUAGE": "en", "COLUMNS": "100", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_shows_every_workstation() -> None:
    done = run(ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(name in done.stdout for name in (*THAP_MUOI, *THANH_MY, "Thư viện xã Thanh Mỹ"))
    assert "thanhmy-03.internal" in done.stdout


def test_the_command_says_what_to_mend(tmp_path: Path) -> None:
    done = run(ROOT, BENVUNG_SSH_CONFIG=str(tmp_path / "none"))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{tmp_path}/none: cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
