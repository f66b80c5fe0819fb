"""A late answer on Saturday corrects the record; the next summary and digest open with it, or the director hears."""

from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm, kinds_of


def played(week: Firm) -> Firm:
    week.installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.through("Fri 14:00", "Fri 17:00")
    return week


def test_the_next_digest_tells_of_a_late_answer_and_of_the_new_total(firm: MakeFirm) -> None:
    week = played(firm())
    week.replies("bo", "5")
    turn = week.tick("Sat 10:00")
    assert [one["outcome"] for one in turn["received"]] == ["answer"]
    assert kinds_of([turn]) == []
    assert week.number("bo") == 5

    week.tick("+1 Fri 13:00")
    week.through("+1 Fri 14:00", "+1 Fri 17:00")
    digest = week.mails("jens", "digest")[-1]
    assert "Bo" in digest.text
    assert "12" in digest.text  # last week's total, with the late answer
    assert "Bo" in week.mails("mette", "summary")[-1].text


def test_the_director_hears_at_once_where_that_is_set(firm: MakeFirm) -> None:
    week = played(firm(digest={"late": "at_once"}))
    week.replies("bo", "5")
    assert kinds_of([week.tick("Sat 10:00")]) == [("correction", week.id("jens"))]
    (told,) = week.mails("jens", "correction")
    assert "Bo" in told.text
    assert "12" in told.text
    assert kinds_of([week.tick("Sat 10:05")]) == []
