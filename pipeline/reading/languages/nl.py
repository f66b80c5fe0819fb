"""Dutch: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Dutch, as their replies look; number words after the Woordenlijst Nederlandse Taal (woordenlijst.org)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "nul": 0, "een": 1, "één": 1, "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "zes": 6, "zeven": 7, "acht": 8, "negen": 9,
    "tien": 10, "elf": 11, "twaalf": 12, "dertien": 13, "veertien": 14, "vijftien": 15, "zestien": 16, "zeventien": 17,
    "achttien": 18, "negentien": 19,
}  # fmt: skip
_TENS = {
    "twintig": 20, "dertig": 30, "veertig": 40, "vijftig": 50, "zestig": 60, "zeventig": 70, "tachtig": 80, "negentig": 90,
}  # fmt: skip

TABLE = Language(
    code="nl",
    opens=("op", "in"),
    wrote=("schreef", "heeft geschreven", "heeft het volgende geschreven", "geschreven"),
    headers=("van", "verzonden", "aan", "onderwerp", "datum", "cc", "kopie", "antwoord aan"),
    delimiters=("oorspronkelijk bericht", "origineel bericht", "doorgestuurd bericht", "oorspronkelijk e-mailbericht"),
    greetings=("hallo", "hoi", "hi", "beste", "goedemorgen", "goedemiddag", "dag", "geachte", "hey", "goedendag"),
    closings=(
        "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten", "hartelijke groet",
        "groet", "groeten", "groetjes", "mvg", "m.v.g", "mvrgr", "bedankt", "dank", "alvast bedankt", "fijn weekend",
        "prettig weekend", "hoogachtend",
    ),
    footers=("verstuurd vanaf", "verzonden vanaf", "verstuurd via", "outlook voor", "download outlook", "verzonden met"),
    disclaimers=(
        "deze e-mail", "dit bericht", "dit e-mailbericht", "de informatie in", "let op:", "waarschuwing:", "externe e-mail",
        "extern bericht", "u ontvangt niet vaak", "denk aan het milieu",
    ),
    numbers=number_words(_UNITS, _TENS, ("{one}en{ten}", "{one}ën{ten}"), ("honderd", "een honderd")),
    weak=frozenset({"een"}),
    borrowed=frozenset({"elf"}),
    zero=("geen", "niks", "niets", "nul", "helaas geen", "geen enkele"),
    small=frozenset({"ik", "heb", "niet", "en", "nieuwe", "week", "deze", "maar", "hallo", "is", "het", "de", "een", "van", "voor", "groet", "helaas", "zijn", "met", "er", "wij", "hoi", "alleen"}),
    fillers=frozenset({"nieuwe", "nieuw", "stuks", "stuk", "deze", "week", "helaas", "maar", "slechts", "van", "mij", "mijn", "getal", "aantal", "is", "het", "zijn", "er", "waren", "hallo", "antwoord", "ik", "heb", "gemaakt", "gecreëerd", "aangemaakt", "voor", "op", "in", "bedankt", "sorry", "vandaag", "de", "totaal", "alleen", "dit", "keer", "hoi", "nog"}),
    nouns=("verkoopkans", "kans", "opportunit", "lead", "mogelijkhe", "prospect"),
    part_of=(r"(waarvan|daarvan|inclusief|incl\.?)\s+N", r"N\s+(daarvan|ervan|van\s+(hen|deze|die))"),
    not_counts=("eur", "euro", "€", "procent", "miljoen", "mln", "uur", "uren", "min", "minuten", "dagen", "weken", "jaar", "afspraken", "gesprekken", "mails"),
    negations=("niet", "dan", "boven", "onder"),
    large=("honderd", "honderden", "duizend", "miljoen", "dozijn", "half"),
    last_week=("vorige week", "afgelopen week", "de vorige week", "de week ervoor"),
    last=("vorige", "laatste"),
    this_week=("deze week", "van deze week", "in deze week"),
    next_week=("volgende week", "komende week", "morgen", "maandag", "aanstaande"),
    week=("week", "wk"),
    months=("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"),
    weekdays=("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    until=("tot en met", "t/m", "t.e.m.", "tot aan", "tot"),
    away=(
        "vakantie", "op vakantie", "met vakantie", "vrij", "ben vrij", "ziek", "ziekgemeld", "verlof", "met verlof",
        "afwezig", "niet op kantoor", "niet aanwezig", "ouderschapsverlof", "zwangerschapsverlof",
    ),
    back=("terug", "ik ben terug", "weer terug", "ben terug"),
    help=("help", "hulp", "wat is dit"),
    yes=("ja", "jawel", "klopt", "dat klopt", "juist", "correct", "bevestigd", "akkoord", "ja graag"),
    not_me=("nee", "ik niet", "niet ik", "dat was ik niet", "dat ben ik niet", "niet van mij"),
    joins=("en",),
    is_=("is", "heeft"),
    auto_subjects=("automatisch antwoord", "afwezigheid", "afwezig", "afwezigheidsbericht", "niet op kantoor", "automatische beantwoording"),
)  # fmt: skip
