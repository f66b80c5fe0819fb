"""A mail's key becomes a message: facts from the round, words in the reader's language, headers by kind.

The same key and the same state make the same bytes, so that a mail that is repeated is the same mail. What it says is
`content`'s business, how it looks that of `templates/`, how they are set up `templating`'s, how its bytes are written
`message`'s, and whether it is due nobody's here.

Laws:
1. A rep's mail shows nobody else's number; a manager's shows those below and no others.
2. Asks and nudges carry nothing that keeps away notices and bounces from coming back; all else says that a machine
   wrote it (RFC 3834 section 5), so that no loop can start.
3. Every mail carries its token in Message-ID, Reply-To and text, each enough alone.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from email.headerregistry import Address
from email.utils import format_datetime
from functools import cache, partial
from hashlib import sha256
from traceback import extract_tb
from typing import Any
from urllib.parse import quote

import css_inline
from jinja2 import Environment, FileSystemLoader, TemplateError

from pipeline import mail, message, templating
from pipeline.book import Alarm
from pipeline.content import ASKING, LONGEST_COMMENT, QUESTIONS, Content, short
from pipeline.form import Form, blank
from pipeline.mail import MailKey
from pipeline.message import Header
from pipeline.roster import Person, new_id
from pipeline.rounds import Round
from pipeline.scene import Composed, CompositionError, Scene
from pipeline.settings import Settings
from pipeline.templating import TEMPLATES, OwnTemplates
from pipeline.timetable import local
from pipeline.weeks import Week
from pipeline.words import Dictionary, Words

log = logging.getLogger("onenumber")

_ANSWERS = frozenset({"unclear", "which_week", "confirm", "whose", "receipt"})
_TOKEN, _REFERENCE = blank("token"), blank("reference")
_MOST_FORMS = 256  # kept: one for each language, time and pattern of gaps in the last weeks
_FOLDERS = {"alarm_over": "alarm", "rehearsal": "ask"} | dict.fromkeys(QUESTIONS, "question")


class Composer:
    """Composes all mails of one organisation. `failed` says of each fault in the operator's own templates, once, in
    which file it is and what it is."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._words = Dictionary(TEMPLATES)
        self._secret = settings.organisation.secret.reveal().encode()
        self._domain = settings.sender.address.rpartition("@")[2]
        self._shipped = templating.set_up(Environment, FileSystemLoader(TEMPLATES))
        folder = settings.templates_dir
        self._own = OwnTemplates(folder) if folder else None
        self.failed: list[str] = [*self._own.broken] if self._own else []
        for fault in self.failed:
            log.error("an own template cannot be read, ours is used reason=%r", fault)
        self._environments: dict[tuple[int, str], Environment] = {}
        self._forms: dict[tuple[object, ...], Form] = {}
        self._blank_link = self._link_for(_TOKEN, _REFERENCE)
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
            "until": words.clock(raised.until, organisation.timezone) if raised.until else "",
            "names": names,
            "reason": short(raised.reason, LONGEST_COMMENT * 2),
        }
        try:
            return self._to_operator(key, facts | self._for_all(key.kind, self._token(key), words), words, at)
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

    def _for_all(self, kind: str, token: str, words: Words) -> dict[str, Any]:
        """What the templates of every mail are given."""
        return {
            "words": words,
            "organisation": self._settings.organisation.name,
            "sender": self._settings.sender.name,
            "token": token,
            "kind": kind,
        }

    def _composed(self, key: MailKey, scene: Scene, person: Person, recipient: str) -> Composed:
        words = self._words[person.language]
        if key.kind in ASKING and self._own is None:
            subject, text, html = self._filled(key, scene, person, words)
        else:
            token, reference = self._token(key), self._reference(key)
            content = Content(self._settings, words, key, scene, person, self._link_for(token, reference))
            subject, text, html = self._rendered(
                key.kind, content.of_kind() | self._for_all(key.kind, token, words), words
            )
        name = self.message_id(key, scene.round)
        headers = [*self._headers(key, scene, person, recipient, subject), ("Content-Language", words.language)]
        return Composed(recipient, name, message.written(headers, text, html, _boundary(name)))

    def _filled(self, key: MailKey, scene: Scene, person: Person, words: Words) -> tuple[str, str, str]:
        """Subject, text and HTML of an ask or a nudge, for which there is a form wherever somebody was told the same.
        Not by the operator's templates: ours show what is a person's own as it is given, theirs may do anything."""
        content = Content(self._settings, words, key, scene, person, self._blank_link)
        told = content.told_to_one()
        numbers = {blank("number", place): number for place, number in enumerate(told["recent"])}
        bars = {blank("bar", place): str(pixels) for place, pixels in enumerate(told["bars"]) if pixels}
        alike = (key.kind, key.round, person.language, told["leaves"], told["is_last"], *numbers, *bars)
        if alike not in self._forms:
            if len(self._forms) == _MOST_FORMS:
                self._forms.clear()
            heights = [bar if bar in bars else 0 for bar in map(partial(blank, "bar"), range(len(told["bars"])))]
            facts = content.told_to_all() | told | {"recent": list(numbers), "bars": heights}
            self._forms[alike] = Form(*self._rendered(key.kind, facts | self._for_all(key.kind, _TOKEN, words), words))
        form = self._forms[alike]
        own = {_TOKEN: self._token(key), _REFERENCE: quote(self._reference(key), safe="")}
        return form.subject, *form.filled(own | numbers | bars)

    def _token(self, key: MailKey) -> str:
        return mail.seal(key, self._secret)

    def _reference(self, key: MailKey) -> str:
        return mail.short_reference(key.round, key.person, self._secret)

    def _rendered(self, kind: str, facts: dict[str, Any], words: Words) -> tuple[str, str, str]:
        """Subject, text and HTML; by the operator's templates where there are any and they work."""
        without: frozenset[str] = frozenset()
        while self._own is not None:
            try:
                return self._with(self._own.environment(without), kind, facts, words)
            except Exception as error:  # whatever their template does, the mail leaves
                # Only for this mail: the same key and state make the same bytes, whatever was composed before.
                place = self._own.place(error)
                self._tell(kind, place, error)
                if place is None:
                    break
                without |= {place[0]}
        return self._with(self._shipped, kind, facts, words)

    def _tell(self, kind: str, place: tuple[str, int] | None, error: Exception) -> None:
        """Log and keep what is wrong with the operator's templates: where it happened, if that is known, and what."""
        what = str(error) or type(error).__name__
        if place is None or self._own is None:
            fault, file = f"the own templates of {kind}: {what}", ""
        else:
            file = self._own.written(place[0])
            fault = f"{file}, line {place[1]}: {what}"
        if fault not in self.failed:
            self.failed.append(fault)
        log.error("the own template failed, ours is used kind=%s file=%s reason=%r", kind, file, _why(error))

    def _with(self, environment: Environment, kind: str, facts: dict[str, Any], words: Words) -> tuple[str, str, str]:
        folder = _FOLDERS.get(kind, kind)
        speaking = self._speaking(environment, words)
        subject = " ".join(speaking.get_template(f"{folder}/subject.txt").render(facts).split())
        text = templating.tidy(speaking.get_template(f"{folder}/body.txt").render(facts | {"subject": subject}))
        html = speaking.get_template(f"{folder}/body.html").render(facts | {"subject": subject})
        return subject, text, self._inliner.inline(html)

    def _speaking(self, environment: Environment, words: Words) -> Environment:
        """The environment in one language, with its compiled templates, made once."""
        known = self._environments.get((id(environment), words.language))
        if known is None:
            # Not an overlay: those share their globals, and the language set up last would speak in every mail.
            known = templating.set_up(type(environment), environment.loader)
            known.install_gettext_callables(  # type: ignore[attr-defined]  # of jinja2.ext.i18n
                words.translations.gettext, words.translations.ngettext, newstyle=True
            )
            self._environments[id(environment), words.language] = known
        return known

    def _link_for(self, token: str, reference: str) -> Callable[[str, str], str]:
        """Makes `mailto:` links of a subject and a body (RFC 6068), to the reply address with this token. The plus is
        written as %2B, for some clients make a space of it."""
        address = self._reply_to(token)

        @cache  # eleven buttons of a mail have one subject
        def about(subject: str) -> str:
            return f"mailto:{quote(address, safe='@')}?subject={quote(f'{subject} {reference}', safe='')}"

        return lambda subject, body: f"{about(subject)}&body={quote(body, safe='')}"

    def _reply_to(self, token: str) -> str:
        sender = self._settings.sender
        return mail.tagged(sender.address, token) if sender.plus_addressing else sender.address

    def _headers(self, key: MailKey, scene: Scene, person: Person, to: str, subject: str) -> list[Header]:
        """The headers in order, by kind (RFC 5322; RFC 3834; [MS-OXCMAIL] for X-Auto-Response-Suppress)."""
        sender = self._settings.sender
        named = person.name if to in {person.email, *person.aliases} else ""
        headers: list[Header] = [
            ("From", _address(sender.name, sender.address)),
            ("To", _address(named, to)),
            ("Reply-To", _address(sender.name, self._reply_to(self._token(key)))),
            ("Subject", subject),
            ("Date", format_datetime(local(scene.at, person.timezone).replace(microsecond=0))),
            ("Message-ID", self.message_id(key, scene.round)),
            *self._thread(key, scene),
        ]
        if key.kind in ASKING:
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
