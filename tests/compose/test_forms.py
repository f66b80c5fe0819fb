"""An ask or nudge that was filled into a form is, byte for byte, the one that would have been rendered by itself."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from pipeline import sample, words
from pipeline.compose import Composer
from pipeline.form import Form, blank
from pipeline.mail import MailKey
from pipeline.roster import Roster
from pipeline.sample import WEEK, Weeks
from pipeline.scene import Composed
from pipeline.settings import Settings
from pipeline.templating import TEMPLATES
from tests.compose import company

LANGUAGES = (*words.languages(TEMPLATES), *words.PSEUDO)
ZONES = ("Europe/Copenhagen", "America/New_York", "Asia/Kolkata")


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two reps and a manager of each language, reps of the director's own among them, over three zones."""
    settings = company.settings(
        tmp_path_factory.mktemp("firm"), question={"text": {"da": "Hvor mange besøg & møder?"}, "maximum": 99_999}
    )
    people = sample.firm(len(LANGUAGES), 2 * len(LANGUAGES), "en", own=4).people
    spoken = (
        msgspec.structs.replace(
            one, language=LANGUAGES[place % len(LANGUAGES)], timezone=ZONES[place // len(LANGUAGES) % len(ZONES)]
        )
        for place, one in enumerate(people)
    )
    return replace(settings, roster=Roster(tuple(spoken)))


def asks_and_nudges(settings: Settings) -> Iterator[Composed]:
    """Of everybody, with three histories: none, one in which not all answered, and large numbers."""
    composer = Composer(settings)
    for most, past in ((11, 0), (11, 3), (99_999, 11)):
        weeks = Weeks(settings, composer, most=most, closed=frozenset({2})).opened()
        before = weeks.before(past)
        for rep in settings.roster.reps:
            for kind, number in (("ask", 0), ("nudge", 1), ("nudge", 2), ("rehearsal", 0)):
                yield weeks.mail(MailKey(WEEK, kind, rep.id, number), before)


def test_a_form_filled_in_is_the_mail_that_is_rendered_for_one_person(everywhere: Settings, tmp_path: Path) -> None:
    # Nobody knows what the operator's templates do, so theirs are rendered for each mail; these are ours again.
    shutil.copytree(TEMPLATES, tmp_path / "own", ignore=shutil.ignore_patterns("locale", "report"))
    own = replace(everywhere, templates_dir=tmp_path / "own")
    assert list(asks_and_nudges(everywhere)) == list(asks_and_nudges(own))


def test_what_is_filled_in_is_text_and_no_html() -> None:
    form = Form("One number", f"{blank('number', 0)}.\n", f"<p>{blank('number', 0)}</p>")
    assert form.filled({blank("number", 0): "<b>1\N{NO-BREAK SPACE}&"}) == (
        "<b>1\N{NO-BREAK SPACE}&.\n",
        "<p>&lt;b&gt;1&nbsp;&amp;</p>",
    )
