"""Mail that is broken, or made to break us: it raises nothing, and work grows no faster than it does."""

import random
from time import process_time

import pytest

from pipeline.reading import read
from pipeline.reading.body import from_html
from tests.reading.clients import CLIENTS, LANGUAGES

LINES = {
    "spaces": " ", "empty lines": "\n", "quotation signs": "> \n", "dashes": "- ", "names": "a:\n", "attributions": "On 1 x\n",
    "header lines": "From: a\n", "figures": "1", "figures apart": "1 ", "figures in lines": "1\n", "figures with dots": "1.",
    "telephones": "+1 ", "number words": "seven ", "names and numbers": "Ana 4, ", "tens": "twenty ", "addresses": "a@b.c ",
    "brackets": "<", "stars": "*", "until": "until ", "delimiters": "---- x ", "signed": "-----BEGIN PGP SIGNED MESSAGE-----\nA: b\n",
    "dates": "On Fri 2026 a@b.c x\n", "tables": "2026-11-27\nTo\n", "soft breaks": "=41=\n", "banners": "CAUTION: x\n\n",
    "tokens": "a2", "rules": "________\n", "greetings": "Hi\n", "between": ">7\nx\n", "none": "none ",
}  # fmt: skip


def message(body: str) -> bytes:
    return f"From: a@x.dk\nSubject: Re: x\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()


def seconds(raw: bytes) -> float:
    begin = process_time()
    read(raw)
    return process_time() - begin


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_work_grows_no_faster_than_the_text(line: str) -> None:
    small, large = (message(line * (size // len(line))) for size in (40_000, 320_000))
    read(small)
    assert min(seconds(large), seconds(large)) < 0.5 + 16 * min(seconds(small), seconds(small))


@pytest.mark.parametrize("tag", ["div", "blockquote", "pre", "table", "b", "div style='display:none'"])
def test_a_page_of_elements_in_elements_is_given_up(tag: str) -> None:
    begin = process_time()
    assert isinstance(from_html(f"<{tag}>" * 30_000 + "7"), str)
    assert process_time() - begin < 10


def test_parts_in_parts_in_parts_raise_nothing() -> None:
    raw = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000))
    assert read(raw).number is None


def test_an_attachment_of_25_megabytes_is_not_decoded() -> None:
    head = b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n7\n--x\n"
    pdf = b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n"
    raw = head + pdf + (b"QUJD" * 19 + b"\n") * 330_000 + b"--x--\n"
    begin = process_time()
    assert read(raw).number == 7
    assert process_time() - begin < 5


def test_a_mail_with_any_of_its_bytes_changed_raises_nothing() -> None:
    chance = random.Random(4)
    for client in CLIENTS:
        raw = client("7", LANGUAGES[chance.choice(list(LANGUAGES))]).as_bytes()
        for _ in range(20):
            broken = bytearray(raw)
            for _ in range(chance.randint(1, 12)):
                at = chance.randrange(len(broken))
                broken[at : at + chance.randint(0, 3)] = bytes(
                    chance.randrange(256) for _ in range(chance.randint(0, 3))
                )
            assert read(bytes(broken)).outcome


@pytest.mark.parametrize(
    "headers",
    [
        b"Message-ID: <[]@x>\nSubject: 7\n",  # python/cpython#105802
        b"From: <(\nSubject: 7\n",
        b"Content-Type: text/plain; charset*=''%\nSubject: 7\n",  # python/cpython#151857
        b"Content-Type: text/plain; charset=nonsense\nSubject: 7\n",
        b"Content-Transfer-Encoding: nonsense\nSubject: 7\n",
        b"Cc: a@x.dk,\nSubject: 7\n",  # ietf-tools/mailarchive#3510
        b"Subject: =?utf-8?Q?=37?=\n",
        b"Subject: =?utf-8?B?Nw?=\n",
        b"Subject: =?nonsense?Q?7?=\n",
        b"Date: yesterday\nSubject: 7\n",
        b"Content-Type: text/plain; charset=ut\x00f-8\nContent-Transfer-Encoding: base64\nSubject: 7\n",
    ],
)
def test_headers_as_broken_as_they_come_keep_nobody_from_answering(headers: bytes) -> None:
    assert read(headers + b"\n\n").number == 7
