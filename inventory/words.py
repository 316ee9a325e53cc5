"""The one message catalogue: English in the code, Vietnamese in `locale/`.

The language is the one the person's locale names (`LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG`),
as for every other program on the desk.
"""

import gettext
import io
import os
from collections.abc import Iterator
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
def catalogue(of: str) -> gettext.NullTranslations:
    """The translations of one language, read from its .po file (no compiled file to forget)."""
    source = LOCALE_DIR / of / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not source.exists():
        return gettext.NullTranslations()
    try:
        from babel.messages.mofile import write_mo  # noqa: PLC0415
        from babel.messages.pofile import read_po  # noqa: PLC0415
    except ImportError:  # a PC that applies its own state has ansible-core and no more
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    with source.open("rb") as po:
        write_mo(compiled, read_po(po))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _(message: str) -> str:
    """One message in the person's language; English where no translation exists."""
    return catalogue(language()).gettext(message)


def mark(message: str) -> str:
    """Mark a message of a table for the catalogue; it is translated where it is shown."""
    return message
