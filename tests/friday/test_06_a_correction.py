"""The latest answer to arrive counts, whoever entered it; the earlier one stays in the ledger."""

from pipeline.events import Answered
from tests.friday.conftest import MakeFirm


def test_the_last_answer_counts(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.tick("Fri 13:30")
    week.replies("anna", "Sorry, it was 8.", to=week.mails("anna", "ask")[0])
    week.tick("Fri 13:40")
    assert week.number("anna") == 8
    assert [one.number for one in week.kept() if isinstance(one, Answered)] == [7, 8]


def test_receipts_say_what_was_noted_where_they_are_on(firm: MakeFirm) -> None:
    week = firm(receipts=True).installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.tick("Fri 13:30")
    (receipt,) = week.mails("anna", "receipt")
    assert "7" in receipt.text
