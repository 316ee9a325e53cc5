"""The accountant's register, out and in again: all of it, or nothing and a line for each fault."""

import io
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from checks.assets import importing, sheets, workbooks
from checks.assets.book import beside
from checks.assets.law import read_law
from checks.assets.refusals import AssetRefused
from checks.assets.register import rows
from checks.assets.sheets import COLUMNS, Line
from checks.assets.totals import Amount, left_out, summed
from checks.assets.words import NO_WEAR, UNKNOWN
from inventory.loader import ROOT
from tests.unit.assets.conftest import CARD, Office
from tests.unit.assets.making import (
    SERIAL,
    Said,
    decided,
    disposed,
    inspected,
    needed,
    proposed,
    wiped,
)

DAY = date(2026, 11, 20)
HEADINGS = [column.heading for column in COLUMNS]
AMOUNTS = ("Nguyên giá", "Hao mòn lũy kế", "Giá trị còn lại")


def exported(office: Office) -> list[dict[str, workbooks.Cell]]:
    book, inventory = office.book(), office.read(office.root)
    made = rows(list(book.assets.values()), read_law(ROOT), inventory, DAY)
    return [sheets.cells(each, book.assets[each.name].site) for each in made]


def planned(office: Office, *lines: dict[str, str]) -> importing.Plan:
    numbered = [Line(number, {"folder": "", **cells}) for number, cells in enumerate(lines, 2)]
    sites = set(office.read(office.root).sites)
    return importing.plan(numbered, office.book(), read_law(ROOT), sites, DAY)


def taken(office: Office, *lines: dict[str, str]) -> None:
    made = planned(office, *lines)
    assert made.faults == []
    importing.carry_out(office.root, made)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_is_exported_comes_back_and_changes_nothing(
    office: Office, tmp_path: Path, ending: str
) -> None:
    taken(office, {
        "folder": "thanhmy-03", "code": "00123", "year_in_use": "2023",
        "serials": "thùng máy: 7XK2M03; ổ cứng: WD-WCC2E1234567", "original_cost": "12.000.000",
        "custodian": "Lê Thị Hoa",
    })  # fmt: skip
    office.record(inspected())
    cells = exported(office)
    file = tmp_path / f"so.{ending}"
    file.write_bytes(sheets.write_csv(cells) if ending == "csv" else sheets.write_xlsx(cells, DAY))
    lines = sheets.read_sheet(file)
    assert len(lines) == 15
    sites = set(office.read(office.root).sites)
    made = importing.plan(lines, office.book(), read_law(ROOT), sites, DAY)
    assert (made.faults, made.changed) == ([], {})


def test_the_workbook_is_one_an_accountant_can_use(office: Office) -> None:
    taken(office, {
        "folder": "thanhmy-03", "code": "00123", "year_in_use": "2023",
        "original_cost": "12000000", "name": "=1+1",
    })  # fmt: skip
    sheet = load_workbook(io.BytesIO(sheets.write_xlsx(exported(office), DAY))).worksheets[0]
    table = [list(row) for row in sheet.iter_rows(values_only=True)]
    assert table[0][0] == "SỔ THEO DÕI TÀI SẢN"
    assert table[1][0] == "Đến ngày 20/11/2026"
    assert table[3] == HEADINGS
    assert sheet.freeze_panes == "A5"
    row = table[4 + 12]
    told = dict(zip(HEADINGS, row, strict=True))
    assert told["Mã tài sản"] == "00123"
    # Of 2023: worn for 2023, 2024, 2025, the last 31 December before the day.
    assert (told["Nguyên giá"], told["Hao mòn lũy kế"], told["Giá trị còn lại"]) == (
        12_000_000, 7_200_000, 4_800_000,
    )  # fmt: skip
    assert told["Tình trạng"] == "đang dùng"
    assert told["Số sê-ri"] == "chưa xác định"
    name = sheet.cell(4 + 13, HEADINGS.index("Tên tài sản") + 1)
    assert (name.data_type, name.value) == ("s", "=1+1")
    assert table[-1][0] == "Tổng cộng"
    assert dict(zip(HEADINGS, table[-1], strict=True))["Giá trị còn lại"] == 4_800_000


def totals(office: Office) -> dict[str, object]:
    """The last line of the register's workbook."""
    sheet = load_workbook(io.BytesIO(sheets.write_xlsx(exported(office), DAY))).worksheets[0]
    *_lines, last = sheet.iter_rows(values_only=True)
    return dict(zip(HEADINGS, last, strict=True))


def test_a_total_of_which_nothing_is_known_is_unknown_and_not_0(office: Office) -> None:
    told = totals(office)
    assert [told[name] for name in AMOUNTS] == [UNKNOWN] * 3
    assert told["Người được giao giữ"] is None


def test_a_total_tells_what_it_leaves_out(office: Office) -> None:
    """Of 15 assets one has a cost and a year, one a cost alone, one is a tool."""
    taken(
        office,
        {"folder": "thanhmy-01", "year_in_use": "2023", "original_cost": "12000000"},
        {"folder": "thanhmy-02", "year_in_use": "2023", "original_cost": "9500000"},
        {"folder": "m-1", "site": "thanh_my", "kind": "màn hình", "original_cost": "11000000"},
    )
    told = totals(office)
    assert [told[name] for name in AMOUNTS] == [32_500_000, 7_200_000, 4_800_000]
    assert told["Người được giao giữ"] == (
        "Chưa kể 13 tài sản chưa xác định nguyên giá; 14 tài sản chưa xác định giá trị còn lại"
    )


@pytest.mark.parametrize(
    ("amounts", "expected", "left"),
    [
        ([], 0, 0),
        ([0, 5], 5, 0),
        ([None, 5, None], 5, 2),
        ([None, None], UNKNOWN, 0),
        ([NO_WEAR, NO_WEAR], NO_WEAR, 0),
        # Of a tool nothing is unknown, and of what is unknown there is no sum.
        ([NO_WEAR, 5], 5, 0),
        ([NO_WEAR, None, 5], 5, 1),
        ([NO_WEAR, None], UNKNOWN, 0),
    ],
)
def test_a_sum_is_of_what_is_known(amounts: list[Amount], expected: int | str, left: int) -> None:
    assert (summed(amounts), left_out(amounts)) == (expected, left)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_tool_has_no_wear_and_its_export_comes_back(
    office: Office, tmp_path: Path, ending: str
) -> None:
    taken(office, {"folder": "thanhmy-03", "original_cost": "9.500.000"})
    before = office.text(CARD)
    cells = exported(office)
    file = tmp_path / f"so.{ending}"
    file.write_bytes(sheets.write_csv(cells) if ending == "csv" else sheets.write_xlsx(cells, DAY))
    assert [(row["accumulated"], row["net"]) for row in cells if row["folder"] == "thanhmy-03"] == [
        (NO_WEAR, NO_WEAR)
    ]
    (line,) = (line for line in sheets.read_sheet(file) if line.cells["folder"] == "thanhmy-03")
    assert [line.cells[key] for key in workbooks.MONEY] == ["9500000", "", ""]
    taken(office, line.cells)
    assert office.text(CARD) == before


def test_a_list_is_printed_whole_lying_and_numbered_from_its_second_page() -> None:
    headings = {"number": "STT", "name": "Tên tài sản", "net": "Giá trị còn lại"}
    columns = [workbooks.Column(key, words, 20) for key, words in headings.items()]
    rows: list[dict[str, workbooks.Cell]] = [
        {"number": 1, "name": "từ " * 60, "net": 1},
        {"number": 2, "name": "ngắn", "net": 2},
    ]
    made = workbooks.workbook("DANH MỤC", "Kèm theo", columns, rows)
    sheet = load_workbook(io.BytesIO(made)).worksheets[0]
    long, short = (sheet.row_dimensions[row].height or 0 for row in (5, 6))
    # 180 characters in 20 take nine lines at least.
    assert long >= 9 * workbooks.LINE > short >= workbooks.LINE
    assert sheet.page_setup.orientation == "landscape"
    assert str(sheet.page_setup.paperSize) == sheet.PAPERSIZE_A4
    assert sheet.page_margins.left * workbooks.INCH == pytest.approx(30)
    assert sheet.HeaderFooter.differentFirst
    first, others = sheet.HeaderFooter.firstHeader, sheet.HeaderFooter.oddHeader
    assert others
    assert others.center.text == "&P"
    # An empty first page's header is not written at all.
    assert not first
    assert all(cell.border.left.style for row in sheet["A4:C6"] for cell in row)


def test_an_import_keeps_the_comments_and_order_of_a_card(office: Office) -> None:
    before = office.text(CARD)
    taken(office, {"folder": "thanhmy-03", "code": "1_000", "custodian": "Lê Thị Hoa"})
    expected = before.replace("\ncode:", '\ncode: "1_000"').replace(
        "\ncustodian:", '\ncustodian: "Lê Thị Hoa"'
    )
    assert office.text(CARD) == expected
    assert office.book().one("1_000").card.custodian == "Lê Thị Hoa"


def test_a_blank_cell_says_nothing(office: Office) -> None:
    before = office.text(CARD)
    taken(office, {"folder": "thanhmy-03", "code": "", "year_in_use": "", "original_cost": ""})
    assert office.text(CARD) == before


def test_a_ups_gets_a_card_where_its_site_is_named(office: Office) -> None:
    line = {
        "folder": "thanhmy-ups-01", "site": "thanh_my", "kind": "bộ lưu điện", "code": "TS-9",
        "name": "Bộ lưu điện", "serials": "AS1234", "year_in_use": "2024",
    }  # fmt: skip
    taken(office, line)
    made = office.book().one("TS-9")
    assert (made.name, made.site, made.host, made.card.kind.value) == (
        "thanhmy-ups-01", "thanh_my", False, "ups",
    )  # fmt: skip
    assert made.card.serials.machine == "AS1234"
    office.record(inspected("broken", "repairable"), "TS-9")
    assert len(office.book().one("TS-9").events) == 1


def test_wear_of_the_books_is_kept_where_it_is_not_what_the_law_makes_of_it(office: Office) -> None:
    line = {"folder": "thanhmy-03", "year_in_use": "2023", "original_cost": "12000000"}
    taken(office, {**line, "accumulated": "7.200.000", "net": "4.800.000"})
    assert office.book().one("thanhmy-03").card.booked_wear is None
    taken(office, {**line, "net": "5.000.000"})
    booked = office.book().one("thanhmy-03").card.booked_wear
    assert booked
    assert (booked.year, booked.amount) == (2025, 7_000_000)


ADDED = {
    "event": "addition", "date": "2026-03-01", "part": "memory", "what": "thêm 4 GB",
    "raises_cost_by": 1_500_000,
}  # fmt: skip


@pytest.mark.parametrize("before", ["", "12.000.000"])
def test_a_cost_with_added_parts_is_that_of_the_sheet_however_often_it_is_read(
    office: Office, before: str
) -> None:
    """The card has the cost without the parts, whether it had one before or not."""
    taken(office, {"folder": "thanhmy-03", "original_cost": before})
    office.record(ADDED)
    for _time in range(2):
        taken(office, {"folder": "thanhmy-03", "original_cost": "14.000.000"})
        asset = office.book().one("thanhmy-03")
        assert (asset.card.original_cost, asset.cost(DAY)) == (12_500_000, 14_000_000)


@pytest.mark.parametrize("cost", ["", "12.000.000"])
def test_an_export_with_an_added_part_comes_back_twice_and_changes_nothing(
    office: Office, tmp_path: Path, cost: str
) -> None:
    """12,000,000 of 2024, worn 4,800,000 by 2025: with the part 8,700,000 are left."""
    taken(office, {"folder": "thanhmy-03", "year_in_use": "2024", "original_cost": cost})
    office.record(ADDED)
    before = office.text(CARD)
    file = tmp_path / "so.csv"
    file.write_bytes(sheets.write_csv(exported(office)))
    told = "13500000;4800000;8700000" if cost else ";".join([UNKNOWN] * 3)
    assert f";{told};" in file.read_text(encoding="utf-8-sig")
    for _time in range(2):
        taken(office, *(line.cells for line in sheets.read_sheet(file)))
        assert office.text(CARD) == before


FAULTS = [
    ({"folder": "thanhmy-3x"}, "folder", "no asset thanhmy-3x", "Did you mean thanhmy-03?"),
    ({"folder": "ups-1", "site": "thanh_mi"}, "site", "no site thanh_mi", "thanh_my"),
    ({"folder": "UPS 1", "site": "thanh_my"}, "folder", "not a name", "a-z"),
    ({"folder": "thanhmy-03", "site": "thap_muoi"}, "site", "is at thanh_my", "Correct it"),
    ({"code": "TS-77"}, "code", "no card has this code", "first column"),
    ({"folder": "thanhmy-03", "kind": "máy bay"}, "kind", "nobody knows máy bay", "máy in"),
    ({"folder": "thanhmy-03", "year_in_use": "13"}, "year_in_use", "not a year", "four digits"),
    ({"folder": "thanhmy-03", "year_in_use": "1913"}, "year_in_use", "too small", "blank"),
    ({"folder": "thanhmy-03", "original_cost": "12,5"}, "original_cost", "no amount", "digits"),
    ({"folder": "thanhmy-03", "serials": "vỏ: X12345"}, "serials", "the part vỏ", "ổ cứng"),
    ({"folder": "thanhmy-03", "serials": "0000000"}, "serials.machine", "not a serial", "label"),
    ({"folder": "thanhmy-03", "state": "đã thanh lý"}, "state", "it is in use", "events alone"),
    ({"folder": "thanhmy-03", "accumulated": "5"}, "original_cost", "no original cost", "blank"),
    (
        {"folder": "thanhmy-03", "original_cost": "12000000", "accumulated": "1", "net": "1"},
        "net", "cost less wear is 11999999", "three amounts",
    ),
    (
        {"folder": "thanhmy-03", "original_cost": "9000000", "accumulated": "1"},
        "accumulated", "a tool", "blank",
    ),
    (
        {"folder": "thanhmy-03", "original_cost": "12000000", "accumulated": "12000001"},
        "accumulated", "exceeds", "three amounts",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("line", "column", "wrong", "mend"), FAULTS)
def test_a_line_that_is_wrong_says_so(
    office: Office, line: dict[str, str], column: str, wrong: str, mend: str
) -> None:
    (fault,) = planned(office, line).faults
    assert (fault.line, fault.column) == (2, column)
    assert wrong in fault.wrong
    assert mend in fault.mend


TOLD_BY_EVENTS: list[tuple[list[Said], dict[str, str], str, str]] = [
    ([inspected(day="2025-05-01")], {"year_in_use": "2026"}, "year_in_use", "put to use in 2026"),
    ([inspected()], {"year_in_use": "2027", "place": "x"}, "year_in_use", "put to use in 2027"),
    (
        [needed(), proposed("a"), decided()], {"serials": "ổ cứng: WD-OTHER-77"},
        "serials", f"knows no disk {SERIAL}",
    ),
    (
        [needed(), proposed("a"), decided(), wiped(), disposed()],
        {"serials": "ổ cứng: WD-OTHER-77"}, "serials", f"knows no disk {SERIAL}",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("events", "cells", "column", "wrong"), TOLD_BY_EVENTS)
def test_a_card_that_contradicts_the_events_is_that_lines_fault(
    office: Office, events: list[Said], cells: dict[str, str], column: str, wrong: str
) -> None:
    """It left the whole book unreadable."""
    office.tree.replace(CARD, "  disk:", f"  disk: {SERIAL}")
    for said in events:
        office.record(said)
    made = planned(
        office, {"folder": "thanhmy-02", "place": "x"}, {"folder": "thanhmy-03", **cells}
    )
    (fault,) = made.faults
    assert (fault.line, fault.column) == (3, column)
    assert wrong in fault.wrong
    assert "benvung asset undo" in fault.mend
    assert "thanhmy-03" not in made.changed
    taken(office, {"folder": "thanhmy-03", "year_in_use": "2012", "code": "TS-3"})
    assert office.book().one("TS-3").card.year_in_use == 2012


def test_a_kind_that_the_events_contradict_is_named_by_its_column(office: Office) -> None:
    line = {"folder": "man-01", "site": "thanh_my", "kind": "màn hình", "year_in_use": "2013"}
    taken(office, line)
    for said in (needed(), proposed("a"), decided(disks=[]), disposed()):
        office.record(said, "man-01")
    (fault,) = planned(office, {"folder": "man-01", "kind": "máy vi tính để bàn"}).faults
    assert (fault.column, fault.wrong) == ("kind", "Nothing is recorded about its disk.")


def test_every_wrong_line_is_told_at_once(office: Office) -> None:
    made = planned(
        office,
        {"folder": "thanhmy-01", "code": "TS-1"},
        {"folder": "thanhmy-02", "code": "ts-1"},
        {"folder": "thanhmy-02", "place": "x"},
        {"folder": "thanhmy-04", "year_in_use": "x"},
    )
    assert [(each.line, each.column) for each in made.faults] == [
        (3, "code"), (4, "folder"), (5, "year_in_use"),
    ]  # fmt: skip
    assert "See line 2." in made.faults[0].mend


def test_a_code_of_another_card_is_refused(office: Office) -> None:
    """Two PCs with one asset code."""
    taken(office, {"folder": "thanhmy-05", "code": "TS-5"})
    (fault,) = planned(office, {"folder": "thanhmy-01", "code": "TS-5"}).faults
    assert "TS-5 is thanhmy-05's already" in fault.wrong
    # Two that exchange their codes are no fault.
    taken(office, {"folder": "thanhmy-01", "code": "TS-1"})
    swapped = planned(
        office, {"folder": "thanhmy-01", "code": "TS-5"}, {"folder": "thanhmy-05", "code": "TS-1"}
    )
    assert swapped.faults == []


def test_a_cut_before_the_renames_changes_no_card(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = planned(
        office, {"folder": "thanhmy-01", "place": "x"}, {"folder": "thanhmy-02", "place": "x"}
    )
    files = [CARD.replace("03", number) for number in ("01", "02")]
    before = [office.text(file) for file in files]
    real = beside

    def cut(path: Path, whole: bytes) -> Path:
        if "thanhmy-02" in str(path):
            raise OSError(28, "No space left on device")
        return real(path, whole)

    monkeypatch.setattr(importing, "beside", cut)
    with pytest.raises(OSError, match="No space"):
        importing.carry_out(office.root, made)
    assert [office.text(file) for file in files] == before


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


READ: list[tuple[str, bytes]] = [
    ("a.csv", "Tên máy,Mã tài sản,Nguyên giá\nthanhmy-03,7,9500000\n".encode()),
    ("b.csv", "Mã tài sản;Tên máy;Nguyên giá\n7;thanhmy-03;9500000\n".encode("utf-8-sig")),
    ("c.csv", "TÊN MÁY\tmã  tài sản\tNguyên giá\nthanhmy-03\t7\t9500000\n".encode()),
    ("d.xlsx", workbook(
        ["SỔ TÀI SẢN"], [], ["Tên máy", "Mã tài sản", "Nguyên giá", None],
        ["thanhmy-03", 7.0, 9500000, None], [], ["Tổng cộng", None, 9500000],
    )),
]  # fmt: skip


@pytest.mark.parametrize(("name", "made"), READ)
def test_sheets_as_people_save_them(tmp_path: Path, name: str, made: bytes) -> None:
    (tmp_path / name).write_bytes(made)
    (line,) = sheets.read_sheet(tmp_path / name)
    assert line.cells == {"folder": "thanhmy-03", "code": "7", "original_cost": "9500000"}


BROKEN: list[tuple[str, bytes, str]] = [
    ("x.xlsx", b"PK no workbook", "is no workbook"),
    ("x.xlsx", b"", "is no workbook"),
    ("x.csv", "Tên máy;Mã tài sản\n".encode("cp1258", "replace") + b"\xff", "not UTF-8"),
    ("x.csv", b"", "no line of headings"),
    ("x.csv", "Tên máy;Mã tài sản;Giá\n".encode(), "nobody knows the column Giá"),
    ("x.csv", "Tên máy;Mã tài sản;Tên máy\n".encode(), "stands twice"),
    ("x.csv", 'Tên máy;Mã tài sản\n"a;b\n'.encode(), "is no CSV"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "raw", "wrong"), BROKEN)
def test_what_is_no_register_is_refused(tmp_path: Path, name: str, raw: bytes, wrong: str) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(AssetRefused) as refused:
        sheets.read_sheet(tmp_path / name)
    assert wrong in refused.value.wrong
