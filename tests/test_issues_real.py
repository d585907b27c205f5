"""Two months of issues with the real runner: a late one says so on every page, a page that fails keeps its last good version."""

from __future__ import annotations

import datetime as dt
import json

import pytest

import report_kit
from analysis.report.gate import gate
from analysis.report.publish import again, batch, issues, schedule
from analysis.report.run import processes

pytestmark = [
    pytest.mark.skipif(not processes.forking(), reason="the runner forks"),
    pytest.mark.xdist_group("issues"),
]


@pytest.fixture
def project(tmp_path, monkeypatch):
    made = report_kit.Project(tmp_path / "project", ("140000", "320000"))
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("YIGAI_PROCESSED", raising=False)
    monkeypatch.syspath_prepend(str(report_kit.ROOT / "tests" / "fixtures"))
    return made


def test_two_months(project, tmp_path):
    options = batch.Options(out=tmp_path / "site", jobs=1)
    first = schedule.run(options, dt.date(2026, 9, 2))
    assert first.well, first.tried[0].summary.failed
    project.write(report_kit.IMPORTS, report_kit.SHOW, "assert region_code == '140000'")
    second = schedule.run(options, dt.date(2026, 11, 5))
    assert [one.issue.month for one in second.tried] == ["2026-10", "2026-11"] and second.exit_code == 3
    folder = tmp_path / "site" / "issues"
    for month in ("2026-10", "2026-11"):
        page = (folder / month / "320000" / "sentinel.en.html").read_text(encoding="utf-8")
        assert 'class="stale" role="status"' in page, "the last good version stands, marked"
    project.write(report_kit.IMPORTS, report_kit.SHOW)
    assert schedule.run(options, dt.date(2026, 11, 6)).well
    made = schedule.run(options, dt.date(2026, 11, 6), month="2026-10").tried[0]
    assert made.well and made.issue.late
    site = folder / "2026-10"
    pages = sorted(site.rglob("*.html"))
    assert pages and all("2026-11-06" in path.read_text(encoding="utf-8") for path in pages)
    assert not any(
        "2026-11-06" in p.read_text(encoding="utf-8") for p in (folder / "2026-11").rglob("*.html")
    )
    checked = gate.run(site, browser=False, again=again.render(site, tmp_path / "again"))
    assert checked.ok and {o.state for o in checked.outcomes if o.number == 15} == {"passed"}, str(checked)
    shelf = issues.Shelf(folder)
    assert all(shelf.verify(month) == [] for month in ("2026-09", "2026-10", "2026-11"))
    assert "2026-09" in (folder / "2026-10" / "changes.en.html").read_text(encoding="utf-8")
    _revised(project, options, folder, tmp_path)
    report_kit.assert_none_left()


def _revised(project, options, folder, tmp_path):
    """The next issue after a publisher's revision says what it was and is, on the pages of changes alone."""
    was, now = str(project.values["140000"]), "8000001"
    project.tables(r140000=int(now))
    assert schedule.run(options, dt.date(2026, 12, 3)).well
    site = folder / "2026-12"
    for name in ("140000/changes.html", "140000/changes.en.html", "changes.html", "changes.en.html"):
        text = (site / name).read_text(encoding="utf-8")
        assert was in text and now in text and "2026-11" in text, name
    assert was not in (site / "320000" / "changes.html").read_text(encoding="utf-8")
    assert was not in (site / "140000" / "sentinel.html").read_text(encoding="utf-8")
    told = json.loads((site / "140000" / "changes.json").read_bytes())
    assert told["counts"] == {"new": 0, "revised": 1, "method": 0, "code": 0}
    [entries] = json.loads((site / "140000" / "history.json").read_bytes())["numbers"].values()
    assert [(e["issue"], e["printed"]) for e in entries] == [("2026-09", was), ("2026-12", now)]
    feed = (site / "changes.atom").read_text(encoding="utf-8")
    assert [month in feed for month in ("2026-09", "2026-10", "2026-11", "2026-12")] == [True] * 4
    assert 'href="changes.html"' in (site / "140000" / "index.html").read_text(encoding="utf-8")
    checked = gate.run(site, browser=False, again=again.render(site, tmp_path / "again"))
    assert checked.ok, str(checked)
