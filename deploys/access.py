"""Let in the maintenance account alone, by key, from the technician's desk.

pyinfra inventory deploys/access.py [--dry] [--limit thanh_my]
"""

from pyinfra import host, logger
from pyinfra.api import deploy

from deploys.change import PROGRAM
from deploys.doors import ACCOUNT, HOME, KEYS, SSH, doors
from deploys.guard import guarded
from deploys.vocabulary import (
    directory,
    ensure,
    is_entry,
    packages,
    put,
    reload_units,
    step,
    unit,
    variables,
)
from inventory.words import _


@deploy("access")
def access() -> None:
    """Who may get in, and from where."""
    packages(
        _("Install the SSH server, sudo and the packet filter"),
        host.data.access_packages,
        host.data.access_packages_absent,
    )
    _account()
    _guard()
    guarded(
        _("Let in the maintenance account alone, proved by a new login"), doors(variables("access"))
    )
    unit(_("Load the packet filter at every start"), "nftables.service")
    step(_("Start SSH with the PC"), "access/ssh")
    if not host.data.access_management_addresses:
        logger.warning(
            host.print_prefix
            + _("access_management_addresses is empty: SSH is open to any address, by key alone.")
        )


def _account() -> None:
    # A system account: no greeter lists it.
    ensure(
        _("Make the maintenance account"),
        f"useradd --system --user-group --create-home --shell /bin/bash {ACCOUNT}",
        unless=f"getent passwd {ACCOUNT}",
    )
    directory(_("Close its home to others"), HOME, mode="700", user=ACCOUNT, group=ACCOUNT)
    directory(_("Close its keys to others"), SSH, mode="700", user=ACCOUNT, group=ACCOUNT)
    # sshd ignores keys that others could have written.
    ensure(
        _("Keep the keys to their owner"),
        f"chown {ACCOUNT}:{ACCOUNT} {KEYS} && chmod 600 {KEYS}",
        unless=f"test \"$(stat -c '%a %U %G' {KEYS})\" = '600 {ACCOUNT} {ACCOUNT}'",
    )
    step(_("Start no service manager for the maintenance account"), "access/manager")


def _guard() -> None:
    directory(_("Make room for the maintenance programs"), "/usr/local/lib/benvung")
    put(_("Put the guard in place"), "access/guard", PROGRAM, mode="755")
    service = put(
        _("Let the guard take back an unproved change at start"),
        "access/benvung-guard.service",
        "/etc/systemd/system/benvung-guard.service",
    )
    reload_units(_("Tell systemd about the guard"), when=[service])
    unit(_("Enable the guard"), "benvung-guard.service", running=None)


if is_entry(__name__):
    access()
