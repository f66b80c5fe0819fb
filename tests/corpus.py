"""Where the corpus of real mails lies. It is read there at test time and never copied."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parent.parent.parent / "shared" / "corpus"


def files(folder: str) -> list[Path]:
    """The files of one folder of the corpus; empty where there is no corpus, which in CI is a failure."""
    root = Path(os.environ.get("ONENUMBER_CORPUS", _BESIDE))
    found = sorted((root / folder).glob("*.txt"))
    if not found and os.environ.get("CI"):
        pytest.fail(f"the corpus is missing: {root / folder}")
    return found


def each(folder: str) -> list[object]:
    """Parameters for one test a file; one that says why it did not run, where there is no corpus."""
    absent = pytest.param(None, marks=pytest.mark.skip(reason="the corpus of real mails is not here"))
    return [pytest.param(path, id=path.stem) for path in files(folder)] or [absent]
