"""Whatever a report says, no rule breaks; and every rule can be told."""

import ast
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.hardware import told
from checks.hardware.verdict import examine
from checks.nightly import ids
from checks.report import Report
from tests.unit.reading_room import OPEN, disk, pc
from tests.unit.test_hardware_kernel import ATA, DEAF, EXT4, LOST, MENDED, OVER, READ

HOSTS = ("thapmuoi-01", "thapmuoi-02")
WAIVABLE = set(ids())
calm = settings(derandomize=True, deadline=None, max_examples=250)

words = st.one_of(
    st.text(max_size=20), st.sampled_from([READ, ATA, LOST, MENDED, EXT4, OVER, DEAF, "{"])
)
name = st.sampled_from(["", "a", "enp3s0", "DIMM1", "fan1", "coretemp", "nct6776", "{x}"])
count = st.one_of(st.integers(0, 3), st.integers(0, 2**63))
number = st.floats(allow_nan=False, allow_infinity=False)
warmth = st.one_of(number, st.floats(30, 110))
maybe_count = st.none() | count
at = st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
lately = st.datetimes(datetime(2026, 11, 1), datetime(2026, 11, 19), timezones=st.just(UTC))  # noqa: DTZ001
moment = st.one_of(at, lately).map(datetime.isoformat)
maybe_moment = st.none() | moment


def fixed(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A part with these fields, or one that failed."""
    return st.one_of(st.fixed_dictionaries(fields), st.just({"error": "no {answer}"}))


def many(one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(one, max_size=3)


def table(one: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(name, one, max_size=3)


slot = st.fixed_dictionaries({"slot": name, "mb": maybe_count})
sensor = st.fixed_dictionaries({
    "chip": name, "label": st.none() | name, "celsius": warmth,
    "high": st.none() | warmth, "critical": st.none() | warmth,
})  # fmt: skip
fan = st.fixed_dictionaries({"chip": name, "fan": name, "rpm": maybe_count})
boot = st.fixed_dictionaries({
    "began": maybe_moment, "ended": maybe_moment, "last_word": maybe_moment,
    "clean": st.none() | st.booleans(),
})  # fmt: skip
complaint = st.fixed_dictionaries({"count": count, "samples": many(words)})
network_card = st.fixed_dictionaries({
    "up": st.sampled_from([None, "up", "down", "unknown"]),
    "mbps": st.none() | st.integers(-1, 10**6), "duplex": st.sampled_from([None, "half", "full"]),
    "rx_errors": maybe_count,
})  # fmt: skip
line_day = st.fixed_dictionaries(
    {"samples": count, "sent": count, "received": count, "avg_ms": number}
)
odd_disk = st.fixed_dictionaries({
    "node": name, "size": count, "model": st.none() | words, "removable": st.booleans(),
    "usb": st.booleans(), "rotating": st.booleans(),
    "smart": st.dictionaries(st.sampled_from(["error", "smartctl", "device"]), words, max_size=2),
})  # fmt: skip
report = st.fixed_dictionaries({
    "at": moment,
    "identity": fixed(
        machine_id=st.none() | words, board_serial=st.none() | words,
        product_uuid=st.none() | words, network_cards=table(st.none() | words),
    ),
    "system": fixed(
        debian=words, codename=words, kernel=words, machine=words, uptime_s=count,
        restart_wanted=st.booleans(), file_systems=st.just({}),
        virtual=st.sampled_from(["", "lxc"]),
    ),
    "disks": many(odd_disk | st.just(disk()) | st.just(disk("failing-now", "sdb"))),
    "memory": fixed(
        total=count, available=count, swap=count, slots=many(slot),
        errors=st.none() | st.fixed_dictionaries({"ce": count, "ue": count}),
    ),
    "temperatures": fixed(sensors=many(sensor), fans=many(fan)),
    "clock": fixed(
        now=moment, synchronized=st.booleans(), zone=st.none() | words,
        battery_clock_off_s=st.none() | st.integers(), set_back_at_start=count,
    ),
    "starts": fixed(boots=many(boot), emergencies=count),
    "kernel": st.dictionaries(
        st.sampled_from(["disk", "filesystem", "machine-check", "memory", "heat", "usb", "new"]),
        complaint,
    ),
    "line": fixed(
        cards=table(network_card), days=table(line_day), line_target=words,
        line_promised_mbps=number,
    ),
})  # fmt: skip


@calm
@given(st.lists(st.tuples(st.sampled_from(HOSTS), report), max_size=5), st.none() | words)
def test_no_report_breaks_a_rule(said: list[tuple[str, Any]], specification: str | None) -> None:
    site: dict[str, list[Report]] = {host: [] for host in HOSTS}
    for host, facts in said:
        site[host].append(Report.model_validate({"host": host, **facts}))
    declared = {host: pc(host, OPEN, specification=specification) for host in HOSTS}
    found = examine(site, declared)
    assert set(found.pcs) == set(HOSTS)
    for host, verdict in found.pcs.items():
        assert verdict.reason
        rows = told.table(verdict)
        assert {f"hardware.{one.rule}" for one in verdict.findings} <= WAIVABLE
        assert len({row.key for row in rows}) == len(rows)
        assert all(row.host == host and row.reason and row.remedy for row in rows)
    assert {row.control for row in told.rows("thap_muoi", found.site)} <= WAIVABLE


def test_the_random_reports_are_read() -> None:
    """A part the reader refuses would hide all rules on it from the test above."""

    @settings(calm, max_examples=60)
    @given(report)
    def each(facts: Any) -> None:
        read = Report.model_validate({"host": HOSTS[0], **facts})
        for part in ("identity", "system", "memory", "temperatures", "clock", "starts", "line"):
            why = getattr(getattr(read, part), "why", "no {answer}")
            assert why == "no {answer}", part
        assert not hasattr(read.kernel, "why")
        assert not hasattr(read.disks, "why")

    each()


def written() -> set[str]:
    """The id of every rule, read from the source: whoever makes one writes `Rule("kind.words"`."""
    made = [
        node
        for file in Path(told.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Rule"
    ]
    assert len(made) > 60
    return {ast.literal_eval(node.args[0]) for node in made}


def test_a_waiver_may_name_every_rule_and_nothing_that_is_none() -> None:
    assert sorted(f"hardware.{rule}" for rule in written()) == told.ids()
    assert set(told.ids()) <= WAIVABLE


def test_every_rule_that_advises_something_has_a_remedy() -> None:
    keep = {"hardware.age.in-use", "hardware.age.running", "hardware.identity.placeholder"}
    assert set(told.ids()) - set(told.remedies()) == keep
    assert all(told.remedies().values())


def test_what_the_pc_could_not_say_replaces_no_part() -> None:
    for rule in ("clock.unknown", "heat.unknown", "memory.unknown", "power.unknown"):
        assert told.remedy(rule) == told.UNASKED
    assert told.remedy("disk.unknown") != told.UNASKED
