"""`onenumber check` on real servers: what is ready, what is not, and what a mail to oneself shows."""

from __future__ import annotations

import json
import os
from typing import Any

import psycopg
import pytest

from tests.conftest import DATABASE, FOLDER
from tests.friday.conftest import MakeFirm
from tests.friday.firm import JENS, METTE, Firm, rep
from tests.servers.mailservers import free_ports


def check(week: Firm, *arguments: str, code: int = 0) -> dict[str, Any]:
    """What is told as JSON; each check's findings by its name."""
    done = week.onenumber("check", "--offline", "--json", *arguments, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    facts: dict[str, Any] = json.loads(done.stdout)
    facts["by_name"] = {one["check"]: one for one in facts["checks"]}
    return facts


@pytest.fixture
def sound(firm: MakeFirm) -> Firm:
    week = firm()
    week.file.chmod(0o600)
    return week


def test_a_sound_installation_is_ready_and_its_mailbox_is_as_it_was(sound: Firm) -> None:
    sound.writes("anna", "Lunch?", "At twelve.")
    sound.servers.wait_for(sound.organisation, 1)
    facts = check(sound)
    assert facts["verdict"] == "Ready."
    assert {one["state"] for one in facts["checks"]} == {"ok"}
    for name in ("smtp.login", "smtp.sender", "smtp.certificate", "imap.login", "imap.moving", "imap.clock"):
        assert name in facts["by_name"], name
    assert len(sound.inbox()) == 1
    assert sound.inbox("One Number/Processed") == []
    assert sound.inbox("One Number/Held") == []


def test_every_finding_has_a_line_and_every_bad_one_says_what_to_do(sound: Firm) -> None:
    sound.file.chmod(0o644)
    done = sound.onenumber("check", "--offline", check=False)
    assert done.returncode == 1
    assert f"  fail  secrets: {sound.file} holds a secret" in done.stdout
    assert f"        → chmod 600 {sound.file}" in done.stdout
    assert "  ok    login: " in done.stdout
    assert done.stdout.rstrip().endswith("Not ready: 1 check failed.")


def test_the_coming_weeks_tell_everybodys_times_and_holidays(firm: MakeFirm) -> None:
    people = (JENS, METTE, rep("anna"), rep("grace", timezone="America/New_York", holidays="US"))
    week = firm(people)
    week.file.chmod(0o600)
    facts = check(week, "--now", "2026-11-23T08:00:00Z")
    assert [one["round"] for one in facts["weeks"]] == ["2026-W48", "2026-W49", "2026-W50", "2026-W51"]
    grace = next(one for one in facts["weeks"][0]["people"] if one["names"] == ["Grace"])
    assert grace["ask"].endswith("-05:00")
    assert any("Thanksgiving" in told for told in grace["told"])
    told = week.onenumber("check", "--offline", "--now", "2026-11-23T08:00:00Z").stdout
    assert "Week 48: digest Fri 27 Nov 17:00 (Europe/Copenhagen)" in told
    assert "asked Fri 13:00, nudged Fri 15:00 and 16:00, until Fri 16:30 (Europe/Copenhagen): Anna" in told


def test_a_server_that_is_down_is_told_apart_from_a_login_that_is_refused(firm: MakeFirm) -> None:
    week = firm()
    week.file.chmod(0o600)
    week.write(imap={"port": free_ports(1)[0]})
    down = check(week, code=3)
    assert down["by_name"]["imap.login"]["state"] == "fail"
    assert "nothing listens there" in down["by_name"]["imap.login"]["told"]
    week.write(imap={"password": "not-this-one"})
    refused = check(week, code=1)
    assert "Check imap.username and imap.password" in refused["by_name"]["imap.login"]["fix"]
    week.write(smtp={"password": "not-this-one"})
    assert check(week, code=1)["by_name"]["smtp.login"]["state"] == "fail"


def test_a_folder_that_is_not_there_is_named_with_its_key(firm: MakeFirm) -> None:
    week = firm()
    week.file.chmod(0o600)
    week.write(imap={"folder": "Nowhere"})
    assert check(week, code=1)["by_name"]["imap.folder"]["fix"] == "mend imap.folder"
    week.write(imap={"also_read": ["Rubbish"]})
    assert check(week)["by_name"]["imap.also_read"]["fix"].startswith('set imap.also_read: ["Junk"], which is the junk')


def test_a_right_that_is_missing_is_named_and_nothing_is_left_behind(sound: Firm) -> None:
    check(sound)  # makes the folders
    folder = sound.servers.folder / "mail" / sound.organisation / ".One Number.Processed"
    owner = folder.stat()
    places = (folder, folder / "cur", folder / "new", folder / "tmp")
    for path in places:
        os.chown(path, 0, 0)
        path.chmod(0o500)
    facts = check(sound, code=1)
    assert "cannot move a message from INBOX to One Number/Processed" in facts["by_name"]["imap.moving"]["told"]
    for path in places:
        os.chown(path, owner.st_uid, owner.st_gid)
        path.chmod(0o700)
    assert sound.inbox() == []


def test_wrong_settings_are_findings_too(sound: Firm) -> None:
    sound.file.write_text(sound.file.read_text().replace("timezone:", "timezon:"))
    facts = check(sound, code=2)
    assert all(one["state"] == "fail" for one in facts["checks"])
    assert any('Did you mean "timezone"?' in one["told"] for one in facts["checks"])


@pytest.mark.only_on(FOLDER, "a database has no files to damage, see below")
def test_a_damaged_ledger_is_named_with_its_file(sound: Firm) -> None:
    sound.installed()
    (sound.folder / "data/rounds/2026-W11.json").write_text("{", encoding="utf-8")
    facts = check(sound, code=1)
    assert "2026-W11.json is damaged" in facts["by_name"]["machine.ledger"]["told"]


@pytest.mark.only_on(DATABASE, "a folder is damaged otherwise, see above")
def test_a_damaged_row_of_a_database_is_named_by_its_key(sound: Firm) -> None:
    sound.installed()
    with psycopg.connect(sound.settings["store"]) as session:
        session.execute("""update onenumber_events set body = '{"kind": "nonsense"}' where key = 'installed'""")
    facts = check(sound, code=1)
    assert 'is damaged: event "installed"' in facts["by_name"]["machine.ledger"]["told"]


@pytest.mark.only_on(DATABASE, "a folder is on this machine")
def test_a_database_that_is_not_there_is_told(sound: Firm) -> None:
    sound.write(store="postgresql://owner:hunter2@127.0.0.1:1/ledger")
    facts = check(sound, code=3)
    assert "could not be opened" in facts["by_name"]["machine.ledger"]["told"]
    assert "hunter2" not in json.dumps(facts)


def test_what_is_valid_and_not_meant_is_told(firm: MakeFirm) -> None:
    people = (JENS, METTE, rep("anna"), rep("bo", name="Anna"), rep("kim", reports_number=False))
    week = firm(people, smtp={"max_per_day": 3})
    week.file.chmod(0o600)
    facts = check(week)
    assert facts["verdict"] == "Ready, and 3 things to look at."
    assert "smtp.max_per_day is 3: not everybody will be asked in time" in facts["by_name"]["day.enough"]["told"]
    assert 'share the name "anna"' in facts["by_name"]["people.twice"]["told"]
    assert "Kim reports no number and has no team" in facts["by_name"]["people.no_part"]["told"]


def test_a_probe_shows_what_the_provider_does_and_proposes_settings(firm: MakeFirm) -> None:
    week = firm()
    week.file.chmod(0o600)
    week.installed("Mon 08:00")
    facts = check(week, "--probe")
    found = facts["by_name"]
    assert found["probe.plus_addressing"]["told"] == "works, and is used"
    assert found["probe.message_id"]["told"] == "it survives"
    assert (found["probe.authserv_id"]["state"], found["probe.authserv_id"]["told"].partition(",")[0]) == (
        "warn",
        'a verdict in the name of "mx.firm.test" that we wrote ourselves came through as if it were the server\'s',
    )
    assert week.inbox() == []
    # What was found is kept, and judges the settings as they are later.
    week.write(sender={"plus_addressing": False})
    later = check(week)["by_name"]["probe.plus_addressing"]
    assert (later["state"], later["fix"]) == ("warn", "set sender.plus_addressing: true")


def test_the_worker_leaves_a_probe_alone(firm: MakeFirm) -> None:
    """A probe that is still in the mailbox when the worker looks is not read as an answer, nor moved."""
    from pipeline import mail  # noqa: PLC0415
    from pipeline.weeks import Week  # noqa: PLC0415
    from tests.friday.firm import SECRET  # noqa: PLC0415

    week = firm().installed()
    token = mail.seal(mail.MailKey(Week(2026, 11), "probe", "abcdefgh", 1), SECRET.encode())
    week.writes("anna", "onenumber check --probe", f"7\n\n{token}")
    week.servers.wait_for(week.organisation, 1)
    turn = week.tick("Fri 13:00")
    assert [one["outcome"] for one in turn["received"]] == ["foreign"]
    assert len(week.inbox()) == 1
