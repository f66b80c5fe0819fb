"""Mail that is broken, or made to break us: it raises nothing, and work grows no faster than it does."""

import random
import re
from collections.abc import Callable
from importlib import import_module

import pytest

from pipeline.reading import read
from pipeline.reading.body import from_html, parsed, visible
from pipeline.reading.typed import typed
from pipeline.transport.imap import LARGEST
from tests.hostile import hostile
from tests.reading.clients import CLIENTS, LANGUAGES
from tests.reading.work import Player, counted, steps

READER = [
    import_module(f"pipeline.reading{name}")
    for name in ("", ".automatic", ".body", ".instruction", ".number", ".tnef", ".typed", ".languages.table")
]
PATTERNS = [
    value
    for module in READER
    for value in vars(module).values()
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str)
]

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


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_the_work_of_a_reading_grows_no_faster_than_the_text(line: str) -> None:
    small, large = (_work(lambda text: read(message(text), languages=("en", "da")), line, size) for size in (400, 1600))
    assert large <= 4.5 * small


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_the_work_of_telling_what_was_typed_grows_no_faster_than_a_long_text(line: str) -> None:
    small, large = (
        _work(lambda text: typed(visible(parsed(message(text))).plain), line, size) for size in (3_000, 12_000)
    )
    assert large <= 4.5 * small


def _work(look: Callable[[str], object], line: str, size: int) -> int:
    with counted(READER) as work:
        look(line * (size // len(line)))
    return work.total


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.pattern[:30])
def test_the_work_of_a_pattern_is_counted_on_what_it_really_does(pattern: re.Pattern[str]) -> None:
    player = Player(pattern.pattern, pattern.flags)
    for text in (
        *LINES.values(),
        "On 3 Mar 2026 10:30, Anna <a@b.dk> wrote:",
        "> 7 - two\n",
        "[EXTERNAL] x",
        "-- Bo --",
    ):
        for begin in range(len(text)):
            match = pattern.match(text[begin:])
            assert player.ends(text[begin:]) == (match.end() if match else None)


def test_a_pattern_whose_work_explodes_is_noticed() -> None:
    small, large = (steps(re.compile("(?:a+)+b"), "a" * size, at_once=True, whole=False) for size in (5, 10))
    assert large > 20 * small


@pytest.mark.parametrize("tag", ["div", "blockquote", "pre", "table", "b", "div style='display:none'"])
def test_a_page_of_elements_in_elements_is_given_up(tag: str) -> None:
    assert from_html(f"<{tag}>" * 30_000 + "7") == ""


@pytest.mark.parametrize(
    "part",
    [b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", b"Content-Type: MULTIPART/x; boundary=b%d\n\n--b%d\n"],
)
def test_parts_in_parts_in_parts_raise_nothing(part: bytes) -> None:
    assert read(b"".join(part % (n, n) for n in range(3000))).number is None


@pytest.mark.parametrize("kind", [b"message/rfc822", b"Message/RFC822", b"message/global"])
def test_messages_in_messages_in_messages_raise_nothing(kind: bytes) -> None:
    assert read(b"Content-Type: %s\n\n" % kind * 3000 + b"\n7").number is None


def test_no_message_of_the_hostile_corpus_raises_anything_or_is_taken_for_a_trick() -> None:
    for name, raw in hostile("number@x.dk", "anna@x.dk"):
        reading = read(raw[:LARGEST], languages=("en",))
        assert reading.outcome
        assert reading.number in {None, 4, 5, 7}, name
        assert all(letter.isprintable() or letter == "\n" for letter in f"{reading.comment}{reading.words}"), name


def test_an_attachment_of_25_megabytes_is_neither_kept_nor_decoded() -> None:
    head = b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n7\n--x\n"
    pdf = b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment\n\n"
    raw = head + pdf + (b"QUJD" * 19 + b"\n") * 330_000 + b"--x--\n"
    assert read(raw).number == 7
    _, attached = parsed(raw).get_payload()
    assert len(attached.get_payload()) < len(raw) / 200


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
        b"Subject: 7\nContent-Type: text/plain; charset=\x06\x00\x00utf-8\nContent-Transfer-Encoding: 8bi\xf4\nMIME-V\xe9: 1\n",
        b"Content-Type: text/plain; charset=ut\x00f-8\nContent-Transfer-Encoding: base64\nSubject: 7\n",
    ],
)
def test_headers_as_broken_as_they_come_keep_nobody_from_answering(headers: bytes) -> None:
    assert read(headers + b"\n\n").number == 7


@pytest.mark.parametrize("typed_as", ["\u202e57", "7\u202e5\u202c, see you", "\u202e21 ro 7"])
def test_a_number_that_is_shown_in_another_order_than_it_was_typed_is_asked_back(typed_as: str) -> None:
    reading = read(message(typed_as), languages=("en",))
    assert (reading.outcome, reading.number) == ("unclear", None)


def test_marks_that_phones_put_around_numbers_turn_nothing_round() -> None:
    assert read(message("7\n\u202d+45 12 34 56 78\u202c"), languages=("en",)).number == 7
    assert read(message("\u20687\u2069"), languages=("en",)).number == 7


@pytest.mark.parametrize("digit", ["７", "𝟕", "٧", "۷", "७"])
def test_a_digit_of_another_script_is_the_number_that_it_shows(digit: str) -> None:
    assert read(message(digit), languages=("en",)).number == 7


@pytest.mark.parametrize("lookalike", ["З", "О", "l", "²", "⑦", "Ⅶ", "ᒿ", "1О", "1O", "1l", "2OO", "1O - good week"])
def test_what_only_looks_like_a_digit_is_asked_back(lookalike: str) -> None:
    assert read(message(lookalike), languages=("en",)).number is None


def test_what_drives_a_terminal_is_no_part_of_a_comment() -> None:
    comment = read(message("7 - both\x1b[J\x9bm at\x00 Novo\x07"), languages=("en",)).comment
    assert comment == "both[Jm at Novo"
