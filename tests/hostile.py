"""Messages made to break, to mislead, or to reach further than a reply may. Each as it would lie in a mailbox.

`hostile(to, sender)` makes them all: from a person of the roster, to an address with a valid token, so that each comes
as deep into the reader as a reply can. What each is meant to do is its name.
"""

from __future__ import annotations

import gzip
import zlib
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

MARKUP = (
    '<script>alert(1)</script><img src=x onerror=alert(2)><style>*{display:none}</style><a href="https://evil.test">'
)
TEMPLATE = "{{ 7*7 }}{% for x in range(9) %}x{% endfor %}{{ ''.__class__.__mro__ }}${7*7}%(name)s%s{0.__class__}"
HEADERS = "Bcc: everyone@firm.test\r\nSubject: owned"
TERMINAL = "\x1b[2J\x1b]0;owned\x07\x9b31m\r\b"
TURNED = "\u202egnp.exe\u2066\u2069"
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1,2)", '=HYPERLINK("https://evil.test")', "＝1+1")


def head(to: str, sender: str, name: str, more: str = "") -> bytes:
    lines = f"From: {sender}\r\nTo: {to}\r\nSubject: Re: hello\r\nMessage-ID: <{name}@evil.test>\r\n{more}"
    return lines.encode("utf-8", "surrogateescape")


def hostile(to: str, sender: str) -> Iterator[tuple[str, bytes]]:
    """All of them, each with a name."""

    def plain(name: str, body: str | bytes, more: str = "") -> tuple[str, bytes]:
        text = body if isinstance(body, bytes) else body.encode("utf-8", "surrogateescape")
        return name, head(to, sender, name, f"{more}Content-Type: text/plain; charset=utf-8\r\n") + b"\r\n" + text

    def html(name: str, body: str) -> tuple[str, bytes]:
        return name, head(to, sender, name, "Content-Type: text/html; charset=utf-8\r\n") + b"\r\n" + body.encode()

    def raw(name: str, more: str, rest: bytes) -> tuple[str, bytes]:
        return name, head(to, sender, name, more) + rest

    yield from _structures(raw)
    yield from _bombs(html, raw)
    yield plain("nul", b"7\x00\x00 - \x00comment\x00")
    yield plain("bare-cr", b"7\r- comment\r.\rMAIL FROM:<x@evil.test>\r")
    yield plain("bare-lf", b"7\n.\nMAIL FROM:<x@evil.test>\n.\n")
    yield plain("surrogates", b"7 - \xed\xa0\x80\xff\xfe\xc0\x80")
    yield plain("markup", f"5 - {MARKUP}")
    yield plain("template", f"5 - {TEMPLATE}")
    yield plain("terminal", f"5 - {TERMINAL} both")
    yield plain("turned", f"5 - {TURNED} both")
    yield plain("turned-number", "\u202e57")
    yield plain("header-in-comment", f"5 - hello\r\n{HEADERS}")
    for number, formula in enumerate(FORMULAS):
        yield plain(f"formula-{number}", f"5\r\n\r\n{formula}")
    yield from _headers(to, sender)


def _structures(raw: object) -> Iterator[tuple[str, bytes]]:
    made = raw
    assert callable(made)
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(1000))
    yield made("nested-1000", nested, b"Content-Type: text/plain\r\n\r\n7\r\n")
    rfc822 = b"Content-Type: message/rfc822\r\n\r\n" * 1000
    yield made("messages-in-messages", "", rfc822 + b"Content-Type: text/plain\r\n\r\n7\r\n")
    part = b"--x\r\nContent-Type: text/plain\r\n\r\n7\r\n"
    yield made("parts-10000", "Content-Type: multipart/mixed; boundary=x\r\n\r\n", part * 10_000 + b"--x--\r\n")
    tiny = b"--x\r\n\r\n" * 30_000
    yield made("empty-parts", "Content-Type: multipart/alternative; boundary=x\r\n\r\n", tiny)
    endless = "b" * 200_000
    yield made(
        "endless-boundary", f"Content-Type: multipart/mixed; boundary={endless}\r\n\r\n", b"--bbb\r\n\r\n7" * 2000
    )
    yield made("boundary-of-dashes", 'Content-Type: multipart/mixed; boundary="-"\r\n\r\n', b"---\r\n" * 50_000)
    yield made("no-boundary", "Content-Type: multipart/mixed\r\n\r\n", b"--\r\n7\r\n--\r\n" * 5000)
    yield made("header-of-1-mb", "X-Long: " + "a" * 1_000_000 + "\r\n", b"\r\n7")
    yield made("headers-50000", "".join(f"X-{n}: a\r\n" for n in range(20_000)), b"\r\n7")
    yield made("received-5000", "Received: from a by b; Fri, 1 Jan 2021 00:00:00 +0000\r\n" * 3000, b"\r\n7")
    yield made("folded-header", "X-Folded: a\r\n" + " a\r\n" * 60_000, b"\r\n7")
    yield made("headers-without-end", "", b"7 " * 120_000)
    yield made("references-10000", "References: " + "<a@b.c>\r\n " * 10_000 + "\r\n", b"\r\n7")
    yield made("parameters", "Content-Type: text/plain" + "; a*0*=''x" * 20_000 + "\r\n", b"\r\n7")
    yield made("charset", "Content-Type: text/plain; charset=" + "x" * 50_000 + "\r\n", b"\r\n7")
    yield made("utf-7", "Content-Type: text/plain; charset=utf-7\r\n", b"\r\n7 +ADw-script+AD4-")
    for codec in ("zlib", "bz2", "rot13", "unicode_escape", "idna", "punycode", "undefined", "raw_unicode_escape"):
        bomb = zlib.compress(b"7" * 20_000_000) if codec == "zlib" else b"7"
        yield made(f"charset-{codec}", f"Content-Type: text/plain; charset={codec}\r\n", b"\r\n" + bomb)


def _bombs(html: object, raw: object) -> Iterator[tuple[str, bytes]]:
    page, made = html, raw
    assert callable(page)
    assert callable(made)
    yield page("html-deep", "<div>" * 100_000 + "7")
    yield page("html-tables", "<table><tr><td>" * 20_000 + "7")
    yield page("html-unclosed", "<a href='" * 60_000)
    yield page("html-attributes", "<p " + "a=b " * 60_000 + ">7")
    yield page("html-entities", "&amp;lt;" * 60_000 + "7")
    yield page("html-comments", "<!--" * 60_000 + "7")
    yield page("html-hidden", "<p>9<span style='display:none'>7</span></p>" * 5000)
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\0" * 20_000_000)
    mixed = "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n7\r\n--x\r\n"
    for kind, content in (
        ("application/zip", packed.getvalue()),
        ("application/gzip", gzip.compress(b"\0" * 20_000_000)),
    ):
        code = b"Content-Transfer-Encoding: base64\r\n\r\n" + b64encode(content) + b"\r\n--x--\r\n"
        yield made(kind.replace("/", "-"), mixed + f"Content-Type: {kind}\r\n", code)
    tnef = b"\x78\x9f\x3e\x22" + b"\x00\x00" + b"\x02\x90\x06\x00\x00\x00\xff\xff\xff\x7f" * 2000
    for kind in ("application/ms-tnef", "application/pkcs7-mime"):
        head_ = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        yield made(kind.replace("/", "-"), head_, b64encode(tnef))
    yield made("quoted-printable", "Content-Transfer-Encoding: quoted-printable\r\n\r\n", b"=\r\n" * 80_000 + b"7")
    yield made("base64-junk", "Content-Transfer-Encoding: base64\r\n\r\n", b"=" * 200_000)
    yield made("uuencoded", "Content-Transfer-Encoding: x-uuencode\r\n\r\n", b"begin 644 x\r\n" + b"M" * 200_000)


def _headers(to: str, sender: str) -> Iterator[tuple[str, bytes]]:
    """What a header may try to bring into a mail of ours, into a log, or onto a terminal."""
    encoded = b64encode(f"{HEADERS}{TERMINAL}{TURNED}{MARKUP}{TEMPLATE}".encode()).decode()
    for name, lines in {
        "subject-injects": f"Subject: =?utf-8?B?{encoded}?=",
        "name-injects": f"X-Ignored: 1\r\nSender: =?utf-8?B?{encoded}?= <x@evil.test>",
        "message-id-injects": f"Message-ID: <a\r\n\tBcc:everyone@firm.test{TERMINAL}@evil.test>",
        "message-id-long": "Message-ID: <" + "a" * 9000 + "@evil.test>",
        "message-id-two": "Message-ID: <a@b.c> <d@e.f>",
        "reply-to": "Reply-To: everyone@firm.test, victim@elsewhere.test",
        "date": "Date: Fri, 99 Foo 99999 99:99:99 +9999",
        "receipt": "Disposition-Notification-To: victim@elsewhere.test\r\nReturn-Receipt-To: victim@elsewhere.test",
    }.items():
        base = f"From: {sender}\r\nTo: {to}\r\n" + ("" if "Subject" in lines else "Subject: Re: hello\r\n")
        own = "" if "Message-ID" in lines else f"Message-ID: <{name}@evil.test>\r\n"
        yield name, f"{base}{own}{lines}\r\n\r\nwhat number do you mean".encode("utf-8", "surrogateescape")
    yield "from-injects", f"From: =?utf-8?B?{encoded}?= <{sender}>\r\nTo: {to}\r\nMessage-ID: <f@x>\r\n\r\n5".encode()
    yield "from-many", b"".join(b"From: <a%d@evil.test>\r\n" % n for n in range(3000)) + f"To: {to}\r\n\r\n5".encode()
    addresses = ", ".join(f'"{n}" <a{n}@evil.test>' for n in range(8000))
    yield "to-8000", f"From: {sender}\r\nTo: {addresses}, {to}\r\nMessage-ID: <t@x>\r\n\r\n5".encode()
    strange = f"{TURNED}{TERMINAL}<script>@evil.test"
    yield "strange-address", f"From: {strange}\r\nTo: {to}\r\nMessage-ID: <s@x>\r\n\r\n5".encode()
    yield (
        "marked-up-address",
        f"From: <b>hi</b>&amp;{{{{7*7}}}}@evil.test\r\nTo: {to}\r\nMessage-ID: <m@x>\r\n\r\n5".encode(),
    )
    yield "address-markup", f'From: <"<b>{{{{7*7}}}}"@evil.test>\r\nTo: {to}\r\nMessage-ID: <n@x>\r\n\r\n5'.encode()
    yield "address-amp", f"From: {{{{7*7}}}}&lt;b&gt;'@evil.test\r\nTo: {to}\r\nMessage-ID: <o@x>\r\n\r\n5".encode()
    yield "empty", b""
    yield "only-newlines", b"\r\n" * 100_000
    yield "not-a-message", bytes(range(256)) * 900
