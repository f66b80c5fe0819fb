"""What the operator wants to leave again leaves once more, to whom it makes sense, and is kept."""

from __future__ import annotations

from tests.friday.backups import back_up, restore
from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, METTE, Firm, kinds_of, rep


def resend(week: Firm, moment: str, *arguments: str, code: int = 0) -> str:
    now = week.instant(moment).isoformat()
    done = week.onenumber("resend", *arguments, "--now", now, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_an_ask_leaves_again_once_in_the_same_thread_with_an_id_of_its_own(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    told = resend(week, "Fri 13:20", "ask", "anna")
    assert f"ask of 2026-W11 again: Anna <{week.address('anna')}>" in told
    assert "has it coming" in resend(week, "Fri 13:20", "ask", "anna", code=1)
    assert kinds_of([week.tick("Fri 13:21"), week.tick("Fri 13:22")]) == [("ask", week.id("anna"))]
    first, again = week.mails("anna")
    assert again.message_id != first.message_id
    assert again.references == first.message_id
    week.replies("anna", "7", to=again)
    week.tick("Fri 13:40")
    assert week.number("anna") == 7
    assert kinds_of([week.tick("Fri 15:00")]) == [("nudge", week.id("bo"))]


def test_a_nudge_keeps_its_distance_from_an_ask_that_left_again(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    resend(week, "Fri 14:50", "ask", "anna")
    week.tick("Fri 14:50")
    assert kinds_of([week.tick("Fri 15:00")]) == [("nudge", week.id("bo"))]
    assert kinds_of([week.tick("Fri 15:20")]) == [("nudge", week.id("anna"))]


def test_what_makes_no_sense_is_refused_with_the_reason(firm: MakeFirm) -> None:
    week = firm().installed()
    assert "no round is open" in resend(week, "Mon 09:00", "ask", "anna", code=1)
    week.tick("Fri 13:00")
    assert "has no digest in this round, or not yet" in resend(week, "Fri 13:10", "digest", code=1)
    assert "nobody has missed the ask" in resend(week, "Fri 13:10", "ask", code=1)
    assert "nobody in this round" in resend(week, "Fri 13:10", "ask", "Zoe", code=1)
    assert "has no summary in this round" in resend(week, "Fri 16:40", "summary", "anna", code=1)
    week.replies("anna", "7")
    week.tick("Fri 13:30")
    assert "Anna has answered." in resend(week, "Fri 13:31", "nudge", "anna", code=1)
    assert "had a deadline, which has passed" in resend(week, "Fri 16:31", "ask", "bo", code=1)
    assert "2026-W09 is over" in resend(week, "Fri 13:31", "digest", "--week", "2026-W09", code=1)
    assert "invalid choice" in resend(week, "Fri 13:31", "receipt", "anna", code=2)
    assert kinds_of([week.tick("Fri 13:32")]) == []


def test_a_dry_run_says_who_would_get_it(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    assert "Nothing was changed." in resend(week, "Fri 13:20", "ask", "anna", "--dry-run")
    assert kinds_of([week.tick("Fri 13:21")]) == []


def test_what_was_never_theirs_is_not_told_as_coming(firm: MakeFirm) -> None:
    week = firm().installed()
    week.through("Fri 13:00", "Fri 17:00")
    assert "Mette has no digest in this round" in resend(week, "Fri 17:30", "digest", "mette", code=1)


def test_a_digest_leaves_again_with_its_copy(firm: MakeFirm) -> None:
    week = firm((JENS | {"copies_to": ["deputy"]}, METTE, rep("anna")), digest={"late": "at_once"}).installed()
    week.through("Fri 13:00", "Fri 17:00")
    assert f"and a copy to {week.address('deputy')}" in resend(week, "Fri 17:30", "digest")
    assert kinds_of([week.tick("Fri 17:31")]) == [("digest", week.id("jens"))] * 2
    assert week.kinds("deputy") == ["digest", "digest"]
    # What came after the first digest is news, whatever left again.
    week.replies("anna", "7", to=week.mails("anna")[0])
    assert ("correction", week.id("jens")) in kinds_of([week.tick("Fri 18:00")])


def test_all_who_missed_a_mail_get_it_when_a_backup_was_put_back(firm: MakeFirm) -> None:
    """What was due in between is skipped until the operator wants it, who knows that the machine was down."""
    week = firm((JENS | {"copies_to": ["deputy"]}, METTE, rep("anna"), rep("bo"))).installed()
    backup = back_up(week)
    week.tick("Fri 13:00")
    restore(week, "Fri 13:30", backup)
    week.tick("Fri 13:31")
    assert week.kinds("anna") == ["ask"]
    assert resend(week, "Fri 13:32", "ask").count("ask of 2026-W11 again") == 2
    week.tick("Fri 13:33")
    assert week.kinds("anna") == ["ask", "ask"]
    assert week.state("anna") == "no_answer"
    assert len(kinds_of([week.tick("Fri 15:00")])) == 2


def test_a_digest_that_a_restore_skips_leaves_with_its_copy_even_before_the_next_turn(firm: MakeFirm) -> None:
    week = firm((JENS | {"copies_to": ["deputy"]}, METTE, rep("anna"))).installed()
    week.tick("Fri 13:00")
    backup = back_up(week)
    restore(week, "Fri 17:30", backup)
    resend(week, "Fri 17:31", "digest")
    week.tick("Fri 17:32")
    assert week.kinds("jens") == ["digest"]
    assert week.kinds("deputy") == ["digest"]
