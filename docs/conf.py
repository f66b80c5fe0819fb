"""How docs/ becomes a site, by Sphinx: `make docs`. What the pages say is theirs; this says how they hang together.

The source is the whole repository, so that a link leads to the same file here and where the code is hosted. The order
of the pages stands once, in the lists of index.md, from which the navigation is made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "One Number"
author = copyright = "The One Number maintainers"
extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["docs/**.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"]
exclude_patterns = ["docs/site"]
myst_heading_anchors = 3  # commands.md#onenumber-run
language = "en"

html_theme = "furo"
html_title = project
html_show_sphinx = False
html_copy_source = False
html_static_path = ["site"]
html_css_files = ["site.css"]
html_permalinks = False
pygments_style, pygments_dark_style = "friendly", "native"

_PAGE = re.compile(r"^- \[([^\]]+)\]\(([^)]+)\.md\)", re.MULTILINE)


def _navigation(_app: Sphinx, page: str, source: list[str]) -> None:
    """Below each list of the index, a table of contents of the pages that it names."""
    if page == "docs/decisions/README":
        source[0] += "\n```{toctree}\n:glob:\n:hidden:\n\n[0-9]*\n```\n"
    if page != root_doc:
        return
    head, *sections = source[0].split("\n## ")
    written = [head]
    for section in sections:
        caption = section.partition("\n")[0]
        pages = "\n".join(f"{called} <{page}>" for called, page in _PAGE.findall(section))
        written.append(f"{section}\n```{{toctree}}\n:caption: {caption}\n:hidden:\n\n{pages}\n```\n")
    source[0] = "\n## ".join(written)


def setup(app: Sphinx) -> None:
    app.connect("source-read", _navigation)
