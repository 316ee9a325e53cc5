"""Xfce in Vietnamese: language, typing, fonts, office suite, printers, and a calm desktop."""

import shlex

from pyinfra import host
from pyinfra.api import deploy

from deploys.vocabulary import (
    directory,
    ensure,
    is_entry,
    packages,
    put,
    reload_units,
    restart,
    template,
    unit,
)
from inventory.words import _

# Mirrored into the reader's home at the start of every session (aspect session).
HOME = "/usr/local/share/benvung/home"
XFCONF = f"{HOME}/.config/xfce4/xfconf/xfce-perchannel-xml"
SHARE = "/usr/local/share/benvung/desktop"


@deploy("desktop")
def desktop() -> None:
    """Everything a reader sits in front of."""
    packages(
        _("Install the desktop, the office suite and Vietnamese typing"),
        host.data.desktop_packages,
        host.data.desktop_packages_absent,
    )
    language()
    looks()
    typing()
    office()
    printers()


def language() -> None:
    """Locale, time zone, and folders with Vietnamese names."""
    locale = shlex.quote(host.data.desktop_locale)
    ensure(
        _("Generate the Vietnamese locale"),
        f"localedef -i {locale.split('.')[0]} -f UTF-8 {locale}",
        unless=f'test -z "$(LC_ALL={locale} locale 2>&1 >/dev/null)"',
    )
    ensure(
        _("Speak Vietnamese to every account"),
        f"update-locale --reset LANG={locale}",
        unless=f"test \"$(grep -v '^#' /etc/default/locale)\" = LANG={locale}",
    )
    zone = shlex.quote(host.data.desktop_time_zone)
    ensure(
        _("Set the clock to the site's time zone"),
        f"ln -sfn /usr/share/zoneinfo/{zone} /etc/localtime && echo {zone} > /etc/timezone",
        unless=f'test "$(readlink -f /etc/localtime)" = "$(readlink -f /usr/share/zoneinfo/{zone})"'
        f' && test "$(cat /etc/timezone)" = {zone}',
    )
    template(
        _("Give the reader's folders Vietnamese names"),
        "desktop/user-dirs.dirs.j2",
        f"{HOME}/.config/user-dirs.dirs",
    )
    put(
        _("Keep the login from renaming the reader's folders"),
        "desktop/user-dirs.conf",
        f"{HOME}/.config/user-dirs.conf",
    )
    for folder in ("Desktop", "Tải về", "Tài liệu", "Hình ảnh", "Âm nhạc", "Phim"):
        directory(_("Make the reader's folders"), f"{HOME}/{folder}")


def looks() -> None:
    """Wallpaper, panel, menu, windows: large, plain, and without surprises."""
    directory(_("Make room for the desktop's own files"), SHARE)
    put(_("Bring the wallpaper"), "desktop/wallpaper.svg", f"{SHARE}/wallpaper.svg")
    # Xfce names monitors after their sockets; this is what it shows on any it has no name for.
    link = "/usr/share/images/desktop-base/desktop-background"
    ensure(
        _("Choose the wallpaper"),
        f"update-alternatives --install {link} desktop-background {SHARE}/wallpaper.svg 100"
        f" && update-alternatives --set desktop-background {SHARE}/wallpaper.svg",
        unless=f'test "$(readlink -f {link})" = {SHARE}/wallpaper.svg',
    )
    put(_("Write the reader's menu"), "desktop/reader.menu", f"{SHARE}/reader.menu")
    template(
        _("Make the button that ends the session"),
        "desktop/end.desktop.j2",
        "/usr/local/share/applications/benvung-end.desktop",
    )
    for channel in ("xfce4-panel", "xfce4-desktop", "xsettings", "xfwm4", "keyboards"):
        template(
            _("Arrange the reader's desktop"),
            f"desktop/xfconf/{channel}.xml.j2",
            f"{XFCONF}/{channel}.xml",
        )


def typing() -> None:
    """Vietnamese typing from the first key of the first login."""
    put(_("Choose the input method"), "desktop/xinputrc", f"{HOME}/.xinputrc")
    for source, dest in (
        ("fcitx5-profile.j2", "profile"),
        ("fcitx5-config.j2", "config"),
        ("fcitx5-unikey.conf.j2", "conf/unikey.conf"),
    ):
        template(
            _("Set up Vietnamese typing"), f"desktop/{source}", f"{HOME}/.config/fcitx5/{dest}"
        )


def office() -> None:
    """The office suite without first-start questions."""
    template(
        _("Set up the office suite"),
        "desktop/libreoffice.xcu.j2",
        f"{HOME}/.config/libreoffice/4/user/registrymodifications.xcu",
    )


def printers() -> None:
    """The declared print queues and no others; a printer that is off is set up when it is on."""
    unit(_("Run the print service"), "cups.service")
    template(_("Declare the printers"), "desktop/printers.json.j2", "/etc/benvung/desktop.printers")
    program = put(
        _("Bring the program that sets up printers"),
        "desktop/printers",
        "/usr/local/lib/benvung/printers",
        mode="755",
    )
    service = put(
        _("Write the unit that sets up printers"),
        "desktop/benvung-printers.service",
        "/etc/systemd/system/benvung-printers.service",
    )
    timer = put(
        _("Write the timer that looks for printers that were off"),
        "desktop/benvung-printers.timer",
        "/etc/systemd/system/benvung-printers.timer",
    )
    reload_units(_("Reload the units of the printers"), when=[program, service, timer])
    unit(_("Look for printers that were off"), "benvung-printers.timer")
    restart(_("Restart the timer of the printers"), "benvung-printers.timer", when=[timer])
    ensure(
        _("Set up the declared printers"),
        "/usr/local/lib/benvung/printers",
        unless="/usr/local/lib/benvung/printers --check",
        # A printer that refuses is one printer, not the whole PC: the run goes on and tells.
        _ignore_errors=True,
    )


if is_entry(__name__):
    desktop()
