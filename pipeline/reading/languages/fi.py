"""Finnish: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Finnish, as their replies look; number words after Kielitoimiston sanakirja (kielitoimistonsanakirja.fi)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "nolla": 0, "yksi": 1, "yks": 1, "yhden": 1, "yhtä": 1, "kaksi": 2, "kaks": 2, "kahden": 2, "kahta": 2, "kolme": 3, "kolmea": 3, "kolmen": 3,
    "neljä": 4, "neljää": 4, "neljän": 4, "viisi": 5, "viis": 5, "viittä": 5, "viiden": 5, "kuusi": 6, "kuus": 6, "kuutta": 6, "kuuden": 6,
    "seitsemän": 7, "seittemän": 7, "seitsemää": 7, "kahdeksan": 8, "kaheksan": 8, "kahdeksaa": 8, "yhdeksän": 9, "yheksän": 9, "yhdeksää": 9,
    "kymmenen": 10, "kymmentä": 10, "yksitoista": 11, "kaksitoista": 12, "kolmetoista": 13, "neljätoista": 14, "viisitoista": 15,
    "kuusitoista": 16, "seitsemäntoista": 17, "kahdeksantoista": 18, "yhdeksäntoista": 19, "ykstoista": 11, "kakstoista": 12,
}  # fmt: skip
_TENS = {
    "kaksikymmentä": 20, "kakskyt": 20, "kolmekymmentä": 30, "kolkyt": 30, "neljäkymmentä": 40, "viisikymmentä": 50, "kuusikymmentä": 60,
    "seitsemänkymmentä": 70, "kahdeksankymmentä": 80, "yhdeksänkymmentä": 90,
}  # fmt: skip

TABLE = Language(
    code="fi",
    opens=("ma", "ti", "ke", "to", "pe", "la", "su"),
    wrote=("kirjoitti", "kirjoitettu"),
    headers=("lähettäjä", "lähetetty", "vastaanottaja", "aihe", "päivämäärä", "kopio", "cc", "vastausosoite", "saaja", "päiväys"),
    delimiters=("alkuperäinen viesti", "edelleenlähetetty viesti", "välitetty viesti"),
    greetings=("hei", "moi", "terve", "moikka", "huomenta", "hyvää päivää", "hyvä", "tervehdys"),
    closings=(
        "terveisin", "ystävällisin terveisin", "parhain terveisin", "yt", "t", "terv", "terv.", "kiitos", "kiitoksia",
        "hyvää viikonloppua", "mukavaa viikonloppua", "kunnioittavasti", "terkuin",
    ),
    footers=("lähetetty", "hanki outlook", "lataa outlook", "lähetin"),
    disclaimers=("tämä viesti", "tämä sähköposti", "varoitus:", "huomio:", "huom:", "ulkoinen sähköposti", "ulkoinen viesti", "et saa usein"),
    numbers=number_words(_UNITS, _TENS, ("{ten}{one}", "{ten} {one}"), ("sata",)),
    weak=frozenset({"yhden", "yhtä"}),
    zero=("ei yhtään", "ei mitään", "nolla", "ei uusia", "ei yhtäkään", "valitettavasti ei yhtään"),
    small=frozenset({"minä", "olen", "ei", "ja", "uutta", "viikko", "tällä", "viikolla", "vain", "hei", "on", "se", "tein", "sain", "terveisin", "valitettavasti", "oli", "myös", "moi", "viikon", "kiitos", "yhtään"}),
    fillers=frozenset({"uutta", "uusi", "uusia", "kpl", "kappaletta", "tällä", "viikolla", "viikon", "valitettavasti", "vain", "minulta", "minulla", "on", "oli", "hei", "moi", "vastaus", "luku", "olen", "loin", "tein", "sain", "tehnyt", "saanut", "kiitos", "tänään", "yhteensä", "tuli", "tänä", "viikko", "numero", "multa"}),
    nouns=("myyntimahdollisuu", "mahdollisuu", "liidi", "lead", "oppor"),
    part_of=(r"(joista|joissa|niistä|mukaan\s+lukien)\s+N", r"N\s+(niistä|näistä)"),
    not_counts=("eur", "euroa", "euro", "€", "prosenttia", "%", "miljoonaa", "tuntia", "h", "min", "minuuttia", "päivää", "viikkoa", "vuotta", "tapaamista", "puhelua"),
    negations=("ei", "kuin", "yli", "alle"),
    large=("sataa", "satoja", "tuhat", "tuhatta", "miljoona", "tusina"),
    last_week=("viime viikko", "viime viikolla", "viime viikon", "edellinen viikko", "edellisellä viikolla"),
    last=("viime", "viime viikon"),
    this_week=("tällä viikolla", "tämä viikko", "tämän viikon"),
    next_week=("ensi viikolla", "huomenna", "ensi viikko", "maanantaina"),
    week=("viikko", "viikolla", "viikon", "vko", "vk"),
    months=("tammikuu|tammikuuta|tammikuun", "helmikuu|helmikuuta|helmikuun", "maaliskuu|maaliskuuta|maaliskuun", "huhtikuu|huhtikuuta|huhtikuun", "toukokuu|toukokuuta|toukokuun", "kesäkuu|kesäkuuta|kesäkuun", "heinäkuu|heinäkuuta|heinäkuun", "elokuu|elokuuta|elokuun", "syyskuu|syyskuuta|syyskuun", "lokakuu|lokakuuta|lokakuun", "marraskuu|marraskuuta|marraskuun", "joulukuu|joulukuuta|joulukuun"),
    weekdays=("maanantai|maanantaihin|maanantaina", "tiistai|tiistaihin|tiistaina", "keskiviikko|keskiviikkoon|keskiviikkona", "torstai|torstaihin|torstaina", "perjantai|perjantaihin|perjantaina", "lauantai|lauantaihin|lauantaina", "sunnuntai|sunnuntaihin|sunnuntaina"),
    until=(),
    until_behind=("asti", "saakka"),
    away=(
        "loma", "lomalla", "olen lomalla", "vapaa", "vapaalla", "sairas", "sairaana", "sairauslomalla", "poissa",
        "vanhempainvapaalla", "äitiyslomalla", "ei toimistolla", "en ole toimistolla", "lomapäivä", "virkavapaalla",
    ),
    back=("takaisin", "olen takaisin", "palasin", "olen palannut", "töissä taas"),
    help=("apua", "ohje", "mikä tämä on"),
    yes=("kyllä", "joo", "juu", "oikein", "pitää paikkansa", "vahvistan", "vahvistettu", "selvä"),
    not_me=("ei", "en minä", "en se minä", "se en ollut minä", "en ollut minä"),
    joins=("ja",),
    is_=("on", "oli"),
    auto_subjects=("automaattinen vastaus", "poissaoloviesti", "poissaolo", "poissa", "lomalla", "poissa toimistosta"),
)  # fmt: skip
