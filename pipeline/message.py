"""Headers and the two versions of a mail become the bytes of a message.

Pure. What the headers say and what stands in the mail is `compose`'s business; sending it `transport.smtp`'s. The
encoding is the standard library's; its `EmailMessage` is left out, for it parses every header that it is given, which
took half the time of composing a mail, and takes an encoded word in a name for what it says (RFC 2047).
"""

from __future__ import annotations

import re
from binascii import b2a_qp
from collections.abc import Sequence
from email.header import Header as Words
from email.headerregistry import Address

_LINE = 78  # characters, which a line should not exceed (RFC 5322 section 2.1.1)
_PLAIN = re.compile(r"(?!.*=\?)[\x20-\x7e]*")
"""What stands in a header as it is: printable ASCII without the mark of an encoded word (RFC 2047 section 2)."""

_AS_IT_IS = re.compile(rf"(?:[\t\x20-\x7e]{{0,{_LINE}}}+\n)*+[\t\x20-\x7e]{{0,{_LINE}}}")
"""A text that no server can harm: printable ASCII in short lines."""

_LINE_END = re.compile(r"\r\n|\r|\n")  # a CR or LF alone is forbidden on the wire (RFC 5321 section 2.3.8)

Header = tuple[str, str | Address]


def written(headers: Sequence[Header], text: str, html: str, boundary: str) -> bytes:
    """The message, with CRLF line ends: headers, then text and HTML as alternatives (RFC 2046 section 5.1.4), of which
    the last is the one to prefer. Addresses beyond ASCII stand in UTF-8, for there is no other way to write them (RFC
    6532). Raises ValueError for a header that holds a line end."""
    kind = f'multipart/alternative; boundary="{boundary}"'
    head = [_line(name, value) for name, value in (*headers, ("MIME-Version", "1.0"), ("Content-Type", kind))]
    parts = [_part("plain", text, boundary), _part("html", html, boundary)]
    return b"".join([*head, b"\r\n", *parts, f"--{boundary}--\r\n".encode()])


def _line(name: str, value: str | Address) -> bytes:
    plain = str(value)
    if _LINE_END.search(plain):
        raise ValueError(f"the header {name} would hold a line end")
    if _PLAIN.fullmatch(plain):
        line = f"{name}: {plain}"
        written = line if len(line) <= _LINE else f"{name}: {_folded(plain, 'us-ascii', name)}"
    elif isinstance(value, Address):
        # Only the name can be encoded; the address stands as it is (RFC 2047 section 5).
        person = _folded(value.display_name, "utf-8", name) if value.display_name else ""
        written = f"{name}: {person}\r\n <{value.addr_spec}>"
    else:
        written = f"{name}: {_folded(plain, 'utf-8', name)}"
    return f"{written}\r\n".encode()


def _folded(value: str, charset: str, name: str) -> str:
    return Words(value, charset, maxlinelen=_LINE - 2, header_name=name).encode(linesep="\r\n")


def _part(subtype: str, text: str, boundary: str) -> bytes:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _AS_IT_IS.fullmatch(text):
        encoding, body = "7bit", text.encode()
    else:
        encoding, body = "quoted-printable", b2a_qp(text.encode())
    head = (
        f"--{boundary}\r\n"
        f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
        f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    )
    return head.encode() + body.replace(b"\n", b"\r\n") + b"\r\n"
