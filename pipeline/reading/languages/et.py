"""Estonian. Sources: Outlook, Gmail, Apple Mail and Thunderbird set to Estonian, as their replies look; number words after
the Eesti õigekeelsussõnaraamat (eki.ee), in the cases in which they are said. num2words has no Estonian."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "null": 0, "üks": 1, "ühe": 1, "ühte": 1, "kaks": 2, "kahe": 2, "kahte": 2, "kolm": 3, "kolme": 3, "neli": 4, "nelja": 4, "viis": 5, "viit": 5, "viie": 5,
    "kuus": 6, "kuut": 6, "kuue": 6, "seitse": 7, "seitset": 7, "seitsme": 7, "kaheksa": 8, "kaheksat": 8, "üheksa": 9, "üheksat": 9, "kümme": 10, "kümmet": 10, "kümne": 10,
    "üksteist": 11, "kaksteist": 12, "kolmteist": 13, "neliteist": 14, "viisteist": 15, "kuusteist": 16, "seitseteist": 17,
    "kaheksateist": 18, "üheksateist": 19,
}  # fmt: skip
_TENS = {
    "kakskümmend": 20, "kolmkümmend": 30, "nelikümmend": 40, "viiskümmend": 50, "kuuskümmend": 60, "seitsekümmend": 70,
    "kaheksakümmend": 80, "üheksakümmend": 90,
}  # fmt: skip

TABLE = Language(
    code="et",
    opens=("kuupäeval", "ühel kuupäeval", "e,", "t,", "k,", "n,", "r,", "l,", "p,", "esmaspäev", "teisipäev", "kolmapäev", "neljapäev", "reede"),
    wrote=("kirjutas", "kirjutas järgmist"),
    headers=("vasta", "saatja", "saadetud", "kellele", "adressaat", "teema", "kuupäev", "koopia", "saaja", "cc", "saatmisaeg", "pealkiri", "kellelt"),
    delimiters=("algne sõnum", "originaalsõnum", "edastatud kiri", "algkiri", "algne kiri", "edastatud sõnum", "esialgne sõnum"),
    greetings=("tere", "hei", "tervist", "tere hommikust", "tere päevast", "lugupeetud", "hea", "tšau"),
    closings=(
        "head nädalavahetust", "kõike head", "lugupidamisega", "parimate soovidega", "parimat", "tervitades", "tervitustega", "heade soovidega", "ette tänades", "tänades", "aitäh", "tänan", "ilusat nädalavahetust", "kena nädalavahetust", "parimat soovides", "austusega", "lp",
    ),
    footers=("saadetud minu", "saadetud", "hangi outlook", "laadi alla outlook"),
    disclaimers=("ettevaatust:", "väline kiri", "see e-kiri", "see kiri", "see sõnum", "käesolev e-kiri", "käesolev kiri", "hoiatus:", "tähelepanu:", "väline e-kiri", "väline saatja", "ettevaatust", "sa ei saa sageli", "te ei saa sageli", "mõtle keskkonnale"),
    numbers=number_words(_UNITS, _TENS, ("{ten} {one}", "{ten}{one}"), ("sada", "ükssada")),
    weak=frozenset({"üks", "ühe", "ühte"}),
    zero=("pole ühtegi", "mitte ühtegi", "ei ühtegi", "mitte midagi", "ei midagi", "null", "kahjuks mitte ühtegi", "ühtegi", "mitte ühtki", "ei ole", "pole", "uusi ei ole"),
    small=frozenset({"ma", "mina", "olen", "ei", "ja", "uut", "nädal", "sel", "nädalal", "ainult", "tere", "on", "see", "tegin", "sain", "lugupidamisega", "kahjuks", "oli", "ka", "mul", "minu"}),
    fillers=frozenset({
        "uut", "uus", "uusi", "tk", "tükki", "sel", "sellel", "nädalal", "nädal", "kahjuks", "ainult", "vaid", "minult", "minu", "arv", "number", "on", "oli", "tere", "vastus", "ma", "mul", "tegin", "lõin", "sain",
        "loodud", "tänan", "aitäh", "vabandust", "täna", "kokku", "see", "käesoleval",
    }),
    nouns=("müügivõimalus", "võimalus", "vihje", "lead"),
    part_of=(r"(neist|millest|nendest)\s+N", r"N\s+(neist|nendest)"),
    not_counts=("%", "kohtumist", "€", "eur", "eurot", "euro", "protsenti", "mln", "miljonit", "tundi", "tund", "min", "minutit", "päeva", "nädalat", "aastat", "koosolekut", "koosolek", "kirja", "kõnet", "klienti", "külastust", "pakkumist", "km", "inimest"),
    negations=("mitte", "ei", "üle", "alla", "kui", "vähemalt", "tuba", "korrus"),
    large=("sada", "sadu", "tuhat", "miljon", "tosin", "pool"),
    last_week=("möödunud nädal", "eelmise nädala", "eelmisel nädalal", "eelmine nädal", "möödunud nädalal"),
    last=("eelmine", "eelmisel"),
    this_week=("selle nädala", "sel nädalal", "sellel nädalal", "see nädal", "käesoleval nädalal"),
    next_week=("järgmisel nädalal", "järgmine nädal", "homme", "esmaspäeval"),
    week=("nädala", "nädal", "nädalal", "näd"),
    months=(
        "jaanuar|jaanuarini|jaanuaril|jaanuari", "veebruar|veebruarini|veebruaril|veebruari", "märts|märtsini|märtsil|märtsi", "aprill|aprillini|aprillil|aprilli", "mai|maini|mail", "juuni|juunini|juunil",
        "juuli|juulini|juulil", "august|augustini|augustil|augusti", "september|septembrini|septembril|septembri", "oktoober|oktoobrini|oktoobril|oktoobri", "november|novembrini|novembril|novembri", "detsember|detsembrini|detsembril|detsembri",
    ),
    weekdays=(
        "esmaspäevani|esmaspäev|esmaspäeval", "teisipäevani|teisipäev|teisipäeval", "kolmapäevani|kolmapäev|kolmapäeval", "neljapäevani|neljapäev|neljapäeval", "reedeni|reede|reedel", "laupäevani|laupäev|laupäeval", "pühapäevani|pühapäev|pühapäeval",
    ),
    until=("kuni ja kaasa arvatud", "kuni",),
    away=("olen puhkusel", "olen haige", "ära", "lapsehoolduspuhkusel", "puudun", "puhkusel", "puhkus", "puhkan", "haige", "haigena", "haiguslehel", "vaba", "vaba päev", "vabal", "eemal", "kontorist väljas", "ei ole kontoris", "lapsehoolduspuhkus", "hoolduslehel", "haigus", "lapsepuhkus"),
    back=("jälle tagasi", "tagasi", "olen tagasi", "jõudsin tagasi"),
    help=("abi", "mis see on", "appi"),
    yes=("täpselt", "jah", "õige", "kinnitan", "kinnitatud", "nõus", "jaa", "see on õige", "korras"),
    not_me=("mitte mina", "see ei olnud mina", "see polnud mina", "mina ei olnud", "ei"),
    joins=("ja",),
    is_=("on", "oli"),
    auto_subjects=("eemal", "automaatvastus", "automaatne vastus", "kontorist väljas", "puhkusel", "eemalviibimine", "eemaloleku teade"),
)  # fmt: skip
