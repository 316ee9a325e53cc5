"""After the decision: the minutes of a disposal (as C51-HD) and the request to write off."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from checks.assets.condition import until
from checks.assets.events import Decision, Disposal, Wipe, WriteOff
from checks.assets.records import Asset
from checks.assets.states import shown, standing
from checks.assets.words import UNKNOWN
from checks.reports.amounts import counted, number_words, with_words
from checks.reports.desk import Desk, grounds_of, last_day
from checks.reports.forms import Paper
from checks.reports.gaps import DOTS, Gaps
from checks.reports.heading import (
    Context,
    Paging,
    day_or_dots,
    people,
    place,
    signing,
    the_accountant,
    the_head,
    top,
)
from checks.reports.reasons import reason
from checks.reports.told import FORMS, Told, total

_E = TypeVar("_E", Disposal, Wipe, WriteOff)
_DISPOSE = "Ghi khi thanh lý xong: benvung asset dispose <máy>"
_WRITE_OFF = "Ghi khi kế toán đã ghi giảm: benvung asset write-off <máy>"


@dataclass(frozen=True)
class Batch:
    """The assets one decision and one disposal are about.

    Attributes:
        assets: which.
        holder: whose; None is unknown.
        decision: as recorded.
        day, reference: of the signed minutes; None while they are a draft.
        disposals: what is recorded of their leaving.
        written_off: what is recorded of their leaving the books.
    """

    assets: tuple[Asset, ...]
    holder: str | None
    decision: Decision
    day: date | None
    reference: str | None
    disposals: tuple[Disposal, ...]
    written_off: tuple[WriteOff, ...]


def batches(desk: Desk, assets: Sequence[Asset]) -> list[Batch]:
    """One for each holder, decision with its form, and signed minutes.

    Args:
        desk: what is recorded.
        assets: those with a decision.
    """
    together: dict[tuple[object, ...], Batch] = {}
    for asset in assets:
        now = standing(asset, desk.today)
        if now.decision is None:
            continue
        gone = now.disposal
        day = gone.date if gone else None
        reference = gone.reference if gone else None
        holder = desk.row(asset, day or desk.today).holder
        key = (holder, *_of_one(now.decision), day, reference)
        mine = (*together[key].assets, asset) if key in together else (asset,)
        together[key] = Batch(
            mine, holder, now.decision, day, reference,
            tuple(_recorded(desk, mine, Disposal)), tuple(_recorded(desk, mine, WriteOff)),
        )  # fmt: skip
    return list(together.values())


def _of_one(made: Decision) -> tuple[object, ...]:
    """What is the same of the assets of one decision; its number alone may be another's, too."""
    return made.reference, made.date, made.authority, made.form


def _recorded(desk: Desk, assets: Sequence[Asset], kind: type[_E]) -> Iterator[_E]:
    for asset in assets:
        yield from (each for each in until(asset, desk.today) if isinstance(each, kind))


def minutes(desk: Desk, batch: Batch, gaps: Gaps) -> Context:
    """What the template of the minutes prints."""
    day = batch.day or desk.today
    said = top(desk, Paging(Paper.MINUTES, batch.holder, batch.day, batch.reference), gaps)
    members = people(desk, Paper.MINUTES, day, gaps)
    when = day_or_dots(batch.day, desk.today)
    signed = {
        "accountant": the_accountant(desk, day, gaps),
        "head": the_head(desk, day, gaps),
    }
    if not batch.disposals:
        gaps.or_unknown(None, "kết quả thanh lý: ngày, chi phí, thu hồi, bên nhận", _DISPOSE)
    return {
        **said,
        **signed,
        "opening": f"Căn cứ Quyết định {_decision(batch)} về việc thanh lý tài sản. Hôm nay, "
        f"{when}, tại {place(said, desk)}, Ban (Hội đồng) thanh lý tiến hành thanh lý tài sản.",
        "members": members,
        "signing": signing(members),
        "assets": [_told(desk, n, asset, gaps, day) for n, asset in enumerate(batch.assets, 1)],
        "conclusion": list(_conclusion(batch)),
        "costs": _amount([each.costs for each in batch.disposals], "chi phí thanh lý", gaps),
        "proceeds": _amount([each.proceeds for each in batch.disposals], "giá trị thu hồi", gaps),
        "to": _taker(batch, gaps),
        "written_off": _written_off(batch, gaps),
    }


def _decision(batch: Batch) -> str:
    made = batch.decision
    return f"số {made.reference} ngày {shown(made.date)} của {made.authority}"


def _told(desk: Desk, number: int, asset: Asset, gaps: Gaps, day: date) -> Told:
    now = standing(asset, desk.today)
    row = desk.row(asset, day)
    # The reason is that of the proposal, as it stood on its day.
    asked = desk.row(asset, now.proposal.date) if now.proposal else row
    why = reason(desk, asset, asked, grounds_of(desk, asset, now.proposal), gaps)
    form = FORMS[now.decision.form] if now.decision and now.decision.form else UNKNOWN
    return Told(
        number, asset, row, gaps, reason=why, form=form, data=_data(desk, asset, gaps),
        gone=shown(now.disposal.date) if now.disposal else DOTS,
    )  # fmt: skip


def _data(desk: Desk, asset: Asset, gaps: Gaps) -> str:
    """What became of the disks, by the records alone."""
    now = standing(asset, desk.today)
    wiped = {each.disk: each for each in _recorded(desk, [asset], Wipe)}
    # A disk that is recorded as wiped was there, whatever is said of the disposal.
    if now.disposal and now.disposal.no_disk and not wiped:
        return "đã mở máy, không có ổ đĩa"
    left = [serial for serial in asset.disks if serial not in wiped]
    if wiped and not left:
        days = ", ".join(f"{serial} ngày {shown(each.date)}" for serial, each in wiped.items())
        return f"đã xóa hoặc tiêu hủy và kiểm chứng ({days}), theo biên bản kèm theo"
    mend = "Xóa hoặc tiêu hủy ổ đĩa trước khi bàn giao; có biên bản riêng"
    return gaps.or_unknown(None, "việc xóa dữ liệu trên ổ đĩa", mend, asset.name)


def _conclusion(batch: Batch) -> Iterator[str]:
    count = len(batch.assets)
    form = FORMS[batch.decision.form] if batch.decision.form else UNKNOWN
    what = f"{counted(count)} ({number_words(count)}) tài sản nêu trên"
    if batch.disposals:
        yield f"Đã thanh lý {what} theo hình thức {form}, đúng Quyết định {_decision(batch)}."
    else:
        yield f"Thanh lý {what} theo hình thức {form}, theo Quyết định {_decision(batch)}."


def _amount(amounts: Sequence[int | None], what: str, gaps: Gaps) -> str:
    """Their sum, or a dotted line: what nobody recorded is not 0."""
    known = [each for each in amounts if each is not None]
    if known and len(known) == len(amounts):
        return with_words(sum(known))
    if amounts:
        gaps.or_dots(None, what, _DISPOSE)
    return f"{DOTS} đồng (Bằng chữ: {DOTS}{DOTS})"


def _taker(batch: Batch, gaps: Gaps) -> str:
    named = ", ".join(dict.fromkeys(each.to for each in batch.disposals if each.to))
    return gaps.or_dots(named, "bên nhận tài sản thanh lý", _DISPOSE)


def _written_off(batch: Batch, gaps: Gaps) -> str:
    if len(batch.written_off) < len(batch.assets):
        gaps.or_unknown(None, "ngày ghi giảm, số chứng từ", _WRITE_OFF)
        return f"ngày {DOTS}, chứng từ số {DOTS}"
    said = (f"ngày {shown(each.date)}, chứng từ số {each.reference}" for each in batch.written_off)
    return "; ".join(dict.fromkeys(said))


def write_off(desk: Desk, batch: Batch, gaps: Gaps) -> Context:
    """What the template of the request to write off prints."""
    whole = len(batch.written_off) == len(batch.assets)
    day = last_day(*(each.date for each in batch.written_off)) if whole else None
    said = top(desk, Paging(Paper.WRITE_OFF, batch.holder, day), gaps)
    told = [_told(desk, n, asset, gaps, batch.day or desk.today) for n, asset in _each(batch)]
    summed = total([each.found for each in told])
    of = f"Biên bản thanh lý {_minutes(batch)}"
    return {
        **said,
        "opening": f"Căn cứ Quyết định {_decision(batch)} và {of}, đề nghị kế toán ghi giảm các "
        "tài sản sau và báo cáo kê khai biến động tài sản theo quy định:",
        "assets": told,
        "total": summed,
        "closing": list(_closing(desk, batch, summed.note, gaps)),
    }


def _each(batch: Batch) -> list[tuple[int, Asset]]:
    return list(enumerate(batch.assets, 1))


def _minutes(batch: Batch) -> str:
    number = f"số {batch.reference} " if batch.reference else ""
    return f"{number}ngày {shown(batch.day) if batch.day else DOTS}"


def _closing(desk: Desk, batch: Batch, note: str, gaps: Gaps) -> Iterator[str]:
    if note:
        yield f"{note}."
    rule = desk.law.deadlines(desk.site, batch.day or desk.today)
    gaps.rests_on(rule)
    if rule and batch.day:
        due = batch.day + timedelta(days=rule.write_off)
        yield f"Thời hạn: {rule.write_off} ngày từ ngày thanh lý xong, đến {shown(due)}."
    yield f"Kế toán đã ghi giảm: {_written_off(batch, gaps)}."
