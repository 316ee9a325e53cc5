"""A report's disks as readings, and what the disk rules say of them."""

from collections.abc import Mapping, Sequence

from checks.hardware import disks
from checks.hardware.disk_history import changes
from checks.hardware.findings import Finding
from checks.hardware.reading import DiskReading
from checks.hardware.rule import Rule, found, recent, unanswered
from checks.hardware.smart import SmartRefused, parse
from checks.hardware.smart_document import clean
from checks.report import Disk, Missing, Report
from inventory.records import Workstation
from inventory.words import _, mark

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
        return (unanswered(UNKNOWN, _("disks"), newest.disks),)
    now = readings(newest)
    # One that was taken out this month is told for a month, not for one night.
    became = [one for past in recent(reports)[:-1] for one in changes(readings(past), now)]
    once = {(one.rule, one.part): one for one in reversed(became)}
    judged = [one for findings in by_node(reports).values() for one in findings]
    nothing = () if now else (found(NO_DISK, _("disks")),)
    return (*nothing, *judged, *once.values())


def by_node(reports: Sequence[Report]) -> Mapping[str, tuple[Finding, ...]]:
    """What is to be said of each disk there is, by the kernel's name for it.

    Args:
        reports: the PC's, the newest last; all earlier ones tell what grew.
    """
    earlier = [reading for report in reports[:-1] for reading in readings(report)]
    return {each.node: disks.judge(each, earlier) for each in readings(reports[-1])}


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
