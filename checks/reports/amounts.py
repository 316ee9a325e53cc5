"""Amounts and days as Vietnamese papers write them: in words, zero-padded, grouped by dots."""

from datetime import date

from num2words import num2words

from checks.assets.grounds import dong

# Groups of three digits below a milliard, as pupils learn to read them; above, it begins anew.
_NAMES = (("triệu", 1_000_000), ("nghìn", 1000), ("", 1))
_MILLIARD = 1_000_000_000
_GROUP = 1000
_HUNDRED = 100
_TEN = 10
# Of days below 10, and of January and February alone (Decree 30/2020, annex I, II.4b).
_PADDED_DAY = 10
_PADDED_MONTH = 3


def in_words(amount: int) -> str:
    """An amount in đồng in words, for "Bằng chữ:".

    num2words reads a group of three digits rightly and leaves out the zeros between groups
    ("một nghìn lẻ năm"), so each group is read by it and joined here.

    Args:
        amount: in đồng, not negative.
    """
    words = number_words(amount)
    return f"{words[0].upper()}{words[1:]} đồng"


def number_words(number: int) -> str:
    """A whole number from 0 in words, without a capital."""
    milliards, rest = divmod(number, _MILLIARD)
    said = [number_words(milliards), "tỷ"] if milliards else []
    for name, size in _NAMES:
        # Nothing follows any more: "bốn triệu", never "bốn triệu không nghìn".
        if rest % (size * _GROUP) == 0 and said:
            break
        group = rest // size % _GROUP
        if group or said:
            said += [_group(group, first=not said), name]
    return " ".join(word for word in said if word) or str(num2words(0, lang="vi"))


def _group(group: int, *, first: bool) -> str:
    words = str(num2words(group, lang="vi"))
    if first or group >= _HUNDRED or group == 0:
        return words
    return f"không trăm {'lẻ ' if group < _TEN else ''}{words}"


def with_words(amount: int) -> str:
    """An amount as digits and in words, for a sentence of a paper."""
    return f"{dong(amount)} đồng (Bằng chữ: {in_words(amount)})"


def day_words(day: date) -> str:
    """A day as papers date themselves: "ngày 05 tháng 01 năm 2027"."""
    padded = f"{day.day:02}" if day.day < _PADDED_DAY else str(day.day)
    month = f"{day.month:02}" if day.month < _PADDED_MONTH else str(day.month)
    return f"ngày {padded} tháng {month} năm {day.year}"


def counted(number: int) -> str:
    """A small number as papers count: "05"."""
    return f"{number:02}"
