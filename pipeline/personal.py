"""What is kept about one person? All of it can be given to them, and all of it can be taken out.

Pure: events in, events out. What is taken out leaves the numbers where they were, under an id that belongs to nobody,
so that the totals of a team and of a week stay what was reported. Which rounds there are, and the mailbox, are the
business of `commands.forget` and `tick`.

Laws:
1. After `without`, neither an address nor an id of the person stands anywhere, whatever the kind of event.
2. A round has as many events as before and folds to the same figures: keys that are counted go on being counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from pipeline import events
from pipeline.events import Event
from pipeline.roster import Person, Roster, new_id
from pipeline.rounds import Round
from pipeline.weeks import Week

NAME = "Forgotten person"
_NOWHERE = "forgotten.invalid"  # RFC 2606 section 2: a domain that never is
_TEXTS = ("comment", "words", "evidence", "text")
_THEIRS = {
    # Fields of an event about a person that are emptied, besides what was written: ours to them, and theirs to us.
    "message_id": "", "aliases": (), "answers": "", "unknown_address": None, "candidates": (),
}  # fmt: skip
_SERVERS_WORDS = (events.Failed, events.Undeliverable)


class Whom(msgspec.Struct, frozen=True):
    """One person, by every name under which the ledger may hold them."""

    ids: frozenset[str]
    addresses: frozenset[str]
    names: frozenset[str]


def whom(person: Person, rounds: Iterable[Round], known: Mapping[str, str]) -> Whom:
    """A person with all that they were called in these rounds; `known` maps addresses to ids, as the standing book
    does."""
    faces = [person, *(face for this in rounds if (face := this.people.get(person.id)) is not None)]
    addresses = {written for face in faces for written in (face.email, *face.aliases)}
    addresses |= {written for written, id_ in known.items() if id_ == person.id}
    return Whom(
        frozenset({person.id, *map(new_id, addresses)}), frozenset(addresses), frozenset(face.name for face in faces)
    )


def everybody(rounds: Iterable[Round], roster: Roster) -> list[Person]:
    """Everybody who was ever in these rounds (oldest first), or is on the roster, as they were last."""
    seen = {person.id: person for this in rounds for person in this.people.values() if person.name != NAME}
    return list((seen | {person.id: person for person in roster.people}).values())


def concerning(happened: Iterable[Event], person: Whom) -> list[dict[str, Any]]:
    """What is kept about a person, as plain records: what they wrote and what was written about them, the mails to them
    and the messages from them. Of a roster it has their own line alone."""
    found = []
    for event in happened:
        record = events.written(event)
        if isinstance(event, events.Opened):
            record["people"] = [one for one in record["people"] if one["id"] in person.ids]  # type: ignore[attr-defined]  # JSON
        if _is_about(event, person) or record.get("people"):
            found.append(record)
    return found


def without(happened: Sequence[Event], person: Whom, instead: str) -> tuple[tuple[Event, ...], int]:
    """The same events without the person, under the id `instead`; and how many of them were changed. What the standing
    book has of them is left out whole."""
    clean = _cleaner(person, instead)
    kept: list[Event] = []
    changed = 0
    for event in happened:
        if event.round is None and getattr(event, "person", None) in person.ids:
            changed += 1
            continue
        after = _without(event, person, instead, clean)
        changed += after != event
        kept.append(after)
    return tuple(kept), changed


def mentions(happened: Iterable[Event], person: Whom) -> int:
    """In how many events other people's words name somebody as this person is called, as far as a first name tells."""
    first = {name.split()[0] for name in person.names if name.split()}
    named = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(first)))})(?!\w)", re.IGNORECASE)
    texts = (
        f"{written.get(field, '')}" for event in happened for written in [events.written(event)] for field in _TEXTS
    )
    return sum(named.search(text) is not None for text in texts) if first else 0


def rewritten(happened: Sequence[Event], round_: str | None, at: datetime, reason: str, count: int) -> events.Rewritten:
    """The event that opens what was rewritten; its key has not been there before."""
    number = 1 + sum(isinstance(event, events.Rewritten) for event in happened)
    return events.Rewritten(
        key=f"{round_ or 'book'}/rewritten/{number}", round=round_, at=at, reason=reason, count=count
    )


def still_needed(book: Iterable[Event], people: Set[str], before: date, today: date) -> tuple[Event, ...]:
    """The standing book without whoever is in no round that is kept, and without absences that are over since before
    the retention."""
    return tuple(event for event in book if _is_needed(event, people, before, today))


def _is_needed(event: Event, people: Set[str], before: date, today: date) -> bool:
    match event:
        case events.Known():
            return event.person in people
        case events.Away():
            recent = event.received.date() >= before or (event.until is not None and event.until >= today)
            return event.person in people and recent
        case events.Back():
            return event.person in people and event.received.date() >= before
    return True


def _is_about(event: Event, person: Whom) -> bool:
    about = getattr(event, "person", None)
    if isinstance(about, Person):
        about = about.id
    mail = getattr(event, "mail", "")
    return (
        about in person.ids or getattr(event, "author", None) in person.ids or bool(person.ids & set(mail.split("/")))
    )


def _without(event: Event, person: Whom, instead: str, clean: Callable[[object], Any]) -> Event:
    record = events.written(event)
    if _is_about(event, person):
        record |= {field: "" for field in _TEXTS if field in record}
        record |= {field: empty for field, empty in _THEIRS.items() if field in record}
        if isinstance(event, _SERVERS_WORDS):
            record["reason"] = ""
        if isinstance(event, events.Questioned):
            record |= {"number": None, "address": f"{instead}@{_NOWHERE}"}
    if isinstance(event, events.Alarmed) and person.ids & set(event.whom):
        record["reason"] = ""  # a server's words
    if isinstance(event, events.Opened):
        record["people"] = [_nobody(one, person, event, instead) for one in event.people]
    elif isinstance(event, events.Joined | events.Changed):
        record["person"] = _nobody(event.person, person, event, instead)
    return events.parsed(clean(record))


def _nobody(one: Person, person: Whom, event: Event, instead: str) -> object:
    """Somebody's line in a roster; the forgotten one's has what the figures and times of that round are made of."""
    if one.id in person.ids:
        monday = Week.parse(str(event.round)).monday
        near = (monday - timedelta(days=7), monday + timedelta(days=13))
        away = tuple(
            absence for absence in one.away if absence.first <= near[1] and (absence.last or near[1]) >= near[0]
        )
        one = Person(
            instead, f"{instead}@{_NOWHERE}", NAME, one.reports_to, one.reports_number, timezone=one.timezone,
            holidays=one.holidays, away=away,
        )  # fmt: skip
    return events.plain(one)


def _cleaner(person: Whom, instead: str) -> Callable[[object], Any]:
    """Replaces what names a person wherever it stands in a record."""
    ids = re.compile(rf"(?<![a-z0-9])(?:{'|'.join(map(re.escape, sorted(person.ids)))})(?![a-z0-9])")
    spellings = sorted(person.addresses, key=len, reverse=True)
    address = re.compile(rf"(?<![\w.+-])(?:{'|'.join(map(re.escape, spellings))})(?![\w-])", re.IGNORECASE)
    whole = sorted((name for name in person.names if " " in name.strip()), key=len, reverse=True)
    name = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, whole))})(?!\w)", re.IGNORECASE) if whole else None

    def clean(value: object, field: str = "") -> Any:
        if isinstance(value, dict):
            return {key: clean(one, key) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [clean(one, field) for one in value]
        if not isinstance(value, str):
            return value
        value = ids.sub(instead, address.sub(f"{instead}@{_NOWHERE}", value))
        return name.sub(NAME, value) if name and field in _TEXTS else value

    return clean
