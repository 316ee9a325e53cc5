"""Which of several declarations holds, and for whom; and how the rest of the house gets it."""

import subprocess
import sys
from operator import itemgetter
from pathlib import Path

import pytest

from inventory import declarations
from inventory.for_pyinfra import pyinfra_inventory, refuse_misleading_flags
from inventory.loader import ROOT, check, load, read_sources, select
from inventory.problems import InventoryRefused
from inventory.records import Inventory
from inventory.resolve import resolve
from inventory.rules import Wrong
from tests.unit.conftest import Tree

HOSTS = """
all:
  children:
    sites:
      children:
        thap_muoi: {hosts: {thapmuoi-01: }}
        thanh_my: {hosts: {thanhmy-01: , thanhmy-02: }}
    pilot: {hosts: {thanhmy-01: }}
    zone: {children: {pilot: }}
    weak: {hosts: {thanhmy-01: , thapmuoi-01: }}
"""
NAMES = ("default", "all", "sites", "weak", "zone", "pilot", "thanh_my", "host")


@pytest.fixture
def layered(tree: Tree) -> Tree:
    """`demo_<place>` is declared in every place up to <place>, strongest last."""
    options = "".join(f"      demo_{name}: {{type: str, required: true}}\n" for name in NAMES)
    tree.write(
        "roles/demo/meta/argument_specs.yml", f"argument_specs:\n  main:\n    options:\n{options}"
    )
    tree.write("inventory/hosts.yml", HOSTS)
    for path in (tree.root / "inventory/assets").iterdir():
        if path.name not in ("thapmuoi-01", "thanhmy-01", "thanhmy-02"):
            for file in path.iterdir():
                file.unlink()
            path.rmdir()
    for number, place in enumerate(NAMES):
        text = "".join(f"demo_{name}: {place}\n" for name in NAMES[number:])
        match place:
            case "default":
                tree.write("roles/demo/defaults/main.yml", text)
            case "host":
                tree.write("inventory/host_vars/thanhmy-01/demo.yml", text)
            case "all":
                tree.write("inventory/group_vars/all/demo.yml", text)
            case "thanh_my":
                tree.append("inventory/group_vars/thanh_my.yml", text)
            case _:
                tree.write(f"inventory/group_vars/{place}.yml", text)
    return tree


def test_the_place_named_is_the_place_ansible_took_the_value_from(layered: Tree) -> None:
    """Every problem found on a host's whole names its file by this order."""
    sources = read_sources(layered.root)
    assert sources.problems == ()
    resolved = resolve(layered.root, {})
    scopes = declarations._Scopes(sources.tree, resolved)  # noqa: SLF001 - the order is the promise
    for host, variables in resolved.variables.items():
        assert variables.keys() == scopes.declared(host)
        for name, value in variables.items():
            file = scopes.file(host, name)
            assert file is not None
            assert file.data[name] == value, (host, name, file.file)


def test_a_stronger_declaration_overrides_the_roles_default(layered: Tree) -> None:
    hosts = load(layered.root).hosts
    assert [hosts["thanhmy-01"].variables[f"demo_{name}"] for name in NAMES] == list(NAMES)
    assert hosts["thapmuoi-01"].variables["demo_host"] == "weak"
    assert hosts["thanhmy-02"].variables["demo_host"] == "thanh_my"
    assert set(hosts["thanhmy-01"].groups) == {"sites", "thanh_my", "pilot", "zone", "weak"}


def test_a_rule_over_several_variables_names_the_file_that_holds(
    layered: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def objection(variables: dict[str, str]) -> list[Wrong]:
        if variables["demo_all"] != variables["demo_host"]:
            return [Wrong("they differ", "make them equal", name="demo_host")]
        return []

    rule = (("demo_all", "demo_host"), objection)
    unused = (("demo_all", "demo_nowhere"), itemgetter("demo_nowhere"))
    monkeypatch.setattr(declarations, "RULES_FOR", [rule, unused])
    last_line = (layered.root / "inventory/group_vars/thanh_my.yml").read_text().count("\n")
    with pytest.raises(InventoryRefused) as refused:
        load(layered.root)
    assert [(p.file, p.place.line, p.key) for p in refused.value.problems] == [
        ("inventory/group_vars/thanh_my.yml", last_line, "demo_host"),
        ("inventory/group_vars/weak.yml", 5, "demo_host"),
        ("inventory/host_vars/thanhmy-01/demo.yml", 1, "demo_host"),
    ]


def test_how_ansible_connects_is_nobodys_variable(tree: Tree) -> None:
    tree.write("inventory/group_vars/all/how.yml", "ansible_ssh_retries: 3\n")
    tree.write("inventory/host_vars/thanhmy-02.yml", "ansible_connection: local\n")
    host = load(tree.root).hosts["thanhmy-02"]
    assert not [name for name in host.variables if name.startswith("ansible_")]


def test_the_records_cannot_be_changed(layered: Tree) -> None:
    inventory = load(layered.root)
    with pytest.raises(TypeError):
        inventory.hosts["thanhmy-01"].variables["demo_all"] = "x"  # type: ignore[index]
    with pytest.raises(AttributeError):
        inventory.hosts["thanhmy-01"].site = "x"  # type: ignore[misc]


@pytest.fixture
def inventory(tree: Tree) -> Inventory:
    return check(read_sources(tree.root), tree.resolved)


THANH_MY = [f"thanhmy-0{number}" for number in range(1, 6)]


@pytest.mark.parametrize(
    ("limits", "count"),
    [
        ([], 15),
        (["thanh_my"], 5),
        (["thapmuoi-0*"], 9),
        (["thanhmy-03"], 1),
        (["thanh_my", "thanhmy-03", "thapmuoi-10"], 6),
        (["all"], 15),
    ],
)
def test_a_limit_is_a_group_or_a_pattern(
    inventory: Inventory, limits: list[str], count: int
) -> None:
    chosen = select(inventory, limits)
    assert len(chosen) == count
    assert list(chosen) == [host for host in inventory.hosts if host in chosen]


@pytest.mark.parametrize(
    ("limits", "key", "mend"),
    [
        (["thanh_mi"], "thanh_mi", "thanh_my"),
        (["thanhmy-3"], "thanhmy-3", "thanhmy-03"),
        (["thanh_my", "thapmuoi-11"], "thapmuoi-11", "thapmuoi-1"),
        (["xyz*"], "xyz*", "thap_muoi"),
        ([""], "", "Groups here"),
    ],
)
def test_a_limit_that_matches_nothing_is_refused(
    inventory: Inventory, limits: list[str], key: str, mend: str
) -> None:
    with pytest.raises(InventoryRefused) as refused:
        select(inventory, limits)
    (problem,) = refused.value.problems
    assert (problem.file, problem.key, mend in problem.mend) == ("--limit", key, True)


def test_pyinfra_gets_groups_variables_and_the_way_to_connect(
    inventory: Inventory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BENVUNG_SSH_CONFIG", str(tmp_path / "lab"))
    groups = pyinfra_inventory(inventory)
    assert groups["thanh_my"] == THANH_MY
    assert "sites" in groups
    hosts = dict(groups["all"][0])
    data = hosts["thanhmy-03"]
    assert data["site"] == "thanh_my"
    assert data["site_name"] == "Thư viện xã Thanh Mỹ"
    assert data["ssh_config_file"] == str(tmp_path / "lab")
    assert data["ssh_strict_host_key_checking"] == "yes"
    assert data["_timeout"] == 120
    assert data.keys() >= inventory.hosts["thanhmy-03"].variables.keys()


def test_pyinfras_own_resolver_outlives_ansible() -> None:
    """Importing Ansible replaces socket.getaddrinfo, and trips over gevent's with a traceback."""
    program = (
        "from gevent import monkey; monkey.patch_all(); import socket; mine = socket.getaddrinfo;"
        "import inventory.loader; assert socket.getaddrinfo is mine"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("dry", "yes"), [(True, False), (False, True), (False, False)])
def test_honest_flags_pass(dry: bool, yes: bool) -> None:
    refuse_misleading_flags({"dry": dry, "yes": yes, "limit": ()})


def test_dry_with_yes_is_refused() -> None:
    with pytest.raises(InventoryRefused, match="Leave -y out"):
        refuse_misleading_flags({"dry": True, "yes": True})
