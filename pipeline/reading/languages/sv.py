"""Swedish: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Swedish, as their replies look; number words after Svenska Akademiens ordlista (saob.se, svenska.se)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

_UNITS = {
    "noll": 0, "en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10,
    "elva": 11, "tolv": 12, "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18, "nitton": 19,
}  # fmt: skip
_TENS = {
    "tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "åttio": 80, "nittio": 90,
}  # fmt: skip

TABLE = Language(
    code="sv",
    attributions=(
        r"(den|på)\s.{4,200}\sskrev\b.{0,200}:",  # Gmail, Thunderbird: Den fre 6 mars 2026 kl 13:00 skrev …:
        r".{4,160}\sskrev\s.{2,200}:",  # Apple Mail: 6 mars 2026 kl. 13:00 skrev Anna <…>:
        r".{2,120}\sskrev\s?:",
    ),
    headers=("från", "skickat", "skickades", "till", "ämne", "datum", "kopia", "cc", "svar till"),
    delimiters=("ursprungligt meddelande", "originalmeddelande", "vidarebefordrat meddelande", "vidarebefordrat brev"),
    closings=(
        "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "vänlig hälsning", "hälsningar", "hälsning",
        "bästa hälsningar", "många hälsningar", "mvh", "m.v.h", "vh", "hej då", "tack", "trevlig helg", "ha en bra helg", "med vänlig hälsn",
    ),
    footers=("skickat från", "skickades från", "hämta outlook", "sänt från", "skickat med", "skickat via"),
    disclaimers=(
        "detta e-postmeddelande", "detta meddelande", "det här meddelandet", "varning:", "obs:", "externt mail",
        "extern e-post", "du får inte ofta e-post från", "tänk på miljön", "observera",
    ),
    numbers=with_compounds(_UNITS, _TENS, ("{ten}{one}", "{ten} {one}")),
    weak=frozenset({"en", "ett", "sex"}),
    zero=("ingen", "inga", "inget", "ingenting", "noll", "tyvärr inga", "inga alls"),
    part_of=(r"(varav|därav|av\s+vilka|inklusive)\s+N", r"N\s+av\s+(dem|dessa)"),
    not_counts=("kr", "kronor", "sek", "procent", "%", "mkr", "miljoner", "timmar", "timme", "min", "minuter", "dagar", "veckor", "år", "möten", "samtal", "mail"),
    negations=("inte", "än", "över", "under"),
    last_week=("förra veckan", "i förra veckan", "föregående vecka", "veckan innan", "sista veckan"),
    this_week=("denna vecka", "den här veckan", "i veckan", "denna veckan"),
    week=("vecka", "v", "v."),
    months=("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"),
    weekdays=("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    until=("till och med", "t.o.m.", "tom", "t o m", "fram till", "till"),
    away=(
        "semester", "på semester", "har semester", "ledig", "är ledig", "ledigt", "sjuk", "sjukskriven", "föräldraledig",
        "vab", "vabbar", "borta", "inte på kontoret", "frånvarande", "tjänstledig", "sjukledig",
    ),
    back=("tillbaka", "jag är tillbaka", "är tillbaka", "åter"),
    help=("hjälp", "vad är detta", "vad är det här"),
    yes=("ja", "japp", "jo", "stämmer", "det stämmer", "korrekt", "bekräftar", "bekräftat", "ja tack"),
    not_me=("nej", "inte jag", "det är inte jag", "det var inte jag", "inte från mig"),
    auto_subjects=("autosvar", "automatiskt svar", "frånvaro", "frånvaromeddelande", "ej på kontoret", "inte på kontoret", "semester"),
    small=("jag", "har", "inte", "och", "inga", "ingen", "nya", "vecka", "veckan", "denna", "bara", "hej", "det", "är", "för", "tack", "två", "av"),
)  # fmt: skip
