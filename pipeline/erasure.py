"""Taking out what may be kept no longer: a person who asks for it, and the weeks past their retention.

The mailbox first, then the rounds, oldest first, then the standing book: who dies in between goes on with what is still
there, and what names the messages is the last to go. What belongs to a person is `personal`'s to say.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from datetime import datetime

import msgspec

from pipeline import personal
from pipeline.history import History
from pipeline.inbox import Erased, Inbox, MailboxError
from pipeline.ledger import Ledger
from pipeline.roster import Person, new_id
from pipeline.rounds import Round
from pipeline.season import Season
from pipeline.weeks import Week

log = logging.getLogger("onenumber")


class Forgotten(msgspec.Struct, frozen=True):
    """What was taken out, or with `dry_run` would be: `rounds` and `events` of the ledger, messages of the mailbox, and
    in how many of other people's words a name like theirs stands."""

    rounds: tuple[str, ...]
    events: int
    mailbox: Erased
    mentions: int


def rounds(ledger: Ledger, history: History) -> Iterator[Round]:
    """Every round that is kept, oldest first."""
    return (history.once(Week.parse(one)) for one in ledger.rounds())


def forget(
    person: Person, ledger: Ledger, history: History, inbox: Inbox, now: datetime, *, dry_run: bool
) -> Forgotten:
    """Take a person out, for whoever holds the ledger's `writing`. Raises MailboxError, and then nothing was changed in
    the ledger, and LedgerError, and then the same again goes on from there."""
    kept = list(rounds(ledger, history))
    theirs = personal.whom(person, kept, history.book.ids)
    messages = {name for this in kept for name, one in this.received.items() if one.person in theirs.ids}
    erased = inbox.erase(theirs, messages, dry_run=dry_run)
    instead = new_id(secrets.token_hex())
    touched: list[str] = []
    changed = mentions = 0
    for round_ in (*ledger.rounds(), None):
        happened, count = personal.without(ledger.events(round_), theirs, instead)
        mentions += personal.mentions(happened, theirs)
        changed += count
        if count and round_ is not None:
            touched.append(round_)
        if count and not dry_run:
            begins = personal.rewritten(happened, round_, now, "a person was forgotten", count)
            ledger.rewrite(round_, [begins, *happened])
    return Forgotten(tuple(touched), changed, erased, mentions)


def tidy(ledger: Ledger, history: History, inbox: Inbox, season: Season, now: datetime) -> str:
    """Take out the weeks past their retention with their messages, and what the standing book no longer needs, for
    whoever holds the ledger's `writing`. Answers with why it could not be done now; the next day tries again."""
    first = season.week(now).plus(-season.settings.retention_weeks)
    over = [one for one in ledger.rounds() if Week.parse(one) < first]
    if not over:
        return ""
    try:
        erased = inbox.erase_before(first.monday)
    except MailboxError as error:
        return f"weeks past their retention wait, for their messages cannot be deleted: {error}"
    for round_ in over:
        ledger.rewrite(round_, [])
    people = {id_ for this in rounds(ledger, history) for id_ in this.people}
    people |= {person.id for person in season.roster.people}
    book = ledger.events(None)
    needed = personal.still_needed(book, people, first.monday, now.date())
    if needed != book:
        begins = personal.rewritten(book, None, now, "its retention is over", len(book) - len(needed))
        ledger.rewrite(None, [begins, *needed])
    messages = sum(erased.folders.values())
    log.info("weeks past their retention are gone rounds=%d messages=%d before=%s", len(over), messages, first)
    if not erased.for_good:
        log.warning(
            "their messages are only marked as deleted, for the server has no UIDPLUS: expunge %s",
            ", ".join(erased.folders),
        )
    return ""
