"""What becomes of mails when the server, the line, the disk or the process fails: nothing lost, nothing twice."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest

from pipeline import plan
from pipeline.compose import Composer
from pipeline.demo.opened import opened
from pipeline.events import Event
from pipeline.ledger import Ledger, LedgerReadError, LedgerWriteError, News, Place
from pipeline.ledger.opened import open_ledger
from pipeline.mail import MailKey
from pipeline.pace import OwnPace
from pipeline.scene import Composed, CompositionError, Scene
from pipeline.settings import load
from pipeline.tick import Turns
from pipeline.transport import TransportError
from pipeline.transport.smtp import Submission
from tests.faults.smtp import Faulty, faulty
from tests.friday.conftest import MakeFirm
from tests.friday.firm import Firm, kinds_of
from tests.servers.mailservers import MailServers


@pytest.fixture
def smtp() -> Iterator[tuple[Faulty, int]]:
    with faulty() as running:
        yield running


@pytest.fixture
def firm(firm: MakeFirm, servers: MailServers, smtp: tuple[Faulty, int], monkeypatch: pytest.MonkeyPatch) -> Firm:
    """A firm that hands its mails in at the misbehaving server."""
    monkeypatch.setenv("SSL_CERT_FILE", str(servers.authority))
    lines = {"host": "127.0.0.1", "port": smtp[1], "security": "none", "username": None, "password": None}
    return firm(smtp=lines).installed()


def test_a_mail_whose_answer_is_lost_is_repeated_once_and_to_the_letter(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server, anna = smtp[0], firm.address("anna")
    server.data[anna] = ["lost"]
    turn = firm.tick("Fri 13:00", check=False)
    assert turn["exit"] == 3
    assert "lost" in turn["problems"][0]
    assert ("ask", firm.id("bo")) in kinds_of([turn])
    assert kinds_of([firm.tick("Fri 13:01")]) == [("ask", firm.id("anna"))]
    first, second = server.messages(anna)
    assert first == second
    assert len(set(server.ids(anna))) == 1
    firm.tick("Fri 13:02")
    assert len(server.messages(anna)) == 2
    assert len(server.messages(firm.address("bo"))) == 1


def test_a_process_that_dies_in_the_middle_repeats_one_mail_at_most(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server = smtp[0]
    for who in ("anna", "bo"):
        server.data[firm.address(who)] = ["mute"]
    command = [firm.program, "tick", "--now", firm.instant("Fri 13:00").isoformat(), "--settings", str(firm.file)]
    process = subprocess.Popen(command, env=firm.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    first = server.arrived.get(timeout=60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    server.released.set()
    server.data.clear()
    firm.tick("Fri 13:05")
    firm.tick("Fri 13:06")
    other = firm.address("bo" if first == firm.address("anna") else "anna")
    assert len(server.messages(first)) == 2
    assert len(set(server.ids(first))) == 1
    assert len(server.messages(other)) == 1


def test_a_summary_that_is_repeated_says_what_it_said_the_first_time(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server, mette = smtp[0], firm.address("mette")
    firm.tick("Fri 13:00")
    server.data[mette] = ["lost"]
    firm.tick("Fri 16:30", check=False)
    firm.writes("anna", "this week", "7")
    firm.tick("Fri 16:31")
    first, second = server.messages(mette)
    assert first == second
    assert firm.number("anna") == 7


def test_an_orphan_that_is_no_longer_of_use_is_not_repeated(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server, anna = smtp[0], firm.address("anna")
    firm.tick("Fri 13:00")
    server.data[anna] = ["lost"]
    firm.tick("Fri 15:00", check=False)
    firm.writes("anna", "this week", "7")
    firm.tick("Fri 15:01")
    assert [raw.count(b"Still missing") > 0 for raw in server.messages(anna)] == [False, True]


def test_a_temporary_refusal_is_tried_again_with_growing_pauses(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server, anna = smtp[0], firm.address("anna")
    server.rcpt[anna] = ["451 4.3.0 try later", "451 4.3.0 try later"]
    first = firm.tick("Fri 13:00")
    assert [mail["person"] for mail in first["failed"]] == [firm.id("anna")]
    assert ("ask", firm.id("bo")) in kinds_of([first])
    assert first["next"] == "2026-03-13T12:01:00Z"
    assert firm.tick("Fri 13:00:30")["failed"] == []
    second = firm.tick("Fri 13:01")
    assert second["next"] == "2026-03-13T12:06:00Z"
    assert kinds_of([firm.tick("Fri 13:06")]) == [("ask", firm.id("anna"))]
    assert len(server.messages(anna)) == 1


def test_an_address_that_does_not_exist_gets_no_more_mail_and_is_named(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server, anna = smtp[0], firm.address("anna")
    server.rcpt[anna] = ["550 5.1.1 no such user"] * 9
    firm.through("Fri 13:00", "Fri 17:00")
    assert len(server.rcpt[anna]) == 8
    assert firm.state("anna") == "undeliverable"
    assert b"0 of 1" in server.messages(firm.address("jens"))[0]


def test_whose_ask_is_refused_until_the_deadline_was_not_asked_and_is_not_told_to_be_silent(
    firm: Firm, smtp: tuple[Faulty, int]
) -> None:
    server, anna = smtp[0], firm.address("anna")
    server.rcpt[anna] = ["450 4.2.0 greylisted"] * 9
    for clock in ("13:00", "16:29", "16:30", "17:00"):
        firm.tick(f"Fri {clock}")
    assert (server.messages(anna), firm.state("anna"), firm.state("bo")) == ([], "not_asked", "no_answer")
    digest = opened(server.messages(firm.address("jens"))[0]).text
    assert "Not asked: Anna" in digest
    assert "1 person was asked" in digest


def test_a_server_that_takes_nothing_is_left_in_peace(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server = smtp[0]
    for who in ("anna", "bo"):
        server.data[firm.address(who)] = ["452 4.3.1 out of storage"]
    turn = firm.tick("Fri 13:00", check=False)
    assert turn["exit"] == 3
    assert "452" in turn["problems"][0]
    assert {kind for kind, _ in kinds_of([firm.tick("Fri 13:01")])} == {"ask"}
    assert len(server.messages(firm.address("anna"))) == 1


def many(firm: Firm, count: int) -> list[str]:
    """So many reps in place of the two; their addresses in the order in which they are asked."""
    firm.people = [*firm.people[:2], *({"who": f"rep{number:02}", "reports_to": "mette"} for number in range(count))]
    firm.write()
    return [firm.address(f"rep{number:02}") for number in range(count)]


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_recipients_that_are_greylisted_keep_nobody_else_waiting(
    firm: Firm, smtp: tuple[Faulty, int], command: str
) -> None:
    server, reps = smtp[0], many(firm, 9)
    for address in reps[:6]:
        answers = server.rcpt if command == "RCPT" else server.data
        answers[address] = ["451 4.7.1 Greylisting in action, try again later"]
    turn = firm.tick("Fri 13:00")
    assert turn["problems"] == []
    assert {to for to, _ in server.taken} == set(reps[6:])
    firm.tick("Fri 13:01")
    assert sorted(to for to, _ in server.taken) == sorted(reps)


def test_a_server_that_refuses_every_recipient_is_left_in_peace_and_all_get_their_turn(
    firm: Firm, smtp: tuple[Faulty, int]
) -> None:
    server, reps = smtp[0], many(firm, 25)
    for address in reps:
        server.rcpt[address] = ["451 4.7.1 you are sending too fast"]
    turn = firm.tick("Fri 13:00", check=False)
    assert turn["exit"] == 3
    assert "too fast" in turn["problems"][0]
    assert len(turn["failed"]) == 10
    tried = {mail["person"] for mail in turn["failed"]}
    for clock in ("Fri 13:01", "Fri 13:02"):
        tried |= {mail["person"] for mail in firm.tick(clock, check=False)["failed"]}
    assert len(tried) == 25
    firm.tick("Fri 13:10")
    assert sorted(to for to, _ in server.taken) == sorted(reps)


def test_a_server_that_closes_at_a_recipient_takes_no_mail_now(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server, reps = smtp[0], many(firm, 5)
    for address in reps:
        server.rcpt[address] = ["421 4.7.0 try again later"]
    assert len(firm.tick("Fri 13:00", check=False)["failed"]) == 2


def test_a_mail_that_cuts_every_line_does_not_keep_the_others(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server, anna = smtp[0], firm.address("anna")
    server.data[anna] = ["lost"] * 20
    firm.tick("Fri 13:00", check=False)
    assert len(server.messages(firm.address("bo"))) == 1
    for minute in range(1, 20):
        firm.tick(f"Fri 13:{minute:02}", check=False)
    assert len(server.messages(anna)) <= 5


def test_who_answers_while_others_are_nudged_is_not_nudged(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    server, reps = smtp[0], many(firm, 25)
    firm.tick("Fri 13:00")
    firm.now = firm.instant("Fri 15:00")
    ask = server.ids(reps[24])[0]
    server.meanwhile[reps[3]] = lambda: firm.writes("rep12", "this week", "7")
    server.meanwhile[reps[14]] = lambda: firm.writes("rep24", "Re: this week", "3 or 4, not sure", In_Reply_To=ask)
    turn = firm.tick("Fri 15:00")
    assert {one["person"]: one["outcome"] for one in turn["received"]} == {
        firm.id("rep12"): "answer",
        firm.id("rep24"): "unclear",
    }
    nudged = [person for kind, person in kinds_of([turn]) if kind == "nudge"]
    assert sorted(nudged) == sorted(firm.id(f"rep{number:02}") for number in range(25) if number not in {12, 24})
    assert kinds_of([turn])[20] == ("unclear", firm.id("rep24"))


def test_what_a_turn_plans_is_planned_once_however_many_nudges_leave(
    firm: Firm, smtp: tuple[Faulty, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    many(firm, 25)
    turns, _ = turns_of(firm)
    turns.tick(firm.instant("Fri 13:00"))
    planned: list[int] = []

    def counted(*facts: Any) -> plan.Plan:
        planned.append(1)
        return due(*facts)

    due = plan.due
    monkeypatch.setattr(plan, "due", counted)
    sent = turns.tick(firm.instant("Fri 15:00")).dispatched.sent
    live = turns.season.live(firm.instant("Fri 15:00"))
    turns.close()
    assert len(sent) == 25
    assert len(planned) == len(live)


Keep = Callable[[Sequence[Event]], tuple[Event, ...]]


class FullDisk:
    """A ledger whose disk is full when it is told so, or cannot be read."""

    def __init__(self, ledger: Ledger) -> None:
        self.refuses: str | None = None
        self.is_readable = True
        self._since = ledger.since
        ledger.since = self._read
        ledger.append, ledger.claim = self._judged(ledger.append), self._judged(ledger.claim)

    def _read(self, round_: str | None, place: Place | None) -> News:
        if not self.is_readable:
            raise LedgerReadError("it cannot be read")
        return self._since(round_, place)

    def _judged(self, keep: Keep) -> Keep:
        def judged(happened: Sequence[Event]) -> tuple[Event, ...]:
            if self.refuses is not None and any(self.refuses in event.key for event in happened):
                raise LedgerWriteError("the disk is full")
            return keep(happened)

        return judged


def turns_of(firm: Firm) -> tuple[Turns, FullDisk]:
    settings = load(firm.file)
    ledger = open_ledger(settings.store)
    return Turns(settings, ledger), FullDisk(ledger)


def test_what_cannot_be_claimed_durably_does_not_leave(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    turns, disk = turns_of(firm)
    disk.refuses = "/claim/"
    with pytest.raises(LedgerWriteError):
        turns.tick(firm.instant("Fri 13:00"))
    assert smtp[0].taken == []
    disk.refuses = None
    turns.tick(firm.instant("Fri 13:01"))
    turns.close()
    assert len(smtp[0].taken) == 2


def test_what_was_sent_while_the_disk_was_full_is_not_sent_again(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    turns, disk = turns_of(firm)
    disk.refuses = "/sent"
    with pytest.raises(LedgerWriteError):
        turns.tick(firm.instant("Fri 13:00"))
    assert len(smtp[0].taken) == 1
    disk.refuses = None
    turns.tick(firm.instant("Fri 13:01"))
    turns.close()
    assert len(smtp[0].taken) == 2
    assert len({to for to, _ in smtp[0].taken}) == 2


def test_what_left_is_known_although_the_ledger_was_away_when_another_mail_was_refused(
    firm: Firm, smtp: tuple[Faulty, int]
) -> None:
    server, anna, bo = smtp[0], firm.address("anna"), firm.address("bo")
    firm.write(smtp={**firm.settings["smtp"], "connections": 2})
    turns, disk = turns_of(firm)
    server.rcpt[anna] = ["451 4.2.0 greylisted"]
    server.meanwhile[bo] = lambda: setattr(disk, "is_readable", False)
    with suppress(LedgerReadError):
        turns.tick(firm.instant("Fri 13:00"))
    assert (server.messages(anna), len(server.messages(bo))) == ([], 1)
    disk.is_readable = True
    server.meanwhile.clear()
    for clock in ("Fri 13:01", "Fri 13:02"):
        turns.tick(firm.instant(clock))
    turns.close()
    assert (len(server.messages(anna)), len(server.messages(bo))) == (1, 1)


def test_a_mail_that_cannot_be_composed_stops_no_other(
    firm: Firm, smtp: tuple[Faulty, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = Composer.compose

    def breaks(self: Composer, key: MailKey, scene: Scene) -> Composed:
        if key.person == firm.id("anna"):
            raise CompositionError("it has a fault")
        return compose(self, key, scene)

    monkeypatch.setattr(Composer, "compose", breaks)
    turns, _ = turns_of(firm)
    turns.tick(firm.instant("Fri 13:00"))
    turns.close()
    assert [to for to, _ in smtp[0].taken] == [firm.address("bo")]


def test_the_pace_keeps_to_so_many_a_minute_and_leaves_room_for_reports() -> None:
    now = [0.0]
    pace = OwnPace(10, lambda: now[0])
    assert pace.room(reserved=True) == 8
    assert pace.room(reserved=False) == 10
    assert pace.take(10, reserved=True) == 8
    assert pace.room(reserved=True) == 0
    assert pace.room(reserved=False) == 2
    assert pace.wait(reserved=True) == 60
    now[0] = 61
    assert pace.room(reserved=True) == 8


def test_a_pace_of_one_a_minute_still_sends() -> None:
    now = [0.0]
    pace = OwnPace(1, lambda: now[0])
    assert pace.room(reserved=True) == 1
    assert pace.take(1, reserved=True) == 1
    assert pace.wait(reserved=False) == 60


def test_asks_wait_for_the_next_minute_where_the_provider_allows_few(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    firm.write(smtp={**firm.settings["smtp"], "max_per_minute": 1})
    turns, _ = turns_of(firm)
    ticked = turns.tick(firm.instant("Fri 13:00"))
    turns.close()
    assert len(smtp[0].taken) == 1
    assert ticked.dispatched.pause is not None
    assert 50 < ticked.dispatched.pause <= 60
    assert ticked.problems == ()


def test_a_server_that_takes_one_connection_is_asked_for_more_once_a_turn(
    firm: Firm, smtp: tuple[Faulty, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or each mail would wait for a line that is refused, and the server would see an attack."""
    reps, connect, refused = many(firm, 6), Submission.open, list[Submission]()
    firm.write(smtp={**firm.settings["smtp"], "connections": 3})
    first: list[Submission] = []

    def connected(submission: Submission) -> None:
        if not first:
            first.append(submission)
        if submission is not first[0]:
            refused.append(submission)
            raise TransportError("421 4.7.0 too many connections")
        connect(submission)

    monkeypatch.setattr(Submission, "open", connected)
    turns, _ = turns_of(firm)
    turns.tick(firm.instant("Fri 13:00"))
    assert (sorted(to for to, _ in smtp[0].taken), len(refused)) == (reps, 2)
    first.clear()
    turns.tick(firm.instant("Fri 15:00"))
    turns.close()
    assert (len(smtp[0].taken), len(refused)) == (12, 4)


def test_several_connections_send_each_mail_once(firm: Firm, smtp: tuple[Faulty, int]) -> None:
    firm.people += [{"who": f"rep{number}", "reports_to": "mette"} for number in range(9)]
    firm.write(smtp={**firm.settings["smtp"], "connections": 3})
    firm.tick("Fri 13:00")
    recipients = [to for to, _ in smtp[0].taken]
    assert len(recipients) == len(set(recipients)) == 11
