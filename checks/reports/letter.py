"""The official letter that proposes assets for disposal, with its list (Mẫu 01/TSC-XLTS)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from checks.assets.condition import quotations
from checks.assets.events import Proposal, Quoted
from checks.assets.records import Asset, RegisterRow
from checks.assets.states import standing
from checks.reports.amounts import counted, day_words, number_words
from checks.reports.desk import Desk, grounds_of
from checks.reports.forms import Paper
from checks.reports.gaps import Gaps
from checks.reports.heading import Context, Paging, day_or_dots, top
from checks.reports.reasons import reason
from checks.reports.told import FORMS, Told, net_total_label, net_values, sentence, total

_DECIDER_MEND = (
    "Theo loại đơn vị giữ tài sản (site_holders, kind), nguyên giá và phân cấp của tỉnh: mục "
    "decider trong inventory/documents.yml"
)
_SEEN_AS_OWN = (
    "Tài sản do chính đơn vị quyết định thanh lý: bộ phận sử dụng ký công văn này (hoặc tờ trình "
    "nội bộ), không gửi cấp trên."
)


@dataclass(frozen=True)
class Letter:
    """One letter: the assets of one holder that one authority decides on.

    Attributes:
        assets: what it proposes.
        holder: whose they are; None is unknown.
        authority: who decides; None cannot be told.
        proposal: as recorded; None while it is a draft.
    """

    assets: tuple[Asset, ...]
    holder: str | None
    authority: str | None
    proposal: Proposal | None


def letters(desk: Desk, assets: Sequence[Asset]) -> list[Letter]:
    """The letters for assets, one for each holder, authority and recorded proposal.

    Args:
        desk: what is recorded.
        assets: what is proposed, or is to be.
    """
    together: dict[tuple[object, ...], Letter] = {}
    for asset in assets:
        proposal = standing(asset, desk.today).proposal
        row = desk.row(asset, proposal.date if proposal else desk.today)
        found = desk.decider(row)
        authority = found.authority.replace("{holder}", row.holder or "") if found else None
        recorded = (proposal.reference, proposal.date) if proposal else None
        key = (row.holder, authority, recorded)
        before = together.get(key)
        mine = (*before.assets, asset) if before else (asset,)
        together[key] = Letter(mine, row.holder, authority, before.proposal if before else proposal)
    return list(together.values())


def context(desk: Desk, letter: Letter, gaps: Gaps) -> Context:
    """What the letter's template prints."""
    proposal = letter.proposal
    day = proposal.date if proposal else None
    reference = proposal.reference if proposal else None
    said = top(desk, Paging(Paper.LETTER, letter.holder, day, reference), gaps)
    rows = [desk.row(asset, day or desk.today) for asset in letter.assets]
    told = [_told(desk, number, pair, gaps) for number, pair in _numbered(letter, rows)]
    gaps.rests_on(desk.decider(rows[0]))
    if letter.authority is not None and letter.authority == letter.holder:
        gaps.doubts.append(_SEEN_AS_OWN)
    count = len(told)
    return {
        **said,
        "decider": gaps.or_unknown(letter.authority, "nơi nhận công văn (kính gửi)", _DECIDER_MEND),
        "asked": letter.authority or "cơ quan, người có thẩm quyền",
        "count": f"Số tài sản đề nghị xử lý: {counted(count)} ({number_words(count)}).",
        "cost": sentence("Tổng nguyên giá", [row.original_cost for row in rows]),
        "net": sentence(net_total_label(rows), net_values(rows)),
        "attached": _attached(desk, letter),
        "attached_to": _attached_to(desk, said, day, reference),
        "assets": told,
        "total": total(rows),
    }


def _numbered(
    letter: Letter, rows: Sequence[RegisterRow]
) -> Sequence[tuple[int, tuple[Asset, RegisterRow]]]:
    return list(enumerate(zip(letter.assets, rows, strict=True), 1))


def _told(desk: Desk, number: int, pair: tuple[Asset, RegisterRow], gaps: Gaps) -> Told:
    asset, row = pair
    proposal = standing(asset, desk.today).proposal
    form = FORMS[proposal.form] if proposal else None
    mend = "Ghi khi đề nghị: benvung asset propose <máy> --form sale hoặc --form scrap"
    said = gaps.or_unknown(form, "hình thức xử lý (bán; phá dỡ, hủy bỏ)", mend, asset.name)
    why = reason(desk, asset, row, grounds_of(desk, asset, proposal), gaps)
    return Told(number, asset, row, gaps, reason=why, form=said[:1].upper() + said[1:])


def _attached(desk: Desk, letter: Letter) -> list[str]:
    """What goes with it: the records, and the quotations a ground b-2 rests on."""
    count = len(letter.assets)
    papers = [
        "Danh mục tài sản công đề nghị xử lý",
        f"Biên bản kiểm tra tình trạng kỹ thuật: {counted(count)} bản",
    ]
    day = letter.proposal.date if letter.proposal else desk.today
    quoted = [each for asset in letter.assets for each in quotations(asset, day, Quoted.REPAIR)]
    if quoted:
        papers.append(f"Báo giá sửa chữa: {counted(len(quoted))} bản sao")
    return [f"{each}{'.' if each is papers[-1] else ';'}" for each in papers]


def _attached_to(desk: Desk, said: Context, day: date | None, reference: str | None) -> str:
    number = reference or "………"
    when = day_words(day) if day else day_or_dots(None, desk.today)
    return f"(Kèm theo Văn bản số {number} {when} của {said['holder']})"
