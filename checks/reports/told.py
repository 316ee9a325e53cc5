"""An asset in the words of a paper. What a paper prints and nobody knows becomes a gap of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from checks.assets.events import Form
from checks.assets.grounds import dong
from checks.assets.records import Asset, RegisterRow
from checks.assets.register import last_december
from checks.assets.totals import Amount, left_out, note, of_wear, summed
from checks.assets.words import KINDS, NO_WEAR, PARTS, UNKNOWN, vietnamese
from checks.reports.amounts import counted, number_words, with_words
from checks.reports.gaps import Gaps

UNIT = "Cái"
COST_MEND = (
    "Tra sổ kế toán, hồ sơ tiếp nhận; không có thì đơn vị xác định lại giá trị. Ghi vào thẻ, mục "
    "original_cost"
)
FORMS = {Form.SALE: "bán", Form.SCRAP: "phá dỡ, hủy bỏ"}


@dataclass(frozen=True)
class Told:
    """One asset; a property is asked when its place in the template is printed.

    Attributes:
        number: its place in the list, from 1.
        asset: with its card and events.
        found: its row in the register.
        gaps: takes what is unknown.
        reason, form, note: what the paper says of it besides.
        data: what became of the data on its disks.
        gone: the day it left.
        quantity, unit: how many of what.
    """

    number: int
    asset: Asset
    found: RegisterRow
    gaps: Gaps
    reason: str = ""
    form: str = ""
    note: str = ""
    data: str = ""
    gone: str = ""
    quantity: int = 1
    unit: str = UNIT

    def _card(self, value: object, what: str, key: str) -> str:
        return self.gaps.or_unknown(value, what, f"Ghi vào thẻ, mục {key}", self.asset.name)

    @property
    def title(self) -> str:
        """Its name."""
        return self._card(self.found.title, "tên tài sản", "name")

    @property
    def code(self) -> str:
        """Its code in the holder's register."""
        return self._card(self.found.code, "mã tài sản (số thẻ)", "code")

    @property
    def serials(self) -> str:
        """The serial numbers, each with its part."""
        known = self.found.serials
        words = ", ".join(f"{vietnamese(PARTS[part])} {one}" for part, one in known.items())
        return self._card(words, "số sê-ri", "serials")

    @property
    def specification(self) -> str:
        """Maker, model, processor."""
        return self._card(self.found.specification, "quy cách", "specification")

    @property
    def source(self) -> str:
        """Where the money came from."""
        return self._card(self.found.source_of_funds, "nguồn hình thành", "source_of_funds")

    @property
    def year(self) -> str:
        """The year it was put to use."""
        return self._card(self.found.year_in_use, "năm đưa vào sử dụng", "year_in_use")

    @property
    def place(self) -> str:
        """Where it stands."""
        return self._card(self.found.place, "nơi sử dụng", "place")

    @property
    def custodian(self) -> str:
        """Who answers for it."""
        return self._card(self.found.custodian, "người được giao giữ", "custodian")

    @property
    def made_in(self) -> str:
        """The country it was made in."""
        return self._card(self.asset.card.made_in, "nước sản xuất", "made_in")

    @property
    def year_made(self) -> str:
        """The year it was made."""
        return self._card(self.asset.card.year_made, "năm sản xuất", "year_made")

    @property
    def kind(self) -> str:
        """What kind of thing, and how it stands in the books."""
        books = {True: "tài sản cố định", False: "công cụ, dụng cụ"}
        mend = "Biết nguyên giá thì biết là tài sản cố định hay công cụ, dụng cụ"
        known = books[self.found.fixed_asset] if self.found.fixed_asset is not None else None
        said = self.gaps.or_unknown(known, "loại theo sổ kế toán", mend, self.asset.name)
        word = vietnamese(KINDS[self.found.kind])
        if known is None:
            return f"{word[:1].upper()}{word[1:]} (theo sổ: {said})"
        return f"{word[:1].upper()}{word[1:]} ({said})"

    @property
    def named(self) -> str:
        """Name and serial numbers, for a list with a column of its own for the code."""
        return f"{self.title} ({self.serials})"

    @property
    def name(self) -> str:
        """Name, code and serial numbers, for a list that tells one asset from the next."""
        return f"{self.title}; mã: {self.code}; sê-ri: {self.serials}"

    @property
    def described(self) -> str:
        """Name and specification, as C51-HD asks for."""
        return f"{self.title}; {self.specification}"

    @property
    def cost(self) -> str:
        """The original cost, digits alone."""
        known = self.found.original_cost
        said = None if known is None else dong(known)
        return self.gaps.or_unknown(said, "nguyên giá", COST_MEND, self.asset.name)

    @property
    def net(self) -> str:
        """What is left of the cost, digits alone."""
        return self._of_wear(self.found.net, "giá trị còn lại")

    @property
    def worn(self) -> str:
        """The wear accumulated, digits alone."""
        return self._of_wear(self.found.accumulated, "hao mòn lũy kế")

    def _of_wear(self, amount: int | None, what: str) -> str:
        mend = "Tính được khi biết nguyên giá và năm đưa vào sử dụng"
        found = of_wear(self.found, amount)
        said = dong(found) if isinstance(found, int) else found
        return self.gaps.or_unknown(said, what, mend, self.asset.name)

    @property
    def cost_dong(self) -> str:
        """The original cost in a sentence."""
        return _dong(self.cost)

    @property
    def net_dong(self) -> str:
        """What is left of it, in a sentence."""
        return _dong(self.net)

    @property
    def worn_dong(self) -> str:
        """The wear, in a sentence."""
        return _dong(self.worn)


def _dong(said: str) -> str:
    return said if said in (UNKNOWN, NO_WEAR) else f"{said} đồng"


@dataclass(frozen=True)
class Total:
    """The totals of a list: what is known, and how many are not.

    Attributes:
        cost, net, worn: digits, or "chưa xác định" where nothing is known, or "không tính hao mòn"
            where all are tools.
        note: what they leave out because it is unknown.
    """

    quantity: int
    cost: str
    net: str
    worn: str
    note: str


def total(found: Sequence[RegisterRow]) -> Total:
    """The totals of rows of the register."""
    costs = [row.original_cost for row in found]
    nets, worn = net_values(found), [of_wear(row, row.accumulated) for row in found]
    return Total(len(found), _sum(costs), _sum(nets), _sum(worn), note(costs, nets))


def net_values(found: Sequence[RegisterRow]) -> list[Amount]:
    """The net values of rows, as totals take them."""
    return [of_wear(row, row.net) for row in found]


def _sum(amounts: Sequence[Amount]) -> str:
    whole = summed(amounts)
    return whole if isinstance(whole, str) else dong(whole)


def sentence(label: str, amounts: Sequence[Amount]) -> str:
    """A total in digits and in words, and of how many assets it is not known."""
    whole = summed(amounts)
    if isinstance(whole, str):
        return f"{label}: {whole}."
    said = f"{label}: {with_words(whole)}"
    unknown = left_out(amounts)
    if unknown:
        words = number_words(unknown)
        said += f", chưa kể {counted(unknown)} ({words}) tài sản chưa xác định"
    return f"{said}."


def net_label(found: RegisterRow) -> str:
    """The net value with its day, or with that of the wear where they differ."""
    day = f"31/12/{last_december(found.day)}"
    return f"Giá trị còn lại ({day if found.net_of_december else f'hao mòn tính đến {day}'})"


def net_total_label(found: Sequence[RegisterRow]) -> str:
    """The net value of all rows of a day, with the day as `net_label` has it."""
    day = f"ngày 31/12/{last_december(found[0].day)}"
    same = all(row.net_of_december for row in found)
    return f"Tổng giá trị còn lại {f'tại {day}' if same else f'(hao mòn tính đến {day})'}"
