"""Who a PC is: serial numbers lie, so only what nobody else bears is believed, and only to compare.

The name in the inventory and the asset code say which PC it is; what is here only raises doubts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from pydantic_core import PydanticCustomError

from checks.days import shown_day
from checks.hardware.findings import Finding
from checks.hardware.parts import part_key, part_name
from checks.hardware.rule import Rule, found, having, recent, unanswered
from checks.report import Identity, Missing, Report
from inventory.cards import BOGUS_SERIALS, normal_mac
from inventory.records import Workstation
from inventory.words import mark

_OCS = "OCSInventory-NG/OCSInventory-ocsreports issue 1440; fusioninventory-for-glpi issue 878"
_CARDS = "the asset card"

# Firmware that was never given a number of its own, beside what nobody writes on a card either.
BOGUS = BOGUS_SERIALS | {
    "03000200-0400-0500-0006-000700080009",
    "00020003-0004-0005-0006-000700080009",
    "mb-1234567890",
}
LEAST_LENGTH = 4
# In a container the firmware that answers is another machine's.
CONTAINERS = frozenset({"systemd-nspawn", "lxc", "lxc-libvirt", "docker", "podman", "openvz"})
_BOARD = ("board_serial", "product_serial", "product_uuid")

PLACEHOLDER = Rule(
    "identity.placeholder", "certain", "keep", mark("No identity: {name} is {value}."), _OCS
)
TWIN = Rule(
    "identity.twin",
    "certain",
    "watch",
    mark("{other} says the same: {name} {value}. One of the two reports for the other."),
    _OCS,
)
TWIN_IMAGE = Rule(
    "identity.twin",
    "certain",
    "watch",
    mark("{other} has the same {name}: both were copied from one disk."),
    "machine-id(5): it must be unique",
)
CHANGED = Rule(
    "identity.changed",
    "certain",
    "watch",
    mark("On {day} the {name} was {before}, now it is {now}: another mainboard or another PC."),
    _OCS,
)
MAC_CHANGED = Rule(
    "identity.changed",
    "possible",
    "watch",
    mark("On {day} the network card was {before}, now it is {now}: another card or another PC."),
    _OCS,
)
NOT_ON_CARD = Rule(
    "identity.card",
    "likely",
    "watch",
    mark("The {name} is {now}; the asset card says {card}: look at the label."),
    _CARDS,
)
UNKNOWN = Rule("identity.unknown", "unknown", "unknown", "{why}", "the report")


def is_identity(value: str | None) -> bool:
    """Whether a maker's number tells one machine from another; placeholders do not."""
    word = " ".join((value or "").split()).casefold()
    bare = re.sub(r"[^0-9a-zà-ỹđ]", "", word)
    return len(bare) >= LEAST_LENGTH and len(set(bare)) > 1 and word not in BOGUS


def judge(reports: Sequence[Report], declared: Workstation) -> Iterator[Finding]:
    """What is to be said of a PC's own numbers.

    Args:
        reports: the PC's, the newest last.
        declared: its asset card.
    """
    now = reports[-1].identity
    if isinstance(now, Missing):
        yield unanswered(UNKNOWN, part_key("identity"), now)
        return
    if _in_container(reports[-1]):
        return
    for field in ("board_serial", "product_serial", "product_uuid"):
        value = getattr(now, field)
        if value and not is_identity(value):
            yield found(PLACEHOLDER, part_key("identity"), name=part_name(field), value=value)
    yield from _changed(reports, now)
    yield from _not_on_card(now, declared)


def twins(site: Mapping[str, Sequence[Report]]) -> Iterator[tuple[str, Finding]]:
    """Numbers that two PCs report: (PC, finding), one for each of them.

    Args:
        site: PC -> its reports, the newest last. All PCs may be given, of every site.
    """
    bearers: dict[tuple[str, str], list[str]] = {}
    for host, reports in site.items():
        for number in sorted(_numbers(reports[-1])) if reports else ():
            bearers.setdefault(number, []).append(host)
    for (name, value), hosts in sorted(bearers.items()):
        for host in hosts if len(hosts) > 1 else ():
            other = ", ".join(each for each in hosts if each != host)
            rule = TWIN_IMAGE if name == "machine_id" else TWIN
            # Each number is a doubt of its own.
            yield host, found(rule, part_key(name), other=other, name=part_name(name), value=value)


def _numbers(report: Report) -> set[tuple[str, str]]:
    """All a report says that no other PC may say: (what, value)."""
    identity = report.identity
    if isinstance(identity, Missing):
        return set()
    numbers = {("machine_id", identity.machine_id)} | {("mac", mac) for mac in _macs(identity)}
    if not _in_container(report):
        numbers |= {(field, getattr(identity, field)) for field in _BOARD}
    return {
        (name, value.strip().casefold()) for name, value in numbers if is_identity(value) and value
    }


def _in_container(report: Report) -> bool:
    return not isinstance(report.system, Missing) and report.system.virtual in CONTAINERS


def _macs(identity: Identity) -> set[str]:
    """The addresses makers gave; one the PC made up itself is no identity."""
    macs = set()
    for written in identity.network_cards.values():
        try:
            mac = normal_mac(written or "")
        except PydanticCustomError:
            continue
        if not int(mac[:2], 16) & 2:
            macs.add(mac)
    return macs


def _changed(reports: Sequence[Report], now: Identity) -> Iterator[Finding]:
    earlier = [
        (report, identity)
        for report, identity in having(recent(reports)[:-1], lambda each: each.identity)
        if not _in_container(report)
    ]
    for field in _BOARD:
        value = getattr(now, field)
        known = [(report, getattr(identity, field)) for report, identity in earlier]
        other = [each for each in known if is_identity(each[1]) and not _alike(each[1], value)]
        # A firmware update may lose a number: only another number is another machine.
        if other and is_identity(value):
            report, before = other[-1]
            numbers = {"day": shown_day(report.at), "before": before, "now": value}
            yield found(CHANGED, part_key(field), name=part_name(field), **numbers)
    macs = _macs(now)
    gone = [each for each in earlier if (old := _macs(each[1])) and macs and not old & macs]
    if gone:
        report, identity = gone[-1]
        before, after = ", ".join(sorted(_macs(identity))), ", ".join(sorted(macs))
        numbers = {"day": shown_day(report.at), "before": before, "now": after}
        yield found(MAC_CHANGED, part_key("mac"), **numbers)


def _not_on_card(now: Identity, declared: Workstation) -> Iterator[Finding]:
    card = declared.card
    for field, written in (
        ("product_serial", card.serials.machine),
        ("board_serial", card.serials.mainboard),
    ):
        value = getattr(now, field)
        if written and is_identity(value) and not _alike(value, written):
            numbers = {"name": part_name(field), "now": value, "card": written}
            yield found(NOT_ON_CARD, part_key(field), **numbers)
    macs = _macs(now)
    if card.macs and macs and not macs & set(card.macs):
        numbers = {"now": ", ".join(sorted(macs)), "card": ", ".join(card.macs)}
        yield found(NOT_ON_CARD, part_key("mac"), name=part_name("mac"), **numbers)


def _alike(one: str | None, other: str | None) -> bool:
    return (one or "").strip().casefold() == (other or "").strip().casefold()
