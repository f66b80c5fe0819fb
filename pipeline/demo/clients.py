"""How the mail clients of the demo's people write: a tapped button, Gmail, Apple Mail, Outlook, an away notice.

Pure: a mail, who answers it, what they type and when, in; the bytes that leave their client, out. Headers, quotations,
attributions and footers are as these clients make them, in the writer's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_datetime as worded

from pipeline.demo.opened import Opened


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes: `locale` is that of their client, as Babel names it; `signature` what Outlook puts below."""

    name: str
    address: str
    language: str
    locale: str
    timezone: str
    signature: str = ""

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True)
class _Words:
    """What a language's clients put around a reply. Dates are patterns of CLDR (UTS 35)."""

    gmail_date: str
    gmail: str
    apple_date: str
    apple: str
    phone: str
    outlook_date: str
    outlook: tuple[str, str, str, str]  # from, sent, to, subject
    re: str


_WORDS = {
    "da": _Words(
        "EEE d. MMM y 'kl.' HH.mm",
        "Den {date} skrev {who}:",
        "d. MMM y 'kl.' HH.mm",
        "Den {date} skrev {who}:",
        "Sendt fra min iPhone",
        "d. MMMM y HH:mm",
        ("Fra", "Sendt", "Til", "Emne"),
        "SV:",
    ),
    "de": _Words(
        "EEE, d. MMM y 'um' HH:mm 'Uhr'",
        "Am {date} schrieb {who}:",
        "dd.MM.y 'um' HH:mm",
        "Am {date} schrieb {who}:",
        "Von meinem iPhone gesendet",
        "EEEE, d. MMMM y HH:mm",
        ("Von", "Gesendet", "An", "Betreff"),
        "AW:",
    ),
    "en": _Words(
        "EEE, d MMM y 'at' HH:mm",
        "On {date}, {who} wrote:",
        "d MMM y, 'at' HH:mm",
        "On {date}, {who} wrote:",
        "Sent from my iPhone",
        "d MMMM y HH:mm",
        ("From", "Sent", "To", "Subject"),
        "RE:",
    ),
    "fr": _Words(
        "EEE d MMM y 'à' HH:mm",
        "Le {date}, {who} a écrit :",
        "d MMM y 'à' HH:mm",
        "Le {date}, {who} a écrit :",
        "Envoyé de mon iPhone",
        "EEEE d MMMM y HH:mm",
        ("De", "Envoyé", "À", "Objet"),
        "RE:",
    ),
}


def button(writer: Writer, mail: Opened, number: str, at: datetime) -> bytes:
    """A button tapped on an iPhone: a new message that answers nothing, as the `mailto:` put it, and the footer that
    the phone adds. Where the mail has no such button, the number is typed into a reply."""
    tapped = mail.buttons.get(number)
    if tapped is None:
        return apple(writer, mail, number, at)
    message = _begun(writer, tapped.to, tapped.subject, at)
    message["X-Mailer"] = "iPhone Mail (23B85)"
    message["Message-ID"] = f"<{_uuid(writer, mail, at)}@{_domain(writer)}>"
    _text(message, f"{tapped.body}\n\n{_words(writer).phone}\n")
    return _sealed(message)


def apple(writer: Writer, mail: Opened, typed: str, at: datetime) -> bytes:
    """A reply typed on an iPhone: plain text, the footer above the quotation."""
    words = _words(writer)
    message = _reply(writer, mail, "Re:", at)
    message["X-Mailer"] = "iPhone Mail (23B85)"
    message["Message-ID"] = f"<{_uuid(writer, mail, at)}@{_domain(writer)}>"
    attribution = words.apple.format(date=_dated(writer, mail, words.apple_date), who=_who(mail))
    _text(message, f"{typed}\n\n{words.phone}\n\n> {attribution}\n> \n{_quoted(mail.text)}\n")
    return _sealed(message)


def gmail(writer: Writer, mail: Opened, typed: str, at: datetime) -> bytes:
    """A reply from Gmail: both texts, the whole mail quoted in both."""
    words = _words(writer)
    mark = _mark(writer, mail, at)
    message = _reply(writer, mail, "Re:", at)
    message["Message-ID"] = f"<CA+{mark[:48]}@mail.gmail.com>"
    date = _dated(writer, mail, words.gmail_date)
    attribution = words.gmail.format(date=date, who=_who(mail))
    _text(message, f"{typed}\n\n{attribution}\n\n{_quoted(mail.text)}\n")
    linked = words.gmail.format(
        date=escape(date),
        who=f'{escape(mail.sender[0])} &lt;<a href="mailto:{escape(mail.sender[1])}">{escape(mail.sender[1])}</a>&gt;',
    )
    _html(
        message,
        f'<div dir="ltr">{_lines(typed)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{linked}<br></div><blockquote class="gmail_quote" '
        'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex">'
        f"{_inner(mail.html)}</blockquote></div>",
        f"000000000000{mark[:16]}",
    )
    return _sealed(message)


def outlook(writer: Writer, mail: Opened, typed: str, at: datetime) -> bytes:
    """A reply from Outlook on the web: the signature, a rule, the header block, and the mail without any sign."""
    words = _words(writer)
    mark = _mark(writer, mail, at).upper()
    message = _reply(writer, mail, words.re, at)
    message["Thread-Topic"] = mail.subject
    message["Thread-Index"] = f"Ad{mark[:22]}"
    message["Message-ID"] = f"<AM0PR04MB{mark[:28]}@AM0PR04MB4131.eurprd04.prod.outlook.com>"
    message["X-MS-Has-Attach"] = ""
    message["Accept-Language"] = f"{writer.locale.replace('_', '-')}, en-US"
    values = (_who(mail), _dated(writer, mail, words.outlook_date), f"{writer.name} <{writer.address}>", mail.subject)
    block = [f"{name}: {value}" for name, value in zip(words.outlook, values, strict=True)]
    signature = f"\n\n{writer.signature}" if writer.signature else ""
    _text(message, f"{typed}{signature}\n\n{'_' * 32}\n" + "\n".join(block) + f"\n\n{mail.text}\n")
    bold = "<br>".join(f"<b>{name}:</b> {escape(value)}" for name, value in zip(words.outlook, values, strict=True))
    _html(
        message,
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body dir="ltr">'
        f'<div class="elementToProof" style="font-family:Aptos,sans-serif;font-size:12pt">{_lines(typed)}</div>'
        f'<div id="Signature"><p>{_lines(writer.signature)}</p></div><div id="appendonsend"></div>'
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f'<font face="Calibri, sans-serif" style="font-size:11pt">{bold}</font><div>&nbsp;</div></div>'
        f"<div>{_inner(mail.html)}</div></body></html>",
        f"_000_AM0PR04MB{mark[:20]}_",
    )
    return _sealed(message)


def away_notice(writer: Writer, mail: Opened, subject: str, typed: str, at: datetime) -> bytes:
    """What Exchange answers by itself for somebody who is out of the office: no quotation, no plus-address, only
    In-Reply-To tells which mail it is about."""
    message = _begun(writer, mail.sender[1], f"{subject}: {mail.subject}", at)
    message["In-Reply-To"] = mail.message_id
    message["References"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["X-MS-Exchange-Inbox-Rules-Loop"] = writer.address
    mark = _mark(writer, mail, at)
    message["Message-ID"] = f"<{mark[:32]}@AM0PR04MB4131.eurprd04.prod.outlook.com>"
    _text(message, f"{typed}\n")
    _html(message, f"<html><body><div>{_lines(typed)}</div></body></html>", f"_000_{mark[:24]}_")
    return _sealed(message)


def _begun(writer: Writer, to: str, subject: str, at: datetime) -> EmailMessage:
    message = EmailMessage(SMTP)
    message["From"] = Address(writer.name, addr_spec=writer.address)
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = format_datetime(writer.local(at))
    message["MIME-Version"] = "1.0"
    return message


def _reply(writer: Writer, mail: Opened, prefix: str, at: datetime) -> EmailMessage:
    to = str(Address(mail.sender[0], addr_spec=mail.reply_to))
    message = _begun(writer, to, f"{prefix} {mail.subject}", at)
    message["In-Reply-To"] = mail.message_id
    message["References"] = f"{mail.references} {mail.message_id}".strip()
    return message


def _text(message: EmailMessage, text: str) -> None:
    message.set_content(text, cte="7bit" if text.isascii() and _short(text.splitlines()) else "quoted-printable")


def _html(message: EmailMessage, html: str, boundary: str) -> None:
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(boundary)


def _short(lines: Iterable[str]) -> bool:
    return all(len(line) < 900 for line in lines)


def _sealed(message: EmailMessage) -> bytes:
    return message.as_bytes()


def _words(writer: Writer) -> _Words:
    return _WORDS.get(writer.language, _WORDS["en"])


def _dated(writer: Writer, mail: Opened, pattern: str) -> str:
    return worded(writer.local(mail.date), pattern, locale=writer.locale) if mail.date else ""


def _who(mail: Opened) -> str:
    return f"{mail.sender[0]} <{mail.sender[1]}>"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.rstrip().splitlines())


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _inner(html: str) -> str:
    """What stands in a mail's body, without the head around it."""
    low = html.lower()
    start = low.find("<body")
    start = low.find(">", start) + 1 if start >= 0 else 0
    end = low.rfind("</body")
    return html[start : end if end >= 0 else len(html)].strip()


def _mark(writer: Writer, mail: Opened, at: datetime) -> str:
    """Letters for ids: other ones for another person, mail or time."""
    return sha256(f"{writer.address} {mail.message_id} {at.isoformat()}".encode()).hexdigest()


def _uuid(writer: Writer, mail: Opened, at: datetime) -> str:
    mark = _mark(writer, mail, at).upper()
    return "-".join((mark[:8], mark[8:12], mark[12:16], mark[16:20], mark[20:32]))


def _domain(writer: Writer) -> str:
    return writer.address.rpartition("@")[2]
