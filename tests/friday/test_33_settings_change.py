"""The settings change while the worker runs: what can be used is taken up, what cannot changes nothing."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm, rep
from tests.friday.worker import Worker, running


def rested(*files: Path) -> None:
    """As if these files had been written a while ago."""
    for file in files:
        os.utime(file, (time.time() - 10, time.time() - 10))


def woken(week: Firm, worker: Worker, words: str) -> None:
    """A mail arrives, which wakes the worker from IDLE: the log says these words, and then that the mail was read."""
    week.writes("anna", "Lunch?", "At twelve.")
    if words:
        worker.says(words)
    worker.says("reply read outcome=foreign")


def test_what_can_be_used_is_taken_up_and_what_cannot_is_refused_once(firm: MakeFirm) -> None:
    week = firm()
    with running(week) as worker:
        woken(week, worker, "a new ledger begins")
        week.people.append(rep("carla"))
        week.write()
        rested(week.file)
        woken(week, worker, "settings reloaded people=5")

        good = week.file.read_text()
        week.file.write_text(good.replace("timezone: Europe/Copenhagen", "timezone: Europe/Kopenhagen"))
        rested(week.file)
        woken(week, worker, "new settings refused, the old ones hold")
        assert "Europe/Kopenhagen" in worker.log
        refused = week.onenumber("status", check=False)
        assert refused.returncode == 2
        assert "A worker that is running goes on with the settings that it has." in refused.stderr
        woken(week, worker, "")
        assert worker.log.count("new settings refused") == 1

        week.file.write_text(good)
        rested(week.file)
        os.utime(week.file, (time.time() - 8, time.time() - 8))
        woken(week, worker, "settings reloaded people=5")
        assert week.status()["settings_refused_reason"] is None

        week.write(store="tinydb:elsewhere")
        rested(week.file)
        woken(week, worker, "new settings refused, the old ones hold")
        week.write()
        assert "takes a restart" in week.status()["settings_refused_reason"]
        assert "The worker refused new settings" in week.onenumber("status").stdout


def test_own_templates_and_the_people_file_are_taken_up_too(firm: MakeFirm) -> None:
    week = firm()
    (week.folder / "own/ask").mkdir(parents=True)
    table = week.folder / "people.csv"
    head = "email,name,reports_to\n"
    rows = [f"{week.address('jens')},Jens,", f"{week.address('anna')},Anna,{week.address('jens')}"]
    table.write_text(head + "\n".join(rows) + "\n")
    text = week.file.read_text()
    week.file.write_text(text[: text.index("people:")] + "people_file: people.csv\ntemplates_dir: own\n")
    subject = week.folder / "own/ask/subject.txt"
    with running(week) as worker:
        woken(week, worker, "a new ledger begins")
        table.write_text(head + "\n".join([*rows, f"{week.address('bo')},Bo,{week.address('jens')}"]) + "\n")
        rested(table)
        woken(week, worker, "settings reloaded people=3")
        subject.write_text("{{ week ")
        rested(subject)
        woken(week, worker, "new settings refused, the old ones hold")
        assert "subject.txt, line 1" in worker.log
        subject.write_text("Week {{ week }}")
        os.utime(subject, (time.time() - 8, time.time() - 8))
        woken(week, worker, "settings reloaded people=3")


@contextmanager
def being_written(file: Path) -> Iterator[None]:
    """Somebody writes on and on: the file is never older than an instant."""
    done = threading.Event()

    def touch() -> None:
        while not done.wait(0.1):
            os.utime(file)

    writer = threading.Thread(target=touch)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def test_a_file_that_is_still_being_written_is_left_alone(firm: MakeFirm) -> None:
    week = firm()
    with running(week) as worker:
        woken(week, worker, "a new ledger begins")
        whole = week.file.read_text()
        with being_written(week.file):
            week.file.write_text(whole[: whole.rindex("- email")])  # valid, with a person less
            woken(week, worker, "")
            week.file.write_text(whole + "receipts: true\n")
        rested(week.file)
        woken(week, worker, "settings reloaded people=4")
        assert "people=3" not in worker.log
