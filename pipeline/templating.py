"""The templates of the mails: ours, and the operator's before them, one file at a time.

How they are found, set up and filtered, and which of the operator's cannot be read. What they are given is `content`'s
business, and what is done where one of them fails `compose`'s.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from traceback import walk_tb
from types import CodeType

from jinja2 import (
    BaseLoader,
    BytecodeCache,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateSyntaxError,
)
from jinja2.bccache import Bucket
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from pipeline.content import one_line, short

WIDTH = 72
_LONGEST_WORD = 10
_SHORT_LINE = 24  # letters that stand on one line of a heading
_LONGEST_END = 18  # letters of two words that may be kept together
_UNBROKEN = "\N{NO-BREAK SPACE}"
_INSEPARABLE = re.compile(
    r"(?<=[^\W\d]) (?=\d)|(?<=[^\W\d]\.) (?=\d)|(?<=\d\.) (?=\w)|(?<=\d) (?=\w{1,2}\b)|(?<=:\d\d) (?=Uhr\b)"
)
TEMPLATES = next(
    path
    for path in (Path(__file__).with_name("templates"), Path(__file__).parent.parent / "templates")
    if path.is_dir()
)
"""Inside the package where it was installed from a wheel, beside it in the repository."""


class OwnTemplates:
    """The operator's templates before ours, as they are now: what is changed later is for whoever asks anew. One that
    cannot be read or parsed is left out, so that ours stands in for that file alone; `broken` says of each which it is
    and why. What shows only when a mail is made, such as a name that there is not, is `compose`'s to meet."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, tuple[str, str, Callable[[], bool]]] = {}
        self._environments: dict[frozenset[str], Environment] = {}
        self.broken: list[str] = []
        probe = set_up(SandboxedEnvironment, None)
        for path in sorted(one for one in folder.rglob("*") if one.suffix in {".html", ".txt"}):
            try:
                text = path.read_text(encoding="utf-8")
                probe.compile(text, path.relative_to(folder).as_posix(), str(path))
            except TemplateSyntaxError as error:
                self.broken.append(f"{path}, line {error.lineno}: {error.message}")
            except (OSError, UnicodeError, RecursionError) as error:
                self.broken.append(f"{path}: {error}")
            else:
                self._files[path.relative_to(folder).as_posix()] = text, str(path), lambda: True

    def environment(self, without: frozenset[str] = frozenset()) -> Environment:
        """Theirs but for those `without`, whose places ours take. They are sandboxed: a template may not reach beyond
        the mail."""
        if without not in self._environments:
            kept = {name: file for name, file in self._files.items() if name not in without}
            loader = ChoiceLoader([FunctionLoader(kept.get), FileSystemLoader(TEMPLATES)])
            self._environments[without] = set_up(SandboxedEnvironment, loader)
        return self._environments[without]

    def place(self, error: BaseException) -> tuple[str, int] | None:
        """The innermost of their templates in which this happened, by its name in the folder, and the line."""
        names = {path: name for name, (_, path, _) in self._files.items()}
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        return next(((names[path], line) for path, line in reversed(frames) if path in names), None)

    def written(self, name: str) -> str:
        """Where the file of this name lies."""
        return self._files[name][1]


class _Compiled(BytecodeCache):
    """The code of each template as it was compiled last: every language has an environment of its own, and all of them
    the same code."""

    def __init__(self) -> None:
        self._code: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._code.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._code[bucket.key] = bucket.checksum, bucket.code


_COMPILED = {Environment: _Compiled(), SandboxedEnvironment: _Compiled()}  # a sandbox's code is another


def set_up(kind: type[Environment], loader: BaseLoader | None) -> Environment:
    environment = kind(
        loader=loader,
        autoescape=lambda name: bool(name and name.endswith(".html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_COMPILED[kind],
    )
    environment.filters |= {"wrapped": _wrapped, "item": _item, "column": _column, "right": _right}
    environment.filters |= {"together": _together, "commanded": _commanded}
    environment.tests["unbroken"] = _is_unbroken
    return environment


@lru_cache(maxsize=512, typed=True)  # most paragraphs of an ask are everybody's; typed: Markup is no plain text
def _wrapped(text: str, indent: str = "") -> str:
    """A paragraph at 72 columns."""
    return textwrap.fill(one_line(text), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _item(text: str) -> str:
    """One of a list, its further lines below its first word."""
    return textwrap.fill(one_line(text), WIDTH, initial_indent="- ", subsequent_indent="  ")


def _column(text: str, width: int) -> str:
    """A cell that begins at its left; what is too long is cut."""
    return f"{short(str(text), width):<{width}}"


def _together(text: str) -> str:
    """Where no line may end: between `week` and `48`, `6.` and `December`, and before a word that would be
    the only one of the last line. By spaces that do not break, for few clients know of styles for that."""
    bound = _INSEPARABLE.sub(_UNBROKEN, str(text))
    rest, _, last = bound.rpartition(" ")
    before = rest.rpartition(" ")[2]
    is_alone = len(bound) > _SHORT_LINE and len(before) + len(last) < _LONGEST_END
    return f"{rest}{_UNBROKEN}{last}" if is_alone else bound


def _commanded(text: str) -> Markup:
    """HTML in which a command of ours is set apart, in one piece, and can be copied as it stands; numbers stay with
    their words."""
    bound = escape(_INSEPARABLE.sub(_UNBROKEN, text))
    return Markup(re.sub(r"onenumber [a-z-]+", r'<b class="cmd">\g<0></b>', str(bound)))  # noqa: S704  escaped


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
