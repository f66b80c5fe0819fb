"""One table file a language: how its mail clients quote and sign, and its words for numbers and for absence.

Tables are data; a language is added by adding a file and its line in `ALL`. Rows are lower case. Nothing here decides.
"""

from __future__ import annotations

from pipeline.reading.languages import da, de, en, es, et, fi, fr, it, lt, lv, nb, nl, pl, pt, sv
from pipeline.reading.languages.table import Language

ALL: dict[str, Language] = {
    module.TABLE.code: module.TABLE for module in (da, de, en, es, et, fi, fr, it, lt, lv, nb, nl, pl, pt, sv)
}


def chosen(codes: tuple[str, ...]) -> tuple[Language, ...]:
    """The tables whose words count: those of the languages given, or all that there are."""
    known = tuple(ALL[code] for code in codes if code in ALL)
    return known or tuple(ALL.values())
