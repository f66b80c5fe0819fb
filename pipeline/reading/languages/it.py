"""Italian. Sources: Outlook, Gmail, Apple Mail, Thunderbird, Libero and Aruba set to Italian, as their replies look; number
words after the Vocabolario Treccani (treccani.it)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "zero": 0, "uno": 1, "un": 1, "una": 1, "due": 2, "tre": 3, "quattro": 4, "quatro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "nove": 9,
    "dieci": 10, "undici": 11, "dodici": 12, "tredici": 13, "quattordici": 14, "quindici": 15, "sedici": 16, "diciassette": 17,
    "diciotto": 18, "diciannove": 19, "diciasette": 17, "dicianove": 19,
}  # fmt: skip
_TENS = {
    "venti": 20, "trenta": 30, "quaranta": 40, "cinquanta": 50, "sessanta": 60, "settanta": 70, "ottanta": 80, "novanta": 90,
}  # fmt: skip
_ELIDED = {
    f"{ten[:-1]}{one}": value + small
    for ten, value in _TENS.items()
    for one, small in {"uno": 1, "un": 1, "otto": 8}.items()
}

TABLE = Language(
    code="it",
    opens=("il giorno", "il", "in data", "on", "alle", "lun", "mar", "mer", "gio", "ven"),
    wrote=("ha scritto", "scrisse", "scrive", "hanno scritto"),
    headers=("da", "inviato", "a", "oggetto", "data", "cc", "ccn", "per conto di", "rispondi a", "inviato il", "per"),
    delimiters=("messaggio inviato", "messaggio originale", "messaggio inoltrato", "messaggio originario", "inizio messaggio inoltrato", "messaggio orig."),
    greetings=("ciao", "salve", "buongiorno", "buonasera", "buon pomeriggio", "gentile", "caro", "cara", "egregio", "buondì"),
    closings=(
        "cordiali saluti", "saluti", "un saluto", "distinti saluti", "cordialmente", "grazie", "grazie mille", "a presto", "buon weekend", "buon fine settimana", "un caro saluto", "tanti saluti",
        "buona giornata", "buona serata", "i migliori saluti", "migliori saluti", "cari saluti", "grazie e saluti", "in fede", "ciao ciao", "saluti cordiali",
    ),
    footers=("inviato dal mio", "inviato da", "inviato dal", "inviato con", "scarica outlook", "ottieni outlook", "inviato tramite", "inviata da", "inviato mediante"),
    disclaimers=(
        "questa e-mail", "questa email", "questo messaggio", "questa mail", "le informazioni contenute", "attenzione:", "attenzione!", "avviso:", "avvertenza", "email esterna", "e-mail esterna", "mittente esterno", "messaggio esterno",
        "non si ricevono spesso", "non ricevi spesso", "pensa all'ambiente", "prima di stampare", "riservatezza", "ai sensi del", "il contenuto di", "le informazioni",
    ),
    numbers=number_words(_UNITS | _ELIDED, _TENS, ("{ten}{one}", "{ten} {one}"), ("cento",), tré=3),
    weak=frozenset({"un", "una", "uno"}),
    borrowed=frozenset({"sei", "due"}),
    zero=("nessuna", "nessuno", "nessun", "niente", "nulla", "zero", "purtroppo nessuna", "nessuna nuova", "neanche una", "nemmeno una"),
    small=frozenset({"io", "ho", "non", "e", "nuove", "settimana", "questa", "solo", "ciao", "è", "il", "la", "le", "una", "di", "per", "saluti", "che", "con", "purtroppo", "sono", "abbiamo", "grazie", "in", "del", "della"}),
    fillers=frozenset({
        "nuove", "nuovi", "nuova", "nuovo", "questa", "settimana", "da", "parte", "mia", "purtroppo", "solo", "soltanto", "numero", "il", "mio", "è", "sono", "ciao", "risposta",
        "ho", "creato", "create", "fatto", "fatte", "generato", "per", "in", "la", "grazie", "mi", "dispiace", "oggi", "totale", "ne", "me", "di", "le", "ancora", "buongiorno", "state", "aperto", "avuto",
    }),
    nouns=("opportunità", "opportunita", "lead"),
    part_of=(r"di\s+cui\s+N", r"N\s+di\s+(queste|questi|esse|essi|loro)"),
    not_counts=("mila", "€", "eur", "euro", "percento", "per cento", "mln", "milioni", "ore", "ora", "min", "minuti", "giorni", "settimane", "anni", "riunioni", "riunione", "mail", "email", "chiamate", "telefonate", "clienti", "visite", "offerte", "km", "colleghi", "persone", "dipendenti"),
    negations=("che", "oltre", "non", "più", "meno", "di", "sopra", "sotto", "stanza", "piano", "via", "almeno"),
    large=("centinaia", "mila", "mille", "milione", "dozzina", "decina"),
    last_week=("settimana precedente", "la settimana scorsa", "settimana scorsa", "la scorsa settimana", "scorsa settimana", "la settimana precedente"),
    last=("scorsa", "settimana scorsa", "precedente"),
    this_week=("in questa settimana", "questa settimana", "di questa settimana"),
    next_week=("la prossima settimana", "prossima settimana", "settimana prossima", "domani", "lunedì"),
    week=("settimana", "sett"),
    months=("gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre|sett", "ottobre", "novembre", "dicembre"),
    weekdays=("lunedì|lunedi", "martedì|martedi", "mercoledì|mercoledi", "giovedì|giovedi", "venerdì|venerdi", "sabato", "domenica"),
    until=("fino", "fino al", "fino a", "sino al", "fino alla", "al"),
    away=(
        "in maternità", "ferie", "in ferie", "vacanza", "in vacanza", "malato", "malata", "malattia", "in malattia", "libero", "libera", "permesso", "in permesso", "assente", "fuori ufficio",
        "maternità", "congedo", "non in ufficio", "assenza", "giorno libero", "festa",
    ),
    back=("rientrata", "di ritorno", "tornato", "tornata", "sono tornato", "sono tornata", "di nuovo qui", "rientrato", "sono rientrato"),
    help=("cosa è questo", "aiuto", "cos'è", "che cos'è", "cos’è questo", "che cos'è questo"),
    yes=("sì", "si", "va bene", "corretto", "confermo", "confermato", "esatto", "giusto", "d'accordo"),
    not_me=("non sono stata io", "non io", "non sono io", "non sono stato io", "non ero io", "no"),
    joins=("e",),
    is_=("è", "ha"),
    auto_subjects=("risposta automatica", "fuori ufficio", "assente", "assenza", "risposta automatica di assenza", "autorisposta", "in ferie"),
)  # fmt: skip
