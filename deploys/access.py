"""Let in the maintenance account alone, by key, from the technician's desk.

pyinfra inventory deploys/access.py [--dry] [--limit thanh_my]
"""

from pyinfra import host, logger
from pyinfra.api import deploy
from pyinfra.api.hiddenvalue import HiddenValue

from deploys.guard import FIREWALL, LOCKED, PROGRAM, Change, GuardedFile, guarded
from deploys.vocabulary import (
    ROLES,
    directory,
    ensure,
    is_entry,
    packages,
    put,
    reload_units,
    render,
    unit,
    variables,
)
from inventory.words import _

ACCOUNT = "benvung"
HOME = f"/home/{ACCOUNT}"
SSH = f"{HOME}/.ssh"
KEYS = f"{SSH}/authorized_keys"
SSHD = "/etc/ssh/sshd_config.d/00-benvung.conf"


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
    guarded(_("Let in the maintenance account alone, proved by a new login"), _change())
    unit(_("Load the packet filter at every start"), "nftables.service")
    ensure(
        _("Start SSH with the PC"),
        "systemctl enable ssh.service",
        unless="systemctl is-enabled --quiet ssh.service"
        " || systemctl is-enabled --quiet ssh.socket",
    )
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
    directory(
        _("Close its keys to others"), f"{HOME}/.ssh", mode="700", user=ACCOUNT, group=ACCOUNT
    )
    # sshd ignores keys that others could have written.
    ensure(
        _("Keep the keys to their owner"),
        f"chown {ACCOUNT}:{ACCOUNT} {KEYS} && chmod 600 {KEYS}",
        unless=f"test \"$(stat -c '%a %U %G' {KEYS})\" = '600 {ACCOUNT} {ACCOUNT}'",
    )


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


def _change() -> Change:
    """Everything that decides who gets in, as one."""
    values = variables("access")
    files = [
        GuardedFile("/etc/sudoers.d/benvung", _static("sudoers"), mode="440"),
        GuardedFile(
            "/etc/ssh/sshd_config.d/00-benvung.conf", render("access/sshd.conf.j2", values)
        ),
        GuardedFile(FIREWALL, _static("firewall"), mode="755"),
        GuardedFile(
            "/etc/systemd/system/nftables.service.d/benvung.conf", _static("nftables.service.conf")
        ),
        GuardedFile("/etc/nftables.conf", render("access/nftables.conf.j2", values), mode="755"),
    ]
    # No keys declared never means no keys: those of enrolment stay.
    if values["access_authorized_keys"]:
        keys = render("access/authorized_keys.j2", values)
        files.append(GuardedFile(KEYS, keys, mode="600", user=ACCOUNT, group=ACCOUNT))
    password = values.get("access_console_password_hash")
    return Change(
        files=files,
        passwords={ACCOUNT: HiddenValue(password or LOCKED)},
        # Only where another password opens the screen.
        locked=values["access_locked_accounts"] if password else (),
        admitted=values["access_management_addresses"],
        seconds=values["access_revert_seconds"],
    )


def _static(name: str) -> str:
    return (ROLES / "access/files" / name).read_text(encoding="utf-8")


if is_entry(__name__):
    access()
