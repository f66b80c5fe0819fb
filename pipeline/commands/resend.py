"""`onenumber resend`: a mail leaves again, on the operator's word: the one way round "every mail once".

It is for what was lost behind our back, and for what was skipped after a backup was put back. It is kept who wanted it
and when, the mail has a key of its own, so that it too leaves once, and the next turn sends it. What makes no sense, to
somebody who has answered or long after the deadline, is refused.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime

from pipeline import commands, events, plan
from pipeline.history import History
from pipeline.ledger.opened import open_ledger
from pipeline.mail import MailKey
from pipeline.roster import Person
from pipeline.rounds import Round
from pipeline.season import Season
from pipeline.settings import Settings
from pipeline.timetable import Timetable
from pipeline.weeks import Week

_MOST = 31  # the numbers that a key has


class _RefusedError(Exception):
    """It cannot be, or makes no sense; the message says why."""


def run(settings: Settings, *, kind: str, named: str | None, week: Week | None, now: datetime, dry_run: bool) -> int:
    """Let it leave again at the next turn: to one person, or to all whose mail of this kind did not leave; 0 done, 1
    refused."""
    ledger = open_ledger(settings.store)
    with ledger.writing():
        history = History(ledger)
        season = Season(settings, history)
        try:
            desk = _Desk(season, history, _round(season, history, week, now), kind, now)
            people = [desk.one(named)] if named is not None else list(desk.who_missed_it())
        except _RefusedError as error:
            print(f"onenumber: {error}", file=sys.stderr)
            return 1
        happened = [desk.wanted(person) for person in people]
        if not dry_run:
            history.append(happened)
    for person in people:
        copies = f", and a copy to {', '.join(person.copies_to)}" if person.copies_to else ""
        print(f"{kind} of {desk.this.week} again: {person.name} <{person.email}>{copies}")
    if dry_run:
        print("Nothing was changed.")
    else:
        print("It leaves with the next turn.", file=sys.stderr)
    return 0


def _round(season: Season, history: History, week: Week | None, now: datetime) -> Week:
    """The round that is meant: its mails can still leave."""
    live = [one for one in season.live(now) if history.round(one).opened is not None]
    if not live:
        raise _RefusedError(
            "no round is open, so there is nothing to send again. onenumber status tells when the next one begins."
        )
    if week is not None and week not in live:
        raise _RefusedError(
            f"{week} is over or has not begun; mails of {' and '.join(map(str, live))} can be sent again."
        )
    return week or live[-1]


class _Desk:
    """One wish: this kind of mail, of this round."""

    def __init__(self, season: Season, history: History, week: Week, kind: str, now: datetime) -> None:
        self.week = week
        self.kind = kind
        self.now = now
        self.this: Round = history.round(week)
        self.times: Timetable = season.times(week)
        due = plan.due(self.this, self.times, now, season.standing(week, readable=True))
        self._lapsed = frozenset(key for key, _ in due.skips)
        """What the next turn would record as skipped: right after a backup was put back, that is not kept yet."""
        if self.times.digest is None:
            raise _RefusedError(f"round {week} is skipped: {self.times.skipped}.")

    def one(self, named: str) -> Person:
        problem, person = commands.person(named, self.this.people.values(), "in this round")
        if person is None:
            raise _RefusedError(problem)
        why = plan.why_not_again(self.this, self.times, self._next(person), self.now) or self._is_coming(person)
        if why:
            raise _RefusedError(f"{person.name} {why}.")
        return person

    def who_missed_it(self) -> Iterator[Person]:
        """All whose mail was skipped or refused for good, and to whom it still makes sense. The digest has one reader,
        who may get it again whatever became of the first."""
        director = self.this.roster.director
        if self.kind == "digest" and director is not None:
            yield self.one(director.email)
            return
        found = [
            person
            for person in self.this.people.values()
            if self._did_not_leave(person)
            and not self._is_coming(person)
            and not plan.why_not_again(self.this, self.times, self._next(person), self.now)
        ]
        if not found:
            raise _RefusedError(
                f"nobody has missed the {self.kind} of {self.week} to whom it would still make sense. Name a person, "
                "to send it again to somebody who got it."
            )
        yield from found

    def wanted(self, person: Person) -> events.Resent:
        key = self._next(person)
        return events.Resent(key=f"{key}/resent", round=str(self.week), at=self.now, mail=str(key))

    def _planned(self, person: Person) -> MailKey:
        """The mail as it was planned; of nudges, the latest whose time has come."""
        own = self.times.people.get(person.id)
        number = sum(at <= self.now for at in own.nudges) if self.kind == "nudge" and own is not None else 0
        return MailKey(self.week, self.kind, person.id, number)

    def _did_not_leave(self, person: Person) -> bool:
        state = self.this.mail(self._planned(person))
        refused = state.refused is not None and state.refused.retry_at is None
        return (refused or self._is_skipped(self._planned(person))) and not self._again(person)

    def _is_skipped(self, key: MailKey) -> bool:
        return self.this.mail(key).skipped is not None or key in self._lapsed

    def _again(self, person: Person) -> list[MailKey]:
        keys = (MailKey.parse(key) for key in self.this.resent)
        return [key for key in keys if (key.kind, key.person) == (self.kind, person.id)]

    def _is_coming(self, person: Person) -> str:
        """Why it leaves without being asked for."""
        for key in (self._planned(person), *self._again(person)):
            state = self.this.mail(key)
            if state.refused is not None and state.refused.retry_at is not None:
                return f"has it coming: it was refused for now ({state.refused.reason}), and is tried again by itself"
            ended = state.sent is not None or state.refused is not None or self._is_skipped(key)
            if not ended and (self.kind != "nudge" or key.number) and not self._has_left_out(key):
                return "has it coming: it leaves by itself, or is about to"
        return ""

    def _has_left_out(self, key: MailKey) -> bool:
        """A person whom the plan leaves out has no mail that could be coming."""
        own = self.times.people.get(key.person)
        return key.kind in {"ask", "nudge"} and (own is None or own.ask is None)

    def _next(self, person: Person) -> MailKey:
        own = self.times.people.get(person.id)
        taken = [key.number for key in self._again(person)]
        planned = len(own.nudges) if self.kind == "nudge" and own is not None else 0
        number = max([planned, *taken]) + 1
        if number > _MOST:
            raise _RefusedError(f"{person.name} has got it {number - 1} times; that is enough for any round.")
        return MailKey(self.week, self.kind, person.id, number)
