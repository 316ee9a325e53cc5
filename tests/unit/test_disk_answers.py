"""smartctl's answer may be anything: it becomes a reading, or is refused in one sentence."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.hardware.disks import judge
from checks.hardware.smart import SmartRefused, parse

ANSWERS = Path(__file__).parent / "data/smartctl"
LOADED = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(ANSWERS.glob("*.json"))]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**140),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)
JSON = st.recursive(ODD, lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=4))
steady = settings(derandomize=True, max_examples=150, deadline=None, database=None)


def seagate() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((ANSWERS / "seagate-healthy-old.json").read_text())
    return loaded


def paths(value: object, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every value of a document."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [here, *(path for key, each in inner for path in paths(each, (*here, key)))]


def judged_or_refused(answer: str | bytes | dict[str, Any]) -> None:
    try:
        disk = parse(answer)
    except SmartRefused as refused:
        said = str(refused)
    else:
        assert all(each.evidence for each in judge(disk, [disk]))
        return
    assert said.startswith("This is not an answer of smartctl -j -a: ")
    assert len(said.splitlines()) == 1
    assert len(said) < 600


@steady
@given(st.data())
def test_any_value_may_be_odd(data: st.DataObject) -> None:
    document = deepcopy(data.draw(st.sampled_from(LOADED)))
    for path in data.draw(st.lists(st.sampled_from(paths(document)[1:]), min_size=1, max_size=3)):
        place: Any = document
        try:
            for key in path[:-1]:
                place = place[key]
            place[path[-1]] = data.draw(ODD)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
    judged_or_refused(document)


@steady
@given(st.data())
def test_any_key_may_be_missing(data: st.DataObject) -> None:
    document = deepcopy(data.draw(st.sampled_from(LOADED)))
    path = data.draw(st.sampled_from(paths(document)[1:]))
    place: Any = document
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    judged_or_refused(document)


@steady
@given(st.one_of(st.text(), st.binary(), JSON.map(json.dumps)))
def test_any_text_may_come(answer: str | bytes) -> None:
    judged_or_refused(answer)


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ("", "JSON is ''"),
        ("Segmentation fault", "JSON is 'Segmentation fault'"),
        ("[" * 5000, "JSON is '[["),
        ("null", "JSON is None"),
        ("{}", "smartctl is {}"),
        ('{"smartctl": {"exit_status": "4"}}', "smartctl.exit_status is '4'"),
        ('{"smartctl": {"exit_status": 256}}', "smartctl.exit_status is 256"),
        (
            '{"smartctl": {"exit_status": 0}, "power_on_time": {"hours": -1}}',
            "power_on_time.hours is -1",
        ),
        ('{"smartctl": {"exit_status": 0}, "serial_number": 12345}', "serial_number is 12345"),
    ],
)
def test_a_refusal_says_what_and_where(answer: str, refused: str) -> None:
    with pytest.raises(SmartRefused) as error:
        parse(answer)
    assert f": {refused}" in str(error.value)


def test_an_absurd_number_is_not_believed() -> None:
    odd = seagate()
    odd["power_on_time"]["hours"] = 4_294_967_295
    odd["temperature"]["current"] = 255
    disk = parse(odd)
    assert disk.hours is None
    assert disk.temperature is None
    assert judge(disk) == ()


def test_more_than_a_disk_has_is_no_count() -> None:
    odd = seagate()
    pending = next(a for a in odd["ata_smart_attributes"]["table"] if a["id"] == 197)
    pending["raw"]["value"] = 0xFFFF_FFFF_FFFF
    assert parse(odd).count(197) is None
    assert judge(parse(odd)) == ()


def test_the_count_of_reallocated_sectors_is_its_lowest_word() -> None:
    odd = seagate()
    reallocated = next(a for a in odd["ata_smart_attributes"]["table"] if a["id"] == 5)
    reallocated["raw"] = {"value": 2000 << 16, "string": "0 (2000 0)"}
    assert parse(odd).count(5) == 0


def test_firmware_cannot_write_to_the_screen() -> None:
    odd = seagate()
    odd["model_name"] = "ST\x1b[2J\n500"
    assert parse(odd).model == "ST?[2J?500"


@pytest.mark.parametrize("serial", ["", "0000000000", "To Be Filled By O.E.M.", "................"])
def test_a_serial_that_many_disks_bear_is_none(serial: str) -> None:
    assert parse(seagate() | {"serial_number": serial}).serial == ""


def test_smartctls_own_alarm_counts_where_its_words_are_missing() -> None:
    odd = seagate()
    del odd["smart_status"]
    odd["smartctl"]["exit_status"] = 8
    assert [each.rule for each in judge(parse(odd))] == ["disk.failed"]


def test_a_disk_that_counts_nothing_we_know_is_not_called_sound() -> None:
    silent = seagate()
    silent["ata_smart_attributes"]["table"] = [
        line for line in silent["ata_smart_attributes"]["table"] if line["id"] not in {5, 187, 197}
    ]
    (finding,) = judge(parse(silent))
    assert (finding.rule, finding.certainty) == ("disk.unknown", "unknown")


def test_an_old_disk_that_does_not_say_how_it_turns_is_still_a_spinning_one() -> None:
    old = seagate()
    del old["rotation_rate"]
    assert parse(old).kind == "hdd"
    old["ata_smart_attributes"]["table"] = []
    assert parse(old).kind == "unknown"
