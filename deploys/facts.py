"""What the operations ask a workstation: one exec each, however many things are asked."""

import shlex
from collections.abc import Sequence

from pyinfra.api import FactBase, QuoteString, StringCommand
from pyinfra.facts.systemd import SystemdEnabled, SystemdStatus


def _quoted(words: Sequence[str]) -> list[QuoteString]:
    return [QuoteString(word) for word in words]


class PackageStates(FactBase[dict[str, str]]):
    """dpkg's state of each package asked for: `installed`, `config-files`, …; absent if unknown."""

    GATHERS = "packages"
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

    GATHERS = "paths"
    default = dict

    def command(self, paths: Sequence[str]) -> StringCommand:
        """Look at all `paths` in one go, with two programs; a link is not a regular file."""
        return StringCommand(
            "set --; for f in",
            *_quoted(paths),
            '; do if [ -f "$f" ] && [ ! -L "$f" ]; then set -- "$@" "$f"; fi; done;',
            '[ $# = 0 ] || { stat -c "%U\t%G\t%a\t%n" -- "$@"; sha256sum -- "$@"; }',
        )

    def process(self, output: list[str]) -> dict[str, tuple[str, ...]]:
        """Map each path to what it is."""
        rows = (line.split("\t", 3) for line in output if "\t" in line)
        digests = Sha256().process([line for line in output if "\t" not in line])
        return {
            path: (digests[path], owner, group, mode)
            for owner, group, mode, path in rows
            if path in digests
        }


class Units(FactBase[dict[str, tuple[bool, bool]]]):
    """Units of systemd: name → whether it runs, whether it is enabled, as pyinfra judges both."""

    GATHERS = "units"
    default = dict

    def command(self, units: Sequence[str]) -> StringCommand:
        """Ask about all `units` (full names) in one go."""
        properties = f"Id,{SystemdStatus.state_key},{SystemdEnabled.state_key}"
        return StringCommand("systemctl show --property", properties, "--", *_quoted(units))

    def process(self, output: list[str]) -> dict[str, tuple[bool, bool]]:
        """Map each unit; an empty line stands between two."""
        found: dict[str, tuple[bool, bool]] = {}
        for unit in "\n".join(output).split("\n\n"):
            said = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line)
            if "Id" in said:
                running = said.get(SystemdStatus.state_key) in SystemdStatus.state_values
                enabled = said.get(SystemdEnabled.state_key) in SystemdEnabled.state_values
                found[said["Id"]] = (running, enabled)
        return found
