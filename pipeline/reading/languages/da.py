"""Danish: how its clients quote, and its words. Sources: Outlook for Windows and the web, Outlook for iOS, Gmail,
Apple Mail and Thunderbird set to Danish, as their replies look; number words after Den Danske Ordbog (ordnet.dk)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

_UNITS = {
    "nul": 0, "en": 1, "én": 1, "et": 1, "ét": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7,
    "otte": 8, "ni": 9, "ti": 10, "elleve": 11, "elve": 11, "tolv": 12, "tretten": 13, "fjorten": 14, "femten": 15,
    "seksten": 16, "sytten": 17, "atten": 18, "nitten": 19,
}  # fmt: skip
_TENS = {
    "tyve": 20,
    "tredive": 30,
    "fyrre": 40,
    "halvtreds": 50,
    "tres": 60,
    "halvfjerds": 70,
    "firs": 80,
    "halvfems": 90,
}

TABLE = Language(
    code="da",
    attributions=(
        r"(den|d\.)\s.{4,200}\sskrev\b.{0,200}:",  # Gmail, Apple Mail, Thunderbird: Den tir. 3. mar. 2026 kl. 09.14 skrev …:
        r"på\s.{4,200}\sskrev\b.{0,200}:",  # Yahoo
        r".{2,120}\sskrev(\s(den|på|kl)\b.{0,120})?:",  # older Thunderbird: Anna skrev den 03-03-2026 09:14:
    ),
    headers=("fra", "sendt", "til", "emne", "dato", "cc", "kopi", "svar til"),
    delimiters=("oprindelig meddelelse", "oprindelig besked", "videresendt besked", "videresendt meddelelse", "original meddelelse"),
    closings=(
        "venlig hilsen", "med venlig hilsen", "mange hilsner", "de bedste hilsner", "bedste hilsner", "hilsen", "hilsner",
        "mvh", "m.v.h", "vh", "v.h", "kh", "kærlig hilsen", "hav en god weekend", "god weekend", "på forhånd tak",
        "venligst", "dbh",
    ),
    footers=("sendt fra min", "sendt fra mit", "sendt fra outlook", "sendt fra mail", "sendt fra yahoo", "hent outlook", "sendt via", "sendt med"),
    disclaimers=(
        "denne e-mail", "denne mail kan", "denne meddelelse", "forsigtig:", "advarsel:", "obs: denne", "ekstern mail",
        "ekstern e-mail", "tænk på miljøet",
    ),
    numbers=with_compounds(_UNITS, _TENS, ("{one}og{ten}",)),
    weak=frozenset({"en", "et", "ni", "ti", "tres"}),
    zero=("ingen", "intet", "ingenting", "nul", "desværre ingen", "ikke nogen", "ikke nogle"),
    part_of=(r"(heraf|deraf|hvoraf)\s+(er\s+)?(de\s+)?N", r"N\s+(af\s+(dem|disse)|heraf|deraf)"),
    not_counts=("kr", "kr.", "kroner", "dkk", "procent", "pct", "pct.", "mio", "mio.", "timer", "time", "min", "minutter", "dage", "uger", "år", "møder", "mails", "opkald"),
    negations=("ikke", "end", "over", "under"),
    last_week=("sidste uge", "i sidste uge", "forrige uge", "ugen før"),
    this_week=("denne uge", "i denne uge", "den her uge"),
    week=("uge",),
    months=("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"),
    weekdays=("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    until=("til og med", "t.o.m.", "indtil", "frem til", "til"),
    away=(
        "ferie", "på ferie", "holder ferie", "har ferie", "syg", "sygemeldt", "fri", "holder fri", "har fri", "barsel",
        "orlov", "fraværende", "ikke på kontoret", "ikke til stede", "bortrejst", "sygdom", "barn syg", "barns sygedag",
    ),
    back=("tilbage", "jeg er tilbage", "tilbage igen", "retur"),
    help=("hjælp", "hvad er det her", "hvad er det"),
    yes=("ja", "jep", "jo", "ja tak", "det er rigtigt", "korrekt", "bekræftet", "bekræfter"),
    not_me=("nej", "ikke mig", "det er ikke mig", "det var ikke mig", "ikke fra mig"),
    auto_subjects=("automatisk svar", "autosvar", "automatisk besvarelse", "ikke til stede", "fraværsmeddelelse", "fravær"),
    small=("jeg", "har", "ikke", "og", "nye", "uge", "denne", "ugen", "ingen", "kun", "tal", "hej", "mvh", "er", "det"),
)  # fmt: skip
