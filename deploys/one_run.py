"""One run at a time on a PC: the desk takes the lock a pulling PC takes for its own runs.

The lock (flock(2) on LOCK) is held on the PC by a process that lives as long as this desk's
connection, so a cut line, a closed laptop and a restart all give it back. Nothing has to be
installed for it: the desk brings the few lines of shell along.
"""

from typing import Any

from pyinfra.api import QuoteString, StringCommand
from pyinfra.api.exceptions import ConnectError
from pyinfra.connectors.ssh import SSHConnector

from inventory.words import _

# roles/pull/files/pull/place.py has the same.
LOCK = "/run/benvung-run.lock"
# Seconds to wait for a run that is about to end; the holder of a closed connection ends within one.
PATIENCE = 20
_BUSY = 75

_HOLD = f"""
p=$$
while [ "$p" -gt 1 ] && ! grep -q ^sshd "/proc/$p/comm"; do
    p=$(sed -n 's/^PPid:[[:space:]]*//p' "/proc/$p/status")
done
[ "$p" -gt 1 ] || {{ echo "no SSH connection holds this run" >&2; exit 1; }}
exec 9>>{LOCK} || exit 1
flock -w {PATIENCE} 9 || exit {_BUSY}
setsid tail --pid="$p" -f /dev/null </dev/null >/dev/null 2>&1 &
"""

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
    command = StringCommand("sudo -n sh -c", QuoteString(_HOLD))
    done, said = connector.run_shell_command(command, _timeout=PATIENCE + 40)
    if done:
        return
    connector.disconnect()
    last = said.stderr.strip().splitlines()[-1:]
    raise ConnectError(last[0] if last else _("another run is at work on this PC"))
