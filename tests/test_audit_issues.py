"""The audit of issues: two of them with new data, a revised value, another method and other code between them; seeded faults are seen."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

import audit
from analysis.report.pages.shown import Plan
from analysis.report.publish import changed, outputs
from audited.issues import audit_issue
from test_changes import NEXT, OLD, PEER, REVISED, page

PLAN = Plan(regions=["140000", "610000"])


def written(shelf: Path, month: str, pages: dict[str, object], before: Path | None) -> Path:
    """An issue: the facts of its pages, and what the project tells of its changes."""
    folder = shelf / month
    for name, one in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.facts.json").write_text(json.dumps(one.facts), "utf-8")
    records = {n: SimpleNamespace(region_code=n[:6], theme=n[7:]) for n in pages}
    state = SimpleNamespace(pages=records)
    for name, content in changed.files(outputs.Output(folder), state, PLAN, month, before):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def shelf(tmp_path_factory) -> Path:
    """Three issues of two places: in the second a value is new, one revised and a formula another; in the third the code."""
    home = tmp_path_factory.mktemp("shelf")
    peer = PEER._replace(place="610000", id="nbs-province:610000:doctors:2024")
    first = written(home, "2026-09", {"140000/t": page(OLD), "610000/t": page(peer)}, None)
    revised = page(REVISED, NEXT, formula="doctors / residents")
    second = written(home, "2026-10", {"140000/t": revised, "610000/t": page(peer)}, first)
    coded = page(REVISED, NEXT, formula="doctors / residents", version="b")
    written(home, "2026-11", {"140000/t": coded, "610000/t": page(peer)}, second)
    return home


def faults(shelf: Path) -> list[str]:
    told, before = audit.Told(), None
    for folder in sorted(shelf.iterdir()):
        audit_issue(told, folder, before)
        before = folder
    assert told.seen["issue"] > 80
    return [what for _, _, what in told.faults]


def test_all_four_kinds_are_told_rightly(shelf):
    assert faults(shelf) == []
    second, third = (
        json.loads((shelf / m / "140000/changes.json").read_text()) for m in ("2026-10", "2026-11")
    )
    assert second["counts"] == {"new": 1, "revised": 1, "method": 1, "code": 0}
    assert third["counts"] == {"new": 0, "revised": 0, "method": 0, "code": 1}
    assert [(r["before"], r["printed"], r["source"]) for r in second["revised"]] == [
        ("11.84 万人", "11.89 万人", "nbs-province")
    ]


HOME = "2026-10/140000"


def in_json(change: Callable[[dict], None]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        held = json.loads(text)
        change(held)
        return json.dumps(held, ensure_ascii=False)

    return apply


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (f"{HOME}/changes.json", in_json(lambda d: d["revised"][0].update(before="11.48 万人"))),
        (f"{HOME}/changes.json", in_json(lambda d: d["revised"][0].update(source="doc-000"))),
        (f"{HOME}/changes.json", in_json(lambda d: d["new"].clear())),
        (f"{HOME}/changes.json", in_json(lambda d: d["method"].clear())),
        (f"{HOME}/changes.json", in_json(lambda d: d["counts"].update(new=3))),
        ("2026-11/140000/changes.json", in_json(lambda d: d["code"][0].update(after="a"))),
        (f"{HOME}/changes.html", lambda t: t.replace("11.84", "11.48")),
        (f"{HOME}/changes.en.html", lambda t: re.sub(r"(<b[^>]*>)1<", r"\g<1>2<", t, count=1)),
        (f"{HOME}/history.json", in_json(lambda d: d["numbers"][OLD.id].pop())),
        (f"{HOME}/history.json", in_json(lambda d: d["numbers"][OLD.id][0].update(printed="11.48 万人"))),
        (f"{HOME}/history.json", in_json(lambda d: d["numbers"].pop(NEXT.id))),
        ("2026-11/changes.json", in_json(lambda d: d["issues"].pop(0))),
        ("2026-10/changes.json", in_json(lambda d: d["places"].clear())),
        ("2026-11/changes.atom", lambda t: re.sub(r"<entry>.*?</entry>", "", t, count=1)),
        ("2026-11/changes.atom", lambda t: t.replace("../2026-10/changes.html", "changes.html")),
        ("2026-11/changes.atom", lambda t: re.sub(r"(<summary>[^<]*?)1", r"\g<1>4", t, count=1)),
        ("2026-11/changes.atom", lambda t: t.replace("2026-11-01T", "2026-10-01T", 1)),
    ],
)  # fmt: skip
def test_a_fault_in_what_changed_is_seen(shelf, tmp_path, name, change):
    copied = tmp_path / "shelf"
    shutil.copytree(shelf, copied)
    before = (copied / name).read_text("utf-8")
    after = change(before)
    assert after != before, "the mutation changes something"
    (copied / name).write_text(after, "utf-8")
    assert faults(copied)
