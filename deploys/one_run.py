"""Let every pyinfra run take the lock of each PC it changes (deploys/run_lock.py)."""

from typing import Any

from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.exceptions import ConnectError
from pyinfra.connectors.ssh import SSHConnector

from deploys.run_lock import HOLD, PATIENCE
from inventory.words import _

_held: set[str] = set()


def take_on_connecting() -> None:
    """Let every connection of this run that is a PC's first one take the PC's lock."""
    connect = SSHConnector.connect

    def connect_alone(connector: Any) -> None:
        connect(connector)
        # A second connection proves a new login (deploys/guard.py): the first one holds the lock.
        if connector.host.name not in _held:
            take(connector)
            _held.add(connector.host.name)

    # pyinfra offers no hook that could refuse a host: its state forgets handlers set this early.
    setattr(SSHConnector, "connect", connect_alone)  # noqa: B010 - mypy takes no method for a value


def take(connector: Any) -> None:
    """Take the lock of the PC behind a connection, for as long as the connection lives.

    Args:
        connector: pyinfra's, connected.

    Raises:
        ConnectError: another run is at work there, or the maintenance account is not root's.
    """
    command = StringCommand("sudo -n sh -c", QuoteString(HOLD))
    done, said = connector.run_shell_command(command, _timeout=PATIENCE + 40)
    if done:
        return
    connector.disconnect()
    last = said.stderr.strip().splitlines()[-1:]
    raise ConnectError(last[0] if last else _("another run is at work on this PC"))
