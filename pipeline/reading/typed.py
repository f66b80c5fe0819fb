"""What did they type? A reply's text without quotations, attributions, header blocks, signatures and footers.

Pure text in, text out, with what was cut and by which rule. What the words mean is `number`'s and `instruction`'s
business. Marks that need no language come first; then the tables of every language, whatever the sender's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.reading.languages import ALL

_TOKEN = re.compile(r"(?<![a-z0-9])[a-z][a-z2-7]{28}(?![a-z0-9])", re.IGNORECASE)
_QUOTED = re.compile(r"\s*(>|\|(?=\s))")
_RULE = re.compile(r"\s*([_=\-*\u2500]\s?){8,}\s*$")
_SIGNATURE = re.compile(r"\s*(--|—|__)\s*$")
_FORMAT_CHARACTERS = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_LONE_NUMBER = re.compile(r"\s*>[>\s]*([*_]{0,2}\d{1,6}[*_]{0,2})\s*[.!]?\s*$")
_ADDRESS_OR_TIME = re.compile(r"[\w.+-]+@[\w.-]+|\b\d{1,2}[:.]\d{2}\b")
_BANNER_LINES = 4


@dataclass(frozen=True, slots=True)
class Typed:
    """`text` is what was typed, `cut` the rules that cut something, in order, and `place` where it was found: above,
    below, between or behind the quotation, or nowhere."""

    text: str
    cut: tuple[str, ...]
    place: str


def typed(text: str) -> Typed:
    lines = [_FORMAT_CHARACTERS.sub("", line).replace("\u00a0", " ").rstrip() for line in text.splitlines()]
    lines, cut = _without_banner(lines)
    end, rule = _quotation_begins(lines)
    above = _without_signature(lines[:end])
    if rule:
        cut = (*cut, rule)
    if any(line.strip() for line in above[0]):
        return Typed(_joined(above[0]), (*cut, *above[1]), "above")
    below = _without_signature(_unquoted_after(lines, end))
    if rule != "header block" and any(line.strip() for line in below[0]):
        return Typed(_joined(below[0]), (*cut, *below[1]), "below")
    lone = [found[1] for found in map(_LONE_NUMBER.match, lines) if found]
    if len(lone) == 1:
        return Typed(lone[0], (*cut, "quotation sign"), "behind")
    return Typed("", cut, "nowhere")


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_banner(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Leave out what gateways put above a text: the paragraph that begins as a warning does."""
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    head = lines[start].strip(" [*_<").lower() if start < len(lines) else ""
    if not head or not any(head.startswith(opener.strip("[")) for opener in _openers()):
        return lines, ()
    end = start
    while end < len(lines) and lines[end].strip() and not _RULE.match(lines[end]) and end - start <= _BANNER_LINES:
        end += 1
    if not any(line.strip() for line in lines[end:]):
        return lines, ()
    return lines[end:], ("banner",)


@cache
def _openers() -> tuple[str, ...]:
    return tuple(opener for language in ALL.values() for opener in language.disclaimers)


def _quotation_begins(lines: list[str]) -> tuple[int, str]:
    """The line on which the quotation begins, and the rule that says so; the end of the text where there is none."""
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        rule = _begins_here(lines, number)
        if rule:
            back = number
            while back and _RULE.match(lines[back - 1] or " "):
                back -= 1
            return back, rule
    return len(lines), ""


def _begins_here(lines: list[str], number: int) -> str:
    line = lines[number]
    checks = (
        (_QUOTED.match(line), "quotation sign"),
        (_TOKEN.search(line), "our own mark"),
        (_delimiter().search(line), "delimiter"),
        (_is_header_block(lines, number), "header block"),
        (_is_attribution(lines, number), "attribution"),
        (_introduces_a_quotation(lines, number), "line above a quotation"),
    )
    return next((rule for holds, rule in checks if holds), "")


def _is_attribution(lines: list[str], number: int) -> bool:
    """`On Friday … wrote:`, in one line or wrapped over as many as three."""
    if _attribution(wrapped=False).fullmatch(lines[number].strip()):
        return True
    joined = (" ".join(part.strip() for part in lines[number : number + length]) for length in (2, 3))
    return any(len(line) < 500 and _attribution(wrapped=True).fullmatch(line.strip()) for line in joined)


def _introduces_a_quotation(lines: list[str], number: int) -> bool:
    """Whatever the language: a line that ends in a colon, names an address or a time, and has the quotation below."""
    line = lines[number].strip()
    if not line.endswith((":", "：")) or not _ADDRESS_OR_TIME.search(line):
        return False
    below = next((one for one in lines[number + 1 : number + 4] if one.strip()), "")
    return _QUOTED.match(below) is not None


@cache
def _delimiter() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for language in ALL.values() for word in language.delimiters)
    return re.compile(
        rf"^\s*[-_*=]{{2,}}\s*({words})\s*[-_*=]{{2,}}\s*$|^\s*(begin forwarded message):\s*$", re.IGNORECASE
    )


@cache
def _attribution(*, wrapped: bool) -> re.Pattern[str]:
    """Any language's attribution line. A wrapped one must open with its own word, or a reply above would be taken
    for its beginning."""
    rows = (row for language in ALL.values() for row in language.attributions)
    return re.compile("|".join(f"(?:{row})" for row in rows if not (wrapped and row.startswith("."))), re.IGNORECASE)


@cache
def _header_line() -> re.Pattern[str]:
    names = "|".join(sorted({re.escape(name) for language in ALL.values() for name in language.headers}))
    return re.compile(rf"\s*[*_]{{0,2}}({names})\s?[*_]{{0,2}}:[*_]{{0,2}}(\s.*)?$", re.IGNORECASE)


def _is_header_block(lines: list[str], number: int) -> bool:
    """Three header lines of different names within six lines, the first of them here (Outlook, in any language)."""
    if not _header_line().match(lines[number]):
        return False
    found = (_header_line().match(line) for line in lines[number : number + 6])
    return len({match[1].lower() for match in found if match}) >= 3


def _unquoted_after(lines: list[str], begin: int) -> list[str]:
    """What stands without a quotation sign after the last line that has one."""
    last = max((number for number, line in enumerate(lines) if _QUOTED.match(line)), default=None)
    if last is None or last < begin:
        return []
    below = [line for line in lines[last + 1 :] if not _QUOTED.match(line)]
    if any(line.strip() for line in below):
        return below
    return [
        line
        for number, line in enumerate(lines[begin:last], begin)
        if line.strip()
        and not _begins_here(lines, number)
        and number > begin
        and _QUOTED.match(lines[number - 1] or " ")
    ]


def _without_signature(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Cut at the first line that opens a signature, a footer or a disclaimer, if anything was typed above it."""
    for number, line in enumerate(lines):
        rule = _signature_opens(line)
        if rule == "closing" and not any(before.strip() for before in lines[:number]):
            continue
        if rule:
            return lines[:number], (rule,)
    return lines, ()


def _signature_opens(line: str) -> str:
    words = line.strip().strip("*_[]()<> ").lower()
    if _SIGNATURE.match(line) or _RULE.match(line or " "):
        return "signature"
    if any(words.startswith(opener) for language in ALL.values() for opener in language.footers):
        return "footer"
    if len(words) > 20 and any(words.startswith(opener) for opener in _openers()):
        return "disclaimer"
    bare = words.rstrip(" ,.!-/")
    if len(bare) < 50 and not any(letter.isdigit() for letter in bare):
        openers = (closing for language in ALL.values() for closing in language.closings)
        if any(bare == opener or bare.startswith((opener + ",", opener + " ", opener + "/")) for opener in openers):
            return "closing"
    return ""
