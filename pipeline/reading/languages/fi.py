"""Finnish: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Finnish, as their replies look; number words after Kielitoimiston sanakirja (kielitoimistonsanakirja.fi)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language

_ONES = {
    "yksi": 1, "kaksi": 2, "kolme": 3, "neljä": 4, "viisi": 5, "kuusi": 6, "seitsemän": 7, "kahdeksan": 8, "yhdeksän": 9,
}  # fmt: skip
_SPOKEN = {"yks": 1, "kaks": 2, "viis": 5, "kuus": 6, "seittemän": 7, "kaheksan": 8, "yheksän": 9}


def _numbers() -> dict[str, int]:
    """Teens end in `toista`, tens in `kymmentä`, and all is written as one word."""
    words = {"nolla": 0, "kymmenen": 10, "kakskyt": 20, "kolkyt": 30, **_ONES, **_SPOKEN}
    for one, value in _ONES.items():
        words[f"{one}toista"] = 10 + value
        if value > 1:
            words[f"{one}kymmentä"] = 10 * value
            for other, small in _ONES.items():
                words |= {f"{one}kymmentä{other}": 10 * value + small, f"{one}kymmentä {other}": 10 * value + small}
    return words


TABLE = Language(
    code="fi",
    attributions=(
        r".{4,160}\s(kirjoitti|kirjoitettu)\b.{0,200}:",  # Gmail: pe 6. maalisk. 2026 klo 13.00 Anna (…) kirjoitti:
    ),
    headers=("lähettäjä", "lähetetty", "vastaanottaja", "aihe", "päivämäärä", "kopio", "cc", "vastausosoite", "saaja", "päiväys"),
    delimiters=("alkuperäinen viesti", "edelleenlähetetty viesti", "välitetty viesti"),
    closings=(
        "terveisin", "ystävällisin terveisin", "parhain terveisin", "yt", "t", "terv", "terv.", "kiitos", "kiitoksia",
        "hyvää viikonloppua", "mukavaa viikonloppua", "kunnioittavasti", "terkuin",
    ),
    footers=("lähetetty", "hanki outlook", "lataa outlook", "lähetin"),
    disclaimers=("tämä viesti", "tämä sähköposti", "varoitus:", "huomio:", "huom:", "ulkoinen sähköposti", "ulkoinen viesti", "et saa usein"),
    numbers=_numbers(),
    weak=frozenset({"yksi", "yks", "kuusi", "kuus"}),
    zero=("ei yhtään", "ei mitään", "nolla", "ei uusia", "ei yhtäkään", "valitettavasti ei yhtään"),
    part_of=(r"(joista|mukaan\s+lukien)\s+N", r"N\s+(niistä|näistä)"),
    not_counts=("eur", "euroa", "euro", "€", "prosenttia", "%", "miljoonaa", "tuntia", "h", "min", "minuuttia", "päivää", "viikkoa", "vuotta", "tapaamista", "puhelua"),
    negations=("ei", "kuin", "yli", "alle"),
    last_week=("viime viikko", "viime viikolla", "viime viikon", "edellinen viikko", "edellisellä viikolla"),
    this_week=("tällä viikolla", "tämä viikko", "tämän viikon"),
    week=("viikko", "viikolla", "viikon", "vko", "vk"),
    months=("tammikuu", "helmikuu", "maaliskuu", "huhtikuu", "toukokuu", "kesäkuu", "heinäkuu", "elokuu", "syyskuu", "lokakuu", "marraskuu", "joulukuu"),
    weekdays=("maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai"),
    until=("asti", "saakka", "viimeistään"),
    away=(
        "loma", "lomalla", "olen lomalla", "vapaa", "vapaalla", "sairas", "sairaana", "sairauslomalla", "poissa",
        "vanhempainvapaalla", "äitiyslomalla", "ei toimistolla", "en ole toimistolla", "lomapäivä", "virkavapaalla",
    ),
    back=("takaisin", "olen takaisin", "palasin", "olen palannut", "töissä taas"),
    help=("apua", "ohje", "mikä tämä on"),
    yes=("kyllä", "joo", "juu", "oikein", "pitää paikkansa", "vahvistan", "vahvistettu", "selvä"),
    not_me=("ei", "en minä", "en se minä", "se en ollut minä", "en ollut minä"),
    auto_subjects=("automaattinen vastaus", "poissaoloviesti", "poissaolo", "poissa", "lomalla", "poissa toimistosta"),
    small=("minä", "olen", "ei", "ja", "uutta", "viikolla", "tällä", "hei", "on", "kiitos", "vain", "että", "yhtään", "moi", "oli"),
)  # fmt: skip
