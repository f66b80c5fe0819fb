"""Nobody answers: two nudges each, and a digest on time that says who is missing and shows no sum as if it were one."""

from tests.friday.conftest import MakeFirm
from tests.friday.firm import kinds_of


def test_a_silent_rep_gets_one_ask_and_two_nudges_in_one_thread(firm: MakeFirm) -> None:
    week = firm().installed()
    week.through("Fri 13:00", "Fri 17:00")
    mails = week.mails("anna")
    assert [(mail.kind, mail.number) for mail in mails] == [("ask", 0), ("nudge", 1), ("nudge", 2)]
    assert all(mails[0].message_id in mail.references for mail in mails[1:])


def test_the_digest_comes_on_time_and_names_the_missing(firm: MakeFirm) -> None:
    week = firm().installed()
    turns = week.through("Fri 13:00", "Fri 17:00")
    assert turns[-1]["now"] == "2026-03-13T16:00:00Z"
    assert ("digest", week.id("jens")) in kinds_of(turns[-1:])
    (digest,) = week.mails("jens", "digest")
    assert "0 of 2" in digest.subject
    assert "Anna" in digest.text
    assert "Bo" in digest.text
    assert week.state("anna") == "no_answer"
    assert week.number("anna") is None


def test_the_manager_is_told_in_time_to_act(firm: MakeFirm) -> None:
    week = firm().installed()
    turns = week.through("Fri 13:00", "Fri 16:30")
    assert kinds_of(turns[-1:]) == [("summary", week.id("mette"))]
    (summary,) = week.mails("mette", "summary")
    assert f"mailto:{week.address('anna')}" in summary.html.replace("%40", "@")
