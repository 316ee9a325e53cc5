"""What the register calls things. Messages of the catalogue; papers show them in Vietnamese."""

from collections.abc import Mapping

from checks.assets.records import State
from inventory.cards import Kind
from inventory.words import _, mark, translated

UNKNOWN = "chưa xác định"
NO_WEAR = "không tính hao mòn"
KINDS: Mapping[Kind, str] = {
    Kind.DESKTOP: mark("desktop PC"),
    Kind.MONITOR: mark("monitor"),
    Kind.PRINTER: mark("printer"),
    Kind.UPS: mark("UPS"),
    Kind.SWITCH: mark("network switch"),
    Kind.OTHER: mark("other device"),
}
PARTS: Mapping[str, str] = {
    "machine": mark("case"),
    "mainboard": mark("mainboard"),
    "disk": mark("disk"),
    "monitor": mark("monitor"),
}
STATES: Mapping[State, str] = {
    State.IN_USE: mark("in use"),
    State.BROKEN: mark("broken"),
    State.PROPOSED: mark("proposed for disposal"),
    State.DECIDED: mark("approved for disposal"),
    State.DISPOSED: mark("disposed of"),
    State.WRITTEN_OFF: mark("written off"),
    State.LOST: mark("lost"),
}


def vietnamese(message: str) -> str:
    """A message as papers have it, whatever the language of the person at the desk."""
    return translated(message, "vi")


def state_word(state: State) -> str:
    """A state in the person's language."""
    return _(STATES[state])
