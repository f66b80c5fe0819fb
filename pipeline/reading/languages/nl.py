"""Dutch: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Dutch, as their replies look; number words after the Woordenlijst Nederlandse Taal (woordenlijst.org)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

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
    attributions=(
        r"op\s.{4,200}\s(schreef|heeft)\b.{0,200}:",  # Gmail, Apple Mail, Thunderbird: Op vr 6 mrt 2026 om 13:00 schreef …:
        r".{2,160}\s(schreef|heeft)\s(op|het volgende)\b.{2,160}:",
        r".{2,120}\sschreef\s?:",
    ),
    headers=("van", "verzonden", "aan", "onderwerp", "datum", "cc", "kopie", "antwoord aan"),
    delimiters=("oorspronkelijk bericht", "origineel bericht", "doorgestuurd bericht", "oorspronkelijk e-mailbericht"),
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
    numbers=with_compounds(_UNITS, _TENS, ("{one}en{ten}", "{one}ën{ten}")),
    weak=frozenset({"een", "acht"}),
    zero=("geen", "niks", "niets", "nul", "helaas geen", "geen enkele"),
    part_of=(r"(waarvan|daarvan|inclusief|incl\.?)\s+N", r"N\s+(daarvan|ervan|van\s+(hen|deze|die))"),
    not_counts=("eur", "euro", "€", "procent", "miljoen", "mln", "uur", "uren", "min", "minuten", "dagen", "weken", "jaar", "afspraken", "gesprekken", "mails"),
    negations=("niet", "dan", "boven", "onder"),
    last_week=("vorige week", "afgelopen week", "de vorige week", "de week ervoor"),
    this_week=("deze week", "van deze week", "in deze week"),
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
    auto_subjects=("automatisch antwoord", "afwezigheid", "afwezig", "afwezigheidsbericht", "niet op kantoor", "automatische beantwoording"),
    small=("ik", "heb", "niet", "en", "geen", "nieuwe", "week", "deze", "het", "een", "van", "voor", "maar", "hoi", "dank", "alleen", "zijn"),
)  # fmt: skip
