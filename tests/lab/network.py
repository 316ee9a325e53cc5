"""The lab's network: a bridge, NAT, DNS, and the kernel limits many workstations need.

Each lab has a bridge, an nftables table and a subnet of its own, named after its state directory.
What labs share (kernel settings, who is using them) is written down in /run/benvung-lab.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_address, ip_network
from pathlib import Path
from typing import Any

from tests.lab.machine import LabError, call, write_json

RUN = Path("/run/benvung-lab")

# 128 inotify instances stop a lab at some twenty workstations; the others follow from the number
# of processes and neighbours. Raised when lower, put back when the last lab goes.
WANTED_SYSCTLS = {
    "net.ipv4.ip_forward": 1,
    "fs.inotify.max_user_instances": 8192,
    "fs.inotify.max_user_watches": 1048576,
    "kernel.pid_max": 262144,
    "net.ipv4.neigh.default.gc_thresh1": 1024,
    "net.ipv4.neigh.default.gc_thresh2": 2048,
    "net.ipv4.neigh.default.gc_thresh3": 4096,
}

# DNS: workstations ask the gateway, which hands the question to this machine's own server.
# The segment size follows the uplink, whose MTU may be below the bridge's.
RULES = r"""
table inet {table} {{}}
delete table inet {table}
table inet {table} {{
    set slow {{ type ipv4_addr; }}
    chain dns {{
        type nat hook prerouting priority dstnat;
        iifname "{bridge}" ip daddr {gateway} meta l4proto {{ tcp, udp }} th dport 53 \
            dnat ip to {dns}
    }}
    chain out {{
        type nat hook postrouting priority srcnat;
        ip saddr {subnet} oifname != "{bridge}" masquerade
    }}
    chain through {{
        type filter hook forward priority filter;
        oifname "{bridge}" ip daddr @slow limit rate over 32 kbytes/second burst 64 kbytes drop
        iifname "{bridge}" tcp flags syn tcp option maxseg size set rt mtu
        oifname "{bridge}" tcp flags syn tcp option maxseg size set rt mtu
    }}
}}
"""


@dataclass(frozen=True)
class Network:
    """Names and numbers of one lab's network.

    Args:
        lab: the lab's id, six hexadecimal digits.
        subnet: its own /24.
    """

    lab: str
    subnet: IPv4Network

    @property
    def bridge(self) -> str:
        """The bridge's interface name (the kernel allows 15 characters)."""
        return f"bv-{self.lab}"

    @property
    def table(self) -> str:
        """The nftables table's name."""
        return f"benvung_lab_{self.lab}"

    @property
    def gateway(self) -> IPv4Address:
        """This machine's address on the bridge: gateway and name server."""
        return self.subnet[1]

    def up(self) -> None:
        """Make the bridge and its rules; nothing happens to what is there already.

        Raises:
            LabError: this machine has no IPv4 name server, or a command failed.
        """
        if not self.exists():
            call(["ip", "link", "add", self.bridge, "type", "bridge"])
            call(["ip", "address", "add", f"{self.gateway}/24", "dev", self.bridge])
            call(["ip", "link", "set", self.bridge, "up"])
        dns = nameserver()
        if dns.is_loopback:
            call(["sysctl", "-q", f"net.ipv4.conf.{self.bridge}.route_localnet=1"])
        names = {"table": self.table, "bridge": self.bridge, "subnet": self.subnet}
        call(["nft", "-f", "-"], stdin=RULES.format(**names, gateway=self.gateway, dns=dns))

    def exists(self) -> bool:
        """Whether the bridge is there."""
        return Path("/sys/class/net", self.bridge).exists()

    def slow(self, address: IPv4Address, on: bool) -> None:
        """Give one workstation a line of some 32 kB/s from outside, or its old line back."""
        verb = "add" if on else "delete"
        call(["nft", verb, "element", "inet", self.table, "slow", f"{{ {address} }}"], check=on)

    def down(self) -> None:
        """Remove the bridge and its rules, if they are there."""
        call(["ip", "link", "delete", self.bridge], check=False)
        call(["nft", "delete", "table", "inet", self.table], check=False)


def nameserver() -> IPv4Address:
    """This machine's IPv4 name server, the real one behind a systemd-resolved stub.

    Raises:
        LabError: there is none.
    """
    for path in (Path("/run/systemd/resolve/resolv.conf"), Path("/etc/resolv.conf")):
        for line in path.read_text().splitlines() if path.exists() else ():
            words = line.split()
            if words[:1] == ["nameserver"]:
                address = ip_address(words[1].partition("%")[0])
                if isinstance(address, IPv4Address):
                    return address
    raise LabError("This machine's /etc/resolv.conf names no IPv4 name server.")


def free_subnet(lab: str) -> IPv4Network:
    """A private /24 no route, address or name server of this machine touches.

    Args:
        lab: the lab's id; it decides where the search begins, so labs seldom meet.

    Raises:
        LabError: everything tried is taken.
    """
    taken = [ip_network(nameserver())]
    routes = json.loads(call(["ip", "-json", "-4", "route", "show", "table", "all"]).stdout)
    named = (route["dst"] for route in routes if route["dst"] != "default")
    taken.extend(ip_network(name, strict=False) for name in named)
    first = int(lab, 16)
    for step in range(1000):
        third, fourth = divmod((first + step) % 25600, 256)
        subnet = IPv4Network(f"10.{100 + third}.{fourth}.0/24")
        if not any(subnet.overlaps(other) for other in taken):
            return subnet
    raise LabError("No free private /24 for the lab: this machine routes them all.")


@contextmanager
def shared() -> Iterator[dict[str, Any]]:
    """What labs on this machine share, locked while in use, written back in the end."""
    RUN.mkdir(mode=0o755, exist_ok=True)
    path = RUN / "labs.json"
    with (RUN / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data = json.loads(path.read_text()) if path.exists() else {"labs": {}, "sysctls": {}}
        try:
            yield data
        finally:  # what was changed before a failure is to be put back too
            write_json(path, data)


def raise_limits(data: dict[str, Any]) -> None:
    """Raise kernel settings that are too low, remembering what they were.

    Raises:
        LabError: this machine does not let packets be forwarded. The limits it does not let us
            raise are not needed for a small lab.
    """
    for name, wanted in WANTED_SYSCTLS.items():
        now = _sysctl(name)
        if now is not None and now < wanted:
            data["sysctls"].setdefault(name, now)
            call(["sysctl", "-q", f"{name}={wanted}"], check=name == "net.ipv4.ip_forward")


def restore_limits(data: dict[str, Any]) -> None:
    """Put back what raise_limits changed, unless somebody changed it again since."""
    for name, before in data["sysctls"].items():
        if _sysctl(name) == WANTED_SYSCTLS.get(name):
            call(["sysctl", "-q", f"{name}={before}"])
    data["sysctls"] = {}


def _sysctl(name: str) -> int | None:
    path = Path("/proc/sys", *name.split("."))
    return int(path.read_text()) if path.exists() else None
