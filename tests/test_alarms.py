"""What is wrong, and whom it is told to: one mail when a trouble begins, one when it is over, and none in between."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pipeline import alarms, book, events, rounds
from pipeline.alarms import LEAST_FREE, REST, Surroundings, Trouble
from pipeline.book import Book
from pipeline.mail import MailKey
from pipeline.roster import Person, Roster, new_id
from pipeline.rounds import Round
from pipeline.timetable import Schedule, timetable
from pipeline.weeks import Week

WEEK = Week(2026, 48)
NOON = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)  # Friday; the digest is due at 16:00 UTC
DIGEST = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
DORTE, ANNA = (new_id(f"{name}@x.dk") for name in ("dorte", "anna"))
FIRM = Roster(
    (
        Person(DORTE, "dorte@x.dk", "Dorte", None, timezone="Europe/Copenhagen", reports_number=False),
        Person(ANNA, "anna@x.dk", "Anna", DORTE, timezone="Europe/Copenhagen"),
    )
)
TIMES = timetable(WEEK, FIRM, Schedule())
ASK, LAST = MailKey(WEEK, "ask", ANNA), MailKey(WEEK, "digest", DORTE)


def a_round(*more: events.Event) -> Round:
    opened = events.Opened(key="opened", round=str(WEEK), at=NOON, people=FIRM.people)
    return rounds.fold([opened, *more], Round(str(WEEK)))


def claimed(key: MailKey, attempt: int = 1) -> events.Event:
    return events.Claimed(
        key=f"{key}/claim/{attempt}", round=str(WEEK), at=NOON, mail=str(key), attempt=attempt, message_id="<a@x>"
    )


def sent(key: MailKey) -> events.Event:
    return events.Sent(key=f"{key}/sent", round=str(WEEK), at=NOON, mail=str(key))


def refused(key: MailKey, attempt: int, *, good: bool = False) -> events.Event:
    retry = None if good else NOON
    return events.Failed(
        key=f"{key}/failed/{attempt}", round=str(WEEK), at=NOON, mail=str(key), code=554, reason="spam", retry_at=retry
    )


NOTHING, EMPTY = Surroundings(), Book()


def names(this: Round, now: datetime = NOON, around: Surroundings = NOTHING, standing: Book = EMPTY) -> list[str]:
    return [one.name for one in alarms.wrong([(this, TIMES)], [this], standing, around, now)]


def test_a_usual_friday_has_no_trouble() -> None:
    this = a_round(claimed(ASK), sent(ASK), claimed(LAST), sent(LAST))
    assert (
        names(this, DIGEST + timedelta(hours=1), Surroundings(LEAST_FREE * 2, {"a": DIGEST.replace(year=2027)})) == []
    )


def test_a_digest_that_has_not_left_is_told_after_a_quarter_of_an_hour() -> None:
    assert names(a_round(), DIGEST + timedelta(minutes=14)) == []
    assert names(a_round(), DIGEST + timedelta(minutes=15)) == ["digest/2026-W48"]


def test_a_mailbox_is_told_after_a_quarter_of_an_hour() -> None:
    silent = book.fold([events.Unreadable(key="u", round=None, at=NOON, since=NOON, reason="no answer")])
    assert names(a_round(), NOON + timedelta(minutes=14), standing=silent) == []
    assert names(a_round(), NOON + timedelta(minutes=15), standing=silent) == ["mailbox"]


def test_a_refusal_is_told_when_it_is_for_good_or_comes_again_and_again() -> None:
    assert names(a_round(claimed(ASK), refused(ASK, 1))) == []
    assert names(a_round(claimed(ASK), refused(ASK, 1, good=True))) == ["refused/2026-W48"]
    again = [event for attempt in (1, 2, 3) for event in (claimed(ASK, attempt), refused(ASK, attempt))]
    assert names(a_round(*again)) == ["refused/2026-W48"]


def test_a_bounce_is_told_as_that_and_not_as_a_refusal_too() -> None:
    bounced = events.Undeliverable(key="b", round=str(WEEK), at=NOON, person=ANNA, reason="550 no such user")
    this = a_round(claimed(ASK), refused(ASK, 1, good=True), bounced)
    (trouble,) = alarms.wrong([(this, TIMES)], [this], Book(), Surroundings(), NOON)
    assert (trouble.name, trouble.whom, trouble.reason) == ("bounces/2026-W48", (ANNA,), "550 no such user")


def test_a_refused_alarm_is_no_trouble_of_its_own() -> None:
    alarm = MailKey(WEEK, "alarm", new_id("alarm:disk"), 1)
    assert names(a_round(claimed(alarm), refused(alarm, 1, good=True))) == []


def test_held_replies_disk_certificate_and_sign_in_are_told() -> None:
    held = events.Received(
        key="m", round=str(WEEK), at=NOON, message="m", outcome="held", rule="r", folder="INBOX", uidvalidity=1, uid=1
    )
    around = Surroundings(
        LEAST_FREE - 1,
        {"IMAP a": NOON + timedelta(days=13), "SMTP a": NOON + timedelta(days=15)},
        NOON + timedelta(days=1),
    )
    assert names(a_round(held), around=around) == ["held", "disk", "certificate/IMAP a", "sign-in"]
    closed = events.Closed(key="m/closed", round=str(WEEK), at=NOON, message="m", outcome="dropped", rule="r")
    assert names(a_round(held, closed)) == []


def test_mails_that_wait_for_the_providers_next_day_are_told_after_a_quarter_of_an_hour() -> None:
    tomorrow = NOON + timedelta(days=1)
    for waited, told in ((14, []), (15, ["day"])):
        around = Surroundings(room_at=tomorrow, waits_since=NOON - timedelta(minutes=waited))
        assert names(a_round(), around=around) == told
    assert names(a_round(), around=Surroundings(room_at=tomorrow)) == []


def test_a_certificate_that_was_not_looked_at_this_time_is_as_it_was() -> None:
    ends = NOON + timedelta(days=3)
    (trouble,) = alarms.wrong([], [], EMPTY, Surroundings(None, {"SMTP a": ends}), NOON)
    standing = book.fold(alarms.changes([trouble], EMPTY, [], NOON))
    assert names(a_round(), around=Surroundings(None, {"SMTP a": None}), standing=standing) == ["certificate/SMTP a"]
    assert names(a_round(), around=Surroundings(None, {"SMTP a": None})) == []
    assert names(a_round(), around=Surroundings(None, {"SMTP a": NOON.replace(year=2027)}), standing=standing) == []


class Told:
    """A standing book and the mails to the operator, turn by turn."""

    def __init__(self) -> None:
        self.book = Book()
        self.week = Round(str(WEEK))
        self.mails: list[str] = []

    def turn(self, now: datetime, *found: str, live: tuple[Week, ...] = (WEEK,), takes_mail: bool = True) -> None:
        """What is due leaves, then `found` is what is wrong."""
        for due in alarms.due(self.book, self.week.mail, now):
            if takes_mail:
                self.mails.append(due.key.kind)
                self.week = rounds.fold([claimed(due.key), sent(due.key)], self.week)
        troubles = [Trouble(name, week=name.partition("/")[2]) for name in found]
        self.book = book.fold(alarms.changes(troubles, self.book, live, now), self.book)


def test_a_trouble_is_told_once_and_its_end_once() -> None:
    told = Told()
    for minute in range(60):
        told.turn(NOON + timedelta(minutes=minute), "disk")
    assert told.mails == ["alarm"]
    for minute in range(60, 120):
        told.turn(NOON + timedelta(minutes=minute))
    assert told.mails == ["alarm", "alarm_over"]


def test_what_comes_and_goes_is_told_again_only_after_a_rest() -> None:
    told = Told()
    for minute in range(300):
        told.turn(NOON + timedelta(minutes=minute), *(["disk"] if minute % 2 else []))
    assert told.mails == ["alarm", "alarm_over"]
    for minute in range(3):
        told.turn(NOON + REST + timedelta(hours=1, minutes=minute), "disk")
    assert told.mails == ["alarm", "alarm_over", "alarm"]


def test_what_was_over_before_mail_worked_again_is_not_told() -> None:
    told = Told()
    told.turn(NOON, "disk", takes_mail=False)
    told.turn(NOON + timedelta(minutes=1), takes_mail=False)
    told.turn(NOON + timedelta(minutes=2))
    told.turn(NOON + timedelta(minutes=3))
    assert told.mails == []


def test_an_end_that_could_not_be_told_for_a_quarter_of_a_year_is_no_news_and_no_old_week_is_looked_at_for_it() -> None:
    told = Told()
    told.turn(NOON, "disk", "held")
    told.turn(NOON + timedelta(minutes=1), "held")
    assert (told.mails, alarms.weeks(told.book, NOON)) == (["alarm", "alarm"], {WEEK})
    told.turn(NOON + timedelta(weeks=12), "held", takes_mail=False)
    told.turn(NOON + timedelta(weeks=14), "held")
    assert told.mails == ["alarm", "alarm"]
    assert alarms.weeks(told.book, NOON + timedelta(weeks=14)) == {WEEK}
    told.turn(NOON + timedelta(weeks=20))
    told.turn(NOON + timedelta(weeks=20, minutes=1))
    assert told.mails == ["alarm", "alarm", "alarm_over"]
    assert alarms.weeks(told.book, NOON + timedelta(weeks=40)) == frozenset()


def test_what_lasted_until_mail_worked_again_is_told_then() -> None:
    told = Told()
    for minute in range(5):
        told.turn(NOON + timedelta(minutes=minute), "mailbox", takes_mail=minute == 4)
    assert told.mails == ["alarm"]


def test_a_trouble_of_a_week_that_is_past_ends_without_a_word() -> None:
    told = Told()
    told.turn(NOON, "bounces/2026-W48")
    told.turn(NOON + timedelta(minutes=1), "bounces/2026-W48")
    told.turn(NOON + timedelta(days=14), live=(WEEK.plus(2),))
    told.turn(NOON + timedelta(days=14, minutes=1), live=(WEEK.plus(2),))
    assert told.mails == ["alarm"]


def test_two_troubles_have_mails_of_their_own() -> None:
    told = Told()
    told.turn(NOON, "disk", "held")
    told.turn(NOON + timedelta(minutes=1), "held")
    told.turn(NOON + timedelta(minutes=2), "held")
    assert told.mails == ["alarm", "alarm", "alarm_over"]
    keys: Mapping[str, MailKey] = {name: alarms.key_of(alarm) for name, alarm in told.book.alarms.items()}
    assert keys["disk"].person != keys["held"].person
    assert alarms.alarm_of(told.book, keys["held"]) == told.book.alarms["held"]


def test_a_digest_that_a_restore_presumes_to_have_left_is_not_late() -> None:
    """Nor before that is kept: among many workers, those who send keep it after those who look for trouble."""
    restored = events.Restored(key="restored", round=None, at=DIGEST + timedelta(hours=1), since=NOON)
    put_back = book.fold([restored])
    assert names(a_round(), DIGEST + timedelta(hours=2)) == [f"digest/{WEEK}"]
    assert names(a_round(), DIGEST + timedelta(hours=2), standing=put_back) == []


def test_settings_that_stay_refused_are_told_with_their_reason_and_a_slip_that_is_mended_at_once_is_not() -> None:
    refused = events.SettingsRefused(key="settings/refused/1", round=None, at=NOON, reason="settings.yaml, line 3: no")
    taken = events.SettingsTaken(key="settings/taken/1", round=None, at=NOON + timedelta(minutes=2))
    assert names(a_round(), NOON + timedelta(minutes=14), standing=book.fold([refused])) == []
    assert names(a_round(), NOON + timedelta(minutes=15), standing=book.fold([refused])) == ["settings"]
    assert names(a_round(), NOON + timedelta(minutes=20), standing=book.fold([refused, taken])) == []
    told = alarms.wrong([], [], book.fold([refused]), NOTHING, NOON + timedelta(hours=1))
    assert [one.reason for one in told] == ["settings.yaml, line 3: no"]


def test_a_ledger_that_was_put_back_and_told_nobody_is_an_alarm_for_its_week_alone() -> None:
    noticed = events.Restored(key="restored", round=None, at=NOON, since=NOON - timedelta(hours=5), noticed=True)
    said = events.Restored(key="restored", round=None, at=NOON, since=NOON - timedelta(hours=5))
    assert names(a_round(), standing=book.fold([noticed])) == [f"restored/{WEEK}"]
    assert names(a_round(), standing=book.fold([said])) == []
    later = noticed.at + timedelta(days=14)
    assert [*alarms.wrong([], [], book.fold([noticed]), NOTHING, later)] == []
