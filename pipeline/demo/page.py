"""All the mails of a play on one page, in the order in which they were sent, to be looked at in a browser.

The page is one file without scripts and without anything remote: each mail stands in a frame of its own, as wide as a
phone, that may do nothing. What the page looks like is in `page.html`.
"""

from __future__ import annotations

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

_KINDS = {
    "ask": ("ask", "ask"),
    "nudge": ("nudge", "nudge"),
    "unclear": ("back", "question back"),
    "which_week": ("back", "question back"),
    "confirm": ("back", "question back"),
    "whose": ("back", "question back"),
    "warning": ("back", "warning"),
    "receipt": ("back", "receipt"),
    "summary": ("report", "summary"),
    "digest": ("report", "digest"),
    "correction": ("report", "correction"),
}
"""How each kind is shown: its style on the page, and its name."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """One mail as the page shows it."""

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
    text: str
    html: str
    opening: bool = False


def write(file: Path, delivered: Sequence[Delivered], company: Company, timezone: str) -> Path:
    """Write the page, and say where it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(delivered, company, timezone), encoding="utf-8")
    return file.absolute()


def page(delivered: Sequence[Delivered], company: Company, timezone: str) -> str:
    """The page. `timezone` is whose clock it goes by: the director's."""
    read = [opened(one.raw) for one in delivered]
    first = next((number for number, mail in enumerate(read) if mail.kind == "digest" and _is_ours(mail, company)), 0)
    shown = [
        _shown(number, one, mail, company, ZoneInfo(timezone), opening=number == first)
        for number, (one, mail) in enumerate(zip(delivered, read, strict=True))
    ]
    ours = sum(one.style != "theirs" for one in shown)
    days = [(day, list(mails)) for day, mails in groupby(shown, key=lambda one: one.day)]
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(
        Path(__file__).with_name("page.html").read_text(encoding="utf-8")
    )
    return template.render(
        title="One Number: every mail of the week",
        summary=f"{ours} mails sent, {len(shown) - ours} replies, by the clock of {_city(timezone)}. "
        "Nothing left this machine.",
        days=days,
    )


def _shown(number: int, one: Delivered, mail: Opened, company: Company, zone: ZoneInfo, *, opening: bool) -> _Shown:
    ours = _is_ours(mail, company)
    other = mail.recipient if ours else mail.sender[1]
    someone = company.at(other)
    name = someone.writer.name if someone else other
    style, kind = _KINDS.get(mail.kind, ("ask", "mail")) if ours else ("theirs", "reply")
    local = one.at.astimezone(zone)
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
        line=mail.subject if ours else _first_line(mail.text),
        text=mail.text.strip("\n"),
        html=mail.html,
        opening=opening,
    )


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def _is_ours(mail: Opened, company: Company) -> bool:
    return company.at(mail.sender[1]) is None


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
