"""`onenumber held`: messages that were set aside, why, and what to do with each; release or drop one of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import datetime

from pipeline import commands
from pipeline.events import Received
from pipeline.history import History
from pipeline.inbox import HeldError, MailboxError
from pipeline.ledger.opened import open_ledger
from pipeline.season import Season
from pipeline.settings import Settings
from pipeline.tick import Turns
from pipeline.timetable import local

_WEEKS_BACK = 104
_SHORT = 8


def run(settings: Settings, *, now: datetime, release: str | None, drop: str | None, as_json: bool) -> int:
    """List what is held, or close one of them; 0 done, 1 where there is no such message or it cannot be released,
    3 where the mailbox cannot be used now."""
    ledger = open_ledger(settings.store)
    history = History(ledger)
    season = Season(settings, history)
    held = [
        one
        for this in history.recent(season.week(now), _WEEKS_BACK)
        for one in this.received.values()
        if one.outcome == "held"
    ]
    wanted = release or drop
    if wanted is None:
        _list(held, season, as_json=as_json)
        return 0
    found = [one for one in held if one.message.startswith(wanted.lower())]
    if len(found) != 1:
        reason = "names more than one message" if found else "is no message that is held"
        print(f'onenumber: "{wanted}" {reason}. See onenumber held for the list.', file=sys.stderr)
        return 1
    return _close(Turns(settings, ledger), found[0], now, release=release is not None)


def _close(turns: Turns, held: Received, now: datetime, *, release: bool) -> int:
    try:
        closed = turns.close_held(held, now, release=release)
    except HeldError as error:
        print(f"onenumber: {error}", file=sys.stderr)
        return 1
    except MailboxError as error:
        print(f"onenumber: nothing was changed: {error}", file=sys.stderr)
        return 3
    finally:
        turns.close()
    if closed is None:
        print("onenumber: somebody else has closed it just now.", file=sys.stderr)
        return 1
    print(f"{held.message[:_SHORT]}  {closed.outcome}  ({closed.rule})")
    return 0


def _list(held: Sequence[Received], season: Season, *, as_json: bool) -> None:
    rows = [
        {
            "id": one.message,
            "arrived": commands.written(one.arrived),
            "person": one.person,
            "name": person.name if (person := season.roster.get(one.person or "")) else None,
            "rule": one.rule,
            "words": one.words,
        }
        for one in held
    ]
    if as_json:
        print(json.dumps({"held": rows}, ensure_ascii=False, indent=2))
        return
    if not held:
        print("Nothing is held.")
        return
    for one, row in zip(held, rows, strict=True):
        at = local(one.arrived or one.at, season.timezone)
        print(f"{one.message[:_SHORT]}  {at:%a} {at.day} {at:%b %H:%M}  {row['name'] or 'nobody known'}: {one.rule}")
        if one.words:
            print(f"          {' '.join(one.words.split())[:100]!r}")
    print("\nLook at each in the folder for held messages. Then: onenumber held --release ID, or --drop ID")
