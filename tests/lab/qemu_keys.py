"""The virtual PC's keyboard: keys in, and what the kernel behind it heard of them.

A USB keyboard forgets what a busy PC does not fetch in time. So a chord counts when the PC has
heard it, and no key stays down because its release was lost.
"""

import shlex
from collections.abc import Sequence

from tests.lab.machine import LabError
from tests.lab.qemu import QemuPC
from tests.lab.virtual_pc import PATIENCE, eventually

UNIT = "lab-keys"
HEARD = "/run/lab-keys"
# Seconds until a chord must have been heard; a busy emulated PC takes one or two.
HEARD_WITHIN = 30.0
TRIES = 5
# What the kernel calls the keys of qemu's names (linux/input-event-codes.h).
CODES = {
    "ctrl": 29,
    "alt": 56,
    "backspace": 14,
    "delete": 111,
    "sysrq": 99,
    "f1": 59,
    "f2": 60,
    "r": 19,
    "k": 37,
    "b": 48,
}
# Writes a line for every change: the kernel's time and the keys that are down. Nobody else misses
# a key by it.
LISTEN = f"""
import glob, struct
event = struct.Struct("llHHi")
down = set()
(keyboard,) = glob.glob("/dev/input/by-id/*-event-kbd")
with open(keyboard, "rb", buffering=0) as keys, open("{HEARD}", "w", buffering=1) as heard:
    print(0, file=heard)
    while packet := keys.read(event.size):
        seconds, micro, kind, code, value = event.unpack(packet)
        if kind == 1 and value < 2:
            (down.add if value else down.discard)(code)
            print(seconds + micro / 1e6, *sorted(down), file=heard)
"""


def strike(pc: QemuPC, chord: Sequence[str], times: int = 1, within: float = HEARD_WITHIN) -> None:
    """Press keys together, and return when the PC has heard them and no key is down.

    Args:
        pc: a PC that answers.
        chord: qemu's names of the keys, those of `CODES`.
        times: how often, one after the other.
        within: seconds between the first and the last as the PC counts them; slower ones do not
            count and are tried again.

    Raises:
        LabError: the PC did not hear them so.
    """
    if not pc.ok(f"test -s {HEARD} && systemctl -q is-active {UNIT}"):
        pc.run(f"systemd-run --quiet --collect --unit {UNIT} python3 -c {shlex.quote(LISTEN)}")
        eventually(lambda: pc.ok(f"test -s {HEARD}"), PATIENCE, "the PC tells what it hears")
    if not any(_try(pc, chord, times, within) for _ in range(TRIES)):
        words = f"{'+'.join(chord)} {times} times within {within:g} s"
        raise LabError(f"The PC {pc.name} did not hear {words}.")


def _try(pc: QemuPC, chord: Sequence[str], times: int, within: float) -> bool:
    """Press once more; whether it was heard as asked."""
    wanted = {CODES[key] for key in chord}
    before = len(_heard(pc))
    for _ in range(times):
        pc.press(*chord, hold=20)
    try:
        eventually(
            lambda: _struck(_heard(pc)[before:], wanted, times), HEARD_WITHIN, "keys are heard"
        )
    except LabError:
        for key in chord:  # a key whose release was lost is released by pressing it again
            pc.press(key)
        return False
    moments = [when for when, down in _heard(pc)[before:] if down == wanted]
    return moments[-1] - moments[0] <= within


def _struck(heard: list[tuple[float, set[int]]], wanted: set[int], times: int) -> bool:
    """Whether a chord was heard often enough and nothing is held down."""
    return sum(down == wanted for _, down in heard) >= times and not heard[-1][1]


def _heard(pc: QemuPC) -> list[tuple[float, set[int]]]:
    """All the PC heard so far: when, and which keys were down then."""
    lines = [line.split() for line in pc.said(f"cat {HEARD}").splitlines()]
    return [(float(when), set(map(int, down))) for when, *down in lines]
