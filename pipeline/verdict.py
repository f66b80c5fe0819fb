"""What becomes of a reply? One ordered table of named rules; the first that fits decides.

Pure: what the message says (`reading`), who wrote it and for which week (`sender`), and how the rounds stand go in; an
outcome and the events that it brings about come out. Fetching, recording and moving are `inbox`'s business.

Laws:
1. Every message gets exactly one outcome, with the name of the rule that decided.
2. The keys of its events are made of the message, so that doing it again changes nothing.
3. A machine is never answered, a stranger never is, and nobody is asked back more often than the caps allow.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipeline import events
from pipeline.events import Event
from pipeline.mail import MailKey
from pipeline.reading import Effect, Reading
from pipeline.roster import Person, Roster, address
from pipeline.rounds import Round
from pipeline.sender import Sender
from pipeline.weeks import Week

QUESTIONS_A_ROUND = 2
WARNINGS_A_ROUND = 2
RECEIPTS_A_ROUND = 5
WEEKS_TO_CORRECT = 4
_REPORTS = frozenset({"summary", "digest", "correction"})
_ASKED_BACK = frozenset({"unclear", "which_week", "confirm", "whose"})


@dataclass(frozen=True, slots=True)
class Letter:
    """One fetched message: `hash` of its header block, when it arrived (UTC), its Message-ID, who wrote it, what it
    says, and whether a machine wrote it."""

    hash: str
    arrived: datetime
    message_id: str
    sender: Sender
    reading: Reading
    machine: bool = False


@dataclass(frozen=True)
class Desk:
    """What a verdict looks at.

    `round` gives a week's state; `open_week` is the round a person is in at a time; `week` is that of the letter's
    arrival, `now` the time of judging; `absent` holds whom the standing book has as away.
    """

    roster: Roster
    round: Callable[[Week], Round]
    open_week: Callable[[Person, datetime], Week | None]
    week: Week
    now: datetime
    absent: Set[str] = frozenset()
    receipts: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, its events, and whether the message stays where it is. `person` is whom it concerns."""

    outcome: str
    events: tuple[Event, ...] = ()
    person: str | None = None
    leave: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table: its name is kept as the reason."""

    name: str
    decide: Callable[[Letter, Desk], Verdict | None]


def decide(letter: Letter, desk: Desk) -> tuple[Verdict, str]:
    """The verdict, and the name of the rule that gave it."""
    for rule in RULES:
        verdict = rule.decide(letter, desk)
        if verdict is not None:
            return verdict, rule.name
    raise AssertionError("the last rule takes everything")


FOREIGN = Verdict("foreign", leave=True)


def _rehearsal(letter: Letter, _: Desk) -> Verdict | None:
    mail = letter.sender.mail
    return FOREIGN if mail is not None and mail.kind in {"rehearsal", "probe"} else None


def _machine(letter: Letter, desk: Desk) -> Verdict | None:
    """Never answered; it counts for the person whose mail it is about."""
    if not letter.machine:
        return None
    person = _person_of_token(letter, desk)
    if person is None and letter.reading.outcome == "away" and letter.sender.verdict == "pass":
        person = letter.sender.writer
    if person is None:
        return FOREIGN
    made = _Made(letter, desk, person)
    week = letter.sender.mail.round if letter.sender.mail else desk.open_week(person, letter.arrived)
    if letter.reading.outcome == "away":
        made.away(letter.reading.effects[0] if letter.reading.effects else Effect("away"), week, automatic=True)
    elif letter.reading.outcome == "bounce" and week is not None:
        made.add(events.Undeliverable, week, person=person.id, reason=letter.reading.evidence)
    return made.verdict(letter.reading.outcome)


def _fails_authentication(letter: Letter, desk: Desk) -> Verdict | None:
    concerned = letter.sender.writer or _person_of_token(letter, desk)
    if letter.sender.verdict != "fail" or concerned is None:
        return None
    return Verdict("held", person=concerned.id)


def _manager(letter: Letter, desk: Desk) -> Verdict | None:
    """A reply to a summary or digest, by the manager whose it is."""
    mail = letter.sender.mail
    person = _person_of_token(letter, desk)
    if mail is None or mail.kind not in _REPORTS or person is None:
        return None
    if not letter.sender.is_known_for(person):
        return Verdict("held", person=person.id)
    return _instructed(letter, desk, person)


def _reply_to_a_question(letter: Letter, desk: Desk) -> Verdict | None:
    """`ok` to a question of ours, or `not me` to a warning."""
    mail = letter.sender.mail
    person = _person_of_token(letter, desk)
    said = letter.reading.effects[0].kind if letter.reading.effects else ""
    if mail is None or person is None:
        return None
    question = desk.round(mail.round).questions.get(str(mail))
    if question is None or letter.sender.address not in {*person.addresses, question.address}:
        return None
    made = _Made(letter, desk, person)
    if said == "withdraw" and mail.kind == "warning":
        made.add(events.Withdrawn, mail.round, person=person.id, answer=question.reason)
        made.receipt("withdrawn")
        return made.verdict("instruction")
    if said == "confirm" and mail.kind in {"confirm", "which_week", "whose"}:
        return _confirmed(made, mail, question)
    return None


def _confirmed(made: _Made, mail: MailKey, question: events.Questioned) -> Verdict | None:
    week = Week.parse(question.other_week) if question.other_week else mail.round
    if question.reason == "away":
        made.away(Effect("away"), week)
        return made.verdict("away")
    if question.number is None:
        return None
    subject = made.desk.roster.get(question.other_address) if mail.kind == "whose" else None
    made.answer(question.number, week, comment=question.comment, person=subject, entered_by=made.person.id)
    return made.verdict("answer")


def _right_person(letter: Letter, desk: Desk) -> Verdict | None:
    person = _person_of_token(letter, desk)
    if person is None or letter.sender.mail is None or not letter.sender.is_known_for(person):
        return None
    return _accepted(letter, desk, person, letter.sender.mail.round)


def _forwarded_ask(letter: Letter, desk: Desk) -> Verdict | None:
    """Somebody of the roster answered another's mail: the writer is asked whose number it is."""
    person, writer = _person_of_token(letter, desk), letter.sender.writer
    if person is None or writer is None or letter.sender.mail is None:
        return None
    made = _Made(letter, desk, writer)
    made.question("whose", letter.sender.address, number=letter.reading.number, other_address=person.id)
    return made.verdict("unconfirmed")


def _unknown_address(letter: Letter, desk: Desk) -> Verdict | None:
    """A good token from an address that nobody has: accepted, flagged, and the known address is warned."""
    person = _person_of_token(letter, desk)
    if person is None or letter.sender.mail is None:
        return None
    return _accepted(letter, desk, person, letter.sender.mail.round, unknown=letter.sender.address)


def _vouched(letter: Letter, desk: Desk) -> Verdict | None:
    writer = letter.sender.writer
    if writer is None or letter.sender.verdict != "pass" or not _about_us(letter):
        return None
    return _accepted(letter, desk, writer, None)


def _unvouched(letter: Letter, desk: Desk) -> Verdict | None:
    """A known address that nobody vouches for: asked to confirm by replying to a mail that carries a token."""
    writer = letter.sender.writer
    if writer is None or not _about_us(letter):
        return None
    made = _Made(letter, desk, writer)
    if letter.reading.outcome in {"answer", "away"}:
        made.question("confirm", writer.email, reason=letter.reading.outcome, number=letter.reading.number)
    return made.verdict("unconfirmed")


RULES = (
    Rule("a rehearsal's or a probe's mail", _rehearsal),
    Rule("a machine wrote it", _machine),
    Rule("it fails the authentication that it should have passed", _fails_authentication),
    Rule("a manager answers a summary", _manager),
    Rule("a word in answer to our question", _reply_to_a_question),
    Rule("our mail, answered by its person", _right_person),
    Rule("our mail, answered by somebody else of the roster", _forwarded_ask),
    Rule("our mail, answered from an address that nobody has", _unknown_address),
    Rule("a known address, and our server vouches for it", _vouched),
    Rule("a known address, and nobody vouches for it", _unvouched),
    Rule("not ours", lambda *_: FOREIGN),
)
"""The table. The first rule that gives a verdict decides."""


def _person_of_token(letter: Letter, desk: Desk) -> Person | None:
    mail = letter.sender.mail
    if mail is None:
        return None
    return desk.roster.get(mail.person) or desk.round(mail.round).people.get(mail.person)


def _about_us(letter: Letter) -> bool:
    """Without a token a message is ours only if it answers us, or if all of it is one number or one instruction:
    people write to a shared inbox about other things too."""
    reading = letter.reading
    if letter.sender.ours:
        return True
    if reading.outcome == "answer":
        return not reading.comment and len(reading.effects) == 1
    return reading.outcome == "instruction" or (reading.outcome == "away" and len(reading.words.split()) <= 2)


def _accepted(letter: Letter, desk: Desk, person: Person, of_token: Week | None, unknown: str | None = None) -> Verdict:
    """The writer is believed: what was said takes effect."""
    made = _Made(letter, desk, person, unknown)
    reading = letter.reading
    open_week = desk.open_week(person, letter.arrived)
    week = of_token or open_week
    if week is None or not person.reports_number:
        return made.verdict("note")  # the director's words, and those of whoever is in no round: filed, no more
    if reading.outcome == "answer" and reading.number is not None:
        return _answered(made, reading, week, open_week or week)
    if reading.outcome == "away":
        made.away(
            next((effect for effect in reading.effects if effect.kind == "away"), Effect("away")), open_week or week
        )
        return made.verdict("away")
    if reading.outcome == "instruction":
        return _said(made, reading.effects, open_week or week)
    made.unclear(reading.reason or "none")
    return made.verdict("unclear")


def _answered(made: _Made, reading: Reading, week: Week, open_week: Week) -> Verdict:
    """Which week? An old thread's token counts for its week, unless a newer round of theirs still waits."""
    assert reading.number is not None  # noqa: S101  the caller has looked
    if open_week > week:
        if made.desk.round(open_week).answer(made.person.id) is None:
            made.question(
                "which_week", made.reply_to(), number=reading.number, comment=reading.comment, other_week=str(week)
            )
            return made.verdict("unclear")
        if open_week.since(week) > WEEKS_TO_CORRECT:
            made.note(made.letter.reading.words, author=made.person)
            return made.verdict("note")
    for effect in reading.effects or (Effect("answer", number=reading.number, text=reading.comment),):
        if effect.kind == "answer" and effect.number is not None:
            made.answer(effect.number, week, comment=reading.comment)
        elif effect.kind == "last" and effect.number is not None:
            made.answer(effect.number, week.plus(-1))
        elif effect.kind == "away":
            made.away(effect, open_week)
    return made.verdict("answer")


def _said(made: _Made, effects: Sequence[Effect], week: Week) -> Verdict:
    effect = effects[0]
    if any(one.who for one in effects):
        made.unclear("several", tuple(str(one.number) for one in effects if one.number is not None))
        return made.verdict("unclear")
    match effect.kind:
        case "last" if effect.number is not None:
            if made.desk.round(week.plus(-1)).people.get(made.person.id) is None:
                made.unclear("none")
                return made.verdict("unclear")
            made.answer(effect.number, week.plus(-1))
            return made.verdict("answer")
        case "back":
            made.back(week)
            return made.verdict("instruction")
        case "help":
            made.unclear("help")
            return made.verdict("instruction")
        case _:
            made.unclear("none")
            return made.verdict("unclear")


def _instructed(letter: Letter, desk: Desk, manager: Person) -> Verdict:
    """A manager's words: `Ana 4` and `Ana off` for the own team, the own number, and all else a note."""
    made = _Made(letter, desk, manager)
    mail = letter.sender.mail
    assert mail is not None  # noqa: S101  the rule has looked
    reading = letter.reading
    named = [effect for effect in reading.effects if effect.who]
    people = {effect: _of_team(effect.who or "", desk.roster, manager) for effect in named}
    if named and all(len(found) == 1 for found in people.values()):
        for effect, (subject,) in people.items():
            if effect.kind == "away":
                made.away(effect, mail.round, person=subject, entered_by=manager.id)
            elif effect.number is not None:
                made.answer(effect.number, mail.round, person=subject, entered_by=manager.id)
        for effect in reading.effects:
            if effect.kind == "note":
                made.note(effect.text)
        return made.verdict("instruction")
    if len(named) > 1 or any(len(found) > 1 for found in people.values()):
        unsure = [effect.who or "" for effect, found in people.items() if len(found) != 1]
        made.unclear("name", tuple(unsure))
        return made.verdict("unclear")
    if reading.outcome == "answer" and manager.reports_number and reading.number is not None and not reading.comment:
        made.answer(reading.number, mail.round)
        return made.verdict("answer")
    if not reading.words:
        return made.verdict("note")
    made.note(reading.words)
    return made.verdict("note")


def _of_team(name: str, roster: Roster, manager: Person) -> list[Person]:
    """The people below this manager whose name, or whose name's first words, these are."""
    wanted = address(name)
    team = list(roster.below(manager.id))
    whole = [person for person in team if address(person.name) == wanted]
    return whole or [person for person in team if f"{address(person.name)} ".startswith(f"{wanted} ")]


@dataclass
class _Made:
    """The events that one letter brings about, made one after the other under keys of the letter."""

    letter: Letter
    desk: Desk
    person: Person
    unknown: str | None = None
    events: list[Event] = field(default_factory=list)

    def add(self, kind: Callable[..., Event], week: Week | None, **facts: Any) -> None:
        key = f"{self.letter.hash}/{len(self.events) + 1}"
        self.events.append(kind(key=key, round=None if week is None else str(week), at=self.desk.now, **facts))

    def verdict(self, outcome: str) -> Verdict:
        return Verdict(outcome, tuple(self.events), self.person.id)

    def reply_to(self) -> str:
        return self.unknown or self.letter.sender.address

    def answer(
        self,
        number: Decimal,
        week: Week,
        *,
        comment: str = "",
        person: Person | None = None,
        entered_by: str | None = None,
    ) -> None:
        subject = person or self.person
        self.add(
            events.Answered,
            week,
            person=subject.id,
            number=number,
            comment=comment,
            received=self.letter.arrived,
            entered_by=entered_by or subject.id,
            message=self.letter.hash,
            unknown_address=self.unknown,
        )
        key = self.events[-1].key
        if subject.id in self.desk.absent:
            self.add(events.Back, None, person=subject.id, received=self.letter.arrived)
        if self.unknown:
            self._warn(number, key)
        else:
            self.receipt("answer", number=number)

    def away(
        self,
        effect: Effect,
        week: Week | None,
        *,
        automatic: bool = False,
        person: Person | None = None,
        entered_by: str | None = None,
    ) -> None:
        subject = person or self.person
        facts = {
            "person": subject.id,
            "received": self.letter.arrived,
            "entered_by": entered_by or subject.id,
            "until": effect.until,
            "automatic": automatic,
            "message": self.letter.hash,
        }
        if week is not None:
            self.add(events.Away, week, **facts)
        if automatic or effect.until is not None:
            self.add(events.Away, None, **facts)

    def back(self, week: Week) -> None:
        for where in (week, None):
            self.add(events.Back, where, person=self.person.id, received=self.letter.arrived)

    def note(self, text: str, author: Person | None = None) -> None:
        """For the digest of the round at hand, or for the next one if it has left; the writer is told which."""
        mail = self.letter.sender.mail
        week = mail.round if mail is not None else self.desk.week
        writer = author or self.person
        if writer.reports_to is None:
            return
        self.add(
            events.Noted, week, author=writer.id, text=text, received=self.letter.arrived, message=self.letter.hash
        )
        left = self._digest_has_left(week)
        self.question("receipt", self.reply_to(), reason="note_next" if left else "note_now")

    def _digest_has_left(self, week: Week) -> bool:
        round_ = self.desk.round(week)
        director = round_.roster.director
        return director is not None and round_.mail(MailKey(week, "digest", director.id)).claimed is not None

    def unclear(self, reason: str, candidates: tuple[str, ...] = ()) -> None:
        reading = self.letter.reading
        self.question("unclear", self.reply_to(), reason=reason, candidates=candidates or reading.candidates)

    def receipt(self, reason: str, number: Decimal | None = None) -> None:
        if self.desk.receipts or reason not in {"answer", "away", "back"}:
            self.question("receipt", self.reply_to(), reason=reason, number=number)

    def _warn(self, number: Decimal, answer: str) -> None:
        """To the known address, once for each unknown one."""
        given = self._open_round().questions.values()
        if any(one.other_address == self.unknown and one.person == self.person.id for one in given):
            return
        self.question("warning", self.person.email, number=number, reason=answer, other_address=self.unknown or "")

    def question(self, kind: str, to: str, **facts: Any) -> None:
        """Put a question or a word back into the open round, as far as the caps allow. A stranger gets none."""
        if self.unknown and to == self.unknown:
            to = self.person.email
        week = self.desk.open_week(self.person, self.letter.arrived) or self.desk.week
        key = self._next_key(kind, week)
        if key is None:
            return
        facts = {"words": self.letter.reading.words[:500], "comment": ""} | facts
        self.add(
            events.Questioned,
            week,
            mail=str(key),
            person=self.person.id,
            address=to,
            message=self.letter.hash,
            answers=self.letter.message_id,
            received=self.letter.arrived,
            **facts,
        )

    def _next_key(self, kind: str, week: Week) -> MailKey | None:
        asked = [MailKey.parse(mail) for mail in self._open_round().questions]
        asked += [MailKey.parse(one.mail) for one in self.events if isinstance(one, events.Questioned)]
        mine = [key for key in asked if key.person == self.person.id]
        counted = [key for key in mine if key.kind == kind or (kind in _ASKED_BACK and key.kind in _ASKED_BACK)]
        most = {"warning": WARNINGS_A_ROUND, "receipt": RECEIPTS_A_ROUND}.get(kind, QUESTIONS_A_ROUND)
        if len(counted) >= most:
            return None
        return MailKey(week, kind, self.person.id, 1 + sum(key.kind == kind for key in mine))

    def _open_round(self) -> Round:
        return self.desk.round(self.desk.open_week(self.person, self.letter.arrived) or self.desk.week)
