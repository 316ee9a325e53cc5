"""Events on the disk: what is written, what is refused, what survives a cut or another writer."""

import io
import os
import subprocess
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from checks.assets import recording, seals
from checks.assets.book import add, alone, as_yaml, read_book, round_trip
from checks.assets.events import as_plain
from checks.assets.records import State
from checks.assets.refusals import AssetRefused
from checks.assets.states import standing
from inventory.loader import check, read_sources
from inventory.problems import InventoryRefused
from inventory.yaml_files import parse
from tests.unit.assets.conftest import CARD, EVENTS, NOON, Office
from tests.unit.assets.making import (
    SERIAL,
    asset,
    decided,
    disposed,
    inspected,
    needed,
    proposed,
    quoted,
    undone,
    wiped,
    with_event,
    written_off,
)
from tests.unit.shipped import answer


def test_an_event_is_written_with_who_and_when_below_the_comments(office: Office) -> None:
    before = office.text()
    office.record(inspected())
    office.record({**needed(), "note": "theo biên bản họp: số 1"})
    text = office.text()
    assert text.startswith(before.removesuffix("[]\n"))
    for line in (
        "  - number: 1\n", "    event: inspection\n", '    date: "2026-11-01"\n',
        '    by: "Nguyễn Văn An"\n', '    recorded: "2026-11-20T12:00:00+07:00"\n',
        '    note: "theo biên bản họp: số 1"\n',
    ):  # fmt: skip
        assert line in text, line
    assert [event.number for event in office.book().one("thanhmy-03").events] == [1, 2]


def test_comments_written_later_stay_and_break_no_seal(office: Office) -> None:
    office.record(inspected())
    commented = office.text().replace("    found:", "    # xem ảnh trong hồ sơ\n    found:")
    office.tree.write(EVENTS, commented + "# hết tháng 11\n")
    office.record(needed())
    assert "# xem ảnh trong hồ sơ" in office.text()
    assert "# hết tháng 11" in office.text()
    assert len(office.book().one("thanhmy-03").events) == 2


def test_an_asset_is_found_by_the_code_on_its_card_and_a_slip_is_answered(office: Office) -> None:
    office.tree.replace(CARD, "code:", 'code: "TS-0003"')
    assert office.record(inspected(), "TS-0003").name == "thanhmy-03"
    with pytest.raises(AssetRefused) as refused:
        office.record(inspected(), "thanhmy-03x")
    assert "Did you mean thanhmy-03?" in refused.value.mend


def _pieces(text: str) -> list[str]:
    head, *events = text.split("  - number: ")
    return [head, *(f"  - number: {event}" for event in events)]


def _without(text: str, number: int) -> str:
    pieces = _pieces(text)
    return "".join(pieces[:number] + pieces[number + 1 :])


def _exchanged(text: str) -> str:
    head, one, two, *rest = _pieces(text)
    return "".join([head, two, one, *rest])


EDITS = [
    ("a word", lambda text: text.replace("40 cung", "4 cung"), "events.yml:3"),
    ("a day", lambda text: text.replace("2026-11-04", "2026-10-04"), "[1]"),
    ("a person", lambda text: text.replace("Nguyễn Văn An", "Trần Văn Bình", 1), "[0]"),
    ("a key more", lambda text: text.replace(": need", ": need\n    note: x"), "[1]"),
    ("one taken out", lambda text: _without(text, 1), "[0]"),
    ("the last but one taken out", lambda text: _without(text, 2), "[1]"),
    ("two exchanged", _exchanged, "[0]"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "where"), EDITS, ids=[each[0] for each in EDITS])
def test_a_past_event_that_was_edited_is_refused(
    office: Office, name: str, edit: Any, where: str
) -> None:
    for said in (inspected(), needed(), proposed("a")):
        office.record(said)
    office.tree.write(EVENTS, edit(office.text()))
    with pytest.raises(InventoryRefused) as refused:
        office.book()
    told = str(refused.value)
    assert "changed, moved or removed after it was written" in told, name
    assert where in told
    assert f"git diff {EVENTS}" in told
    edited = office.text()
    with pytest.raises(InventoryRefused):
        office.record(undone(1))
    assert office.text() == edited


def test_the_last_event_cannot_be_cut_off_once_it_is_committed(office: Office) -> None:
    office.record(inspected())
    office.record(needed())
    who = ["-c", "user.name=An", "-c", "user.email=an@example.internal"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "Kiểm kê"]):
        subprocess.run(["git", *words], cwd=office.root, check=True, capture_output=True)
    office.record(proposed("a"))
    assert len(office.book().one("thanhmy-03").events) == 3
    office.tree.write(EVENTS, "".join(_pieces(office.text())[:2]))
    with pytest.raises(InventoryRefused, match="committed in git"):
        office.book()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({**inspected(), "date": "2026-11-21"}, "to come"),
        ({**inspected(), "date": "2012-06-01"}, "put to use in 2013"),
        ({**inspected(), "date": "1/11/2026"}, "1/11/2026 is not a day"),
        ({**inspected(), "condition": "so-so"}, "so-so is none of"),
        ({**inspected(), "found": "  "}, "blank"),
        ({**quoted(5), "amount": 0}, "too small"),
        ({"event": "sale"}, "sale is none of"),
        ({"event": "need"}, "missing"),
        ({"event": "need", "why": "x", "price": 5}, "unknown key"),
        (proposed("b-1"), "useful life is over"),
        (proposed("a"), "never on age alone"),
    ],
)
def test_a_refused_event_changes_nothing(office: Office, said: dict[str, Any], wrong: str) -> None:
    before = office.text()
    with pytest.raises(AssetRefused) as refused:
        office.record(said)
    assert wrong in refused.value.wrong
    assert office.text() == before


def test_proposed_twice_is_refused_in_its_own_words(office: Office) -> None:
    office.record(needed())
    office.record(proposed("a"))
    with pytest.raises(AssetRefused, match="proposed already, since 05/11/2026"):
        office.record(proposed("b-2", "2026-11-06"))


def test_the_order_is_kept_by_whoever_adds_an_event(office: Office) -> None:
    """Not by the command line alone: papers and wipes add events, too."""
    office.record(needed())
    asked, made = {"by": "An", "date": "2026-11-20", **written_off()}, office.book()
    with pytest.raises(AssetRefused, match="This may not follow"):
        add(office.root, made.one("thanhmy-03"), asked, NOON)
    assert len(office.book().one("thanhmy-03").events) == 1


def test_what_an_open_proposal_rests_on_is_not_taken_away(office: Office) -> None:
    office.record(needed())
    office.record(proposed("a"))
    with pytest.raises(AssetRefused, match="rests on that"):
        office.record(undone(1))
    office.record(undone(2))
    office.record(undone(1))
    assert standing(office.book().one("thanhmy-03")).state is State.IN_USE


YOUNG = ("year_in_use: 2013", "year_in_use: 2022")
COST = ("original_cost:", "original_cost: 12000000")
MENDABLE = inspected("broken", "repairable")
QUOTED = quoted(3_600_001)
REPAIRED = {"event": "repair", "date": "2026-11-10", "what": "thay nguồn"}
REFUSAL = decided(approved=False, form=None, disks=[])
OVERTAKEN: list[tuple[str, list[dict[str, Any]], dict[str, Any], str]] = [
    (
        "repaired since", [MENDABLE, QUOTED, REPAIRED], proposed("b-2"),
        "05/11/2026 is before 10/11/2026: by what is recorded of that day it is in use.",
    ),
    (
        "inspected since", [MENDABLE, QUOTED, inspected("sound", "none-needed", "2026-11-09")],
        proposed("b-2"), "is before 09/11/2026",
    ),
    ("refused since", [needed(), proposed("a"), REFUSAL], proposed("a", "2026-11-06"), "10/11"),
    (
        "lost before it was looked at", [inspected(day="2026-11-09")],
        {"event": "loss", "date": "2026-11-08", "what": "mất trộm"}, "is before 09/11/2026",
    ),
    (
        "a part replaced since",
        [
            MENDABLE, QUOTED,
            {"event": "replacement", "date": "2026-11-08", "part": "disk", "what": "thay ổ cứng"},
        ],
        proposed("b-2"), "overtaken that. There is no quotation",
    ),
    (
        "a cheaper quotation since", [MENDABLE, QUOTED, quoted(2_000_000, day="2026-11-12")],
        proposed("b-2"), "since 05/11/2026 has overtaken that. The repair costs 16,66 %",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "events", "late", "wrong"), OVERTAKEN, ids=[each[0] for each in OVERTAKEN]
)
def test_what_is_overtaken_already_is_not_written_down_late(
    office: Office, name: str, events: list[dict[str, Any]], late: dict[str, Any], wrong: str
) -> None:
    for old, new in (YOUNG, COST) if late.get("ground") == "b-2" else ():
        office.tree.replace(CARD, old, new)
    for said in events:
        office.record(said)
    before = office.text()
    with pytest.raises(AssetRefused) as refused:
        office.record(late)
    assert wrong in refused.value.wrong, name
    assert office.text() == before


def test_what_was_proposed_before_a_new_year_is_still_written_down_after_it(
    office: Office,
) -> None:
    """Its life ended with the year: the law is that of the proposal's day."""
    for old, new in (("year_in_use: 2013", "year_in_use: 2020"), COST):
        office.tree.replace(CARD, old, new)
    late = datetime(2027, 1, 4, 5, 0, tzinfo=UTC)
    for said in (MENDABLE, QUOTED, proposed("b-2", "2026-12-30")):
        office.record(said, now=late)
    assert standing(office.book().one("thanhmy-03")).state is State.PROPOSED


def test_a_book_of_before_that_holds_one_stays_readable() -> None:
    made = asset(MENDABLE, quoted(3_600_001), REPAIRED, proposed("b-2"))
    assert standing(made).state is State.PROPOSED


def test_what_is_gone_cannot_have_been_wiped_later(office: Office) -> None:
    office.tree.replace(CARD, "  disk:", f"  disk: {SERIAL}")
    for said in (needed(), proposed("a"), decided(), wiped()):
        office.record(said)
    with pytest.raises(AssetRefused) as refused:
        office.record(disposed("2026-11-11"))
    assert refused.value.wrong == (
        f"11/11/2026 is before 12/11/2026, when the disk {SERIAL} was wiped or destroyed."
    )
    assert refused.value.mend == "Correct the day."
    office.record(disposed("2026-11-12"))
    made = office.book().one("thanhmy-03")
    for day in range(1, 21):
        standing(made.until(date(2026, 11, day)))


def test_no_disk_is_not_said_of_one_that_was_wiped(office: Office) -> None:
    office.tree.replace(CARD, "  disk:", f"  disk: {SERIAL}")
    for said in (needed(), proposed("a"), decided(), wiped()):
        office.record(said)
    with pytest.raises(AssetRefused) as refused:
        office.record(disposed(no_disk=True))
    assert f"the disk {SERIAL} is recorded as wiped or destroyed" in refused.value.wrong
    assert "--no-disk" in refused.value.mend
    office.record(disposed())


@pytest.mark.parametrize(
    ("day", "wrong"),
    [
        ("2099-01-01", "Event 2 is of 01/01/2099, which is to come."),
        ("2026-11-21", "Event 2 is of 21/11/2026, which is to come."),
        ("2026-10-31", "31/10/2026 is before 01/11/2026, the day of event 1."),
    ],
)
def test_an_undoing_is_of_a_day_after_the_event_and_not_to_come(
    office: Office, day: str, wrong: str
) -> None:
    office.record(inspected())
    before = office.text()
    with pytest.raises(AssetRefused) as refused:
        office.record(undone(1, day))
    assert refused.value.wrong == wrong
    assert refused.value.mend
    assert office.text() == before
    office.record(undone(1, "2026-11-01"))


def test_a_card_corrected_later_does_not_lock_the_asset(office: Office) -> None:
    """The cost becomes known after a proposal measured by a new equivalent."""
    office.tree.replace(CARD, "year_in_use: 2013", "year_in_use: 2022")
    for said in (
        inspected("broken", "repairable"), quoted(4_000_000),
        quoted(10_000_000, "new-equivalent"), proposed("b-2"),
    ):  # fmt: skip
        office.record(said)
    office.tree.replace(CARD, "original_cost:", "original_cost: 20000000")
    office.record({**inspected("broken", "repairable"), "date": "2026-11-06"})
    assert standing(office.book().one("thanhmy-03")).state is State.PROPOSED


def test_a_cut_while_writing_leaves_the_old_file(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.record(inspected())
    before = office.text()

    def cut(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", cut)
    with pytest.raises(OSError, match="No space"):
        office.record(needed())
    assert office.text() == before


def _write_many(root: str, name: str, count: int) -> None:
    """In a process of its own: record some events, each read and written under the lock."""
    os.environ["LANGUAGE"] = "en"
    resolved = answer()
    for number in range(count):
        with alone(Path(root)):
            book = read_book(Path(root), check(read_sources(Path(root)), resolved))
            said = {**needed(), "by": name, "why": f"{name} {number}"}
            add(Path(root), book.one("thanhmy-03"), said, NOON)


def test_two_who_write_at_once_lose_nothing(office: Office) -> None:
    context = get_context("spawn")
    writers = [
        context.Process(target=_write_many, args=(str(office.root), name, 4))
        for name in ("An", "Bình")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    events = office.book().one("thanhmy-03").events
    assert sorted(event.by for event in events) == ["An"] * 4 + ["Bình"] * 4


@given(st.text(min_size=1, max_size=60))
def test_whatever_is_typed_comes_back_as_it_was(typed: str) -> None:
    """Through ruamel.yaml and back through the strict reader, seal and all."""
    assume(typed.strip())
    plain = as_plain(with_event(asset(), {**needed(), "why": typed}).events[0])
    file = io.StringIO()
    round_trip().dump([as_yaml(plain)], file)
    read = parse(file.getvalue(), "events.yml", list).data
    assert read == [plain]
    assert seals.broken(read) is None


WORDS = [
    "yes", "no", "on", "1_000", "1:30", "0x1F", "~", "null", "2026-11-01", "- a", "#x", "a: b",
    "{x}", "'", '"', "\\", "@a", "%", "1.5", "=", "<<", "ổ cứng\u00a0hỏng", "một\nhai",
]  # fmt: skip


def test_words_yaml_would_misread_come_back_as_they_were(office: Office) -> None:
    for word in WORDS:
        office.record({**needed(), "why": word})
    found = [event.why for event in office.book().one("thanhmy-03").events]  # type: ignore[union-attr]
    assert found == WORDS


@pytest.mark.parametrize(
    ("text", "expected"),
    [("4080000", 4_080_000), ("4.080.000", 4_080_000), ("4 080 000 đ", 4_080_000)],
)
def test_money_as_people_type_it(text: str, expected: int) -> None:
    assert recording.money(text) == expected


@pytest.mark.parametrize("text", ["", "4,5", "4.08", "-5", "4.080.00", "một triệu", "1e6", "٣"])
def test_money_that_is_none(text: str) -> None:
    with pytest.raises(AssetRefused):
        recording.money(text)


def test_somebody_must_answer_for_an_event(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "none"))
    monkeypatch.delenv(recording.PERSON, raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssetRefused, match="Who answers"):
        recording.person("")
    monkeypatch.setenv(recording.PERSON, "Lê Thị Hoa")
    assert recording.person("") == "Lê Thị Hoa"
    assert recording.person("Trần Văn Bình") == "Trần Văn Bình"
