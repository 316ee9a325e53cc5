"""`benvung dossier`: from recorded events to a folder of papers, and what it refuses."""

import pytest

from checks.reports.dossier import BLANKS
from tests.unit.assets.conftest import CARD, Office, Run, benvung, office
from tests.unit.reports.reading import text

__all__ = ["benvung", "office"]
NAME = "thanhmy-03"
DRAFT = ("dossier", "thanh_my", "--no-pdf")


def declared(benvung: Run) -> None:
    """A PC of 2013 that faults, with a declared need."""
    benvung(
        "asset", "inspect", NAME, "--condition", "faulty", "--outlook", "repairable",
        "--found", "Ổ cứng có 40 cung hỏng", day="2026-11-02",
    )  # fmt: skip
    benvung("asset", "need", NAME, "--why", "Không còn dùng cho bạn đọc", day="2026-11-03")


def test_recorded_events_become_a_folder_of_papers(benvung: Run, office: Office) -> None:
    declared(benvung)
    told = " ".join(benvung(*DRAFT).output.split())
    folder = office.root / "var/dossier/thanh_my/2026-11-20"
    assert BLANKS in told
    assert "Không còn dùng cho bạn đọc" in text((folder / "01-cong-van-de-nghi.docx").read_bytes())
    assert "thanhmy-03" in text((folder / BLANKS).read_bytes())


def test_a_year_ends_with_stock_take_and_register(benvung: Run, office: Office) -> None:
    benvung("dossier", "thanh_my", "--stock-take", "--no-pdf", "--to", str(office.root / "year"))
    names = {path.name for path in (office.root / "year").iterdir()}
    assert names == {BLANKS, "01-bien-ban-kiem-ke.docx", "02-so-tai-san.xlsx"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("dossier", "thanh_mi"), "thanh_my"),
        (("dossier", "thanh_my"), "is to be proposed"),
        (("dossier", "thap_muoi", "--asset", NAME), "It is at thanh_my"),
        ((*DRAFT, "--on", "2026-11-21"), "still to come"),
        ((*DRAFT, "--on", "21/11/2026"), "2026-12-31"),
    ],
)
def test_what_cannot_be_told_is_refused(
    benvung: Run,
    office: Office,
    words: tuple[str, ...],
    said: str,
) -> None:
    assert said in " ".join(benvung(*words, code=2).output.split())
    assert not (office.root / "var/dossier").exists()


def test_age_without_a_declared_need_makes_no_paper(benvung: Run, office: Office) -> None:
    assert "year_in_use: 2013" in office.text(CARD)
    benvung(*DRAFT, code=2)
