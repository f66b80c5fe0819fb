"""A backup is put back: nothing leaves a second time, and what was read since then is read again."""

import shutil

import pytest

from pipeline import events
from pipeline.roster import new_id
from tests.conftest import DATABASE, FOLDER
from tests.friday.backups import back_up, put_back_unsaid, restore
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm, kinds_of
from tests.friday.worker import running


def dated(week: Firm, moment: str) -> None:
    """Have the mailbox say that what was read arrived then, as it would have been in that week."""
    with week.servers.mailbox(week.organisation) as client:
        for folder in ("One Number.Processed", "One Number.Held"):
            if client.folder_exists(folder):
                client.select_folder(folder)
                for uid, facts in sorted(client.fetch(client.search(), ["BODY.PEEK[]"]).items()):
                    client.append(folder, facts[b"BODY[]"], msg_time=week.instant(moment))
                    client.delete_messages([uid])
                client.expunge()


def got(week: Firm) -> dict[str, list[str]]:
    return {person["who"]: week.kinds(person["who"]) for person in week.people}


def test_a_round_that_was_over_is_neither_sent_again_nor_lost(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    backup = back_up(week)
    week.replies("anna", "7 - two of them at Novo")
    week.replies("bo", "between 4 and 9, I guess")
    week.tick("Fri 13:10")
    week.replies("bo", "4", to=week.mails("bo", "ask")[-1])
    week.writes("anna", "this week", "99", verdict="fail")
    week.through("Fri 15:00", "Fri 17:00")
    dated(week, "Fri 15:00")
    before, status = got(week), week.status()
    assert before["jens"] == ["digest"]
    assert before["bo"] == ["ask", "unclear"]
    said = restore(week, "Fri 17:30", backup)
    assert "as it was at 2026-03-13 12:00 UTC, with 1 week." in said
    turn = week.tick("Fri 17:31")
    assert (turn["sent"], turn["failed"], turn["problems"]) == ([], [], [])
    assert sorted(one["outcome"] for one in turn["received"]) == ["answer", "answer", "held", "unclear"]
    assert week.tick("Fri 17:32")["received"] == []
    assert got(week) == before
    assert [(one["email"], one["state"], one["number"]) for one in week.status()["people"]] == [
        (one["email"], one["state"], one["number"]) for one in status["people"]
    ]
    assert len(week.inbox("One Number/Processed")) == 3
    assert len(week.inbox("One Number/Held")) == 1
    skipped = {one["kind"] for one in week.status()["mails"] if one["reason"] == "restored from a backup"}
    assert skipped == {"unclear", "summary", "digest"}


def test_whoever_was_asked_before_the_restore_is_not_asked_again_and_is_nudged_after_it(firm: MakeFirm) -> None:
    week = firm().installed()
    backup = back_up(week)
    week.tick("Fri 13:00")
    week.writes("anna", "this week", "7")
    week.tick("Fri 13:10")
    dated(week, "Fri 13:05")
    restore(week, "Fri 14:00", backup)
    assert week.tick("Fri 14:01")["sent"] == []
    assert week.state("bo") == "no_answer"
    assert kinds_of([week.tick("Fri 15:00")]) == [("nudge", week.id("bo"))]
    assert ("digest", week.id("jens")) in kinds_of(week.through("Fri 16:30", "Fri 17:00"))
    assert (week.number("anna"), week.state("bo")) == (7, "no_answer")
    assert got(week) == {"jens": ["digest"], "mette": ["summary"], "anna": ["ask"], "bo": ["ask", "nudge"]}


def test_a_backup_of_weeks_ago_brings_back_their_answers_and_sends_nothing(firm: MakeFirm) -> None:
    week = firm().installed()
    backup = back_up(week)
    week.through("Fri 13:00", "Fri 13:00")
    week.replies("anna", "7")
    week.tick("Fri 13:10")
    dated(week, "Fri 13:05")
    week.through("Fri 15:00", "Fri 17:00")
    week.through("+1 Fri 13:00", "+1 Fri 13:00")
    week.through("+2 Fri 13:00", "+2 Fri 17:00")
    before = got(week)
    restore(week, "+2 Sat 10:00", backup)
    turn = week.tick("+2 Sat 10:01")
    assert turn["sent"] == []
    assert week.tick("+2 Sat 10:30")["sent"] == []
    assert got(week) == before
    assert (week.number("anna", "2026-W11"), week.state("bo", "2026-W11")) == (7, "no_answer")
    assert [mail["kind"] for mail in week.tick("+3 Fri 13:00")["sent"]] == ["ask", "ask"]


@pytest.mark.only_on(FOLDER, "a database is never put back otherwise")
def test_a_snapshot_that_was_put_back_by_other_means_is_told_of_without_a_folder(firm: MakeFirm) -> None:
    week = firm().installed()
    backup = back_up(week)
    week.tick("Fri 13:00")
    before = got(week)
    shutil.rmtree(week.folder / "data")
    shutil.copytree(backup, week.folder / "data")
    restore(week, "Fri 13:30")
    assert week.tick("Fri 13:31")["sent"] == []
    assert got(week) == before


@pytest.mark.only_on(FOLDER, "what was in a database is its own tools' to keep")
def test_what_was_there_is_kept_beside_it_for_its_owner_alone(firm: MakeFirm) -> None:
    week = firm().installed()
    backup = back_up(week)
    week.tick("Fri 13:00")
    there = (week.folder / "data/rounds/2026-W11.json").read_bytes()
    said = restore(week, "Fri 14:00", backup)
    kept = week.folder / "data/before-restore-20260313T130000Z"
    assert str(kept) in said
    assert (kept / "rounds/2026-W11.json").read_bytes() == there
    assert kept.stat().st_mode & 0o077 == 0
    assert not (week.folder / "data/rounds/2026-W11.json").exists()


@pytest.mark.only_on(FOLDER, "pg_restore judges a dump, and changes nothing where it fails")
@pytest.mark.parametrize("damage", ["book.json", "rounds/2026-W11.json", ""])
def test_a_backup_that_cannot_be_believed_is_refused_and_nothing_is_changed(firm: MakeFirm, damage: str) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    backup = back_up(week)
    if damage:
        (backup / damage).write_bytes((backup / damage).read_bytes()[:-9])
    else:
        (backup / "book.json").unlink()
    before = {path: path.read_bytes() for path in (week.folder / "data").rglob("*.json")}
    done = week.onenumber("restore", str(backup), check=False)
    assert done.returncode == 1
    assert (damage or "is no backup: it has no book.json") in done.stderr
    assert {path: path.read_bytes() for path in (week.folder / "data").rglob("*.json")} == before


def test_nothing_is_put_back_under_a_worker_that_runs(firm: MakeFirm) -> None:
    week = firm().installed()
    before = week.kept(None)
    with running(week) as worker:
        worker.says("worker started")
        done = week.onenumber("restore", check=False)
        assert done.returncode == 1
        assert "running on" in done.stderr
        assert "Stop" in done.stderr
    assert "restored" not in {event.key.partition("/")[0] for event in week.kept(None)}
    assert week.kept(None)[: len(before)] == before


@pytest.mark.only_on(DATABASE, "a folder is what is put back")
def test_a_folder_is_not_put_back_into_a_database(firm: MakeFirm) -> None:
    week = firm().installed()
    done = week.onenumber("restore", "backup", check=False)
    assert done.returncode == 1
    assert "Put that back with its own tools while no worker is running" in done.stderr


@pytest.mark.only_on(DATABASE, "a folder that is empty has nothing to be told of either, see test_tiny")
def test_a_backup_that_a_database_refuses_changes_nothing(firm: MakeFirm) -> None:
    week = firm().installed()
    backup = back_up(week)
    week.tick("Fri 13:00")
    backup.write_bytes(backup.read_bytes()[:-900])
    before = week.stored()
    with pytest.raises(AssertionError, match="pg_restore"):
        restore(week, "Fri 14:00", backup)
    assert week.stored() == before


def test_a_snapshot_of_which_nobody_spoke_is_seen_by_the_replies_that_were_read_since(firm: MakeFirm) -> None:
    week = firm().installed()
    backup = back_up(week)
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    week.tick("Fri 13:10")
    before = got(week)
    put_back_unsaid(week, backup)
    turn = week.tick("Fri 13:31")
    assert kinds_of([turn]) == []
    assert [one["outcome"] for one in turn["received"]] == ["answer"]
    assert got(week) == before
    assert kinds_of([week.tick("Fri 13:32")]) == [("alarm", new_id("alarm:restored/2026-W11"))]
    assert "onenumber resend" in week.mails("operator")[-1].text
    assert kinds_of([week.tick("Fri 15:00")]) == [("nudge", week.id("bo"))]
    assert (week.number("anna"), week.state("bo")) == (7, "no_answer")


def test_it_is_seen_by_a_reply_that_nobody_has_read_yet_too_and_only_once(firm: MakeFirm) -> None:
    week = firm().installed()
    backup = back_up(week)
    week.tick("Fri 13:00")
    week.replies("anna", "7")
    before = got(week)
    put_back_unsaid(week, backup)
    assert kinds_of([week.tick("Fri 13:31")]) == []
    week.replies("bo", "4")
    week.through("Fri 15:00", "Fri 16:30")
    restored = [event for event in week.kept(None) if isinstance(event, events.Restored)]
    assert len(restored) == 1
    assert got(week) == before | {"mette": ["summary"]}


@pytest.mark.parametrize("what", ["their person is forgotten", "it was said", "nothing was put back"])
def test_replies_to_what_is_not_in_the_ledger_for_other_reasons_raise_no_alarm(firm: MakeFirm, what: str) -> None:
    week = firm().installed()
    backup = back_up(week)
    week.tick("Fri 13:00")
    if what == "it was said":
        restore(week, "Fri 13:30", backup)
    if what == "their person is forgotten":
        week.people = [one for one in week.people if one["who"] != "anna"]
        week.write()
        week.tick("Fri 13:20")
        week.onenumber("forget", week.address("anna"))
    week.replies("anna", "7")
    week.tick("Fri 14:00")
    assert not [event for event in week.kept(None) if isinstance(event, events.Restored) and event.noticed]
    assert ("nudge", week.id("bo")) in kinds_of([week.tick("Fri 15:00")])
    assert week.kinds("operator") == []
