"""The command line: exit codes, and sentences that help."""

from __future__ import annotations

import os

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
        (["report", "--as-of", "9999-01-01"], "a day that has been"),
        (["report", "--embargo", "2026-12-10"], "add --due"),
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


@pytest.mark.parametrize(
    ("state", "failed", "options", "code"),
    [
        ("failed", {}, [], 5),
        ("failed", {}, ["--no-gate"], 0),
        ("passed", {}, [], 0),
        ("not run", {}, [], 0),
        ("failed", {"x": "why"}, [], 3),
    ],
)
def test_a_run_whose_pages_do_not_pass_the_gate_ends_with_five(
    tmp_path, monkeypatch, capsys, state, failed, options, code
):
    from analysis.report.gate import gate
    from analysis.report.publish import batch

    problems = {
        "passed": (),
        "not run": ("no Chromium on this machine",),
        "failed": ("140000/x.html: 'NaN' in 'NaN'",),
    }
    outcome = gate.Outcome(10, "nothing leaks into the text", state, 1, problems[state])

    def report(asked):
        passed = gate.Result((outcome,)) if asked.gate else None
        return batch.Summary(made=["140000/x/zh"], failed=failed, index=tmp_path / "index.html", gate=passed)

    monkeypatch.setattr(batch, "report", report)
    assert cli.main(["report", *options]) == code
    out = capsys.readouterr().out
    assert ("140000/x.html: 'NaN'" in out) == (state == "failed" and not options)
    assert ("not run: 10" in out) == (state == "not run")


@pytest.mark.parametrize(("number", "code"), [(28, 2), (30, 2), (13, 2), (5, None)])
def test_a_disk_that_takes_nothing_is_a_sentence_and_a_broken_one_is_not_hidden(
    monkeypatch, capsys, number, code
):
    from analysis.collection import build

    def fail():
        raise OSError(number, os.strerror(number), "data/processed/x.parquet")

    monkeypatch.setattr(build, "build", fail)
    if code is None:
        with pytest.raises(OSError):
            cli.main(["data"])
        return
    assert cli.main(["data"]) == code
    assert f"data/processed/x.parquet: {os.strerror(number)}; what was written" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tidy", "{none}.ipynb"], "No such file"),
        (["tidy", "{folder}"], "directory"),
        (["tidy", "{bytes}.ipynb"], "not UTF-8"),
        (["tidy", "{bytes}.toml"], "not UTF-8"),
        (["accept", "{folder}"], "a form that `yigai review` wrote"),
        (["template", "panel", "--out", "{none}/x"], "No such file"),
        (["template", "panel", "--out", "{bytes}.toml/x"], "Not a directory"),
    ],
)
def test_a_file_that_was_typed_wrong_is_a_sentence(tmp_path, capsys, monkeypatch, arguments, words):
    for ending in (".ipynb", ".toml"):
        (tmp_path / f"bytes{ending}").write_bytes(b"\xff\xfe\x00\x81")
    named = {"none": tmp_path / "none", "folder": tmp_path, "bytes": tmp_path / "bytes"}
    typed = [one.format(**named) for one in arguments]
    code = cli.main(typed)
    err = capsys.readouterr().err
    assert code == (2 if words else 0) and words in err
    assert (tmp_path / "bytes.toml").read_bytes() == b"\xff\xfe\x00\x81"
    if (
        "No such" in words
    ):  # the mutation: a file of ours that is missing is a fault of the program, and is not hidden
        monkeypatch.setattr(cli, "_typed", lambda name, argv: False)
        with pytest.raises(OSError):
            cli.main(typed)


def test_each_command_has_an_example_that_its_own_parser_takes():
    from analysis.commands import COMMANDS

    for command in COMMANDS:
        words = command.example.split()
        assert words[:2] == ["yigai", command.name]
        parsed = cli.build_parser(command.name).parse_args(words[1:])
        assert parsed.command == command.name and command.does and not command.does.endswith(".")


def test_a_broken_command_stops_no_other(monkeypatch, capsys):
    import analysis.commands

    broken = analysis.commands.Command("nowhere", "has no module", "yigai nowhere")
    monkeypatch.setattr(cli, "COMMANDS", (*analysis.commands.COMMANDS, broken))
    with pytest.raises(SystemExit) as ended:
        cli.main(["report", "--help"])
    assert ended.value.code == 0 and "example: yigai report" in capsys.readouterr().out
