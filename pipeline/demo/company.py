"""The company of the demo: who works there, where, and what each of them does with our mails.

People are data: a row says who they are, and their habits what they write to which kind of mail, and when. What a
person does is a pure function of the mail and the time; mailboxes are `mailworld`'s, the clock is `play`'s.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from babel.dates import format_date

from pipeline.demo import LOOPBACK, NAME, clients
from pipeline.demo.clients import Writer
from pipeline.demo.opened import Opened, opened
from pipeline.roster import address
from pipeline.timetable import Moment

DOMAIN = "nordvik.example"
ORGANISATION = f"number@{DOMAIN}"
PASSWORD = "only-for-the-demo"  # noqa: S105  of a server that ends with the play, on this machine
TIMEZONE = "Europe/Copenhagen"

START = datetime(2026, 11, 19, 19, 30, tzinfo=UTC)
"""Thursday evening in Copenhagen, half an hour before New York is asked: a week without a holiday for anybody."""

END = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
"""Saturday noon in Copenhagen."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person sends, how long after the mail came, and what that is in a few words."""

    delay: timedelta
    raw: bytes
    told: str


Write = Callable[[Writer, Opened, datetime], bytes]


@dataclass(frozen=True, slots=True)
class Habit:
    """What somebody does with one kind of mail: `number` is the nudge it takes, 0 any; `after` how long it takes, or
    `at` the next such moment on their own clock."""

    kind: str
    told: str
    write: Write
    after: timedelta = timedelta()
    at: Moment | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Someone:
    """One person of the company. `row` is how the settings know them, beside name, address, language and zone."""

    writer: Writer
    manager: str | None
    habits: tuple[Habit, ...] = ()
    row: tuple[tuple[str, object], ...] = ()

    def reacts(self, raw: bytes, now: datetime) -> list[Reply]:
        """What this person sends because of a mail that came now. Pure."""
        mail = opened(raw)
        return list(self._replies(mail, now))

    def _replies(self, mail: Opened, now: datetime) -> Iterator[Reply]:
        for habit in self.habits:
            if habit.kind == mail.kind and habit.number in {0, mail.number}:
                delay = habit.after if habit.at is None else _next(self.writer.local(now), habit.at)
                yield Reply(delay, habit.write(self.writer, mail, now + delay), habit.told)


@dataclass(frozen=True)
class Company:
    """Everybody, in the order of the roster."""

    people: tuple[Someone, ...]

    def at(self, written: str) -> Someone | None:
        return next((one for one in self.people if one.writer.address == address(written)), None)

    def reacts(self, recipient: str, raw: bytes, now: datetime) -> list[Reply]:
        """What whoever received a mail sends because of it."""
        someone = self.at(recipient)
        return someone.reacts(raw, now) if someone is not None else []


def settings_text(smtp_port: int, imap_port: int, folder: Path) -> str:
    """A settings.yaml for this company, its servers on these ports of this machine, its ledger below `folder`."""
    server = f"host: {LOOPBACK}\n  security: none\n  username: {ORGANISATION}\n  password: {PASSWORD}"
    return f"""# The settings of the demo: written by it, and good for as long as its servers run.
organisation:
  name: Nordvik
  language: en
  timezone: {TIMEZONE}
  secret: this-company-exists-in-the-demo-alone
  operator: it@{DOMAIN}
  internal_domains: [{DOMAIN}]
sender:
  name: One Number
  address: {ORGANISATION}
smtp:
  {server}
  port: {smtp_port}
  max_per_minute: 100000
imap:
  {server}
  port: {imap_port}
  authserv_id: {NAME}
schedule:
  ask: "Fri 13:00"
  nudges: ["Fri 15:00", "Fri 16:00"]
  summary: "Fri 16:30"
  digest: "Fri 17:00"
  holidays: DK
store: {json.dumps(f"tinydb:{(folder / 'data').absolute()}", ensure_ascii=False)}
people:
{"".join(map(_row, COMPANY.people))}"""


def _row(someone: Someone) -> str:
    writer = someone.writer
    facts: dict[str, object] = {"email": writer.address, "name": writer.name}
    if someone.manager is not None:
        facts["reports_to"] = someone.manager
    facts |= {"language": writer.language, "timezone": writer.timezone, **dict(someone.row)}
    # A line of JSON is a line of YAML (YAML 1.2, section 1.3).
    return f"  - {json.dumps(facts, ensure_ascii=False)}\n"


def _next(local: datetime, moment: Moment) -> timedelta:
    """How long from here to the next such moment on this clock."""
    day = local.date() + timedelta(days=(moment.weekday - local.weekday()) % 7)
    then = datetime.combine(day, moment.time, local.tzinfo)
    if then <= local:
        then = datetime.combine(day + timedelta(days=7), moment.time, local.tzinfo)
    return then.astimezone(UTC) - local.astimezone(UTC)


def _tap(number: int) -> Write:
    return lambda writer, mail, at: clients.button(writer, mail, str(number), at)


def _by(client: Callable[[Writer, Opened, str, datetime], bytes], typed: str) -> Write:
    return lambda writer, mail, at: client(writer, mail, typed, at)


def _off(writer: Writer, mail: Opened, at: datetime) -> bytes:
    return clients.apple(writer, mail, f"Off until {_day(writer, at)}", at)


def _out_of_office(writer: Writer, mail: Opened, at: datetime) -> bytes:
    words = (
        f"Thank you for your message. I am out of the office until {_day(writer, at)} "
        f"and read no mail in that time.\n\nIn urgent cases please call Oliver Hart.\n\n{writer.signature}"
    )
    return clients.away_notice(writer, mail, "Automatic reply", words, at)


def _day(writer: Writer, at: datetime) -> str:
    """The second Monday from here, in words."""
    here: date = writer.local(at).date()
    return format_date(here + timedelta(days=14 - here.weekday()), "d MMMM", locale=writer.locale)


def _minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def _person(
    name: str,
    local: str,
    place: tuple[str, str, str],
    manager: str | None,
    *habits: Habit,
    signature: str = "",
    **row: object,
) -> Someone:
    """`place` is language, locale and zone."""
    language, locale, timezone = place
    writer = Writer(name, f"{local}@{DOMAIN}", language, locale, timezone, signature)
    above = None if manager is None else f"{manager}@{DOMAIN}"
    return Someone(writer, above, habits, tuple(row.items()))


_COPENHAGEN = ("da", "da_DK", TIMEZONE)
_LONDON = ("en", "en_GB", "Europe/London")
_BERLIN = ("de", "de_DE", "Europe/Berlin")
_PARIS = ("fr", "fr_FR", "Europe/Paris")
_MADRID = ("es", "es_ES", "Europe/Madrid")
_NEW_YORK = ("en", "en_US", "America/New_York")
_SYDNEY = ("en", "en_AU", "Australia/Sydney")

COMPANY = Company(
    (
        _person("Dorte Holm", "dorte", ("en", "en_DK", TIMEZONE), None),
        # The team in Copenhagen.
        _person("Mads Friis", "mads", _COPENHAGEN, "dorte"),
        _person("Anna Bøgh", "anna", _COPENHAGEN, "mads", Habit("ask", "taps the 4", _tap(4), _minutes(2))),
        _person(
            "Freja Dahl",
            "freja",
            _COPENHAGEN,
            "mads",
            Habit("nudge", "writes “Syv”, after a nudge", _by(clients.gmail, "Syv"), _minutes(6), number=1),
        ),
        _person(
            "Emil Krogh",
            "emil",
            _COPENHAGEN,
            "mads",
            Habit(
                "ask",
                "answers at last, on Saturday again",
                _by(clients.apple, "5. Undskyld, jeg kørte hele fredagen."),
                at=Moment.parse("Sat 10:12"),
            ),
        ),
        # The team in Europe; its manager has a number of his own.
        _person(
            "Oliver Hart",
            "oliver",
            _LONDON,
            "dorte",
            Habit("ask", "answers 3 from Outlook, signed", _by(clients.outlook, "3"), _minutes(41)),
            Habit(
                "summary",
                "adds a sentence for the director",
                _by(clients.outlook, "Both long trials start on Monday; December looks strong."),
                _minutes(11),
            ),
            signature="Best regards\nOliver Hart\nSales Manager Europe\nNordvik Ltd, London\n+44 20 7946 0123",
            holidays="GB",
            reports_number=True,
        ),
        _person(
            "Lukas Brandt",
            "lukas",
            _BERLIN,
            "oliver",
            Habit("ask", "answers 9 above a signature and a quotation", _by(clients.outlook, "9"), _minutes(18)),
            signature="-- \nLukas Brandt\nVertrieb\nNordvik GmbH, Musterstraße 14, 10115 Berlin\nTel. +49 30 23125 140",
            holidays="DE",
        ),
        _person(
            "Camille Laurent",
            "camille",
            _PARIS,
            "oliver",
            Habit("ask", "taps the 6", _tap(6), _minutes(5)),
            Habit("ask", "corrects it: 8", _by(clients.outlook, "8, merci au salon de Lyon"), _minutes(97)),
            holidays="FR",
        ),
        _person(
            "Liz Carter",
            "liz",
            _LONDON,
            "oliver",
            Habit("ask", "is away: Exchange answers for her", _out_of_office, timedelta(seconds=20)),
            signature="Liz Carter\nNordvik Ltd",
            holidays="GB",
        ),
        _person("Sofía Marín", "sofia", _MADRID, "oliver", holidays="ES"),
        # The team overseas.
        _person("Grace Miller", "grace", _NEW_YORK, "dorte", holidays="US"),
        _person(
            "Ben Walker",
            "ben",
            _NEW_YORK,
            "grace",
            Habit("ask", "writes “A few”", _by(clients.gmail, "A few"), _minutes(37)),
            Habit(
                "unclear",
                "says it in figures: 11",
                _by(clients.gmail, "11, most of them from the Boston fair"),
                _minutes(9),
            ),
            holidays="US",
        ),
        _person(
            "Chloe Nguyen",
            "chloe",
            _SYDNEY,
            "grace",
            Habit("ask", "is off, and says until when", _off, _minutes(12)),
            holidays="AU",
        ),
    )
)
