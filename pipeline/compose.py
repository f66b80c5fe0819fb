"""A mail's key becomes a message: facts from the round, words in the reader's language, headers by kind.

The same key and the same state make the same bytes, so that a mail that is repeated is the same mail. What a round adds
up to is `figures`' business, how a language speaks `words`', how a mail looks that of `templates/`, and whether it is
due nobody's here.

Laws:
1. A rep's mail shows nobody else's number; a manager's shows those below and no others.
2. Asks and nudges carry nothing that keeps away notices and bounces from coming back; all else says that a machine
   wrote it (RFC 3834 section 5), so that no loop can start.
3. Every mail carries its token in Message-ID, Reply-To and text, each enough alone.
"""

from __future__ import annotations

import logging
import re
import textwrap
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from email.headerregistry import Address
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from traceback import extract_tb
from typing import Any
from urllib.parse import quote

import css_inline
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment

from pipeline import charts, figures, mail, message
from pipeline.book import Alarm
from pipeline.events import Questioned
from pipeline.figures import Change, Correction, Finding, Note, PersonLine, TeamLine, Totals, WeekPoint
from pipeline.mail import MailKey
from pipeline.message import Header
from pipeline.roster import Person, new_id
from pipeline.rounds import Round
from pipeline.settings import Settings
from pipeline.timetable import Timetable, local
from pipeline.weeks import Week
from pipeline.words import Dictionary, Words

log = logging.getLogger("onenumber")

WIDTH = 72
_LONGEST_COMMENT = 240
_LONGEST_WORD = 10
_MOST_NUMBERS = 6  # of a reply that are named back
_MOST_NAMES = 60
_MOST_NOTES = 12
_MOST_CORRECTIONS = 12
_ASKING = frozenset({"ask", "nudge", "rehearsal"})
_ANSWERS = frozenset({"unclear", "which_week", "confirm", "whose", "receipt"})
_FOLDERS = {"alarm_over": "alarm", "rehearsal": "ask"} | dict.fromkeys(
    ("unclear", "which_week", "confirm", "whose", "warning", "receipt"), "question"
)
TEMPLATES = next(
    path
    for path in (Path(__file__).with_name("templates"), Path(__file__).parent.parent / "templates")
    if path.is_dir()
)
"""Inside the package where it was installed from a wheel, beside it in the repository."""


class CompositionError(Exception):
    """A mail cannot be composed; the message says which, for whom, and why."""


@dataclass(frozen=True)
class Scene:
    """What a mail is composed from: the state as of its claim, at `at` (UTC). `before` are the earlier rounds that
    were opened, newest first; `late` marks a summary or digest after its time, `unread_since` a mailbox that could
    not be read since then."""

    round: Round
    times: Timetable
    before: tuple[Round, ...]
    at: datetime
    late: bool = False
    unread_since: datetime | None = None


@dataclass(frozen=True)
class Composed:
    """A mail ready for DATA: to whom, under which Message-ID, and its bytes with CRLF."""

    recipient: str
    message_id: str
    message: bytes


class Composer:
    """Composes all mails of one organisation. `failed` says of each kind of mail whose own templates could not be used
    where the fault is and what it is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._words = Dictionary(TEMPLATES)
        self._secret = settings.organisation.secret.reveal().encode()
        self._domain = settings.sender.address.rpartition("@")[2]
        self._shipped = _environment(Environment, FileSystemLoader(TEMPLATES))
        folder = settings.templates_dir
        self._own = _as_of_now(folder) if folder else None
        self.failed: dict[str, str] = {}
        self._environments: dict[tuple[int, str], Environment] = {}
        self._inliner = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False, minify_css=True)

    def message_id(self, key: MailKey, this: Round | None = None) -> str:
        """The one under which it was claimed in its round, for it keeps that through a change of the secret."""
        claimed = this.mail(key).message_id if this is not None else ""
        return claimed or mail.message_id(key, self._secret, self._domain)

    def recipient(self, key: MailKey, this: Round) -> str:
        """The address a mail goes to. Raises CompositionError where there is none any more."""
        question = this.questions.get(str(key))
        person = this.people.get(key.person)
        if question is not None:
            return question.address
        if person is None:
            raise CompositionError(f"{key} is for somebody who is not in round {this.week}.")
        if not key.copy:
            return person.email
        for deputy in person.copies_to:
            if new_id(deputy) == key.copy:
                return deputy
        raise CompositionError(f"{key} is a copy for somebody who gets {person.name}'s mails no more.")

    def compose(self, key: MailKey, scene: Scene) -> Composed:
        """The mail of this key. Raises CompositionError."""
        recipient = self.recipient(key, scene.round)
        person = scene.round.people.get(key.person)
        if person is None:
            raise CompositionError(f"{key} is for somebody who is not in round {scene.round.week}.")
        try:
            return self._composed(key, scene, person, recipient)
        except (TemplateError, ValueError, ArithmeticError, LookupError, TypeError) as error:
            raise CompositionError(f"{key} for {recipient}: {_why(error)}") from error

    def alarm(self, key: MailKey, alarm: Alarm, names: Sequence[str], at: datetime) -> Composed:
        """What the operator is told: that something is wrong, or that it is over; composed as of `at` (UTC). `names`
        are those of the people whom it is about. Raises CompositionError."""
        organisation = self._settings.organisation
        words = self._words[organisation.language]
        raised = alarm.raised
        facts = {
            "what": raised.name.partition("/")[0],
            "over": key.kind == "alarm_over",
            "week": Week.parse(raised.week).number if raised.week else 0,
            "server": raised.server,
            "date": words.date(local(raised.until, organisation.timezone).date()) if raised.until else "",
            "time": words.clock(raised.at, organisation.timezone),
            "names": names,
            "reason": _short(raised.reason, _LONGEST_COMMENT * 2),
        }
        try:
            return self._to_operator(key, facts | self._for_all(key, words), words, at)
        except (TemplateError, ValueError, ArithmeticError, LookupError, TypeError) as error:
            raise CompositionError(f"{key} for the operator: {_why(error)}") from error

    def _to_operator(self, key: MailKey, facts: dict[str, Any], words: Words, at: datetime) -> Composed:
        sender, organisation = self._settings.sender, self._settings.organisation
        subject, text, html = self._rendered(key.kind, facts, words)
        name = self.message_id(key)
        headers: list[Header] = [
            ("From", _address(sender.name, sender.address)),
            ("To", _address("", organisation.operator)),
            ("Subject", subject),
            ("Date", format_datetime(local(at, organisation.timezone).replace(microsecond=0))),
            ("Message-ID", name),
        ]
        if key.kind == "alarm_over":
            headers.append(("In-Reply-To", self.message_id(MailKey(key.round, "alarm", key.person, key.number))))
        headers += [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")]
        headers.append(("Content-Language", words.language))
        return Composed(organisation.operator, name, message.written(headers, text, html, _boundary(name)))

    def _for_all(self, key: MailKey, words: Words) -> dict[str, Any]:
        """What the templates of every mail are given."""
        return {
            "words": words,
            "organisation": self._settings.organisation.name,
            "sender": self._settings.sender.name,
            "token": mail.seal(key, self._secret),
            "kind": key.kind,
        }

    def _composed(self, key: MailKey, scene: Scene, person: Person, recipient: str) -> Composed:
        words = self._words[person.language]
        facts = _Facts(self._settings, words, key, scene, person, self._link_for(key)).of_kind()
        facts |= self._for_all(key, words)
        subject, text, html = self._rendered(key.kind, facts, words)
        name = self.message_id(key, scene.round)
        headers = [*self._headers(key, scene, person, recipient, subject), ("Content-Language", words.language)]
        return Composed(recipient, name, message.written(headers, text, html, _boundary(name)))

    def _rendered(self, kind: str, facts: dict[str, Any], words: Words) -> tuple[str, str, str]:
        """Subject, text and HTML; by the operator's templates where there are any and they work."""
        if self._own is not None:
            try:
                return self._with(self._own, kind, facts, words)
            except Exception as error:  # whatever their template does, the mail leaves
                self.failed[kind] = self._fault(error)
                log.error("the own template failed, ours is used kind=%s reason=%r", kind, _why(error))
        return self._with(self._shipped, kind, facts, words)

    def _fault(self, error: Exception) -> str:
        """Where in the operator's templates it happened, and what."""
        if isinstance(error, TemplateSyntaxError):
            return f"{error.filename}, line {error.lineno}: {error.message}"
        own = str(self._settings.templates_dir)
        places = [
            f"{frame.f_code.co_filename}, line {line}: "
            for frame, line in traceback.walk_tb(error.__traceback__)
            if frame.f_code.co_filename.startswith(own)
        ]
        return f"{places[-1] if places else ''}{error or type(error).__name__}"

    def _with(self, environment: Environment, kind: str, facts: dict[str, Any], words: Words) -> tuple[str, str, str]:
        folder = _FOLDERS.get(kind, kind)
        speaking = self._speaking(environment, words)
        subject = " ".join(speaking.get_template(f"{folder}/subject.txt").render(facts).split())
        text = _tidy(speaking.get_template(f"{folder}/body.txt").render(facts | {"subject": subject}))
        html = speaking.get_template(f"{folder}/body.html").render(facts | {"subject": subject})
        return subject, text, self._inliner.inline(html)

    def _speaking(self, environment: Environment, words: Words) -> Environment:
        """The environment in one language, with its compiled templates, made once."""
        known = self._environments.get((id(environment), words.language))
        if known is None:
            # Not an overlay: those share their globals, and the language set up last would speak in every mail.
            known = _environment(type(environment), environment.loader)
            known.install_gettext_callables(  # type: ignore[attr-defined]  # of jinja2.ext.i18n
                words.translations.gettext, words.translations.ngettext, newstyle=True
            )
            self._environments[id(environment), words.language] = known
        return known

    def _link_for(self, key: MailKey) -> Callable[[str, str], str]:
        """Makes `mailto:` links of a subject and a body (RFC 6068), to the reply address with its token. The plus is
        written as %2B, for some clients make a space of it."""
        address = self._reply_to(key)
        reference = mail.short_reference(key.round, key.person, self._secret)

        @cache  # eleven buttons of a mail have one subject
        def about(subject: str) -> str:
            return f"mailto:{quote(address, safe='@')}?subject={quote(f'{subject} {reference}', safe='')}"

        return lambda subject, body: f"{about(subject)}&body={quote(body, safe='')}"

    def _reply_to(self, key: MailKey) -> str:
        sender = self._settings.sender
        return mail.reply_address(sender.address, key, self._secret) if sender.plus_addressing else sender.address

    def _headers(self, key: MailKey, scene: Scene, person: Person, to: str, subject: str) -> list[Header]:
        """The headers in order, by kind (RFC 5322; RFC 3834; [MS-OXCMAIL] for X-Auto-Response-Suppress)."""
        sender = self._settings.sender
        named = person.name if to in {person.email, *person.aliases} else ""
        headers: list[Header] = [
            ("From", _address(sender.name, sender.address)),
            ("To", _address(named, to)),
            ("Reply-To", _address(sender.name, self._reply_to(key))),
            ("Subject", subject),
            ("Date", format_datetime(local(scene.at, person.timezone).replace(microsecond=0))),
            ("Message-ID", self.message_id(key, scene.round)),
            *self._thread(key, scene),
        ]
        if key.kind in _ASKING:
            return [*headers, ("X-Auto-Response-Suppress", "DR, RN, NRN")]
        said = "auto-replied" if key.kind in _ANSWERS else "auto-generated"
        return [*headers, ("Auto-Submitted", said), ("X-Auto-Response-Suppress", "All")]

    def _thread(self, key: MailKey, scene: Scene) -> Iterator[tuple[str, str]]:
        """Every mail of one round and person stands under its ask."""
        question = scene.round.questions.get(str(key))
        ask = MailKey(key.round, "ask", key.person, copy=key.copy)
        asked = self.message_id(ask, scene.round) if str(ask) in scene.round.mails and key != ask else ""
        answered = question.answers if question is not None and key.kind in _ANSWERS else ""
        chain = [one for one in (asked, answered) if one and _is_message_id(one)]
        if chain and key.kind not in {"summary", "digest", "correction"}:
            yield "In-Reply-To", chain[-1]
            yield "References", " ".join(dict.fromkeys(chain))


def broken_templates(settings: Settings) -> Iterator[str]:
    """The operator's templates that cannot be read, each with its line and what is wrong; ours are used instead. What
    shows only when a mail is made, such as a name that there is not, is `sample.broken_mails`' to find."""
    folder = settings.templates_dir
    if folder is None:
        return
    environment = _with_own(folder)
    for path in sorted(one for one in folder.rglob("*") if one.suffix in {".html", ".txt"}):
        try:
            environment.get_template(path.relative_to(folder).as_posix())
        except TemplateSyntaxError as error:
            yield f"{error.filename}, line {error.lineno}: {error.message}"
        except (TemplateError, UnicodeError, OSError) as error:
            yield f"{path}: {error}"


def _boundary(message_id: str) -> str:
    return f"=_{sha256(message_id.encode()).hexdigest()[:28]}"


def _address(name: str, address: str) -> Address:
    """By its parts: as a whole, the standard library refuses a local part beyond ASCII (RFC 6531 allows it)."""
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)


def _why(error: BaseException) -> str:
    """What went wrong and where, for the log: a template's error in words, any other without, for those may be what
    somebody wrote."""
    if isinstance(error, TemplateError):
        return f"{type(error).__name__}: {error}"
    place = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {place.filename}:{place.lineno}"


def _is_message_id(written: str) -> bool:
    """Fit to be repeated in a header of ours: a stranger wrote it, and may have put anything there."""
    return re.fullmatch(r"<[!-;=?-~]{1,250}>", written) is not None


def _with_own(folder: Path) -> Environment:
    """The operator's templates before ours. They are sandboxed: a template may not reach beyond the mail."""
    return _environment(SandboxedEnvironment, FileSystemLoader([folder, TEMPLATES]))


def _as_of_now(folder: Path) -> Environment:
    """The same, with the operator's templates as they are now: what is changed later is for whoever asks anew."""
    kept: dict[str, tuple[str, str, Callable[[], bool]]] = {}
    for path in folder.rglob("*"):
        if path.suffix in {".html", ".txt"}:
            try:
                kept[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8"), str(path), lambda: True
            except (OSError, UnicodeError) as error:
                log.error("an own template cannot be read, ours is used file=%s reason=%r", path, str(error))
    return _environment(SandboxedEnvironment, ChoiceLoader([FunctionLoader(kept.get), FileSystemLoader(TEMPLATES)]))


def _environment(kind: type[Environment], loader: BaseLoader | None) -> Environment:
    environment = kind(
        loader=loader,
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters |= {"wrapped": _wrapped, "item": _item, "column": _column, "right": _right}
    environment.tests["unbroken"] = _is_unbroken
    return environment


def _one_line(text: str) -> str:
    """No line ends, and one space between words; those that no line may break at stay, such as stand in numbers."""
    return re.sub(r"[^\S\u00a0\u202f]+", " ", str(text)).strip()


def _wrapped(text: str, indent: str = "") -> str:
    """A paragraph at 72 columns."""
    return textwrap.fill(_one_line(text), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _item(text: str) -> str:
    """One of a list, its further lines below its first word."""
    return textwrap.fill(_one_line(text), WIDTH, initial_indent="- ", subsequent_indent="  ")


def _column(text: str, width: int) -> str:
    """A cell that begins at its left; what is too long is cut."""
    return f"{_short(str(text), width):<{width}}"


def _right(text: str, width: int) -> str:
    """A cell that ends at its right."""
    return f"{text!s:>{width}}"


def _is_unbroken(texts: Sequence[str]) -> bool:
    """Does a word stand in them that may be wider than its column? Breaking words wherever it is allowed would break
    shorter ones too, for then a column may be as narrow as a letter."""
    return any(len(word) > _LONGEST_WORD for text in texts for word in re.split(r"[\s-]+", text))


def _tidy(text: str) -> str:
    """Never more than one empty line, and none at the ends."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip("\n") + "\n"


def state(line: PersonLine, words: Words) -> str:
    """How a person stands in a round, in words; nothing for whoever answered in time."""
    if line.state == "away":
        return words.say("away until %(date)s", date=words.date(line.until)) if line.until else words.say("away")
    return {
        "answered_late": words.say("answered late"),
        "no_answer": words.say("no answer"),
        "unreadable": words.say("replied, but without one number"),
        "unconfirmed": words.say("waiting for confirmation"),
        "held": words.say("reply set aside: its sender is in doubt"),
        "not_asked": _not_asked(line.reason, words),
        "undeliverable": words.say("mail cannot be delivered"),
    }.get(line.state, "")


def _not_asked(reason: str, words: Words) -> str:
    return {
        "holiday": words.say("not asked: public holidays"),
        "not yet": words.say("not asked yet"),
    }.get(reason, words.say("not asked"))


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap: what it says, the `mailto:` behind it, and what the reply says that it opens."""

    label: str
    link: str
    reply: str


@dataclass
class _Facts:
    """What the templates of one mail are given: plain words and numbers, worked out once for text and HTML."""

    settings: Settings
    words: Words
    key: MailKey
    scene: Scene
    person: Person
    link: Callable[[str, str], str]

    def of_kind(self) -> dict[str, Any]:
        kind = self.key.kind
        if kind in _ASKING:
            return self.ask()
        if kind in _FOLDERS:
            return self.question(self.scene.round.questions[str(self.key)])
        return {"summary": self.summary, "digest": self.digest, "correction": self.correction}[kind]()

    # What several kinds share.

    @property
    def week(self) -> int:
        return self.key.round.number

    def say(self, message: str, **facts: object) -> str:
        return self.words.say(message, **facts)

    @property
    def thread_subject(self) -> str:
        return self.say("One number for week %(week)s", week=self.week)

    @property
    def has_own_words(self) -> bool:
        """Does the question ask for something else than sales opportunities? Then nothing speaks of them."""
        return bool(self.settings.question.text)

    def sum_of(self, number: Decimal) -> str:
        """`143 new opportunities`, or `143 in total` where the question is the operator's own."""
        if self.has_own_words:
            return self.say("%(number)s in total", number=self.words.number(number))
        return self.words.count("%(number)s new opportunity", "%(number)s new opportunities", number)

    def unit(self, number: Decimal) -> str:
        """What stands below the large number."""
        if self.has_own_words:
            return self.say("in total")
        return self.words.count("new opportunity", "new opportunities", number)

    def coverage(self, totals: Totals) -> str:
        number = self.words.number
        return self.say(
            "%(answered)s of %(asked)s answered", answered=number(totals.answered), asked=number(totals.asked)
        )

    def change(self, change: Change | None) -> str:
        """In words and figures; never the plain difference of two sums of different people."""
        if change is None:
            return ""
        people, amount = change.people, round(change.amount)
        if amount == 0:
            return self.words.count(
                "as many as this person usually reports", "as many as these %(number)s people usually report", people
            )
        told = self.words.number(abs(amount))
        if amount > 0:
            return self.words.count(
                "%(amount)s more than this person usually reports",
                "%(amount)s more than these %(number)s people usually report",
                people,
                amount=told,
            )
        return self.words.count(
            "%(amount)s fewer than this person usually reports",
            "%(amount)s fewer than these %(number)s people usually report",
            people,
            amount=told,
        )

    def buttons(self) -> list[Choice]:
        """0 to 9 as far as the question takes them, then one for all else."""
        question = self.settings.question
        figures_ = [number for number in range(10) if question.minimum <= number <= question.maximum]
        choices = [self.choice(self.words.number(number), str(number)) for number in figures_]
        return [*choices, self.choice(self.say("another number"), "")]

    def choice(self, label: str, reply: str) -> Choice:
        return Choice(label, self.link(self.thread_subject, reply), reply)

    def asked_question(self) -> str:
        texts, language = self.settings.question.text, self.person.language
        own = texts.get(language) or texts.get(self.settings.organisation.language) or next(iter(texts.values()), "")
        return own or self.say("How many new sales opportunities did you create yourself this week?")

    def rep_footer(self) -> list[str]:
        """Who asks and why, who sees the answer, for how long it is kept, and how to be left alone."""
        return [
            self.say(
                "%(organisation)s asks this once a week. Your answer is seen by the managers above you and kept "
                "for %(weeks)s weeks.",
                organisation=self.settings.organisation.name,
                weeks=self.words.number(self.settings.retention_weeks),
            ),
            self.say("On holiday? Reply “holiday” and you are left in peace."),
        ]

    def deadline(self) -> str:
        own = self.scene.times.people.get(self.person.id)
        if own is None:
            return ""
        today = local(self.scene.at, self.person.timezone).date()
        return self.words.clock(own.deadline, self.person.timezone, today)

    def unread(self) -> str:
        since = self.scene.unread_since
        if since is None:
            return ""
        today = local(self.scene.at, self.person.timezone).date()
        return self.say(
            "Replies could not be read since %(time)s: answers after that are not in here yet.",
            time=self.words.clock(since, self.person.timezone, today),
        )

    def late(self) -> str:
        return self.say("This mail left later than planned.") if self.scene.late else ""

    # Asks and nudges.

    def ask(self) -> dict[str, Any]:
        own = self.scene.times.people.get(self.person.id)
        is_last = own is not None and self.key.number >= len(own.nudges)
        reports_to = self.scene.round.people.get(self.person.reports_to or "")
        to_director = reports_to is not None and reports_to.reports_to is None
        leaves = (
            self.say("The digest leaves at %(time)s.") if to_director else self.say("The summary leaves at %(time)s.")
        )
        past = figures.recent(self.person.id, self.scene.before, self.key.round)
        return {
            "week": self.week,
            "question": self.asked_question(),
            "preheader": self.say("Just reply with the number."),
            "still_missing": self.say("Still missing: your number for week %(week)s.", week=self.week),
            "is_last": self.say("This is the last reminder.") if is_last and self.key.kind == "nudge" else "",
            "how": self.say("Reply with a number. A word on what is behind it is welcome, and goes to your manager."),
            "leaves": leaves % {"time": self.deadline()},
            "recent": [self._point(number) for number in past] if any(one is not None for one in past) else [],
            "spark": charts.spark(past),
            "buttons": self.buttons(),
            "footer": self.rep_footer(),
        }

    def _point(self, number: Decimal | None) -> str:
        return "–" if number is None else self.words.number(number)

    # Questions back, warnings, receipts.

    def question(self, asked: Questioned) -> dict[str, Any]:
        told = {
            "unclear": self.unclear,
            "which_week": self.which_week,
            "confirm": self.confirm,
            "whose": self.whose,
            "warning": self.warning,
            "receipt": self.receipt,
        }[self.key.kind](asked)
        facts: dict[str, Any] = {"quoted": "", "buttons": [], "choices": [], "lines": [], "title": ""} | told
        facts["replies"] = [choice.reply for choice in facts["choices"]]
        return facts | {"week": self.week, "preheader": facts["lines"][0] if facts["lines"] else facts["title"]}

    def unclear(self, asked: Questioned) -> dict[str, Any]:
        if asked.reason == "help":
            return {
                "title": self.asked_question(),
                "lines": [
                    self.say("Reply with one number; a word on what is behind it is welcome."),
                    self.say(
                        "“off until 12 January” says that you are away, “back” that you are here again, and "
                        "“last 5” corrects last week."
                    ),
                ],
                "buttons": self.buttons(),
            }
        quoted = _short(asked.words, _LONGEST_COMMENT * 2)
        why = self._why(asked)
        if asked.reason == "name":
            return {"title": self.say("Whom do you mean?"), "lines": [why], "quoted": quoted}
        return {
            "title": self.say("I could not find one number in your reply."),
            "lines": [why] if why else [],
            "quoted": quoted,
            "buttons": self.buttons(),
        }

    def _why(self, asked: Questioned) -> str:
        question, number = self.settings.question, self.words.number
        candidates = [_short(one, 40) for one in asked.candidates]
        first = candidates[0] if candidates else ""
        return {
            "several": self.say("It has more than one: %(numbers)s.", numbers=self.words.names(candidates))
            if 1 < len(candidates) <= _MOST_NUMBERS
            else self.say("It has more than one."),
            "bounds": self.say(
                "You wrote %(number)s; the question takes %(low)s to %(high)s.",
                number=first,
                low=number(question.minimum),
                high=number(question.maximum),
            )
            if first
            else self.say(
                "The question takes %(low)s to %(high)s.", low=number(question.minimum), high=number(question.maximum)
            ),
            "decimals": self.say("The question takes whole numbers only."),
            "question": self.say("It seems to be a question. Your manager can help; I can only read numbers."),
            "empty": self.say("Nothing was written above the quoted mail."),
            "name": self.say("I could not tell who %(names)s is in your team.", names=self.words.names(candidates))
            if candidates
            else self.say("I could not tell who that is in your team."),
        }.get(asked.reason, "")

    def which_week(self, asked: Questioned) -> dict[str, Any]:
        number, older = self._number(asked), Week.parse(asked.other_week).number
        return {
            "title": self.say(
                "Is %(number)s for week %(newer)s or week %(older)s?", number=number, newer=self.week, older=older
            ),
            "lines": [
                self.say(
                    "You replied to the mail of week %(older)s, and week %(newer)s is open.",
                    older=older,
                    newer=self.week,
                )
            ],
            "choices": [
                self.choice(self.say("Week %(week)s", week=self.week), f"{asked.number}"),
                self.choice(self.say("Week %(week)s", week=older), "ok"),
            ],
        }

    def confirm(self, asked: Questioned) -> dict[str, Any]:
        if asked.reason == "away" or asked.number is None:
            title = self.say("Is it you who is away?")
        else:
            title = self.say("Is %(number)s your number?", number=self._number(asked))
            if asked.other_week:
                title += f" ({self.say('Week %(week)s', week=Week.parse(asked.other_week).number)})"
        return {
            "title": title,
            "lines": [
                self.say(
                    "A message with your address came in, and nothing proves that you wrote it. It is not counted "
                    "yet. Reply “ok” to this mail and it is."
                )
            ],
            "choices": [self.choice("ok", "ok")],
        }

    def whose(self, asked: Questioned) -> dict[str, Any]:
        other = self.scene.round.people.get(asked.other_address)
        name = other.name if other is not None else self.say("somebody else")
        if asked.number is None:
            return {
                "title": self.say("You replied to a mail for %(name)s.", name=name),
                "lines": [self.say("If you meant your own number, reply with it to this mail.")],
            }
        number = self._number(asked)
        return {
            "title": self.say("Whose number is %(number)s?", number=number),
            "lines": [
                self.say("You replied to a mail for %(name)s. Nothing is counted yet.", name=name),
            ],
            "choices": [
                self.choice(self.say("My own"), f"{asked.number}"),
                self.choice(name, "ok"),
            ],
        }

    def warning(self, asked: Questioned) -> dict[str, Any]:
        word = self.say("not me")
        return {
            "title": self.say(
                "An answer (%(number)s) was recorded for you from %(address)s.",
                number=self._number(asked),
                address=asked.other_address,
            ),
            "lines": [
                self.say(
                    "Not you? Reply “%(word)s” and it is withdrawn. If it was you, there is nothing to do.", word=word
                )
            ],
            "choices": [self.choice(word, word)],
        }

    def receipt(self, asked: Questioned) -> dict[str, Any]:
        title, line = {
            "answer": (
                self.say("Noted: %(number)s.", number=self._number(asked)),
                self.say("Wrong? Reply again, the last one counts."),
            ),
            "note_now": (self.say("Your note goes into the director’s digest."), ""),
            "note_next": (self.say("The digest has left; your note goes into the next one."), ""),
            "withdrawn": (
                self.say("The answer is withdrawn."),
                self.say("If you have a number for this week, reply with it."),
            ),
            "away": (self.say("Noted: you are away."), self.say("Back again? Reply “back”, or just with a number.")),
            "back": (self.say("Noted: you are back."), ""),
        }[asked.reason]
        quoted = _short(asked.words, _LONGEST_COMMENT * 2) if asked.reason.startswith("note") else ""
        return {"title": title, "lines": [line] if line else [], "quoted": quoted}

    def _number(self, asked: Questioned) -> str:
        return "" if asked.number is None else self.words.number(asked.number)

    # Summary, digest, correction.

    def report(
        self, totals: Totals, change: Change | None, points: Sequence[WeekPoint], average: Decimal | None
    ) -> dict[str, Any]:
        """What the manager's and the director's view share."""
        number = self.words.number
        return {
            "week": self.week,
            "total": number(totals.total) if totals.answered else "–",
            "unit": self.unit(totals.total) if totals.answered else self.say("no numbers yet"),
            "sum": self.sum_of(totals.total),
            "has_answers": totals.answered > 0,
            "coverage": self.coverage(totals),
            "change": self.change(change),
            "late": self.late(),
            "unread": self.unread(),
            "picture": charts.picture(points, average),
            "picture_words": self._picture_words(points),
            "picture_text": [(point.week.number, self._point(point.total)) for point in points],
            "has_picture": any(point.total is not None for point in points[:-1]),
            "average": self.say("average %(number)s", number=number(self.words.rounded(average)))
            if average is not None
            else "",
            "number": number,
            "signed": self.words.signed,
        }

    def _picture_words(self, points: Sequence[WeekPoint]) -> str:
        rows = (
            self.say("week %(week)s: %(number)s", week=point.week.number, number=self._point(point.total))
            for point in points
        )
        return ", ".join(rows)

    def summary(self) -> dict[str, Any]:
        view = figures.summary(self.scene.round, self.person, self.scene.before, self.scene.times)
        digest = self.scene.times.digest
        today = local(self.scene.at, self.person.timezone).date()
        return self.report(view.totals, view.change, view.weeks, view.average) | {
            "preheader": self.change(view.change) or self.coverage(view.totals),
            "lines": [self.line(line) for line in view.lines],
            "teams": [self.team(team) for team in view.teams],
            "silent": [self.silent(line) for line in view.silent[:_MOST_NAMES]],
            "silent_more": max(0, len(view.silent) - _MOST_NAMES),
            "silent_title": self.words.count(
                "%(number)s has not answered", "%(number)s have not answered", len(view.silent)
            ),
            "news": self.news(view.corrections),
            "notes": self.notes(view.notes),
            "digest_leaves": self.say(
                "The digest leaves at %(time)s.", time=self.words.clock(digest, self.person.timezone, today)
            )
            if digest is not None and digest > self.scene.at
            else "",
            "how": [
                self.say("Reply to this mail with a sentence and it goes into the director’s digest."),
                self.say("“Ana 4” or “Ana off” in a reply settles it for somebody of your team."),
            ],
        }

    def digest(self) -> dict[str, Any]:
        order = self.settings.digest.order
        view = figures.digest(self.scene.round, self.scene.before, self.scene.times, order)
        spoken = self.spoken(view.totals, view.change)
        return self.report(view.totals, view.change, view.weeks, view.average) | {
            "preheader": self.change(view.change) or (self.sentence(view.findings[0]) if view.findings else ""),
            "spoken": spoken,
            "teams": [self.team(team) for team in view.teams],
            "lines": [self.line(line) for line in view.lines],
            "findings": [self.sentence(finding) for finding in view.findings],
            "notes": self.notes(view.notes),
            "notes_more": max(0, len(view.notes) - _MOST_NOTES),
            "missing": self.missing(view.missing),
            "away": [self._away(line) for line in view.away[:_MOST_NAMES]],
            "undeliverable": [line.person.name for line in view.undeliverable[:_MOST_NAMES]],
            "news": self.news(view.corrections),
            "how": [self.say("Reply “Ana 4” or “Ana off” to settle a number of your own reports.")]
            if view.lines
            else [],
        }

    def correction(self) -> dict[str, Any]:
        found = figures.correction(self.scene.round, self.scene.times)
        view = figures.digest(self.scene.round, self.scene.before, self.scene.times, self.settings.digest.order)
        return self.report(view.totals, view.change, view.weeks, view.average) | {
            "preheader": self.coverage(view.totals),
            "news": self.news(found),
        }

    def spoken(self, totals: Totals, change: Change | None) -> list[str]:
        """Two sentences that make sense read aloud."""
        if not totals.answered:
            return [
                self.say("Nobody has answered yet for week %(week)s.", week=self.week),
                self.words.count("%(number)s person was asked.", "%(number)s people were asked.", totals.asked),
            ]
        first = self.say("%(sum)s in week %(week)s.", sum=self.sum_of(totals.total), week=self.week)
        compared = self.change(change)
        second = f"{self.coverage(totals)}, {compared}." if compared else f"{self.coverage(totals)}."
        return [first, second]

    def sentence(self, finding: Finding) -> str:
        """One finding in words; docs/figures.md holds the rules."""
        number, facts = self.words.number, finding.facts
        if finding.kind == "silent_team":
            manager = facts["manager"]
            return self.say("Nobody in %(name)s’s team has answered.", name=getattr(manager, "name", ""))
        if finding.kind == "record":
            return self.say("The highest number in %(weeks)s weeks.", weeks=facts["weeks"])
        low, high = (Decimal(str(facts[name])) for name in ("low", "high"))
        if finding.kind == "above_usual":
            return self.say(
                "More than the usual swing explains: with as many answers, %(low)s to %(high)s would be usual.",
                low=number(low),
                high=number(high),
            )
        return self.say(
            "Less than the usual swing explains: with as many answers, %(low)s to %(high)s would be usual.",
            low=number(low),
            high=number(high),
        )

    def line(self, line: PersonLine) -> dict[str, Any]:
        """One person's row."""
        return {
            "name": line.person.name,
            "number": "" if line.number is None else self.words.number(line.number),
            "state": "" if line.state == "answered" else self.state(line),
            "comment": _short(line.comment, _LONGEST_COMMENT),
            "words": _short(line.words, _LONGEST_COMMENT),
            "flag": self.say("from an unknown address: %(address)s", address=line.unknown_address)
            if line.unknown_address
            else "",
            "entered": self.say("entered by %(name)s", name=line.entered_by) if line.entered_by else "",
            "spark": charts.spark([*line.recent, line.number]) if any(one is not None for one in line.recent) else "",
            "spark_words": ", ".join(self._point(number) for number in line.recent),
        }

    def state(self, line: PersonLine) -> str:
        return state(line, self.words)

    def silent(self, line: PersonLine) -> dict[str, Any]:
        subject = quote(self.thread_subject, safe="")
        return {
            "name": line.person.name,
            "state": "" if line.state == "no_answer" else self.state(line),
            "words": _short(line.words, _LONGEST_COMMENT),
            "link": f"mailto:{quote(line.person.email, safe='@')}?subject={subject}",
        }

    def team(self, team: TeamLine) -> dict[str, Any]:
        totals = team.totals
        return {
            "name": self.say("Own reports") if team.own else team.manager.name,
            "number": self.words.number(totals.total) if totals.answered else "–",
            "answered": f"{self.words.number(totals.answered)}/{self.words.number(totals.asked)}",
            "change": "" if team.change is None else self.words.signed(team.change.amount),
        }

    def notes(self, notes: Sequence[Note]) -> list[dict[str, str]]:
        return [
            {"author": note.author.name, "text": _short(note.text, 2 * _LONGEST_COMMENT)}
            for note in notes[:_MOST_NOTES]
        ]

    def missing(self, teams: Sequence[tuple[Person, tuple[PersonLine, ...]]]) -> list[dict[str, Any]]:
        """Who has not answered, by team: names, or counts where the settings or the length say so."""
        counts_only = self.settings.digest.missing == "counts"
        return [
            {
                "team": self.say("Own reports") if manager.id == self.person.id else manager.name,
                "names": self._names(lines, counts_only=counts_only),
            }
            for manager, lines in teams
        ]

    def _names(self, lines: Sequence[PersonLine], *, counts_only: bool) -> str:
        if counts_only:
            return self.words.number(len(lines))
        shown = [
            line.person.name if line.state == "no_answer" else f"{line.person.name} ({self.state(line)})"
            for line in lines[:_MOST_NAMES]
        ]
        more = len(lines) - len(shown)
        if more:
            shown.append(self.words.count("%(number)s more", "%(number)s more", more))
        return ", ".join(shown)

    def _away(self, line: PersonLine) -> str:
        if line.until is None:
            return line.person.name
        return self.say("%(name)s until %(date)s", name=line.person.name, date=self.words.date(line.until))

    def news(self, corrections: Sequence[Correction]) -> list[str]:
        """What changed since the last report, and its effect on the total of that week."""
        told = [self._changed(one) for one in corrections[:_MOST_CORRECTIONS]]
        more = len(corrections) - len(told)
        if more:
            told.append(self.words.count("%(number)s more change", "%(number)s more changes", more))
        effects = {one.week: (one.total_old, one.total_new) for one in corrections}
        number = self.words.number
        for week, (old, new) in ((week, totals) for week, totals in effects.items() if totals[0] != totals[1]):
            told.append(
                self.say(
                    "Week %(week)s is now %(new)s instead of %(old)s.",
                    week=week.number,
                    new=number(new),
                    old=number(old),
                )
            )
        return told

    def _changed(self, one: Correction) -> str:
        number, name, week = self.words.number, one.person.name, one.week.number
        if one.new is None:
            return self.say("%(name)s, week %(week)s: withdrawn.", name=name, week=week)
        if one.old is None:
            return self.say(
                "%(name)s, week %(week)s: %(new)s, answered late.", name=name, week=week, new=number(one.new)
            )
        return self.say(
            "%(name)s, week %(week)s: %(new)s instead of %(old)s.",
            name=name,
            week=week,
            new=number(one.new),
            old=number(one.old),
        )


def _short(text: str, most: int) -> str:
    """A person's words on one line, cut where they grow too long."""
    line = _one_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
