"""Rules of the health aspect: what the line is measured against."""

import re
from collections.abc import Iterator

from inventory.rules.forms import HOST
from inventory.rules.registry import Wrong, rule
from inventory.words import _


@rule("health_line_target")
def target_is_a_host(target: str) -> Iterator[Wrong]:
    """Blank, or a host's name or address."""
    if target and not (HOST.fullmatch(target) or re.fullmatch(r"[0-9a-fA-F:]+", target)):
        wrong = _("{value} is not a host").format(value=target)
        yield Wrong(wrong, _('Write a name or an address, without port, or "" for none.'))
