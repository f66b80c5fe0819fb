"""`onenumber read`: how one message is read, and why.

For whoever wonders why a reply was or was not taken. It reads a file or standard input and writes nothing but its
answer; who sent the message, and for which week, needs settings and is not told here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec

from pipeline.reading import read


def run(file: str, *, languages: Sequence[str], as_json: bool) -> int:
    """Print the reading of one message; 0 where it could be opened, 2 where there is no such file."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        advice = "Give the path of a saved message, or - for standard input."
        print(f"{file}: cannot be read ({error.strerror}). {advice}", file=sys.stderr)
        return 2
    reading = read(raw, languages=languages)
    if as_json:
        print(
            json.dumps(
                msgspec.to_builtins(reading, builtin_types=(Decimal,)), default=_number, ensure_ascii=False, indent=2
            )
        )
        return 0
    rows = {
        "outcome": reading.outcome,
        "number": "" if reading.number is None else f"{reading.number}",
        "could be": "" if reading.number is not None else ", ".join(reading.candidates),
        "comment": reading.comment,
        "typed": reading.words if reading.number is None else "",
        "evidence": reading.evidence,
    }
    for name, value in rows.items():
        if value:
            print(f"{name:<8}  {value}")
    return 0


def _number(value: object) -> int | float:
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)
