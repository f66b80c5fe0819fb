"""`onenumber demo`, run as a newcomer would: the whole Friday, and a page of every mail."""

import os
import re
import signal
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """What it printed, and the page it wrote."""
    folder = tmp_path_factory.mktemp("demo")
    program = Path(sys.executable).with_name("onenumber")
    done = subprocess.run(
        [program, "demo", "--fast", "--out", folder / "mails"], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, (folder / "mails/index.html").read_text(encoding="utf-8")


def test_it_plays_a_friday_from_the_first_ask_to_a_late_answer(demo: tuple[str, str]) -> None:
    told, _ = demo
    lines = told.splitlines()
    for line in (
        "Thu 21:00  → Ben Walker       is asked",
        "Fri 13:02  ← Anna Bøgh        taps the 4",
        "Fri 15:00  → Freja Dahl       is nudged",
        "Fri 17:00  → Dorte Holm       gets the digest: 42 new opportunities in week 47 (6 of 8 answered)",
        "Sat 10:12  ← Emil Krogh       answers at last, on Saturday",
    ):
        assert any(one.startswith(line) for one in lines), line


def test_nobody_is_asked_twice_and_nobody_who_answered_is_nudged(demo: tuple[str, str]) -> None:
    told, _ = demo
    asked = re.findall(r"→ (\S.*?)\s+is asked(?: |$)(?!back)", told, re.MULTILINE)
    assert sorted(asked) == sorted(set(asked))
    assert len(asked) == 10
    nudged = set(re.findall(r"→ (\S.*?)\s+is nudged", told))
    assert nudged == {"Freja Dahl", "Emil Krogh", "Sofía Marín"}


def test_the_page_has_every_mail_and_the_digest_open(demo: tuple[str, str]) -> None:
    told, written = demo
    mails = len(re.findall(r"^.{11}[→←]", told, re.MULTILINE))
    assert written.count('class="row"') == mails
    opening = re.search(r'class="report both opening">.*?</section>', written, re.DOTALL)
    assert opening is not None
    assert "42 new opportunities in week 47 (6 of 8 answered)" in unescape(opening[0])
    assert "Emil Krogh, week 46: 4, answered late." in unescape(opening[0])


def test_everybodys_last_number_is_in_a_summary_and_in_the_sum(demo: tuple[str, str]) -> None:
    _, written = demo
    summaries = "".join(re.findall(r'<li class="report both">.*?</li>', written, re.DOTALL))
    last = {
        "Anna Bøgh": 4,
        "Freja Dahl": 7,
        "Oliver Hart": 3,
        "Lukas Brandt": 9,
        "Camille Laurent": 8,
        "Ben Walker": 11,
    }
    for name, number in last.items():
        assert re.search(rf"^{name} +[▁-█·]* +{number}$", summaries, re.MULTILINE), name
    assert sum(last.values()) == 42


def test_it_can_be_stopped_at_any_moment(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("onenumber")
    with subprocess.Popen(
        [program, "demo", "--fast"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "TMPDIR": str(tmp_path)},
        # What runs in the background of a shell has SIGINT ignored, and hands that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509  one thread, one call
    ) as playing:
        assert playing.stdout is not None
        assert any("is asked" in line for line in playing.stdout)
        playing.send_signal(signal.SIGINT)
        _, told = playing.communicate(timeout=30)
    assert playing.returncode == 1
    assert told == "onenumber: stopped; nothing is left behind\n"
    assert list(tmp_path.iterdir()) == []


def test_without_its_servers_it_says_how_to_get_them(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['aiosmtpd'] = None; sys.modules['pymap'] = None; "
        "from pipeline.cli import main; sys.exit(main(['demo', '--fast']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert f"{sys.executable} -m pip install '.[demo]'" in done.stderr
    assert "Traceback" not in done.stderr
