"""The firm of the Fridays, for those to whom something goes wrong."""

from tests.friday.conftest import firm, forked

__all__ = ["firm", "forked"]
