"""The firm of the Fridays, for those with many workers."""

from tests.friday.conftest import firm, forked

__all__ = ["firm", "forked"]
