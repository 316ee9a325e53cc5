"""What all findings come to: for one PC, for the site, and as rows of the one table."""

from typing import Any, get_args

import pytest

from checks.findings import Certainty, Finding, Severity, Status
from checks.hardware import findings as hardware
from checks.hardware import machine_disks, told
from checks.hardware.ageing import past_useful_life, useful_life
from checks.hardware.findings import Certainty as Sure
from checks.hardware.verdict import Verdict, conclude, examine
from checks.report import Report
from inventory.records import Workstation
from tests.unit.reading_room import NOW, card, disk, fan, healthy, month, pc, report, said, sensor
from tests.unit.test_hardware_kernel import LOST
from tests.unit.test_hardware_stops import cut_at, days, ran_through

A, B, C = "thapmuoi-01", "thapmuoi-02", "thapmuoi-03"
TODAY = NOW.date()


def one(reports: list[Report], declared: Workstation | None = None) -> Verdict:
    declared = declared or pc()
    return examine({declared.name: reports}, {declared.name: declared}).pcs[declared.name]


def finding(
    rule: str, certainty: Sure = "likely", verdict: hardware.Verdict = "repair", part: str = "x"
) -> hardware.Finding:
    return hardware.Finding(rule, part, certainty, verdict, f"{rule} because.", "a test")


def test_a_healthy_room() -> None:
    names = (A, B, C)
    site = {host: [*month(host), report(0, host)] for host in names}
    found = examine(site, {host: pc(host) for host in names})
    assert {host: each.advice for host, each in found.pcs.items()} == dict.fromkeys(names, "keep")
    assert [told.table(each) for each in found.pcs.values()] == [[], [], []]
    assert found.site == ()
    assert {each.rule for each in found.pcs[A].findings} == {"age.in-use", "age.running"}


# What a sound PC of 2013 shows, and what other tools turn red for.
ALARMING: dict[str, Any] = {
    "disks": [disk("seagate-healthy-old"), disk("wdc-healthy", "sdb")],
    "identity": {
        "product_serial": "To be filled by O.E.M.",
        "board_serial": "System Serial Number",
        "product_uuid": "03000200-0400-0500-0006-000700080009",
    },
    "memory": {"total": 3300 << 20, "available": 40 << 20, "swap": 0},
    "temperatures": {
        "sensors": [
            sensor(62.0),
            sensor(110.0, "nct6776", label="AUXTIN", high=80.0, critical=None),
            sensor(-60.0, "nct6776", label="CPUTIN", high=80.0, critical=None),
            sensor(35.0, "nct6776", label="SYSTIN", high=0.0, critical=None),
            sensor(52.0, "drivetemp", label=None, high=60.0, critical=70.0),
        ],
        "fans": [fan(0, name="fan1"), fan(703), fan(0, name="fan3"), fan(675000, name="fan4")],
    },
    "clock": {"battery_clock_off_s": 25201},
    "kernel": {
        "disk": {"count": 900, "samples": ["I/O error, dev fd0, sector 0", "dev sr0, sector 0"]},
        "memory": {"count": 4, "samples": ["Out of memory: Killed process 99 (firefox-esr)"]},
        "usb": {"count": 2, "samples": ["usb usb2-port4: unable to enumerate USB device"]},
        "filesystem": {"count": 1, "samples": ["EXT4-fs warning (device sdc1): dirty"]},
    },
    "line": {
        "cards": {
            "enp3s0": card(mbps=100, rx_dropped=10**7, rx_errors=17),
            "enp5s0": card(up="down", mbps=-1, duplex="unknown"),
        },
        "days": {f"2026-11-{n}": {"samples": 48, "sent": 240, "received": 238, "avg_ms": 120}
                 for n in range(10, 19)},
    },
    "starts": {"boots": cut_at(days(1)[0]), "emergencies": 3},
}  # fmt: skip


def test_alarming_numbers_of_a_healthy_room() -> None:
    names = (A, B, C)
    site = {host: [*month(host, **ALARMING), report(0, host, **ALARMING)] for host in names}
    site[C] = [*month(C), report(0, C)]
    found = examine(site, {host: pc(host) for host in names})
    assert [each.reason for each in found.pcs.values() if each.advice != "keep"] == []
    assert [told.table(each) for each in found.pcs.values()] == [[], [], []]
    # Two PCs that stopped at once were on the same mains: that is told, of the site.
    assert said(found.site) == [("power.mains", "likely", "watch")]


def test_a_pc_that_never_reported() -> None:
    found = examine({A: [], B: [report(0, B)]}, {A: pc(A), B: pc(B)})
    assert found.pcs[A].advice == "unknown"
    assert found.pcs[A].findings == ()
    assert found.pcs[B].advice == "keep"
    empty = examine({}, {})
    assert (empty.pcs, empty.site) == ({}, ())
    assert examine({A: []}, {A: pc(A)}).site == ()


@pytest.mark.parametrize(
    ("parts", "advice", "rule"),
    [
        ({"disks": [disk("failing-now")]}, "repair", "disk.failed"),
        ({"disks": [disk("usb-bridge")]}, "unknown", "disk.unknown"),
        ({"disks": [{**disk(), "smart": {"error": "smartctl gave no answer"}}]}, "unknown",
         "disk.unknown"),
        ({"disks": [{**disk(), "smart": {"nonsense": 1}}]}, "unknown", "disk.unknown"),
        ({"disks": None}, "unknown", "disk.unknown"),
        ({"disks": []}, "unknown", "disk.unknown"),
        ({"disks": [{**disk(), "usb": True}]}, "unknown", "disk.unknown"),
        ({"disks": [{**disk(), "removable": True}]}, "unknown", "disk.unknown"),
        ({"memory": {"errors": None}}, "keep", "memory.unmeasured"),
        ({"clock": {"set_back_at_start": 1}}, "watch", "clock.battery"),
        ({"clock": {"set_back_at_start": 2}}, "repair", "clock.battery"),
        ({"temperatures": None}, "keep", "heat.unknown"),
        ({"line": {"cards": {"eno1": card(mbps=10)}}}, "watch", "network.slow"),
        ({"identity": None}, "keep", "identity.unknown"),
        ({"kernel": {"machine-check": {"count": 1, "samples": [LOST]}}}, "repair",
         "board.machine-check"),
        ({"starts": None}, "keep", "power.unknown"),
    ],
)  # fmt: skip
def test_each_part_reaches_the_verdict(parts: dict[str, Any], advice: str, rule: str) -> None:
    verdict = one([report(**parts)])
    assert verdict.advice == advice
    assert rule in [each.rule for each in verdict.findings]


def test_neighbours_reach_the_verdict() -> None:
    when = days(12)
    site = {
        A: [report(0, A, starts={"boots": cut_at(*when)})],
        B: [report(0, B, starts={"boots": ran_through(*when)}, identity=healthy(A)["identity"])],
    }
    found = examine(site, {A: pc(A), B: pc(B)})
    assert found.pcs[A].advice == "repair"
    assert found.pcs[A].parts == ("power supply",)
    assert {"identity.twin", "power.alone"} <= {each.rule for each in found.pcs[A].findings}
    assert found.pcs[B].advice == "watch"


def test_a_disk_that_was_exchanged_or_is_gone_is_told_for_a_month() -> None:
    two = [disk(), disk("seagate-healthy-old", "sdb")]
    rule = "disk.vanished"
    found = machine_disks.judge([report(29, disks=two), *month(days=9), report()], pc())
    assert said(found) == [(rule, "certain", "repair")]
    assert machine_disks.judge([report(31, disks=two), *month(days=9), report()], pc()) == ()
    other = machine_disks.judge([*month(days=9), report(disks=[disk("toshiba-healthy")])], pc())
    assert [each.rule for each in other] == ["disk.swapped"]


def test_what_grew_since_the_earlier_reports() -> None:
    less, more = disk(), disk()
    for each, count, hours in ((less, 0, 100), (more, 20, 120)):
        each["smart"]["power_on_time"]["hours"] += hours
        for row in each["smart"]["ata_smart_attributes"]["table"]:
            if row["id"] == 199:
                row["raw"] = {"value": count, "string": str(count)}
    found = machine_disks.judge([report(2, disks=[less]), report(disks=[more])], pc())
    assert said(found) == [("disk.cable", "likely", "repair")]


# --- inspection -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("findings", "advice"),
    [
        ([finding("memory.less", "certain")], "inspect"),
        ([finding("board.machine-check", "certain")], "inspect"),
        ([finding("memory.corrected")], "repair"),
        # A disk is changed in ten minutes, however certain its end is.
        ([finding("disk.failed", "certain")], "repair"),
        ([finding("disk.points"), finding("power.alone")], "inspect"),
        ([finding("disk.points"), finding("disk.failed", "certain")], "repair"),
        # A battery, a cable and a fan are small change.
        ([finding("clock.battery"), finding("disk.cable"), finding("fan.stopped")], "repair"),
        ([finding("disk.points"), finding("disk.cable"), finding("network.slow")], "repair"),
        ([finding("disk.points"), finding("memory.less", "possible", "watch")], "repair"),
        ([finding("identity.twin", "certain", "watch")], "watch"),
        ([finding("age.in-use", "certain", "keep")], "keep"),
        ([finding("disk.unknown", "unknown", "unknown")], "unknown"),
        ([finding("heat.unknown", "unknown", "unknown")], "keep"),
        ([], "keep"),
    ],
)
def test_what_findings_come_to(findings: list[hardware.Finding], advice: str) -> None:
    assert conclude(pc(), [report()], findings).advice == advice


def test_only_a_pc_past_its_useful_life_is_proposed() -> None:
    worst = [finding("memory.less", "certain"), finding("board.machine-check", "certain")]
    for year, advice in ((2019, "inspect"), (2020, "repair"), (None, "repair")):
        assert conclude(pc(year_in_use=year), [report()], worst).advice == advice
    proposed = conclude(pc(), [report()], worst)
    assert "people decide" in proposed.reason


def test_useful_life_is_dated() -> None:
    lives = {year: useful_life(pc(), TODAY.replace(year=year)) for year in (2005, 2015, 2025, 2026)}
    assert {year: life and life[0] for year, life in lives.items()} == {
        2005: None, 2015: 5, 2025: 5, 2026: 7,
    }  # fmt: skip
    assert past_useful_life(pc(year_in_use=2020), TODAY) is False
    assert past_useful_life(pc(year_in_use=2020), TODAY.replace(year=2025)) is True
    assert past_useful_life(pc(year_in_use=None), TODAY) is None


def test_age_is_information_alone() -> None:
    old = one([report()], pc(year_in_use=1995))
    assert old.advice == "keep"
    assert [each.verdict for each in old.findings] == ["keep", "keep"]
    unknown = one([report()], pc(year_in_use=None))
    assert [each.rule for each in unknown.findings] == ["age.running"]
    assert [each.rule for each in one([report()], pc(year_in_use=2030)).findings] == ["age.running"]


# --- the one table --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "certainty", "verdict", "severity"),
    [
        ("disk.failed", "certain", "repair", Severity.GRAVE),
        ("disk.points", "likely", "repair", Severity.GRAVE),
        ("memory.less", "certain", "repair", Severity.GRAVE),
        ("board.machine-check", "likely", "repair", Severity.GRAVE),
        ("disk.cable", "likely", "repair", Severity.NORMAL),
        ("clock.battery", "likely", "repair", Severity.NORMAL),
        ("disk.worn", "possible", "repair", Severity.NORMAL),
        ("identity.twin", "certain", "watch", Severity.NORMAL),
        ("disk.points", "possible", "watch", Severity.MINOR),
        ("memory.unmeasured", "unknown", "unknown", Severity.MINOR),
    ],
)
def test_a_row(rule: str, certainty: Sure, verdict: hardware.Verdict, severity: Severity) -> None:
    (row,) = told.rows(A, [finding(rule, certainty, verdict, "disk sda")])
    unknown = verdict == "unknown"
    assert row == Finding(
        host=A,
        control=f"hardware.{rule}",
        status=Status.UNKNOWN if unknown else Status.FAIL,
        severity=severity,
        reason=f"{rule} because.",
        remedy=row.remedy,
        certainty=Certainty(certainty),
        part="disk sda",
    )
    assert row.remedy


def test_one_rule_on_one_part_is_one_row() -> None:
    mild, bad = finding("disk.points", "possible", "watch"), finding("disk.points")
    same = hardware.Finding("disk.points", "x", "likely", "repair", "And this.", "a test")
    (row,) = told.rows(A, [mild, bad, same, bad])
    assert (row.severity, row.certainty) == (Severity.GRAVE, Certainty.LIKELY)
    assert row.reason == "disk.points because. And this."
    assert len(told.rows(A, [mild, finding("disk.points", part="y")])) == 2
    assert told.rows(A, [finding("age.in-use", "certain", "keep")]) == []


def test_the_words_of_both_vocabularies_are_the_same() -> None:
    assert {each.value for each in Certainty} == set(get_args(Sure))
