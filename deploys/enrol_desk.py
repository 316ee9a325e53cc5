"""What enrolment reads and writes at the desk: ssh_config, known_hosts, public keys, secrets."""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import bcrypt
import yaml
from paramiko import HostKeys, PKey, SSHConfig, SSHException
from paramiko.hostkeys import HostKeyEntry

from deploys.refusals import EnrolRefused
from inventory.vaults import VAULT_FILE, password_dir
from inventory.words import _

PASSWORD, HASH = "access_console_password", "access_console_password_hash"
# Letters and digits that are read off paper and typed on any keyboard without a mistake.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Route:
    """How the ssh_config in force reaches one workstation.

    Attributes:
        name: the workstation.
        config: the ssh_config.
        hostname: the address or name it gives.
        port: of the SSH server.
        known_hosts: the file host keys are pinned in.
        identities: the private keys it names.
    """

    name: str
    config: Path
    hostname: str
    port: int
    known_hosts: Path
    identities: tuple[Path, ...]

    @property
    def pinned_as(self) -> str:
        """The name known_hosts knows it by, to ssh and Paramiko alike."""
        return self.hostname if self.port == 22 else f"[{self.hostname}]:{self.port}"  # noqa: PLR2004


def route(name: str, config: Path) -> Route:
    """Look a workstation up in the ssh_config.

    Raises:
        EnrolRefused: the file cannot be read.
    """
    try:
        found = SSHConfig.from_path(str(config)).lookup(name)
    except (OSError, SSHException) as error:
        raise EnrolRefused(
            _("{file} cannot be read ({reason}).").format(file=config, reason=error)
        ) from None
    known_hosts = found.get("userknownhostsfile", "~/.ssh/known_hosts").split()[0]
    return Route(
        name=name,
        config=config,
        hostname=found["hostname"],
        port=int(found.get("port", 22)),
        known_hosts=Path(known_hosts).expanduser(),
        identities=tuple(Path(file).expanduser() for file in found.get("identityfile", ())),
    )


def write_address(name: str, address: str, config: Path) -> None:
    """Make `address` the workstation's HostName in the ssh_config; the rest stays as it is.

    Raises:
        EnrolRefused: it is no address, or the file has no section for this workstation.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.:-]*", address):
        raise EnrolRefused(_("{address} is no address or host name.").format(address=address))
    lines = config.read_text(encoding="utf-8").splitlines()
    words = [[word.lower() for word in line.split()] for line in lines]
    if ["host", name.lower()] not in words:
        raise EnrolRefused(
            _("{file} has no section `Host {name}`: write one, with its HostName.").format(
                file=config, name=name
            )
        )
    start = words.index(["host", name.lower()]) + 1
    following = (n for n in range(start, len(lines)) if words[n][:1] in (["host"], ["match"]))
    section = range(start, next(following, len(lines)))
    own = [n for n in section if words[n][:1] == ["hostname"]]
    lines[own[0] if own else start : own[0] + 1 if own else start] = [f"    HostName {address}"]
    replace_file(config, "".join(f"{line}\n" for line in lines))


def pinned_keys(target: Route) -> dict[str, PKey]:
    """The host keys pinned for a workstation: type → key."""
    if not target.known_hosts.exists():
        return {}
    found = HostKeys(str(target.known_hosts)).lookup(target.pinned_as)
    return dict(found.items()) if found else {}


def pin(target: Route, key: PKey) -> None:
    """Add a host key to known_hosts; what it says of others stays."""
    text = target.known_hosts.read_text(encoding="utf-8") if target.known_hosts.exists() else ""
    if text and not text.endswith("\n"):
        text += "\n"
    names = list(dict.fromkeys([target.name, target.pinned_as]))
    replace_file(target.known_hosts, text + str(HostKeyEntry(names, key).to_line()))


def public_keys(files: Sequence[Path], declared: Sequence[str], target: Route) -> list[str]:
    """The technician's public keys: those declared, else of the files named, else this desk's own.

    Args:
        files: public key files named on the command line.
        declared: `access_authorized_keys` of the workstation.
        target: its ssh_config names private keys, whose public halves lie beside them.

    Raises:
        EnrolRefused: there is none, or both ways to name them are used.
    """
    if declared and files:
        raise EnrolRefused(
            _("access_authorized_keys names the keys of {host}: leave --key out.").format(
                host=target.name
            )
        )
    if declared:
        return list(declared)
    own = [Path(f"{identity}.pub") for identity in target.identities]
    candidates = files or own or sorted((Path.home() / ".ssh").glob("id_*.pub"))
    keys = [_public_key(path) for path in candidates if files or path.exists()]
    if not keys:
        raise EnrolRefused(
            _("No public key of yours is found: make one with `ssh-keygen -t ed25519`.")
        )
    return keys


def _public_key(path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EnrolRefused(
            _("{file} cannot be read ({reason}).").format(file=path, reason=error)
        ) from None
    if not re.fullmatch(r"(ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/]+=*( .*)?", text):
        raise EnrolRefused(
            _("{file} is not one public key: name the file that ends in .pub.").format(file=path)
        )
    return text


def ensure_secrets(host: str, root: Path) -> bool:
    """Make the workstation's vault and its password unless they are there.

    Args:
        host: the workstation; the vault's id.
        root: the repository's root.

    Returns:
        Whether anything was made.
    """
    # Only here: a quarter of a second that most commands never need.
    from ansible.parsing.vault import VaultLib, VaultSecret  # noqa: PLC0415

    vault, password = root / VAULT_FILE.format(host=host), password_dir() / host
    if not password.exists():
        password.parent.mkdir(parents=True, exist_ok=True)
        password.parent.chmod(0o700)
        replace_file(password, secrets.token_urlsafe(32) + "\n", mode=0o600)
    library = VaultLib([(host, VaultSecret(password.read_bytes().strip()))])
    text = library.decrypt(vault.read_bytes()).decode() if vault.exists() else "---\n"
    if HASH in (yaml.safe_load(text) or {}):
        return False
    vault.parent.mkdir(parents=True, exist_ok=True)
    sealed = library.encrypt(_with_console_password(text), vault_id=host).decode()
    replace_file(vault, sealed)
    return True


def _with_console_password(text: str) -> str:
    """A vault's text with a new random password for the maintenance account in it."""
    groups = ["".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4)]
    password = "-".join(groups)
    # Debian's libcrypt reads bcrypt's hashes as well as its own.
    hash_ = bcrypt.hashpw(password.encode(), bcrypt.gensalt(12)).decode()
    kept = {k: v for k, v in (yaml.safe_load(text) or {}).items() if k not in (PASSWORD, HASH)}
    added = StringIO()
    yaml.safe_dump({**kept, PASSWORD: password, HASH: hash_}, added, allow_unicode=True)
    return f"---\n{added.getvalue()}"


def replace_file(path: Path, text: str, mode: int | None = None) -> None:
    """Give a file new content at one stroke: a power cut leaves the old or the new.

    Args:
        path: the file; its directory must be there.
        text: the whole new content.
        mode: permission bits; those it has, or 0644, if None.
    """
    if mode is None:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    with _scratch(path) as scratch:
        with scratch.open("w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)


@contextlib.contextmanager
def _scratch(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    scratch = Path(name)
    try:
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)
