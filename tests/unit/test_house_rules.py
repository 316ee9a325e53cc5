"""Rules over our own files, so that nobody has to remember them."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# The technician's own machine has a room, and is no workstation.
DESK = "controller"
ROOMS = sorted(path.name for path in (ROOT / "roles").iterdir() if path.is_dir())
ASPECTS = [room for room in ROOMS if room != DESK]
SENTENCE_WORDS = {
    "absent", "directory", "ensure", "only", "packages", "put", "reload_units", "restart", "run",
    "step", "template", "tree", "unit",
}  # fmt: skip


def tracked(*under: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *under],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = (ROOT / name for name in listed.split("\0") if name)
    return [path for path in paths if path.is_file()]


def texts(*under: str) -> Iterator[tuple[str, str]]:
    for path in tracked(*under):
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def sentences(aspect: str) -> Iterator[tuple[int, ast.expr]]:
    """The first argument of each operation of a deploy."""
    tree = ast.parse((ROOT / "deploys" / f"{aspect}.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in SENTENCE_WORDS
        ):
            yield node.lineno, node.args[0]


@pytest.mark.parametrize("aspect", ASPECTS)
def test_an_aspect_is_a_whole_room(aspect: str) -> None:
    for part in (
        f"roles/{aspect}/defaults/main.yml",
        f"roles/{aspect}/meta/argument_specs.yml",
        f"deploys/{aspect}.py",
        f"docs/handbook/{aspect}.md",
        f"tests/acceptance/test_{aspect}.py",
        f"tests/lab/faults/{aspect}.py",
    ):
        assert (ROOT / part).is_file(), part


def test_the_technicians_machine_has_a_room_too() -> None:
    for part in (
        f"roles/{DESK}/defaults/main.yml",
        f"roles/{DESK}/meta/argument_specs.yml",
        f"deploys/{DESK}.py",
        "docs/handbook/nightly.md",
    ):
        assert (ROOT / part).is_file(), part


@pytest.mark.parametrize("aspect", ROOMS)
def test_operations_read_as_sentences(aspect: str) -> None:
    """Literal sentences are judged here; those in a variable are `_(…)` where they are made."""
    for line, argument in sentences(aspect):
        place = f"deploys/{aspect}.py:{line}"
        assert not isinstance(argument, ast.Constant), f"{place}: not a translated sentence"
        for text in translated(argument):
            assert re.match(r"[A-Z][a-z]+ ", text), f"{place}: {text}"
            assert not text.endswith("."), f"{place}: {text}"


def translated(argument: ast.expr) -> Iterator[str]:
    """The literal messages inside `_(…)` or `_(…).format(…)`."""
    for node in ast.walk(argument):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            yield ast.literal_eval(node.args[0])


def test_no_address_is_shipped() -> None:
    """A run outside the lab must reach nothing."""
    dotted = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b(/\d+)?")
    # Ranges the standards reserve, which firewall rules name, and this machine itself.
    reserved = re.compile(
        r"^(0\.0\.0\.0|127\.|10\.0\.0\.0/8|172\.16\.0\.0/12|192\.168\.0\.0/16|169\.254\.0\.0/16"
        r"|100\.64\.0\.0/10|224\.0\.0\.|255\.255\.255\.255|192\.0\.2\.|198\.51\.100\.|203\.0\.113\.)"
    )
    shipped = [
        f"{name}: {match.group()}"
        for name, text in texts("inventory", "deploys", "roles", "docs", "checks", "config.py")
        for match in dotted.finditer(text)
        if not reserved.match(match.group())
    ]
    assert shipped == []


def test_no_registry_or_mirror_is_named() -> None:
    hosts = ["deb.debian" + ".org", "pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org"]
    named = [f"{name}: {host}" for name, text in texts() for host in hosts if host in text]
    assert named == []


def test_the_lock_is_hashed_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^[a-z0-9][\w.-]*==[^ ;\\]+", lock, re.MULTILINE)
    assert len(pins) > 40
    assert lock.count("--hash=sha256:") >= len(pins)
    assert "://" not in lock


def test_what_a_login_depends_on_is_plain_shell() -> None:
    """A PC without Python must still let its reader and its technician in."""
    for program in ("roles/session/files/session-reset", "roles/access/files/guard"):
        assert (ROOT / program).read_text(encoding="utf-8").startswith("#!/bin/sh\n"), program


def test_what_is_installed_is_all_of_the_packages() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "setuptools"
    ]
    ours = tracked("inventory", "deploys", "checks")
    found = {path.parent.relative_to(ROOT) for path in ours if path.name == "__init__.py"}
    assert sorted(tool["packages"]) == sorted(".".join(each.parts) for each in found)
    shipped = {
        path
        for package, patterns in tool["package-data"].items()
        for pattern in patterns
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    assert shipped == {path for path in ours if path.suffix == ".docx"}
