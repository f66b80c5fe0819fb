"""What came of a Friday: every mailbox against the whole ledger, and both against what the reps typed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline import events
from pipeline.demo.opened import Opened
from tests.friday.firm import Firm


@dataclass
class Counts:
    """What the mailboxes and the ledger say when the round is over. The lists are what must not be, by name."""

    asked: int = 0
    skipped_asks: int = 0
    nudged: int = 0
    summaries: int = 0
    digests: int = 0
    alarms: int = 0
    answered: int = 0
    recorded: int = 0
    killed: int = 0
    taken_over: int = 0
    database_killed: int = 0
    database_restarted: int = 0
    repeated: int = 0
    copies: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)
    nudged_after_their_answer: list[str] = field(default_factory=list)
    lost_answers: list[str] = field(default_factory=list)
    wrong_numbers: list[str] = field(default_factory=list)
    in_one_place_only: list[str] = field(default_factory=list)

    def broken(self) -> list[str]:
        """What speaks against the promises."""
        found = [*self.copies, *self.unasked, *self.nudged_after_their_answer, *self.lost_answers]
        found += [*self.wrong_numbers, *self.in_one_place_only]
        found += [] if self.digests == 1 else [f"{self.digests} digests"]
        found += [] if self.recorded == self.answered else [f"{self.recorded} of {self.answered} answers recorded"]
        # Promise 1: what was under way when a worker, or the database, died may be repeated, and nothing else.
        within = self.repeated <= self.taken_over
        return found + ([] if within else [f"{self.repeated} repeated, {self.taken_over} taken over"])


@dataclass
class Kept:
    """What the ledger holds of the round, by people's short names."""

    answers: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Place in the ledger and number, of each rep."""
    begun: dict[tuple[str, str], int] = field(default_factory=dict)
    """The place of a mail's first claim, by person and kind."""
    sent: set[tuple[str, str]] = field(default_factory=set)
    nudged_after_their_answer: list[str] = field(default_factory=list)
    skipped: set[tuple[str, str]] = field(default_factory=set)
    taken_over: int = 0

    def claimed(self, place: int, mail: tuple[str, str], attempt: int) -> None:
        self.begun.setdefault(mail, place)
        self.taken_over += attempt > 1
        if mail[1] == "nudge" and mail[0] in self.answers:
            self.nudged_after_their_answer.append(mail[0])

    def as_of(self, place: int, reps: Sequence[str]) -> list[int | None]:
        """Their numbers as they stood at that place. Whose ask was never begun is not counted without an answer: a
        report tells of them apart."""
        numbers = {
            rep: next((one for at, one in reversed(self.answers.get(rep, [])) if at < place), None) for rep in reps
        }
        return [one for rep, one in numbers.items() if one is not None or self.begun.get((rep, "ask"), place) < place]


def reps_of(firm: Firm) -> list[str]:
    managers = {one.get("reports_to") for one in firm.people}
    return [str(one["who"]) for one in firm.people if one["who"] not in managers]


def kept(firm: Firm, happened: Sequence[events.Event]) -> Kept:
    who = {firm.id(name): name for name in [*(str(one["who"]) for one in firm.people), "operator"]}
    found = Kept()
    for place, event in enumerate(happened):
        match event:
            case events.Answered():
                found.answers.setdefault(who[event.person], []).append((place, int(event.number)))
            case events.Claimed():
                found.claimed(place, _mail(event.mail, who), event.attempt)
            case events.Sent():
                found.sent.add(_mail(event.mail, who))
            case events.Skipped():
                found.skipped.add(_mail(event.mail, who))
            case _:
                pass
    return found


def counted(firm: Firm, happened: Sequence[events.Event], typed: Mapping[str, Sequence[int]], counts: Counts) -> Counts:
    """`typed` is what each rep has answered, in order. Adds to what was counted of the workers."""
    found, reps = kept(firm, happened), reps_of(firm)
    counts.answered, counts.recorded, counts.taken_over = len(typed), len(found.answers), found.taken_over
    counts.nudged_after_their_answer = found.nudged_after_their_answer
    counts.lost_answers = sorted(set(typed) - set(found.answers))
    for name, answers in found.answers.items():
        if [number for _, number in answers] != typed.get(name):
            counts.wrong_numbers.append(f"{name}: {typed.get(name)} became {answers}")
    teams = {str(one["who"]): str(one.get("reports_to")) for one in firm.people}
    arrived = set[tuple[str, str]]()
    for reader in [*teams, "operator"]:
        for one in _received(firm, reader, counts):
            arrived.add((reader, one.kind))
            if one.kind in {"summary", "digest"}:
                below = [rep for rep in reps if one.kind == "digest" or teams[rep] == reader]
                numbers = found.as_of(found.begun[reader, one.kind], below)
                if not _says(one, numbers):
                    counts.wrong_numbers.append(f"{reader}: {one.opening!r}, and not {numbers}")
    # An ask that lost its sense while nobody was there to send it is recorded as skipped (promise 6).
    counts.skipped_asks = sum((rep, "ask") in found.skipped for rep in reps)
    counts.unasked = [rep for rep in reps if (rep, "ask") not in arrived | found.skipped]
    counts.in_one_place_only = sorted(f"{name}: {kind}" for name, kind in found.sent ^ arrived)
    return counts


def _received(firm: Firm, reader: str, counts: Counts) -> list[Opened]:
    """Somebody's mails, each counted, and each repeated one given once."""
    mails = firm.mails(reader)
    once = list({one.message_id: one for one in mails}.values())
    kinds = Counter(one.kind for one in once)
    if reader != "operator":
        counts.copies += [f"{reader}: {number} x {kind}" for kind, number in kinds.items() if number > 1]
    counts.repeated += len(mails) - len(once)
    counts.asked += kinds["ask"]
    counts.nudged += kinds["nudge"]
    counts.summaries += kinds["summary"]
    counts.digests += kinds["digest"]
    counts.alarms += kinds["alarm"] + kinds["alarm_over"]
    return once


def _says(report: Opened, numbers: Sequence[int | None]) -> bool:
    """Do the first lines of a report say this sum, and how many answered?"""
    given = [number for number in numbers if number is not None]
    said = " ".join(report.text.split())[:200].replace(",", "")
    total = re.search(r"(\d+) new opportunit", said)
    share = re.search(r"(\d+) of (\d+) answered", said)
    right = share is not None and (int(share[1]), int(share[2])) == (len(given), len(numbers))
    return right and (int(total[1]) if total else None) == (sum(given) if given else None)


def _mail(key: str, who: Mapping[str, str]) -> tuple[str, str]:
    """Whose mail, and of which kind: 2026-W11/nudge-1/k3v7q2ma."""
    _, kind, person = key.split("/")[:3]
    return who[person], kind.split("-")[0]
