"""Security updates at closing; a cut update is healed first.

pyinfra inventory deploys/updates.py [--limit thanh_my]
"""

from pyinfra import host
from pyinfra.api import deploy

from deploys.operations import APT_LIMIT
from deploys.vocabulary import (
    directory,
    is_entry,
    packages,
    put,
    reload_units,
    step,
    template,
    unit,
)
from inventory.words import _

LIB = "/usr/local/lib/benvung"
APT = f"{LIB}/apt"
UNITS = "/etc/systemd/system"


@deploy("updates")
def updates() -> None:
    """Heal first; then let updates come at closing and never before readers."""
    put(_("Install the program that runs apt by itself"), "updates/apt", APT, mode="755")
    # Changes nothing on a healthy PC; everything after this leans on a whole package database.
    step(_("Heal a package database left half configured"), "updates/heal", _timeout=APT_LIMIT)
    _settings()
    packages(
        _("Install Python and the updates' own programs, and nothing that nags"),
        host.data.updates_packages,
        host.data.updates_packages_absent,
    )
    _units()


def _settings() -> None:
    put(
        _("Install the program that finds the site's package cache"),
        "updates/apt-proxy",
        f"{LIB}/apt-proxy",
        mode="755",
    )
    template(_("Name the site's package cache"), "updates/apt-cache.j2", "/etc/benvung/apt-cache")
    template(
        _("Tell apt to wait, never to ask, and to update only when the room is closed"),
        "updates/apt.conf.j2",
        "/etc/apt/apt.conf.d/95benvung",
    )


def _units() -> None:
    directory(_("Keep a place for how the updates went"), "/var/lib/benvung/updates")
    put(_("Install the program that updates"), "updates/updates", f"{LIB}/updates", mode="755")
    template(
        _("Declare the limits of the updates"),
        "updates/updates.json.j2",
        "/etc/benvung/updates.json",
    )
    units = [
        put(
            _("Describe the healing at start"),
            "updates/benvung-heal.service",
            f"{UNITS}/benvung-heal.service",
        ),
        put(
            _("Describe the updates at closing"),
            "updates/benvung-updates.service",
            f"{UNITS}/benvung-updates.service",
        ),
        put(
            _("Describe the missed updates"),
            "updates/benvung-updates-missed.service",
            f"{UNITS}/benvung-updates-missed.service",
        ),
        put(
            _("Describe when missed updates are asked for"),
            "updates/benvung-updates-missed.timer",
            f"{UNITS}/benvung-updates-missed.timer",
        ),
    ]
    reload_units(_("Let systemd read the updates"), when=units)
    unit(_("Heal at every start"), "benvung-heal.service", running=None)
    unit(_("Update at every closing"), "benvung-updates.service", running=None)
    unit(_("Catch up with missed updates while the room is closed"), "benvung-updates-missed.timer")


if is_entry(__name__):
    updates()
