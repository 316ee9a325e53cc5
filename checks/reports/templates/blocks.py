"""The parts a paper is laid out of, by Decree 30/2020/NĐ-CP, annex I (lengths and sizes there)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docx import Document
from docx.document import Document as Doc
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 15  # mm: 20-25, 20-25, 30-35, 15-20
SHORT_SIDE, LONG_SIDE = 210, 297  # mm, A4
HEADER = 9  # mm from the edge: the page number stands in the top margin
INDENT = 12.7  # mm, of a paragraph's first line
PORTRAIT = SHORT_SIDE - LEFT - RIGHT
LANDSCAPE = LONG_SIDE - LEFT - RIGHT

# Names of styles, as the clerk sees them in Word; render.py knows those of the rules by name.
BODY = "VB Lời văn"
PLAIN = "VB Dòng"
BASIS = "VB Căn cứ"
CELL = "VB Ô bảng"
RULE_MOTTO = "VB Kẻ dưới tiêu ngữ"
RULE_ISSUER = "VB Kẻ dưới tên cơ quan"
RULE_SUBJECT = "VB Kẻ dưới trích yếu"


@dataclass(frozen=True)
class Look:
    """How a line of text looks: size in points."""

    size: float = 13
    bold: bool = False
    italic: bool = False
    align: ALIGN = ALIGN.CENTER
    after: float = 0
    before: float = 0


def new(size: float, *, landscape: bool = False) -> Doc:
    """An empty paper whose text has `size` points."""
    doc = Document()
    _styles(doc, size)
    section = doc.sections[0]
    lay(section, landscape=landscape)
    _page_number(section)
    properties = doc.core_properties
    properties.author, properties.title, properties.comments = "", "", ""
    return doc


def lay(section: Section, *, landscape: bool) -> None:
    """Size and margins of a section."""
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width = Mm(LONG_SIDE if landscape else SHORT_SIDE)
    section.page_height = Mm(SHORT_SIDE if landscape else LONG_SIDE)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = section.footer_distance = Mm(HEADER)
    section.different_first_page_header_footer = True


def annex(doc: Doc) -> None:
    """A landscape annex: its pages are numbered on their own (annex I, III.1đ)."""
    section = doc.add_section(WD_SECTION.NEW_PAGE)
    lay(section, landscape=True)
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.append(start)  # noqa: SLF001 - python-docx has no name for it


def _styles(doc: Doc, size: float) -> None:
    normal = doc.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)  # noqa: S101 - it is one in every document
    normal.font.name, normal.font.size = FONT, Pt(size)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    body = _style(doc, BODY)
    body.paragraph_format.alignment = ALIGN.JUSTIFY
    body.paragraph_format.first_line_indent = Mm(INDENT)
    body.paragraph_format.space_after = Pt(6)
    body.paragraph_format.line_spacing = 1.1
    plain = _style(doc, PLAIN)
    plain.paragraph_format.alignment = ALIGN.CENTER
    basis = _style(doc, BASIS)
    basis.base_style = body
    basis.font.italic = True
    cell = _style(doc, CELL)
    cell.font.size = Pt(11)
    for name in (RULE_MOTTO, RULE_ISSUER, RULE_SUBJECT):
        _border_on_top(_style(doc, name))


def _style(doc: Doc, name: str) -> ParagraphStyle:
    style = doc.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - as asked for
    style.base_style = doc.styles["Normal"]
    style.quick_style = True
    return style


def _border_on_top(style: ParagraphStyle) -> None:
    """A rule is an empty line of one point with a border; render.py sets how long it is."""
    style.font.size = Pt(1)
    style.paragraph_format.line_spacing = Pt(4)
    # Clear of the tails of ụ and g.
    style.paragraph_format.space_before = Pt(2)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{key}"), value)
    borders.append(top)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _page_number(section: Section) -> None:
    """Arabic, upright, 13 points, centred in the top margin; the first page has none."""
    line = section.header.paragraphs[0]
    line.alignment = ALIGN.CENTER
    run = line.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)  # noqa: SLF001 - python-docx has no name for fields


def say(line: Paragraph, text: str, look: Look) -> Paragraph:
    """Put text into a paragraph. A Jinja tag stays in one run: Word would cut it up otherwise."""
    line.alignment = look.align
    line.paragraph_format.space_before = Pt(look.before)
    line.paragraph_format.space_after = Pt(look.after)
    run = line.add_run(text)
    run.font.size, run.bold, run.italic = Pt(look.size), look.bold, look.italic
    return line


def paragraph(doc: Doc, text: str, style: str = BODY, *, bold: bool = False) -> Paragraph:
    """A paragraph of the text."""
    line = doc.add_paragraph(style=style)
    line.add_run(text).bold = bold or None
    return line


def lines(cell: _Cell) -> Iterator[Paragraph]:
    """The paragraphs of a cell, made as they are asked for; a new cell has one already."""
    yield cell.paragraphs[0]
    while True:
        yield cell.add_paragraph()


def grid(doc: Doc, widths: Sequence[float], *, borders: bool = True) -> Table:
    """A table without rows; widths in mm."""
    table: Table = doc.add_table(rows=0, cols=len(widths))
    table.style = doc.styles["Table Grid"] if borders else None
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    # Word's own 1.9 mm at each side would break amounts, and move what stands at the margin.
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 30), ("left", 50), ("bottom", 30), ("right", 50)):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(twips if borders else 0))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    table._tbl.tblPr.append(margins)  # noqa: SLF001
    return table


def row(table: Table, texts: Sequence[str], look: Look, aligns: Sequence[ALIGN] = ()) -> _Row:
    """A row of a table; one that is too long for the page goes to the next as a whole."""
    made: _Row = table.add_row()
    properties = made._tr.get_or_add_trPr()  # noqa: SLF001
    properties.append(OxmlElement("w:cantSplit"))
    for index, (cell, text) in enumerate(zip(made.cells, texts, strict=True)):
        cell.width = table.columns[index].width
        line = cell.paragraphs[0]
        line.style = CELL
        say(line, text, look)
        if aligns:
            line.alignment = aligns[index]
    return made


def repeat(heading: _Row) -> None:
    """Let a heading row stand on every page."""
    heading._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001


def looped(  # noqa: PLR0913 - as many as a row has, and how often
    table: Table,
    loop: str,
    texts: Sequence[str],
    look: Look,
    aligns: Sequence[ALIGN] = (),
    *,
    height: float = 0,
) -> None:
    """Rows that docxtpl repeats: one a pass of `loop`, at least `height` mm high."""
    rest = [""] * (len(texts) - 1)
    row(table, ["{%tr for " + loop + " %}", *rest], look)
    filled = row(table, texts, look, aligns)
    if height:
        filled.height, filled.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
    row(table, ["{%tr endfor %}", *rest], look)
