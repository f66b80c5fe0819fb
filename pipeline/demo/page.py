"""All the mails of a play on one page, in the order in which they were sent, to be looked at in a browser.

The page is one file without scripts and without anything remote: each mail stands in a frame of its own, as wide as a
phone, that may do nothing. What the page looks like is in `page.html`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined

from pipeline.demo.company import Company
from pipeline.demo.mailworld import Delivered
from pipeline.demo.opened import Opened, opened
from pipeline.reading.typed import typed

_KINDS = {
    "ask": ("ask", "ask", "asks"),
    "": ("ask", "mail", "mails"),
    "reply": ("theirs", "reply", "replies"),
    "nudge": ("nudge", "nudge", "nudges"),
    "unclear": ("back", "question back", "questions back"),
    "which_week": ("back", "question back", "questions back"),
    "confirm": ("back", "question back", "questions back"),
    "whose": ("back", "question back", "questions back"),
    "warning": ("back", "warning", "warnings"),
    "receipt": ("back", "receipt", "receipts"),
    "summary": ("report", "summary", "summaries"),
    "digest": ("report", "digest", "digests"),
    "correction": ("report", "correction", "corrections"),
}
"""How each kind is shown, in the order in which they are counted: its style on the page, and its name for one and for
many."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """One mail as the page shows it. `typed` is what the product takes for a reply's own words, `rest` what follows."""

    number: int
    style: str
    kind: str
    who: str
    time: str
    day: str
    sent: str
    sender: str
    recipient: str
    subject: str
    line: str
    typed: str
    rest: str
    html: str
    opening: bool = False


_TITLE = "A Friday with One Number"


def write(file: Path, delivered: Sequence[Delivered], company: Company, timezone: str, *, title: str = _TITLE) -> Path:
    """Write the page, and say where it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(delivered, company, timezone, title=title), encoding="utf-8")
    return file.absolute()


def page(delivered: Sequence[Delivered], company: Company, timezone: str, *, title: str = _TITLE) -> str:
    """The page. `timezone` is whose clock it goes by: the director's."""
    read = [opened(one.raw) for one in delivered]
    first = next((number for number, mail in enumerate(read) if _kind(mail, company) == "digest"), 0)
    shown = [
        _shown(number, one, mail, company, ZoneInfo(timezone), opening=number == first)
        for number, (one, mail) in enumerate(zip(delivered, read, strict=True))
    ]
    days = [(day, list(mails)) for day, mails in groupby(shown, key=lambda one: one.day)]
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(
        Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    )
    return template.render(
        title=title,
        summary=counted(delivered, company),
        city=_city(timezone),
        opening=next((one for one in shown if one.opening), None),
        days=days,
    )


def counted(delivered: Sequence[Delivered], company: Company) -> str:
    """What happened, in one line: how many mails of each kind."""
    names = Counter(_KINDS[_kind(opened(one.raw), company)][1:] for one in delivered)
    told = [f"{names[name]} {name[names[name] != 1]}" for name in dict.fromkeys(kind[1:] for kind in _KINDS.values())]
    return ", ".join(one for one in told if not one.startswith("0 ")) or "no mails"


def _shown(number: int, one: Delivered, mail: Opened, company: Company, zone: ZoneInfo, *, opening: bool) -> _Shown:
    style, kind, _ = _KINDS[_kind(mail, company)]
    ours = style != "theirs"
    other = mail.recipient if ours else mail.sender[1]
    someone = company.at(other)
    name = someone.writer.name if someone else other
    local = one.at.astimezone(zone)
    text, words = mail.text.strip("\n"), "" if ours else typed(mail.text).text
    return _Shown(
        number=number,
        style=style,
        kind=kind,
        who=name,
        time=f"{local:%H:%M}",
        day=_day(local),
        sent=_both_clocks(local, someone.writer.timezone if someone else zone.key, zone.key),
        sender=_named(*mail.sender),
        recipient=_named(name if ours else "", one.recipient),
        subject=mail.subject,
        line=mail.subject if ours and style != "back" else mail.opening,
        typed=words if text.startswith(words) else "",
        rest=text.removeprefix(words),
        html=mail.html if ours else "",  # a reply is what somebody typed
        opening=opening,
    )


def _kind(mail: Opened, company: Company) -> str:
    """A key of `_KINDS`. Whatever a person of the company sent is a reply."""
    if company.at(mail.sender[1]) is not None:
        return "reply"
    return mail.kind if mail.kind in _KINDS else ""


def _named(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address


def _both_clocks(local: datetime, own: str, here: str) -> str:
    told = f"{_day(local)}, {local:%H:%M} in {_city(here)}"
    there = local.astimezone(ZoneInfo(own))
    if there.utcoffset() == local.utcoffset():
        return told
    return f"{told} ({there:%A %H:%M} in {_city(own)})"


def _day(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%B %Y}"


def _city(timezone: str) -> str:
    return timezone.rpartition("/")[2].replace("_", " ")
