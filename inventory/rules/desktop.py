"""Rules of the desktop aspect: language, time and printers."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from inventory.rules.registry import Wrong, rule
from inventory.words import _


@rule("desktop_locale")
def locale_is_utf8(locale: str) -> Iterator[Wrong]:
    """As vi_VN.UTF-8."""
    if not re.fullmatch(r"[a-z]{2,3}_[A-Z]{2}\.UTF-8", locale):
        wrong = _("{value} is not a UTF-8 locale").format(value=locale)
        yield Wrong(wrong, _('Write it as "vi_VN.UTF-8".'))


# In the tz database beside the zones: the same in another counting of time, and a copy of one.
_NO_ZONES = ("posix/", "right/", "posixrules")


@cache
def _time_zones() -> set[str]:
    """Read once, and only for a name that is wrong: finding them opens six hundred files."""
    return available_timezones()


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        return False
    return not name.startswith(_NO_ZONES)


@rule("desktop_time_zone")
def time_zone_exists(zone: str) -> Iterator[Wrong]:
    """A name of the tz database, as far as this computer has one."""
    if not _is_time_zone(zone) and _time_zones():
        wrong = _("{value} is not a time zone").format(value=zone)
        yield Wrong(wrong, _('Write it as "Asia/Ho_Chi_Minh".'))


@rule("desktop_font")
def font_has_a_size(font: str) -> Iterator[Wrong]:
    """A family and points."""
    if not re.fullmatch(r"[^\d\"<>&]+ \d{1,2}", font):
        wrong = _("{value} is not a font with its size").format(value=font)
        yield Wrong(wrong, _('Write it as "Noto Sans 11".'))


@rule("desktop_printers")
def printers_are_told_apart(printers: list[dict[str, Any]]) -> Iterator[Wrong]:
    """Names CUPS takes, each once; addresses of a known kind; one default at most."""
    names = [printer["name"] for printer in printers]
    for index, printer in enumerate(printers):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,126}", printer["name"]):
            wrong = _("{value} is not a name for a print queue").format(value=printer["name"])
            yield Wrong(wrong, _("Use letters without accents, digits, - and _."), (index, "name"))
        if printer["name"] in names[:index]:
            wrong = _("{value} is there twice").format(value=printer["name"])
            yield Wrong(wrong, _("Give each its own name."), (index, "name"))
        if not re.fullmatch(r"(ipps?|https?|socket|lpd|usb|dnssd)://[^\s\"']+", printer["uri"]):
            wrong = _("{value} is not a printer's address").format(value=printer["uri"])
            mend = _("Begin with ipp://, ipps://, socket://, lpd:// or usb://.")
            yield Wrong(wrong, mend, (index, "uri"))
    if sum(printer["default"] for printer in printers) > 1:
        yield Wrong(_("more than one is the default"), _("Keep default: true for one."))
