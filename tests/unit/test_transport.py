"""The transport of a run, against a real SSH server in this process."""

import socket
import threading
from collections.abc import Iterator

import paramiko
import pytest
from paramiko import Channel, RSAKey, ServerInterface, SSHException, Transport
from paramiko.common import AUTH_SUCCESSFUL

from inventory import transport
from inventory.transport import prompt_transport

# Seconds; only a transport that never gives up takes so long.
LONGEST = 60


class Server(ServerInterface):
    """Lets anybody in; can be made to hang, as a PC whose kernel still takes what is sent."""

    def __init__(self) -> None:
        """It answers."""
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.asked = threading.Semaphore(0)

    def get_allowed_auths(self, _username: str) -> str:
        """No key, no password."""
        return "none"

    def check_auth_none(self, _username: str) -> int:
        """Whoever asks is let in."""
        return AUTH_SUCCESSFUL

    def check_global_request(self, _kind: str, _msg: paramiko.Message) -> bool:
        """Answer, unless it hangs."""
        self.asked.release()
        self.goes_on.wait(LONGEST)
        return False


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.goes_on.set()


@pytest.fixture
def client(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Transport]:
    """A login on the server, which is asked every moment whether it is there."""
    monkeypatch.setattr(transport, "ALIVE_INTERVAL", 0.05)
    monkeypatch.setattr(transport, "ALIVE_PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as port:
        here = socket.create_connection(port.getsockname())
        there, _ = port.accept()
    listening = Transport(there)
    listening.add_server_key(RSAKey.generate(2048))
    listening.start_server(threading.Event(), server)
    client = prompt_transport(here)
    client.start_client(timeout=LONGEST)
    client.auth_none("benvung")
    yield client
    client.close()
    listening.close()


def test_a_pc_that_answers_is_kept(client: Transport, server: Server) -> None:
    for _ in range(3):
        assert server.asked.acquire(timeout=LONGEST)
    assert client.is_active()


def test_a_pc_that_hangs_is_given_up(client: Transport, server: Server) -> None:
    server.goes_on.clear()
    while server.asked.acquire(blocking=False):
        pass
    assert server.asked.acquire(timeout=LONGEST), "it hangs while it is asked"
    with pytest.raises(SSHException):
        client.open_session(timeout=LONGEST)
    assert not client.is_active()


def test_small_packets_are_sent_at_once() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as plain,
    ):
        assert not plain.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        prompt_transport(plain)
        assert plain.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_a_jump_hosts_channel_has_no_such_option_and_is_left_alone() -> None:
    channel = Channel(0)
    assert prompt_transport(channel).sock is channel
