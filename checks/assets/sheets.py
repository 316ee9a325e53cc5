"""The register as CSV and XLSX, in the form the accountants keep: always in Vietnamese."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from checks.assets.records import RegisterRow
from checks.assets.refusals import AssetRefused
from checks.assets.totals import of_wear
from checks.assets.words import KINDS, NO_WEAR, PARTS, STATES, UNKNOWN, vietnamese
from checks.assets.workbooks import TOTAL, Cell, Column, told, workbook
from inventory.words import _

# The register row of the papers; the first two tell which card a line is of.
COLUMNS = (
    Column("folder", "Tên máy", 13),
    Column("site", "Điểm", 11),
    Column("code", "Mã tài sản", 13),
    Column("name", "Tên tài sản", 15),
    Column("serials", "Số sê-ri", 19),
    Column("kind", "Loại", 11),
    Column("source_of_funds", "Nguồn hình thành", 18),
    Column("year_in_use", "Năm sử dụng", 8),
    Column("place", "Nơi sử dụng", 18),
    Column("original_cost", "Nguyên giá", 13),
    Column("accumulated", "Hao mòn lũy kế", 13),
    Column("net", "Giá trị còn lại", 13),
    Column("state", "Tình trạng", 12),
    Column("custodian", "Người được giao giữ", 14),
)
TITLE = "SỔ THEO DÕI TÀI SẢN"
# Excel in Việt Nam separates by semicolons, because the comma is the decimal sign there.
DELIMITER = ";"
_HEADING_ROWS = 20
_MOST_ROWS = 20_000
# What an export writes where there is no amount; read back it says nothing.
_NO_AMOUNT = (UNKNOWN.casefold(), NO_WEAR.casefold())
_KEYS = {column.heading.casefold(): column.key for column in COLUMNS}


@dataclass(frozen=True)
class Line:
    """One line of a sheet as it was read.

    Attributes:
        number: as the spreadsheet counts, from 1.
        cells: column key -> what stands there, "" where nothing does.
    """

    number: int
    cells: dict[str, str]


def cells(row: RegisterRow, site: str) -> dict[str, Cell]:
    """A register row as cells; what is unknown is said to be."""
    serials = "; ".join(f"{vietnamese(PARTS[part])}: {one}" for part, one in row.serials.items())
    return {
        "folder": row.name,
        "site": site,
        "code": row.code,
        "name": row.title,
        "serials": serials or None,
        "kind": vietnamese(KINDS[row.kind]),
        "source_of_funds": row.source_of_funds,
        "year_in_use": row.year_in_use,
        "place": row.place,
        "original_cost": row.original_cost,
        "accumulated": of_wear(row, row.accumulated),
        "net": of_wear(row, row.net),
        "state": vietnamese(STATES[row.state]),
        "custodian": row.custodian,
    }


def write_csv(rows: Iterable[dict[str, Cell]]) -> bytes:
    """The register as CSV: UTF-8 with a mark, so that Excel sees the accents."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=DELIMITER)
    writer.writerow([column.heading for column in COLUMNS])
    for row in rows:
        writer.writerow([told(row, column) for column in COLUMNS])
    return text.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Sequence[dict[str, Cell]], day: date) -> bytes:
    """The register as a workbook, with a title, a heading that stays, and totals."""
    return workbook(TITLE, f"Đến ngày {day:%d/%m/%Y}", COLUMNS, rows)


def read_sheet(path: Path) -> list[Line]:
    """The lines of a register, whichever of the two forms it has.

    Raises:
        AssetRefused: it is neither, or has no heading, or a heading nobody knows.
        OSError: it cannot be read.
    """
    raw = path.read_bytes()
    table = _xlsx(raw, path) if path.suffix.lower() == ".xlsx" else _csv(raw, path)
    return _lines(table, path)


def _csv(raw: bytes, path: Path) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise AssetRefused(
            _("{file} is not UTF-8 text.").format(file=path.name),
            _('In Excel save it as "CSV UTF-8", or as XLSX.'),
        ) from None
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise AssetRefused(
            _("{file} is no CSV: {why}").format(file=path.name, why=error),
            _("Open it in LibreOffice or Excel and save it again."),
        ) from None


def _xlsx(raw: bytes, path: Path) -> list[list[str]]:
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        found = sheet.iter_rows(max_row=_MOST_ROWS, max_col=4 * len(COLUMNS), values_only=True)
        return [[_text(value) for value in row] for row in found]
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, TypeError):
        raise AssetRefused(
            _("{file} is no workbook.").format(file=path.name),
            _("Open it in LibreOffice or Excel and save it again."),
        ) from None


def _text(value: object) -> str:
    """A cell as text; a number without a fraction as a whole one."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _lines(table: list[list[str]], path: Path) -> list[Line]:
    top = _heading(table, path)
    keys = _keys(table[top], path)
    lines = []
    for number, row in enumerate(table[top + 1 :], top + 2):
        found = {key: _known(cell) for key, cell in zip(keys, row, strict=False) if key}
        if any(found.values()) and not _is_total(row):
            lines.append(Line(number, found))
    return lines


def _heading(table: list[list[str]], path: Path) -> int:
    """The index of the line of headings; a title above it has one cell."""
    for index, row in enumerate(table[:_HEADING_ROWS]):
        if len({_plain(cell) for cell in row} & set(_KEYS)) > 1:
            return index
    wrong = _("{file} has no line of headings.").format(file=path.name)
    raise AssetRefused(wrong, _headings())


def _keys(row: list[str], path: Path) -> list[str]:
    """The key of each column, "" for one without a heading."""
    strange = [cell for cell in row if cell.strip() and _plain(cell) not in _KEYS]
    if strange:
        wrong = _("{file}: nobody knows the column {name}.")
        raise AssetRefused(wrong.format(file=path.name, name=strange[0]), _headings())
    keys = [_KEYS.get(_plain(cell), "") for cell in row]
    twice = [cell for cell, key in zip(row, keys, strict=True) if key and keys.count(key) > 1]
    if twice:
        wrong = _("{file}: the column {name} stands twice.").format(file=path.name, name=twice[0])
        raise AssetRefused(wrong, _("Keep one of the two."))
    return keys


def _headings() -> str:
    return _("Headings: {names}").format(names=", ".join(each.heading for each in COLUMNS))


def _plain(cell: str) -> str:
    return " ".join(cell.split()).casefold()


def _known(cell: str) -> str:
    said = " ".join(cell.split())
    return "" if said.casefold() in _NO_AMOUNT else said


def _is_total(row: list[str]) -> bool:
    return any(cell.strip().casefold().startswith(TOTAL.casefold()) for cell in row[:2])
