"""`onenumber status --watch`: the same, drawn anew every few seconds on a terminal, until Ctrl-C.

Whoever still owes something stands first, and what does not fit on the screen is counted. What the terminal showed
before is there again at the end.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from pipeline import terminal
from pipeline.commands import status
from pipeline.history import History
from pipeline.ledger import LedgerError
from pipeline.ledger.opened import open_ledger
from pipeline.season import Season
from pipeline.settings import Settings
from pipeline.timetable import local
from pipeline.weeks import Week

_SECONDS = 2.0
_COLOURS = {
    "answered": "green",
    "answered_late": "green",
    "no_answer": "yellow",
    "unreadable": "magenta",
    "unconfirmed": "magenta",
    "held": "magenta",
    "undeliverable": "red",
}
_ORDER = tuple(dict.fromkeys(("undeliverable", "held", "unreadable", "unconfirmed", "no_answer", *status.STATES)))
"""Those who may need a hand first, then those who have not answered; the others in the order of their states."""


def run(settings: Settings, *, clock: Callable[[], datetime], week: Week | None) -> int:
    """Draw until Ctrl-C, or until the terminal is closed; 0 then, and 2 where standard output is no terminal."""
    console = Console(file=terminal.styled(), highlight=False)
    if not console.is_terminal:
        print("onenumber: --watch draws on a terminal. Leave it out, or use --json.", file=sys.stderr)
        return 2
    ledger = open_ledger(settings.store)
    history = History(ledger)
    try:
        with Live(console=console, screen=True, auto_refresh=False) as live:
            while console.is_terminal:  # until it is closed, too: nobody is left to see it
                live.update(_drawn(settings, history, week, clock(), console.height), refresh=True)
                time.sleep(_SECONDS)
    except KeyboardInterrupt:
        pass
    finally:
        ledger.close()
    return 0


def _drawn(settings: Settings, history: History, week: Week | None, now: datetime, height: int) -> Text:
    """One screen. A ledger that cannot be read now is said, and asked again the next time."""
    try:
        season = Season(settings, history)
        facts = status.facts_of(season, history, week, now)
    except LedgerError as error:
        return Text(terminal.harmless(f"{error}\n\nTrying again. Ctrl-C ends."), style="red")
    first, *others = status.opening(facts, season)
    at = f"{local(now, season.timezone):%a %H:%M:%S}"
    top = [Text.assemble((terminal.one_line(first), "bold"), (f"  {at}, Ctrl-C ends", "dim")), *map(_plain, others)]
    rest = [_plain(line) for told in status.the_rest(facts, season) for line in told.splitlines()]
    if facts["people"]:
        top.append(_counted(facts["people"]))
    return Text("\n", no_wrap=True, overflow="ellipsis").join(
        [*top, *_people(facts["people"], height - len(top) - len(rest)), *rest]
    )


def _plain(line: str) -> Text:
    return Text(terminal.one_line(line))


def _counted(people: list[dict[str, Any]]) -> Text:
    """How many are in each state, in one line."""
    counts = Counter(one["state"] for one in people)
    told = [
        (f"{counts[state]} {status.STATES[state]}", _COLOURS.get(state, "dim")) for state in _ORDER if counts[state]
    ]
    return Text("  ").append(Text(", ").join([Text(*one) for one in told]))


def _people(people: list[dict[str, Any]], room: int) -> list[Text]:
    """So many lines at most, of those who may need a hand first."""
    ranked = sorted(people, key=lambda one: _ORDER.index(one["state"]))
    lines = [
        Text(terminal.one_line(line), style=_COLOURS.get(one["state"], "dim"))
        for one, line in zip(ranked, status.people(ranked), strict=True)
    ]
    if len(lines) <= room:
        return lines
    shown = max(0, room - 1)
    return [*lines[:shown], Text(f"  … and {len(lines) - shown} more", style="dim")]
