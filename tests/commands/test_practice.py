"""`onenumber practice`: a mail stack on this machine, against which a newcomer sets everything up before it is real."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import trial
from pipeline.commands.init import run
from pipeline.demo.company import ORGANISATION, PASSWORD
from pipeline.demo.mailworld import MailWorld
from pipeline.settings import load

PROGRAM = str(Path(sys.executable).with_name("onenumber"))


@contextmanager
def practising(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [PROGRAM, "practice"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # What runs in the background of a shell has SIGINT ignored, and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  one thread, one call
    ) as serving:
        yield serving
        serving.kill()


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with practising(tmp_path) as serving:
        yield serving


def said(practice: subprocess.Popen[str], words: str) -> str:
    """The next line with these words."""
    assert practice.stdout is not None
    return next(line for line in practice.stdout if words in line)


def types(practice: subprocess.Popen[str], line: str) -> None:
    assert practice.stdin is not None
    practice.stdin.write(f"{line}\n")
    practice.stdin.flush()


def onenumber(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=folder,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def test_a_newcomer_sets_it_up_has_an_ask_answered_and_finds_it_ready(
    tmp_path: Path, practice: subprocess.Popen[str]
) -> None:
    folder = tmp_path / "onenumber-practice"
    assert said(practice, "cd ").strip() == f"cd {folder}"
    assert said(practice, "init").strip() == f"{PROGRAM} init --answers answers.yaml"
    said(practice, "Ctrl-C")
    types(practice, "7")
    said(practice, "There is no mail yet to reply to.")

    setting_up = onenumber(folder, "init", "--answers", "answers.yaml")
    assert said(practice, "[1]").startswith("[1] it@nordvik.example: One number for week")
    types(practice, "2: 7")
    said(practice, "There is no such mail.")
    types(practice, "7 - two of them at Novo")
    told, _ = setting_up.communicate(timeout=60)
    assert setting_up.returncode == 0, told
    assert "Your reply has come, and was read as 7." in told
    assert [one.name for one in load(folder / "settings.yaml", {}).roster.managers] == [
        "Mads Friis",
        "Oliver Hart",
        "Grace Miller",
    ]

    checking = onenumber(folder, "check", "--probe", "--offline")
    told, _ = checking.communicate(timeout=60)
    assert checking.returncode == 0, told
    assert "set imap.authserv_id: demo.invalid" in told
    assert "Ready, and 1 thing to look at." in told

    practice.send_signal(signal.SIGINT)
    said(practice, "The servers have ended")
    assert practice.wait(timeout=30) == 0
    page = (folder / "mails.html").read_text(encoding="utf-8")
    assert "it@nordvik.example" in page
    assert "7 - two of them at Novo" in page


def test_what_was_set_up_last_time_is_gone_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "onenumber-practice"
    folder.mkdir()
    own = "Name,Email\nKim,kim@nordvik.example\n"
    (folder / "export.csv").write_text(own)
    (folder / "settings.yaml").touch()
    with practising(tmp_path) as practice:
        assert said(practice, "check").strip() == f"{PROGRAM} check --probe --offline"
    assert (folder / "export.csv").read_text() == own


def test_answers_that_want_a_rehearsal_are_not_done_without_a_reply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(trial, "PATIENCE", 0.0)
    (tmp_path / "export.csv").write_text("Name,Email,Manager\nDorte,d@nordvik.example,\nAnna,a@nordvik.example,Dorte\n")
    with MailWorld(ORGANISATION, PASSWORD, datetime.now(UTC)) as world:
        (tmp_path / "answers.yaml").write_text(
            f"organisation: Nordvik\ntimezone: Europe/Copenhagen\noperator: it@nordvik.example\naddress: {ORGANISATION}\n"
            f"provider: own\nsmtp: localhost:{world.smtp_port}\nsmtp_security: none\nimap: localhost:{world.imap_port}\n"
            f"imap_security: none\npassword: {PASSWORD}\npeople: {tmp_path / 'export.csv'}\nrehearsal: true\n"
        )
        assert run(tmp_path / "settings.yaml", answers=tmp_path / "answers.yaml", offline=False) == 3
        assert [one.recipient for one in world.mailbox("it@nordvik.example")] == ["it@nordvik.example"]
    assert "No reply has come" in capsys.readouterr().out
