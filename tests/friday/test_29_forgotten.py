"""A person who leaves and asks to be forgotten, and weeks past their retention: gone, and every total as it was."""

import json

import pytest
from imapclient import IMAPClient

from pipeline.events import Rewritten
from pipeline.history import History
from pipeline.ledger.opened import open_ledger
from pipeline.settings import load
from pipeline.tick import Turns
from pipeline.weeks import Week
from tests.conftest import FOLDER
from tests.friday.backups import back_up, restore
from tests.friday.conftest import MakeFirm
from tests.friday.firm import SMALL, Firm, rep

FIRST = Week(2026, 11)


def said(week: Firm, *arguments: str, code: int = 0) -> str:
    done = week.onenumber(*arguments, "--now", week.instant("+1 Sat 12:00").isoformat(), check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def two_fridays(firm: MakeFirm) -> Firm:
    """Anna answers with a comment, is held once, is away once; her manager speaks of her; then she leaves."""
    week = firm([*SMALL[:2], rep("anna", name="Anna Bøgh"), SMALL[3]]).installed()
    week.tick("Fri 13:00")
    week.replies("anna", "7 - both at Novo")
    week.replies("bo", "4")
    week.writes("anna", "this week", "9", verdict="fail")
    week.tick("Fri 13:30")
    week.tick("Fri 16:30")
    week.tick("Fri 17:00")
    week.replies("mette", "Anna was ill, the number of Anna Bøgh is low", to=week.mails("mette", "summary")[-1])
    week.tick("+1 Fri 13:00")
    week.replies("anna", "off until 25 March")
    week.tick("+1 Fri 17:00")
    return week


def leaves(week: Firm) -> None:
    week.people = [one for one in week.people if one["who"] != "anna"]
    week.write()
    week.tick("+1 Fri 18:00")


def rows(week: Firm) -> dict[tuple[str, str], tuple[object, ...]]:
    """Every line of the export but who and what they wrote."""
    table = json.loads(said(week, "export", "--format", "json"))["answers"]
    return {(one["week"], one["received"]): (one["state"], one["number"], one["manager_email"]) for one in table}


def test_whoever_is_on_the_roster_is_not_forgotten_and_is_told_how(firm: MakeFirm) -> None:
    week = firm().installed()
    assert "is on the roster" in said(week, "forget", "anna", code=1)
    assert 'nobody in any week is "Zoe"' in said(week, "forget", "Zoe", code=1)


@pytest.mark.only_on(FOLDER, "what was in a database is its own tools' to keep")
def test_what_a_restore_has_put_aside_is_named_since_everybody_stands_in_it(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    restore(week, "Fri 13:30", back_up(week))
    week.people = [one for one in week.people if one["who"] != "anna"]
    week.write()
    put_aside = week.folder / "data/before-restore-20260313T123000Z"
    assert f"put aside: {put_aside}; delete it" in said(week, "forget", week.address("anna"), "--dry-run")


def test_a_person_is_forgotten_and_every_total_is_as_it_was(firm: MakeFirm) -> None:
    week = two_fridays(firm)
    leaves(week)
    before, kept = rows(week), week.stored()
    with week.ledger() as ledger:
        worker = History(ledger)
        assert week.id("anna") in worker.round(FIRST).people
        assert week.address("anna") in kept
        assert "Novo" in kept

        shown = said(week, "forget", "Anna Bøgh", "--dry-run")
        assert "would be forgotten" in shown
        assert week.stored() == kept
        assert len(week.inbox("One Number/Held")) == 1

        week.write(imap={"port": 1})
        assert "nobody was forgotten: IMAP server localhost:1: nothing listens" in said(week, "forget", "anna", code=3)
        assert week.stored() == kept
        week.write()

        told = said(week, "forget", week.address("anna"))
        assert "is forgotten" in told
        assert "2 messages in One Number/Processed" in told
        assert "1 message in One Number/Held" in told
        assert "other people's words" in told

        gone = week.stored()
        for trace in (week.address("anna"), week.id("anna"), "Anna Bøgh", "Novo", "off until"):
            assert trace not in gone
        assert rows(week) == before
        assert week.id("anna") not in worker.round(FIRST).people
        assert week.address("anna") not in worker.book.ids
    assert not any(week.address("anna").encode() in raw for raw in week.inbox("One Number/Processed"))
    assert week.inbox("One Number/Held") == []
    assert "nobody in any week" in said(week, "forget", week.address("anna"), code=1)

    week.tick("+2 Fri 13:00")
    assert week.kinds("anna").count("ask") == 2
    week.replies("bo", "5")
    week.tick("+2 Fri 17:00")
    assert week.kinds("jens").count("digest") == 3
    assert "Anna" not in week.mails("jens", "digest")[-1].text


def test_all_that_is_kept_of_a_person_can_be_given_to_them(firm: MakeFirm) -> None:
    week = two_fridays(firm)
    given = json.loads(said(week, "export", "--format", "json", "--person", "Anna Bøgh"))
    kinds = [one["kind"] for one in given["kept"]["events"]]
    assert {"known", "opened", "claimed", "sent", "answered", "received", "away"} <= set(kinds)
    assert "both at Novo" in json.dumps(given["answers"])
    assert given["kept"]["addresses"] == [week.address("anna")]
    assert given["kept"]["roster"][0]["name"] == "Anna Bøgh"
    assert {one["outcome"] for one in given["kept"]["events"] if one["kind"] == "received"} == {
        "answer",
        "held",
        "away",
    }
    for somebody in ("bo", "mette"):
        assert week.address(somebody) not in json.dumps(given["kept"])
        assert all(one.get("person") != week.id(somebody) for one in given["kept"]["events"])


def test_what_is_held_is_not_closed_while_the_mailbox_cannot_be_used(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.writes("anna", "this week", "9", verdict="fail")
    week.tick("Fri 13:30")
    (held,) = json.loads(said(week, "held", "--json"))["held"]
    week.write(imap={"port": 1})
    assert "nothing was changed: IMAP server" in said(week, "held", "--release", held["id"], code=3)


def has_a_message_of_march(week: Firm) -> None:
    """Dated by the server as if the weeks had been played in their time."""
    with week.servers.mailbox(week.organisation) as client:
        client.append("One Number.Processed", b"Subject: of march\r\n\r\n7\r\n", msg_time=week.instant("Fri 13:10"))


def test_weeks_past_their_retention_go_with_their_messages_and_with_who_has_left(firm: MakeFirm) -> None:
    week = two_fridays(firm)
    leaves(week)
    week.write(retention={"weeks": 8})
    has_a_message_of_march(week)
    assert len(week.inbox("One Number/Processed")) == 5
    week.tick("+8 Fri 13:00")
    assert week.rounds()[0] == "2026-W11"
    assert len(week.inbox("One Number/Processed")) == 5
    week.tick("+9 Fri 13:00")
    assert week.rounds()[0] == "2026-W12"
    assert len(week.inbox("One Number/Processed")) == 4
    week.tick("+10 Fri 13:00")
    assert week.address("anna") not in week.stored()
    assert any(isinstance(one, Rewritten) for one in week.kept(None))
    assert week.kinds("bo")[-1] == "ask"


def test_where_the_server_can_only_mark_what_is_past_its_retention_that_is_said(
    firm: MakeFirm, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    week = two_fridays(firm)
    week.write(retention={"weeks": 8})
    has_a_message_of_march(week)
    monkeypatch.setenv("SSL_CERT_FILE", week.environment()["SSL_CERT_FILE"])
    has = IMAPClient.has_capability
    monkeypatch.setattr(IMAPClient, "has_capability", lambda self, name: name != "UIDPLUS" and has(self, name))
    settings = load(week.file)
    turns = Turns(settings, open_ledger(settings.store))
    turns.tick(week.instant("+9 Fri 13:00"))
    turns.close()
    assert "2026-W11" not in week.rounds()
    assert "only marked as deleted" in caplog.text
    assert "One Number/Processed" in caplog.text
