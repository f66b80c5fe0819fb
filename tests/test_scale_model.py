"""The model of docs/scale.md, for 100,000 reps in 24 time zones: where arithmetic knows the answer, it says the same."""

import itertools
from collections import Counter, deque
from dataclasses import replace
from datetime import datetime, timedelta
from math import exp, sqrt

import pytest

from benchmarks.scale_model import A_TEAM, ZONES, Means, Outcome, spread, together, week
from pipeline.timetable import Schedule, Timetable, timetable
from pipeline.weeks import Week

REPS = 100_000
MINUTE = timedelta(minutes=1)
NO_LIMIT = Means(10_000_000)
RELAY = Means(600)
OFFICE = Means(30, 10_000)


@pytest.fixture(scope="module")
def world() -> Timetable:
    return timetable(Week(2026, 10), spread(REPS), Schedule())


@pytest.fixture(scope="module")
def relayed(world: Timetable) -> Outcome:
    return week(world, RELAY, answering=0)


@pytest.fixture(scope="module")
def small() -> Timetable:
    return timetable(Week(2026, 10), spread(2400), Schedule())


def test_the_firm_lives_in_24_zones_and_each_has_as_many_teams() -> None:
    zones = Counter(person.timezone for person in spread(24 * A_TEAM * 5).reps)
    assert zones == dict.fromkeys(ZONES, A_TEAM * 5)
    assert len(zones) == 24


def test_without_a_limit_everything_leaves_in_the_minute_that_is_planned(world: Timetable) -> None:
    found = week(world, NO_LIMIT, answering=0)
    assert found.sent["ask"] == Counter(own.ask for own in world.people.values() if own.ask)
    assert found.sent["nudge"] == Counter(at for own in world.people.values() if own.ask for at in own.nudges)
    assert found.sent["summary"] == Counter(world.summaries.values())
    assert found.sent["digest"] == {world.digest: 1}
    assert found.total("ask") == REPS
    assert found.total("nudge") == 2 * REPS
    assert found.lag.total() == found.skipped.total() == 0


def test_nudges_are_as_many_as_have_not_answered_by_then(world: Timetable) -> None:
    """Six of ten answer, after an hour on average: of them exp(-t / 60) are still silent after t minutes."""
    waits = [(at - own.ask) / MINUTE for own in world.people.values() if own.ask is not None for at in own.nudges]
    expected = sum(1 - 0.6 * (1 - exp(-wait / 60)) for wait in waits)
    found = week(world, NO_LIMIT).total("nudge")
    assert abs(found - expected) < 4 * sqrt(REPS)
    assert 1.85 < (REPS + found) / REPS < 1.95  # "reps x 1.9", as docs/scale.md has it


def test_asks_of_one_clock_take_as_long_as_the_pace_makes_them() -> None:
    """A fifth of the pace is kept for reports; so many minutes as four fifths need, the first of them not late."""
    for reps, pace in ((2000, 30), (2000, 600), (10_000, 600), (10_000, 1000)):
        found = week(timetable(Week(2026, 10), together(reps), Schedule()), Means(pace), answering=0)
        assert found.total("ask") == reps
        assert found.lag["ask"] == -(-reps // (pace * 4 // 5)) - 1


def test_asks_around_the_world_wait_in_one_line(world: Timetable, relayed: Outcome) -> None:
    """First come, first served, 480 a minute, less what reports take of 600: the line, reckoned by itself."""
    reports = deque(sorted([*world.summaries.values(), *([world.digest] if world.digest else [])]))
    coming = deque(sorted(own.ask for own in world.people.values() if own.ask))
    line, expected, late = deque[datetime](), Counter[datetime](), timedelta()
    now = coming[0]
    while coming or line:
        while coming and coming[0] <= now:
            line.append(coming.popleft())
        gone = 0
        while reports and reports[0] <= now and gone < 600:
            reports.popleft()
            gone += 1
        for _ in range(min(len(line), max(0, 480 - gone))):
            late = max(late, now - line.popleft())
            expected[now] += 1
        now += MINUTE
    assert relayed.sent["ask"] == expected
    assert relayed.lag["ask"] == late / MINUTE
    assert late > timedelta(minutes=5)  # there was a line


def test_no_minute_and_no_day_has_more_than_the_provider_lets_through(world: Timetable, relayed: Outcome) -> None:
    assert relayed.busiest <= 600
    found = week(world, OFFICE, answering=0)
    minutes = sum(found.sent.values(), Counter[datetime]())
    assert max(minutes.values()) <= 30
    assert max(found.sent["ask"].values()) <= 24
    window, inside = deque[datetime](), 0
    for minute in sorted(minutes):
        window.append(minute)
        inside += minutes[minute]
        while window[0] <= minute - timedelta(days=1):
            inside -= minutes[window.popleft()]
        assert inside <= 10_000


def test_of_a_day_that_is_too_small_reports_and_a_few_alarms_are_kept_and_the_asks_get_the_rest() -> None:
    """2,000 reps and 2,000 mails a day: 100 summaries and the digest leave on time, 5 mails are for what nobody plans."""
    found = week(timetable(Week(2026, 10), together(2000), Schedule()), Means(600, 2000), answering=0)
    assert found.total("ask") == 2000 - 101 - 5
    assert found.skipped["ask"] == 101 + 5
    assert (found.total("summary"), found.lag["summary"]) == (100, 0)
    assert (found.total("digest"), found.lag["digest"]) == (1, 0)
    assert found.total("nudge") == 0


def test_nudges_in_the_east_take_no_ask_from_the_west(small: Timetable) -> None:
    """A day that does for every ask and report around the world, and for some of the nudges."""
    found = week(small, Means(600, 2400 + len(small.summaries) + 1 + 5 + 300), answering=0)
    assert found.total("ask") == 2400
    assert 300 <= found.total("nudge") < 2 * 2400
    assert found.lag["summary"] == found.lag["digest"] == 0


@pytest.mark.parametrize("means", [RELAY, OFFICE, Means(3000, workers=2, mail={"ask": 0.1, "nudge": 0.1}, turn=9)])
def test_every_mail_that_was_planned_either_leaves_or_is_counted_as_skipped(small: Timetable, means: Means) -> None:
    found = week(small, means, answering=0)
    planned = {"ask": 2400, "nudge": 2 * 2400, "summary": len(small.summaries), "digest": 1}
    assert {kind: found.total(kind) + found.skipped[kind] for kind in planned} == planned


def test_more_pace_and_more_workers_never_make_anything_later(small: Timetable) -> None:
    slow = Means(60, mail=dict.fromkeys(("ask", "nudge", "summary", "digest"), 0.5))
    steps = [slow, replace(slow, per_minute=600), replace(slow, per_minute=600, workers=2), replace(RELAY, workers=2)]
    found = [week(small, means, answering=0) for means in steps]
    for worse, better in itertools.pairwise(found):
        assert better.total("nudge") >= worse.total("nudge")
        assert all(better.lag[kind] <= worse.lag[kind] for kind in ("ask", "summary", "digest"))
    assert found[0].lag["ask"] > found[-1].lag["ask"]


def test_a_worker_that_needs_a_second_for_a_mail_sends_sixty_a_minute_less_its_turns(small: Timetable) -> None:
    found = week(small, Means(600, mail={"ask": 1.0}, turn=2.5), answering=0)
    assert max(found.sent["ask"].values()) == 60 - 6 * 2.5
    both = week(small, Means(600, workers=2, mail={"ask": 1.0}, turn=2.5), answering=0)
    assert max(both.sent["ask"].values()) == 120 - 6 * 2.5  # one turn at a time, over all workers


def test_the_same_week_is_the_same_whenever_it_is_played(small: Timetable) -> None:
    assert week(small, OFFICE) == week(small, OFFICE)
    assert week(small, OFFICE) != week(small, OFFICE, seed=2)
