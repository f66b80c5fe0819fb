"""Norwegian Bokmål: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail
and Thunderbird set to Norwegian, as their replies look; number words after Bokmålsordboka (ordbokene.no)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "null": 0, "en": 1, "én": 1, "ei": 1, "et": 1, "ett": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "sju": 7,
    "syv": 7, "åtte": 8, "ni": 9, "ti": 10, "elleve": 11, "tolv": 12, "tretten": 13, "fjorten": 14, "femten": 15,
    "seksten": 16, "sytten": 17, "atten": 18, "nitten": 19,
}  # fmt: skip
_TENS = {
    "tjue": 20, "tyve": 20, "tretti": 30, "tredve": 30, "førti": 40, "femti": 50, "seksti": 60, "sytti": 70, "åtti": 80,
    "nitti": 90,
}  # fmt: skip

TABLE = Language(
    code="nb",
    opens=("den", "på", "man.", "tir.", "ons.", "tor.", "fre.", "lør.", "søn."),
    wrote=("skrev", "har skrevet"),
    headers=("fra", "sendt", "til", "emne", "dato", "kopi", "cc", "svar til"),
    delimiters=("opprinnelig melding", "original melding", "videresendt melding", "videresendt e-post"),
    greetings=("hei", "heisann", "kjære", "god morgen", "god dag", "hallo"),
    closings=(
        "med vennlig hilsen", "vennlig hilsen", "beste hilsen", "mange hilsener", "hilsen", "hilsner", "mvh", "m.v.h", "vh",
        "takk", "på forhånd takk", "god helg", "ha en god helg", "ha en fin helg",
    ),
    footers=("sendt fra min", "sendt fra", "hent outlook", "få outlook", "sendt med", "sendt via"),
    disclaimers=(
        "denne e-posten", "denne meldingen", "advarsel:", "obs:", "ekstern e-post", "ekstern avsender", "forsiktig",
        "du får ikke ofte e-post fra", "tenk på miljøet",
    ),
    numbers=number_words(_UNITS, _TENS, ("{ten}{one}", "{ten} {one}", "{one}og{ten}"), ("hundre", "ett hundre", "en hundre", "etthundre")),
    weak=frozenset({"en", "ei", "et", "ett", "ni", "ti"}),
    borrowed=frozenset({"to", "fire"}),
    zero=("ingen", "intet", "ingenting", "null", "dessverre ingen", "ikke noen", "ikke noe"),
    small=frozenset({"jeg", "har", "ikke", "og", "nye", "uke", "denne", "uka", "uken", "bare", "tall", "hei", "mvh", "er", "det", "i", "ble", "laget", "fått", "hilsen", "noen", "den", "vi", "dessverre", "takk", "av"}),
    fillers=frozenset({"nye", "ny", "nytt", "stk", "i", "denne", "uke", "uken", "uka", "her", "den", "dessverre", "bare", "kun", "fra", "meg", "min", "mitt", "tall", "er", "det", "ble", "blir", "hei", "svar", "jeg", "har", "laget", "skapt", "fått", "for", "på", "takk", "beklager", "dag", "antall", "totalt", "alt"}),
    nouns=("salgsmulighet", "mulighet", "lead", "emne", "kundeemne", "oppor"),
    part_of=(r"(hvorav|derav|inkludert)\s+N", r"N\s+av\s+(dem|disse)"),
    not_counts=("kr", "kroner", "nok", "prosent", "mill", "mill.", "millioner", "timer", "time", "min", "minutter", "dager", "uker", "år", "møter", "samtaler", "mail"),
    negations=("ikke", "enn", "over", "under"),
    large=("hundre", "hundrevis", "tusen", "million", "dusin"),
    last_week=("forrige uke", "i forrige uke", "sist uke", "siste uke", "uken før"),
    last=("forrige", "siste", "sist"),
    this_week=("denne uken", "denne uka", "i denne uken", "i denne uka"),
    next_week=("neste uke", "uken etter", "i morgen", "på mandag"),
    week=("uke", "uka"),
    months=("januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"),
    weekdays=("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    until=("til og med", "t.o.m.", "tom", "frem til", "fram til", "inntil", "til"),
    away=(
        "ferie", "på ferie", "har ferie", "fri", "har fri", "syk", "sykmeldt", "permisjon", "i permisjon", "borte",
        "ikke på kontoret", "fraværende", "avspasering", "avspaserer", "foreldrepermisjon", "sykt barn",
    ),
    back=("tilbake", "jeg er tilbake", "er tilbake", "tilbake igjen"),
    help=("hjelp", "hva er dette", "hva er det"),
    yes=("ja", "jepp", "jo", "stemmer", "det stemmer", "riktig", "korrekt", "bekrefter", "bekreftet", "ja takk"),
    not_me=("nei", "ikke meg", "det er ikke meg", "det var ikke meg", "ikke fra meg"),
    joins=("og",),
    is_=("er", "har"),
    auto_subjects=("automatisk svar", "autosvar", "fraværsmelding", "fravær", "ikke på kontoret", "ferie"),
)  # fmt: skip
