"""Two PCs from the night that found the fault to the write-off, with the register at every step.

The night is real: a report with a recorded answer of smartctl, asked over SSH, judged, remembered.
"""

import csv
from functools import partial
from pathlib import Path

import pytest
from typer.testing import Result

from checks.assets.words import UNKNOWN
from checks.reports.dossier import BLANKS
from tests.unit.assets.conftest import CARD, Office, Run, benvung, office
from tests.unit.reading_room import disk
from tests.unit.reports.reading import text
from tests.unit.test_nightly import Desk, desk, evening, history, sound

__all__ = ["benvung", "desk", "evening", "history", "office"]
NAME = "thanhmy-03"
SICK = disk("failing-now")
SERIAL = SICK["smart"]["serial_number"]
LETTER, MINUTES = "01-cong-van-de-nghi.docx", "04-bien-ban-thanh-ly.docx"
INSPECTION = f"02-bien-ban-kiem-tra-{NAME}.docx"
WIPE, WRITE_OFF = f"03-bien-ban-xoa-du-lieu-{NAME}.docx", "05-de-nghi-ghi-giam.docx"
GROUND_A = ("--ground", "a", "--form", "scrap")
GROUND_B2 = ("--ground", "b-2", "--form", "scrap")
DECIDE = (
    "decide", NAME, "--reference", "12/QĐ-UBND", "--authority", "Chủ tịch UBND xã",
    "--form", "scrap", "--disk", SERIAL,
)  # fmt: skip


class Story:
    """One PC, told step by step."""

    def __init__(self, benvung: Run, office: Office, folder: Path) -> None:
        """The PC's disk is the one on its card."""
        self.benvung, self.folder = benvung, folder
        self.asset = partial(benvung, "asset")
        office.tree.replace(CARD, "  disk:", f"  disk: {SERIAL}")

    def advice(self, day: str) -> str:
        """What is advised on a day, and why."""
        return said(self.asset("show", NAME, day=day))

    def inspect(self, condition: str, day: str) -> None:
        """A technician looked at it."""
        found = ("--found", "Ổ cứng tự báo sắp hỏng, máy không khởi động được")
        self.asset(
            "inspect", NAME, "--condition", condition, "--outlook", "repairable", *found, day=day
        )

    def register(self, day: str) -> tuple[str, str, str] | None:
        """State, wear so far and net value, as the accountants get them; None: not in it."""
        file = self.folder / f"{day}.csv"
        self.asset("export", str(file), day=day)
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = {row["Tên máy"]: row for row in csv.DictReader(opened, delimiter=";")}
        if NAME not in rows:
            return None
        row = rows[NAME]
        return row["Tình trạng"], row["Hao mòn lũy kế"], row["Giá trị còn lại"]

    def papers(self, day: str, *more: str) -> dict[str, str]:
        """The dossier of a day: file -> its text."""
        folder = self.folder / f"papers-{day}"
        words = ("--asset", NAME, "--no-pdf", "--to", str(folder), *more)
        self.benvung("dossier", "thanh_my", *words, day=day)
        return {path.name: text(path.read_bytes()) for path in folder.glob("*.docx")}


def said(result: Result) -> str:
    return " ".join(result.output.split())


@pytest.fixture
def story(benvung: Run, office: Office, desk: Desk, tmp_path: Path) -> Story:
    """The night of 19/11/2026 found the disk failing."""
    desk.add(NAME, sound(NAME, disks=[SICK]))
    assert "hardware.disk.failed" in desk.run(NAME)[NAME]
    return Story(benvung, office, tmp_path)


def test_a_pc_of_2013_with_a_failing_disk_goes_by_ground_a(story: Story) -> None:
    unknown = (UNKNOWN, UNKNOWN)
    found = story.advice("2026-11-20")
    assert "Advice: repair" in found
    assert "hardware.disk.failed, found by the nightly check since 19/11/2026" in found
    assert story.register("2026-11-20") == ("đang dùng", *unknown)

    story.inspect("broken", "2026-11-21")
    assert story.register("2026-11-21") == ("hỏng", *unknown)
    story.asset("propose", NAME, *GROUND_A, day="2026-11-21", code=2)

    story.asset("need", NAME, "--why", "Không còn phục vụ được bạn đọc", day="2026-11-22")
    assert "Advice: propose disposal" in story.advice("2026-11-22")
    draft = story.papers("2026-11-22")
    assert set(draft) == {BLANKS, LETTER, INSPECTION, WIPE}
    assert "điểm a khoản 1 Điều 45" in draft[LETTER]
    assert f"Tổng nguyên giá: {UNKNOWN}" in draft[LETTER]
    # The night's own evidence stands in the record an official reads, though the desk is English.
    assert f"ổ đĩa sda, số sê-ri {SERIAL}: Chính ổ đĩa báo rằng nó sắp hỏng" in draft[INSPECTION]

    story.asset("propose", NAME, *GROUND_A, day="2026-11-23")
    assert story.register("2026-11-23") == ("đã đề nghị thanh lý", *unknown)
    story.asset("dispose", NAME, "--form", "scrap", day="2026-11-24", code=2)
    story.asset(*DECIDE, day="2026-11-30")
    assert story.register("2026-11-30") == ("đã có quyết định", *unknown)
    assert MINUTES in story.papers("2026-11-30")
    ends(story, unknown)


def test_a_younger_pc_with_a_dear_repair_goes_by_ground_b_2(story: Story, office: Office) -> None:
    office.tree.replace(CARD, "year_in_use: 2013", "year_in_use: 2023")
    office.tree.replace(CARD, "original_cost:", "original_cost: 12000000")
    # Three of five years by the rule of 2023, 20 % of 12,000,000 each.
    worn = ("7200000", "4800000")
    found = story.advice("2026-11-20")
    assert "Advice: repair" in found
    assert "hardware.disk.failed" in found
    assert story.register("2026-11-20") == ("đang dùng", *worn)

    story.inspect("broken", "2026-11-21")
    assert story.register("2026-11-21") == ("hỏng", *worn)
    refused = story.asset("propose", NAME, *GROUND_B2, day="2026-11-21", code=2)
    assert "no quotation" in said(refused)

    story.asset(
        "quote", NAME, "--firm", "Công ty Mỹ An", "--amount", "4.080.000",
        "--what", "thay ổ đĩa và bo mạch chủ", day="2026-11-22",
    )  # fmt: skip
    assert "34 % of 12.000.000 đồng, more than 30 %" in story.advice("2026-11-22")
    draft = story.papers("2026-11-22")
    assert "báo giá sửa chữa 4.080.000 đồng" in draft[LETTER]
    assert "bằng 34 % nguyên giá" in draft[LETTER]
    assert "Tổng giá trị còn lại tại ngày 31/12/2025: 4.800.000 đồng" in draft[LETTER]
    assert f"ổ đĩa sda, số sê-ri {SERIAL}" in draft[INSPECTION]

    story.asset("propose", NAME, *GROUND_B2, day="2026-11-23")
    assert story.register("2026-11-23") == ("đã đề nghị thanh lý", *worn)
    story.asset(*DECIDE, day="2026-11-30")
    assert story.register("2026-11-30") == ("đã có quyết định", *worn)
    ends(story, worn)


def ends(story: Story, worn: tuple[str, str]) -> None:
    """Decided on 30/11: wiped, gone, written off; each step is refused before the one before it."""
    dispose = ("dispose", NAME, "--form", "scrap", "--reference", "03/BB", "--proceeds", "50.000")
    refused = said(story.asset(*dispose, day="2026-12-01", code=2))
    assert f"disk {SERIAL} is neither wiped nor destroyed" in refused
    assert f"Tình trạng xóa dữ liệu: {UNKNOWN}" in story.papers("2026-12-01")[WIPE]
    story.asset(
        "wipe", NAME, "--disk", SERIAL, "--method", "overwrite",
        "--verified", "đọc lại toàn bộ: chỉ còn số 0", day="2026-12-02",
    )  # fmt: skip
    story.asset("write-off", NAME, "--reference", "CT-07", day="2026-12-03", code=2)
    story.asset(*dispose, day="2026-12-03")
    assert story.register("2026-12-03") == ("đã thanh lý", *worn)
    papers = story.papers("2026-12-03")
    assert "50.000 đồng (Bằng chữ: Năm mươi nghìn đồng)" in papers[MINUTES]
    assert WRITE_OFF in papers
    story.asset("write-off", NAME, "--reference", "CT-07", day="2026-12-04")
    assert story.register("2026-12-04") is None
    whole = story.papers("2026-12-05", "--all")
    assert set(whole) == {BLANKS, LETTER, INSPECTION, WIPE, MINUTES, WRITE_OFF}
    assert "01/01 ổ đĩa đã được xóa dữ liệu hoặc tiêu hủy" in whole[WIPE]
