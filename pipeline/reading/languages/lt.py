"""Lithuanian: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Lithuanian, as their replies look; number words after the Valstybinė lietuvių kalbos komisija (vlkk.lt)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

_UNITS = {
    "nulis": 0, "vienas": 1, "viena": 1, "vieną": 1, "du": 2, "dvi": 2, "trys": 3, "tris": 3, "keturi": 4, "keturios": 4,
    "keturias": 4, "penki": 5, "penkios": 5, "penkias": 5, "šeši": 6, "šešios": 6, "šešias": 6, "sesi": 6, "septyni": 7,
    "septynios": 7, "septynias": 7, "aštuoni": 8, "aštuonios": 8, "aštuonias": 8, "astuoni": 8, "devyni": 9, "devynios": 9,
    "devynias": 9, "dešimt": 10, "desimt": 10, "vienuolika": 11, "dvylika": 12, "trylika": 13, "keturiolika": 14,
    "penkiolika": 15, "šešiolika": 16, "septyniolika": 17, "aštuoniolika": 18, "devyniolika": 19,
}  # fmt: skip
_TENS = {
    "dvidešimt": 20, "trisdešimt": 30, "keturiasdešimt": 40, "penkiasdešimt": 50, "šešiasdešimt": 60, "septyniasdešimt": 70,
    "aštuoniasdešimt": 80, "devyniasdešimt": 90,
}  # fmt: skip

TABLE = Language(
    code="lt",
    attributions=(
        r".{4,160}\s(rašė|parašė|rašo)\b.{0,200}:",  # Gmail: 2026-03-06, pn, 13:00 Anna <…> rašė:
    ),
    headers=("nuo", "išsiųsta", "kam", "tema", "data", "kopija", "cc", "siuntėjas", "gavėjas", "atsakyti"),
    delimiters=("pradinis pranešimas", "originalus laiškas", "persiųstas laiškas", "persiųstas pranešimas", "pirminis laiškas"),
    closings=(
        "pagarbiai", "su pagarba", "geriausi linkėjimai", "linkėjimai", "su geriausiais linkėjimais", "ačiū", "dėkoju",
        "gero savaitgalio", "geros dienos", "gražaus savaitgalio",
    ),
    footers=("išsiųsta iš", "siųsta iš", "gauti outlook", "atsisiųsti outlook"),
    disclaimers=("šis el. laiškas", "šis laiškas", "šis pranešimas", "įspėjimas:", "dėmesio:", "išorinis laiškas", "išorinis el. paštas"),
    numbers=with_compounds(_UNITS, _TENS, ("{ten} {one}",)),
    weak=frozenset({"vienas", "viena", "vieną"}),
    zero=("nė vienos", "nė vieno", "nei vienos", "nei vieno", "nieko", "nulis", "deja nė vienos", "nėra"),
    part_of=(r"(iš\s+jų|iš\s+kurių|įskaitant)\s+N", r"N\s+iš\s+(jų|kurių|tų)"),
    not_counts=("eur", "eurų", "eurai", "€", "procentų", "procentai", "%", "mln", "tūkst", "valandos", "val", "min", "minutės", "dienos", "dienų", "savaitės", "metai", "susitikimai", "skambučiai"),
    negations=("ne", "nei", "virš", "žemiau"),
    last_week=("praėjusią savaitę", "praeitą savaitę", "praėjusi savaitė", "praeita savaitė", "ankstesnę savaitę"),
    this_week=("šią savaitę", "ši savaitė", "šios savaitės"),
    week=("savaitė", "savaitę", "savaitės"),
    months=("sausio", "vasario", "kovo", "balandžio", "gegužės", "birželio", "liepos", "rugpjūčio", "rugsėjo", "spalio", "lapkričio", "gruodžio"),
    weekdays=("pirmadienis", "antradienis", "trečiadienis", "ketvirtadienis", "penktadienis", "šeštadienis", "sekmadienis"),
    until=("iki pat", "iki"),
    away=(
        "atostogos", "atostogauju", "atostogose", "laisva", "laisvadienis", "sergu", "serga", "nedarbingumas", "nedarbingume",
        "nesu biure", "ne biure", "išvykęs", "išvykusi", "dekretinėse", "vaiko priežiūros",
    ),
    back=("grįžau", "jau grįžau", "esu grįžęs", "esu grįžusi", "vėl čia"),
    help=("pagalba", "kas tai"),
    yes=("taip", "teisingai", "tikslu", "patvirtinu", "patvirtinta", "gerai"),
    not_me=("ne", "ne aš", "tai ne aš", "tai buvau ne aš", "čia ne aš"),
    auto_subjects=("automatinis atsakymas", "automatinis pranešimas", "atostogos", "nesu biure", "ne biure", "nebuvimas"),
    small=("aš", "turiu", "ne", "ir", "naujų", "naujos", "savaitę", "šią", "sveiki", "yra", "ačiū", "tik", "esu", "laba", "diena"),
)  # fmt: skip
