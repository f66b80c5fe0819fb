"""`onenumber read`: how one message is read, and why.

For whoever wonders why a reply was or was not taken. It reads a file or standard input and writes nothing but its
answer: the verdict, and below it the message as a person sees it, each line marked as kept or cut. Who sent the
message, and for which week, needs settings and is not told here.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import msgspec
from rich.console import Console
from rich.text import Text

from pipeline.reading import Seen, read, seen

_MOST_LINES = 60  # of the message that are shown


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
    _show(seen(raw))
    return 0


def _show(message: Seen) -> None:
    """The lines, kept ones after a bar and cut ones dim after a dash, so that colour is not needed to tell them."""
    if message.cut:
        print(f"cut by    {', '.join(message.cut)}")
    print()
    console = Console(highlight=False, soft_wrap=True)
    printable = ((kept, "".join(letter for letter in line if letter.isprintable())) for kept, line in message.lines)
    lines = [(kept, line) for kept, line in printable if line.strip()]
    for kept, line in lines[:_MOST_LINES]:
        console.print(Text(f"{'|' if kept else '-'} {line}", style="bold" if kept else "dim"))
    if len(lines) > _MOST_LINES:
        print(f"  … and {len(lines) - _MOST_LINES} lines more")


def _number(value: object) -> int | float:
    number = Decimal(str(value))
    return int(number) if number == number.to_integral_value() else float(number)
