"""All controls of all aspects, and what they say of a workstation."""

from collections.abc import Iterable

from checks.controls.control import Control

CONTROLS: tuple[Control, ...] = ()


def judge(_looks: Iterable[object]) -> None:
    """To be written."""
