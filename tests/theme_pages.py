"""Runs a notebook's code for a place and a language, and what holds for every finding of a page."""

from __future__ import annotations

import ast
import json
import re
from functools import lru_cache
from pathlib import Path

from analysis import catalog, tables

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
HAN = re.compile(r"[\u3400-\u9fff]")


@lru_cache(maxsize=4)
def _cells(stem: str) -> tuple[str, ...]:
    cells = json.loads((FOLDER / f"{stem}.ipynb").read_text("utf-8"))["cells"]
    return tuple("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def findings(stem: str, code: str, lang: str, **parameters) -> list:
    """The findings of a page, in order: the notebook's cells are run with these parameters, as the runner does."""
    given, space, shown = {"region_code": code, "lang": lang, **parameters}, {}, []
    tables.open_page("")
    for source in _cells(stem):
        for key, value in given.items():
            source = re.sub(rf"^{key} = .*$", f"{key} = {value!r}", source, flags=re.M)
        tree = ast.parse(source)
        last = tree.body[-1]
        if not isinstance(last, ast.Expr):
            exec(compile(tree, stem, "exec"), space)
            continue
        exec(compile(ast.Module(tree.body[:-1], []), stem, "exec"), space)
        shown.append(eval(compile(ast.Expression(last.value), stem, "eval"), space).finding)
    tables.open_page("")  # the page is made; the test may look at any place again
    return shown


def text(segments: list) -> str:
    return "".join(s if isinstance(s, str) else s.get("text", s.get("plain")) for s in segments)


def both(stem: str, code: str, briefed: int = 2) -> tuple[dict[str, dict], dict[str, dict]]:
    """The page's payloads by section in both languages, after the checks that hold for every page.

    briefed: at most so many of its sentences stand in the place's briefing.
    """
    zh, en = ([f.json(lang) for f in findings(stem, code, lang)] for lang in ("zh", "en"))
    assert [f["section"] for f in zh] == [f["section"] for f in en] and len(
        {f["section"] for f in zh}
    ) == len(zh)
    for a, b in zip(zh, en, strict=True):
        assert a["facts"] == b["facts"] and [t["csv"] for t in a["tables"]] == [
            t["csv"] for t in b["tables"]
        ], "files that both languages share"
        assert [s["id"] for s in a["sentences"]] == [s["id"] for s in b["sentences"]]
        for finding, lang in ((a, "zh"), (b, "en")):
            if finding["kind"] == "figure":
                alt = finding["alt"]
                assert (
                    15 <= len(alt) <= 300
                    and catalog.region(code).short(lang) in alt
                    and any(ch.isdigit() for ch in alt)
                ), alt
                assert finding["drawings"]["narrow"] != finding["drawings"]["wide"]
        english = [
            b["headline"],
            b["subtitle"],
            b["note"],
            *(s["segments"] for s in b["sentences"]),
            *(s["title"] for s in b["states"]),
            *(s["settle"] for s in b["states"]),
        ]
        for said in map(text, english):
            assert not HAN.search(said), said
    for page in (zh, en):
        records = {}
        for finding in page:
            for fact, record in finding["facts"].items():
                assert records.setdefault(fact, record)["text"] == record["text"], (
                    "one id, one way to print it"
                )
    priorities = [s["brief"] for f in zh for s in f["sentences"] if s["brief"]]
    assert 1 <= len(priorities) <= briefed
    assert zh[-1]["section"] == "missing" and zh[-1]["states"], "the page ends with what it does not know"
    return {f["section"]: f for f in zh}, {f["section"]: f for f in en}


def with_page(coverage: dict) -> list[str]:
    """Codes of the places that have a page."""
    return sorted(code for code, state in coverage.items() if state is None)
