"""`onenumber read`: how one message is read, and why.

For whoever wonders why a reply was or was not taken. It reads a file or standard input and writes nothing but its
answer: the verdict, and below it the message as a person sees it, each line marked as kept or cut. With settings it
also tells who wrote, for which week, how sure that is, and what follows; without, a message is read by itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

from pipeline import commands, terminal
from pipeline.history import History
from pipeline.inbox import Explained, Inbox
from pipeline.ledger.opened import open_ledger
from pipeline.reading import Reading, Seen, read, seen
from pipeline.reading.body import parsed
from pipeline.season import Season
from pipeline.sender import writer_address
from pipeline.settings import Settings
from pipeline.timetable import local

_MOST_LINES = 60  # of the message that are shown
_WIDTH = 10
_COLOURS = {"answer": "bold green", "away": "bold cyan", "instruction": "bold cyan", "unclear": "bold yellow"}
_PROOF = {
    "pass": "proven by our mail server",
    "fail": "refuted by our mail server: it fails the authentication that it should pass",
    "nothing": "not proven: our mail server says nothing that counts (imap.authserv_id)",
}


def run(file: str, *, languages: Sequence[str], as_json: bool, settings: Settings | None, now: datetime) -> int:
    """Print the reading of one message; 0 where it could be opened, 2 where there is no such file."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        advice = "Give the path of a saved message, or - for standard input."
        print(f"{file}: cannot be read ({error.strerror}). {advice}", file=sys.stderr)
        return 2
    facts, timezone, explained = dict[str, Any](), "", None
    if settings is not None:
        season, explained = _explained(raw, settings, now)
        facts, timezone = _facts(raw, explained, season), season.timezone
    reading = explained.letter.reading if explained and explained.letter else read(raw, languages=languages)
    if as_json:
        told = msgspec.to_builtins(reading, builtin_types=(Decimal,))
        print(json.dumps({**told, **facts}, default=commands.number, ensure_ascii=False, indent=2))
        return 0
    console = Console(file=terminal.styled(), highlight=False, soft_wrap=True)
    if facts:
        for name, value in _who(facts, timezone).items():
            _row(console, name, value)
        print()
    _tell(console, reading)
    _show(console, seen(raw))
    return 0


def _explained(raw: bytes, settings: Settings, now: datetime) -> tuple[Season, Explained]:
    history = History(open_ledger(settings.store))
    season = Season(settings, history)
    inbox = Inbox(settings.imap, history)
    return season, inbox.explain(raw, _arrived(raw, now), season, now)


def _arrived(raw: bytes, now: datetime) -> datetime:
    """When a saved message came: what the last server on its way wrote (the topmost Received, RFC 5321 section 4.4),
    or else its own Date; now where neither tells."""
    message = parsed(raw)
    for line in (str(message.get("Received", "")).rpartition(";")[2], str(message.get("Date", ""))):
        try:
            at = parsedate_to_datetime(line)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return min(at if at.tzinfo else at.replace(tzinfo=UTC), now).astimezone(UTC)
    return now


def _facts(raw: bytes, explained: Explained, season: Season) -> dict[str, Any]:
    """Who, which week, how sure, and what follows; or what did follow when it was read."""
    sender, recorded = explained.letter.sender if explained.letter else None, explained.recorded
    mail = sender.mail if sender else None
    person = season.roster.get((recorded.person if recorded else explained.verdict.person) or "")
    return {
        "from": sender.address if sender else writer_address(parsed(raw)),
        "writer": sender.writer.name if sender and sender.writer else None,
        "counts_for": person.name if person else None,
        "week": next((one.round for one in explained.verdict.events if one.round), None) if not recorded else None,
        "mail": mail.kind if mail else None,
        "mail_week": str(mail.round) if mail else None,
        "carrier": sender.carrier if sender else "",
        "authentication": sender.verdict if sender else None,
        "result": recorded.outcome if recorded else explained.verdict.outcome,
        "rule": recorded.rule if recorded else explained.rule,
        "read_at": commands.written(recorded.at) if recorded else None,
    }


def _tell(console: Console, reading: Reading) -> None:
    _row(console, "outcome", reading.outcome, _COLOURS.get(reading.outcome, "bold"))
    rows = {
        "number": "" if reading.number is None else f"{reading.number}",
        "could be": "" if reading.number is not None else ", ".join(reading.candidates),
        "comment": reading.comment,
        "typed": reading.words if reading.number is None else "",
        "evidence": reading.evidence,
    }
    for name, value in rows.items():
        if value:
            _row(console, name, value, "bold green" if name == "number" else "")


def _who(facts: dict[str, Any], timezone: str) -> dict[str, str]:
    answers = f"the {facts['mail']} of {facts['mail_week']}, told by {facts['carrier']}"
    result = f"{facts['result']} ({facts['rule']})"
    follows = f"{result}, if it is read now"
    if facts["read_at"]:
        at = local(datetime.fromisoformat(facts["read_at"]), timezone)
        follows = f"read {at:%a} {at.day} {at:%b %H:%M}, became {result}"
    rows = {
        "from": f"{facts['from'] or 'nobody'}, {facts['writer'] or 'an address that nobody has'}",
        "answers": answers if facts["mail"] else "no mail of ours that it names",
        "sender": _PROOF.get(facts["authentication"] or "", ""),
        "counts as": facts["counts_for"] or "",
        "week": facts["week"] or "",
        "result": follows,
    }
    return {name: value for name, value in rows.items() if value}


def _row(console: Console, name: str, value: str, style: str = "") -> None:
    console.print(Text.assemble(f"{name:<{_WIDTH}}", (terminal.harmless(value), style)))


def _show(console: Console, message: Seen) -> None:
    """The lines, kept ones after a bar and cut ones dim after a dash, so that colour is not needed to tell them."""
    if message.cut:
        _row(console, "cut by", ", ".join(message.cut))
    print()
    lines = [(kept, terminal.harmless(line)) for kept, line in message.lines if line.strip()]
    for kept, line in lines[:_MOST_LINES]:
        console.print(Text(f"{'|' if kept else '-'} {line}", style="green" if kept else "dim"))
    if len(lines) > _MOST_LINES:
        print(f"  … and {len(lines) - _MOST_LINES} lines more")
