"""`onenumber demo`: a whole Friday in a minute on this machine, with nothing to install or to configure.

The servers, the people and the clock are the demo's own; what asks, reads, nudges and sums up is the code that `run`
and `tick` run, over SMTP and IMAP, on a ledger of its own that is gone afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from pipeline import commands, settings, terminal
from pipeline.demo import DemoUnavailable, page, past
from pipeline.demo.company import COMPANY, END, ORGANISATION, PASSWORD, START, TIMEZONE, settings_text
from pipeline.demo.mailworld import MailWorld
from pipeline.demo.play import Standing, play, standing
from pipeline.demo.timeline import Timeline
from pipeline.events import Received
from pipeline.ledger.opened import open_ledger
from pipeline.tick import Ticked, Turns

_INTRODUCTION = """\
Nordvik sells from seven cities. Each Friday every rep is asked for one number:
how many new opportunities that week. The director, in Copenhagen, has the sum
before she drives home. Nothing that you see leaves this machine.

[dim]→ a mail leaves    ← somebody replies    · how the reply was read[/]"""


def run(*, out: Path, pace: float) -> int:
    """Play it, and write the page of all mails below `out`; 0, 1 where somebody stops it, or 2 where the servers of the
    demo are not installed."""
    console = Console(file=terminal.styled())
    problem = commands.unwritable(out)
    if problem:
        print(f"onenumber: {problem}", file=sys.stderr)
        return 1
    try:
        with TemporaryDirectory(prefix="onenumber-demo-") as folder, MailWorld(ORGANISATION, PASSWORD, START) as world:
            console.print(_INTRODUCTION, highlight=False)
            _perform(world, Path(folder), console, pace)
            written = page.write(out / "index.html", world.delivered, COMPANY, TIMEZONE)
            counted = page.counted(world.delivered, COMPANY)
    except DemoUnavailable as error:
        print(f"onenumber: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("onenumber: stopped; nothing is left behind", file=sys.stderr)
        return 1
    console.print(f"\n{counted}", soft_wrap=True, highlight=False)
    console.print("All of them are on one page, to be opened in a browser:")
    console.print(f"  {written.as_uri()}", style="bold", soft_wrap=True, highlight=False)
    return 0


def _perform(world: MailWorld, folder: Path, console: Console, pace: float) -> None:
    file = folder / "settings.yaml"
    file.write_text(settings_text(world.smtp_port, world.imap_port, folder), encoding="utf-8")
    read = settings.load(file, {})
    ledger = open_ledger(read.store)
    past.write(ledger, read, START)
    turns = Turns(read, ledger)
    try:
        with Timeline(console, TIMEZONE, pace) as show:
            play(
                turns.tick,
                world,
                COMPANY,
                start=START,
                end=END,
                show=show,
                next_instant=turns.next_instant,
                outcomes=_outcomes,
                standing=lambda now: _standing(turns, now),
            )
    finally:
        turns.close()


def _outcomes(ticked: object) -> Iterable[Received]:
    return ticked.received if isinstance(ticked, Ticked) else ()


def _standing(turns: Turns, now: datetime) -> Standing | None:
    this = turns.history.round(turns.season.week(now))
    return standing(this) if this.opened is not None else None
