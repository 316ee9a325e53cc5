"""A part has one key in every language, and a name in each."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.findings import Finding
from checks.hardware import told
from checks.hardware.parts import NAMES, part_key, part_name
from checks.hardware.verdict import Verdict, examine
from checks.history import Night, Visit, open_history
from inventory.words import translated
from tests.unit.history.nights import at, day
from tests.unit.reading_room import card, disk, fan, month, pc, report, sensor
from tests.unit.test_hardware_kernel import EXT4, LOST, OVER

HOST = "thapmuoi-01"
WORD = st.text(max_size=30)
# One fault of nearly every kind of part.
BROKEN: dict[str, Any] = {
    "disks": [disk("failing-now"), disk("crc-cable", "sdb"), disk("no-smart", "sdc")],
    "memory": {"total": 1 << 30, "slots": [{"slot": "DIMM1", "mb": 1024}], "errors": None},
    "temperatures": {"sensors": [sensor(97.0)], "fans": [fan(0)]},
    "clock": {"set_back_at_start": 2},
    "identity": {"board_serial": "ANOTHER-1", "network_cards": {"eth0": "00:1a:2b:3c:4d:77"}},
    "line": {"cards": {"enp3s0": card(mbps=10, rx_errors=5000)}},
    "kernel": {
        "machine-check": {"count": 1, "samples": [LOST]},
        "filesystem": {"count": 1, "samples": [EXT4]},
        "usb": {"count": 1, "samples": [OVER]},
    },
    "starts": None,
}  # fmt: skip


def broken() -> Verdict:
    reports = [*month(), report(0, **BROKEN)]
    return examine({HOST: reports}, {HOST: pc(HOST)}).pcs[HOST]


def speak(monkeypatch: pytest.MonkeyPatch, language: str) -> list[Finding]:
    """The same PC, judged by a run in that language."""
    monkeypatch.setenv("LANGUAGE", language)
    return told.table(broken())


def test_a_run_in_another_language_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    english, vietnamese = speak(monkeypatch, "en"), speak(monkeypatch, "vi")
    assert [one.key for one in english] == [one.key for one in vietnamese]
    kinds = {one.part.partition(" ")[0] for one in english}
    assert {"disk", "cable", "memory", "sensor", "fan", "clock", "board", "card"} <= kinds
    assert all(a.reason != b.reason for a, b in zip(english, vietnamese, strict=True))


def test_a_run_in_another_language_keeps_the_first_day(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with open_history(f"sqlite:///{tmp_path}/history.sqlite") as history:
        for number, language in enumerate(("vi", "en", "vi"), 1):
            visit = Visit(HOST, tuple(speak(monkeypatch, language)))
            history.remember(Night(at(number), at(number), (HOST,), (visit,), str(number)))
        assert {one.first for one in history.states([HOST])[0].findings} == {day(1)}
        changes = history.changes(day(3))
        assert (changes.new, changes.mended) == ((), ())


def test_what_people_read_is_in_their_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "vi")
    assert part_name("disk sda Z1D5") == "ổ đĩa sda, số sê-ri Z1D5"
    assert part_name(part_key("disk", "sda", "")) == "ổ đĩa sda, số sê-ri chưa xác định"
    verdict = broken()
    assert "bộ nhớ" in verdict.parts
    assert "bộ nhớ" in verdict.reason


@pytest.mark.parametrize("kind", sorted(NAMES))
def test_every_kind_has_a_name_with_the_same_places_in_both_languages(kind: str) -> None:
    english, vietnamese = NAMES[kind], translated(NAMES[kind], "vi")
    assert english != vietnamese
    facts = [f"fact{number}" for number in range(english.count("{"))]
    for fact in facts:
        assert fact in part_name(part_key(kind, *facts))


@given(WORD, WORD)
def test_nothing_a_pc_says_breaks_a_key(node: str, serial: str) -> None:
    shown = part_name(part_key("disk", node, serial))
    assert shown == f"disk {node or 'unknown'}, serial {serial or 'unknown'}"


@pytest.mark.parametrize("key", ["", "disk sda", "disk 'sda", "ổ đĩa sda", "disk a b c", "{x}"])
def test_what_is_no_key_is_shown_as_it_is(key: str) -> None:
    assert part_name(key) == key
