"""A change of what lets the technician in, as one; either engine applies it.

The workstation's side is roles/access/files/guard: it checks, saves, arms, applies, and goes back
by itself unless a login that did not exist before says `guard keep`.
"""

import base64
import hashlib
import io
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import PurePosixPath

from inventory.words import _

PROGRAM = "/usr/local/lib/benvung/guard"
FIREWALL = "/usr/local/lib/benvung/firewall"
STAGED = "/var/lib/benvung/guard/staged"
ARMED = "/var/lib/benvung/guard/armed"

# What an account has in the shadow file when no password opens it.
LOCKED = "!"


class Secret:
    """A text that no log, diff or traceback shows."""

    def __init__(self, text: str) -> None:
        """Hide it."""
        self._text = text

    def unmask(self) -> str:
        """The text."""
        return self._text

    def __repr__(self) -> str:
        """What a log may show."""
        return "*MASKED*"


@dataclass(frozen=True)
class GuardedFile:
    """One file of a change; `content` None means it must be absent.

    A missing parent directory is made root's, mode 755.
    """

    path: str
    content: str | None
    mode: str = "644"
    user: str = "root"
    group: str = "root"

    @property
    def state(self) -> str:
        """How `look` describes this file; "" for one that is absent."""
        if self.content is None:
            return ""
        digest = hashlib.sha256(self.content.encode()).hexdigest()
        return f"{self.mode} {self.user} {self.group} {digest}"


@dataclass(frozen=True)
class Change:
    """What is applied as one.

    Attributes:
        files: the files.
        passwords: account → its field of the shadow file (crypt(5), or `LOCKED`).
        locked: accounts that no password opens afterwards, where there are such accounts.
        admitted: addresses or networks SSH is let in from afterwards; none means any.
        seconds: after which an unproved change takes itself back.
    """

    files: Sequence[GuardedFile]
    passwords: Mapping[str, Secret] = field(default_factory=dict)
    locked: Sequence[str] = ()
    admitted: Sequence[str] = ()
    seconds: int = 300

    def on(self, live: Mapping[str, str]) -> "Change":
        """The same change for a workstation with these accounts; `live` is the answer to `look`."""
        locked = {name: Secret(LOCKED) for name in self.locked if name in live}
        return replace(self, passwords={**self.passwords, **locked}, locked=())

    @property
    def state(self) -> dict[str, str]:
        """What `look` reports once this change is in force."""
        files = {file.path: file.state for file in self.files if file.state}
        passwords = {name: _password_state(hash_) for name, hash_ in self.passwords.items()}
        return {**files, **passwords, "filter": "in force"}


def _password_state(hash_: Secret) -> str:
    secret = hash_.unmask()
    return "locked" if secret == LOCKED else hashlib.sha256(secret.encode()).hexdigest()


_LOOK = rf"""
while [ "$1" != -- ]; do
    if [ -f "$1" ]; then
        printf '%s\t%s %s\n' "$1" "$(stat -c '%a %U %G' "$1")" "$(sha256sum <"$1" | cut -c1-64)"
    fi
    shift
done
shift
for account; do
    field=$(getent shadow "$account") || continue
    field=${{field#*:}} field=${{field%%:*}}
    case $field in
    '!'* | '*'*) state=locked ;;
    *) state=$(printf %s "$field" | sha256sum | cut -c1-64) ;;
    esac
    printf '%s\t%s\n' "$account" "$state"
done
if {FIREWALL} in-force >/dev/null 2>&1; then printf 'filter\tin force\n'; fi
if [ -d {ARMED} ]; then printf 'armed\tyes\n'; fi
"""


def look(change: Change) -> list[str]:
    """The program, with its arguments, that asks what lets the technician in at this moment.

    A line each: path, tab, `mode user group sha256` of each file that is there; account, tab,
    `locked` or the SHA-256 of its shadow field, if there is such an account; `filter`, tab,
    `in force` if the kernel holds what the nftables files say; `armed`, tab, `yes` while a change
    waits for its proof.
    """
    paths = [file.path for file in change.files]
    return ["sh", "-c", _LOOK, "look", *paths, "--", *change.passwords, *change.locked]


def seen(lines: Iterable[str]) -> dict[str, str]:
    """The answer to `look`: each thing and its state."""
    return dict(line.rstrip("\r").split("\t", 1) for line in lines if "\t" in line)


def admitted(seen_from: str, networks: Sequence[str]) -> bool:
    """Whether an address is in one of the networks; none declared admits any.

    Args:
        seen_from: IPv4 or IPv6 address, with a zone (`%eth0`) or as IPv4 in IPv6, as sshd
            reports it.
        networks: addresses or networks in CIDR notation.
    """
    if not networks or not seen_from:
        return True
    address: IPv4Address | IPv6Address = ip_address(seen_from.partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in ip_network(network) for network in networks)


def archive(change: Change) -> str:
    """The change as `guard` wants it staged: a tar of root's, in base64."""
    buffer = io.BytesIO()
    absent = [file.path for file in change.files if file.content is None]
    passwords = [f"{name}:{hash_.unmask()}" for name, hash_ in change.passwords.items()]
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        _add(tar, GuardedFile("tree", None), tarfile.DIRTYPE)
        for parent in _parents(change.files):
            _add(tar, GuardedFile(f"tree{parent}", None, mode="755"), tarfile.DIRTYPE)
        for file in change.files:
            if file.content is not None:
                _add(tar, GuardedFile(f"tree{file.path}", *_rest(file)))
        for name, lines in (("absent", absent), ("passwords", passwords)):
            _add(tar, GuardedFile(name, "".join(f"{line}\n" for line in lines), mode="600"))
    return base64.encodebytes(buffer.getvalue()).decode()


def _rest(file: GuardedFile) -> tuple[str | None, str, str, str]:
    return file.content, file.mode, file.user, file.group


def _parents(files: Sequence[GuardedFile]) -> list[str]:
    """Every directory above the files, outermost first."""
    above = (
        p for file in files if file.content is not None for p in PurePosixPath(file.path).parents
    )
    return sorted({str(path) for path in above} - {"/"})


def _add(tar: tarfile.TarFile, file: GuardedFile, kind: bytes = tarfile.REGTYPE) -> None:
    content = (file.content or "").encode()
    member = tarfile.TarInfo(file.path)
    member.type, member.size, member.mode = kind, len(content), int(file.mode, 8)
    member.uname, member.gname = file.user, file.group
    tar.addfile(member, io.BytesIO(content))


def not_admitted(seen_from: str, networks: Sequence[str]) -> str:
    """Why a change from this address is refused."""
    return _(
        "This desk reaches the PC from {seen}, which access_management_addresses ({networks}) does "
        "not let in: nothing was changed. Correct the addresses in the inventory."
    ).format(seen=seen_from, networks=", ".join(networks))
