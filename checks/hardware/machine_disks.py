"""A report's disks as readings, and what the disk rules say of them."""

from collections.abc import Sequence

from checks.hardware import disks
from checks.hardware.disk_history import changes
from checks.hardware.findings import Finding
from checks.hardware.parts import part_key
from checks.hardware.reading import DiskReading
from checks.hardware.rule import MONTH, Rule, found, unanswered
from checks.hardware.smart import SmartRefused, parse
from checks.hardware.smart_document import clean
from checks.report import Disk, Missing, Report
from inventory.records import Workstation
from inventory.words import mark

NO_DISK = Rule(
    "disk.unknown", "unknown", "unknown", mark("The PC reports no disk of its own."), "the report"
)
UNKNOWN = Rule("disk.unknown", "unknown", "unknown", "{why}", "the report")


def readings(report: Report) -> tuple[DiskReading, ...]:
    """The readings of a report's built-in disks; one smartctl could not read is `unreadable`."""
    if isinstance(report.disks, Missing):
        return ()
    return tuple(_reading(each) for each in report.disks if not (each.removable or each.usb))


def judge(reports: Sequence[Report], _declared: Workstation) -> tuple[Finding, ...]:
    """What is to be said of a PC's disks: each as it is, and those exchanged or gone.

    Args:
        reports: the PC's, the newest last.
    """
    newest = reports[-1]
    if isinstance(newest.disks, Missing):
        return (unanswered(UNKNOWN, part_key("disks"), newest.disks),)
    past = [(report.at, readings(report)) for report in reports[:-1]]
    now = readings(newest)
    # One that was taken out this month is told for a month, not for one night.
    since = newest.at - MONTH
    became = [one for at, old in past if at >= since for one in changes(old, now)]
    once = {(one.rule, one.part): one for one in reversed(became)}
    earlier = [reading for _at, old in past for reading in old]
    judged = [one for reading in now for one in disks.judge(reading, earlier)]
    nothing = () if now else (found(NO_DISK, part_key("disks")),)
    return (*nothing, *judged, *once.values())


def of_disk(reports: Sequence[Report], reading: DiskReading) -> tuple[Finding, ...]:
    """What is to be said of one disk as it is.

    Args:
        reports: the PC's, the newest last; the earlier ones tell what grew.
        reading: a disk of the newest.
    """
    return disks.judge(reading, [each for report in reports[:-1] for each in readings(report)])


def _reading(disk: Disk) -> DiskReading:
    why = disk.smart.get("error")
    if why is None:
        try:
            # The kernel's name is what every other part of the report calls it by.
            return parse(disk.smart).model_copy(update={"node": disk.node})
        except SmartRefused as refused:
            why = refused
    model = str(clean(disk.model or ""))
    return DiskReading(node=disk.node, model=model, messages=(str(clean(str(why))),))
