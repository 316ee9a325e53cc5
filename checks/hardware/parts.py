"""The parts of a PC: a key that is the same in every language, and the name people read."""

import shlex
from collections.abc import Mapping
from string import Formatter

from inventory.words import _, mark

# Kind -> its name, with a place for each thing that tells it from others of its kind.
NAMES: Mapping[str, str] = {
    "pc": mark("the PC"),
    "disks": mark("disks"),
    "disk": mark("disk {node}, serial {serial}"),
    "cable": mark("cable of disk {node}, serial {serial}"),
    "files": mark("file system of disk {node}, serial {serial}"),
    "connector": mark("connector ata{number}"),
    "memory": mark("memory"),
    "board": mark("mainboard, processor or memory"),
    "cooling": mark("cooling"),
    "sensor": mark("sensor {name} of {chip}"),
    "fan": mark("fan {fan} of {chip}"),
    "clock": mark("clock battery"),
    "kernel": mark("kernel messages"),
    "usb": mark("USB ports"),
    "usb-port": mark("USB port {number}"),
    "network": mark("network"),
    "card": mark("network card {name}"),
    "cable-or-card": mark("network cable or card"),
    "switch": mark("network switch"),
    "line": mark("internet line"),
    "power": mark("power supply"),
    "mains": mark("mains"),
    "sockets": mark("sockets"),
    "identity": mark("identity"),
    "product_serial": mark("serial number of the machine"),
    "board_serial": mark("serial number of the mainboard"),
    "product_uuid": mark("UUID of the firmware"),
    "machine_id": mark("machine id of Debian"),
    "mac": mark("MAC address"),
}


def part_key(kind: str, *facts: str) -> str:
    """What makes it the same part every night, whatever language the run speaks.

    Args:
        kind: of NAMES.
        facts: what tells it from others of its kind, in the order of the English name's places;
            "" where nobody knows. Nothing that moves from night to night.
    """
    return shlex.join((kind, *facts))


def part_name(key: str) -> str:
    """A part as a person knows it, in the person's language.

    Args:
        key: of `part_key`; one that this program does not know is shown as it is.
    """
    try:
        kind, *facts = shlex.split(key)
        places = [place for _text, place, *_how in Formatter().parse(NAMES[kind]) if place]
        known = [fact or _("unknown") for fact in facts]
        return _(NAMES[kind]).format(**dict(zip(places, known, strict=True)))
    except (KeyError, ValueError):
        return key
