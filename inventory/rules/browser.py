"""Rules of the browser aspect: pages, patterns and downloads."""

import re
from collections.abc import Iterator

from inventory.rules.forms import URL
from inventory.rules.registry import Wrong, rule
from inventory.words import _


@rule("browser_homepage", "browser_start_page")
def page_is_an_address(url: str) -> Iterator[Wrong]:
    """A whole address."""
    if not URL.fullmatch(url):
        wrong = _("{value} is not an address").format(value=url)
        yield Wrong(wrong, _("Begin with https:// or file:///."))


@rule("browser_blocked_sites", "browser_allowed_files")
def patterns_match(patterns: list[str]) -> Iterator[Wrong]:
    """Match patterns as Firefox reads them; one it cannot read would be dropped silently."""
    form = r"(\*|https?)://(\*|(\*\.)?[^/*\s]+)/\S*|file:///\S*"
    for index, pattern in enumerate(patterns):
        if not re.fullmatch(form, pattern):
            wrong = _("{value} is not a match pattern").format(value=pattern)
            yield Wrong(wrong, _('Write "*://*.example.vn/*" or "file:///path/*".'), (index,))


@rule("browser_content_processes")
def some_process_shows_pages(number: int) -> Iterator[Wrong]:
    """1 to 8, Firefox's own number."""
    if not 1 <= number <= 8:  # noqa: PLR2004 - said in the sentence
        yield Wrong(_("{value} is not between 1 and 8").format(value=number), _("Write 2."))


@rule("browser_download_directory")
def downloads_stay_in_the_home(path: str) -> Iterator[Wrong]:
    """Below the reader's home, which is emptied."""
    if not re.fullmatch(r"\$\{home\}(/[^/\s][^/\"\\]*)+", path) or ".." in path.split("/"):
        wrong = _("{value} is not below the reader's home").format(value=path)
        yield Wrong(wrong, _('Write it as "${home}/Tải về".'))
