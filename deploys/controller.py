"""Let the technician's own machine look at the reading rooms every night by itself.

pyinfra @local deploys/controller.py -y       as the one whose SSH key opens the PCs, not as root
"""

import grp
import os
import pwd
import re
import sys
from functools import cache
from typing import Any

from pyinfra import host, logger
from pyinfra.api import deploy
from rich.console import Console

from checks.keys import KeysRefused, require
from checks.schedule import of_all, weekly
from deploys.vocabulary import directory, is_entry, reload_units, restart, template, unit
from inventory.addresses import ssh_config_path
from inventory.loader import ROOT, load
from inventory.problems import InventoryRefused
from inventory.records import Inventory
from inventory.words import _

UNITS = "/etc/systemd/system"
SERVICE, TIMER = "benvung-nightly.service", "benvung-nightly.timer"
FAILED = "benvung-nightly-failed.service"
DECLARED = ("controller_limit_minutes", "controller_agent_socket", "controller_language")


@deploy("controller")
def controller() -> None:
    """The timer, what it starts, and what tells when that fails."""
    values = values_of(_inventory(), _account())
    account = values["controller_account"]
    directory(
        _("Keep a place for the history, closed to others"),
        f"{values['controller_directory']}/var",
        mode="700",
        user=account,
        group=grp.getgrgid(pwd.getpwnam(account).pw_gid).gr_name,
    )
    units = [
        template(
            _("Describe the nightly check to systemd"),
            f"controller/{name}.j2",
            f"{UNITS}/{name}",
            values=values,
        )
        for name in (SERVICE, FAILED, TIMER)
    ]
    reload_units(_("Let systemd read about the nightly check"), when=units)
    unit(_("Look at the PCs before the first reading room closes"), TIMER)
    restart(_("Take the new times of the nightly check"), TIMER, when=units[2:])


def values_of(inventory: Inventory, account: str) -> dict[str, Any]:
    """What the templates are filled with.

    Args:
        inventory: what is declared.
        account: whose keys open the PCs.

    Raises:
        InventoryRefused: a value differs from PC to PC.
    """
    begins = [f"{day.capitalize()} *-*-* {at:%H:%M}:00" for day, at in weekly(inventory).items()]
    return {
        **{name: of_all(inventory, name) for name in DECLARED},
        "controller_begins": begins,
        "controller_account": account,
        "controller_directory": str(ROOT),
    }


def _refuse(sentence: str) -> None:
    """End the run before anything is changed."""
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(sentence)
    sys.exit(2)


def _account() -> str:
    """Whose keys open the PCs: the one who runs this."""
    return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name


@cache
def _inventory() -> Inventory:
    return load()


def _check() -> None:
    """Refuse what cannot become a nightly check."""
    if host.name != "@local":
        _refuse(_("This is for the technician's own machine: pyinfra @local deploys/controller.py"))
    if _account() == "root":
        _refuse(_("Run it as yourself, not as root: the nightly check opens the PCs by your key."))
    # systemd reads spaces and percent signs in a path its own way.
    if not re.fullmatch(r"[\w/.@+-]+", str(ROOT)):
        sentence = _("systemd cannot start a program below {path}: move the repository elsewhere.")
        _refuse(sentence.format(path=ROOT))
    try:
        values = values_of(_inventory(), _account())
    except InventoryRefused as refused:
        _refuse(str(refused))
    else:
        if not values["controller_begins"]:
            _refuse(_("No reading room ever opens (power_opening_hours): nothing is to be done."))


def _warn_of_keys() -> None:
    """Say now what the first night would say: the timer runs where nobody types a passphrase."""
    agent = of_all(_inventory(), "controller_agent_socket")
    try:
        require(list(_inventory().hosts), ssh_config_path(ROOT), agent)
    except KeysRefused as refused:
        logger.warning(host.print_prefix + str(refused))


if is_entry(__name__):
    _check()
    controller()
    _warn_of_keys()
