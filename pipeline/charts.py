"""The pictures in mails: bars made of table cells, each with a twin in words. Pure: figures in, heights out.

Pictures that are sent as images are blocked or not shown by clients that matter (gophish/gophish#1865,
matomo-org/matomo#20183); cells with a background are shown by all. Block characters are as wide, as high and as deep
as a font makes them, so they stand in the text part only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.figures import WeekPoint

HEIGHT = 96
"""Pixels from the foot of the picture to its highest bar."""

SMALL = 22
"""The same of the few weeks beside a person's name."""

_LEAST = 2  # pixels
_NOUGHTS = 12  # pixels of a picture in which there is nothing but nought
_LONGEST = 24  # characters
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
        average = None
    high = HEIGHT if highest > 0 else _NOUGHTS
    foot = high if average is None else round(high * average / highest)
    heights = _heights([point.total for point in points], highest, high)
    bars = (
        Bar(point.week.number, point.total, max(0, height - foot), min(height, foot), is_now=place == len(points) - 1)
        for place, (point, height) in enumerate(zip(points, heights, strict=True))
    )
    return Picture(tuple(bars), average, high - foot, foot)


def small(numbers: Sequence[Decimal | None]) -> tuple[int, ...]:
    """The pixels of a few weeks' bars, on a scale of their own; 0 where there was no answer."""
    return _heights(numbers, _highest(numbers), SMALL)


def spark(numbers: Sequence[Decimal | None]) -> str:
    """A few weeks as one word of block characters; a dot where there was no answer."""
    highest = _highest(numbers)
    return "".join(
        _NOTHING if number is None else _EIGHTHS[0 if highest <= 0 else round(7 * max(number, Decimal()) / highest)]
        for number in numbers
    )


def lines(numbers: Sequence[Decimal | None]) -> tuple[str, ...]:
    """Bars of block characters that lie, one for each number; empty where there is nothing to draw."""
    highest = _highest(numbers)
    return tuple(
        "" if number is None or number <= 0 else "█" * max(1, round(_LONGEST * number / highest)) for number in numbers
    )


def _highest(numbers: Sequence[Decimal | None]) -> Decimal:
    return max((number for number in numbers if number is not None), default=Decimal())


def _heights(numbers: Sequence[Decimal | None], highest: Decimal, most: int) -> tuple[int, ...]:
    """Pixels up to `most`. A week that is there shows, were it by so little: only a gap is nothing."""
    return tuple(
        0 if number is None else _LEAST if highest <= 0 else max(_LEAST, round(most * max(number, Decimal()) / highest))
        for number in numbers
    )
