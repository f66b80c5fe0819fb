"""The mailbox cannot be read from 14:30 to 17:00: no nudge leaves, the rest does and says since when nothing was read."""

from tests.friday.conftest import MakeFirm
from tests.friday.firm import kinds_of


def test_a_mailbox_that_cannot_be_read_holds_back_nudges_and_nothing_else(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.tick("Fri 14:30")
    week.replies("anna", "7")
    week.write(imap={"password": "changed by somebody"})

    nudge_time = week.tick("Fri 15:00", check=False)
    assert nudge_time["exit"] == 3
    assert "imap.password" in nudge_time["problems"][0]
    assert nudge_time["sent"] == []
    week.tick("Fri 16:00", check=False)
    week.tick("Fri 16:30", check=False)
    digest_time = week.tick("Fri 17:00", check=False)
    assert kinds_of([digest_time]) == [("digest", week.id("jens"))]
    (digest,) = week.mails("jens", "digest")
    assert "could not be read" in digest.text
    assert "15:00" in digest.text
    assert "0 of 2" in digest.subject
    assert week.kinds("anna") == ["ask"]
    assert week.status()["unreadable_since"] is not None

    week.write()
    after = week.tick("Fri 17:20")
    assert [one["outcome"] for one in after["received"]] == ["answer"]
    assert week.number("anna") == 7
    assert week.status()["unreadable_since"] is None
