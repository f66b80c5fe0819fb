"""A row of the table of ratios, and the table: printed, kept as JSON, and written into the docs.

What is measured, and against what, is `speed`'s business.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import msgspec

BEGIN, END = "<!-- table of ratios -->", "<!-- end of the table of ratios -->"
"""What `--write` writes stands between these lines."""


class NotMeasuredError(Exception):
    """A row cannot be measured here; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The middle one of several measurements of each side, in the row's unit. `ratio` is the middle one of the ratios
    pair by pair, `least` and `most` the outermost of them."""

    ours: float
    peer: float
    ratio: float
    least: float
    most: float
    times: int


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; `at_most` tells a ceiling from a floor."""

    work: str
    against: str
    unit: str
    figures: Figures
    goal: float
    at_most: bool

    @property
    def is_met(self) -> bool:
        """As it is printed: nobody can tell 1.104 from 1.1."""
        ratio = round(self.figures.ratio, 2)
        return ratio <= self.goal if self.at_most else ratio >= self.goal

    @property
    def verdict(self) -> str:
        return f"{'at most' if self.at_most else 'at least'} {self.goal:g}: {'met' if self.is_met else 'not met'}"


def paced(ours: Callable[[], float], peer: Callable[[], float], times: int) -> Figures:
    """Both in turn, so that what others do on the machine meanwhile meets both."""
    return of_pairs([(ours(), peer()) for _ in range(times)])


def of_pairs(pairs: list[tuple[float, float]]) -> Figures:
    ratios = [ours / peer for ours, peer in pairs]
    return Figures(
        median(ours for ours, _ in pairs),
        median(peer for _, peer in pairs),
        median(ratios),
        min(ratios),
        max(ratios),
        len(pairs),
    )


def seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


# On the terminal


HEAD = f"{'row':<10}{'ours':>10}{'peer':>10}  {'unit':<11}{'ratio':>7}  {'least..most, times':<20}{'before':>8}  goal"


def line(name: str, row: Row, before: Row | None) -> str:
    found = row.figures
    spread = f"{found.least:.2f}..{found.most:.2f}, {found.times}"
    earlier = f"{before.figures.ratio:.2f}" if before else "–"
    return (
        f"{name:<10}{_figure(found.ours):>10}{_figure(found.peer):>10}  {row.unit:<11}{found.ratio:>7.2f}  "
        f"{spread:<20}{earlier:>8}  {row.verdict}"
    )


# Kept, for the run after


def kept(file: Path) -> dict[str, Row]:
    """The rows of earlier runs; none where there were none, or of another make."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, Row])
    except (FileNotFoundError, msgspec.DecodeError):
        return {}


def keep(file: Path, rows: Mapping[str, Row]) -> None:
    aside = file.with_suffix(".new")
    aside.write_bytes(msgspec.json.format(msgspec.json.encode(dict(rows)), indent=2) + b"\n")
    aside.replace(file)


# In the docs


def written(page: str, rows: Iterable[Row]) -> str:
    """The page with the table between its marks. Raises ValueError where it has none."""
    if BEGIN not in page or END not in page:
        raise ValueError(f"The page needs a line {BEGIN} and, after it, a line {END}.")
    before, after = page.partition(BEGIN)[0], page.partition(END)[2]
    return f"{before}{BEGIN}\n{_markdown(rows)}\n{END}{after}"


def _markdown(rows: Iterable[Row]) -> str:
    lines = [
        "| work | against | ours | peer | ratio | least and most | goal |",
        "|---|---|---|---|---|---|---|",
        *(_cells(row) for row in rows),
        "",
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {datetime.now(UTC):%-d %B %Y}.",
    ]
    return "\n".join(lines)


def _cells(row: Row) -> str:
    found = row.figures
    spread = "once" if found.times == 1 else f"{found.least:.2f} to {found.most:.2f}, {found.times} times"
    ours, peer = (f"{_figure(one)} {row.unit}" for one in (found.ours, found.peer))
    return f"| {row.work} | {row.against} | {ours} | {peer} | {found.ratio:.2f} | {spread} | {row.verdict} |"


def _figure(value: float) -> str:
    """Three digits are what can be told from noise."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f}"
