"""The docs are built into a site without a warning, each page can be reached, and nothing in it is fetched from afar."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_FETCHED = re.compile(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"([^\"]*)\"|<link\b[^>]*\bhref=\"([^\"]*)\"")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build = [Path(sys.executable).with_name("sphinx-build"), "--quiet", "--fail-on-warning", "--keep-going"]
    done = subprocess.run(
        [*build, "-c", ROOT / "docs", "-d", folder / "read", ROOT, folder / "built"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder / "built"


def test_every_page_is_in_the_site_and_in_its_navigation(site: Path) -> None:
    front = (site / "docs" / "index.html").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert (site / "docs" / f"{page.stem}.html").exists(), page.name
        assert page.stem == "index" or f'class="reference internal" href="{page.stem}.html"' in front, page.name


def test_the_site_fetches_nothing_from_afar(site: Path) -> None:
    pages = [*site.rglob("*.html")]
    assert len(pages) > 30
    for page in pages:
        for fetched in _FETCHED.findall(page.read_text(encoding="utf-8")):
            assert not re.match(r"https?:|//", "".join(fetched)), f"{page.name}: {fetched}"
    for style in site.rglob("*.css"):
        assert not re.search(r"url\([\"']?(?:https?:|//)|@import", style.read_text(encoding="utf-8")), style.name
