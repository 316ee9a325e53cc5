"""Rules of the technician's own machine."""

from collections.abc import Iterator

from inventory.rules.registry import Wrong, rule
from inventory.words import _


@rule("controller_agent_socket")
def agent_socket_is_a_path(socket: str) -> Iterator[Wrong]:
    """Blank, or an absolute path that systemd takes as it is."""
    if socket and not (socket.startswith("/") and socket.isprintable() and " " not in socket):
        wrong = _("{value} is not an absolute path").format(value=socket)
        yield Wrong(wrong, _('Write "/run/user/1000/openssh_agent", or "" for none.'))
