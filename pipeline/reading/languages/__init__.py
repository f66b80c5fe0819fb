"""One table file a language: how its mail clients quote and sign, and its words for numbers and for absence.

Tables are data; a language is added by adding a file and its line in `ALL`. Rows are lower case. Nothing here decides.
"""

from __future__ import annotations

from functools import lru_cache

from pipeline.reading.languages import da, de, elsewhere, en, es, et, fi, fr, it, lt, lv, nb, nl, pl, pt, sv
from pipeline.reading.languages.table import Language

_TABLES = (da, en, de, sv, nb, fi, nl, fr, es, it, pt, pl, et, lv, lt)

ALL: dict[str, Language] = {module.TABLE.code: module.TABLE for module in _TABLES}
CLIENTS: tuple[Language, ...] = (*ALL.values(), elsewhere.TABLE)
"""Whose rows tell how mail looks: a client may be set to any of them, whatever its owner writes."""


@lru_cache(maxsize=64)
def chosen(codes: tuple[str, ...]) -> tuple[Language, ...]:
    """The tables whose words count: those of the languages given, or all that there are."""
    known = tuple(dict.fromkeys(ALL[code] for code in (_base(code) for code in codes) if code in ALL))
    return known or tuple(ALL.values())


def _base(code: str) -> str:
    """`pt-BR` is Portuguese here, and Norwegian without a form is Bokmål."""
    base = code.lower().replace("_", "-").split("-")[0]
    return "nb" if base in {"no", "nn"} else base
