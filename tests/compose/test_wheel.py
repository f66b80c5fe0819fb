"""The templates lie in the wheel: a mail is composed from an installation that knows no repository."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = """
import sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import pipeline.templating as templating
from pipeline.words import languages
templates = Path(templating.__file__).with_name("templates")
assert str(templates).startswith(sys.argv[1]), templates
assert templating.TEMPLATES == templates
assert (templates / "digest" / "body.html").exists()
assert (templates / "report" / "chartist" / "chartist.umd.js").exists()
print(" ".join(languages(templates)))
"""


def test_the_wheel_holds_the_templates(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", tmp_path, ROOT],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    done = subprocess.run(
        [sys.executable, "-P", "-c", COMPOSE, installed], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "da" in done.stdout.split()
