"""What a week added up to for one reader: with that week's tree, with its coverage, and with gaps where there is
nothing."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline import events, figures, rounds
from pipeline.chronicle import OWN, Chronicle, chronicle
from pipeline.mail import MailKey
from pipeline.report import page
from pipeline.roster import Person, Roster, new_id
from pipeline.rounds import Round
from pipeline.templating import TEMPLATES
from pipeline.timetable import Timetable, timetable
from pipeline.words import Words
from tests.compose.company import FIRM, WEEK, Told, person, settings


@pytest.fixture
def told(tmp_path: Path) -> Told:
    return Told(settings(tmp_path))


def seen(told: Told, *weeks: Told, reader: str = "jens", now: datetime | None = None) -> Chronicle:
    every = [*weeks, told]
    last = told.times.digest
    assert last is not None
    return chronicle(told.who(reader), [(one.round(), one.times) for one in every], now or last + timedelta(days=1))


def test_a_week_has_its_sum_and_who_of_those_asked_it_holds(told: Told) -> None:
    told.asked("anna", "bo", "carla", "ida").answered("anna", 3).answered("carla", 0).away("ida")
    entry = seen(told).entries[WEEK]
    assert entry.whole.totals == figures.Totals(Decimal(3), 2, 3)
    assert {key: tally.totals.answered for key, tally in entry.teams.items()} == {
        told.who("mette").id: 1, told.who("ravi").id: 1, OWN: 0,
    }  # fmt: skip


def test_a_manager_sees_the_own_team_alone(told: Told) -> None:
    told.asked().answered("anna", 3, "at the fair").answered("carla", 9, "secret")
    mettes = seen(told, reader="mette")
    assert mettes.entries[WEEK].whole.totals == figures.Totals(Decimal(3), 1, 2)
    assert [line.comment for line in mettes.entries[WEEK].lines] == ["at the fair", ""]
    assert mettes.managers == ()


def test_weeks_without_a_round_are_gaps(told: Told) -> None:
    before = Told(told.settings, WEEK.plus(-3)).asked().answered("anna", 3)
    whole = seen(told.asked(), before)
    assert [str(week) for week in whole.weeks] == ["2026-W45", "2026-W46", "2026-W47", "2026-W48"]
    assert set(whole.entries) == {WEEK.plus(-3), WEEK}


def test_who_has_moved_counts_where_they_were(told: Told) -> None:
    anna, carla = told.who("anna"), told.who("ravi")
    people = tuple(replace_boss(one, carla.id) if one.id == anna.id else one for one in told.roster.people)
    before = Told(replace(told.settings, roster=Roster(people)), WEEK.plus(-1)).asked().answered("anna", 5)
    told.asked().answered("anna", 7)
    mettes, ravis = seen(told, before, reader="mette"), seen(told, before, reader="ravi")
    assert mettes.entries[WEEK.plus(-1)].whole.totals.answered == 0
    assert mettes.entries[WEEK].whole.totals.total == 7
    assert ravis.entries[WEEK.plus(-1)].whole.totals.total == 5
    assert anna.id in {one.id for one in ravis.people}


def replace_boss(one: Person, boss: str) -> Person:
    return msgspec.structs.replace(one, reports_to=boss)


def test_a_manager_has_no_week_in_which_they_led_nobody(told: Told) -> None:
    rows = [*FIRM[:1], person("mette", "jens"), person("ravi", "jens"), person("carla", "ravi"), person("ida", "jens")]
    before = Told(replace(told.settings, roster=settings(told.settings.file.parent, rows).roster), WEEK.plus(-1))
    before.asked("mette").answered("mette", 4)
    assert set(seen(told.asked(), before, reader="mette").entries) == {WEEK}


def test_an_answer_time_runs_from_the_ask_to_the_first_answer_of_their_own(told: Told) -> None:
    told.asked("anna", "bo", "carla")
    told.answered("anna", 3, after=12).answered("anna", 4, after=500)
    told.answered("bo", 2, after=7, entered_by=told.who("mette").id)
    assert seen(told).entries[WEEK].whole.delays == (timedelta(minutes=12),)


def test_a_week_is_open_until_its_digest_leaves(told: Told) -> None:
    digest = told.asked().times.digest
    assert digest is not None
    assert seen(told, now=digest - timedelta(minutes=1)).entries[WEEK].is_open
    assert not seen(told, now=digest).entries[WEEK].is_open


def test_a_new_director_sees_the_sums_of_before_and_not_what_each_one_wrote(told: Told) -> None:
    rows = [person("mette"), person("jens", "mette"), person("anna", "mette"), person("ida", "jens")]
    now = Told(replace(told.settings, roster=settings(told.settings.file.parent, rows).roster))
    before = Told(told.settings, WEEK.plus(-1)).asked().answered("ida", 5, "for Jens")
    mettes = seen(now.asked(), before, reader="mette")
    assert mettes.entries[WEEK.plus(-1)].whole.totals.total == 5
    assert mettes.entries[WEEK.plus(-1)].lines == ()


# Whatever the tree was, and however people moved in it.

COMPANY = 7
LATER = datetime(2026, 12, 1, tzinfo=UTC)


@st.composite
def tree(draw: st.DrawFn, week: int) -> tuple[Person, ...]:
    """People who report upwards at random, with names, addresses, numbers and comments that are theirs in this week
    alone. Some are not there this week."""
    everybody = draw(st.permutations(range(COMPANY)))
    here = [one for place, one in enumerate(everybody) if place == 0 or draw(st.integers(0, 5))]
    people = []
    for place, one in enumerate(here):
        above = None if place == 0 else identity(here[draw(st.integers(0, place - 1))])
        people.append(
            Person(
                identity(one),
                f"mail{one}x{week}@firm.test",
                f"Name{one}x{week}",
                above,
                reports_number=bool(one % 3),
            )
        )
    return tuple(people)


def identity(one: int) -> str:
    return new_id(f"p{one}@firm.test")


def number_of(one: int, week: int) -> int:
    return 900_000 + 1_009 * one * one + 101 * week * week


def week_of(people: tuple[Person, ...], back: int, read: Any, silent: set[int]) -> tuple[Round, Timetable]:
    week = WEEK.plus(-back)
    times = timetable(week, Roster(people), read.schedule)
    at = datetime.combine(week.day(4), time(12), UTC)
    happened: list[events.Event] = [events.Opened(key=f"{week}/opened", round=str(week), at=at, people=people)]
    for one in range(COMPANY):
        who = identity(one)
        if who not in {person.id for person in people if person.reports_number}:
            continue
        happened.append(events.Sent(key=f"{week}/{one}/s", round=str(week), at=at, mail=str(MailKey(week, "ask", who))))
        if one not in silent:
            happened.append(
                events.Answered(
                    key=f"{week}/{one}/a", round=str(week), at=at, person=who, number=Decimal(number_of(one, back)),
                    comment=f"Comment{one}x{back}", received=at, entered_by=who,
                )
            )  # fmt: skip
    return rounds.fold(happened, Round(str(week))), times


@st.composite
def history(draw: st.DrawFn) -> tuple[list[tuple[Person, ...]], list[set[int]]]:
    weeks = draw(st.integers(1, 4))
    return [draw(tree(back)) for back in range(weeks)], [
        draw(st.sets(st.integers(0, COMPANY - 1), max_size=2)) for _ in range(weeks)
    ]


@limits(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=history())
def test_a_managers_page_holds_nothing_from_outside_their_chain(
    drawn: tuple[list[tuple[Person, ...]], list[set[int]]], told: Told
) -> None:
    trees, silent = drawn
    weeks = [week_of(people, back, told.settings, silent[back]) for back, people in enumerate(trees)]
    for reader in Roster(trees[0]).managers:
        whole = chronicle(reader, list(reversed(weeks)), LATER)
        written = page(whole, Words("en", TEMPLATES), organisation="Firm", has_own_words=False, now=LATER)
        for back, people in enumerate(trees):
            roster = Roster(people)
            leads = reader.id in roster and roster.reports(reader.id)
            chain = {reader.id, *(one.id for one in roster.below(reader.id))} if leads else set()
            for one in range(COMPANY):
                if identity(one) in chain:
                    continue
                own_name = reader.name if identity(one) == reader.id else ""
                for secret in (f"Name{one}x{back}", f"mail{one}x{back}@", f"Comment{one}x{back}"):
                    assert secret == own_name or secret not in written, secret
                for figure in (f"{number_of(one, back)}", f"{number_of(one, back):,}"):
                    assert figure not in written, figure
            # Nor may a sum let another's number be worked out: every week is what the chain adds up to.
            entry = whole.entries.get(WEEK.plus(-back))
            assert (entry is not None) == bool(leads)
            if entry is not None:
                theirs = [number_of(one, back) for one in range(COMPANY) if counts(one, people, chain, silent[back])]
                assert entry.whole.totals.total == sum(theirs)


def counts(one: int, people: tuple[Person, ...], chain: set[str], silent: set[int]) -> bool:
    reports = {person.id for person in people if person.reports_number}
    return identity(one) in chain & reports and one not in silent


@limits(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(drawn=history())
def test_the_teams_of_a_week_add_up_to_its_whole(
    drawn: tuple[list[tuple[Person, ...]], list[set[int]]], told: Told
) -> None:
    trees, silent = drawn
    weeks = [week_of(people, back, told.settings, silent[back]) for back, people in enumerate(trees)]
    roster = Roster(trees[0])
    for reader in [one for one in (roster.director, *roster.managers) if one is not None]:
        for entry in chronicle(reader, list(reversed(weeks)), LATER).entries.values():
            teams = [tally.totals for tally in entry.teams.values()]
            assert sum((one.total for one in teams), Decimal()) == entry.whole.totals.total
            assert sum(one.answered for one in teams) == entry.whole.totals.answered
            assert sum(one.asked for one in teams) == entry.whole.totals.asked
            assert sum(len(tally.delays) for tally in entry.teams.values()) == len(entry.whole.delays)
