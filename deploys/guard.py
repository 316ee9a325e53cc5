"""Change what lets the technician in: as one change, kept only when a new login proves it.

The workstation's side is roles/access/files/guard. Whatever happens after `guard apply` (a wrong
address, a cut line, a cut mains), the workstation goes back by itself unless `guard keep` reaches
it through a login that did not exist before.
"""

import base64
import hashlib
import io
import tarfile
import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import PurePosixPath
from typing import Any

from paramiko import AuthenticationException
from pyinfra import host, logger
from pyinfra.api import FactBase, FunctionCommand, Host, QuoteString, State, StringCommand
from pyinfra.api import operation as pyinfra_operation
from pyinfra.api.command import PyinfraCommand
from pyinfra.api.exceptions import ConnectError
from pyinfra.api.hiddenvalue import HiddenValue
from pyinfra.api.operation import OperationMeta
from pyinfra.connectors.ssh import SSHConnector

from inventory.words import _

PROGRAM = "/usr/local/lib/benvung/guard"
FIREWALL = "/usr/local/lib/benvung/firewall"
STAGED = "/var/lib/benvung/guard/staged"
ARMED = "/var/lib/benvung/guard/armed"

# What an account has in the shadow file when no password opens it.
LOCKED = "!"
# Seconds for a new login: sshd may still be reloading, and a dropped packet is answered by nothing.
PROOF_SECONDS = 20


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
        """How `Access` describes this file; "" for one that is absent."""
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
    passwords: Mapping[str, HiddenValue] = field(default_factory=dict)
    locked: Sequence[str] = ()
    admitted: Sequence[str] = ()
    seconds: int = 300

    def on(self, live: Mapping[str, str]) -> "Change":
        """The same change for a workstation with these accounts; `live` is `Access`'s answer."""
        locked = {name: HiddenValue(LOCKED) for name in self.locked if name in live}
        return replace(self, passwords={**self.passwords, **locked}, locked=())

    @property
    def state(self) -> dict[str, str]:
        """What `Access` reports once this change is in force."""
        files = {file.path: file.state for file in self.files if file.state}
        passwords = {name: _password_state(hash_) for name, hash_ in self.passwords.items()}
        return {**files, **passwords, "filter": "in force"}


def _password_state(hash_: HiddenValue) -> str:
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


class Access(FactBase[dict[str, str]]):
    """What lets the technician in at this moment, in one exec.

    Path → `mode user group sha256` of each file that is there; account → `locked` or the SHA-256
    of its shadow field, if there is such an account; `filter` → `in force` if the kernel holds
    what the nftables files say; `armed` → `yes` while a change waits for its proof.
    """

    def command(self, paths: Sequence[str], accounts: Sequence[str]) -> StringCommand:
        """Look at these files and accounts."""
        words = [QuoteString(word) for word in (_LOOK, "look", *paths, "--", *accounts)]
        return StringCommand("sh -c", *words)

    def process(self, output: list[str]) -> dict[str, str]:
        """Map each thing to its state."""
        return dict(line.split("\t", 1) for line in output if "\t" in line)


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


def admitted(seen: str, networks: Sequence[str]) -> bool:
    """Whether an address is in one of the networks; none declared admits any.

    Args:
        seen: IPv4 or IPv6 address, with a zone (`%eth0`) or as IPv4 in IPv6, as sshd reports it.
        networks: addresses or networks in CIDR notation.
    """
    if not networks or not seen:
        return True
    address: IPv4Address | IPv6Address = ip_address(seen.partition("%")[0])
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


def guarded(sentence: str, change: Change) -> OperationMeta:
    """Apply a change of access as one, and keep it only if a new login with sudo works."""
    return apply_change(name=sentence, change=change)


@pyinfra_operation()
def apply_change(change: Change) -> Generator[PyinfraCommand, None, None]:
    """What `guarded` does on one workstation.

    Args:
        change: the files, passwords and addresses; see `Change`.
    """
    paths = [file.path for file in change.files]
    live = host.get_fact(Access, paths=paths, accounts=[*change.passwords, *change.locked])
    change = change.on(live)
    if live == change.state:
        host.noop("access is as declared")
        return
    seen = host.get_fact(SeenFrom, _sudo=False)
    if not admitted(seen, change.admitted):
        yield _fail(_not_admitted(seen, change.admitted))
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


def _not_admitted(seen: str, networks: Sequence[str]) -> str:
    return _(
        "This desk reaches the PC from {seen}, which access_management_addresses ({networks}) does "
        "not let in: nothing was changed. Correct the addresses in the inventory."
    ).format(seen=seen, networks=", ".join(networks))


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
