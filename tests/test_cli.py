"""The command line itself: what it costs to ask it for help, and how it names its version."""

import subprocess
import sys
from importlib.metadata import version

import pytest

from pipeline import cli


def test_asking_for_help_loads_nothing_that_only_a_command_needs() -> None:
    """`--help` is what a newcomer types first, and what completion and packagers call over and over."""
    asked = "import sys; from pipeline.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.splitlines()[-1].split())
    assert "pipeline.cli" in loaded
    heavy = {"yaml", "email_validator", "msgspec", "tinydb", "babel", "jinja2", "imapclient", "importlib.metadata"}
    assert loaded & heavy == set()


def test_the_version_is_the_installed_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"onenumber {version('onenumber')}")
