"""`status --watch` on a terminal of its own: what changes is drawn, nothing scrolls, and Ctrl-C ends it cleanly."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline import events
from pipeline.ledger.tiny import TinyLedger
from pipeline.roster import Person, new_id
from tests.commands.nordvik import settings_of

PROGRAM = str(Path(sys.executable).with_name("onenumber"))
_PATIENCE = 60  # seconds until the test gives up
REPS = 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    reps = range(REPS)
    return settings_of(
        tmp_path,
        [{"email": f"r{rep}@nordvik.dk", "name": f"Rep {rep:02}", "reports_to": "jens@nordvik.dk"} for rep in reps],
    )


def recorded(file: Path, number: int, at: str = "2026-03-13T12:30:00Z") -> None:
    """An answer of one of the reps, kept by somebody else than the command that watches."""
    received = datetime.fromisoformat(at)
    ledger = TinyLedger(file.parent / "data")
    person = new_id(f"r{number}@nordvik.dk")
    key = f"2026-W11/answer/{person}/by-hand/1"
    ledger.append(
        [
            events.Answered(
                key=key, round="2026-W11", at=received, person=person, number=Decimal(7), received=received,
                entered_by="operator",
            )
        ]
    )  # fmt: skip
    ledger.close()


def opened(file: Path) -> None:
    at = datetime.fromisoformat("2026-03-13T12:00:00Z")
    jens = new_id("jens@nordvik.dk")
    people = [Person(jens, "jens@nordvik.dk", "Jens", reports_number=False, timezone="Europe/Copenhagen")]
    people += [
        Person(new_id(f"r{number}@nordvik.dk"), f"r{number}@nordvik.dk", f"Rep {number:02}", jens)
        for number in range(REPS)
    ]
    ledger = TinyLedger(file.parent / "data")
    ledger.append([events.Installed(key="installed", round=None, at=at, first_round="2026-W11")])
    ledger.append([events.Opened(key="2026-W11/opened", round="2026-W11", at=at, people=tuple(people))])
    keys = [f"2026-W11/ask/{person.id}" for person in people[1:]]
    for key in keys:
        claim = events.Claimed(key=f"{key}/claim/1", round="2026-W11", at=at, mail=key, attempt=1, message_id="<1@x>")
        ledger.append([claim, events.Sent(key=f"{key}/sent", round="2026-W11", at=at, mail=key)])
    ledger.close()


class Terminal:
    """A terminal of 24 lines, and the command that draws on it."""

    def __init__(self, file: Path) -> None:
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        command = [PROGRAM, "status", "--settings", str(file), "--watch", "--week", "2026-W11"]
        self.process = subprocess.Popen(
            [*command, "--now", "2026-03-13T13:00:00Z"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.close(theirs)
        self.shown = ""

    def shows(self, words: str) -> str:
        """Wait until these words were drawn; answers with what was drawn up to then, without its colours."""
        until = time.monotonic() + _PATIENCE
        while words not in (plain := re.sub(r"\x1b\[[0-9;]*m", "", self.shown)):
            if not select.select([self.ours], [], [], max(0.0, until - time.monotonic()))[0]:
                raise AssertionError(f"{words!r} was never shown:\n{plain}")
            self.shown += os.read(self.ours, 65536).decode()
        return plain

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        while True:
            try:
                more = os.read(self.ours, 65536).decode()
            except OSError:  # nobody has the other end any more
                break
            if not more:
                break
            self.shown += more
        os.close(self.ours)
        return self.process.wait(timeout=_PATIENCE)


def test_what_changes_is_drawn_and_ctrl_c_ends_it_cleanly(file: Path, request: pytest.FixtureRequest) -> None:
    opened(file)
    watch = Terminal(file)
    request.addfinalizer(watch.process.kill)
    first = watch.shows("Next:")
    assert "Round 2026-W11" in first
    assert f"{REPS} no answer" in first
    assert "… and " in first, "of those who do not fit the number is told"
    recorded(file, 3)
    watch.shows(f"{REPS - 1} no answer, 1 answered")
    assert watch.interrupt() == 0
    assert "\x1b[?1049h" in watch.shown
    assert watch.shown.rindex("\x1b[?1049l") > watch.shown.rindex("Next:"), "the screen from before is back"
    assert "\x1b[?25h" in watch.shown[watch.shown.rindex("Next:") :], "and the cursor"
    assert "\x1b[2J" not in watch.shown, "nothing is wiped before it is drawn over, so nothing flickers"
    assert "Traceback" not in watch.shown


def test_that_mails_wait_for_the_day_fits_on_a_screen_of_80_columns(file: Path, request: pytest.FixtureRequest) -> None:
    opened(file)
    file.write_text(file.read_text().replace("smtp:\n", "smtp:\n  max_per_day: 45\n"))
    watch = Terminal(file)
    request.addfinalizer(watch.process.kill)
    drawn = watch.shows("Next:")
    assert f"  24 hours: {REPS} of 45 mails sent, 6 kept for reports (smtp.max_per_day)" in drawn
    assert "  All but reports wait until Sat 14 Mar 13:00 (Europe/Copenhagen)." in drawn
    assert watch.interrupt() == 0


def test_it_ends_when_its_terminal_is_closed(file: Path, request: pytest.FixtureRequest) -> None:
    opened(file)
    watch = Terminal(file)
    request.addfinalizer(watch.process.kill)
    watch.shows("Next:")
    os.close(watch.ours)
    watch.process.wait(timeout=_PATIENCE)


def test_without_a_terminal_it_is_refused(file: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "status", "--settings", file, "--watch"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "draws on a terminal" in done.stderr
    assert done.stdout == ""


def test_json_and_watch_exclude_each_other(file: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "status", "--settings", file, "--watch", "--json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "not allowed with" in done.stderr
