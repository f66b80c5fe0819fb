"""A firm's week to compose mails from."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.compose.company import Told, settings

Tell = Callable[..., Told]


@pytest.fixture
def tell(tmp_path: Path) -> Tell:
    """A week of the firm; `people` and sections of the settings as they are wanted."""
    return lambda *args, **sections: Told(settings(tmp_path, *args, **sections))
