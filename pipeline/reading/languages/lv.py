"""Latvian: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail, Inbox.lv
and Thunderbird set to Latvian, as their replies look; number words after tezaurs.lv."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

_UNITS = {
    "nulle": 0, "viens": 1, "viena": 1, "vienu": 1, "divi": 2, "divas": 2, "trīs": 3, "tris": 3, "četri": 4, "četras": 4,
    "cetri": 4, "pieci": 5, "piecas": 5, "seši": 6, "sešas": 6, "sesi": 6, "septiņi": 7, "septiņas": 7, "septini": 7,
    "astoņi": 8, "astoņas": 8, "astoni": 8, "deviņi": 9, "deviņas": 9, "devini": 9, "desmit": 10, "vienpadsmit": 11,
    "divpadsmit": 12, "trīspadsmit": 13, "četrpadsmit": 14, "piecpadsmit": 15, "sešpadsmit": 16, "septiņpadsmit": 17,
    "astoņpadsmit": 18, "deviņpadsmit": 19,
}  # fmt: skip
_TENS = {
    "divdesmit": 20, "trīsdesmit": 30, "četrdesmit": 40, "piecdesmit": 50, "sešdesmit": 60, "septiņdesmit": 70,
    "astoņdesmit": 80, "deviņdesmit": 90,
}  # fmt: skip

TABLE = Language(
    code="lv",
    attributions=(
        r".{4,160}\s(rakstīja|raksta)\b.{0,200}:",  # Gmail: piektd., 2026. g. 6. marts, plkst. 13:00 — lietotājs Anna (<…>) rakstīja:
    ),
    headers=("no", "nosūtīts", "kam", "tēma", "temats", "datums", "kopija", "cc", "atbildēt"),
    delimiters=("sākotnējais ziņojums", "oriģinālā vēstule", "pārsūtīta vēstule", "pārsūtītais ziņojums", "sākotnējā vēstule"),
    closings=(
        "ar cieņu", "ar sveicieniem", "sveicieni", "paldies", "vēlot jauku dienu", "jauku dienu", "jauku nedēļas nogali",
        "lai jauka diena", "cieņā",
    ),
    footers=("nosūtīts no", "sūtīts no", "iegūstiet outlook", "lejupielādēt outlook"),
    disclaimers=("šis e-pasts", "šī vēstule", "šis ziņojums", "brīdinājums:", "uzmanību:", "ārējs e-pasts", "ārēja vēstule"),
    numbers=with_compounds(_UNITS, _TENS, ("{ten} {one}",)),
    weak=frozenset({"viens", "viena", "vienu"}),
    zero=("neviena", "nevienu", "neviens", "nekā", "nekas", "nulle", "diemžēl neviena", "nav"),
    part_of=(r"(no\s+tiem|no\s+tām|tai\s+skaitā|tostarp)\s+N", r"N\s+no\s+(tiem|tām)"),
    not_counts=("eur", "eiro", "€", "procenti", "procentu", "%", "milj", "stundas", "st", "min", "minūtes", "dienas", "nedēļas", "gadi", "tikšanās", "zvani"),
    negations=("nav", "nekā", "virs", "zem"),
    last_week=("pagājušajā nedēļā", "pagājušā nedēļa", "iepriekšējā nedēļā", "iepriekšējā nedēļa", "pagājušonedēļ"),
    this_week=("šajā nedēļā", "šī nedēļa", "šonedēļ"),
    week=("nedēļa", "nedēļā", "nedēļas"),
    months=("janvāris", "februāris", "marts", "aprīlis", "maijs", "jūnijs", "jūlijs", "augusts", "septembris", "oktobris", "novembris", "decembris"),
    weekdays=("pirmdiena", "otrdiena", "trešdiena", "ceturtdiena", "piektdiena", "sestdiena", "svētdiena"),
    until=("līdz pat", "līdz", "lidz"),
    away=(
        "atvaļinājums", "atvaļinājumā", "esmu atvaļinājumā", "brīvs", "brīva", "brīvdiena", "slims", "slima", "slimības lapa",
        "prombūtnē", "prom", "neesmu birojā", "ārpus biroja", "dekrētā", "bērna kopšanas",
    ),
    back=("atpakaļ", "esmu atpakaļ", "atgriezos", "esmu atgriezies", "esmu atgriezusies"),
    help=("palīdzība", "palīgā", "kas tas ir"),
    yes=("jā", "ja", "pareizi", "tieši tā", "apstiprinu", "apstiprināts", "labi"),
    not_me=("nē", "ne es", "tas nebiju es", "nebiju es", "es nē"),
    auto_subjects=("automātiska atbilde", "automātiskā atbilde", "prombūtnē", "atvaļinājums", "ārpus biroja"),
    small=("es", "man", "nav", "un", "jaunas", "nedēļā", "šajā", "labdien", "ir", "paldies", "tikai", "esmu", "jauni", "no", "sveiki"),
)  # fmt: skip
