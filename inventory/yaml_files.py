"""YAML files read as Ansible reads them (YAML 1.1), with the line of every value.

Stricter than Ansible where a file can deceive: a key written twice, a tag, or a type that has no
plain meaning (a date, not-a-number) is a problem, never a guess.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from inventory.problems import Key, Place, Problem
from inventory.words import _

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_PLAIN = {_TAG + kind for kind in ("str", "int", "float", "bool", "null", "map", "seq")}
_TEXT = _TAG + "str"
_DEPTH = 40
_VALUES = 100_000


@dataclass(frozen=True)
class YamlFile:
    """One file's content, as plain Python values, and where each value stands."""

    file: str
    data: Any
    node: yaml.Node

    def place(self, path: Sequence[Key] = ()) -> Place:
        """The line of the value at `path`, or of the nearest thing around it."""
        node, line = self.node, 0
        for key in path:
            step = _child(node, key)
            if step is None:
                break
            line, node = step
        return Place(self.file, line)

    def source(self, path: Sequence[Key]) -> str:
        """The scalar at `path` as it is written in the file, or "" if it is not a scalar."""
        node = self.node
        for key in path:
            step = _child(node, key)
            if step is None:
                return ""
            node = step[1]
        return str(node.value) if isinstance(node, yaml.ScalarNode) else ""


class Unreadable(Exception):  # noqa: N818 - it names what happened
    """A file that cannot be understood; carries its problems."""

    def __init__(self, problems: list[Problem]) -> None:
        """Carry the problems."""
        self.problems = problems
        super().__init__(problems)


def read_text(path: Path, file: str) -> str:
    """The text of a file.

    Args:
        path: the file.
        file: its name for people, relative to the repository's root.

    Raises:
        Unreadable: it is missing, unreadable or not UTF-8.
    """
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        wrong = _("not UTF-8 text")
        mend = _("Save the file as UTF-8 in the editor.")
        raise Unreadable([Problem(Place(file, line), "", wrong, mend)]) from None
    except OSError as error:
        wrong = _("cannot be read ({reason})").format(reason=error.strerror)
        mend = _("Put the file back, or make it readable for you.")
        raise Unreadable([Problem(Place(file), "", wrong, mend)]) from None


def parse(text: str, file: str, kind: type) -> YamlFile:
    """One YAML document whose top is a `dict` or a `list`.

    Raises:
        Unreadable: with every problem of the file.
    """
    try:
        _refuse_depth(text, file)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise Unreadable([_broken(error, text, file)]) from None
    if node is None:
        wrong = _("the file is empty")
        mend = _("Write its content, or delete the file.")
        raise Unreadable([Problem(Place(file), "", wrong, mend)])
    problems = list(_deceptions(node, file))
    if problems:
        raise Unreadable(problems)
    try:
        data = SafeConstructor().construct_document(node)
    except ValueError as error:
        wrong = _("a value cannot be read ({reason})").format(reason=error)
        mend = _("Put the value in quotation marks.")
        raise Unreadable([Problem(Place(file), "", wrong, mend)]) from None
    if not isinstance(data, kind):
        raise Unreadable([_wrong_top(node, file, kind)])
    return YamlFile(file, data, node)


def read(path: Path, file: str, kind: type = dict) -> YamlFile:
    """Read and parse one YAML file; see `read_text` and `parse`."""
    return parse(read_text(path, file), file, kind)


def quote(source: str) -> str:
    """The mend for a value YAML takes for something other than text."""
    return _('Write it in quotation marks: "{value}"').format(value=source)


def _child(node: yaml.Node, key: Key) -> tuple[int, yaml.Node] | None:
    """The line and node of one step down, or None."""
    if isinstance(node, yaml.MappingNode):
        for key_node, value in node.value:
            if key_node.value == key:
                return _line(key_node), value
    elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        value = node.value[key]
        return _line(value), value
    return None


def _line(part: yaml.Node | yaml.Event) -> int:
    return part.start_mark.line + 1 if part.start_mark else 0


def _broken(error: yaml.YAMLError, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    offset = getattr(error, "position", None)
    if mark is not None:
        line, column = mark.line + 1, mark.column + 1
    elif isinstance(offset, int):
        before = text[:offset]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    else:
        line, column = 0, 0
    # The parser's own words, never its excerpt: the line may hold a secret.
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or ""
    wrong = _("not valid YAML at column {column}: {reason}").format(column=column, reason=reason)
    mend = _("Look at this line and the one above: indentation, a colon, a quotation mark.")
    return Problem(Place(file, line), "", wrong, mend)


def _refuse_depth(text: str, file: str) -> None:
    """Refuse absurd nesting by reading events alone: building its nodes would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEPTH:
            place = Place(file, _line(event))
            wrong = _("nested more than {count} levels deep").format(count=_DEPTH)
            raise Unreadable([Problem(place, "", wrong, _("Write it with fewer levels."))])


def _wrong_top(node: yaml.Node, file: str, kind: type) -> Problem:
    if kind is dict:
        wrong, mend = _("not a list of `key: value` lines"), _("Write `key: value` on each line.")
    else:
        wrong, mend = _("not a list"), _("Write each entry after a dash, or [] for none.")
    return Problem(Place(file, _line(node)), "", wrong, mend)


def _deceptions(top: yaml.Node, file: str) -> Iterator[Problem]:
    """Everything whose plain look and whose meaning differ."""
    waiting: list[tuple[str, yaml.Node]] = [("", top)]
    # Aliases are followed, so one inside itself, or a thousandfold, is met as too many values.
    for _count in range(_VALUES):
        if not waiting:
            return
        name, node = waiting.pop()
        place = Place(file, _line(node))
        if node.tag not in _PLAIN:
            yield _strange_tag(place, name, node)
        elif isinstance(node, yaml.MappingNode):
            yield from _key_problems(node, file)
            waiting.extend((str(key.value), value) for key, value in node.value)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend((name, value) for value in node.value)
        elif node.tag == _TAG + "float" and not math.isfinite(_number(node)):
            wrong = _("{value} is not a number").format(value=node.value)
            yield Problem(place, name, wrong, _("Write a number with digits."))
    wrong = _("more than {count} values, or an alias inside itself").format(count=_VALUES)
    yield Problem(Place(file), "", wrong, _("Write the values out."))


def _number(node: yaml.Node) -> float:
    try:
        return float(SafeConstructor().construct_document(node))
    except ValueError:
        return math.nan


def _strange_tag(place: Place, name: str, node: yaml.Node) -> Problem:
    if node.tag == _TAG + "timestamp":
        wrong = _("{value} is read as a date, not as text").format(value=node.value)
        return Problem(place, name, wrong, quote(str(node.value)))
    if "vault" in node.tag:
        wrong = _("a single encrypted value (!vault)")
        mend = _("Secrets live in host_vars/<host>/vault.yml, encrypted as a whole file.")
        return Problem(place, name, wrong, mend)
    tag = node.tag.removeprefix(_TAG)
    wrong = _("the tag {tag} has no meaning here").format(tag=tag)
    return Problem(place, name, wrong, _("Write the value without a tag."))


def _key_problems(node: yaml.MappingNode, file: str) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for key, _value in node.value:
        line = _line(key)
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if key.tag != _TEXT:
            wrong = _("the key {key} is not read as text").format(key=name)
            yield Problem(Place(file, line), name, wrong, quote(name))
        elif name in first:
            wrong = _("written twice, first on line {line}").format(line=first[name])
            yield Problem(Place(file, line), name, wrong, _("Keep one of the two."))
        else:
            first[name] = line
