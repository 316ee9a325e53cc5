"""Rules of the shortcuts aspect: links, programs and the start page."""

import re
from collections.abc import Iterator
from typing import Any

from inventory.rules.forms import URL
from inventory.rules.registry import Variables, Wrong, rule, rule_for
from inventory.words import _

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@rule("shortcuts_search_address")
def search_is_an_address(url: str) -> Iterator[Wrong]:
    """Blank or https."""
    if url and not (URL.fullmatch(url) and url.startswith("https://")):
        wrong = _("{value} is not an address").format(value=url)
        yield Wrong(wrong, _('Begin with https://, or write "" for no search box.'))


@rule("shortcuts_links", "shortcuts_site_links")
def links_are_addresses(links: list[dict[str, Any]]) -> Iterator[Wrong]:
    """Addresses that stand in a command, a page and Firefox's policy alike."""
    for index, link in enumerate(links):
        if not URL.fullmatch(link["url"]):
            wrong = _("{value} is not an address").format(value=link["url"])
            yield Wrong(wrong, _("Begin with https://, http:// or file:///."), (index, "url"))


@rule("shortcuts_links", "shortcuts_site_links", "shortcuts_programs")
def shortcuts_have_names(shortcuts: list[dict[str, Any]]) -> Iterator[Wrong]:
    """An id that makes a file name, and words to show."""
    for index, shortcut in enumerate(shortcuts):
        if not _ID.fullmatch(shortcut["id"]):
            wrong = _("{value} is not an id").format(value=shortcut["id"])
            mend = _("Use small letters without accents, digits and single -.")
            yield Wrong(wrong, mend, (index, "id"))
        if not shortcut["name"].strip():
            yield Wrong(_("a shortcut without a name"), _("Say what it is."), (index, "name"))


@rule_for("shortcuts_site_links", "shortcuts_links", "shortcuts_programs")
def shortcuts_are_told_apart(variables: Variables) -> Iterator[Wrong]:
    """No id twice, wherever it is declared."""
    seen: set[str] = set()
    for name in ("shortcuts_programs", "shortcuts_links", "shortcuts_site_links"):
        for index, shortcut in enumerate(variables[name]):
            if shortcut["id"] in seen:
                wrong = _("{value} is there twice").format(value=shortcut["id"])
                yield Wrong(wrong, _("Give each its own id."), (index, "id"), name)
            seen.add(shortcut["id"])


@rule_for("shortcuts_typing_table", "desktop_typing")
def the_table_teaches_what_is_typed(variables: Variables) -> Iterator[Wrong]:
    """The start page and the input method agree."""
    table, typing = variables["shortcuts_typing_table"], variables["desktop_typing"]
    if table not in {"none", typing}:
        wrong = _("the start page teaches {value}, and the PC expects {typed}")
        mend = _("Declare the same as desktop_typing, or none.")
        yield Wrong(wrong.format(value=table, typed=typing), mend)
