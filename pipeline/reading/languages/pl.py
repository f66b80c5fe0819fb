"""Polish: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail, Onet and
Thunderbird set to Polish, as their replies look; number words after the Słownik języka polskiego PWN (sjp.pwn.pl)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

_UNITS = {
    "zero": 0, "jeden": 1, "jedna": 1, "jedno": 1, "jedną": 1, "dwa": 2, "dwie": 2, "dwóch": 2, "trzy": 3, "cztery": 4,
    "pięć": 5, "piec": 5, "sześć": 6, "szesc": 6, "siedem": 7, "osiem": 8, "dziewięć": 9, "dziewiec": 9, "dziesięć": 10,
    "dziesiec": 10, "jedenaście": 11, "dwanaście": 12, "trzynaście": 13, "czternaście": 14, "piętnaście": 15,
    "szesnaście": 16, "siedemnaście": 17, "osiemnaście": 18, "dziewiętnaście": 19,
}  # fmt: skip
_TENS = {
    "dwadzieścia": 20, "dwadziescia": 20, "trzydzieści": 30, "czterdzieści": 40, "pięćdziesiąt": 50, "sześćdziesiąt": 60,
    "siedemdziesiąt": 70, "osiemdziesiąt": 80, "dziewięćdziesiąt": 90,
}  # fmt: skip

TABLE = Language(
    code="pl",
    attributions=(
        r".{4,160}\s(napisał|napisała|napisał\(a\)|pisze|napisali)\b.{0,200}:",  # Gmail: pt., 6 mar 2026 o 13:00 Anna <…> napisał(a):
        r"(dnia|w\sdniu|on)\s.{4,200}\s(napisał|napisała|napisał\(a\)|pisze)\b.{0,200}:",
        r"(dnia|w\sdniu)\s.{4,160}\s?:",
    ),
    headers=("od", "wysłano", "do", "temat", "data", "dw", "cc", "udw", "odpowiedz do", "wysłane"),
    delimiters=("oryginalna wiadomość", "wiadomość oryginalna", "wiadomość przekazana", "treść przekazanej wiadomości", "wiadomość napisana"),
    closings=(
        "pozdrawiam", "pozdrowienia", "z poważaniem", "z wyrazami szacunku", "serdecznie pozdrawiam", "pozdr", "pzdr", "dzięki",
        "dziękuję", "z góry dziękuję", "miłego weekendu", "udanego weekendu", "miłego dnia",
    ),
    footers=("wysłano z", "wysłane z", "pobierz program outlook", "pobierz outlook", "wiadomość wysłana z"),
    disclaimers=(
        "ta wiadomość", "niniejsza wiadomość", "ten e-mail", "uwaga:", "ostrzeżenie:", "treść tej wiadomości",
        "zewnętrzna wiadomość", "wiadomość zewnętrzna", "nieczęsto otrzymujesz", "zanim wydrukujesz",
    ),
    numbers=with_compounds(_UNITS, _TENS, ("{ten} {one}",)),
    weak=frozenset({"jeden", "jedna", "jedno", "jedną", "piec"}),
    zero=("żadnych", "żadnej", "żaden", "brak", "nic", "zero", "niestety żadnych", "ani jednej"),
    part_of=(r"(z\s+czego|w\s+tym|włącznie\s+z)\s+N", r"N\s+z\s+(nich|tych)"),
    not_counts=("eur", "euro", "€", "zł", "pln", "procent", "%", "mln", "tys", "tys.", "godzin", "godz", "min", "minut", "dni", "tygodni", "lat", "spotkań", "telefonów"),
    negations=("nie", "niż", "ponad", "poniżej"),
    last_week=("zeszły tydzień", "w zeszłym tygodniu", "zeszłym tygodniu", "poprzedni tydzień", "w poprzednim tygodniu", "ubiegły tydzień", "w ubiegłym tygodniu"),
    this_week=("w tym tygodniu", "ten tydzień", "bieżący tydzień"),
    week=("tydzień", "tygodniu", "tydz"),
    months=("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
    weekdays=("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"),
    until=("do dnia", "aż do", "do"),
    away=(
        "urlop", "na urlopie", "mam urlop", "wolne", "mam wolne", "chory", "chora", "zwolnienie", "na zwolnieniu", "l4",
        "nieobecny", "nieobecna", "poza biurem", "urlop macierzyński", "urlop rodzicielski", "choroba",
    ),
    back=("wróciłem", "wróciłam", "jestem z powrotem", "z powrotem", "już jestem"),
    help=("pomoc", "co to jest", "co to"),
    yes=("tak", "zgadza się", "dokładnie", "poprawnie", "potwierdzam", "potwierdzone", "dobrze"),
    not_me=("nie", "nie ja", "to nie ja", "to nie byłem ja", "to nie byłam ja"),
    auto_subjects=("automatyczna odpowiedź", "autoodpowiedź", "odpowiedź automatyczna", "nieobecność", "poza biurem", "urlop"),
    small=("mam", "nie", "i", "nowe", "nowych", "tygodniu", "tym", "cześć", "dzień", "dobry", "w", "z", "tylko", "są", "jest", "dziękuję", "oraz"),
)  # fmt: skip
