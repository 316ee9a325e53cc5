"""The files of `inventory/` as written: who is named where, and which file declares what."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inventory.problems import Place, Problem, did_you_mean
from inventory.vaults import VAULT_FILE, is_vault
from inventory.words import _
from inventory.yaml_files import Unreadable, YamlFile, parse, read, read_text

HOSTS_FILE = "inventory/hosts.yml"
# What people write in inventory/; the programs beside it are left out of account.
_WRITTEN = {
    *("hosts.yml", "group_vars", "host_vars", "assets", "ssh_config", "known_hosts"),
    *("waivers.yml", "asset_rules.yml", "documents.yml", "argument_specs.yml", "README.md"),
}
# RFC 1123, section 2.1: letters, digits and inner hyphens, at most 63. Lower case because the
# name is also a folder, a vault id and the workstation's own host name.
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# A group is a Python name in pyinfra and a variable-like name in Ansible.
_GROUP_NAME = re.compile(r"[a-z][a-z0-9_]*")
Steps = tuple[str, ...]


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
        readable: whether every plain file could be read, so that Ansible's answer can be told
            apart by file.
    """

    hosts: dict[str, Place] = field(default_factory=dict)
    groups: dict[str, Place] = field(default_factory=dict)
    group_vars: dict[str, Scope] = field(default_factory=dict)
    host_vars: dict[str, Scope] = field(default_factory=dict)
    vaults: dict[str, str] = field(default_factory=dict)
    readable: bool = True

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
        tree.readable = False
    else:
        _HostsReader(hosts, tree, problems).groups(hosts.data, ())
        problems.extend(_name_problems(tree))
    problems.extend(_strays(root))
    _VarsReader(root, tree, problems, "group_vars").into(tree.group_vars, {"all", *tree.groups})
    _VarsReader(root, tree, problems, "host_vars").into(tree.host_vars, set(tree.hosts))
    return tree


@dataclass(frozen=True)
class _HostsReader:
    """Walks `group: {hosts: {name:}, children: {group: …}}`, noting each name's first line."""

    file: YamlFile
    tree: Tree
    problems: list[Problem]

    def groups(self, groups: object, path: Steps) -> None:
        if not isinstance(groups, dict):
            self._shape(path, _("Write one group per line, each with a colon."))
            return
        for name, content in groups.items():
            here = (*path, name)
            self.tree.groups.setdefault(name, self.file.place(here))
            if isinstance(content, dict):
                self._group(content, here)
            elif content is not None:
                self._shape(here, _("Write hosts: or children: below the group."))

    def _group(self, content: dict[str, object], here: Steps) -> None:
        for word, below in content.items():
            if word == "hosts" and below is not None:
                self._hosts(below, (*here, word))
            elif word == "children" and below is not None:
                self.groups(below, (*here, word))
            elif word not in ("hosts", "children"):
                self._misplaced((*here, word))

    def _hosts(self, hosts: object, path: Steps) -> None:
        if not isinstance(hosts, dict):
            self._shape(path, _("Write one host per line, each with a colon."))
            return
        for name, content in hosts.items():
            self.tree.hosts.setdefault(name, self.file.place((*path, name)))
            if content:
                self._misplaced((*path, name))

    def _shape(self, path: Steps, mend: str) -> None:
        self.tree.readable = False
        wrong = _("not names with a colon each")
        self.problems.append(Problem(self.file.place(path), ".".join(path[-1:]), wrong, mend))

    def _misplaced(self, path: Steps) -> None:
        wrong = _("hosts.yml says who is where, nothing else")
        mend = _("Put values into group_vars/ or host_vars/, addresses into ssh_config.")
        self.problems.append(Problem(self.file.place(path), path[-1], wrong, mend))


def _strays(root: Path) -> Iterator[Problem]:
    """A folder or a YAML file beside the known ones: a misspelt name that nobody would read."""
    for path in sorted((root / "inventory").iterdir()):
        programs = path.name in ("locale", "rules", "__pycache__") or path.name.startswith(".")
        data = path.is_dir() or path.suffix in (".yml", ".yaml", ".json", ".ini", ".toml")
        if data and path.name not in _WRITTEN and not programs:
            mend = did_you_mean(path.name, _WRITTEN, _("Take it away."))
            yield Problem(Place(f"inventory/{path.name}"), "", _("nothing reads this"), mend)


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


@dataclass(frozen=True)
class _VarsReader:
    """Reads one of `group_vars/` and `host_vars/`: `<name>.yml` or `<name>/*.yml`."""

    root: Path
    tree: Tree
    problems: list[Problem]
    folder: str

    def into(self, scopes: dict[str, Scope], known: set[str]) -> None:
        """Fill `scopes`, by group or host; a name outside `known` is a problem."""
        for name, files in self._files().items():
            # Where hosts.yml is broken nobody is known, and nobody is to blame.
            if self.tree.hosts and name not in known:
                wrong = _("there is no {name} in {file}").format(name=name, file=HOSTS_FILE)
                mend = did_you_mean(name, known, _("Rename or delete the file."))
                self.problems.append(Problem(Place(files[0]), "", wrong, mend))
            scopes[name] = self._scope(name, files)

    def _files(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        base = self.root / "inventory" / self.folder
        for path in sorted(base.rglob("*")):
            parts = path.relative_to(base).parts
            file = path.relative_to(self.root).as_posix()
            if path.is_dir() and len(parts) == 1:
                continue
            if path.suffix == ".yml" and path.is_file() and len(parts) <= 2:  # noqa: PLR2004
                found.setdefault(parts[0].removesuffix(".yml"), []).append(file)
            elif path.name != "README.md" and not path.name.startswith("."):
                wrong = _("Ansible would read or skip this as it pleases")
                mend = _("Name it <name>.yml or <name>/<aspect>.yml, or take it away.")
                self.problems.append(Problem(Place(file), "", wrong, mend))
        return found

    def _scope(self, name: str, files: list[str]) -> Scope:
        declared: dict[str, YamlFile] = {}
        for file in files:
            if file == VAULT_FILE.format(host=name):
                self.tree.vaults[name] = file
                continue
            try:
                document = self._read(file)
            except Unreadable as error:
                self.problems.extend(error.problems)
                self.tree.readable = False
                continue
            for key in document.data:
                if key in declared:
                    place = declared[key].place([key])
                    wrong = _("declared already in {place}").format(place=place)
                    mend = _("Keep one of the two.")
                    self.problems.append(Problem(document.place([key]), key, wrong, mend))
                declared[key] = document
        return Scope(declared)

    def _read(self, file: str) -> YamlFile:
        text = read_text(self.root / file, file)
        if not is_vault(text):
            return parse(text, file, dict)
        wrong = _("an encrypted file where none may be")
        if self.folder == "group_vars":
            wrong = _("encrypted for a group: a workstation may read its own secrets alone")
        mend = _("Secrets live in host_vars/<host>/vault.yml, under the host's own vault id.")
        raise Unreadable([Problem(Place(file, 1), "", wrong, mend)])
