"""`benvung retire` up to the first connection, and the words for what comes back."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

from checks import answers
from checks.cli import app
from deploys import retire as retiring
from deploys.retire import Asked, Person, retire
from deploys.retire_order import RetireRefused
from deploys.retire_pc import WIPER, program
from deploys.retire_words import leaving, not_wiped, proof, refusal, stage
from deploys.wiper.journal import Journal
from inventory.for_pyinfra import refuse_misleading_flags
from inventory.problems import InventoryRefused
from tests.unit.assets.conftest import Office
from tests.unit.assets.making import SERIAL, decided, inspected, needed, proposed

CODE = "TM-MVT-03"
Typed = Callable[[str], str]


@pytest.fixture
def decided_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A repository in which thanhmy-03 was decided upon; whoever connects fails the test."""
    card = office.root / "inventory/assets/thanhmy-03/card.yml"
    text = card.read_text(encoding="utf-8").replace("code:\n", f"code: {CODE}\n")
    card.write_text(text.replace("  disk:\n", f"  disk: {SERIAL}\n"), encoding="utf-8")
    for said in (needed(), inspected(), proposed("a"), decided()):
        office.record(said)
    monkeypatch.setattr(retiring, "load", office.read)
    monkeypatch.setattr(answers, "ROOT", office.root)

    def connects(*_all: object) -> None:
        raise AssertionError

    monkeypatch.setattr(retiring, "Machine", connects)
    return office


def run(office: Office, typed: str, bench: str = "", name: str = "thanhmy-03") -> list[str]:
    told: list[str] = []
    person = Person(say=told.append, code=lambda _name: typed)
    retire(Asked(name, bench, "Nguyễn Văn An"), person, office.root)
    return told


def test_without_the_typed_code_nobody_connects(decided_on: Office) -> None:
    for typed in ("", "y", "thanhmy-03", CODE.lower()):
        with pytest.raises(RetireRefused, match="is not the asset code"):
            run(decided_on, typed)
    with pytest.raises(AssertionError):
        run(decided_on, CODE)


def test_the_code_names_the_asset_but_does_not_answer_for_the_person(decided_on: Office) -> None:
    with pytest.raises(RetireRefused, match="is not the asset code"):
        run(decided_on, "", name=CODE)


def test_another_pc_is_not_retired(decided_on: Office) -> None:
    with pytest.raises(RetireRefused, match="No decision lets anyone wipe thanhmy-04"):
        run(decided_on, CODE, name="thanhmy-04")


@pytest.mark.parametrize(
    ("bench", "said"),
    [
        ("thanhmy-03", "is the PC to be retired"),
        ("thapmuoi-2", "is no workstation.*thapmuoi-02"),
        ("thapmuoi-02", "The card of thapmuoi-02 names no disk"),
    ],
)
def test_a_bench_is_another_pc_that_knows_its_own_disk(
    decided_on: Office, bench: str, said: str
) -> None:
    with pytest.raises(RetireRefused, match=f"(?s){said}"):
        run(decided_on, CODE, bench)


def test_no_pipe_answers_for_a_person(decided_on: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retiring.retire, "__defaults__", (decided_on.root,))
    words = ["retire", "thanhmy-03", "--by", "An"]
    done = CliRunner().invoke(app, words, input=f"{CODE}\n")
    assert done.exit_code == 2
    assert "must be typed at a terminal" in done.output


@pytest.mark.parametrize("flag", ["-y", "--yes", "--force"])
def test_no_flag_answers_for_a_person(flag: str) -> None:
    done = CliRunner().invoke(app, ["retire", "thanhmy-03", flag])
    assert done.exit_code == 2
    assert "No such option" in done.output


@pytest.mark.parametrize("file", ["deploys/retire.py", "./deploys/enrol.py"])
def test_pyinfra_does_not_retire_a_whole_site(file: str) -> None:
    with pytest.raises(InventoryRefused, match="benvung"):
        refuse_misleading_flags({"operations": (file,), "yes": True})
    refuse_misleading_flags({"operations": ("deploys/browser.py",), "yes": True})


# --- the program that is sent ------------------------------------------------------------


def test_the_program_needs_python_alone(tmp_path: Path) -> None:
    """Run as on the PC: from its one file, without anything of ours around."""
    file = tmp_path / "wiper.pyz"
    file.write_bytes(program())
    with zipfile.ZipFile(BytesIO(program())) as archive:
        assert "wiper/command.py" in archive.namelist()
    asked = [
        sys.executable,
        "-I",
        "-B",
        str(file),
        "status",
        "--serial",
        "S/1",
        "--folder",
        str(tmp_path),
    ]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, '{"running": false, "journal": null}')


def test_every_word_of_the_wiper_has_a_sentence() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in WIPER.glob("*.py"))
    words = set(re.findall(r'Refused\(\s*"([a-z-]+)"', source))
    words |= {"in-use", "not-there", "twice"}
    assert {"usb", "bad-places", "disk-gone", "no-tool"} <= words
    unsaid = {"nothing-to-do"}  # two runs at once: the second has nothing to say
    for word in words - unsaid:
        journal = Journal("S1", 10, stage="failed", why=word, detail="D")
        assert "stops" not in str(not_wiped("thanhmy-03", journal)), word
    assert "Run this again" in str(refusal("nothing-to-do", "/run/x"))


def test_every_word_of_the_way_into_memory_has_a_sentence() -> None:
    source = (WIPER / "into-memory").read_text(encoding="utf-8")
    for word in re.findall(r'refuse "([a-z-]+)', source):
        assert leaving(f"{word} D") != f"{word} D", word
    assert leaving("mount: permission denied") == "mount: permission denied"


@pytest.mark.parametrize("why", ["bad-places", "not-zero", "device-failed"])
def test_a_disk_that_cannot_be_wiped_is_to_be_destroyed_on_record(why: str) -> None:
    said = str(not_wiped("thanhmy-03", Journal("S1", 10, stage="failed", why=why, detail="3")))
    assert "destroy it" in said
    assert "benvung asset wipe thanhmy-03 --disk S1 --method destroyed" in said


# --- the words of the papers -------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"method": "overwrite", "spins": True}, "500.107.862.016 byte: mọi byte đều là 0x00"),
        ({"method": "sanitize", "found": 255}, "mọi byte đều là 0xFF"),
        ({"method": "sanitize", "overwritten": True}, "đã ghi đè thêm toàn bộ"),
        ({"method": "overwrite", "spins": True, "tried": ["format: x"]}, "lệnh format của ổ đĩa"),
        ({"method": "overwrite"}, "ổ đĩa thể rắn: ghi đè không tới được các ô nhớ dự phòng"),
    ],
)
def test_the_wipe_record_tells_how_it_was_verified(facts: dict[str, object], said: str) -> None:
    assert said in proof(Journal.of({"serial": "S1", "size": 500107862016, "found": 0, **facts}))


def test_the_person_sees_how_far_it_is() -> None:
    assert stage(Journal("S1", 200, stage="write", written=50)) == ("overwriting", 25)
    assert stage(Journal("S1", 200, stage="read", read=100)) == ("reading back", 50)
    assert stage(Journal("S1", 200, stage="device", progress=7, method="sanitize"))[1] == 7
