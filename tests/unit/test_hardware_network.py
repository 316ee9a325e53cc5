"""Cards, cables and the line: of one PC, of the switch, of the provider."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from checks.hardware import line
from checks.hardware.findings import Finding
from checks.hardware.network import judge, of_switch
from checks.report import Report
from tests.unit.reading_room import card, day, month, pc, report, said

SLOW = ("network.slow", "possible", "watch")
SLOW_AGAIN = ("network.slow", "likely", "repair")
A, B, C = "thapmuoi-01", "thapmuoi-02", "thapmuoi-03"


def cards(days_ago: float = 0, up_s: int = 10000, **named: Any) -> Report:
    return report(days_ago, line={"cards": named}, system={"uptime_s": up_s})


def judged(reports: Sequence[Report]) -> list[tuple[str, str, str]]:
    return said(list(judge(reports, pc())))


def test_a_healthy_card_and_none() -> None:
    assert judged([*month(), report()]) == []
    assert judged([report(line=None)]) == [("network.unknown", "unknown", "unknown")]
    assert judged([cards()]) == []


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("enp3s0", {"mbps": 100}, []),
        ("enp3s0", {"mbps": 99}, [SLOW]),
        ("enp3s0", {"mbps": 10}, [SLOW]),
        ("enp3s0", {"mbps": 1}, [SLOW]),
        ("eth0", {"mbps": 100, "duplex": "half"}, [SLOW]),
        ("enp3s0", {"mbps": -1, "duplex": "unknown"}, []),
        ("enp3s0", {"mbps": 0, "duplex": "half"}, []),
        ("enp3s0", {"mbps": None, "duplex": None}, []),
        ("enp3s0", {"up": "down", "mbps": 10}, []),
        ("wlp2s0", {"mbps": 54, "duplex": "half"}, []),
        ("enp3s0", {"rx_dropped": 10**9, "collisions": 10**6, "tx_errors": 10**6}, []),
    ],
)
def test_how_fast_the_link_is(
    name: str, facts: dict[str, Any], expected: list[tuple[str, str, str]]
) -> None:
    assert judged([report(line={"cards": {name: card(**facts)}})]) == expected


@pytest.mark.parametrize(("duplex", "words"), [("half", "half duplex"), ("full", "full duplex")])
def test_how_it_runs_is_told(duplex: str, words: str) -> None:
    (found,) = judge([cards(enp3s0=card(mbps=10, duplex=duplex))], pc())
    assert f"10 Mbit/s, {words}" in found.evidence


def test_a_card_without_a_cable_hides_no_other() -> None:
    assert judged([cards(wlp2s0=card(mbps=54), enp3s0=card(mbps=10))]) == [SLOW]


def test_slow_on_several_days() -> None:
    slow = [cards(ago, enp3s0=card(mbps=10)) for ago in (9, 5, 0)]
    assert judged(slow) == [SLOW_AGAIN]
    assert judged([cards(20, enp3s0=card(mbps=10)), *slow]) == [SLOW_AGAIN]
    assert judged(slow[1:]) == [SLOW]
    assert judged([cards(ago, enp3s0=card(mbps=10)) for ago in (0.2, 0.1, 0)]) == [SLOW]
    assert judged([*slow, report()]) == []


def test_a_link_that_was_lost() -> None:
    down = [("network.down", "likely", "repair")]
    gone = cards(enp3s0=card(up="down"))
    for days in (3, 9):
        (found,) = judge([*month(days=days), report(0.5, line={"cards": {}}), gone], pc())
        assert said([found]) == down
        assert "until 18/11/2026 it had" in found.evidence
    assert judged([*month(days=2), gone]) == []
    assert judged([*month(days=3), cards(enp3s0=card(up="down"), enp4s0=card())]) == []
    assert judged([*month(days=3), cards(enp3s0=card(up="unknown"))]) == []


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 99], []),
        ([0, 100], [("network.errors", "possible", "watch")]),
        ([5000], [("network.errors", "possible", "watch")]),
        ([100], [("network.errors", "possible", "watch")]),
        ([30, 129], []),
        ([0, 100, 200, 300], [("network.errors", "likely", "repair")]),
        ([5000, 5000, 5099], []),  # once, and long before the newest report
        ([0, 100, 200], [("network.errors", "likely", "repair")]),
        ([0, 100, 100, 100], []),
        ([0, None, 100], [("network.errors", "possible", "watch")]),
    ],
)
def test_damaged_frames_count_by_their_growth(
    counts: list[int | None], expected: list[tuple[str, str, str]]
) -> None:
    last = len(counts) - 1
    reports = [
        cards(last - n, 10000 + n * 86400, enp3s0=card(rx_errors=count))
        for n, count in enumerate(counts)
    ]
    assert judged(reports) == expected


def test_a_counter_begins_anew_with_each_start() -> None:
    again = [cards(ago, enp3s0=card(rx_errors=150)) for ago in (1, 0)]
    assert judged(again) == [("network.errors", "likely", "repair")]
    fell = [
        cards(1, 86400, enp3s0=card(rx_errors=150)),
        cards(0, 172800, enp3s0=card(rx_errors=99)),
    ]
    assert judged(fell) == []


def slow_link(host: str) -> list[Finding]:
    return list(judge([report(0, host, line={"cards": {"eno1": card(mbps=10)}})], pc(host)))


def test_a_slow_switch_is_told_once() -> None:
    hosts = (A, B, C, "thapmuoi-04", "thapmuoi-05")
    slow: dict[str, list[Finding]] = {host: slow_link(host) for host in hosts[:3]}
    pcs, of_site = of_switch({**slow, hosts[3]: [], hosts[4]: []})
    assert said(of_site) == [("network.switch", "likely", "repair")]
    assert said(pcs[A]) == [SLOW]
    certain = {host: [*each] for host, each in slow.items()}
    certain[A] = list(judge([cards(ago, eno1=card(mbps=10)) for ago in (9, 5, 0)], pc()))
    assert said(certain[A]) == [SLOW_AGAIN]
    pcs, _of_site = of_switch(certain)
    assert said(pcs[A]) == [SLOW]
    # Half of them, or two in all, is not the switch.
    for one in (certain[A], []):
        pcs, of_site = of_switch({A: one, B: slow[B]})
        assert of_site == ()
        assert said(pcs[B]) == [SLOW]
    half = {**slow, "x": [], "y": [], "z": []}
    assert of_switch(half)[1] == ()
    assert of_switch({**half, "v": [], "w": []})[1] == ()


def test_all_but_one_are_slow() -> None:
    hosts = (A, B, C, "thapmuoi-04")
    (switch,) = of_switch({**{host: slow_link(host) for host in hosts}, "thapmuoi-05": []})[1]
    assert ", ".join(hosts) in switch.evidence


def test_what_else_the_pcs_have_stays_as_it_is() -> None:
    errors = [cards(2 - n, enp3s0=card(rx_errors=150)) for n in range(2)]
    others = [*judge(errors, pc()), *line.judge_site({"a": measured(A, DAYS[-3:])})]
    others.append(replace(others[0], rule="power.alone"))
    slow = {host: [*slow_link(host), *others] for host in (A, B, C)}
    pcs, _of_site = of_switch(slow)
    assert list(pcs[A][1:]) == others


# --- the line -------------------------------------------------------------------------------------

DAYS = [f"2026-11-{n}" for n in range(10, 19)]


def measured(
    host: str, bad: Sequence[str] = (), days: Sequence[str] = DAYS, mbps: float = 0, **facts: Any
) -> list[Report]:
    worse = {"received": 200, **facts}
    shown = {each: day(**(worse if each in bad else {})) for each in days}
    return [report(0, host, line={"days": shown, "line_promised_mbps": mbps})]


def on_site(**pcs: list[Report]) -> list[tuple[str, str, str]]:
    return said(list(line.judge_site(pcs)))


def on_pcs(**pcs: list[Report]) -> list[tuple[str, str]]:
    return [(host, finding.rule) for host, finding in line.judge_pcs(pcs)]


LINE = [("network.line", "likely", "repair")]
UNMEASURED = [("network.line-unmeasured", "unknown", "unknown")]


def test_a_good_line() -> None:
    assert on_site(a=measured(A), b=measured(B)) == []
    assert on_pcs(a=measured(A), b=measured(B)) == []


def test_bad_for_all_is_the_line() -> None:
    three, two = DAYS[-3:], DAYS[-2:]
    assert on_site(a=measured(A, three), b=measured(B, three), c=measured(C)) == LINE
    assert on_site(a=measured(A, two), b=measured(B, two)) == []
    assert on_site(a=measured(A, three), b=measured(B)) == []
    assert on_pcs(a=measured(A, three), b=measured(B, three)) == []
    # Only the last week counts, all of it.
    assert on_site(a=measured(A, DAYS[2:5]), b=measured(B, DAYS[2:5])) == LINE
    assert on_site(a=measured(A, DAYS[1:4]), b=measured(B, DAYS[1:4])) == []
    assert on_site(a=measured(A, DAYS[:4]), b=measured(B, DAYS[:4])) == []


def test_bad_for_one_is_its_cable() -> None:
    three = DAYS[-3:]
    assert on_pcs(a=measured(A, three), b=measured(B)) == [("a", "network.line-here")]
    assert on_pcs(a=measured(A, three[1:]), b=measured(B)) == []
    assert on_pcs(a=measured(A, three), b=measured(B, days=DAYS[:4])) == []
    assert on_pcs(a=measured(A, three)) == []


def test_one_pc_alone_cannot_tell() -> None:
    assert on_site(a=measured(A, DAYS[-3:])) == [("network.line", "possible", "watch")]


@pytest.mark.parametrize(
    ("facts", "bad"),
    [
        ({"received": 236}, False),  # 1.7 %
        ({"received": 235}, True),
        ({"received": 240, "ms": 299.9}, False),
        ({"received": 240, "ms": 300}, True),
        ({"received": 9, "sent": 49}, False),  # too few to tell
        ({"received": 9, "sent": 50}, True),
        ({"received": 900}, False),  # torn by a power cut
    ],
)
def test_what_a_bad_day_is(facts: dict[str, Any], bad: bool) -> None:
    three = DAYS[-3:]
    room = {host: measured(host, three, **facts) for host in (A, B)}
    assert on_site(**room) == (LINE if bad else [])


def test_nobody_measured() -> None:
    assert on_site(a=[report(line={"days": {}, "line_target": ""})]) == UNMEASURED
    assert on_site(a=[report(line=None)]) == UNMEASURED
    assert on_site() == UNMEASURED
    # A target that answers nobody on any day tells nothing about the line.
    silent = measured(A, DAYS, received=0, ms=0.0)
    assert on_site(a=silent, b=measured(B, DAYS, received=0, ms=0.0)) == UNMEASURED
    assert on_pcs(a=silent, b=measured(B)) == [("a", "network.line-here")]


@pytest.mark.parametrize(("mbps", "told"), [(0, False), (30, True), (2, False)])
def test_what_was_promised(mbps: float, told: bool) -> None:
    room = {host: measured(host, DAYS, mbps=mbps, received=228) for host in (A, B)}
    found = next(iter(line.judge_site(room)))
    assert ("promised" in found.evidence) is told
    assert ("about 2.1 of the 30" in found.evidence) is told


def test_what_loss_leaves_of_a_line() -> None:
    # 1460 bytes, 20 ms, 2 % lost: 0.584 Mbit/s * 1.22 / 0.1414.
    assert line.reachable_mbps(0.02, 20) == pytest.approx(5.04, abs=0.01)
    assert line.reachable_mbps(0, 20) is None
    assert line.reachable_mbps(0.02, 0) is None


def test_a_later_report_knows_a_day_better() -> None:
    early = report(1, A, line={"days": {each: day(200) for each in DAYS}})
    late = report(0, A, line={"days": {each: day() for each in DAYS}})
    assert on_site(a=[early, late], b=[early, late]) == []
