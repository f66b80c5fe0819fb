"""Clocks that jump, and weeks that are odd: no mail twice, none missing, and no nudge to whoever has answered."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import events
from pipeline.plan import AFTER_THE_ASK, Standing, due, next_instant
from pipeline.roster import Roster, new_id
from pipeline.timetable import Moment, Schedule, timetable
from pipeline.weeks import Week
from tests.test_plan import ANNA, BO, DORTE, FIRM, MADS, WEEK, WEEK_BEGINS, Played, friday, person, to

ZONES = ("Europe/Copenhagen", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo")
"""All of them set their clocks, on different days; Lord Howe by half an hour, Cairo in the night to a Friday."""


def refused(played: Played, key: str, now: datetime) -> None:
    """The server took this mail not now; it is tried again a minute later."""
    played._tell(
        events.Claimed(key=f"{key}/claim/1", round=str(WEEK), at=now, mail=key, attempt=1, message_id="<1@x>"),
        events.Failed(
            key=f"{key}/failed/1",
            round=str(WEEK),
            at=now,
            mail=key,
            code=451,
            reason="later",
            retry_at=now + timedelta(minutes=1),
        ),
    )


def test_a_retry_does_not_wait_for_a_clock_that_was_ahead() -> None:
    played = Played(Roster(FIRM.people[:4]))
    refused(played, f"{WEEK}/ask/{ANNA}", friday("16:00"))
    assert f"ask/{ANNA}" in played.at("13:00")


def test_a_retry_waits_its_minute_by_a_clock_that_is_right() -> None:
    played = Played(Roster(FIRM.people[:4]))
    refused(played, f"{WEEK}/ask/{ANNA}", friday("13:00"))
    assert f"ask/{ANNA}" not in played.at("13:00")
    assert f"ask/{ANNA}" in played.at("13:01")


@pytest.mark.parametrize("back", ["09:00", "13:30", "14:59"])
def test_a_clock_that_is_set_back_by_hours_sends_nothing_again(back: str) -> None:
    played = Played(Roster(FIRM.people[:4]))
    for clock in ("13:00", "15:00", "16:00"):
        played.at(clock)
    for clock in (back, "15:00", "16:00"):
        assert played.at(clock) == []
    assert played.at("16:30") == to("summary", MADS)
    assert played.at(back) == []
    assert played.at("17:00") == to("digest", DORTE)


def test_a_laptop_that_slept_over_friday_afternoon_says_that_it_is_late() -> None:
    played = Played(Roster(FIRM.people[:4]))
    played.at("12:59")
    monday = friday("08:00") + timedelta(days=3)
    plan = due(played.round, played.times, monday)
    assert [(one.key.kind, one.late) for one in plan.mails] == [("digest", True), ("summary", True)]
    assert {key.kind for key, _ in plan.skips} == {"ask"}
    played.at(monday)
    assert played.at(monday + timedelta(minutes=1)) == []


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 60 * 24 * 7), st.booleans(), st.sampled_from([0, 1, 1000])),
        max_size=25,
    ),
    st.lists(st.tuples(st.sampled_from([ANNA, BO, MADS]), st.integers(0, 24)), max_size=5),
)
def test_however_the_clock_jumps_nothing_comes_twice_and_nothing_is_forgotten(
    turns: list[tuple[int, bool, int]], replies: list[tuple[str, int]]
) -> None:
    """The turns come in any order of time. In the end somebody sets the clock right, to the hour of the digest."""
    played = Played()
    answered: dict[str, int] = {}
    for number, (minutes, readable, dies_after) in enumerate(turns):
        now = WEEK_BEGINS + timedelta(minutes=minutes)
        for who, turn in replies:
            if turn == number:
                answered.setdefault(who, len(played.sent))
                played.answers(who, now)
        played.at(now, standing=Standing(readable=readable), dies_after=dies_after)
    assert played.times.digest is not None
    for minute in range(3):
        played.at(played.times.digest + timedelta(minutes=minute))
    keys = [key for _, key in played.sent]
    assert max(Counter(keys).values()) == 1
    for place, key in enumerate(keys):
        assert key.kind != "nudge" or place < answered.get(key.person, len(keys))
    settled = {(key.kind, key.person) for key in keys} | {(key.kind, key.person) for key, _ in played.skipped}
    assert ("digest", DORTE) in settled
    assert ("summary", MADS) in settled
    assert {("ask", who) for who in played.times.people} <= settled


WEEKS = [
    *(Week.of(day) for day in (date(2026, 3, 8), date(2026, 3, 29), date(2026, 4, 5), date(2026, 4, 24))),
    *(Week.of(day) for day in (date(2026, 9, 6), date(2026, 10, 4), date(2026, 10, 25), date(2026, 10, 30))),
    Week.of(date(2026, 11, 1)),
    Week.of(date(2036, 2, 29)),  # a leap day that is a Friday
    Week(2026, 53),
    Week(2032, 53),
    Week(2024, 52),
    Week(2025, 1),
]
"""Each of the zones' weekends in 2026, a leap day, the weeks 53, and the turns of years."""


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("week", WEEKS, ids=str)
def test_a_round_is_played_to_its_end_in_every_odd_week(zone: str, week: Week) -> None:
    """Turn by turn, as the worker does it: to the next instant, and again."""
    roster = Roster(
        (
            person("dorte", None, zone, reports_number=False),
            person("mads", "dorte", zone),
            *(person(name, "mads", other) for name, other in zip("abcde", ZONES, strict=True)),
        )
    )
    played = Played(roster, week)
    now: datetime | None = datetime.combine(week.monday, datetime.min.time(), UTC) - timedelta(days=1)
    while now is not None:
        while played.at(now):
            pass
        now = next_instant(played.round, played.times, now)
    sent = Counter((key.kind, key.person) for _, key in played.sent)
    director, manager = new_id("dorte@x.dk"), new_id("mads@x.dk")
    assert sent[("digest", director)] == sent[("summary", manager)] == 1
    for who in (new_id(f"{name}@x.dk") for name in "abcde"):
        assert sent[("ask", who)] == 1
        assert sent[("nudge", who)] <= 2
    (left,) = (at for at, key in played.sent if key.kind == "digest")
    assert f"{left.astimezone(ZoneInfo(zone)):%a %H:%M}" == "Fri 17:00"
    assert Week.of(left.astimezone(ZoneInfo(zone)).date()) == week
    asks = {key.person: at for at, key in played.sent if key.kind == "ask"}
    assert all(at - asks[key.person] >= AFTER_THE_ASK for at, key in played.sent if key.kind == "nudge")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 60 * 24 * 6), min_size=4, max_size=20).map(sorted),
    st.lists(st.tuples(st.integers(0, 20), st.sampled_from(ZONES), st.sampled_from([0, 60, -60, -300])), max_size=6),
)
def test_zones_and_times_that_are_changed_in_the_middle_send_nothing_again(
    minutes: list[int], changes: list[tuple[int, str, int]]
) -> None:
    """Anna moves to another zone and the settings put everything earlier or later, while the round is under way."""
    played = Played()
    for number, minute in enumerate(minutes):
        for place, zone, shift in changes:
            if place == number:
                people = tuple(
                    person("anna", "mads", zone) if one.id == ANNA else one for one in played.round.people.values()
                )
                played.times = timetable(WEEK, Roster(people), shifted(shift))
        played.at(WEEK_BEGINS + timedelta(minutes=minute))
    assert max(Counter(key for _, key in played.sent).values(), default=1) == 1
    for person_id in (ANNA, BO, MADS):
        nudges = [key.number for _, key in played.sent if key.kind == "nudge" and key.person == person_id]
        assert nudges == sorted(set(nudges))
        assert len(nudges) <= 2


def shifted(minutes: int) -> Schedule:
    """The usual times, all of them so many minutes later."""
    usual = Schedule()

    def later(moment: Moment) -> Moment:
        at = datetime.combine(date.min, moment.time) + timedelta(minutes=minutes)
        return Moment(moment.weekday, at.time())

    return Schedule(
        later(usual.ask), tuple(later(one) for one in usual.nudges), later(usual.summary), later(usual.digest)
    )
