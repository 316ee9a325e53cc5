"""The dossier of a site: which papers are due for which assets, written as one folder."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from checks.assets.advice import reminder
from checks.assets.book import write_bytes
from checks.assets.records import Asset, State
from checks.assets.refusals import AssetRefused
from checks.assets.sheets import cells, write_xlsx
from checks.assets.states import WORKING, shown, standing
from checks.assets.totals import of_wear
from checks.assets.workbooks import Cell, Column, workbook
from checks.reports import letter, minutes, records, stock_take
from checks.reports.desk import Desk
from checks.reports.forms import Form, Paper
from checks.reports.gaps import Gaps, to_fill
from checks.reports.heading import Context
from checks.reports.render import document, pdfs
from checks.reports.told import Told
from inventory.words import _

_T = TypeVar("_T")
FOLDER = "var/dossier/{site}/{day}"
BLANKS = "00-nhung-cho-can-dien.docx"
TITLES = {
    Paper.LETTER: "Công văn đề nghị xử lý tài sản",
    Paper.INSPECTION: "Biên bản kiểm tra kỹ thuật",
    Paper.WIPE: "Biên bản xóa dữ liệu",
    Paper.MINUTES: "Biên bản thanh lý",
    Paper.WRITE_OFF: "Giấy đề nghị ghi giảm",
    Paper.STOCK_TAKE: "Biên bản kiểm kê",
}
FILES = {
    Paper.LETTER: "01-cong-van-de-nghi",
    Paper.INSPECTION: "02-bien-ban-kiem-tra",
    Paper.WIPE: "03-bien-ban-xoa-du-lieu",
    Paper.MINUTES: "04-bien-ban-thanh-ly",
    Paper.WRITE_OFF: "05-de-nghi-ghi-giam",
    Paper.STOCK_TAKE: "01-bien-ban-kiem-ke",
}
LIST = "01-danh-muc-de-nghi-xu-ly.xlsx"
REGISTER = "02-so-tai-san.xlsx"
LIST_TITLE = "DANH MỤC TÀI SẢN CÔNG ĐỀ NGHỊ XỬ LÝ"
# The eleven columns of Mẫu 01/TSC-XLTS.
LIST_COLUMNS = (
    Column("number", "STT", 5),
    Column("name", "Tên tài sản (chi tiết theo từng tài sản)", 30),
    Column("kind", "Loại tài sản", 16),
    Column("unit", "Đơn vị tính", 8),
    Column("quantity", "Số lượng", 8),
    Column("year", "Năm đưa vào sử dụng", 9),
    Column("original_cost", "Nguyên giá (đồng)", 14),
    Column("net", "Giá trị còn lại (đồng)", 14),
    Column("form", "Hình thức xử lý", 12),
    Column("reason", "Lý do đề nghị xử lý", 42),
    Column("note", "Ghi chú", 11),
)
STEPS = {
    State.PROPOSED: "có quyết định thanh lý, hoặc văn bản không đồng ý",
    State.DECIDED: "xóa dữ liệu, thanh lý xong và ký biên bản",
    State.DISPOSED: "ghi giảm và báo cáo kê khai biến động",
}
GONE = (State.DISPOSED, State.WRITTEN_OFF)
AFTER = (State.DECIDED, *GONE)


@dataclass(frozen=True)
class Listed:
    """A paper in the clerk's list of them."""

    file: str
    title: str
    form: str


@dataclass
class Dossier:
    """The files of a dossier, and what its papers do not know.

    Attributes:
        files: name -> content.
        gaps: of each paper, in its order.
        listed: the papers, for the clerk.
    """

    desk: Desk
    files: dict[str, bytes] = field(default_factory=dict)
    gaps: list[Gaps] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)

    def put(self, paper: Paper, suffix: str, make: Callable[[Gaps], Context]) -> Context:
        """Write one paper; `suffix` tells it from others of its kind."""
        gaps = Gaps(TITLES[paper])
        context = make(gaps)
        name = f"{FILES[paper]}{suffix}.docx"
        self.files[name] = document(paper.value, context)
        self.gaps.append(gaps)
        form = self.desk.forms.form(paper, self.desk.site, self.desk.today)
        self.listed.append(Listed(name, TITLES[paper] + _of(suffix), _form(form)))
        return context

    def put_list(self, name: str, title: str, whole: bytes) -> None:
        """Write one list as a workbook."""
        self.files[name] = whole
        self.listed.append(Listed(name, title, ""))


def _of(suffix: str) -> str:
    return f" ({suffix.removeprefix('-')})" if suffix else ""


def _form(form: Form | None) -> str:
    return form.form if form else ""


def disposal(desk: Desk, assets: Sequence[Asset], *, whole: bool = False) -> Dossier:
    """The papers of what is to be proposed, is proposed, or was decided on.

    Args:
        desk: what is recorded.
        assets: those that are asked about.
        whole: with the papers of the steps that are done, and of what is written off.

    Raises:
        AssetRefused: no asset has a paper due; a template cannot be filled in.
    """
    made = Dossier(desk)
    assets = [asset.until(desk.today) for asset in assets]
    now = {asset.name: standing(asset, desk.today).state for asset in assets}
    fresh = [
        asset
        for asset in assets
        if now[asset.name] is State.PROPOSED
        or (now[asset.name] in WORKING and desk.case(asset, desk.today).grounds)
    ]
    after = [asset for asset in assets if now[asset.name] in AFTER]
    due = [asset for asset in after if whole or now[asset.name] is not State.WRITTEN_OFF]
    # In the order of the site's list, whichever step each has come to.
    before = [asset for asset in assets if asset in fresh or (whole and asset in due)]
    _proposing(made, desk, before)
    wiping = [asset for asset in assets if asset in fresh or asset in due]
    for asset in wiping:
        if asset.host or asset.disks:
            made.put(Paper.WIPE, f"-{asset.name}", partial(records.wipe, desk, asset))
    _disposing(made, desk, due)
    if not made.files:
        wrong = _("Nothing at {site} is to be proposed, is proposed or decided on.")
        mend = _("benvung asset list tells what is advised; benvung asset show what is missing.")
        raise AssetRefused(wrong.format(site=desk.site), mend)
    return _with_blanks(made, assets)


def _proposing(made: Dossier, desk: Desk, assets: Sequence[Asset]) -> None:
    for suffix, each in _numbered(letter.letters(desk, assets)):
        context = made.put(Paper.LETTER, suffix, partial(letter.context, desk, each))
        name = LIST.replace(".xlsx", f"{suffix}.xlsx")
        made.put_list(name, f"Danh mục kèm công văn{_of(suffix)}", _the_list(context))
    for asset in assets:
        made.put(Paper.INSPECTION, f"-{asset.name}", partial(records.inspection, desk, asset))


def _disposing(made: Dossier, desk: Desk, assets: Sequence[Asset]) -> None:
    batches = minutes.batches(desk, assets)
    for suffix, batch in _numbered(batches):
        made.put(Paper.MINUTES, suffix, partial(minutes.minutes, desk, batch))
    gone = [batch for batch in batches if batch.disposals]
    for suffix, batch in _numbered(gone):
        made.put(Paper.WRITE_OFF, suffix, partial(minutes.write_off, desk, batch))


def _numbered(things: Sequence[_T]) -> list[tuple[str, _T]]:
    """Each with a suffix for its file; a single one needs none."""
    if len(things) == 1:
        return [("", things[0])]
    return [(f"-{number}", thing) for number, thing in enumerate(things, 1)]


def _the_list(context: Context) -> bytes:
    told = context["assets"]
    assert isinstance(told, list)  # noqa: S101 - as letter.context makes it
    return workbook(LIST_TITLE, str(context["attached_to"]), LIST_COLUMNS, [_line(o) for o in told])


def _line(told: Told) -> dict[str, Cell]:
    return {
        "number": told.number, "name": told.name, "kind": told.kind, "unit": told.unit,
        "quantity": told.quantity, "year": told.found.year_in_use,
        "original_cost": told.found.original_cost, "net": of_wear(told.found, told.found.net),
        "form": told.form, "reason": told.reason, "note": told.note,
    }  # fmt: skip


def year_end(desk: Desk, assets: Sequence[Asset]) -> Dossier:
    """The minutes of the stock-take and the register, of the desk's day.

    Args:
        desk: what is recorded.
        assets: those of the site.

    Raises:
        AssetRefused: a template cannot be filled in.
    """
    made = Dossier(desk)
    assets = [asset.until(desk.today) for asset in assets]
    made.put(Paper.STOCK_TAKE, "", partial(stock_take.context, desk, assets, desk.today))
    rows = [(desk.row(asset, desk.today), asset.site) for asset in assets]
    kept = [cells(row, site) for row, site in rows if row.state is not State.WRITTEN_OFF]
    made.put_list(REGISTER, "Sổ theo dõi tài sản", write_xlsx(kept, desk.today))
    return _with_blanks(made, assets)


def _with_blanks(made: Dossier, assets: Sequence[Asset]) -> Dossier:
    """Put the clerk's page in front: its content is known when all else is printed."""
    desk = made.desk
    context: Context = {
        "about": f"{desk.facts['site_name']}, hồ sơ lập ngày {shown(desk.today)}",
        "gaps": to_fill([gap for each in made.gaps for gap in each.found]),
        "doubts": list(dict.fromkeys(doubt for each in made.gaps for doubt in each.doubts)),
        "papers": made.listed,
        "due": [line for asset in assets if (line := _due(desk, asset))],
    }
    made.files = {BLANKS: document("blanks", context), **made.files}
    return made


def _due(desk: Desk, asset: Asset) -> str:
    now = standing(asset, desk.today)
    next_ = reminder(asset, now, desk.law)
    if next_ is None:
        return ""
    late = next_.late(desk.today)
    said = f"{asset.name}: đến {shown(next_.due)} phải {STEPS[now.state]} ({next_.rule})"
    return f"{said}; đã trễ {late} ngày." if late > 0 else f"{said}."


def write(made: Dossier, folder: Path | None, root: Path, *, as_pdf: bool) -> tuple[Path, bool]:
    """Write a dossier: all of it, or nothing.

    Args:
        made: with its files.
        folder: where to; None is var/dossier/<site>/<day>, with a number where that is taken: a
            clerk may have filled in the papers that are there.
        root: the repository's root.
        as_pdf: whether PDF are wanted.

    Returns:
        The folder, and whether PDF were made.

    Raises:
        AssetRefused: `folder` holds something already; LibreOffice failed.
        OSError: it cannot be written.
    """
    if folder is not None and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        wrong = _("{folder} holds something already.").format(folder=folder)
        raise AssetRefused(wrong, _("Name another folder: --to; nothing is written over."))
    target = folder or _free(root, made.desk.site, made.desk.today)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".dossier-", dir=target.parent) as scratch:
        whole = Path(scratch) / "dossier"
        whole.mkdir()
        for name, content in made.files.items():
            write_bytes(whole / name, content)
        papers = [name for name in made.files if name.endswith(".docx")]
        printed = as_pdf and pdfs(whole, papers)
        # LibreOffice leaves its PDF to the system's cache; a power cut would leave them empty.
        os.sync()
        whole.rename(target)
    return target, printed


def _free(root: Path, site: str, day: date) -> Path:
    first = root / FOLDER.format(site=site, day=day.isoformat())
    number = 1
    found = first
    while found.exists():
        number += 1
        found = first.with_name(f"{first.name}-{number}")
    return found
