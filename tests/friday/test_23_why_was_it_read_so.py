"""`onenumber read --settings`: who wrote, which week, how sure, and what follows, without changing anything."""

import json
from typing import Any

from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm


def asked(week: Firm) -> Firm:
    week.installed()
    week.tick("Fri 13:00")
    return week


def explained(week: Firm, raw: bytes, *more: str) -> str:
    file = week.folder / "reply.eml"
    file.write_bytes(raw)
    now = week.instant("Fri 13:20").isoformat()
    return week.onenumber("read", str(file), "--now", now, *more).stdout


def facts(week: Firm, raw: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(explained(week, raw, "--json"))
    return told


def newest(week: Firm, folder: str = "INBOX") -> bytes:
    week.servers.settle()
    return week.inbox(folder)[-1]


def test_a_reply_tells_who_wrote_it_for_which_week_and_what_would_follow(firm: MakeFirm) -> None:
    week = asked(firm())
    week.replies("anna", "7")
    told = facts(week, newest(week))
    assert (told["writer"], told["counts_for"], told["week"], told["number"]) == ("Anna", "Anna", "2026-W11", 7)
    assert (told["mail"], told["mail_week"], told["carrier"]) == ("ask", "2026-W11", "the address it was sent to")
    assert (told["result"], told["rule"], told["read_at"]) == ("answer", "our mail, answered by its person", None)


def test_looking_at_a_reply_records_nothing(firm: MakeFirm) -> None:
    week = asked(firm())
    week.replies("anna", "7")
    explained(week, newest(week))
    assert week.number("anna") is None
    week.tick("Fri 13:10")
    assert week.number("anna") == 7


def test_a_reply_that_was_read_tells_what_became_of_it(firm: MakeFirm) -> None:
    week = asked(firm())
    week.replies("anna", "7")
    week.tick("Fri 13:10")
    out = explained(week, newest(week, "One Number/Processed"))
    assert "read Fri 13 Mar 13:10, became answer (our mail, answered by its person)" in out


def test_a_message_that_was_saved_with_other_line_ends_is_known_again(firm: MakeFirm) -> None:
    week = asked(firm())
    week.replies("anna", "7")
    week.tick("Fri 13:10")
    saved = newest(week, "One Number/Processed").replace(b"\r\n", b"\n")
    assert facts(week, saved)["read_at"] == "2026-03-13T12:10:00Z"


def test_a_forged_reply_is_told_as_refuted(firm: MakeFirm) -> None:
    week = asked(firm())
    week.writes("anna", "this week", "9", verdict="fail")
    out = explained(week, newest(week))
    assert "sender    refuted by our mail server" in out
    assert "result    held (it fails the authentication that it should have passed), if it is read now" in out


def test_a_strangers_mail_is_nobodys(firm: MakeFirm) -> None:
    week = asked(firm())
    out = explained(week, b"From: Eve <eve@elsewhere.test>\nSubject: Offer\n\n7\n")
    assert "from      eve@elsewhere.test, an address that nobody has\nanswers   no mail of ours that it names\n" in out
    assert "result    foreign (not ours), if it is read now" in out


def test_the_writers_own_language_is_read(firm: MakeFirm) -> None:
    week = firm()
    week.people = [{**one, "language": "da"} for one in week.people]
    week.write()
    asked(week)
    week.replies("anna", "to")
    assert facts(week, newest(week))["number"] == 2
