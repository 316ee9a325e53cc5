"""The commit of this tree: what a run applies, and what the night compares a PC's stamp with."""

import os
import subprocess
from pathlib import Path

from inventory.words import mark

ROOT = Path(__file__).resolve().parent.parent
# The one operation that a new commit alone lets change.
STAMP = mark("Stamp the commit that was applied")


def commit() -> str:
    """This tree's commit, `-dirty` with uncommitted changes; `unknown` outside git, or without.

    A PC that pulls says it (`BENVUNG_COMMIT`): its checked-out tree has no git of its own.
    """
    if told := os.environ.get("BENVUNG_COMMIT"):
        return told
    try:
        asked = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return "unknown"
    return asked.stdout.strip() if asked.returncode == 0 else "unknown"
