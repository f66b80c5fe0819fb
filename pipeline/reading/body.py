"""What does a person see? The bytes of a message made into its subject and its visible text.

Tolerant, and never raises: real mail is broken in every way. Attachments are never decoded, and what was forwarded as
an attachment is not read. Which of the text was typed by the sender is `typed`'s business.
"""

from __future__ import annotations

import quopri
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from itertools import islice
from typing import Any

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.reading import tnef
from pipeline.reading.typed import BELOW_IS_QUOTED

LONGEST = 400_000  # bytes of one text part; a reply is short, and what follows is its quotation
_LONGEST_HEADER = 10_000  # letters
_ENCODED_WORD = re.compile(r"(=\?[\w*.-]{1,40}\?[bBqQ]\?[^?\n]{0,1000}\?=)")
_MOST_PARTS = 200
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_HEADERS_END = re.compile(rb"\n\r?\n")
_HEADER_LINE = re.compile(r"[!-9;-~]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*")  # one as RFC 5322 has it, folded or not
_PARTS = re.compile(rb"(?i)(?:multipart|message)/")
_LARGE = 1_000_000  # bytes of a message whose attachments are cut down before it is parsed
_BASE64_LINES = re.compile(rb"((?:[A-Za-z0-9+/]{60,76}={0,2}\r?\n){1000})(?:[A-Za-z0-9+/]{60,76}={0,2}\r?\n)+")
_SIGNATURES = (
    # Markers that clients leave around signatures and attribution lines, as seen in their HTML.
    ".gmail_signature",
    ".gmail_signature_prefix",
    ".protonmail_signature_block",
    ".moz-signature",
    "#Signature",  # Outlook on the web
    "#ms-outlook-mobile-signature",
    "#AppleMailSignature",
    "#composer_signature",  # Samsung
    "#lineBreakAtBeginningOfSignature",  # iOS
    "#x_Signature",
)
_ALL_BELOW = (
    # Markers behind which everything is quotation.
    "#appendonsend",  # Outlook for the web
    "#divRplyFwdMsg",
    "#x_divRplyFwdMsg",
    "#mail-editor-reference-message-container",  # Outlook for iOS, Android and the new Windows
    "#ms-outlook-mobile-body-separator-line",
    "#OLK_SRC_BODY_SECTION",  # Outlook for Mac
    "#replySplit",
    ".zmail_extra",  # Zoho
    "#ymail_android_signature + *",
    "#yahoo_quoted_id",
    ".yahoo_quoted",
    ".yahoo-quoted-begin",
    ".WordSection1 > div[style*='border-top:solid #']",  # Outlook for Windows
    "div[style*='border:none;border-top:solid']",
    "div[style*='border-top: 1pt solid'] > p > b",
    ".BlackBerryQuote",
    "#orginalMsg",  # Samsung and others, as they spell it
    "#originalMsg",
    "hr#stopSpelling",  # Hotmail
    "hr[tabindex='-1'] + div[id^='divRplyFwdMsg']",
    "#mailru-quote",
    "[id*='mail-app-auto-quote']",  # mail.ru
    ".mailrucontent_quote",
    ".qt",  # FastMail marks the attribution and what follows it
    ".domino-section",
)
_QUOTES = (
    # Markers around what is quoted, beside which a reply may stand below.
    "blockquote",
    ".gmail_quote > .gmail_attr",
    ".gmail_attr",
    ".gmail_extra > .gmail_quote",
    ".moz-cite-prefix",
    ".protonmail_quote",
    ".tutanota_quote",
)
_HIDDEN = (
    "body script",
    "body style",
    "body title",
    "body template",
    "[style*='display:none']",
    "[style*='display: none']",
    "[style*='mso-hide:all']",
    "body [hidden]",
    "[style*='font-size:0px']",
    "[style*='font-size:0;']",
)
_BLOCKS = "p,div,tr,li,ul,ol,table,blockquote,h1,h2,h3,h4,h5,h6,pre,hr,center,article,section,header,footer,dt,dd"
_BREAK, _QUOTE_OPENS, _QUOTE_CLOSES = "\x1e", "\x03", "\x04"
_HIDDEN_FROM, _HIDDEN_TO = "\x05", "\x06"
_HIDDEN_MARKS = re.compile(f"([{_HIDDEN_FROM}{_HIDDEN_TO}])")
_CHARSETS = {
    # Labels seen in the wild that Python does not know.
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "ks_c_5601-1987": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "x-sjis": "cp932",
    "cp-850": "cp850",
    "x-gbk": "gbk",
    "gb2312": "gb18030",
    "ansi": "cp1252",
    "windows": "cp1252",
    "utf8mb4": "utf-8",
    "x-user-defined": "utf-8",
    "unknown-8bit": "utf-8",
    "8bit": "utf-8",
    "default": "utf-8",
}
_ONE_BYTE = re.compile(r"(us-)?ascii|iso-?8859|windows-?125|cp125|latin|koi8|mac|ansi", re.IGNORECASE)
_TAGS = re.compile(
    r"</?(?:[a-oq-z]\w*|p\w+)(?<!br)(?<!hr)(?<!img)(?<!input)(?<!meta)(?<!link)(?<!li)(?<!t[dr])\b", re.IGNORECASE
)
_DEEPEST = 1000  # elements in one another; the work that a tree makes grows faster than it does
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LEFT_QUOTED = re.compile(r"=\r?\n")
_QUOTED_BYTE = re.compile(r"=[0-9A-F]{2}")


@dataclass(frozen=True, slots=True)
class Body:
    """The subject, decoded, and the visible texts: from text/plain and from text/html, either may be empty."""

    subject: str
    plain: str
    html: str


def parsed(raw: bytes) -> Message:
    """The message under the tolerant policy (compat32): policy.default raises on headers seen in the wild
    (python/cpython#105802, #148518, #151857). The bulk of a large message's attachments is left out."""
    if len(raw) > _LARGE:
        raw = _BASE64_LINES.sub(rb"\1", raw)
    if raw.count(b"/") > _MOST_PARTS and sum(1 for _ in islice(_PARTS.finditer(raw), _MOST_PARTS + 1)) > _MOST_PARTS:
        return BytesHeaderParser(_Message).parsebytes(raw)  # parts in parts in parts: nobody wrote this
    message = _in_one_piece(raw)
    return message_from_bytes(raw, _Message) if message is None else message


class _Message(Message):
    """A message whose headers are looked up, not looked for: one that was sent to us has forty, and is asked for as
    many. They stay as the parser has put them in."""

    _found: dict[str, list[tuple[str, str]]] | None = None

    def set_raw(self, name: str, value: str) -> None:
        self._found = None
        super().set_raw(name, value)

    def get(self, name: str, failobj: Any = None) -> Any:
        found = self._of_name(name)
        return self.policy.header_fetch_parse(*found[0]) if found else failobj

    def get_all(self, name: str, failobj: Any = None) -> Any:
        return [self.policy.header_fetch_parse(*one) for one in self._of_name(name)] or failobj

    def _of_name(self, name: str) -> list[tuple[str, str]]:
        if self._found is None:
            self._found = {}
            for key, value in self.raw_items():
                self._found.setdefault(key.lower(), []).append((key, value))
        return self._found.get(name.lower(), [])


def _in_one_piece(raw: bytes) -> Message | None:
    """A message of one part: its headers parsed, its body not looked at line by line."""
    end = _HEADERS_END.search(raw)
    if end is None or _PARTS.search(raw, 0, end.start()):
        return None
    message = _in_order(raw[: end.start() + 1])
    if message is None:
        message = message_from_bytes(raw[: end.end()], _Message)
        if _as_written(message):
            return None  # the blank line did not end the headers: one above it is broken
    message.set_payload(raw[end.end() :].decode("ascii", "surrogateescape"))
    return message


def _in_order(head: bytes) -> Message | None:
    """The headers, if each of them is written as it should be: nearly all messages' are."""
    text = head.decode("ascii", "surrogateescape")
    headers = _HEADER_LINE.findall(text)
    if "".join(headers) != text:
        return None
    message = _Message()
    for one in headers:
        message.set_raw(*policy.compat32.header_source_parse([one]))
    return message


def visible(message: Message) -> Body:
    plain: list[str] = []
    html: list[str] = []
    outlook: list[Message] = []
    for part in _text_parts(message):
        kind = part.get_content_type()
        if kind == "text/html":
            html.append(from_html(_decoded(part)))
        elif kind in _TNEF:
            outlook.append(part)
        else:
            plain.append(_unflowed(_unquoted(_decoded(part)), part))
    if not any(text.strip() for text in (*plain, *html)):
        plain = [tnef.text(_payload(part)[:LONGEST]) for part in outlook]
    return Body(header(message, "Subject"), "\n".join(plain), "\n".join(html))


def header(message: Message, name: str) -> str:
    """One header, decoded (RFC 2047) as far as it can be, on one line."""
    value = undecoded(message, name)
    if "=?" not in value:
        return " ".join(value.split())
    # Encoded words stand against other letters, and against each other, in the wild.
    value = _ENCODED_WORD.sub(r" \1 ", value)
    try:
        pieces = decode_header(" ".join(value.split()))
    except (HeaderParseError, ValueError, LookupError, UnicodeError):
        return " ".join(value.split())
    words = [_text(piece, charset) if isinstance(piece, bytes) else piece for piece, charset in pieces]
    return " ".join("".join(words).split())


def undecoded(message: Message, name: str) -> str:
    """A header as it came, encoded words and all; bytes beyond ASCII by what they look like (RFC 6532, or no RFC)."""
    value: object = message.get(name, "")
    if not isinstance(value, str):  # bytes beyond ASCII, which `get` wraps
        value = next(value for key, value in message.raw_items() if key.lower() == name.lower())
    text = str(value)[:_LONGEST_HEADER]
    if text.isascii():
        return text
    return _text(text.encode("utf-8", "surrogateescape"), None)


def from_html(html: str) -> str:
    """The text of an HTML page as lines: what clients mark as quotation with quotation signs or below a line that says
    so, and without what they mark as signature."""
    if _depth(html) > _DEEPEST:
        return ""
    tree = LexborHTMLParser(html)
    # Nodes are marked, never taken out: the tree's memory goes with a node, and others may still be held.
    for node in tree.css(",".join((*_HIDDEN, *_SIGNATURES))):
        node.insert_before(_HIDDEN_FROM)
        node.insert_after(_HIDDEN_TO)
    for node in tree.css(",".join(_ALL_BELOW)):
        node.insert_before(f"{_BREAK}{BELOW_IS_QUOTED}{_BREAK}")
    for node in tree.css(",".join(_QUOTES)):
        node.insert_before(f"{_BREAK}{_QUOTE_OPENS}")
        node.insert_after(f"{_QUOTE_CLOSES}{_BREAK}")
    for node in tree.css("pre:not(pre pre)"):
        _keep_lines(node)
    for node in tree.css("br"):
        node.insert_before(_BREAK)
    for node in tree.css(_BLOCKS):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    for node in tree.css("td,th"):
        node.insert_after(" ")
    body = tree.body
    return "\n".join(_quoted_lines(_shown(body.text() if body is not None else "")))


def _depth(html: str) -> int:
    """How deep elements lie in one another, as far as tags tell."""
    depth = deepest = 0
    for tag in _TAGS.finditer(html):
        depth += 1 if html[tag.start() + 1] != "/" else -1
        deepest = max(deepest, depth)
    return deepest


def _shown(text: str) -> str:
    depth = 0
    shown: list[str] = []
    for piece in _HIDDEN_MARKS.split(text):
        if piece == _HIDDEN_FROM:
            depth += 1
        elif piece == _HIDDEN_TO:
            depth = max(0, depth - 1)
        elif not depth:
            shown.append(piece)
    return "".join(shown)


def _keep_lines(node: LexborNode) -> None:
    for part in list(node.traverse(include_text=True)):
        text = part.text_content
        if part.tag == "-text" and text and "\n" in text:
            part.replace_with(text.replace("\n", _BREAK))


def _quoted_lines(text: str) -> Iterator[str]:
    """Lines of what a page shows, with a quotation sign for each quotation around them."""
    depth = 0
    for raw in text.split(_BREAK):
        depth += raw.count(_QUOTE_OPENS)
        line = " ".join(
            raw.replace(_QUOTE_OPENS, "").replace(_QUOTE_CLOSES, "").strip(_HIDDEN_FROM + _HIDDEN_TO).split()
        )
        if line == BELOW_IS_QUOTED or (line and not depth):
            yield line
        elif line:
            yield f"> {line}"
        depth = max(0, depth - raw.count(_QUOTE_CLOSES))


def _text_parts(message: Message) -> Iterator[Message]:
    """The parts that a person reads on opening the message: not attachments, not messages inside it."""
    parts = [message]
    seen = 0
    while parts and seen < _MOST_PARTS:
        part = parts.pop(0)
        seen += 1
        kind = part.get_content_type()
        if part.is_multipart():
            if kind not in {"message/rfc822", "message/global"}:
                parts = [one for one in part.get_payload() if isinstance(one, Message)] + parts
            continue
        if (kind in {"text/plain", "text/html"} and not _is_attached(part)) or kind in _TNEF:
            yield part
        elif kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}:
            yield from _signed_inside(part)


def _is_attached(part: Message) -> bool:
    disposition = str(part.get("Content-Disposition", "")).lower().lstrip()
    if disposition.startswith("attachment"):
        return True
    return "name" in disposition and "name*" not in disposition and "filename" in disposition


def _signed_inside(part: Message) -> Iterator[Message]:
    """The text in an opaquely signed message (RFC 8551 section 3.5.3), which lies in it in clear."""
    payload = _payload(part)
    begin = payload.find(b"Content-Type: text/plain")
    if begin < 0 or "enveloped" in str(part.get("Content-Type", "")).lower():
        return
    inner = message_from_bytes(payload[begin : begin + LONGEST])
    if not inner.is_multipart():
        inner.set_payload(re.split(r"[^\x09\x0a\x0d\x20-\uffff]{2}", _as_written(inner))[0])
        yield inner


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    return _as_written(part).encode("utf-8", "surrogateescape")


def _as_written(part: Message) -> str:
    try:
        return str(part.get_payload() or "")
    except (ValueError, LookupError):  # a charset with a NUL in its name
        return ""


def _decoded(part: Message) -> str:
    payload = _payload(part)[:LONGEST]
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() == "base64":
        payload = _really_decoded(part, payload)
    try:
        charset = part.get_content_charset()
    except (ValueError, LookupError, UnicodeError):
        charset = None
    return CONTROLS.sub("", _text(payload, charset))


def _really_decoded(part: Message, payload: bytes) -> bytes:
    """Base64 that a list or a gateway has written text behind: decoded as far as it goes, the text kept."""
    written = _as_written(part)
    if payload != written.encode("utf-8", "surrogateescape")[:LONGEST]:
        return payload
    lines = written.splitlines()
    code = [line.strip() for line in lines if re.fullmatch(r"[A-Za-z0-9+/]{4,76}={0,2}", line.strip())]
    try:
        return b64decode("".join(code) + "==") if code else payload
    except ValueError:
        return payload


def _text(raw: bytes, charset: str | None) -> str:
    """Bytes as text: as UTF-8 where they are that and their label says otherwise without reason, by their label, else
    as Windows wrote before it."""
    label = (charset or "").strip("\"' ").lower()
    label = _CHARSETS.get(label, label)
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        label = "utf-16"
    one_byte = not label or _ONE_BYTE.match(label) is not None
    for name in ("utf-8", label) if one_byte else (label, "utf-8"):
        try:
            return raw.decode(name) if name else raw.decode("ascii")
        except (LookupError, UnicodeError, ValueError):
            continue
    try:
        return raw.decode(label if label and not one_byte else "cp1252", errors="replace")
    except (LookupError, UnicodeError, ValueError):
        return raw.decode("cp1252", errors="replace")


def _unquoted(text: str) -> str:
    """Quoted-printable that was encoded twice, or lost its label: soft line breaks and quoted bytes still stand."""
    if len(_LEFT_QUOTED.findall(text[:LONGEST])) < 2 or not _QUOTED_BYTE.search(text):
        return text
    return _text(quopri.decodestring(text.encode("utf-8", "replace")), "utf-8")


def _unflowed(text: str, part: Message) -> str:
    """format=flowed, undone (RFC 3676 section 4.2): a line that ends in a space goes on in the next one."""
    if "flowed" not in str(part.get("Content-Type", "")).lower():
        return text
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
        unstuffed = line if line.startswith(">") else line.removeprefix(" ")
        if going_on and not line.startswith(">"):
            lines[-1] += unstuffed
        else:
            lines.append(unstuffed)
        going_on = unstuffed.endswith(" ") and unstuffed != "-- " and not unstuffed.startswith(">")
        if going_on and stripped:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)
