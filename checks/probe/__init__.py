"""The probe: what a workstation says of itself. Standard library only; see `command.py`."""
