"""`onenumber preview`: every mail in every language and state, as a gallery to look at in a browser. It sends nothing.

With settings it uses their question, sender and templates; without, those of the demo. The people are made up.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from babel import Locale
from jinja2 import Environment, StrictUndefined

from pipeline import compose, sample, settings
from pipeline.demo.company import settings_text
from pipeline.demo.opened import opened
from pipeline.settings import Settings
from pipeline.words import PSEUDO, languages


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the gallery; `name` is the path of its files without their ending."""

    kind: str
    state: str
    name: str


def run(file: Path | None, *, out: Path, only: Sequence[str]) -> int:
    """Write the gallery below `out`, of all languages or of `only` these; 0, or 2 where there is no such language.
    Raises SettingsError where a settings file is named and refused."""
    spoken = (*languages(compose.TEMPLATES), *PSEUDO)
    unknown = [language for language in only if language not in spoken]
    if unknown:
        print(f"onenumber: there are no mails in {unknown[0]}; there are {', '.join(spoken)}.", file=sys.stderr)
        return 2
    if file is not None:
        read = settings.load(file)
    else:
        with TemporaryDirectory() as folder:
            at = Path(folder) / "settings.yaml"
            at.write_text(settings_text(25, 143, Path(folder)), encoding="utf-8")
            read = settings.load(at, {})
    shown = {_named(language): list(_written(read, language, out)) for language in only or spoken}
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(
        Path(__file__).with_name("preview.html").read_text(encoding="utf-8")
    )
    rows = [row for every in shown.values() for row in every]
    opening = next(row.name for row in rows if (row.kind, row.state) == ("digest", "usual"))
    page = template.render(languages=shown, count=len(rows), week=sample.WEEK.number, first=f"{opening}.html")
    (out / "index.html").write_text(page, encoding="utf-8")
    print(f"{len(rows)} mails. Open this in a browser:\n  {(out / 'index.html').absolute().as_uri()}")
    return 0


def _named(language: str) -> str:
    return PSEUDO.get(language) or f"{Locale.parse(language).get_display_name('en')} ({language})"


def _written(read: Settings, language: str, out: Path) -> Iterator[_Row]:
    folder = out / language
    folder.mkdir(parents=True, exist_ok=True)
    for one in sample.mails(read, language):
        name = re.sub(r"\W+", "-", f"{one.kind}-{one.state}").strip("-")
        mail = opened(one.mail.message)
        (folder / f"{name}.html").write_text(mail.html, encoding="utf-8")
        (folder / f"{name}.txt").write_text(f"{mail.subject}\n\n{mail.text}", encoding="utf-8")
        (folder / f"{name}.eml.txt").write_bytes(one.mail.message)
        yield _Row(one.kind, one.state, f"{language}/{name}")
