"""Did a crash break a promise? What came out of a disturbed turn, held against the same turn undisturbed.

It looks where people look: in each mailbox, in the organisation's folders, at `status`; and at the ledger, for what
nobody sees yet. Pure, so that it can be shown outcomes in which something is wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """`mails`: what each person got, as it left us. `folders`: the names of the messages in each folder of the
    organisation. `events`: everything kept but claims, by key, as JSON without what differs by chance. `status`: what
    the command of that name tells. `findings`: what is wrong with the ledger; `open_claims`: mails of which nobody
    knows whether they left; `again`: what the turns after the recovery still did."""

    mails: Mapping[str, Sequence[bytes]]
    folders: Mapping[str, Sequence[str]]
    events: Mapping[str, Any]
    status: Mapping[str, Any]
    findings: Sequence[str] = ()
    open_claims: Sequence[str] = ()
    again: Sequence[str] = field(default=())


def broken(undisturbed: Outcome, outcome: Outcome, repeats: int) -> list[str]:
    """The promises that were broken, in words; `repeats` mails may have come twice, and then to the letter."""
    return [
        *_mails(undisturbed, outcome, repeats),
        *_replies(undisturbed, outcome),
        *_ledger(undisturbed, outcome),
    ]


def _mails(undisturbed: Outcome, outcome: Outcome, repeats: int) -> Iterator[str]:
    over = 0
    for person in sorted({*undisturbed.mails, *outcome.mails}):
        wanted, got = Counter(undisturbed.mails.get(person, ())), Counter(outcome.mails.get(person, ()))
        names = {_name(raw) for raw in wanted}
        for raw in wanted - got:
            if _name(raw) not in {_name(one) for one in got}:
                yield f"{person} never got {_name(raw)}"
        for raw, count in got.items():
            if raw in wanted:
                over += max(0, count - wanted[raw])
            elif _name(raw) in names:
                yield f"{person} got {_name(raw)} with another text"
            else:
                yield f"{person} got {_name(raw)}, which nobody should have sent"
    if over > repeats:
        yield f"{over} mails came twice, of which {repeats} may"


def _name(raw: bytes) -> str:
    message = message_from_bytes(raw)
    return f"{message['Message-ID']} ({message['Subject']})"


def _replies(undisturbed: Outcome, outcome: Outcome) -> Iterator[str]:
    for folder in sorted({*undisturbed.folders, *outcome.folders}):
        wanted = Counter(undisturbed.folders.get(folder, ()))
        there = Counter(outcome.folders.get(folder, ()))
        for name in wanted - there:
            yield f"a message is not in {folder}, where it should be: {name}"
        for name in there - wanted:
            yield f"a message is in {folder} and should not be, or lies there twice: {name}"


def _ledger(undisturbed: Outcome, outcome: Outcome) -> Iterator[str]:
    yield from (f"the ledger is damaged: {finding}" for finding in outcome.findings)
    yield from (f"nobody knows whether it left: {mail}" for mail in outcome.open_claims)
    yield from (f"it did not come to rest: {what}" for what in outcome.again)
    for key in sorted({*undisturbed.events, *outcome.events}):
        if undisturbed.events.get(key) != outcome.events.get(key):
            yield f"kept otherwise: {key}: {outcome.events.get(key)} for {undisturbed.events.get(key)}"
    for name, facts in undisturbed.status.items():
        if outcome.status.get(name) != facts:
            yield f"status tells otherwise of {name}: {outcome.status.get(name)} for {facts}"
