"""What the play looks like on a terminal: a line for each thing that happens, and a clock that runs below.

With a terminal it is live, and `pace` says how slowly; without one the same lines come plainly, one after the other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from textwrap import indent
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pipeline.demo.play import Happened, Standing
from pipeline.weeks import Week

_LINE_SECONDS = 0.22
_MOVE_SECONDS = (0.45, 0.8, 1.3)  # the clock moves on by minutes, by an hour or more, by several
_FRAME_SECONDS = 1 / 15
_NARROW = 96  # columns; below them a person's own clock gives way

_MAILS = {
    "ask": ("is asked", "cyan"),
    "nudge": ("is nudged", "yellow"),
    "unclear": ("is asked back", "magenta"),
    "which_week": ("is asked which week", "magenta"),
    "confirm": ("is asked to confirm", "magenta"),
    "whose": ("is asked whose number it is", "magenta"),
    "warning": ("is warned", "magenta"),
    "receipt": ("hears back", "green"),
    "summary": ("gets the summary", "blue"),
    "digest": ("gets the digest", "bold blue"),
    "correction": ("gets a correction", "blue"),
}
_SAY_ENOUGH = frozenset({"ask", "nudge"})
"""Mails about which their kind tells all."""

_OUTCOMES = {"answer": "green", "away": "cyan", "note": "green", "unclear": "magenta"}


class Timeline:
    """The watcher of one play. Use it as a context manager. `pace` stretches the pauses: 1 shows a Friday in about
    half a minute, 0 waits for nothing."""

    def __init__(
        self,
        console: Console,
        timezone: str,
        pace: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._console = console
        self._zone = ZoneInfo(timezone)
        self._city = _city(timezone)
        self._pace = pace
        self._sleep = sleep
        self._day: date | None = None
        self._standing: Standing | None = None
        self._live: Live | None = None
        if console.is_terminal:
            self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def passes(self, before: datetime, now: datetime) -> None:
        """Let the clock run from one instant to the next."""
        short, middling, long = _MOVE_SECONDS
        gap = now - before
        seconds = long if gap >= timedelta(hours=3) else middling if gap >= timedelta(minutes=45) else short
        self._run_clock(before, now, seconds * self._pace if gap else 0)
        local = now.astimezone(self._zone)
        if local.date() != self._day:
            self._day = local.date()
            title = f"{local:%A} {local.day} {local:%B %Y}, week {Week.of(self._day).number}"
            self._print(
                Text(f"\n{title}") if self._live is None else Padding(Rule(Text(title), align="left"), (1, 0, 0, 0))
            )

    def happens(self, happened: Happened, standing: Standing | None) -> None:
        counted = "" if _answers(standing) == _answers(self._standing) else _counted(standing)
        self._standing = standing
        if self._live is None:
            self._print(_plain(happened, happened.at.astimezone(self._zone), counted))
        else:
            self._print(self._row(happened, counted))
        if happened.text:
            self._show_text(happened)
        self._refresh(happened.at)
        self._wait(_LINE_SECONDS * self._pace)

    def _row(self, happened: Happened, counted: str) -> RenderableType:
        local = happened.at.astimezone(self._zone)
        sign, words, style = _told(happened)
        row = Table.grid(padding=(0, 1), expand=True)
        row.add_column(width=5)
        if self._console.width >= _NARROW:
            row.add_column(width=17, justify="right", no_wrap=True)
        row.add_column(width=1)
        row.add_column(width=16, no_wrap=True)
        row.add_column(ratio=1)
        if counted:
            row.add_column(justify="right", no_wrap=True)
        cells: list[Text] = [Text(f"{local:%H:%M}", "dim" if happened.what == "outcome" else "")]
        if self._console.width >= _NARROW:
            cells.append(Text(self._own_clock(happened), "dim"))
        cells += [
            Text(sign, style),
            Text("" if happened.what == "outcome" else happened.who, "bold" if happened.what == "reply" else ""),
            Text(words, "dim" if happened.what == "outcome" else style if happened.what == "mail" else ""),
        ]
        if counted:
            cells.append(Text(counted, "bold green" if happened.kind == "answer" else "dim"))
        row.add_row(*cells)
        return row

    def _own_clock(self, happened: Happened) -> str:
        own = happened.at.astimezone(ZoneInfo(happened.timezone))
        here = happened.at.astimezone(self._zone)
        if happened.what == "outcome" or own.utcoffset() == here.utcoffset():
            return ""
        day = f"{own:%a} " if own.date() != here.date() else ""
        return f"{_city(happened.timezone)} {day}{own:%H:%M}"

    def _show_text(self, happened: Happened) -> None:
        if self._live is None:
            self._print(Text("\n" + indent(happened.text.strip(), " " * 14)))
        else:
            text = Text(happened.text.strip())
            panel = Panel(text, box=box.ROUNDED, border_style="blue", width=78, padding=(1, 2))
            self._print(Padding(panel, (1, 0, 0, 0)))
            self._wait(3 * self._pace)

    def _run_clock(self, before: datetime, now: datetime, seconds: float) -> None:
        """Turn the clock below from one time to the other, in so many seconds."""
        frames = int(seconds / _FRAME_SECONDS) if self._live is not None else 0
        for frame in range(1, frames):
            self._refresh(before + (now - before) * frame / frames)
            self._sleep(_FRAME_SECONDS)
        self._refresh(now)

    def _refresh(self, now: datetime) -> None:
        if self._live is not None:
            self._live.update(self._clock(now), refresh=True)

    def _clock(self, now: datetime) -> RenderableType:
        local = now.astimezone(self._zone)
        foot = Table.grid(padding=(0, 1), expand=True)
        foot.add_column(no_wrap=True)
        foot.add_column(ratio=1)
        foot.add_column(justify="right", no_wrap=True)
        standing = self._standing or Standing(Decimal(), 0, 0)
        bar = ProgressBar(max(standing.asked, 1), standing.answered, complete_style="green", finished_style="green")
        sum_so_far = f"{_counted(standing)} people" if standing.asked else ""
        foot.add_row(Text(f"{local:%A %H:%M} in {self._city}", "bold"), bar, Text(sum_so_far, "bold"))
        return Padding(foot, (1, 0, 0, 0))

    def _print(self, what: RenderableType) -> None:
        self._console.print(what, soft_wrap=self._live is None, highlight=False)

    def _wait(self, seconds: float) -> None:
        if seconds and self._live is not None:
            self._sleep(seconds)


def _told(happened: Happened) -> tuple[str, str, str]:
    """The sign, the words and the style of a line."""
    if happened.what == "reply":
        return "←", happened.told, "bold"
    if happened.what == "outcome":
        why = f": {happened.told}" if happened.told else ""
        return "·", f"read as {happened.kind}{why}", _OUTCOMES.get(happened.kind, "yellow")
    words, style = _MAILS.get(happened.kind, ("gets a mail", "cyan"))
    return "→", words if happened.kind in _SAY_ENOUGH or not happened.told else f"{words}: {happened.told}", style


def _plain(happened: Happened, local: datetime, counted: str) -> str:
    sign, words, _ = _told(happened)
    name = "" if happened.what == "outcome" else happened.who
    return f"{local:%a %H:%M}  {sign} {name:<16} {words:<46} {counted}".rstrip()


def _counted(standing: Standing | None) -> str:
    if standing is None or not standing.asked:
        return ""
    return f"{standing.total} from {standing.answered} of {standing.asked}"


def _answers(standing: Standing | None) -> tuple[Decimal, int]:
    return (standing.total, standing.answered) if standing is not None else (Decimal(), 0)


def _city(timezone: str) -> str:
    return timezone.rpartition("/")[2].replace("_", " ")
