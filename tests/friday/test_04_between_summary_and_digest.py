"""A reply between summary and digest: the manager's mail has left, the director's has it."""

from tests.friday.conftest import MakeFirm


def test_the_digest_counts_what_came_after_the_summary(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.through("Fri 14:00", "Fri 16:30")
    assert "1 of 2" in week.mails("mette", "summary")[0].subject
    week.replies("bo", "5")
    week.tick("Fri 17:00")
    subject = week.mails("jens", "digest")[0].subject
    assert "12" in subject
    assert "2 of 2" in subject
    assert len(week.mails("mette", "summary")) == 1
    assert week.state("bo") == "answered_late"
