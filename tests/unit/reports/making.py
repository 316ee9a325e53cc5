"""A site whose PCs stand at every step of a disposal; its people are made up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from checks.assets.records import Asset
from checks.findings import Certainty, Severity, Status
from checks.history.records import Known
from checks.reports.desk import Desk
from checks.reports.forms import read_forms
from inventory.cards import Card
from inventory.loader import ROOT
from inventory.records import Inventory
from tests.unit.assets.making import (
    LAW,
    SITE,
    TODAY,
    Said,
    decided,
    disposed,
    inspected,
    needed,
    proposed,
    quoted,
    wiped,
    with_event,
    written_off,
)
from tests.unit.shipped import shipped

ALWAYS = {"from": "", "until": ""}
PEOPLE = (
    {"role": "head", "title": "Chủ tịch", "name": "Trần Thị Mẫu", **ALWAYS},
    {"role": "accountant", "title": "Kế toán trưởng", "name": "Lê Văn Thử", **ALWAYS},
)
KNOWN: Mapping[str, Any] = {
    "code": "TSCĐ-2019-014",
    "name": "Máy vi tính để bàn",
    "serials": {"machine": "7XK2M03", "disk": "WD-WCC2E1234567"},
    "specification": "Dell OptiPlex 3060, Intel Core i3-8100, bộ nhớ 4 GB, ổ cứng 500 GB",
    "year_in_use": 2023,
    "year_made": 2022,
    "made_in": "Việt Nam",
    "original_cost": 12_000_000,
    "source_of_funds": "Ngân sách xã",
    "place": "Phòng đọc Thư viện xã",
    "custodian": "Phạm Thị Ví Dụ",
}
OLD: Mapping[str, Any] = {
    "name": "Máy vi tính để bàn",
    "year_in_use": 2013,
    "source_of_funds": "Quỹ Bill & Melinda Gates tài trợ (Dự án BMGF-VN)",
    "place": "Trung tâm Văn hóa học tập cộng đồng xã Thanh Mỹ",
}


def pc(host: str, *events: Said, **on_card: Any) -> Asset:
    """A PC of the site."""
    made = Asset(host, SITE, host=True, card=Card.model_validate(on_card), events=())
    for said in events:
        made = with_event(made, said)
    return made


def finding(host: str = "thanhmy-03") -> Known:
    """A disk that fails, as the nightly check found it."""
    return Known(
        host, "hardware.disk", "ổ đĩa sda", Status.FAIL, Severity.GRAVE, Certainty.CERTAIN,
        "40 cung hỏng, tăng 12 cung trong 4 tuần", "Thay ổ đĩa.",
        date(2026, 10, 5), date(2026, 11, 19),
    )  # fmt: skip


def desk(today: date = TODAY, *, people: bool = True) -> Desk:
    """The shipped inventory and forms, with people of our own."""
    inventory = shipped()
    if people:
        site = inventory.sites[SITE]
        facts = MappingProxyType({**site.facts, "site_signers": PEOPLE})
        sites = {**inventory.sites, SITE: replace(site, facts=facts)}
        inventory = Inventory(inventory.hosts, sites, inventory.groups, inventory.equipment)
    found = {"thanhmy-03": (finding(),)}
    return Desk(inventory, LAW, read_forms(ROOT), SITE, today, found, {"thanhmy-03": TODAY})


def old(name: str = "thanhmy-01") -> Asset:
    """A PC of 2013 of which little is known, with a declared need: ground a."""
    return pc(name, inspected("faulty", "repairable"), needed(), **OLD)


def young(*more: Said) -> Asset:
    """A PC of 2023 whose repair costs 34 %: ground b-2."""
    events = (inspected("broken", "repairable"), quoted(4_080_000), proposed("b-2"))
    return pc("thanhmy-03", *events, *more, **KNOWN)


DECIDED = (decided(),)
DISPOSED = (*DECIDED, wiped(), disposed(proceeds=350_000, costs=50_000, to="Công ty Thu gom Mẫu"))
WRITTEN_OFF = (*DISPOSED, written_off())
