"""The firm of the Fridays, for those with many workers."""

from tests.friday.conftest import firm, store

__all__ = ["firm", "store"]
