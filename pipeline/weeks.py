"""Which week is it? ISO weeks as values.

A round is named by its ISO week, `2026-W48`. This module does the arithmetic of weeks on plain dates
(ISO 8601, as `datetime.date.isocalendar` has it). Time zones and holidays are timetable's business.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

_NAME = re.compile(r"(\d{4})-W(\d{2})\Z", re.ASCII)


class Week(NamedTuple):
    """One ISO week; ordered by time, written `2026-W48`."""

    year: int
    number: int

    def __str__(self) -> str:
        return _written(self)

    @property
    def monday(self) -> date:
        return date.fromisocalendar(self.year, self.number, 1)

    def day(self, weekday: int) -> date:
        """The date of a weekday in this week: 0 is Monday, 6 is Sunday."""
        return self.monday + timedelta(days=weekday)

    def plus(self, weeks: int) -> Week:
        return _plus(self, weeks)

    def since(self, other: Week) -> int:
        """How many weeks this one is after `other`; negative if before."""
        return (self.monday - other.monday).days // 7

    @classmethod
    def of(cls, day: date) -> Week:
        year, number, _ = day.isocalendar()
        return cls(year, number)

    @classmethod
    def parse(cls, name: str) -> Week:
        """Read `2026-W48`. Raises ValueError, in words a person can act on."""
        found = _NAME.match(name)
        try:
            if found is None:
                raise ValueError
            week = cls(int(found[1]), int(found[2]))
            _ = week.monday
        except ValueError:
            raise ValueError(f'"{name}" is not an ISO week; write it as 2026-W48') from None
        return week


@lru_cache(maxsize=4096)  # every key of a mail begins with the same few
def _written(week: Week) -> str:
    return f"{week.year:04d}-W{week.number:02d}"


@lru_cache(maxsize=4096)  # the weeks around a reply are the same few for all of them
def _plus(week: Week, weeks: int) -> Week:
    return Week.of(week.monday + timedelta(weeks=weeks))
