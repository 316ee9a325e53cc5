"""The rules on disks that need no counting, as data: the disk's own words, its cable, its flash.

What a spinning disk has counted is weighed in checks/hardware/disk_points.py.
"""

from collections.abc import Mapping

from checks.hardware.rule import Rule
from inventory.words import mark

_ATA = "ATA/ATAPI Command Set, SMART feature set"
_NVME = "NVM Express base specification, SMART / Health Information log (02h)"
_SMARTMONTOOLS = "smartmontools: smartctl(8) and the drive database, 7.3"


# --- a disk's own words ---------------------------------------------------------------------------

FAILED = Rule(
    "disk.failed", "certain", "repair", mark("The disk itself reports that it is failing."), _ATA
)
ATTRIBUTE_FAILED = Rule(
    "disk.attribute-failed",
    "certain",
    "repair",
    mark("The value of {what} is {value}; its maker calls {threshold} and below failing."),
    _ATA,
)
ATTRIBUTE_FAILED_ONCE = Rule(
    "disk.attribute-failed",
    "possible",
    "watch",
    mark("The value of {what} was once at or below {threshold}: failing, says its maker."),
    _ATA,
)
# By smartctl's names, for other firmware reuses the numbers. What is not here keeps its name.
MEANINGS: Mapping[str, str] = {
    "Raw_Read_Error_Rate": mark("errors in reading"),
    "Spin_Up_Time": mark("time to come up to speed"),
    "Reallocated_Sector_Ct": mark("reallocated sectors"),
    "Seek_Error_Rate": mark("errors in moving the heads"),
    "Spin_Retry_Count": mark("failed tries to come up to speed"),
    "End-to-End_Error": mark("data spoiled inside the disk"),
    "Wear_Leveling_Count": mark("wear of the flash"),
}
# Temperatures have thresholds too; a hot afternoon is no fault of the disk.
NEVER_FAILING = frozenset({190, 194})
# A mains cut while a sector is written leaves one that cannot be read, on a sound disk: so likely.
TEST_UNREADABLE = Rule(
    "disk.self-test",
    "likely",
    "repair",
    mark("The self-test at {hours} hours could not read the disk at block {lba}."),
    _ATA,
)
TEST_FAILED = Rule(
    "disk.self-test",
    "certain",
    "repair",
    mark("The self-test at {hours} hours failed: {outcome}."),
    _ATA,
)
UNREADABLE = 7
FAILED_OUTCOMES: Mapping[int, str] = {
    3: mark("it could not be finished"),
    4: mark("an unknown part"),
    5: mark("the electronics"),
    6: mark("the mechanics that move the heads"),
    UNREADABLE: mark("reading"),
    8: mark("damage by a knock or a fall"),
}
PASSED_OUTCOME = 0
EXTENDED_TESTS = frozenset({2, 130})

# --- the cable ------------------------------------------------------------------------------------

CRC_GROWTH = 10
CRC_LEVEL = 100
CABLE_GROWS = Rule(
    "disk.cable",
    "likely",
    "repair",
    mark("Transfer errors (SMART 199) grew by {grown} to {count}: the data cable or its plugs."),
    _SMARTMONTOOLS,
)
CABLE_ONCE = Rule(
    "disk.cable",
    "possible",
    "watch",
    mark("{count} transfer errors (SMART 199), now or years ago: this count never goes back."),
    _SMARTMONTOOLS,
)

# --- flash ----------------------------------------------------------------------------------------

# The maker's estimate of endurance, not a failure: NVMe says so in as many words.
WORN_OUT = 100
WEARING = 90
WORN = Rule(
    "disk.worn",
    "likely",
    "repair",
    mark("{used} % of the flash's endurance is used: plan its replacement."),
    _NVME,
)
NEARLY_WORN = Rule(
    "disk.worn", "possible", "watch", mark("{used} % of the flash's endurance is used."), _NVME
)
SPARE_LOW = Rule(
    "disk.spare",
    "certain",
    "repair",
    mark("{spare} % of the spare blocks are left; below {threshold} % the maker calls it failing."),
    _NVME,
)
MEDIA_GROWS = Rule(
    "disk.media-errors",
    "likely",
    "repair",
    mark("Data that could not be read back grew by {grown} to {count} cases."),
    _NVME,
)
MEDIA_ONCE = Rule(
    "disk.media-errors",
    "possible",
    "watch",
    mark("{count} times data could not be read back, now or long ago."),
    _NVME,
)
NVME_WARNINGS: Mapping[int, Rule] = {
    0: Rule("disk.spare", "certain", "repair", mark("The disk warns: spare blocks low."), _NVME),
    1: Rule("disk.hot", "possible", "watch", mark("The disk warns: temperature."), _NVME),
    2: Rule(
        "disk.unreliable", "certain", "repair", mark("The disk warns: too many errors."), _NVME
    ),
    3: Rule(
        "disk.read-only", "certain", "repair", mark("The disk warns: it takes no writes."), _NVME
    ),
    4: Rule(
        "disk.backup",
        "likely",
        "repair",
        mark("The disk warns: a power cut would lose what it is writing."),
        _NVME,
    ),
}

# --- cannot tell, and other disks -----------------------------------------------------------------

CANNOT_TELL: Mapping[str, str] = {
    "virtual": mark("A virtual disk: it has no health of its own."),
    "usb-bridge": mark("The USB bridge hides the disk's health."),
    "unsupported": mark("The disk reports no health (no SMART)."),
    "off": mark("The disk's health reports are switched off: smartctl -s on /dev/{node}"),
    "unreadable": mark("The disk's health could not be read. {messages}"),
    "nothing": mark("The disk passes its own verdict, but reports none of the counts we judge by."),
}
UNKNOWN = Rule("disk.unknown", "unknown", "unknown", "{reason}", _SMARTMONTOOLS)
SWAPPED = Rule(
    "disk.swapped",
    "certain",
    "watch",
    mark("Another disk than before: {before}, now {now}."),
    _SMARTMONTOOLS,
)
YOUNGER = Rule(
    "disk.swapped",
    "possible",
    "watch",
    mark("Power-on hours fell from {before} to {now}: its electronics or the disk were exchanged."),
    _SMARTMONTOOLS,
)
VANISHED = Rule(
    "disk.vanished",
    "certain",
    "repair",
    mark("The disk no longer answers: taken out, unplugged, without power, or dead."),
    _SMARTMONTOOLS,
)
