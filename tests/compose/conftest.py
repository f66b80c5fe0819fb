"""A firm's week to compose mails from, and the gallery of `preview`, each language written when it is first wanted."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.compose.company import Told, settings

Tell = Callable[..., Told]
Gallery = Callable[[str], list[Path]]


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """A week of the firm; `people` and sections of the settings as they are wanted."""
    return lambda *args, **sections: Told(settings(tmp_path, *args, **sections))


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Gallery:
    """Every mail in every state, in one language, as HTML files beside which their text and source lie."""

    @cache
    def written(language: str) -> list[Path]:
        folder = tmp_path_factory.mktemp("gallery")
        assert main(["preview", "--out", str(folder), "--language", language]) == 0
        return sorted((folder / language).glob("*.html"))

    return written
