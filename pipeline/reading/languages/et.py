"""Estonian: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Estonian, as their replies look; number words after the Eesti keele instituut (sonaveeb.ee)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language

_ONES = {
    "üks": 1, "kaks": 2, "kolm": 3, "neli": 4, "viis": 5, "kuus": 6, "seitse": 7, "kaheksa": 8, "üheksa": 9,
}  # fmt: skip


def _numbers() -> dict[str, int]:
    """Teens end in `teist`, tens in `kümmend`; the ones stand behind a space."""
    words = {"null": 0, "kümme": 10, **_ONES}
    for one, value in _ONES.items():
        words[f"{one}teist"] = 10 + value
        if value > 1:
            words[f"{one}kümmend"] = 10 * value
            for other, small in _ONES.items():
                words[f"{one}kümmend {other}"] = 10 * value + small
    return words


TABLE = Language(
    code="et",
    attributions=(
        r".{4,160}\skirjutas\b.{0,200}:",  # Gmail: Kuupäev R, 6. märts 2026 kell 13:00 kirjutas Anna <…>:
        r"kuupäev\s.{4,200}\skirjutas\b.{0,200}:",
    ),
    headers=("saatja", "saadetud", "adressaat", "kellele", "teema", "kuupäev", "koopia", "cc", "vasta"),
    delimiters=("algne sõnum", "algne kiri", "edastatud kiri", "edastatud sõnum", "originaalsõnum"),
    closings=(
        "lugupidamisega", "parimate soovidega", "tervitades", "tervitustega", "parimat", "aitäh", "tänan", "tänades",
        "ilusat nädalavahetust", "head nädalavahetust", "kõike head",
    ),
    footers=("saadetud minu", "saadetud", "hangi outlook", "laadi alla outlook"),
    disclaimers=("see kiri", "see e-kiri", "see sõnum", "hoiatus:", "tähelepanu:", "ettevaatust:", "väline kiri", "väline e-kiri"),
    numbers=_numbers(),
    weak=frozenset({"üks", "viis", "kuus"}),
    zero=("mitte ühtegi", "mitte ühtki", "ei ühtegi", "ühtegi", "mitte midagi", "null", "pole ühtegi", "kahjuks mitte ühtegi"),
    part_of=(r"(neist|nendest|sealhulgas)\s+N", r"N\s+(neist|nendest)"),
    not_counts=("eur", "eurot", "euro", "€", "protsenti", "%", "miljonit", "tundi", "min", "minutit", "päeva", "nädalat", "aastat", "kohtumist", "kõnet"),
    negations=("ei", "kui", "üle", "alla"),
    last_week=("eelmine nädal", "eelmisel nädalal", "möödunud nädal", "möödunud nädalal", "eelmise nädala"),
    this_week=("sel nädalal", "see nädal", "käesoleval nädalal", "selle nädala"),
    week=("nädal", "nädalal", "nädala"),
    months=("jaanuar", "veebruar", "märts", "aprill", "mai", "juuni", "juuli", "august", "september", "oktoober", "november", "detsember"),
    weekdays=("esmaspäev", "teisipäev", "kolmapäev", "neljapäev", "reede", "laupäev", "pühapäev"),
    until=("kuni", "kuni ja kaasa arvatud"),
    away=(
        "puhkus", "puhkusel", "olen puhkusel", "vaba", "vaba päev", "haige", "olen haige", "haiguslehel", "eemal", "ära",
        "lapsehoolduspuhkusel", "kontorist väljas", "ei ole kontoris", "puudun",
    ),
    back=("tagasi", "olen tagasi", "jälle tagasi"),
    help=("abi", "mis see on"),
    yes=("jah", "jaa", "õige", "täpselt", "kinnitan", "kinnitatud", "nõus"),
    not_me=("ei", "mitte mina", "see ei olnud mina", "mina ei olnud", "see polnud mina"),
    auto_subjects=("automaatvastus", "automaatne vastus", "kontorist väljas", "puhkusel", "eemal", "eemaloleku teade"),
    small=("mina", "mul", "ei", "ja", "uut", "nädalal", "sel", "tere", "on", "aitäh", "ainult", "olen", "ühtegi", "see", "kaks"),
)  # fmt: skip
