"""The mailbox changes under our hands: its UIDs begin anew, a person moves a message back, or somebody deletes one."""

from pipeline.events import Answered
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm


def uidvalidity(week: Firm) -> int:
    with week.servers.mailbox(week.organisation) as client:
        return int(client.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"])


def answers(week: Firm) -> int:
    return sum(isinstance(one, Answered) for one in week.kept())


def test_when_uids_begin_anew_nothing_is_counted_twice_and_nothing_new_is_missed(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.writes("anna", "Lunch?", "Shall we say 12 at the harbour, all 5 of us?")
    week.replies("anna", "7")
    week.tick("Fri 13:10")
    before = uidvalidity(week)
    folder = week.servers.folder / "mail" / week.organisation
    while uidvalidity(week) == before:  # Dovecot makes it of the second in which it is asked
        week.servers.left_alone(week.organisation)
        for index in folder.glob("dovecot*"):
            index.unlink()
    week.replies("bo", "4")
    turn = week.tick("Fri 13:20")
    assert [one["outcome"] for one in turn["received"]] == ["foreign", "answer"]
    assert (week.number("anna"), week.number("bo")) == (7, 4)
    assert answers(week) == 2
    assert len(week.inbox()) == 1


def test_a_message_that_a_person_moves_back_is_not_counted_again(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.tick("Fri 13:10")
    week.replies("anna", "8", to=week.mails("anna", "ask")[0])
    week.tick("Fri 13:20")
    with week.servers.mailbox(week.organisation, "One Number.Processed") as client:
        client.move(client.search()[:1], "INBOX")
    week.tick("Fri 13:30")
    assert week.number("anna") == 8
    assert answers(week) == 2
    assert week.inbox() == []


def test_a_message_that_somebody_deletes_is_no_trouble(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.servers.settle()
    with week.servers.mailbox(week.organisation) as client:
        client.delete_messages(client.search())
        client.expunge()
    assert week.tick("Fri 13:10")["exit"] == 0
    assert week.number("anna") is None
