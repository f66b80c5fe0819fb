"""Lithuanian. Sources: Outlook, Gmail, Apple Mail and Thunderbird set to Lithuanian, as their replies look; number words
after the Dabartinės lietuvių kalbos žodynas (ekalba.lt), in the genders and cases in which they are said."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "nulis": 0, "vienas": 1, "viena": 1, "vieną": 1, "vieno": 1, "du": 2, "dvi": 2, "dviejų": 2, "trys": 3, "tris": 3, "trijų": 3, "keturi": 4, "keturios": 4, "keturis": 4, "keturias": 4,
    "penki": 5, "penkios": 5, "penkis": 5, "penkias": 5, "šeši": 6, "šešios": 6, "šešis": 6, "šešias": 6, "septyni": 7, "septynios": 7, "septynis": 7, "septynias": 7,
    "aštuoni": 8, "aštuonios": 8, "aštuonis": 8, "aštuonias": 8, "devyni": 9, "devynios": 9, "devynis": 9, "devynias": 9, "dešimt": 10, "dešimtis": 10,
    "vienuolika": 11, "dvylika": 12, "trylika": 13, "keturiolika": 14, "penkiolika": 15, "šešiolika": 16, "septyniolika": 17,
    "aštuoniolika": 18, "devyniolika": 19,
}  # fmt: skip
_TENS = {
    "dvidešimt": 20, "trisdešimt": 30, "keturiasdešimt": 40, "penkiasdešimt": 50, "šešiasdešimt": 60, "septyniasdešimt": 70,
    "aštuoniasdešimt": 80, "devyniasdešimt": 90,
}  # fmt: skip

TABLE = Language(
    code="lt",
    opens=("pr,", "an,", "tr,", "kt,", "pn,", "št,", "sk,", "on"),
    wrote=("rašė", "parašė", "rašo"),
    headers=("atsakyti", "nuo", "siuntėjas", "išsiųsta", "kam", "gavėjas", "tema", "data", "kopija", "cc", "siųsta", "iš"),
    delimiters=("pradinis laiškas", "originalus laiškas", "persiųstas laiškas", "pradinis pranešimas", "originalus pranešimas", "persiųstas pranešimas", "pirminis laiškas"),
    greetings=("sveiki", "labas", "laba diena", "labas rytas", "sveikas", "sveika", "gerbiamas", "gerbiama", "labas vakaras"),
    closings=(
        "pagarbiai", "su pagarba", "geriausi linkėjimai", "linkėjimai", "su geriausiais linkėjimais", "linkėdamas", "linkėdama", "ačiū", "dėkoju", "gero savaitgalio", "gražaus savaitgalio", "geros dienos", "nuoširdžiai", "iš anksto dėkoju",
    ),
    footers=("gauti outlook", "išsiųsta iš", "siųsta iš", "išsiųsta naudojant", "gauti „outlook", "gaukite outlook", "gaukite „outlook", "atsisiųsti outlook", "atsisiųskite outlook"),
    disclaimers=("įspėjimas:", "dėmesio:", "išorinis laiškas", "išorinis el. paštas", "šis el. laiškas", "šis laiškas", "šis pranešimas", "įspėjimas", "dėmesio", "išorinis el. laiškas", "išorinis siuntėjas", "jūs retai gaunate", "nedažnai gaunate", "pagalvokite apie aplinką", "šiame laiške", "konfidencial"),
    numbers=number_words(_UNITS, _TENS, ("{ten} {one}",), ("šimtas", "vienas šimtas", "šimtą")),
    weak=frozenset({"vienas", "viena", "vieną", "vieno"}),
    borrowed=frozenset({"du"}),
    zero=("deja nė vienos", "nė vienos", "nė vieno", "nė viena", "nei vienos", "nei vieno", "nieko", "nulis", "deja nieko", "nėra", "jokių", "jokios", "deja nėra", "neturiu"),
    small=frozenset({"aš", "esu", "nėra", "ir", "naujos", "savaitė", "šią", "savaitę", "tik", "labas", "yra", "tai", "turiu", "apie", "su", "pagarbiai", "deja", "buvo", "iš", "sveiki", "mano", "naujų"}),
    fillers=frozenset({
        "naujos", "nauji", "nauja", "naujas", "naujų", "naujus", "vnt", "vienetai", "šią", "savaitę", "savaitės", "deja", "tik", "iš", "manęs", "mano", "skaičius", "yra", "buvo", "labas", "sveiki", "atsakymas", "aš", "turiu", "sukūriau",
        "padariau", "ačiū", "atsiprašau", "šiandien", "viso", "iš viso", "tai", "už", "šios", "gavau", "turėjau",
    }),
    nouns=("pardavimo galimyb", "galimyb", "potencial", "lead"),
    part_of=(r"(iš\s+(jų|kurių)|tarp\s+jų)\s+N", r"N\s+iš\s+(jų|šių)"),
    not_counts=("%", "tūkst", "€", "eur", "eurų", "eurai", "procentų", "procentai", "mln", "mln.", "valandos", "valandų", "val", "val.", "min", "minutės", "minučių", "dienos", "dienų", "savaitės", "savaičių", "metai", "metų", "susitikimai", "susitikimų", "susitikimas", "laiškai", "skambučiai", "skambučių", "klientai", "klientų", "vizitai", "pasiūlymai", "km", "žmonės", "žmonių"),
    negations=("žemiau", "ne", "nei", "daugiau", "mažiau", "virš", "bent", "kambarys", "aukštas", "g."),
    large=("šimtai", "šimtų", "tūkstantis", "tūkstančiai", "milijonas", "tuzinas", "pusė"),
    last_week=("ankstesnę savaitę", "praėjusią savaitę", "praeitą savaitę", "praeita savaitė", "praėjusi savaitė"),
    last=("praeita", "praėjusi", "praeitą"),
    this_week=("šią savaitę", "ši savaitė", "šios savaitės"),
    next_week=("kitą savaitę", "kita savaitė", "rytoj", "pirmadienį", "ateinančią savaitę"),
    week=("savaitės", "savaitė", "savaitę", "sav"),
    months=(
        "sausio|sausis", "vasario|vasaris", "kovo|kovas", "balandžio|balandis", "gegužės|gegužė", "birželio|birželis", "liepos|liepa", "rugpjūčio|rugpjūtis",
        "rugsėjo|rugsėjis", "spalio|spalis", "lapkričio|lapkritis", "gruodžio|gruodis",
    ),
    weekdays=("pirmadienio|pirmadienis|pirmadienį", "antradienio|antradienis|antradienį", "trečiadienio|trečiadienis|trečiadienį", "ketvirtadienio|ketvirtadienis|ketvirtadienį", "penktadienio|penktadienis|penktadienį", "šeštadienio|šeštadienis|šeštadienį", "sekmadienio|sekmadienis|sekmadienį"),
    until=("iki pat", "iki",),
    away=("nedarbingume", "dekretinėse", "atostogos", "atostogose", "atostogauju", "sergu", "serga", "nedarbingumas", "laisvas", "laisva", "laisvadienis", "nedirbu", "ne biure", "nesu biure", "motinystės", "vaiko priežiūros", "išvykęs", "išvykusi", "nedarbo diena"),
    back=("esu grįžęs", "esu grįžusi", "grįžau", "aš grįžau", "jau grįžau", "vėl čia"),
    help=("pagalba", "pagalbos", "kas tai", "kas čia"),
    yes=("tikslu", "taip", "gerai", "teisingai", "patvirtinu", "patvirtinta", "sutinku", "tikrai taip"),
    not_me=("čia ne aš", "ne aš", "tai ne aš", "tai buvau ne aš", "ne mano", "ne"),
    joins=("ir",),
    is_=("yra", "turi"),
    auto_subjects=("automatinis pranešimas", "nebuvimas", "automatinis atsakymas", "automatinis atsakas", "ne biure", "atostogos", "nesu biure", "atostogose"),
)  # fmt: skip
