"""`onenumber rehearse`: the operator's own people and templates, a whole round, and nobody is reached."""

from __future__ import annotations

import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

from pipeline.demo.alone import is_loopback
from tests.commands.test_people import HEAD

REPS = ("anna", "bo", "carla", "dan", "eva", "finn", "gitte")
PEOPLE = """\
people:
  - {email: jens@firm.example, name: Jens Holm}
  - {email: mette@firm.example, name: Mette Krog, reports_to: jens@firm.example, language: da}
""" + "".join(
    f"  - {{email: {who}@firm.example, name: {who.title()}, reports_to: mette@firm.example}}\n" for who in REPS
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "settings.yaml"
    # Servers that would be reached, were anything to reach out: the rehearsal has its own.
    head = HEAD.replace("{host: localhost, security: none}", "{host: mail.firm.example}")
    head = head.replace("{host: localhost, security: none, username", "{host: mail.firm.example, username")
    file.write_text(head + PEOPLE, encoding="utf-8")
    return file


def rehearse(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("onenumber")
    command = [program, "rehearse", "--settings", file, "--now", "2026-11-24T09:00:00Z", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=file.parent)


def test_a_round_is_rehearsed_and_nothing_of_it_is_kept(file: Path) -> None:
    done = rehearse(file, "--out", "pages")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "asked Fri 13:00, nudged Fri 15:00 and 16:00, until Fri 16:30 (Europe/Copenhagen): Anna" in done.stdout
    assert "7 asks" in done.stdout
    assert "1 digest" in done.stdout
    assert "opportunities in week 48 (5 of 6 answered)" in done.stdout
    assert {one.name for one in file.parent.iterdir()} == {"settings.yaml", "pages"}
    page = unescape((file.parent / "pages/index.html").read_text(encoding="utf-8"))
    assert "<h1>A rehearsal of week 48</h1>" in page
    assert all(who.title() in page for who in REPS)


def test_own_templates_and_the_own_question_are_rehearsed(file: Path) -> None:
    folder = file.parent / "own"
    (folder / "ask").mkdir(parents=True)
    (folder / "ask/subject.txt").write_text("Tell us, {{ person.name }}", encoding="utf-8")
    text = file.read_text(encoding="utf-8").replace("store: tinydb:data", "store: tinydb:data\ntemplates_dir: own")
    file.write_text(text + "question: {text: How many visits?, minimum: 20, maximum: 25}\n", encoding="utf-8")
    done = rehearse(file)
    assert "the own template failed, ours is used" in done.stderr  # `person` is no name that a template knows
    page = unescape((file.parent / "onenumber-rehearsal/index.html").read_text(encoding="utf-8"))
    assert "How many visits?" in page
    (folder / "ask/subject.txt").write_text("Tell us, week {{ week }}", encoding="utf-8")
    rehearse(file)
    page = unescape((file.parent / "onenumber-rehearsal/index.html").read_text(encoding="utf-8"))
    assert "Tell us, week 48" in page


def test_a_week_without_a_round_is_refused(file: Path) -> None:
    file.write_text(file.read_text(encoding="utf-8") + "schedule: {skip_weeks: [2026-W49]}\n", encoding="utf-8")
    done = rehearse(file, "--week", "2026-W49")
    assert done.returncode == 1
    assert done.stderr.startswith("onenumber: 2026-W49 has no round: ")


ATTEMPTS = {
    "a connection": "socket.create_connection(('192.0.2.1', 25), 1)",
    "a mapped address": "socket.socket(socket.AF_INET6).connect(('::ffff:192.0.2.1', 25))",
    "a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
    "a look-up": "socket.getaddrinfo('mail.firm.example', 25)",
    "a reverse look-up": "socket.gethostbyaddr('192.0.2.1')",
    "a local mail program": "socket.socket(socket.AF_UNIX).connect('/run/mail')",
    "a program": "subprocess.run(['/usr/sbin/sendmail', 'x@firm.example'])",
    "a shell": "os.system('sendmail x@firm.example')",
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS)
def test_nothing_beyond_this_machine_can_be_reached(attempt: str) -> None:
    code = f"""
import os, socket, subprocess
from pipeline.demo.alone import AloneError, stay_alone
stay_alone()
listening = socket.create_server(("127.0.0.1", 0))
socket.create_connection(listening.getsockname(), 5).close()
try:
    {attempt}
except AloneError as error:
    print("refused:", error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("refused: a rehearsal reaches nobody")


def test_what_counts_as_this_machine() -> None:
    for own in (("127.0.0.1", 25), ("127.8.9.1", 25), ("::1", 25, 0, 0), ("localhost", 25), (b"127.0.0.1", 25), None):
        assert is_loopback(own), own
    for other in (
        ("192.0.2.1", 25),
        ("", 25),
        ("localhost.firm.example", 25),
        ("0.0.0.0", 25),
        "/run/x",
        b"\0x",
        (None, 25),
    ):
        assert not is_loopback(other), other


def test_a_file_where_the_pages_would_go_is_told_before_the_round_is_played(file: Path) -> None:
    done = rehearse(file, "--out", "settings.yaml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"onenumber: {file} is a file. Name a folder with --out.\n"
