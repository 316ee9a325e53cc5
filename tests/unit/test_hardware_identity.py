"""Serial numbers that are none, that two PCs bear, that change."""

from typing import Any

import pytest

from checks.hardware.identity import is_identity, judge, twins
from checks.report import Report
from tests.unit.reading_room import month, pc, report, said

A, B, C = "thapmuoi-01", "thapmuoi-02", "thapmuoi-03"
CHANGED = ("identity.changed", "certain", "watch")
PLACEHOLDER = ("identity.placeholder", "certain", "keep")


def judged(reports: list[Report], **on_card: Any) -> list[tuple[str, str, str]]:
    return said(list(judge(reports, pc(**on_card))))


def twinned(*reports: Report) -> list[tuple[str, str]]:
    site = {each.host: [each] for each in reports}
    return [(host, finding.part) for host, finding in twins(site)]


@pytest.mark.parametrize(
    "value",
    [
        "To be filled by O.E.M.", "To Be Filled By O.E.M.", "  to be  filled by o.e.m. ",
        "System Serial Number", "Default string", "00000000", "........", "None", "", None, "xxxx",
        "0123456789", "123", "00000000-0000-0000-0000-000000000000",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "03000200-0400-0500-0006-000700080009",
        "MB-1234567890", "Không rõ",
    ],
)  # fmt: skip
def test_no_identity(value: str | None) -> None:
    assert not is_identity(value)


@pytest.mark.parametrize(
    "value", ["7XK2M01", "CN-0D441T-70163", "4c4c4544-0058-4b10-8032-b7c04f", "7XK2", "1212"]
)
def test_an_identity(value: str) -> None:
    assert is_identity(value)


def test_placeholders_are_information_and_no_twins() -> None:
    bogus = {
        "product_serial": "System Serial Number",
        "board_serial": "To be filled by O.E.M.",
        "product_uuid": "03000200-0400-0500-0006-000700080009",
    }
    both = [report(0, host, identity=bogus) for host in (A, B)]
    assert judged([*month(identity=bogus), both[0]]) == [PLACEHOLDER] * 3
    assert twinned(*both) == []
    assert judged([report(identity=None)]) == [("identity.unknown", "unknown", "unknown")]
    assert judged([report(identity={"board_serial": None})]) == []


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        ({"board_serial": "CN7016399"}, "board_serial"),
        ({"product_serial": "7XK2M99"}, "product_serial"),
        ({"product_uuid": "4C4C4544-0058-4B10-8032-B7C04F4D3299"}, "product_uuid"),
        ({"machine_id": "aaf0c1d2e3a4"}, "machine_id"),
        ({"network_cards": {"eth0": "00-1A-2B-3C-4D-99"}}, "mac"),
    ],
)
def test_two_pcs_with_one_number(facts: dict[str, object], part: str) -> None:
    two = [report(0, host, identity=facts) for host in (A, B)]
    assert twinned(*two, report(0, C)) == [(A, part), (B, part)]


def test_twins_name_each_other_and_what_that_means() -> None:
    copied = {"machine_id": "aaf0c1d2e3a4", "network_cards": {}}
    three = {host: [report(0, host, identity=copied)] for host in (A, B, C)}
    said_of = {host: finding.evidence for host, finding in twins(three)}
    assert said_of[B].startswith(f"{A}, {C} has the same machine id of Debian: both were copied")
    board = {"board_serial": "CN7016399"}
    two = {host: [report(0, host, identity=board)] for host in (A, B)}
    words = "says the same: serial number of the mainboard cn7016399. One of the two reports"
    assert [finding.evidence.startswith(f"{host} {words}") for host, (_pc, finding)
            in zip((B, A), twins(two), strict=True)] == [True, True]  # fmt: skip


def test_only_what_a_pc_says_now_makes_it_a_twin() -> None:
    same = {"board_serial": "CN7016399"}
    was, now = report(3, A, identity=same), report(0, A)
    other = [report(3, B, identity=same), report(0, B, identity=same)]
    assert list(twins({A: [was, now], B: other})) == []
    assert len(list(twins({A: [now, report(0, A, identity=same)], B: other}))) == 2


def test_a_makers_address_counts_and_nonsense_hides_none() -> None:
    cards = {"eth0": "nonsense", "eth1": "06:1a:2b:3c:4d:99", "eth2": "b8:27:eb:3c:4d:99"}
    two = [report(0, host, identity={"network_cards": cards}) for host in (A, B)]
    assert twinned(*two) == [(A, "mac"), (B, "mac")]


def test_writing_does_not_matter_and_made_up_addresses_do_not_count() -> None:
    small = report(0, A, identity={"board_serial": "cn7016399 "})
    large = report(0, B, identity={"board_serial": "CN7016399"})
    part = "board_serial"
    assert twinned(small, large) == [(A, part), (B, part)]
    own = {"network_cards": {"eth0": "02:1a:2b:3c:4d:99", "eth1": "nonsense", "eth2": None}}
    assert twinned(report(0, A, identity=own), report(0, B, identity=own)) == []


def test_the_firmware_of_a_container_is_another_machines() -> None:
    same = {"board_serial": "CN7016399"}
    nspawn = {"virtual": "systemd-nspawn"}
    two = [report(0, host, identity=same, system=nspawn) for host in (A, B)]
    assert twinned(*two) == []
    assert judged([*month(), two[0]]) == []
    assert judged([report(1, system=nspawn), report(identity=same)]) == []


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"board_serial": "CN7016399"}, [CHANGED]),
        ({"product_uuid": "4c4c4544-0058-4b10-8032-b7c04f4d3299"}, [CHANGED]),
        ({"board_serial": "CN7016300"}, [CHANGED]),
        ({"board_serial": "cn7016301"}, []),
        ({"board_serial": "To be filled by O.E.M."}, [PLACEHOLDER]),
        ({"board_serial": None}, []),
        ({"network_cards": {"enp3s0": "00:1a:2b:3c:4d:77"}},
         [("identity.changed", "possible", "watch")]),
        ({"network_cards": {"enp9s0": "00:1a:2b:3c:4d:01", "usb0": "00:1a:2b:3c:4d:77"}}, []),
        ({"network_cards": {}}, []),
    ],
)  # fmt: skip
def test_another_machine_than_before(
    facts: dict[str, object], expected: list[tuple[str, str, str]]
) -> None:
    assert judged([*month(), report(identity=facts)]) == expected
    # It is told for a month.
    assert judged([report(31), report(identity=facts)]) == [e for e in expected if e == PLACEHOLDER]


@pytest.mark.parametrize(
    ("name", "part"), [("board_serial", "board_serial"), ("network_cards", "mac")]
)
def test_the_last_other_number_is_told_with_its_day(name: str, part: str) -> None:
    def number(last: int) -> dict[str, Any]:
        mac = f"00:1a:2b:3c:4d:{last}"
        return {name: {"eth0": mac} if part == "mac" else f"CN70163{last}"}

    looks = {9: 11, 8: 22, 7: 33, 6: 11, 0: 11}
    reports = [report(ago, identity=number(last)) for ago, last in looks.items()]
    (found,) = judge(reports, pc())
    assert found.part == part
    assert "On 12/11/2026" in found.evidence
    assert ("33, now it is" in found.evidence) is True
    # The very last look before, and the very first.
    for others in ((9, 0), (9, 5, 0)):
        reports = [report(ago, identity=number(44 if ago == others[-2] else 11)) for ago in others]
        (found,) = judge(reports, pc())
        assert "44, now it is" in found.evidence


def test_what_the_asset_card_says() -> None:
    other = [("identity.card", "likely", "watch")]
    assert judged([report()], serials={"mainboard": "cn7016301", "machine": "7XK2M01"}) == []
    assert judged([report()], serials={"mainboard": "CN7016399"}) == other
    assert judged([report()], serials={"machine": "7XK2M99"}) == other
    assert judged([report()], macs=["00:1A:2B:3C:4D:01", "00:1A:2B:3C:4D:02"]) == []
    assert judged([report()], macs=["00:1A:2B:3C:4D:02"]) == other
    nothing = report(identity={"board_serial": "None", "network_cards": {}})
    assert judged([nothing], serials={"mainboard": "CN1"}, macs=["00:1A:2B:3C:4D:02"]) == [
        PLACEHOLDER
    ]
