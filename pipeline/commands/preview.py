"""`onenumber preview`: every mail in every language and state, as a gallery to look at in a browser. It sends nothing.

With settings it uses their question, sender, templates and people; without, those of the demo. What people answered is
made up.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from babel import Locale
from jinja2 import Environment, StrictUndefined, TemplateError, TemplateSyntaxError

from pipeline import commands, sample, settings
from pipeline.demo.company import settings_text
from pipeline.demo.opened import opened
from pipeline.faults import SettingsError
from pipeline.progress import progress
from pipeline.settings import Settings
from pipeline.templating import TEMPLATES
from pipeline.words import PSEUDO, languages

_LOOK_AGAIN = 0.3  # seconds
_DARK = "@media (prefers-color-scheme:dark)"
_SCHEMES = {"light": "@media not all", "dark": "@media all"}
"""The page shows a mail in either scheme, whichever the reader's system has; not all browsers let a frame choose."""
_Stamps = dict[Path, int]


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the gallery; `name` is that of its files, in `folder`, without their ending."""

    kind: str
    state: str
    folder: str
    name: str


def run(file: Path | None, *, out: Path, only: Sequence[str], watch: bool) -> int:
    """Write the gallery below `out`, of all languages or of `only` these; 0, or 2 where there is no such language.
    With `watch`, write it again whenever a template or the settings file changes, until it is interrupted. Raises
    SettingsError where a settings file is named and refused."""
    spoken = (*languages(TEMPLATES), *PSEUDO)
    unknown = [language for language in only if language not in spoken]
    if unknown:
        print(f"onenumber: there are no mails in {unknown[0]}; there are {', '.join(spoken)}.", file=sys.stderr)
        return 2
    problem = commands.unwritable(out)
    if problem:
        print(f"onenumber: {problem}", file=sys.stderr)
        return 1
    read = _read(file)
    seen = _stamps(file, read)
    _write(read, only or spoken, out)
    if watch:
        print("Templates are watched; stop with Ctrl-C.", flush=True)
        with suppress(KeyboardInterrupt):
            _watch(file, read, seen, only or spoken, out)
    return 0


def _read(file: Path | None) -> Settings:
    if file is not None:
        return settings.load(file)
    with TemporaryDirectory() as folder:
        at = Path(folder) / "settings.yaml"
        at.write_text(settings_text(25, 143, Path(folder)), encoding="utf-8")
        return settings.load(at, {})


def _watch(file: Path | None, read: Settings, seen: _Stamps, spoken: Sequence[str], out: Path) -> None:
    """What cannot be used is told, and the gallery stays as it was until the next change."""
    while True:
        time.sleep(_LOOK_AGAIN)
        now = _stamps(file, read)
        if now == seen:
            continue
        seen = now
        try:
            read = _read(file)
            _write(read, spoken, out)
        except SettingsError as error:
            print(f"onenumber: {error}", file=sys.stderr)
        except TemplateSyntaxError as error:
            print(f"onenumber: {error.filename}, line {error.lineno}: {error.message}", file=sys.stderr)
        except TemplateError as error:
            print(f"onenumber: a template cannot be used: {error.message}", file=sys.stderr)


def _stamps(file: Path | None, read: Settings) -> _Stamps:
    """When each file that a gallery is made of was last changed."""
    folders = [folder for folder in (TEMPLATES, read.templates_dir) if folder is not None]
    paths = [path for folder in folders for path in folder.rglob("*")] + ([file] if file else [])
    found: _Stamps = {}
    for path in paths:
        with suppress(OSError):  # gone in the meantime
            found[path] = path.stat().st_mtime_ns
    return found


def _write(read: Settings, spoken: Sequence[str], out: Path) -> None:
    shown: dict[str, list[_Row]] = {}
    with progress("languages", len(spoken)) as tell:
        for done, language in enumerate(spoken, 1):
            shown[_named(language)] = list(_written(read, language, out))
            tell(done)
    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True).from_string(
        Path(__file__).with_name("preview.html").read_text(encoding="utf-8")
    )
    rows = [row for every in shown.values() for row in every]
    opening = next(row for row in rows if (row.kind, row.state) == ("digest", "usual"))
    page = template.render(languages=shown, count=len(rows), week=sample.WEEK.number, first=opening)
    (out / "index.html").write_text(page, encoding="utf-8")
    print(f"{len(rows)} mails. Open this in a browser:\n  {(out / 'index.html').absolute().as_uri()}", flush=True)


def _named(language: str) -> str:
    return PSEUDO.get(language) or f"{Locale.parse(language).get_display_name('en')} ({language})"


def _written(read: Settings, language: str, out: Path) -> Iterator[_Row]:
    folder = out / language
    folder.mkdir(parents=True, exist_ok=True)
    for one in sample.mails(read, language):
        name = re.sub(r"\W+", "-", f"{one.kind}-{one.state}").strip("-")
        mail = opened(one.mail.message)
        (folder / f"{name}.html").write_text(mail.html, encoding="utf-8")
        for scheme, always in _SCHEMES.items():
            (folder / scheme).mkdir(exist_ok=True)
            (folder / scheme / f"{name}.html").write_text(mail.html.replace(_DARK, always), encoding="utf-8")
        (folder / f"{name}.txt").write_text(f"{mail.subject}\n\n{mail.text}", encoding="utf-8")
        (folder / f"{name}.eml.txt").write_bytes(one.mail.message)
        yield _Row(one.kind, one.state, language, name)
