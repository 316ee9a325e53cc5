"""Make the templates anew, as they are shipped:  python -m checks.reports.templates.make [folder].

The clerk may change a template in Word or LibreOffice; what stands between braces is filled in.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from docx.document import Document as Doc
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Pt

from checks.reports.templates import blocks, parts
from checks.reports.templates.blocks import LANDSCAPE, Look

HERE = Path(__file__).parent
_C, _L, _R = ALIGN.CENTER, ALIGN.LEFT, ALIGN.RIGHT
_SMALL = Look(11)
_STRONG = Look(11, bold=True)
# mm; together the width of a landscape page within its margins.
LIST_WIDTHS = (11, 43, 28, 14, 14, 16, 24, 24, 19, 44, 15)
STOCK_WIDTHS = (11, 34, 20, 24, 13, 21, 21, 13, 16, 16, 13, 15, 15, 20)
_LIST_HEAD = (
    "STT", "Tên tài sản (chi tiết theo từng tài sản)", "Loại tài sản", "Đơn vị tính", "Số lượng",
    "Năm đưa vào sử dụng", "Nguyên giá (đồng)", "Giá trị còn lại (đồng)", "Hình thức xử lý",
    "Lý do đề nghị xử lý", "Ghi chú",
)  # fmt: skip
_LIST_CELLS = (
    "{{ each.number }}", "{{ each.name }}", "{{ each.kind }}", "{{ each.unit }}",
    "{{ each.quantity }}", "{{ each.year }}", "{{ each.cost }}", "{{ each.net }}",
    "{{ each.form }}", "{{ each.reason }}", "{{ each.note }}",
)  # fmt: skip
_LIST_ALIGNS = (_C, _L, _L, _C, _C, _C, _R, _R, _C, _L, _L)


def letter() -> Doc:
    """The official letter with its list (Mẫu 01/TSC-XLTS)."""
    doc = blocks.new(14)
    parts.heading(doc, about=True)
    line = blocks.say(doc.add_paragraph(), "Kính gửi: {{ decider }}", Look(14, before=16, after=8))
    line.paragraph_format.keep_with_next = True
    parts.basis(doc)
    blocks.paragraph(
        doc,
        "Căn cứ thực tế quản lý, sử dụng tài sản, {{ holder }} lập đề nghị xử lý tài sản theo "
        "Danh mục (đính kèm).",
    )
    for text in ("{{ count }}", "{{ cost }}", "{{ net }}"):
        blocks.paragraph(doc, text)
    blocks.paragraph(doc, "Giấy tờ gửi kèm:")
    _each(doc, "attached", "- {{ line }}")
    blocks.paragraph(
        doc, "Đề nghị {{ asked }} xem xét, quyết định xử lý theo thẩm quyền./."
    ).paragraph_format.space_after = Pt(10)
    parts.signed_by_head(doc)
    blocks.annex(doc)
    title = "DANH MỤC TÀI SẢN CÔNG ĐỀ NGHỊ XỬ LÝ"
    blocks.say(doc.add_paragraph(), title, Look(14, bold=True))
    blocks.say(doc.add_paragraph(), "{{ attached_to }}", Look(13, italic=True, after=8))
    _the_list(doc)
    return doc


def _the_list(doc: Doc) -> None:
    table = blocks.grid(doc, LIST_WIDTHS)
    blocks.repeat(blocks.row(table, _LIST_HEAD, _STRONG))
    numbers = [f"({number})" for number in range(1, len(_LIST_HEAD) + 1)]
    blocks.repeat(blocks.row(table, numbers, Look(10, italic=True)))
    blocks.looped(table, "each in assets", _LIST_CELLS, _SMALL, _LIST_ALIGNS)
    totals = ["", "Tổng cộng:", "", "", "{{ total.quantity }}", "", "{{ total.cost }}"]
    totals += ["{{ total.net }}", "", "", "{{ total.note }}"]
    blocks.row(table, totals, _STRONG, _LIST_ALIGNS)


def _each(doc: Doc, loop: str, text: str) -> None:
    blocks.paragraph(doc, "{%p for line in " + loop + " %}")
    blocks.paragraph(doc, text)
    blocks.paragraph(doc, "{%p endfor %}")


def _begun(*, landscape: bool = False) -> Doc:
    doc = blocks.new(13, landscape=landscape)
    parts.heading(doc, landscape=landscape)
    parts.title(doc)
    parts.basis(doc)
    blocks.paragraph(doc, "{{ opening }}")
    return doc


def inspection() -> Doc:
    """The technical inspection record of one asset."""
    doc = _begun()
    parts.head(doc, "I. THÀNH PHẦN THAM GIA")
    parts.people(doc, "Vai trò")
    parts.head(doc, "II. TÀI SẢN ĐƯỢC KIỂM TRA")
    _facts_of_asset(doc)
    parts.head(doc, "III. KẾT QUẢ KIỂM TRA")
    blocks.paragraph(doc, "1. Tình trạng: {{ condition }}.")
    blocks.paragraph(doc, "2. Hiện tượng, bằng chứng: {{ found }}")
    blocks.paragraph(doc, "{%p if findings %}")
    blocks.paragraph(doc, "3. Phần mềm theo dõi máy ghi nhận:")
    blocks.paragraph(doc, "{%p else %}")
    blocks.paragraph(doc, "3. Phần mềm theo dõi máy: không có ghi nhận nào được lưu.")
    blocks.paragraph(doc, "{%p endif %}")
    _each(doc, "findings", "- {{ line }}")
    blocks.paragraph(doc, "4. Khả năng sửa chữa: {{ outlook }}.")
    blocks.paragraph(doc, "{%p if quotations %}")
    blocks.paragraph(doc, "5. Báo giá đã nhận:")
    blocks.paragraph(doc, "{%p else %}")
    blocks.paragraph(doc, "5. Báo giá: không có báo giá nào được ghi nhận.")
    blocks.paragraph(doc, "{%p endif %}")
    _each(doc, "quotations", "- {{ line }}")
    parts.head(doc, "IV. QUÁ TRÌNH SỬA CHỮA, THAY THẾ")
    _each(doc, "repairs", "- {{ line }}")
    parts.head(doc, "V. THỜI HẠN SỬ DỤNG VÀ NHU CẦU")
    _each(doc, "life", "- {{ line }}")
    parts.head(doc, "VI. KẾT LUẬN")
    _each(doc, "conclusion", "{{ line }}")
    blocks.paragraph(doc, "Biên bản lập xong, đọc lại cho mọi người cùng nghe và ký tên./.")
    parts.gap(doc)
    parts.signed_by_all(doc)
    return doc


def _facts_of_asset(doc: Doc) -> None:
    parts.facts(
        doc,
        (
            ("Tên tài sản", "{{ asset.title }}"),
            ("Mã tài sản (số thẻ)", "{{ asset.code }}"),
            ("Số sê-ri", "{{ asset.serials }}"),
            ("Quy cách", "{{ asset.specification }}"),
            ("Nguồn hình thành", "{{ asset.source }}"),
            ("Năm đưa vào sử dụng", "{{ asset.year }}"),
            ("Nơi sử dụng", "{{ asset.place }}"),
            ("Người được giao giữ", "{{ asset.custodian }}"),
            ("Nguyên giá", "{{ asset.cost_dong }}"),
            ("{{ net_label }}", "{{ asset.net_dong }}"),
        ),
    )


def wipe() -> Doc:
    """The record of the disks of one asset: how their data went."""
    doc = _begun()
    parts.head(doc, "I. THÀNH PHẦN THAM GIA")
    parts.people(doc, "Vai trò")
    parts.head(doc, "II. THIẾT BỊ")
    parts.facts(
        doc,
        (
            ("Tên tài sản", "{{ asset.title }}"),
            ("Mã tài sản (số thẻ)", "{{ asset.code }}"),
            ("Số sê-ri", "{{ asset.serials }}"),
            ("Quyết định thanh lý", "{{ decision }}"),
            ("Ổ đĩa quyết định nêu", "{{ named }}"),
        ),
    )
    parts.head(doc, "III. KẾT QUẢ XÓA DỮ LIỆU")
    table = blocks.grid(doc, (11, 40, 34, 40, 40))
    names = ("STT", "Ổ đĩa (số sê-ri)", "Phương pháp", "Kiểm chứng", "Ngày, người thực hiện")
    blocks.repeat(blocks.row(table, names, _STRONG))
    cells = ("{{ loop.index }}", "{{ each.disk }}", "{{ each.method }}", "{{ each.verified }}")
    aligns = (_C, _L, _L, _L, _L)
    blocks.looped(table, "each in disks", (*cells, "{{ each.done }}"), Look(12), aligns)
    parts.head(doc, "IV. KẾT LUẬN")
    _each(doc, "conclusion", "{{ line }}")
    parts.gap(doc)
    parts.signed_by_all(doc)
    return doc


def minutes() -> Doc:
    """The minutes of a disposal, as C51-HD has them, for the assets of one decision."""
    doc = _begun()
    parts.head(doc, "I. BAN (HỘI ĐỒNG) THANH LÝ GỒM")
    parts.people(doc, "Vai trò")
    parts.head(doc, "II. TIẾN HÀNH THANH LÝ")
    blocks.paragraph(doc, "{%p for each in assets %}")
    line = blocks.paragraph(
        doc, "{{ each.number }}. Tên, ký mã hiệu, quy cách tài sản: {{ each.described }}"
    )
    line.runs[0].bold = True
    for text in (
        "- Số hiệu (số thẻ) tài sản: {{ each.code }}; số sê-ri: {{ each.serials }}",
        "- Nước sản xuất: {{ each.made_in }}; năm sản xuất: {{ each.year_made }}",
        "- Năm đưa vào sử dụng: {{ each.year }}",
        "- Nguyên giá: {{ each.cost_dong }}",
        "- Giá trị hao mòn đã tính đến thời điểm thanh lý: {{ each.worn_dong }}",
        "- Giá trị còn lại: {{ each.net_dong }}",
        "- Lý do, hình thức thanh lý: {{ each.reason }}; {{ each.form }}",
        "- Dữ liệu trên ổ đĩa: {{ each.data }}",
    ):
        blocks.paragraph(doc, text)
    blocks.paragraph(doc, "{%p endfor %}")
    parts.head(doc, "III. KẾT LUẬN CỦA BAN (HỘI ĐỒNG) THANH LÝ")
    _each(doc, "conclusion", "{{ line }}")
    parts.head(doc, "IV. KẾT QUẢ THANH LÝ")
    for text in (
        "- Chi phí thanh lý: {{ costs }}",
        "- Giá trị thu hồi: {{ proceeds }}",
        "- Bên nhận: {{ to }}",
        "- Đã ghi giảm sổ (thẻ) tài sản: {{ written_off }}",
    ):
        blocks.paragraph(doc, text)
    parts.gap(doc)
    parts.signed_by_all(doc)
    parts.signed_by(doc, ("accountant", "head"), blocks.PORTRAIT)
    return doc


def write_off() -> Doc:
    """The request to write assets off in the books."""
    doc = _begun()
    table = blocks.grid(doc, (10, 44, 16, 25, 25, 22, 23))
    names = (
        "STT", "Tên tài sản", "Năm sử dụng", "Nguyên giá (đồng)", "Hao mòn lũy kế (đồng)",
        "Giá trị còn lại (đồng)", "Ngày thanh lý",
    )  # fmt: skip
    blocks.repeat(blocks.row(table, names, _STRONG))
    aligns = (_C, _L, _C, _R, _R, _R, _C)
    cells = (
        "{{ each.number }}", "{{ each.named }}", "{{ each.year }}", "{{ each.cost }}",
        "{{ each.worn }}", "{{ each.net }}", "{{ each.gone }}",
    )  # fmt: skip
    blocks.looped(table, "each in assets", cells, _SMALL, aligns)
    totals = ("", "Tổng cộng:", "", "{{ total.cost }}", "{{ total.worn }}", "{{ total.net }}", "")
    blocks.row(table, totals, _STRONG, aligns)
    parts.gap(doc)
    _each(doc, "closing", "{{ line }}")
    parts.gap(doc)
    parts.signed_by_head(doc)
    return doc


def stock_take() -> Doc:
    """The yearly minutes of the stock-take, as C53-HD has them."""
    doc = _begun(landscape=True)
    parts.people(doc, "Vai trò")
    after = blocks.paragraph(doc, "Đã kiểm kê tài sản, kết quả như sau:")
    after.paragraph_format.space_before = Pt(6)
    _counted(doc)
    blocks.paragraph(doc, "{{ cost }}").paragraph_format.space_before = Pt(6)
    blocks.paragraph(doc, "Ý kiến giải quyết số chênh lệch:")
    blocks.paragraph(doc, "{{ opinion }}").alignment = ALIGN.LEFT
    parts.gap(doc)
    parts.signed_by(doc, ("head", "accountant", "chair"), LANDSCAPE)
    return doc


def _counted(doc: Doc) -> None:
    table = blocks.grid(doc, STOCK_WIDTHS)
    values = ["Số lượng", "Nguyên giá", "Giá trị còn lại"]
    groups = ("Theo sổ kế toán", "Theo kiểm kê", "Chênh lệch")
    heads = ["STT", "Tên tài sản", "Mã số", "Nơi sử dụng"]
    top = blocks.row(table, [*heads, *[""] * 9, "Ghi chú"], _STRONG)
    low = blocks.row(table, [""] * 4 + values * 3 + [""], Look(10, bold=True))
    for index in (*range(len(heads)), len(STOCK_WIDTHS) - 1):
        top.cells[index].merge(low.cells[index])
    for index, text in enumerate(groups):
        first = len(heads) + 3 * index
        whole = top.cells[first].merge(top.cells[first + 2])
        for line in whole.paragraphs[1:]:
            line._p.getparent().remove(line._p)  # noqa: SLF001 - left over from the merging
        blocks.say(whole.paragraphs[0], text, _STRONG)
    blocks.repeat(top)
    blocks.repeat(low)
    said = ["number", "named", "code", "place", "quantity", "cost", "net"]
    cells = [*("{{ each." + key + " }}" for key in said), *[""] * 6, "{{ each.note }}"]
    aligns = (_C, _L, _L, _L, _C, _R, _R, _C, _R, _R, _C, _R, _R, _L)
    blocks.looped(table, "each in assets", cells, Look(10), aligns)
    totals = ["", "Cộng", "", "", "{{ total.quantity }}", "{{ total.cost }}", "{{ total.net }}"]
    blocks.row(table, [*totals, *[""] * 7], Look(10, bold=True), aligns)


def blanks() -> Doc:
    """The clerk's page: what to fill in before anything is signed."""
    doc = blocks.new(13)
    blocks.say(doc.add_paragraph(), "NHỮNG CHỖ CẦN ĐIỀN", Look(14, bold=True))
    blocks.say(doc.add_paragraph(), "{{ about }}", Look(13, italic=True, after=6))
    blocks.paragraph(
        doc,
        "Trang này dành cho người làm hồ sơ, không gửi đi. Chỗ nào phần mềm chưa có số liệu được "
        "in “chưa xác định” hoặc để dòng chấm. Ghi số liệu vào thẻ, sổ theo cột cuối rồi lập lại "
        "hồ sơ; hoặc mở tệp .docx và điền thẳng vào đó. “Thẻ” là tệp "
        "inventory/assets/<máy>/card.yml.",
    )
    parts.head(doc, "1. Cần điền")
    table = blocks.grid(doc, (11, 41, 29, 39, 45))
    names = ("STT", "Chỗ cần điền", "Của tài sản", "Ở văn bản", "Làm gì")
    blocks.repeat(blocks.row(table, names, _STRONG))
    cells = ("{{ loop.index }}", "{{ each.what }}", "{{ each.assets }}", "{{ each.papers }}")
    left = (_C, _L, _L, _L, _L)
    blocks.looped(table, "each in gaps", (*cells, "{{ each.mend }}"), _SMALL, left)
    blocks.paragraph(doc, "{%p if doubts %}")
    parts.head(doc, "2. Cần đối chiếu trước khi ký")
    blocks.paragraph(doc, "{%p endif %}")
    _each(doc, "doubts", "- {{ line }}")
    parts.head(doc, "3. Các văn bản trong hồ sơ này")
    table = blocks.grid(doc, (76, 55, 34))
    blocks.repeat(blocks.row(table, ("Tệp", "Văn bản", "Theo mẫu"), _STRONG))
    listed = ("{{ each.file }}", "{{ each.title }}", "{{ each.form }}")
    blocks.looped(table, "each in papers", listed, _SMALL, (_L, _L, _L))
    blocks.paragraph(doc, "{%p if due %}")
    parts.head(doc, "4. Thời hạn")
    blocks.paragraph(doc, "{%p endif %}")
    _each(doc, "due", "- {{ line }}")
    return doc


TEMPLATES: Mapping[str, Callable[[], Doc]] = {
    "letter": letter,
    "inspection": inspection,
    "wipe": wipe,
    "minutes": minutes,
    "write-off": write_off,
    "stock-take": stock_take,
    "blanks": blanks,
}


def main() -> None:
    """Write every template."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
    for name, make in TEMPLATES.items():
        make().save(str(folder / f"{name}.docx"))


if __name__ == "__main__":
    main()
