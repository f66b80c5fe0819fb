"""What the crash tests need beside the mail servers."""

import os
import shutil

import pytest


@pytest.fixture
def strace() -> None:
    """The tracer that kills. Where it is missing, CI fails and others are told."""
    if shutil.which("strace") is None:
        reason = "strace is not installed (see scripts/install-test-servers)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
