"""What the READMEs, CONTRIBUTING.md and the documentation tell a reader to type exists, with the options it is given."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from analysis import cli

ROOT = Path(__file__).resolve().parents[1]
TEXTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("ops/*.md"), ROOT / "notebooks/cases/README.md"]
)
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))


def typed(text: str, program: str) -> list[str]:
    """Commands of a program: in back quotes that begin with it, and whole lines of code."""
    spans = re.findall(rf"`((?:\.venv/bin/)?{program} [^`\n]+)`", text)
    lines = re.findall(rf"^(?: {{4}}|\$ )((?:\.venv/bin/)?{program} [^\n]+)$", text, re.M)
    fenced = re.findall(
        rf"^((?:\.venv/bin/)?{program} [a-z][^\n]+)$",
        "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.S)),
        re.M,
    )
    return [*spans, *lines, *fenced]


def unknown(command: str) -> bool:
    """Whether the command line refuses a `yigai` command, as it stands or with the argument that a mention leaves open."""
    words = shlex.split(re.split(r"\s+(?:#|&&|\|)\s|\s{3,}#?", command)[0])[1:]
    return not any(taken([*words, *more]) for more in ((), ("x",)))


def taken(words: list[str]) -> bool:
    try:
        cli.build_parser(words[0]).parse_args(["x" if word in ("...", "…") else word for word in words])
    except SystemExit as end:
        return not end.code
    return True


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_commands_are_there_with_their_options(path, capsys):
    text = path.read_text("utf-8")
    assert [c for c in typed(text, "yigai") if unknown(c)] == [], capsys.readouterr().err[-600:]
    made = {c.split()[1] for c in typed(text, "make") if re.fullmatch(r"[a-z]+", c.split()[1])}
    assert made <= TARGETS


def test_a_command_that_is_not_there_is_found():
    assert (
        unknown("yigai report --regoin 山西")
        and unknown("yigai mak")
        and not unknown("yigai report --region 山西")
    )
    assert typed("a `yigai data` b\n\n    yigai report --region 山西\n", "yigai") == [
        "yigai data",
        "yigai report --region 山西",
    ]


def undated(text: str) -> list[str]:
    """Paragraphs that say what a run took and not on which day that was measured, or that it is computed."""
    told = (p for p in re.split(r"\n\s*\n", text) if re.search(r"\d processor seconds|\d 处理器秒", p))
    return [p for p in told if not re.search(r"20\d\d-\d\d-\d\d", p)]


def test_what_a_run_takes_is_said_with_its_day():
    for name in ("README.md", "README.zh-CN.md"):
        text = (ROOT / name).read_text("utf-8")
        assert undated(text) == [], name
    dated = (ROOT / "README.md").read_text("utf-8")
    assert undated(re.sub(r"20\d\d-\d\d-\d\d", "lately", dated)), "the mutation: the days are lost"


def test_both_readmes_give_the_same_commands():
    zh, en = (
        {c.split()[1] for c in typed((ROOT / name).read_text("utf-8"), "yigai")}
        for name in ("README.zh-CN.md", "README.md")
    )
    assert zh == en
