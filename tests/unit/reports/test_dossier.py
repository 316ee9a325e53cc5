"""The papers tell what is recorded, name what is not, and invent nothing."""

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from docx.enum.section import WD_ORIENT
from openpyxl import load_workbook

from checks.assets.records import Asset, State
from checks.assets.refusals import AssetRefused
from checks.assets.states import standing
from checks.assets.words import NO_WEAR, UNKNOWN
from checks.reports import dossier, records, render
from checks.reports.dossier import BLANKS, Dossier, disposal, year_end
from checks.reports.gaps import Gaps
from checks.reports.templates import make
from checks.reports.told import net_values, sentence, total
from tests.unit.assets.making import (
    SERIAL,
    SITE,
    TODAY,
    Said,
    asset,
    decided,
    disposed,
    inspected,
    needed,
    proposed,
    quoted,
    undone,
    wiped,
)
from tests.unit.reports.making import (
    DECIDED,
    DISPOSED,
    KNOWN,
    OLD,
    WRITTEN_OFF,
    desk,
    old,
    pc,
    young,
)
from tests.unit.reports.reading import opened, texts

LATER = date(2026, 12, 20)
LETTER = "01-cong-van-de-nghi.docx"
INSPECTION = "02-bien-ban-kiem-tra-{}.docx"
WIPE = "03-bien-ban-xoa-du-lieu-thanhmy-03.docx"
MINUTES = "04-bien-ban-thanh-ly.docx"
WRITE_OFF = "05-de-nghi-ghi-giam.docx"
MM = 36_000
TOOL = {**KNOWN, "original_cost": 9_500_000}
MONITOR = {**KNOWN, "kind": "monitor", "serials": {"machine": None}}


def papers(*assets: Asset, today: date = TODAY, whole: bool = False) -> dict[str, str]:
    return texts(disposal(desk(today), assets, whole=whole))


def test_a_letter_tells_the_ground_with_its_evidence_and_the_sums() -> None:
    told = papers(young())[LETTER]
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "ỦY BAN NHÂN DÂN",
        "V/v đề nghị xử lý tài sản", "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh Đồng Tháp",
        "Căn cứ Nghị định số 186/2025/NĐ-CP ngày 01 tháng 7 năm 2025", "ngày 05 tháng 11 năm 2026",
        "Tổng nguyên giá: 12.000.000 đồng (Bằng chữ: Mười hai triệu đồng)",
        "Tổng giá trị còn lại tại ngày 31/12/2025: 4.800.000 đồng",
        "DANH MỤC TÀI SẢN CÔNG ĐỀ NGHỊ XỬ LÝ", "TSCĐ-2019-014", "7XK2M03", "WD-WCC2E1234567",
        "điểm b khoản 1 Điều 45", "báo giá sửa chữa 4.080.000 đồng", "bằng 34 % nguyên giá",
        "Tổng cộng:", "TM. ỦY BAN NHÂN DÂN", "Trần Thị Mẫu", "Nơi nhận:", "- Lưu: VT.",
    ):  # fmt: skip
        assert words in told, words


def test_the_list_has_the_eleven_columns_of_the_form() -> None:
    made = disposal(desk(), [young()])
    tables = opened(made.files[LETTER]).tables
    heads = [cell.text for cell in next(t for t in tables if len(t.columns) == 11).rows[0].cells]
    assert heads == [column.heading for column in dossier.LIST_COLUMNS]


def test_what_is_unknown_is_printed_so_and_listed_first_for_the_clerk() -> None:
    told = papers(old())
    assert f"Tổng nguyên giá: {UNKNOWN}" in told[LETTER]
    assert "điểm a khoản 1 Điều 45" in told[LETTER]
    assert next(iter(told)) == BLANKS
    for what in ("Nguyên giá", "Mã tài sản", "Số sê-ri", "Hình thức xử lý", "Nơi nhận công văn"):
        assert what in told[BLANKS], what
    assert "thanhmy-01" in told[BLANKS]


def last_line(whole: bytes) -> list[object]:
    """What stands in the last line of a workbook."""
    *_lines, last = load_workbook(io.BytesIO(whole)).worksheets[0].iter_rows(values_only=True)
    return [value for value in last if value is not None]


def test_totals_of_the_list_and_the_register_are_unknown_where_all_is() -> None:
    made = disposal(desk(), [old()])
    assert f"Tổng cộng: 1 {UNKNOWN} {UNKNOWN}" in texts(made)[LETTER]
    assert last_line(made.files[dossier.LIST]) == ["Tổng cộng", UNKNOWN, UNKNOWN]
    register = year_end(desk(), [old()]).files[dossier.REGISTER]
    assert last_line(register) == ["Tổng cộng", UNKNOWN, UNKNOWN, UNKNOWN]


def test_a_letter_of_tools_alone_says_of_wear_what_its_lines_say() -> None:
    """Below the threshold nothing of the value is unknown, so nothing is for the clerk to fill."""
    tools = [pc(f"thanhmy-0{number}", inspected(), proposed("b-1"), **TOOL) for number in (4, 5)]
    made = disposal(desk(), tools)
    told = texts(made)
    assert f"Tổng giá trị còn lại tại ngày 31/12/2025: {NO_WEAR}." in told[LETTER]
    assert f"Tổng cộng: 2 19.000.000 {NO_WEAR}" in told[LETTER]
    assert last_line(made.files[dossier.LIST]) == ["Tổng cộng", 19_000_000, NO_WEAR]
    assert "Giá trị còn lại" not in told[BLANKS]
    assert UNKNOWN not in told[LETTER]


def test_a_tool_is_not_counted_among_what_is_unknown() -> None:
    """One PC worn, one tool, one of unknown cost, one of unknown year."""
    no_year = {**KNOWN, "year_in_use": None}
    assets = [young(), pc("thanhmy-04", **TOOL), old(), pc("thanhmy-05", **no_year)]
    register = year_end(desk(), assets).files[dossier.REGISTER]
    left = "01 tài sản chưa xác định nguyên giá; 02 tài sản chưa xác định giá trị còn lại"
    sums = [33_500_000, 7_200_000, 4_800_000]
    assert last_line(register) == ["Tổng cộng", *sums, f"Chưa kể {left}"]
    rows = [desk().row(each, TODAY) for each in assets]
    found = total(rows)
    assert (found.cost, found.worn, found.net) == ("33.500.000", "7.200.000", "4.800.000")
    assert found.note == f"Chưa kể {left}"
    said = sentence("Tổng", net_values(rows))
    assert said.endswith(", chưa kể 02 (hai) tài sản chưa xác định.")


def test_a_pc_put_to_use_this_year_is_worth_its_cost_and_no_gap() -> None:
    """Its net value is known though no December has come; on the last one it was not there yet."""
    fresh = {**KNOWN, "year_in_use": 2026, "original_cost": 15_000_000}
    told = papers(pc("thanhmy-04", inspected(), proposed("b-1"), **fresh))
    summed = "Tổng giá trị còn lại (hao mòn tính đến ngày 31/12/2025): 15.000.000 đồng"
    assert summed in told[LETTER]
    inspection = told[INSPECTION.format("thanhmy-04")]
    assert "Giá trị còn lại (hao mòn tính đến 31/12/2025) 15.000.000 đồng" in inspection
    assert "Giá trị còn lại" not in told[BLANKS]


def test_a_part_added_since_december_is_in_cost_and_net_value_of_every_paper() -> None:
    """13,500,000 less the 7,200,000 worn by 31/12/2025, on which day the part was not in it."""
    part = {
        "event": "addition", "date": "2026-03-01", "part": "memory", "what": "thêm 4 GB",
        "raises_cost_by": 1_500_000,
    }  # fmt: skip
    steps = (inspected("broken", "repairable"), quoted(4_080_000), proposed("b-2"))
    told = papers(pc("thanhmy-03", part, *steps, *DISPOSED, **KNOWN), today=LATER, whole=True)
    summed = "Tổng giá trị còn lại (hao mòn tính đến ngày 31/12/2025): 6.300.000 đồng"
    assert summed in told[LETTER]
    inspection = told[INSPECTION.format("thanhmy-03")]
    assert "Giá trị còn lại (hao mòn tính đến 31/12/2025) 6.300.000 đồng" in inspection
    for words in ("Nguyên giá: 13.500.000", "thanh lý: 7.200.000", "còn lại: 6.300.000"):
        assert words in told[MINUTES], words
    assert "Tổng cộng: 13.500.000 7.200.000 6.300.000" in told[WRITE_OFF]


def test_every_amount_stands_on_a_record_or_follows_from_one_by_law() -> None:
    made = papers(young(*WRITTEN_OFF), today=LATER, whole=True)
    known = {
        "12.000.000", "4.080.000", "7.200.000", "4.800.000", "350.000", "50.000",
    }  # fmt: skip
    found = set(re.findall(r"\b\d{1,3}(?:\.\d{3})+\b", " ".join(made.values())))
    assert found == known
    nothing = papers(old())
    assert not re.findall(r"\b\d{1,3}(?:\.\d{3})+ đồng", " ".join(nothing.values()))


def test_the_inspection_tells_findings_quotations_and_life_in_words() -> None:
    told = papers(young())[INSPECTION.format("thanhmy-03")]
    assert "hỏng, không hoạt động được" in told
    assert "ổ đĩa sda: 40 cung hỏng, tăng 12 cung trong 4 tuần" in told
    # Of the inspection's day, though it stood long after.
    assert "(ghi nhận từ ngày 05/10/2026 đến 01/11/2026)" in told
    assert "Công ty TNHH Tin học Mỹ An" in told
    assert "chưa hết thời hạn sử dụng" in told


REPAIR = {"event": "repair", "date": "2026-10-20", "what": "thay nguồn"}
PART = {"event": "replacement", "date": "2026-11-02", "part": "memory", "what": "thay bộ nhớ"}
BROKEN = inspected("broken", "repairable")


@pytest.mark.parametrize(
    ("events", "day"),
    [
        ([REPAIR, BROKEN], "01 tháng 11 năm 2026"),
        ([BROKEN, quoted(4_080_000), proposed("b-2")], "03 tháng 11 năm 2026"),
        ([BROKEN, PART], "02 tháng 11 năm 2026"),
        ([BROKEN, quoted(9_000_000, "new-equivalent", "2026-11-09")], "09 tháng 11 năm 2026"),
        ([BROKEN, needed("2026-11-04"), proposed("a", "2026-11-06")], "04 tháng 11 năm 2026"),
        # What came after the proposal is not in the record.
        ([needed("2026-10-30"), BROKEN, proposed("a"), needed("2026-11-12")], "01 tháng 11 năm"),
    ],
)
def test_an_inspection_record_is_of_the_newest_day_that_it_tells(
    events: list[Said], day: str
) -> None:
    made, gaps = pc("thanhmy-03", *events, **KNOWN), Gaps("")
    made = made.until(TODAY)
    context = records.inspection(desk(), made, gaps)
    opening = str(context["opening"])
    assert f"Hôm nay, ngày {day}" in opening
    assert f"ngày {day}" in str(context["place_day"])
    # When it was looked at, and by whom, is told in any case.
    assert "Người kiểm tra: Nguyễn Văn An, ngày 01/11/2026." in str(context["found"])
    assert ("kiểm tra ngày 01/11/2026" in opening) != ("01 tháng 11" in day)


def test_an_inspection_record_tells_no_value_or_age_of_a_year_to_come() -> None:
    """The wear of 2026 is counted in a draft of January 2027."""
    asked = date(2027, 1, 8)
    made = pc("thanhmy-03", BROKEN, quoted(4_080_000), **KNOWN)
    told = papers(made, today=asked)[INSPECTION.format("thanhmy-03")]
    assert "31/12/2026" in told
    assert "Hôm nay, ngày 08 tháng 01 năm 2027" in told
    assert "kiểm tra ngày 01/11/2026" in told


def test_an_inspection_that_nobody_made_has_room_for_its_day() -> None:
    told = papers(pc("thanhmy-01", needed(), **OLD))[INSPECTION.format("thanhmy-01")]
    assert "Hôm nay, ngày …… tháng …… năm 2026" in told


def test_a_finding_of_one_day_is_told_with_that_day() -> None:
    seen = inspected("broken", "repairable", "2026-10-05")
    broken = pc("thanhmy-03", seen, quoted(4_080_000), proposed("b-2"), **KNOWN)
    told = papers(broken)[INSPECTION.format("thanhmy-03")]
    assert "(ghi nhận ngày 05/10/2026)" in told


def test_a_wipe_that_is_not_recorded_is_never_told_as_done() -> None:
    before = papers(young(*DECIDED))[WIPE]
    assert f"Tình trạng xóa dữ liệu: {UNKNOWN}" in before
    assert "đã được xóa" not in before
    after = papers(young(*DECIDED, wiped()))[WIPE]
    assert "01/01 ổ đĩa đã được xóa dữ liệu hoặc tiêu hủy" in after
    assert "Ghi đè toàn bộ ổ đĩa" in after


def test_a_recorded_wipe_is_told_though_an_old_book_says_that_there_is_no_disk() -> None:
    told = papers(young(*DECIDED, wiped(), disposed(no_disk=True)))
    assert "01/01 ổ đĩa đã được xóa dữ liệu hoặc tiêu hủy" in told[WIPE]
    assert "Ghi đè toàn bộ ổ đĩa" in told[WIPE]
    assert f"đã xóa hoặc tiêu hủy và kiểm chứng ({SERIAL} ngày 12/11/2026)" in told[MINUTES]
    assert "không có ổ đĩa" not in told[WIPE] + told[MINUTES]
    none = {**KNOWN, "serials": {"disk": None}}
    events = inspected(), proposed("b-1"), decided(disks=[]), disposed(no_disk=True)
    empty = papers(pc("thanhmy-03", *events, **none))
    assert "trong máy không có ổ đĩa" in empty[WIPE]
    assert "đã mở máy, không có ổ đĩa" in empty[MINUTES]


def test_papers_come_with_their_step() -> None:
    steps = [(), DECIDED, DISPOSED]
    names = [set(papers(young(*events), today=LATER)) for events in steps]
    inspection = INSPECTION.format("thanhmy-03")
    assert names == [
        {BLANKS, LETTER, inspection, WIPE}, {BLANKS, WIPE, MINUTES},
        {BLANKS, WIPE, MINUTES, WRITE_OFF},
    ]  # fmt: skip
    with pytest.raises(AssetRefused):
        papers(young(*WRITTEN_OFF), today=LATER)
    assert WRITE_OFF in papers(young(*WRITTEN_OFF), today=LATER, whole=True)


@pytest.mark.parametrize("day", [date(2026, 11, day) for day in (5, 10, 12, 15, 16, 18, 20)])
def test_papers_of_a_past_day_tell_nothing_that_came_later(day: date) -> None:
    whole = young(*WRITTEN_OFF)
    then = replace(whole, events=tuple(each for each in whole.events if each.date <= day))
    assert papers(whole, today=day, whole=True) == papers(then, today=day, whole=True)


def test_a_disk_exchanged_later_is_in_no_paper_of_a_day_before() -> None:
    exchanged = {
        "event": "replacement", "date": "2026-11-19", "part": "disk", "what": "thay ổ cứng",
        "old_serial": KNOWN["serials"]["disk"], "new_serial": "NEW-DISK-1",
    }  # fmt: skip
    then, now = (" ".join(papers(young(exchanged), today=day).values()) for day in (
        date(2026, 11, 18), TODAY,
    ))  # fmt: skip
    assert "NEW-DISK-1" in now
    assert "NEW-DISK-1" not in then
    assert KNOWN["serials"]["disk"] in then


def test_an_undoing_of_what_is_not_yet_there_is_left_out_with_it() -> None:
    made = asset(inspected(day="2026-11-10"), inspected(day="2026-11-05"), undone(1, "2026-11-06"))
    assert [event.number for event in made.until(date(2026, 11, 7)).events] == [2]
    assert standing(made.until(date(2026, 11, 7))).state is State.BROKEN


def test_the_minutes_tell_costs_and_proceeds_only_when_recorded() -> None:
    draft = papers(young(*DECIDED))[MINUTES]
    assert "số 12/QĐ-UBND ngày 10/11/2026" in draft
    assert "………………" in draft
    for what in ("Chi phí thanh lý", "Giá trị thu hồi"):
        assert f"{what}: ……………… đồng" in draft
    done = papers(young(*WRITTEN_OFF), today=LATER, whole=True)[MINUTES]
    assert "350.000 đồng (Bằng chữ: Ba trăm năm mươi nghìn đồng)" in done
    assert "Công ty Thu gom Mẫu" in done
    silent = papers(young(*DECIDED, wiped(), disposed(costs=0)), today=LATER)
    assert "Chi phí thanh lý: 0 đồng (Bằng chữ: Không đồng)" in silent[MINUTES]
    assert "Giá trị thu hồi: ……………… đồng" in silent[MINUTES]
    assert "Giá trị thu hồi" in silent[BLANKS]
    assert "chứng từ số CT-07" in done


@pytest.mark.parametrize(
    "other",
    [{"form": "sale"}, {"date": "2026-11-11"}, {"authority": "Chủ tịch Ủy ban nhân dân tỉnh"}],
)
def test_one_set_of_minutes_for_each_decision_and_form(other: dict[str, str]) -> None:
    """Two decisions may have one number: of two authorities, of two years."""
    monitors = [
        pc(name, inspected(), proposed("b-1"), decided(disks=[], **more), gone, **MONITOR)
        for name, more, gone in (
            ("thanhmy-man-01", {}, disposed()),
            ("thanhmy-man-02", other, {**disposed(), "form": other.get("form", "scrap")}),
        )
    ]
    told = papers(*monitors)
    both = [words for name, words in told.items() if name.startswith("04-bien-ban-thanh-ly")]
    assert len(both) == 2
    assert all("Đã thanh lý 01 (một) tài sản" in words for words in both)
    forms = ["phá dỡ, hủy bỏ", "bán" if "form" in other else "phá dỡ, hủy bỏ"]
    for form, words in zip(forms, both, strict=True):
        assert f"theo hình thức {form}" in words
    again = pc("thanhmy-man-03", inspected(), proposed("b-1"), decided(disks=[]), **MONITOR)
    same = pc("thanhmy-man-04", inspected(), proposed("b-1"), decided(disks=[]), **MONITOR)
    assert MINUTES in papers(again, same)


def test_age_alone_makes_no_letter() -> None:
    with pytest.raises(AssetRefused, match="thanh_my"):
        disposal(desk(), [asset(inspected("faulty", "repairable"))])


@pytest.mark.parametrize("amount", [3_600_000, 3_000_000])
def test_no_letter_up_to_30_percent(amount: int) -> None:
    one = pc("thanhmy-03", inspected("broken", "repairable"), quoted(amount), **KNOWN)
    with pytest.raises(AssetRefused):
        disposal(desk(), [one])


def test_one_letter_for_each_authority() -> None:
    cheap = pc("thanhmy-04", inspected(), proposed("b-1"), **{**KNOWN, "original_cost": 9_000_000})
    told = papers(young(), cheap)
    letters = [one for name, one in told.items() if name.startswith("01-cong-van")]
    to = [one.partition("Kính gửi: ")[2] for one in letters]
    assert to[0].startswith("Chủ tịch Ủy ban nhân dân tỉnh Đồng Tháp")
    assert to[1].startswith("Ủy ban nhân dân xã Thanh Mỹ, tỉnh Đồng Tháp")


def test_the_stock_take_leaves_to_be_counted_what_only_people_can_count() -> None:
    made = year_end(desk(), [old(), young(*WRITTEN_OFF), young()])
    told = texts(made)["01-bien-ban-kiem-ke.docx"]
    assert "Thời điểm kiểm kê: ngày 20 tháng 11 năm 2026" in told
    assert "Cộng 2 12.000.000 4.800.000" in told
    assert "máy báo 20/11/2026" in told
    assert "Số lượng, giá trị đếm được" in texts(made)[BLANKS]


def whole_dossiers() -> list[Dossier]:
    return [
        disposal(desk(LATER), [old(), young(*WRITTEN_OFF)], whole=True),
        year_end(desk(people=False), [old(), young()]),
    ]


def test_pages_are_as_decree_30_wants_them() -> None:
    for made in whole_dossiers():
        for name in texts(made):
            document = opened(made.files[name])
            for section in document.sections:
                sides = [section.page_width or 0, section.page_height or 0]
                lying = section.orientation == WD_ORIENT.LANDSCAPE
                assert [round(side / MM) for side in sides] == [210, 297][:: -1 if lying else 1]
                assert 30 <= round((section.left_margin or 0) / MM) <= 35, name
                assert 15 <= round((section.right_margin or 0) / MM) <= 20, name
                assert 20 <= round((section.top_margin or 0) / MM) <= 25, name
                assert 20 <= round((section.bottom_margin or 0) / MM) <= 25, name
            assert document.sections[0].different_first_page_header_footer
            assert document.styles["Normal"].font.name == "Times New Roman"


def test_nothing_of_a_template_or_of_english_is_left_over() -> None:
    stray = re.compile(r"\{\{|\}\}|\{%|None|\b(scrap|sale|broken|repairable|overwrite|the|of)\b")
    for made in whole_dossiers():
        for name, told in texts(made).items():
            # The clerk's page names commands, which are what they are.
            if name != BLANKS:
                assert not stray.findall(told), name


def test_what_people_write_is_text_and_never_markup_or_template() -> None:
    nasty = '<w:br/> & "dấu" {{ 7 * 7 }}'
    one = pc("thanhmy-03", {**inspected(), "found": nasty}, **{**KNOWN, "name": nasty})
    told = papers(one)
    assert f"{nasty}" in told[INSPECTION.format("thanhmy-03")]
    assert nasty in told[LETTER]


@pytest.mark.parametrize("name", sorted(make.TEMPLATES))
def test_a_template_is_as_the_program_makes_it(name: str) -> None:
    new = io.BytesIO()
    make.TEMPLATES[name]().save(new)
    kept = opened((render.TEMPLATES / f"{name}.docx").read_bytes())
    assert kept.element.xml == opened(new.getvalue()).element.xml


def test_a_dossier_is_written_whole_and_never_over_another(tmp_path: Path) -> None:
    made = disposal(desk(), [young()])
    first, _ = dossier.write(made, None, tmp_path, as_pdf=False)
    second, _ = dossier.write(made, None, tmp_path, as_pdf=False)
    assert first == tmp_path / "var/dossier" / SITE / "2026-11-20"
    assert second.name == "2026-11-20-2"
    assert {path.name for path in first.iterdir()} == set(made.files)
    with pytest.raises(AssetRefused, match="holds something already"):
        dossier.write(made, first, tmp_path, as_pdf=False)


def test_nothing_is_left_where_the_pdf_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = tmp_path / "bin" / "soffice"
    office.parent.mkdir()
    office.write_text("#!/bin/sh\necho no fonts >&2\nexit 1\n")
    office.chmod(0o755)
    monkeypatch.setenv("PATH", str(office.parent), prepend=":")
    folder = tmp_path / "out" / "papers"
    with pytest.raises(AssetRefused, match="no fonts"):
        dossier.write(disposal(desk(), [young()]), folder, tmp_path, as_pdf=True)
    assert list(folder.parent.iterdir()) == []
