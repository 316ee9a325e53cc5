"""The loader's check, for Ansible's own runs: on the desk, on AWX, on a PC that pulls.

Ansible has resolved the values already, and may have them from where no file says so (`-e`, AWX's
own inventory). ansible-core is all this needs; who owns what and how a PC is reached is checked too
where the libraries of the desk are there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from inventory.declarations import complete, declaration_problems, foreign_problems
from inventory.problems import Problem
from inventory.resolve import Resolved
from inventory.sites import sites_of
from inventory.specs import Specs, load_specs
from inventory.tree import HOSTS_FILE, Tree, read_tree
from inventory.yaml_files import Unreadable, read


@dataclass(frozen=True)
class Given:
    """What Ansible knows as a playbook begins.

    Attributes:
        members: group -> its hosts.
        values: host -> name -> value, whatever has a value: Ansible's own names as well.
        secrets: host -> what its vault holds.
        extra: what the command line or AWX sets for every host (`-e`).
    """

    members: Mapping[str, Any]
    values: Mapping[str, Mapping[str, Any]]
    secrets: Mapping[str, Mapping[str, Any]]
    extra: Mapping[str, Any]


def playbook_problems(root: Path, given: Given) -> list[Problem]:
    """Everything wrong with the inventory, for the hosts of one run.

    Args:
        root: the repository's root.
        given: what Ansible has resolved.
    """
    problems: list[Problem] = []
    tree = read_tree(root, problems)
    specs = load_specs(root, problems)
    problems.extend(declaration_problems(specs, tree))
    problems.extend(_desk_problems(root, tree))
    if not tree.readable:
        return problems
    resolved = _resolved(specs, root, given)
    complete(specs, tree, resolved, problems)
    problems.extend(foreign_problems(specs, tree, resolved, plain(given.extra)))
    return problems


@dataclass(frozen=True)
class Declared:
    """A host of the run: its site, and its variables with the defaults."""

    site: str
    variables: Mapping[str, Any]


def declared(root: Path, given: Given, hosts: Iterable[str]) -> list[Declared]:
    """Some hosts of a run that `playbook_problems` has nothing against.

    Args:
        root: the repository's root.
        given: what Ansible has resolved.
        hosts: their names.
    """
    nothing: list[Problem] = []
    tree, specs = read_tree(root, nothing), load_specs(root, nothing)
    resolved = _resolved(specs, root, given)
    sites = sites_of(resolved, tree, nothing)
    variables = complete(specs, tree, resolved, nothing)
    return [Declared(sites.get(host, ""), variables[host]) for host in hosts]


def plain(value: Any) -> Any:
    """A value as YAML or JSON gives it, without the marks Ansible's own types carry."""
    if isinstance(value, Mapping):
        return {plain(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, str):
        return "".join(value)
    for kind in (bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value


def _resolved(specs: Specs, root: Path, given: Given) -> Resolved:
    members = {
        group: tuple(str(host) for host in hosts if host in given.values)
        for group, hosts in given.members.items()
    }
    variables = {host: _declared(specs, given, host) for host in given.values}
    return Resolved(members, _children(root), variables)


def _declared(specs: Specs, given: Given, host: str) -> dict[str, Any]:
    """What the host is declared to be; the names Ansible has besides are not ours."""
    known = {name: value for name, value in given.values[host].items() if _ours(specs, name)}
    return dict(plain({**known, **given.secrets[host]}))


def _ours(specs: Specs, name: str) -> bool:
    """A declared name, or one that can only be a slip of the pen: an aspect's, but unknown."""
    return name in specs.options or name.partition("_")[0] in specs.files


def _children(root: Path) -> dict[str, tuple[str, ...]]:
    """The groups directly below each group, as hosts.yml has them."""
    found: dict[str, tuple[str, ...]] = {}

    def walk(groups: Mapping[str, Any]) -> None:
        for name, content in groups.items():
            below = (content or {}).get("children") or {}
            found[name] = (*found.get(name, ()), *below)
            walk(below)

    try:
        walk(read(root / HOSTS_FILE, HOSTS_FILE).data)
    except Unreadable:
        return {}
    return found


def _desk_problems(root: Path, tree: Tree) -> Iterator[Problem]:
    """Cards and addresses: two PCs with one code, serial or address."""
    problems: list[Problem] = []
    if find_spec("pydantic"):
        from inventory.cards import read_cards  # noqa: PLC0415

        read_cards(root, tree.hosts, problems)
    if find_spec("paramiko"):
        from inventory.addresses import read_addresses  # noqa: PLC0415

        read_addresses(root, tree.hosts, problems)
    yield from problems
