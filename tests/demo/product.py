"""A stand-in for the product, small enough to read: the true plan, reader and transport, its state in a list.

It lets the play be tested by itself; the true tick is tested where it lives.
"""

from datetime import datetime

from pipeline import events, plan, rounds
from pipeline.demo.play import Standing, standing
from pipeline.mail import MailKey
from pipeline.reading import read
from pipeline.reading.body import parsed, visible
from pipeline.rounds import Round
from pipeline.sender import Letters, Trust, identify
from pipeline.settings import Settings
from pipeline.timetable import timetable
from pipeline.transport.imap import Mailbox
from pipeline.transport.smtp import Submission
from pipeline.weeks import Week
from tests.demo import mails


class Product:
    def __init__(self, settings: Settings, week: Week) -> None:
        self.settings = settings
        self.times = timetable(week, settings.roster, settings.schedule)
        self.mailbox = Mailbox(settings.imap)
        self.submission = Submission(settings.smtp)
        opened = events.Opened(key="o", round=str(week), at=self.times.first_ask, people=settings.roster.people)  # type: ignore[arg-type]
        self.round = rounds.fold([opened], Round(str(week)))
        self.number = 0

    def tick(self, now: datetime) -> list[events.Received]:
        self.mailbox.open()
        self.submission.open()
        received = self.collect(now)
        for due in plan.due(self.round, self.times, now).mails:
            person = self.round.people[due.key.person]
            raw = mails.mail(due.key.kind, person.email.partition("@")[0], now, due.key.number)
            self.submission.send(self.settings.sender.address, person.email, raw)
            self.record(events.Sent(key=self.name(), round=self.round.week, at=now, mail=str(due.key)))
        return received

    def collect(self, now: datetime) -> list[events.Received]:
        self.mailbox.select("INBOX")
        uids = self.mailbox.uids()
        received = [
            self.read(one.raw, one.arrived, one.uid, now) for batch in self.mailbox.fetch(uids) for one in batch
        ]
        self.mailbox.move(uids, "One Number/Processed")
        return received

    def read(self, raw: bytes, arrived: datetime, uid: int, now: datetime) -> events.Received:
        message = parsed(raw)
        sender = identify(
            message,
            visible(message).plain,
            self.settings.roster,
            Trust((mails.SECRET,)),
            Letters(weeks=[self.times.week]),
        )
        assert sender.writer is not None
        found = read(raw, languages=(sender.writer.language, "en"))
        facts = {
            "key": self.name(),
            "round": self.round.week,
            "at": now,
            "person": sender.writer.id,
            "received": arrived,
        }
        if found.outcome == "answer" and found.number is not None:
            self.record(events.Answered(**facts, number=found.number, entered_by="x", comment=found.comment))  # type: ignore[arg-type]
        elif found.outcome == "away":
            self.record(events.Away(**facts, entered_by="x"))  # type: ignore[arg-type]
        elif sender.mail is not None and sender.mail.kind == "ask":
            key = MailKey(self.times.week, "unclear", sender.writer.id, 1)
            self.record(events.Questioned(**facts, mail=str(key), address="x", message="x"))  # type: ignore[arg-type]
        return events.Received(
            key=self.name(), round=self.round.week, at=now, message=str(uid), outcome=found.outcome, rule="a rule",
            folder="INBOX", uidvalidity=1, uid=uid, person=sender.writer.id, evidence=found.evidence,
        )  # fmt: skip

    def record(self, event: events.Event) -> None:
        self.round = rounds.fold([event], self.round)

    def name(self) -> str:
        self.number += 1
        return str(self.number)

    def next_instant(self, now: datetime) -> datetime | None:
        return plan.next_instant(self.round, self.times, now)

    def standing(self, _now: datetime) -> Standing:
        return standing(self.round)

    def close(self) -> None:
        self.mailbox.close()
        self.submission.close()
