"""Two months of issues with the real runner: a late one says so on every page, a page that fails keeps its last good version."""

from __future__ import annotations

import datetime as dt

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
    assert checked.ok and {o.state for o in checked.outcomes if o.number == 15} == {"passed"}, checked
    shelf = issues.Shelf(folder)
    assert all(shelf.verify(month) == [] for month in ("2026-09", "2026-10", "2026-11"))
    report_kit.assert_none_left()
