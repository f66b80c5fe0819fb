"""What did they type? A reply's text without quotations, attributions, header blocks, signatures and footers.

Pure text in, text out, with what was cut and by which rule. What the words mean is `number`'s and `instruction`'s
business. Marks that need no language come first; then the tables of every language, whatever the sender's: a client may
be set to another than its owner writes.

Each look at a line is bounded in length and in the lines around it, so that work grows as the text does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from pipeline.reading.languages import CLIENTS
from pipeline.reading.languages.table import plain

BELOW_IS_QUOTED = "\x02"
"""A line that `body` puts where an HTML client marks that all below is quotation."""

_TOKEN = re.compile(r"(?<![a-z0-9])[a-z][a-z2-7]{28}(?![a-z0-9])", re.IGNORECASE)
_TOKEN_LETTERS = 29
_FIGURE_OR_ADDRESS = re.compile(r"[\d@]")
_DASHES = "-_=*~–—"
_QUOTED = re.compile(r"[ \t]{0,8}(>|\|(?=\s))")
_RULE = re.compile(r"\s*(?:([_=\-*\u2500\u2014\u2013~#]) ?){8,}\s*$")
_SIGNATURE = re.compile(r"\s{0,4}(--|—|–|__|—-|-- ?-)\s*$")
FORMAT_CHARACTERS = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_LONE_NUMBER = re.compile(r"[ \t>|]{0,20}[>|][ \t>|]{0,20}([*_]{0,2}\d{1,6}[*_]{0,2})\s*[.!]?\s*$")
_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}|\[?mailto:")
_WHEN = re.compile(r"\b(19|20)\d\d\b|\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\d年|\d년")
_BEGINS_WITH_DATE = re.compile(
    r"[^\w>]{0,2}(\w{2,12}[.,]{1,2} ){0,2}"
    r"(\d{4}[-/.年]|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}\.? [^\W\d_]{3,12}\.?,? \d{4})"
)
_ENDS_WITH_ADDRESS = re.compile(r"[<(][\w.+-]{1,64}@[\w.-]{1,80}[>)]\s*$")
_DASHED = re.compile(r"[-_=*~\u2013\u2014]{3,} ?([^\W\d_][^\d\n]{2,60}?) ?[-_=*~\u2013\u2014]{3,}$")
_DASHED_WORDS = re.compile(r"[-_=*~\u2013\u2014]{2,} ?(.{3,160}?) ?[-_=*~\u2013\u2014]{2,}$")
_HEADER = re.compile(r"[*_]{0,2}([^\W\d_][^:*\n]{0,28}?)\s?[*_]{0,2}\s?[:：][*_]{0,2}(?:\s|$)(.*)")
_FORWARDED = re.compile(r"(begin forwarded message|start of forwarded message)\s?:", re.IGNORECASE)
_CONTACT = re.compile(
    # What stands in signatures alone: numbers with a label, addresses of pages and mailboxes.
    r"\s*[*|•·-]?\s*((tel|tlf|tfn|phone|mobile?|mob|cell|direct|dir|office|fax|telefon|handy|gsm|puh|móvil|portable|tél"
    r"|tel[ée]fono|telefone|kom|m|t|p|d|f|e|w)\s?[.:|]|[(+]?\+?\d[\d ()/.-]{7,}\s*$"
    r"|(https?://|www\.)\S+\s*$|<?mailto:|[\w.+-]+@[\w-]+\.[\w.-]+\s*$|\[cid:|\[image:|<https?:)",
    re.IGNORECASE,
)
_NAME_SIGNED = re.compile(r"\s*[-/~–—]{1,2}\s?[^\W\d_][\w.'’-]{0,30}( [^\W\d_][\w.'’-]{0,30}){0,3}\s*$")
_ARMOUR = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\n(?:[\w-]+: .*\n){0,8}\n?")
_ARMOUR_END = re.compile(r"-----BEGIN PGP SIGNATURE-----")
_BANNER_MARKS = re.compile(
    # Gateways' own marks, in any language: Proofpoint's, and the brackets of Exchange's transport rules.
    r"\s*(ZjQcmQRYFpfpt|\[?\W{0,3}(EXTERNAL|EXTERN|EXTERNE|EXTERNO|EKSTERN|ESTERNO|ULKOINEN|ZEWN\w+)\b.{0,20}[\]*:])"
)
_BANNER_LINES = 6
_MOST_BANNERS = 4
_MOST_LINES = 3000  # of a text; what a person types is in the first of them or right behind a quotation
_LONGEST_ATTRIBUTION = 4  # lines
_SHORT_NAME = 5  # words of `Anna Bøgh wrote:`
_LOOK = 500  # letters of a line in which marks are looked for
_BLOCK = 8  # lines within which a header block shows its names
_PARTS_OF_A_TABLE = 16  # lines within which Notes shows its names, each on a line of its own


@dataclass(frozen=True, slots=True)
class Typed:
    """`text` is what was typed, `cut` the rules that cut something, in order, and `place` where it was found: above,
    below, between or behind the quotation, or nowhere."""

    text: str
    cut: tuple[str, ...]
    place: str


def typed(text: str) -> Typed:
    lines = _lines(text)
    lines, cut = _without_banner(lines)
    end, rule = _quotation_begins(lines)
    if rule:
        cut = (*cut, rule)
    above, signed = _without_signature(lines[:end])
    words = _joined(above)
    told = Typed(words, (*cut, *signed), "above")
    if words and not (rule and all(_is_greeting(line) for line in above if line.strip())):
        return told
    below = _in_the_quotation(lines, end, rule, cut)
    return below if below.text or not words else told


def typed_elsewhere(text: str) -> Typed:
    """What was typed in the quotation, where what stands above it says nothing."""
    lines, cut = _without_banner(_lines(text))
    end, rule = _quotation_begins(lines)
    return _in_the_quotation(lines, end, rule, cut)


def _in_the_quotation(lines: list[str], end: int, rule: str, cut: tuple[str, ...]) -> Typed:
    if rule in {"", "header block", "HTML mark"}:
        return Typed("", cut, "nowhere")
    for place, part, signed in _unquoted_after(lines, end):
        words = _joined(part)
        if words:
            return Typed(words, (*cut, *signed), place)
    lone = [number[1] for number in map(_LONE_NUMBER.match, lines) if number]
    if len(lone) == 1 and len(lines) > 1:
        return Typed(lone[0], (*cut, "quotation sign"), "behind")
    return Typed("", cut, "nowhere")


def _lines(text: str) -> list[str]:
    if not text.isascii():
        text = FORMAT_CHARACTERS.sub("", text).replace("\u00a0", " ").replace("\u202f", " ")
    armoured = _ARMOUR.search(text[:4000]) if "-----BEGIN PGP" in text[:4000] else None
    if armoured:
        ended = _ARMOUR_END.search(text, armoured.end())
        text = text[: armoured.start()] + text[armoured.end() : ended.start() if ended else None]
    lines = [line.rstrip() for line in text.splitlines()]
    return lines if len(lines) <= _MOST_LINES else [*lines[: _MOST_LINES // 2], *lines[-_MOST_LINES // 2 :]]


def _joined(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_banner(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Leave out what gateways put above a text: paragraphs that begin as a warning does."""
    cut: tuple[str, ...] = ()
    for _ in range(_MOST_BANNERS):
        start = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
        end = _banner_ends(lines, start)
        if end == start or not any(line.strip() for line in lines[end:]):
            break
        lines, cut = lines[end:], ("banner",)
    return lines, cut


def _banner_ends(lines: list[str], start: int) -> int:
    """The line behind a banner that begins here, or this line where none does. A short line below a finished sentence
    is what was typed."""
    head = lines[start][:_LOOK] if start < len(lines) else ""
    words = head.strip(" [*_<>|#!\t").lower()
    if _RULE.match(head) and start + 1 < len(lines) and not _RULE.match(lines[start + 1][:_LOOK]):
        below = _banner_ends(lines, start + 1)
        return below if below > start + 1 else start
    if not words or not (_BANNER_MARKS.match(head) or words.startswith(_openers())) or _is_short_answer(head):
        return start
    end = start + 1
    while end < len(lines) and lines[end].strip() and end - start < _BANNER_LINES:
        done = lines[end - 1].rstrip(" *_]").endswith((".", "!", ":"))
        if done and len(lines[end]) < 40 and not words.endswith(lines[end].lower()):
            break
        end += 1
    if end < len(lines) and _RULE.match(lines[end] or " "):
        end += 1
    return end


def _is_short_answer(line: str) -> bool:
    """`Confidential: 7`: too short for a notice, and with a figure."""
    return len(line) < 30 and any(letter.isdigit() for letter in line)


@cache
def _openers() -> tuple[str, ...]:
    return tuple(opener.strip("[*") for language in CLIENTS for opener in language.disclaimers)


def _quotation_begins(lines: list[str]) -> tuple[int, str]:
    """The line on which the quotation begins, and the rule that says so; the end of the text where there is none."""
    for number, line in enumerate(lines):
        if not line:
            continue
        rule = _begins_here(lines, number)
        if rule:
            back = number
            while back and (_RULE.match(lines[back - 1] or " ") or not lines[back - 1].strip()):
                back -= 1
            return back, rule
    return len(lines), ""


def _begins_here(lines: list[str], number: int) -> str:
    line = lines[number][:_LOOK].strip()
    if not line:
        return ""
    figures = _FIGURE_OR_ADDRESS.search(line) is not None
    colon = ":" in line or "：" in line
    return (
        "quotation sign"
        if line[0] in ">|" and _QUOTED.match(line)
        else "HTML mark"
        if line == BELOW_IS_QUOTED
        else "our own mark"
        if len(line) >= _TOKEN_LETTERS and _holds_token(line)
        else "delimiter"
        if (line[0] in _DASHES or colon or " by " in line) and _is_delimiter(line)
        else "header block"
        if colon and _is_header_block(lines, number)
        else "attribution"
        if (figures or colon) and _is_attribution(lines, number)
        else "header block"
        if (figures or not colon) and _is_table_of_headers(lines, number)
        else ""
    )


def _holds_token(line: str) -> bool:
    return max(map(len, line.split())) >= _TOKEN_LETTERS and _TOKEN.search(line) is not None


def _is_delimiter(line: str) -> bool:
    """`-----Original Message-----`, in any language: words between dashes; with fewer dashes or none, words that we
    know."""
    if line[0] not in _DASHES:
        return _FORWARDED.match(line) is not None or line.lower().startswith(_bare_delimiters())
    dashed = _DASHED_WORDS.match(line)
    if dashed is None:
        return False
    words = dashed[1].strip().lower()
    return words in _delimiters() or _says_who_wrote(f"{dashed[1]}:") or _DASHED.match(line) is not None


@cache
def _delimiters() -> frozenset[str]:
    return frozenset(word for language in CLIENTS for word in language.delimiters)


@cache
def _bare_delimiters() -> tuple[str, ...]:
    """Those that stand without dashes too."""
    return tuple(
        f"{word}{end}"
        for language in CLIENTS
        for word in language.delimiters
        if len(word.split()) > 1
        for end in (":", " processed by", " from ")
    )


def _is_attribution(lines: list[str], number: int) -> bool:
    """`On Friday … wrote:`, in one line or wrapped over as many as four. Where it is wrapped, no line below may be one
    by itself, or a reply right above would be taken for its beginning."""
    line = lines[number][:_LOOK].strip()
    if _says_who_wrote(line):
        return True
    if line.endswith((":", "：")) or not _opens_attribution(line):
        return False
    joined = line
    for below in lines[number + 1 : number + _LONGEST_ATTRIBUTION]:
        part = below[:_LOOK].strip()
        if not part or part.startswith(">"):
            return False
        if _says_who_wrote(part) and _opens_attribution(part):
            return False
        joined = f"{joined} {part}"
        if len(joined) < _LOOK and _says_who_wrote(joined):
            return True
    return False


def _opens_attribution(line: str) -> bool:
    low = line.strip("*_ ").lower()
    return (low.startswith(_attribution_openers()) and any(letter.isdigit() for letter in low)) or bool(
        len(line) > 12 and (_BEGINS_WITH_DATE.match(line) or (_ADDRESS.search(line) and _WHEN.search(line)))
    )


def _says_who_wrote(line: str) -> bool:
    """One whole attribution: it ends in a colon, or in the verb, and tells an address or a time; or it is a date with a
    writer's address behind it."""
    if len(line) < 8 or line.startswith(">"):
        return False
    bare = line.strip("*_ ")
    ended = bare.endswith((":", "："))
    low = bare.rstrip(":： ").lower()
    verb_last = low.endswith(_verbs())
    if not ended and not verb_last:
        return bool(_BEGINS_WITH_DATE.match(bare) and _ENDS_WITH_ADDRESS.search(bare))
    address, when = _ADDRESS.search(bare), _WHEN.search(bare)
    if ended and _ENDS_WITH_ADDRESS.search(bare[:-1].rstrip()) and len(bare.split()) <= _SHORT_NAME:
        return True  # Quoting Anna <anna@x.dk>:
    opened = low.startswith(_attribution_openers())
    if ended and address and when and not _HEADER.match(bare[:40]):
        return True
    if not _verb().search(low):
        return False
    told = address or when or (opened and any(map(str.isdigit, low)))
    named = verb_last and len(low.split()) <= _SHORT_NAME and bare[0].isupper()
    return bool((ended and (told or named)) or (verb_last and (address or (when and opened))))


@cache
def _verbs() -> tuple[str, ...]:
    return tuple(sorted({verb for language in CLIENTS for verb in language.wrote}, key=len, reverse=True))


@cache
def _verb() -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s>):,]|(?<=\d)|(?<=[^\x00-\x7f]))(?:{'|'.join(map(re.escape, _verbs()))})(?!\w)")


@cache
def _attribution_openers() -> tuple[str, ...]:
    return tuple(f"{word} " for language in CLIENTS for word in language.opens)


@cache
def _header_names() -> frozenset[str]:
    return frozenset(name for language in CLIENTS for name in language.headers)


def _header_name(line: str) -> str:
    """The name of a header line as a client writes it above a quotation, or nothing."""
    match = _HEADER.match(line[:200].strip())
    if match is None:
        return ""
    name = " ".join(match[1].lower().split())
    return name if name in _header_names() else ""


def _is_header_block(lines: list[str], number: int) -> bool:
    """Header lines of different names, the first of them here: three of them, or two that tell an address or a time
    (Outlook, in any language)."""
    if _is_header_block_in_one_line(lines[number]):
        return True
    if not _header_name(lines[number]):
        return False
    block = lines[number : number + _BLOCK]
    names = {name for name in map(_header_name, block) if name}
    if len(names) >= 3:
        return True
    if len(names) < 2 or not _header_name(lines[number + 1] if number + 1 < len(lines) else ""):
        return False
    return any(_ADDRESS.search(line[:_LOOK]) or _WHEN.search(line[:_LOOK]) for line in block[:2])


def _is_header_block_in_one_line(line: str) -> bool:
    """`From: … Sent: … To: … Subject: …`, its breaks lost on the way."""
    if line.count(":") < 3:
        return False
    names = re.findall(r"(?:^|\s)[*_]{0,2}([^\W\d_]{2,12})[*_]{0,2}\s?:[*_]{0,2}\s", line[:_LOOK])
    return len({name.lower() for name in names} & _header_names()) >= 3


def _is_table_of_headers(lines: list[str], number: int) -> bool:
    """Notes and some phones put each name on a line of its own: `To`, below it the address, `Subject`, …"""
    head = lines[number].strip()
    if len(head) > 120 or not (head.lower().rstrip(":") in _header_names() or _WHEN.search(head)):
        return False
    block = [line.strip().lower().rstrip(":") for line in lines[number : number + _PARTS_OF_A_TABLE]]
    return len({line for line in block if line in _header_names()}) >= 3


def _unquoted_after(lines: list[str], begin: int) -> list[tuple[str, list[str], tuple[str, ...]]]:
    """What stands without a quotation sign behind lines that have one: below all of them, then between."""
    quoted = [number for number, line in enumerate(lines) if number >= begin and _QUOTED.match(line)]
    if not quoted:
        return []
    below = [line for line in lines[quoted[-1] + 1 :] if line != BELOW_IS_QUOTED]
    between = [
        line
        for number, line in enumerate(lines[quoted[0] : quoted[-1]], quoted[0])
        if line.strip() and not _QUOTED.match(line) and _is_set_apart(lines, number) and not _begins_here(lines, number)
    ]
    return [("below", *_without_signature(below)), ("between", *_without_signature(between))]


def _is_set_apart(lines: list[str], number: int) -> bool:
    """Not the rest of a long quoted line that a client has wrapped."""
    before = lines[number - 1]
    return not (_QUOTED.match(before) and len(before) > 60)


def _without_signature(lines: list[str]) -> tuple[list[str], tuple[str, ...]]:
    """Cut at the first line that opens a signature, a footer or a disclaimer, if anything but a greeting was typed
    above it where it could be the beginning of a reply as well."""
    said = False
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        rule = _signature_opens(line, said=said)
        if rule:
            return lines[:number], (rule,)
        said = said or not _is_greeting(line)
    return lines, ()


def _signature_opens(line: str, *, said: bool) -> str:
    line = line[:_LOOK]
    words = line.strip().strip("*_[]()<>| ").lower()
    if _SIGNATURE.match(line) or _RULE.match(line):
        return "signature"
    if words.startswith(_footers()) and not _is_short_answer(line):
        return "footer"
    if (len(words) > 20 and words.startswith(_openers())) or words in {"disclaimer", "legal notice"}:
        return "disclaimer"
    if said and (_NAME_SIGNED.match(line) or _CONTACT.match(line)):
        return "signature"
    return "closing" if said and _is_closing(words, line) else ""


@cache
def _footers() -> tuple[str, ...]:
    return tuple(footer for language in CLIENTS for footer in language.footers)


@cache
def _closings() -> frozenset[str]:
    rows = {closing for language in CLIENTS for closing in language.closings}
    return frozenset(rows | {plain(closing) for closing in rows})


def _is_closing(words: str, line: str) -> bool:
    """`Best regards`, with a name behind it or without."""
    bare = words.rstrip(" ,.!-–/:;")
    if len(bare) > 60 or any(letter.isdigit() for letter in bare):
        return False
    if bare in _closings() or re.split(r"\s?[/|]\s?", bare)[0] in _closings():
        return True
    head, comma, tail = bare.partition(",")
    if comma and head.strip() in _closings():
        return len(tail.split()) <= 4
    given = line.strip().strip("*_").split()
    for length in range(min(4, len(given) - 1), 0, -1):
        names = given[length:]
        if " ".join(given[:length]).lower().rstrip(",.!/") in _closings() and len(names) <= 3:
            return all(name[:1].isupper() or name in {"/", "-", "&"} for name in names)
    return False


@cache
def _greetings() -> tuple[str, ...]:
    return tuple(greeting for language in CLIENTS for greeting in language.greetings)


def _is_greeting(line: str) -> bool:
    """`Hi Bo,`: a few words that begin as a greeting does, and no number."""
    words = line.strip().lower()
    return (
        len(words) < 50
        and words.startswith(_greetings())
        and not any(map(str.isdigit, words))
        and len(words.split()) <= 5
    )
