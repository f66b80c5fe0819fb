"""What is still asked of a round when its week is over? Its sums, everybody's number, and what no report showed yet.

A round in memory takes about a kilobyte for each person, and reports look back over twelve of them. So of an earlier
round this much is kept, and the rest let go of: whoever needs more of it, as for a reply to an old ask, reads the round
again. Pure: a round in, plain values out, a small part of its size.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from pipeline import events
from pipeline.mail import ALARMS, MailKey
from pipeline.roster import Person
from pipeline.rounds import LEFT_ALONE, MailState, Round
from pipeline.weeks import Week


class Sum(NamedTuple):
    """A total, None where nobody answered, and how many answered of how many were asked."""

    total: Decimal | None = None
    answered: int = 0
    asked: int = 0


class Given(msgspec.Struct, frozen=True):
    """One person's answers, in the order of their arrival; `entered_by` names who entered the last one for them.
    `above` are the ids of the person and of everybody above, `place` is where the person stands in the tree, depth
    first."""

    person: Person
    answers: tuple[events.Answered, ...]
    entered_by: str
    above: frozenset[str]
    place: int


class Uids(NamedTuple):
    """Of the messages that were recorded in one folder: the last of all, and those that are not left where they are, in
    order."""

    reached: int = 0
    ours: Sequence[int] = ()


class Hashes:
    """Which texts are among so many? Eight bytes for each: what it says no of is none of them, what it says yes of is
    one of them but for a rare chance."""

    __slots__ = ("_sorted",)

    def __init__(self, texts: Iterable[str]) -> None:
        self._sorted = array("q", sorted(map(hash, texts)))

    def __contains__(self, text: str) -> bool:
        wanted = hash(text)
        place = bisect_left(self._sorted, wanted)
        return place < len(self._sorted) and self._sorted[place] == wanted


class Past(msgspec.Struct, frozen=True):
    """What is kept of a round. `numbers` are those that count, by person; `silent` are the reps who were asked and did
    not answer; `whole` and `teams`, by manager, are what they add up to with the tree of that week. `reported` tells
    when a summary or digest left, by its kind and reader; `notes` are with their authors.

    `unshown` are the answers of those for whom something was recorded after a report of theirs had left, or of whom
    somebody above got none; and of whoever reports no number and gave one. `people`, `received` and `aliases` are for
    `in` alone, and may say yes of others. `uids` are by the folder of a UIDVALIDITY, and `holds` tells that one of the
    messages is held; `alarms` are the mails to the operator, by their keys."""

    week: str
    opened: datetime | None
    numbers: Mapping[str, Decimal]
    silent: frozenset[str]
    whole: Sum
    teams: Mapping[str, Sum]
    reported: Mapping[tuple[str, str], datetime]
    notes: tuple[tuple[events.Noted, Person], ...]
    unshown: tuple[Given, ...]
    people: Hashes
    received: Hashes
    aliases: Hashes
    uids: Mapping[tuple[str, int], Uids]
    holds: bool
    alarms: Mapping[str, MailState]

    def below(self, person: str) -> Sum:
        """What a manager and everybody below added up to; of whoever led nobody, their own number."""
        if person in self.teams:
            return self.teams[person]
        counts = all(one.person.reports_number for one in self.unshown if one.person.id == person)
        if person in self.numbers and counts:
            return Sum(self.numbers[person], 1, 1)
        return Sum(asked=int(person in self.silent))


def kept_of(this: Round) -> Past:
    """What is kept of a round, as it stands."""
    roster, week = this.roster, Week.parse(this.week)
    numbers = {person: given[-1].number for person, given in this.answers.items() if given}
    leaders = [person for person in roster.people if roster.reports(person.id)]
    silent = frozenset(person.id for person in roster.reps if _is_silent(this, person.id))
    reported = {
        (kind, person.id): sent
        for kind, readers in (("summary", leaders), ("digest", [roster.director]))
        for person in readers
        if person is not None and (sent := this.mail(MailKey(week, kind, person.id)).sent) is not None
    }
    return Past(
        this.week,
        this.opened,
        numbers,
        silent,
        summed(this, roster.people),
        {leader.id: summed(this, (leader, *roster.below(leader.id))) for leader in leaders},
        reported,
        tuple((note, this.people[note.author]) for note in this.notes if note.author in this.people),
        tuple(_unshown(this, reported)),
        Hashes(this.people),
        Hashes(this.received),
        Hashes(this.aliases),
        uids_of(this),
        this.holds,
        {key: state for key, state in this.mails.items() if MailKey.parse(key).kind in ALARMS},
    )


def summed(this: Round, people: Iterable[Person]) -> Sum:
    """What these people's numbers add up to, of those who report one."""
    total, answered, silent = Decimal(), 0, 0
    for person in people:
        if person.reports_number:
            answer = this.answer(person.id)
            if answer is None:
                silent += _is_silent(this, person.id)
            else:
                total, answered = total + answer.number, answered + 1
    return Sum(total if answered else None, answered, answered + silent)


def enterer(this: Round, answer: events.Answered) -> str:
    """Who entered an answer, if not the person whom it is of."""
    if answer.entered_by == answer.person:
        return ""
    who = this.people.get(answer.entered_by)
    return who.name if who is not None else answer.entered_by


def _is_silent(this: Round, rep: str) -> bool:
    return (
        this.answer(rep) is None
        and rep not in this.away
        and rep not in this.undeliverable
        and this.first("ask", rep).sent is not None
    )


def _unshown(this: Round, reported: Mapping[tuple[str, str], datetime]) -> Iterator[Given]:
    shown = _shown(this, reported)
    places: dict[str, int] = {}
    for person in this.roster.people:
        answers, since = this.answers.get(person.id, ()), shown(person.id)
        late = since is None or any(answer.at > since for answer in answers)
        if answers and (late or not person.reports_number):
            places = places or _places(this)
            yield Given(
                person,
                answers,
                enterer(this, answers[-1]),
                frozenset((person.id, *(one.id for one in this.roster.chain(person.id)))),
                places.get(person.id, len(places)),
            )


def _shown(this: Round, reported: Mapping[tuple[str, str], datetime]) -> Callable[[str], datetime | None]:
    """When the first report left that shows a person, if each did that shows them."""
    roster = this.roster

    shown: dict[str, datetime | None] = {}  # of a manager's report and of those of everybody above
    readers = [] if roster.director is None else [roster.director]
    for reader in readers:
        is_director = reader.reports_to is None
        own = reported.get(("digest" if is_director else "summary", reader.id))
        above = own if is_director else shown[reader.reports_to or ""]
        shown[reader.id] = None if own is None or above is None else min(own, above)
        readers += [one for one in roster.reports(reader.id) if roster.reports(one.id)]

    def of_one(person: str) -> datetime | None:
        above = roster[person].reports_to
        return shown.get(person if above is None or person in shown else above)

    return of_one


def _places(this: Round) -> dict[str, int]:
    """Everybody's place in the tree, depth first."""
    director = this.roster.director
    in_order = () if director is None else (director, *this.roster.below(director.id))
    return {person.id: place for place, person in enumerate(in_order)}


def uids_of(this: Round) -> dict[tuple[str, int], Uids]:
    """By the folder of a UIDVALIDITY."""
    found: dict[tuple[str, int], tuple[list[int], list[int]]] = {}
    for one in this.received.values():
        every, ours = found.setdefault((one.folder, one.uidvalidity), ([], []))
        every.append(one.uid)
        if one.outcome not in LEFT_ALONE:
            ours.append(one.uid)
    return {place: Uids(max(every), array("q", sorted(ours))) for place, (every, ours) in found.items()}
