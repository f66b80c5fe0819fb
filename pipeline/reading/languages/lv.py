"""Latvian. Sources: Outlook, Gmail, Apple Mail, Thunderbird and Inbox.lv set to Latvian, as their replies look; number words
after Tēzaurs (tezaurs.lv), in the genders and cases in which they are said."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "nulle": 0, "viens": 1, "viena": 1, "vienu": 1, "divi": 2, "divas": 2, "divus": 2, "trīs": 3, "četri": 4, "četras": 4, "četrus": 4, "pieci": 5, "piecas": 5, "piecus": 5,
    "seši": 6, "sešas": 6, "sešus": 6, "septiņi": 7, "septiņas": 7, "septiņus": 7, "astoņi": 8, "astoņas": 8, "astoņus": 8, "deviņi": 9, "deviņas": 9, "deviņus": 9, "desmit": 10, "desmiti": 10,
    "vienpadsmit": 11, "divpadsmit": 12, "trīspadsmit": 13, "četrpadsmit": 14, "piecpadsmit": 15, "sešpadsmit": 16,
    "septiņpadsmit": 17, "astoņpadsmit": 18, "deviņpadsmit": 19,
}  # fmt: skip
_TENS = {
    "divdesmit": 20, "trīsdesmit": 30, "četrdesmit": 40, "piecdesmit": 50, "sešdesmit": 60, "septiņdesmit": 70,
    "astoņdesmit": 80, "deviņdesmit": 90,
}  # fmt: skip

TABLE = Language(
    code="lv",
    opens=("pirmd.", "otrd.", "trešd.", "ceturtd.", "piektd.", "sestd.", "svētd.", "datums:"),
    wrote=("rakstīja", "raksta", "uzrakstīja", "lietotājs"),
    headers=("atbildēt", "no", "nosūtīts", "kam", "uz", "temats", "tēma", "datums", "kopija", "cc", "sūtīts", "sūtītājs", "saņēmējs", "adresāts"),
    delimiters=("pārsūtīta vēstule", "pārsūtītais ziņojums", "sākotnējais ziņojums", "oriģinālais ziņojums", "pārsūtīts ziņojums", "sākotnējā ziņa", "oriģinālā vēstule", "pārsūtītā ziņa", "sākotnējā vēstule"),
    greetings=("sveiki", "labdien", "labrīt", "čau", "sveika", "sveiks", "cienījamais", "cienījamā", "labvakar"),
    closings=(
        "vēlot jauku dienu", "ar cieņu", "cieņā", "ar sveicieniem", "sveicieni", "vislabākie novēlējumi", "paldies", "liels paldies", "jauku nedēļas nogali", "labu nedēļas nogali", "lai jauka diena", "jauku dienu", "ar laba vēlējumiem", "visu labu",
    ),
    footers=("nosūtīts no", "sūtīts no", "iegūt outlook", "iegūstiet outlook", "lejupielādēt outlook", "nosūtīts ar"),
    disclaimers=("brīdinājums:", "uzmanību:", "ārēja vēstule", "šis e-pasts", "šī ziņa", "šis ziņojums", "šī vēstule", "brīdinājums", "uzmanību", "ārējs e-pasts", "ārējs sūtītājs", "jūs bieži nesaņemat", "padomājiet par vidi", "informācija, kas"),
    numbers=number_words(_UNITS, _TENS, ("{ten} {one}",), ("simts", "simt", "viens simts", "simtu")),
    weak=frozenset({"viens", "viena", "vienu"}),
    zero=("neviena", "neviens", "nevienu", "nekas", "nekā", "nulle", "diemžēl neviena", "nav", "nevienas", "diemžēl nav", "pagaidām nav", "neko"),
    small=frozenset({"es", "esmu", "nav", "un", "jaunas", "nedēļa", "šonedēļ", "šajā", "nedēļā", "tikai", "sveiki", "ir", "tas", "man", "par", "ar", "cieņu", "diemžēl", "bija", "no", "labdien", "mums"}),
    fillers=frozenset({
        "jaunas", "jauni", "jauna", "jauns", "jaunu", "gab", "gabali", "šonedēļ", "šajā", "nedēļā", "nedēļas", "diemžēl", "tikai", "no", "manis", "mans", "skaitlis", "ir", "bija", "sveiki", "labdien", "atbilde", "man", "es", "esmu",
        "izveidoju", "izveidojis", "izveidojusi", "paldies", "atvainojos", "šodien", "kopā", "tas", "par", "šo", "nedēļu",
    }),
    nouns=("pārdošanas iespēj", "iespēj", "lead"),
    part_of=(r"(no\s+(tām|tiem|kurām|kuriem)|tostarp)\s+N", r"N\s+no\s+(tām|tiem)"),
    not_counts=("%", "st", "€", "eur", "eiro", "procenti", "procentu", "milj", "milj.", "stundas", "stunda", "min", "minūtes", "dienas", "nedēļas", "gadi", "gadus", "tikšanās", "sapulces", "sapulce", "vēstules", "zvani", "zvanus", "klienti", "klientus", "vizītes", "piedāvājumi", "km", "cilvēki"),
    negations=("nav", "ne", "nevis", "vairāk", "mazāk", "nekā", "virs", "zem", "vismaz", "telpa", "stāvs", "iela"),
    large=("simti", "simtiem", "tūkstotis", "tūkstoši", "miljons", "ducis", "puse"),
    last_week=("iepriekšējā nedēļa", "pagājušajā nedēļā", "pagājušā nedēļa", "iepriekšējā nedēļā", "pagājušonedēļ"),
    last=("pagājušā", "iepriekšējā"),
    this_week=("šonedēļ", "šajā nedēļā", "šī nedēļa"),
    next_week=("nākamajā nedēļā", "nākamnedēļ", "nākamā nedēļa", "rīt", "pirmdien"),
    week=("nedēļas", "nedēļa", "nedēļā", "ned"),
    months=(
        "janvāris|janvārim|janvārī|janvāra", "februāris|februārim|februārī|februāra", "marts|martam|martā|marta", "aprīlis|aprīlim|aprīlī|aprīļa", "maijs|maijam|maijā|maija", "jūnijs|jūnijam|jūnijā|jūnija",
        "jūlijs|jūlijam|jūlijā|jūlija", "augusts|augustam|augustā|augusta", "septembris|septembrim|septembrī|septembra", "oktobris|oktobrim|oktobrī|oktobra", "novembris|novembrim|novembrī|novembra", "decembris|decembrim|decembrī|decembra",
    ),
    weekdays=("pirmdienai|pirmdiena|pirmdien", "otrdienai|otrdiena|otrdien", "trešdienai|trešdiena|trešdien", "ceturtdienai|ceturtdiena|ceturtdien", "piektdienai|piektdiena|piektdien", "sestdienai|sestdiena|sestdien", "svētdienai|svētdiena|svētdien"),
    until=("līdz pat", "lidz", "līdz",),
    away=("esmu atvaļinājumā", "prom", "ārpus biroja", "atvaļinājumā", "atvaļinājums", "slims", "slima", "slimības lapa", "slimoju", "brīvs", "brīva", "brīvdiena", "brīvdienas", "prombūtnē", "nav birojā", "neesmu birojā", "dekrētā", "bērna kopšanas", "prombūtne"),
    back=("atpakaļ", "esmu atpakaļ", "atgriezos", "esmu atgriezies", "esmu atgriezusies"),
    help=("palīdzība", "palīgā", "kas tas ir", "kas tas"),
    yes=("ja", "jā", "pareizi", "apstiprinu", "apstiprināts", "labi", "piekrītu", "tieši tā"),
    not_me=("nebiju es", "es nē", "ne es", "tas nebiju es", "tas neesmu es", "ne no manis", "nē"),
    joins=("un",),
    is_=("ir", "bija"),
    auto_subjects=("automātiska atbilde", "automātiskā atbilde", "prombūtnē", "ārpus biroja", "prombūtne", "atvaļinājums", "atvaļinājumā"),
)  # fmt: skip
