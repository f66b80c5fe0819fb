"""A message is what the standard library reads back as we meant it, whatever people and templates put into it."""

import re
from email import message_from_bytes, message_from_string, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.message import written

FROM = ("From", Address("One Number", addr_spec="number@firm.test"))
BOUNDARY = "=_0123456789abcdef"
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
phrases = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=120).map(str.strip)


def read(raw: bytes) -> EmailMessage:
    found: Any = message_from_bytes(raw, policy=policy.SMTPUTF8)
    assert isinstance(found, EmailMessage)
    assert found.defects == []
    return found


def header(raw: bytes, name: str) -> str:
    """A header as a person sees it. Not by the modern parser: it sees spaces between the words of an encoded name."""
    return " ".join(str(make_header(decode_header(message_from_string(raw.decode())[name]))).split())


def body(found: EmailMessage, kind: str) -> str:
    part = found.get_body((kind,))
    assert part is not None
    text = part.get_content()
    assert isinstance(text, str)
    return text.replace("\r\n", "\n")


@given(anything, anything)
def test_both_versions_are_read_back_as_they_were_written(text: str, html: str) -> None:
    found = read(written([FROM], text, html, BOUNDARY))
    assert found.get_content_type() == "multipart/alternative"
    for kind, meant in (("plain", text), ("html", html)):
        assert body(found, kind).rstrip("\n") == re.sub(r"\r\n|\r", "\n", meant).rstrip("\n")


@given(anything, anything)
def test_lines_end_with_crlf_alone_and_are_never_too_long(text: str, html: str) -> None:
    raw = written([FROM], text, html, BOUNDARY)
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\0" not in raw
    assert all(len(line) <= 78 for line in raw.split(b"\r\n"))
    assert raw.isascii()


@given(phrases)
def test_a_name_is_read_back_as_it_was_written_and_names_nobody_else(name: str) -> None:
    raw = written([FROM, ("To", Address(name, addr_spec="anna@firm.test"))], "x", "x", BOUNDARY)
    assert [to.addr_spec for to in read(raw)["To"].addresses] == ["anna@firm.test"]
    shown = header(raw, "To").removesuffix("anna@firm.test").removesuffix("<anna@firm.test>").strip()
    quoted = str(Address(name, addr_spec="anna@firm.test")).removesuffix("<anna@firm.test>").strip()
    assert shown in {" ".join(name.split()), " ".join(quoted.split())}


@pytest.mark.parametrize("subject", ["Et tal for uge 48", "Øl & “smør”", "=?utf-8?q?not_a_word?= 7", "long " * 60, ""])
def test_a_subject_is_read_back_as_it_was_written(subject: str) -> None:
    raw = written([FROM, ("Subject", subject)], "x", "x", BOUNDARY)
    assert header(raw, "Subject") == " ".join(subject.split())


@pytest.mark.parametrize(
    "value", ["7\r\nBcc: everybody@firm.test", "7\nBcc: everybody@firm.test", "7\rBcc: x@firm.test"]
)
def test_a_header_cannot_bring_another_with_it(value: str) -> None:
    with pytest.raises(ValueError):
        written([FROM, ("Subject", value)], "x", "x", BOUNDARY)


def test_an_address_beyond_ascii_stands_in_utf_8() -> None:
    raw = written([FROM, ("To", Address("Bø", "bø", "firm.test"))], "x", "x", BOUNDARY)
    assert "\r\n <bø@firm.test>\r\n".encode() in raw
    assert raw.replace("bø@".encode(), b"").isascii()
