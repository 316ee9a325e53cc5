"""What git holds of the events: their seals, so that the last ones cannot be cut off unseen."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import yaml

_SECONDS = 20


def files(root: Path, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The seals in the last commit, by file; nothing where there is no git or no commit.

    Args:
        root: the repository's root.
        names: files relative to it.
    """
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        return {}
    asked = "".join(f"HEAD:{name}\n" for name in names)
    answer = subprocess.run(
        [git, "-C", str(root), "cat-file", "--batch"],
        input=asked.encode(),
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    ).stdout
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        heading, _newline, answer = answer.partition(b"\n")
        if not heading or heading.endswith(b" missing"):
            continue
        size = int(heading.rsplit(b" ", 1)[1])
        found[name] = _seals(answer[:size])
        answer = answer[size + 1 :]
    return found


def _seals(text: bytes) -> tuple[str, ...]:
    """The seals of a committed file; one that cannot be read protects nothing."""
    try:
        events = yaml.safe_load(text)
        return tuple(str(event["seal"]) for event in events)
    except (yaml.YAMLError, TypeError, KeyError):
        return ()
