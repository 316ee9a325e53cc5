"""What papers share: the heading block, title, people taking part, and the block of signatures."""

from collections.abc import Sequence

from docx.document import Document as Doc
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt

from checks.reports.templates import blocks
from checks.reports.templates.blocks import Look

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
# mm: the nation's name in 12 points needs 86.
ISSUER_WIDTH, NATION_WIDTH = 70, 95
LANDSCAPE_ISSUER, LANDSCAPE_NATION = 110, 142
# Room for signature and seal.
SIGNATURE = 54
HEADING = Look(bold=True, align=ALIGN.JUSTIFY, before=6, after=3)


def heading(doc: Doc, *, about: bool = False, landscape: bool = False) -> None:
    """Issuer and number at the left, the nation's name, motto, place and day at the right.

    Args:
        doc: the paper.
        about: a letter says here what it is about.
        landscape: the page lies.
    """
    wide = (LANDSCAPE_ISSUER, LANDSCAPE_NATION)
    table = blocks.grid(doc, wide if landscape else (ISSUER_WIDTH, NATION_WIDTH), borders=False)
    top = blocks.row(table, ["", ""], Look())
    left, right = (blocks.lines(cell) for cell in top.cells)
    for loop, look in (("superior", Look(12)), ("issuer", Look(12, bold=True))):
        blocks.say(next(left), "{%p for line in " + loop + " %}", look)
        blocks.say(next(left), "{{ line }}", look)
        blocks.say(next(left), "{%p endfor %}", look)
    next(left).style = blocks.RULE_ISSUER
    blocks.say(next(right), NATION, Look(12, bold=True))
    blocks.say(next(right), MOTTO, Look(13, bold=True))
    next(right).style = blocks.RULE_MOTTO
    second = blocks.row(table, ["", ""], Look())
    left, right = (blocks.lines(cell) for cell in second.cells)
    blocks.say(next(left), "{{ number }}", Look(13, before=4))
    if about:
        blocks.say(next(left), "{{ subject }}", Look(12, before=6))
    blocks.say(next(right), "{{ place_day }}", Look(13, italic=True, before=4))
    for each in table.rows:
        for cell in each.cells:
            for line in cell.paragraphs:
                if not line.style or not line.style.name.startswith("VB Kẻ"):
                    line.style = blocks.PLAIN


def title(doc: Doc) -> None:
    """The kind of paper, what it is about, a rule."""
    blocks.say(doc.add_paragraph(), "{{ title }}", Look(14, bold=True, before=14))
    blocks.say(doc.add_paragraph(), "{{ subject }}", Look(14, bold=True))
    doc.add_paragraph(style=blocks.RULE_SUBJECT).paragraph_format.space_after = Pt(6)
    blocks.say(doc.add_paragraph(), "{%p if form_line %}", Look())
    blocks.say(doc.add_paragraph(), "{{ form_line }}", Look(13, italic=True, after=6))
    blocks.say(doc.add_paragraph(), "{%p endif %}", Look())


def basis(doc: Doc) -> None:
    """The texts it rests on, in italics."""
    blocks.paragraph(doc, "{%p for line in basis %}", blocks.BASIS)
    blocks.paragraph(doc, "{{ line }}", blocks.BASIS)
    blocks.paragraph(doc, "{%p endfor %}", blocks.BASIS)


def head(doc: Doc, text: str) -> None:
    """The heading of a part of the text, kept with what follows."""
    line = blocks.paragraph(doc, text, bold=True)
    line.paragraph_format.keep_with_next = True
    line.paragraph_format.space_before = Pt(6)


def people(doc: Doc, label: str) -> None:
    """Who takes part; `label` is what the last column is of."""
    widths = (11, 56, 40, 34, 24)
    table = blocks.grid(doc, widths)
    names = ("STT", "Ông/Bà", "Chức vụ", "Đại diện", label)
    blocks.repeat(blocks.row(table, names, Look(11, bold=True)))
    cells = (
        "{{ loop.index }}",
        "{{ each.name }}",
        "{{ each.title }}",
        "{{ each.represents }}",
        "{{ each.part }}",
    )
    aligns = (ALIGN.CENTER, ALIGN.LEFT, ALIGN.LEFT, ALIGN.LEFT, ALIGN.CENTER)
    # High enough to write in by hand.
    blocks.looped(table, "each in members", cells, Look(12), aligns, height=8)


def facts(doc: Doc, rows: Sequence[tuple[str, str]]) -> None:
    """Two columns: what it is, and the fact."""
    table = blocks.grid(doc, (62, 103))
    for name, value in rows:
        blocks.row(table, (name, value), Look(12), (ALIGN.LEFT, ALIGN.LEFT))


def signed_by_head(doc: Doc, *, recipients: bool = True, landscape: bool = False) -> None:
    """Who gets it at the left, who signs at the right."""
    half = (126, 126) if landscape else (80, 85)
    table = blocks.grid(doc, half, borders=False)
    cells = blocks.row(table, ["", ""], Look()).cells
    left, right = (blocks.lines(cell) for cell in cells)
    if recipients:
        blocks.say(next(left), "Nơi nhận:", Look(12, bold=True, italic=True, align=ALIGN.LEFT))
        for text in ("{%p for line in recipients %}", "{{ line }}", "{%p endfor %}"):
            blocks.say(next(left), text, Look(11, align=ALIGN.LEFT))
    look = Look(13, bold=True)
    for text in ("{%p for line in signature %}", "{{ line }}", "{%p endfor %}"):
        blocks.say(next(right), text, look)
    blocks.say(next(right), "{{ signer }}", Look(13, bold=True, before=SIGNATURE))
    _as_lines(doc, len(doc.tables) - 1)


def signed_by_all(doc: Doc) -> None:
    """A column a person, three in a row: the part, room to sign, the name."""
    table = blocks.grid(doc, (55, 55, 55), borders=False)
    blocks.row(table, ["{%tr for three in signing %}", "", ""], Look())
    cells = blocks.row(table, ["", "", ""], Look()).cells
    for index, cell in enumerate(cells):
        column = blocks.lines(cell)
        blocks.say(next(column), "{{ three[" + str(index) + "].part }}", Look(13, bold=True))
        hint = "{{ three[" + str(index) + "].hint }}"
        blocks.say(next(column), hint, Look(12, italic=True))
        name = "{{ three[" + str(index) + "].name }}"
        blocks.say(next(column), name, Look(13, bold=True, before=SIGNATURE - 8, after=14))
    blocks.row(table, ["{%tr endfor %}", "", ""], Look())
    _as_lines(doc, len(doc.tables) - 1)


def signed_by(doc: Doc, parts: Sequence[str], width: float) -> None:
    """A column for each of `parts`, side by side: key -> part, hint and name in the context."""
    table = blocks.grid(doc, [width / len(parts)] * len(parts), borders=False)
    for part, cell in zip(parts, blocks.row(table, [""] * len(parts), Look()).cells, strict=True):
        column = blocks.lines(cell)
        blocks.say(next(column), "{{ " + part + ".part }}", Look(13, bold=True))
        blocks.say(next(column), "{{ " + part + ".hint }}", Look(12, italic=True))
        name = "{{ " + part + ".name }}"
        blocks.say(next(column), name, Look(13, bold=True, before=SIGNATURE - 8))
    _as_lines(doc, len(doc.tables) - 1)


def _as_lines(doc: Doc, number: int) -> None:
    """The cells of signatures are lines of text, not cells of a list; and stay on one page."""
    for each in doc.tables[number].rows:
        for cell in each.cells:
            cell.vertical_alignment = VERTICAL.TOP
            for line in cell.paragraphs:
                align = line.alignment
                line.style = blocks.PLAIN
                line.alignment = align
                line.paragraph_format.keep_together = True


def gap(doc: Doc, points: float = 6) -> None:
    """A little room between two tables, which Word would join otherwise."""
    line = doc.add_paragraph()
    line.paragraph_format.line_spacing = Pt(points)
    line.paragraph_format.first_line_indent = Mm(0)
