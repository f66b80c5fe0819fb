"""French. Sources: Outlook, Gmail, Apple Mail, Thunderbird, Orange and Zimbra set to French, as their replies look; number
words after the Dictionnaire de l'Académie (dictionnaire-academie.fr), with the Belgian and Swiss septante to nonante."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "zéro": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "quattre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-sept": 17, "dix-huit": 18,
    "dix-neuf": 19, "soixante-dix": 70, "soixante et onze": 71, "quatre-vingts": 80, "quatre-vingt-dix": 90,
    "soixante-douze": 72, "soixante-treize": 73, "soixante-quatorze": 74, "soixante-quinze": 75, "soixante-seize": 76,
    "soixante-dix-sept": 77, "soixante-dix-huit": 78, "soixante-dix-neuf": 79, "quatre-vingt-onze": 91, "quatre-vingt-douze": 92,
    "quatre-vingt-treize": 93, "quatre-vingt-quatorze": 94, "quatre-vingt-quinze": 95, "quatre-vingt-seize": 96,
    "quatre-vingt-dix-sept": 97, "quatre-vingt-dix-huit": 98, "quatre-vingt-dix-neuf": 99,
}  # fmt: skip
_TENS = {
    "quatre-vingts": 80, "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "quatre-vingt": 80,
    "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip

TABLE = Language(
    code="fr",
    opens=("le", "on", "à", "en date du"),
    wrote=("a écrit", "écrit", "a ecrit", "a répondu", "écrivait"),
    headers=("de", "envoyé", "à", "objet", "date", "cc", "cci", "copie à", "envoyé le", "répondre à", "a", "sujet", "destinataire", "expéditeur", "envoyé par", "pour"),
    delimiters=("message d'origine", "message d’origine", "message original", "message transféré", "message initial", "mail original", "début du message transféré", "courriel original", "e-mail d'origine"),
    greetings=("bonjour", "salut", "hello", "bonsoir", "cher", "chère", "coucou", "madame", "monsieur"),
    closings=(
        "cordialement", "bien cordialement", "bien à vous", "bien à toi", "salutations", "meilleures salutations", "cdt", "cdlt", "bonne journée", "sincères salutations",
        "amicalement", "à bientôt", "merci", "merci d'avance", "merci beaucoup", "bon week-end", "bon weekend", "respectueusement", "bonne soirée", "bien amicalement", "très cordialement", "bonne fin de semaine", "belle journée", "crdt", "crdlt", "sincèrement",
    ),
    footers=("envoyé à partir de", "envoyé de mon", "envoyé depuis", "envoyé à partir", "envoyé de", "envoyé avec", "télécharger outlook", "téléchargez outlook", "obtenez outlook", "obtenir outlook", "provenance :", "envoyé via", "envoyé par"),
    disclaimers=(
        "ce message", "cet e-mail", "ce courriel", "ce mail", "attention :", "attention:", "avertissement", "e-mail externe", "courriel externe", "expéditeur externe", "message externe", "prudence",
        "vous n’obtenez pas souvent", "vous n'obtenez pas souvent", "vous ne recevez pas souvent", "pensez à l'environnement", "pensez à l’environnement", "les informations contenues", "l'information contenue", "confidentialité", "avant d'imprimer",
    ),
    numbers=number_words(_UNITS, _TENS, ("{ten}-{one}", "{ten} et {one}"), ("cent",)),
    weak=frozenset({"un", "une", "neuf"}),
    zero=("pas de nouvelles", "aucun", "aucune", "rien", "zéro", "néant", "pas de nouvelle", "aucune nouvelle", "pas une seule", "malheureusement aucune", "rien de nouveau", "pas encore"),
    small=frozenset({"je", "j'ai", "ai", "pas", "et", "nouvelles", "semaine", "cette", "bonjour", "est", "le", "la", "les", "une", "de", "des", "pour", "cordialement", "malheureusement", "du", "avec", "nous", "sont", "dans", "merci"}),
    fillers=frozenset({
        "nouvelle", "nouvelles", "nouveau", "nouveaux", "cette", "semaine", "de", "ma", "part", "malheureusement", "seulement", "mon", "nombre", "chiffre", "est", "c'est", "c’est",
        "bonjour", "réponse", "j'ai", "j’ai", "ai", "créé", "créées", "fait", "pour", "moi", "la", "le", "en", "merci", "désolé", "désolée", "aujourd'hui", "total", "au", "que", "ce", "ici", "du", "côté", "les", "il", "y", "eu", "a",
    }),
    nouns=("opportunité", "opportunite", "lead", "piste", "prospect"),
    part_of=(r"dont\s+N", r"N\s+d['’]entre\s+(eux|elles)", r"N\s+de\s+ces"),
    not_counts=("chf", "pourcent", "m€", "€", "eur", "euros", "euro", "pour cent", "k€", "millions", "heures", "heure", "h", "min", "minutes", "jours", "semaines", "ans", "rendez-vous", "rdv", "réunions", "réunion", "mails", "e-mails", "appels", "clients", "visites", "devis", "km", "collègues", "personnes", "employés"),
    negations=("pas", "que", "plus", "moins", "bureau", "salle", "étage", "rue"),
    large=("cents", "centaine", "mille", "million", "douzaine", "dizaine", "vingtaine"),
    last_week=("semaine passée", "la semaine dernière", "semaine dernière", "la semaine passée", "semaine précédente", "la semaine précédente"),
    last=("dernière", "précédente", "semaine dernière"),
    this_week=("semaine en cours", "cette semaine", "de la semaine"),
    next_week=("la semaine prochaine", "semaine prochaine", "demain", "lundi"),
    week=("s", "semaine", "sem"),
    months=("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre|sept", "octobre", "novembre", "décembre"),
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    until=("jusqu'au", "jusqu’au", "jusqu'à", "jusqu’à", "jusque", "au"),
    away=(
        "en arrêt", "repos", "vacances", "en vacances", "congé", "en congé", "congés", "en congés", "malade", "arrêt maladie", "absent", "absente", "rtt", "congé maternité", "congé parental",
        "pas au bureau", "hors du bureau", "absence", "enfant malade", "jour férié",
    ),
    back=("me revoilà", "de retour", "je suis de retour", "retour", "je suis revenu", "je suis revenue"),
    help=("aide", "à l'aide", "qu'est-ce que c'est", "c'est quoi", "qu’est-ce que c’est"),
    yes=("ouais", "c’est exact", "d'accord", "oui", "ok", "c'est exact", "exact", "correct", "c'est correct", "confirmé", "je confirme", "c'est bon", "tout à fait"),
    not_me=("c'est pas moi", "pas moi", "ce n'est pas moi", "ce n’est pas moi", "ce n'était pas moi", "non"),
    joins=("et",),
    is_=("est", "a"),
    auto_subjects=("en congé", "réponse automatique", "absence", "absent du bureau", "message d'absence", "absent", "réponse auto", "notification d'absence"),
)  # fmt: skip
