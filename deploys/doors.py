"""Everything that decides who gets in, as one change (docs/decisions/0004)."""

from collections.abc import Mapping
from typing import Any

from deploys.change import FIREWALL, LOCKED, Change, GuardedFile, Secret
from deploys.rendering import render, static

ACCOUNT = "benvung"
HOME = f"/home/{ACCOUNT}"
SSH = f"{HOME}/.ssh"
KEYS = f"{SSH}/authorized_keys"


def doors(values: Mapping[str, Any]) -> Change:
    """The change that makes a workstation's doors what is declared.

    Args:
        values: the variables of the aspect access; the secrets may be missing.
    """
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
        passwords={ACCOUNT: Secret(password or LOCKED)},
        # Only where another password opens the screen.
        locked=values["access_locked_accounts"] if password else (),
        admitted=values["access_management_addresses"],
        seconds=values["access_revert_seconds"],
    )


def _static(name: str) -> str:
    return static(f"access/{name}").decode()
