"""The yearly stock-take: minutes as C53-HD has them, to be counted and filled in on site."""

from collections.abc import Sequence
from datetime import date

from checks.assets.records import Asset, RegisterRow, State
from checks.assets.register import holder
from checks.assets.states import shown
from checks.assets.words import STATES, vietnamese
from checks.reports.amounts import day_words
from checks.reports.desk import Desk
from checks.reports.forms import Member, Paper
from checks.reports.gaps import DOTS, Gaps
from checks.reports.heading import (
    SIGN,
    Context,
    Paging,
    Signing,
    people,
    the_accountant,
    the_head,
    top,
)
from checks.reports.told import Told, sentence, total

_COUNT = "Đếm tại chỗ, viết tay vào các cột “Theo kiểm kê” và “Chênh lệch”"


def context(desk: Desk, assets: Sequence[Asset], day: date, gaps: Gaps) -> Context:
    """What the template of the stock-take prints.

    Args:
        desk: what is recorded.
        assets: those of the site.
        day: up to when the books are taken.
        gaps: takes what is unknown.
    """
    pairs = [(asset, desk.row(asset, day)) for asset in assets]
    kept = [(asset, row) for asset, row in pairs if row.state is not State.WRITTEN_OFF]
    rows = [row for _asset, row in kept]
    page = Paging(Paper.STOCK_TAKE, holder(desk.inventory, desk.site, day))
    said = top(desk, page, gaps)
    members = people(desk, Paper.STOCK_TAKE, day, gaps)
    gaps.or_unknown(None, "số lượng, giá trị đếm được", _COUNT)
    gaps.or_unknown(None, "ý kiến giải quyết chênh lệch", "Thủ trưởng đơn vị ghi sau khi kiểm kê")
    return {
        **said,
        "opening": f"Thời điểm kiểm kê: {day_words(day)}. Ban kiểm kê gồm:",
        "members": members,
        "assets": [
            Told(number, asset, row, gaps, note=_note(desk, row))
            for number, (asset, row) in enumerate(kept, 1)
        ],
        "total": total(rows),
        "cost": sentence("Tổng nguyên giá theo sổ", [row.original_cost for row in rows]),
        "opinion": DOTS * 6,
        "head": the_head(desk, day, gaps),
        "accountant": the_accountant(desk, day, gaps),
        "chair": _chair(members),
    }


def _note(desk: Desk, row: RegisterRow) -> str:
    """Its state where that is not plain use, and the day its PC was last heard of."""
    said = [] if row.state is State.IN_USE else [vietnamese(STATES[row.state])]
    seen = desk.seen.get(row.name)
    if seen:
        said.append(f"máy báo {shown(seen)}")
    return "; ".join(said)


def _chair(members: Sequence[Member]) -> Signing:
    first = members[0]
    return Signing(f"{first.part} kiểm kê".upper(), SIGN, first.name)
