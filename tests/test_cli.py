"""The command line: exit codes, and sentences that help."""

from __future__ import annotations

import pytest

import report_kit
from analysis import cli


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return report_kit.Project(tmp_path_factory.mktemp("cli") / "project")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["report", "--region", "010000"], "did you mean"),
        (["report", "--region", "山东省西"], "山西省"),
        (["report", "--region", "吉林"], "220200"),
        (["report", "--theme", "nope"], "allowed: sentinel"),
        (["report", "--lang", "fr"], "zh, en"),
        (["report", "--regoin", "140000"], "did you mean --region"),
        (["report", "--reg", "140000"], "did you mean --region"),
        (["report", "--jobs", "0"], "1 or more"),
        (["report", "--as-of", "yesterday"], "year-month-day"),
        (["report", "extra"], "unknown argument 'extra'"),
        (["report", "--out", "/proc/nowhere"], "can be written"),
        (["nope"], "invalid choice"),
        ([], "COMMAND"),
    ],
)
def test_wrong_usage_is_exit_2_with_a_sentence(project, monkeypatch, capsys, arguments, words):
    for name, value in project.environment.items():
        monkeypatch.setenv(name, value)
    try:
        code = cli.main(arguments)
    except SystemExit as ended:
        code = ended.code
    out, err = capsys.readouterr()
    assert code == 2 and words in err and "Traceback" not in err and out == ""
    assert not project.reports.exists() or not (project.reports / "index.html").exists()


def test_help_lists_the_commands(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert all(name in out for name in ("data", "report", "gate"))
