"""The files of `inventory/` as written: who is named where, and which file declares what."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inventory.problems import Place, Problem, did_you_mean
from inventory.vaults import VAULT_FILE, is_vault
from inventory.words import _
from inventory.yaml_files import Unreadable, YamlFile, parse, read, read_text

HOSTS_FILE = "inventory/hosts.yml"
# RFC 1123, section 2.1: letters, digits and inner hyphens, at most 63. Lower case because the
# name is also a folder, a vault id and the workstation's own host name.
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# A group is a Python name in pyinfra and a variable-like name in Ansible.
_GROUP_NAME = re.compile(r"[a-z][a-z0-9_]*")
_VARS = ("group_vars", "host_vars")


@dataclass(frozen=True)
class Scope:
    """Everything declared for one group or one host, over all its files."""

    declared: Mapping[str, YamlFile]

    def place(self, name: str) -> Place:
        """Where this scope declares `name`."""
        return self.declared[name].place([name])


@dataclass
class Tree:
    """What the files say, before Ansible resolves it.

    Attributes:
        hosts, groups: where hosts.yml first names each.
        group_vars, host_vars: the declarations by group and by host.
        vaults: the hosts with a `vault.yml`, and its file.
    """

    hosts: dict[str, Place] = field(default_factory=dict)
    groups: dict[str, Place] = field(default_factory=dict)
    group_vars: dict[str, Scope] = field(default_factory=dict)
    host_vars: dict[str, Scope] = field(default_factory=dict)
    vaults: dict[str, str] = field(default_factory=dict)

    def declarations(self) -> Iterator[tuple[str, YamlFile]]:
        """Every variable declared in a plain file, with the file."""
        for scope in (*self.group_vars.values(), *self.host_vars.values()):
            yield from scope.declared.items()


def read_tree(root: Path, problems: list[Problem]) -> Tree:
    """Read hosts.yml, group_vars/ and host_vars/.

    Args:
        root: the repository's root.
        problems: takes what is wrong with the files.
    """
    tree = Tree()
    try:
        hosts = read(root / HOSTS_FILE, HOSTS_FILE)
    except Unreadable as error:
        problems.extend(error.problems)
    else:
        _read_groups(hosts, hosts.data, (), tree, problems)
        problems.extend(_name_problems(tree))
    known = {"group_vars": {"all", *tree.groups}, "host_vars": set(tree.hosts)}
    for folder in _VARS:
        scopes: dict[str, Scope] = tree.group_vars if folder == "group_vars" else tree.host_vars
        for name, files in _vars_files(root, folder, problems):
            if tree.hosts and name not in known[folder]:
                wrong = _("there is no {name} in {file}").format(name=name, file=HOSTS_FILE)
                mend = did_you_mean(name, known[folder], _("Rename or delete the file."))
                problems.append(Problem(Place(files[0]), "", wrong, mend))
            scopes[name] = _read_scope(root, folder, name, files, tree, problems)
    return tree


# --- hosts.yml ----------------------------------------------------------------


def _read_groups(
    file: YamlFile, groups: Any, path: tuple[str, ...], tree: Tree, problems: list[Problem]
) -> None:
    """Walk `group: {hosts: {name:}, children: {group: …}}`, noting each name's first line."""
    if not isinstance(groups, dict):
        problems.append(_shape(file, path, _("Write one group per line, each with a colon.")))
        return
    for name, content in groups.items():
        here = (*path, name)
        tree.groups.setdefault(name, file.place(here))
        if content is None:
            continue
        if not isinstance(content, dict):
            problems.append(_shape(file, here, _("Write hosts: or children: below the group.")))
            continue
        for word in content.keys() - {"hosts", "children"}:
            problems.append(_misplaced(file, (*here, word)))
        _read_hosts(file, content.get("hosts"), (*here, "hosts"), tree, problems)
        if content.get("children") is not None:
            _read_groups(file, content["children"], (*here, "children"), tree, problems)


def _read_hosts(
    file: YamlFile, hosts: Any, path: tuple[str, ...], tree: Tree, problems: list[Problem]
) -> None:
    if hosts is None:
        return
    if not isinstance(hosts, dict):
        problems.append(_shape(file, path, _("Write one host per line, each with a colon.")))
        return
    for name, content in hosts.items():
        tree.hosts.setdefault(name, file.place((*path, name)))
        if content:
            problems.append(_misplaced(file, (*path, name)))


def _shape(file: YamlFile, path: tuple[str, ...], mend: str) -> Problem:
    key = path[-1] if path else ""
    return Problem(file.place(path), key, _("not names with a colon each"), mend)


def _misplaced(file: YamlFile, path: tuple[str, ...]) -> Problem:
    wrong = _("hosts.yml says who is where, nothing else")
    mend = _("Put values into group_vars/ or host_vars/, addresses into ssh_config.")
    return Problem(file.place(path), path[-1], wrong, mend)


def _name_problems(tree: Tree) -> Iterator[Problem]:
    for name, place in tree.hosts.items():
        if not _HOST_NAME.fullmatch(name):
            mend = _("Use a-z, 0-9 and inner hyphens, at most 63; write every name out.")
            yield Problem(place, name, _("not a host name"), mend)
        elif name in tree.groups:
            yield Problem(place, name, _("also the name of a group"), _("Rename one of the two."))
    for name, place in tree.groups.items():
        if not _GROUP_NAME.fullmatch(name):
            mend = _("Use a-z, 0-9 and _, beginning with a letter.")
            yield Problem(place, name, _("not a group name"), mend)


# --- group_vars/ and host_vars/ -----------------------------------------------


def _vars_files(
    root: Path, folder: str, problems: list[Problem]
) -> Iterator[tuple[str, list[str]]]:
    """Each group's or host's name with its files: `<name>.yml` or `<name>/*.yml`."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "inventory" / folder).rglob("*")):
        parts = path.relative_to(root / "inventory" / folder).parts
        file = path.relative_to(root).as_posix()
        if (path.is_dir() and len(parts) == 1) or any(part.startswith(".") for part in parts):
            continue
        if path.suffix == ".yml" and path.is_file() and len(parts) <= 2:  # noqa: PLR2004
            found.setdefault(parts[0].removesuffix(".yml"), []).append(file)
        elif path.name != "README.md":
            wrong = _("Ansible would read or skip this file as it pleases")
            mend = _("Name it <name>.yml or <name>/<aspect>.yml, or take it away.")
            problems.append(Problem(Place(file), "", wrong, mend))
    yield from found.items()


def _read_scope(
    root: Path, folder: str, name: str, files: list[str], tree: Tree, problems: list[Problem]
) -> Scope:
    declared: dict[str, YamlFile] = {}
    for file in files:
        try:
            text = read_text(root / file, file)
            if file == VAULT_FILE.format(host=name):
                tree.vaults[name] = file
                continue
            if is_vault(text):
                raise Unreadable([_stray_vault(file, folder)])
            document = parse(text, file, dict)
        except Unreadable as error:
            problems.extend(error.problems)
            continue
        for key in document.data:
            if key in declared:
                wrong = _("declared already in {place}").format(place=declared[key].place([key]))
                problems.append(
                    Problem(document.place([key]), key, wrong, _("Keep one of the two."))
                )
            declared[key] = document
    return Scope(declared)


def _stray_vault(file: str, folder: str) -> Problem:
    wrong = _("an encrypted file where none may be")
    if folder == "group_vars":
        wrong = _("an encrypted file for a group: each workstation may read its own secrets alone")
    mend = _("Secrets live in host_vars/<host>/vault.yml, under the host's own vault id.")
    return Problem(Place(file), "", wrong, mend)
