"""What becomes of a reply? One ordered table of named rules; the first that fits decides.

Pure: what the message says (`reading`), who wrote it and for which week (`sender`), and how the rounds stand go in; an
outcome and the events that it brings about come out. Fetching, recording and moving are `inbox`'s business.

Laws:
1. Every message gets exactly one outcome, with the name of the rule that decided.
2. The keys of its events are made of the message, so that doing it again changes nothing.
3. A machine is never answered, a stranger never is, and nobody is asked back more often than the caps allow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from pipeline import events
from pipeline.events import Event, Questioned
from pipeline.mail import ALARMS, MailKey
from pipeline.reading import Effect, Reading
from pipeline.roster import Person, Roster, bearers
from pipeline.rounds import Round
from pipeline.sender import Sender
from pipeline.weeks import Week

QUESTIONS_A_ROUND = 2
WARNINGS_A_ROUND = 2
RECEIPTS_A_ROUND = 5
WEEKS_TO_CORRECT = 4
_REPORTS = frozenset({"summary", "digest", "correction"})
_OF_A_REPORT = frozenset({"name", "note_now", "note_next"})  # why a manager got a question or a word back
_BARE_WORDS, _DATED_WORDS = 2, 6  # "on holiday"; "off until Monday 12 January 2027"
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
    return FOREIGN if mail is not None and mail.kind in {"rehearsal", "probe", *ALARMS} else None


def _own_mail(letter: Letter, desk: Desk) -> Verdict | None:
    """A list that we are on, a copy for the archive, a rule that sends our mail back: what it says is our own."""
    if not letter.sender.own:
        return None
    person = _person_of_token(letter, desk)
    return Verdict("auto_reply", person=person.id if person else None)


def _machine(letter: Letter, desk: Desk) -> Verdict | None:
    """Never answered; it counts for the person whose mail it is about. Being away, only for whose mailbox says so."""
    if not letter.machine:
        return None
    sender, outcome = letter.sender, letter.reading.outcome
    person = _person_of_token(letter, desk)
    if person is None and outcome == "away" and sender.verdict == "pass":
        person = sender.writer if sender.writer is not None and _is_own_mailbox(letter, sender.writer) else None
    if person is None:
        return FOREIGN
    made = _Made(letter, desk, person)
    told_by = sender.mail.round if sender.mail else None
    if outcome == "away":
        if not _is_own_mailbox(letter, person):
            return made.verdict("auto_reply")
        effect = letter.reading.effects[0] if letter.reading.effects else Effect("away")
        made.away(effect, made.open_week or told_by, automatic=True)
    elif outcome == "bounce" and sender.mail is not None and sender.mail.copy:
        return made.verdict("auto_reply")  # a deputy's copy came back, the person's own mail did not
    elif outcome == "bounce" and told_by is not None:
        made.add(events.Undeliverable, told_by, person=person.id, reason=letter.reading.evidence)
    return made.verdict(outcome)


def _is_own_mailbox(letter: Letter, person: Person) -> bool:
    """Not a deputy's, who gets copies, nor that of a colleague to whom the mail went on."""
    writer = letter.sender.writer
    return letter.sender.address not in person.copies_to and (writer is None or writer.id == person.id)


def _fails_authentication(letter: Letter, desk: Desk) -> Verdict | None:
    concerned = letter.sender.writer or _person_of_token(letter, desk)
    if letter.sender.verdict != "fail" or concerned is None:
        return None
    return Verdict("held", person=concerned.id)


def _manager(letter: Letter, desk: Desk) -> Verdict | None:
    """A reply to a summary or digest, or to what we said back to one, by the manager whose it is."""
    mail = letter.sender.mail
    person = _person_of_token(letter, desk)
    if mail is None or person is None:
        return None
    question = desk.round(mail.round).questions.get(str(mail))
    back = question is not None and question.reason in _OF_A_REPORT
    if mail.kind not in _REPORTS and not back:
        return None
    if not letter.sender.is_known_for(person) or person.id not in desk.roster:
        return Verdict("held", person=person.id)
    if back and _word(letter) == "confirm":
        return Verdict("instruction", person=person.id)
    week = Week.parse(question.other_week) if question is not None and question.other_week else mail.round
    return _instructed(_Made(letter, desk, person), week)


def _reply_to_a_question(letter: Letter, desk: Desk) -> Verdict | None:
    """`ok` to a question of ours, or `not me` to a warning."""
    mail = letter.sender.mail
    person = _person_of_token(letter, desk)
    if mail is None or person is None:
        return None
    question = desk.round(mail.round).questions.get(str(mail))
    if question is None or letter.sender.address not in {*person.addresses, question.address}:
        return None
    made = _Made(letter, desk, person)
    match _word(letter), mail.kind:
        case "withdraw", "warning":
            made.withdraw(question, mail.round)
            return made.verdict("instruction")
        case "confirm", "confirm" | "which_week" | "whose":
            return _confirmed(made, mail, question)
        case ("confirm", "warning" | "receipt") | ("withdraw", "confirm" | "whose"):
            return made.verdict("instruction")  # all is as it should be, or nothing was counted yet
    return None


def _word(letter: Letter) -> str:
    return letter.reading.effects[0].kind if letter.reading.effects else ""


def _confirmed(made: _Made, mail: MailKey, question: Questioned) -> Verdict | None:
    week = Week.parse(question.other_week) if question.other_week else mail.round
    absence = Effect("away", until=question.until)
    if question.reason == "away":
        made.away(absence, week)
        return made.verdict("away")
    subject = made.known(question.other_address, week) if mail.kind == "whose" else made.person
    if question.number is None or subject is None:
        return None
    made.answer(question.number, week, comment=question.comment, person=subject, entered_by=made.person.id)
    if question.until is not None and subject is made.person:
        made.away(absence, week)
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
    made.question(
        "whose",
        letter.sender.address,
        number=letter.reading.number,
        comment=letter.reading.comment,
        other_address=person.id,
        other_week=str(letter.sender.mail.round),
    )
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
    week = desk.open_week(writer, letter.arrived)
    if week is not None and not writer.reports_number and letter.sender.ours:
        return _instructed(_Made(letter, desk, writer), week)
    return _accepted(letter, desk, writer, None)


def _unvouched(letter: Letter, desk: Desk) -> Verdict | None:
    """A known address that nobody vouches for: asked to confirm by replying to a mail that carries a token."""
    writer = letter.sender.writer
    if writer is None or not _about_us(letter):
        return None
    made = _Made(letter, desk, writer)
    reading, week = letter.reading, made.open_week
    if week is None or not writer.reports_number or _names_a_colleague(made, week):
        return made.verdict("unconfirmed")
    if reading.outcome in {"answer", "away"}:
        until = next((effect.until for effect in reading.effects if effect.kind == "away"), None)
        facts = {"number": reading.number, "comment": reading.comment, "until": until}
        made.question("confirm", writer.email, reason=reading.outcome, **facts)
    elif _word(letter) == "last":
        before = str(week.plus(-1))
        made.question("confirm", writer.email, reason="last", number=reading.effects[0].number, other_week=before)
    return made.verdict("unconfirmed")


RULES = (
    Rule("a rehearsal's or a probe's mail, or an alarm's", _rehearsal),
    Rule("our own mail came back", _own_mail),
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
    if reading.outcome == "instruction":
        return _word(letter) not in {"confirm", "withdraw"}  # yes, but to what?
    dated = any(effect.until is not None for effect in reading.effects)
    return reading.outcome == "away" and len(reading.words.split()) <= (_DATED_WORDS if dated else _BARE_WORDS)


def _accepted(letter: Letter, desk: Desk, person: Person, of_token: Week | None, unknown: str | None = None) -> Verdict:
    """The writer is believed: what was said takes effect."""
    made = _Made(letter, desk, person, unknown)
    reading = letter.reading
    open_week = made.open_week
    week = of_token or open_week
    if week is None or not person.reports_number:
        return made.verdict("note")  # the director's words, and those of whoever is in no round: filed, no more
    if _names_a_colleague(made, week):
        made.unclear("none")
        return made.verdict("unclear")
    if reading.outcome == "answer" and reading.number is not None:
        return _answered(made, week, open_week)
    if reading.outcome == "away":
        made.away(
            next((effect for effect in reading.effects if effect.kind == "away"), Effect("away")), open_week or week
        )
        return made.verdict("away")
    if reading.outcome == "instruction":
        return _said(made, reading.effects, week, open_week or week)
    made.unclear(reading.reason or "none")
    return made.verdict("unclear")


def _names_a_colleague(made: _Made, week: Week) -> bool:
    """`Bo 4`, where a Bo is there and did not write it: not the writer's number, nor the writer's absence. A name that
    nobody bears is a customer's."""
    named = [effect.who for effect in made.letter.reading.effects if effect.who]
    meant = [bearer for name in named for bearer in bearers(name, made.tree(week).people)]
    return any(bearer.id != made.person.id for bearer in meant) and made.person not in meant


def _answered(made: _Made, week: Week, open_week: Week | None) -> Verdict:
    """Which week? An old thread's token counts for its week, unless a newer round of theirs still waits."""
    reading = made.letter.reading
    assert reading.number is not None  # noqa: S101  the caller has looked
    absences = [effect for effect in reading.effects if effect.kind == "away"]
    if open_week is not None and open_week > week and made.desk.round(open_week).answer(made.person.id) is None:
        for effect in absences:
            made.away(effect, open_week)
        made.question(
            "which_week", made.reply_to(), number=reading.number, comment=reading.comment, other_week=str(week)
        )
        return made.verdict("unclear")
    if made.is_too_old(week):
        made.note(made.letter.reading.words, week)
        return made.verdict("note")
    for effect in reading.effects or (Effect("answer", number=reading.number, text=reading.comment),):
        if effect.kind == "answer" and effect.number is not None:
            made.answer(effect.number, week, comment=reading.comment)
        elif effect.kind == "last" and effect.number is not None and made.was_there(week.plus(-1)):
            made.answer(effect.number, week.plus(-1))
    for effect in absences:
        made.away(effect, open_week or week)
    return made.verdict("answer")


def _said(made: _Made, effects: Sequence[Effect], week: Week, open_week: Week) -> Verdict:
    """An instruction; `week` is the token's, or the open round."""
    effect = effects[0]
    if any(one.who for one in effects):
        made.unclear("several", tuple(str(one.number) for one in effects if one.number is not None))
        return made.verdict("unclear")
    match effect.kind:
        case "last" if effect.number is not None and made.was_there(week.plus(-1)):
            if made.is_too_old(week.plus(-1)):
                made.note(made.letter.reading.words, week)
                return made.verdict("note")
            made.answer(effect.number, week.plus(-1))
            return made.verdict("answer")
        case "back":
            made.back(open_week)
            return made.verdict("instruction")
        case "help":
            made.unclear("help")
            return made.verdict("instruction")
        case _:
            made.unclear("none")
            return made.verdict("unclear")


def _instructed(made: _Made, week: Week) -> Verdict:
    """A manager's words: `Ana 4` and `Ana off` for the own team, the own number, and all else a note."""
    reading, manager = made.letter.reading, made.person
    team = _team(made, week)
    named = {effect: bearers(effect.who, team) for effect in reading.effects if effect.who}
    doubt = _doubt(reading, named)
    if named and doubt is None and all(named.values()):
        _entered(made, {effect: people[0] for effect, people in named.items()}, week)
        return made.verdict("instruction")
    if doubt is not None and manager.reports_to is not None:
        made.unclear(*doubt, other_week=str(week))
        return made.verdict("unclear")
    if reading.outcome == "answer" and manager.reports_number and not reading.comment and not named:
        return _answered(made, week, made.open_week)
    if reading.words and reading.reason != "reaction":
        made.note(reading.words, week)
    return made.verdict("note")


def _entered(made: _Made, named: Mapping[Effect, Person], week: Week) -> None:
    for effect, subject in named.items():
        if effect.kind == "away":
            made.away(effect, week, person=subject, entered_by=made.person.id)
        elif effect.number is not None:
            made.answer(effect.number, week, person=subject, entered_by=made.person.id)
    for effect in made.letter.reading.effects:
        if effect.kind == "note":
            made.note(effect.text, week)


def _doubt(reading: Reading, named: Mapping[Effect, Sequence[Person]]) -> tuple[str, tuple[str, ...]] | None:
    """Why a manager is asked whom they mean, and about which words. A single name that nobody of the team bears is
    not in doubt: it is the beginning of a sentence."""
    if reading.reason == "bounds" and any(named.values()):
        return "bounds", reading.candidates
    unsure = tuple(effect.who or "" for effect, people in named.items() if len(people) != 1)
    if unsure and (len(named) > 1 or any(named.values())):
        return "name", unsure
    return None


def _team(made: _Made, week: Week) -> list[Person]:
    """Everyone below a manager as the round has them, for moves apply from the next one; of the director's, the
    direct reports."""
    tree, left = made.tree(week), made.desk.round(week).left
    below = tree.reports(made.person.id) if made.person.reports_to is None else tree.below(made.person.id)
    return [person for person in below if person.id not in left]


@dataclass
class _Made:
    """The events that one letter brings about, made one after the other under keys of the letter."""

    letter: Letter
    desk: Desk
    person: Person
    unknown: str | None = None
    events: list[Event] = field(default_factory=list)

    def add(self, kind: type[Event], week: Week | None, **facts: Any) -> None:
        # Counted by kind, so that what is not made again when a message is judged twice renames none of the others.
        number = 1 + sum(isinstance(event, kind) for event in self.events)
        key = f"{self.letter.hash}/{kind.__name__.lower()}/{number}"
        at = self.desk.now
        if week is not None and kind in {events.Answered, events.Noted}:
            at = self.desk.round(week).moment(at)
        self.events.append(kind(key=key, round=None if week is None else str(week), at=at, **facts))

    @cached_property
    def open_week(self) -> Week | None:
        """The round that the person was in when the letter came."""
        return self.desk.open_week(self.person, self.letter.arrived)

    def verdict(self, outcome: str) -> Verdict:
        return Verdict(outcome, tuple(self.events), self.person.id)

    def reply_to(self) -> str:
        return self.unknown or self.letter.sender.address

    def tree(self, week: Week) -> Roster:
        """Who is there and who reports to whom, as the round has it; one that is not open, as it is today."""
        round_ = self.desk.round(week)
        return round_.roster if round_.people else self.desk.roster

    def known(self, person: str, week: Week) -> Person | None:
        return self.desk.roster.get(person) or self.desk.round(week).people.get(person)

    def was_there(self, week: Week) -> bool:
        """Had the round of that week this person?"""
        return self.person.id in self.desk.round(week).people

    def is_too_old(self, week: Week) -> bool:
        return (self.open_week or self.desk.week).since(week) > WEEKS_TO_CORRECT

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
        elif subject.id == self.person.id:
            # A receipt for another's number would be answered with a number, and that would be taken for one's own.
            self.receipt("answer", number=number)

    def withdraw(self, warning: Questioned, week: Week) -> None:
        """Take back whatever came from the address that was warned of: it is warned of once, and may have gone on."""
        for one in (week.plus(-back) for back in range(WEEKS_TO_CORRECT + 1)):
            for answer in self.desk.round(one).answers.get(self.person.id, ()):
                if answer.key == warning.reason or answer.unknown_address == warning.other_address:
                    self.add(events.Withdrawn, one, person=self.person.id, answer=answer.key)
        self.receipt("withdrawn")

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

    def note(self, text: str, week: Week) -> None:
        """A manager's, for the digest of that round, or for the next one if it has left; the writer is told which. A
        rep's, for the manager's summary. The director's words are filed, no more."""
        if self.person.reports_to is None:
            return
        facts = {"author": self.person.id, "text": text, "message": self.letter.hash}
        self.add(events.Noted, week, received=self.letter.arrived, **facts)
        if not self.tree(week).reports(self.person.id):
            return  # a rep's late word goes to the manager, and nobody has asked to be told
        left = self._digest_has_left(week)
        self.question("receipt", self.reply_to(), reason="note_next" if left else "note_now")

    def _digest_has_left(self, week: Week) -> bool:
        round_ = self.desk.round(week)
        director = round_.roster.director
        return director is not None and round_.mail(MailKey(week, "digest", director.id)).claimed is not None

    def unclear(self, reason: str, candidates: tuple[str, ...] = (), *, other_week: str = "") -> None:
        facts = {"candidates": candidates or self.letter.reading.candidates, "other_week": other_week}
        self.question("unclear", self.reply_to(), reason=reason, **facts)

    def receipt(self, reason: str, number: Decimal | None = None) -> None:
        if self.desk.receipts or reason not in {"answer", "away", "back"}:
            self.question("receipt", self.reply_to(), reason=reason, number=number)

    def _warn(self, number: Decimal, answer: str) -> None:
        """To the known address, once for each unknown one."""
        asked = [event for event in self.events if isinstance(event, Questioned)]
        given = [*self._open_round().questions_to(self.person.id), *asked]
        if any(one.other_address == self.unknown and one.person == self.person.id for one in given):
            return
        self.question("warning", self.person.email, number=number, reason=answer, other_address=self.unknown or "")

    def question(self, kind: str, to: str, **facts: Any) -> None:
        """Put a question or a word back into the open round, as far as the caps allow. A stranger gets none, and
        whoever has left gets none any more."""
        if self.person.id not in self.desk.roster:
            return
        if self.unknown and to == self.unknown:
            to = self.person.email
        week = self.open_week or self.desk.week
        key = self._next_key(kind, week)
        if key is None:
            return
        facts = {"words": self.letter.reading.words[:500], "comment": ""} | facts
        self.add(
            Questioned,
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
        asked = [MailKey.parse(one.mail) for one in self._open_round().questions_to(self.person.id)]
        asked += [MailKey.parse(one.mail) for one in self.events if isinstance(one, Questioned)]
        mine = [key for key in asked if key.person == self.person.id]
        counted = [key for key in mine if key.kind == kind or (kind in _ASKED_BACK and key.kind in _ASKED_BACK)]
        most = {"warning": WARNINGS_A_ROUND, "receipt": RECEIPTS_A_ROUND}.get(kind, QUESTIONS_A_ROUND)
        if len(counted) >= most:
            return None
        return MailKey(week, kind, self.person.id, 1 + sum(key.kind == kind for key in mine))

    def _open_round(self) -> Round:
        return self.desk.round(self.open_week or self.desk.week)
