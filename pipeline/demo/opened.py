"""What does a person see who opens a mail of ours?

Pure: the kind of mail, its subject and texts, where an answer goes, and the buttons to tap. People of the demo know a
mail by what stands in it; they have no key and no ledger.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

from pipeline.mail import KINDS

_KINDS = {letter: kind for kind, letter in KINDS.items()}
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_TOKEN = re.compile(r"(?<![a-z0-9])([a-z])[a-z2-7]{3}([a-z2-7])[a-z2-7]{24}(?![a-z0-9])")
_MAILTO = re.compile(r"""href\s*=\s*["'](mailto:[^"']+)["']""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Button:
    """A `mailto:` to tap: a new message, to whom, about what, and what stands in it already."""

    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail as its reader sees it. `kind` and `number` are those of its token; "" and 0 where there is none.
    `buttons` are by what stands in the message that they open."""

    kind: str
    number: int
    subject: str
    sender: tuple[str, str]  # name and address
    recipient: str
    reply_to: str
    message_id: str
    references: str
    date: datetime | None
    text: str
    html: str
    buttons: Mapping[str, Button]

    @property
    def opening(self) -> str:
        """The first line that says anything."""
        return next((line.strip() for line in self.text.splitlines() if line.strip()), "")


def opened(raw: bytes) -> Opened:
    message = message_from_bytes(raw, _class=EmailMessage, policy=default)
    token = _TOKEN.search(_header(message, "Message-ID").lower()) or _TOKEN.search(_header(message, "Reply-To").lower())
    html = _part(message, "html")
    sender = parseaddr(_header(message, "From"))
    reply_to = parseaddr(_header(message, "Reply-To"))[1] or sender[1]
    return Opened(
        kind=_KINDS.get(token[1], "") if token else "",
        number=_LETTERS.index(token[2]) if token else 0,
        subject=_header(message, "Subject"),
        sender=sender,
        recipient=parseaddr(_header(message, "To"))[1],
        reply_to=reply_to,
        message_id=_header(message, "Message-ID"),
        references=_header(message, "References"),
        date=_date(_header(message, "Date")),
        text=_part(message, "plain"),
        html=html,
        buttons={button.body: button for button in map(_button, _MAILTO.findall(html)) if button.body},
    )


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _date(written: str) -> datetime | None:
    try:
        return parsedate_to_datetime(written)
    except ValueError:
        return None


def _button(link: str) -> Button:
    parts = urlsplit(unescape(link))
    said = {name.lower(): values[0] for name, values in parse_qs(parts.query.replace("+", "%2B")).items()}
    return Button(unquote(parts.path), said.get("subject", ""), said.get("body", ""))
