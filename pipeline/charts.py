"""The pictures in mails: bars made of table cells, each with a twin in words. Pure: figures in, heights out.

Pictures that are sent as images are blocked or not shown by clients that matter (gophish/gophish#1865,
matomo-org/matomo#20183); cells with a background are shown by all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.figures import WeekPoint

HEIGHT = 96
"""Pixels from the foot of the picture to its highest bar."""

_LEAST = 2  # pixels
_EIGHTHS = "▁▂▃▄▅▆▇█"
_NOTHING = "·"


@dataclass(frozen=True, slots=True)
class Bar:
    """One week: the pixels of its bar above and below the line of the average, which add up; `total` None is a gap."""

    week: int
    total: Decimal | None
    above: int
    below: int
    is_now: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """`top` and `foot` are the pixels above and below the average's line; without an average, or where all is nought,
    there is no line and all is foot."""

    bars: tuple[Bar, ...]
    average: Decimal | None
    top: int
    foot: int


def picture(points: Sequence[WeekPoint], average: Decimal | None) -> Picture:
    """The bars of so many weeks, oldest first, the last one marked."""
    highest = max(
        [point.total for point in points if point.total is not None] + [average or Decimal()], default=Decimal()
    )
    if highest <= 0:
        average, highest = None, Decimal(1)
    foot = HEIGHT if average is None else round(HEIGHT * average / highest)
    return Picture(
        tuple(_bar(point, highest, foot, is_now=point is points[-1]) for point in points), average, HEIGHT - foot, foot
    )


def _bar(point: WeekPoint, highest: Decimal, foot: int, *, is_now: bool) -> Bar:
    if point.total is None:
        return Bar(point.week.number, None, 0, 0, is_now)
    # A week that is there shows, were it by so little: only a gap is nothing.
    height = max(_LEAST, round(HEIGHT * max(point.total, Decimal()) / highest))
    return Bar(point.week.number, point.total, max(0, height - foot), min(height, foot), is_now)


def spark(numbers: Sequence[Decimal | None]) -> str:
    """A few weeks as one word of block characters; a dot where there was no answer."""
    highest = max((number for number in numbers if number is not None), default=Decimal())
    return "".join(
        _NOTHING if number is None else _EIGHTHS[0 if highest <= 0 else round(7 * max(number, Decimal()) / highest)]
        for number in numbers
    )
