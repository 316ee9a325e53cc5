"""Why an asset is proposed, in the words of column 10 of the list: clause, then explanation."""

from collections.abc import Callable, Mapping, Sequence

from checks.assets.fields import Ground
from checks.assets.grounds import Case, dong, percent
from checks.assets.law import UsefulLife
from checks.assets.records import Asset, RegisterRow
from checks.assets.states import shown
from checks.assets.words import UNKNOWN
from checks.reports.amounts import counted
from checks.reports.desk import Desk
from checks.reports.gaps import Gaps

_MEND = "Xem còn thiếu gì: benvung asset show <máy>"


def reason(
    desk: Desk, asset: Asset, row: RegisterRow, grounds: Sequence[Ground], gaps: Gaps
) -> str:
    """Why it is proposed, from what is recorded alone.

    Args:
        desk: what is recorded.
        asset: which asset.
        row: its row in the register on the day asked about.
        grounds: those that are named.
        gaps: takes what is unknown, and the rules nobody has checked.
    """
    found = desk.case(asset, row.day)
    said = []
    for ground in grounds:
        rule = desk.law.ground(ground, asset.site, row.day)
        gaps.rests_on(rule)
        law = rule.source.rpartition(", Điều")[0] if rule else ""
        where = f" ({rule.clause} {law})" if rule else ""
        name, explain = _GROUNDS[ground]
        said.append(f"{name}{where}: {explain(desk, row, found, gaps)}")
    return gaps.or_unknown("; ".join(said), "lý do đề nghị xử lý", _MEND, asset.name)


def _expired(desk: Desk, row: RegisterRow, found: Case, gaps: Gaps) -> str:
    life = desk.law.life(row.kind, desk.site, row.day)
    gaps.rests_on(life)
    need = f"; đơn vị có nhu cầu thanh lý: {found.need.why}" if found.need else ""
    return life_words(row, life) + need


def _beyond_repair(_desk: Desk, _row: RegisterRow, found: Case, _gaps: Gaps) -> str:
    seen = found.inspection
    return f"{seen.found.rstrip('.')} (kiểm tra ngày {shown(seen.date)})" if seen else UNKNOWN


def _uneconomic(_desk: Desk, _row: RegisterRow, found: Case, gaps: Gaps) -> str:
    quoted, base, limit = found.quotation, found.base, found.limit
    if quoted is None or base is None or limit is None:
        return UNKNOWN
    gaps.rests_on(limit)
    of = "giá tài sản mới tương đương" if found.new_price else "nguyên giá"
    return (
        f"báo giá sửa chữa {dong(quoted.amount)} đồng của {quoted.firm}, bằng "
        f"{percent(quoted.amount, base)} {of} {dong(base)} đồng (quy định: trên {limit.percent} %)"
    )


_Explain = Callable[[Desk, RegisterRow, Case, Gaps], str]
_GROUNDS: Mapping[Ground, tuple[str, _Explain]] = {
    Ground.EXPIRED: ("Hết hạn sử dụng", _expired),
    Ground.BEYOND_REPAIR: ("Hư hỏng không thể sửa chữa", _beyond_repair),
    Ground.UNECONOMIC: ("Hư hỏng, sửa chữa không hiệu quả", _uneconomic),
}


def life_words(row: RegisterRow, life: UsefulLife | None) -> str:
    """The useful life, and how long it has been in use."""
    if life is None or row.year_in_use is None:
        return f"thời hạn sử dụng: {UNKNOWN}"
    return (
        f"thời hạn sử dụng {counted(life.years)} năm, đưa vào sử dụng năm {row.year_in_use}, "
        f"đến năm {row.day.year} là {counted(row.day.year - row.year_in_use)} năm"
    )
