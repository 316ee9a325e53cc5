"""Amounts in words as Vietnamese is written, and days as papers date themselves."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.reports.amounts import counted, day_words, in_words, number_words, with_words

ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
DIGITS = {**{word: number for number, word in enumerate(ONES)}, "mốt": 1, "lăm": 5}
GROUPS = {"nghìn": 1000, "triệu": 1_000_000}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (25, "Hai mươi lăm đồng"),
        (101, "Một trăm lẻ một đồng"),
        (110, "Một trăm mười đồng"),
        (1_005, "Một nghìn không trăm lẻ năm đồng"),
        (1_010, "Một nghìn không trăm mười đồng"),
        (350_000, "Ba trăm năm mươi nghìn đồng"),
        (4_080_000, "Bốn triệu không trăm tám mươi nghìn đồng"),
        (9_505_021, "Chín triệu năm trăm lẻ năm nghìn không trăm hai mươi mốt đồng"),
        (12_000_000, "Mười hai triệu đồng"),
        # Never "một triệu năm trăm", which people say for 1.500.000.
        (1_000_500, "Một triệu không nghìn năm trăm đồng"),
        (1_000_000_005, "Một tỷ không triệu không nghìn không trăm lẻ năm đồng"),
        (2_001_000_000, "Hai tỷ không trăm lẻ một triệu đồng"),
        (1_200_000_000_000, "Một nghìn hai trăm tỷ đồng"),
    ],
)
def test_an_amount_in_words(amount: int, words: str) -> None:
    assert in_words(amount) == words


def heard(words: str) -> int:
    """The number somebody writes down who hears the words: by the rules pupils learn."""
    before, milliards, after = words.rpartition(" tỷ")
    if milliards:
        return heard(before) * 1_000_000_000 + (heard(after) if after.strip() else 0)
    whole = group = unit = 0
    for word in words.split():
        if word in GROUPS:
            whole, group, unit = whole + (group + unit) * GROUPS[word], 0, 0
        elif word == "trăm":
            group, unit = unit * 100, 0
        elif word == "mươi":
            group, unit = group + unit * 10, 0
        elif word == "mười":
            group += 10
        elif word != "lẻ":
            unit = DIGITS[word]
    return whole + group + unit


@given(st.integers(0, 10**15))
def test_who_hears_the_words_writes_the_same_number(number: int) -> None:
    assert heard(number_words(number)) == number


@given(st.integers(0, 10**15))
def test_the_words_are_a_clean_phrase(number: int) -> None:
    words = in_words(number)
    assert words == " ".join(words.split())
    assert words[0].isupper()
    assert words.endswith(" đồng")


def test_digits_and_words_stand_together() -> None:
    assert with_words(4_080_000) == (
        "4.080.000 đồng (Bằng chữ: Bốn triệu không trăm tám mươi nghìn đồng)"
    )


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 1, 5), "ngày 05 tháng 01 năm 2027"),
        (date(2027, 2, 10), "ngày 10 tháng 02 năm 2027"),
        (date(2026, 3, 9), "ngày 09 tháng 3 năm 2026"),
        (date(2026, 11, 20), "ngày 20 tháng 11 năm 2026"),
    ],
)
def test_days_and_the_first_two_months_have_a_zero(day: date, words: str) -> None:
    assert day_words(day) == words


def test_a_count_has_two_digits() -> None:
    assert [counted(5), counted(12)] == ["05", "12"]
