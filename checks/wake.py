"""Wake PCs that are off through one that is on: a magic packet goes no further than its own LAN."""

import shlex
from collections.abc import Collection, Mapping, Sequence

from inventory.records import Inventory

# Run on a PC of the same reading room with the Python it has; it sends, and says nothing.
# AMD's magic packet: six bytes FF, then the MAC sixteen times; UDP port 9, three times, since
# nobody acknowledges it.
SEND = """
import socket, sys
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
for mac in sys.argv[1:] * 3:
    line.sendto(b"\\xff" * 6 + bytes.fromhex(mac.replace(":", "")) * 16, ("255.255.255.255", 9))
"""


def command(macs: Sequence[str]) -> str:
    """The command that sends the packets, quoted for a shell.

    Args:
        macs: as `00:1a:2b:3c:4d:5e`.
    """
    return shlex.join(["python3", "-c", SEND, *macs])


def plan(inventory: Inventory, off: Collection[str], on: Collection[str]) -> Mapping[str, str]:
    """Who sends what: a PC that is on → the command that wakes those of its site that are off.

    A site where nobody is on, and a PC whose card names no MAC address, are left out.
    """
    sends: dict[str, str] = {}
    for site in inventory.sites.values():
        sender = next((host for host in site.workstations if host in on), None)
        macs = [
            mac
            for host in site.workstations
            if host in off
            for mac in inventory.hosts[host].card.macs
        ]
        if sender and macs:
            sends[sender] = command(macs)
    return sends
