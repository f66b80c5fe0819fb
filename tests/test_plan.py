"""What is due, and what never is: a round played against the plan, with outages, late replies and dead workers."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import events
from pipeline.mail import MailKey
from pipeline.pace import DAY, kept_of_a_day
from pipeline.plan import AFTER_THE_ASK, Plan, Standing, asks_to_come, due, look, next_instant, reports_to_come, unasked
from pipeline.roster import Person, Roster, new_id
from pipeline.rounds import Round, fold
from pipeline.timetable import Schedule, timetable
from pipeline.weeks import Week

WEEK = Week(2026, 48)
SEEING = Standing()
ZONE = ZoneInfo("Europe/Copenhagen")


def person(name: str, manager: str | None, zone: str = "Europe/Copenhagen", **more: object) -> Person:
    address = f"{name}@x.dk"
    above = new_id(f"{manager}@x.dk") if manager else None
    return Person(new_id(address), address, name, above, timezone=zone, **more)  # type: ignore[arg-type]


FIRM = Roster(
    (
        person("dorte", None, reports_number=False),
        person("mads", "dorte"),
        person("anna", "mads"),
        person("bo", "mads"),
        person("joe", "dorte", "America/New_York"),
    )
)
ANNA, BO, MADS, DORTE = (new_id(f"{name}@x.dk") for name in ("anna", "bo", "mads", "dorte"))


def friday(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 27, hour, minute, tzinfo=ZONE).astimezone(UTC)


class Played:
    """A round that is played: `at` is one turn of a worker, whose mails all leave unless it dies first."""

    def __init__(self, roster: Roster = FIRM, week: Week = WEEK) -> None:
        self.times = timetable(week, roster, Schedule())
        self.round = Round(str(week))
        self.sent: list[tuple[datetime, MailKey]] = []
        self.skipped: list[tuple[MailKey, str]] = []
        self._tell(events.Opened(key="opened", round=str(WEEK), at=WEEK_BEGINS, people=roster.people))

    def _tell(self, *happened: events.Event) -> None:
        self.round = fold(happened, self.round)

    def at(self, now: datetime | str, *, standing: Standing = SEEING, dies_after: int = 1000) -> list[str]:
        now = friday(now) if isinstance(now, str) else now
        plan = due(self.round, self.times, now, standing)
        self._looks_the_same_one_by_one(plan, now, standing)
        for key, reason in plan.skips:
            self.skipped.append((key, reason))
            self._tell(events.Skipped(key=f"{key}/skipped", round=str(WEEK), at=now, mail=str(key), reason=reason))
        for number, one in enumerate(plan.mails):
            attempt = self.round.mail(one.key).attempts + 1
            claim = f"{one.key}/claim/{attempt}"
            self._tell(
                events.Claimed(
                    key=claim, round=str(WEEK), at=now, mail=str(one.key), attempt=attempt, message_id="<1@x>"
                )
            )
            if number >= dies_after:
                break
            self.sent.append((now, one.key))
            self._tell(events.Sent(key=f"{one.key}/sent", round=str(WEEK), at=now, mail=str(one.key), late=one.late))
        return [str(one.key).removeprefix(f"{WEEK}/") for one in plan.mails]

    def _looks_the_same_one_by_one(self, plan: Plan, now: datetime, standing: Standing) -> None:
        """Law: a look at one mail says what a look at everybody says of it. That a person gets one mail at a time is
        not about one mail."""
        several = [MailKey(WEEK, kind, who) for kind in ("ask", "summary", "digest") for who in self.round.people]
        several += [MailKey(WEEK, "nudge", who, number) for who in self.round.people for number in (1, 2)]
        several += [MailKey.parse(mail) for mail in self.round.questions]
        taken = {(one.key.person, one.key.copy) for one in plan.mails}
        for key in {*several, *plan.names()}:
            found = look(self.round, self.times, key, now, standing)
            if found.mails and found.mails[0] not in plan.mails:
                assert (key.person, key.copy) in taken
            else:
                assert found == plan.only({key})

    def answers(self, who: str, at: datetime | str, number: int = 7) -> None:
        when = friday(at) if isinstance(at, str) else at
        key = f"answer/{who}/{when.isoformat()}/{number}"
        self._tell(
            events.Answered(
                key=key, round=str(WEEK), at=when, person=who, number=Decimal(number), received=when, entered_by=who
            )
        )

    def is_asked_back(self, who: str, at: str) -> None:
        key = MailKey(WEEK, "unclear", who, 1)
        self._tell(
            events.Questioned(
                key=f"{key}/q",
                round=str(WEEK),
                at=friday(at),
                mail=str(key),
                person=who,
                address="a@x.dk",
                message="m",
                received=friday(at),
            )
        )


WEEK_BEGINS = datetime(2026, 11, 23, tzinfo=UTC)


def to(kind: str, *who: str) -> list[str]:
    return [f"{kind}/{person_id}" for person_id in who]


def test_a_friday_in_one_zone_goes_ask_nudge_nudge_summary_digest() -> None:
    played = Played(Roster(FIRM.people[:4]))
    assert played.at("12:59") == []
    assert played.at("13:00") == to("ask", MADS, ANNA, BO)
    assert played.at("13:00") == []
    played.answers(ANNA, "14:00")
    assert played.at("15:00") == to("nudge-1", MADS, BO)
    played.answers(MADS, "15:30")
    assert played.at("16:00") == to("nudge-2", BO)
    assert played.at("16:30") == to("summary", MADS)
    assert played.at("17:00") == to("digest", DORTE)
    assert played.at("23:00") == []


def test_a_reply_in_the_mailbox_one_second_before_stops_the_nudge() -> None:
    played = Played()
    played.at("13:00")
    played.answers(ANNA, friday("15:00") - timedelta(seconds=1))
    assert f"nudge-1/{ANNA}" not in played.at("15:00")


def test_a_reply_that_was_asked_back_stops_the_next_nudge_only() -> None:
    played = Played(Roster(FIRM.people[:4]))
    played.at("13:00")
    played.is_asked_back(ANNA, "14:00")
    assert played.at("14:00") == to("unclear-1", ANNA)
    assert played.at("15:00") == to("nudge-1", MADS, BO)
    assert f"nudge-2/{ANNA}" in played.at("16:00")


def test_while_the_mailbox_cannot_be_read_nudges_wait_and_reports_leave() -> None:
    blind = Standing(readable=False)
    played = Played(Roster(FIRM.people[:4]))
    assert played.at("13:00", standing=blind) == to("ask", MADS, ANNA, BO)
    assert played.at("15:00", standing=blind) == []
    assert played.at("15:20") == to("nudge-1", MADS, ANNA, BO)
    assert played.at("16:00", standing=blind) == []
    assert played.at("16:30", standing=blind) == to("summary", MADS)
    assert {reason for _, reason in played.skipped} == {"the deadline had passed"}
    assert played.at("17:00", standing=blind) == to("digest", DORTE)


def test_a_worker_that_was_down_until_friday_1645_sends_what_is_still_useful() -> None:
    played = Played(Roster(FIRM.people[:4]))
    assert played.at("16:45") == to("summary", MADS)
    assert {reason for _, reason in played.skipped} == {"the deadline had passed"}
    assert played.at("17:00") == to("digest", DORTE)


def test_after_an_outage_only_the_latest_nudge_leaves() -> None:
    played = Played(Roster(FIRM.people[:4]))
    played.at("13:00")
    assert played.at("16:10") == to("nudge-2", MADS, ANNA, BO)
    assert {reason for _, reason in played.skipped} == {"a later nudge took its place"}


def test_no_nudge_follows_within_thirty_minutes_of_a_late_ask() -> None:
    played = Played(Roster(FIRM.people[:3]))
    assert played.at("14:50") == to("ask", MADS, ANNA)
    assert played.at("15:00") == []
    assert played.at("15:20") == to("nudge-1", MADS, ANNA)


def test_after_the_grace_period_nothing_leaves_and_that_is_recorded() -> None:
    played = Played()
    assert played.at(friday("17:00") + timedelta(hours=66)) == []
    assert (MailKey(WEEK, "digest", DORTE), "the grace period had ended") in played.skipped


def test_a_person_gets_one_mail_a_turn() -> None:
    played = Played(Roster(FIRM.people[:4]))
    played.is_asked_back(MADS, "13:00")
    assert played.at("16:00") == [f"unclear-1/{MADS}", f"ask/{ANNA}", f"ask/{BO}"]
    assert played.at("16:00") == [f"ask/{MADS}"]


def test_whoever_wrote_off_is_not_nudged() -> None:
    played = Played(Roster(FIRM.people[:3]))
    played.at("13:00")
    away = events.Away(
        key="away", round=str(WEEK), at=friday("13:30"), person=ANNA, received=friday("13:30"), entered_by=ANNA
    )
    played._tell(away)
    assert played.at("15:00") == to("nudge-1", MADS)


def test_who_is_known_to_be_away_without_a_date_is_asked_and_not_nudged() -> None:
    played = Played(Roster(FIRM.people[:3]))
    resting = Standing(resting=frozenset({ANNA}))
    assert f"ask/{ANNA}" in played.at("13:00", standing=resting)
    assert played.at("15:00", standing=resting) == to("nudge-1", MADS)


def test_an_undeliverable_address_gets_no_more_mail() -> None:
    played = Played(Roster(FIRM.people[:3]))
    played.at("13:00")
    played._tell(events.Undeliverable(key="u", round=str(WEEK), at=friday("13:05"), person=ANNA, reason="550 5.1.1"))
    assert played.at("15:00") == to("nudge-1", MADS)


def test_a_refusal_for_now_is_tried_again_and_one_for_good_is_not() -> None:
    played = Played(Roster(FIRM.people[:3]))
    for who, retry_at in ((ANNA, friday("13:05")), (MADS, None)):
        mail = str(MailKey(WEEK, "ask", who))
        played._tell(
            events.Failed(
                key=f"{mail}/f", round=str(WEEK), at=friday("13:00"), mail=mail, code=451, reason="", retry_at=retry_at
            )
        )
    assert played.at("13:04") == []
    assert played.at("13:05") == to("ask", ANNA)


def test_a_deputy_gets_a_copy_of_the_same_mail() -> None:
    director = person("dorte", None, reports_number=False, copies_to=("pa@x.dk",))
    played = Played(Roster((director, *FIRM.people[1:4])))
    assert played.at("17:00")[:2] == [f"digest/{DORTE}", f"digest/{DORTE}/{new_id('pa@x.dk')}"]


def test_a_late_answer_is_told_at_once_only_where_it_is_so_configured() -> None:
    played = Played(Roster(FIRM.people[:4]))
    for clock in ("13:00", "16:30", "17:00"):
        played.at(clock)
    played.answers(ANNA, friday("17:00") + timedelta(hours=16))
    saturday = friday("17:00") + timedelta(hours=17)
    assert played.at(saturday) == []
    at_once = Standing(corrections=True)
    assert played.at(saturday, standing=at_once) == to("correction-1", DORTE)
    assert played.at(saturday, standing=at_once) == []


def test_the_shares_of_a_firm_are_due_together_what_all_of_it_is() -> None:
    played = Played(Roster(FIRM.people[:4]))
    played.is_asked_back(MADS, "13:00")
    whole = due(played.round, played.times, friday("13:00"))
    ours = due(played.round, played.times, friday("13:00"), whom=(MADS, BO))
    theirs = due(played.round, played.times, friday("13:00"), whom=(ANNA,))
    assert [one for one in whole.mails if one.key.kind == "ask"] == [theirs.mails[1], ours.mails[1]]
    assert ours.mails[0] == theirs.mails[0] == whole.mails[0]


turns = st.lists(
    st.tuples(st.integers(0, 60 * 24 * 8), st.booleans(), st.integers(0, 5) | st.just(1000)), max_size=60
).map(lambda drawn: sorted(drawn, key=lambda turn: turn[0]))
replies = st.lists(st.tuples(st.sampled_from([ANNA, BO, MADS]), st.integers(0, 60 * 24 * 8)), max_size=6)


@settings(max_examples=150, deadline=None)
@given(turns, replies)
def test_whatever_fails_no_mail_leaves_twice_and_no_one_who_answered_is_nudged(
    turns: Sequence[tuple[int, bool, int]], replies: Sequence[tuple[str, int]]
) -> None:
    played = Played()
    answered: dict[str, datetime] = {}
    pending = sorted(replies, key=lambda reply: reply[1])
    for minutes, readable, dies_after in turns:
        now = WEEK_BEGINS + timedelta(minutes=minutes)
        while readable and pending and pending[0][1] <= minutes:
            who, at = pending.pop(0)
            answered.setdefault(who, now)
            played.answers(who, WEEK_BEGINS + timedelta(minutes=at))
        played.at(now, standing=Standing(readable=readable), dies_after=dies_after)
    assert max(Counter(key for _, key in played.sent).values(), default=1) == 1
    asks = {key.person: at for at, key in played.sent if key.kind == "ask"}
    for at, key in played.sent:
        if key.kind == "nudge":
            assert key.person not in answered or at < answered[key.person]
            assert at - asks[key.person] >= AFTER_THE_ASK
        if key.kind in {"ask", "nudge"}:
            assert at < played.times.people[key.person].deadline


def to_come(played: Played, clock: str, standing: Standing = SEEING) -> tuple[int, int]:
    """Reports and asks that are still to leave in the next 24 hours."""
    now = friday(clock)
    reports = reports_to_come(played.round, played.times, now, now + DAY, standing)
    whom = unasked(played.round, played.times, played.times.people)
    return reports, asks_to_come(played.round, played.times, whom, now, now + DAY)


def test_of_those_whose_ask_may_still_leave_nobody_is_overlooked_who_is_looked_for_among_the_last_ones() -> None:
    """Anna has answered, is left out of what is to come, and is in it again where that is withdrawn."""
    played = Played(Roster(FIRM.people[:4]))
    known: tuple[str, ...] = tuple(played.times.people)
    for clock in ("12:00", "12:30", "12:59", "13:00", "14:00"):
        if clock == "12:30":
            played.answers(ANNA, clock)
        if clock == "12:59":
            key = played.round.answers[ANNA][0].key
            taken = events.Withdrawn(key="w", round=str(WEEK), at=friday(clock), person=ANNA, answer=key)
            played._tell(taken)
        if clock == "13:00":
            played.at(clock)
        known = unasked(played.round, played.times, known)
        assert known == unasked(played.round, played.times, played.times.people)
    assert known == ()


def test_of_a_day_so_much_is_kept_as_is_still_to_leave_in_it() -> None:
    played = Played(Roster(FIRM.people[:4]))
    thursday = friday("12:59") - DAY
    assert reports_to_come(played.round, played.times, thursday, thursday + DAY, SEEING) == 0
    assert to_come(played, "12:00") == (2, 3)
    played.answers(BO, "12:30")
    assert to_come(played, "12:59") == (2, 2)
    played.at("13:00")
    assert to_come(played, "13:00") == (2, 0)
    played.at("16:30")
    assert to_come(played, "16:30") == (1, 0)
    played.at("17:00")
    assert to_come(played, "17:00") == (0, 0)


def test_a_report_that_is_refused_for_now_and_the_copy_for_a_deputy_have_their_part_kept() -> None:
    dorte = person("dorte", None, reports_number=False, copies_to=("deputy@x.dk",))
    played = Played(Roster((dorte, *FIRM.people[1:4])))
    assert to_come(played, "16:00")[0] == 3
    digest = MailKey(WEEK, "digest", DORTE)
    for number, retry_at in enumerate((friday("18:00"), None), 1):
        played._tell(
            events.Failed(
                key=f"{digest}/failed/{number}",
                round=str(WEEK),
                at=friday("17:00"),
                mail=str(digest),
                code=451,
                reason="later",
                retry_at=retry_at,
            )
        )
        assert to_come(played, "17:01")[0] == (3 if retry_at else 2)


def test_where_late_answers_are_told_at_once_their_corrections_have_a_part_too() -> None:
    played = Played(Roster(FIRM.people[:4]))
    assert to_come(played, "12:00", Standing(corrections=True))[0] == 2 + 31


def test_however_many_reports_are_to_come_half_of_the_day_is_for_the_others() -> None:
    assert kept_of_a_day(2000, 51) == 56
    assert kept_of_a_day(2000, 51, asks=900) == 956
    assert kept_of_a_day(2000, 3000) == 1000
    assert kept_of_a_day(2000, 3000, asks=5000) == 1999
    assert kept_of_a_day(1, 40) == 0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 60 * 24 * 8), max_size=30), st.integers(0, 64 * 60))
def test_the_digest_leaves_once_on_its_first_turn_within_the_grace_period(minutes: list[int], after: int) -> None:
    played = Played()
    assert played.times.digest is not None
    last = played.times.digest + timedelta(minutes=after)
    for turn in [*sorted(WEEK_BEGINS + timedelta(minutes=minute) for minute in minutes), last]:
        if turn <= last:
            played.at(turn)
    digests = [at for at, key in played.sent if key.kind == "digest"]
    assert len(digests) == 1
    assert digests[0] >= played.times.digest


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60 * 24 * 8))
def test_nothing_becomes_due_between_two_instants(minutes: int) -> None:
    played = Played()
    now = WEEK_BEGINS + timedelta(minutes=minutes)
    while played.at(now):
        pass
    following = next_instant(played.round, played.times, now)
    if following is not None:
        gap = (following - now) / 2
        ask_pause = [at + AFTER_THE_ASK for at, key in played.sent if key.kind == "ask"]
        if not any(now < at <= now + gap for at in ask_pause):
            assert played.at(now + gap) == []
