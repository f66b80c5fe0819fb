"""The mailbox cannot be read, a sender is in doubt: the operator gets one mail, and one when it is over."""

from tests.friday.conftest import MakeFirm


def test_an_unreadable_mailbox_is_told_once_and_its_end_once(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.write(imap={"password": "changed by somebody"}, organisation={"language": "da"})
    week.tick("Fri 13:30", check=False)
    assert week.mails("operator") == []
    week.tick("Fri 13:45", check=False)
    for minute in (46, 50, 55):
        week.tick(f"Fri 13:{minute}", check=False)
    (alarm,) = week.mails("operator")
    assert alarm.subject == "Postkassen kan ikke læses"
    assert "imap.password" in " ".join(alarm.text.split())
    assert b"Auto-Submitted: auto-generated" in week.servers.messages(week.address("operator"))[0]

    week.write(organisation={"language": "da"})
    week.tick("Fri 14:00")
    week.tick("Fri 14:01")
    week.tick("Fri 14:02")
    assert [one.subject for one in week.mails("operator")][1:] == ["Overstået: Postkassen kan ikke læses"]


def test_a_held_reply_is_told_and_an_answer_to_the_alarm_is_left_alone(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    ask = week.mails("anna")[-1]
    week.writes("anna", f"Re: {ask.subject}", "7", verdict="fail")
    week.tick("Fri 13:05")
    told = week.tick("Fri 13:06")
    assert [one["kind"] for one in told["sent"]] == ["alarm"]
    (alarm,) = week.mails("operator")
    assert "onenumber held" in alarm.text
    before = len(week.inbox())
    week.writes("operator", f"Re: {alarm.subject}", "thanks, 3 of these are mine", In_Reply_To=alarm.message_id)
    assert [one["outcome"] for one in week.tick("Fri 13:10")["received"]] == ["foreign"]
    assert len(week.inbox()) == before + 1

    (held,) = week.status()["held"]
    week.onenumber("held", "--drop", held["message"], "--now", week.instant("Fri 13:20").isoformat())
    week.tick("Fri 13:21")
    week.tick("Fri 13:22")
    assert [one.kind for one in week.mails("operator")] == ["alarm", "alarm_over"]
