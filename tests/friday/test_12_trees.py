"""Firms of all shapes: no managers, four levels, a manager who reports a number too, a deputy who gets copies."""

from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, METTE, SMALL, kinds_of, rep


def test_a_firm_without_managers(firm: MakeFirm) -> None:
    week = firm([JENS, rep("anna", "jens"), rep("bo", "jens")]).installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7, one of them large")
    turns = week.through("Fri 13:30", "Fri 17:00")
    assert "summary" not in {kind for kind, _ in kinds_of(turns)}
    (digest,) = week.mails("jens", "digest")
    assert "one of them large" in digest.text
    assert "1 of 2" in digest.subject


def test_four_levels_and_each_sees_only_what_is_below(firm: MakeFirm) -> None:
    people = [
        JENS,
        METTE,
        {"who": "nina", "reports_to": "mette"},
        {"who": "ole", "reports_to": "nina"},
        rep("anna", "ole"),
        {"who": "pia", "reports_to": "mette"},
        rep("bo", "pia"),
    ]
    week = firm(people).installed()
    week.tick("Fri 13:00")
    week.replies("anna", "41, a word of Anna's")
    week.replies("bo", "5, a word of Bo's")
    week.through("Fri 13:30", "Fri 17:00")
    (ole,), (nina,), (pia,), (mette,), (jens,) = (
        week.mails(who, kind)
        for who, kind in (
            ("ole", "summary"),
            ("nina", "summary"),
            ("pia", "summary"),
            ("mette", "summary"),
            ("jens", "digest"),
        )
    )
    assert "41" in ole.subject
    assert "word of Anna" in ole.text
    assert "41" in nina.subject
    assert "41" not in pia.text + pia.html
    assert "Anna" not in pia.text + pia.html
    assert "46" in mette.subject
    assert "46" in jens.subject


def test_a_manager_who_reports_a_number_too(firm: MakeFirm) -> None:
    week = firm([JENS, {**METTE, "reports_number": True}, rep("anna")]).installed()
    week.tick("Fri 13:00")
    assert week.kinds("mette") == ["ask"]
    week.replies("mette", "3")
    week.replies("anna", "7")
    week.through("Fri 13:30", "Fri 17:00")
    assert "10" in week.mails("mette", "summary")[0].subject
    assert "2 of 2" in week.mails("jens", "digest")[0].subject


def test_a_deputy_gets_a_copy_of_the_summary(firm: MakeFirm) -> None:
    week = firm([JENS, {**METTE, "copies_to": ["deputy"]}, rep("anna"), rep("bo")]).installed()
    week.through("Fri 13:00", "Fri 16:30")
    assert week.kinds("deputy") == ["summary"]
    assert week.kinds("mette") == ["summary"]


def test_an_own_question_is_asked_in_its_own_words(firm: MakeFirm) -> None:
    week = firm(SMALL, question={"text": {"en": "How many customers did you visit?"}}).installed()
    week.tick("Fri 13:00")
    (ask,) = week.mails("anna")
    assert "How many customers did you visit?" in ask.text
    week.replies("anna", "7")
    week.through("Fri 13:30", "Fri 17:00")
    assert "opportunit" not in week.mails("jens", "digest")[0].subject
