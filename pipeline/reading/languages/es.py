"""Spanish: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Spanish, as their replies look; number words after the RAE (rae.es)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

_UNITS = {
    "cero": 0, "un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8,
    "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciséis": 16,
    "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veintiuno": 21, "veintiún": 21, "veintiuna": 21,
    "veintidós": 22, "veintidos": 22, "veintitrés": 23, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25,
    "veintiséis": 26, "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
_TENS = {
    "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
}  # fmt: skip

TABLE = Language(
    code="es",
    attributions=(
        r"el\s.{4,200}\s(escribió|escribio)\b.{0,200}:",  # Gmail, Apple Mail, Thunderbird: El vie, 6 mar 2026 a las 13:00, … escribió:
        r".{2,160}\s(escribió|escribio)\s(el\b.{2,160})?\s?:",
    ),
    headers=("de", "enviado", "enviado el", "para", "asunto", "fecha", "cc", "cco", "responder a"),
    delimiters=("mensaje original", "mensaje reenviado", "mensaje enviado", "correo original"),
    closings=(
        "saludos", "un saludo", "saludos cordiales", "cordiales saludos", "atentamente", "cordialmente", "un abrazo", "abrazos",
        "gracias", "muchas gracias", "slds", "buen fin de semana", "feliz fin de semana", "quedo atento", "quedo atenta", "reciba un saludo",
    ),
    footers=("enviado desde", "enviado con", "obtener outlook", "obtén outlook", "descargar outlook", "enviado mediante"),
    disclaimers=(
        "este mensaje", "este correo", "este e-mail", "la información contenida", "atención:", "advertencia:", "precaución:",
        "correo externo", "mensaje externo", "no suele recibir", "antes de imprimir",
    ),
    numbers=with_compounds(_UNITS, _TENS, ("{ten} y {one}",)),
    weak=frozenset({"un", "una", "uno", "once"}),
    zero=("ninguna", "ninguno", "nada", "cero", "ninguna nueva", "lamentablemente ninguna"),
    part_of=(r"(de\s+las\s+cuales|de\s+los\s+cuales|incluidas|incluyendo)\s+N", r"N\s+de\s+(ellas|ellos|estas|estos)"),
    not_counts=("eur", "euros", "euro", "€", "usd", "por ciento", "%", "millones", "horas", "hora", "h", "min", "minutos", "días", "semanas", "años", "reuniones", "llamadas", "correos"),
    negations=("no", "que", "sobre", "bajo"),
    last_week=("semana pasada", "la semana pasada", "semana anterior", "la semana anterior", "última semana"),
    this_week=("esta semana", "en esta semana", "semana actual"),
    week=("semana", "sem"),
    months=("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    until=("hasta el", "hasta"),
    away=(
        "vacaciones", "de vacaciones", "en vacaciones", "libre", "día libre", "enfermo", "enferma", "de baja", "baja médica",
        "ausente", "fuera de la oficina", "permiso", "de permiso", "baja por maternidad", "baja por paternidad",
    ),
    back=("de vuelta", "he vuelto", "ya he vuelto", "estoy de vuelta", "vuelvo"),
    help=("ayuda", "qué es esto", "que es esto"),
    yes=("sí", "si", "correcto", "exacto", "así es", "confirmo", "confirmado", "vale", "de acuerdo"),
    not_me=("no", "no soy yo", "no fui yo", "yo no", "no he sido yo", "yo no he sido"),
    auto_subjects=("respuesta automática", "respuesta automatica", "fuera de la oficina", "ausencia", "ausente", "de vacaciones"),
    small=("yo", "he", "no", "y", "nuevas", "semana", "esta", "hola", "una", "las", "los", "para", "gracias", "solo", "con", "el"),
)  # fmt: skip
