"""Rules of the site: who holds the workstations and who signs, and when."""

import re
from collections.abc import Iterator

from inventory.rules.registry import Wrong, rule
from inventory.words import _

_DAY = re.compile(r"(\d{4})(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@rule("site_holders", "site_signers")
def periods_are_dates(entries: list[dict[str, str]]) -> Iterator[Wrong]:
    """`from` and `until` are blank, a year, a month or a day, and in order."""
    for index, entry in enumerate(entries):
        for end in ("from", "until"):
            if entry[end] and not _DAY.fullmatch(entry[end]):
                wrong = _("{value} is not a date").format(value=entry[end])
                mend = _('Write "2013", "2013-08" or "2013-08-01", or "" if unknown.')
                yield Wrong(wrong, mend, (index, end))
        first, last = entry["from"], entry["until"]
        # Compared as far as both are known: 2013-08 may well end in 2013.
        if first and last and first[: len(last)] > last[: len(first)]:
            yield Wrong(_("ends before it begins"), _("Exchange the dates."), (index, "until"))
