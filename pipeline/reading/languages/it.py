"""Italian: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail, Libero and
Thunderbird set to Italian, as their replies look; number words after Treccani (treccani.it)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language

_UNITS = {
    "zero": 0, "un": 1, "uno": 1, "una": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8,
    "nove": 9, "dieci": 10, "undici": 11, "dodici": 12, "tredici": 13, "quattordici": 14, "quindici": 15, "sedici": 16,
    "diciassette": 17, "diciotto": 18, "diciannove": 19,
}  # fmt: skip
_TENS = {
    "venti": 20, "trenta": 30, "quaranta": 40, "cinquanta": 50, "sessanta": 60, "settanta": 70, "ottanta": 80, "novanta": 90,
}  # fmt: skip


def _numbers() -> dict[str, int]:
    """A ten loses its last vowel before one and eight; a final three takes an accent."""
    words = {**_UNITS, **_TENS}
    for ten, value in _TENS.items():
        for one, small in _UNITS.items():
            if 0 < small < 10 and one not in {"un", "una"}:
                words[(ten[:-1] if small in {1, 8} else ten) + one] = value + small
        words[f"{ten}tré"] = value + 3
        words[f"{ten[:-1]}un"] = value + 1
    return words


TABLE = Language(
    code="it",
    attributions=(
        r"il\s.{4,200}\sha\sscritto\b.{0,60}:",  # Gmail, Apple Mail, Thunderbird: Il giorno ven 6 mar 2026 alle ore 13:00 … ha scritto:
        r".{2,160}\sha\sscritto\s(il\b.{2,160})?\s?:",
    ),
    headers=("da", "inviato", "inviato il", "a", "oggetto", "data", "cc", "ccn", "rispondi a"),
    delimiters=("messaggio originale", "messaggio inoltrato", "messaggio inviato"),
    closings=(
        "cordiali saluti", "distinti saluti", "saluti", "un saluto", "un caro saluto", "cari saluti", "a presto", "grazie",
        "grazie mille", "buona giornata", "buon weekend", "buon fine settimana", "cordialmente",
    ),
    footers=("inviato da", "inviato dal mio", "scarica outlook", "ottieni outlook", "inviato con", "inviato tramite"),
    disclaimers=(
        "questo messaggio", "questa e-mail", "questa mail", "le informazioni contenute", "attenzione:", "avviso:",
        "e-mail esterna", "messaggio esterno", "non si ricevono spesso", "prima di stampare",
    ),
    numbers=_numbers(),
    weak=frozenset({"un", "una", "uno", "sei"}),
    zero=("nessuna", "nessuno", "niente", "nulla", "zero", "purtroppo nessuna"),
    part_of=(r"(di\s+cui|delle\s+quali|dei\s+quali|incluse|inclusi)\s+N", r"N\s+(di\s+(queste|questi|loro)|delle\s+quali)"),
    not_counts=("eur", "euro", "€", "per cento", "percento", "milioni", "mila", "ore", "ora", "min", "minuti", "giorni", "settimane", "anni", "riunioni", "chiamate", "mail"),
    negations=("non", "che", "oltre", "sotto"),
    last_week=("settimana scorsa", "la settimana scorsa", "la scorsa settimana", "scorsa settimana", "settimana precedente"),
    this_week=("questa settimana", "in questa settimana"),
    week=("settimana", "sett"),
    months=("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"),
    weekdays=("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    until=("fino al", "sino al", "fino a", "fino"),
    away=(
        "ferie", "in ferie", "vacanza", "in vacanza", "malato", "malata", "malattia", "in malattia", "assente", "permesso",
        "in permesso", "fuori ufficio", "maternità", "in maternità", "congedo", "libero", "libera",
    ),
    back=("rientrato", "rientrata", "sono tornato", "sono tornata", "tornato", "tornata", "di nuovo qui", "di ritorno"),
    help=("aiuto", "cos'è", "che cos'è", "cosa è questo"),
    yes=("sì", "si", "esatto", "corretto", "confermo", "confermato", "va bene", "giusto"),
    not_me=("no", "non io", "non sono io", "non ero io", "non sono stato io", "non sono stata io"),
    auto_subjects=("risposta automatica", "fuori ufficio", "assenza", "assente", "in ferie"),
    small=("io", "ho", "non", "e", "nuove", "settimana", "questa", "ciao", "una", "le", "il", "per", "grazie", "solo", "con", "della"),
)  # fmt: skip
