"""Who looks on while a worker works. Nobody, unless the settings name a port for `metrics`.

An onlooker is told what a turn, or a batch of many workers, came to. It changes nothing, and nothing waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pipeline.tick import Gathered, Ticked

Part = Literal["turn", "batch"]


class Onlooker:
    """One that looks away. `at` is the instant of the turn (aware), `seconds` how long it took."""

    def turned(self, ticked: Ticked, at: datetime, seconds: float) -> None:
        """A whole turn has ended, of the worker of one machine."""

    def collected(self, gathered: Gathered, at: datetime, seconds: float) -> None:
        """The first half of a turn has ended, of one of many workers."""

    def sent(self, ticked: Ticked, at: datetime, seconds: float) -> None:
        """A batch has ended, of one of many workers."""

    def failed(self, part: Part, seconds: float) -> None:
        """A turn or a batch ended in an error."""

    def queued(self, jobs: Mapping[str, tuple[int, int]]) -> None:
        """So many jobs wait and are under way in each queue of many workers."""


NOBODY = Onlooker()
