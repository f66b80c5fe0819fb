"""What is due now?

Given one round's state, its timetable and the time, list the mails that should leave, and those that are no longer
worth sending. Pure: no clock, no socket, no file. Sending them, and remembering it, is outbox's business.

Laws:
1. What was sent, skipped or refused for good is never due again. What was due before a backup was put back is skipped,
   and taken for sent wherever something follows from that.
2. Everything is asked of the state and the time alone, so that a missed turn, a restart or a second worker can
   neither lose a step nor do it twice.
3. The order is digest, summaries, questions back, asks, nudges; a person gets one mail a turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Set
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace

from pipeline.events import RESTORED, Failed, Questioned
from pipeline.mail import ALARMS, MailKey
from pipeline.roster import new_id
from pipeline.rounds import MailState, Round
from pipeline.timetable import Timetable

REPORTS = ("digest", "correction", "summary")
"""In the order in which they leave."""

UNRESERVED = frozenset({*REPORTS, *ALARMS})
"""What a part of the provider's limits is kept for."""

AFTER_THE_ASK = timedelta(minutes=30)
LATE = timedelta(minutes=10)
_NEVER = datetime.max.replace(tzinfo=UTC)
_MOST_CORRECTIONS = 31


class Due(msgspec.Struct, frozen=True):
    """One mail that should leave now; `late` where a summary or digest goes out after its time."""

    key: MailKey
    late: bool = False


class Plan(msgspec.Struct, frozen=True):
    """`mails` in the order in which they should leave; `skips` with the reason why they will not leave at all."""

    mails: tuple[Due, ...] = ()
    skips: tuple[tuple[MailKey, str], ...] = ()

    def names(self) -> Iterator[MailKey]:
        """Everything that something is to be done about."""
        yield from (one.key for one in self.mails)
        yield from (key for key, _ in self.skips)

    def only(self, keys: Set[MailKey]) -> Plan:
        return Plan(
            tuple(one for one in self.mails if one.key in keys), tuple(one for one in self.skips if one[0] in keys)
        )


class Standing(msgspec.Struct, frozen=True):
    """What the plan needs to know beside the round: whether the mailbox was read this turn, who is known to be away
    without a date from earlier weeks, whether a late answer is told at once, and when a backup was put back last."""

    readable: bool = True
    resting: Set[str] = frozenset()
    corrections: bool = False
    restored: datetime | None = None


def due(
    this: Round,
    times: Timetable,
    now: datetime,
    standing: Standing = Standing(),
    whom: Collection[str] | None = None,
) -> Plan:
    """The mails of one round that should leave at `now`. A round that is skipped or not open has none. With `whom`,
    asks and nudges of these people alone are looked at, and reports and questions of all."""
    if times.digest is None or this.opened is None:
        return Plan()
    found = _plan(this, times, _steps(this, times, now, standing, whom), standing)
    return Plan(tuple(_one_a_person(found.mails)), found.skips)


def look(this: Round, times: Timetable, key: MailKey, now: datetime, standing: Standing = Standing()) -> Plan:
    """What `due` would say of this one mail, at the cost of a look at this one: it leaves, is skipped, or neither."""
    if times.digest is None or this.opened is None:
        return Plan()
    steps = (step for step in _steps_of(this, times, key, now, standing) if _key_of(step) == key)
    return _plan(this, times, steps, standing)


_Step = Due | tuple[MailKey, str]


def _key_of(step: _Step) -> MailKey:
    return step.key if isinstance(step, Due) else step[0]


def _plan(this: Round, times: Timetable, steps: Iterable[_Step], standing: Standing) -> Plan:
    """What was due before a backup was put back is skipped."""
    mails: list[Due] = []
    skips: list[tuple[MailKey, str]] = []
    for step in steps:
        key = _key_of(step)
        if standing.restored is not None and (planned(this, times, key) or _NEVER) <= standing.restored:
            skips.append((key, RESTORED))
        elif isinstance(step, Due):
            mails.append(step)
        else:
            skips.append(step)
    return Plan(tuple(mails), tuple(skips))


def planned(this: Round, times: Timetable, key: MailKey) -> datetime | None:
    """When a mail that is due was due first; None where the operator wants it to leave again, and for alarms."""
    if str(replace(key, copy="")) in this.resent:
        return None
    own = times.people.get(key.person)
    match key.kind:
        case "digest":
            at = times.digest
        case "summary":
            at = times.summaries.get(key.person)
        case "ask":
            at = own.ask if own else None
        case "nudge":
            at = own.nudges[key.number - 1] if own and key.number <= len(own.nudges) else None
        case "correction":
            at = max(answer.received for given in this.answers.values() for answer in given)
        case _:
            question = this.questions.get(str(key))
            at = question.at if question else None
    return at


def _steps(
    this: Round, times: Timetable, now: datetime, standing: Standing, whom: Collection[str] | None
) -> Iterator[_Step]:
    yield from _digest(this, times, now)
    yield from _corrections(this, times, now, standing)
    for manager in times.summaries:
        yield from _summary(this, times, manager, now)
    for question in this.questions.values():
        yield from _question(this, times, question, now)
    for wanted in this.resent:
        yield from _again(this, times, MailKey.parse(wanted), now, standing)
    people = times.people if whom is None else {one: times.people[one] for one in whom if one in times.people}
    begun = [person for person, own in people.items() if own.ask is not None and own.ask <= now]
    for person in begun:
        yield from _ask(this, times, person, now)
    for person in begun:
        yield from _nudges(this, times, person, now, standing)


def _steps_of(this: Round, times: Timetable, key: MailKey, now: datetime, standing: Standing) -> Iterator[_Step]:
    """The steps among which are those of one mail."""
    wanted = replace(key, copy="")
    if str(wanted) in this.resent:
        yield from _again(this, times, wanted, now, standing)
    match key.kind:
        case "digest":
            yield from _digest(this, times, now)
        case "summary":
            yield from _summary(this, times, key.person, now)
        case "correction":
            yield from _corrections(this, times, now, standing)
        case "ask" if key.person in times.people:
            yield from _ask(this, times, key.person, now)
        case "nudge" if key.person in times.people:
            yield from _nudges(this, times, key.person, now, standing)
        case _ if (question := this.questions.get(str(key))) is not None:
            yield from _question(this, times, question, now)


def _digest(this: Round, times: Timetable, now: datetime) -> Iterator[_Step]:
    director = this.roster.director
    if director is not None and times.digest is not None:
        yield from _report(this, MailKey(times.week, "digest", director.id), times.digest, times, now)


def _summary(this: Round, times: Timetable, manager: str, now: datetime) -> Iterator[_Step]:
    at = times.summaries.get(manager)
    if at is not None and at <= now and _is_here(this, manager):
        yield from _report(this, MailKey(times.week, "summary", manager), at, times, now)


def _is_here(this: Round, person: str) -> bool:
    return person in this.people and person not in this.left


def _report(this: Round, key: MailKey, at: datetime, times: Timetable, now: datetime) -> Iterator[_Step]:
    for copy in _copies(this, key):
        if now < at or settled(this, copy, now):
            continue
        if times.grace_ends is not None and now > times.grace_ends:
            yield copy, "the grace period had ended"
        else:
            yield Due(copy, late=is_late(key, times, now))


def _corrections(this: Round, times: Timetable, now: datetime, standing: Standing) -> Iterator[_Step]:
    """Told at once, if so configured: one mail for all that is new since the last one."""
    director = this.roster.director
    if director is None or not standing.corrections:
        return
    count = len(late_answers(this))
    if count:
        for copy in _copies(this, MailKey(times.week, "correction", director.id, min(count, _MOST_CORRECTIONS))):
            if not settled(this, copy, now):
                yield Due(copy)


def is_late(key: MailKey, times: Timetable, at: datetime) -> bool:
    """Does a summary or digest that is composed then leave after its time?"""
    planned = {"digest": times.digest, "summary": times.summaries.get(key.person)}.get(key.kind)
    return planned is not None and at >= planned + LATE


def late_answers(this: Round) -> tuple[str, ...]:
    """The keys of answers that were recorded after the digest had left, in order of record."""
    director = this.roster.director
    digest = this.first("digest", director.id) if director else MailState()
    sent = digest.sent or digest.presumed
    if sent is None:
        return ()
    answers = (answer for given in this.answers.values() for answer in given)
    return tuple(answer.key for answer in sorted(answers, key=lambda one: (one.at, one.key)) if answer.at > sent)


def _question(this: Round, times: Timetable, question: Questioned, now: datetime) -> Iterator[_Step]:
    key = MailKey.parse(question.mail)
    if settled(this, key, now):
        return
    answer = this.answer(question.person)
    asked = question.received
    if key.kind in {"unclear", "confirm"} and answer and asked and answer.received > asked:
        yield key, "answered since"
    elif times.grace_ends is not None and now > max(times.grace_ends, question.at + timedelta(days=2)):
        yield key, "the grace period had ended"
    else:
        yield Due(key)


def _again(this: Round, times: Timetable, wanted: MailKey, now: datetime, standing: Standing) -> Iterator[_Step]:
    """What the operator wants to leave again, unless that has lost its sense since."""
    for key in _copies(this, wanted):
        if settled(this, key, now):
            continue
        reason = why_not_again(this, times, key, now)
        if reason:
            yield key, reason
        elif key.kind != "nudge" or standing.readable:
            yield Due(key, late=is_late(key, times, now))


def why_not_again(this: Round, times: Timetable, key: MailKey, now: datetime) -> str:
    """Why it makes no sense to send such a mail again now; nothing where it does. Reads on from a person's name."""
    person, own = key.person, times.people.get(key.person)
    if not _is_here(this, person):
        return "is not in this round"
    if key.kind in {"summary", "digest"}:
        director = this.roster.director
        digest = times.digest if director is not None and person == director.id else None
        planned = times.summaries.get(person) if key.kind == "summary" else digest
        return "" if planned is not None and now >= planned else f"has no {key.kind} in this round, or not yet"
    back, late = this.undeliverable.get(person), own is not None and now >= own.deadline
    asked = this.first("ask", person)
    reasons = (
        (this.answer(person) is not None, "has answered"),
        (person in this.away, "is away"),
        (back is not None, f"cannot be reached in this round: mail came back ({back.reason if back else ''})"),
        (own is None or own.ask is None, "is not asked in this round"),
        (late, "had a deadline, which has passed; onenumber answer records a number by hand"),
        (key.kind == "nudge" and asked.sent is None and asked.presumed is None, "has not been asked yet"),
    )
    return next((reason for holds, reason in reasons if holds), "")


def _ask(this: Round, times: Timetable, person: str, now: datetime) -> Iterator[_Step]:
    own = times.people[person]
    if own.ask is None or now < own.ask or not _is_here(this, person):
        return
    for key in _copies(this, MailKey(times.week, "ask", person)):
        if settled(this, key, now):
            continue
        if this.answer(person) is not None:
            yield key, "answered before being asked"
        elif person in this.away and this.away[person].until is not None:
            yield key, "away"
        elif person in this.undeliverable:
            yield key, "undeliverable"
        elif now >= own.deadline:
            yield key, "the deadline had passed"
        else:
            yield Due(key)


def _nudges(this: Round, times: Timetable, person: str, now: datetime, standing: Standing) -> Iterator[_Step]:
    own = times.people[person]
    past = [number for number, at in enumerate(own.nudges, 1) if at <= now]
    if not past or not _is_here(this, person) or _needs_none(this, person, standing):
        return
    presumed = this.first("ask", person).presumed
    asked = max((state.sent for state in this.sendings("ask", person) if state.sent), default=presumed)
    if asked is None:
        return
    for number in past:
        for key in _copies(this, MailKey(times.week, "nudge", person, number)):
            if settled(this, key, now):
                continue
            if now >= own.deadline:
                yield key, "the deadline had passed"
            elif number != past[-1]:
                yield key, "a later nudge took its place"
            elif _asked_back_before(this, person, own.nudges, number):
                yield key, "asked back instead"
            elif standing.readable and now >= asked + AFTER_THE_ASK:
                yield Due(key)


def _needs_none(this: Round, person: str, standing: Standing) -> bool:
    return (
        this.answer(person) is not None
        or person in this.away
        or person in standing.resting
        or person in this.undeliverable
    )


def _asked_back_before(this: Round, person: str, nudges: tuple[datetime, ...], number: int) -> bool:
    """Did a reply that was asked back arrive since the nudge before? It stops this one, and only this one."""
    since = nudges[number - 2] if number > 1 else None
    arrivals = (question.received for question in this.asked_back(person) if question.received is not None)
    return any((since is None or at > since) and at <= nudges[number - 1] for at in arrivals)


def settled(this: Round, key: MailKey, now: datetime) -> bool:
    """Is there nothing (more) to do for this mail now?"""
    return is_settled(this.mail(key), now)


def is_settled(state: MailState, now: datetime) -> bool:
    """The same, of a mail that stands so."""
    if state.refused is not None:
        # A refusal from the future was noted by a clock that has been set back since: it keeps nothing waiting.
        return state.refused.retry_at is None or state.refused.at <= now < state.refused.retry_at
    return state.sent is not None or state.skipped is not None


def _copies(this: Round, key: MailKey) -> Iterator[MailKey]:
    """The mail itself, and one for each deputy of its person."""
    yield key
    person = this.people.get(key.person)
    for address in person.copies_to if person else ():
        yield MailKey(key.round, key.kind, key.person, key.number, new_id(address))


def _one_a_person(mails: Iterable[Due]) -> Iterator[Due]:
    taken: set[tuple[str, str]] = set()
    for one in mails:
        who = (one.key.person, one.key.copy)
        if who not in taken:
            taken.add(who)
            yield one


def reports_to_come(this: Round, times: Timetable, now: datetime, until: datetime, standing: Standing) -> int:
    """How many summaries, digests and copies of them are still to leave until then, with what is due already and what
    waits for another try; and as many corrections as may follow the digest."""
    if times.digest is None or times.grace_ends is None or now > times.grace_ends:
        return 0
    again = (MailKey.parse(one) for one in this.resent)
    keys = [one for one in again if one.kind in {"summary", "digest"}]
    keys += [MailKey(times.week, "summary", manager) for manager, at in times.summaries.items() if at <= until]
    corrections = 0
    if times.digest <= until:
        director = this.roster.director  # of a round that is not open nobody is known yet
        keys.append(MailKey(times.week, "digest", director.id if director is not None else ""))
        corrections = _MOST_CORRECTIONS * len(list(_copies(this, keys[-1]))) if standing.corrections else 0
    return sum(_still_to_leave(this, key) for key in keys) + corrections


def asks_to_come(this: Round, times: Timetable, whom: Iterable[str], now: datetime, until: datetime) -> int:
    """How many asks to these people, and copies of them, are still to leave until then, with what is due already."""
    begun = ((person, times.people[person]) for person in whom)
    asked = (
        person
        for person, own in begun
        if own.ask is not None and own.ask <= until and now < own.deadline and _may_be_asked(this, person)
    )
    return sum(_still_to_leave(this, MailKey(times.week, "ask", person)) for person in asked)


def unasked(this: Round, times: Timetable, whom: Iterable[str]) -> tuple[str, ...]:
    """Those of these people whose ask, or a copy of it, may still leave. By one timetable they only grow fewer."""
    keys = ((person, MailKey(times.week, "ask", person)) for person in whom if times.people[person].ask is not None)
    return tuple(person for person, key in keys if _still_to_leave(this, key))


def _still_to_leave(this: Round, key: MailKey) -> int:
    """How many of a mail and its copies are not settled for good."""
    if key.person in this.left:
        return 0
    states = [this.mail(copy) for copy in _copies(this, key)]
    return sum(not (one.sent or one.skipped or one.presumed or _is_for_good(one.refused)) for one in states)


def _is_for_good(refused: Failed | None) -> bool:
    return refused is not None and refused.retry_at is None


def _may_be_asked(this: Round, person: str) -> bool:
    away = this.away.get(person)
    return this.answer(person) is None and (away is None or away.until is None) and person not in this.undeliverable


def next_instant(this: Round, times: Timetable, now: datetime) -> datetime | None:
    """The next time at which something of this round may become due; None where nothing is left."""
    instants = [at for at in (times.digest, times.grace_ends, *times.summaries.values()) if at is not None]
    for own in times.people.values():
        instants += [at for at in (own.ask, *own.nudges, own.deadline) if at is not None]
    instants += [state.refused.retry_at for state in this.mails.values() if state.refused and state.refused.retry_at]
    return min((at for at in instants if at > now), default=None)
