"""Rules of the updates aspect: where corrections come from and how long they may take."""

import re
from collections.abc import Iterator

from inventory.rules.forms import HOST
from inventory.rules.registry import Variables, Wrong, rule, rule_for
from inventory.words import _


@rule_for("updates_limit_minutes", "power_closing_limit_minutes")
def closing_leaves_time_for_updates(variables: Variables) -> Iterator[Wrong]:
    """The updates' limit lies within the closing's."""
    if variables["power_closing_limit_minutes"] <= variables["updates_limit_minutes"]:
        wrong = _("closing ends before its updates may")
        mend = _("Let power_closing_limit_minutes be more than updates_limit_minutes.")
        yield Wrong(wrong, mend, (), "power_closing_limit_minutes")


@rule("updates_apt_cache")
def cache_is_host_and_port(cache: str) -> Iterator[Wrong]:
    """Blank, or host:port."""
    host, _colon, port = cache.rpartition(":")
    known = HOST.fullmatch(host) and port.isdecimal() and 0 < int(port) < 1 << 16
    if cache and not known:
        wrong = _("{value} is not host:port").format(value=cache)
        yield Wrong(wrong, _('Write "cache.thapmuoi.internal:3142", or "" for none.'))


@rule("updates_origins")
def origins_are_patterns(origins: list[str]) -> Iterator[Wrong]:
    """Each is key=value, joined by commas; the security archive is among them."""
    for index, origin in enumerate(origins):
        if not re.fullmatch(r"[a-z]+=[^\",;\n]+(,[a-z]+=[^\",;\n]+)*", origin):
            wrong = _("{value} is not an origin pattern").format(value=origin)
            mend = _('Write "origin=Debian,label=Debian-Security" and the like.')
            yield Wrong(wrong, mend, (index,))
    if not any("security" in origin.lower() for origin in origins):
        mend = _("Keep the origin labelled Debian-Security.")
        yield Wrong(_("no security updates are among them"), mend)
