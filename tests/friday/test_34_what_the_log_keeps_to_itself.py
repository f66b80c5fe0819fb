"""Whole rounds with known secrets, numbers and words, and errors provoked at every turn: none of them is in any log."""

import json
import re
import subprocess
from typing import Any

import pytest

from tests.conftest import FOLDER
from tests.faults.smtp import faulty
from tests.friday.conftest import MakeFirm
from tests.friday.firm import SECRET, SMALL, Firm
from tests.friday.worker import running
from tests.servers.mailservers import PASSWORD

WORDS = ("731", "blue-elephant", "green-walrus", "red-heron", SECRET, "an-older-secret-than-that", PASSWORD, "hunter2")
_BREAKS = """
import pipeline.judging as judging

opened = judging.opened


def breaking(raw):
    if b"X-Breaks: 1" in raw:
        raise ValueError(raw)
    return opened(raw)


judging.opened = breaking
"""


def told(text: str) -> list[str]:
    """Which of the words stand in a text."""
    return [word for word in WORDS if re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text)]


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_secret_no_number_and_nobodys_words_are_in_any_log(
    firm: MakeFirm, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    logging = {"level": "debug", "format": form, "file": "one.log"}
    week = firm(
        SMALL,
        log=logging,
        templates_dir="own",
        organisation={"previous_secret": WORDS[5], "secret_changed": "2026-03-01"},
    )
    said: list[str] = []
    onenumber, environment = Firm.onenumber, Firm.environment

    def heard(self: Firm, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        done = onenumber(self, *arguments, **more)
        said.append(done.stderr)
        return done

    monkeypatch.setattr(Firm, "onenumber", heard)
    own = week.folder / "own" / "summary"
    own.mkdir(parents=True)
    (own / "body.txt").write_text("{{ [].index(lines[0].comment) }}")
    (week.folder / "sitecustomize.py").write_text(_BREAKS)
    monkeypatch.setattr(Firm, "environment", lambda self: {**environment(self), "PYTHONPATH": str(week.folder)})

    week.installed()
    week.tick("Fri 13:00")
    week.replies("anna", "731 - blue-elephant")
    week.replies("bo", "green-walrus, 731 or 732")
    week.writes("anna", "731", "731 blue-elephant", X_Breaks="1")
    week.tick("Fri 13:30")
    with faulty() as (server, port):
        echo = f"{week.folder.name} 5.7.1 we take no 731, no blue-elephant"
        server.data[week.address("mette")] = [f"554 {echo}", f"451 {echo}", f"550 {echo}"]
        server.rcpt[week.address("jens")] = [f"450 {echo}"]
        week.write(smtp={"port": port, "security": "none", "username": None, "password": None})
        for moment in ("Fri 16:30", "Fri 17:00"):
            week.tick(moment, check=False)
    week.write()
    week.tick("Fri 18:00", check=False)
    for section in ("smtp", "imap"):
        week.write(**{section: {"password": "hunter2"}})
        week.tick("Fri 18:05", check=False)
        with running(week):
            week.onenumber("status")
    week.write(imap={"port": week.servers.submission_port})  # a server that speaks something else
    week.tick("Fri 18:10", check=False)

    log = (week.folder / "one.log").read_text()
    assert told(log) == []
    assert told("\n".join(said)) == []
    for sign in ("could not be judged", "own template failed", "mail refused", "reply read", "refused the login"):
        assert sign in log
    if form == "json":
        assert all(json.loads(line)["level"] for line in log.splitlines())
    assert (week.folder / "one.log").stat().st_mode & 0o077 == 0


def test_what_others_on_the_machine_can_read_is_told_at_the_start_with_the_command_that_mends_it(
    firm: MakeFirm,
) -> None:
    week = firm()
    secret = week.folder / "secret"
    week.write(organisation={"secret": {"file": "secret"}})
    secret.write_text(SECRET)
    for path in (week.file, secret):
        path.chmod(0o600)
    at = week.instant("Mon 08:00").isoformat()
    assert "chmod" not in week.onenumber("tick", "--now", at).stderr

    secret.chmod(0o640)
    week.file.chmod(0o644)
    warned = week.onenumber("tick", "--now", at).stderr
    for mend in (f"chmod 600 {secret}", f"chmod 600 {week.file}"):
        assert mend in warned
    with running(week) as worker:
        worker.says(f"chmod 600 {secret}")


@pytest.mark.only_on(FOLDER, "who reads a database is the database's business")
def test_a_folder_that_others_can_read_is_told_at_the_start(firm: MakeFirm) -> None:
    week = firm().installed()
    data = week.folder / "data"
    assert data.stat().st_mode & 0o777 == 0o700
    data.chmod(0o755)
    assert f"chmod 700 {data}" in week.onenumber("tick", "--now", week.instant("Mon 09:00").isoformat()).stderr


def test_a_reply_to_a_mail_from_before_the_secret_was_changed_counts_for_four_weeks(firm: MakeFirm) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    asked = week.mails("anna")[0]
    changed = {"secret": "the-new-secret-of-the-firm", "previous_secret": SECRET, "secret_changed": "2026-03-13"}
    week.write(organisation=changed)
    week.replies("anna", "7")
    week.tick("Fri 13:30")
    assert week.number("anna") == 7
    week.replies("bo", "4")
    week.tick("Fri 15:00")
    assert week.number("bo") == 4
    assert week.kinds("bo") == ["ask"]

    week.write(organisation={**changed, "secret_changed": "2026-02-01"})
    late = week.letter("anna", "Re: hi", "9", to=asked.reply_to)
    week.servers.deliver("x@elsewhere.test", week.organisation, late, verdict="nothing")
    turn = week.tick("Fri 15:30")
    assert [one["outcome"] for one in turn["received"]] == ["unconfirmed"]
    assert week.number("anna") == 7


def test_a_mail_that_is_repeated_keeps_its_message_id_through_a_change_of_the_secret(firm: MakeFirm) -> None:
    with faulty() as (server, port):
        way = {"port": port, "security": "none", "username": None, "password": None}
        week = firm(smtp=way).installed()
        server.data[week.address("anna")] = ["lost"]
        week.tick("Fri 13:00", check=False)
        week.write(
            organisation={
                "secret": "the-new-secret-of-the-firm",
                "previous_secret": SECRET,
                "secret_changed": "2026-03-13",
            }
        )
        week.tick("Fri 13:05")
        first, again = server.ids(week.address("anna"))
        assert first == again
