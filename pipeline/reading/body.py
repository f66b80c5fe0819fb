"""What does a person see? The bytes of a message made into its subject and its visible text.

Tolerant, and never raises: real mail is broken in every way. Attachments are never decoded. Which of the text was
typed by the sender is `typed`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from selectolax.lexbor import LexborHTMLParser

LONGEST = 400_000  # bytes of one text part; a reply is short, and what follows is its quotation
_MOST_PARTS = 200
_WEBMAIL_QUOTES = (
    # Markers that clients leave around what they quote or sign, as seen in their HTML.
    "blockquote[type=cite]",  # Apple Mail, Thunderbird
    ".gmail_quote",
    ".gmail_quote_container",
    ".gmail_signature",
    ".gmail_attr",
    ".yahoo_quoted",
    ".protonmail_quote",
    ".protonmail_signature_block",
    ".moz-cite-prefix",
    ".moz-signature",
    "#Signature",  # Outlook on the web
    "#ms-outlook-mobile-signature",
    "#ms-outlook-mobile-body-separator-line",
    "#AppleMailSignature",
    ".zmail_extra",
    "#composer_signature",  # Samsung
)
_ALL_BELOW = ("#appendonsend", "#divRplyFwdMsg", "#mail-editor-reference-message-container", "#OLK_SRC_BODY_SECTION")
_BLOCKS = "p,div,tr,li,ul,ol,table,blockquote,h1,h2,h3,h4,h5,h6,pre,hr,center,article,section,header,footer"
_BREAK = "\x1e"


@dataclass(frozen=True, slots=True)
class Body:
    """The subject, decoded, and the visible texts: from text/plain and from text/html, either may be empty."""

    subject: str
    plain: str
    html: str


def parsed(raw: bytes) -> Message:
    """The message under the tolerant policy (compat32): policy.default raises on headers seen in the wild
    (python/cpython#105802, #148518, #151857)."""
    return message_from_bytes(raw)


def visible(message: Message) -> Body:
    plain: list[str] = []
    html: list[str] = []
    for part in _text_parts(message):
        if part.get_content_type() == "text/html":
            html.append(from_html(_decoded(part)))
        else:
            plain.append(_unflowed(_decoded(part), part))
    return Body(header(message, "Subject"), "\n".join(plain), "\n".join(html))


def header(message: Message, name: str) -> str:
    """One header, decoded (RFC 2047) as far as it can be, on one line."""
    try:
        pieces = decode_header(str(message.get(name, "")))
    except (HeaderParseError, ValueError, LookupError, UnicodeError):
        return " ".join(str(message.get(name, "")).split())
    words = [_text(piece, charset) if isinstance(piece, bytes) else piece for piece, charset in pieces]
    return " ".join("".join(words).split())


def from_html(html: str) -> str:
    """The text of an HTML page as lines, without what mail clients mark as quotation or signature."""
    tree = LexborHTMLParser(html)
    for selector in ("script", "style", "head", "title", "template", *_WEBMAIL_QUOTES):
        for node in tree.css(selector):
            node.decompose()
    for selector in _ALL_BELOW:
        for node in tree.css(selector):
            while node.next is not None:
                node.next.decompose()
            node.decompose()
    for node in tree.css("blockquote"):
        node.insert_before(f"{_BREAK}> ")
    for node in tree.css("br"):
        node.insert_before(_BREAK)
    for node in tree.css(_BLOCKS):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    for node in tree.css("td,th"):
        node.insert_after(" ")
    body = tree.body
    text = body.text() if body is not None else ""
    lines = (" ".join(line.split()) for line in text.split(_BREAK))
    return "\n".join(line for line in lines if line)


def _text_parts(message: Message) -> Iterator[Message]:
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            return
        attached = str(part.get("Content-Disposition", "")).lower().lstrip().startswith("attachment")
        if part.get_content_type() in {"text/plain", "text/html"} and not part.is_multipart() and not attached:
            yield part


def _decoded(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    if not isinstance(payload, bytes):
        return str(part.get_payload() or "")[:LONGEST]
    try:
        charset = part.get_content_charset()
    except (ValueError, LookupError, UnicodeError):
        charset = None
    return _text(payload[:LONGEST], charset).replace("\x00", "")


def _text(raw: bytes, charset: str | None) -> str:
    """Bytes as text: by their label, else UTF-8, else as Windows wrote before it."""
    for name in (charset, "utf-8"):
        try:
            return raw.decode(name) if name else raw.decode("ascii")
        except (LookupError, UnicodeError, ValueError):
            continue
    return raw.decode("cp1252", errors="replace")


def _unflowed(text: str, part: Message) -> str:
    """format=flowed, undone (RFC 3676 section 4.2): a line that ends in a space goes on in the next one."""
    try:
        flowed = str(part.get_param("format", "")).lower() == "flowed"
        stripped = str(part.get_param("delsp", "")).lower() == "yes"
    except (ValueError, TypeError, LookupError):
        return text
    if not flowed:
        return text
    lines: list[str] = []
    going_on = False
    for line in text.splitlines():
        quoted = re.match(r">*", line)
        unstuffed = line if line.startswith(">") else line.removeprefix(" ")
        if going_on and not (quoted and quoted[0]):
            lines[-1] += unstuffed
        else:
            lines.append(unstuffed)
        going_on = unstuffed.endswith(" ") and unstuffed != "-- " and not unstuffed.startswith(">")
        if going_on and stripped:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
