"""The compliance controls: is this workstation what the inventory declares?

A control is a pure function from what is declared and what was reported to a verdict. Each aspect
has a module of its own here.
"""

from checks.controls.control import Control, Look, Verdict
from checks.controls.drift import DRIFT
from checks.controls.judge import CONTROLS, UNREACHABLE, expired, judge, unreachable, waived

__all__ = [
    "CONTROLS",
    "DRIFT",
    "UNREACHABLE",
    "Control",
    "Look",
    "Verdict",
    "expired",
    "judge",
    "unreachable",
    "waived",
]
