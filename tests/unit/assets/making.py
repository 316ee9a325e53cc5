"""Assets made in memory: a card, and events as a person would record them, in order."""

from datetime import UTC, date, datetime
from typing import Any

from checks.assets.book import sealed
from checks.assets.law import Law, read_law
from checks.assets.records import Asset
from inventory.cards import Card
from inventory.loader import ROOT

LAW: Law = read_law(ROOT)
SITE = "thanh_my"
TODAY = date(2026, 11, 20)
NOW = datetime(2030, 1, 1, 3, 0, tzinfo=UTC)
SERIAL = "WD-WCC2E1234567"
Said = dict[str, Any]


def asset(*events: Said, **on_card: Any) -> Asset:
    """An asset of 2013 with unknown cost, unless the card is told otherwise."""
    card = Card.model_validate({"year_in_use": 2013, **on_card})
    made = Asset("thanhmy-03", SITE, host=True, card=card, events=())
    for said in events:
        made = with_event(made, said)
    return made


def with_event(before: Asset, said: Said) -> Asset:
    """The asset with one more event, in order or not: nothing is checked here."""
    event = sealed(before, {"by": "Nguyễn Văn An", "date": TODAY.isoformat(), **said}, NOW)
    return Asset(before.name, before.site, before.host, before.card, (*before.events, event))


def inspected(
    condition: str = "broken", outlook: str = "beyond-repair", day: str = "2026-11-01"
) -> Said:
    return {
        "event": "inspection", "date": day, "condition": condition, "outlook": outlook,
        "found": "Ổ cứng có 40 cung hỏng, tăng từng tuần",
    }  # fmt: skip


def quoted(amount: int, of: str = "repair", day: str = "2026-11-03") -> Said:
    return {
        "event": "quotation", "date": day, "of": of, "firm": "Công ty TNHH Tin học Mỹ An",
        "amount": amount, "what": "thay bo mạch chủ",
    }  # fmt: skip


def needed(day: str = "2026-11-04") -> Said:
    return {"event": "need", "date": day, "why": "không còn dùng cho bạn đọc"}


def proposed(ground: str, day: str = "2026-11-05") -> Said:
    return {"event": "proposal", "date": day, "ground": ground, "form": "scrap"}


def decided(day: str = "2026-11-10", **more: Any) -> Said:
    return {
        "event": "decision", "date": day, "reference": "12/QĐ-UBND", "approved": True,
        "authority": "Chủ tịch Ủy ban nhân dân xã", "form": "scrap", "disks": [SERIAL], **more,
    }  # fmt: skip


def wiped(disk: str = SERIAL, day: str = "2026-11-12") -> Said:
    return {
        "event": "wipe", "date": day, "disk": disk, "method": "overwrite",
        "verified": "đọc lại toàn bộ: chỉ còn số 0",
    }  # fmt: skip


def disposed(day: str = "2026-11-15", **more: Any) -> Said:
    return {"event": "disposal", "date": day, "form": "scrap", "reference": "01/BB", **more}


def written_off(day: str = "2026-11-18") -> Said:
    return {"event": "write-off", "date": day, "reference": "CT-07"}


def undone(number: int, day: str = "2026-11-19") -> Said:
    return {"event": "undo", "date": day, "undoes": number, "why": "ghi nhầm máy"}
