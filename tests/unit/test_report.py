"""Whatever comes instead of a report: refused with one sentence, or a part is missing."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.controls import judge
from checks.report import Missing, Report, ReportRefused, parse
from inventory.loader import ROOT, check, read_sources
from inventory.records import Workstation
from inventory.resolve import resolve
from tests.unit.healthy import NOW, healthy

calm = settings(derandomize=True, deadline=None, max_examples=200)


@cache
def pc() -> Workstation:
    return check(read_sources(ROOT), resolve(ROOT, {})).hosts["thapmuoi-01"]


@cache
def whole() -> bytes:
    return json.dumps(healthy(pc()), ensure_ascii=False).encode()


def read(said: bytes) -> Report:
    return parse(said, "thapmuoi-01", NOW)


def told(said: bytes) -> str:
    """The sentence a report is refused with."""
    with pytest.raises(ReportRefused) as refused:
        read(said)
    sentence = str(refused.value)
    assert sentence
    assert "\n" not in sentence
    return sentence


def changed(**facts: Any) -> bytes:
    return json.dumps({**json.loads(whole()), **facts}).encode()


def test_a_whole_report_is_read_and_nothing_is_missing() -> None:
    report = read(whole())
    assert [name for name, part in report if isinstance(part, Missing)] == []
    assert report.at.utcoffset() == timedelta(0)


@calm
@given(st.floats(0, 1, exclude_max=True))
def test_cut_off_at_any_byte(share: float) -> None:
    assert told(whole()[: int(share * len(whole()))])


@calm
@given(st.binary(max_size=300))
def test_any_bytes(said: bytes) -> None:
    told(said)


def test_a_hundred_megabytes_are_not_even_decoded() -> None:
    began = time.monotonic()
    assert "256 kB" in told(b"\xff" * (100 << 20))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "said",
    [
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b'{"schema":1,"x":' + b"[" * 200 + b"]" * 200 + b"}",
        b"[]",
        b"null",
        b'"text"',
        b"7",
        b"",
    ],
)
def test_absurd_shapes(said: bytes) -> None:
    told(said)


@pytest.mark.parametrize(
    "word", ["NaN", "Infinity", "-Infinity", "1e400", "-1e999", "9" * 30, "9" * 5000]
)
def test_numbers_that_are_none(word: str) -> None:
    said = whole().replace(b'"seconds": 2.1', f'"seconds": {word}'.encode())
    assert said != whole()
    told(said)


@pytest.mark.parametrize("schema", [2, 0, "1", True, None, 1.5, [1], {"a": 1}])
def test_another_schema(schema: object) -> None:
    assert "schema" in told(changed(schema=schema))


@pytest.mark.parametrize(("before", "after"), [(b"\xff\xfe", b""), (b"", b"\xc3"), (b"\0", b"")])
def test_no_utf8(before: bytes, after: bytes) -> None:
    told(before + whole() + after)


@pytest.mark.parametrize(
    "host", ["thapmuoi-02", "", "THAPMUOI-01", "a b", "x" * 200, 7, None, [], "\u202ethap"]
)
def test_another_host(host: object) -> None:
    assert told(changed(host=host))


@pytest.mark.parametrize(
    "at",
    [
        "2038-01-19T03:14:07+00:00",
        "2026-11-21T11:00:01+00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "yesterday",
        "",
        None,
        1_700_000_000,
        True,
        {},
    ],
)
def test_a_date_that_cannot_be(at: object) -> None:
    assert told(changed(at=at))


def test_a_clock_of_the_past_is_read() -> None:
    """An empty battery is a finding, no reason to know nothing about the PC."""
    assert read(changed(at="2000-01-01T00:00:09+00:00")).at.year == 2000


def test_a_part_that_is_none_is_missing_and_says_why() -> None:
    report = read(
        changed(packages={"error": "apt is gone"}, memory=7, disks=None, power={"wake": 1})
    )
    parts = (report.packages, report.memory, report.disks, report.power)
    whys = [part.why for part in parts if isinstance(part, Missing)]
    assert len(whys) == 4
    assert whys[0] == "apt is gone"
    assert all(whys)
    assert not isinstance(report.access, Missing)


def test_nobody_is_named_by_the_count_of_sessions() -> None:
    day = {"sessions": 1, "used_minutes": 2.0, "on_minutes": 3.0}
    assert read(changed(usage={"2026-11-18": day})).usage == {"2026-11-18": day}
    named = read(changed(usage={"2026-11-18": {**day, "name": 1}}))
    assert isinstance(named.usage, Missing)


def test_nothing_a_terminal_would_obey_gets_through() -> None:
    failed = ["\x1b[2Jx.service", "a\u202eb", "\ud800", "line\nline", "Phạm"]
    services = read(changed(services={"units": {}, "failed": failed})).services
    assert not isinstance(services, Missing)
    mark = "\N{REPLACEMENT CHARACTER}"
    assert services.failed == [
        f"{mark}[2Jx.service",
        f"a{mark}b",
        mark,
        f"line{mark}line",
        "Phạm",
    ]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["2026-11-19T10:40:00+00:00", "x" * 500, "{why}", "-1"]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))


PLACES = st.deferred(lambda: st.sampled_from(sorted(places(json.loads(whole())))[1:]))


@settings(derandomize=True, deadline=None, max_examples=400)
@given(PLACES, JSON)
def test_anything_at_any_key(path: tuple[str, ...], value: Any) -> None:
    """Refused, or read; and what was read can be judged."""
    report = json.loads(whole())
    here = report
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    try:
        parsed = read(json.dumps(report).encode())
    except ReportRefused:
        return
    for finding in judge(pc(), parsed, [], NOW):
        finding.reason.encode()
        assert len(finding.reason) < 2000
