"""The last thing a run shows: how each PC is, where it stopped, and what to do next."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyinfra.api.host import Host
from pyinfra.api.state import State, StateOperationHostData
from rich import box
from rich.table import Table

from inventory.words import _, mark

# Names a file that takes the rows as JSON too, for a program that has started the run.
ROWS = "BENVUNG_LAST_TABLE"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_PREFIX = re.compile(r"^\s*\[(?P<host>[^\]]+)\]\s*(?P<message>.*)$", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """One PC's line: `style` is a rich colour; `where` names an operation or quotes an error."""

    host: str
    outcome: str
    style: str
    where: str = ""
    next_step: str = ""


class HostErrors(logging.Handler):
    """Keeps the last error pyinfra logged for each host: it stores a connect error nowhere."""

    def __init__(self) -> None:
        """Start with no errors."""
        super().__init__(level=logging.ERROR)
        self.last: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the message under the host pyinfra prefixed it with."""
        match = _PREFIX.match(_ANSI.sub("", record.getMessage()))
        if match:
            self.last[match["host"]] = match["message"].strip()


def rows(state: State, errors: dict[str, str]) -> Iterator[Row]:
    """Judge each host of a run.

    Args:
        state: pyinfra's state after the run, however it ended.
        errors: host name → the last error logged for it.
    """
    for host in state.inventory:
        if state.is_host_in_limit(host):
            yield _row(state, host, errors.get(host.name, ""))


def _row(state: State, host: Host, error: str) -> Row:
    if host not in state.activated_hosts:
        return _unreachable(host.name, error)
    if host in state.failed_hosts:
        return _failed(state, host, error)
    if not state.is_executing:
        changes = state.get_meta_for_host(host).ops_change
        if changes:
            return Row(host.name, _("would change: {}").format(changes), "yellow")
        return Row(host.name, _("as declared"), "green")
    return _finished(state, host)


def _finished(state: State, host: Host) -> Row:
    if any(not data.operation_meta.is_complete() for data in state.ops[host].values()):
        return Row(
            host.name,
            _("not finished"),
            "red",
            next_step=_("The run was cut off: run it again."),
        )
    changes = sum(data.operation_meta.did_change() for data in state.ops[host].values())
    if changes:
        return Row(host.name, _("made right, changes: {}").format(changes), "green")
    return Row(host.name, _("as declared"), "green")


def _failed(state: State, host: Host, error: str) -> Row:
    again = _("Mend that, then: --limit {}").format(host.name)
    stopped = _stopped_at(state, host)
    if stopped is None:
        return Row(host.name, _("failed"), "red", error, again)
    name, data = stopped
    lines = data.operation_meta.stderr_lines if data.operation_meta.is_complete() else []
    said = next((line for line in reversed(lines) if line.strip()), error)
    return Row(host.name, _("failed"), "red", f"{name}: {said.strip()}".rstrip(": "), again)


def _stopped_at(state: State, host: Host) -> tuple[str, StateOperationHostData] | None:
    """The first operation this host did not get through, with its sentence."""
    for op_hash in state.get_op_order():
        data = state.ops[host].get(op_hash)
        if data and not data.operation_meta.did_succeed(_raise_if_not_complete=False):
            return ", ".join(sorted(state.get_op_meta(op_hash).names)), data
    return None


# What pyinfra and Paramiko say, and what a person does about it. First match counts.
_CONNECT_ADVICE = (
    # As deploys/one_run.py says it, in either language.
    ("another run", mark("Wait until it has ended, then run again.")),
    ("lượt chạy khác", mark("Wait until it has ended, then run again.")),
    (
        "host key",
        mark("The host key is not the pinned one: enrol the PC again if it was reinstalled."),
    ),
    ("known_hosts", mark("No host key is pinned: enrol the PC first (benvung enrol).")),
    ("Authentication", mark("The PC refuses this key: is it enrolled, and is your key loaded?")),
    ("resolve", mark("The name has no address yet: give it one in ssh_config or /etc/hosts.")),
)


def _unreachable(name: str, error: str) -> Row:
    advice = _("Is it switched on, is the cable in? Then: --limit {}").format(name)
    for word, better in _CONNECT_ADVICE:
        if word.lower() in error.lower():
            advice = _(better)
            break
    return Row(name, _("unreachable"), "red", error, advice)


def table(judged: list[Row]) -> Table:
    """Lay the rows out so that they fit a terminal of 80 columns."""
    result = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    result.add_column(_("PC"), no_wrap=True)
    result.add_column(_("Result"), no_wrap=True)
    if any(row.where or row.next_step for row in judged):
        result.add_column(_("Where it stopped"), overflow="fold", ratio=3)
        result.add_column(_("What to do"), overflow="fold", ratio=2)
        result.expand = True
    for row in judged:
        cells = [row.host, f"[{row.style}]{row.outcome}[/]", row.where, row.next_step]
        result.add_row(*cells[: len(result.columns)])
    return result
