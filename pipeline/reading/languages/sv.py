"""Swedish: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Swedish, as their replies look; number words after Svenska Akademiens ordlista (saob.se, svenska.se)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "noll": 0, "en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10,
    "elva": 11, "tolv": 12, "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18, "nitton": 19,
}  # fmt: skip
_TENS = {
    "tjugo": 20, "trettio": 30, "fyrtio": 40, "förtio": 40, "femtio": 50, "sextio": 60, "sjuttio": 70, "åttio": 80, "nittio": 90,
}  # fmt: skip

TABLE = Language(
    code="sv",
    opens=("den", "på", "mån", "tis", "ons", "tors", "tor", "fre", "lör", "sön", "måndag", "tisdag", "onsdag", "torsdag", "fredag"),
    wrote=("skrev", "har skrivit"),
    headers=("från", "skickat", "skickades", "till", "ämne", "datum", "kopia", "cc", "svar till"),
    delimiters=("ursprungligt meddelande", "originalmeddelande", "vidarebefordrat meddelande", "vidarebefordrat brev"),
    greetings=("hej", "hejsan", "tja", "tjena", "bästa", "god morgon", "hallå", "kära"),
    closings=(
        "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "vänlig hälsning", "hälsningar", "hälsning",
        "bästa hälsningar", "många hälsningar", "mvh", "m.v.h", "vh", "hej då", "tack", "trevlig helg", "ha en bra helg", "med vänlig hälsn",
    ),
    footers=("skickat från", "skickades från", "hämta outlook", "sänt från", "skickat med", "skickat via"),
    disclaimers=(
        "detta e-postmeddelande", "detta meddelande", "det här meddelandet", "varning:", "obs:", "externt mail",
        "extern e-post", "du får inte ofta e-post från", "tänk på miljön", "observera",
    ),
    numbers=number_words(_UNITS, _TENS, ("{ten}{one}", "{ten} {one}"), ("hundra", "etthundra", "ett hundra")),
    weak=frozenset({"en", "ett", "sex"}),
    borrowed=frozenset({"sex"}),
    zero=("ingen", "inga", "inget", "ingenting", "noll", "tyvärr inga", "inga alls"),
    small=frozenset({"jag", "har", "inte", "och", "nya", "vecka", "denna", "veckan", "bara", "hej", "mvh", "är", "det", "i", "blev", "fått", "hälsningar", "några", "den", "här", "vi", "tyvärr", "för", "tack", "av"}),
    fillers=frozenset({"nya", "ny", "nytt", "st", "stycken", "i", "denna", "den", "här", "vecka", "veckan", "tyvärr", "bara", "endast", "från", "mig", "min", "mitt", "det", "blev", "blir", "är", "hej", "svar", "jag", "har", "skapat", "gjort", "fått", "för", "på", "tack", "förlåt", "idag", "dag", "totalt", "antal", "mina"}),
    nouns=("säljmöjlighet", "affärsmöjlighet", "möjlighet", "försäljningsmöjlighet", "lead", "oppor"),
    part_of=(r"(varav|därav|av\s+vilka|inklusive)\s+N", r"N\s+av\s+(dem|dessa)"),
    not_counts=("kr", "kronor", "sek", "procent", "%", "mkr", "miljoner", "timmar", "timme", "min", "minuter", "dagar", "veckor", "år", "möten", "samtal", "mail"),
    negations=("inte", "än", "över", "under"),
    large=("hundra", "hundratals", "tusen", "miljon", "dussin"),
    last_week=("förra veckan", "i förra veckan", "föregående vecka", "veckan innan", "sista veckan"),
    last=("förra", "senaste"),
    this_week=("denna vecka", "den här veckan", "i veckan", "denna veckan"),
    next_week=("nästa vecka", "veckan efter", "i morgon", "imorgon", "på måndag"),
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
    joins=("och",),
    is_=("är", "har"),
    auto_subjects=("autosvar", "automatiskt svar", "frånvaro", "frånvaromeddelande", "ej på kontoret", "inte på kontoret", "semester"),
)  # fmt: skip
