"""Strictness: a value either has its declared type to the letter, or is refused where it stands."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from inventory.declarations import declaration_problems
from inventory.loader import ROOT, read_sources
from inventory.problems import Problem, as_key
from inventory.rules import RULES, RULES_FOR
from inventory.specs import Specs, load_specs
from inventory.strict import faults
from inventory.tree import Scope
from inventory.tree import Tree as Files
from inventory.yaml_files import Unreadable, parse, read
from tests.unit.conftest import Tree

FILE = "inventory/group_vars/all/given.yml"
TEXT = {"type": "str"}
ENTRY = {
    "type": "dict",
    "options": {
        "name": {"type": "str", "required": True},
        "kind": {"type": "str", "choices": ["web", "program"]},
        "tags": {"type": "list", "elements": "str"},
    },
}
ENTRIES = {**ENTRY, "type": "list", "elements": "dict"}

RIGHT: list[tuple[dict[str, Any], Any]] = [
    (TEXT, ""),
    (TEXT, "no"),
    (TEXT, "17:00"),
    ({"type": "int"}, 0),
    ({"type": "int"}, -5),
    ({"type": "float"}, 1.5),
    ({"type": "bool"}, False),
    ({"type": "path"}, "/var/lib/benvung"),
    ({"type": "list", "elements": "str"}, []),
    ({"type": "list", "elements": "int"}, [1, 2]),
    ({"type": "list", "elements": "list"}, [["07:30", "11:30"], []]),
    ({"type": "list", "elements": "str", "choices": ["a", "b"]}, ["a"]),
    ({"type": "dict"}, {"any": [1, "b", {"c": True}]}),
    ({"type": "raw"}, ["a", 1, True]),
    (ENTRIES, [{"name": "a"}, {"name": "b", "kind": "web", "tags": ["x"]}]),
]

WRONG: list[tuple[dict[str, Any], Any, str, str]] = [
    (TEXT, 5, "", "5 is not text"),
    (TEXT, 1.5, "", "1.5 is not text"),
    (TEXT, True, "", "true is not text"),
    (TEXT, ["a"], "", "is not text"),
    (TEXT, {"a": 1}, "", "is not text"),
    (TEXT, None, "", "blank"),
    ({"type": "int"}, "5", "", '"5" is not a whole number'),
    ({"type": "int"}, True, "", "true is not a whole number"),
    ({"type": "int"}, 5.0, "", "5.0 is not a whole number"),
    # Ansible's own conversion has no end for the first, and an OverflowError for the second.
    ({"type": "int"}, "1e999999999", "", "is not a whole number"),
    ({"type": "int"}, [False, None, 1 << 63], "", "is not a whole number"),
    ({"type": "float"}, 5, "", "5 is not a number"),
    ({"type": "float"}, "1.5", "", '"1.5" is not a number'),
    ({"type": "bool"}, "no", "", '"no" is not true or false'),
    ({"type": "bool"}, "true", "", '"true" is not true or false'),
    ({"type": "bool"}, 1, "", "1 is not true or false"),
    ({"type": "path"}, "~/x", "", "is not an absolute path"),
    ({"type": "path"}, "$HOME/x", "", "is not an absolute path"),
    ({"type": "list", "elements": "str"}, "a,b", "", '"a,b" is not a list'),
    ({"type": "list", "elements": "str"}, 5, "", "5 is not a list"),
    ({"type": "list", "elements": "str"}, ["a", 5], "[1]", "5 is not text"),
    ({"type": "list", "elements": "str"}, ["a", None], "[1]", "blank"),
    ({"type": "list", "elements": "int"}, ["1"], "[0]", '"1" is not a whole number'),
    ({"type": "list", "elements": "int"}, [True], "[0]", "true is not a whole number"),
    ({"type": "list", "elements": "list"}, [["a"], "b"], "[1]", '"b" is not a list'),
    ({"type": "list", "elements": "list"}, [["{{ x }}"]], "[0][0]", "template"),
    ({"type": "list", "elements": "str", "choices": ["a"]}, ["a", "c"], "[1]", "not one of"),
    ({"type": "dict"}, "a=b", "", '"a=b" is not keys with values'),
    ({"type": "dict"}, {"a": {"b": None}}, "a.b", "blank"),
    ({"type": "dict"}, {"a": ["{{ x }}"]}, "a[0]", "template"),
    ({"type": "raw"}, {"a": {"b": "{# x #}"}}, "a.b", "template"),
    ({"type": "raw"}, {"{{ a }}": 1}, "{{ a }}", "template"),
    ({"type": "raw"}, {5: 1}, "", "not text"),
    (ENTRIES, {"name": "a"}, "", "is not a list"),
    (ENTRIES, ["a"], "[0]", '"a" is not keys with values'),
    (ENTRIES, [{"name": "a"}, {"nmae": "b", "name": "b"}], "[1].nmae", "unknown key"),
    (ENTRIES, [{"kind": "web"}], "[0]", "name is missing"),
    (ENTRIES, [{"name": "a", "kind": "wbe"}], "[0].kind", "not one of"),
    (ENTRIES, [{"name": "a", "tags": ["x", 1]}], "[0].tags[1]", "1 is not text"),
    (ENTRIES, [{"name": "a", "tags": "x"}], "[0].tags", '"x" is not a list'),
]


@pytest.mark.parametrize(("spec", "value"), RIGHT, ids=repr)
def test_the_declared_type_is_accepted(spec: dict[str, Any], value: object) -> None:
    assert faults(spec, value) == []


@pytest.mark.parametrize(("spec", "value", "path", "said"), WRONG, ids=repr)
def test_what_ansible_would_convert_is_refused(
    spec: dict[str, Any], value: object, path: str, said: str
) -> None:
    found = faults(spec, value)
    assert [(as_key(fault.path), said in fault.wrong) for fault in found] == [(path, True)]


def test_what_only_the_whole_shows_is_left_to_ansible() -> None:
    spec = {**ENTRY, "mutually_exclusive": [["kind", "tags"]]}
    (fault,) = faults(spec, {"name": "a", "kind": "web", "tags": []})
    assert "mutually exclusive" in fault.wrong


def test_a_secret_is_never_shown() -> None:
    spec = {"type": "str", "no_log": True, "choices": ["a"]}
    for value in (918273, "918273", ["918273"], "{{ 918273 }}"):
        assert all("918273" not in fault.wrong + fault.mend for fault in faults(spec, value))


# --- every option there is, with anything in it ---------------------------------


def declared(specs: Specs, text: str) -> list[Problem]:
    """The problems of one file of group_vars/all/, the roles' own files left out."""
    file = parse(text, FILE, dict)
    scope = Scope(dict.fromkeys(file.data, file))
    alone = replace(specs, defaults={})
    return list(declaration_problems(alone, Files(group_vars={"all": scope})))


def leaves(spec: dict[str, Any], value: Any, path: tuple[Any, ...] = ()) -> Iterator[Any]:
    """Every (spec, path) inside a right value whose type is declared."""
    yield spec, path
    if isinstance(value, list):
        inner = {**spec, "type": spec.get("elements", "raw"), "elements": "raw"}
        for index, item in enumerate(value):
            yield from leaves(inner, item, (*path, index))
    elif isinstance(value, dict) and "options" in spec:
        for key, item in value.items():
            yield from leaves(spec["options"][key], item, (*path, key))


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy of `value` with `new` at `path`."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


PYTHON_TYPES: dict[str, type] = {
    "str": str, "path": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict,
}  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@cache
def specs() -> Specs:
    """The roles' specs; no argument of a test, because Hypothesis shows those, 124 kB of it."""
    return load_specs(ROOT, [])


@st.composite
def misplaced(draw: st.DrawFn) -> tuple[str, tuple[Any, ...], Any]:
    """A variable, a place in its right value, and that value with a wrong type at the place."""
    name = draw(st.sampled_from(sorted(specs().defaults)))
    right = specs().defaults[name]
    spec, path = draw(st.sampled_from(list(leaves(dict(specs().options[name].spec), right))))
    assume(spec["type"] != "raw")
    junk = draw(JUNK)
    assume(type(junk) is not PYTHON_TYPES[spec["type"]])
    return name, path, put(right, path, junk)


@settings(max_examples=600)
@given(misplaced())
def test_junk_of_a_wrong_type_is_refused_in_any_option_at_any_depth(
    given_value: tuple[str, tuple[Any, ...], Any],
) -> None:
    name, path, value = given_value
    found = faults(specs().options[name].spec, value)
    assert path in [fault.path for fault in found]
    assert all(fault.wrong for fault in found)


@settings(max_examples=100)
@given(misplaced())
def test_junk_in_a_file_is_answered_with_its_line_and_the_mend(
    given_value: tuple[str, tuple[Any, ...], Any],
) -> None:
    name, path, value = given_value
    try:
        problems = declared(specs(), yaml.safe_dump({name: value}))
    except Unreadable as refused:  # text or a number that YAML itself will not carry
        problems = refused.problems
    else:
        assert as_key((name, *path)) in [problem.key for problem in problems]
        assert all(problem.place.line for problem in problems)
    assert problems
    assert all(problem.file == FILE and problem.wrong and problem.mend for problem in problems)


# Text, and what rules look for: times, dates, addresses, numbers and the signs around them.
WORDS = st.text(max_size=12) | st.text("0123456789:-/.[]${}%=, abcx", max_size=20)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "str": WORDS,
    "path": st.just("/var/lib/benvung"),
    "int": st.integers(-1, 100) | st.integers(),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "raw": JUNK,
}


def right_values(spec: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of the declared type, sensible or not."""
    if spec["type"] == "list":
        element = {**spec, "type": spec["elements"], "elements": "raw"}
        return st.lists(right_values(element), max_size=3)
    if spec["type"] == "dict":
        options = spec.get("options", {})
        return st.fixed_dictionaries({key: right_values(options[key]) for key in options})
    return st.sampled_from(spec["choices"]) if "choices" in spec else SCALARS[spec["type"]]


@settings(max_examples=400)
@given(data=st.data())
def test_no_value_of_the_right_type_trips_a_rule(data: st.DataObject) -> None:
    names = [*RULES, *(name for several, _rule in RULES_FOR for name in several)]
    name = data.draw(st.sampled_from(sorted(names)))
    option = specs().options[name]
    value = data.draw(right_values(dict(option.spec)))
    assume(not faults(option.spec, value))
    changed = {**specs().defaults, **site(), name: value}
    wrongs = [wrong for rule in RULES.get(name, ()) for wrong in rule(value)]
    for several, rule in RULES_FOR:
        # A rule over several may count on each being right by itself.
        if name in several and not wrongs:
            wrongs = list(rule(changed))
    assert all(wrong.wrong and wrong.mend for wrong in wrongs)


@cache
def site() -> dict[str, Any]:
    """The facts of a site that are right."""
    return dict(read(ROOT / "inventory/group_vars/thanh_my.yml", "thanh_my.yml").data)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_answered_never_suffered(tree: Tree, data: st.DataObject) -> None:
    """Splice rubbish into any file the loader reads; it answers with problems or records."""
    files = [
        *("inventory/hosts.yml", "inventory/group_vars/thanh_my.yml", "inventory/ssh_config"),
        *("inventory/argument_specs.yml", "inventory/assets/thanhmy-01/card.yml"),
    ]
    file = data.draw(st.sampled_from(files))
    text = (ROOT / file).read_bytes()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    signs = st.sampled_from([b"{", b"- ", b": ", b"\n", b"&a ", b"*a", b"!x "])
    rubbish = data.draw(st.binary(max_size=8) | signs)
    tree.write(file, text[:start] + rubbish + text[end:])
    try:
        problems = tree.problems()
        assert all(str(problem) for problem in problems)
    finally:
        tree.write(file, text)


# --- the roles themselves --------------------------------------------------------

ROLE = """
argument_specs:
  main:
    options:
      demo_text: {type: str, required: true, description: [x]}
"""


TEXT_A = "demo_text: a\n"
ROLES = [
    ("", f"{TEXT_A}demo_other: b\n", "default", "demo_other", "without a type"),
    ("demo_more: {type: int}", TEXT_A, "spec", "demo_more", "without a default"),
    ("other_x: {type: int}", TEXT_A, "spec", "other_x", "begin with demo_"),
    ("demo_x: {type: strr}", TEXT_A, "spec", "demo_x", "not a type"),
    ("demo_x: {typ: str}", TEXT_A, "spec", "demo_x", "no type"),
    ("demo_x: {type: str, requird: true}", TEXT_A, "spec", "demo_x", "requird"),
    ("demo_x: {type: str, default: a}", TEXT_A, "spec", "demo_x", "a default"),
    ("demo_x: {type: list}", TEXT_A, "spec", "demo_x", "what it holds"),
    ("demo_x: {type: dict, options: 5}", TEXT_A, "spec", "demo_x", "not a list of names"),
    ("demo_x: 5", TEXT_A, "spec", "demo_x", "no type"),
    ("demo_x: {type: dict, options: {a: {type: strr}}}", TEXT_A, "spec", "demo_x.a", "not a type"),
    (
        *("demo_x: {type: dict, options: {a: {type: str, no_log: true}}}", TEXT_A),
        *("spec", "demo_x.a", "secret inside"),
    ),
    (
        *("demo_x: {type: str, no_log: true}", f"{TEXT_A}demo_x: b\n"),
        *("spec", "demo_x", "secret with a default"),
    ),
    ("", "demo_text: 5\n", "default", "demo_text", "not text"),
    ("", 'demo_text: "{{ x }}"\n', "default", "demo_text", "template"),
    ("", "demo_text:\n", "default", "demo_text", "blank"),
    ("", "demo_text: [\n", "default", "", "not valid YAML"),
]
ROLE_FILES = {
    "spec": "roles/demo/meta/argument_specs.yml",
    "default": "roles/demo/defaults/main.yml",
}


@pytest.mark.parametrize("case", ROLES, ids=repr)
def test_a_role_is_checked_against_itself(tree: Tree, case: tuple[str, ...]) -> None:
    option, default, file, key, said = case
    tree.write(ROLE_FILES["spec"], f"{ROLE}      {option}\n")
    tree.write(ROLE_FILES["default"], default)
    problems = [p for p in tree.problems() if p.file == ROLE_FILES[file]]
    assert any(p.key == key and said in p.wrong for p in problems), problems


def test_specs_without_their_three_keys(tree: Tree) -> None:
    tree.write(ROLE_FILES["spec"], "argument_specs: {main: [a]}\n")
    (problem,) = [p for p in tree.problems() if p.file.startswith("roles/demo")]
    assert "argument_specs: main: options:" in problem.wrong


def test_a_sound_role_adds_its_default_and_takes_an_override(tree: Tree) -> None:
    before = read_sources(tree.root).problems
    tree.write("roles/demo/meta/argument_specs.yml", ROLE)
    tree.write("roles/demo/defaults/main.yml", "demo_text: mặc định\n")
    tree.write(FILE, "demo_text: khác\n")
    sources = read_sources(tree.root)
    assert sources.problems == before
    assert sources.specs.defaults["demo_text"] == "mặc định"
