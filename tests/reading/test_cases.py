"""Mails as files: beside each `<situation>.eml` lies what `onenumber read --json` says of it. Adding one needs no code."""

import json
from pathlib import Path

import pytest

from pipeline.cli import main

CASES = sorted((Path(__file__).parent.parent / "cases" / "reading").glob("*.eml"))


@pytest.mark.parametrize("mail", CASES, ids=lambda mail: mail.stem)
def test_this_mail_is_read_as_told_beside_it(mail: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(mail), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(mail.with_suffix(".json").read_text(encoding="utf-8"))
