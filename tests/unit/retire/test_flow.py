"""From the typed code to the recorded event, over a declared fake of the machine.

Faked is the way there (SSH, the shutdown into memory, /sys): tests/lab/test_retire.py goes it. The
wiping is the real program's, on files, and so are the desk's notes and the register.
"""

import errno
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest

from checks.assets.events import Wipe
from checks.days import day_of
from deploys import retire as retiring
from deploys.enrol_desk import Route
from deploys.retire import Asked, Person, retire
from deploys.retire_order import RetireRefused
from deploys.wiper.disks import Disk
from deploys.wiper.journal import Journal, Notes
from deploys.wiper.wiping import begun, wipe
from tests.unit.assets.conftest import Office
from tests.unit.assets.making import SERIAL, Said, decided, inspected, needed, proposed

CODE, SECOND, OWN = "TM-MVT-03", "Z1D5ABCD", "WD-WCC2E7654321"
SECRET = b"du lieu cua ban doc\n"
SIZE = 9 << 20
PERSON = "Nguyễn Văn An"
EVENTS = (needed("2026-11-04"), inspected(), proposed("a"))


class Cut(Exception):  # noqa: N818
    """The mains fail."""


@dataclass
class Pc:
    """A machine with files for disks; what it is asked for is noted."""

    folder: Path
    disks: dict[str, Disk] = field(default_factory=dict)
    memory: bool = False
    asked: list[str] = field(default_factory=list)
    notes: dict[str, Journal] = field(default_factory=dict)
    on_the_way: Callable[[], None] = lambda: None
    target: Any = field(default_factory=lambda: SimpleNamespace(name="thanhmy-03"))

    def holds(self, serial: str, **facts: Any) -> Disk:
        """Put a disk in, full of what nobody may read."""
        file = self.folder / f"disk-{serial}"
        file.write_bytes((SECRET * (SIZE // len(SECRET) + 1))[:SIZE])
        known = {"size": SIZE, "bus": "other", "spins": True, "in_use": False, **facts}
        self.disks[serial] = Disk(path=str(file), serial=serial, model="a file", **known)
        return self.disks[serial]

    def __enter__(self) -> Self:
        """Nobody logs in."""
        return self

    def __exit__(self, *_all: object) -> None:
        """Nor out."""

    def send(self) -> None:
        """No program is sent."""
        self.asked.append("send")

    def survey(self) -> dict[str, Any]:
        """The files it holds."""
        disks = [vars(disk) for disk in self.disks.values()]
        return {"memory": self.memory, "missing": [], "disks": disks}

    def into_memory(self) -> None:
        """Nothing moves."""
        self.asked.append("into memory")
        self.memory = True
        self.on_the_way()

    def start(self, serial: str, others: list[str], journal: str) -> None:
        """Wipe at once, up to the end or the cut."""
        assert serial not in others
        self.asked.append(f"start {serial}")
        earlier = Journal.of(json.loads(journal)) if journal else None
        self.notes[serial] = begun(self.disks[serial], earlier)
        try:
            wipe(self.disks[serial], Notes(self.folder / f"{serial}.json", self.notes[serial]))
        except Cut:
            return

    def status(self, serial: str) -> dict[str, Any]:
        """The notes as they are."""
        journal = self.notes.get(serial)
        return {"running": False, "journal": journal.plain() if journal else None}

    def off(self) -> None:
        """Noted alone."""
        self.asked.append("off")


@pytest.fixture
def pc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pc:
    made = Pc(tmp_path)
    monkeypatch.setattr(retiring, "Machine", lambda _target: made)
    route = Route("thanhmy-03", Path("c"), "h", 22, Path("k"), ())
    monkeypatch.setattr("deploys.enrol_desk.route", lambda *_all: route)
    monkeypatch.setattr(retiring, "PAUSE", 0.0)
    monkeypatch.setattr("deploys.wiper.journal.RHYTHM", 0.0)
    return made


@dataclass
class Desk:
    """The technician, and what is on record."""

    office: Office
    told: list[str] = field(default_factory=list)

    def retire(self, bench: str = "") -> str:
        """Run it with the right code; what was said."""
        self.told.clear()
        person = Person(say=self.told.append, code=lambda _name: CODE)
        retire(Asked("thanhmy-03", bench, PERSON), person, self.office.root)
        return "\n".join(self.told)

    @property
    def wipes(self) -> list[Wipe]:
        """What is recorded."""
        events = self.office.book().one("thanhmy-03").events
        return [event for event in events if isinstance(event, Wipe)]

    @property
    def kept(self) -> list[str]:
        """The desk's own notes."""
        folder = self.office.root / "var/retire/thanhmy-03"
        return sorted(path.name for path in folder.glob("*"))

    def card(self, name: str, disk: str, code: str = "") -> None:
        """Write what a card says."""
        file = self.office.root / f"inventory/assets/{name}/card.yml"
        text = file.read_text(encoding="utf-8").replace("  disk:\n", f"  disk: {disk}\n")
        file.write_text(text.replace("code:\n", f"code: {code}\n"), encoding="utf-8")


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A repository in which thanhmy-03 and its one disk were decided upon."""
    monkeypatch.setattr(retiring, "load", office.read)
    made = Desk(office)
    made.card("thanhmy-03", SERIAL, CODE)
    for said in (*EVENTS, decided()):
        office.record(said)
    return made


def empty(disk: Disk) -> bool:
    return Path(disk.path).read_bytes() == bytes(SIZE)


def test_a_pc_leaves_its_disk_is_wiped_recorded_and_switched_off(desk: Desk, pc: Pc) -> None:
    disk = pc.holds(SERIAL)
    said = desk.retire()
    assert pc.asked == ["send", "into memory", f"start {SERIAL}", "off"]
    assert empty(disk)
    (event,) = desk.wipes
    assert (event.disk, event.method, event.by) == (SERIAL, "overwrite", PERSON)
    assert event.verified.startswith("Đọc lại toàn bộ ổ đĩa, 9.437.184 byte: mọi byte đều là 0x00")
    assert event.date == event.recorded.date()
    assert f"Recorded: the disk {SERIAL} is wiped by overwriting" in said
    assert "nothing is left to wipe" in desk.retire()
    assert len(desk.wipes) == 1


def test_a_bench_pc_stays_on_and_keeps_its_own_disk(desk: Desk, pc: Pc) -> None:
    own, disk = pc.holds(OWN, in_use=True), pc.holds(SERIAL)
    desk.card("thapmuoi-02", OWN)
    desk.retire(bench="thapmuoi-02")
    assert pc.asked == ["send", f"start {SERIAL}"]
    assert empty(disk)
    assert SECRET in Path(own.path).read_bytes()


@pytest.mark.parametrize("facts", [{"bus": "usb"}, {"serial": ""}, {}])
def test_what_shows_up_on_the_way_into_memory_stops_it(
    desk: Desk, pc: Pc, facts: dict[str, str]
) -> None:
    disk = pc.holds(SERIAL)
    pc.on_the_way = lambda: pc.disks.update(stick=Disk(**{**vars(disk), "serial": "U", **facts}))
    with pytest.raises(RetireRefused, match="Nothing was wiped"):
        desk.retire()
    assert pc.asked == ["send", "into memory"]
    assert desk.wipes == []


def test_a_disk_still_in_use_stops_it(desk: Desk, pc: Pc) -> None:
    pc.holds(SERIAL, in_use=True)
    with pytest.raises(RetireRefused, match="The disk is in use"):
        desk.retire()
    assert f"start {SERIAL}" not in pc.asked


def cut(_handle: int, _memory: memoryview, offset: int) -> int:
    """The mains fail at the second chunk."""
    if offset:
        raise Cut
    return len(_memory)


def test_a_cut_wipe_is_not_recorded_and_goes_on(
    desk: Desk, pc: Pc, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = pc.holds(SERIAL)
    with monkeypatch.context() as power:
        power.setattr(os, "pwrite", cut)
        with pytest.raises(RetireRefused, match=f"Not done. Still to be wiped: {SERIAL}"):
            desk.retire()
    assert "was cut while overwriting" in "\n".join(desk.told)
    assert (desk.wipes, desk.kept) == ([], [f"{SERIAL}.json"])
    assert "off" not in pc.asked
    # The machine lost its memory; the desk has kept the notes.
    pc.notes.clear()
    assert "the wipe that was cut goes on" in desk.retire()
    assert empty(disk)
    assert len(desk.wipes) == 1


def test_what_ended_while_the_desk_was_away_is_recorded(desk: Desk, pc: Pc) -> None:
    pc.holds(SERIAL)
    pc.memory = True
    folder = desk.office.root / "var/retire/thanhmy-03"
    folder.mkdir(parents=True)
    (folder / f"{SERIAL}.json").write_text("{}")
    pc.notes[SERIAL] = Journal(
        SERIAL, SIZE, spins=True, method="sanitize", stage="verified", found=255
    )
    desk.retire()
    assert pc.asked == ["send", "off"]
    assert desk.wipes[0].method == "sanitize"


def test_what_another_wipe_left_on_the_machine_counts_for_nothing(desk: Desk, pc: Pc) -> None:
    """Of another decision, another day: the disk may have been used since."""
    disk = pc.holds(SERIAL)
    pc.notes[SERIAL] = Journal(SERIAL, SIZE, method="overwrite", stage="verified", found=0)
    desk.retire()
    assert f"start {SERIAL}" in pc.asked
    assert empty(disk)


def test_notes_of_what_was_recorded_are_over(desk: Desk, pc: Pc) -> None:
    pc.holds(SERIAL)
    desk.retire()
    assert [name.partition(".")[2].rpartition(".")[2] for name in desk.kept] == ["done"]
    undo: Said = {"event": "undo", "undoes": len(desk.office.book().one("thanhmy-03").events)}
    # The wipe is of today by the real clock, and nothing is undone before it was done.
    now = datetime.now(UTC)
    desk.office.record({**undo, "date": day_of(now).isoformat(), "why": "nhầm máy"}, now=now)
    disk = pc.holds(SERIAL)
    desk.retire()
    assert pc.asked.count(f"start {SERIAL}") == 2
    assert empty(disk)


def test_a_dying_disk_does_not_keep_the_others_from_being_wiped(
    office: Office,
    desk: Desk,
    pc: Pc,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events = len(office.book().one("thanhmy-03").events)
    for number in (events, events - 1):
        office.record({"event": "undo", "undoes": number, "why": "thêm ổ"})
    office.record({
        "event": "addition", "date": "2026-11-05", "part": "disk", "what": "ổ thứ hai",
        "new_serial": SECOND,
    })  # fmt: skip
    office.record(proposed("a"))
    office.record(decided(disks=[SERIAL, SECOND]))
    dying, other = pc.holds(SERIAL, size=SIZE), pc.holds(SECOND)
    real = os.pwrite
    broken = os.stat(dying.path).st_ino  # noqa: PTH116 - to be compared with an open file's

    def pwrite(handle: int, memory: memoryview, offset: int) -> int:
        if os.fstat(handle).st_ino == broken and not offset:
            raise OSError(errno.EIO, "bad")
        return real(handle, memory, offset)

    monkeypatch.setattr(os, "pwrite", pwrite)
    with pytest.raises(RetireRefused, match=f"(?s)Still to be wiped: {SERIAL}.*destroy it"):
        desk.retire()
    assert [event.disk for event in desk.wipes] == [SECOND]
    assert empty(other)
    assert "off" not in pc.asked
