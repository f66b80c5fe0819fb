"""The operator's own templates: one file at a time, in a sandbox, and never the reason that a mail does not leave."""

from pathlib import Path

import pytest

from pipeline.compose import Composer
from pipeline.demo.opened import opened
from pipeline.sample import broken_mails
from tests.compose.company import Told
from tests.compose.conftest import Tell

ESCAPES = (
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ words.say.__globals__ }}",
    "{{ words.__init__.__globals__['__builtins__'] }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__ }}",
    "{{ self._TemplateReference__context.environment.loader }}{{ self.__init__.__globals__ }}",
    "{{ (words.say | attr('__globals__')) }}",
    "{{ '%(a)s' | format(a=words.say.__func__) }}{{ words.say.__func__.__code__ }}",
    "{{ '{0.__class__.__init__.__globals__}'.format(words) }}",
    "{% include '../../settings.yaml' %}",
    "{% include '/etc/passwd' %}",
    "{% set _ = words.__dict__.update(language='xx') %}",
    "{{ settings.organisation.secret.reveal() }}",
    "{% for _ in range(1000000000) %}x{% endfor %}",
    "{% include 'ask/body.txt' %}",
    "{{ 1 / 0 }}",
    "{{ question.nothing.of.it }}",
)


def own(tell: Tell, folder: Path, files: dict[str, str]) -> Told:
    for name, text in files.items():
        file = folder / "own" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return tell(templates_dir=str(folder / "own")).asked()


def test_one_file_is_theirs_and_all_others_stay_ours(tell: Tell, tmp_path: Path) -> None:
    ours = tell().asked().mail("ask", "anna")
    theirs = own(tell, tmp_path, {"ask/subject.txt": "Numbers, please: {{ week }}"}).mail("ask", "anna")
    assert (ours.subject, theirs.subject) == ("One number for week 48", "Numbers, please: 48")
    assert theirs.text == ours.text
    assert theirs.html == ours.html.replace("<title>One number for week 48", "<title>Numbers, please: 48")


def test_a_base_of_their_own_dresses_every_mail(tell: Tell, tmp_path: Path) -> None:
    base = "<html><style>h1{color:#900}</style><body>{% block content %}{% endblock %}{{ token }}</body></html>"
    told = own(tell, tmp_path, {"base.html": base}).answered("anna", 7)
    for kind, who in (("ask", "anna"), ("summary", "mette"), ("digest", "jens")):
        assert '<h1 style="color:#900' in told.mail(kind, who).html.replace('class="head" ', "")


@pytest.mark.parametrize("escape", ESCAPES)
def test_a_template_that_reaches_beyond_the_mail_is_not_used(
    tell: Tell, tmp_path: Path, escape: str, caplog: pytest.LogCaptureFixture
) -> None:
    told = own(tell, tmp_path, {"ask/body.txt": f"{{{{ question }}}}\n{escape}\n"})
    mail = told.mail("ask", "anna")
    assert "Reply with a number." in mail.text
    assert mail.text == tell().asked().mail("ask", "anna").text
    assert "the own template failed, ours is used kind=ask" in caplog.text


def test_what_people_write_is_text_in_a_template_of_theirs_too(tell: Tell, tmp_path: Path) -> None:
    page = "{% for line in lines %}<p>{{ line.comment }}</p>{% endfor %}"
    told = own(tell, tmp_path, {"summary/body.html": page}).answered("anna", 7, "<b>{{ 7 * 7 }}</b> {% raw %}")
    assert "&lt;b&gt;{{ 7 * 7 }}&lt;/b&gt; {% raw %}" in told.mail("summary", "mette").html


def test_a_subject_of_theirs_cannot_add_a_header(tell: Tell, tmp_path: Path) -> None:
    told = own(tell, tmp_path, {"ask/subject.txt": "One\r\nBcc: all@firm.test\r\n\r\nnumber"})
    assert told.mail("ask", "anna").subject == "One Bcc: all@firm.test number"


@pytest.mark.parametrize(
    ("file", "text", "fault"),
    [
        ("ask/subject.txt", "\n{% if %}", "own/ask/subject.txt, line 2: Expected an expression"),
        ("ask/subject.txt", "\n\n{{ nobody.knows }}", "own/ask/subject.txt, line 3: 'nobody' is undefined"),
        ("digest/body.txt", "{{ teams[99].name }}", "own/digest/body.txt, line 1: "),
        ("correction/body.html", "{{ 1 / 0 }}", "own/correction/body.html, line 1: division by zero"),
        ("question/body.html", "{{ title.__class__ }}", "own/question/body.html, line 1: access to attribute"),
        (
            "parts.html",
            "{% macro numbers(buttons) %}{{ x.y }}{% endmacro %}",
            "own/parts.html, line 1: 'x' is undefined",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_file_and_line(
    tell: Tell, tmp_path: Path, file: str, text: str, fault: str
) -> None:
    told = own(tell, tmp_path, {file: text})
    faults = list(broken_mails(told.settings))
    assert any(fault in one for one in faults), faults
    assert len(faults) == len(set(faults))


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param("{% if %}", id="cannot be parsed"),
        pytest.param("{{ week | no_such_filter }}", id="names a filter that there is not"),
        pytest.param("{{ nobody.knows }}", id="names a fact that there is not"),
        pytest.param("{% extends 'no/such.txt' %}", id="builds on a file that there is not"),
    ],
)
def test_a_file_of_theirs_that_is_broken_falls_back_alone(
    tell: Tell, tmp_path: Path, spoilt: str, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = {"ask/subject.txt": "Numbers, please: {{ week }}", "ask/body.txt": f"Hello\n{spoilt}\n"}
    ours = tell().asked().mail("ask", "anna")
    told = own(tell, tmp_path, theirs)
    mail = told.mail("ask", "anna")
    assert (mail.subject, mail.text) == ("Numbers, please: 48", ours.text)
    assert "ours is used" in caplog.text
    assert "own/ask/body.txt" in caplog.text
    (fault,) = broken_mails(told.settings)
    assert "own/ask/body.txt, line 2: " in fault


def test_each_of_several_broken_files_falls_back_and_those_that_work_stay(tell: Tell, tmp_path: Path) -> None:
    base = "<html><body><i>theirs</i>{% block content %}{% endblock %}{{ token }}</body></html>"
    theirs = {
        "base.html": base,
        "parts.html": "{% macro numbers(buttons) %}{{ x.y }}{% endmacro %}",
        "ask/body.txt": "{{ 1 / 0 }}",
        "ask/subject.txt": "{{ teams[0] }}",
    }
    ours, told = tell().asked().mail("ask", "anna"), own(tell, tmp_path, theirs)
    mail = told.mail("ask", "anna")
    assert (mail.subject, mail.text, set(mail.buttons)) == (ours.subject, ours.text, set(ours.buttons))
    assert "<i>theirs</i>" in mail.html


def test_a_file_that_fails_in_one_mail_is_used_in_all_others(tell: Tell, tmp_path: Path) -> None:
    told = own(tell, tmp_path, {"question/body.txt": "Theirs {{ choices[0].label }}\n{{ token }}\n"})
    composer = Composer(told.settings)
    texts = []
    for kind, facts in (
        ("unclear", {"reason": "none"}),
        ("confirm", {"reason": "away"}),
        ("unclear", {"reason": "none"}),
    ):
        key = told.questioned(kind, "anna", **facts)
        texts.append(opened(composer.compose(key, told.scene()).message).text.startswith("Theirs ok"))
    assert texts == [False, True, False]


def test_where_it_cannot_be_told_which_file_is_at_fault_the_whole_mail_is_ours(tell: Tell, tmp_path: Path) -> None:
    ours = tell().asked().mail("ask", "anna")
    theirs = {"parts.html": "{# nothing of what our ask needs #}", "ask/subject.txt": "Numbers"}
    told = own(tell, tmp_path, theirs)
    mail = told.mail("ask", "anna")
    assert (mail.subject, mail.html) == (ours.subject, ours.html)
    assert any("the own templates of ask: " in fault for fault in broken_mails(told.settings))


def test_templates_that_work_have_no_fault(tell: Tell, tmp_path: Path) -> None:
    assert list(broken_mails(tell().settings)) == []
    told = own(
        tell, tmp_path, {"ask/subject.txt": "Numbers", "digest/body.txt": "{{ spoken | join(' ') }}\n{{ token }}\n"}
    )
    assert list(broken_mails(told.settings)) == []
