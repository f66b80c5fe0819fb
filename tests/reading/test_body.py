"""What a person sees, from any encoding, charset and structure, right or wrong."""

import base64
import struct

import pytest

from pipeline.reading import read
from pipeline.reading.body import from_html, header, parsed

HEAD = b"From: a@x.dk\nSubject: Re: x\nMIME-Version: 1.0\n"
SEVEN_IN_UTF_16 = base64.b64encode("7\n".encode("utf-16"))

BODIES = {
    "utf-8 under another label": b"Content-Type: text/plain; charset=iso-8859-1\n\n" + "Sæt det til 7".encode(),
    "latin-1 without a label": b"Content-Type: text/plain\n\n" + "7 på rad".encode("latin-1"),
    "utf-16": b"Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" + SEVEN_IN_UTF_16,
    "utf-7": b"Content-Type: text/plain; charset=utf-7\n\n7 +AOY-\n",
    "a quote that never closes": b'Content-Type: text/plain; charset="utf-8\n\n7\n',
    "full-width in iso-2022-jp": b"Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B#7\x1b(B\n",
    "gbk as gb2312": b"Content-Type: text/plain; charset=gb2312\n\n" + "我有7个".encode("gbk"),
    "a Baltic page": b"Content-Type: text/html; charset=windows-1257\n\n<p>" + "septyni".encode("cp1257") + b"</p>",
    "base64 with a list's footer": b"Content-Transfer-Encoding: base64\n\nNwo=\n\n_______\nlist footer 12\n",
    "base64 without its end": b"Content-Transfer-Encoding: base64\n\nNw\n",
    "quoted-printable without a label": b"Content-Type: text/plain\n\n7 n=C3=A6sten=\n altid=\n\n",
    "an empty text beside a page": b"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n \n"
    b"--b\nContent-Type: text/html\n\n<p>7</p>\n--b--",
    "parts that never close": b"Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n7\n",
    "signed": b"Content-Type: multipart/signed; boundary=b\n\n--b\nContent-Type: text/plain\n\n7\n"
    b"--b\nContent-Type: application/pgp-signature\n\nx 9\n--b--",
    "an attached text": b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n7\n"
    b"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=notes.txt\n\n12\n--b--",
    "an attached message": b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n7\n"
    b"--b\nContent-Type: message/rfc822\n\nSubject: 9\n\n9\n--b--",
}  # fmt: skip


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_seven_is_seen(body: bytes) -> None:
    assert read(HEAD + body, languages=("da", "en", "lt")).number == 7


def winmail(text: bytes, page: int = 1252) -> bytes:
    """As MS-OXTNEF section 2.1.3 has it: a signature, a key, then level, attribute, length, data and checksum."""

    def attribute(name: int, data: bytes) -> bytes:
        return struct.pack("<BII", 1, name, len(data)) + data + struct.pack("<H", sum(data) % 65536)

    stream = struct.pack("<IH", 0x223E9F78, 1) + attribute(0x00089006, struct.pack("<I", 0x10000))
    return stream + attribute(0x00069007, struct.pack("<II", page, 0)) + attribute(0x0002800C, text + b"\0")


def in_winmail(stream: bytes, beside: str = "") -> bytes:
    text = f"--b\nContent-Type: text/plain\n\n{beside}\n".encode() if beside else b""
    head = b"--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
    top = b"Content-Type: multipart/mixed; boundary=b\n\n"
    return HEAD + top + text + head + base64.encodebytes(stream) + b"--b--"


@pytest.mark.parametrize(
    ("said", "page"), [("otteogtyve nye på Ærø", 1252), ("28 – čtyři", 1250), ("28 на этой", 65001)]
)
def test_the_text_in_a_winmail_dat_is_seen(said: str, page: int) -> None:
    encoding = "utf-8" if page == 65001 else f"cp{page}"
    read_ = read(in_winmail(winmail(said.encode(encoding), page)), languages=("da", "en"))
    assert read_.number == 28
    assert read_.words == said


def test_the_text_beside_a_winmail_dat_is_what_counts() -> None:
    assert read(in_winmail(winmail(b"9"), beside="7")).number == 7


@pytest.mark.parametrize("length", range(0, 70, 3))
def test_a_winmail_dat_that_is_cut_or_lies_raises_nothing(length: int) -> None:
    stream = winmail(b"7")
    for broken in (stream[:length], stream[:length] + b"\xff\xff\xff\xff" + stream[length + 4 :]):
        assert read(in_winmail(broken)).outcome in {"answer", "unclear"}


def test_what_is_encrypted_is_asked_back() -> None:
    body = b"Content-Type: multipart/encrypted; boundary=b\n\n--b\nContent-Type: application/octet-stream\n\n9\n--b--"
    assert read(HEAD + body).outcome == "unclear"


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        (b"=?utf-8?Q?=37?=", "7"),
        (b"=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        (b"=?utf-8?Q?Re:_=C3=A6?=\n =?utf-8?Q?ble?=", "Re: æble"),
        (b"\xe6ble", "æble"),
        (b"\xc3\xa6ble", "æble"),
        (b"=?iso-8859-1?Q?sv=E6r 7?=", "svær 7"),
    ],
)
def test_subjects_are_decoded_as_they_come(written: bytes, subject: str) -> None:
    assert header(parsed(b"Subject: " + written + b"\n\n"), "Subject") == subject


def test_what_a_page_hides_is_not_seen() -> None:
    page = "<style>p{width:9px}</style><div style='display:none'>8<p>9</p></div><p>7</p><script>var n = 5</script>"
    assert from_html(page) == "7"


def test_lines_of_a_page_are_lines_and_its_quotations_are_signed() -> None:
    page = "<pre>1\n2</pre><table><tr><td>3</td><td>4</td></tr></table><blockquote>5<br>6</blockquote>"
    assert from_html(page).split("\n") == ["1", "2", "3 4", "> 5", "> 6"]
