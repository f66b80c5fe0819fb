"""`onenumber status`: who answered, who is missing or away, what was sent, what is held, and what comes next."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from textwrap import indent
from typing import Any

from msgspec.structs import asdict

from pipeline import commands, figures
from pipeline.figures import PersonLine
from pipeline.history import History
from pipeline.ledger.opened import open_ledger
from pipeline.mail import ALARMS, MailKey
from pipeline.pace import day
from pipeline.rounds import MailState, Round
from pipeline.sample import broken_mails
from pipeline.season import Season
from pipeline.settings import Settings
from pipeline.timetable import local
from pipeline.weeks import Week

_WEEKS_BACK = 12
_MOST_HELD = 3  # what is one screen is not filled by them; `held` has all
_ASKED_BACK = "question back", "questions back"
NAMES = {
    "ask": ("ask", "asks"),
    "nudge": ("nudge", "nudges"),
    "summary": ("summary", "summaries"),
    "digest": ("digest", "digests"),
    "correction": ("correction", "corrections"),
    **dict.fromkeys(("unclear", "which_week", "confirm", "whose"), _ASKED_BACK),
    "receipt": ("receipt", "receipts"),
    "warning": ("warning", "warnings"),
    "rehearsal": ("rehearsal", "rehearsals"),
    "probe": ("probe", "probes"),
    "alarm": ("alarm", "alarms"),
    "alarm_over": ("all-clear", "all-clears"),
}
"""What people call a kind of mail: one, and several."""

STATES = {
    "answered": "answered",
    "answered_late": "answered late",
    "no_answer": "no answer",
    "unreadable": "replied, but without one number",
    "unconfirmed": "waiting for confirmation",
    "held": "reply set aside",
    "away": "away",
    "not_asked": "not asked",
    "undeliverable": "undeliverable",
}


def run(settings: Settings, *, now: datetime, week: Week | None, as_json: bool) -> int:
    """Print one round's state; 0 also where there is none yet."""
    history = History(open_ledger(settings.store))
    season = Season(settings, history)
    facts = facts_of(season, history, week, now)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        print("\n".join((*opening(facts, season), *people(facts["people"]), *the_rest(facts, season))))
    return 0


def facts_of(season: Season, history: History, week: Week | None, now: datetime) -> dict[str, Any]:
    """What `--json` prints, of a week or of the latest round."""
    return _facts(season, history, week or _latest(season, history, now), now)


def _day(season: Season, history: History, now: datetime) -> dict[str, Any] | None:
    """How much of the provider's day is used; None where there is no limit a day."""
    most = season.settings.smtp.max_per_day
    if most is None:
        return None
    pace = history.pace(season.settings.smtp.max_per_minute, most)
    pace.begins(now)
    found = day(pace, most, season.kept_of_the_day(now, "ask"), now)
    return asdict(found) | {"room_at": commands.written(found.room_at)}


def _latest(season: Season, history: History, now: datetime) -> Week:
    """The newest round that is open, or else this week's."""
    opened = (one for one in season.live(now)[::-1] if history.round(one).opened is not None)
    return next(opened, season.week(now))


def _facts(season: Season, history: History, week: Week, now: datetime) -> dict[str, Any]:
    this, times = history.round(week), season.times(week)
    before = history.before(week, _WEEKS_BACK)
    lines = [figures.person_line(this, person, before, times) for person in this.roster.reps] if this.opened else []
    unread, refused = history.book.unreadable, history.book.installation.refused
    first = season.first_week(now)
    return {
        "now": commands.written(now),
        "round": str(week),
        "opened": commands.written(this.opened),
        "skipped": times.skipped,
        "first_round": str(first) if first else None,
        "digest": {"at": commands.written(times.digest), "sent": _digest_sent(this, week)},
        "people": [_person(line) for line in lines],
        "mails": [_mail(key, state) for key, state in this.mails.items()],
        "held": [
            {"message": one.message, "arrived": commands.written(one.arrived), "rule": one.rule, "person": one.person}
            for back in history.recent(week, _WEEKS_BACK)
            for one in back.received.values()
            if one.outcome == "held"
        ],
        "unreadable_since": commands.written(unread.since) if unread else None,
        "unreadable_reason": unread.reason if unread else None,
        "settings_refused_since": commands.written(refused.at) if refused else None,
        "settings_refused_reason": refused.reason if refused else None,
        "broken_templates": list(broken_mails(season.settings)),
        "day": _day(season, history, now),
        "next": commands.written(season.next_instant(now)),
    }


def _digest_sent(this: Round, week: Week) -> str | None:
    director = this.roster.director
    return commands.written(this.first("digest", director.id).sent) if director else None


def _person(line: PersonLine) -> dict[str, Any]:
    return {
        "person": line.person.id,
        "name": line.person.name,
        "email": line.person.email,
        "state": line.state,
        "number": commands.number(line.number),
        "comment": line.comment,
        "until": line.until.isoformat() if line.until else None,
        "reason": line.reason,
        "words": line.words,
    }


def _mail(key: str, state: MailState) -> dict[str, Any]:
    name = MailKey.parse(key)
    if state.sent is not None:
        what, at, reason = "sent", state.sent, ""
    elif state.refused is not None:
        what = "refused" if state.refused.retry_at is None else "waiting"
        at, reason = state.refused.at, f"{state.refused.code} {state.refused.reason}"
    elif state.skipped is not None:
        what, at, reason = "skipped", None, state.skipped
    else:
        what, at, reason = "claimed", state.claimed, ""
    return {
        "key": key,
        "kind": name.kind,
        "person": name.person,
        "state": what,
        "at": commands.written(at),
        "reason": reason,
    }


def _clock(at: str | None, season: Season) -> str:
    if at is None:
        return "-"
    there = local(datetime.fromisoformat(at), season.timezone)
    return f"{there:%a} {there.day} {there:%b} {there:%H:%M} ({season.timezone})"


def opening(facts: dict[str, Any], season: Season) -> Iterator[str]:
    """The first lines: which round, and how far it is."""
    yield f"Round {facts['round']}"
    if facts["opened"] is None:
        first = facts["first_round"]
        is_first = "it is the first" if first == facts["round"] else f"the first round is {first}"
        reason = facts["skipped"] or (is_first if first else "nothing is planned")
        is_one_of_many = not facts["skipped"] and first is not None and first < facts["round"]
        yield "  It has not begun." if is_one_of_many else f"  It has not begun: {reason}."
    else:
        yield f"  {_digest(facts, season)}"


def _digest(facts: dict[str, Any], season: Season) -> str:
    at, sent = facts["digest"]["at"], facts["digest"]["sent"]
    if sent:
        return f"The digest left {_clock(sent, season)}."
    skipped = [one["reason"] for one in facts["mails"] if one["kind"] == "digest" and one["state"] == "skipped"]
    if skipped:
        return f"The digest was skipped: {skipped[0]}."
    if facts["skipped"]:
        return f"The digest does not leave: {facts['skipped']}."
    if at is not None and datetime.fromisoformat(at) < datetime.fromisoformat(facts["now"]):
        return f"The digest was to leave {_clock(at, season)}, and has not."
    return f"The digest leaves {_clock(at, season)}."


def the_rest(facts: dict[str, Any], season: Season) -> Iterator[str]:
    """The last lines: what was sent, what is in trouble, and what comes next."""
    names = {person.id: person.name for person in season.roster.people}
    names |= {one["person"]: one["name"] for one in facts["people"]}
    yield from _mails(facts["mails"], names)
    yield from _held(facts["held"], names, season)
    if facts["unreadable_since"]:
        since = _clock(facts["unreadable_since"], season)
        yield f"  The mailbox cannot be read since {since}: {facts['unreadable_reason']}"
    if facts["settings_refused_since"]:
        since = _clock(facts["settings_refused_since"], season)
        yield f"  The worker refused new settings at {since}, and goes on with the old:"
        yield indent(str(facts["settings_refused_reason"]), "    ")
    for fault in facts["broken_templates"]:
        yield f"  An own template cannot be used, ours is: {fault}"
    if facts["day"]:
        yield from _used(facts["day"], season)
    yield f"  Next: {_clock(facts['next'], season)}"


def _used(day: dict[str, Any], season: Season) -> Iterator[str]:
    """In lines that fit into 80 columns, for a screen that is watched cuts them."""
    yield f"  24 hours: {day['left']} of {day['most']} mails sent, {day['kept']} kept for reports (smtp.max_per_day)"
    if day["room_at"]:
        yield f"  All but reports wait until {_clock(day['room_at'], season)}."


def people(found: list[dict[str, Any]]) -> Iterator[str]:
    """A line for each person."""
    width = max((len(one["name"]) for one in found), default=0)
    for one in found:
        number = "" if one["number"] is None else str(one["number"])
        told = STATES[one["state"]] + (f" until {one['until']}" if one["until"] else "")
        reason = f" ({one['reason']})" if one["reason"] else ""
        words = f": {one['words']!r}" if one["words"] else ""
        yield f"  {one['name']:<{width}}  {number:>5}  {told}{reason}{words}"


def _held(held: list[dict[str, Any]], names: dict[str, str], season: Season) -> Iterator[str]:
    for one in held[:_MOST_HELD]:
        who = names.get(one["person"] or "", "nobody known")
        yield f"  Set aside: a reply of {_clock(one['arrived'], season)}, {who}: {one['rule']}"
    if len(held) > _MOST_HELD:
        yield f"  … and {len(held) - _MOST_HELD} more"
    if held:
        yield "  To look at what is set aside, and to release or drop it: onenumber held"


def _mails(mails: list[dict[str, Any]], names: dict[str, str]) -> Iterator[str]:
    sent = Counter(NAMES[one["kind"]] for one in mails if one["state"] == "sent")
    if sent:
        told = (f"{count} {one if count == 1 else several}" for (one, several), count in sent.items())
        yield f"  Sent: {', '.join(told)}"
    for one in mails:
        if one["state"] in {"refused", "waiting", "claimed"}:
            name = "the operator" if one["kind"] in ALARMS else names.get(one["person"], one["person"])
            yield f"  {one['state']}: {NAMES[one['kind']][0]} to {name}, {one['reason'] or 'its end is not known'}"
