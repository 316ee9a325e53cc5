"""Rules of the antivirus aspect: what is scanned and where signatures come from."""

import re
from collections.abc import Iterator

from inventory.rules.registry import Wrong, rule
from inventory.words import _


@rule("antivirus_mirror", "antivirus_custom_databases")
def sources_are_urls(value: str | list[str]) -> Iterator[Wrong]:
    """Each is an http or https address."""
    for index, url in enumerate([value] if isinstance(value, str) else value):
        if url and not re.fullmatch(r"https?://[^\s/]+(/\S*)?", url):
            wrong = _("{value} is not a web address").format(value=url)
            path = () if isinstance(value, str) else (index,)
            yield Wrong(wrong, _("Write https://… or http://…"), path)


@rule("antivirus_media", "antivirus_downloads", "antivirus_closing_scan")
def places_are_paths(value: str | list[str]) -> Iterator[Wrong]:
    """Each is an absolute path in one line."""
    for index, place in enumerate([value] if isinstance(value, str) else value):
        if not re.fullmatch(r"(/[^/\n%]+)+", place):
            wrong = _("{value} is not the path of a directory").format(value=place)
            path = () if isinstance(value, str) else (index,)
            yield Wrong(wrong, _("Write it from /, without a / at its end."), path)
