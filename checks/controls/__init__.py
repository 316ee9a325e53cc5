"""The compliance controls: is this workstation what the inventory declares?

A control is a pure function from what is declared and what was reported to a verdict. Each aspect
has a module of its own here.
"""

from checks.controls.control import Control, Verdict
from checks.controls.judge import CONTROLS, judge

__all__ = ["CONTROLS", "Control", "Verdict", "judge"]
