"""A list as a workbook that is printed as it is: bordered, lying, with a number on each page."""

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import Cell as OneCell
from openpyxl.cell import MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from checks.assets.totals import note, summed
from checks.assets.words import UNKNOWN

MONEY = ("original_cost", "accumulated", "net")
TOTAL = "Tổng cộng"
FONT, SIZE = "Times New Roman", 12
# Points a line of that size takes, with the space above and below.
LINE, SPACE = 15.75, 3
INCH = 25.4
# Millimetres (Decree 30/2020/NĐ-CP, Phụ lục I).
LEFT, RIGHT, TOP, BOTTOM = 30, 15, 20, 20
_SHEET_NAME = 31  # characters, by Excel
Cell = str | int | None
SheetCell = OneCell | MergedCell
_THIN = Side(style="thin")


@dataclass(frozen=True)
class Column:
    """A column of a list: its key here, its heading, its width in characters."""

    key: str
    heading: str
    width: int


def workbook(
    title: str, below: str, columns: Sequence[Column], rows: Sequence[dict[str, Cell]]
) -> bytes:
    """A list as a workbook: a title, a heading that stays, totals.

    Args:
        title: above all, and the name of the sheet.
        below: the line below it.
        columns: those named in MONEY are added up.
        rows: key of a column -> value; None is unknown.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101 - a new workbook has one
    sheet.title = title.capitalize()[:_SHEET_NAME]
    _title(sheet, title, below, len(columns))
    heading = sheet.max_row + 2
    for number, column in enumerate(columns, 1):
        sheet.cell(heading, number).value = column.heading
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    for at, row in enumerate(rows, heading + 1):
        for number, column in enumerate(columns, 1):
            _put(sheet.cell(at, number), told(row, column), column)
    _totals(sheet, columns, rows)
    for line in sheet.iter_rows(min_row=heading):
        _dress(line, heading, sheet.max_row)
        sheet.row_dimensions[line[0].row or heading].height = _height(line, columns)
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.print_title_rows = f"{heading}:{heading}"
    _page(sheet)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def told(row: dict[str, Cell], column: Column) -> Cell:
    """What stands in a cell; what is unknown is said to be."""
    value = row[column.key]
    if value is None and column.key not in ("folder", "site"):
        return UNKNOWN
    return value


def _title(sheet: Worksheet, title: str, below: str, wide: int) -> None:
    for at, (words, font) in enumerate(
        (
            (title, Font(name=FONT, size=14, bold=True)),
            (below, Font(name=FONT, size=13, italic=True)),
        ),
        1,
    ):
        cell = sheet.cell(at, 1)
        cell.value, cell.font, cell.alignment = words, font, Alignment(horizontal="center")
        sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=wide)


def _put(cell: SheetCell, value: Cell, column: Column) -> None:
    cell.value = value
    if isinstance(value, int):
        cell.number_format = "#,##0" if column.key in MONEY else "0"
    else:
        # Text is text: a code keeps its zeros, and "=1" is no formula.
        cell.data_type, cell.number_format = "s", "@"


def _totals(sheet: Worksheet, columns: Sequence[Column], rows: Sequence[dict[str, Cell]]) -> None:
    at = sheet.max_row + 1
    sheet.cell(at, 1).value = TOTAL
    sheet.merge_cells(start_row=at, end_row=at, start_column=1, end_column=2)
    amounts = {key: [row[key] for row in rows if key in row] for key in MONEY}
    for number, column in enumerate(columns, 1):
        if column.key in MONEY:
            _put(sheet.cell(at, number), summed(amounts[column.key]), column)
    said = note(amounts["original_cost"], amounts["net"])
    if said:
        # In the last column of words, where a list has its notes: the sums stay numbers.
        words = [number for number, column in enumerate(columns, 1) if column.key not in MONEY]
        _put(sheet.cell(at, words[-1]), said, columns[words[-1] - 1])


def _dress(line: Sequence[SheetCell], heading: int, last: int) -> None:
    for cell in line:
        cell.font = Font(name=FONT, size=SIZE, bold=cell.row in (heading, last))
        cell.border = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
        middle = cell.row == heading
        cell.alignment = Alignment(
            wrap_text=True,
            horizontal="center" if middle else None,
            vertical="center" if middle else "top",
        )


def _height(line: Sequence[SheetCell], columns: Sequence[Column]) -> float:
    """A row as high as its longest cell: not every program makes it so when it opens a file."""
    lines = (
        len(textwrap.wrap(cell.value, column.width - 1))
        for cell, column in zip(line, columns, strict=True)
        if isinstance(cell.value, str)
    )
    return max(1, *lines) * LINE + SPACE


def _page(sheet: Worksheet) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    left, right, top, bottom = (each / INCH for each in (LEFT, RIGHT, TOP, BOTTOM))
    sheet.page_margins = PageMargins(left, right, top, bottom, header=top / 2, footer=0)
    # A number in the middle above, but not on the first page.
    sheet.HeaderFooter.differentFirst = True
    numbered = HeaderFooterItem()
    numbered.center.text = "&P"
    sheet.HeaderFooter.oddHeader = numbered
