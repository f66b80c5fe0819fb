"""What names a mail: its key, its token, its Message-ID. Made and checked side by side.

A mail's key names it for ever in the ledger; its token travels outside, and ties what comes back to a person and a
round. Pure: who may be believed with which token is `sender`'s business, what a mail says is `compose`'s.

Laws:
1. What `seal` makes, `opened` reads back to the same key; nothing else opens.
2. A token is good for its own kind, round, number and person only.
3. Letters a-z and 2-7 alone, so that no client, subject or plus-address mangles it (case is folded before reading).
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from hashlib import sha256

import msgspec

from pipeline.weeks import Week

KINDS = {
    "ask": "a",
    "nudge": "n",
    "unclear": "u",
    "which_week": "w",
    "confirm": "c",
    "whose": "o",
    "warning": "x",
    "receipt": "r",
    "summary": "s",
    "digest": "d",
    "correction": "k",
    "rehearsal": "e",
    "probe": "p",
    "alarm": "m",
    "alarm_over": "v",
}
"""The kinds of mail, and the letter that opens each one's token."""

ALARMS = frozenset({"alarm", "alarm_over"})
"""What the operator is told of this installation: no mail of a round, though filed in its week."""

_KIND_OF = {letter: kind for kind, letter in KINDS.items()}
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_EPOCH = Week(2000, 1)
_MAC_LETTERS = 16  # 80 bits
_SHORT_LETTERS = 8  # 40 bits
_TOKEN = re.compile(r"(?<![a-z0-9])([a-z][a-z2-7]{28})(?![a-z0-9])(?:\.([a-z2-7]{8})(?=@))?")
_SHORT = re.compile(r"\[on-([a-z2-7]{8})\]")
_KEY = re.compile(r"(\d{4}-W\d{2})/([a-z_]+)(?:-(\d{1,2}))?/([a-z2-7]{8})(?:/([a-z2-7]{8}))?\Z", re.ASCII)


class MailKey(msgspec.Struct, frozen=True, order=True):
    """One mail's name. Written `2026-W48/ask/k3v7q2ma`, or `2026-W48/nudge-2/k3v7q2ma` where there may be several;
    `number` is 0 to 31, 0 where a kind comes once. A copy for a deputy has the deputy's own id behind it; its token
    is that of the mail it copies."""

    round: Week
    kind: str
    person: str
    number: int = 0
    copy: str = ""

    def __str__(self) -> str:
        numbered = f"{self.kind}-{self.number}" if self.number else self.kind
        return f"{self.round}/{numbered}/{self.person}" + (f"/{self.copy}" if self.copy else "")

    @classmethod
    def parse(cls, written: str) -> MailKey:
        """Read what `str` wrote. Raises ValueError."""
        found = _KEY.match(written)
        if found is None or found[2] not in KINDS:
            raise ValueError(f'"{written}" is not the key of a mail; one looks like 2026-W48/ask/k3v7q2ma')
        return cls(Week.parse(found[1]), found[2], found[4], int(found[3] or 0), found[5] or "")


@lru_cache(maxsize=64)  # every mail carries its own in several places
def seal(key: MailKey, secret: bytes) -> str:
    """The token of a mail: kind, week, number and person in clear, then an 80-bit MAC over them; 29 letters."""
    clear = KINDS[key.kind] + _written(key.round.since(_EPOCH), 3) + _written(key.number, 1) + key.person
    return clear + _mac("token", clear, secret, _MAC_LETTERS)


def opened(token: str, secrets: Sequence[bytes]) -> MailKey | None:
    """Whose token is this? None if it is nobody's. `secrets` holds the key in force first, then older ones that are
    still accepted. Compared in constant time."""
    token = token.lower()
    if _TOKEN.fullmatch(token) is None or token[0] not in _KIND_OF:
        return None
    clear, mac = token[:-_MAC_LETTERS], token[-_MAC_LETTERS:]
    good = [hmac.compare_digest(_mac("token", clear, secret, _MAC_LETTERS), mac) for secret in secrets]
    if not any(good):
        return None
    return MailKey(_EPOCH.plus(_number(clear[1:4])), _KIND_OF[clear[0]], clear[5:], _number(clear[4]))


def tokens(text: str, secrets: Sequence[bytes]) -> Iterator[MailKey]:
    """Every genuine token that stands in a text, in order: a header, an address or a quoted body. One in the
    Message-ID of a deputy's copy names that copy."""
    for found in _TOKEN.finditer(text.lower()):
        key = opened(found[1], secrets)
        if key is not None:
            yield msgspec.structs.replace(key, copy=found[2] or "")


def short_reference(week: Week, person: str, secret: bytes) -> str:
    """The short form for a button's subject, `[on-k3v7q2ma]`: 40 bits, which count only together with an address
    known for this person."""
    return f"[on-{_mac('short', f'{week}/{person}', secret, _SHORT_LETTERS)}]"


def short_reference_fits(subject: str, week: Week, person: str, secrets: Sequence[bytes]) -> bool:
    """Does the subject carry this person's reference for this week? Compared in constant time."""
    carried = [f"[on-{found}]" for found in _SHORT.findall(subject.lower())]
    expected = [short_reference(week, person, secret) for secret in secrets]
    good = [hmac.compare_digest(one, other) for one in carried for other in expected]
    return any(good)


def message_id(key: MailKey, secret: bytes, domain: str) -> str:
    """The Message-ID a mail has for ever, so that a repeat after a lost answer carries the same one
    (RFC 5322 section 3.6.4: always `<local@domain>`)."""
    copy = f".{key.copy}" if key.copy else ""
    return f"<{seal(key, secret)}{copy}@{domain}>"


def reply_address(sender: str, key: MailKey, secret: bytes) -> str:
    """The address that takes the replies to a mail."""
    return tagged(sender, seal(key, secret))


def tagged(sender: str, token: str) -> str:
    """The sender's address with the token in its plus part (RFC 5233): at most 64 octets before the @ where the
    mailbox's own name is at most 34 (RFC 5321 section 4.5.3.1.1)."""
    local, _, domain = sender.rpartition("@")
    return f"{local}+{token}@{domain}"


_WEEK_WORDS = (
    "week|uge|woche|vecka|uke|semaine|semana|settimana|viikko|viikolla|viikolta|viikon|tydzień|tygodnia|tygodniu"
    "|nädal|nädala|nädalal|nedēļa|nedēļas|nedēļai|nedēļā|savaitė|savaitės|savaitę|savaitei"
)
_ASKS = (
    "one number|et tal|eine zahl|en siffra|ett tall|één getal|un chiffre|un numero|un número|um número"
    "|yksi luku|jedna liczba|üks arv|viens skaitlis|vienas skaičius"
)
_ANSWERED = (
    "answered|har svaret|antworten|har svarat|har svart|antwoorden binnen|réponses|respuestas|risposte|respostas"
    "|vastannut|odpowiedzi|vastanud|vastust|atbildes|atbildējuši|atsakė|atsakymai|atsakymų"
)
_OF_THE_WEEK = rf"(?:(?:{_WEEK_WORDS})\s+\d{{1,2}}|\d{{1,2}}\.?(?:-\w+)?\s+(?:{_WEEK_WORDS}))"


@cache  # most turns read no reply, and to compile it takes a twentieth of such a turn
def _our_subjects() -> re.Pattern[str]:
    """What our subjects say in each language, with the number in it; tests hold the catalogues to it."""
    return re.compile(
        rf"(?:{_ASKS})[\s,][^\d()]{{0,24}}{_OF_THE_WEEK}"
        rf"|[\d.,\s]*[^\d()]{{1,60}}?{_OF_THE_WEEK}\s*\([^()\d]*\d+[^()\d]+\d+[^()\d]*\)"
        rf"|{_OF_THE_WEEK}(?:\s\w+)?\s*:[^:]{{0,80}}?(?:{_ANSWERED})[^:]{{0,12}}$",
        re.IGNORECASE,
    )


def is_our_subject(subject: str) -> bool:
    """Does a reply's subject repeat one of ours? A hint that it answers us, never a proof of who wrote it."""
    return _our_subjects().search(subject) is not None


def without_our_subject(subject: str) -> str:
    """What remains of a subject when what we put there is taken away: our words, the week, the reference."""
    return _our_subjects().sub(" ", _SHORT.sub(" ", subject))


def _mac(purpose: str, clear: str, secret: bytes, letters: int) -> str:
    digest = hmac.digest(secret, f"one-number/{purpose}/{clear}".encode(), sha256)
    return b32encode(digest[: letters * 5 // 8]).decode().lower()


def _written(number: int, letters: int) -> str:
    if not 0 <= number < 32**letters:
        raise ValueError(f"{number} does not fit into {letters} letters of a token")
    return "".join(_LETTERS[number >> 5 * place & 31] for place in range(letters - 1, -1, -1))


def _number(written: str) -> int:
    number = 0
    for letter in written:
        number = number * 32 + _LETTERS.index(letter)
    return number
