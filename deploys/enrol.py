"""Enrol a freshly installed PC: from a password login to a managed workstation, in one go.

Every step can be cut and repeated. Nothing is closed before a new login by key with sudo works.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from paramiko import PKey

from deploys import enrol_desk as desk
from deploys import enrol_pc as pc
from deploys.enrol_desk import Route
from deploys.publishing import ENROLLING
from deploys.refusals import EnrolRefused
from inventory.addresses import ssh_config_path
from inventory.loader import ROOT, load
from inventory.problems import did_you_mean
from inventory.records import Inventory, Workstation
from inventory.words import _

# Every Debian has one, and it is the shortest to compare.
HOST_KEY_TYPE = "ssh-ed25519"


@dataclass(frozen=True)
class Asked:
    """What the technician asked for.

    Attributes:
        host: the workstation's name in the inventory.
        user: the user made in Debian's installer.
        address: the workstation's address; "" leaves what ssh_config says.
        keys: public key files; none means this desk's own.
        fingerprint: what the PC's screen shows; "" means a person is asked to compare.
    """

    host: str
    user: str
    address: str = ""
    keys: Sequence[Path] = ()
    fingerprint: str = ""


@dataclass(frozen=True)
class Person:
    """The person at the desk.

    Attributes:
        say: shows a line.
        same_fingerprint: shows a fingerprint and asks whether the PC's screen shows the same.
        password: asks for a user's password.
    """

    say: Callable[[str], None]
    same_fingerprint: Callable[[str], bool]
    password: Callable[[str], str]


def enrol(asked: Asked, person: Person, root: Path = ROOT) -> None:
    """Make a freshly installed PC a managed workstation.

    Args:
        asked: the command line.
        person: the one who answers.
        root: the repository's root.

    Raises:
        EnrolRefused: with one sentence that says why it cannot go on, and what to do.
        InventoryRefused: the inventory is wrong.
    """
    workstation = _workstation(load(root), asked)
    target = _route(asked, root)
    key = _pinned(target, asked, person)
    # A PC that was enrolled already, or whose enrolment was cut, opens to a key at once.
    if pc.key_login_works(target):
        _open_account(target, asked, person, workstation)
    if desk.ensure_secrets(asked.host, root):
        person.say(_("Its secrets are made: a password for its screen, in its vault."))
    person.say(_("The maintenance account works; now everyone else is shut out."))
    _run_access(asked.host, root)
    if not pc.passwords_are_refused(target, asked.user, key):
        raise EnrolRefused(
            _(
                "{host} still takes passwords over SSH: see the files in /etc/ssh/sshd_config.d, "
                "then enrol again."
            ).format(host=asked.host)
        )
    person.say(
        _("{host} is enrolled: key login works, passwords are refused.").format(host=asked.host)
    )


def _workstation(inventory: Inventory, asked: Asked) -> Workstation:
    if asked.host not in inventory.hosts:
        mend = did_you_mean(asked.host, inventory.hosts, _("Write it into inventory/hosts.yml."))
        raise EnrolRefused(
            _("{host} is not in the inventory. {mend}").format(host=asked.host, mend=mend)
        )
    for other in inventory.hosts.values():
        if asked.address and other.address == asked.address and other.name != asked.host:
            raise EnrolRefused(
                _("{address} is the address of {host}: two workstations cannot share one.").format(
                    address=asked.address, host=other.name
                )
            )
    return inventory.hosts[asked.host]


def _route(asked: Asked, root: Path) -> Route:
    config = ssh_config_path(root)
    if asked.address:
        desk.write_address(asked.host, asked.address, config)
    return desk.route(asked.host, config)


def _pinned(target: Route, asked: Asked, person: Person) -> PKey:
    """The workstation's host key, pinned after a person has compared it."""
    pinned = desk.pinned_keys(target)
    key = pc.host_key(target, list(pinned) or [HOST_KEY_TYPE])
    if key in pinned.values():
        return key
    if pinned:
        raise EnrolRefused(
            _(
                "{host} shows another host key than the pinned one: it was reinstalled, or another "
                "machine answers at {address}. Only if it was reinstalled: ssh-keygen -f {file} -R "
                "'{name}', then enrol again."
            ).format(
                host=target.name,
                address=target.hostname,
                file=target.known_hosts,
                name=target.pinned_as,
            )
        )
    if not _is_the_one(key.fingerprint, asked, person):
        raise EnrolRefused(
            _(
                "The fingerprints differ: another machine answers at {address}. Look for the PC's "
                "address on its own screen (ip address) and give it with --address."
            ).format(address=target.hostname)
        )
    desk.pin(target, key)
    pc.forget_what_was_read()
    person.say(_("Its host key is pinned in {file}.").format(file=target.known_hosts))
    return key


def _is_the_one(fingerprint: str, asked: Asked, person: Person) -> bool:
    if asked.fingerprint:
        return asked.fingerprint.removeprefix("SHA256:") == fingerprint.removeprefix("SHA256:")
    return person.same_fingerprint(fingerprint)


def _open_account(target: Route, asked: Asked, person: Person, workstation: Workstation) -> None:
    declared = workstation.variables["access_authorized_keys"]
    keys = desk.public_keys(asked.keys, declared, target)
    pc.make_account(target, asked.user, person.password(asked.user), keys)
    why = pc.key_login_works(target)
    if why:
        raise EnrolRefused(
            _(
                "The maintenance account is made, but a login by key failed ({reason}); nothing is "
                "closed. Is the private half of the key here, or in your agent?"
            ).format(reason=why)
        )


def _run_access(host: str, root: Path) -> None:
    """Let pyinfra apply the aspect `access`, which proves a new login before it closes anything."""
    command = [sys.executable, "-m", "pyinfra", "inventory", "deploys/access.py", "--limit", host]
    done = subprocess.run(
        [*command, "-y"],
        cwd=root,
        # Its vault and pinned key are not committed yet: nothing of a pull site's rule holds here.
        env={**os.environ, ENROLLING: host},
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise EnrolRefused(
            _(
                "The run above failed, and password login stays open: mend what it says, then "
                "enrol {host} again."
            ).format(host=host)
        )
