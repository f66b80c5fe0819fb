"""A shared inbox with other people's mail: what is not ours stays where it is, unread, and is never answered."""

from tests.friday.conftest import MakeFirm


def test_other_peoples_mail_is_left_where_it_was_and_unread(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    stranger = week.letter("stranger", "Invoice 4711", "Please find 12 boxes attached.")
    week.servers.deliver("stranger@elsewhere.test", week.organisation, stranger)
    week.writes("anna", "Lunch on Thursday?", "Shall we say 12 o'clock, with 5 people, at the harbour?")
    turn = week.tick("Fri 13:30")
    assert [one["outcome"] for one in turn["received"]] == ["foreign", "foreign"]
    assert turn["sent"] == []
    assert len(week.inbox()) == 2
    with week.servers.mailbox(week.organisation) as client:
        assert client.search("UNSEEN") == client.search()
    assert week.tick("Fri 13:40")["received"] == []


def test_a_reply_that_somebody_has_opened_is_read_all_the_same(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.servers.settle()
    with week.servers.mailbox(week.organisation) as client:
        client.set_flags(client.search(), [b"\\Seen"])
    week.tick("Fri 13:30")
    assert week.number("anna") == 7


def test_a_bare_number_from_a_colleague_counts_if_our_server_vouches_for_it(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.writes("anna", "this week", "7")
    week.tick("Fri 13:30")
    assert week.number("anna") == 7


def test_a_bare_number_that_nobody_vouches_for_is_confirmed_first(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.writes("anna", "this week", "7", verdict="nothing")
    turn = week.tick("Fri 13:30")
    assert [one["outcome"] for one in turn["received"]] == ["unconfirmed"]
    assert week.number("anna") is None
    (question,) = week.mails("anna", "confirm")
    week.replies("anna", "ok", to=question)
    week.tick("Fri 13:40")
    assert week.number("anna") == 7


def test_a_forged_sender_is_held_and_shown(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.writes("anna", "this week", "99", verdict="fail")
    turn = week.tick("Fri 13:30")
    assert [one["outcome"] for one in turn["received"]] == ["held"]
    assert week.number("anna") is None
    assert len(week.status()["held"]) == 1
    assert len(week.inbox("One Number/Held")) == 1
