"""Portuguese, of Portugal and Brazil. Sources: Outlook, Gmail, Apple Mail, Thunderbird and Yahoo set to either, as their
replies look; number words after the Priberam dictionary (dicionario.priberam.org)."""

from __future__ import annotations

from pipeline.reading.languages.table import Language, number_words

_UNITS = {
    "zero": 0, "um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "quatro": 4, "cinco": 5, "seis": 6, "meia dúzia": 6, "sete": 7, "oito": 8, "nove": 9,
    "dez": 10, "onze": 11, "doze": 12, "treze": 13, "catorze": 14, "quatorze": 14, "quinze": 15, "dezesseis": 16, "dezasseis": 16,
    "dezessete": 17, "dezassete": 17, "dezoito": 18, "dezenove": 19, "dezanove": 19,
}  # fmt: skip
_TENS = {
    "vinte": 20, "trinta": 30, "quarenta": 40, "cinquenta": 50, "cinqüenta": 50, "sessenta": 60, "setenta": 70, "oitenta": 80, "noventa": 90,
}  # fmt: skip

TABLE = Language(
    code="pt",
    opens=("em", "a", "no dia", "on", "às"),
    wrote=("escreveu", "escreveu no dia"),
    headers=("de", "enviado", "enviada", "enviada em", "enviado em", "para", "assunto", "data", "cc", "cco", "bcc", "responder a", "responder para"),
    delimiters=("mensagem original", "mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada", "início da mensagem reencaminhada", "e-mail original"),
    greetings=("olá", "ola", "oi", "bom dia", "boa tarde", "boa noite", "caro", "cara", "prezado", "prezada", "viva"),
    closings=(
        "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "atenciosamente", "abraço", "abraços", "um abraço", "obrigado", "obrigada", "muito obrigado", "saudações", "att", "grato", "grata",
        "cordialmente", "cps", "bom fim de semana", "bom fds", "com os meus cumprimentos", "saudações cordiais", "desde já obrigado", "atentamente", "bjs", "beijinhos", "mc",
    ),
    footers=("enviado do meu", "enviado de", "enviado do", "enviado a partir", "enviado via", "enviado pelo", "enviado com", "obter o outlook", "obtenha o outlook", "baixe o outlook", "obter outlook", "transfira o outlook"),
    disclaimers=(
        "mensagem externa", "este e-mail", "este email", "esta mensagem", "a informação contida", "as informações contidas", "aviso:", "aviso legal", "atenção:", "cuidado:", "e-mail externo", "email externo", "remetente externo",
        "você não costuma receber", "não costuma receber", "não recebe com frequência", "antes de imprimir", "pense no ambiente", "confidencialidade", "o conteúdo desta",
    ),
    numbers=number_words(_UNITS, _TENS, ("{ten} e {one}",), ("cem", "cento")),
    weak=frozenset({"um", "uma"}),
    zero=("nenhuma", "nenhum", "nada", "zero", "infelizmente nenhuma", "nenhuma nova", "nem uma", "não há", "nada de novo"),
    small=frozenset({"eu", "não", "e", "novas", "semana", "esta", "só", "olá", "é", "o", "a", "os", "as", "uma", "de", "para", "cumprimentos", "que", "com", "infelizmente", "tive", "tenho", "obrigado", "nesta", "em", "do", "da"}),
    fillers=frozenset({
        "novas", "novos", "nova", "novo", "esta", "essa", "nesta", "nessa", "semana", "da", "minha", "parte", "infelizmente", "só", "apenas", "número", "o", "meu", "é", "são", "olá", "oi", "resposta",
        "criei", "criadas", "fiz", "tive", "tenho", "gerei", "para", "em", "a", "de", "obrigado", "obrigada", "desculpe", "hoje", "total", "no", "foram", "ainda", "até", "agora", "bom", "dia", "na", "por", "abri",
    }),
    nouns=("oportunidade", "lead", "prospect"),
    part_of=(r"(das|dos)\s+quais\s+N", r"N\s+(delas|deles|destas|destes)", r"sendo\s+N"),
    not_counts=("r$", "mil", "€", "eur", "euros", "euro", "reais", "por cento", "milhões", "horas", "hora", "h", "min", "minutos", "dias", "semanas", "anos", "reuniões", "reunião", "emails", "e-mails", "chamadas", "ligações", "clientes", "visitas", "propostas", "km", "colegas", "pessoas", "funcionários"),
    negations=("acima", "abaixo", "não", "que", "mais", "menos", "sobre", "sala", "andar", "rua", "mínimo"),
    large=("centenas", "mil", "milhão", "dúzia", "dezena"),
    last_week=("semana passada", "na semana passada", "a semana passada", "semana anterior", "última semana"),
    last=("passada", "anterior", "semana passada"),
    this_week=("esta semana", "nesta semana", "essa semana"),
    next_week=("próxima semana", "na próxima semana", "semana que vem", "amanhã", "segunda-feira"),
    week=("semana", "sem"),
    months=("janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"),
    weekdays=("segunda-feira|segunda", "terça-feira|terça", "quarta-feira|quarta", "quinta-feira|quinta", "sexta-feira|sexta", "sábado", "domingo"),
    until=("até dia", "até ao dia", "até o dia", "até ao", "até o", "até"),
    away=(
        "baixa", "licença de maternidade", "férias", "de férias", "em férias", "doente", "de baixa", "licença", "de licença", "folga", "de folga", "ausente", "fora do escritório", "atestado", "baixa médica",
        "licença maternidade", "feriado", "não estou no escritório", "ausência", "afastado", "afastada",
    ),
    back=("de volta", "voltei", "estou de volta", "já voltei", "regressei"),
    help=("ajuda", "o que é isto", "o que é isso"),
    yes=("sim", "ok", "correto", "certo", "confirmo", "confirmado", "exato", "isso", "está certo", "de acordo"),
    not_me=("não fui eu", "não sou eu", "eu não", "não era eu", "não"),
    joins=("e",),
    is_=("é", "tem", "está"),
    auto_subjects=("resposta automática", "fora do escritório", "ausente", "ausência", "ausência temporária", "resposta de ausência", "férias"),
)  # fmt: skip
