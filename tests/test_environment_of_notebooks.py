"""What a failing notebook says reaches the log and the terminal, masked; what is published names the kind and a note."""

from __future__ import annotations

import base64
import html
import json
import os
import re
from urllib.parse import quote, urlencode

import pytest

import report_kit
from analysis.report.run import engine, environment, processes, shell, worker

pytestmark = pytest.mark.skipif(not processes.forking(), reason="these tests fork")
SECRET = "s3cret-of-the-caller"
# a notebook does not get the variable; what it says all the same comes from elsewhere, here from a file
TELLS = [
    "import os; raise RuntimeError('bad key ' + os.environ['API_KEY'])",
    "raise RuntimeError('bad key ' + open('key').read())",
    "print(open('key').read())",
    "raise type(open('key').read().replace('-', '_'), (Exception,), {})(open('key').read())",
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("API_KEY", SECRET)
    made = report_kit.Project(tmp_path, regions=("140000",))
    (tmp_path / "notebooks" / "key").write_text(SECRET)
    return made


def said(project) -> dict[str, str]:
    """Every file of the site, state and logs too."""
    return {
        str(path.relative_to(project.reports)): path.read_bytes().decode("utf-8", "replace")
        for path in project.reports.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("cell", "kernel"), [*((cell, False) for cell in TELLS), (TELLS[0], True), (TELLS[1], True)]
)
def test_a_secret_reaches_no_file_and_no_terminal(project, cell, kernel):
    project.write(*(["# ipykernel"] if kernel else []), cell)
    done = project.report()
    assert done.returncode == 4
    files = said(project) | {"stdout": done.stdout, "stderr": done.stderr}
    assert [name for name, text in files.items() if SECRET in text] == []
    published = {name: text for name, text in files.items() if not name.startswith((".yigai/logs", "std"))}
    told = "KeyError" if cell == TELLS[0] else "bad key" if "bad key" in cell else "value of API_KEY"
    assert not [name for name, text in published.items() if told in text]
    note = project.manifest()["140000/sentinel/zh"]["error"].split("note ")[1]
    log = files[".yigai/logs/140000/sentinel/zh.log"]
    assert f"note {note}: " in log and told in log and told in done.stdout
    assert (
        note in files["index.html"]
        and "A cell of the notebook failed" in files["index.en.html"]
        or kernel is False
    )


# other ways out: what is written to stderr, logged or warned of, causes and notes of errors, exits, the runner's own environment
OTHERS = [
    "import warnings; warnings.warn('k ' + open('key').read())",
    "import logging; logging.error('k %s', open('key').read())",
    "try:\n    raise ValueError(open('key').read())\nexcept ValueError as e:\n    raise RuntimeError('outer') from e",
    "import os; raise RuntimeError(open(f'/proc/{os.getppid()}/environ').read())",
    "import subprocess as s; raise RuntimeError(s.run('env; cat key', shell=True, capture_output=True, text=True).stdout)",
    "import os; os.write(2, open('key', 'rb').read()); os.write(1, open('key', 'rb').read())",
    "e = Exception('x'); e.add_note(open('key').read()); raise e",
    "raise ExceptionGroup(open('key').read(), [ValueError(open('key').read())])",
    "raise SystemExit(open('key').read())",
    "raise SyntaxError(open('key').read(), (open('key').read(), 1, 1, open('key').read()))",
    "from IPython.display import display, HTML; display(HTML(open('key').read()))",
    "open('key').read()",
]


@pytest.mark.slow
@pytest.mark.parametrize("cell", OTHERS)
def test_a_secret_finds_no_other_way_out(project, cell):
    project.write(cell)
    done = project.report()
    files = said(project) | {"stdout": done.stdout, "stderr": done.stderr}
    assert [name for name, text in files.items() if SECRET in text] == []


def test_the_test_finds_a_secret_that_is_not_masked(project, monkeypatch):
    """Mutations: the text as it is, and the whole environment handed on."""
    monkeypatch.setattr(worker, "masked", lambda text: text)
    project.write(TELLS[1])
    project.report()
    assert [name for name, text in said(project).items() if SECRET in text] != []
    monkeypatch.setattr(engine.environment, "given", dict)
    project.write(TELLS[0])
    assert SECRET in project.report().stdout


def test_a_notebook_gets_the_variables_of_the_list(project):
    ask = "import os\nraise RuntimeError(sorted(os.environ))"
    project.write(ask)
    text = project.report().stdout
    assert "'PATH'" in text and "'YIGAI_HOME'" in text and "API_KEY" not in text
    others = {name for name in os.environ if not environment.given({name: ""}) and name not in shell.TERMINAL}
    assert "API_KEY" in others and not [name for name in others if f"'{name}'" in text]


RUNNERS_OWN = {
    "YIGAI_KERNEL_OF",
    "YIGAI_PROGRESS",
    "YIGAI_CHROMIUM",
}  # read by the runner and the gate, not by what a notebook calls


def test_every_variable_that_our_code_reads_is_on_the_list():
    found = set()
    for path in (report_kit.ROOT / "src" / "analysis").rglob("*.py"):
        found |= set(re.findall(r"\bYIGAI_[A-Z_]+\b", path.read_text("utf-8")))
    assert found - RUNNERS_OWN <= environment.GIVEN


def test_values_are_masked_whole_parts_last_and_passwords_of_addresses():
    held = {
        "KEY": "abc",
        "LONG": "abcdef",
        "LANG": "zh_CN",
        "URL": "postgres://me:pass@host/x",
        "N": "12",
        "TWO": "one\ntwo",
    }
    text = environment.masked("abcdef abc zh_CN pass 12 two", held)
    assert text == "<value of LONG> <value of KEY> zh_CN <value of URL> 12 <value of TWO>"
    assert environment.masked("nothing of it", held) == "nothing of it"


AWKWARD = "p\"a\\s's<wö&rd>中 /+2"


def written(value: str) -> list[str]:
    """How errors, JSON, pages, addresses and headers write a value."""
    return [
        value,
        str(KeyError(value)),
        repr([value, "both \" and '"]),
        ascii({"k": value}),
        json.dumps({"k": value}),
        repr(json.dumps([value], ensure_ascii=False)),
        html.escape(value),
        "https://host/?k=" + quote(value),
        urlencode({"k": value}),
        "Basic " + base64.b64encode(value.encode()).decode(),
    ]


def left(value: str) -> list[str]:
    """The texts of which masking leaves more than what stands about the value."""
    kept = (environment.masked(text, {"API_KEY": value}) for text in written(value))
    return [text for text in kept if "<value of API_KEY>" not in text or "rd" in text.replace("word", "")]


@pytest.mark.parametrize("value", [AWKWARD, "plain-rd-1", "it's rd", 'say "rd"', "C:\\rd\\new", "行rd\t末"])
def test_a_value_is_masked_however_it_is_written(value):
    assert left(value) == []


def test_the_test_finds_a_form_that_is_not_masked(monkeypatch):
    """Mutation: values are looked for as they stand only."""
    monkeypatch.setattr(environment, "_forms", lambda value: {value})
    assert len(left(AWKWARD)) >= 7


def test_a_password_of_an_address_is_masked_decoded_too():
    held = {"URL": "postgres://me:p%40ss%2Fw@host/x"}
    assert environment.masked("p%40ss%2Fw or p@ss/w", held) == "<value of URL> or <value of URL>"
