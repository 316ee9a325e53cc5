"""What every paper has: heading, basis, people taking part, recipients, signatures."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from checks.assets.words import UNKNOWN
from checks.reports.amounts import day_words
from checks.reports.desk import ACCOUNTANT, HEAD, Desk
from checks.reports.forms import Form, Member, Office, Paper
from checks.reports.gaps import DOTS, Gaps

Context = dict[str, object]
SIGN = "(Ký, ghi rõ họ tên)"
SEAL = "(Ký, ghi rõ họ tên, đóng dấu)"
_NUMBER_ROOM = " " * 9
_OFFICE_MEND = "Thêm mục office của đơn vị vào inventory/documents.yml"
_PEOPLE_MEND = "Viết tay, hoặc ghi vào documents.yml, mục council"
_BY_HAND = "Văn thư ghi khi ban hành"


@dataclass(frozen=True)
class Signing:
    """A place for a signature."""

    part: str
    hint: str
    name: str


_IN_A_ROW = 3
NOBODY = Signing("", "", "")


@dataclass(frozen=True)
class Paging:
    """Of which holder a paper is, and what is recorded of its number and day.

    Attributes:
        paper: which paper.
        holder: whose; None where nobody knows.
        day: its own day; None where it is not signed yet.
        reference: its number; None where it has none yet.
    """

    paper: Paper
    holder: str | None
    day: date | None = None
    reference: str | None = None


def top(desk: Desk, page: Paging, gaps: Gaps) -> Context:
    """Heading, title, basis, recipients and the head's signature.

    Args:
        desk: what is recorded.
        page: which paper, and whose.
        gaps: takes what is unknown.
    """
    day = page.day or desk.today
    form = desk.forms.form(page.paper, desk.site, day)
    office = desk.forms.office(page.holder, desk.site, day)
    gaps.rests_on(form)
    gaps.rests_on(office)
    holder_mend = f"Ghi vào {desk.site}.yml (inventory/group_vars), mục site_holders"
    holder = gaps.or_unknown(page.holder, "đơn vị giữ tài sản", holder_mend)
    if office is None:
        gaps.or_unknown(None, "tên cơ quan ở đầu văn bản, nơi ban hành, người ký", _OFFICE_MEND)
    return {
        "holder": holder,
        "superior": _capitals(office.superior if office else ()),
        "issuer": _capitals(office.issuer if office else (UNKNOWN,)),
        "number": _number(form, office, page, gaps),
        "place_day": _place_day(desk, office, page),
        "title": form.title if form else UNKNOWN,
        "subject": form.subject if form else UNKNOWN,
        "form_line": f"(Theo {form.form})" if form and form.form else "",
        "basis": _basis(form),
        "recipients": recipients(form),
        "signature": _capitals(office.signature if office else ("Thủ trưởng đơn vị",)),
        "signer": signer_name(desk, HEAD, day, gaps),
    }


def _capitals(lines: Sequence[str]) -> list[str]:
    return [line.upper() for line in lines]


def _number(form: Form | None, office: Office | None, page: Paging, gaps: Gaps) -> str:
    if page.reference:
        # Numbers below 10 have a zero before them (Decree 30/2020, annex I, II.3a).
        return f"Số: {re.sub(r'^(?=[1-9](/|$))', '0', page.reference)}"
    short = office.short if office and office.short else "…"
    mark = form.mark.replace("{office}", short) if form else ""
    gaps.or_unknown(None, "số, ngày của văn bản", _BY_HAND)
    return f"Số:{_NUMBER_ROOM}{mark}"


def _place_day(desk: Desk, office: Office | None, page: Paging) -> str:
    place = office.place if office and office.place else DOTS
    return f"{place}, {day_or_dots(page.day, desk.today)}"


def day_or_dots(day: date | None, today: date) -> str:
    """A recorded day, or room for one."""
    return day_words(day) if day else f"ngày …… tháng …… năm {today.year}"


def ended(lines: Sequence[str]) -> list[str]:
    """Lines of a list: each ends with a semicolon, the last with a full stop."""
    return [
        f"{line.rstrip(' ;.')}{'.' if index == len(lines) else ';'}"
        for index, line in enumerate(lines, 1)
    ]


def _basis(form: Form | None) -> list[str]:
    """The texts it rests on; in a letter, which has no title, the sentence goes on after them."""
    if form is None:
        return []
    return ended(form.basis) if form.title else [f"{line};" for line in form.basis]


def recipients(form: Form | None) -> list[str]:
    """The list below "Nơi nhận:"; the archive is its last."""
    named = [f"- {line.rstrip(' ;.')};" for line in form.recipients] if form else []
    return [*named, f"- Lưu: {form.archive.rstrip(' .')}." if form else f"- Lưu: {DOTS}"]


def signer_name(desk: Desk, role: str, day: date, gaps: Gaps) -> str:
    """Who signs in a role, or a dotted line."""
    words = {HEAD: "họ tên người ký (thủ trưởng)", ACCOUNTANT: "họ tên kế toán"}[role]
    mend = f"Viết tay, hoặc ghi vào {desk.site}.yml, mục site_signers"
    return gaps.or_dots(desk.signer(role, day)["name"], words, mend)


def people(desk: Desk, paper: Paper, day: date, gaps: Gaps) -> list[Member]:
    """Who takes part, with dotted lines for what is not known."""
    council = desk.forms.council(paper, desk.site, day)
    gaps.rests_on(council)
    found = council.members if council else (Member(name="", title="", represents="", part=DOTS),)
    what = "họ tên, chức vụ những người tham gia"
    return [
        Member(
            name=gaps.or_dots(each.name, what, _PEOPLE_MEND),
            title=gaps.or_dots(each.title, what, _PEOPLE_MEND),
            represents=each.represents or DOTS,
            part=each.part,
        )
        for each in found
    ]


def signing(members: Sequence[Member]) -> list[tuple[Signing, ...]]:
    """The people taking part, three in a row; two stand at the sides, one in the middle."""
    places = [Signing(each.part.upper(), SIGN, each.name) for each in members]
    rows = [places[first : first + _IN_A_ROW] for first in range(0, len(places), _IN_A_ROW)]
    spread = {1: (NOBODY, *rows[-1], NOBODY), 2: (rows[-1][0], NOBODY, rows[-1][-1])}
    return [*map(tuple, rows[:-1]), spread.get(len(rows[-1]), tuple(rows[-1]))]


def the_head(desk: Desk, day: date, gaps: Gaps) -> Signing:
    """The head's place."""
    return Signing("THỦ TRƯỞNG ĐƠN VỊ", SEAL, signer_name(desk, HEAD, day, gaps))


def the_accountant(desk: Desk, day: date, gaps: Gaps) -> Signing:
    """The accountant's place."""
    title = desk.signer(ACCOUNTANT, day)["title"] or "Kế toán"
    return Signing(title.upper(), SIGN, signer_name(desk, ACCOUNTANT, day, gaps))


def place(top_of: Mapping[str, object], desk: Desk) -> str:
    """Where people meet: the site's address as it is recorded."""
    return str(desk.facts["site_address"] or top_of["holder"])
