"""French: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail,
Thunderbird and Orange set to French, as their replies look; number words after the Académie française (dictionnaire-academie.fr)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

_UNITS = {
    "zéro": 0, "zero": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8,
    "neuf": 9, "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-sept": 17,
    "dix-huit": 18, "dix-neuf": 19, "dix sept": 17, "dix huit": 18, "dix neuf": 19,
}  # fmt: skip
_TENS = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "quatre-vingt": 80,
    "quatre-vingts": 80, "quatre vingt": 80, "huitante": 80, "nonante": 90,
}  # fmt: skip


def _numbers() -> dict[str, int]:
    """Sixty and eighty go on to nineteen, and twenty-one has an `et`."""
    words = with_compounds(_UNITS, _TENS, ("{ten}-{one}", "{ten} {one}"))
    for join in ("-", " "):
        words |= {f"{ten}{join}et{join}un": value + 1 for ten, value in _TENS.items()}
        for one, small in _UNITS.items():
            if 10 <= small < 20:
                words |= {f"soixante{join}{one}": 60 + small, f"quatre-vingt{join}{one}": 80 + small}
        words[f"soixante{join}et{join}onze"] = 71
    return words


TABLE = Language(
    code="fr",
    attributions=(
        r"le\s.{4,200}\sa\s(écrit|ecrit)\b.{0,60}:",  # Gmail, Apple Mail, Thunderbird: Le ven. 6 mars 2026 à 13:00, … a écrit :
        r".{2,160}\sa\s(écrit|ecrit)\s(le\b.{2,120})?\s?:",
        r"le\s.{4,200}\swrote\s?:",
    ),
    headers=("de", "envoyé", "envoyé le", "à", "objet", "date", "cc", "copie à", "répondre à"),
    delimiters=("message d'origine", "message d’origine", "message original", "message transféré", "message initial"),
    closings=(
        "cordialement", "bien cordialement", "très cordialement", "bien à vous", "bien à toi", "salutations", "sincères salutations",
        "cdt", "cdlt", "merci", "merci d'avance", "bonne journée", "bon week-end", "bon weekend", "bonne fin de semaine", "à bientôt", "amicalement",
    ),
    footers=("envoyé de mon", "envoyé depuis", "envoyé à partir de", "obtenir outlook", "télécharger outlook", "envoyé avec", "envoyé via"),
    disclaimers=(
        "ce message", "ce courriel", "cet e-mail", "ce mail", "attention :", "attention:", "les informations contenues",
        "message externe", "courriel externe", "vous ne recevez pas souvent", "pensez à l'environnement",
    ),
    numbers=_numbers(),
    weak=frozenset({"un", "une", "neuf", "six"}),
    zero=("aucun", "aucune", "rien", "néant", "zéro", "pas de nouvelles", "aucune nouvelle"),
    part_of=(r"(dont|y\s+compris|incluant)\s+N", r"N\s+(d'entre\s+(eux|elles)|d’entre\s+(eux|elles)|parmi)"),
    not_counts=("eur", "euros", "euro", "€", "chf", "pour cent", "pourcent", "m€", "k€", "heures", "heure", "h", "min", "minutes", "jours", "semaines", "ans", "rendez-vous", "rdv", "appels", "mails"),
    negations=("pas", "que", "plus", "moins"),
    last_week=("semaine dernière", "la semaine dernière", "semaine précédente", "la semaine précédente", "semaine passée"),
    this_week=("cette semaine", "semaine en cours"),
    week=("semaine", "sem", "s"),
    months=("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    until=("jusqu'au", "jusqu’au", "jusqu'à", "jusqu’à", "au"),
    away=(
        "vacances", "en vacances", "congés", "en congés", "congé", "en congé", "absent", "absente", "malade", "arrêt maladie",
        "en arrêt", "rtt", "congé maternité", "congé parental", "pas au bureau", "hors du bureau", "repos",
    ),
    back=("de retour", "je suis de retour", "retour", "me revoilà"),
    help=("aide", "à l'aide", "c'est quoi", "qu'est-ce que c'est"),
    yes=("oui", "ouais", "exact", "correct", "c'est exact", "c’est exact", "confirmé", "je confirme", "d'accord"),
    not_me=("non", "pas moi", "ce n'est pas moi", "ce n’est pas moi", "c'est pas moi", "ce n'était pas moi"),
    auto_subjects=("réponse automatique", "absence", "absent", "absent du bureau", "message d'absence", "réponse auto", "en congé"),
    small=("je", "ai", "pas", "et", "nouvelles", "nouvelle", "semaine", "cette", "bonjour", "une", "les", "des", "pour", "merci", "suis", "avec", "seulement"),
)  # fmt: skip
