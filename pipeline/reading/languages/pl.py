"""Polish. Sources: Outlook, Gmail, Apple Mail, Thunderbird, Onet and WP set to Polish, as their replies look; number words
after the Słownik języka polskiego (sjp.pwn.pl), in the cases and genders in which they are said."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "zero": 0, "jeden": 1, "jedna": 1, "jedno": 1, "jedną": 1, "jednego": 1, "jednej": 1, "dwa": 2, "dwie": 2, "dwóch": 2, "dwoje": 2, "dwu": 2, "trzy": 3, "trzech": 3,
    "troje": 3, "cztery": 4, "czterech": 4, "pięć": 5, "pięciu": 5, "sześć": 6, "sześciu": 6, "siedem": 7, "siedmiu": 7, "osiem": 8, "ośmiu": 8, "dziewięć": 9,
    "dziewięciu": 9, "dziesięć": 10, "dziesięciu": 10, "jedenaście": 11, "jedenastu": 11, "dwanaście": 12, "dwunastu": 12, "trzynaście": 13, "czternaście": 14, "piętnaście": 15,
    "szesnaście": 16, "siedemnaście": 17, "osiemnaście": 18, "dziewiętnaście": 19,
}  # fmt: skip
_TENS = {
    "dwadzieścia": 20, "trzydzieści": 30, "czterdzieści": 40, "pięćdziesiąt": 50, "sześćdziesiąt": 60, "siedemdziesiąt": 70,
    "osiemdziesiąt": 80, "dziewięćdziesiąt": 90,
}  # fmt: skip

TABLE = Language(
    code="pl",
    opens=("dnia", "w dniu", "pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz.", "on", "użytkownik", "w wiadomości"),
    wrote=("napisał(a)", "napisał", "napisała", "pisze", "napisał/a", "napisano", "wrote"),
    headers=("odpowiedz do", "od", "wysłano", "wyslano", "do", "temat", "data", "dw", "udw", "do wiadomości", "cc", "odpowiedź do", "nadawca", "adresat", "wysłane", "kopia"),
    delimiters=("wiadomość napisana", "oryginalna wiadomość", "wiadomość oryginalna", "treść oryginalnej wiadomości", "treść przekazanej wiadomości", "wiadomość przekazana", "początek przekazanej wiadomości", "wiadomość napisana przez", "przekazana wiadomość"),
    greetings=("cześć", "czesc", "witam", "dzień dobry", "hej", "szanowny", "szanowna", "szanowni", "drogi", "droga", "siema"),
    closings=(
        "udanego weekendu", "pozdrawiam", "pozdrowienia", "z poważaniem", "z powazaniem", "z pozdrowieniami", "serdecznie pozdrawiam", "pozdrawiam serdecznie", "serdeczne pozdrowienia", "z wyrazami szacunku", "pzdr", "pozdr",
        "dziękuję", "dzięki", "dziekuje", "dziekuję", "z góry dziękuję", "miłego weekendu", "miłego dnia", "do usłyszenia", "łączę pozdrowienia", "best regards",
    ),
    footers=("wiadomość wysłana z", "wysłane z", "wysłano z", "wysłano za pomocą", "wysłane za pomocą", "wysłana z", "pobierz outlook", "pobierz aplikację outlook", "pobierz program outlook", "wysłane przez", "wyslane z"),
    disclaimers=(
        "ostrzeżenie:", "treść tej wiadomości", "zewnętrzna wiadomość", "ta wiadomość", "niniejsza wiadomość", "ten e-mail", "informacje zawarte", "uwaga:", "ostrzeżenie", "wiadomość zewnętrzna", "e-mail zewnętrzny", "nadawca zewnętrzny", "wiadomość spoza",
        "rzadko otrzymujesz wiadomości", "nie otrzymujesz często wiadomości", "nieczęsto otrzymujesz", "pomyśl o środowisku", "zanim wydrukujesz", "treść tej", "poufne", "klauzula",
    ),
    numbers=number_words(_UNITS, _TENS, ("{ten} {one}",), ("sto",)),
    weak=frozenset({"jeden", "jedna", "jedno", "jedną", "jednej", "jednego"}),
    zero=("niestety żadnych", "brak", "żadnej", "żadnych", "żadna", "żaden", "żadne", "nic", "zero", "niestety brak", "ani jednej", "ani jednego", "nie ma", "nic nowego", "brak nowych"),
    small=frozenset({"ja", "mam", "nie", "i", "nowych", "nowe", "tydzień", "tym", "tygodniu", "tylko", "cześć", "jest", "to", "na", "w", "z", "pozdrawiam", "że", "do", "niestety", "się", "było", "dziękuję", "od", "po"}),
    fillers=frozenset({
        "nowych", "nowe", "nowa", "nową", "nowy", "szt", "sztuk", "sztuki", "w", "tym", "tygodniu", "niestety", "tylko", "ode", "mnie", "moja", "liczba", "to", "jest", "są", "było", "były", "cześć", "odpowiedź",
        "mam", "utworzyłem", "utworzyłam", "stworzyłem", "stworzyłam", "dla", "na", "dziękuję", "przepraszam", "dzisiaj", "dziś", "razem", "łącznie", "u", "moje", "miałem", "miałam", "zrobiłem", "za", "ten", "tydzień", "witam",
    }),
    nouns=("szans", "możliwości", "okazj", "lead", "opportunit"),
    part_of=(r"(z\s+(czego|tego|nich)|w\s+tym)\s+N", r"N\s+z\s+(nich|tych)"),
    not_counts=("€", "%", "zł", "pln", "złotych", "eur", "euro", "procent", "proc", "mln", "tys", "tys.", "godzin", "godziny", "godz", "min", "minut", "dni", "tygodni", "lat", "spotkań", "spotkania", "spotkanie", "maili", "telefonów", "rozmów", "klientów", "wizyt", "ofert", "km", "osób", "pracowników"),
    negations=("nie", "niż", "ponad", "poniżej", "minimum", "pokój", "piętro", "ul."),
    large=("sto", "setki", "tysiąc", "tysiące", "milion", "tuzin", "kilkanaście", "pół"),
    last_week=("zeszłym tygodniu", "w zeszłym tygodniu", "zeszły tydzień", "w poprzednim tygodniu", "poprzedni tydzień", "w ubiegłym tygodniu", "ubiegły tydzień", "tydzień temu"),
    last=("poprzedni", "zeszły", "ostatni"),
    this_week=("bieżący tydzień", "w tym tygodniu", "ten tydzień"),
    next_week=("w przyszłym tygodniu", "w następnym tygodniu", "przyszły tydzień", "jutro", "w poniedziałek"),
    week=("tydzień", "tydz", "tygodniu", "tygodnia"),
    months=(
        "stycznia|styczeń|sty", "lutego|luty|lut", "marca|marzec|mar", "kwietnia|kwiecień|kwi", "maja|maj", "czerwca|czerwiec|cze", "lipca|lipiec|lip", "sierpnia|sierpień|sie",
        "września|wrzesień|wrz", "października|październik|paź", "listopada|listopad|lis", "grudnia|grudzień|gru",
    ),
    weekdays=("poniedziałek|poniedziałku", "wtorek|wtorku", "środa|środy|środę", "czwartek|czwartku", "piątek|piątku", "sobota|soboty|sobotę", "niedziela|niedzieli|niedzielę"),
    until=("włącznie do", "aż do", "do dnia", "do"),
    away=(
        "urlop macierzyński", "urlop rodzicielski", "choroba", "urlop", "na urlopie", "mam urlop", "chory", "chora", "zwolnienie", "na zwolnieniu", "l4", "wolne", "mam wolne", "dzień wolny", "nieobecny", "nieobecna", "poza biurem",
        "macierzyński", "święto", "nieobecność", "wakacje", "opieka na dziecko",
    ),
    back=("wróciłem", "wróciłam", "już jestem", "jestem z powrotem", "z powrotem"),
    help=("pomoc", "pomocy", "co to jest", "co to"),
    yes=("dokładnie", "tak", "zgadza się", "potwierdzam", "potwierdzone", "dobrze", "zgoda", "poprawnie", "ok", "racja"),
    not_me=("nie ja", "to nie ja", "to nie byłem ja", "to nie byłam ja", "nie"),
    joins=("i", "oraz"),
    is_=("jest", "ma"),
    auto_subjects=("odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "poza biurem", "nieobecność", "nieobecny", "urlop"),
)  # fmt: skip
