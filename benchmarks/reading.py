"""How well, and how fast, are replies read? The corpus of real replies, read by us and by the best public parsers.

    python benchmarks/reading.py                 # the part that is worked on
    python benchmarks/reading.py --held-back     # the part that is only ever measured
    python benchmarks/reading.py --fails         # name each case that is not right

The public parsers are compared where they are installed (`pip install -r benchmarks/requirements.txt`). They find the
reply in a text, and the first number in it is taken. The text is what the standard library gives as a message's body
(`EmailMessage.get_body`, docs.python.org/3/library/email.message.html), pages made text as ours are; in their second
row it is the text that our own reader sees, which is more than they would have.

What is measured is right / asked back / wrong, where wrong is a number that nobody meant, and messages a second, from
the bytes to the number.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from email import message_from_bytes, policy
from importlib import import_module
from pathlib import Path
from time import perf_counter

from table import NotMeasuredError, Row, paced

sys.path.insert(0, str(Path(__file__).parent.parent))

from pipeline.reading import read
from pipeline.reading.body import from_html, parsed, visible
from tests import corpus

_TIMES = 3  # the best of so many passes is each reader's time, after one in which it makes what it keeps
Reader = Callable[[bytes], "Decimal | None"]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--held-back", action="store_true")
    options.add_argument("--fails", action="store_true")
    chosen = options.parse_args()
    cases = [case for case in corpus.cases() if case.held_back == chosen.held_back]
    if not cases:
        sys.exit("The corpus of real replies is not here. Name its folder in ONENUMBER_CORPUS.")
    if chosen.fails:
        _print_fails(cases)
    readers: dict[str, Reader] = {"One Number": _ours, **_readers(_body), **_readers(_seen, ", our text")}
    print(f"{len(cases)} cases, {'held back' if chosen.held_back else 'worked on'}\n")
    print(f"{'reader':<30}{'right':>9}{'asked':>9}{'wrong':>9}{'a second':>11}")
    for name, reader in readers.items():
        got = Counter(_verdict(case, reader(case.raw)) for case in cases)
        speed = len(cases) / min(_seconds(reader, cases) for _ in range(_TIMES))
        shares = "".join(f"{got[kind] / len(cases):>9.1%}" for kind in ("right", "asked", "wrong"))
        print(f"{name:<30}{shares}{speed:>11,.0f}")
    print(f"\n{'ours, by language':<30}{'right':>9}{'asked':>9}{'wrong':>9}")
    for code in sorted({case.language for case in cases}):
        got = Counter(_verdict(case, _ours(case.raw)) for case in cases if case.language == code)
        print(f"{code:<30}{got['right']:>9}{got['asked']:>9}{got['wrong']:>9}")


def beside_the_fastest(times: int) -> Row:
    """Our reader against the fastest of the public parsers, each from the bytes to the number, on both parts."""
    cases = list(corpus.cases())
    peers = {name: reader for name, reader in _readers(_body).items() if name in _peers()}
    if not cases or not peers:
        absent = "the corpus of real replies" if not cases else "the public parsers (benchmarks/requirements.txt)"
        raise NotMeasuredError(f"Reading alone is not measured, for here are not {absent}.")
    for reader in (_ours, *peers.values()):  # what it makes once, and keeps
        _seconds(reader, cases[:100])
    fastest = min(peers, key=lambda name: _seconds(peers[name], cases))
    figures = paced(
        lambda: len(cases) / _seconds(_ours, cases), lambda: len(cases) / _seconds(peers[fastest], cases), times
    )
    return Row("reading alone", f"the fastest public parser, {fastest}", "messages/s", figures, 1.0, at_most=False)


def _seconds(reader: Reader, cases: list[corpus.Case]) -> float:
    begin = perf_counter()
    for case in cases:
        reader(case.raw)
    return perf_counter() - begin


def _verdict(case: corpus.Case, number: Decimal | None) -> str:
    if number == case.number:
        return "right"
    return "asked" if number is None else "wrong"


def _print_fails(cases: list[corpus.Case]) -> None:
    for case in cases:
        reading = read(case.raw)
        if (verdict := _verdict(case, reading.number)) != "right":
            told = f"{reading.outcome} {reading.number} {reading.evidence} {reading.candidates}"
            print(f"{verdict:<6} {case.file} {case.said!r}: {told}\n       {reading.words[:150]!r}")


def _ours(raw: bytes) -> Decimal | None:
    return read(raw).number


def _body(raw: bytes) -> str:
    """The text of a message as the standard library has it; nothing where it breaks on one."""
    try:
        part = message_from_bytes(raw, policy=policy.default).get_body(("plain", "html"))
        text = str(part.get_content()) if part is not None else ""
    except (LookupError, ValueError, AttributeError, TypeError, IndexError):
        return ""
    return from_html(text) if part is not None and part.get_content_type() == "text/html" else text


def _seen(raw: bytes) -> str:
    body = visible(parsed(raw))
    return body.plain or body.html


def _first_number(text: str) -> Decimal | None:
    found = re.search(r"\d+", text)
    return Decimal(found[0]) if found else None


def _readers(seen: Callable[[bytes], str], name: str = "") -> dict[str, Reader]:
    """Each public parser, and none, with the first number in the reply that it finds in the text that is seen."""
    return {
        parser + name: lambda raw, reply=reply: _first_number(reply(seen(raw)) or "")
        for parser, reply in {"no parser": str, **_peers()}.items()
    }


def _peers() -> dict[str, Callable[[str], str]]:
    """The public parsers that are installed, from a text to the reply in it."""
    found: dict[str, Callable[[str], str]] = {}
    for name, module, reply in (
        ("email-reply-parser", "email_reply_parser", lambda peer, text: peer.EmailReplyParser.parse_reply(text)),
        ("mail-parser-reply", "mailparser_reply", lambda peer, text: peer.EmailReplyParser().parse_reply(text)),
        ("quotequail", "quotequail", lambda peer, text: (peer.unwrap(text) or {}).get("text_top") or _top(peer, text)),
    ):
        try:
            peer = import_module(module)
        except ImportError:
            continue
        found[name] = lambda text, peer=peer, reply=reply: reply(peer, text)
    return found


def _top(peer: object, text: str) -> str:
    parts = peer.quote(text)  # type: ignore[attr-defined]
    return "\n".join(words for shown, words in parts if shown)


if __name__ == "__main__":
    main()
