"""Where the corpus of real mails lies, and how a real reply becomes a case. It is read there and never copied.

A reply in the corpus answers no question of ours: the words that its writer typed are replaced with an answer, and all
around them (greeting lines apart) is kept. Then the right reading is known, and every other number is a trap.
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parent.parent.parent / "shared" / "corpus"
HELD_BACK = 3  # one file in so many is never looked at while the reader is worked on


def files(folder: str) -> list[Path]:
    """The files of one folder of the corpus; empty where there is no corpus, which in CI is a failure."""
    root = Path(os.environ.get("ONENUMBER_CORPUS", _BESIDE))
    found = sorted((root / folder).glob("*.txt"))
    if not found and os.environ.get("CI"):
        pytest.fail(f"the corpus is missing: {root / folder}")
    return found


def each(folder: str) -> list[object]:
    """Parameters for one test a file; one that says why it did not run, where there is no corpus."""
    absent = pytest.param(None, marks=pytest.mark.skip(reason="the corpus of real mails is not here"))
    return [pytest.param(path, id=path.stem) for path in files(folder)] or [absent]


TYPED = {
    # The lines (from, to) that the writer typed, counted from 1; further pairs are typed too, and left out. A pair that
    # ends before it begins puts the answer above that line.
    "begins_with_signature": ((1, 4),),
    "caution": ((5, 23),),
    "caution2": ((1, 3),),
    "correct_sig": ((1, 1),),
    "email_1_1": ((1, 5),),
    "email_1_2": ((9, 34),),
    "email_1_3": ((1, 3),),
    "email_1_4": ((1, 1),),
    "email_1_5": ((1, 15),),
    "email_1_6": ((1, 1),),
    "email_1_7": ((1, 1),),
    "email_1_8": ((13, 13), (19, 19)),
    "email_2_1": ((1, 1),),
    "email_2_2": ((1, 1),),
    "email_2_3": ((1, 1),),
    "email_3_1": ((1, 3),),
    "email_bullets": ((1, 9),),
    "email_danish_1": ((1, 3),),
    "email_danish_2": ((1, 3),),
    "email_danish_3": ((1, 3),),
    "email_danish_4": ((1, 3),),
    "email_danish_5": ((1, 3),),
    "email_gmail": ((1, 1),),
    "email_headers_no_delimiter": ((1, 1),),
    "email_ja_1_1": ((1, 1),),
    "email_ja_1_2": ((1, 5),),
    "email_nl_1_1": ((1, 4),),
    "email_nl_1_2": ((1, 1),),
    "email_one_is_not_on": ((1, 5),),
    "email_partial_quote_header": ((1, 6),),
    "email_pl_1_1": ((1, 0),),
    "email_pl_1_2": ((1, 0),),
    "email_pl_1_3": ((1, 0),),
    "email_sent_from_BlackBerry": ((1, 1),),
    "email_BlackBerry": ((1, 1),),
    "email_sent_from_iPhone": ((1, 1),),
    "email_iPhone": ((1, 1),),
    "email_sent_from_multi_word_mobile_device": ((1, 1),),
    "email_multi_word_sent_from_my_mobile_device": ((1, 1),),
    "email_sent_from_not_signature": ((1, 3),),
    "email_sent_from_my_not_signature": ((1, 3),),
    "email_sig_delimiter_in_middle_of_line": ((1, 5),),
    "email_sv_anon_1": ((1, 4),),
    "email_swedish_1": ((1, 5),),
    "email_swedish_2": ((1, 5),),
    "forward": ((1, 5),),
    "greedy_on": ((1, 6),),
    "multi_header": ((1, 1),),
    "multiline_on": ((1, 0),),
    "multiline_on_de": ((1, 1),),
    "outlook": ((1, 6),),
    "pathological": ((1, 2),),
}


@dataclass(frozen=True)
class Case:
    """A mail made of a real reply: `number` is what was meant, None where it must be asked back."""

    file: str
    language: str
    said: str
    number: int | None
    raw: bytes
    held_back: bool


SAID = (
    ("7", 7),
    ("3 nye", 3),
    ("Syv", 7),
    ("none this week, sorry", 0),
    ("I made 4 this week", 4),
    ("12 new opportunities, mostly from the fair", 12),
    ("5 - two of them at Novo", 5),
    ("Hej\n\nFem i denne uge", 5),
    ("ingen", 0),
    ("*21*", 21),
    ("sieben", 7),
    ("trois", 3),
    ("call me at 2pm", None),
    ("I'll send it on 12 January", None),
    ("3 or 4", None),
)
KINDS = ("plain", "quoted-printable", "base64", "html")


def cases() -> Iterator[Case]:
    """Every reply of the corpus with every answer, as plain text in three encodings and as HTML."""
    for path in [*files("replies-a"), *files("replies-b")]:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        held = hashlib.sha256(path.stem.encode()).digest()[0] % HELD_BACK == 0
        for number, (said, meant) in enumerate(SAID):
            kind = KINDS[number % len(KINDS)]
            text = _replaced(lines, TYPED[path.stem], said)
            yield Case(f"{path.parent.name}/{path.stem}", _language(path.stem), said, meant, mail(text, kind), held)


def _replaced(lines: list[str], typed: tuple[tuple[int, int], ...], said: str) -> str:
    (begin, end), *others = typed
    dropped = {number for first, last in others for number in range(first, last + 1)}
    before, after = lines[: begin - 1], lines[max(end, begin - 1) :]
    kept = [line for number, line in enumerate(after, end + 1) if number not in dropped]
    return "\n".join([*before, said, *([""] if end < begin else []), *kept])


def _language(stem: str) -> str:
    marks = {"danish": "da", "swedish": "sv", "_sv_": "sv", "_nl_": "nl", "_pl_": "pl", "_ja_": "ja", "_de": "de"}
    return next((code for mark, code in marks.items() if mark in stem and stem != "multiline_on_de"), "en")


def mail(text: str, kind: str) -> bytes:
    """One text as a mail, in an encoding or as a page of one `<div>` a line."""
    message = EmailMessage()
    message["From"], message["To"] = "Anna <anna@nordvik.example>", "number@nordvik.example"
    message["Subject"], message["Date"] = "Re: One number for week 48", "Fri, 27 Nov 2026 13:10:00 +0100"
    message["Message-ID"], message["In-Reply-To"] = "<7@nordvik.example>", "<6@nordvik.example>"
    if kind == "html":
        page = "".join(f"<div>{escape(line) or '<br>'}</div>\n" for line in text.split("\n"))
        message.set_content(f"<html><body>{page}</body></html>", subtype="html")
    else:
        message.set_content(text, cte="8bit" if kind == "plain" else kind)
    return message.as_bytes()
