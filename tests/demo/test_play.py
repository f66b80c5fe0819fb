"""A whole Friday, played: the clock, the people, and what is seen of it."""

import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from rich.console import Console

from pipeline.demo.company import COMPANY, END, ORGANISATION, START
from pipeline.demo.mailworld import MailWorld
from pipeline.demo.play import Happened, Standing, play
from pipeline.demo.timeline import Timeline
from tests.demo.conftest import Performance, Watcher

FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)


def told(performance: Performance, name: str) -> list[str]:
    """What was seen of one person, in order, with the time in UTC."""
    return [
        f"{one.at:%a %H:%M} {one.what} {one.kind}".rstrip()
        for one, _ in performance.watcher.seen
        if one.who == name and one.what != "outcome"
    ]


def test_everybody_is_asked_in_working_time_of_their_own(performance: Performance) -> None:
    asks = {one.who: one.at for one, _ in performance.watcher.seen if one.kind == "ask"}
    assert len(asks) == 10
    assert asks["Ben Walker"] == datetime(2026, 11, 19, 20, tzinfo=UTC)
    assert asks["Chloe Nguyen"] == FRIDAY + timedelta(hours=2, minutes=30)
    assert asks["Anna Bøgh"] == FRIDAY + timedelta(hours=12)


def test_each_person_behaves_as_their_row_says(performance: Performance) -> None:
    assert told(performance, "Anna Bøgh") == ["Fri 12:00 mail ask", "Fri 12:02 reply"]
    assert told(performance, "Freja Dahl") == ["Fri 12:00 mail ask", "Fri 14:00 mail nudge", "Fri 14:06 reply"]
    assert told(performance, "Ben Walker") == [
        "Thu 20:00 mail ask", "Thu 20:37 reply", "Thu 20:37 mail unclear", "Thu 20:46 reply",
    ]  # fmt: skip
    assert told(performance, "Camille Laurent") == ["Fri 12:00 mail ask", "Fri 12:05 reply", "Fri 13:37 reply"]
    assert told(performance, "Liz Carter") == ["Fri 12:00 mail ask", "Fri 12:00 reply"]
    assert told(performance, "Sofía Marín") == ["Fri 12:00 mail ask", "Fri 14:00 mail nudge", "Fri 15:00 mail nudge"]
    assert told(performance, "Emil Krogh") == [
        "Fri 12:00 mail ask", "Fri 14:00 mail nudge", "Fri 15:00 mail nudge", "Sat 09:12 reply",
    ]  # fmt: skip
    assert told(performance, "Oliver Hart")[-2:] == ["Fri 15:30 mail summary", "Fri 15:41 reply"]
    assert told(performance, "Dorte Holm") == ["Fri 16:00 mail digest"]


def test_the_running_total_is_what_has_been_answered_so_far(performance: Performance) -> None:
    digest = next(standing for one, standing in performance.watcher.seen if one.kind == "digest")
    assert digest == Standing(Decimal(42), 6, 8)
    assert performance.watcher.seen[-1][1] == Standing(Decimal(47), 7, 8)


def test_the_clock_never_goes_back_and_jumps_from_one_thing_to_the_next(performance: Performance) -> None:
    assert performance.ticks == sorted(performance.ticks)
    assert performance.watcher.instants == sorted(set(performance.watcher.instants))
    assert performance.ticks[0] == START
    assert performance.ticks[-1] <= END


def test_every_reply_is_shown_with_what_was_made_of_it(performance: Performance) -> None:
    what = Counter(one.what for one, _ in performance.watcher.seen)
    assert what["reply"] == what["outcome"] == 12
    outcomes = Counter(one.kind for one, _ in performance.watcher.seen if one.what == "outcome")
    assert outcomes["answer"] == 8


def test_everything_that_was_seen_was_really_delivered(performance: Performance) -> None:
    to_people = [one for one in performance.delivered if "number" not in one.recipient]
    assert len(to_people) == sum(one.what == "mail" for one, _ in performance.watcher.seen)
    assert len(performance.delivered) - len(to_people) == 12


def test_what_would_happen_after_the_end_does_not() -> None:
    watcher, ticks = Watcher(), []
    with MailWorld(ORGANISATION, "x", START) as world:
        play(
            ticks.append,
            world,
            COMPANY,
            start=START,
            end=START + timedelta(hours=1),
            show=watcher,
            next_instant=lambda now: now + timedelta(minutes=40),
        )
        assert world.on_delivery is None
    assert ticks == [START, START + timedelta(minutes=40)]


def test_a_product_that_plans_nothing_ends_the_play() -> None:
    ticks: list[datetime] = []
    with MailWorld(ORGANISATION, "x", START) as world:
        play(ticks.append, world, COMPANY, start=START, end=END, show=Watcher(), next_instant=lambda now: now)
    assert ticks == [START]


def show(performance: Performance, console: Console, pace: float) -> list[float]:
    """Show a performance again, from what was seen of it."""
    pauses: list[float] = []
    with Timeline(console, "Europe/Copenhagen", pace, pauses.append) as timeline:
        before = START
        for happened, standing in performance.watcher.seen:
            if happened.at != before or happened is performance.watcher.seen[0][0]:
                timeline.passes(before, happened.at)
                before = happened.at
            timeline.happens(happened, standing)
    return pauses


def test_without_a_terminal_plain_lines_come_without_a_pause(performance: Performance) -> None:
    written = io.StringIO()
    assert show(performance, Console(file=written, width=60), 1.0) == []
    lines = written.getvalue().splitlines()
    assert "Friday 20 November 2026, week 47" in lines
    assert "\x1b" not in written.getvalue()
    assert "Fri 13:02  ← Anna Bøgh        taps the 4" in lines
    assert "Fri 13:02  ·                  read as answer: alone on its line              15 from 2 of 8" in lines
    assert any(line.startswith("Sat 10:12  ← Emil Krogh       answers at last, on Saturday") for line in lines)


def test_on_a_terminal_a_friday_takes_about_half_a_minute(performance: Performance) -> None:
    written = io.StringIO()
    console = Console(file=written, width=110, force_terminal=True, color_system="truecolor", legacy_windows=False)
    pauses = show(performance, console, 1.0)
    assert 20 <= sum(pauses) <= 40
    assert "Chloe Nguyen" in written.getvalue()
    assert "Sydney 13:30" in written.getvalue()


def test_at_pace_nought_nobody_waits(performance: Performance) -> None:
    console = Console(file=io.StringIO(), width=70, force_terminal=True)
    assert show(performance, console, 0) == []


def test_an_unknown_kind_of_mail_is_still_a_mail() -> None:
    written = io.StringIO()
    with Timeline(Console(file=written), "Europe/Copenhagen") as timeline:
        timeline.happens(Happened(FRIDAY, "mail", "", "a@b.example", "UTC", "Hello"), None)
    assert written.getvalue() == "Fri 01:00  → a@b.example      gets a mail: Hello\n"
