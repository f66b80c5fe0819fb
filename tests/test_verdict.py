"""What becomes of a reply: who may say what, for which week, what is asked back, and how often.

Letters are read and their senders weighed as in production; the ledger is a dictionary of rounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_string
from itertools import count

import msgspec
import pytest

from pipeline import events, mail, rounds
from pipeline.events import Answered, Away, Back, Event, Noted, Questioned, Withdrawn
from pipeline.mail import MailKey
from pipeline.reading import automatic, read
from pipeline.roster import Person, Roster, new_id
from pipeline.rounds import Round
from pipeline.sender import Letters, Trust, identify
from pipeline.verdict import Desk, Letter, Verdict, decide
from pipeline.weeks import Week

SECRET = b"the organisation's secret"
TRUST = Trust((SECRET,), "mx.x.dk", frozenset({"x.dk"}))
WEEK, BEFORE = Week(2026, 48), Week(2026, 47)
FRIDAY = datetime(2026, 11, 27, 12, 30, tzinfo=UTC)
STRANGER = "stranger@y.dk"


def person(email: str, name: str, to: str | None, **more: object) -> Person:
    above = new_id(f"{to}@x.dk") if to else None
    return Person(new_id(email), email, name, above, timezone="Europe/Copenhagen", **more)  # type: ignore[arg-type]


DORTE = person("dorte@x.dk", "Dorte Holm", None, reports_number=False)
MADS = person("mads@x.dk", "Mads Friis", "dorte", reports_number=False)
NINA = person("nina@x.dk", "Nina Krogh", "dorte")
ERIK = person("erik@x.dk", "Erik Dahl", "dorte")
ANNA = person("anna@x.dk", "Anna Berg", "mads", aliases=("ab@x.dk",), copies_to=("deputy@y.dk",))
BO = person("bo@x.dk", "Bo Lind", "mads")
ANA_SILVA = person("ana.s@x.dk", "Ana Silva", "mads")
ANA_COSTA = person("ana.c@x.dk", "Ana Costa", "mads")
CARL = person("carl@x.dk", "Carl Skov", "nina")
FIRM = Roster((DORTE, MADS, NINA, ERIK, ANNA, BO, ANA_SILVA, ANA_COSTA, CARL))


def asked(whom: Person, week: Week = WEEK) -> MailKey:
    return MailKey(week, "ask", whom.id)


def summary(whom: Person, week: Week = WEEK) -> MailKey:
    return MailKey(week, "summary", whom.id)


DIGEST = MailKey(WEEK, "digest", DORTE.id)


@dataclass
class Office:
    """The rounds of some weeks, and letters that come in one after the other; what each brings about is kept."""

    roster: Roster = FIRM
    receipts: bool = False
    ledger: dict[Week, list[Event]] = field(default_factory=dict)
    book: list[Event] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)

    def opens(self, week: Week, roster: Roster = FIRM) -> None:
        self.ledger[week] = [events.Opened(key="opened", round=str(week), at=FRIDAY, people=roster.people)]

    def round(self, week: Week) -> Round:
        return rounds.fold(self.ledger.get(week, []), Round(str(week)))

    def open_week(self, whom: Person, at: datetime) -> Week | None:
        return max((week for week in self.ledger if whom.id in self.round(week).people), default=None)

    @property
    def absent(self) -> set[str]:
        away: set[str] = set()
        for event in self.book:
            if isinstance(event, Away):
                away.add(event.person)
            if isinstance(event, Back):
                away.discard(event.person)
        return away

    def desk(self) -> Desk:
        return Desk(self.roster, self.round, self.open_week, WEEK, FRIDAY, frozenset(self.absent), self.receipts)

    def letter(self, text: str, frm: str, to: MailKey | None, vouched: str, headers: Sequence[str]) -> Letter:
        number = next(self.numbers)
        recipient = "number@x.dk" if to is None else mail.reply_address("number@x.dk", to, SECRET)
        lines = [f"From: {frm}", f"To: {recipient}", "Date: Fri, 27 Nov 2026 13:30:00 +0100", *headers]
        if vouched:
            lines.append(f"Authentication-Results: mx.x.dk; dmarc={vouched} header.from={frm.rpartition('@')[2]}")
        raw = "\n".join([*lines, "", text])
        message = message_from_string(raw)
        machine = automatic.machine(message, str(message.get("Subject", ""))) is not None
        sender = identify(message, text, self.roster, TRUST, Letters(), anywhere=raw if machine else "")
        reading = read(raw.encode(), languages=("en",))
        arrived = FRIDAY.replace(second=number)
        return Letter(f"hash{number}", arrived, f"<{number}@x.dk>", sender, reading, machine)

    def judges(
        self,
        text: str,
        frm: Person | str,
        to: MailKey | None = None,
        *,
        vouched: str = "",
        headers: Sequence[str] = ("Subject: Re: hello",),
    ) -> tuple[Verdict, str]:
        """What becomes of one letter; `to` is the mail of ours that it answers."""
        letter = self.letter(text, frm if isinstance(frm, str) else frm.email, to, vouched, headers)
        verdict, rule = decide(letter, self.desk())
        for event in verdict.events:
            where = self.book if event.round is None else self.ledger.setdefault(Week.parse(event.round), [])
            where.append(event)
        return verdict, rule

    def number(self, whom: Person, week: Week = WEEK) -> Decimal | None:
        answer = self.round(week).answer(whom.id)
        return None if answer is None else answer.number


@pytest.fixture
def office() -> Office:
    """Week 47 is over, week 48 is open, and nobody has answered in either."""
    made = Office()
    made.opens(BEFORE)
    made.opens(WEEK)
    return made


def of(verdict: Verdict, kind: type[Event]) -> list[Event]:
    return [event for event in verdict.events if isinstance(event, kind)]


def questions(verdict: Verdict) -> list[tuple[str, str]]:
    """The questions and words back, as kind and address."""
    return [(MailKey.parse(one.mail).kind, one.address) for one in verdict.events if isinstance(one, Questioned)]


def last_question(verdict: Verdict) -> MailKey:
    return MailKey.parse(next(one.mail for one in reversed(verdict.events) if isinstance(one, Questioned)))


# Who is it: the table of the design, from the top.


@pytest.mark.parametrize("kind", ["rehearsal", "probe"])
def test_what_answers_a_rehearsal_or_a_probe_is_left_alone(office: Office, kind: str) -> None:
    verdict, rule = office.judges("7", ANNA, MailKey(WEEK, kind, ANNA.id))
    assert (verdict.outcome, verdict.leave, verdict.events) == ("foreign", True, ())
    assert rule == "a rehearsal's or a probe's mail, or an alarm's"


AUTO = ("Subject: Automatic reply: One number", "Auto-Submitted: auto-replied")
BOUNCE = ("Subject: Undelivered Mail Returned to Sender", "Return-Path: <>")


def test_a_machines_away_notice_tied_by_a_token_makes_its_person_away(office: Office) -> None:
    verdict, rule = office.judges("I am on holiday until 12 January.", ANNA, asked(ANNA), headers=AUTO)
    assert (verdict.outcome, verdict.person, rule) == ("away", ANNA.id, "a machine wrote it")
    assert {(event.round, event.until) for event in verdict.events if isinstance(event, Away)} == {
        (str(WEEK), date(2027, 1, 12)),
        (None, date(2027, 1, 12)),
    }


def test_an_away_notice_to_last_weeks_mail_holds_for_the_week_that_is_open(office: Office) -> None:
    office.judges("I am on holiday.", ANNA, asked(ANNA, BEFORE), headers=AUTO)
    assert ANNA.id in office.round(WEEK).away


def test_a_bounce_is_tied_by_the_message_that_it_returns(office: Office) -> None:
    returned = f"Your message could not be delivered.\n\nMessage-ID: {mail.message_id(asked(BO), SECRET, 'x.dk')}"
    verdict, _ = office.judges(returned, "MAILER-DAEMON@mx.y.dk", headers=BOUNCE)
    assert (verdict.outcome, verdict.person) == ("bounce", BO.id)
    assert BO.id in office.round(WEEK).undeliverable


def test_a_bounce_counts_for_the_week_of_the_mail_that_came_back(office: Office) -> None:
    returned = f"Your message could not be delivered.\n\n{mail.seal(asked(BO, BEFORE), SECRET)}"
    office.judges(returned, "MAILER-DAEMON@mx.y.dk", headers=BOUNCE)
    assert BO.id in office.round(BEFORE).undeliverable
    assert BO.id not in office.round(WEEK).undeliverable


@pytest.mark.parametrize(
    ("vouched", "outcome", "leave"), [("pass", "away", False), ("", "foreign", True), ("fail", "foreign", True)]
)
def test_an_away_notice_without_a_token_counts_only_if_our_server_vouches(
    office: Office, vouched: str, outcome: str, leave: bool
) -> None:
    verdict, _ = office.judges("I am on holiday.", ANNA, vouched=vouched, headers=AUTO)
    assert (verdict.outcome, verdict.leave) == (outcome, leave)
    assert bool(verdict.events) == (outcome == "away")


@pytest.mark.parametrize("frm", ["deputy@y.dk", BO.email])
def test_an_away_notice_speaks_only_for_the_mailbox_that_it_comes_from(office: Office, frm: str) -> None:
    verdict, _ = office.judges("I am on holiday.", frm, asked(ANNA), vouched="pass", headers=AUTO)
    assert (verdict.outcome, verdict.events) == ("auto_reply", ())


def test_a_deputys_away_notice_without_a_token_says_nothing_of_their_person(office: Office) -> None:
    verdict, _ = office.judges("I am on holiday.", "deputy@y.dk", vouched="pass", headers=AUTO)
    assert (verdict.outcome, verdict.leave) == ("foreign", True)


@pytest.mark.parametrize("headers", [AUTO, BOUNCE, ("Subject: Re: hi", "Precedence: bulk")])
@pytest.mark.parametrize("text", ["7", "what is this?", "I am on holiday.", "help", "Your message arrived."])
def test_a_machine_is_never_answered(office: Office, headers: Sequence[str], text: str) -> None:
    office.receipts = True
    for key in (asked(ANNA), summary(MADS), None):
        verdict, _ = office.judges(text, ANNA, key, headers=headers, vouched="pass")
        assert questions(verdict) == []
        assert of(verdict, Answered) == []


@pytest.mark.parametrize(
    ("frm", "to"), [(ANNA, None), (ANNA, asked(ANNA)), (STRANGER, asked(ANNA)), (MADS, summary(MADS))]
)
def test_what_fails_its_authentication_is_held(office: Office, frm: Person | str, to: MailKey | None) -> None:
    verdict, rule = office.judges("7", frm, to, vouched="fail")
    assert (verdict.outcome, verdict.events, verdict.leave) == ("held", (), False)
    assert verdict.person == (MADS.id if frm is MADS else ANNA.id)
    assert rule == "it fails the authentication that it should have passed"


@pytest.mark.parametrize("frm", ["anna@x.dk", "Anna@X.dk", "ab@x.dk"])
def test_a_token_and_an_address_known_for_its_person_is_accepted(office: Office, frm: str) -> None:
    verdict, rule = office.judges("7", frm, asked(ANNA))
    assert (verdict.outcome, rule) == ("answer", "our mail, answered by its person")
    assert office.number(ANNA) == 7


def test_a_deputy_answers_for_their_person_and_is_the_one_who_is_asked_back(office: Office) -> None:
    verdict, _ = office.judges("7 or 8", "deputy@y.dk", asked(ANNA))
    assert questions(verdict) == [("unclear", "deputy@y.dk")]
    office.judges("8", "deputy@y.dk", last_question(verdict))
    assert office.number(ANNA) == 8


def test_whoever_answers_a_forwarded_ask_is_asked_whose_number_it_is(office: Office) -> None:
    verdict, rule = office.judges("7 at the fair", BO, asked(ANNA))
    assert (verdict.outcome, verdict.person) == ("unconfirmed", BO.id)
    assert rule == "our mail, answered by somebody else of the roster"
    assert questions(verdict) == [("whose", BO.email)]
    assert office.number(ANNA) is None
    assert office.number(BO) is None


def test_a_number_in_answer_to_whose_is_the_writers_own(office: Office) -> None:
    verdict, _ = office.judges("7", BO, asked(ANNA))
    office.judges("7", BO, last_question(verdict))
    assert (office.number(ANNA), office.number(BO)) == (None, 7)


def test_ok_in_answer_to_whose_counts_it_for_the_other_with_its_words_and_in_the_week_of_their_mail(
    office: Office,
) -> None:
    verdict, _ = office.judges("7 at the fair", BO, asked(ANNA, BEFORE))
    office.judges("ok", BO, last_question(verdict))
    answer = office.round(BEFORE).answer(ANNA.id)
    assert answer is not None
    assert (answer.number, answer.comment, answer.entered_by) == (7, "7 at the fair", BO.id)
    assert office.number(BO) is None
    assert office.number(ANNA, WEEK) is None


def test_ok_to_whose_is_never_counted_for_the_writer_even_where_the_other_is_known_no_more(office: Office) -> None:
    verdict, _ = office.judges("7", BO, asked(ANNA))
    question = last_question(verdict)
    rest = tuple(one for one in FIRM.people if one != ANNA)
    office.roster = Roster(rest)
    office.ledger[WEEK][0] = events.Opened(key="opened", round=str(WEEK), at=FRIDAY, people=rest)
    verdict, _ = office.judges("ok", BO, question)
    assert of(verdict, Answered) == []


def test_a_token_from_an_address_that_nobody_has_is_accepted_and_flagged_and_the_known_address_is_warned(
    office: Office,
) -> None:
    verdict, rule = office.judges("7", STRANGER, asked(ANNA))
    assert (verdict.outcome, verdict.person) == ("answer", ANNA.id)
    assert rule == "our mail, answered from an address that nobody has"
    answer = office.round(WEEK).answer(ANNA.id)
    assert answer is not None
    assert answer.unknown_address == STRANGER
    assert questions(verdict) == [("warning", ANNA.email)]


def test_a_known_address_without_a_token_counts_for_the_open_round_if_our_server_vouches(office: Office) -> None:
    verdict, rule = office.judges("7", ANNA, vouched="pass")
    assert (verdict.outcome, rule) == ("answer", "a known address, and our server vouches for it")
    assert office.number(ANNA) == 7


def test_a_known_address_for_which_nobody_vouches_is_asked_to_confirm(office: Office) -> None:
    verdict, rule = office.judges("7", ANNA)
    assert (verdict.outcome, rule) == ("unconfirmed", "a known address, and nobody vouches for it")
    assert questions(verdict) == [("confirm", ANNA.email)]
    assert office.number(ANNA) is None
    office.judges("ok", ANNA, last_question(verdict))
    assert office.number(ANNA) == 7


OURS = ("Subject: Re: One number for week 48",)


def test_what_is_confirmed_keeps_its_words(office: Office) -> None:
    verdict, _ = office.judges("7 at the fair", ANNA, headers=OURS)
    office.judges("yes", ANNA, last_question(verdict))
    answer = office.round(WEEK).answer(ANNA.id)
    assert answer is not None
    assert (answer.number, answer.comment) == (7, "7 at the fair")


def test_an_absence_and_last_weeks_number_are_confirmed_like_a_number(office: Office) -> None:
    away, _ = office.judges("off", ANNA)
    last, _ = office.judges("last 5", BO)
    assert questions(away) + questions(last) == [("confirm", ANNA.email), ("confirm", BO.email)]
    office.judges("ok", ANNA, last_question(away))
    office.judges("ok", BO, last_question(last))
    assert ANNA.id in office.round(WEEK).away
    assert (office.number(BO, BEFORE), office.number(BO)) == (5, None)


def test_not_me_in_answer_to_confirm_counts_nothing_and_asks_nothing(office: Office) -> None:
    asked_back, _ = office.judges("7", ANNA)
    verdict, _ = office.judges("not me", ANNA, last_question(asked_back))
    assert (verdict.outcome, verdict.events) == ("instruction", ())


@pytest.mark.parametrize("writer", [DORTE, MADS])
def test_whoever_reports_no_number_is_not_asked_to_confirm_one(office: Office, writer: Person) -> None:
    verdict, _ = office.judges("7", writer)
    assert (verdict.outcome, questions(verdict)) == ("unconfirmed", [])


def test_whoever_is_in_no_round_is_not_asked_to_confirm(office: Office) -> None:
    newcomer = person("newcomer@x.dk", "Max New", "mads")
    office.roster = Roster((*FIRM.people, newcomer))
    verdict, _ = office.judges("7", newcomer)
    assert (verdict.outcome, verdict.events) == ("unconfirmed", ())


@pytest.mark.parametrize("vouched", ["pass", "", "fail"])
@pytest.mark.parametrize("text", ["7", "help", "off", "One number: 7", "not me"])
def test_a_stranger_is_left_alone_and_never_answered(office: Office, text: str, vouched: str) -> None:
    verdict, rule = office.judges(text, STRANGER, vouched=vouched, headers=OURS)
    assert (verdict.outcome, verdict.leave, verdict.events, rule) == ("foreign", True, (), "not ours")


@pytest.mark.parametrize("text", ["7 or 8?", "help", "what is this?", "ok", "not me", "off", "7", "back"])
@pytest.mark.parametrize("kind", ["ask", "nudge", "confirm", "unclear", "which_week", "whose", "warning", "receipt"])
def test_a_stranger_with_a_token_is_never_answered_either(office: Office, kind: str, text: str) -> None:
    office.receipts = True
    verdict, _ = office.judges(text, STRANGER, MailKey(WEEK, kind, ANNA.id))
    assert {address for _, address in questions(verdict)} <= {ANNA.email}


@pytest.mark.parametrize(
    "text",
    ["Shall we say 12 o'clock, with 5 people?", "7 of us are coming", "ok", "yes", "not me", "See you on Friday"],
)
def test_a_colleagues_other_mail_in_a_shared_inbox_is_left_alone(office: Office, text: str) -> None:
    for vouched in ("pass", ""):
        verdict, _ = office.judges(text, ANNA, vouched=vouched, headers=("Subject: Lunch",))
        assert (verdict.outcome, verdict.leave) == ("foreign", True)


def test_a_sentence_under_our_subject_is_ours(office: Office) -> None:
    verdict, _ = office.judges("I got 7, two of them large ones. No, 8.", ANNA, vouched="pass", headers=OURS)
    assert verdict.outcome == "unclear"


# Which week.


def test_an_answer_to_last_weeks_mail_is_asked_about_while_this_week_waits(office: Office) -> None:
    verdict, _ = office.judges("7 at the fair", ANNA, asked(ANNA, BEFORE))
    assert (verdict.outcome, questions(verdict)) == ("unclear", [("which_week", ANNA.email)])
    assert (office.number(ANNA, BEFORE), office.number(ANNA)) == (None, None)
    office.judges("ok", ANNA, last_question(verdict))
    answer = office.round(BEFORE).answer(ANNA.id)
    assert answer is not None
    assert (answer.number, answer.comment) == (7, "7 at the fair")
    assert office.number(ANNA) is None


def test_a_number_in_answer_to_which_week_is_this_weeks(office: Office) -> None:
    verdict, _ = office.judges("7", ANNA, asked(ANNA, BEFORE))
    office.judges("7", ANNA, last_question(verdict))
    assert (office.number(ANNA, BEFORE), office.number(ANNA)) == (None, 7)


def test_an_answer_to_last_weeks_mail_corrects_last_week_once_this_week_is_answered(office: Office) -> None:
    office.judges("5", ANNA, asked(ANNA))
    verdict, _ = office.judges("7", ANNA, asked(ANNA, BEFORE))
    assert (verdict.outcome, questions(verdict)) == ("answer", [])
    assert (office.number(ANNA, BEFORE), office.number(ANNA)) == (7, 5)


@pytest.mark.parametrize(("weeks", "outcome"), [(4, "answer"), (5, "note")])
def test_after_four_weeks_an_answer_is_a_note(office: Office, weeks: int, outcome: str) -> None:
    old = WEEK.plus(-weeks)
    office.ledger = {old: [], **office.ledger}
    office.opens(old)
    office.judges("5", ANNA, asked(ANNA))
    verdict, _ = office.judges("7", ANNA, asked(ANNA, old))
    assert verdict.outcome == outcome
    assert office.number(ANNA, old) == (7 if outcome == "answer" else None)
    assert len(of(verdict, Noted)) == (outcome == "note")


def test_after_four_weeks_it_is_a_note_even_from_somebody_who_is_in_no_round_now(office: Office) -> None:
    old = WEEK.plus(-6)
    office.opens(old)
    rest = Roster(tuple(one for one in FIRM.people if one != ANNA))
    office.opens(BEFORE, rest)
    office.opens(WEEK, rest)
    office.open_week = lambda whom, at: None  # type: ignore[method-assign]
    verdict, _ = office.judges("7", ANNA, asked(ANNA, old))
    assert verdict.outcome == "note"


# What a rep can say.


def test_last_means_the_week_before_the_tokens(office: Office) -> None:
    two_before = WEEK.plus(-2)
    office.opens(two_before)
    verdict, _ = office.judges("last 5", ANNA, asked(ANNA))
    assert verdict.outcome == "answer"
    assert (office.number(ANNA, BEFORE), office.number(ANNA)) == (5, None)
    office.judges("last 6", BO, asked(BO, BEFORE))
    assert (office.number(BO, two_before), office.number(BO, BEFORE)) == (6, None)


def test_last_without_a_token_means_the_week_before_the_open_round(office: Office) -> None:
    office.judges("last 5", ANNA, vouched="pass")
    assert office.number(ANNA, BEFORE) == 5


def test_last_of_a_week_in_which_the_writer_was_not_there_is_asked_back(office: Office) -> None:
    office.opens(BEFORE, Roster(tuple(one for one in FIRM.people if one != ANNA)))
    verdict, _ = office.judges("last 5", ANNA, asked(ANNA))
    assert (verdict.outcome, questions(verdict)) == ("unclear", [("unclear", ANNA.email)])
    assert office.number(ANNA, BEFORE) is None


def test_last_week_and_this_week_in_one_reply_are_two_answers(office: Office) -> None:
    office.judges("last week 5, this week 7", ANNA, asked(ANNA))
    assert (office.number(ANNA, BEFORE), office.number(ANNA)) == (5, 7)


def test_a_number_and_an_absence_take_effect_both(office: Office) -> None:
    office.judges("7, off until 12 January", ANNA, asked(ANNA))
    assert office.number(ANNA) == 7
    assert ANNA.id not in office.round(WEEK).away, "this week is answered"
    assert ANNA.id in office.absent
    assert [event.until for event in office.book if isinstance(event, Away)] == [date(2027, 1, 12)]


def test_whoever_was_away_and_answers_with_a_new_absence_is_away_by_the_new_one(office: Office) -> None:
    office.judges("off until 1 December", ANNA, asked(ANNA))
    office.judges("7, off until 12 January", ANNA, asked(ANNA))
    assert [type(event).__name__ for event in office.book] == ["Away", "Back", "Away"]
    assert ANNA.id in office.absent


def test_an_absence_beside_a_number_holds_while_its_week_is_asked_about(office: Office) -> None:
    verdict, _ = office.judges("7, off until 12 January", ANNA, asked(ANNA, BEFORE))
    assert questions(verdict) == [("which_week", ANNA.email)]
    assert ANNA.id in office.absent


def test_off_is_away_for_the_open_round_alone(office: Office) -> None:
    verdict, _ = office.judges("off", ANNA, asked(ANNA))
    assert verdict.outcome == "away"
    assert ANNA.id in office.round(WEEK).away
    assert office.absent == set()


def test_any_answer_and_back_end_an_absence(office: Office) -> None:
    for text, ending in (("7", Answered), ("back", Back)):
        office.judges("off until 12 January", ANNA, asked(ANNA))
        assert ANNA.id in office.absent
        verdict, _ = office.judges(text, ANNA, asked(ANNA))
        assert of(verdict, ending)
        assert ANNA.id not in office.absent
        assert ANNA.id not in office.round(WEEK).away


def test_help_is_answered_and_changes_nothing(office: Office) -> None:
    verdict, _ = office.judges("help", ANNA, asked(ANNA))
    assert (verdict.outcome, questions(verdict)) == ("instruction", [("unclear", ANNA.email)])
    assert len(verdict.events) == 1


def test_a_number_with_the_writers_own_name_is_theirs_and_a_customers_name_is_a_comment(office: Office) -> None:
    office.judges("Anna 4", ANNA, asked(ANNA))
    office.judges("Lego 3", BO, asked(BO))
    assert (office.number(ANNA), office.number(BO)) == (4, 3)


@pytest.mark.parametrize("text", ["Bo 4", "Bo off", "Bo off until 12 January"])
def test_a_colleagues_name_beside_a_number_or_an_absence_is_asked_back(office: Office, text: str) -> None:
    verdict, _ = office.judges(text, ANNA, asked(ANNA))
    assert (verdict.outcome, questions(verdict)) == ("unclear", [("unclear", ANNA.email)])
    assert office.number(ANNA) is None
    assert office.round(WEEK).away == {}


def test_several_names_from_a_rep_are_asked_back(office: Office) -> None:
    verdict, _ = office.judges("Lego 4, Novo 3", ANNA, asked(ANNA))
    assert verdict.outcome == "unclear"
    assert [event.candidates for event in verdict.events if isinstance(event, Questioned)] == [("4", "3")]


def test_what_cannot_be_read_is_asked_back_with_the_writers_words_and_the_reason(office: Office) -> None:
    verdict, _ = office.judges("7 or 8", ANNA, asked(ANNA))
    (question,) = (event for event in verdict.events if isinstance(event, Questioned))
    assert (question.words, question.reason, question.candidates) == ("7 or 8", "several", ("7", "8"))
    assert question.answers == "<0@x.dk>"


def test_the_latest_answer_to_arrive_counts_and_the_earlier_stays(office: Office) -> None:
    office.judges("7", ANNA, asked(ANNA))
    office.judges("8", ANNA, asked(ANNA))
    assert [answer.number for answer in office.round(WEEK).answers[ANNA.id]] == [7, 8]
    assert office.number(ANNA) == 8


# What the warning may bring about.


def test_not_me_withdraws_all_that_came_from_the_address_that_was_warned_of(office: Office) -> None:
    office.judges("3", ANNA, asked(ANNA))
    warned, _ = office.judges("7", STRANGER, asked(ANNA))
    office.judges("8", STRANGER, asked(ANNA))
    office.judges("last 99", STRANGER, asked(ANNA))
    assert (office.number(ANNA), office.number(ANNA, BEFORE)) == (8, 99)
    verdict, rule = office.judges("not me", ANNA, last_question(warned))
    assert (verdict.outcome, rule) == ("instruction", "a word in answer to our question")
    assert len(of(verdict, Withdrawn)) == 3
    assert questions(verdict) == [("receipt", ANNA.email)]
    assert (office.number(ANNA), office.number(ANNA, BEFORE)) == (3, None)


def test_not_me_withdraws_an_answer_from_the_round_in_which_it_was_recorded(office: Office) -> None:
    office.judges("5", ANNA, asked(ANNA))
    warned, _ = office.judges("99", STRANGER, asked(ANNA, BEFORE))
    assert office.number(ANNA, BEFORE) == 99
    office.judges("not me", ANNA, last_question(warned))
    assert (office.number(ANNA, BEFORE), office.number(ANNA)) == (None, 5)


def test_the_stranger_cannot_say_not_me(office: Office) -> None:
    warned, _ = office.judges("7", STRANGER, asked(ANNA))
    verdict, _ = office.judges("not me", "other@y.dk", last_question(warned))
    assert of(verdict, Withdrawn) == []
    assert office.number(ANNA) == 7


def test_ok_to_a_warning_or_a_receipt_asks_nothing(office: Office) -> None:
    office.receipts = True
    warned, _ = office.judges("7", STRANGER, asked(ANNA))
    noted, _ = office.judges("7", BO, asked(BO))
    for writer, question in ((ANNA, last_question(warned)), (BO, last_question(noted))):
        verdict, _ = office.judges("ok", writer, question)
        assert (verdict.outcome, verdict.events) == ("instruction", ())


# What a manager and the director can say.


def test_a_manager_records_numbers_and_absences_of_the_own_team_and_writes_a_note(office: Office) -> None:
    verdict, rule = office.judges("Anna 4\nBo off\nStrong week.", MADS, summary(MADS))
    assert (verdict.outcome, rule) == ("instruction", "a manager answers a summary")
    answer = office.round(WEEK).answer(ANNA.id)
    assert answer is not None
    assert (answer.number, answer.entered_by) == (4, MADS.id)
    assert office.round(WEEK).away[BO.id].entered_by == MADS.id
    assert [note.text for note in office.round(WEEK).notes] == ["Strong week."]


def test_a_manager_says_until_when_somebody_is_away_and_is_not_away_for_it(office: Office) -> None:
    verdict, _ = office.judges("Bo off until 12 January", MADS, summary(MADS))
    assert verdict.outcome == "instruction"
    told = [event for event in verdict.events if isinstance(event, events.Away)]
    assert {(away.person, away.until, away.entered_by) for away in told} == {(BO.id, date(2027, 1, 12), MADS.id)}
    assert len(told) == 2  # for this week, and for those after it


def test_what_a_manager_records_counts_for_the_week_of_the_summary(office: Office) -> None:
    office.judges("Anna 4", MADS, summary(MADS, BEFORE))
    assert (office.number(ANNA, BEFORE), office.number(ANNA)) == (4, None)


@pytest.mark.parametrize("frm", [BO, STRANGER, NINA])
def test_a_forwarded_summary_gives_nobody_the_managers_rights(office: Office, frm: Person | str) -> None:
    verdict, rule = office.judges("Anna 99", frm, summary(MADS))
    assert (verdict.outcome, verdict.person, verdict.events) == ("held", MADS.id, ())
    assert rule == "a manager answers a summary"


@pytest.mark.parametrize("text", ["Carl 4", "Zoe 4", "We were at the fair all week.", "7"])
def test_anything_else_of_a_managers_is_a_note(office: Office, text: str) -> None:
    verdict, _ = office.judges(text, MADS, summary(MADS))
    assert verdict.outcome == "note"
    assert of(verdict, Answered) == []
    assert [note.text for note in office.round(WEEK).notes] == [text]


def test_the_writer_of_a_note_is_told_whether_it_reaches_this_digest_or_the_next(office: Office) -> None:
    now, _ = office.judges("Strong week.", MADS, summary(MADS))
    office.ledger[WEEK].append(
        events.Claimed(key="claim", round=str(WEEK), at=FRIDAY, mail=str(DIGEST), attempt=1, message_id="<digest@x.dk>")
    )
    later, _ = office.judges("And one more.", MADS, summary(MADS))
    reasons = [one.reason for verdict in (now, later) for one in verdict.events if isinstance(one, Questioned)]
    assert reasons == ["note_now", "note_next"]


def test_a_first_name_that_two_people_have_is_asked_back_and_the_whole_name_then_counts(office: Office) -> None:
    verdict, _ = office.judges("Ana 4, Bo 2", MADS, summary(MADS, BEFORE))
    assert (verdict.outcome, of(verdict, Answered)) == ("unclear", [])
    (question,) = (event for event in verdict.events if isinstance(event, Questioned))
    assert (question.address, question.reason, question.candidates) == (MADS.email, "name", ("Ana",))
    again, _ = office.judges("Ana Silva 4, Bo 2", MADS, last_question(verdict))
    assert again.outcome == "instruction"
    assert (office.number(ANA_SILVA, BEFORE), office.number(BO, BEFORE)) == (4, 2)
    assert office.number(ANA_COSTA, BEFORE) is None


def test_one_name_that_two_people_have_is_asked_back(office: Office) -> None:
    verdict, _ = office.judges("Ana off", MADS, summary(MADS))
    assert questions(verdict) == [("unclear", MADS.email)]
    assert office.round(WEEK).away == {}


def test_among_several_names_one_that_is_not_of_the_team_is_asked_back_and_nothing_is_recorded(office: Office) -> None:
    verdict, _ = office.judges("Anna 4, Carl 3", MADS, summary(MADS))
    assert [event.candidates for event in verdict.events if isinstance(event, Questioned)] == [("Carl",)]
    assert of(verdict, Answered) == []


def test_a_managers_number_for_somebody_is_held_to_the_questions_bounds(office: Office) -> None:
    verdict, _ = office.judges("Anna 7000", MADS, summary(MADS))
    assert (verdict.outcome, of(verdict, Answered)) == ("unclear", [])
    assert [event.reason for event in verdict.events if isinstance(event, Questioned)] == ["bounds"]


def test_a_managers_second_sentence_in_reply_to_our_receipt_is_a_note_too_and_ok_is_none(office: Office) -> None:
    first, _ = office.judges("Strong week.", MADS, summary(MADS))
    office.judges("And the fair was good.", MADS, last_question(first))
    office.judges("ok", MADS, last_question(first))
    assert [note.text for note in office.round(WEEK).notes] == ["Strong week.", "And the fair was good."]


def test_a_manager_who_reports_a_number_too_may_send_it_in_reply_to_the_summary(office: Office) -> None:
    office.judges("5", NINA, summary(NINA))
    assert office.number(NINA) == 5
    office.judges("Carl 4", NINA, summary(NINA))
    assert (office.number(NINA), office.number(CARL)) == (5, 4)


def test_a_managers_own_number_in_reply_to_last_weeks_summary_is_asked_about_while_this_week_waits(
    office: Office,
) -> None:
    verdict, _ = office.judges("5", NINA, summary(NINA, BEFORE))
    assert questions(verdict) == [("which_week", NINA.email)]
    assert (office.number(NINA, BEFORE), office.number(NINA)) == (None, None)


def test_a_managers_ask_is_no_summary(office: Office) -> None:
    verdict, _ = office.judges("Carl 4", NINA, asked(NINA))
    assert verdict.outcome == "unclear"
    assert (office.number(NINA), office.number(CARL)) == (None, None)


def test_a_manager_without_a_token_is_heard_if_our_server_vouches_and_it_answers_us(office: Office) -> None:
    subject = ("Subject: Re: Week 48: 23 new opportunities, 3 of 4 answered",)
    office.judges("Anna 4", MADS, vouched="pass", headers=subject)
    assert office.number(ANNA) == 4
    office.judges("Anna 5", MADS, headers=subject)
    assert office.number(ANNA) == 4, "nobody vouches"


def test_a_team_is_that_of_the_round_for_moves_apply_from_the_next(office: Office) -> None:
    moved = msgspec.structs.replace(ANNA, reports_to=NINA.id)
    office.roster = Roster(tuple(moved if one == ANNA else one for one in FIRM.people))
    verdict, _ = office.judges("Anna 4", NINA, summary(NINA))
    assert of(verdict, Answered) == []
    office.judges("Anna 3", MADS, summary(MADS))
    assert office.number(ANNA) == 3


def test_the_director_records_for_direct_reports_only(office: Office) -> None:
    office.judges("Erik 4", DORTE, DIGEST)
    assert office.number(ERIK) == 4
    verdict, _ = office.judges("Anna 4", DORTE, DIGEST)
    assert (verdict.outcome, verdict.events) == ("note", ())
    assert office.number(ANNA) is None


@pytest.mark.parametrize("text", ["Well done, all of you.", "Erik 4, Anna 3", "Thanks, 7 more would be good", "help"])
def test_any_other_word_of_the_directors_is_filed_silently(office: Office, text: str) -> None:
    verdict, _ = office.judges(text, DORTE, DIGEST)
    assert (verdict.outcome, verdict.events) == ("note", ())


# Whoever has left.


def left(office: Office, who: Person) -> None:
    office.roster = Roster(tuple(one for one in FIRM.people if one != who))
    office.ledger[WEEK].append(events.Left(key="left", round=str(WEEK), at=FRIDAY, person=who.id))


def test_a_rep_who_has_left_may_still_give_the_number_and_is_asked_nothing_more(office: Office) -> None:
    left(office, ANNA)
    office.judges("7", ANNA, asked(ANNA))
    assert office.number(ANNA) == 7
    verdict, _ = office.judges("7 or 8", ANNA, asked(ANNA))
    assert (verdict.outcome, questions(verdict)) == ("unclear", [])


def test_whoever_has_left_is_nobody_without_a_token(office: Office) -> None:
    left(office, ANNA)
    verdict, _ = office.judges("7", ANNA, vouched="pass")
    assert verdict.outcome == "foreign"


def test_a_manager_who_has_left_instructs_nobody(office: Office) -> None:
    left(office, MADS)
    verdict, _ = office.judges("Anna 4", MADS, summary(MADS))
    assert (verdict.outcome, verdict.events) == ("held", ())


def test_a_manager_cannot_record_for_somebody_who_has_left(office: Office) -> None:
    left(office, ANNA)
    verdict, _ = office.judges("Anna 4", MADS, summary(MADS))
    assert of(verdict, Answered) == []


# How often we write back: promise 9.


def test_a_person_gets_at_most_two_questions_a_round_of_whatever_kind(office: Office) -> None:
    sent = []
    for text, key, vouched in (
        ("7 or 8", asked(ANNA), ""),
        ("7", asked(ANNA, BEFORE), ""),
        ("7 or 8", asked(ANNA), ""),
        ("7", None, ""),
        ("help", asked(ANNA), ""),
        ("7", asked(BO), ""),
    ):
        verdict, _ = office.judges(text, ANNA, key, vouched=vouched)
        sent += questions(verdict)
    assert [kind for kind, _ in sent] == ["unclear", "which_week"]


def test_the_caps_are_each_persons_own_and_begin_anew_with_the_next_round(office: Office) -> None:
    for _ in range(3):
        office.judges("7 or 8", ANNA, asked(ANNA))
    assert questions(office.judges("7 or 8", BO, asked(BO))[0])
    office.opens(WEEK.plus(1))
    assert questions(office.judges("7 or 8", ANNA, asked(ANNA, WEEK.plus(1)))[0])


def test_a_warning_goes_once_for_each_unknown_address_and_at_most_twice(office: Office) -> None:
    sent = []
    for frm in (STRANGER, STRANGER, "two@y.dk", "three@y.dk", STRANGER):
        verdict, _ = office.judges("7", frm, asked(ANNA))
        assert verdict.outcome == "answer"
        sent += [(event.address, event.other_address) for event in verdict.events if isinstance(event, Questioned)]
    assert sent == [(ANNA.email, STRANGER), (ANNA.email, "two@y.dk")]


def test_one_letter_with_two_numbers_from_an_unknown_address_is_warned_of_once(office: Office) -> None:
    verdict, _ = office.judges("last week 5, this week 7", STRANGER, asked(ANNA))
    assert len(of(verdict, Answered)) == 2
    assert questions(verdict) == [("warning", ANNA.email)]


def test_receipts_go_where_they_are_switched_on_one_for_each_answer_and_at_most_five(office: Office) -> None:
    assert questions(office.judges("7", ANNA, asked(ANNA))[0]) == []
    office.receipts = True
    sent = []
    for number in range(7):
        sent += questions(office.judges(str(number), ANNA, asked(ANNA))[0])
    assert sent == [("receipt", ANNA.email)] * 5


def test_warnings_receipts_and_questions_do_not_use_up_each_others_room(office: Office) -> None:
    office.receipts = True
    for _ in range(6):
        office.judges("7", ANNA, asked(ANNA))
    for frm in ("one@y.dk", "two@y.dk"):
        office.judges("7", frm, asked(ANNA))
    sent = [questions(office.judges("7 or 8", ANNA, asked(ANNA))[0]) for _ in range(3)]
    assert [len(one) for one in sent] == [1, 1, 0]


def test_no_receipt_goes_for_anothers_number_for_a_number_in_reply_would_be_taken_for_ones_own(office: Office) -> None:
    office.receipts = True
    assert questions(office.judges("Carl 4", NINA, summary(NINA))[0]) == []


def test_each_question_of_a_round_is_a_mail_of_its_own(office: Office) -> None:
    keys = [last_question(office.judges("7 or 8", ANNA, asked(ANNA))[0]) for _ in range(2)]
    assert keys == [MailKey(WEEK, "unclear", ANNA.id, 1), MailKey(WEEK, "unclear", ANNA.id, 2)]


# The laws.

LETTERS = [
    ("7", ANNA, asked(ANNA)),
    ("last week 5, this week 7", ANNA, asked(ANNA)),
    ("7, off until 12 January", ANNA, asked(ANNA)),
    ("7, off until 12 January", ANNA, asked(ANNA, BEFORE)),
    ("last week 5, this week 7", STRANGER, asked(ANNA)),
    ("back", ANNA, asked(ANNA)),
    ("Anna 4, Bo 5, Ana Silva off. Strong week. And a fair.", MADS, summary(MADS)),
    ("Ana 4", MADS, summary(MADS)),
    ("7", BO, asked(ANNA)),
    ("7", ANNA, None),
]


@pytest.mark.parametrize("receipts", [False, True])
@pytest.mark.parametrize(("text", "frm", "to"), LETTERS)
def test_keys_are_made_of_the_message_and_given_once(
    office: Office, text: str, frm: Person | str, to: MailKey | None, receipts: bool
) -> None:
    office.receipts = receipts
    office.judges("off until 12 January", ANNA, asked(ANNA))
    verdict, _ = office.judges(text, frm, to)
    keys = [event.key for event in verdict.events]
    assert keys
    assert len(keys) == len(set(keys))
    assert all(key.startswith("hash1/") for key in keys)


@pytest.mark.parametrize("kept", ["nothing", "the book", "the rounds before", "all"])
@pytest.mark.parametrize(("text", "frm", "to"), LETTERS)
def test_a_letter_judged_again_after_a_death_adds_only_what_had_not_been_kept(
    office: Office, text: str, frm: Person | str, to: MailKey | None, kept: str
) -> None:
    office.receipts = True
    office.judges("off until 12 January", ANNA, asked(ANNA))
    letter = office.letter(text, frm if isinstance(frm, str) else frm.email, to, "", ("Subject: Re: hello",))
    first, _ = decide(letter, office.desk())

    def survives(event: Event) -> bool:
        in_book = event.round is None
        before = in_book or event.round != str(WEEK)
        return {"nothing": False, "the book": in_book, "the rounds before": before, "all": True}[kept]

    for event in filter(survives, first.events):
        (office.book if event.round is None else office.ledger[Week.parse(event.round)]).append(event)
    again, _ = decide(letter, office.desk())
    by_key = {(event.round, event.key): event for event in first.events}
    assert {(event.round, event.key) for event in again.events} <= set(by_key)


def test_every_letter_has_one_outcome_with_the_name_of_the_rule(office: Office) -> None:
    known = {
        "answer",
        "away",
        "instruction",
        "unclear",
        "auto_reply",
        "bounce",
        "note",
        "unconfirmed",
        "held",
        "foreign",
    }
    texts = (
        "7",
        "7 or 8",
        "off",
        "back",
        "last 5",
        "help",
        "ok",
        "not me",
        "Anna 4",
        "Anna 4, Bo off",
        "",
        "hello you",
    )
    writers = (*FIRM.people, STRANGER, "deputy@y.dk")
    kinds = tuple(mail.KINDS)
    for text in texts:
        for frm in writers:
            for key in (None, *(MailKey(WEEK, kind, NINA.id) for kind in kinds)):
                fresh = Office()
                fresh.opens(WEEK)
                verdict, rule = fresh.judges(text, frm, key)
                assert verdict.outcome in known
                assert rule
                assert verdict.leave == (verdict.outcome == "foreign")
