"""Mails to look at: every kind, in one language, in the states that a year brings.

Rounds are folded from made-up events, so that what is seen is what would be sent. For `preview` and for tests of how
mails look; nothing here reads a ledger or sends anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import msgspec
from msgspec.structs import replace

from pipeline import alarms, events, rounds
from pipeline.book import Alarm
from pipeline.compose import Composer
from pipeline.mail import MailKey
from pipeline.past import Past, kept_of
from pipeline.roster import Person, Roster, new_id
from pipeline.rounds import Round
from pipeline.scene import Composed, Scene
from pipeline.settings import Settings
from pipeline.timetable import Timetable, timetable
from pipeline.weeks import Week

WEEK = Week(2026, 48)
_NAMES = (
    "Anna Bøgh", "Lukas Brandt", "Camille Laurent", "Sofía Marín", "Piotr Zieliński", "Aino Mäkelä", "Jānis Bērziņš",
    "Rasa Kazlauskaitė", "Mads Friis", "Ingrid Solberg", "Giulia Conti", "João Almeida", "Kertu Tamm", "Erik Lindqvist",
)  # fmt: skip
_LONG = ("Maximiliane-Alexandra von Hohenzollern-Sigmaringen", "Wolfeschlegelsteinhausenbergerdorff")
_RIGHT_TO_LEFT = ("נועה לוי", "أحمد الحسيني", "דניאל כהן", "ليلى منصور")
_COMMENTS = ("", "", "", "two of them at the harbour fair", "one large: a hospital group, first meeting on Tuesday")


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail: its kind, in what state, and itself."""

    kind: str
    state: str
    mail: Composed


def firm(teams: int, reps: int, language: str, names: Sequence[str] = _NAMES, own: int = 0) -> Roster:
    """A director, so many teams, so many reps shared among them, and reps of the director's own."""
    made = [_person("director", "Dorte Holm", None, language)]
    made += [_person(f"m{n}", names[n % len(names)], "director", language) for n in range(teams)]
    made += [
        _person(f"r{n}", names[(n + 3) % len(names)], f"m{n % teams}", language) for n in range(reps if teams else 0)
    ]
    made += [_person(f"own{n}", names[(n + 5) % len(names)], "director", language) for n in range(own)]
    managers = {one.reports_to for one in made}
    return Roster(tuple(msgspec.structs.replace(one, reports_number=one.id not in managers) for one in made))


def tower(levels: int, language: str) -> Roster:
    """So many managers, each reporting to the one before, and two reps below the last."""
    chain = ["director", *(f"m{level}" for level in range(levels))]
    made = [_person("director", "Dorte Holm", None, language)]
    made += [
        _person(one, _NAMES[place % len(_NAMES)], above, language) for place, (above, one) in enumerate(pairwise(chain))
    ]
    made += [_person(f"r{number}", _NAMES[-number - 1], chain[-1], language) for number in range(2)]
    return Roster(tuple(msgspec.structs.replace(one, reports_number=one.email.startswith("r")) for one in made))


def _person(local: str, name: str, above: str | None, language: str) -> Person:
    address = f"{local}@nordvik.example"
    boss = None if above is None else new_id(f"{above}@nordvik.example")
    return Person(new_id(address), address, name, boss, language=language, timezone="Europe/Copenhagen")


@dataclass
class Weeks:
    """A firm's weeks, the last of them told event by event. Nobody reports more than `most`; in the weeks before,
    those of `closed`, counted back from this one, had no round, and everybody reported 0 in those of `quiet`."""

    settings: Settings
    composer: Composer
    most: int = 11
    closed: frozenset[int] = frozenset({5})
    quiet: frozenset[int] = frozenset()
    dice: Random = field(default_factory=lambda: Random(48))  # noqa: S311  numbers to look at
    happened: list[events.Event] = field(default_factory=list)
    known: dict[Week, Timetable] = field(default_factory=dict)

    @property
    def roster(self) -> Roster:
        return self.settings.roster

    def times(self, week: Week) -> Timetable:
        if week not in self.known:
            self.known[week] = timetable(week, self.roster, self.settings.schedule)
        return self.known[week]

    @property
    def first(self) -> datetime:
        return self._asked(WEEK)

    def _asked(self, week: Week) -> datetime:
        first = self.times(week).first_ask
        if first is None:
            raise ValueError(f"nobody is asked in {week}")
        return first

    def add(self, kind: Any, at: datetime | None = None, **facts: Any) -> None:
        key = f"{WEEK}/{len(self.happened)}"
        self.happened.append(kind(key=key, round=str(WEEK), at=at or self.first, **facts))

    def opened(self, unasked: Sequence[Person] = ()) -> Weeks:
        """Everybody was asked, but for those whose ask could not leave in time."""
        self.happened = []
        self.add(events.Opened, people=self.roster.people)
        for rep in self.roster.reps:
            key = str(MailKey(WEEK, "ask", rep.id))
            if rep in unasked:
                self.add(events.Skipped, mail=key, reason="the deadline had passed")
                continue
            self.add(events.Claimed, mail=key, attempt=1, message_id="<sample@nordvik.example>")
            self.add(events.Sent, mail=key)
        return self

    def answered(self, share: float) -> Weeks:
        """So many of the reps have answered; of the others one is away and one could not be read."""
        silent = []
        for place, rep in enumerate(self.roster.reps):
            if (place * 7) % 10 < share * 10:
                self.answer(rep, self.dice.randrange(self.most + 1), self.dice.choice(_COMMENTS))
            else:
                silent.append(rep)
        if share > 0 and len(silent) > 2:
            until = WEEK.day(6) + timedelta(days=12)
            self.add(events.Away, person=silent[0].id, received=self.first, entered_by=silent[0].id, until=until)
            self.add(
                events.Received, message="m", outcome="unclear", rule="", folder="INBOX", uidvalidity=1, uid=1,
                person=silent[1].id, words="3 or 4, depends on how you count",
            )  # fmt: skip
        return self

    def answer(self, rep: Person, number: int, comment: str = "", at: datetime | None = None) -> None:
        self.add(
            events.Answered, at=at, person=rep.id, number=Decimal(number), received=at or self.first,
            entered_by=rep.id, comment=comment,
        )  # fmt: skip

    def noted(self, manager: Person, text: str) -> Weeks:
        self.add(events.Noted, author=manager.id, text=text, received=self.first, message="m")
        return self

    def questioned(self, kind: str, **facts: Any) -> MailKey:
        rep = self.roster.reps[0]
        key = MailKey(WEEK, kind, rep.id, 1)
        self.add(
            events.Questioned,
            mail=str(key),
            person=rep.id,
            address=rep.email,
            message="m",
            received=self.first,
            **facts,
        )
        return key

    def before(self, weeks: int) -> tuple[Past, ...]:
        """So many weeks before, newest first; one late answer came last week."""
        weeks_before = (WEEK.plus(-back) for back in range(1, weeks + 1) if back not in self.closed)
        return tuple(kept_of(self._past(week, WEEK.since(week))) for week in weeks_before)

    def _past(self, week: Week, back: int) -> Round:
        happened: list[events.Event] = [self._event(week, events.Opened, 0, people=self.roster.people)]
        for rep in self.roster.reps:
            key = str(MailKey(week, "ask", rep.id))
            happened.append(self._event(week, events.Sent, len(happened), mail=key))
            if self.dice.random() < 0.9:
                late = back == 1 and rep is self.roster.reps[-1]
                facts: dict[str, Any] = {"person": rep.id, "entered_by": rep.id, "received": self._asked(week)}
                number = Decimal(0 if back in self.quiet else self.dice.randrange(self.most + 1))
                happened.append(self._event(week, events.Answered, len(happened), late=late, number=number, **facts))
        reports = [("summary", manager) for manager in self.roster.managers]
        reports += [("digest", self.roster.director)] if self.roster.director else []
        for kind, reader in reports:
            sent = str(MailKey(week, kind, reader.id))
            happened.append(self._event(week, events.Sent, len(happened), hours=4, mail=sent))
        return rounds.fold(happened, Round(str(week)))

    def _event(
        self, week: Week, kind: Any, place: int, *, late: bool = False, hours: int = 0, **facts: Any
    ) -> events.Event:
        at = self._asked(week) + timedelta(hours=22 if late else hours)
        event: events.Event = kind(key=f"{week}/{place}", round=str(week), at=at, **facts)
        return event

    def mail(self, key: MailKey, before: Sequence[Past], **facts: Any) -> Composed:
        times = self.times(WEEK)
        at = {"summary": times.summaries.get(key.person), "digest": times.digest}.get(key.kind) or self.first
        this = rounds.fold(self.happened, Round(str(WEEK)))
        return self.composer.compose(key, Scene(this, times, tuple(before), at, **facts))


def mails(settings: Settings, language: str) -> Iterator[Sample]:
    """Every kind of mail in one language, in its states. `settings` gives the words of the question, the sender and
    the templates, and the people of the last few mails; all others are made up."""
    settings = replace(settings, organisation=replace(settings.organisation, language=language))
    composer = Composer(settings)
    yield from _usual(settings, composer, language)
    yield from _to_the_operator(Weeks(replace(settings, roster=firm(3, 14, language)), composer))
    yield from _sizes(settings, composer, language)
    yield from _pictures(settings, composer, language)
    yield from _own(settings, composer, language)


def broken_mails(settings: Settings) -> Iterator[str]:
    """What is wrong with the operator's own templates, found by making every kind of mail with them: file, line and
    fault, each once."""
    if settings.templates_dir is None:
        return
    composer = Composer(settings)
    for _ in _usual(settings, composer, settings.organisation.language):
        pass
    yield from composer.failed


def _usual(settings: Settings, composer: Composer, language: str) -> Iterator[Sample]:
    weeks = Weeks(replace(settings, roster=firm(3, 14, language, own=2)), composer)
    past = weeks.before(11)
    yield from _to_reps(weeks, past)
    yield from _reports(weeks, past)


def _to_reps(weeks: Weeks, past: Sequence[Past]) -> Iterator[Sample]:
    rep = weeks.roster.reps[0]
    ask = MailKey(WEEK, "ask", rep.id)
    yield Sample("ask", "first week", weeks.opened().mail(ask, ()))
    yield Sample("ask", "usual", weeks.mail(ask, past))
    yield Sample("nudge", "first", weeks.mail(MailKey(WEEK, "nudge", rep.id, 1), past))
    yield Sample("nudge", "last", weeks.mail(MailKey(WEEK, "nudge", rep.id, 2), past))
    for kind, state, facts in _questions(weeks.roster):
        yield Sample(kind, state, weeks.opened().mail(weeks.questioned(kind, **facts), past))


def _questions(roster: Roster) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each question and receipt: its kind, its state, and what it is about."""
    words, seven, note = "3 or 4, depends on how you count", Decimal(7), "Strong week; the fair brought five of these."
    yield "unclear", "two numbers", {"reason": "several", "candidates": ("3", "4"), "words": words}
    yield "unclear", "outside the bounds", {"reason": "bounds", "candidates": ("7000",), "words": "7000"}
    yield "unclear", "not whole", {"reason": "decimals", "candidates": ("3.5",), "words": "3.5"}
    yield "unclear", "no number", {"reason": "none", "words": "Will tell you on Monday"}
    yield "unclear", "a question", {"reason": "question", "words": "Does a renewal count?"}
    yield "unclear", "empty", {"reason": "empty", "words": ""}
    yield "unclear", "unknown name", {"reason": "name", "candidates": ("Ana",), "words": "Ana 4"}
    yield "unclear", "help", {"reason": "help", "words": "help"}
    yield "which_week", "usual", {"number": seven, "other_week": str(WEEK.plus(-1))}
    yield "confirm", "a number", {"number": seven, "reason": "answer"}
    yield "confirm", "away", {"reason": "away"}
    yield "whose", "usual", {"number": seven, "other_address": roster.reps[1].id}
    yield "whose", "no number", {"other_address": roster.reps[1].id}
    yield "warning", "usual", {"number": seven, "other_address": "anna.privat@elsewhere.example", "reason": "k"}
    yield "receipt", "a number", {"number": seven, "reason": "answer"}
    yield "receipt", "away", {"reason": "away"}
    yield "receipt", "back", {"reason": "back"}
    yield "receipt", "withdrawn", {"reason": "withdrawn"}
    yield "receipt", "note for this digest", {"reason": "note_now", "words": note}
    yield "receipt", "note for the next", {"reason": "note_next", "words": note}


def _reports(weeks: Weeks, past: Sequence[Past]) -> Iterator[Sample]:
    manager = weeks.roster.managers[0]
    note = "Strong week in the north; the fair brought five of these."
    for state, share, before in (
        ("usual", 0.8, past),
        ("everyone answered", 1, past),
        ("nobody answered", 0, past),
        ("first week", 0.8, ()),
    ):
        weeks.opened().answered(share)
        yield Sample("summary", state, _summary(weeks, manager, before))
        if share:
            weeks.noted(manager, note)
        yield Sample("digest", state, _digest(weeks, before))
    yield Sample(
        "digest", "late, and replies could not be read", _digest(weeks, past, late=True, unread_since=weeks.first)
    )
    left_out = [weeks.roster.reps[place] for place in (7, 8)]
    yield Sample("digest", "some not asked", _digest(weeks.opened(left_out).answered(0.5), past))
    yield Sample("correction", "usual", _corrected(weeks.opened().answered(0.8), past))


def _sizes(settings: Settings, composer: Composer, language: str) -> Iterator[Sample]:
    """Firms of other sizes and names than is usual."""
    for state, roster in (
        ("80 reps in 10 teams", firm(10, 80, language)),
        ("40 teams", firm(40, 120, language)),
        ("12 levels", tower(12, language)),
        ("no teams", firm(0, 0, language, own=6)),
        ("long names", firm(2, 6, language, _LONG, own=1)),
        ("names from right to left", firm(2, 8, language, _RIGHT_TO_LEFT, own=1)),
    ):
        weeks = Weeks(replace(settings, roster=roster), composer).opened().answered(0.8)
        before = weeks.before(11)
        yield Sample("digest", state, _digest(weeks, before))
        if roster.managers:
            yield Sample("summary", state, _summary(weeks, roster.managers[0], before))
    for state, names in (("long names", _LONG), ("names from right to left", _RIGHT_TO_LEFT)):
        weeks = Weeks(replace(settings, roster=firm(2, 6, language, names)), composer)
        other = weeks.roster.reps[1].id
        key = weeks.opened().questioned("whose", number=Decimal(7), other_address=other)
        yield Sample("whose", state, weeks.mail(key, ()))
    talkative = Weeks(replace(settings, roster=firm(1, 12, language)), composer)
    talkative.opened()
    for place, rep in enumerate(talkative.roster.reps):
        talkative.answer(rep, place, " ".join(["one large: a hospital group, first meeting on Tuesday."] * place))
    yield Sample("summary", "12 lengths of comments", _summary(talkative, talkative.roster.managers[0], ()))


def _pictures(settings: Settings, composer: Composer, language: str) -> Iterator[Sample]:
    """What a picture has to stand."""
    plain = replace(settings, roster=firm(3, 14, language))
    for state, weeks, past in (
        ("one week of history", Weeks(plain, composer), 1),
        ("52 weeks of history", Weeks(plain, composer), 52),
        ("weeks without a round", Weeks(plain, composer, closed=frozenset({1, 2, 5, 6, 7, 10})), 11),
        ("weeks of nought", Weeks(plain, composer, quiet=frozenset({2, 3, 6})), 11),
        ("nothing but nought", Weeks(plain, composer, most=0), 11),
        ("numbers up to 9,999", Weeks(plain, composer, most=9999, quiet=frozenset({4})), 11),
    ):
        before = weeks.before(past)
        yield Sample("digest", state, _digest(weeks.opened().answered(0.8), before))


def _own(settings: Settings, composer: Composer, language: str) -> Iterator[Sample]:
    """The people of the settings, all of them in this language."""
    people = tuple(msgspec.structs.replace(one, language=language) for one in settings.roster.people)
    weeks = Weeks(replace(settings, roster=Roster(people)), composer)
    before = weeks.before(11)
    for state, share in (("your people", 0.8), ("your people, nobody answered", 0)):
        weeks.opened().answered(share)
        yield Sample("digest", state, _digest(weeks, before))
        for manager in weeks.roster.managers[:1]:
            yield Sample("summary", state, _summary(weeks, manager, before))
    for rep in weeks.roster.reps[:1]:
        yield Sample("ask", "your people", weeks.mail(MailKey(WEEK, "ask", rep.id), before))


def _summary(weeks: Weeks, manager: Person, past: Sequence[Past]) -> Composed:
    return weeks.mail(MailKey(WEEK, "summary", manager.id), past)


def _to_the_operator(weeks: Weeks) -> Iterator[Sample]:
    """Each kind of trouble, and its end."""
    composer, until = weeks.composer, weeks.first + timedelta(days=9)
    names = [one.name for one in weeks.roster.reps[:2]]
    troubles: tuple[dict[str, Any], ...] = (
        {"name": "mailbox", "reason": "IMAP server mail.nordvik.example:993: no answer in time. Check host and port."},
        {"name": f"digest/{WEEK}", "week": str(WEEK), "reason": "451 4.7.1 try later"},
        {"name": f"refused/{WEEK}", "week": str(WEEK), "reason": "554 5.7.1 refused by policy"},
        {"name": f"bounces/{WEEK}", "week": str(WEEK), "reason": "550 5.1.1 no such user"},
        {"name": "held"},
        {"name": "disk"},
        {"name": "settings", "reason": "settings.yaml, line 23: people[4].reports_to: nobody has that address."},
        {"name": f"restored/{WEEK}", "week": str(WEEK)},
        {"name": "day", "until": weeks.first + timedelta(hours=23)},
        {"name": "certificate/IMAP", "server": "mail.nordvik.example", "until": until},
        {"name": "sign-in", "until": until},
    )
    for facts in troubles:
        raised = events.Alarmed(key=f"alarm/{facts['name']}/1", round=None, at=weeks.first, number=1, **facts)
        state = facts["name"].partition("/")[0]
        for kind, alarm in (("alarm", Alarm(raised)), ("alarm_over", Alarm(raised, until))):
            if kind == "alarm" or state == "mailbox":
                yield Sample(
                    kind,
                    state,
                    composer.alarm(
                        alarms.key_of(alarm), alarm, names if state in {"refused", "bounces"} else [], weeks.first
                    ),
                )


def _digest(weeks: Weeks, past: Sequence[Past], **facts: Any) -> Composed:
    return weeks.mail(MailKey(WEEK, "digest", _director(weeks).id), past, **facts)


def _corrected(weeks: Weeks, past: Sequence[Past]) -> Composed:
    """Two of the silent have answered after the digest left."""
    director = _director(weeks)
    digest = str(MailKey(WEEK, "digest", director.id))
    left = weeks.times(WEEK).digest or weeks.first
    weeks.add(events.Sent, mail=digest, at=left)
    this = rounds.fold(weeks.happened, Round(str(WEEK)))
    for rep in [one for one in weeks.roster.reps if this.answer(one.id) is None][:2]:
        weeks.answer(rep, 4, at=left + timedelta(hours=16))
    return weeks.mail(MailKey(WEEK, "correction", director.id, 1), past)


def _director(weeks: Weeks) -> Person:
    if weeks.roster.director is None:
        raise ValueError("a firm has a director")
    return weeks.roster.director
