"""Real workstations to try the baseline on: Debian in containers, named as in the inventory."""

from tests.lab.lab import Lab, default_state
from tests.lab.machine import LabError, can_host
from tests.lab.workstation import Workstation

__all__ = ["Lab", "LabError", "Workstation", "can_host", "default_state"]
