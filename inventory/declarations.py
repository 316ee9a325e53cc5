"""Every value anybody declared, checked where it stands; then every host's whole set of values."""

from collections.abc import Iterator, Mapping
from typing import Any

from inventory.problems import Place, Problem, as_key, did_you_mean
from inventory.resolve import Resolved
from inventory.rules import RULES, RULES_FOR
from inventory.specs import SITE, Option, Specs
from inventory.strict import Fault, faults
from inventory.tree import Scope, Tree
from inventory.vaults import VAULT_FILE
from inventory.words import _
from inventory.yaml_files import YamlFile, quote

# Ansible's own settings of how (not where) to connect; nobody's aspect, so in no spec.
CONNECTION_NAMES = frozenset({
    "ansible_connection", "ansible_python_interpreter", "ansible_pipelining",
    "ansible_ssh_common_args", "ansible_ssh_extra_args", "ansible_ssh_retries",
    "ansible_become", "ansible_become_method", "ansible_become_user", "ansible_remote_tmp",
    "ansible_shell_type", "ansible_shell_executable", "ansible_timeout",
})  # fmt: skip
# Ansible's own names, and what AWX tells every job of itself.
_FOREIGN_NAMES = ("ansible_", "awx_", "tower_")
# Where to connect is declared once, for both engines, in ssh_config.
_ADDRESS_NAMES = frozenset({
    "ansible_host", "ansible_port", "ansible_user", "ansible_ssh_host", "ansible_ssh_port",
    "ansible_ssh_user", "ansible_private_key_file", "ansible_ssh_private_key_file",
})  # fmt: skip


def declaration_problems(specs: Specs, tree: Tree) -> Iterator[Problem]:
    """What is wrong with the role defaults and the plain files, each value once."""
    for name in specs.defaults:
        yield from _value_problems(specs.options[name], specs.files[specs.options[name].aspect])
    for name, file in tree.declarations():
        option = specs.options.get(name)
        if name in CONNECTION_NAMES:
            yield from _value_problems(Option(name, "", {"type": "raw"}, Place(file.file)), file)
        elif option is None:
            yield _unknown(name, file.place([name]), specs)
        elif option.secret:
            mend = _("Give it a new value in host_vars/<host>/vault.yml and remove it here.")
            yield Problem(file.place([name]), name, _("a secret in a readable file"), mend)
        else:
            yield from _value_problems(option, file)


def complete(
    specs: Specs, tree: Tree, resolved: Resolved, problems: list[Problem]
) -> dict[str, Mapping[str, Any]]:
    """Every host's values: Ansible's answer over the role defaults.

    Args:
        specs: what may be declared.
        tree: which file declares what.
        resolved: Ansible's answer.
        problems: takes what shows only on the whole: a missing value, a bad secret, values that
            contradict each other.

    Returns:
        host -> name -> value.
    """
    scopes = _Scopes(tree, resolved)
    hosts: dict[str, Mapping[str, Any]] = {}
    for host, own in resolved.variables.items():
        variables = {**specs.defaults, **own}
        unwritten = own.keys() - scopes.declared(host) if host in tree.vaults else ()
        for name in unwritten:
            problems.extend(_vault_problems(specs, host, name, own[name]))
        known = {name: value for name, value in variables.items() if name in specs.options}
        problems.extend(_missing(specs, host, known, resolved))
        problems.extend(_contradictions(specs, scopes, host, known))
        hosts[host] = known
    return hosts


def foreign_problems(
    specs: Specs, tree: Tree, resolved: Resolved, extra: Mapping[str, Any]
) -> Iterator[Problem]:
    """What is wrong with values that no file of the inventory declares, so nobody has read them.

    Args:
        specs: what may be declared.
        tree: which file declares what.
        resolved: Ansible's answer.
        extra: what the command line sets for every host (`-e`).
    """
    for name, value in extra.items():
        if name not in specs.options and not name.startswith(_FOREIGN_NAMES):
            yield _unknown(name, Place("-e"), specs)
        else:
            yield from _foreign_value(specs, Place("-e"), name, value)
    scopes = _Scopes(tree, resolved)
    for host, own in resolved.variables.items():
        place = Place(_("{host} in Ansible's inventory").format(host=host))
        for name in own.keys() - extra.keys():
            file = scopes.file(host, name)
            if name not in specs.options and host not in tree.vaults and file is None:
                yield _unknown(name, place, specs)
            elif file is None or file.data[name] != own[name]:
                yield from _foreign_value(specs, place, name, own[name])


def _foreign_value(specs: Specs, place: Place, name: str, value: object) -> Iterator[Problem]:
    option = specs.options.get(name)
    if option is None:
        return
    for fault in faults(option.spec, value) or _broken_rules(name, value):
        path = (name, *fault.path)
        mend = fault.mend or _('Give it as JSON: {"…": …} keeps numbers, true, false and text.')
        yield Problem(place, as_key(path), fault.wrong, mend)


class _Scopes:
    """For each host, the groups and files whose values it takes, strongest first."""

    def __init__(self, tree: Tree, resolved: Resolved) -> None:
        depth = _depths(resolved.children)
        self.tree = tree
        self.of: dict[str, list[Scope]] = {host: [] for host in resolved.variables}
        # Ansible's order: the deeper group, then the later in the alphabet, then the host itself.
        for group in sorted(resolved.members, key=lambda group: (depth.get(group, 0), group)):
            if group in tree.group_vars:
                for host in resolved.members[group]:
                    self.of[host].insert(0, tree.group_vars[group])
        for host in tree.host_vars.keys() & self.of.keys():
            self.of[host].insert(0, tree.host_vars[host])

    def declared(self, host: str) -> set[str]:
        """Every name a plain file declares for the host."""
        return {name for scope in self.of[host] for name in scope.declared}

    def file(self, host: str, name: str) -> YamlFile | None:
        """The plain file whose value of `name` holds for the host; None is the role's default."""
        files = (scope.declared[name] for scope in self.of[host] if name in scope.declared)
        return next(files, None)


def _depths(children: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """How far each group is below `all`, by the longest way, as Ansible counts."""
    depths, level, depth = {"all": 0}, {"all"}, 1
    while level:
        level = {child for group in level for child in children.get(group, ())}
        depths |= dict.fromkeys(level, depth)
        depth += 1
    return depths


# --- one value ----------------------------------------------------------------


def _value_problems(option: Option, file: YamlFile) -> Iterator[Problem]:
    name = option.name
    value = file.data[name]
    for fault in faults(option.spec, value) or _broken_rules(name, value):
        path = (name, *fault.path)
        # Only text is taken for something else by YAML; its source then shows how to quote it.
        mend = fault.mend or quote(file.source(path))
        yield Problem(file.place(path), as_key(path), fault.wrong, mend)


def _broken_rules(name: str, value: object) -> list[Fault]:
    wrongs = (wrong for rule in RULES.get(name, ()) for wrong in rule(value))
    return [Fault(wrong.path, wrong.wrong, wrong.mend) for wrong in wrongs]


def _unknown(name: str, place: Place, specs: Specs) -> Problem:
    if name in _ADDRESS_NAMES:
        wrong = _("an address that only Ansible would use")
        return Problem(place, name, wrong, _("Write it in inventory/ssh_config, for both engines."))
    otherwise = _("Remove it, or declare it in its role's defaults and argument specs.")
    mend = did_you_mean(name, specs.options, otherwise)
    return Problem(place, name, _("unknown variable"), mend)


def _vault_problems(specs: Specs, host: str, name: str, value: object) -> Iterator[Problem]:
    """A value no plain file declares: it comes out of the host's vault."""
    place = Place(VAULT_FILE.format(host=host))
    option = specs.options.get(name)
    if option is None:
        yield _unknown(name, place, specs)
    elif not option.secret:
        mend = _("Move it to host_vars/<host>/<aspect>.yml, where changes can be read.")
        yield Problem(place, name, _("not a secret, yet in the vault"), mend)
    else:
        for fault in faults(option.spec, value) or _broken_rules(name, value):
            mend = fault.mend or _("Put the value in quotation marks.")
            yield Problem(place, as_key((name, *fault.path)), fault.wrong, mend)


# --- one host -----------------------------------------------------------------


def _missing(
    specs: Specs, host: str, known: Mapping[str, Any], resolved: Resolved
) -> Iterator[Problem]:
    """Facts of a site that its file leaves out (an aspect's variables all have defaults)."""
    for name, option in specs.options.items():
        if option.aspect == SITE and option.spec.get("required") and name not in known:
            sites = resolved.children.get("sites", ())
            site = next((site for site in sites if host in resolved.members[site]), None)
            if site:
                mend = _('Declare it; "" or [] says that it is not known.')
                place = Place(f"inventory/group_vars/{site}.yml")
                yield Problem(place, name, _("missing"), mend)


def _contradictions(
    specs: Specs, scopes: _Scopes, host: str, known: Mapping[str, Any]
) -> Iterator[Problem]:
    for names, rule in RULES_FOR:
        if not all(name in known for name in names):
            continue
        for wrong in rule(known):
            name = wrong.name or names[0]
            file = scopes.file(host, name) or specs.files[specs.options[name].aspect]
            path = (name, *wrong.path)
            yield Problem(file.place(path), as_key(path), wrong.wrong, wrong.mend)
