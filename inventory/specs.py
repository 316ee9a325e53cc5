"""What may be declared: every role's argument specs and defaults, and the facts of a site."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inventory.problems import Place, Problem, did_you_mean
from inventory.words import _
from inventory.yaml_files import Unreadable, YamlFile, read

SITE = "site"
Said = tuple[str, str, str]
_TYPES = {"str", "int", "float", "bool", "list", "dict", "path", "raw"}
_WORDS = {
    *("type", "description", "required", "no_log", "choices", "elements", "options"),
    *("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by"),
}


@dataclass(frozen=True)
class Option:
    """One variable that may be declared.

    Attributes:
        aspect: the role it belongs to, or `site`.
        spec: its entry in `argument_specs.yml`, for ansible-core's ArgumentSpecValidator.
        secret: `no_log`; its value lives in a vault and is never shown.
    """

    name: str
    aspect: str
    spec: Mapping[str, Any]
    place: Place

    @property
    def secret(self) -> bool:
        """Whether the value must never be shown."""
        return bool(self.spec.get("no_log"))


@dataclass(frozen=True)
class Specs:
    """Every variable's type, and the roles' defaults with the file each stands in."""

    options: Mapping[str, Option]
    defaults: Mapping[str, Any]
    files: Mapping[str, YamlFile]

    def default_place(self, name: str) -> Place:
        """Where the role declares the default of `name`."""
        return self.files[self.options[name].aspect].place([name])


def load_specs(root: Path, problems: list[Problem]) -> Specs:
    """Read `inventory/argument_specs.yml` and every role, checking each role against itself.

    Args:
        root: the repository's root.
        problems: takes what is wrong with the roles.
    """
    options = _options(root, "inventory/argument_specs.yml", SITE, problems)
    defaults: dict[str, Any] = {}
    files: dict[str, YamlFile] = {}
    for role in sorted(path for path in (root / "roles").glob("*") if path.is_dir()):
        aspect = role.name
        spec_file = f"roles/{aspect}/meta/argument_specs.yml"
        default_file = f"roles/{aspect}/defaults/main.yml"
        own = _options(root, spec_file, aspect, problems)
        declared = _read_if_there(root, default_file, problems)
        if declared:
            files[aspect] = declared
            defaults |= declared.data
        problems.extend(_disagreements(aspect, own, declared, default_file))
        options |= own
    known = {name: value for name, value in defaults.items() if name in options}
    return Specs(options, known, files)


def _read_if_there(root: Path, file: str, problems: list[Problem]) -> YamlFile | None:
    if not (root / file).exists():
        return None
    try:
        return read(root / file, file)
    except Unreadable as error:
        problems.extend(error.problems)
        return None


def _options(root: Path, file: str, aspect: str, problems: list[Problem]) -> dict[str, Option]:
    document = _read_if_there(root, file, problems)
    if document is None:
        return {}
    path = ("argument_specs", "main", "options")
    declared = document.data
    for step in path:
        declared = declared.get(step) if isinstance(declared, dict) else None
    if not isinstance(declared, dict):
        wrong = _("there is no argument_specs: main: options:")
        mend = _("Write the options below these three keys.")
        problems.append(Problem(document.place(path), "argument_specs", wrong, mend))
        return {}
    options = {}
    for name, spec in declared.items():
        place = document.place([*path, name])
        faults = list(_spec_faults(name, spec))
        problems.extend(Problem(place, key, wrong, mend) for key, wrong, mend in faults)
        if not name.startswith(f"{aspect}_"):
            wrong = _("the name does not begin with {prefix}").format(prefix=f"{aspect}_")
            problems.append(Problem(place, name, wrong, _("Rename the variable.")))
        elif not faults:
            options[name] = Option(name, aspect, spec, place)
    return options


def _spec_faults(key: str, spec: Any) -> Iterator[Said]:
    """Where a spec is not one ArgumentSpecValidator can be strict with: (key, wrong, mend)."""
    if not isinstance(spec, dict) or "type" not in spec:
        yield key, _("the option has no type"), _("Write `type:` below the name.")
        return
    yield from _word_faults(key, spec)
    if spec["type"] == "list" and "elements" not in spec:
        yield key, _("a list does not say what it holds"), _("Write `elements:` beside the type.")
    inner = spec.get("options", {})
    if not isinstance(inner, dict):
        yield key, _("options is not a list of names"), _("Write `name:` and its type below it.")
        return
    for name, option in inner.items():
        yield from _spec_faults(f"{key}.{name}", option)
        if isinstance(option, dict) and option.get("no_log"):
            mend = _("Make the secret a variable of its own.")
            yield f"{key}.{name}", _("a secret inside another value"), mend


def _word_faults(key: str, spec: Mapping[str, Any]) -> Iterator[Said]:
    for word in spec.keys() - _WORDS:
        if word == "default":
            mend = _("Write the default in the role's defaults/main.yml alone.")
            yield key, _("a default stands in the specs"), mend
        else:
            wrong = _("{name} says nothing in an option").format(name=word)
            yield key, wrong, did_you_mean(word, _WORDS, _("Remove it."))
    for word in spec.keys() & {"type", "elements"}:
        if spec[word] not in _TYPES:
            wrong = _("{value} is not a type").format(value=spec[word])
            yield key, wrong, did_you_mean(str(spec[word]), _TYPES, ", ".join(sorted(_TYPES)))


def _disagreements(
    aspect: str, own: Mapping[str, Option], declared: YamlFile | None, file: str
) -> Iterator[Problem]:
    """Each variable is typed once and declared once; only a secret has no default."""
    data = declared.data if declared else {}
    for name in data.keys() - own.keys():
        place = declared.place([name]) if declared else Place(file)
        wrong = _("a default without a type")
        mend = _("Type it in {file}.").format(file=f"roles/{aspect}/meta/argument_specs.yml")
        yield Problem(place, name, wrong, mend)
    for name, option in own.items():
        if not option.secret and name not in data:
            wrong = _("an option without a default")
            yield Problem(option.place, name, wrong, _("Declare it in {file}.").format(file=file))
        if option.secret and name in data:
            mend = _("Remove it; the value belongs in host_vars/<host>/vault.yml.")
            yield Problem(option.place, name, _("a secret with a default"), mend)
