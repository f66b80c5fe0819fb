"""How well, and how fast, are replies read? The corpus of real replies, read by us and by the best public parsers.

    python benchmarks/reading.py                 # the part that is worked on
    python benchmarks/reading.py --held-back     # the part that is only ever measured
    python benchmarks/reading.py --fails         # name each case that is not right

The public parsers are compared where they are installed (`uv pip install email-reply-parser mail-parser-reply
quotequail`): each finds the reply in the text that a person sees, and the first number in it is taken. What is measured
is right / asked back / wrong; wrong is a number that nobody meant.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from pipeline.reading import read
from pipeline.reading.body import parsed, visible
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
    readers: dict[str, Reader] = {"One Number": _ours, "no parser": _first_number_of_all, **_peers()}
    print(f"{len(cases)} cases, {'held back' if chosen.held_back else 'worked on'}\n")
    print(f"{'reader':<22}{'right':>9}{'asked':>9}{'wrong':>9}{'a second':>11}")
    for name, reader in readers.items():
        got = Counter(_verdict(case, reader(case.raw)) for case in cases)
        speed = len(cases) / min(_seconds(reader, cases) for _ in range(_TIMES))
        shares = "".join(f"{got[kind] / len(cases):>9.1%}" for kind in ("right", "asked", "wrong"))
        print(f"{name:<22}{shares}{speed:>11,.0f}")
    print(f"\n{'ours, by language':<22}{'right':>9}{'asked':>9}{'wrong':>9}")
    for code in sorted({case.language for case in cases}):
        got = Counter(_verdict(case, _ours(case.raw)) for case in cases if case.language == code)
        print(f"{code:<22}{got['right']:>9}{got['asked']:>9}{got['wrong']:>9}")


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


def _first_number_of_all(raw: bytes) -> Decimal | None:
    return _first_number(_seen(raw))


def _seen(raw: bytes) -> str:
    body = visible(parsed(raw))
    return body.plain or body.html


def _first_number(text: str) -> Decimal | None:
    found = re.search(r"\d+", text)
    return Decimal(found[0]) if found else None


def _peers() -> dict[str, Reader]:
    """Each public parser that is installed, with the first number in the reply that it finds."""
    found: dict[str, Reader] = {}
    for name, module, reply in (
        ("email-reply-parser", "email_reply_parser", lambda peer, text: peer.EmailReplyParser.parse_reply(text)),
        ("mail-parser-reply", "mailparser_reply", lambda peer, text: peer.EmailReplyParser().parse_reply(text)),
        ("quotequail", "quotequail", lambda peer, text: (peer.unwrap(text) or {}).get("text_top") or _top(peer, text)),
    ):
        try:
            peer = import_module(module)
        except ImportError:
            continue
        found[name] = lambda raw, peer=peer, reply=reply: _first_number(reply(peer, _seen(raw)) or "")
    return found


def _top(peer: object, text: str) -> str:
    parts = peer.quote(text)  # type: ignore[attr-defined]
    return "\n".join(words for shown, words in parts if shown)


if __name__ == "__main__":
    main()
