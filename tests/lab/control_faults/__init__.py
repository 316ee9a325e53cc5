"""How each control is broken on a real, converged workstation, and what mends it."""

from tests.lab.control_faults import (
    access,
    antivirus,
    browser,
    desktop,
    health,
    power,
    pull,
    restrictions,
    session,
    shortcuts,
    updates,
)
from tests.lab.control_faults.fault import CannotBeStaged, ControlFault

__all__ = ["CANNOT_BE_STAGED", "FAULTS", "CannotBeStaged", "ControlFault"]

# In the order of the controls.
ASPECTS = (
    *(access, updates, antivirus, browser, shortcuts),
    *(restrictions, session, desktop, power, health, pull),
)
FAULTS: tuple[ControlFault, ...] = tuple(one for aspect in ASPECTS for one in aspect.FAULTS)
CANNOT_BE_STAGED: tuple[CannotBeStaged, ...] = tuple(
    one for aspect in ASPECTS for one in aspect.CANNOT_BE_STAGED
)
