"""Every language: numbers in words, nothing, absence, and what our mails tell people to reply with."""

from datetime import date

import pytest

from pipeline import people
from pipeline.reading import Reading, read
from pipeline.reading.languages import ALL

LANGUAGES = tuple(ALL)


def reading(text: str, *languages: str, tail: str = "") -> Reading:
    head = "From: a@x.dk\nSubject: Re: x\nDate: Fri, 27 Nov 2026 14:00:00 +0100\nContent-Type: text/plain; charset=utf-8\n\n"
    return read(f"{head}{text}\n{tail}".encode(), languages=languages)


WORDS = {
    "da": ("syv", "enogtyve", "ingen", "ferie", "ferie til 12. januar", "tilbage", "ikke mig", "sidste uge 5"),
    "de": (
        "sieben",
        "einundzwanzig",
        "keine",
        "Urlaub",
        "Urlaub bis 12. Januar",
        "zurück",
        "nicht ich",
        "letzte Woche 5",
    ),
    "en": ("seven", "twenty-one", "none", "holiday", "off until 12 January", "back", "not me", "last 5"),
    "es": (
        "siete",
        "veintiuno",
        "ninguna",
        "vacaciones",
        "vacaciones hasta el 12 enero",
        "de vuelta",
        "no fui yo",
        "semana pasada 5",
    ),
    "et": (
        "seitse",
        "kakskümmend üks",
        "mitte ühtegi",
        "puhkus",
        "puhkus kuni 12. jaanuar",
        "tagasi",
        "mitte mina",
        "eelmine nädal 5",
    ),
    "fi": ("seitsemän", "kaksikymmentäyksi", "ei yhtään", "loma", "", "takaisin", "en minä", "viime viikko 5"),
    "fr": (
        "sept",
        "vingt-et-un",
        "aucune",
        "congés",
        "congés jusqu'au 12 janvier",
        "de retour",
        "pas moi",
        "semaine dernière 5",
    ),
    "it": (
        "sette",
        "ventuno",
        "nessuna",
        "ferie",
        "ferie fino al 12 gennaio",
        "di ritorno",
        "non io",
        "settimana scorsa 5",
    ),
    "lt": ("septyni", "dvidešimt vienas", "nė vienos", "atostogos", "", "grįžau", "ne aš", "praėjusi savaitė 5"),
    "lv": ("septiņi", "divdesmit viens", "neviena", "atvaļinājums", "", "atpakaļ", "ne es", "pagājušajā nedēļā 5"),
    "nb": ("sju", "tjueen", "ingen", "ferie", "ferie til 12. januar", "tilbake", "ikke meg", "forrige uke 5"),
    "nl": (
        "zeven",
        "eenentwintig",
        "geen",
        "vakantie",
        "vakantie tot en met 12 januari",
        "terug",
        "ik niet",
        "vorige week 5",
    ),
    "pl": (
        "siedem",
        "dwadzieścia jeden",
        "żadnych",
        "urlop",
        "urlop do 12 stycznia",
        "z powrotem",
        "nie ja",
        "w zeszłym tygodniu 5",
    ),
    "pt": ("sete", "vinte e um", "nenhuma", "férias", "", "de volta", "não fui eu", "semana passada 5"),
    "sv": ("sju", "tjugoett", "inga", "semester", "semester till 12 januari", "tillbaka", "inte jag", "förra veckan 5"),
}


def test_whatever_mails_are_written_in_is_read_and_has_its_rows_here() -> None:
    assert set(LANGUAGES) == set(people.LANGUAGES), "mails tell people what to reply: a language needs both halves"
    assert set(WORDS) == set(ATTRIBUTIONS) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_in_words_are_read(language: str) -> None:
    seven, twenty_one, none, *_ = WORDS[language]
    for text, number in ((seven, 7), (seven.capitalize(), 7), (twenty_one, 21), (none, 0)):
        found = reading(text, language, "en")
        assert (found.outcome, found.number) == ("answer", number), (text, found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_of_absence_are_read(language: str) -> None:
    _, _, _, holiday, dated, back, not_me, last = WORDS[language]
    assert reading(holiday, language, "en").outcome == "away"
    if dated:
        found = reading(dated, language, "en")
        assert found.outcome == "away"
        assert [effect.until for effect in found.effects] == [date(2027, 1, 12)]
    assert [effect.kind for effect in reading(back, language, "en").effects] == ["back"]
    assert [effect.kind for effect in reading(not_me, language, "en").effects] == ["withdraw"]
    (effect,) = reading(last, language, "en").effects
    assert (effect.kind, effect.number) == ("last", 5)


@pytest.mark.parametrize("language", LANGUAGES)
def test_ok_is_not_a_number_in_any_language(language: str) -> None:
    assert reading("ok", language, "en").number is None


ATTRIBUTIONS = {
    "da": "Den fre. 27. nov. 2026 kl. 13.00 skrev One Number <number@x.dk>:",
    "de": "Am Fr., 27. Nov. 2026 um 13:00 Uhr schrieb One Number <number@x.dk>:",
    "en": "On Fri, 27 Nov 2026 at 13:00, One Number <number@x.dk> wrote:",
    "es": "El vie, 27 nov 2026 a las 13:00, One Number (<number@x.dk>) escribió:",
    "et": "Kuupäev R, 27. november 2026 kell 13:00 kirjutas One Number <number@x.dk>:",
    "fi": "pe 27. marrask. 2026 klo 13.00 One Number (number@x.dk) kirjoitti:",
    "fr": "Le ven. 27 nov. 2026 à 13:00, One Number <number@x.dk> a écrit :",
    "it": "Il giorno ven 27 nov 2026 alle ore 13:00 One Number <number@x.dk> ha scritto:",
    "lt": "2026-11-27, pn, 13:00 One Number <number@x.dk> rašė:",
    "lv": "piektd., 2026. g. 27. nov., plkst. 13:00 — lietotājs One Number (<number@x.dk>) rakstīja:",
    "nb": "fre. 27. nov. 2026 kl. 13:00 skrev One Number <number@x.dk>:",
    "nl": "Op vr 27 nov 2026 om 13:00 schreef One Number <number@x.dk>:",
    "pl": "pt., 27 lis 2026 o 13:00 One Number <number@x.dk> napisał(a):",
    "pt": "Em sex., 27 de nov. de 2026 às 13:00, One Number <number@x.dk> escreveu:",
    "sv": "Den fre 27 nov. 2026 kl 13:00 skrev One Number <number@x.dk>:",
}
"""As Gmail writes it in each language; some clients quote without a sign below it."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_stands_below_an_attribution_is_no_answer(language: str) -> None:
    tail = f"\n{ATTRIBUTIONS[language]}\n\nWeek 48: 12 of 80\n"
    found = reading("7", language, "en", tail=tail)
    assert (found.outcome, found.number, found.comment) == ("answer", 7, "")
    assert reading("", language, "en", tail=tail).number is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_outlook_header_block_is_no_answer(language: str) -> None:
    names = ALL[language].headers[:4]
    values = ("One Number <number@x.dk>", "27-11-2026 13:00", "a@x.dk", "Week 48: 12")
    tail = "\n" + "\n".join(f"{name.capitalize()}: {value}" for name, value in zip(names, values, strict=True))
    found = reading("7", language, "en", tail=f"{tail}\n\n12 of 80 answered\n")
    assert (found.outcome, found.number) == ("answer", 7)


def test_a_word_that_is_a_number_elsewhere_only_does_not_count() -> None:
    assert reading("once", "en").number is None
    assert reading("sei", "de", "en").number is None
    assert reading("six", "fr", "en").number == 6
