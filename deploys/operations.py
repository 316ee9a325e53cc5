"""The operations of the deploys: each asks one question and acts only on a difference.

Where pyinfra has the operation, it is pyinfra's that acts; here is only the question, which covers
everything it would look at, so that a PC that is as declared is asked once and not three times.
"""

import base64
import hashlib
import shlex
from collections.abc import Generator, Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import cast

from pyinfra import host
from pyinfra.api import FileUploadCommand, QuoteString, StringCommand, operation
from pyinfra.api.command import PyinfraCommand
from pyinfra.facts.files import Directory
from pyinfra.operations import files, systemd

from deploys.asking import ask
from deploys.facts import Entries, Files, Holds, PackageStates, Sha256, Units
from deploys.rendering import ROLES

APT_PROGRAM = "/usr/local/lib/benvung/apt"

# What dpkg says of a package that is not there: never was, or left its configuration behind.
_GONE = ("not-installed", "config-files")

# Seconds. A package step on a slow line: 45 minutes; what is not done then goes on by itself on
# the workstation and the next run rejoins it.
APT_LIMIT = 45 * 60

Commands = Generator[PyinfraCommand | str, None, None]


@operation()
def packages(present: Sequence[str], absent: Sequence[str]) -> Commands:
    """Install what is missing and remove what is declared absent, in one apt transaction.

    apt runs in a unit of its own on the workstation (roles/updates/files/apt), so a run that was
    cut off leaves a whole apt behind, and the next run waits for it instead of fighting its lock.

    Args:
        present: names of Debian packages that must be installed.
        absent: names of Debian packages that must not be.
    """
    states = ask(PackageStates, packages=[*present, *absent])
    missing = [package for package in present if states.get(package) != "installed"]
    unwanted = [package for package in absent if states.get(package, "not-installed") not in _GONE]
    if not missing and not unwanted:
        host.noop("the packages are as declared")
        return
    yield from _current_program(ROLES / "updates/files/apt", APT_PROGRAM)
    removals = [QuoteString(f"{package}-") for package in unwanted]
    wanted = [QuoteString(package) for package in missing]
    # The long limit is apt's alone: a PC that hangs while it is asked must not hold the others.
    yield StringCommand(APT_PROGRAM, "install", *wanted, *removals, _timeout=APT_LIMIT)


def _current_program(source: Path, dest: str) -> Commands:
    """Bring a program to the workstation ahead of the aspect that owns it."""
    wanted = hashlib.sha256(source.read_bytes()).hexdigest()
    if host.get_fact(Sha256, paths=[dest]).get(dest) == wanted:
        return
    staged = f"{dest}.new"
    yield f"install -d -m 755 {shlex.quote(str(Path(dest).parent))}"
    yield FileUploadCommand(str(source), staged)
    yield StringCommand("chmod 755", QuoteString(staged))
    yield StringCommand("mv -f", QuoteString(staged), QuoteString(dest))


@operation()
def only(directory: str, keep: Sequence[str], pattern: str = "*") -> Commands:
    """Remove from a directory of ours what is no longer declared.

    Args:
        directory: absolute path of a directory that belongs to one aspect.
        keep: names of the entries that are declared.
        pattern: glob of the names that are ours to judge.
    """
    undeclared = [
        name for name in ask(Entries, directory=directory, pattern=pattern) if name not in keep
    ]
    if not undeclared:
        host.noop(f"{directory} holds only what is declared")
        return
    yield StringCommand("rm -rf --", *(QuoteString(f"{directory}/{name}") for name in undeclared))


@operation()
def ensure(do: str, unless: str) -> Commands:
    """Run a command unless a condition already holds.

    Args:
        do: the command (POSIX shell) that makes the condition true.
        unless: the condition (POSIX shell, read only).
    """
    if ask(Holds, condition=unless):
        host.noop("already so")
        return
    yield do


@operation()
def file(src: str | StringIO, dest: str, mode: str, user: str, group: str) -> Commands:
    """Bring a file to the workstation.

    Args:
        src: path of the file here, or its text.
        dest: absolute path.
        mode: in octal, as `stat` shows it.
        user: who owns it.
        group: its group.
    """
    content = Path(src).read_bytes() if isinstance(src, str) else src.getvalue().encode()
    wanted = (hashlib.sha256(content).hexdigest(), user, group, mode)
    if ask(Files, paths=[dest]).get(dest) == wanted:
        host.noop(f"{dest} is as declared")
        return
    yield from files.put._inner(src=src, dest=dest, mode=mode, user=user, group=group)  # noqa: SLF001


@operation()
def directory(path: str, mode: str, user: str, group: str) -> Commands:
    """Make a directory with this owner and mode.

    Args:
        path: absolute.
        mode: in octal, as `stat` shows it.
        user: who owns it.
        group: its group.
    """
    there = cast("Mapping[str, object]", ask(Directory, path=path) or {})
    if (str(there.get("mode")), there.get("user"), there.get("group")) == (mode, user, group):
        host.noop(f"{path} is as declared")
        return
    yield from files.directory._inner(path=path, mode=mode, user=user, group=group)  # noqa: SLF001


@operation()
def unit(service: str, running: bool | None, enabled: bool | None) -> Commands:
    """Bring a systemd unit to a state; None leaves that side as it is.

    Args:
        service: full name of the unit.
        running: whether it runs.
        enabled: whether it is started with the PC.
    """
    is_running, is_enabled = ask(Units, units=[service]).get(service, (None, None))
    if running in (None, is_running) and enabled in (None, is_enabled):
        host.noop(f"{service} is as declared")
        return
    yield from systemd.service._inner(service=service, running=running, enabled=enabled)  # noqa: SLF001


@operation()
def tree(directory: str, contents: Mapping[str, bytes], mode: str = "644") -> Commands:
    """Write several files of root's below one directory: one question, and only what differs.

    Args:
        directory: absolute path; made, with what is above the files, where it does not exist.
        contents: path of each file below `directory` → its bytes.
        mode: mode of the files, in octal.
    """
    wanted = {
        f"{directory}/{name}": (hashlib.sha256(content).hexdigest(), "root", "root", mode)
        for name, content in contents.items()
    }
    there = ask(Files, paths=list(wanted))
    different = {
        name
        for name in contents
        if there.get(f"{directory}/{name}") != wanted[f"{directory}/{name}"]
    }
    if not different:
        host.noop(f"{directory} is as declared")
        return
    parents = sorted({str(Path(directory, name).parent) for name in different})
    yield StringCommand("install -d -m 755", *(QuoteString(parent) for parent in parents))
    for name in sorted(different):
        staged, dest = f"{directory}/{name}.new", f"{directory}/{name}"
        yield FileUploadCommand(BytesIO(contents[name]), staged)
        yield StringCommand("chown root:root", QuoteString(staged))
        yield StringCommand("chmod", mode, QuoteString(staged))
        yield StringCommand("mv -fT", QuoteString(staged), QuoteString(dest))


@operation()
def secret(path: str, content: bytes) -> Commands:
    """Write a file that root alone may read; its content is in no argument, log or diff.

    Args:
        path: absolute; its directory is there.
        content: the bytes.
    """
    wanted = (hashlib.sha256(content).hexdigest(), "root", "root", "600")
    if ask(Files, paths=[path]).get(path) == wanted:
        host.noop(f"{path} is as declared")
        return
    staged = QuoteString(f"{path}.new")
    text = base64.encodebytes(content).decode()
    yield StringCommand("umask 077; base64 -d >", staged, _stdin=text)
    yield StringCommand("chown root:root", staged, "&& mv -fT", staged, QuoteString(path))
