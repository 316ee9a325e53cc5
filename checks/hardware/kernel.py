"""What the kernel complains of: machine checks, disks, file systems, USB ports.

Only the samples tell what a complaint was: readers' sticks, empty DVD drives and floppy drives that
nobody ever built in complain with the same words as a dying disk.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from checks.days import shown_day
from checks.hardware import kernel_rules as rules
from checks.hardware.disk_history import disk_key
from checks.hardware.findings import Finding, verdict
from checks.hardware.machine_disks import of_disk, readings
from checks.hardware.parts import part_key
from checks.hardware.reading import DiskReading
from checks.hardware.rule import (
    KERNEL_WINDOW,
    Rule,
    found,
    having,
    recent,
    times,
    unanswered,
)
from checks.report import Missing, Report
from inventory.records import Workstation

_BANK = re.compile(r"Machine Check(?: Exception)?: \d+ Bank \d+: ([0-9a-f]{16})\b")
_FATAL = re.compile(r"Fatal [Mm]achine check|Uncorrected (hardware )?error|Machine Check Exception")
_MACHINE = re.compile(r"\[Hardware Error\]|Machine check", re.IGNORECASE)
_DEVICE = re.compile(r"\b(?:dev|device) ([a-z]+[0-9a-z]*)")
_WHOLE = re.compile(r"(nvme\d+n\d+|mmcblk\d+|[shv]d[a-z]+)(?:p?\d+)?$")
_PORT = re.compile(r"\bata(\d+)(?:\.\d+)?: ")
_ON_CABLE = re.compile(r"\bICRC\b|\bBadCRC\b")
_OVER_CURRENT = re.compile(r"over-current", re.IGNORECASE)
_DEAF = re.compile(r"\busb (\d[\w.-]*).*(?:descriptor read|unable to enumerate)")


@dataclass(frozen=True)
class _Said:
    """One look's complaints of a kind: when, and the samples that matter."""

    at: datetime
    samples: tuple[str, ...]

    @property
    def words(self) -> str:
        """The first sample with its day, as evidence."""
        return f"{shown_day(self.at)}: {self.samples[0]}"

    def only(self, about: Callable[[str], object]) -> "_Said":
        """The samples about something."""
        return _Said(self.at, tuple(each for each in self.samples if about(each)))


def judge(reports: Sequence[Report], _declared: Workstation) -> Iterator[Finding]:
    """What is to be said of the kernel's complaints.

    Args:
        reports: the PC's, the newest last.
    """
    if isinstance(reports[-1].kernel, Missing):
        yield unanswered(rules.UNKNOWN, part_key("kernel"), reports[-1].kernel)
        return
    month = recent(reports)
    yield from _machine(_said(month, "machine-check"))
    yield from _disks(reports, _said(month, "disk"))
    yield from _files(reports, _said(month, "filesystem"))
    yield from _usb(_said(month, "usb"))


def _said(month: Sequence[Report], kind: str) -> list[_Said]:
    """The looks of the month at which the kernel complained so."""
    said = having(month, lambda each: each.kernel)
    return [_Said(at.at, tuple(kernel[kind].samples)) for at, kernel in said if kind in kernel]


def _only(said: Sequence[_Said], about: Callable[[str], object]) -> list[_Said]:
    """The looks at which it complained about something, with those samples alone."""
    return [narrowed for each in said if (narrowed := each.only(about)).samples]


def _occasions(said: Sequence[_Said]) -> int:
    return times([each.at for each in said], KERNEL_WINDOW)


def _told(rule: Rule, again: Rule, part: str, said: Sequence[_Said], at_least: int) -> Finding:
    """A finding by how often the kernel said so."""
    occasions = _occasions(said)
    chosen = again if occasions >= at_least else rule
    return found(chosen, part, times=occasions, words=said[-1].words)


def _machine(said: Sequence[_Said]) -> Iterator[Finding]:
    part = part_key("board")
    lost, any_ = _only(said, _uncorrected), _only(said, _MACHINE.search)
    if lost:
        yield _told(rules.MACHINE_LOST, rules.MACHINE_LOST_AGAIN, part, lost, rules.AGAIN)
    elif any_:
        yield _told(rules.MACHINE, rules.MACHINE_AGAIN, part, any_, rules.AGAIN)


def _uncorrected(words: str) -> bool:
    bank = _BANK.search(words)
    if bank:
        return bool(int(bank[1], 16) >> rules.UNCORRECTED_BIT & 1)
    return bool(_FATAL.search(words))


# --- disks and file systems -----------------------------------------------------------------------


def node_of(words: str) -> str | None:
    """The disk a complaint names, `""` for another device, None where it names none."""
    device = _DEVICE.search(words)
    if not device:
        return None
    whole = _WHOLE.match(device[1])
    return whole[1] if whole else ""


def _about(node: str) -> Callable[[str], bool]:
    """Whether a complaint is about that disk."""
    return lambda words: node_of(words) == node


def _disks(reports: Sequence[Report], said: Sequence[_Said]) -> Iterator[Finding]:
    named = False
    for disk in readings(reports[-1]):
        here = _only(said, _about(disk.node))
        if here:
            named = True
            yield _disk(disk, here, said, of_disk(reports, disk))
    if not named:
        yield from _ports(said)


def _disk(
    disk: DiskReading, here: Sequence[_Said], said: Sequence[_Said], judged: Sequence[Finding]
) -> Finding:
    """The disk's cable where that is likelier, else the disk."""
    cable = [each for each in judged if each.rule == rules.CABLE_FIRST.id]
    itself = [each for each in judged if each.rule != rules.CABLE_FIRST.id]
    grows = any(each.certainty == "likely" for each in cable)
    if verdict(itself) == "keep" and (grows or _only(said, _ON_CABLE.search)):
        return found(rules.CABLE_FIRST, disk_key(disk, "cable"), words=here[-1].words)
    return _told(rules.DISK, rules.DISK_AGAIN, disk_key(disk), here, rules.AGAIN)


def _ports(said: Sequence[_Said]) -> Iterator[Finding]:
    """Connectors that complain without naming a disk; once is no matter."""
    for port, here in _by(said, _PORT):
        if _occasions(here) >= rules.AGAIN:
            part = part_key("connector", port)
            yield found(rules.SOME_PORT, part, times=_occasions(here), words=here[-1].words)


def _files(reports: Sequence[Report], said: Sequence[_Said]) -> Iterator[Finding]:
    for disk in readings(reports[-1]):
        here = _only(said, _about(disk.node))
        if here:
            part = disk_key(disk, "files")
            yield _told(rules.FILES, rules.FILES_AGAIN, part, here, rules.AGAIN)


# --- USB ------------------------------------------------------------------------------------------


def _usb(said: Sequence[_Said]) -> Iterator[Finding]:
    over = _only(said, _OVER_CURRENT.search)
    if over:
        part = part_key("usb")
        yield _told(rules.OVER_CURRENT, rules.OVER_CURRENT_AGAIN, part, over, rules.USB_AGAIN)
    for port, here in _by(said, _DEAF):
        if _occasions(here) >= rules.USB_AGAIN:
            part = part_key("usb-port", port)
            yield found(rules.USB_DEAF, part, times=_occasions(here), words=here[-1].words)


def _by(said: Sequence[_Said], about: re.Pattern[str]) -> Iterator[tuple[str, list[_Said]]]:
    """What is said of each thing a pattern names."""
    names = {one for each in said for words in each.samples if (one := _names(about, words))}
    for each in sorted(names):
        yield each, _only(said, _naming(about, each))


def _naming(about: re.Pattern[str], name: str) -> Callable[[str], bool]:
    return lambda words: _names(about, words) == name


def _names(about: re.Pattern[str], words: str) -> str | None:
    match = about.search(words)
    return match[1] if match else None
