"""Portuguese: how its clients quote, and its words. Sources: Outlook for Windows and the web, Gmail, Apple Mail and
Thunderbird set to Portuguese, as their replies look; number words after the Priberam (dicionario.priberam.org)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, with_compounds

_UNITS = {
    "zero": 0, "um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "tres": 3, "quatro": 4, "cinco": 5, "seis": 6, "sete": 7,
    "oito": 8, "nove": 9, "dez": 10, "onze": 11, "doze": 12, "treze": 13, "catorze": 14, "quatorze": 14, "quinze": 15,
    "dezasseis": 16, "dezesseis": 16, "dezassete": 17, "dezessete": 17, "dezoito": 18, "dezanove": 19, "dezenove": 19,
}  # fmt: skip
_TENS = {
    "vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "sessenta": 60, "setenta": 70, "oitenta": 80, "noventa": 90,
}  # fmt: skip

TABLE = Language(
    code="pt",
    attributions=(
        r"(em|no\sdia|a)\s.{4,200}\s(escreveu|escreveu\so\sseguinte)\b.{0,200}:",  # Gmail, Apple Mail: Em sex., 6 de mar. de 2026 às 13:00, … escreveu:
        r".{2,160}\sescreveu\s((em|no\sdia|a|às)\b.{2,160})?\s?:",
    ),
    headers=("de", "enviado", "enviada", "enviada em", "enviado em", "para", "assunto", "data", "cc", "responder a"),
    delimiters=("mensagem original", "mensagem encaminhada", "mensagem reencaminhada"),
    closings=(
        "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "atenciosamente", "atentamente", "abraço",
        "abraços", "um abraço", "obrigado", "obrigada", "grato", "grata", "bom fim de semana", "saudações", "att", "cordialmente",
    ),
    footers=("enviado do meu", "enviado a partir", "enviado via", "obter o outlook", "obtenha o outlook", "enviado com"),
    disclaimers=(
        "esta mensagem", "este e-mail", "este email", "as informações contidas", "atenção:", "aviso:", "e-mail externo",
        "mensagem externa", "não costuma receber", "antes de imprimir",
    ),
    numbers=with_compounds(_UNITS, _TENS, ("{ten} e {one}",)),
    weak=frozenset({"um", "uma"}),
    zero=("nenhuma", "nenhum", "nada", "zero", "infelizmente nenhuma"),
    part_of=(r"(das\s+quais|dos\s+quais|incluindo)\s+N", r"N\s+(delas|deles|destas|destes)"),
    not_counts=("eur", "euros", "euro", "€", "r$", "reais", "por cento", "milhões", "mil", "horas", "hora", "h", "min", "minutos", "dias", "semanas", "anos", "reuniões", "chamadas", "emails"),
    negations=("não", "que", "acima", "abaixo"),
    last_week=("semana passada", "na semana passada", "a semana passada", "semana anterior", "última semana"),
    this_week=("esta semana", "nesta semana", "essa semana"),
    week=("semana", "sem"),
    months=("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
    weekdays=("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"),
    until=("até ao dia", "até o dia", "até ao", "até dia", "até"),
    away=(
        "férias", "de férias", "em férias", "folga", "de folga", "doente", "baixa", "de baixa", "baixa médica", "ausente",
        "fora do escritório", "licença", "de licença", "licença de maternidade", "atestado",
    ),
    back=("de volta", "estou de volta", "voltei", "regressei", "já voltei"),
    help=("ajuda", "o que é isto", "o que é isso"),
    yes=("sim", "correto", "certo", "exato", "confirmo", "confirmado", "está certo"),
    not_me=("não", "não fui eu", "não sou eu", "eu não", "não era eu"),
    auto_subjects=("resposta automática", "ausência", "ausente", "fora do escritório", "férias", "ausência temporária"),
    small=("eu", "não", "e", "novas", "semana", "esta", "olá", "uma", "as", "os", "para", "obrigado", "só", "com", "tenho", "foram", "da"),
)  # fmt: skip
