"""The rules on heat and fans, as data."""

from datetime import timedelta

from checks.hardware.rule import Rule
from inventory.words import mark

_HWMON = "Linux kernel: hwmon sysfs interface (temp*_max, temp*_crit)"
_THERMAL = "Linux kernel: x86 thermal interrupt handler (therm_throt)"

# Chips that measure something known: processors, disks, graphics, the firmware's own zones. The
# inputs of a board's super I/O chip may hang in the air and read -60 or 110 for ever.
MEASURING = frozenset({
    "coretemp", "k10temp", "via_cputemp", "drivetemp", "nvme", "acpitz",
    "radeon", "amdgpu", "nouveau",
})  # fmt: skip
# Their fans stop by design while the graphics are cool.
FANS_AT_REST = frozenset({"radeon", "amdgpu", "nouveau"})
# °C. Beyond them it is the sensor that is broken, or a limit nobody set.
COLDEST, HOTTEST = 1, 125
LEAST_LIMIT = 40
# °C below the critical limit: the PC is about to stop by itself.
NEAR = 5
# Days on which it was too hot, or the fan stood, before it is no single hot afternoon.
DAYS_AGAIN = 3
A_DAY = timedelta(hours=20)
# Growth: the last week against the month before it. The year moves a room here by less than this.
LATELY = timedelta(days=7)
BEFORE_FROM, BEFORE_UNTIL = timedelta(days=60), timedelta(days=21)
READINGS = 5
RISE = 12
# Above it is noise on the wire, not turns a minute.
FASTEST = 20000
# Reports in which a fan turned, before its standing still says something.
TURNED = 3

CRITICAL = Rule(
    "heat.critical",
    "likely",
    "repair",
    mark("{celsius:.0f} °C, {near} °C or less below the critical limit of {limit:.0f} °C."),
    _HWMON,
)
HIGH_AGAIN = Rule(
    "heat.high",
    "likely",
    "repair",
    mark("At or above its high limit of {limit:.0f} °C on {days} days; now {celsius:.0f} °C."),
    _HWMON,
)
HIGH = Rule(
    "heat.high",
    "possible",
    "watch",
    mark("{celsius:.0f} °C; its high limit is {limit:.0f} °C."),
    _HWMON,
)
RISING = Rule(
    "heat.rising",
    "possible",
    "watch",
    mark("{rise:.0f} °C hotter than weeks ago ({now:.0f}, was {before:.0f}): dust, paste, or use."),
    "our own limit: the year moves a room in the Mekong delta by less",
)
STOPPED = Rule(
    "fan.stopped",
    "likely",
    "repair",
    mark("Stands still on {days} days; it turned at {rpm} a minute before."),
    _HWMON,
)
STANDS = Rule(
    "fan.stopped",
    "possible",
    "watch",
    mark("Stands still now; it turned at {rpm} a minute before."),
    _HWMON,
)
SHUTDOWN = Rule(
    "heat.shutdown",
    "certain",
    "repair",
    mark("The kernel reports a critical temperature: {words}"),
    _THERMAL,
)
THROTTLED_AGAIN = Rule(
    "heat.throttled",
    "likely",
    "repair",
    mark("The processor slowed itself down for heat on {days} days of the last month."),
    _THERMAL,
)
THROTTLED = Rule(
    "heat.throttled",
    "possible",
    "watch",
    mark("The processor slowed itself down for heat ({count} times in two days)."),
    _THERMAL,
)
UNMEASURED = Rule(
    "heat.unmeasured",
    "unknown",
    "unknown",
    mark("No sensor of this PC measures the heat of a known part."),
    _HWMON,
)
UNKNOWN = Rule("heat.unknown", "unknown", "unknown", "{why}", "the report")
