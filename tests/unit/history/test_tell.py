"""The morning page, the notice and the JSON: the worst first, nothing left unsaid."""

import json
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from rich.console import Console

from checks.controls import CONTROLS
from checks.findings import Certainty, Finding, Severity, Status
from checks.history import Group, History, Known
from checks.night_json import FindingDocument, NightDocument, document
from checks.notice import DUE, LONGEST, MOST, missed, notice
from checks.schedule import planned
from checks.tell import BLIND, page
from inventory.loader import ROOT
from tests.unit.history.nights import DISK, A, B, at, day, found, night, ok, unreachable
from tests.unit.shipped import shipped

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


def test_a_pc_of_a_closed_room_is_named_on_page_and_in_the_notice(history: History) -> None:
    history.remember(night(1, ok(), ok(host=B), hosts=(A, B)))
    states, now = history.states((A, B)), at(1) + MORNING
    sentence = f"Off with their room closed, told by their last report: {B}."
    console = Console(width=80, color_system=None)
    with console.capture() as caught:
        console.print(page(states, now, resting=[B]))
    assert caught.get().splitlines()[1] == sentence
    changes = history.changes(night(1).day)
    assert notice(changes, states, now, resting=[B]).body.splitlines()[1] == sentence
    assert sentence not in notice(changes, states, now).body


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
    words = re.findall(r"^(\w+) +0[23]/03 ", "\n".join(lines), re.MULTILINE)
    assert words == ["grave", "normal", "minor", "normal", "normal"]
    assert [line.split()[0] for line in lines if line.startswith("th")] == [A, B]


def test_what_was_not_seen_says_so(history: History) -> None:
    history.remember(night(1, GRAVE))
    history.remember(night(3, unreachable()))
    lines = shown(history, 3, A)
    assert "(not seen since 02/03)" in " ".join(" ".join(lines).split())
    assert any(re.match(r"away +04/03  it is unreachable$", line) for line in lines)


def test_an_old_finding_shows_its_year(history: History) -> None:
    history.remember(night(1, found()))
    history.remember(night(365, found()))
    assert any("02/03/26" in line for line in shown(history, 365, A))


def saying(one: Finding, reason: str, remedy: str = "mend it") -> Finding:
    return replace(one, reason=reason, remedy=remedy)


def test_it_says_what_it_is_about_and_how_sure_it_is(history: History) -> None:
    sure = replace(found(control="power.wake"), certainty=Certainty.CERTAIN)
    perhaps = replace(GRAVE, certainty=Certainty.POSSIBLE)
    history.remember(night(1, found(), perhaps, sure))
    lines = shown(history, 1, A)
    assert A in lines
    for words in (
        "updates.security-pending (likely): it is fail",
        "disk sda, serial Z1D5 (possible): it is fail",
        "power.wake: it is fail",
    ):
        assert any(line.endswith(words) for line in lines)


def test_what_is_said_of_one_part_with_one_remedy_is_told_once(history: History) -> None:
    mild = saying(found(control="disk.points", part=DISK), "It has 60712 bad sectors.")
    other = saying(found(control="disk.cable", part="cable sda Z1D5"), "Of the cable.")
    another = saying(found(control="disk.hot", part=DISK), "It is hot.", "Blow the dust out.")
    for number in (1, 2):
        history.remember(night(number, *[mild][:number], other, another))
    history.remember(night(3, mild, other, another, saying(GRAVE, "It fails.")))
    text = " ".join(" ".join(shown(history, 3, A)).split())
    once = "disk sda, serial Z1D5 (likely): It fails. It has 60712 bad sectors. → mend it"
    assert f"grave 02/03 {once}" in text
    assert text.count("→ mend it") == 2
    assert "It is hot. → Blow the dust out." in text


def test_what_several_pcs_have_is_told_once(history: History) -> None:
    hosts = (A, B, C, D)
    alone = found(control="power.wake", severity=Severity.GRAVE)
    for number, there in ((1, hosts[1:2]), (2, hosts[:3])):
        night_ = night(number, *(found(host=host) for host in there), alone, hosts=hosts)
        history.remember(night_)
    lines = shown(history, 2, *hosts)
    text = "\n".join(lines)
    assert lines.index(A) < lines.index(f"{A}, {B}, {C}")
    assert text.count("updates.security-pending") == 1
    # Since the first day on any of them.
    assert re.search(r"^normal +02/03  updates.security-pending", text, re.MULTILINE)
    assert "all 3 PCs" in shown(history, 2, A, B, C)
    two = [line for line in shown(history, 2, A, B, D) if line in hosts]
    assert two == [A, B]


def test_one_command_mends_what_needs_nothing_else(
    history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(control: str, host: str) -> Finding:
        remedy = next(one for one in CONTROLS if one.id == control).remedy_for(host)
        return saying(found(control=control, host=host), f"{host}: {control}.", remedy)

    for language in ("en", "vi"):
        monkeypatch.setenv("LANGUAGE", language)
        one = broken("power.closing", A)
        history.remember(night(1, one, ok(host=B), hosts=(A, B), run=language))
        lines = shown(history, 1, A, B)
        assert lines[-1] == f"pyinfra inventory deploys/power.py -y --limit={A}"
        assert "→" not in "".join(lines)
        hand = broken("health.room", B)
        two = [one, broken("session.no-groups", B), hand]
        history.remember(night(2, *two, hosts=(A, B), run=f"{language} again"))
        lines = shown(history, 2, A, B)
        command = f"pyinfra inventory deploys/baseline.py -y --limit={A} \\"
        assert lines[-2:] == [command, f"    --limit={B}"]
        assert "".join(lines).count("→") == 1


def test_a_command_for_many_pcs_can_be_pasted(history: History) -> None:
    hosts = [f"pc-{'x' * number}-{number:02}" for number in range(15)]
    remedies = {host: f"Run: pyinfra inventory deploys/power.py --limit {host}" for host in hosts}
    faults = [saying(found(host=host), "x", remedy) for host, remedy in remedies.items()]
    history.remember(night(1, *faults, hosts=tuple(hosts)))
    lines = shown(history, 1, *hosts)
    assert max(map(len, lines)) <= 80
    start = next(number for number, line in enumerate(lines) if line.startswith("pyinfra"))
    words = shlex.split("\n".join(lines[start:]).replace("\\\n", ""))
    limits = [f"--limit={host}" for host in hosts]
    assert words == ["pyinfra", "inventory", "deploys/power.py", "-y", *limits]


def test_what_nobody_can_tell_is_told_once_for_all(history: History) -> None:
    hosts = (A, B, C)
    blind = [
        found(Status.UNKNOWN, control=f"power.x{number}", host=host)
        for number in range(6)
        for host in hosts
    ]
    own = found(Status.UNKNOWN, control="desktop.printers", host=B)
    history.remember(night(1, *blind, own, unreachable(D), hosts=(*hosts, D)))
    lines = shown(history, 1, *hosts, D)
    assert lines[-2:] == [
        "Nobody can tell on all 3 PCs: power (6).",
        f"Nobody can tell on {B}: desktop.printers.",
    ]
    assert not any(line.strip() in (A, B, C) for line in lines)


def test_what_nobody_can_tell_never_fills_the_page(history: History) -> None:
    hosts = tuple(f"pc-{number:02}" for number in range(12))
    blind = [found(Status.UNKNOWN, control=f"power.{host}", host=host) for host in hosts]
    history.remember(night(1, *blind, hosts=hosts))
    lines = shown(history, 1, *hosts)
    assert sum(line.startswith("Nobody can tell") for line in lines) == BLIND
    assert lines[-1] == "and 7 more"


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
    assert (
        f"- {A} (since 02/03): disk sda, serial Z1D5 (likely): it is fail\n  What to do: mend it"
        in body
    )
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


def test_a_run_that_was_killed_is_told_at_once(history: History, database: str) -> None:
    """However soon the next one begins; one that still runs beside it is none."""
    history.remember(night(1))
    begins = (
        "import sys, time\n"
        "from checks.history import open_history\n"
        "from tests.unit.history.nights import night\n"
        "open_history(sys.argv[1]).begin(night(2))\n"
        "print('begun', flush=True)\n"
        "time.sleep(600)\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", begins, database], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert running.stdout
    assert running.stdout.readline() == b"begun\n"
    soon = at(2) + timedelta(minutes=1)
    assert missed(history, soon) is None
    running.kill()
    running.communicate()
    said = missed(history, soon)
    assert said
    assert "began at 05:00 03/03/2026 was cut off" in said


def test_a_cut_run_is_told_until_a_notice_has_told_it(history: History) -> None:
    history.remember(night(1))
    history.noticed("night-1", "The notice was sent.", told=True)
    history.begin(night(2))
    history.remember(night(3))
    history.noticed("night-3", "The server said no.", told=False)
    said = missed(history, at(4))
    assert said
    assert "began at 05:00 03/03/2026 was cut off" in said
    assert "The last notice did not go out: The server said no." in said
    history.noticed("night-3", "The notice was sent.", told=True)
    assert missed(history, at(4)) is None


def test_where_no_notice_is_ever_sent_it_is_told_once(history: History) -> None:
    history.begin(night(1))
    history.remember(night(2))
    assert missed(history, at(3)) is None


def test_nights_missed_before_a_run_that_told_nobody_are_told_too(history: History) -> None:
    history.remember(night(1))
    history.noticed("night-1", "The notice was sent.", told=True)
    history.remember(night(5))
    said = missed(history, at(6))
    assert said
    assert "Between 05:00 02/03/2026 and 05:00 06/03/2026 nights were missed: 4." in said


def test_a_look_at_some_pcs_is_no_night(history: History) -> None:
    """Neither does it stand for one, nor is it compared with."""
    history.remember(night(1))
    by_hand = replace(night(3, found(), run="by-hand"), whole=False)
    history.remember(by_hand)
    history.noticed("by-hand", "The notice was sent.", told=True)
    said = missed(history, at(4))
    assert said
    assert "began at 05:00 02/03/2026; nights missed since: 3." in said
    # What the others had was told by nobody.
    assert history.changes(day(4)).new


def test_only_nights_that_were_due_are_missed(history: History) -> None:
    """The rooms are closed on Sundays: at Monday's closing nothing was missed."""
    history.remember(night(6))  # a Saturday, 7 March 2026
    due = partial(planned, shipped())
    monday, tuesday = (datetime(2026, 3, number, 10, tzinfo=UTC) for number in (9, 10))
    assert missed(history, at(6) + timedelta(hours=1), due) is None
    before_closing = datetime(2026, 3, 7, 4, tzinfo=UTC)
    history.remember(replace(night(7), began=before_closing))
    assert missed(history, monday, due) is None
    said = missed(history, tuesday, due)
    assert said
    assert "nights missed since: 1." in said


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
