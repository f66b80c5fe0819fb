"""What does a round add up to, for whom, and what stands out?

Totals, coverage, change, trend and what is new since the last report, as plain values that `compose` words. Pure: a
round's state, what is kept of the rounds before it, and its timetable in; nothing is sent and nothing is kept.
docs/figures.md says the same to a director.

Laws:
1. No answer is never 0, and every sum stands beside how many answered of how many were asked.
2. The rows of a digest add up to its headline.
3. Weeks are compared person by person, never by two sums of different people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from math import ceil, floor, lcm, sqrt

import msgspec
from msgspec.structs import replace

from pipeline import events, plan
from pipeline.past import Given, Past, Sum, enterer, kept_of, summed
from pipeline.roster import Person
from pipeline.rounds import Round
from pipeline.timetable import Timetable
from pipeline.weeks import Week

STATES = (
    "answered",
    "answered_late",
    "no_answer",
    "unreadable",
    "unconfirmed",
    "held",
    "away",
    "not_asked",
    "undeliverable",
)
"""What a person can be in a round."""

WEEKS_SHOWN = 12
WEEKS_COMPARED = 4
WEEKS_TO_COMPARE = 2  # of the four, so that one odd week is not taken for what is usual
_TWELVE = lcm(*range(WEEKS_TO_COMPARE, WEEKS_COMPARED + 1))  # halves, thirds and quarters are whole twelfths
WEEKS_FOR_AN_AVERAGE = 2  # one week's average is that week again
WEEKS_FOR_LIMITS = 6
WEEKS_FOR_A_RECORD = 8
MOST_FINDINGS = 3
_ANSWERED = frozenset({"answered", "answered_late"})
_SILENT = frozenset({"no_answer", "unreadable", "unconfirmed", "held"})
_UNCOUNTED = frozenset({"away", "not_asked", "undeliverable"})
_RECORD_COVERAGE = 0.9
_SIGMAS = 3

HOLIDAY, NOT_YET, REFUSED = "holiday", "not yet", "the ask was refused"
"""Why somebody was not asked: was not to be, for whom the digest has no word; is still to be, further west or when the
server takes it; or the server never will. For any other reason it is too late."""


class PersonLine(msgspec.Struct, frozen=True, gc=False):
    """One person in one round. `recent` are the four weeks before, oldest first, None where there was no answer;
    `words` is what somebody wrote whose reply could not be read; `reason` tells why somebody was not asked or cannot
    be reached; `entered_by` names who entered the number for them; `unknown_address` is set where nobody is known to
    have the address that the answer came from."""

    person: Person
    state: str
    number: Decimal | None = None
    comment: str = ""
    words: str = ""
    until: date | None = None
    reason: str = ""
    recent: tuple[Decimal | None, ...] = ()
    unknown_address: str = ""
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """A sum, and how many of those who were asked it holds. Away and undeliverable are not among the asked."""

    total: Decimal
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Change:
    """This week's numbers less what the same people usually report, over those who can be compared."""

    amount: Decimal
    people: int


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One row: a manager's own number and everyone's below, or (`own`) the reader's own direct reports."""

    manager: Person
    totals: Totals
    change: Change | None
    own: bool = False


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """One week of the picture; `total` None where there was no round, or nobody answered."""

    week: Week
    total: Decimal | None
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Correction:
    """What changed in an earlier week since the last report: one person's number from `old` to `new`, and the total of
    that week before and after all that changed in it."""

    person: Person
    week: Week
    old: Decimal | None
    new: Decimal | None
    received: datetime
    entered_by: str
    total_old: Decimal
    total_new: Decimal


@dataclass(frozen=True, slots=True)
class Note:
    """A manager's sentence."""

    author: Person
    text: str
    week: Week


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that stands out: silent_team (manager), above_usual and below_usual (total, low, high), record
    (weeks)."""

    kind: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Summary:
    """One manager's view. `lines` are the manager's own number and the direct reports who manage nobody, `teams` those
    who do; `silent` is everybody below without an answer; `weeks` the twelve weeks up to this one."""

    manager: Person
    week: Week
    totals: Totals
    change: Change | None
    lines: tuple[PersonLine, ...]
    teams: tuple[TeamLine, ...]
    silent: tuple[PersonLine, ...]
    corrections: tuple[Correction, ...]
    weeks: tuple[WeekPoint, ...]
    average: Decimal | None
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Digest:
    """The director's view of the whole. `teams` add up to `totals`; `missing` is by first-level team. `not_asked` were
    to be asked, and their ask has not left."""

    director: Person
    week: Week
    totals: Totals
    change: Change | None
    weeks: tuple[WeekPoint, ...]
    average: Decimal | None
    teams: tuple[TeamLine, ...]
    lines: tuple[PersonLine, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]
    missing: tuple[tuple[Person, tuple[PersonLine, ...]], ...]
    away: tuple[PersonLine, ...]
    undeliverable: tuple[PersonLine, ...]
    not_asked: tuple[PersonLine, ...]
    corrections: tuple[Correction, ...]


def person_line(this: Round, person: Person, before: Sequence[Past], times: Timetable) -> PersonLine:
    """How one person stands in a round. `before` is what is kept of the earlier rounds, newest first, gaps allowed."""
    return _line(this, person, _compared(before, Week.parse(this.week)), times)


def _line(this: Round, person: Person, compared: Sequence[Past | None], times: Timetable) -> PersonLine:
    answer, own = this.answer(person.id), times.people.get(person.id)
    earlier = _numbers(person.id, compared)
    if answer is not None:
        late = own is not None and answer.at > own.deadline
        return PersonLine(
            person,
            "answered_late" if late else "answered",
            answer.number,
            answer.comment,
            recent=earlier,
            unknown_address=answer.unknown_address or "",
            entered_by=enterer(this, answer),
        )
    return replace(_silence(this, person, times), recent=earlier)


def _silence(this: Round, person: Person, times: Timetable) -> PersonLine:
    """Why there is no number of this person, and what else is known of that."""
    own, known = times.people.get(person.id), person.id
    asked = this.first("ask", known)
    line = PersonLine(person, "no_answer")
    if known in this.undeliverable:
        return replace(line, state="undeliverable", reason=this.undeliverable[known].reason)
    if known in this.away:
        return replace(line, state="away", until=this.away[known].until)
    if asked.sent is None and own is not None and own.ask is None:
        absent = own.away == "absence"
        return replace(line, state="away" if absent else "not_asked", until=own.until, reason="" if absent else HOLIDAY)
    reply = this.last_waiting(known)
    if reply is not None:
        state = "unreadable" if reply.outcome == "unclear" else reply.outcome
        return replace(line, state=state, words=reply.words if state == "unreadable" else "")
    if asked.may_have_left:
        return line
    is_over = asked.refused is not None and asked.refused.retry_at is None
    return replace(line, state="not_asked", reason=asked.skipped or (REFUSED if is_over else NOT_YET))


def recent(person: str, before: Sequence[Past], week: Week) -> tuple[Decimal | None, ...]:
    """A person's numbers of the four weeks before, oldest first; None where there was none."""
    return _numbers(person, _compared(before, week))


def _compared(before: Sequence[Past], week: Week) -> tuple[Past | None, ...]:
    """The rounds of the four weeks before, oldest first."""
    by_week = {one.week: one for one in before}
    return tuple(by_week.get(str(week.plus(-back))) for back in range(WEEKS_COMPARED, 0, -1))


def _numbers(person: str, weeks: Sequence[Past | None]) -> tuple[Decimal | None, ...]:
    return tuple([None if one is None else one.numbers.get(person) for one in weeks])


def summary(this: Round, manager: Person, before: Sequence[Past], times: Timetable) -> Summary:
    """A manager's view of a round."""
    seen = _seen_by(this, manager, before, times)
    points = _points(this, before, manager)
    own = {line.person.id for line in seen.own}
    silent = [line for line in seen.without if line.state in _SILENT]
    return Summary(
        manager,
        Week.parse(this.week),
        seen.totals,
        seen.change,
        seen.own,
        seen.teams,
        tuple(sorted(silent, key=lambda line: line.person.id not in own)),
        _news(before, "summary", manager),
        points,
        _average(points),
        tuple(note for note in _notes(this, before, "summary", manager) if _is_of_team(this, note, manager)),
    )


def digest(this: Round, before: Sequence[Past], times: Timetable, order: str = "roster") -> Digest:
    """The director's view of a round. Raises ValueError where the round has no director."""
    director = this.roster.director
    if director is None:
        raise ValueError(f"round {this.week} has no director")
    seen = _seen_by(this, director, before, times)
    points = _points(this, before)
    own = [TeamLine(director, totals(seen.own), change(seen.own), own=True)] if seen.own else []
    teams = [*seen.teams, *own]
    if order == "change":
        teams.sort(key=lambda team: (team.change is None, -(team.change.amount if team.change else 0)))
    return Digest(
        director,
        Week.parse(this.week),
        seen.totals,
        seen.change,
        points,
        _average(points),
        tuple(teams),
        seen.own,
        tuple(_findings(teams, seen.totals, points))[:MOST_FINDINGS],
        tuple(note for note in _notes(this, before, "digest", director) if _is_for_the_director(this, note)),
        tuple(_missing(this, director, seen.without)),
        tuple(line for line in seen.without if line.state == "away"),
        tuple(line for line in seen.without if line.state == "undeliverable"),
        tuple(line for line in seen.without if line.state == "not_asked" and line.reason != HOLIDAY),
        _news(before, "digest", director),
    )


def correction(this: Round, times: Timetable) -> tuple[Correction, ...]:
    """What was recorded after this round's digest had left, for the mail that tells it at once."""
    director = this.roster.director
    if director is None or not plan.late_answers(this):
        return ()
    sent = this.first("digest", director.id).sent
    if sent is None:
        return ()
    told = kept_of(this)
    return tuple(_corrected(told, told.unshown, told.whole.total, sent))


def totals(lines: Iterable[PersonLine]) -> Totals:
    """The sum of these people's numbers and its coverage."""
    counted = list(lines)
    numbers = [line.number for line in counted if line.number is not None]
    asked = sum(line.state not in _UNCOUNTED for line in counted)
    return Totals(sum(numbers, Decimal()), len(numbers), asked)


def change(lines: Iterable[PersonLine]) -> Change | None:
    """This week against each one's own mean, over those who answered now and in at least two of the last four weeks;
    None where there is nobody to compare."""
    return _compare([_parts(lines)])


def _parts(lines: Iterable[PersonLine]) -> tuple[Decimal, int]:
    """How much more these people reported than usually, in twelfths of a number, and of how many that is known: a mean
    of three weeks is no decimal fraction, and a sum of sums has to be the same sum, to the last digit."""
    amount, people = Decimal(), 0
    for line in lines:
        past = [number for number in line.recent if number is not None]
        if line.number is not None and len(past) >= WEEKS_TO_COMPARE:
            amount += line.number * _TWELVE - sum(past, Decimal()) * (_TWELVE // len(past))
            people += 1
    return amount, people


def _compare(parts: Sequence[tuple[Decimal, int]]) -> Change | None:
    people = sum(compared for _, compared in parts)
    return Change(sum((amount for amount, _ in parts), Decimal()) / _TWELVE, people) if people else None


def scope(this: Round, top: Person, before: Sequence[Past], times: Timetable) -> list[PersonLine]:
    """The lines of everybody at and below a person who report a number, in the roster's order. Whoever has left counts
    only with an answer."""
    return _lines(this, [top, *this.roster.below(top.id)], _compared(before, Week.parse(this.week)), times)


def _lines(
    this: Round, people: Iterable[Person], compared: Sequence[Past | None], times: Timetable
) -> list[PersonLine]:
    lines = (_line(this, person, compared, times) for person in people if person.reports_number)
    return [line for line in lines if line.person.id not in this.left or line.state in _ANSWERED]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a manager sees of everybody at and below them: the lines of their `own`, who are they themselves and the
    direct reports who manage nobody, a row for each of the others, and who is `without` an answer."""

    own: tuple[PersonLine, ...]
    teams: tuple[TeamLine, ...]
    without: tuple[PersonLine, ...]
    totals: Totals
    change: Change | None


def _seen_by(this: Round, top: Person, before: Sequence[Past], times: Timetable) -> _Seen:
    """Team by team: of a large firm, the lines of everybody at once would be more than all else that is composed."""
    own: list[PersonLine] = []
    teams: list[TeamLine] = []
    parts: list[tuple[Decimal, int]] = []
    without: list[PersonLine] = []
    compared = _compared(before, Week.parse(this.week))
    for person in (top, *this.roster.reports(top.id)):
        below = [*this.roster.below(person.id)] if person is not top else []
        lines = _lines(this, [person, *below], compared, times)
        without += [line for line in lines if line.state not in _ANSWERED]
        parts.append(_parts(lines))
        if below:
            teams.append(TeamLine(person, totals(lines), _compare(parts[-1:])))
        else:
            own += lines
    sums = [totals(own), *(team.totals for team in teams)]
    return _Seen(
        tuple(own),
        tuple(teams),
        tuple(without),
        Totals(
            sum((one.total for one in sums), Decimal()),
            sum(one.answered for one in sums),
            sum(one.asked for one in sums),
        ),
        _compare(parts),
    )


def _points(this: Round, before: Sequence[Past], manager: Person | None = None) -> tuple[WeekPoint, ...]:
    """Twelve weeks up to this one, oldest first, each with the tree of its own week: of a manager and those below, or
    of everybody."""
    people = this.roster.people if manager is None else (manager, *this.roster.below(manager.id))
    by_week = {one.week: one.whole if manager is None else one.below(manager.id) for one in before}
    by_week[this.week] = summed(this, people)
    weeks = (Week.parse(this.week).plus(-back) for back in range(WEEKS_SHOWN - 1, -1, -1))
    return tuple(WeekPoint(week, *by_week.get(str(week), Sum())) for week in weeks)


def _average(points: Sequence[WeekPoint]) -> Decimal | None:
    earlier = [point.total for point in points[:-1] if point.total is not None]
    return sum(earlier, Decimal()) / len(earlier) if len(earlier) >= WEEKS_FOR_AN_AVERAGE else None


def _missing(
    this: Round, director: Person, without: Sequence[PersonLine]
) -> Iterator[tuple[Person, tuple[PersonLine, ...]]]:
    """Who has not answered, by the director's direct reports; the director's own reps come last."""
    silent = {line.person.id: line for line in without if line.state in _SILENT}
    rest = dict(silent)
    for manager in this.roster.reports(director.id):
        if this.roster.reports(manager.id):
            team = [manager, *this.roster.below(manager.id)]
            lines = tuple(rest.pop(person.id) for person in team if person.id in rest)
            if lines:
                yield manager, lines
    if rest:
        yield director, tuple(rest.values())


def _notes(this: Round, before: Sequence[Past], kind: str, reader: Person) -> Iterator[Note]:
    """This round's notes, and those of earlier ones that came after their own report had left."""
    shown = _last_report(before, kind, reader)
    for one in reversed(before):
        sent = one.reported.get((kind, reader.id))
        for note, author in one.notes:
            if (sent is None or note.at > sent) and (shown is None or note.at > shown):
                yield Note(author, note.text, Week.parse(one.week))
    for note in this.notes:
        if (writer := this.people.get(note.author)) is not None:
            yield Note(writer, note.text, Week.parse(this.week))


def _is_of_team(this: Round, note: Note, manager: Person) -> bool:
    """The late word of a rep of the manager's own."""
    return note.author.reports_to == manager.id and not this.roster.reports(note.author.id)


def _is_for_the_director(this: Round, note: Note) -> bool:
    """Managers write to the director; a rep's late word is for the manager, who may be the director."""
    director = this.roster.director
    return bool(this.roster.reports(note.author.id)) or (director is not None and note.author.reports_to == director.id)


def _last_report(before: Sequence[Past], kind: str, to: Person) -> datetime | None:
    """When the last report of this kind left before this round's; what was known then has been told."""
    return next((sent for one in before if (sent := one.reported.get((kind, to.id))) is not None), None)


def _news(before: Sequence[Past], kind: str, to: Person) -> tuple[Correction, ...]:
    """What changed in earlier rounds since the last report, the newest week first."""
    cutoff = _last_report(before, kind, to)
    if cutoff is None:
        return ()
    return tuple(one for earlier in before for one in _news_of(earlier, kind, to, cutoff))


def _news_of(earlier: Past, kind: str, to: Person, cutoff: datetime) -> Iterator[Correction]:
    if kind == "digest":
        return _corrected(earlier, earlier.unshown, earlier.whole.total, cutoff)
    if to.id not in earlier.teams:
        return iter(())  # led nobody in that week
    team = sorted((one for one in earlier.unshown if to.id in one.above), key=lambda one: one.place)
    return _corrected(earlier, team, earlier.teams[to.id].total, cutoff)


def _corrected(one: Past, people: Sequence[Given], total: Decimal | None, cutoff: datetime) -> Iterator[Correction]:
    """What changed after `cutoff`, of these people. `total` is what all who are in question report."""
    changed: list[tuple[Given, Decimal | None, events.Answered]] = []
    known = new = (total or Decimal()) + sum(
        (given.answers[-1].number for given in people if not given.person.reports_number), Decimal()
    )
    for given in people:
        then, last = [answer for answer in given.answers if answer.at <= cutoff], given.answers[-1]
        old = then[-1].number if then else None
        if old != last.number:
            known += (old or 0) - last.number
            changed.append((given, old, last))
    for given, old, answer in changed:
        yield Correction(
            given.person,
            Week.parse(one.week),
            old,
            answer.number,
            answer.received,
            given.entered_by,
            known,
            new,
        )


def _findings(teams: Sequence[TeamLine], whole: Totals, points: Sequence[WeekPoint]) -> Iterator[Finding]:
    """What stands out, by the rules of docs/figures.md."""
    for team in teams if whole.answered else ():
        if team.totals.asked > 1 and team.totals.answered == 0:
            yield Finding("silent_team", {"manager": team.manager})
    yield from _outside_limits(whole, points[:-1])
    earlier = [point for point in points[:-1] if point.total is not None]
    if len(earlier) >= WEEKS_FOR_A_RECORD and whole.answered and whole.asked:
        best = max(earlier, key=lambda point: point.total or 0)
        covered = whole.answered / whole.asked >= _RECORD_COVERAGE * best.answered / max(best.asked, 1)
        if covered and best.total is not None and whole.total > best.total:
            yield Finding("record", {"weeks": len(earlier)})


def _outside_limits(whole: Totals, earlier: Sequence[WeekPoint]) -> Iterator[Finding]:
    """Is this week's total outside what the usual swing of such counts explains? A u chart over the numbers per
    answer, its limits widened by how much the weeks swing of themselves (D. B. Laney, Improved control charts for
    attributes, Quality Engineering 14(4), 2002)."""
    weeks = [(float(point.total), point.answered) for point in earlier if point.total is not None]
    if len(weeks) < WEEKS_FOR_LIMITS or not whole.answered:
        return
    mean = sum(total for total, _ in weeks) / sum(answered for _, answered in weeks)
    if mean <= 0:
        return
    scores = [(total / answered - mean) / sqrt(mean / answered) for total, answered in weeks]
    swings = [abs(one - other) for one, other in pairwise(scores)]
    widened = max(1.0, sum(swings) / len(swings) / 1.128)  # d2 of moving ranges of two
    expected, reach = mean * whole.answered, _SIGMAS * widened * sqrt(mean * whole.answered)
    facts = {
        "total": whole.total,
        "low": Decimal(max(0, ceil(expected - reach))),
        "high": Decimal(floor(expected + reach)),
    }
    if float(whole.total) > expected + reach:
        yield Finding("above_usual", facts)
    elif float(whole.total) < expected - reach:
        yield Finding("below_usual", facts)
