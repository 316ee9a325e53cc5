"""The rules on network cards, cables and the line, as data."""

from datetime import timedelta

from checks.hardware.rule import Rule
from inventory.words import mark

_802_3 = "IEEE 802.3, clause 28: auto-negotiation; half duplex is what is left when it fails"
_COUNTERS = "Linux kernel: interface statistics (rx_errors)"
_MATHIS = "M. Mathis, J. Semke, J. Mahdavi, T. Ott: The Macroscopic Behavior of TCP, 1997"
_NEIGHBOURS = "PCs of one room share the line, not the cable"

# Mbit/s: a sound cable to any switch since 2000 gives as much.
LEAST_MBPS = 100
# Names of wired cards (systemd.net-naming-scheme); what a radio link does is no fault.
WIRED = ("e", "host")
A_DAY = timedelta(hours=20)
DAYS_AGAIN = 3
# Damaged frames since the last report: a sound cable has a handful in a year.
ERRORS = 100
ERRORS_AGAIN = 2
# Reports in which a card had a link, before its loss says something.
WAS_UP = 3

# The line. A day with fewer pings says nothing: a day's opening hours have 240.
PINGS = 50
# Share of pings lost: our own limit; ITU-T Y.1541 asks for a twentieth of it.
LOSS = 0.02
# ms there and back, as a day's mean: speech becomes hard (ITU-T G.114: 150 ms each way).
SLOW_MS = 300
LINE_DAYS = 7
BAD_DAYS = 3
# Mathis and others: bytes in a segment, and the constant for periodic loss.
SEGMENT, MATHIS = 1460, 1.22

SLOW_AGAIN = Rule(
    "network.slow",
    "likely",
    "repair",
    mark("The link runs at {mbps} Mbit/s, {duplex}, on {days} days: cable, plug or port."),
    _802_3,
)
SLOW = Rule(
    "network.slow",
    "possible",
    "watch",
    mark("The link runs at {mbps} Mbit/s, {duplex}: cable, plug or port."),
    _802_3,
)
SWITCH_SLOW = Rule(
    "network.switch",
    "likely",
    "repair",
    mark("Most PCs ({hosts}) have a slow link: the switch they share, or its cable."),
    _802_3,
)
ERRORS_GROW = Rule(
    "network.errors",
    "likely",
    "repair",
    mark("{count} damaged frames received, new ones in {times} reports: cable, plug or port."),
    _COUNTERS,
)
ERRORS_ONCE = Rule(
    "network.errors",
    "possible",
    "watch",
    mark("{count} damaged frames received: cable, plug or port."),
    _COUNTERS,
)
DOWN = Rule(
    "network.down",
    "likely",
    "repair",
    mark("No link, and no other card has one; until {day} it had: cable, plug, port or card."),
    _802_3,
)
PC_LINE = Rule(
    "network.line-here",
    "likely",
    "repair",
    mark("Bad on {days} of {of} days while other PCs' line was good ({worst}): cable or card."),
    _NEIGHBOURS,
)
SITE_LINE = Rule(
    "network.line",
    "likely",
    "repair",
    mark("The line was bad for most PCs on {days} of {of} days ({worst}). {promised}"),
    f"{_NEIGHBOURS}; {_MATHIS}",
)
ONE_PC_LINE = Rule(
    "network.line",
    "possible",
    "watch",
    mark(
        "The line was bad on {days} of {of} days ({worst}), measured by one PC alone: the line,"
        " or that PC's cable. {promised}"
    ),
    _MATHIS,
)
NOT_MEASURED = Rule(
    "network.line-unmeasured",
    "unknown",
    "unknown",
    mark("No PC measured the line on enough days: health_line_target is {target}."),
    "the inventory",
)
NO_ANSWER = Rule(
    "network.line-unmeasured",
    "unknown",
    "unknown",
    mark("No ping came back on any day, to any PC: {target} may not answer pings at all."),
    _NEIGHBOURS,
)
UNKNOWN = Rule("network.unknown", "unknown", "unknown", "{why}", "the report")
