"""Spanish. Sources: Outlook, Gmail, Apple Mail, Thunderbird and Yahoo set to Spanish, as their replies look; number words
after the Diccionario de la lengua española (dle.rae.es)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "cero": 0, "uno": 1, "un": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "quatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "diez": 10, "dies": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciséis": 16, "diecisiete": 17, "dieciocho": 18,
    "diecinueve": 19, "veintiuno": 21, "veintiún": 21, "veintiuna": 21, "veintidós": 22, "veintitrés": 23, "veinticuatro": 24,
    "veinticinco": 25, "veintiséis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
}  # fmt: skip
_TENS = {
    "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
}  # fmt: skip

TABLE = Language(
    code="es",
    opens=("el", "en", "a", "con fecha"),
    wrote=("escribió", "escribio", "ha escrito", "escribiste"),
    headers=("de", "enviado", "enviado el", "para", "asunto", "fecha", "cc", "cco", "responder a", "enviada", "enviado por"),
    delimiters=("mensaje original", "mensaje reenviado", "correo original", "inicio del mensaje reenviado", "mensaje enviado"),
    greetings=("hola", "buenos días", "buenas tardes", "buenas", "estimado", "estimada", "querido", "querida", "buen día"),
    closings=(
        "quedo atento", "quedo atenta", "reciba un saludo", "saludos", "un saludo", "saludos cordiales", "cordiales saludos", "atentamente", "un cordial saludo", "cordialmente", "abrazos", "un abrazo", "gracias", "muchas gracias",
        "gracias de antemano", "buen fin de semana", "atte", "slds", "sl2", "reciba un cordial saludo", "mil gracias", "feliz fin de semana", "saludos y gracias",
    ),
    footers=("enviado desde", "enviado con", "enviado mediante", "obtener outlook", "descargar outlook", "obtén outlook", "obtenga outlook", "enviado de mi", "enviado via", "enviado vía", "mandado desde"),
    disclaimers=(
        "advertencia:", "precaución:", "mensaje externo", "no suele recibir", "este correo", "este mensaje", "este e-mail", "este email", "la información contenida", "advertencia", "aviso:", "aviso legal", "precaución", "atención:", "correo externo", "remitente externo",
        "no suele recibir correos", "no recibe a menudo", "no sueles recibir correo", "antes de imprimir", "confidencialidad", "cuidado:", "el contenido de este",
    ),
    numbers=number_words(_UNITS, _TENS, ("{ten} y {one}",), ("cien", "ciento")),
    weak=frozenset({"un", "una", "uno"}),
    borrowed=frozenset({"once", "dos"}),
    zero=("lamentablemente ninguna", "ninguna", "ninguno", "ningún", "nada", "cero", "ninguna nueva", "ninguno nuevo", "no hay", "nada nuevo", "ni una"),
    small=frozenset({"yo", "he", "no", "y", "nuevas", "semana", "esta", "solo", "hola", "es", "el", "la", "los", "las", "una", "de", "para", "saludos", "que", "con", "por", "se", "tengo", "en", "gracias", "hemos", "este"}),
    fillers=frozenset({
        "nuevas", "nuevos", "nueva", "nuevo", "esta", "semana", "de", "mi", "parte", "lamentablemente", "desgraciadamente", "solo", "sólo", "solamente", "número", "es", "son", "hola", "respuesta",
        "he", "creado", "hecho", "generado", "para", "en", "la", "gracias", "lo", "siento", "hoy", "total", "por", "ahora", "tengo", "fueron", "el", "las", "han", "sido", "hubo", "conseguido",
    }),
    nouns=("oportunidad", "oportunidades", "lead", "prospecto"),
    part_of=(r"de\s+(ellas|ellos|las\s+cuales|los\s+cuales)\s+N", r"N\s+de\s+(ellas|ellos|estas|estos)"),
    not_counts=("usd", "%", "h", "€", "eur", "euros", "euro", "por ciento", "mill", "millones", "horas", "hora", "min", "minutos", "días", "semanas", "años", "reuniones", "reunión", "correos", "llamadas", "clientes", "visitas", "ofertas", "km", "compañeros", "personas", "empleados"),
    negations=("bajo", "no", "que", "más", "menos", "sobre", "sala", "piso", "calle", "mínimo"),
    large=("cientos", "mil", "millón", "docena", "decena"),
    last_week=("última semana", "la semana pasada", "semana pasada", "la semana anterior", "semana anterior"),
    last=("pasada", "anterior", "semana pasada"),
    this_week=("en esta semana", "semana actual", "esta semana", "de esta semana"),
    next_week=("la próxima semana", "próxima semana", "la semana que viene", "mañana", "el lunes"),
    week=("semana", "sem"),
    months=("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre|setiembre|sept", "octubre", "noviembre", "diciembre"),
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    until=("hasta el", "hasta", "al"),
    away=(
        "en vacaciones", "baja por paternidad", "vacaciones", "de vacaciones", "enfermo", "enferma", "de baja", "baja médica", "libre", "día libre", "ausente", "fuera de la oficina", "permiso", "de permiso",
        "baja por maternidad", "festivo", "no estoy en la oficina", "ausencia", "estoy malo", "estoy mala",
    ),
    back=("ya he vuelto", "vuelvo", "de vuelta", "he vuelto", "ya estoy de vuelta", "estoy de vuelta", "volví"),
    help=("ayuda", "qué es esto", "que es esto"),
    yes=("sí", "si", "vale", "correcto", "confirmado", "confirmo", "así es", "es correcto", "de acuerdo", "exacto"),
    not_me=("yo no he sido", "no soy yo", "no fui yo", "yo no", "no he sido yo", "no era yo", "no"),
    joins=("y",),
    is_=("es", "tiene", "está"),
    auto_subjects=("respuesta automatica", "de vacaciones", "respuesta automática", "fuera de la oficina", "ausente", "ausencia", "autorespuesta", "mensaje automático", "vacaciones"),
)  # fmt: skip
