"""What do common mail clients not support of these HTML files? By the data of caniemail.com, which a package bundles."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def unsupported(pages: Iterable[Path]) -> dict[str, set[str]]:
    """The features that no version of a client renders, each with its clients, such as `gmail.ios`."""
    done = subprocess.run(["node", HERE / "check.mjs", *pages], capture_output=True, text=True, check=True, timeout=300)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return {feature: set(clients) for feature, clients in found.items()}


def wanted() -> None:
    """Skip where it is not installed; fail in CI."""
    if shutil.which("node") and (HERE / "node_modules/caniemail").is_dir():
        return
    reason = "needs node and caniemail (see scripts/install-test-servers)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
