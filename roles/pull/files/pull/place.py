"""Where everything is, and the small files that are written whole or not at all."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# What was wrong, as the report tells it; checks/controls/pull.py says it in words.
OFFLINE, ABSENT, BROKEN, FULL, LIMIT = "offline", "absent", "broken", "full", "limit"
UNSIGNED, STRANGER, NO_KEYS = "unsigned", "stranger", "no-keys"
OLDER, OTHER_LINE, UNKNOWN_APPLIED = "older", "other-line", "unknown-applied"


class Stopped(Exception):  # noqa: N818 - it names what happened
    """A step ended early.

    Attributes:
        outcome: `offline`, `refused` or `failed`.
        reason: one of the words above.
        detail: what the program that failed said, for the technician.
    """

    def __init__(self, outcome: str, reason: str, detail: str = "") -> None:
        """Keep the three."""
        self.outcome, self.reason, self.detail = outcome, reason, detail
        super().__init__(f"{reason}: {detail}" if detail else reason)


@dataclass(frozen=True)
class Place:
    """The files of one workstation; a test has them elsewhere.

    Attributes:
        state: what the aspect keeps.
        keys: the keys and this workstation's vault password, root's alone.
        config: what the inventory declares.
        stamp: the commit last applied, by whichever engine.
        lock: one run at a time, with those from the desk (deploys/run_lock.py).
        programs: of the other aspects.
        protocols: what git may fetch by.
        playbook: the program that applies.
    """

    state: Path = Path("/var/lib/benvung/pull")
    keys: Path = Path("/etc/benvung/pull")
    config: Path = Path("/etc/benvung/pull.json")
    stamp: Path = Path("/var/lib/benvung/applied.json")
    lock: Path = Path("/run/benvung-run.lock")
    programs: Path = Path("/usr/local/lib/benvung")
    protocols: str = "http:https:git"
    playbook: tuple[str, ...] = ("/usr/bin/ansible-playbook",)

    @property
    def repository(self) -> Path:
        """The bare repository."""
        return self.state / "repository.git"

    @property
    def trees(self) -> Path:
        """The checked-out commits, each in a directory of its name."""
        return self.state / "trees"

    @property
    def current(self) -> Path:
        """The link to the tree that is applied."""
        return self.state / "current"

    @property
    def signers(self) -> Path:
        """The keys that may sign a commit, in ssh-keygen(1)'s format of allowed signers."""
        return self.keys / "signers"

    @property
    def vault_password(self) -> Path:
        """Opens this workstation's vault and no other; absent where it has no vault."""
        return self.keys / "vault-password"


def now() -> str:
    """This moment in UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read(path: Path) -> dict[str, Any]:
    """A JSON file's object; {} when it is absent or torn."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def stamped(place: Place) -> str:
    """The commit that was applied last, by whichever engine; "" where nobody can say."""
    commit = str(read(place.stamp).get("commit", "")).removesuffix("-dirty")
    return "" if commit == "unknown" else commit


def replace(path: Path, text: str, mode: int = 0o644) -> None:
    """Give a file new content at one stroke: a power cut leaves the old or the new.

    Raises:
        OSError: the disk refuses.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.chmod(mode)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Let the disk keep the names in a directory."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
