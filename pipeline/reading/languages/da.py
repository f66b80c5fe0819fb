"""Danish. Sources: Outlook for Windows and the web, Outlook for iOS, Gmail, Apple Mail and Thunderbird set to Danish, as
their replies look; number words after Den Danske Ordbog (ordnet.dk)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "nul": 0, "en": 1, "én": 1, "et": 1, "ét": 1, "to": 2, "tre": 3, "fire": 4, "fem": 5, "seks": 6, "syv": 7,
    "otte": 8, "ni": 9, "ti": 10, "elleve": 11, "elve": 11, "tolv": 12, "tretten": 13, "fjorten": 14, "femten": 15,
    "seksten": 16, "sytten": 17, "atten": 18, "nitten": 19,
}  # fmt: skip
_TENS = {
    "tyve": 20, "tredive": 30, "fyrre": 40, "halvtreds": 50, "tres": 60, "treds": 60, "halvfjerds": 70, "firs": 80, "halvfems": 90,
}  # fmt: skip

TABLE = Language(
    code="da",
    opens=("den", "d.", "på"),
    wrote=("skrev", "har skrevet"),
    headers=("fra", "sendt", "til", "emne", "dato", "cc", "kopi", "svar til", "vedr", "prioritet"),
    delimiters=("oprindelig meddelelse", "oprindelig besked", "videresendt besked", "videresendt meddelelse", "original meddelelse", "start på videresendt besked"),
    greetings=("hej", "hejsa", "kære", "hi", "goddag", "godmorgen", "god eftermiddag", "halløj"),
    closings=(
        "venlig hilsen", "med venlig hilsen", "mange hilsner", "mange hilsener", "de bedste hilsner", "bedste hilsner",
        "hilsen", "hilsner", "mvh", "m.v.h", "vh", "v.h", "kh", "kærlig hilsen", "hav en god weekend", "god weekend",
        "på forhånd tak", "venligst", "dbh", "bedste hilsener", "venlige hilsner", "med venlige hilsner", "god dag",
    ),
    footers=("sendt fra min", "sendt fra mit", "sendt fra outlook", "sendt fra mail", "sendt fra yahoo", "sendt fra proton", "hent outlook", "sendt via", "sendt med", "få outlook"),
    disclaimers=(
        "denne e-mail", "denne mail kan", "denne mail er", "denne meddelelse", "forsigtig:", "advarsel:", "obs: denne", "ekstern mail",
        "ekstern e-mail", "ekstern afsender", "tænk på miljøet", "du får ikke ofte mails fra", "du modtager ikke ofte mail",
    ),
    numbers=number_words(_UNITS, _TENS, ("{one}og{ten}",), ("hundrede", "et hundrede", "ethundrede")),
    weak=frozenset({"en", "et", "ni", "ti", "tres"}),
    borrowed=frozenset({"to", "fire"}),
    zero=("ingen", "intet", "ingenting", "nul", "desværre ingen", "ikke nogen", "ikke nogle", "nix", "niks", "0 stk"),
    small=frozenset({"jeg", "har", "ikke", "og", "nye", "uge", "denne", "ugen", "kun", "tal", "hej", "mvh", "er", "det", "i", "blev", "lavet", "fået", "hilsen", "nogle", "den", "her", "der", "vi", "kom", "skabt"}),
    fillers=frozenset({
        "nye", "ny", "nyt", "stk", "i", "denne", "uge", "ugen", "her", "den", "desværre", "kun", "fra", "mig", "det", "blev",
        "til", "hej", "mit", "tal", "er", "svar", "svaret", "antal", "i alt", "alt", "jeg", "har", "lavet", "skabt", "fået", "blevet",
        "for", "på", "af", "tak", "undskyld", "beklager", "nu", "hos", "dag", "mere", "styk", "vi",
    }),
    nouns=("salgsmulighed", "mulighed", "lead", "emne", "kundeemne", "oppor", "opp"),
    part_of=(r"(heraf|deraf|hvoraf)\s+(er\s+)?(de\s+)?N", r"N\s+(af\s+(dem|disse)|heraf|deraf)"),
    not_counts=("kr", "kr.", "kroner", "dkk", "procent", "pct", "pct.", "mio", "mio.", "timer", "time", "min", "minutter", "dage", "uger", "år", "møder", "møde", "mails", "opkald", "kunder", "besøg", "tilbud", "kolleger", "medarbejdere", "km", "kampagner"),
    negations=("ikke", "efter", "før", "end", "over", "under", "mindst", "højst"),
    large=("hundrede", "hundreder", "tusind", "tusinde", "million", "dusin"),
    last_week=("sidste uge", "i sidste uge", "forrige uge", "ugen før"),
    last=("sidste", "forrige"),
    this_week=("denne uge", "i denne uge", "den her uge"),
    next_week=("næste uge", "i næste uge", "ugen efter", "på mandag", "i morgen"),
    week=("uge",),
    months=("januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"),
    weekdays=("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"),
    until=("til og med", "t.o.m.", "tom", "indtil", "frem til", "til"),
    away=(
        "ferie", "på ferie", "holder ferie", "har ferie", "syg", "sygemeldt", "fri", "holder fri", "har fri", "barsel",
        "orlov", "fraværende", "ikke på kontoret", "ikke til stede", "bortrejst", "sygdom", "barn syg", "barns sygedag", "fridag", "feriedag",
    ),
    back=("tilbage", "jeg er tilbage", "tilbage igen", "retur", "jeg er tilbage igen"),
    help=("hjælp", "hvad er det her", "hvad er det"),
    yes=("ja", "jep", "jo", "ja tak", "det er rigtigt", "korrekt", "bekræftet", "bekræfter", "jeg bekræfter"),
    not_me=("nej", "ikke mig", "det er ikke mig", "det var ikke mig", "ikke fra mig"),
    joins=("og",),
    is_=("er", "har"),
    auto_subjects=("automatisk svar", "autosvar", "automatisk besvarelse", "ikke til stede", "fraværsmeddelelse", "fravær", "ikke på kontoret"),
)  # fmt: skip
