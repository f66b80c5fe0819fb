"""A round's state is what its events say, in whatever portions they are folded."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import events, roster
from pipeline.rounds import Round, fold

WEEK = "2026-W48"
START = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
ASK = f"{WEEK}/ask/k3v7q2ma"


def answer(number: int, minutes: int) -> events.Answered:
    at = START + timedelta(minutes=minutes)
    return events.Answered(
        key=f"answer/{number}/{minutes}",
        round=WEEK,
        at=at,
        person="k3v7q2ma",
        number=Decimal(number),
        received=at,
        entered_by="k3v7q2ma",
    )


def away(minutes: int) -> events.Away:
    at = START + timedelta(minutes=minutes)
    return events.Away(key=f"away/{minutes}", round=WEEK, at=at, person="k3v7q2ma", received=at, entered_by="k3v7q2ma")


@given(st.permutations([answer(7, 1), answer(4, 2), answer(9, 3)]))
def test_the_latest_answer_to_arrive_counts_in_whatever_order_they_are_recorded(given_in: list[events.Event]) -> None:
    this = fold(given_in, Round(WEEK))
    counted = this.answer("k3v7q2ma")
    assert counted is not None
    assert counted.number == 9
    assert len(this.answers["k3v7q2ma"]) == 3


@given(st.permutations([answer(7, 1), away(2), answer(4, 3)]), st.integers(0, 3))
def test_folding_in_two_portions_is_folding_at_once(happened: list[events.Event], cut: int) -> None:
    at_once = fold(happened, Round(WEEK))
    assert fold(happened[cut:], fold(happened[:cut], Round(WEEK))) == at_once


@given(st.permutations([away(1), answer(4, 2)]))
def test_an_answer_ends_an_absence_that_was_said_before_it(happened: list[events.Event]) -> None:
    assert not fold(happened, Round(WEEK)).away


def test_a_claim_stays_open_until_its_end_is_known() -> None:
    claimed = fold(
        [events.Claimed(key=f"{ASK}/claim/1", round=WEEK, at=START, mail=ASK, attempt=1, message_id="<1@x.dk>")],
        Round(WEEK),
    )
    assert claimed.mail(ASK).open
    closed = fold([events.Sent(key=f"{ASK}/sent", round=WEEK, at=START, mail=ASK)], claimed)
    assert not closed.mail(ASK).open
    assert closed.mail(ASK).message_id == "<1@x.dk>"


def test_an_orphans_second_claim_keeps_the_instant_of_the_first() -> None:
    claims = [
        events.Claimed(
            key=f"{ASK}/claim/{attempt}",
            round=WEEK,
            at=START + timedelta(minutes=attempt),
            mail=ASK,
            attempt=attempt,
            message_id="<1@x.dk>",
        )
        for attempt in (1, 2)
    ]
    assert fold(claims, Round(WEEK)).mail(ASK).claimed == START + timedelta(minutes=1)


def test_an_event_of_the_standing_book_is_no_part_of_a_round() -> None:
    with pytest.raises(ValueError, match="standing book"):
        fold([events.Installed(key="installed", round=None, at=START, first_round=WEEK)], Round(WEEK))


def received(outcome: str) -> events.Received:
    return events.Received(
        key="m1",
        round=WEEK,
        at=START,
        message="m1",
        outcome=outcome,
        rule="a rule",
        folder="INBOX",
        uidvalidity=1,
        uid=7,
        arrived=START,
        person="k3v7q2ma",
        words="hm, a few",
        evidence="typed above the quotation",
    )


@pytest.mark.parametrize("outcome", ["unclear", "unconfirmed", "held"])
def test_the_words_of_a_message_are_there_while_it_waits_for_somebody(outcome: str) -> None:
    waits = fold([received(outcome)], Round(WEEK)).last_waiting("k3v7q2ma")
    assert waits is not None
    assert waits.words == "hm, a few"


def test_a_number_is_shown_as_it_was_written() -> None:
    written = [Decimal(5), Decimal("5.0"), Decimal("5.00"), Decimal("-0")]
    given_in = [msgspec.structs.replace(answer(5, minute), number=one) for minute, one in enumerate(written)]
    kept = fold(given_in, Round(WEEK)).answers["k3v7q2ma"]
    assert [str(one.number) for one in kept] == ["5", "5.0", "5.00", "-0"]


def test_a_round_has_the_roster_of_the_settings_and_its_words_in_common_with_them() -> None:
    firm = roster.Roster.of((roster.Person("k3v7q2ma", "anna@x.dk", "Anna"),))
    happened = [
        events.Opened(key="opened", round=WEEK, at=START, people=firm.people),
        answer(5, 0),
        received("answer"),
    ]
    this = fold([events.parsed(json.loads(msgspec.json.encode(one))) for one in happened], Round(WEEK))
    assert this.roster is firm
    (anna,) = this.answers["k3v7q2ma"]
    (message,) = this.received.values()
    assert anna.person is anna.entered_by is message.person is firm.people[0].id
