"""The SSH transport of a run: prompt with small packets, and done with a PC that hangs."""

import socket
import threading
import time
from typing import Any

from paramiko import Channel, SSHException, Transport

# Seconds between two questions whether a PC is still there, and how long it may take to answer.
# OpenSSH's ServerAliveInterval=15, ServerAliveCountMax=3 give up after the same minute.
ALIVE_INTERVAL = 15.0
ALIVE_PATIENCE = 45.0


class LivelyTransport(Transport):
    """Paramiko's transport, closed when the other end answers nothing any more.

    pyinfra's limit covers the output of a command. A PC that hangs while a file is sent, or before
    a command begins, would hold up the run for ever: its kernel still takes what is sent.
    """

    def run(self) -> None:
        """Read packets until the end, and have somebody ask after the other end meanwhile."""
        threading.Thread(target=self._ask_after, daemon=True).start()
        super().run()

    def get_exception(self) -> Exception | None:
        """What ended it; the end of the line as an error of SSH, which pyinfra can take."""
        error = super().get_exception()
        return SSHException("the connection ended") if isinstance(error, EOFError) else error

    def _ask_after(self) -> None:
        while True:
            time.sleep(ALIVE_INTERVAL)
            if not self.is_active():
                return
            # Connecting has limits of its own.
            if self.is_authenticated() and not self._answers():
                self.close()
                return

    def _answers(self) -> bool:
        asking = threading.Thread(
            target=self.global_request, args=("keepalive@openssh.com",), daemon=True
        )
        asking.start()
        asking.join(ALIVE_PATIENCE)
        return not asking.is_alive()


def prompt_transport(sock: socket.socket | Channel, **kwargs: Any) -> Transport:
    """Make a transport that sends small packets at once and gives up a PC that hangs.

    pyinfra asks many small questions; without TCP_NODELAY each waits about 40 ms for the delayed
    acknowledgement of the one before. A jump host gives a channel here, which has no such option.
    """
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return LivelyTransport(sock, **kwargs)
