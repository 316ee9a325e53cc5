"""What the operations ask a workstation: one exec each, however many things are asked."""

import shlex
from collections.abc import Sequence

from pyinfra.api import FactBase, QuoteString, StringCommand


def _quoted(words: Sequence[str]) -> list[QuoteString]:
    return [QuoteString(word) for word in words]


class PackageStates(FactBase[dict[str, str]]):
    """dpkg's state of each package asked for: `installed`, `config-files`, …; absent if unknown."""

    default = dict

    def command(self, packages: Sequence[str]) -> StringCommand:
        """Ask dpkg about all `packages` (names) in one query."""
        return StringCommand(
            "dpkg-query -W -f '${Package}\\t${db:Status-Status}\\n' --",
            *_quoted(packages),
            "2>/dev/null || true",
        )

    def process(self, output: list[str]) -> dict[str, str]:
        """Map each package name to its state."""
        return dict(line.split("\t", 1) for line in output if "\t" in line)


class Entries(FactBase[list[str]]):
    """The names directly inside a directory, sorted; empty where it does not exist."""

    default = list

    def command(self, directory: str, pattern: str) -> StringCommand:
        """List the entries of `directory` whose names match the glob `pattern`."""
        return StringCommand(
            "find",
            QuoteString(directory),
            "-mindepth 1 -maxdepth 1 -name",
            QuoteString(pattern),
            "-printf '%f\\n' 2>/dev/null || true",
        )

    def process(self, output: list[str]) -> list[str]:
        """Sort the names, so that a run is the same every time."""
        return sorted(output)


class Holds(FactBase[bool]):
    """Whether a shell condition holds on the workstation; a condition that errors does not."""

    default = bool

    def command(self, condition: str) -> str:
        """Evaluate `condition` (POSIX shell) in a shell of its own."""
        return f"if sh -c {shlex.quote(condition)} >/dev/null 2>&1; then echo yes; else echo no; fi"

    def process(self, output: list[str]) -> bool:
        """True only on a clear yes."""
        return output[-1:] == ["yes"]


class Sha256(FactBase[dict[str, str]]):
    """The SHA-256 of files, in hex; a file that is absent has none."""

    default = dict

    def command(self, paths: Sequence[str]) -> StringCommand:
        """Hash all `paths` in one go."""
        return StringCommand("sha256sum --", *_quoted(paths), "2>/dev/null || true")

    def process(self, output: list[str]) -> dict[str, str]:
        """Map each path to its hash."""
        return {path: digest for digest, path in (line.split("  ", 1) for line in output)}


class Files(FactBase[dict[str, tuple[str, ...]]]):
    """What regular files are: path → (SHA-256 in hex, owner, group, mode); none if absent."""

    default = dict

    def command(self, paths: Sequence[str]) -> StringCommand:
        """Look at all `paths` in one go; a link is not a regular file."""
        return StringCommand(
            "for f in",
            *_quoted(paths),
            '; do [ -f "$f" ] && [ ! -L "$f" ] || continue;',
            'printf "%s\t" "$(sha256sum <"$f" | cut -c-64)"; stat -c "%U\t%G\t%a\t%n" "$f"; done',
        )

    def process(self, output: list[str]) -> dict[str, tuple[str, ...]]:
        """Map each path to what it is."""
        rows = (line.split("\t", 4) for line in output)
        return {path: (digest, owner, group, mode) for digest, owner, group, mode, path in rows}
