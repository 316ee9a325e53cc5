"""Rules of the restrictions aspect: what is closed to a reader, and what stays open."""

import re
from collections.abc import Iterator
from ipaddress import ip_network

from inventory.rules.registry import Wrong, rule
from inventory.words import _


@rule("restrictions_reachable")
def reachable_are_networks(addresses: list[str]) -> Iterator[Wrong]:
    """Each is an IPv4 or IPv6 address or network, and not all of them."""
    for index, address in enumerate(addresses):
        try:
            everything = ip_network(address).prefixlen == 0
        except ValueError:
            wrong = _("{value} is no address or network").format(value=address)
            mend = _('Write an address ("192.0.2.10") or a network ("2001:db8::/64"), no names.')
            yield Wrong(wrong, mend, (index,))
            continue
        if everything:
            wrong = _("{value} lets the reader everywhere").format(value=address)
            yield Wrong(wrong, _("Name the one address the reader needs."), (index,))


@rule("restrictions_router_ports")
def ports_are_ports(ports: list[int]) -> Iterator[Wrong]:
    """Each is 1 to 65535."""
    for index, port in enumerate(ports):
        if not 0 < port < 1 << 16:
            wrong = _("{value} is not a port").format(value=port)
            yield Wrong(wrong, _("Write 1 to 65535."), (index,))


@rule("restrictions_hidden_entries", "restrictions_hidden_autostart")
def entries_are_names(names: list[str]) -> Iterator[Wrong]:
    """Each is the name of a file, without its .desktop."""
    for index, name in enumerate(names):
        if not re.fullmatch(r"[\w.+-]+", name) or name.endswith(".desktop"):
            wrong = _("{value} is not the name of an entry").format(value=name)
            yield Wrong(wrong, _('Write it without directory and ".desktop".'), (index,))


@rule("restrictions_allowed_actions")
def actions_are_polkits(actions: list[str]) -> Iterator[Wrong]:
    """Each is an action's name; one that ends in "." stands for all below it."""
    for index, action in enumerate(actions):
        if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\.?", action):
            wrong = _("{value} is not an action of polkit").format(value=action)
            yield Wrong(wrong, _("`pkaction` lists them all."), (index,))


@rule("restrictions_boot_password_hash")
def boot_password_is_hashed(hashed: str) -> Iterator[Wrong]:
    """As grub-mkpasswd-pbkdf2 prints it; the value itself is not shown."""
    if not re.fullmatch(r"grub\.pbkdf2\.sha512\.\d+\.[0-9A-F]+\.[0-9A-F]+", hashed):
        yield Wrong(_("this is no hash of GRUB"), _("Run grub-mkpasswd-pbkdf2 and copy its line."))
