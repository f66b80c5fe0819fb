"""`onenumber forget`: take a person out of all that is kept, and say what that cannot reach."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from pipeline import commands, erasure, personal
from pipeline.erasure import Forgotten
from pipeline.history import History
from pipeline.inbox import Inbox, MailboxError
from pipeline.ledger.backup import KEPT
from pipeline.ledger.opened import open_ledger
from pipeline.roster import Person
from pipeline.season import Season
from pipeline.settings import Settings

_OUT_OF_REACH = (
    "mails that were sent to them, and to their managers about them, in the mailboxes of those people",
    "copies that the mail provider keeps: Sent, an archive, All Mail, a bin that is emptied later, its backups",
    "your own backups of the ledger, and what export, report and preview have written",
    "the log, which has ids and no names; it is yours to rotate",
    "a worker that was started while they were on the roster: start it anew",
)


def run(settings: Settings, *, person: str, dry_run: bool, now: datetime, as_json: bool) -> int:
    """Forget somebody; 0 done, 1 where nobody or more than one is meant or they are on the roster, 3 where the mailbox
    cannot be used now."""
    ledger = open_ledger(settings.store)
    history = History(ledger)
    inbox = Inbox(settings.imap, history)
    try:
        with ledger.writing():
            people = personal.everybody(erasure.rounds(ledger, history), Season(settings, history).roster)
            problem, found = commands.person(person, people, "in any week")
            if found is None:
                return _refused(problem)
            problem = _is_here(found, settings, history)
            if problem:
                return _refused(problem)
            done = erasure.forget(found, ledger, history, inbox, now, dry_run=dry_run)
    except MailboxError as error:
        print(f"onenumber: nobody was forgotten: {error}", file=sys.stderr)
        return 3
    finally:
        inbox.close()
        ledger.close()
    out_of_reach = (*_OUT_OF_REACH, *_put_aside(settings))
    if as_json:
        print(json.dumps({"dry_run": dry_run, **msgspec.to_builtins(done), "out_of_reach": out_of_reach}, indent=2))
    else:
        _tell(found, done, out_of_reach, dry_run=dry_run)
    return 0


def _put_aside(settings: Settings) -> Iterator[str]:
    """What a restore has kept beside the ledger: it knows everybody as they were."""
    if isinstance(settings.store, Path):
        for folder in sorted(settings.store.glob(KEPT.format("*"))):
            yield f"what a restore has put aside: {folder}; delete it"


def _is_here(found: Person, settings: Settings, history: History) -> str:
    """Why somebody cannot be forgotten yet: they, or their address, are still used."""
    roster = Season(settings, history).roster
    if found.id in roster:
        return (
            f"{found.name} is on the roster and would be asked again. First: onenumber people leave {found.email}. "
            f"To give them what is kept: onenumber export --format json --person {found.email}"
        )
    uses = [one.name for one in roster.people if {found.email, *found.aliases} & {*one.addresses}]
    return f"{found.email} still stands with {', '.join(uses)} in {settings.file}. Take it out first." if uses else ""


def _tell(found: Person, done: Forgotten, out_of_reach: Sequence[str], *, dry_run: bool) -> None:
    print(f"{found.name} <{found.email}> {'would be' if dry_run else 'is'} forgotten:")
    weeks = len(done.rounds)
    print(f"  {done.events} entries of {weeks} {'week' if weeks == 1 else 'weeks'}; their numbers stay, as nobody's")
    for folder, count in done.mailbox.folders.items():
        print(f"  {count} {'message' if count == 1 else 'messages'} in {folder}")
    if not done.mailbox.for_good:
        print("  The server can only mark messages as deleted: have the folder expunged with a mail client.")
    print("\nOut of reach:" if dry_run else "\nNot reached:")
    for what in out_of_reach:
        print(f"  - {what}")
    if done.mentions:
        print(f"  - {done.mentions} of other people's words, where somebody with a first name like theirs is named")


def _refused(problem: str) -> int:
    print(f"onenumber: {problem}", file=sys.stderr)
    return 1
