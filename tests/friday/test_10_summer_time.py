"""The weekends on which summer time begins and ends: everybody is asked at their own wall clock's time, once."""

from datetime import date

import pytest

from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, METTE, rep

PEOPLE = [JENS, METTE, rep("anna"), rep("kofi", timezone="Africa/Accra"), rep("nick", timezone="America/New_York")]


@pytest.mark.parametrize(("monday", "copenhagen"), [(date(2026, 10, 19), 11), (date(2026, 10, 26), 12)])
def test_the_weeks_around_the_end_of_summer_time(firm: MakeFirm, monday: date, copenhagen: int) -> None:
    week = firm(PEOPLE, monday).installed()
    turns = week.through("Wed 08:00", "Sun 23:59")
    asked = {mail["person"]: turn["now"] for turn in turns for mail in turn["sent"] if mail["kind"] == "ask"}
    assert len([mail for turn in turns for mail in turn["sent"] if mail["kind"] == "ask"]) == 3
    friday = week.instant("Fri 12:00").date()
    assert asked[week.id("anna")] == f"{friday}T{copenhagen}:00:00Z"
    digests = [turn["now"] for turn in turns for mail in turn["sent"] if mail["kind"] == "digest"]
    assert digests == [f"{friday}T{copenhagen + 4}:00:00Z"]


def test_a_late_answer_in_the_hour_that_comes_twice_is_kept(firm: MakeFirm) -> None:
    week = firm(monday=date(2026, 10, 19)).installed()
    week.tick("Fri 13:00")
    week.through("Fri 15:00", "Fri 17:00")
    week.replies("anna", "7")
    week.tick(week.instant("Sun 00:00").replace(hour=0, minute=30))
    assert week.number("anna") == 7
