"""The rules on what the kernel complains of, as data."""

from checks.hardware.rule import Rule
from inventory.words import mark

_MCA = "Intel 64 and IA-32 architectures manual, volume 3B, IA32_MCi_STATUS: bit 61 uncorrected"
_LIBATA = "Linux kernel: libata error messages; ICRC and BadCRC are of the cable"
_EXT4 = "Linux kernel: ext4 general information, errors behaviour"
_USB = "Universal Serial Bus specification 2.0, chapter 7 (hub): over-current protection"

# Two-day windows of complaints before one is no single event.
AGAIN = 2
# Readers' sticks are broken often enough; a port is, when it complains so often.
USB_AGAIN = 3
UNCORRECTED_BIT = 61

MACHINE_LOST_AGAIN = Rule(
    "board.machine-check",
    "certain",
    "repair",
    mark(
        "On {times} occasions within a month the processor reported an error it could not correct:"
        " processor, memory, mainboard or power supply. {words}"
    ),
    _MCA,
)
MACHINE_LOST = Rule(
    "board.machine-check",
    "likely",
    "repair",
    mark("The processor reported an error it could not correct. {words}"),
    _MCA,
)
MACHINE_AGAIN = Rule(
    "board.machine-check",
    "likely",
    "repair",
    mark("On {times} occasions within a month the processor reported hardware errors. {words}"),
    _MCA,
)
MACHINE = Rule(
    "board.machine-check",
    "possible",
    "watch",
    mark("The processor reported a hardware error. {words}"),
    _MCA,
)
DISK_AGAIN = Rule(
    "disk.kernel-errors",
    "likely",
    "repair",
    mark("On {times} occasions within a month the kernel could not read or write it. {words}"),
    _LIBATA,
)
DISK = Rule(
    "disk.kernel-errors",
    "possible",
    "watch",
    mark("The kernel could not read or write it. {words}"),
    _LIBATA,
)
CABLE_FIRST = Rule(
    "disk.cable",
    "likely",
    "repair",
    mark(
        "The kernel could not read or write the disk, which itself is healthy; its transfer errors"
        " point to the cable: change that first. {words}"
    ),
    _LIBATA,
)
SOME_PORT = Rule(
    "disk.kernel-errors",
    "possible",
    "watch",
    mark(
        "On {times} occasions within a month something on this connector did not answer: a disk,"
        " a DVD drive or their cable. {words}"
    ),
    _LIBATA,
)
FILES_AGAIN = Rule(
    "files.damaged",
    "likely",
    "repair",
    mark(
        "On {times} occasions within a month the file system found itself damaged: disk, cable or"
        " memory. {words}"
    ),
    _EXT4,
)
FILES = Rule(
    "files.damaged",
    "possible",
    "watch",
    mark("The file system found itself damaged: check it at the next start. {words}"),
    _EXT4,
)
OVER_CURRENT_AGAIN = Rule(
    "usb.over-current",
    "likely",
    "repair",
    mark("On {times} occasions within a month a USB port drew too much current. {words}"),
    _USB,
)
OVER_CURRENT = Rule(
    "usb.over-current",
    "possible",
    "watch",
    mark("A USB port drew too much current: a broken stick, or a bent contact. {words}"),
    _USB,
)
USB_DEAF = Rule(
    "usb.unreadable",
    "possible",
    "watch",
    mark("On {times} occasions within a month a USB port did not understand a device. {words}"),
    _USB,
)
UNKNOWN = Rule("kernel.unknown", "unknown", "unknown", "{why}", "the report")
