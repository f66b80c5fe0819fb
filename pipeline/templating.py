"""The templates of the mails: ours, and the operator's before them, one file at a time.

How they are found, set up and filtered, and which of the operator's cannot be read. What they are given is `content`'s
business, and what is done where one of them fails `compose`'s.
"""

from __future__ import annotations

import logging
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
)
from jinja2.sandbox import SandboxedEnvironment

from pipeline.content import one_line, short
from pipeline.settings import Settings

log = logging.getLogger("onenumber")

WIDTH = 72
_LONGEST_WORD = 10
TEMPLATES = next(
    path
    for path in (Path(__file__).with_name("templates"), Path(__file__).parent.parent / "templates")
    if path.is_dir()
)
"""Inside the package where it was installed from a wheel, beside it in the repository."""


def broken_templates(settings: Settings) -> Iterator[str]:
    """The operator's templates that cannot be read, each with its line and what is wrong; ours are used instead. What
    shows only when a mail is made, such as a name that there is not, is `sample.broken_mails`' to find."""
    folder = settings.templates_dir
    if folder is None:
        return
    environment = with_own(folder)
    for path in sorted(one for one in folder.rglob("*") if one.suffix in {".html", ".txt"}):
        try:
            environment.get_template(path.relative_to(folder).as_posix())
        except TemplateSyntaxError as error:
            yield f"{error.filename}, line {error.lineno}: {error.message}"
        except (TemplateError, UnicodeError, OSError) as error:
            yield f"{path}: {error}"


def with_own(folder: Path) -> Environment:
    """The operator's templates before ours. They are sandboxed: a template may not reach beyond the mail."""
    return set_up(SandboxedEnvironment, FileSystemLoader([folder, TEMPLATES]))


def as_of_now(folder: Path) -> Environment:
    """The same, with the operator's templates as they are now: what is changed later is for whoever asks anew."""
    kept: dict[str, tuple[str, str, Callable[[], bool]]] = {}
    for path in folder.rglob("*"):
        if path.suffix in {".html", ".txt"}:
            try:
                kept[path.relative_to(folder).as_posix()] = path.read_text(encoding="utf-8"), str(path), lambda: True
            except (OSError, UnicodeError) as error:
                log.error("an own template cannot be read, ours is used file=%s reason=%r", path, str(error))
    return set_up(SandboxedEnvironment, ChoiceLoader([FunctionLoader(kept.get), FileSystemLoader(TEMPLATES)]))


def set_up(kind: type[Environment], loader: BaseLoader | None) -> Environment:
    environment = kind(
        loader=loader,
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters |= {"wrapped": _wrapped, "item": _item, "column": _column, "right": _right}
    environment.tests["unbroken"] = _is_unbroken
    return environment


def _wrapped(text: str, indent: str = "") -> str:
    """A paragraph at 72 columns."""
    return textwrap.fill(one_line(text), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _item(text: str) -> str:
    """One of a list, its further lines below its first word."""
    return textwrap.fill(one_line(text), WIDTH, initial_indent="- ", subsequent_indent="  ")


def _column(text: str, width: int) -> str:
    """A cell that begins at its left; what is too long is cut."""
    return f"{short(str(text), width):<{width}}"


def _right(text: str, width: int) -> str:
    """A cell that ends at its right."""
    return f"{text!s:>{width}}"


def _is_unbroken(texts: Sequence[str]) -> bool:
    """Does a word stand in them that may be wider than its column? Breaking words wherever it is allowed would break
    shorter ones too, for then a column may be as narrow as a letter."""
    return any(len(word) > _LONGEST_WORD for text in texts for word in re.split(r"[\s-]+", text))


def tidy(text: str) -> str:
    """Never more than one empty line, and none at the ends."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [line for number, line in enumerate(lines) if line or (number and lines[number - 1])]
    return "\n".join(kept).strip("\n") + "\n"
