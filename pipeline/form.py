"""A form letter: what all readers are told alike is rendered once, and what is each one's own put into its blanks.

Pure. Which mails are form letters, and what belongs into their blanks, is `compose`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import escape

_MARK = "zq{}qz"
"""Letters and digits alone, which come through quoting, escaping and the inlining of styles as they are."""

_BLANK = re.compile(rf"({_MARK.format('[a-z]+[0-9]*')})")


def blank(name: str, number: int | None = None) -> str:
    """What stands in a form where a reader's own goes. `name` is of letters a-z."""
    return _MARK.format(name if number is None else f"{name}{number}")


class Form:
    """A mail with blanks, as it was rendered: its text, and its HTML with the styles inlined."""

    def __init__(self, subject: str, text: str, html: str) -> None:
        self.subject = subject
        self._text, self._html = _BLANK.split(text), _BLANK.split(html)

    def filled(self, own: Mapping[str, str]) -> tuple[str, str]:
        """Text and HTML with each blank filled in by what it stands for."""
        return _joined(self._text, own), _joined(self._html, {name: _in_html(value) for name, value in own.items()})


def _joined(pieces: list[str], own: Mapping[str, str]) -> str:
    return "".join([own.get(piece, piece) for piece in pieces])


def _in_html(value: str) -> str:
    """As templates and inliner write it: escaped, a space that does not break by its name."""
    return str(escape(value)).replace("\N{NO-BREAK SPACE}", "&nbsp;")
