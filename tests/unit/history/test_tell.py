"""The morning page, the notice and the JSON: the worst first, nothing left unsaid."""

import json
import re
from datetime import timedelta

import pytest
from rich.console import Console

from checks.findings import Severity, Status
from checks.history import Group, History, Known
from checks.night_json import FindingDocument, NightDocument, document
from checks.notice import DUE, LONGEST, MOST, missed, notice
from checks.tell import page
from tests.unit.history.nights import DISK, A, B, at, found, night, ok, unreachable

C, D = "thapmuoi-03", "thapmuoi-04"
GRAVE = found(control="disk.words", part=DISK, severity=Severity.GRAVE)
MORNING = timedelta(hours=1)


def shown(history: History, number: int, *hosts: str, missed: str | None = None) -> list[str]:
    console = Console(width=80, color_system=None)
    with console.capture() as caught:
        console.print(page(history.states(hosts), at(number) + MORNING, missed))
    return [line.rstrip() for line in caught.get().splitlines()]


def sent(history: History, number: int, *hosts: str, missed: str | None = None) -> tuple[str, str]:
    now = at(number) + MORNING
    said = notice(history.changes(night(number).day), history.states(hosts), now, missed)
    return said.title, said.body


def test_the_first_line_counts_every_pc_once(history: History) -> None:
    hosts = (A, B, C, D)
    history.remember(night(1, ok(), ok(host=B), ok(host=C), hosts=hosts[:3]))
    blind = found(Status.UNKNOWN, host=C)
    history.remember(night(4, found(), unreachable(B), blind, unreachable(D), hosts=hosts))
    states = history.states(hosts)
    assert [state.group for state in states] == [
        Group.NEEDS, Group.UNREACHED, Group.UNTOLD, Group.UNREACHED,
    ]  # fmt: skip
    first = " ".join(shown(history, 4, *hosts)[:3])
    assert first.startswith(
        "PCs: 0 fine, 1 need something, 2 not reached, 1 fine as far as can be told "
        f"({D}: no report yet; {B}: last report 3 days ago)."
    )


def test_when_all_is_well_there_is_one_line(history: History) -> None:
    history.remember(night(1, ok(), ok(host=B), hosts=(A, B)))
    assert shown(history, 1, A, B) == ["PCs: 2 fine, 0 need something, 0 not reached."]


def test_the_page_fits_80_columns_whatever_a_pc_says(history: History) -> None:
    long = found(control="browser.policy", part="x" * 200 + "[bold]" + "\n" * 9)
    history.remember(night(1, long, hosts=(A,)))
    lines = shown(history, 1, A)
    assert max(map(len, lines)) <= 80
    assert "[bold]" in "".join(line.replace(" ", "") for line in lines)


def test_the_worst_pc_comes_first_with_its_worst_finding(history: History) -> None:
    minor = found(control="desktop.icons", severity=Severity.MINOR)
    history.remember(night(1, minor, found(), GRAVE, hosts=(A,)))
    history.remember(night(2, found(host=B), found(host=B, control="power.wake"), hosts=(B,)))
    lines = shown(history, 2, B, A)
    words = re.findall(r"02/03 +(\w+)|03/03 +(\w+)", "\n".join(lines))
    assert ["".join(pair) for pair in words] == ["grave", "normal", "minor", "normal", "normal"]
    assert [line.split()[0] for line in lines if line.startswith("th")] == [A, B]


def test_what_was_not_seen_says_so(history: History) -> None:
    history.remember(night(1, GRAVE))
    history.remember(night(3, unreachable()))
    text = " ".join(" ".join(shown(history, 3, A)).split())
    assert "(not seen since 02/03)" in text
    assert "not reached" in text


def test_an_old_finding_shows_its_year(history: History) -> None:
    history.remember(night(1, found()))
    history.remember(night(365, found()))
    assert any("02/03/26" in line for line in shown(history, 365, A))


def test_what_is_waived_is_counted_and_out_of_the_way(history: History) -> None:
    history.remember(night(1, found(Status.WAIVED)))
    lines = shown(history, 1, A)
    assert lines[0].startswith("PCs: 1 fine")
    assert lines[-1] == "Waived: 1; the first waiver ends on 10/03/2026."


def test_a_long_list_of_absent_pcs_is_cut(history: History) -> None:
    hosts = tuple(f"pc-{number:02}" for number in range(12))
    history.remember(night(1, *(unreachable(host) for host in hosts), hosts=hosts))
    assert "and 7 more" in " ".join(shown(history, 1, *hosts)[:4])


# --- the notice -----------------------------------------------------------------------------------


def test_a_notice_says_what_changed_and_what_is_grave(history: History) -> None:
    history.remember(night(1, GRAVE, found()))
    title, body = sent(history, 1, A)
    assert title == "Library PCs 02/03/2026: 2 new, 0 still grave, 0 mended"
    assert f"- {A} (since 02/03): disk sda, serial Z1D5: it is fail\n  What to do: mend it" in body
    history.remember(night(2, GRAVE, ok(), found(control="power.wake")))
    title, body = sent(history, 2, A)
    assert title == "Library PCs 03/03/2026: 1 new, 1 still grave, 1 mended"
    sections = ["New:", "Still grave:", "Mended:"]
    assert [line for line in body.splitlines() if line in sections] == sections
    assert body.count("What to do") == 2


def test_a_notice_speaks_when_nothing_changed(history: History) -> None:
    for number in (1, 2):
        history.remember(night(number, ok()))
    _title, body = sent(history, 2, A)
    assert body == (
        "PCs: 1 fine, 0 need something, 0 not reached.\n\n"
        "Nothing has changed since the last notice.\n"
    )


def test_a_pc_that_fell_silent_is_news_once(history: History) -> None:
    history.remember(night(1, ok()))
    for number, news in ((2, True), (3, False)):
        history.remember(night(number, unreachable()))
        _title, body = sent(history, number, A)
        assert ("No longer reached:" in body) is news
        assert ("Nothing has changed" in body) is not news


def test_a_notice_repeats_what_is_grave_when_nothing_changed(history: History) -> None:
    for number in (1, 2):
        history.remember(night(number, GRAVE))
    _title, body = sent(history, 2, A)
    assert "Still grave:" in body
    assert "Nothing has changed" in body


def test_a_whole_fleet_that_fails_makes_no_endless_mail(history: History) -> None:
    history.remember(night(1, *(found(control=f"a.{number}") for number in range(MOST + 5))))
    _title, body = sent(history, 1, A)
    assert body.count("What to do") == MOST
    assert "and 5 more" in body


def test_missed_nights_are_told_with_the_rest(history: History) -> None:
    history.remember(night(1, ok()))
    assert "a sentence" in sent(history, 1, A, missed="a sentence")[1]
    assert "a sentence" in shown(history, 1, A, missed="a sentence")


# --- missed nights --------------------------------------------------------------------------------


def test_before_the_first_night_none_was_missed(history: History) -> None:
    assert missed(history, at(1)) is None


def test_a_night_that_ran_was_not_missed(history: History) -> None:
    history.remember(night(1))
    assert missed(history, at(2)) is None
    assert missed(history, at(1) + DUE) is None


@pytest.mark.parametrize(("number", "nights"), [(3, 2), (11, 10)])
def test_nights_without_a_run_are_counted(history: History, number: int, nights: int) -> None:
    history.remember(night(1))
    said = missed(history, at(number))
    assert said
    assert f"began at 05:00 02/03/2026; nights missed since: {nights}." in said


def test_a_night_that_is_only_late_is_missed_too(history: History) -> None:
    history.remember(night(1))
    said = missed(history, at(1) + DUE + timedelta(minutes=1))
    assert said
    assert "nights missed since: 1." in said


def test_a_run_that_was_cut_is_told(history: History) -> None:
    history.remember(night(1))
    history.begin(night(2))
    assert missed(history, at(2) + LONGEST) is None
    said = missed(history, at(3))
    assert said
    assert "began at 05:00 03/03/2026 was cut off" in said


def test_a_clock_that_went_back_is_told(history: History) -> None:
    history.remember(night(9))
    said = missed(history, at(2))
    assert said
    assert "is this computer's clock right?" in said


def test_a_notice_that_did_not_go_out_is_told(history: History) -> None:
    history.remember(night(1))
    history.noticed("night-1", "The server said no.", told=False)
    assert missed(history, at(2)) == "The last notice did not go out: The server said no."
    history.noticed("night-1", "The notice was sent.", told=True)
    assert missed(history, at(2)) is None


# --- JSON -----------------------------------------------------------------------------------------


def test_the_json_of_a_night_has_one_shape(history: History) -> None:
    history.remember(night(1, GRAVE, unreachable(B), hosts=(A, B)))
    run = history.last_run()
    assert run
    hosts = (A, B)
    told = document(run, history.states(hosts), history.changes(night(1).day), "sentence")
    said = json.loads(told.model_dump_json())
    assert list(said) == ["format", "run", "missed", "counts", "hosts", "changes"]
    assert said["format"] == "benvung-night/1"
    assert said["counts"] == {"fine": 0, "needs": 1, "untold": 0, "unreached": 1}
    assert list(said["changes"]) == ["new", "grave", "mended", "silent"]
    assert [one["host"] for one in said["changes"]["silent"]] == [B]
    assert said["hosts"][0]["last_report"] == "2026-03-01T22:00:00Z"
    assert said["changes"]["new"] == [
        {
            "host": A, "control": "disk.words", "part": DISK, "status": "fail",
            "severity": "grave", "certainty": "likely", "reason": "it is fail",
            "remedy": "mend it", "first": "2026-03-02", "last": "2026-03-02", "seen": True,
            "ended": None, "waived_until": None,
        }
    ]  # fmt: skip
    assert NightDocument.model_validate(said) == told


def test_every_field_of_a_finding_is_in_the_json() -> None:
    assert set(FindingDocument.model_fields) == set(Known.__dataclass_fields__)
