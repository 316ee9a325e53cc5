"""Both engines read the same variables, say the same sentences, in the same order of aspects."""

import ast
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment, meta

from deploys.commit import commit
from deploys.rendering import ROLES
from inventory.specs import load_specs
from tests.unit.test_house_rules import ASPECTS as ALL_ASPECTS
from tests.unit.test_house_rules import ROOT, SENTENCE_WORDS, translated

DEPLOYS = ROOT / "deploys"
# Whom a PC believes, and what it fetches, the desk alone decides: a PC never changes that itself.
BY_THE_DESK_ALONE = ("pull",)
ASPECTS = [aspect for aspect in ALL_ASPECTS if aspect not in BY_THE_DESK_ALONE]
VOCABULARY = DEPLOYS / "roles/vocabulary"
# Read by both, whatever calls them.
SHARED = ("doors.py",)
TEMPLATES = sorted(
    str(path.relative_to(ROLES)) for path in ROLES.glob("*/templates/**/*") if path.is_file()
)
# Sentences of pyinfra's that Ansible says in another way: aspect → sentence → task.
SAID_OTHERWISE = {
    "session": {
        "Take the reader out of every other group": "Make the reader's account",
        "Leave the reader's account without a password": "Make the reader's account",
        "Make room for {path}": "Make room for the library's files",
    },
    "restrictions": {
        "Make room for {path}": "Make room for the library's files",
        "Close {unit}": "Close ctrl-alt-del.target",
        "Open {unit}": "Open or close getty@tty1.service",
    },
}


@cache
def names() -> frozenset[str]:
    return frozenset(load_specs(ROOT, []).options)


def documents(aspect: str, *parts: str) -> Iterator[Any]:
    for part in parts:
        for path in sorted((ROLES / aspect / part).glob("*.yml")):
            yield yaml.safe_load(path.read_text(encoding="utf-8"))


def scalars(value: Any) -> Iterator[str]:
    """Every text inside a YAML document, keys too; numbers and the like say nothing."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from scalars(each)
    elif isinstance(value, list):
        for each in value:
            yield from scalars(each)
    elif isinstance(value, str):
        yield value


def words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b", text)}


@cache
def role_vars() -> dict[str, Any]:
    return {
        name: value
        for aspect in ASPECTS
        for document in documents(aspect, "vars")
        for name, value in document.items()
    }


def followed(read: set[str], steps: set[str]) -> set[str]:
    """The declared names these lead to, through roles/<aspect>/vars."""
    waiting, seen = set(read), set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        value = role_vars().get(name, "")
        if name.endswith("_steps") and isinstance(value, dict):
            aspect = name.removesuffix("_steps")
            value = [step for key, step in value.items() if f"{aspect}/{key}" in steps]
        waiting |= words(scalars(value)) - seen
    return seen & names()


def template_reads(patterns: Iterable[str]) -> set[str]:
    wanted = [name for name in TEMPLATES if any(fnmatch(name, each) for each in patterns)]
    environment = Environment()  # noqa: S701 - parsed, never rendered
    sources = ((ROLES / name).read_text(encoding="utf-8") for name in wanted)
    return set().union(*(meta.find_undeclared_variables(environment.parse(s)) for s in sources))


# --- pyinfra ------------------------------------------------------------------


def constants(tree: ast.AST) -> Iterator[str]:
    """Texts of a program, f-strings with * for what is filled in, and the names of attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.Attribute):
            yield node.attr


def program(name: str) -> set[str]:
    return set(constants(ast.parse((DEPLOYS / name).read_text(encoding="utf-8"))))


def read_by_pyinfra() -> set[str]:
    said = set().union(*(program(f"{aspect}.py") for aspect in ASPECTS), *map(program, SHARED))
    steps = {text for text in said if re.fullmatch(r"[a-z]+/[a-z_]+", text)}
    leads = {text for text in said if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", text)}
    leads |= {f"{step.split('/')[0]}_steps" for step in steps}
    rendered = [text.replace("/", "/templates/", 1) for text in said if text.endswith(".j2")]
    return followed(leads, steps) | (template_reads(rendered) & names())


# --- Ansible ------------------------------------------------------------------


def read_by_ansible() -> set[str]:
    leads, steps, rendered = set[str](), set[str](), []
    for aspect in ASPECTS:
        texts = list(scalars(list(documents(aspect, "tasks", "handlers"))))
        leads |= words(texts)
        steps |= {
            f"{of}/{key}" for t in texts for of, key in re.findall(r"([a-z]+)_steps\.(\w+)", t)
        }
        filled = (re.sub(r"\{\{.*?\}\}", "*", text) for text in texts)
        rendered += [f"{aspect}/templates/{text}" for text in filled if text.endswith(".j2")]
    shared = set().union(*map(program, SHARED))
    rendered += [text.replace("/", "/templates/", 1) for text in shared if text.endswith(".j2")]
    return followed(leads | shared, steps) | (template_reads(rendered) & names())


def test_each_variable_is_read_by_both_engines_or_by_none() -> None:
    ours, theirs = read_by_ansible(), read_by_pyinfra()
    assert sorted(theirs - ours) == [], "Ansible does not read them"
    assert sorted(ours - theirs) == [], "pyinfra does not read them"
    # The look itself works: a handful that each reaches in another way.
    assert ours >= {
        "access_authorized_keys", "antivirus_daemon_above_mb", "browser_packages",
        "desktop_locale", "desktop_panel_size", "power_wake_on_lan", "session_reader_uid",
    }  # fmt: skip


# --- sentences and order ------------------------------------------------------


def sentences(aspect: str) -> set[str]:
    """What pyinfra's run says in one aspect."""
    tree = ast.parse((DEPLOYS / f"{aspect}.py").read_text(encoding="utf-8"))
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    said = set[str]()
    for call in calls:
        called = call.func.id if isinstance(call.func, ast.Name) else ""
        if called in {*SENTENCE_WORDS, "guarded"} and call.args:
            said.update(translated(call.args[0]))
    # A loop over (file, sentence) pairs.
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple):
            said.update(*map(translated, node.elts))
    return said


def tasks(aspect: str) -> set[str]:
    found = set[str]()
    for document in documents(aspect, "tasks", "handlers"):
        waiting = list(document)
        while waiting:
            task = waiting.pop()
            found.add(task.get("name", ""))
            for block in ("block", "rescue", "always"):
                waiting += task.get(block, [])
    return found


@pytest.mark.parametrize("aspect", ASPECTS)
def test_both_engines_say_the_same_sentences(aspect: str) -> None:
    otherwise = SAID_OTHERWISE.get(aspect, {})
    wanted = {otherwise.get(sentence, sentence) for sentence in sentences(aspect)}
    assert len(wanted) > 5
    assert sorted(wanted - tasks(aspect)) == []


def test_the_aspects_come_in_the_same_order() -> None:
    tree = ast.parse((DEPLOYS / "baseline.py").read_text(encoding="utf-8"))
    called = [
        node.value.func.id
        for node in tree.body
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id not in BY_THE_DESK_ALONE
    ]
    (book,) = yaml.safe_load((DEPLOYS / "baseline.yml").read_text(encoding="utf-8"))
    assert called == [*(role["role"] for role in book["roles"]), "stamp"]
    assert [role["tags"] for role in book["roles"]] == [role["role"] for role in book["roles"]]
    assert book["post_tasks"][-1]["ansible.builtin.import_role"]["tasks_from"] == "stamp"
    assert sorted(called[:-1]) == ASPECTS


def test_a_playbook_begins_with_the_check() -> None:
    for path in sorted(DEPLOYS.glob("*.yml")):
        (book, *_rest) = yaml.safe_load(path.read_text(encoding="utf-8"))
        first = book["pre_tasks"][0]
        assert "refuse" in first, path
        assert (first["run_once"], first["tags"]) == (True, "always")
        assert not book["gather_facts"], "facts would be asked before the check"


def test_ansible_stands_on_core_alone() -> None:
    """Debian's ansible-core has no collections beside it."""
    module = re.compile(r"^\s+([a-z_]+\.[a-z_]+\.[a-z_]+):", re.MULTILINE)
    files = (*ROLES.glob("*/*/*.yml"), *DEPLOYS.rglob("*.yml"))
    used = {word for path in files for word in module.findall(path.read_text("utf-8"))}
    assert {word for word in used if not word.startswith("ansible.builtin.")} == set()
    assert len(used) > 8


def test_a_desk_without_git_stamps_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit() == "unknown"
