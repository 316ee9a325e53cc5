"""A template and what it prints become DOCX; DOCX become PDF where LibreOffice is installed."""

import io
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

from docx.document import Document as Doc
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Mm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from checks.assets.refusals import AssetRefused
from checks.reports.templates.blocks import RULE_ISSUER, RULE_MOTTO, RULE_SUBJECT
from inventory.words import _

TEMPLATES = Path(__file__).parent / "templates"
# Of the text above: the motto's as long as it, the others 1/3 to 1/2 of it (Decree 30/2020).
RULES = {RULE_MOTTO: 1.0, RULE_ISSUER: 0.42, RULE_SUBJECT: 0.42}
# Widths of Times Bold in thousandths of its size, by the AFM of the 14 standard PDF fonts.
_AFM = (
    "A722 B667 C722 D722 E667 F611 G778 H778 I389 J500 K778 L667 M944 N722 O778 P611 Q778 R722 "
    "S556 T667 U722 V722 W1000 X722 Y722 Z667 a500 b556 c444 d556 e444 f333 g500 h556 i278 j333 "
    "k556 l278 m833 n556 o500 p556 q556 r444 s389 t333 u556 v500 w722 x500 y500 z444 "
    ".250 ,250 -333 /278 (333 )333"
)
_BOLD = {" ": 250} | {each[0]: int(each[1:]) for each in _AFM.split()}
_OTHER = 500
_POINT = 0.3528  # mm
_MINUTES = 5
OFFICE = ("soffice", "libreoffice")


def document(name: str, context: Mapping[str, object]) -> bytes:
    """A paper as DOCX.

    Args:
        name: of its template, without ending.
        context: what the template's places are filled with.

    Raises:
        AssetRefused: the template cannot be read, or asks for what there is not.
    """
    path = TEMPLATES / f"{name}.docx"
    try:
        template = DocxTemplate(str(path))
        # A template is a file people exchange: it fills in text, and runs nothing.
        environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
        template.render(dict(context), environment, autoescape=True)
    except TemplateError as error:
        wrong = _("The template {file} cannot be filled in: {why}")
        raise AssetRefused(wrong.format(file=path.name, why=error), _put_back(path)) from None
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        wrong = _("The template {file} is no DOCX: {why}")
        raise AssetRefused(wrong.format(file=path.name, why=error), _put_back(path)) from None
    _fit_rules(template.docx)
    made = io.BytesIO()
    template.docx.save(made)
    return made.getvalue()


def _put_back(path: Path) -> str:
    mend = _("Correct what stands between braces, or put it back: git checkout {file}")
    return mend.format(file=f"checks/reports/templates/{path.name}")


def _fit_rules(document: Doc) -> None:
    """Make each rule as long as the text above it asks for."""
    section = document.sections[0]
    margins = (section.left_margin or 0) + (section.right_margin or 0)
    page = (section.page_width or 0) - margins
    for table in document.tables:
        for cell in _cells(table):
            _fit(cell.paragraphs, cell.width or page)
    _fit(document.paragraphs, page)


def _cells(table: Table) -> Iterator[_Cell]:
    for row in table.rows:
        yield from row.cells


def _fit(paragraphs: Sequence[Paragraph], width: int) -> None:
    above: Paragraph | None = None
    for line in paragraphs:
        share = RULES.get(line.style.name if line.style else "")
        if share and above is not None:
            length = min(Mm(_width(above) * share), width)
            line.paragraph_format.left_indent = int((width - length) / 2)
            line.paragraph_format.right_indent = int((width - length) / 2)
        above = line


def _width(line: Paragraph) -> float:
    """How wide a line of bold text is, in mm."""
    points = next((run.font.size.pt for run in line.runs if run.font.size), 13)
    # Vietnamese letters are as wide as their bases; only đ has none of its own in Unicode.
    bases = unicodedata.normalize("NFD", line.text.replace("đ", "d").replace("Đ", "D"))
    letters = (_BOLD.get(each, _OTHER) for each in bases if not unicodedata.combining(each))
    return sum(letters) / 1000 * points * _POINT


def pdfs(folder: Path, names: Sequence[str]) -> bool:
    """Write a PDF beside each DOCX of a folder, by LibreOffice.

    Args:
        folder: where they are.
        names: of the DOCX.

    Returns:
        False where LibreOffice is not installed.

    Raises:
        AssetRefused: it failed, or made none.
    """
    office = next(filter(None, map(shutil.which, OFFICE)), None)
    if office is None:
        return False
    with tempfile.TemporaryDirectory(prefix="benvung-office-") as profile:
        # A profile of its own: LibreOffice that the clerk has open would take the work and refuse.
        command = [
            office, "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
            "--convert-to", "pdf", "--outdir", str(folder), *(str(folder / name) for name in names),
        ]  # fmt: skip
        try:
            told = subprocess.run(
                command, capture_output=True, text=True, timeout=60 * _MINUTES, check=False
            )
        except subprocess.TimeoutExpired:
            wrong = _("LibreOffice made no PDF in {minutes} minutes.").format(minutes=_MINUTES)
            raise AssetRefused(wrong, _no_pdf()) from None
    missing = [name for name in names if not (folder / name).with_suffix(".pdf").is_file()]
    if missing:
        why = (told.stderr or told.stdout).strip().splitlines()
        wrong = _("LibreOffice made no PDF of {files}: {why}").format(
            files=", ".join(missing), why=why[-1] if why else told.returncode
        )
        raise AssetRefused(wrong, _no_pdf())
    return True


def _no_pdf() -> str:
    return _("Run it again with --no-pdf, and print the DOCX.")
