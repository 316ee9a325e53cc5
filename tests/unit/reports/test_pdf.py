"""LibreOffice opens every paper: pages, page numbers, fonts and text as they are printed."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from checks.reports import dossier
from checks.reports.render import OFFICE
from tests.unit.reports.making import WRITTEN_OFF, desk, old, young
from tests.unit.reports.reading import texts

pytestmark = pytest.mark.skipif(
    not (any(map(shutil.which, OFFICE)) and shutil.which("pdftotext")),
    reason="needs LibreOffice and poppler-utils",
)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole dossier with its PDF."""
    made = dossier.disposal(desk(date(2026, 12, 20)), [old(), young(*WRITTEN_OFF)], whole=True)
    folder, as_pdf = dossier.write(
        made, tmp_path_factory.mktemp("papers") / "out", Path(), as_pdf=True
    )
    assert as_pdf
    assert {path.stem for path in folder.glob("*.pdf")} == {
        name.removesuffix(".docx") for name in texts(made)
    }
    return folder


def said(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def facts(pdf: Path) -> Mapping[str, str]:
    told = said("pdfinfo", "-l", "99", pdf).splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in told)}


def test_every_page_is_a4(printed: Path) -> None:
    for pdf in printed.glob("*.pdf"):
        sizes = [
            value for key, value in facts(pdf).items() if key.endswith("size") and "x" in value
        ]
        for size in sizes:
            sides = sorted(float(side) for side in re.findall(r"[\d.]+", size)[:2])
            assert sides == pytest.approx([595, 842], abs=1), pdf.name


def test_a_number_stands_on_every_page_but_the_first(printed: Path) -> None:
    longest = 0
    for pdf in printed.glob("*.pdf"):
        pages = said("pdftotext", "-layout", pdf, "-").split("\f")[:-1]
        assert len(pages) == int(facts(pdf)["Pages"])
        for number, page in enumerate(pages, 1):
            first = page.strip().splitlines()[0].strip()
            wanted = number > 1 and not first.startswith("DANH MỤC")
            assert (first == str(number)) == wanted, (pdf.name, number, first)
        longest = max(longest, len(pages))
    assert longest > 1


def test_print_tells_what_was_recorded(printed: Path) -> None:
    letters = sorted(printed.glob("01-*.pdf"))
    told = " ".join(" ".join(said("pdftotext", "-raw", pdf, "-") for pdf in letters).split())
    for words in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "12.000.000", "4.080.000", "chưa xác định"):
        assert words in told, words


def test_every_letter_has_a_shape_in_the_fonts(printed: Path) -> None:
    for pdf in printed.glob("*.pdf"):
        fonts = said("pdffonts", pdf).splitlines()[2:]
        names = {line.split()[0].partition("+")[2] for line in fonts}
        # One family of the width of Times, so that nothing was borrowed for an accent.
        assert all(re.match("(Liberation|Times)", name) for name in names), (pdf.name, names)
