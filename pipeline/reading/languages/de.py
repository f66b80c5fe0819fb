"""German: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail,
Thunderbird, GMX and WEB.DE set to German, as their replies look; number words after the Duden (duden.de)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "null": 0, "ein": 1, "eins": 1, "eine": 1, "einen": 1, "zwei": 2, "zwo": 2, "drei": 3, "vier": 4, "fünf": 5, "fuenf": 5,
    "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "zwoelf": 12, "dreizehn": 13,
    "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19,
}  # fmt: skip
_TENS = {
    "zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70,
    "achtzig": 80, "neunzig": 90,
}  # fmt: skip

TABLE = Language(
    code="de",
    opens=("am", "on", "gesendet:"),
    wrote=("schrieb", "hat geschrieben", "geschrieben", "hat am"),
    headers=("von", "gesendet", "an", "betreff", "datum", "cc", "kopie", "antwort an", "bcc"),
    delimiters=("ursprüngliche nachricht", "originalnachricht", "weitergeleitete nachricht", "original-nachricht", "ursprüngliche mail"),
    greetings=("hallo", "hi", "guten tag", "guten morgen", "moin", "servus", "liebe", "lieber", "sehr geehrte", "sehr geehrter", "grüß gott", "mahlzeit"),
    closings=(
        "mit freundlichen grüßen", "mit freundlichen gruessen", "mit freundlichem gruß", "freundliche grüße", "viele grüße",
        "beste grüße", "liebe grüße", "schöne grüße", "herzliche grüße", "gruß", "grüße", "mfg", "lg", "vg", "bg",
        "vielen dank", "danke", "schönes wochenende", "schönen feierabend", "hochachtungsvoll",
    ),
    footers=("von meinem", "gesendet von", "gesendet mit", "diese nachricht wurde von meinem", "outlook für", "holen sie sich outlook"),
    disclaimers=(
        "diese e-mail", "diese nachricht", "diese mail", "der inhalt dieser", "vorsicht:", "achtung:", "externe e-mail",
        "externe mail", "vertraulich", "bitte denken sie an die umwelt",
    ),
    numbers=number_words(_UNITS, _TENS, ("{one}und{ten}",), ("hundert", "einhundert", "ein hundert")),
    weak=frozenset({"ein", "eine", "einen", "acht"}),
    borrowed=frozenset({"elf"}),
    zero=("keine", "keiner", "keinen", "kein", "nichts", "null", "leider keine", "gar keine"),
    small=frozenset({"ich", "habe", "nicht", "und", "neue", "woche", "diese", "nur", "hallo", "ist", "es", "das", "die", "der", "in", "waren", "wir", "mit", "von", "zu", "leider", "grüße", "dieser", "sind", "für", "den", "noch"}),
    fillers=frozenset({"neue", "neuen", "neu", "neuer", "stück", "stk", "in", "dieser", "diese", "woche", "leider", "nur", "von", "mir", "bei", "meine", "zahl", "ist", "es", "sind", "waren", "wurden", "hallo", "antwort", "ich", "habe", "hab", "erstellt", "angelegt", "gemacht", "generiert", "für", "auf", "danke", "sorry", "heute", "die", "insgesamt", "bisher", "hatte", "diesmal", "anzahl", "gesamt", "das", "gewonnen", "gibt"}),
    nouns=("verkaufschance", "chance", "opportunit", "lead", "verkaufsmöglichkeit", "möglichkeit", "vertriebschance"),
    part_of=(r"(davon|darunter|inklusive|inkl\.?)\s+N", r"N\s+(davon|von\s+(ihnen|denen|diesen))"),
    not_counts=("eur", "euro", "€", "chf", "prozent", "mio", "mio.", "tsd", "stunden", "stunde", "min", "minuten", "tage", "tagen", "wochen", "jahre", "termine", "anrufe", "mails"),
    negations=("nicht", "nach", "vor", "gegen", "seit", "als", "über", "unter"),
    large=("hundert", "hunderte", "tausend", "million", "dutzend", "halb", "halbes"),
    last_week=("letzte woche", "letzter woche", "vorige woche", "vergangene woche", "in der letzten woche", "vorwoche"),
    last=("letzte", "vorige", "vorwoche"),
    this_week=("diese woche", "dieser woche", "in dieser woche"),
    next_week=("nächste woche", "kommende woche", "nächster woche", "morgen", "am montag", "in der nächsten woche"),
    week=("woche", "kw", "kalenderwoche"),
    months=("januar", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"),
    weekdays=("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    until=("bis einschließlich", "bis zum", "bis", "bis einschl."),
    away=(
        "urlaub", "im urlaub", "habe urlaub", "frei", "habe frei", "krank", "krankgeschrieben", "abwesend", "elternzeit",
        "nicht im büro", "nicht da", "außer haus", "resturlaub", "feiertag", "krankheit", "kur",
    ),
    back=("zurück", "bin zurück", "ich bin zurück", "wieder da", "bin wieder da", "ich bin wieder da"),
    help=("hilfe", "was ist das", "was soll das"),
    yes=("ja", "jo", "jawohl", "stimmt", "richtig", "korrekt", "bestätigt", "passt", "ja bitte"),
    not_me=("nein", "nicht ich", "das war ich nicht", "ich war das nicht", "war ich nicht"),
    joins=("und",),
    is_=("ist", "hat"),
    auto_subjects=("automatische antwort", "abwesenheitsnotiz", "abwesenheit", "abwesend", "urlaub", "autoantwort", "nicht im büro", "automatische rückantwort"),
)  # fmt: skip
