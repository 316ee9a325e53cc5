"""Rules of the access aspect: who may log in, from where and with which keys."""

import re
from base64 import b64decode
from collections.abc import Iterator
from ipaddress import ip_interface, ip_network

from inventory.rules.registry import Wrong, rule
from inventory.words import _


@rule("access_management_addresses")
def management_addresses_are_networks(addresses: list[str]) -> Iterator[Wrong]:
    """Each is an IPv4 or IPv6 address or network, without host bits, and lets not everyone in."""
    for index, address in enumerate(addresses):
        try:
            network = ip_network(address, strict=False)
            # A netmask in dots is Python's to read, not nftables'.
            int(address.partition("/")[2] or 0)
        except ValueError:
            wrong = _("{value} is no address or network").format(value=address)
            mend = _('Write an address ("192.0.2.10") or a network ("2001:db8::/64"), no names.')
            yield Wrong(wrong, mend, (index,))
            continue
        if "/" in address and str(network) != str(ip_interface(address)):
            wrong = _("{value} is an address within a network, not a network").format(value=address)
            mend = _("Write {network}, or the address alone.").format(network=network)
            yield Wrong(wrong, mend, (index,))
        elif network.prefixlen == 0:
            mend = _("Write [] while the addresses are not known, so that every run says so.")
            yield Wrong(_("{value} is every address").format(value=address), mend, (index,))


@rule("access_authorized_keys")
def authorized_keys_are_keys(keys: list[str]) -> Iterator[Wrong]:
    """Each is one public key as OpenSSH writes it, and none is there twice."""
    seen: dict[str, int] = {}
    for index, key in enumerate(keys):
        blob = _key_blob(key)
        if not blob:
            mend = _("Write the whole line of the .pub file: type, key, comment.")
            yield Wrong(_("this is not a public key of OpenSSH"), mend, (index,))
        elif blob in seen:
            wrong = _("the same key as entry {number}").format(number=seen[blob] + 1)
            yield Wrong(wrong, _("Remove one of them."), (index,))
        seen.setdefault(blob, index)


def _key_blob(line: str) -> str:
    """The base64 of a public key whose type is the one it claims; "" if it is none."""
    kind, blob = [*line.split(" ", 2), "", ""][:2]
    try:
        data = b64decode(blob, validate=True)
    except ValueError:
        return ""
    # RFC 4253, 6.6: a length of four bytes, then the name of the key's type.
    length = int.from_bytes(data[:4])
    honest = "\n" not in line and data[4 : 4 + length] == kind.encode() and len(data) > 4 + length
    return blob if kind and honest else ""


@rule("access_locked_accounts")
def locked_accounts_are_others(accounts: list[str]) -> Iterator[Wrong]:
    """Names of accounts, and not the one whose password the vault holds."""
    for index, account in enumerate(accounts):
        if not re.fullmatch(r"[a-z_][a-z0-9_-]*", account):
            mend = _("Write the name as the installer took it: small letters and digits.")
            yield Wrong(_("{value} is no account").format(value=account), mend, (index,))
        elif account == "benvung":
            mend = _("Remove it: its password is access_console_password_hash.")
            yield Wrong(
                _("{value} is the maintenance account").format(value=account), mend, (index,)
            )


@rule("access_revert_seconds")
def revert_is_soon(seconds: int) -> Iterator[Wrong]:
    """Long enough for a new login, short enough for a person who waits."""
    if not 30 <= seconds <= 300:  # noqa: PLR2004 - as the variable's comment says
        wrong = _("{value} is not between 30 and 300 seconds").format(value=seconds)
        yield Wrong(wrong, _("Leave it at 300 unless there is a reason."))


@rule("access_console_password_hash")
def console_password_is_hashed(secret: str) -> Iterator[Wrong]:
    """A crypt(5) hash, never the password itself; the value is not repeated."""
    if not re.fullmatch(r"\$[0-9a-z]+\$[./A-Za-z0-9$,=+-]+", secret):
        mend = _("Let benvung enrol write it, or take the output of: mkpasswd")
        yield Wrong(_("this is not a password hash of crypt(5)"), mend)
