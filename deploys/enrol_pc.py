"""The workstation's side of an enrolment: its host key, a login by password, a login by key."""

import contextlib
import shlex
import socket
from collections.abc import Iterator, Sequence

from paramiko import (
    AuthenticationException,
    BadAuthenticationType,
    BadHostKeyException,
    PKey,
    SSHException,
    Transport,
)
from pyinfra.connectors.sshuserclient.client import SSHClient, get_host_keys, get_ssh_config

from deploys.enrol_desk import Route
from deploys.refusals import EnrolRefused
from deploys.rendering import ROLES
from inventory.words import _

# Seconds; a PC that is on answers at once, sudo and useradd on an old disk do not.
CONNECT_LIMIT, COMMAND_LIMIT = 15, 90
# Paramiko's words when neither a file nor an agent offers a key.
_NO_KEYS = "No authentication methods available"
_OPEN = ("password", "keyboard-interactive")


def forget_what_was_read() -> None:
    """Let pyinfra's client read ssh_config and known_hosts anew, for we have changed them."""
    get_ssh_config.cache.clear()
    get_host_keys.cache.clear()


@contextlib.contextmanager
def explained(target: Route) -> Iterator[None]:
    """Turn what goes wrong on the way to a workstation into one sentence.

    A refused login is left to those who know what was tried.
    """
    where = {"host": target.name, "address": target.hostname}
    try:
        yield
    except (AuthenticationException, EnrolRefused):
        raise
    except BadHostKeyException:
        raise EnrolRefused(
            _(
                "{host} ({address}) shows another host key than the pinned one: nothing was sent."
            ).format(**where)
        ) from None
    except socket.gaierror:
        raise EnrolRefused(
            _(
                "{address} has no address here: give the workstation's with --address, as its "
                "screen shows it (ip address)."
            ).format(**where)
        ) from None
    except (OSError, SSHException, EOFError) as error:
        if str(error) == _NO_KEYS:
            raise AuthenticationException(str(error)) from None
        raise EnrolRefused(
            _(
                "No SSH answer from {host} at {address} ({reason}): is it on, is the cable in, was "
                "the SSH server chosen in the installer, is the jump host's key pinned?"
            ).format(
                **where, reason=getattr(error, "strerror", "") or str(error) or type(error).__name__
            )
        ) from None


@contextlib.contextmanager
def _transport(target: Route, key_types: Sequence[str]) -> Iterator[Transport]:
    """An encrypted connection without a login, through the jump host where there is one."""
    hostname, config, *_rest = SSHClient().parse_config(
        target.name, {"timeout": CONNECT_LIMIT}, ssh_config_file=str(target.config)
    )
    address = (hostname, config["port"])
    sock = config.get("sock") or socket.create_connection(address, timeout=CONNECT_LIMIT)
    transport = Transport(sock)
    try:
        transport.get_security_options().key_types = tuple(key_types)
        transport.start_client(timeout=CONNECT_LIMIT)
        yield transport
    finally:
        transport.close()


def host_key(target: Route, key_types: Sequence[str]) -> PKey:
    """The host key the workstation shows, of the first type it has.

    Raises:
        EnrolRefused: it does not answer.
    """
    with explained(target), _transport(target, key_types) as transport:
        return transport.get_remote_server_key()


def passwords_are_refused(target: Route, user: str, pinned: PKey) -> bool:
    """Ask sshd which ways of logging in it offers; no password is sent.

    Raises:
        EnrolRefused: it does not answer, or is another machine.
    """
    with explained(target), _transport(target, [pinned.get_name()]) as transport:
        if transport.get_remote_server_key() != pinned:
            raise BadHostKeyException(target.hostname, transport.get_remote_server_key(), pinned)
        try:
            transport.auth_none(user)
        except BadAuthenticationType as answer:
            return not set(answer.allowed_types) & set(_OPEN)
        except AuthenticationException:
            return True
    return False


@contextlib.contextmanager
def login(target: Route, user: str | None, password: str | None) -> Iterator[SSHClient]:
    """A login with the pinned host key: by password, or by key as ssh_config says."""
    by_password = {"username": user, "password": password, "pkey": None, "key_filename": None}
    by_key = {"allow_agent": True, "look_for_keys": not target.identities}
    client = SSHClient()
    try:
        client.connect(
            target.name,
            _pyinfra_ssh_config_file=str(target.config),
            _pyinfra_ssh_strict_host_key_checking="yes",
            timeout=CONNECT_LIMIT,
            banner_timeout=CONNECT_LIMIT,
            auth_timeout=CONNECT_LIMIT * 2,
            **(by_key if password is None else {**by_password, "allow_agent": False}),
            **({} if password is None else {"look_for_keys": False}),
        )
        yield client
    finally:
        client.close()


def _run(client: SSHClient, command: str, stdin: str = "") -> tuple[int, str]:
    """Run a command; its exit code and the last thing it said on stderr."""
    channel_in, _out, err = client.exec_command(command, timeout=COMMAND_LIMIT)
    channel_in.write(stdin)
    channel_in.channel.shutdown_write()
    said = err.read().decode(errors="replace").strip().splitlines()
    return err.channel.recv_exit_status(), (said or [""])[-1]


def key_login_works(target: Route) -> str:
    """Log in by key as ssh_config says and become root; "" if that works, else why not.

    Raises:
        EnrolRefused: it does not answer.
    """
    try:
        with explained(target), login(target, None, None) as client:
            code, said = _run(client, "sudo -n true")
    except AuthenticationException as error:
        return str(error)
    return "" if code == 0 else said


def make_account(target: Route, user: str, password: str, keys: Sequence[str]) -> None:
    """Make the maintenance account with these keys, through the installer's user and sudo.

    Raises:
        EnrolRefused: the password is wrong, or the user may not use sudo.
    """
    try:
        with explained(target), login(target, user, password) as client:
            _may_sudo(client, user, password)
            program = (ROLES / "access/files/enrol").read_text(encoding="utf-8")
            sudoers = (ROLES / "access/files/sudoers").read_text(encoding="utf-8")
            words = "\n".join(["-- sudoers --", sudoers.strip(), "-- keys --", *keys, ""])
            code, said = _run(
                client, _sudo(f"sh -c {shlex.quote(program)}"), f"{password}\n{words}"
            )
    except AuthenticationException:
        raise EnrolRefused(
            _(
                "{host} refuses the password of {user}: type it again, or name the user made in "
                "the installer with --user."
            ).format(host=target.name, user=user)
        ) from None
    if code:
        raise EnrolRefused(
            _("The maintenance account could not be made on {host}: {reason}").format(
                host=target.name, reason=said
            )
        )


def _sudo(command: str) -> str:
    # -k: always ask for the password, so that it is always taken off standard input.
    return f"LC_ALL=C sudo -k -S -p '' {command}"


def _may_sudo(client: SSHClient, user: str, password: str) -> None:
    code, said = _run(client, _sudo("true"), f"{password}\n")
    if code:
        raise EnrolRefused(
            _(
                "{user} may not use sudo ({reason}): a root password was set in the installer. On "
                "the PC, as root: apt install sudo && adduser {user} sudo, then enrol again."
            ).format(user=user, reason=said)
        )
