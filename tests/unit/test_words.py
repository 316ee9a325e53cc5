"""Every message a person may see has its Vietnamese; the locale chooses the language."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from inventory import words

ROOT = Path(__file__).parent.parent.parent
KEYWORDS = {"_": None, "mark": None}


def messages() -> Iterator[tuple[str, str]]:
    for package in ("inventory", "deploys", "checks"):
        found = extract_from_dir(
            ROOT / package, method_map=[("**.py", "python")], keywords=KEYWORDS
        )
        for filename, line, message, *_ in found:
            yield str(message), f"{package}/{filename}:{line}"


def translations() -> dict[str, str]:
    path = words.LOCALE_DIR / "vi" / "LC_MESSAGES" / "benvung.po"
    with path.open("rb") as po:
        return {str(entry.id): str(entry.string) for entry in read_po(po) if entry.id}


def test_every_message_has_its_vietnamese() -> None:
    known = translations()
    missing = sorted({f"{where}: {text}" for text, where in messages() if not known.get(text)})
    assert not missing, "\n".join(missing)


def test_no_translation_outlives_its_message() -> None:
    used = {text for text, _where in messages()}
    assert sorted(set(translations()) - used) == []


def test_a_translation_keeps_the_places_for_values() -> None:
    places = re.compile(r"\{[^}]*\}")
    for message, vietnamese in translations().items():
        assert sorted(places.findall(message)) == sorted(places.findall(vietnamese)), message


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "vi_VN.UTF-8"}, "vi"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "vi_VN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LANGUAGE": "vi:en"}, "vi"),
        ({}, "en"),
    ],
)
def test_the_locale_chooses_the_language(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert words.language() == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Declare what is recorded", "Khai báo ghi những gì"),
        (
            "{host} in Ansible's inventory".format(host="thanhmy-03"),
            "thanhmy-03 trong danh mục của Ansible",
        ),
        ("Nobody ever wrote this", "Nobody ever wrote this"),
    ],
)
def test_a_finished_sentence_is_told_again_in_vietnamese(sentence: str, expected: str) -> None:
    with words.speaking("vi"):
        assert words.told_again(sentence) == expected
    with words.speaking("en"):
        assert words.told_again(sentence) == sentence
