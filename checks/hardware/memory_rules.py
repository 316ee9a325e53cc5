"""The rules on memory, as data."""

from checks.hardware.rule import Rule
from inventory.words import mark

_SMBIOS = "SMBIOS reference specification, structure 17 (memory device)"
_FIELD = (
    "B. Schroeder, E. Pinheiro, W.-D. Weber: DRAM Errors in the Wild, 2009: "
    "a module that had one correctable error will have more"
)
_EDAC = "Linux kernel: Reliability, Availability and Serviceability, EDAC"

MB = 1 << 20
# What firmware and graphics may take, in MB: chipsets of 2006 to 2013 lend the graphics up to 512,
# and a quarter of 4 GB is out of reach where they cannot remap it.
RESERVE_MB = 1024
# The kernel's own share moves by a few MB with every update; the smallest module had 256.
MOVED_MB = 200
# Reports in which the count of corrected errors rose.
AGAIN = 2

LESS_SLOTS = Rule(
    "memory.less",
    "certain",
    "repair",
    mark("The firmware sees {now} MB in its slots; on {day} it saw {before} MB. Empty: {slots}."),
    _SMBIOS,
)
LESS_MODULE = Rule(
    "memory.less",
    "likely",
    "repair",
    mark("The PC has {now} MB; on {day} it had {before} MB: a module failed, is loose or is gone."),
    "the size of the smallest module in use, and what the graphics may take: 1 GB",
)
LESS_SOME = Rule(
    "memory.less",
    "possible",
    "watch",
    mark("The PC has {now} MB; on {day} it had {before} MB: the graphics may have taken the rest."),
    "chipsets of the time lend the graphics up to 512 MB",
)
BELOW_CARD = Rule(
    "memory.card",
    "likely",
    "repair",
    mark("The firmware sees {now} MB in its slots; the asset card says {card} MB."),
    _SMBIOS,
)
BELOW_CARD_PERHAPS = Rule(
    "memory.card",
    "possible",
    "watch",
    mark("The PC has {now} MB; the asset card says {card} MB."),
    "what firmware and graphics may take: 1 GB",
)
BELOW_SLOTS = Rule(
    "memory.slots",
    "likely",
    "repair",
    mark("The firmware sees {slots} MB in its slots, but only {now} MB can be used."),
    _SMBIOS,
)
LOST = Rule(
    "memory.uncorrected",
    "certain",
    "repair",
    mark("{count} memory errors since the last start could not be corrected."),
    _EDAC,
)
CORRECTED_AGAIN = Rule(
    "memory.corrected",
    "likely",
    "repair",
    mark("{count} memory errors were corrected, new ones in {times} reports of the last month."),
    _FIELD,
)
CORRECTED = Rule(
    "memory.corrected",
    "possible",
    "watch",
    mark("{count} memory errors were corrected since the last start."),
    _FIELD,
)
KERNEL_LOST = Rule(
    "memory.uncorrected",
    "certain",
    "repair",
    mark("The kernel reports a memory error that could not be corrected: {words}"),
    _EDAC,
)
KERNEL_CORRECTED = Rule(
    "memory.corrected", "possible", "watch", mark("The kernel reports: {words}"), _EDAC
)
UNMEASURED = Rule(
    "memory.unmeasured",
    "unknown",
    "unknown",
    mark("This PC does not count memory errors (no ECC). To find out: memtest86+ over a night."),
    "mchehab/rasdaemon issue 39: silence is not health",
)
UNKNOWN = Rule("memory.unknown", "unknown", "unknown", "{why}", "the report")
