"""A firm and its weeks, as rounds are folded from events: what mails are composed from in these tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from pipeline import events, mail, rounds
from pipeline.compose import Composer
from pipeline.demo.opened import Opened, opened
from pipeline.mail import MailKey
from pipeline.past import kept_of
from pipeline.roster import Person, Roster
from pipeline.rounds import Round
from pipeline.scene import Composed, Scene
from pipeline.settings import Settings, load
from pipeline.timetable import Timetable, timetable
from pipeline.weeks import Week

WEEK = Week(2026, 48)
SECRET = "0123456789abcdef0123456789abcdef"


def person(who: str, to: str | None = None, **facts: Any) -> dict[str, Any]:
    above = {} if to is None else {"reports_to": f"{to}@firm.test"}
    return {"email": f"{who}@firm.test", "name": who.title(), **above, **facts}


FIRM = (
    person("jens"),
    person("mette", "jens"),
    person("anna", "mette"),
    person("bo", "mette"),
    person("ravi", "jens"),
    person("carla", "ravi"),
    person("ida", "jens"),
)
"""A director; two teams; one rep of the director's own."""


def short(someone: Person) -> str:
    """How these tests call a person: what stands before the @."""
    return someone.email.partition("@")[0]


def settings(folder: Path, people: Sequence[dict[str, Any]] = FIRM, **sections: Any) -> Settings:
    written: dict[str, Any] = {
        "organisation": {
            "name": "Nordvik",
            "timezone": "Europe/Copenhagen",
            "secret": SECRET,
            "operator": "it@firm.test",
            "internal_domains": ["firm.test"],
        },
        "sender": {"name": "One Number", "address": "number@firm.test"},
        "smtp": {"host": "127.0.0.1", "security": "none"},
        "imap": {"host": "127.0.0.1", "security": "none", "username": "n", "password": "x"},
        "store": "tinydb:data",
        "people": list(people),
    }
    for name, facts in sections.items():
        written[name] = {**written.get(name, {}), **facts} if isinstance(facts, dict) else facts
    file = folder / "settings.yaml"
    file.write_text(yaml.safe_dump(written, allow_unicode=True))
    return load(file, {})


@dataclass
class Told:
    """A week of a firm, told event by event."""

    settings: Settings
    week: Week = WEEK
    happened: list[events.Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.add(events.Opened, people=self.roster.people)

    @property
    def roster(self) -> Roster:
        return self.settings.roster

    @property
    def times(self) -> Timetable:
        return timetable(self.week, self.roster, self.settings.schedule)

    @property
    def first(self) -> datetime:
        assert self.times.first_ask is not None
        return self.times.first_ask

    def who(self, name: str) -> Person:
        found = self.roster.at(f"{name}@firm.test")
        assert found is not None
        return found

    def add(self, kind: Any, after: float = 0, **facts: Any) -> events.Event:
        at = self.first + timedelta(minutes=after)
        event: events.Event = kind(key=f"{self.week}/{len(self.happened)}", round=str(self.week), at=at, **facts)
        self.happened.append(event)
        return event

    def sent(self, kind: str, name: str, after: float = 0, number: int = 0) -> Told:
        named = MailKey(self.week, kind, self.who(name).id, number)
        key, message_id = str(named), mail.message_id(named, SECRET.encode(), "firm.test")
        self.add(events.Claimed, after, mail=key, attempt=1, message_id=message_id)
        self.add(events.Sent, after, mail=key)
        return self

    def asked(self, *names: str) -> Told:
        for name in names or [short(one) for one in self.roster.reps]:
            self.sent("ask", name)
        return self

    def answered(self, name: str, number: float, comment: str = "", after: float = 5, **facts: Any) -> Told:
        given = {"person": self.who(name).id, "entered_by": self.who(name).id} | facts
        received = self.first + timedelta(minutes=after)
        self.add(events.Answered, after, number=Decimal(str(number)), received=received, comment=comment, **given)
        return self

    def away(self, name: str, after: float = 5, **facts: Any) -> Told:
        received = self.first + timedelta(minutes=after)
        self.add(events.Away, after, person=self.who(name).id, received=received, entered_by="x", **facts)
        return self

    def replied(self, name: str, outcome: str, words: str = "", after: float = 5) -> Told:
        self.add(
            events.Received, after, message=f"m{len(self.happened)}", outcome=outcome, rule="", folder="INBOX",
            uidvalidity=1, uid=1, person=self.who(name).id, words=words,
        )  # fmt: skip
        return self

    def questioned(self, kind: str, name: str, **facts: Any) -> MailKey:
        who = self.who(name)
        key = MailKey(self.week, kind, who.id, 1)
        given = {"address": who.email, "message": "m", "answers": "<theirs@firm.test>"} | facts
        self.add(events.Questioned, 6, mail=str(key), person=who.id, received=self.first, **given)
        return key

    def noted(self, name: str, text: str, after: float = 10) -> Told:
        self.add(events.Noted, after, author=self.who(name).id, text=text, received=self.first, message="m")
        return self

    def round(self) -> Round:
        return rounds.fold(self.happened, Round(str(self.week)))

    def scene(self, before: Sequence[Round] = (), at: datetime | None = None, **facts: Any) -> Scene:
        return Scene(self.round(), self.times, tuple(map(kept_of, before)), at or self.first, **facts)

    def composed(
        self, key: MailKey, before: Sequence[Round] = (), at: datetime | None = None, **facts: Any
    ) -> Composed:
        return Composer(self.settings).compose(key, self.scene(before, at, **facts))

    def mail(self, kind: str, name: str, before: Sequence[Round] = (), number: int = 0, **facts: Any) -> Opened:
        """A mail as its reader sees it."""
        key = MailKey(self.week, kind, self.who(name).id, number)
        due = {"summary": self.times.summaries.get(key.person), "digest": self.times.digest}.get(kind)
        return opened(self.composed(key, before, due, **facts).message)


def earlier(of: Settings, weeks: int, week: Week = WEEK) -> tuple[Round, ...]:
    """So many weeks before, newest first, in which everybody answered 5 and the digest left."""
    told = []
    for back in range(1, weeks + 1):
        past = Told(of, week.plus(-back)).asked()
        for one in of.roster.reps:
            past.answered(short(one), 5)
        for one in of.roster.managers:
            past.sent("summary", short(one), 210)
        director = of.roster.director
        assert director is not None
        told.append(past.sent("digest", short(director), 240).round())
    return tuple(told)
