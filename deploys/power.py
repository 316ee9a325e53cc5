"""Opening hours, closing with a warning, waking, and starts after a power cut.

pyinfra inventory deploys/power.py [--limit thanh_my]
"""

from pyinfra import host
from pyinfra.api import deploy

from deploys.vocabulary import (
    absent,
    directory,
    is_entry,
    packages,
    put,
    reload_units,
    restart,
    step,
    template,
    unit,
)
from inventory.words import _

LIB = "/usr/local/lib/benvung"
UNITS = "/etc/systemd/system"
LINK = "/etc/systemd/network/50-benvung-wake-on-lan.link"


@deploy("power")
def power() -> None:
    """Make the PC open and close with the room."""
    packages(
        _("Install what shows notices to the reader"),
        host.data.power_packages,
        host.data.power_packages_absent,
    )
    _hours()
    _closing()
    _starting()
    _sleeping()


def _hours() -> None:
    directory(_("Keep a place for what the PC knows about its power"), "/var/lib/benvung/power")
    put(
        _("Install the program that knows the opening hours"),
        "power/hours",
        f"{LIB}/hours",
        mode="755",
    )
    put(_("Install the program that speaks to the reader"), "power/tell", f"{LIB}/tell", mode="755")
    template(_("Declare the opening hours"), "power/power.json.j2", "/etc/benvung/power.json")


def _closing() -> None:
    put(_("Install the program that closes the PC"), "power/close", f"{LIB}/close", mode="755")
    put(_("Install the program that sets the wake"), "power/wake", f"{LIB}/wake", mode="755")
    units = [
        put(
            _("Describe the closing to systemd"),
            "power/benvung-close.service",
            f"{UNITS}/benvung-close.service",
        ),
        put(
            _("Give the aspects a place in the closing"),
            "power/benvung-closing.target",
            f"{UNITS}/benvung-closing.target",
        ),
        put(
            _("Describe what a good start does"),
            "power/benvung-started.service",
            f"{UNITS}/benvung-started.service",
        ),
    ]
    timer = template(
        _("Write the closing times"), "power/benvung-close.timer.j2", f"{UNITS}/benvung-close.timer"
    )
    reload_units(_("Let systemd read the closing"), when=[*units, timer])
    unit(_("Set the wake at every start"), "benvung-started.service", running=None)
    unit(_("Close the PC when the room closes"), "benvung-close.timer")
    restart(_("Take the new closing times"), "benvung-close.timer", when=[timer])
    step(_("Set the wake for the next opening"), "power/wake")


def _starting() -> None:
    template(
        _("Let the PC start after a power cut without a keyboard"),
        "power/grub.cfg.j2",
        "/etc/default/grub.d/benvung-power.cfg",
    )
    step(_("Rebuild the boot menu"), "power/boot_menu")
    put(
        _("Install the program that retries a failed start"),
        "power/emergency",
        f"{LIB}/emergency",
        mode="755",
    )
    emergency = template(
        _("Describe the retry of a failed start"),
        "power/benvung-emergency.service.j2",
        f"{UNITS}/benvung-emergency.service",
    )
    reload_units(_("Let systemd read the retry"), when=[emergency])
    unit(_("Retry a failed start by itself"), "benvung-emergency.service", running=None)
    if host.data.power_wake_on_lan:
        put(_("Keep the network card listening for a wake"), "power/wake-on-lan.link", LINK)
    else:
        absent(_("Stop the network card from listening for a wake"), LINK)


def _sleeping() -> None:
    put(_("Let the PC never sleep"), "power/sleep.conf", "/etc/systemd/sleep.conf.d/benvung.conf")
    template(
        _("Decide who may switch the PC off"),
        "power/polkit.rules.j2",
        "/etc/polkit-1/rules.d/10-benvung-power.rules",
    )


if is_entry(__name__):
    power()
