"""The records of single assets: the technical inspection, and the wiping of the disks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from checks.assets import condition
from checks.assets.events import (
    Addition,
    Condition,
    Inspection,
    Need,
    Outlook,
    Proposal,
    Quotation,
    Quoted,
    Repair,
    Replacement,
    Wipe,
    WipeMethod,
)
from checks.assets.grounds import dong
from checks.assets.records import Asset, RegisterRow
from checks.assets.register import last_december
from checks.assets.states import shown, standing
from checks.assets.words import UNKNOWN
from checks.findings import Status
from checks.hardware.parts import part_name
from checks.reports.amounts import counted
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
    top,
)
from checks.reports.reasons import life_words, reason
from checks.reports.told import Told, net_label
from inventory.words import speaking

CONDITIONS = {
    Condition.SOUND: "hoạt động bình thường",
    Condition.FAULTY: "còn hoạt động nhưng có lỗi",
    Condition.BROKEN: "hỏng, không hoạt động được",
}
OUTLOOKS = {
    Outlook.NONE_NEEDED: "không cần sửa chữa",
    Outlook.REPAIRABLE: "sửa chữa được",
    Outlook.BEYOND_REPAIR: "không thể sửa chữa",
}
METHODS = {
    WipeMethod.SANITIZE: "Lệnh tự xóa của ổ đĩa (Sanitize)",
    WipeMethod.FORMAT: "Lệnh định dạng có xóa của ổ đĩa (Format)",
    WipeMethod.OVERWRITE: "Ghi đè toàn bộ ổ đĩa",
    WipeMethod.DESTROYED: "Tiêu hủy ổ đĩa",
}
HARDWARE = "hardware."
_WORK = (Repair, Replacement, Addition)
_INSPECT = "Kỹ thuật viên kiểm tra rồi ghi: benvung asset inspect <máy>"
_WIPE = "Chỉ ghi sau khi có quyết định và đã xóa xong; phần mềm ghi lại khi xóa"


@dataclass(frozen=True)
class Disk:
    """A line of the wipe record."""

    disk: str
    method: str
    verified: str
    done: str


def inspection(desk: Desk, asset: Asset, gaps: Gaps) -> Context:
    """What the inspection's template prints.

    Args:
        desk: what is recorded.
        asset: what was inspected.
        gaps: takes what is unknown.
    """
    proposal = standing(asset, desk.today).proposal
    asked = proposal.date if proposal else desk.today
    seen = condition.inspection(asset, asked)
    row = desk.row(asset, asked)
    day = _newest(asset, seen, asked) if seen else None
    said = top(desk, Paging(Paper.INSPECTION, row.holder, day), gaps)
    members = people(desk, Paper.INSPECTION, day or desk.today, gaps)
    where = f"Hôm nay, {day_or_dots(day, desk.today)}, tại {place(said, desk)}"
    return {
        **said,
        **_found(seen, asset, gaps),
        "opening": f"{where}, {_what_we_do(seen, day)}.",
        "members": members,
        "signing": signing(members),
        "asset": Told(1, asset, row, gaps),
        "net_label": net_label(row),
        "findings": list(_findings(desk, asset, seen.date if seen else asked)),
        "quotations": list(_quotations(asset, asked)),
        "repairs": list(_repairs(asset, asked)) or ["Không có ghi nhận sửa chữa, thay thế."],
        "life": list(_life(desk, row, asset, gaps)),
        "conclusion": list(_conclusion(desk, asset, row, proposal, gaps)),
    }


def _newest(asset: Asset, seen: Inspection, asked: date) -> date:
    """The newest day of what the record tells: nobody signs for what is still to come."""
    told = [each for each in condition.until(asset, asked) if isinstance(each, (*_WORK, Need))]
    quoted = [each for of in Quoted for each in condition.quotations(asset, asked, of)]
    day = max(each.date for each in (seen, *told, *quoted))
    # The value is that of the last December, the age that of the year in which it was asked.
    same = (day.year, last_december(day)) == (asked.year, last_december(asked))
    return day if same else asked


def _what_we_do(seen: Inspection | None, day: date | None) -> str:
    """What the people taking part do on the record's day: inspect it, or tell of an inspection."""
    if seen is None or seen.date == day:
        return "chúng tôi kiểm tra tình trạng kỹ thuật của tài sản nêu dưới đây"
    return (
        "chúng tôi lập biên bản về tình trạng kỹ thuật của tài sản nêu dưới đây, kiểm tra ngày "
        f"{shown(seen.date)}"
    )


def _found(seen: Inspection | None, asset: Asset, gaps: Gaps) -> dict[str, str]:
    said = (
        ("condition", "tình trạng khi kiểm tra", CONDITIONS[seen.condition] if seen else None),
        ("found", "hiện tượng, bằng chứng", f"{seen.found.rstrip('.')}." if seen else None),
        ("outlook", "khả năng sửa chữa", OUTLOOKS[seen.outlook] if seen else None),
    )
    words = {key: gaps.or_unknown(fact, what, _INSPECT, asset.name) for key, what, fact in said}
    if seen:
        words["found"] += f" Người kiểm tra: {seen.by}, ngày {shown(seen.date)}."
    return words


def _findings(desk: Desk, asset: Asset, day: date) -> Iterator[str]:
    """What the nightly checks had found of the hardware by that day."""
    for one in desk.findings.get(asset.name, ()):
        if one.control.startswith(HARDWARE) and one.status is Status.FAIL and one.first <= day:
            with speaking("vi"):
                part = f"{part_name(one.part)}: " if one.part else ""
            reason_ = one.reason.rstrip(".")
            # What was found when it was inspected cannot know how long it went on.
            yield f"{part}{reason_} (ghi nhận {_days(one.first, min(one.last, day))})."


def _days(first: date, last: date) -> str:
    if first == last:
        return f"ngày {shown(first)}"
    return f"từ ngày {shown(first)} đến {shown(last)}"


def _quotations(asset: Asset, day: date) -> Iterator[str]:
    for of, words in (
        (Quoted.REPAIR, "Sửa chữa"),
        (Quoted.NEW_EQUIVALENT, "Tài sản mới tương đương"),
    ):
        for each in condition.quotations(asset, day, of):
            yield f"{words}: {_quoted(each)}"


def _quoted(each: Quotation) -> str:
    paper = f", báo giá số {each.reference}" if each.reference else ""
    when = shown(each.date)
    return f"{each.firm}{paper} ngày {when}: {dong(each.amount)} đồng ({each.what})."


def _repairs(asset: Asset, day: date) -> Iterator[str]:
    for event in condition.until(asset, day):
        if isinstance(event, _WORK):
            words = {"repair": "sửa chữa", "replacement": "thay thế", "addition": "lắp thêm"}
            cost = f", chi phí {dong(event.cost)} đồng" if event.cost is not None else ""
            yield f"Ngày {shown(event.date)}, {words[event.event]}: {event.what}{cost}."


def _life(desk: Desk, row: RegisterRow, asset: Asset, gaps: Gaps) -> Iterator[str]:
    life = desk.law.life(asset.card.kind, asset.site, row.day)
    gaps.rests_on(life)
    found = desk.case(asset, row.day)
    words = life_words(row, life)
    over = {True: "đã hết", False: "chưa hết", None: "chưa xác định đã hết hay chưa"}[found.over]
    source = f" ({life.source})" if life else ""
    yield f"{words[:1].upper()}{words[1:]}{source}: {over} thời hạn sử dụng."
    if found.need:
        when = f"ngày {shown(found.need.date)}, {found.need.by}"
        yield f"Nhu cầu thanh lý của đơn vị: {found.need.why.rstrip('.')} ({when})."
    else:
        yield "Nhu cầu thanh lý của đơn vị: không có ghi nhận."


def _conclusion(
    desk: Desk, asset: Asset, row: RegisterRow, proposal: Proposal | None, gaps: Gaps
) -> Iterator[str]:
    grounds = grounds_of(desk, asset, proposal)
    if not grounds:
        yield "Theo những gì đã ghi nhận, chưa đủ căn cứ đề nghị thanh lý tài sản này."
        return
    why = reason(desk, asset, row, grounds, gaps).rstrip(".")
    yield f"Tài sản thuộc trường hợp được đề nghị thanh lý: {why}."


def wipe(desk: Desk, asset: Asset, gaps: Gaps) -> Context:
    """What the wipe record's template prints.

    Args:
        desk: what is recorded.
        asset: whose disks.
        gaps: takes what is unknown.
    """
    now = standing(asset, desk.today)
    past = condition.until(asset, desk.today)
    done = {each.disk: each for each in past if isinstance(each, Wipe)}
    day = last_day(*(each.date for each in done.values()))
    row = desk.row(asset, day or desk.today)
    said = top(desk, Paging(Paper.WIPE, row.holder, day), gaps)
    members = people(desk, Paper.WIPE, day or desk.today, gaps)
    serials = list(dict.fromkeys([*done, *asset.disks]))
    decided = now.decision
    decision = None
    if decided:
        decision = f"số {decided.reference} ngày {shown(decided.date)} của {decided.authority}"
    named = ", ".join(decided.disks) if decided else None
    mend = "Ghi khi có quyết định: benvung asset decide <máy>"
    when = day_or_dots(day, desk.today)
    # A disk that is recorded as wiped was there, whatever is said of the disposal.
    no_disk = bool(now.disposal and now.disposal.no_disk and not done)
    return {
        **said,
        "opening": f"Hôm nay, {when}, tại {place(said, desk)}, chúng tôi lập biên bản về việc xóa "
        "dữ liệu trên ổ đĩa của tài sản dưới đây trước khi tài sản ra khỏi đơn vị.",
        "members": members,
        "signing": signing(members),
        "asset": Told(1, asset, row, gaps),
        "decision": gaps.or_unknown(decision, "quyết định thanh lý", mend, asset.name),
        "named": gaps.or_unknown(named, "ổ đĩa quyết định nêu", mend, asset.name),
        "disks": [] if no_disk else list(_disks(asset, serials, done, gaps)),
        "conclusion": list(_wiped(serials, done, no_disk=no_disk)),
    }


def _disks(asset: Asset, serials: list[str], done: dict[str, Wipe], gaps: Gaps) -> Iterator[Disk]:
    if not serials:
        mend = "Xem tem trên ổ đĩa, ghi vào thẻ, mục serials, disk"
        serial = gaps.or_unknown(None, "số sê-ri ổ đĩa", mend, asset.name)
        yield Disk(serial, *[DOTS] * 3)
    for serial in serials:
        event = done.get(serial)
        if event is None:
            gaps.or_unknown(None, "cách xóa, kiểm chứng, ngày, người xóa", _WIPE, asset.name)
            yield Disk(serial, *[DOTS] * 3)
        else:
            who = f"{shown(event.date)}, {event.by}"
            yield Disk(serial, METHODS[event.method], event.verified, who)


def _wiped(serials: list[str], done: dict[str, Wipe], *, no_disk: bool) -> Iterator[str]:
    if no_disk:
        yield "Đã mở máy kiểm tra: trong máy không có ổ đĩa."
    elif serials and all(serial in done for serial in serials):
        yield (
            f"{counted(len(serials))}/{counted(len(serials))} ổ đĩa đã được xóa dữ liệu hoặc tiêu "
            "hủy và kiểm chứng như trên."
        )
    else:
        yield (
            f"Tình trạng xóa dữ liệu: {UNKNOWN}. Chỉ ký biên bản này khi mọi ổ đĩa trong bảng đã "
            "có đủ phương pháp, kiểm chứng, ngày và người thực hiện."
        )
