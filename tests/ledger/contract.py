"""What every ledger promises, whatever its store: a suite to be inherited, with a fixture `ledger` and one `again`
that opens the same store a second time."""

import gc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest

from pipeline.events import Answered, Claimed, Event, Installed, Opened, Received, Rewritten, Sent
from pipeline.history import History
from pipeline.ledger import Ledger, News, Place
from pipeline.mail import MailKey
from pipeline.roster import Person
from pipeline.rounds import Round
from pipeline.weeks import Week

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
WEEK = "2026-W48"
_numbers = count()


def claim(mail: str, attempt: int = 1, week: str = WEEK, at: datetime = NOW) -> Event:
    key = f"{week}/{mail}/claim/{attempt}"
    return Claimed(key=key, round=week, at=at, mail=f"{week}/{mail}", attempt=attempt, message_id="<1@x.dk>")


def sent(mail: str, alias: str, week: Week) -> Event:
    return Sent(key=f"{week}/{mail}/sent", round=str(week), at=NOW, mail=f"{week}/{mail}", aliases=(alias,))


def opened(week: Week) -> Event:
    return Opened(key=f"{week}/opened", round=str(week), at=NOW, people=(Person("jens", "jens@x.dk", "Jens"),))


def answer(who: str, number: int, week: Week) -> Event:
    return Answered(
        key=f"m/{who}", round=str(week), at=NOW, person=who, number=Decimal(number), received=NOW, entered_by=who
    )


def received(name: str, week: Week, outcome: str = "answer") -> Event:
    return Received(
        key=name, round=str(week), at=NOW, message=name, outcome=outcome, rule="r", folder="INBOX", uidvalidity=1, uid=1
    )  # fmt: skip


def rounds_in_memory(weeks: Sequence[Week]) -> set[str]:
    """Those that hold anything."""
    gc.collect()
    names = {str(week) for week in weeks}
    return {
        one.week for one in gc.get_objects() if isinstance(one, Round) and one.week in names and one.opened is not None
    }


def leaves(ledger: Ledger, mails: int, *, of: int = 100, kept: int = 0, at: datetime = NOW) -> int:
    """So many asks are due in a process that has just begun, where at most `of` may leave a day: how many of them leave,
    each counted first and claimed then, as the outbox does it."""
    pace = ledger.pace(1000, of)
    pace.begins(at)
    left = 0
    while left < mails and pace.take(1, reserved=True, kept=kept):
        left += 1
        assert ledger.append([claim(f"ask/{next(_numbers)}", at=at)])
    return left


def edition(number: int, round_: str | None = WEEK) -> Event:
    key = f"{round_ or 'book'}/rewritten/{number}"
    return Rewritten(key=key, round=round_, at=NOW, reason="a person was forgotten", count=1)


class LedgerContract:
    """Inherit this, and give it `ledger`, `again`, and `after`, which lets time pass and answers with the new one."""

    def test_a_new_ledger_is_empty(self, ledger: Ledger) -> None:
        assert ledger.events(WEEK) == ()
        assert ledger.events(None) == ()
        assert ledger.rounds() == ()

    def test_events_come_back_as_they_were_in_the_order_of_acceptance(self, ledger: Ledger) -> None:
        ledger.append([claim("ask/b"), claim("ask/a")])
        ledger.append([claim("ask/c")])
        assert ledger.events(WEEK) == (claim("ask/b"), claim("ask/a"), claim("ask/c"))

    def test_a_key_is_accepted_once(self, ledger: Ledger) -> None:
        assert ledger.append([claim("ask/a")]) == (claim("ask/a"),)
        assert ledger.append([claim("ask/a"), claim("ask/b")]) == (claim("ask/b"),)
        assert ledger.events(WEEK) == (claim("ask/a"), claim("ask/b"))

    def test_a_key_given_twice_in_one_commit_is_accepted_once(self, ledger: Ledger) -> None:
        assert ledger.append([claim("ask/a"), claim("ask/a")]) == (claim("ask/a"),)

    def test_of_two_who_claim_one_mail_one_wins(self, ledger: Ledger, again: Callable[[], Ledger]) -> None:
        assert again().claim([claim("ask/a")])
        assert not ledger.claim([claim("ask/a"), claim("ask/a")])
        assert not ledger.append([claim("ask/a")])

    def test_who_knows_a_place_is_told_what_came_after_it(self, ledger: Ledger, again: Callable[[], Ledger]) -> None:
        ledger.append([claim("ask/a")])
        known = ledger.since(WEEK, None)
        assert (list(known.events), known.anew) == ([claim("ask/a")], True)
        again().append([claim("ask/b"), claim("ask/c")])
        news = ledger.since(WEEK, known.place)
        assert (list(news.events), news.anew) == ([claim("ask/b"), claim("ask/c")], False)
        assert list(ledger.since(WEEK, news.place).events) == []

    def test_who_knows_a_round_that_was_rewritten_is_told_all_of_it(
        self, ledger: Ledger, again: Callable[[], Ledger]
    ) -> None:
        ledger.append([claim("ask/a"), claim("ask/b")])
        known = ledger.since(WEEK, None)
        again().rewrite(WEEK, [edition(1), claim("ask/b")])
        news = ledger.since(WEEK, known.place)
        assert (list(news.events), news.anew) == ([edition(1), claim("ask/b")], True)
        again().rewrite(WEEK, [])
        gone = ledger.since(WEEK, news.place)
        assert (list(gone.events), gone.anew) == ([], True)

    def test_a_round_that_was_laid_aside_is_told_as_before(self, ledger: Ledger, again: Callable[[], Ledger]) -> None:
        ledger.append([claim("ask/a"), claim("ask/b")])
        known = ledger.since(WEEK, None)
        ledger.lay_aside(WEEK)
        news = ledger.since(WEEK, known.place)
        assert (list(news.events), news.place, news.anew) == ([], known.place, False)
        assert ledger.events(WEEK) == (claim("ask/a"), claim("ask/b"))
        ledger.lay_aside(WEEK)
        assert ledger.append([claim("ask/b"), claim("ask/c")]) == (claim("ask/c"),)
        ledger.lay_aside(WEEK)
        again().append([claim("ask/d")])
        assert list(ledger.since(WEEK, known.place).events) == [claim("ask/c"), claim("ask/d")]
        ledger.lay_aside(WEEK)
        again().rewrite(WEEK, [edition(1), claim("ask/a")])
        assert ledger.since(WEEK, known.place).anew

    def test_a_report_is_composed_as_of_its_claim_whatever_came_since(
        self, ledger: Ledger, again: Callable[[], Ledger]
    ) -> None:
        """Both ways of asking: by who claimed it, and by who finds the claim of another that has gone."""
        ledger.append([claim("ask/a")])
        history, week = History(ledger), Week.parse(WEEK)
        history.append([claim("digest/d")])
        again().append([claim("ask/b")])
        ours, others = history.as_of(week, f"{WEEK}/digest/d/claim/1"), History(again())
        assert list(ours.mails) == [f"{WEEK}/ask/a", f"{WEEK}/digest/d"]
        assert others.as_of(week, f"{WEEK}/digest/d/claim/1") == ours
        assert history.round(week) == others.round(week) != ours

    def test_a_round_that_was_let_go_of_still_tells_what_is_asked_of_an_old_week(
        self, ledger: Ledger, again: Callable[[], Ledger]
    ) -> None:
        """And what is kept of it afterwards is told, too."""
        now, history, other = Week.parse(WEEK), History(ledger), History(again())
        old = now.plus(-3)
        history.append([opened(old), answer("anna", 7, old), received("m1", old), claim("ask/aaaaaaaa", week=str(old))])
        history.append([sent("ask/aaaaaaaa", "<alias@provider>", old)])
        history.round(old)
        history.let_go_of_rounds(but=[now])
        assert history.received("m1", now, 8) == history.round(old).received["m1"]
        assert history.received("m2", now, 8) is None
        assert history.alias("<alias@provider>", now, 8) == f"{old}/ask/aaaaaaaa"
        history.let_go_of_rounds(but=[now])
        (before,) = history.before(now, 12)
        assert (before.numbers, before.holds) == ({"anna": 7}, False)
        other.append([answer("bo", 5, old), received("m3", old, "held")])
        (before,) = history.before(now, 12)
        assert (before.numbers, before.holds) == ({"anna": 7, "bo": 5}, True)
        assert history.received("m3", now, 8) is not None
        assert set(history.round(old).answers) == {"anna", "bo"}

    def test_what_became_of_a_mail_to_the_operator_is_known_when_its_week_is_past_and_read_once(
        self, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        history, now, old = History(ledger), Week.parse(WEEK), Week.parse(WEEK).plus(-20)
        key, read = MailKey(old, "alarm", "k3v7q2ma", 1), list[str | None]()
        history.append([opened(old), claim("alarm-1/k3v7q2ma", week=str(old)), sent("alarm-1/k3v7q2ma", "<a@p>", old)])
        since = ledger.since

        def noting(round_: str | None, place: Place | None) -> News:
            read.extend([round_] if place is None else [])
            return since(round_, place)

        history.round(old)
        monkeypatch.setattr(ledger, "since", noting)
        for _ in range(3):
            history.let_go_of_rounds(but=[now], glanced_at=[old])
            assert history.alarm_mail(key).sent == NOW
        assert read == []

    def test_no_round_that_was_let_go_of_or_that_reports_look_back_on_stays_in_memory(
        self, ledger: Ledger, again: Callable[[], Ledger]
    ) -> None:
        now = Week(2031, 20)
        weeks = [now.plus(-back) for back in range(3)]
        for week in weeks:
            ledger.append([opened(week), answer("anna", 7, week), received("m1", week)])
        history = History(again())
        assert [one.week for one in history.before(now, 12)] == [str(one) for one in weeks[1:]]
        assert rounds_in_memory(weeks) == set()
        assert len([*history.recent(now, 8)]) == len(rounds_in_memory(weeks)) == 3
        history.let_go_of_rounds(but=[now])
        assert rounds_in_memory(weeks) == {str(now)}

    def test_threads_beside_each_other_share_the_states_and_each_has_its_own_claim(
        self, ledger: Ledger, again: Callable[[], Ledger]
    ) -> None:
        one, week = History(ledger), Week.parse(WEEK)
        other = one.beside(again())
        one.append([claim("summary/a")])
        with one.still():
            standing = one.round(week)
            other.append([claim("summary/b")])
            assert list(other.round(week).mails) == [f"{WEEK}/summary/a", f"{WEEK}/summary/b"]
            assert one.round(week) is standing
            assert list(one.as_of(week, f"{WEEK}/summary/a/claim/1").mails) == [f"{WEEK}/summary/a"]
        assert one.round(week) is other.round(week)
        assert list(other.as_of(week, f"{WEEK}/summary/b/claim/1").mails) == list(one.round(week).mails)

    def test_a_round_that_begins_here_while_all_else_stands_still_is_seen(self, ledger: Ledger) -> None:
        history, week = History(ledger), Week.parse(WEEK)
        before = Opened(key="2026-W47/opened", round="2026-W47", at=NOW, people=())
        with history.still():
            assert [one.week for one in history.recent(week, 2)] == [WEEK]
            history.append([before])
            assert [one.week for one in history.recent(week, 2)] == [WEEK, "2026-W47"]

    def test_what_one_claims_the_other_sees_beside_what_ended(
        self, ledger: Ledger, again: Callable[[], Ledger]
    ) -> None:
        other = again()
        assert ledger.claim([claim("ask/a"), claim("ask/b")])
        ended = Sent(key=f"{WEEK}/ask/a/sent", round=WEEK, at=NOW, mail=f"{WEEK}/ask/a")
        assert ledger.claim([ended, claim("ask/c")]) == (ended, claim("ask/c"))
        assert other.events(WEEK) == (claim("ask/a"), claim("ask/b"), ended, claim("ask/c"))

    def test_what_one_appends_the_other_sees(self, ledger: Ledger, again: Callable[[], Ledger]) -> None:
        other = again()
        assert other.events(WEEK) == ()
        ledger.append([claim("ask/a")])
        assert other.events(WEEK) == (claim("ask/a"),)
        other.append([claim("ask/b")])
        assert ledger.events(WEEK) == (claim("ask/a"), claim("ask/b"))

    def test_what_was_appended_is_there_when_opened_again(self, ledger: Ledger, again: Callable[[], Ledger]) -> None:
        ledger.append([claim("ask/a")])
        assert again().events(WEEK) == (claim("ask/a"),)

    def test_rounds_and_the_standing_book_are_kept_apart(self, ledger: Ledger) -> None:
        began = Installed(key="installed", round=None, at=NOW, first_round=WEEK)
        ledger.append([began])
        ledger.append([claim("ask/a", week="2026-W49")])
        ledger.append([claim("ask/a")])
        assert ledger.events(None) == (began,)
        assert ledger.rounds() == (WEEK, "2026-W49")

    def test_a_commit_is_of_one_round(self, ledger: Ledger) -> None:
        with pytest.raises(ValueError, match="one commit is one file"):
            ledger.append([claim("ask/a"), claim("ask/a", week="2026-W49")])
        assert ledger.rounds() == ()

    def test_appending_nothing_leaves_no_trace(self, ledger: Ledger) -> None:
        assert ledger.append([]) == ()
        assert ledger.rounds() == ()

    def test_a_rewritten_round_holds_what_was_put_there_and_nothing_else(
        self, ledger: Ledger, again: Callable[[], Ledger]
    ) -> None:
        ledger.append([claim("ask/a"), claim("ask/b")])
        ledger.append([claim("ask/a", week="2026-W49")])
        with ledger.writing():
            ledger.rewrite(WEEK, [edition(1), claim("ask/c")])
        for one in (ledger, again()):
            assert one.events(WEEK) == (edition(1), claim("ask/c"))
            assert one.events("2026-W49") == (claim("ask/a", week="2026-W49"),)
        assert ledger.append([claim("ask/c"), claim("ask/a")]) == (claim("ask/a"),)
        assert again().events(WEEK) == (edition(1), claim("ask/c"), claim("ask/a"))

    def test_the_standing_book_is_rewritten_like_a_round(self, ledger: Ledger, again: Callable[[], Ledger]) -> None:
        ledger.append([Installed(key="installed", round=None, at=NOW, first_round=WEEK)])
        with ledger.writing():
            ledger.rewrite(None, [edition(1, None)])
        assert again().events(None) == (edition(1, None),)

    def test_a_round_that_is_rewritten_with_nothing_is_kept_no_more(
        self, ledger: Ledger, again: Callable[[], Ledger]
    ) -> None:
        ledger.append([claim("ask/a")])
        ledger.append([claim("ask/a", week="2026-W49")])
        with ledger.writing():
            ledger.rewrite(WEEK, [])
            ledger.rewrite("2026-W01", [])
        for one in (ledger, again()):
            assert one.events(WEEK) == ()
            assert one.rounds() == ("2026-W49",)
        assert ledger.append([claim("ask/a")]) == (claim("ask/a"),)

    def test_who_has_read_a_round_before_sees_that_it_was_rewritten(
        self, ledger: Ledger, again: Callable[[], Ledger]
    ) -> None:
        other = again()
        history, week = History(other), Week.parse(WEEK)
        ledger.append([claim("ask/a"), claim("ask/b")])
        assert list(history.round(week).mails) == [f"{WEEK}/ask/a", f"{WEEK}/ask/b"]
        for number, mail in enumerate(("ask/c", "ask/d"), 1):
            with ledger.writing():
                ledger.rewrite(WEEK, [edition(number), claim(mail)])
            assert list(history.round(week).mails) == [f"{WEEK}/{mail}"]
        with ledger.writing():
            ledger.rewrite(WEEK, [])
        assert not history.round(week).mails

    def test_no_more_leave_in_a_day_than_may_and_reports_have_what_is_kept_for_them(self, ledger: Ledger) -> None:
        assert leaves(ledger, 100, of=10, kept=3) == 7
        assert leaves(ledger, 100, of=10, kept=3) == 0
        assert leaves(ledger, 100, of=10, kept=0) == 3

    def test_a_restart_does_not_forget_what_left_today(self, ledger: Ledger, again: Callable[[], Ledger]) -> None:
        assert leaves(ledger, 8, of=10) == 8
        assert leaves(again(), 8, of=10) == 2
        assert leaves(again(), 8, of=10) == 0

    def test_what_left_more_than_a_day_ago_counts_no_more(
        self, ledger: Ledger, again: Callable[[], Ledger], after: Callable[[timedelta], datetime]
    ) -> None:
        assert leaves(ledger, 4, of=10) == 4
        later = after(timedelta(hours=12))
        assert leaves(again(), 20, of=10, at=later) == 6
        later = after(timedelta(hours=12, minutes=2))
        assert leaves(again(), 20, of=10, at=later) == 4

    def test_a_day_that_is_used_up_says_when_there_is_room_again(
        self, ledger: Ledger, again: Callable[[], Ledger], after: Callable[[timedelta], datetime]
    ) -> None:
        leaves(ledger, 3, of=10)
        later = after(timedelta(hours=10))
        leaves(again(), 7, of=10, at=later)
        pace = again().pace(1000, 10)
        pace.begins(later)
        assert (pace.left(), pace.room(reserved=False)) == (10, 0)
        about = timedelta(minutes=2)
        first, second = (timedelta(seconds=pace.wait(reserved=True, kept=kept)) for kept in (2, 3))
        assert timedelta(hours=14) - about < first < timedelta(hours=14) + about
        assert timedelta(hours=24) - about < second < timedelta(hours=24) + about

    def test_a_limit_that_is_set_in_the_middle_of_a_day_counts_what_left_before(self, ledger: Ledger) -> None:
        assert leaves(ledger, 8, of=1000) == 8
        assert leaves(ledger, 8, of=10) == 2
