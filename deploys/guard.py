"""Change what lets the technician in: as one change, kept only when a new login proves it.

What a change is, is in `deploys/change.py`; the workstation's side is roles/access/files/guard.
Whatever happens after `guard apply` (a wrong address, a cut line, a cut mains), the workstation
goes back by itself unless `guard keep` reaches it through a login that did not exist before.
"""

import time
from collections.abc import Generator, Sequence
from typing import Any

from paramiko import AuthenticationException
from pyinfra import host, logger
from pyinfra.api import FactBase, FunctionCommand, Host, QuoteString, State, StringCommand
from pyinfra.api import operation as pyinfra_operation
from pyinfra.api.command import PyinfraCommand
from pyinfra.api.exceptions import ConnectError
from pyinfra.api.operation import OperationMeta
from pyinfra.connectors.ssh import SSHConnector

from deploys.change import PROGRAM, STAGED, Change, admitted, archive, look, not_admitted, seen
from inventory.words import _

# Seconds for a new login: sshd may still be reloading, and a dropped packet is answered by nothing.
PROOF_SECONDS = 20


class Access(FactBase[dict[str, str]]):
    """What lets the technician in at this moment, in one exec; see `change.look`."""

    def command(self, words: Sequence[str]) -> StringCommand:
        """Ask with these words."""
        return StringCommand(*map(QuoteString, words))

    def process(self, output: list[str]) -> dict[str, str]:
        """Map each thing to its state."""
        return seen(output)


class SeenFrom(FactBase[str]):
    """The address this desk's connection has on the workstation; "" when it is no SSH connection.

    Ask it without sudo, which hides the variable.
    """

    def command(self) -> str:
        """Read what sshd tells every session."""
        return 'echo "$SSH_CONNECTION"'

    def process(self, output: list[str]) -> str:
        """The first of `client port server port`."""
        return (output or [""])[0].partition(" ")[0]


def guarded(sentence: str, change: Change) -> OperationMeta:
    """Apply a change of access as one, and keep it only if a new login with sudo works."""
    return apply_change(name=sentence, change=change)


@pyinfra_operation()
def apply_change(change: Change) -> Generator[PyinfraCommand, None, None]:
    """What `guarded` does on one workstation.

    Args:
        change: the files, passwords and addresses; see `Change`.
    """
    live = host.get_fact(Access, words=look(change))
    change = change.on(live)
    if live == change.state:
        host.noop("access is as declared")
        return
    seen_from = host.get_fact(SeenFrom, _sudo=False)
    if not admitted(seen_from, change.admitted):
        yield _fail(not_admitted(seen_from, change.admitted))
        return
    yield StringCommand(
        f"umask 077; rm -rf {STAGED} && mkdir -p {STAGED} && base64 -d | tar -xp -C {STAGED}",
        _stdin=archive(change),
    )
    yield StringCommand(PROGRAM, "apply", str(change.seconds))
    why: list[str] = []
    yield FunctionCommand(_keep_by_new_login, (why,), {})
    if why:
        yield _fail(why[0], f"{PROGRAM} revert;")


def _fail(sentence: str, first: str = "") -> StringCommand:
    """Fail on this workstation alone, with a sentence the last table shows."""
    return StringCommand(first, "printf '%s\\n'", QuoteString(sentence), ">&2; exit 1", _timeout=90)


def _keep_by_new_login(state: State, host: Host, why: list[str]) -> None:
    """Log in anew, become root, and say `keep`; `why` takes the reason if that cannot be done."""
    deadline = time.monotonic() + PROOF_SECONDS
    problem, try_again = _one_login(state, host)
    while problem and try_again and time.monotonic() < deadline:
        time.sleep(1)
        problem, try_again = _one_login(state, host)
    if not problem:
        return
    why.append(
        _(
            "After the change a new login failed ({problem}): the PC goes back to what it was, at "
            "once or within five minutes. Correct access_* in the inventory."
        ).format(problem=problem)
    )
    logger.error(f"{host.print_prefix}{why[0]}")


def _one_login(state: State, host: Host) -> tuple[str, bool]:
    """Try once: what went wrong ("" when the change is kept), and whether waiting may help."""
    # A second connector, not the host's own: its connection stood before the change.
    connector: Any = type(host.connector)(state, host)
    try:
        connector.connect()
        done, output = connector.run_shell_command(
            StringCommand("sudo -n", PROGRAM, "keep"), _timeout=30
        )
    except ConnectError as error:
        return str(error), not isinstance(error.__context__, AuthenticationException)
    except (OSError, TimeoutError) as error:
        return str(error), True
    finally:
        if isinstance(connector, SSHConnector) and connector.client:
            connector.client.close()
    return ("", False) if done else (output.output.strip(), False)
