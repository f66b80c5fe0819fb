"""Lines above quotations as clients of many years and languages wrote them, of the shapes seen in
public threads; what stands below them has no sign of quotation, and numbers."""

import pytest

from pipeline.reading import read
from tests.reading.test_read import message

ABOVE = [
    "On 11-Apr-2011, at 6:54 PM, Bob <bob@example.com> wrote:",
    "On Tue, Apr 5, 2011 bob@xxx.mailgun.org wrote:",
    "2011/4/6 Bob <bob@example.com>",
    "On Sat, 5 Apr 2014 at 10:11, Bob\n<bob@example.com> wrote:",
    "--\nOn Fri, Aug 31, 2012 at 8:55 AM, Bob wrote:",
    "On 04/19/2011 07:10 AM, Roman Tkachenko wrote:",
    "2014-04-05 10:11 GMT+02:00 Bob <bob@example.com>:",
    "Bob <bob@example.com> schrieb am Do., 5. Apr. 2012, 10:11:",
    "Le mercredi 5 avril 2012 10:11:12 UTC+2, Bob a écrit :",
    "Op 13 februari 2014 10:11 schreef Bob <bob@example.com>:",
    "El martes, 5 de abril de 2011 10:11, Bob <bob@example.com> escribió:",
    "W dniu 7 stycznia 2015 15:24 użytkownik Bob <bob@example.com> napisał:",
    "Den 5. april 2014 kl. 10:11 skrev Bob <bob@example.com>:",
    "Em 5 de abril de 2014 10:11, Bob <bob@example.com> escreveu:",
    "Il giorno 05/apr/2014, alle ore 10:11, Bob <bob@example.com> ha scritto:",
    "пт, 5 апр. 2014 г. в 10:11, Bob <bob@example.com>:",
    "5 апреля 2014 г., 10:11 пользователь Bob <bob@example.com> написал:",
    "2014年4月5日 10:11 Bob <bob@example.com>:",
    "在 2014年4月5日，10:11，Bob <bob@example.com> 写道：",
    "------------------ 原始邮件 ------------------\n发件人: Bob\n发送时间: 2014年4月5日\n收件人: Ann\n主题: x",
    "2014년 4월 5일 오전 10:11, Bob <bob@example.com>님이 작성:",
    "Dne 5. dubna 2014 10:11 Bob <bob@example.com> napsal(a):",
    "5 Nisan 2014 10:11 tarihinde Bob <bob@example.com> yazdı:",
    "Στις 5 Απριλίου 2014 - 10:11 π.μ., ο χρήστης Bob <bob@example.com> έγραψε:",
    "Bob <bob@example.com> ezt írta (időpont: 2014. ápr. 5., Szo, 10:11):",
    "În sâm., 5 apr. 2014 la 10:11, Bob <bob@example.com> a scris:",
    "-----Original Message-----\nFrom: Bob\nSent: Monday 5 April 2014\nTo: Ann\nSubject: x",
    "----- Forwarded message from Bob <bob@example.com> -----",
    "_____________________________\nFrom: Bob <bob@example.com>\nSent: Monday, April 5, 2014 10:11\nSubject: x\nTo: Ann <a@b.c>",
    "From: Bob <bob@example.com>\nDate: Monday, April 5, 2014 at 10:11 AM\nTo: Ann <a@b.c>\nSubject: Re: x",
    "*From: *Bob <bob@example.com>\n*Date: *Monday\n*To: *Ann\n*Subject: *x",
    "From:        Bob/Company\nTo:        Ann/Company@Company\nDate:        04/05/2014 10:11 AM\nSubject:        Re: x",
    "Bob <bob@example.com> wrote on 04/05/2014 10:11:12 AM:",
    "In a message dated 4/5/2014 10:11:12 A.M. Eastern Daylight Time, bob@example.com writes:",
    "---- On Sat, 05 Apr 2014 10:11:12 +0200 Bob <bob@example.com> wrote ----",
    'Sent: Saturday, April 05, 2014 at 10:11 AM\nFrom: "Bob" <bob@example.com>\nTo: ann@b.c\nSubject: x',
    'Gesendet: Samstag, 05. April 2014 um 10:11 Uhr\nVon: "Bob" <bob@example.com>\nAn: ann@b.c\nBetreff: x',
    "Le 5 avr. 2014 à 10:11, Bob <bob@example.com> a écrit :",
    "> Le 5 avr. 2014 à 10:11, Bob <bob@example.com> a écrit :",
    "Quoting Bob <bob@example.com>:",
    "Citando Bob <bob@example.com>:",
    "Zitat von Bob <bob@example.com>:",
    "Bob wrote:\n",
    "Begin forwarded message:\n\nFrom: Bob <b@c.d>\nSubject: x",
    "On Saturday, April 5, 2014 10:11 AM, Bob <bob@example.com> wrote:",
    "Am Samstag, den 05.04.2014, 10:11 +0200 schrieb Bob:",
    'Am 05.04.2014 um 10:11 schrieb "Bob" <bob@example.com>:',
    "lør. 5. apr. 2014 kl. 10:11 skrev Bob <bob@example.com>:",
    '5.4.2014 10.11 ap. "Bob" <bob@example.com> kirjoitti:',
    "la 5. huhtik. 2014 klo 10.11 Bob <bob@example.com> kirjoitti:",
    'On Apr 5, 2014 10:11 AM, "Bob" <bob@example.com> wrote:',
    "From: [mailto:bob@example.com]\nSent: 05 April 2014 10:11\nTo: Ann\nSubject: 7",
    "Fra: Bob\nSendt: 5. april\nTil: Ann\nEmne: x",
    "Fra: Bob <b@c.d>\nDato: lørdag den 5. april 2014 kl. 10.11\nTil: Ann <a@c.d>\nEmne: Re: x",
    "Från: Bob [mailto:b@c.d] \nSkickat: den 5 april 2014 10:11\nTill: Ann\nÄmne: x",
    "Fra: Bob <b@c.d> Sendt: 5. april 2014 10:11 Til: Ann Emne: Re: x",
]
SIGNED = "\n\nBest regards,\n\nAnn Bee\nSales Manager | Acme Inc.\n12 Main Street, Suite 5\nOffice: 555-123-4567 x 12"
BELOW = "Hi Ann, we have 12 of 30 left.\n14\nThanks, Bob\n"


@pytest.mark.parametrize("above", ABOVE)
def test_what_stands_below_this_line_was_not_typed(above: str) -> None:
    answers = {"7": 7, "Syv": 7, "none this week, sorry": 0, "I made 7 this week": 7, f"7{SIGNED}": 7, "call me": None}
    for said, number in answers.items():
        assert read(message(f"{said}\n\n{above}\n\n{BELOW}")).number == number, said


SIGNATURES = [
    "\n\nAnn Bee\nAcme Inc.\n12 Main Street\nSpringfield 555",
    "\n\n*Ann Bee*\nAccount Executive\nm: 555 123 4567\nwww.acme.com",
    "\nAnn\n\n[cid:image001.png@01D]\nAcme A/S\nVej 12, 3. sal\nDK-2100 København Ø",
    "\n\nMit freundlichen Grüßen / Best regards\n\nAnn Bee\nVertrieb\n\nAcme GmbH\nHauptstr. 12\n12345 Berlin\nHRB 1234",
    "\n\nCordialement,\nAnn\n3 rue de la Paix, 75002 Paris",
    "\n\n//Ann",
    "\n\n/A",
    "\n\nAnn :)",
    "\n\nThis email has been scanned by Acme 7.\n",
    "\n\n---\nThis email is virus free. 12\n",
    "\n\n\n\nDet her er sendt fra min mobil, så undskyld slåfejl",
    "\n\nSent from my Samsung Galaxy S24 5G",
    "\n\nGet Outlook for Android<https://aka.ms/AAb9ysg>",
    "\n\nSkickat från Outlook för Android 12",
    "\n\nKlant 12345\nKvK 12",
    "\n\n**************\nThe 7 rules of Acme\n**************",
    "\n\nP.S. meeting is at 10, room 4",
    "\n\nCVR: 12 34 56 78",
    "\n\nVAT no. 12",
    "\n\nLinkedIn | Twitter\n100% green",
    "\n\n“5 stars” – Trustpilot",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_that_opens_as_it_likes_gives_no_number(signature: str) -> None:
    answers = {"7": 7, "Syv nye": 7, "I made 7 this week": 7, "none this week, sorry": 0, "ok": None, "call me": None}
    for said, number in answers.items():
        assert read(message(said + signature)).number == number, said
