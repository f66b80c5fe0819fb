"""What a round adds up to: rows make the headline, silence is no number, weeks are compared person by person."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from msgspec.structs import replace

from pipeline import events, figures
from pipeline.figures import Totals
from pipeline.mail import MailKey
from pipeline.past import kept_of
from pipeline.roster import Roster
from pipeline.rounds import Round
from tests.compose.company import FIRM, WEEK, Told, earlier, person, settings

Tell = Callable[..., Told]


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    return lambda *args, **sections: Told(settings(tmp_path, *args, **sections))


def digest(told: Told, before: tuple[Round, ...] = (), order: str = "roster") -> figures.Digest:
    return figures.digest(told.round(), tuple(map(kept_of, before)), told.times, order)


def summary(told: Told, name: str, before: tuple[Round, ...] = ()) -> figures.Summary:
    return figures.summary(told.round(), told.who(name), tuple(map(kept_of, before)), told.times)


def state(told: Told, name: str) -> str:
    return figures.person_line(told.round(), told.who(name), (), told.times).state


def test_every_state_of_a_person_is_told_apart(tell: Tell) -> None:
    people = [
        *FIRM[:2],
        *(person(who, "mette") for who in "abcdefghi"),
        person("j", "mette", away=[{"from": "2026-11-01"}]),
    ]
    told = tell(people).asked(*"abcdefgi")
    told.answered("a", 7).answered("b", 7, after=24 * 60).replied("c", "unclear", "many").replied("d", "unconfirmed")
    told.replied("e", "held").away("f")
    told.add(events.Undeliverable, person=told.who("g").id, reason="550 no such user")
    assert [state(told, who) for who in "abcdefghij"] == [
        "answered", "answered_late", "unreadable", "unconfirmed", "held", "away", "undeliverable", "not_asked", "no_answer", "away",
    ]  # fmt: skip


def test_whoever_never_got_the_ask_is_not_taken_for_silent(tell: Tell) -> None:
    """What a server refuses has not left; of what was lost on the way nobody knows."""
    told = tell([*FIRM[:2], *(person(who, "mette") for who in "abcdef")]).asked("a")
    asks = {who: str(MailKey(told.week, "ask", told.who(who).id)) for who in "bcdef"}
    for ask in asks.values():
        told.add(events.Claimed, mail=ask, attempt=1, message_id="<1@firm.test>")
    for who, code, retry in (("b", 451, 1), ("c", 451, 1), ("d", 554, None), ("e", events.NO_ANSWER, 1)):
        at = None if retry is None else told.first + timedelta(minutes=retry)
        told.add(events.Failed, mail=asks[who], code=code, reason="no", retry_at=at)
    for who in "cef":
        told.add(events.Skipped, after=200, mail=asks[who], reason="the deadline had passed")
    lines = {who: figures.person_line(told.round(), told.who(who), (), told.times) for who in "abcdef"}
    assert {who: (line.state, line.reason) for who, line in lines.items()} == {
        "a": ("no_answer", ""),
        "b": ("not_asked", "not yet"),
        "c": ("not_asked", "the deadline had passed"),
        "d": ("not_asked", "the ask was refused"),
        "e": ("no_answer", ""),
        "f": ("no_answer", ""),
    }
    assert [line.person.name for line in digest(told).not_asked] == ["B", "C", "D"]


def test_the_latest_answer_to_arrive_counts(tell: Tell) -> None:
    told = tell().asked().answered("anna", 7, after=5).answered("anna", 8, after=9).answered("anna", 3, after=7)
    assert figures.person_line(told.round(), told.who("anna"), (), told.times).number == 8


def test_whoever_entered_it_is_named(tell: Tell) -> None:
    told = tell().asked()
    told.answered("anna", 4, entered_by=told.who("mette").id)
    assert figures.person_line(told.round(), told.who("anna"), (), told.times).entered_by == "Mette"


def test_asked_leaves_out_whoever_is_away_or_out_of_reach(tell: Tell) -> None:
    told = tell().asked().answered("anna", 7).away("bo")
    assert digest(told).totals == Totals(Decimal(7), 1, 3)


def test_whoever_is_away_and_answers_all_the_same_counts(tell: Tell) -> None:
    told = tell().asked().away("bo", after=3).answered("bo", 2, after=9)
    assert digest(told).totals == Totals(Decimal(2), 1, 4)


def test_a_managers_own_number_is_in_the_managers_row(tell: Tell) -> None:
    told = tell([FIRM[0], person("mette", "jens", reports_number=True), person("anna", "mette")]).asked()
    told.answered("mette", 3).answered("anna", 7)
    (row,) = digest(told).teams
    assert row.totals == Totals(Decimal(10), 2, 2)
    assert [line.person.name for line in summary(told, "mette").lines] == ["Mette", "Anna"]


def test_four_levels_add_up_at_each(tell: Tell) -> None:
    people = [
        person("d"),
        person("m", "d"),
        person("n", "m"),
        person("o", "n"),
        person("anna", "o"),
        person("p", "m"),
        person("bo", "p"),
    ]
    told = tell(people).asked().answered("anna", 7).answered("bo", 5)
    assert digest(told).totals.total == 12
    assert [team.totals.total for team in summary(told, "m").teams] == [7, 5]
    assert summary(told, "o").totals.total == 7


def test_a_firm_without_managers_is_one_row(tell: Tell) -> None:
    told = tell([person("d"), person("anna", "d"), person("bo", "d")]).asked().answered("anna", 7)
    view = digest(told)
    assert [(team.own, team.totals) for team in view.teams] == [(True, Totals(Decimal(7), 1, 2))]
    assert [line.person.name for line in view.lines] == ["Anna", "Bo"]
    assert [(manager.name, [line.person.name for line in lines]) for manager, lines in view.missing] == [("D", ["Bo"])]


def test_the_change_is_over_the_same_people_only(tell: Tell) -> None:
    told = tell().asked().answered("anna", 9).answered("carla", 100)
    before = tuple(
        Told(told.settings, WEEK.plus(-back)).asked().answered("anna", number).round()
        for back, number in ((1, 4), (2, 6), (3, 5))
    )
    found = digest(told, before).change
    assert found is not None
    assert (found.amount, found.people) == (Decimal(4), 1)


def test_one_week_is_too_little_to_compare_with(tell: Tell) -> None:
    told = tell().asked().answered("anna", 9)
    assert digest(told, earlier(told.settings, 1)).change is None
    assert digest(told, earlier(told.settings, 2)).change is not None


def test_a_manager_reads_the_same_change_in_the_summary_as_the_director_in_the_row(tell: Tell) -> None:
    """Means of three weeks are no decimal fractions: added up team by team these made -5 of the row's -6."""
    weeks = [
        (5, 0, 4), (1, 8, 2), (3, 6, 5, 8), (4, 1, 9, 6, 7), (6, 6, 3, 6), (2, 8, 7),
        (3, 4, 2, 7, 9), (5, 8, 2, 0, 9), (6, 2, 3, 6), (5, 7, 4), (9, 3, 8), (7, 8, 4, 7, 1),
    ]  # fmt: skip
    names = [f"rep{letter}" for letter in "abcdefghijkl"]
    heads = [person("head", "jens"), person("one", "head"), person("two", "head")]
    reps = [person(name, "one" if place < 6 else "two") for place, name in enumerate(names)]
    told = tell([person("jens"), *heads, *reps])

    def played(back: int) -> Told:
        round_ = Told(told.settings, WEEK.plus(-back)).asked()
        for name, numbers in zip(names, weeks, strict=True):
            if back < len(numbers):
                round_.answered(name, numbers[back])
        return round_

    before = tuple(played(back).round() for back in range(1, 5))
    told = played(0)
    (row,) = [team for team in digest(told, before).teams if team.manager == told.who("head")]
    assert row.change == summary(told, "head", before).change == digest(told, before).change
    assert row.change == figures.Change(Decimal("-5.5"), 12)


def test_a_week_without_a_round_is_a_gap(tell: Tell) -> None:
    told = tell().asked().answered("anna", 9)
    before = tuple(one for one in earlier(told.settings, 11) if one.week != "2026-W42")
    points = digest(told, before).weeks
    assert len(points) == 12
    assert [str(point.week) for point in points if point.total is None] == ["2026-W42"]
    assert digest(told, before).average == 20


def test_who_left_counts_only_with_an_answer(tell: Tell) -> None:
    told = tell().asked().answered("anna", 9)
    this = told.round()
    gone = replace(this, left=frozenset({told.who("anna").id, told.who("bo").id}))
    assert figures.digest(gone, (), told.times).totals == Totals(Decimal(9), 1, 3)


def test_what_came_after_the_last_report_is_news_once(tell: Tell) -> None:
    told = tell().asked()
    oldest = Told(told.settings, WEEK.plus(-2)).asked().answered("anna", 7).sent("digest", "jens", 240)
    oldest.answered("bo", 5, after=24 * 60)
    last = Told(told.settings, WEEK.plus(-1)).asked().answered("anna", 7).sent("digest", "jens", 240)
    last.answered("anna", 8, after=24 * 60)
    news = digest(told, (last.round(), oldest.round())).corrections
    assert [(one.person.name, one.week.number, one.old, one.new, one.total_old, one.total_new) for one in news] == [
        ("Anna", 47, 7, 8, 7, 8)
    ]


def test_whoever_led_nobody_in_a_week_is_not_told_that_their_own_number_of_it_came_late(tell: Tell) -> None:
    """Mette led a team three weeks ago and leads one now; in between she was a rep, and had no summary."""
    told = tell().asked()
    led = Told(told.settings, WEEK.plus(-3)).asked().answered("mette", 2).sent("summary", "mette", 210)
    led.answered("anna", 4, after=24 * 60)
    rep = Told(told.settings, WEEK.plus(-1)).asked().answered("mette", 3).round()
    mette = told.who("mette").id
    flat = Roster(tuple(p for p in rep.roster.people if p.reports_to != mette))
    before = (replace(rep, roster=flat), led.round())
    assert [(one.person.name, one.week.number) for one in summary(told, "mette", before).corrections] == [("Anna", 45)]


def test_an_answer_of_a_week_whose_report_never_left_is_news_in_the_next_one(tell: Tell) -> None:
    told = tell().asked()
    reported = Told(told.settings, WEEK.plus(-2)).asked().answered("anna", 7).sent("summary", "mette", 210)
    unreported = Told(told.settings, WEEK.plus(-1)).asked().answered("anna", 8).answered("carla", 1)
    unreported.sent("digest", "jens", 240)
    news = summary(told, "mette", (unreported.round(), reported.round())).corrections
    assert [(one.person.name, one.old, one.new, one.total_old, one.total_new) for one in news] == [
        ("Anna", None, 8, 0, 8)
    ]


def test_a_team_that_is_silent_stands_out(tell: Tell) -> None:
    told = tell().asked().answered("carla", 5)
    found = digest(told).findings
    assert [(one.kind, one.facts["manager"].name) for one in found] == [("silent_team", "Mette")]  # type: ignore[attr-defined]


def steady(of: Any, totals: list[int]) -> tuple[Round, ...]:
    """Weeks in which four people shared such a total."""
    told = []
    for back, total in enumerate(totals, 1):
        week = Told(of, WEEK.plus(-back)).asked()
        for place, who in enumerate(("anna", "bo", "carla", "ida")):
            week.answered(who, total // 4 + (place < total % 4))
        told.append(week.round())
    return tuple(told)


@pytest.mark.parametrize(("each", "kinds"), [(5, []), (6, []), (12, ["above_usual", "record"]), (0, ["below_usual"])])
def test_only_what_the_usual_swing_does_not_explain_stands_out(tell: Tell, each: int, kinds: list[str]) -> None:
    told = tell().asked()
    for who in ("anna", "bo", "carla", "ida"):
        told.answered(who, each)
    before = steady(told.settings, [20, 22, 18, 24, 21, 17, 20, 23, 19, 25, 20])
    assert [one.kind for one in digest(told, before).findings] == kinds


def test_wild_weeks_widen_what_is_usual(tell: Tell) -> None:
    told = tell().asked()
    for who in ("anna", "bo", "carla", "ida"):
        told.answered(who, 14)
    before = steady(told.settings, [8, 60, 10, 55, 12, 50, 9, 58, 11])
    assert digest(told, before).findings == ()


def test_few_weeks_are_no_ground_for_findings(tell: Tell) -> None:
    told = tell().asked()
    for who in ("anna", "bo", "carla", "ida"):
        told.answered(who, 50)
    assert digest(told, steady(told.settings, [20, 22, 18])).findings == ()


PEOPLE = [person("d"), person("m", "d"), person("n", "m"), *(person(f"p{n}", boss) for n, boss in enumerate("dmnmndd"))]
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 6), st.sampled_from(["answered", "away", "unclear"]), st.integers(0, 50), st.integers(1, 99)
    ),
    max_size=14,
    unique_by=lambda one: one[3],
)


def happening(tmp: Path, told_events: list[tuple[int, str, int, int]]) -> Told:
    told = Told(settings(tmp, PEOPLE)).asked()
    for who, what, number, after in told_events:
        if what == "answered":
            told.answered(f"p{who}", number, after=after)
        elif what == "away":
            told.away(f"p{who}", after=after)
        else:
            told.replied(f"p{who}", "unclear", "hm", after=after)
    return told


@limits(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(EVENTS)
def test_rows_add_up_to_the_headline(tmp_path: Path, told_events: list[tuple[int, str, int, int]]) -> None:
    view = digest(happening(tmp_path, told_events))
    assert sum((team.totals.total for team in view.teams), Decimal()) == view.totals.total
    assert sum(team.totals.answered for team in view.teams) == view.totals.answered
    assert sum(team.totals.asked for team in view.teams) == view.totals.asked
    named = sum(len(lines) for _, lines in view.missing)
    assert view.totals.answered + named == view.totals.asked
    assert view.totals.asked + len(view.away) + len(view.undeliverable) == 7


@limits(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(EVENTS, st.randoms())
def test_the_order_in_which_people_are_recorded_changes_nothing(
    tmp_path: Path, told_events: list[tuple[int, str, int, int]], dice: Any
) -> None:
    of_each = {who: [one for one in told_events if one[0] == who] for who in range(7)}
    names = [who for who in range(7) if of_each[who]]
    dice.shuffle(names)
    other = [one for who in names for one in of_each[who]]
    one, two = digest(happening(tmp_path, told_events)), digest(happening(tmp_path, other))
    assert (one.totals, one.teams) == (two.totals, two.teams)


def test_a_tree_of_its_own_week_is_used(tell: Tell) -> None:
    """Who moved this week is counted last week where they were then."""
    told = tell().asked().answered("anna", 4)
    before = Told(told.settings, WEEK.plus(-1)).asked().answered("anna", 6)
    moved = [one for one in before.roster.people if one.email != "anna@firm.test"]
    anna = before.who("anna")
    this = before.round()
    there = type(anna)(anna.id, anna.email, "Anna", before.who("ravi").id)
    elsewhere = replace(this, roster=Roster((*moved, there)))
    assert elsewhere.roster.get(anna.id) is not None
    assert summary(told, "mette", (elsewhere,)).weeks[-2].total is None
    assert summary(told, "ravi", (elsewhere,)).weeks[-2].total == 6
