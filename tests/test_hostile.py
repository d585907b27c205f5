"""Hostile text: it never leaves the output folder, never executes, and reaches a page only as the text it is."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import report_kit
from analysis import cli
from analysis.errors import ParameterError, YigaiError
from analysis.report.pages import scripts
from analysis.report.plan import parameters, promises
from analysis.report.run import processes, runner, serverprocess, worker

pytestmark = pytest.mark.xdist_group("hostile")
KNOWN = (
    "../../etc/passwd", "140000/../..", "/etc/passwd", "..", "140000\\..", "'; import os; os.abort()", '"; open("mark", "w"); "', '"""', "\\", "\n1/0", "\r\nopen('mark','w')",
    "{}", "{0.__class__}", "{{ 7*7 }}", "{% raw %}", "%s%n", "$(touch mark)", "`touch mark`", "<script>alert(1)</script>", "</script><b>", "<img src=x onerror=alert(1)>",
    '" onmouseover="x', "' autofocus onfocus='x", "<!--", "]]>", "&lt;b&gt;", "&#x3c;b", "javascript:alert(1)", "[x](javascript:alert(1))", "![x](http://a.example/x.png)", "\0", "\u202e",
    "\ufeff", "14०000", "=cmd|' /C calc'!A0", "NaN", "None", "a" * 3000,
)  # fmt: skip
HOSTILE = st.one_of(
    st.sampled_from(KNOWN),
    st.text(max_size=60),
    st.lists(
        st.sampled_from(("<", ">", '"', "'", "&", "{", "}", "\\", "\n", "/", "..", "a", "山", "=")),
        max_size=12,
    ).map("".join),
)
HUNDREDS = settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Outline(HTMLParser):
    """Tags with the names of their attributes, addresses, and the text of a page."""

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.tags: set[tuple] = set()
        self.addresses: set[str] = set()
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        named = tuple(sorted(name for name, _ in attrs))
        if tag != "span":  # text in the other language is wrapped to say so
            self.tags.add((tag, named))
        self.addresses |= {
            value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href")
        }

    def handle_data(self, data):
        self.text.append(data)


def squeezed(text: str) -> str:
    """Without what HTML does not keep: white space, and the characters that a parser must replace or drop."""
    return re.sub(r"[\s\0\ufffd]+", "", text)


def project_files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return report_kit.Project(tmp_path_factory.mktemp("hostile") / "project", report_kit.REGIONS[:2])


@HUNDREDS
@given(text=HOSTILE)
def test_on_the_command_line_it_is_refused_before_anything_runs(project, text):
    before = project_files(project.folder)
    old = dict(os.environ)
    try:
        os.environ.update(project.environment)
        for option in (
            "--region",
            "--theme",
            "--lang",
            *(["--as-of"] if text else []),
        ):  # an empty date means the newest
            try:
                code = cli.main(["report", f"{option}={text}", "--no-gate"])
            except SystemExit as ended:
                code = ended.code
            assert code == cli.USAGE, (option, text)
    finally:
        os.environ.clear()
        os.environ.update(old)
    assert {
        name
        for name in project_files(project.folder) - before
        if not name.startswith("reports/.yigai") and name != "reports"
    } == set()


@HUNDREDS
@given(text=HOSTILE)
def test_what_papermill_writes_is_one_assignment_of_this_text(text):
    from papermill.translators import PythonTranslator

    try:
        code = parameters.regions([text])[0]
    except ParameterError:
        pass
    else:
        assert code.isdecimal() and len(code) == 6
    body = ast.parse(PythonTranslator.codify({"note": text.replace("\0", "")})).body
    assert len(body) == 1 and ast.literal_eval(body[0].value) == text.replace("\0", "")


@pytest.fixture
def server(project, tmp_path_factory):
    if not processes.forking():
        pytest.skip("the fork server needs Linux")
    environment = (
        os.environ | project.environment | runner.environment() | {"YIGAI_HOME": str(project.folder)}
    )
    running = serverprocess.ServerProcess(
        ["sentinel_theme", "pandas"], str(tmp_path_factory.mktemp("cwd")), environment
    ).ready()
    yield running, environment
    running.stop()


def made(server, text: str) -> dict:
    """The files of a page whose notebook got the text as a parameter. Raises YigaiError or Failure where no page is made."""
    notebook = report_kit.notebook(
        report_kit.IMPORTS, "theme.says(region_code, lang, note)", more='\nnote = ""  # a remark'
    )
    entry = promises.Entry(
        "140000",
        "sentinel",
        "zh",
        order=1,
        notebook="01_sentinel.ipynb",
        module="",
        scope="region",
        title={"zh": "医师", "en": "Doctors"},
        parameters={"region_code": "140000", "lang": "zh", "as_of": "", "note": text},
        code_version="x",
    )
    job = {
        "id": "t",
        "entry": entry.to_json(),
        "notebook": json.dumps(notebook),
        "server": server.address,
        "cell_timeout": 30,
        "start_timeout": 60,
    }
    executed, about = worker.execute(job, [])
    assert about["engine"] == "fork"
    return worker.page_files(executed, entry)


def test_a_parameter_reaches_a_page_as_the_text_it_is(server, tmp_path, monkeypatch):
    running, environment = server
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    plain = made(running, "甲")
    expected, pages = Outline(plain["html"]["140000/sentinel.html"]), []

    @HUNDREDS
    @given(text=HOSTILE)
    def each(text):
        try:
            found = made(running, text)
        except (YigaiError, worker.Failure):
            return  # refused, with its reason; nothing is published then
        assert found["html"].keys() | found["shared"].keys() == plain["html"].keys() | plain["shared"].keys()
        page = Outline(found["html"]["140000/sentinel.html"])
        assert (
            page.tags <= expected.tags | {("td", ("class",)), ("td", ())}
            and page.addresses == expected.addresses
        )
        assert squeezed("".join(page.text)).count(squeezed(text)) >= 5
        rows = list(csv.reader(io.StringIO(found["shared"]["140000/sentinel/says.csv"], newline="")))
        told = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        assert [squeezed(line["printed_zh"]) for line in told] == ([squeezed(text)] if text else [])
        pages.append(text)

    each()
    assert len(pages) > 100 and {"<script>alert(1)</script>", "{0.__class__}", '" onmouseover="x'} <= set(
        pages
    )
    assert not list(tmp_path.iterdir())


def test_names_in_the_dictionaries_are_only_names(project, tmp_path):
    copy = report_kit.Project.__new__(report_kit.Project)
    shutil.copytree(project.folder, tmp_path / "project", ignore=shutil.ignore_patterns("reports"))
    copy.folder, copy.reports, copy.values = (
        tmp_path / "project",
        tmp_path / "project" / "reports",
        dict(project.values),
    )
    path = copy.folder / "data" / "regions.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    bad = {"110000": "<img src=x onerror=alert(1)>", "140000": "../../\"'{}</title><script>"}
    for row in rows:
        if row["region_code"] in bad:
            row |= dict.fromkeys(("name_zh", "short_zh", "name_en", "name_en_full"), bad[row["region_code"]])
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    before = project_files(tmp_path)
    done = copy.report()
    assert done.returncode in (0, 3, 4), done
    pages = [page for page in copy.reports.rglob("*.html")]
    assert all(
        re.fullmatch(
            r"(\d{6}|[a-z]+(-\d{6})?(\.en)?\.html|\.yigai|manifest\.json|api|data|compare|map\.csv)",
            path.name,
        )
        for path in copy.reports.iterdir()
    )
    assert all(
        name.startswith("project/reports") or name in ("project/out.txt", "project/err.txt")
        for name in project_files(tmp_path) - before
    )
    ours = {scripts.text(name) for name in scripts.NAMES}
    for page in pages:
        written = page.read_text(encoding="utf-8")
        outline = Outline(written)
        assert not any(
            tag == "img" or any(name.startswith("on") for name in named) for tag, named in outline.tags
        ), page
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", written, re.DOTALL):
            assert json.loads(body) if "application/json" in attributes else body in ours, page
    assert any(bad["140000"] in "".join(Outline(page.read_text(encoding="utf-8")).text) for page in pages)
