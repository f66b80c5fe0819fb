"""What a mail says, kind by kind: plain words and figures, worked out once for text and HTML.

The round and the reader's language in, what the templates are given out. What a round adds up to is `figures`'
business, how a language speaks `words`', and which headers a mail carries `compose`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, cast
from urllib.parse import quote

from pipeline import charts, figures
from pipeline.events import Questioned
from pipeline.figures import Change, Correction, Finding, Note, PersonLine, TeamLine, Totals, WeekPoint
from pipeline.mail import MailKey
from pipeline.reading import instruction, languages
from pipeline.roster import Person, bearers
from pipeline.scene import Scene
from pipeline.settings import Settings
from pipeline.timetable import local
from pipeline.weeks import Week
from pipeline.words import Words

ASKING = frozenset({"ask", "nudge", "rehearsal"})
QUESTIONS = ("unclear", "which_week", "confirm", "whose", "warning", "receipt")
"""The kinds of mail that take up a message; they share one template."""

LONGEST_COMMENT = 240  # characters of a person's words that are shown
_LONGEST_WORD = 24  # characters that are left out for its sake where a text is cut
_MOST_NUMBERS = 6  # of a reply that are named back
_MOST_NAMES = 60
_MOST_NOTES = 12
_MOST_CORRECTIONS = 12


def state(line: PersonLine, words: Words) -> str:
    """How a person stands in a round, in words; nothing for whoever answered in time."""
    if line.state == "away":
        return words.say("away until %(date)s", date=words.date(line.until)) if line.until else words.say("away")
    return {
        "answered_late": words.say("answered late"),
        "no_answer": words.say("no answer"),
        "unreadable": words.say("replied, but without one number"),
        "unconfirmed": words.say("waiting for confirmation"),
        "held": words.say("reply set aside: its sender is in doubt"),
        "not_asked": _not_asked(line.reason, words),
        "undeliverable": words.say("mail cannot be delivered"),
    }.get(line.state, "")


def _is_said_above(line: PersonLine) -> bool:
    """Does the heading that their names stand under say all of it?"""
    return line.state == "no_answer" or (line.state == "not_asked" and line.reason != figures.NOT_YET)


def _not_asked(reason: str, words: Words) -> str:
    return {
        figures.HOLIDAY: words.say("not asked: public holidays"),
        figures.NOT_YET: words.say("not asked yet"),
    }.get(reason, words.say("not asked"))


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to tap: what it says, the `mailto:` behind it, and what the reply says that it opens."""

    label: str
    link: str
    reply: str


@dataclass
class Content:
    """What the templates of one mail are given: plain words and numbers, worked out once for text and HTML."""

    settings: Settings
    words: Words
    key: MailKey
    scene: Scene
    person: Person
    link: Callable[[str, str], str]

    def of_kind(self) -> dict[str, Any]:
        kind = self.key.kind
        if kind in ASKING:
            return self.ask()
        if kind in QUESTIONS:
            return self.question(self.scene.round.questions[str(self.key)])
        return {"summary": self.summary, "digest": self.digest, "correction": self.correction}[kind]()

    # What several kinds share.

    @property
    def week(self) -> int:
        return self.key.round.number

    def say(self, message: str, **facts: object) -> str:
        return self.words.say(message, **facts)

    @property
    def thread_subject(self) -> str:
        return self.say("One number for week %(week)s", week=self.week)

    @property
    def has_own_words(self) -> bool:
        """Does the question ask for something else than sales opportunities? Then nothing speaks of them."""
        return bool(self.settings.question.text)

    def sum_of(self, number: Decimal) -> str:
        """`143 new opportunities`, or `143 in total` where the question is the operator's own."""
        if self.has_own_words:
            return self.say("%(number)s in total", number=self.words.number(number))
        return self.words.count("%(number)s new opportunity", "%(number)s new opportunities", number)

    def unit(self, number: Decimal) -> str:
        """What stands below the large number."""
        if self.has_own_words:
            return self.say("in total")
        return self.words.count("new opportunity", "new opportunities", number)

    def coverage(self, totals: Totals) -> str:
        number = self.words.number
        return self.say(
            "%(answered)s of %(asked)s answered", answered=number(totals.answered), asked=number(totals.asked)
        )

    def change(self, change: Change | None) -> str:
        """In words and figures; never the plain difference of two sums of different people."""
        if change is None:
            return ""
        people, amount = change.people, round(change.amount)
        if amount == 0:
            return self.words.count(
                "as many as this person usually reports", "as many as these %(number)s people usually report", people
            )
        told = self.words.number(abs(amount))
        if amount > 0:
            return self.words.count(
                "%(amount)s more than this person usually reports",
                "%(amount)s more than these %(number)s people usually report",
                people,
                amount=told,
            )
        return self.words.count(
            "%(amount)s fewer than this person usually reports",
            "%(amount)s fewer than these %(number)s people usually report",
            people,
            amount=told,
        )

    def buttons(self) -> list[Choice]:
        """0 to 9 as far as the question takes them, then one for all else."""
        question = self.settings.question
        figures_ = [number for number in range(10) if question.minimum <= number <= question.maximum]
        choices = [self.choice(self.words.number(number), str(number)) for number in figures_]
        return [*choices, self.choice(self.say("another number"), "")]

    def choice(self, label: str, reply: str) -> Choice:
        return Choice(label, self.link(self.thread_subject, reply), reply)

    def asked_question(self) -> str:
        texts, language = self.settings.question.text, self.person.language
        own = texts.get(language) or texts.get(self.settings.organisation.language) or next(iter(texts.values()), "")
        return own or self.say("How many new sales opportunities did you create yourself this week?")

    def rep_footer(self) -> list[str]:
        """Who asks and why, who sees the answer, for how long it is kept, and how to be left alone."""
        return [
            self.say(
                "%(organisation)s asks this once a week. Your answer is seen by the managers above you and kept "
                "for %(weeks)s weeks.",
                organisation=self.settings.organisation.name,
                weeks=self.words.number(self.settings.retention_weeks),
            ),
            self.say("On holiday? Reply “holiday” and you are left in peace."),
        ]

    def deadline(self) -> str:
        own = self.scene.times.people.get(self.person.id)
        return self.clock(own.deadline) if own is not None else ""

    def clock(self, at: datetime) -> str:
        """A time on the reader's own clock, with its day where that is not today."""
        today = local(self.scene.at, self.person.timezone).date()
        return self.words.clock(at, self.person.timezone, today)

    def unread(self) -> str:
        since = self.scene.unread_since
        if since is None:
            return ""
        return self.say(
            "Replies could not be read since %(time)s: answers after that are not in here yet.",
            time=self.words.clock(since, self.person.timezone),
        )

    def late(self) -> str:
        return self.say("This mail left later than planned.") if self.scene.late else ""

    # Asks and nudges.

    def ask(self) -> dict[str, Any]:
        return self.told_to_all() | self.told_to_one()

    def told_to_all(self) -> dict[str, Any]:
        """What every rep is told alike who has the same language, in one kind of mail of one round."""
        return {
            "week": self.week,
            "question": self.asked_question(),
            "preheader": self.say("Just reply with the number."),
            "still_missing": self.say("Still missing: your number for week %(week)s.", week=self.week),
            "how": self.say("Reply with a number. A word on what is behind it is welcome, and goes to your manager."),
            "buttons": self.buttons(),
            "footer": self.rep_footer(),
        }

    def told_to_one(self) -> dict[str, Any]:
        """What a rep is told beside that."""
        own = self.scene.times.people.get(self.person.id)
        is_last = own is not None and self.key.number >= len(own.nudges)
        reports_to = self.scene.round.people.get(self.person.reports_to or "")
        to_director = reports_to is not None and reports_to.reports_to is None
        digest = self.scene.times.digest
        leaves = (
            self.say("The digest leaves at %(time)s.", time=self.clock(digest))
            if to_director and digest is not None
            else self.say("The summary leaves at %(time)s.", time=self.deadline())
        )
        past = figures.recent(self.person.id, self.scene.before, self.key.round)
        return {
            "is_last": self.say("This is the last reminder.") if is_last and self.key.kind == "nudge" else "",
            "leaves": leaves,
            "recent": [self._point(number) for number in past] if any(one is not None for one in past) else [],
            "bars": charts.small(past),
        }

    def _point(self, number: Decimal | None) -> str:
        return "–" if number is None else self.words.number(number)

    # Questions back, warnings, receipts.

    def question(self, asked: Questioned) -> dict[str, Any]:
        told = {
            "unclear": self.unclear,
            "which_week": self.which_week,
            "confirm": self.confirm,
            "whose": self.whose,
            "warning": self.warning,
            "receipt": self.receipt,
        }[self.key.kind](asked)
        facts: dict[str, Any] = {"quoted": "", "buttons": [], "choices": [], "lines": [], "title": ""} | told
        facts["replies"] = [choice.reply for choice in facts["choices"]]
        return facts | {"week": self.week, "preheader": facts["lines"][0] if facts["lines"] else facts["title"]}

    def unclear(self, asked: Questioned) -> dict[str, Any]:
        if asked.reason == "help":
            return {
                "title": self.asked_question(),
                "lines": [
                    self.say("Reply with one number; a word on what is behind it is welcome."),
                    self.say(
                        "“off until 12 January” says that you are away, “back” that you are here again, and "
                        "“last 5” corrects last week."
                    ),
                ],
                "buttons": self.buttons(),
            }
        quoted = excerpt(asked.words, LONGEST_COMMENT * 2)
        why = self._why(asked)
        if asked.reason == "name":
            return {"title": self.say("Whom do you mean?"), "lines": [why], "quoted": quoted}
        return {
            "title": self.say("I could not find one number in your reply."),
            "lines": [why] if why else [],
            "quoted": quoted,
            "buttons": self.buttons(),
        }

    def _why(self, asked: Questioned) -> str:
        question, number = self.settings.question, self.words.number
        candidates = [short(one, 40) for one in asked.candidates]
        first = candidates[0] if candidates else ""
        return {
            "several": self.say("It has more than one: %(numbers)s.", numbers=self.words.names(candidates))
            if 1 < len(candidates) <= _MOST_NUMBERS
            else self.say("It has more than one."),
            "bounds": self.say(
                "You wrote %(number)s; the question takes %(low)s to %(high)s.",
                number=first,
                low=number(question.minimum),
                high=number(question.maximum),
            )
            if first
            else self.say(
                "The question takes %(low)s to %(high)s.", low=number(question.minimum), high=number(question.maximum)
            ),
            "decimals": self.say("The question takes whole numbers only."),
            "question": self.say("It seems to be a question. Your manager can help; I can only read numbers."),
            "empty": self.say("Nothing was written above the quoted mail."),
            "name": self.say("I could not tell who %(names)s is in your team.", names=self.words.names(candidates))
            if candidates
            else self.say("I could not tell who that is in your team."),
        }.get(asked.reason, "")

    def which_week(self, asked: Questioned) -> dict[str, Any]:
        number, older = self._number(asked), Week.parse(asked.other_week).number
        return {
            "title": self.say(
                "Is %(number)s for week %(newer)s or week %(older)s?", number=number, newer=self.week, older=older
            ),
            "lines": [
                self.say(
                    "You replied to the mail of week %(older)s, and week %(newer)s is open.",
                    older=older,
                    newer=self.week,
                )
            ],
            "choices": [
                self.choice(self.say("Week %(week)s", week=self.week), f"{asked.number}"),
                self.choice(self.say("Week %(week)s", week=older), "ok"),
            ],
        }

    def confirm(self, asked: Questioned) -> dict[str, Any]:
        if asked.reason == "away" or asked.number is None:
            title = self.say("Is it you who is away?")
        else:
            title = self.say("Is %(number)s your number?", number=self._number(asked))
            if asked.other_week:
                title += f" ({self.say('Week %(week)s', week=Week.parse(asked.other_week).number)})"
        return {
            "title": title,
            "lines": [
                self.say(
                    "A message with your address came in, and nothing proves that you wrote it. It is not counted "
                    "yet. Reply “ok” to this mail and it is."
                )
            ],
            "choices": [self.choice("ok", "ok")],
        }

    def whose(self, asked: Questioned) -> dict[str, Any]:
        other = self.scene.round.people.get(asked.other_address)
        name = other.name if other is not None else self.say("somebody else")
        if asked.number is None:
            return {
                "title": self.say("You replied to a mail for %(name)s.", name=name),
                "lines": [self.say("If you meant your own number, reply with it to this mail.")],
            }
        number = self._number(asked)
        return {
            "title": self.say("Whose number is %(number)s?", number=number),
            "lines": [
                self.say("You replied to a mail for %(name)s. Nothing is counted yet.", name=name),
            ],
            "choices": [
                self.choice(self.say("My own"), f"{asked.number}"),
                self.choice(name, "ok"),
            ],
        }

    def warning(self, asked: Questioned) -> dict[str, Any]:
        word = self.say("not me")
        return {
            "title": self.say(
                "An answer (%(number)s) was recorded for you from another address.", number=self._number(asked)
            ),
            "quoted": asked.other_address,
            "lines": [
                self.say(
                    "Not you? Reply “%(word)s” and it is withdrawn. If it was you, there is nothing to do.", word=word
                )
            ],
            "choices": [self.choice(word, word)],
        }

    def receipt(self, asked: Questioned) -> dict[str, Any]:
        title, line = {
            "answer": (
                self.say("Noted: %(number)s.", number=self._number(asked)),
                self.say("Wrong? Reply again, the last one counts."),
            ),
            "note_now": (self.say("Your note goes into the director’s digest."), ""),
            "note_next": (self.say("The digest has left; your note goes into the next one."), ""),
            "withdrawn": (
                self.say("The answer is withdrawn."),
                self.say("If you have a number for this week, reply with it."),
            ),
            "away": (self.say("Noted: you are away."), self.say("Back again? Reply “back”, or just with a number.")),
            "back": (self.say("Noted: you are back."), ""),
        }[asked.reason]
        quoted = excerpt(asked.words, LONGEST_COMMENT * 2) if asked.reason.startswith("note") else ""
        return {"title": title, "lines": [line] if line else [], "quoted": quoted}

    def _number(self, asked: Questioned) -> str:
        return "" if asked.number is None else self.words.number(asked.number)

    # Summary, digest, correction.

    def report(
        self, totals: Totals, change: Change | None, points: Sequence[WeekPoint], average: Decimal | None
    ) -> dict[str, Any]:
        """What the manager's and the director's view share."""
        number = self.words.number
        return {
            "week": self.week,
            "total": number(totals.total) if totals.answered else "–",
            "unit": self.unit(totals.total) if totals.answered else self.say("no numbers yet"),
            "sum": self.sum_of(totals.total),
            "has_answers": totals.answered > 0,
            "coverage": self.coverage(totals),
            "change": begun(self.change(change)),
            "late": self.late(),
            "unread": self.unread(),
            "picture": charts.picture(points, average),
            "picture_words": self._picture_words(points),
            "picture_text": self._picture_text(points),
            "has_picture": any(point.total is not None for point in points[:-1]),
            "average": self.say("average %(number)s", number=number(self.words.rounded(average)))
            if average is not None
            else "",
            "number": number,
            "signed": self.words.signed,
        }

    def _picture_words(self, points: Sequence[WeekPoint]) -> str:
        rows = (
            self.say("week %(week)s: %(number)s", week=point.week.number, number=self._point(point.total))
            for point in points
        )
        return ", ".join(rows)

    def _picture_text(self, points: Sequence[WeekPoint]) -> list[tuple[str, str, str]]:
        """Each week's name, figure and bar, for the text part."""
        drawn = charts.lines([point.total for point in points])
        return [
            (self.say("Week %(week)s", week=point.week.number), self._point(point.total), line)
            for point, line in zip(points, drawn, strict=True)
        ]

    def summary(self) -> dict[str, Any]:
        view = figures.summary(self.scene.round, self.person, self.scene.before, self.scene.times)
        digest = self.scene.times.digest
        return self.report(view.totals, view.change, view.weeks, view.average) | {
            "preheader": begun(self.change(view.change)) or self.coverage(view.totals),
            "lines": self.lines(view.lines, view.silent[:_MOST_NAMES]),
            "teams": [self.team(team) for team in view.teams],
            "silent": [self.silent(line) for line in view.silent[:_MOST_NAMES]],
            "silent_more": max(0, len(view.silent) - _MOST_NAMES),
            "silent_title": self.words.count(
                "%(number)s has not answered", "%(number)s have not answered", len(view.silent)
            ),
            "news": self.news(view.corrections),
            "notes": self.notes(view.notes),
            "digest_leaves": self.say("The digest leaves at %(time)s.", time=self.clock(digest))
            if digest is not None and digest > self.scene.at
            else "",
            "how": [
                self.say("Reply to this mail with a sentence and it goes into the director’s digest."),
                *(
                    self.say(
                        "“%(name)s 4” or “%(name)s off” in a reply settles it for somebody of your team.", name=name
                    )
                    for name in self.example(
                        (*view.silent, *view.lines), [*self.scene.round.roster.below(self.person.id)]
                    )
                ),
            ],
        }

    def digest(self) -> dict[str, Any]:
        order = self.settings.digest.order
        view = figures.digest(self.scene.round, self.scene.before, self.scene.times, order)
        spoken = self.spoken(view.totals, view.change)
        by_name = self.settings.digest.missing == "names"
        named = [line for _, lines in view.missing for line in lines[:_MOST_NAMES]] if by_name else []
        return self.report(view.totals, view.change, view.weeks, view.average) | {
            "preheader": begun(self.change(view.change)) or (self.sentence(view.findings[0]) if view.findings else ""),
            "spoken": spoken,
            "teams": [] if all(team.own for team in view.teams) else [self.team(team) for team in view.teams],
            "lines": self.lines(view.lines, named),
            "findings": [self.sentence(finding) for finding in view.findings],
            "notes": self.notes(view.notes),
            "notes_more": max(0, len(view.notes) - _MOST_NOTES),
            "missing": self.missing(view.missing),
            "away": [self._away(line) for line in view.away[:_MOST_NAMES]],
            "undeliverable": [line.person.name for line in view.undeliverable[:_MOST_NAMES]],
            "not_asked": self._names(view.not_asked, counts_only=not by_name) if view.not_asked else "",
            "news": self.news(view.corrections),
            "how": [
                self.say("Reply “%(name)s 4” or “%(name)s off” to settle a number of your own reports.", name=name)
                for name in self.example(view.lines, [*self.scene.round.roster.reports(self.person.id)])
            ],
        }

    def correction(self) -> dict[str, Any]:
        found = figures.correction(self.scene.round, self.scene.times)
        view = figures.digest(self.scene.round, self.scene.before, self.scene.times, self.settings.digest.order)
        return self.report(view.totals, view.change, view.weeks, view.average) | {
            "preheader": self.coverage(view.totals),
            "news": self.news(found),
        }

    def spoken(self, totals: Totals, change: Change | None) -> list[str]:
        """Two sentences that make sense read aloud."""
        if not totals.answered:
            return [
                self.say("Nobody has answered yet for week %(week)s.", week=self.week),
                self.words.count("%(number)s person was asked.", "%(number)s people were asked.", totals.asked),
            ]
        first = self.say("%(sum)s in week %(week)s.", sum=self.sum_of(totals.total), week=self.week)
        compared = self.change(change)
        second = f"{self.coverage(totals)}, {compared}." if compared else f"{self.coverage(totals)}."
        return [first, second]

    def sentence(self, finding: Finding) -> str:
        """One finding in words; docs/figures.md holds the rules."""
        number, facts = self.words.number, finding.facts
        if finding.kind == "silent_team":
            manager = cast("Person", facts["manager"])
            if manager.id == self.person.id:
                return self.say("None of your own reports has answered.")
            return self.say("Nobody in %(name)s’s team has answered.", name=manager.name)
        if finding.kind == "record":
            return self.say("The highest number in %(weeks)s weeks.", weeks=facts["weeks"])
        low, high = (Decimal(str(facts[name])) for name in ("low", "high"))
        if finding.kind == "above_usual":
            return self.say(
                "More than the usual swing explains: with as many answers, %(low)s to %(high)s would be usual.",
                low=number(low),
                high=number(high),
            )
        return self.say(
            "Less than the usual swing explains: with as many answers, %(low)s to %(high)s would be usual.",
            low=number(low),
            high=number(high),
        )

    def example(self, lines: Sequence[PersonLine], team: Sequence[Person]) -> list[str]:
        """A name to show how a number is entered for somebody: of one who is missing if there is one, as short as the
        team has but one of it; none where no name of theirs would be read."""
        tables = languages.chosen((self.person.language, self.settings.organisation.language, "en"))
        people = [line.person for line in sorted(lines, key=lambda line: line.number is not None)]
        names = (
            (person, " ".join(person.name.split()[:words]))
            for person in people
            if person in team
            for words in (1, 2, 3)
        )
        fit = (name for person, name in names if bearers(name, team) == [person] and instruction.names(name, tables))
        return list(islice(fit, 1))

    def lines(self, lines: Sequence[PersonLine], named: Sequence[PersonLine]) -> list[dict[str, Any]]:
        """A row for each person; none where all of them are named as silent elsewhere in the mail, and nothing else."""
        return [] if all(line in named for line in lines) else [self.line(line) for line in lines]

    def line(self, line: PersonLine) -> dict[str, Any]:
        """One person's row; its bars are the weeks before and this one."""
        weeks = [*line.recent, line.number] if any(one is not None for one in line.recent) else []
        return {
            "name": line.person.name,
            "number": "" if line.number is None else self.words.number(line.number),
            "state": "" if line.state == "answered" else self.state(line),
            "comment": excerpt(line.comment, LONGEST_COMMENT),
            "words": excerpt(line.words, LONGEST_COMMENT),
            "flag": self.say("from an unknown address: %(address)s", address=line.unknown_address)
            if line.unknown_address
            else "",
            "entered": self.say("entered by %(name)s", name=line.entered_by) if line.entered_by else "",
            "bars": charts.small(weeks),
            "bars_words": ", ".join(self._point(number) for number in weeks),
            "spark": charts.spark(weeks),
        }

    def state(self, line: PersonLine) -> str:
        return state(line, self.words)

    def silent(self, line: PersonLine) -> dict[str, Any]:
        subject = quote(self.thread_subject, safe="")
        return {
            "name": line.person.name,
            "state": "" if line.state == "no_answer" else self.state(line),
            "words": excerpt(line.words, LONGEST_COMMENT),
            "link": f"mailto:{quote(line.person.email, safe='@')}?subject={subject}",
        }

    def team(self, team: TeamLine) -> dict[str, Any]:
        totals = team.totals
        return {
            "name": self.say("Own reports") if team.own else team.manager.name,
            "number": self.words.number(totals.total) if totals.answered else "–",
            "answered": f"{self.words.number(totals.answered)}/{self.words.number(totals.asked)}",
            "change": "" if team.change is None else self.words.signed(team.change.amount),
        }

    def notes(self, notes: Sequence[Note]) -> list[dict[str, str]]:
        return [
            {"author": note.author.name, "text": excerpt(note.text, 2 * LONGEST_COMMENT)}
            for note in notes[:_MOST_NOTES]
        ]

    def missing(self, teams: Sequence[tuple[Person, tuple[PersonLine, ...]]]) -> list[dict[str, Any]]:
        """Who has not answered, by team: names, or counts where the settings or the length say so."""
        counts_only = self.settings.digest.missing == "counts"
        return [
            {
                "team": self.say("Own reports") if manager.id == self.person.id else manager.name,
                "names": self._names(lines, counts_only=counts_only),
            }
            for manager, lines in teams
        ]

    def _names(self, lines: Sequence[PersonLine], *, counts_only: bool) -> str:
        if counts_only:
            return self.words.number(len(lines))
        shown = [
            line.person.name if _is_said_above(line) else f"{line.person.name} ({self.state(line)})"
            for line in lines[:_MOST_NAMES]
        ]
        more = len(lines) - len(shown)
        if more:
            shown.append(self.words.count("%(number)s more", "%(number)s more", more))
        return ", ".join(shown)

    def _away(self, line: PersonLine) -> str:
        if line.until is None:
            return line.person.name
        return self.say("%(name)s until %(date)s", name=line.person.name, date=self.words.date(line.until))

    def news(self, corrections: Sequence[Correction]) -> list[str]:
        """What changed since the last report, and its effect on the total of that week."""
        told = [self._changed(one) for one in corrections[:_MOST_CORRECTIONS]]
        more = len(corrections) - len(told)
        if more:
            told.append(self.words.count("%(number)s more change", "%(number)s more changes", more))
        effects = {one.week: (one.total_old, one.total_new) for one in corrections}
        number = self.words.number
        for week, (old, new) in ((week, totals) for week, totals in effects.items() if totals[0] != totals[1]):
            told.append(
                self.say(
                    "Week %(week)s is now %(new)s instead of %(old)s.",
                    week=week.number,
                    new=number(new),
                    old=number(old),
                )
            )
        return told

    def _changed(self, one: Correction) -> str:
        number, name, week = self.words.number, one.person.name, one.week.number
        if one.new is None:
            return self.say("%(name)s, week %(week)s: withdrawn.", name=name, week=week)
        if one.old is None:
            return self.say(
                "%(name)s, week %(week)s: %(new)s, answered late.", name=name, week=week, new=number(one.new)
            )
        return self.say(
            "%(name)s, week %(week)s: %(new)s instead of %(old)s.",
            name=name,
            week=week,
            new=number(one.new),
            old=number(one.old),
        )


def short(text: str, most: int) -> str:
    """A person's words on one line, cut where they grow too long."""
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def excerpt(text: str, most: int) -> str:
    """The same, cut between two words where one ends near enough."""
    shown = short(text, most)
    if shown == one_line(text):
        return shown
    whole, _, rest = shown.rpartition(" ")
    return f"{whole.rstrip(' ,;:–-')}…" if whole and len(rest) < _LONGEST_WORD else shown


def begun(text: str) -> str:
    """With a capital, where what else stands in a sentence has a line of its own."""
    return text[:1].upper() + text[1:]


def one_line(text: str) -> str:
    """No line ends, and one space between words; those that no line may break at stay, such as stand in numbers."""
    return re.sub(r"[^\S\u00a0\u202f]+", " ", str(text)).strip()
