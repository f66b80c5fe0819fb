"""What a message, a server or a name may not do to the terminal of whoever looks at it."""

import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import cli, logs
from pipeline.progress import progress
from pipeline.settings import Log
from pipeline.terminal import guarded, harmless, one_line

CLEARS_THE_SCREEN = "\x1b[2J"
TITLES_THE_WINDOW = "\x1b]0;owned\x07"
ONE_BYTE_ESCAPE = "\x9b31m"
OVERWRITES_THE_LINE = "safe\rforged"
TURNS_ROUND = "75\u202e\u2066"


@pytest.mark.parametrize(
    "text", [CLEARS_THE_SCREEN, TITLES_THE_WINDOW, ONE_BYTE_ESCAPE, OVERWRITES_THE_LINE, TURNS_ROUND, "\x00\x7f\u2028"]
)
def test_whatever_drives_a_terminal_is_written_out_and_is_still_the_same_json(text: str) -> None:
    shown = harmless(text)
    assert all(letter.isprintable() for letter in shown)
    assert json.loads(harmless(json.dumps(text, ensure_ascii=False))) == text


def test_lines_tabs_and_every_script_stay_as_they_are() -> None:
    text = "Bøgh\tŽižek\nعربي 数 😀👩‍💻"
    assert harmless(text) == text
    assert one_line("a\nb") == "a\\nb"


def test_every_word_of_a_command_goes_over_that_edge(capsys: pytest.CaptureFixture[str]) -> None:
    with guarded():
        print("out", CLEARS_THE_SCREEN)
        print("err", CLEARS_THE_SCREEN, file=sys.stderr)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("out \\u001b[2J\n", "err \\u001b[2J\n")


def test_a_bar_is_drawn_on_a_terminal_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm")
    shown = []
    for page in (Terminal(), io.StringIO()):
        monkeypatch.setattr(sys, "stderr", page)
        with guarded(), progress("languages", 4) as tell:
            tell(3)
        shown.append(page.getvalue())
    drawn, piped = shown
    assert "languages" in drawn
    assert "\\u001b" not in drawn
    assert drawn.rstrip().endswith("\x1b[2K")
    assert piped == ""


def test_a_commands_words_are_made_harmless_whoever_they_come_from(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["read", f"/nowhere/{CLEARS_THE_SCREEN}"]) == 2
    assert cli.main(["tick", "--settings", f"/nowhere/{CLEARS_THE_SCREEN}"]) == 2
    said = capsys.readouterr()
    assert "\\u001b[2J" in said.err
    assert "\x1b" not in said.out + said.err


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_log_line_is_one_line_and_an_exceptions_words_are_not_in_it(
    form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = io.StringIO()
    monkeypatch.setattr(sys, "stderr", page)
    logs.begin(Log(form, None, "debug"))
    log = logging.getLogger("onenumber")
    log.info("mail waits reason=%s", f"550 no\n2026-11-27T12:00:00Z info mail sent {CLEARS_THE_SCREEN}{TURNS_ROUND}")
    try:
        int("my secret comment")
    except ValueError:
        log.exception("a turn failed")
    first, *rest = page.getvalue().splitlines()
    assert all(letter.isprintable() for letter in first)
    assert "mail sent" in first
    told = "\n".join(rest)
    assert "ValueError" in told
    assert "test_terminal.py" in told
    assert "secret comment" not in told


def test_a_name_that_the_terminal_has_no_letters_for_is_written_out() -> None:
    """Such as in a locale of ISO-8859-1: the command ended with an error instead."""
    done = subprocess.run(
        [Path(sys.executable).with_name("onenumber"), "people", "list", "--settings", "settings.example.yaml"],
        cwd=Path(__file__).parents[1],
        env={
            "PYTHONUTF8": "0",
            "PYTHONIOENCODING": "ascii",
            "ONENUMBER_SECRET": "a-secret-of-no-firm-at-all-0123456789",
            "ONENUMBER_PASSWORD": "x",
            "DATABASE_PASSWORD": "x",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Anna B\\xf8gh" in done.stdout
