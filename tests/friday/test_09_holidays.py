"""Public holidays: the whole round moves to the working day before, or a person is asked a day earlier."""

from datetime import date

from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, METTE, kinds_of, rep

EASTER = date(2026, 3, 30)  # Thursday and Friday of this week are public holidays in Denmark


def test_good_friday_moves_the_round_to_the_last_working_day_before(firm: MakeFirm) -> None:
    week = firm(monday=EASTER, schedule={"holidays": "DK"}).installed()
    asked = week.tick("Wed 13:00")
    assert {mail["kind"] for mail in asked["sent"]} == {"ask"}
    week.replies("anna", "7")
    turns = week.through("Wed 14:00", "Wed 17:00")
    assert turns[-1]["now"] == week.instant("Wed 17:00").strftime("%Y-%m-%dT%H:%M:%SZ")
    assert "1 of 2" in week.mails("jens", "digest")[0].subject


def test_a_rep_whose_friday_is_a_holiday_is_asked_on_thursday(firm: MakeFirm) -> None:
    people = [JENS, METTE, rep("anna"), rep("jana", holidays="CZ", timezone="Europe/Prague")]
    week = firm(people, date(2026, 5, 4)).installed()  # Friday 8 May is Victory Day in Czechia
    turn = week.tick("Thu 13:30")
    assert [mail["person"] for mail in turn["sent"]] == [week.id("jana")]
    nudges = week.through("Thu 15:00", "Thu 23:00")
    assert kinds_of(nudges) == [("nudge", week.id("jana"))] * 2
    assert [mail["person"] for mail in week.tick("Fri 13:00")["sent"]] == [week.id("anna")]


def test_a_round_that_is_skipped_mails_nobody(firm: MakeFirm) -> None:
    week = firm(monday=EASTER, schedule={"holidays": "DK", "on_holiday": "skip"}).installed()
    for moment in ("Wed 13:00", "Wed 17:00", "Fri 13:00", "Fri 17:00"):
        assert week.tick(moment)["sent"] == []
