"""`onenumber tick`: one turn as of now, or as if now were another instant; then exit. For cron, tests and rehearsals.

Where the provider allows fewer mails a minute than are due, or there is more to read than one turn may take, it goes
on until all is done.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import datetime
from typing import Any

from pipeline import commands
from pipeline.checks.files import exposed
from pipeline.heartbeat import Heartbeat
from pipeline.ledger.opened import open_ledger
from pipeline.mail import ALARMS, MailKey
from pipeline.settings import Settings
from pipeline.tick import Ticked, Turns

_DONE = ("sent", "failed", "skipped")
log = logging.getLogger("onenumber")


def run(settings: Settings, *, now: datetime, as_json: bool, played: bool = False) -> int:
    """One turn; 0 where it went well, 3 where a server could not be used or refused a mail for now. The heartbeat tells
    how it went, unless the time is only `played`."""
    heartbeat = Heartbeat(None if played else settings.heartbeat)
    try:
        code = _run(settings, now, as_json=as_json)
    except BaseException:
        heartbeat.tell(well=False)
        raise
    heartbeat.tell(well=code == 0)
    return code


def _run(settings: Settings, now: datetime, *, as_json: bool) -> int:
    turns = Turns(settings, open_ledger(settings.store))
    for finding in exposed(settings):
        log.warning(finding)
    ticked: list[Ticked] = []
    try:
        while not ticked or (ticked[-1].pause is not None and not ticked[-1].problems):
            if ticked:
                time.sleep(ticked[-1].pause or 0.0)
            ticked.append(turns.tick(now))
        coming = turns.next_instant(now)
    finally:
        turns.close()
    facts = _facts(ticked, now, coming)
    if as_json:
        print(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _tell(facts, settings)
    for problem in facts["problems"]:
        print(f"onenumber: {problem}", file=sys.stderr)
    return 3 if facts["problems"] else 0


def _facts(ticked: list[Ticked], now: datetime, coming: datetime | None) -> dict[str, Any]:
    return {
        "now": commands.written(now),
        "received": [
            {"outcome": one.outcome, "rule": one.rule, "person": one.person, "message": one.message}
            for turn in ticked
            for one in turn.received
        ],
        "sent": [_mail(key) for turn in ticked for key in turn.dispatched.sent],
        "failed": [_mail(key) for turn in ticked for key in turn.dispatched.failed],
        "skipped": [_mail(key) for turn in ticked for key in turn.dispatched.skipped],
        "waiting": ticked[-1].dispatched.waiting,
        "room_at": commands.written(ticked[-1].dispatched.room_at),
        "problems": list(dict.fromkeys(problem for turn in ticked for problem in turn.problems)),
        "next": commands.written(coming),
    }


def _mail(key: MailKey) -> dict[str, str | int]:
    return {"key": str(key), "kind": key.kind, "round": str(key.round), "person": key.person, "number": key.number}


def _tell(facts: dict[str, Any], settings: Settings) -> None:
    names = {person.id: person.name for person in settings.roster.people}
    names |= {one["person"]: "the operator" for what in _DONE for one in facts[what] if one["kind"] in ALARMS}
    for one in facts["received"]:
        print(f"read     {one['outcome']:<12} {names.get(one['person'], one['person'] or '-')}  ({one['rule']})")
    for what in _DONE:
        for one in facts[what]:
            print(f"{what:<8} {one['kind']:<12} {names.get(one['person'], one['person'])}  {one['round']}")
    if not any(facts[what] for what in ("received", "sent", "failed", "skipped")):
        print("Nothing was due, and nothing new had arrived.")
    if facts["room_at"]:
        print(
            f"waiting  {facts['waiting']} mails, for smtp.max_per_day is reached; there is room at {facts['room_at']}"
        )
    print(f"Next: {facts['next'] or 'nothing is planned'}")
