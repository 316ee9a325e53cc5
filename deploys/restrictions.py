"""Keep the reader from root, settings, consoles, and the neighbours' PCs.

pyinfra inventory deploys/restrictions.py [--dry] [--limit thanh_my]
"""

from pyinfra import host
from pyinfra.api import deploy
from pyinfra.api.operation import OperationMeta

from deploys.session import reader_account
from deploys.vocabulary import (
    directory,
    ensure,
    is_entry,
    only,
    packages,
    put,
    reload_units,
    restart,
    run,
    shared,
    step,
    template,
    unit,
)
from inventory.words import _

PROGRAMS = "/usr/local/lib/benvung"
UNITS = "/etc/systemd/system"
# Ahead of the PC's own directories in the reader's session (files/Xsession).
SHARE = "/usr/local/share/benvung/restrictions"
XFCONF = "xfce4/xfconf/xfce-perchannel-xml"
BOOT = "/etc/grub.d/05_benvung"
MAINTENANCE = "/etc/grub.d/45_benvung"


@deploy("restrictions")
def restrictions() -> None:
    """What the reader cannot do."""
    packages(
        _("Install what the restrictions stand on"),
        host.data.restrictions_packages,
        host.data.restrictions_packages_absent,
    )
    reader_account()
    for path in ("/etc/benvung", "/var/lib/benvung", PROGRAMS, "/usr/local/share/benvung"):
        directory(_("Make room for {path}").format(path=path), path)
    _network()
    _permissions()
    _programs()
    _settings()
    _console()
    _boot()


def _network() -> None:
    program = put(
        _("Put the watch over the addresses in place"),
        "restrictions/reader-network",
        f"{PROGRAMS}/reader-network",
        mode="755",
    )
    units = [
        put(_("Write the units of that watch"), f"restrictions/{name}", f"{UNITS}/{name}")
        for name in (
            "benvung-reader-network.service",
            "benvung-reader-network-fill.service",
            "benvung-reader-network-fill.path",
        )
    ]
    reload_units(_("Tell systemd about that watch"), when=units)
    rules = template(
        _("Keep the reader's programs off the reading room's network"),
        "restrictions/restrictions.nft.j2",
        "/etc/nftables.d/restrictions.nft",
    )
    unit(_("Start the watch over the addresses"), "benvung-reader-network.service")
    unit(_("Start the watch over the name servers"), "benvung-reader-network-fill.path")
    restart(
        _("Restart the watch over the addresses"),
        "benvung-reader-network.service",
        when=[program, *units],
    )
    run(
        _("Load the reader's network rules"),
        "nft -f /etc/nftables.d/restrictions.nft",
        when=[rules],
    )
    step(_("Bring the reader's network rules back"), "restrictions/network")


def _permissions() -> None:
    # polkit and D-Bus watch their directories.
    template(
        _("Refuse the reader what changes the PC"),
        "restrictions/polkit.rules.j2",
        "/etc/polkit-1/rules.d/40-benvung-restrictions.rules",
    )
    put(
        _("Refuse the reader a second login and the screen lock"),
        "restrictions/dbus.conf",
        "/etc/dbus-1/system.d/benvung-restrictions.conf",
    )
    for file in ("/etc/cron.allow", "/etc/at.allow"):
        put(_("Let only root plan jobs"), "restrictions/allow-none", file)
    mounting = put(
        _("Let nothing on a USB stick run"),
        "restrictions/mount_options.conf",
        "/etc/udisks2/mount_options.conf",
    )
    run(
        _("Let the mounting service read that"),
        "systemctl try-restart udisks2.service",
        when=[mounting],
    )


def _programs() -> None:
    put(
        _("Put the closing of programs in place"),
        "restrictions/closed-programs",
        f"{PROGRAMS}/closed-programs",
        mode="755",
    )
    template(
        _("List the programs only root may start"),
        "restrictions/restrictions.closed.j2",
        "/etc/benvung/restrictions.closed",
    )
    step(_("Close those programs to the reader"), "restrictions/programs")


def _settings() -> None:
    channels = shared("restrictions_locked_channels")
    for channel in channels:
        put(
            _("Lock Xfce's settings"),
            f"restrictions/xfconf/{channel}.xml",
            f"{SHARE}/locks/{XFCONF}/{channel}.xml",
        )
    put(
        _("Take the command line off the keyboard"),
        "restrictions/keyboard-shortcuts.xml",
        f"{SHARE}/config/{XFCONF}/xfce4-keyboard-shortcuts.xml",
    )
    only(
        _("Unlock settings that are no longer declared"),
        f"{SHARE}/locks/{XFCONF}",
        [f"{channel}.xml" for channel in channels],
    )
    put(
        _("Lock the desktop and the logout"),
        "restrictions/kioskrc",
        "/etc/xdg/xfce4/kiosk/kioskrc",
    )
    put(
        _("Take the command line out of the file manager"),
        "restrictions/uca.xml",
        f"{SHARE}/config/Thunar/uca.xml",
    )
    put(
        _("Put the hiding of menu entries in place"),
        "restrictions/hidden-entries",
        f"{PROGRAMS}/hidden-entries",
        mode="755",
    )
    template(
        _("List what is not for readers"),
        "restrictions/restrictions.hidden.j2",
        "/etc/benvung/restrictions.hidden",
    )
    step(_("Hide what is not for readers"), "restrictions/entries")
    put(
        _("Let the reader's session start from what is locked"),
        "restrictions/Xsession",
        "/etc/X11/Xsession.d/61benvung-restrictions",
    )


def _console() -> None:
    logind = put(
        _("Offer no login on the text consoles"),
        "restrictions/logind.conf",
        "/etc/systemd/logind.conf.d/50-benvung-restrictions.conf",
    )
    run(
        _("Let logind know about the consoles"),
        "systemctl kill --signal=HUP systemd-logind.service",
        when=[logind],
    )
    put(
        _("Switch the magic keys off"),
        "restrictions/sysctl.conf",
        "/etc/sysctl.d/90-benvung-restrictions.conf",
    )
    step(_("Apply that to the running kernel"), "restrictions/kernel")
    system = put(
        _("Take Ctrl+Alt+Del its meaning"),
        "restrictions/system.conf",
        "/etc/systemd/system.conf.d/50-benvung-restrictions.conf",
    )
    reload_units(_("Tell systemd about the consoles"), when=[system])
    _masked("ctrl-alt-del.target", True)
    _masked("getty@tty1.service", not host.data.restrictions_console_login)
    put(
        _("Keep the reader on the desktop's screen"),
        "restrictions/xorg.conf",
        "/etc/X11/xorg.conf.d/50-benvung-restrictions.conf",
    )


def _masked(name: str, masked: bool) -> OperationMeta:
    link = f'test "$(readlink {UNITS}/{name})" = /dev/null'
    if masked:
        return ensure(_("Close {unit}").format(unit=name), f"systemctl mask {name}", unless=link)
    return ensure(
        _("Open {unit}").format(unit=name), f"systemctl unmask {name}", unless=f"! {link}"
    )


def _boot() -> None:
    # Readable by root alone: it may hold the hash of a password.
    template(_("Let nobody but root edit a boot entry"), "restrictions/boot.j2", BOOT, mode="700")
    template(
        _("Keep a boot entry for the technician at the PC"),
        "restrictions/maintenance.j2",
        MAINTENANCE,
        mode="755",
    )
    step(_("Rebuild the boot menu without an editor"), "restrictions/boot_menu")


if is_entry(__name__):
    restrictions()
