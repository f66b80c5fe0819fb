"""Replies as mail clients write them: what stands around a person's words, client by client and language by language.

Each layout says where it was seen. What is quoted is an ask of ours, in the plain form in which it comes back, full of
numbers that nobody typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape

ASK = (
    "One number for week 48",
    "How many new sales opportunities did you create yourself this week?",
    "0  1  2  3  4  5  6  7  8  9",
    "Reply with a number before 16:30. Your last four weeks: 3, 5, 2, 8",
    "Nordvik A/S, Strandvejen 12, 2900 Hellerup, tlf. +45 39 00 00 00",
)


@dataclass(frozen=True)
class Spoken:
    """How clients speak one language: attribution lines of Gmail, Apple Mail and Thunderbird, the names in Outlook's
    header block, what stands between Outlook's dashes, a phone's footer, a closing; and what people say: the word
    for seven, `3 new ones`, and nothing this week."""

    gmail: str
    apple: str
    thunderbird: str
    headers: tuple[str, str, str, str]
    original: str
    phone: str
    closing: str
    seven: str
    three_new: str
    nothing: str


LANGUAGES: dict[str, Spoken] = {
    "da": Spoken(
        "Den fre. 27. nov. 2026 kl. 13.00 skrev One Number <number@x.dk>:",
        "Den 27. nov. 2026 kl. 13.00 skrev One Number <number@x.dk>:",
        "Den 27-11-2026 kl. 13:00 skrev One Number:",
        ("Fra", "Sendt", "Til", "Emne"),
        "Oprindelig meddelelse",
        "Sendt fra min iPhone",
        "Med venlig hilsen",
        "syv",
        "3 nye i denne uge",
        "ingen i denne uge, desværre",
    ),
    "en": Spoken(
        "On Fri, Nov 27, 2026 at 1:00\u202fPM One Number <number@x.dk> wrote:",
        "On 27 Nov 2026, at 13:00, One Number <number@x.dk> wrote:",
        "On 27/11/2026 13:00, One Number wrote:",
        ("From", "Sent", "To", "Subject"),
        "Original Message",
        "Sent from my iPhone",
        "Kind regards",
        "seven",
        "3 new ones this week",
        "none this week, sorry",
    ),
    "de": Spoken(
        "Am Fr., 27. Nov. 2026 um 13:00 Uhr schrieb One Number <number@x.dk>:",
        "Am 27.11.2026 um 13:00 schrieb One Number <number@x.dk>:",
        "Am 27.11.26 um 13:00 schrieb One Number:",
        ("Von", "Gesendet", "An", "Betreff"),
        "Ursprüngliche Nachricht",
        "Von meinem iPhone gesendet",
        "Mit freundlichen Grüßen",
        "sieben",
        "3 neue in dieser Woche",
        "leider keine diese Woche",
    ),
    "sv": Spoken(
        "Den fre 27 nov. 2026 kl 13:00 skrev One Number <number@x.dk>:",
        "27 nov. 2026 kl. 13:00 skrev One Number <number@x.dk>:",
        "Den 2026-11-27 kl. 13:00, skrev One Number:",
        ("Från", "Skickat", "Till", "Ämne"),
        "Ursprungligt meddelande",
        "Skickat från min iPhone",
        "Med vänlig hälsning",
        "sju",
        "3 nya denna vecka",
        "inga denna vecka tyvärr",
    ),
    "nb": Spoken(
        "fre. 27. nov. 2026 kl. 13:00 skrev One Number <number@x.dk>:",
        "27. nov. 2026 kl. 13:00 skrev One Number <number@x.dk>:",
        "Den 27.11.2026 13:00, skrev One Number:",
        ("Fra", "Sendt", "Til", "Emne"),
        "Opprinnelig melding",
        "Sendt fra min iPhone",
        "Med vennlig hilsen",
        "sju",
        "3 nye denne uken",
        "ingen denne uken, dessverre",
    ),
    "fi": Spoken(
        "pe 27. marrask. 2026 klo 13.00 One Number (number@x.dk) kirjoitti:",
        "One Number <number@x.dk> kirjoitti 27.11.2026 kello 13.00:",
        "One Number kirjoitti 27.11.2026 klo 13.00:",
        ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
        "Alkuperäinen viesti",
        "Lähetetty iPhonesta",
        "Ystävällisin terveisin",
        "seitsemän",
        "3 uutta tällä viikolla",
        "ei yhtään tällä viikolla",
    ),
    "nl": Spoken(
        "Op vr 27 nov 2026 om 13:00 schreef One Number <number@x.dk>:",
        "Op 27 nov 2026, om 13:00 heeft One Number <number@x.dk> het volgende geschreven:",
        "Op 27-11-2026 om 13:00 schreef One Number:",
        ("Van", "Verzonden", "Aan", "Onderwerp"),
        "Oorspronkelijk bericht",
        "Verstuurd vanaf mijn iPhone",
        "Met vriendelijke groet",
        "zeven",
        "3 nieuwe deze week",
        "helaas geen deze week",
    ),
    "fr": Spoken(
        "Le ven. 27 nov. 2026 à 13:00, One Number <number@x.dk> a écrit :",
        "Le 27 nov. 2026 à 13:00, One Number <number@x.dk> a écrit :",
        "Le 27/11/2026 à 13:00, One Number a écrit\u00a0:",
        ("De", "Envoyé", "À", "Objet"),
        "Message d'origine",
        "Envoyé de mon iPhone",
        "Cordialement",
        "sept",
        "3 nouvelles cette semaine",
        "aucune cette semaine, désolé",
    ),
    "es": Spoken(
        "El vie, 27 nov 2026 a las 13:00, One Number (<number@x.dk>) escribió:",
        "El 27 nov 2026, a las 13:00, One Number <number@x.dk> escribió:",
        "El 27/11/2026 a las 13:00, One Number escribió:",
        ("De", "Enviado el", "Para", "Asunto"),
        "Mensaje original",
        "Enviado desde mi iPhone",
        "Un saludo",
        "siete",
        "3 nuevas esta semana",
        "ninguna esta semana, lo siento",
    ),
    "it": Spoken(
        "Il giorno ven 27 nov 2026 alle ore 13:00 One Number <number@x.dk> ha scritto:",
        "Il giorno 27 nov 2026, alle ore 13:00, One Number <number@x.dk> ha scritto:",
        "Il 27/11/2026 13:00, One Number ha scritto:",
        ("Da", "Inviato", "A", "Oggetto"),
        "Messaggio originale",
        "Inviato da iPhone",
        "Cordiali saluti",
        "sette",
        "3 nuove questa settimana",
        "nessuna questa settimana, purtroppo",
    ),
    "pt": Spoken(
        "Em sex., 27 de nov. de 2026 às 13:00, One Number <number@x.dk> escreveu:",
        "No dia 27/11/2026, às 13:00, One Number <number@x.dk> escreveu:",
        "Em 27/11/2026 13:00, One Number escreveu:",
        ("De", "Enviado", "Para", "Assunto"),
        "Mensagem original",
        "Enviado do meu iPhone",
        "Com os melhores cumprimentos",
        "sete",
        "3 novas esta semana",
        "nenhuma esta semana, infelizmente",
    ),
    "pl": Spoken(
        "pt., 27 lis 2026 o 13:00 One Number <number@x.dk> napisał(a):",
        "Wiadomość napisana przez One Number <number@x.dk> w dniu 27.11.2026, o godz. 13:00:",
        "W dniu 27.11.2026 o 13:00, One Number pisze:",
        ("Od", "Wysłano", "Do", "Temat"),
        "Oryginalna wiadomość",
        "Wysłane z iPhone'a",
        "Pozdrawiam",
        "siedem",
        "3 nowe w tym tygodniu",
        "niestety brak w tym tygodniu",
    ),
    "et": Spoken(
        "Kuupäev R, 27. november 2026 kell 13:00 kirjutas One Number <number@x.dk>:",
        "One Number <number@x.dk> kirjutas 27.11.2026 kell 13:00:",
        "27.11.2026 13:00 One Number kirjutas:",
        ("Saatja", "Saadetud", "Adressaat", "Teema"),
        "Algne sõnum",
        "Saadetud minu iPhone'ist",
        "Lugupidamisega",
        "seitse",
        "3 uut sel nädalal",
        "kahjuks mitte ühtegi",
    ),
    "lv": Spoken(
        "piektd., 2026. g. 27. nov., plkst. 13:00 — lietotājs One Number (<number@x.dk>) rakstīja:",
        "27.11.2026, plkst. 13:00, One Number <number@x.dk> rakstīja:",
        "27.11.2026 13:00 One Number rakstīja:",
        ("No", "Nosūtīts", "Kam", "Tēma"),
        "Sākotnējais ziņojums",
        "Nosūtīts no mana iPhone",
        "Ar cieņu",
        "septiņi",
        "3 jaunas šonedēļ",
        "diemžēl neviena",
    ),
    "lt": Spoken(
        "2026-11-27, pn, 13:00 One Number <number@x.dk> rašė:",
        "2026-11-27 13:00, One Number <number@x.dk> rašė:",
        "2026-11-27 13:00, One Number rašė:",
        ("Nuo", "Išsiųsta", "Kam", "Tema"),
        "Pradinis laiškas",
        "Išsiųsta iš mano iPhone",
        "Pagarbiai",
        "septyni",
        "3 naujos šią savaitę",
        "deja, nė vienos",
    ),
}

Layout = Callable[[str, Spoken], EmailMessage]


def _mail(plain: str = "", html: str = "", **parameters: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "Anna Bøgh <anna@nordvik.example>", "number@nordvik.example"
    message["Subject"], message["Date"] = "Re: One number for week 48", "Fri, 27 Nov 2026 13:10:00 +0100"
    if plain:
        message.set_content(plain, cte="quoted-printable", params=parameters)
    if html and plain:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    return message


def _quoted() -> str:
    return "\n".join(f"> {line}" for line in ASK)


def _wrapped(line: str, width: int = 72) -> str:
    """As clients wrap a long attribution."""
    head = line[:width].rsplit(" ", 1)[0] if len(line) > width else line
    return f"{head}\n{line[len(head) :].strip()}".strip()


def _block(spoken: Spoken, mark: str = "") -> str:
    values = ("One Number <number@x.dk>", "27. november 2026 13:00", "Anna Bøgh", "One number for week 48")
    return "\n".join(f"{mark}{name}:{mark} {value}" for name, value in zip(spoken.headers, values, strict=True))


def _paragraphs() -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in ASK)


def _lines(said: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in said.split("\n"))


def gmail_on_the_web(said: str, spoken: Spoken) -> EmailMessage:
    """Gmail's own two parts (support.google.com/mail: it wraps the attribution at some 72 letters)."""
    quote = f'<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{escape(spoken.gmail)}<br></div>'
    page = f'<div dir="ltr">{_lines(said)}</div><br>{quote}<blockquote class="gmail_quote">{_paragraphs()}</blockquote></div>'
    return _mail(f"{said}\n\n{_wrapped(spoken.gmail)}\n\n{_quoted()}\n", page)


def gmail_as_html_alone(said: str, spoken: Spoken) -> EmailMessage:
    message = gmail_on_the_web(said, spoken)
    return _mail(html=next(part.get_content() for part in message.walk() if part.get_content_subtype() == "html"))


def gmail_below_the_quotation(said: str, spoken: Spoken) -> EmailMessage:
    return _mail(f"{spoken.gmail}\n{_quoted()}\n\n{said}\n")


def apple_mail(said: str, spoken: Spoken) -> EmailMessage:
    """Apple Mail for macOS: an empty line between the attribution and what is quoted."""
    return _mail(f"{said}\n\n{spoken.apple}\n\n{_quoted()}\n", format="flowed", delsp="yes")


def apple_mail_as_html(said: str, spoken: Spoken) -> EmailMessage:
    quote = f'<blockquote type="cite"><div>{escape(spoken.apple)}</div><br>{_paragraphs()}</blockquote>'
    return _mail(html=f"<html><body>{_lines(said)}<div><br>{quote}</div></body></html>")


def iphone(said: str, spoken: Spoken) -> EmailMessage:
    """iOS Mail puts its footer between the words and the attribution, and a mark of byte order before the quotation."""
    return _mail(f"{said}\n\n{spoken.phone}\n\n{spoken.apple}\n\n> \ufeff{ASK[0]}\n{_quoted()}\n")


def thunderbird(said: str, spoken: Spoken) -> EmailMessage:
    return _mail(f"{said}\n\n{spoken.thunderbird}\n{_quoted()}\n", format="flowed")


def thunderbird_below(said: str, spoken: Spoken) -> EmailMessage:
    """Thunderbird's own default: the reply below what is quoted, the signature below it."""
    return _mail(f"{spoken.thunderbird}\n{_quoted()}\n\n{said}\n\n-- \nAnna Bøgh\n12 34 56 78\n", format="flowed")


def thunderbird_as_html(said: str, spoken: Spoken) -> EmailMessage:
    prefix = f'<div class="moz-cite-prefix">{escape(spoken.thunderbird)}<br></div>'
    return _mail(html=f'{_lines(said)}{prefix}<blockquote type="cite">{_paragraphs()}</blockquote>')


def outlook_for_windows(said: str, spoken: Spoken) -> EmailMessage:
    """Plain text of Outlook for Windows: a header block and no sign of quotation (github/email_reply_parser#69)."""
    return _mail(f"{said}\n\n{spoken.closing}\nAnna Bøgh\n\n{_block(spoken)}\n\n" + "\n".join(ASK))


def outlook_with_dashes(said: str, spoken: Spoken) -> EmailMessage:
    return _mail(f"{said}\n\n-----{spoken.original}-----\n{_block(spoken)}\n\n" + "\n".join(ASK))


def outlook_for_windows_as_html(said: str, spoken: Spoken) -> EmailMessage:
    rows = "<br>".join(f"<b>{row.replace(':', ':</b>', 1)}" for row in _block(spoken).split("\n"))
    rule = '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    said = "".join(f'<p class="MsoNormal">{escape(line) or "&nbsp;"}</p>' for line in said.split("\n"))
    return _mail(
        html=f'<div class="WordSection1">{said}<div>{rule}<p class="MsoNormal">{rows}</p></div></div>{_paragraphs()}</div>'
    )


def outlook_on_the_web(said: str, spoken: Spoken) -> EmailMessage:
    rows = "<br>".join(f"<b>{row.replace(':', ':</b>', 1)}" for row in _block(spoken).split("\n"))
    below = (
        f'<div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font>{rows}</font></div>'
    )
    return _mail(
        f"{said}\n________________________________\n{_block(spoken)}\n\n" + "\n".join(ASK),
        f"{_lines(said)}{below}{_paragraphs()}",
    )


def outlook_for_ios(said: str, spoken: Spoken) -> EmailMessage:
    rows = "<br>".join(f"<b>{row.replace(':', ':</b>', 1)}" for row in _block(spoken).split("\n"))
    signature = '<div id="ms-outlook-mobile-signature">Outlook for iOS 4.2437.0</div>'
    separator = '<div id="ms-outlook-mobile-body-separator-line"><br></div>'
    quote = f'<div id="mail-editor-reference-message-container"><hr><div id="divRplyFwdMsg">{rows}</div>{_paragraphs()}</div>'
    return _mail(html=f"{_lines(said)}{separator}{signature}{quote}")


def outlook_block_in_bold(said: str, spoken: Spoken) -> EmailMessage:
    """As Gmail renders an Outlook header block into plain text."""
    return _mail(f"{said}\n\n------------------------------\n{_block(spoken, '*')}\n\n" + "\n".join(ASK))


def yahoo(said: str, spoken: Spoken) -> EmailMessage:
    quote = f'<div id="yahoo_quoted_1" class="yahoo_quoted"><div>{escape(spoken.gmail)}</div>{_paragraphs()}</div>'
    return _mail(html=f'<div class="ydp">{_lines(said)}</div>{quote}')


def proton(said: str, spoken: Spoken) -> EmailMessage:
    """Proton writes its attribution in English, whatever the language."""
    sent = "Sent with Proton Mail secure email."
    return _mail(
        f"{said}\n\n{sent}\n\nOn Friday, November 27th, 2026 at 13:00, One Number <number@x.dk> wrote:\n\n{_quoted()}\n"
    )


def samsung(said: str, spoken: Spoken) -> EmailMessage:
    head = f"<div>-------- {spoken.original} --------</div>"
    rows = "".join(f"<div>{row}</div>" for row in _block(spoken).split("\n"))
    signature = '<div id="composer_signature"><div style="font-size:85%">Sent from my Galaxy S24, 5G</div></div>'
    return _mail(html=f'{_lines(said)}{signature}<div id="originalMsg">{head}{rows}{_paragraphs()}</div>')


def notes(said: str, spoken: Spoken) -> EmailMessage:
    """HCL Notes: each name of the header in a cell of its own."""
    rows = f"{spoken.headers[0]}:\tOne Number\n{spoken.headers[2]}:\tAnna Bøgh\nDate:\t27-11-2026 13:00\n{spoken.headers[3]}:\tOne number for week 48"
    return _mail(f"{said}\n\n\n\n{rows}\n\n\n" + "\n".join(ASK))


def zoho(said: str, spoken: Spoken) -> EmailMessage:
    return _mail(f"{said}\n\n---- {spoken.gmail.rstrip(' :')} ----\n\n" + "\n".join(ASK))


def gmx(said: str, spoken: Spoken) -> EmailMessage:
    quote = f'<div name="quote" style="margin:10px 5px 5px 10px">{"<br>".join(f"<b>{row}</b>" for row in _block(spoken).split(chr(10)))}{_paragraphs()}</div>'
    return _mail(html=f"<div>{_lines(said)}<div>&nbsp;</div>{quote}</div>")


def fastmail(said: str, spoken: Spoken) -> EmailMessage:
    quote = f'<div>On Fri, 27 Nov 2026, at 1:00 PM, One Number wrote:</div><blockquote type="cite" class="qt">{_paragraphs()}</blockquote>'
    return _mail(html=f"{_lines(said)}{quote}")


def mail_ru(said: str, spoken: Spoken) -> EmailMessage:
    head = "Пятница, 27 ноября 2026, 13:00 +03:00 от One Number &lt;number@x.dk&gt;:"
    return _mail(html=f"<BODY>{_lines(said)}<br><blockquote><div>{head}</div>{_paragraphs()}</blockquote></BODY>")


def under_a_banner(said: str, spoken: Spoken) -> EmailMessage:
    """What Exchange and gateways put above a text that came from outside."""
    banner = "CAUTION: This email originated from outside of the organization. Do not click links\nor open attachments unless you recognize the sender. Call 1234 in doubt."
    return _mail(f"{banner}\n\n{said}\n\n{spoken.gmail}\n\n{_quoted()}\n")


CLIENTS: tuple[Layout, ...] = (
    gmail_on_the_web, gmail_as_html_alone, gmail_below_the_quotation, apple_mail, apple_mail_as_html, iphone, thunderbird,
    thunderbird_below, thunderbird_as_html, outlook_for_windows, outlook_with_dashes, outlook_for_windows_as_html,
    outlook_on_the_web, outlook_for_ios, outlook_block_in_bold, yahoo, proton, samsung, notes, zoho, gmx, fastmail, mail_ru,
    under_a_banner,
)  # fmt: skip

SIGNED = "\n\n{closing}\nAnna Bøgh\nSales 2\nT: +45 12 34 56 78\nStrandvejen 12, 2900 Hellerup\n"


def said_in(spoken: Spoken) -> Iterator[tuple[str, int]]:
    """What people say, and the number that they mean; with a signature and without."""
    for said, number in (("7", 7), (spoken.seven.capitalize(), 7), (spoken.three_new, 3), (spoken.nothing, 0)):
        yield said, number
        yield said + SIGNED.format(closing=spoken.closing), number
