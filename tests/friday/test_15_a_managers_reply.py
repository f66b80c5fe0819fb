"""A manager replies to the summary with two instructions and a sentence: all three take effect."""

from tests.friday.conftest import MakeFirm
from tests.friday.firm import SMALL, rep


def test_two_instructions_and_a_sentence(firm: MakeFirm) -> None:
    week = firm([*SMALL, rep("carla")]).installed()
    week.tick("Fri 13:00")
    week.replies("carla", "2")
    week.through("Fri 13:30", "Fri 16:30")
    week.replies("mette", "Anna 4\nBo off\nStrong week in the north.")
    turn = week.tick("Fri 16:40")
    assert [one["outcome"] for one in turn["received"]] == ["instruction"]
    assert week.number("anna") == 4
    assert week.state("bo") == "away"
    week.tick("Fri 17:00")
    (digest,) = week.mails("jens", "digest")
    assert "6" in digest.subject
    assert "2 of 2" in digest.subject
    assert "Strong week in the north." in digest.text
    assert "Mette" in digest.text


def test_a_sentence_alone_is_a_note_and_the_manager_hears_where_it_goes(firm: MakeFirm) -> None:
    week = firm().installed()
    week.through("Fri 13:00", "Fri 16:30")
    week.replies("mette", "We were at the fair all week, expect more on Monday.")
    week.tick("Fri 16:40")
    week.tick("Fri 16:41")
    (receipt,) = week.mails("mette", "receipt")
    assert "digest" in receipt.text
    week.tick("Fri 17:00")
    assert "expect more on Monday" in week.mails("jens", "digest")[0].text


def test_a_forwarded_summary_gives_nobody_else_the_managers_rights(firm: MakeFirm) -> None:
    week = firm().installed()
    week.through("Fri 13:00", "Fri 16:30")
    (summary,) = week.mails("mette", "summary")
    week.replies("bo", "Anna 99", to=summary)
    turn = week.tick("Fri 16:40")
    assert [one["outcome"] for one in turn["received"]] == ["held"]
    assert week.number("anna") is None
