"""The words a deploy is written in. The first argument is always the sentence the run shows.

Everything rendered here is the same bytes Ansible's template module would write: Jinja2's own
filters, `trim_blocks`, the variables of that one aspect and nothing else.
"""

import shlex
from collections.abc import Mapping, Sequence
from functools import cache
from io import StringIO
from typing import Any

import yaml
from pyinfra import host
from pyinfra.api.operation import OperationMeta
from pyinfra.facts.files import Directory
from pyinfra.operations import server, systemd

from deploys import operations
from deploys.asking import expect
from deploys.facts import Entries, Files, Holds, PackageStates, Units
from deploys.rendering import ROLES, filled, render, static


def is_entry(module_name: str) -> bool:
    """Whether pyinfra is executing this file itself, rather than another deploy importing it.

    Args:
        module_name: the file's `__name__`; pyinfra executes a file without giving it one.
    """
    return not module_name.startswith("deploys.")


def variables(aspect: str) -> dict[str, Any]:
    """The resolved variables of one aspect for the current workstation: full name → value."""
    return {
        name: value for name, value in host.data.dict().items() if name.startswith(f"{aspect}_")
    }


@cache
def _shared(aspect: str) -> Mapping[str, Any]:
    path = ROLES / aspect / "vars/main.yml"
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def shared(name: str) -> Any:
    """A value of `roles/<aspect>/vars/main.yml`, which Ansible reads there by itself.

    Args:
        name: the value's name; it begins with its aspect.
    """
    aspect = name.split("_", 1)[0]
    return filled(_shared(aspect)[name], {**_shared(aspect), **variables(aspect)})


def template(  # noqa: PLR0913 - a file has that many properties
    sentence: str,
    source: str,
    dest: str,
    *,
    mode: str = "644",
    user: str = "root",
    group: str = "root",
    values: Mapping[str, Any] | None = None,
    **arguments: Any,
) -> OperationMeta:
    """Write a rendered template (`<aspect>/<name>.j2`) to `dest`.

    With the aspect's variables, unless others are given in `values`.
    """
    content = render(source, values or variables(source.split("/", 1)[0]))
    expect(Files, paths=[dest])
    return operations.file(
        name=sentence,
        src=StringIO(content),
        dest=dest,
        mode=mode,
        user=user,
        group=group,
        **arguments,
    )


def put(  # noqa: PLR0913 - a file has that many properties
    sentence: str,
    source: str,
    dest: str,
    *,
    mode: str = "644",
    user: str = "root",
    group: str = "root",
    **arguments: Any,
) -> OperationMeta:
    """Copy `roles/<aspect>/files/<name>` (given as `<aspect>/<name>`) to `dest`."""
    aspect, name = source.split("/", 1)
    expect(Files, paths=[dest])
    return operations.file(
        name=sentence,
        src=str(ROLES / aspect / "files" / name),
        dest=dest,
        mode=mode,
        user=user,
        group=group,
        **arguments,
    )


def tree(
    sentence: str,
    directory: str,
    sources: Mapping[str, str],
    *,
    mode: str = "644",
    **arguments: Any,
) -> OperationMeta:
    """Write several files below one directory, in one operation.

    Args:
        sentence: what the run shows.
        directory: absolute path on the workstation.
        sources: path below `directory` → template (`<aspect>/<name>.j2`) or file (without .j2).
        mode: mode of the files, in octal.
        **arguments: pyinfra's global ones.
    """
    contents = {dest: content(source) for dest, source in sources.items()}
    expect(Files, paths=[f"{directory}/{dest}" for dest in contents])
    return operations.tree(
        name=sentence, directory=directory, contents=contents, mode=mode, **arguments
    )


def content(source: str) -> bytes:
    """The bytes of a template, rendered (`<aspect>/<name>.j2`), or of a file (without .j2)."""
    if source.endswith(".j2"):
        return render(source, variables(source.split("/", 1)[0])).encode()
    return static(source)


def directory(
    sentence: str,
    path: str,
    *,
    mode: str = "755",
    user: str = "root",
    group: str = "root",
    **arguments: Any,
) -> OperationMeta:
    """Make a directory with this owner and mode."""
    expect(Directory, path=path)
    return operations.directory(
        name=sentence, path=path, mode=mode, user=user, group=group, **arguments
    )


def absent(sentence: str, path: str, **arguments: Any) -> OperationMeta:
    """Remove a file, link or directory that is no longer declared."""
    gone = f"! test -e {shlex.quote(path)} && ! test -L {shlex.quote(path)}"
    return ensure(sentence, f"rm -rf -- {shlex.quote(path)}", unless=gone, **arguments)


def only(
    sentence: str, path: str, keep: Sequence[str], *, pattern: str = "*", **arguments: Any
) -> OperationMeta:
    """Remove from a directory of ours every entry that is no longer declared."""
    expect(Entries, directory=path, pattern=pattern)
    return operations.only(name=sentence, directory=path, keep=keep, pattern=pattern, **arguments)


def packages(
    sentence: str, present: Sequence[str], absent: Sequence[str] = (), **arguments: Any
) -> OperationMeta:
    """Install and remove Debian packages in one transaction; apt has a long limit of its own."""
    expect(PackageStates, packages=[*present, *absent])
    return operations.packages(name=sentence, present=present, absent=absent, **arguments)


def ensure(sentence: str, do: str, *, unless: str, **arguments: Any) -> OperationMeta:
    """Run a command unless a condition already holds on the workstation."""
    expect(Holds, condition=unless)
    return operations.ensure(name=sentence, do=do, unless=unless, **arguments)


def step(sentence: str, name: str, **arguments: Any) -> OperationMeta:
    """Do what `<aspect>_steps` of `roles/<aspect>/vars/main.yml` says, unless it is so already.

    Args:
        sentence: what the run shows.
        name: `<aspect>/<step>`, such as `desktop/locale`.
        **arguments: pyinfra's global ones.
    """
    aspect, key = name.split("/", 1)
    words = shared(f"{aspect}_steps")[key]
    return ensure(sentence, words["do"], unless=words["unless"], **arguments)


def run(
    sentence: str, command: str, *, when: Sequence[OperationMeta], **arguments: Any
) -> OperationMeta:
    """Run a command if any of the operations in `when` changed something."""
    return server.shell(name=sentence, commands=[command], _if=changed(when), **arguments)


def unit(
    sentence: str,
    name: str,
    *,
    running: bool | None = True,
    enabled: bool | None = True,
    **arguments: Any,
) -> OperationMeta:
    """Bring a systemd unit to this state; None leaves that side as it is."""
    expect(Units, units=[name])
    return operations.unit(
        name=sentence, service=name, running=running, enabled=enabled, **arguments
    )


def reload_units(sentence: str, *, when: Sequence[OperationMeta]) -> OperationMeta:
    """Let systemd read its unit files again, if one of them changed."""
    return systemd.daemon_reload(name=sentence, _if=changed(when))


def restart(sentence: str, name: str, *, when: Sequence[OperationMeta]) -> OperationMeta:
    """Restart a unit, if what it reads changed."""
    return systemd.service(
        name=sentence, service=name, running=None, restarted=True, _if=changed(when)
    )


def changed(when: Sequence[OperationMeta]) -> Any:
    """Whether any of these operations changed something, asked when the run gets there."""
    return lambda: any(operation.did_change() for operation in when)
