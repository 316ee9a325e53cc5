"""The one message catalogue: English in the code, Vietnamese in `locale/`.

The language is the one the person's locale names (`LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG`),
as for every other program on the desk.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LOCALE_DIR = Path(__file__).parent / "locale"
DOMAIN = "benvung"
LANGUAGES = ("en", "vi")
_wanted: ContextVar[str | None] = ContextVar("wanted", default=None)


def language() -> str:
    """The language wanted here, else the person's: from the environment in gettext's own order."""
    wanted = _wanted.get()
    if wanted:
        return wanted
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value:
            return "vi" if value.startswith("vi") else "en"
    return "en"


@contextmanager
def speaking(of: str) -> Iterator[None]:
    """Let everything said meanwhile be said in one language, whoever sits at the desk.

    Args:
        of: one of LANGUAGES.
    """
    before = _wanted.set(of)
    try:
        yield
    finally:
        _wanted.reset(before)


@cache
def catalogue(of: str) -> Mapping[str, str]:
    """Message -> what it is in one language, from its .po file (no compiled file to forget)."""
    source = LOCALE_DIR / of / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not source.exists():
        return {}
    try:
        from babel.messages.pofile import read_po  # noqa: PLC0415
    except ImportError:  # a PC that applies its own state has ansible-core and no more
        return {}
    with source.open("rb") as po:
        messages = [one for one in read_po(po) if one.id and one.string and not one.fuzzy]
    return {str(one.id): str(one.string) for one in messages}


def translated(message: str, of: str) -> str:
    """One message in one language; English where no translation exists.

    Args:
        message: in English.
        of: one of LANGUAGES.
    """
    return catalogue(of).get(message, message)


def _(message: str) -> str:
    """One message in the person's language; English where no translation exists."""
    return translated(message, language())


def told_again(sentence: str) -> str:
    """An English sentence of ours, filled in already, in the language wanted.

    Args:
        sentence: as another process of ours said it; one that nobody knows stays as it is.
    """
    if _(sentence) != sentence:
        return _(sentence)
    for message, pattern in _patterns():
        match = pattern.fullmatch(sentence)
        if match:
            return _(message).format(**match.groupdict())
    return sentence


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Each message with places for values, and what it looks like filled in."""
    place = re.compile(r"\\\{(\w+)\\\}")
    return [
        (message, re.compile(place.sub(r"(?P<\1>.+)", re.escape(message))))
        for message in catalogue("vi")
        if len(names := place.findall(re.escape(message))) and len(set(names)) == len(names)
    ]


def mark(message: str) -> str:
    """Mark a message of a table for the catalogue; it is translated where it is shown."""
    return message
