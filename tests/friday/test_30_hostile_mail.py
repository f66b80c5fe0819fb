"""A mailbox full of messages made to break us: each is dealt with, the ones behind are read, and nothing gets out."""

import json
import os
import re
import subprocess
import sys
from email import message_from_bytes

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm
from tests.hostile import hostile

MARKUP_AND_TEMPLATE = "<b>{{x}}</b><script>{% raw %}"
_MOST_MEMORY = 200_000  # kilobytes
_MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(done.returncode)
"""


def into_the_mailbox(week: Firm, raw: bytes, name: str) -> None:
    """As a file of the server's, for no SMTP server lets such a message through as it is."""
    home = week.servers.folder / "mail" / week.organisation
    file = home / "new" / f"{week.now.timestamp():.0f}.{name}.evil"
    file.write_bytes(raw)
    facts = home.stat()
    os.chown(file, facts.st_uid, facts.st_gid)
    os.utime(file, (week.now.timestamp(), week.now.timestamp()))


def measured(week: Firm, *arguments: str) -> tuple[subprocess.CompletedProcess[str], int]:
    """One command, and the most memory in kilobytes that it used."""
    command = [sys.executable, "-c", _MEASURED, week.program, *arguments, "--settings", str(week.file)]
    done = subprocess.run(command, capture_output=True, text=True, env=week.environment(), check=False, timeout=300)
    return done, int(done.stderr.splitlines()[-1])


def test_a_mailbox_full_of_hostile_mail_is_read_to_its_end_and_harms_nobody(firm: MakeFirm) -> None:
    week = firm(log={"level": "debug"}).installed()
    week.tick("Fri 13:00")
    ask = week.mails("anna")[0]
    made = dict(hostile(ask.reply_to, week.address("anna")))
    for name, raw in made.items():
        into_the_mailbox(week, raw, name)
    week.replies("bo", "4 - fine")
    week.servers.settle()

    at = week.instant("Fri 13:30").isoformat()
    done, memory = measured(week, "tick", "--json", "--now", at)
    assert done.returncode == 0, done.stderr[-2000:]
    assert memory < _MOST_MEMORY
    assert len(json.loads(done.stdout)["received"]) >= len(made)
    assert week.number("bo") == 4
    assert "could not be judged" not in done.stderr

    week.replies("anna", f"5 - {MARKUP_AND_TEMPLATE}")
    for moment in ("Fri 13:40", "Fri 15:00", "Fri 16:30", "Fri 17:00"):
        done, memory = measured(week, "tick", "--now", week.instant(moment).isoformat())
        assert done.returncode == 0
        assert memory < _MOST_MEMORY
    for command in (
        ("status",),
        ("held",),
        ("plan",),
        ("status", "--json"),
        ("held", "--json"),
        ("export", "--format", "json"),
    ):
        told = week.onenumber(*command, "--now", week.instant("Fri 17:30").isoformat())
        assert all(letter.isprintable() or letter in "\n\t" for letter in told.stdout + told.stderr)
    for person in ("anna", "bo", "mette", "jens"):
        for raw in week.servers.messages(week.address(person)):
            harmless(raw, week)
    summary = week.mails("mette", "summary")[0]
    assert MARKUP_AND_TEMPLATE in summary.text
    assert MARKUP_AND_TEMPLATE in LexborHTMLParser(summary.html).text()
    assert not week.servers.messages(week.address("everyone"))
    assert len(week.mails("anna")) <= 8  # the ask, a nudge, and what the caps allow


def harmless(raw: bytes, week: Firm) -> None:
    """A mail of ours has the headers that we gave it, and what a stranger wrote stands in it as text alone."""
    mail = message_from_bytes(raw)
    assert mail["Bcc"] is None
    assert "owned" not in str(mail["Subject"])
    assert str(mail["Sender"] or mail["From"]).endswith(f"<{week.organisation}>")
    for part in mail.walk():
        if part.is_multipart():
            continue
        text = part.get_payload(decode=True).decode()
        assert all(letter.isprintable() or letter in "\r\n\t\u00a0\u200c\u202f" for letter in text), (
            part.get_content_type()
        )
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)
        if part.get_content_type() == "text/html":
            page = LexborHTMLParser(text)
            assert not page.css("script, img[onerror], a[href*='evil.test'], iframe, form, object")


_BREAKS = """
import os, pipeline.judging as judging, pipeline.ledger.attempts as attempts

attempts._SECONDS, opened = 1, judging.opened


def breaking(raw):
    while b"X-Hangs: 1" in raw:
        pass
    if b"X-Kills: 1" in raw:
        os.kill(os.getpid(), 9)
    return opened(raw)


judging.opened = breaking
"""


@pytest.mark.parametrize(("header", "code"), [("X_Kills", -9), ("X_Hangs", 1)])
def test_a_message_that_ends_the_program_twice_is_held_and_the_ones_behind_it_are_read(
    firm: MakeFirm, monkeypatch: pytest.MonkeyPatch, header: str, code: int
) -> None:
    week = firm().installed()
    week.tick("Fri 13:00")
    week.writes("anna", "this week", "7", **{header: "1"})
    week.replies("bo", "4")
    (week.folder / "sitecustomize.py").write_text(_BREAKS)
    usual = Firm.environment
    monkeypatch.setattr(Firm, "environment", lambda self: {**usual(self), "PYTHONPATH": str(week.folder)})
    at = week.instant("Fri 13:30").isoformat()
    assert [week.onenumber("tick", "--now", at, check=False).returncode for _ in range(2)] == [code, code]
    turn = week.tick("Fri 13:40")
    assert [one["outcome"] for one in turn["received"]] == ["held", "answer"]
    assert week.number("bo") == 4

    status = week.status(now="Fri 14:00")
    assert [one["rule"] for one in status["held"]] == ["reading it has ended the program twice"]
    assert len(week.inbox("One Number/Held")) == 1
    monkeypatch.setattr(Firm, "environment", usual)
    released = week.onenumber("held", "--release", status["held"][0]["message"], "--now", at)
    assert "answer" in released.stdout
    assert week.number("anna") == 7
