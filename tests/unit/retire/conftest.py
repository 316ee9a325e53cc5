"""A repository in which assets may be recorded, as for the assets themselves."""

from tests.unit.assets.conftest import office

__all__ = ["office"]
