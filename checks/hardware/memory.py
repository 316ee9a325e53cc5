"""Memory: is it all there, and does it keep what is written to it?"""

import re
from collections.abc import Iterator, Sequence

from checks.days import shown_day
from checks.hardware import memory_rules as rules
from checks.hardware.findings import Finding
from checks.hardware.parts import part_key
from checks.hardware.rule import found, having, recent, same_start, unanswered
from checks.report import Memory, Missing, Report
from inventory.records import Workstation

# More than any board of the time takes: that was the disk.
_MOST_MB = 65536
_AMOUNT = r"(?:(?P<of{n}>\d)\s*[x\u00d7]\s*)?(?P<size{n}>\d{{1,5}})\s*(?P<unit{n}>GB|MB)\b"
_WORD = r"(?:RAM|bộ\s+nhớ(?:\s+trong)?|memory|S?DDR\d?L?)"
_ON_CARD = re.compile(
    rf"{_WORD}[\s:=,(-]{{0,4}}{_AMOUNT.format(n=1)}|{_AMOUNT.format(n=2)}(?=[\s(-]{{0,2}}{_WORD})",
    re.IGNORECASE,
)
# `EDAC MC0: 1 CE memory read error on …`: other lines of EDAC's only say that it starts.
_KERNEL = re.compile(r"EDAC MC\d+: \d+ (CE|UE)\b")


def judge(reports: Sequence[Report], declared: Workstation) -> Iterator[Finding]:
    """What is to be said of the memory.

    Args:
        reports: the PC's, the newest last.
        declared: its asset card says how much it was bought with.
    """
    part = part_key("memory")
    now = reports[-1].memory
    if isinstance(now, Missing):
        yield unanswered(rules.UNKNOWN, part, now)
        return
    month = recent(reports)
    yield from _less(month, now, part)
    yield from _below_card(now, declared.card.specification or "", part)
    yield from _below_slots(now, part)
    yield from _errors(month, now, part)


def on_card(specification: str) -> int | None:
    """Megabytes of memory in a card's specification; None where it does not say or says two.

    Args:
        specification: free text, such as `Dell 390, RAM 2x2 GB, ổ cứng 500 GB`.
    """
    sizes = set()
    for match in _ON_CARD.finditer(specification):
        n = "1" if match["size1"] else "2"
        size = int(match[f"of{n}"] or 1) * int(match[f"size{n}"])
        sizes.add(size * 1024 if match[f"unit{n}"].upper() == "GB" else size)
    sizes = {size for size in sizes if 0 < size <= _MOST_MB}
    return sizes.pop() if len(sizes) == 1 else None


def _in_slots(memory: Memory) -> int | None:
    """Megabytes the firmware sees; None where it leaves a slot open or sees nothing at all."""
    known = [slot.mb for slot in memory.slots if slot.mb is not None]
    return sum(known) or None if len(known) == len(memory.slots) else None


def _usable(memory: Memory) -> int:
    return memory.total // rules.MB


def _less(month: Sequence[Report], now: Memory, part: str) -> Iterator[Finding]:
    earlier = list(having(month[:-1], lambda report: report.memory))
    slotted = [(report, memory, mb) for report, memory in earlier if (mb := _in_slots(memory))]
    here = _in_slots(now)
    if slotted and here:
        report, memory, most = max(slotted, key=lambda each: each[2])
        if here < most:
            numbers = {"now": here, "before": most, "day": shown_day(report.at)}
            yield found(rules.LESS_SLOTS, part, slots=_emptied(memory, now), **numbers)
            return
    if not earlier:
        return
    report, memory = max(earlier, key=lambda each: each[1].total)
    gone = _usable(memory) - _usable(now)
    numbers = {"now": _usable(now), "before": _usable(memory), "day": shown_day(report.at)}
    # A module that the firmware still sees cannot be the one that is gone.
    if gone >= rules.RESERVE_MB and not here:
        yield found(rules.LESS_MODULE, part, **numbers)
    elif gone >= rules.MOVED_MB:
        yield found(rules.LESS_SOME, part, **numbers)


def _emptied(before: Memory, now: Memory) -> str:
    filled = {slot.slot: slot.mb or 0 for slot in now.slots}
    names = [slot.slot or "?" for slot in before.slots if (slot.mb or 0) > filled.get(slot.slot, 0)]
    return ", ".join(names) or "?"


def _below_card(now: Memory, specification: str, part: str) -> Iterator[Finding]:
    card = on_card(specification)
    if card is None:
        return
    slots = _in_slots(now)
    if slots is not None:
        if slots < card:
            yield found(rules.BELOW_CARD, part, now=slots, card=card)
    elif _usable(now) < card - rules.RESERVE_MB:
        yield found(rules.BELOW_CARD_PERHAPS, part, now=_usable(now), card=card)


def _below_slots(now: Memory, part: str) -> Iterator[Finding]:
    slots = _in_slots(now)
    if slots is not None and _usable(now) < slots - rules.RESERVE_MB:
        yield found(rules.BELOW_SLOTS, part, now=_usable(now), slots=slots)


def _errors(month: Sequence[Report], now: Memory, part: str) -> Iterator[Finding]:
    if now.errors is not None and now.errors.ue:
        yield found(rules.LOST, part, count=now.errors.ue)
    grown = _grown(month)
    if len(grown) >= rules.AGAIN:
        yield found(rules.CORRECTED_AGAIN, part, count=sum(grown), times=len(grown))
    elif now.errors is not None and now.errors.ce:
        yield found(rules.CORRECTED, part, count=now.errors.ce)
    words = list(_kernel(month[-1]))
    yield from words
    if now.errors is None and not words:
        yield found(rules.UNMEASURED, part)


def _grown(month: Sequence[Report]) -> list[int]:
    """How many errors were newly corrected, for each report that had new ones.

    The counter begins anew with every start.
    """
    grown = []
    last: tuple[Report, int] | None = None
    for report, memory in having(month, lambda each: each.memory):
        if memory.errors is None:
            continue
        count = memory.errors.ce
        known = last[1] if last and same_start(last[0], report) and last[1] <= count else 0
        if count > known:
            grown.append(count - known)
        last = (report, count)
    return grown


def _kernel(report: Report) -> Iterator[Finding]:
    if isinstance(report.kernel, Missing) or "memory" not in report.kernel:
        return
    for words in report.kernel["memory"].samples:
        match = _KERNEL.search(words)
        if match:
            rule = rules.KERNEL_LOST if match[1] == "UE" else rules.KERNEL_CORRECTED
            yield found(rule, part_key("memory"), words=words)
