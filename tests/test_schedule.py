"""Dated issues: each once, missed ones in order, nothing twice, nothing when the clock goes back."""

from __future__ import annotations

import datetime as dt

import pytest

from analysis.errors import DataError, ParameterError
from analysis.report.publish import batch, outputs, schedule


@pytest.mark.parametrize(
    ("done", "today", "expected"),
    [
        ([], "2026-11-22", ["2026-11"]),
        (["2026-11"], "2026-11-30", []),
        (["2026-09", "2026-08"], "2026-11-01", ["2026-10", "2026-11"]),
        (["2026-11"], "2027-02-01", ["2026-12", "2027-01", "2027-02"]),
        (["2026-11"], "2026-03-01", []),
    ],
)
def test_due(done, today, expected):
    assert schedule.due(done, dt.date.fromisoformat(today)) == expected


@pytest.fixture
def made(monkeypatch):
    calls, failing = [], set()

    def report(options):
        calls.append((options.out.name, options.as_of))
        options.out.mkdir(parents=True, exist_ok=True)
        return batch.Summary(made=["a"], failed={"b": "no luck"} if options.out.name in failing else {})

    monkeypatch.setattr(batch, "report", report)
    return calls, failing


def test_an_issue_is_made_once_and_a_missed_one_later(tmp_path, made):
    calls, _ = made
    options = batch.Options(out=tmp_path)
    schedule.run(options, dt.date(2026, 9, 3))
    schedule.run(options, dt.date(2026, 9, 30))
    schedule.run(options, dt.date(2026, 11, 2))
    assert calls == [("2026-09", "2026-09-01"), ("2026-10", "2026-10-01"), ("2026-11", "2026-11-01")]
    assert (tmp_path / "issues" / "latest").resolve().name == "2026-11"


def test_an_issue_with_failures_is_taken_up_again(tmp_path, made):
    calls, failing = made
    failing.add("2026-11")
    assert schedule.run(batch.Options(out=tmp_path), dt.date(2026, 11, 2))[0][1].exit_code == 3
    failing.clear()
    assert (
        schedule.run(batch.Options(out=tmp_path), dt.date(2026, 11, 3))[0][0] == "2026-11" and len(calls) == 2
    )


def test_two_at_once_are_one(tmp_path, made):
    with outputs.Output(tmp_path / "issues").lock(), pytest.raises(ParameterError, match="is held by"):
        schedule.run(batch.Options(out=tmp_path), dt.date(2026, 11, 2))
    assert not made[0]


def test_an_unreadable_list_is_an_error_not_a_fresh_start(tmp_path, made):
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "issues.json").write_text("[")
    with pytest.raises(DataError, match=r"issues\.json"):
        schedule.run(batch.Options(out=tmp_path), dt.date(2026, 11, 2))
