"""How the probe asks: commands with patience, small files, records, units of systemd."""

import json
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

STATE = Path("/var/lib/benvung")
PROGRAMS = Path("/usr/local/lib/benvung")
READER = "bandoc"
# Seconds one question may take, and all the questions of one part together: a dying disk must not
# hold the report.
QUESTION = 15.0
PART = 25.0
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
# org.freedesktop.systemd1(5): of each unit its name, description, load state, active state, …
LIST_UNITS = (
    *("busctl", "--json=short", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1"),
    *("org.freedesktop.systemd1.Manager", "ListUnitsByNames", "as"),
)

# What is asked of single units; `systemctl show` fetches everything of each.
PROPERTIES = (
    *("--property=Id", "--property=ExecStart", "--property=NextElapseUSecRealtime"),
    *("benvung-session-idle.service", "benvung-close.timer"),
)

_part = threading.local()
_one_at_a_time = threading.Lock()
_properties: dict[str, dict[str, str]] = {}


def begin_part(seconds: float = PART) -> None:
    """From here on the questions of this thread's part share so many seconds."""
    _part.deadline = time.monotonic() + seconds


def patience(wanted: float) -> float:
    """Seconds a question may still take."""
    left: float = getattr(_part, "deadline", time.monotonic() + PART) - time.monotonic()
    return max(0.1, min(wanted, left))


def run(*command: str | Path, seconds: float = QUESTION) -> subprocess.CompletedProcess[bytes]:
    """Run a command to its end.

    Args:
        command: program and arguments.
        seconds: how long it may take.

    Raises:
        RuntimeError: it could not be run, or took too long.
    """
    limit = patience(seconds)
    try:
        return subprocess.run(
            command,
            capture_output=True,
            timeout=limit,
            check=False,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            cwd="/",
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{command[0]} gave no answer in {limit:.0f} s") from None
    except OSError as error:
        raise RuntimeError(f"{command[0]} cannot be run: {error.strerror}") from None


def ask(*command: str | Path, codes: tuple[int, ...] | None = (0,)) -> str:
    """What a command prints.

    Args:
        command: program and arguments.
        codes: the exit codes it may end with; None for any.

    Raises:
        RuntimeError: it could not be run, took too long, or ended otherwise.
    """
    done = run(*command)
    if codes is not None and done.returncode not in codes:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {' '.join(said)[:160]}")
    return done.stdout.decode("utf-8", "replace")


def said(*command: str | Path, codes: tuple[int, ...] | None = (0,)) -> str | None:
    """What a command prints; None when it could not be asked: that fact alone is unknown."""
    try:
        return ask(*command, codes=codes)
    except RuntimeError:
        return None


def holds(*command: str | Path) -> bool | None:
    """Whether a check of ours passes (exit code 0); None when it cannot be run."""
    try:
        return run(*command).returncode == 0
    except RuntimeError:
        return None


def program(name: str) -> ModuleType:
    """One of our programs in Python as a module, for what it knows.

    A Python of its own for each would cost an old PC several times what it is asked.

    Raises:
        Exception: it is not there, or torn; what it raises then depends on where it ends.
    """
    module, file = ModuleType(name), PROGRAMS / name
    exec(compile(file.read_bytes(), file, "exec"), module.__dict__)  # noqa: S102 - root's own
    return module


def declared(name: str) -> bool | None:
    """Whether what one of our programs makes is as declared, by its `as_declared`.

    Returns:
        False, too, where what it reads is broken; None where the program is absent, torn, or an
        earlier one, which cannot be asked.
    """
    try:
        asked = program(name).as_declared
    except Exception:  # noqa: BLE001 - what a torn text raises depends on where it ends
        return None
    try:
        return bool(asked())
    except (Exception, SystemExit):  # noqa: BLE001 - as an end with another code than 0
        return False


def text(path: Path | str) -> str | None:
    """A small file's text without the ends; None when it cannot be read."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def number(path: Path | str) -> int | None:
    """A small file's whole number; None when it holds none."""
    try:
        return int(text(path) or "")
    except ValueError:
        return None


def record(path: Path) -> dict[str, Any] | None:
    """What one of our programs noted as JSON; None when it is absent or torn."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def mode(path: Path | str) -> str | None:
    """Permissions and owner's number as `700 0`; None where there is nothing."""
    try:
        facts = Path(path).stat()
    except OSError:
        return None
    return f"{facts.st_mode & 0o7777:o} {facts.st_uid}"


def secrets() -> dict[str, str]:
    """Account → the field of its password in shadow(5).

    Raises:
        OSError: it cannot be read.
    """
    lines = Path("/etc/shadow").read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: rest.partition(":")[0] for name, _, rest in (one.partition(":") for one in lines)}


def moment(seconds: float) -> str:
    """Seconds since 1970 as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def pairs(lines: str) -> dict[str, str]:
    """`KEY=value` lines as a dictionary."""
    return dict(line.partition("=")[::2] for line in lines.splitlines() if "=" in line)


def properties() -> dict[str, dict[str, str]]:
    """Unit → its properties, asked once for the two parts that need them; {} without an answer."""
    with _one_at_a_time:
        # A part that had no time left has found nothing out for the other one.
        if not _properties:
            _properties.update(_ask_for_properties())
        return _properties


def _ask_for_properties() -> dict[str, dict[str, str]]:
    blocks = (said("systemctl", "show", *PROPERTIES) or "").split("\n\n")
    return {known["Id"]: known for known in map(pairs, blocks) if "Id" in known}


def units(*names: str) -> dict[str, dict[str, str]]:
    """Unit → what systemd thinks of it; units that are not installed are left out.

    In two questions about all of them: `systemctl show` fetches every property of each.

    Raises:
        RuntimeError: systemd does not answer, or not about each of them.
    """
    told = json.loads(ask(*LIST_UNITS, str(len(names)), *names))["data"][0]
    if len(told) != len(names):
        raise RuntimeError(f"systemd spoke of {len(told)} units, not of {len(names)}")
    files = ask("systemctl", "list-unit-files", "--plain", "--no-legend", *names)
    enabled = dict(line.split()[:2] for line in files.splitlines())
    # By the name asked for: another one may stand behind it.
    return {
        name: {"LoadState": load, "ActiveState": active, "UnitFileState": enabled.get(name, "")}
        for name, (_id, _about, load, active, *_rest) in zip(names, told, strict=True)
        if load != "not-found"
    }
