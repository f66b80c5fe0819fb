"""`onenumber read`: what an operator sees who asks why a reply was not taken."""

import io
import json
import sys
from pathlib import Path

import pytest

from pipeline.cli import main

REPLY = b"From: anna@x.dk\nSubject: Re: One number\n\n7 - two of them at Novo\n\nOn Fri One Number wrote:\n> 3 4 5\n"


def test_a_file_is_read_and_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reply.eml"
    file.write_bytes(REPLY)
    assert main(["read", str(file)]) == 0
    assert capsys.readouterr().out == (
        "outcome   answer\nnumber    7\ncomment   two of them at Novo\n"
        "evidence  the only number, typed above the quotation\ncut by    attribution\n\n"
        "| 7 - two of them at Novo\n- On Fri One Number wrote:\n- > 3 4 5\n"
    )


def test_standard_input_is_read_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(REPLY)))
    assert main(["read", "-", "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert (read["outcome"], read["number"], read["comment"]) == ("answer", 7, "two of them at Novo")
    assert read["effects"] == [{"kind": "answer", "number": 7, "text": "two of them at Novo"}]
    assert read["evidence"] == "the only number, typed above the quotation"


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "/nowhere/reply.eml"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "/nowhere/reply.eml: cannot be read (No such file or directory)" in said.err


def test_an_unclear_reply_says_what_it_could_have_been(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reply.eml"
    file.write_bytes(b"From: anna@x.dk\nSubject: Re: One number\n\n3 or 4\n")
    assert main(["read", str(file)]) == 0
    assert "unclear" in (out := capsys.readouterr().out)
    assert "3, 4" in out


def test_each_line_is_marked_as_kept_or_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reply.eml"
    page = "<div>7\x1b[31m new</div><blockquote type='cite'><div>3 4 5</div></blockquote>"
    file.write_text(f"From: a@x.dk\nContent-Type: text/html; charset=utf-8\n\n{page}\n")
    assert main(["read", str(file)]) == 0
    out = capsys.readouterr().out
    assert "cut by    quotation sign" in out
    assert [line for line in out.splitlines() if line[:2] in {"| ", "- "}] == ["| 7[31m new", "- > 3 4 5"]


def test_the_roster_tells_the_languages_where_there_are_settings(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["read", "reply.eml", "--settings", "settings.yaml", "--language", "da"])
    assert ended.value.code == 2
    assert "not allowed with" in capsys.readouterr().err
