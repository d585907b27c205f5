"""Dated issues over a simulated clock: each once, true to its date, and a way back from every kind of damage."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
from dataclasses import replace

import pytest

from analysis import cli
from analysis.errors import ParameterError
from analysis.report.publish import batch, issues, log, outputs, schedule
from issue_kit import Maker

DAY = dt.date(2026, 11, 2)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def maker(monkeypatch):
    made = Maker()
    monkeypatch.setattr(batch, "report", made)
    return made


@pytest.fixture
def options(tmp_path):
    return batch.Options(out=tmp_path)


def shelf(options) -> issues.Shelf:
    return schedule.shelf_of(options)


@pytest.mark.parametrize(
    ("booked", "today", "expected"),
    [
        ([], "2026-11-22", ["2026-11"]),
        (["2026-11"], "2026-11-30", []),
        (["2026-08", "2026-09"], "2026-11-01", ["2026-10", "2026-11"]),
        (["2026-11"], "2027-02-01", ["2026-12", "2027-01", "2027-02"]),
        (["2026-11"], "2026-03-01", []),
        (["2026-09", "2026-11"], "2026-11-03", ["2026-10"]),
    ],
)
def test_due(booked, today, expected):
    known = {month: issues.Issue(month, f"{month}-01", f"{month}-02", issues.WHOLE) for month in booked}
    assert schedule.due(known, day(today)) == expected


def test_an_issue_is_made_once_in_its_place_and_files_that_do_not_change_are_stored_once(options, maker):
    for today in ("2026-09-03", "2026-09-30", "2026-10-02"):
        schedule.run(options, day(today))
    assert maker.calls == [("2026-09", "2026-09-01"), ("2026-10", "2026-10-01")]
    folder = options.out / "issues"
    assert os.readlink(folder / "latest") == "2026-10" and not any((folder / ".yigai" / "making").iterdir())
    one, two = ((folder / month / "same.css").stat().st_ino for month in ("2026-09", "2026-10"))
    assert one == two and "2026-09-01" in (folder / "2026-09" / "140000" / "a.html").read_text()
    assert shelf(options).verify("2026-09") == shelf(options).verify("2026-10") == []


def test_a_page_that_fails_for_ever_stops_no_later_issue(options, maker):
    schedule.run(options, DAY)
    maker.failing.add("140000/b.html")
    first = schedule.run(options, day("2026-12-05"))
    assert (
        first.exit_code == 3
        and "out with 1 of 2" in str(first.tried[0])
        and "140000/b.html" in str(first.tried[0])
    )
    assert schedule.run(options, day("2026-12-06")).tried, "tried again within its month"
    later = schedule.run(options, day("2027-02-01"))
    assert [one.issue.month for one in later.tried] == ["2027-01", "2027-02"]
    folder = options.out / "issues"
    assert os.readlink(folder / "latest") == "2027-02"
    assert "2026-11-01" in (folder / "2027-02" / "140000" / "b.html").read_text(), "the last good one stands"
    maker.failing.clear()
    assert schedule.run(options, day("2027-02-02")).well


def test_a_first_issue_that_fails_is_not_dropped_in_silence(options, maker):
    maker.failing.update(maker.names)
    done = schedule.run(options, DAY)
    assert done.exit_code == 4 and "not out" in str(done.tried[0])
    assert (
        not (options.out / "issues" / "2026-11").exists() and not (options.out / "issues" / "latest").exists()
    )
    maker.failing.clear()
    done = schedule.run(options, day("2026-12-01"))
    assert [one.issue.month for one in done.tried] == ["2026-12"] and done.well
    assert "2026-11" in (options.out / "issues" / ".yigai" / "due.log").read_text()
    again = schedule.run(options, day("2026-12-02"), month="2026-11")
    assert again.well and again.tried[0].issue.late
    assert sorted(shelf(options).standing(shelf(options).read())) == ["2026-11", "2026-12"]


def test_an_issue_made_late_says_when_and_one_in_time_does_not(options, maker):
    schedule.run(options, DAY)
    schedule.run(options, day("2027-01-09"))
    folder = options.out / "issues"
    assert "2027-01-09" in (folder / "2026-12" / "140000" / "a.html").read_text()
    assert "2027-01-09" not in (folder / "2027-01" / "140000" / "a.html").read_text()
    assert set(schedule.late_notice("2026-12", "2027-01-09")) == {"zh", "en"}


@pytest.mark.parametrize(
    "part",
    [
        {"themes": ("x",)},
        {"regions": ("140000",)},
        {"languages": ("zh",)},
        {"as_of": "2020-01-01"},
        {"settings": ("cap=1",)},
    ],
)
def test_a_part_is_no_issue(options, maker, part):
    with pytest.raises(ParameterError, match="an issue has no parts"):
        schedule.run(replace(options, **part), DAY)
    assert not maker.calls and not (options.out / "issues").exists()


def test_two_at_once_are_one(options, maker):
    with outputs.Output(options.out / "issues").lock(), pytest.raises(ParameterError, match="is held by"):
        schedule.run(options, DAY)
    assert not maker.calls


def test_what_stops_a_run_books_nothing(options, maker):
    maker.stops = OSError(28, "No space left on device")
    with pytest.raises(OSError):
        schedule.run(options, DAY)
    maker.stops = None
    assert schedule.run(options, day("2026-11-03")).well and len(maker.calls) == 2


def test_a_deleted_issue_is_said_with_the_command_that_makes_it_again(options, maker):
    for today in ("2026-11-02", "2026-12-02"):
        schedule.run(options, day(today))
    folder = options.out / "issues"
    shutil.rmtree(folder / "2026-12")
    done = schedule.run(options, day("2026-12-03"))
    assert done.exit_code == 3 and "make it again: yigai report --issue 2026-12" in done.problems[0]
    assert os.readlink(folder / "latest") == "2026-11"
    assert schedule.run(options, day("2026-12-04"), month="2026-12").well
    assert os.readlink(folder / "latest") == "2026-12" and shelf(options).verify("2026-12") == []
    with pytest.raises(ParameterError, match="out and whole"):
        schedule.run(options, day("2026-12-04"), month="2026-12")
    with pytest.raises(ParameterError, match="a month that has begun"):
        schedule.run(options, day("2026-12-04"), month="2027-01")


@pytest.mark.parametrize(
    "content", ["[", '{"done":[5]}', '["2027-06"]', "null", '{"issues": {"a": 1}}', "{}", ""]
)
def test_a_damaged_list_loses_no_issue(options, maker, content, capsys):
    for today in ("2026-10-02", "2026-11-02"):
        schedule.run(options, day(today))
    before = shelf(options).read()
    (options.out / "issues" / "issues.json").write_text(content)
    done = schedule.run(options, day("2026-11-03"))
    assert done.well and not done.tried and shelf(options).read() == before
    assert len(maker.calls) == 2


def test_a_list_of_the_first_form_is_taken_over(options, maker):
    folder = options.out / "issues"
    (folder / "2026-10").mkdir(parents=True)
    (folder / "issues.json").write_text('{"done": ["2026-10"]}')
    assert [one.issue.month for one in schedule.run(options, DAY).tried] == ["2026-11"]


def test_verify_names_what_differs(options, maker, capsys):
    schedule.run(options, DAY)
    ask = ["verify", "--issue", "2026-11", "--out", str(options.out)]
    assert cli.main(ask) == 0 and "the same as when it was made" in capsys.readouterr().out
    folder = options.out / "issues" / "2026-11"
    (folder / "140000" / "a.html").write_text("other")
    (folder / "same.css").unlink()
    (folder / "stray.html").write_text("")
    assert cli.main(ask) == cli.GATE_FAILED
    out = capsys.readouterr().out.splitlines()
    assert out[:3] == ["missing: same.css", "not of this issue: stray.html", "changed: 140000/a.html"]
    assert cli.main(["verify", "--issue", "2020-01", "--out", str(options.out)]) == 2
    assert cli.main(["verify", "--issue", "last", "--out", str(options.out)]) == 2


def test_rollback_puts_the_last_issue_back_byte_for_byte(options, maker, capsys):
    schedule.run(options, DAY)
    before = issues.hashes(options.out / "issues" / "2026-11")
    with pytest.raises(ParameterError, match="none to go back to"):
        shelf(options).roll_back()
    schedule.run(options, day("2026-12-02"))
    assert cli.main(["rollback", "--out", str(options.out)]) == 0
    folder = options.out / "issues"
    assert os.readlink(folder / "latest") == "2026-11" and not (folder / "2026-12").exists()
    assert issues.hashes(folder / "latest") == before
    assert not schedule.run(options, day("2026-12-03")).tried, (
        "what was taken back is not made again by itself"
    )
    assert schedule.run(options, day("2026-12-03"), month="2026-12").well


def test_an_embargo_holds_an_issue_back_until_its_day(options, maker):
    schedule.run(options, DAY)
    done = schedule.run(options, day("2026-12-01"), embargo="2026-12-10")
    folder = options.out / "issues"
    assert (
        done.well and "held back until 2026-12-10" in str(done.tried[0]) and not (folder / "2026-12").exists()
    )
    assert not schedule.run(options, day("2026-12-09")).released and len(maker.calls) == 2
    assert schedule.run(options, day("2026-12-10")).released == ("2026-12",)
    assert os.readlink(folder / "latest") == "2026-12" and shelf(options).verify("2026-12") == []


def test_a_correction_is_dated_recorded_and_touches_no_other_issue(options, maker, capsys):
    maker.names = ["140000/a.html", "140000/a.en.html"]
    for today in ("2026-11-02", "2026-12-02"):
        schedule.run(options, day(today))
    ask = [
        "correct",
        "2026-12",
        "--out",
        str(options.out),
        "--zh",
        "数字<有误>",
        "--en",
        "a number was wrong",
    ]
    assert cli.main([*ask, "--page", "140000/nope"]) == 2
    assert cli.main([*ask, "--page", "140000/a"]) == 0
    folder = options.out / "issues"
    text = (folder / "2026-12" / "140000" / "a.html").read_text(encoding="utf-8")
    assert "更正（" in text and "数字&lt;有误&gt;" in text
    assert "a number was wrong" in (folder / "2026-12" / "140000" / "a.en.html").read_text()
    assert shelf(options).verify("2026-12") == shelf(options).verify("2026-11") == []
    assert (
        json.loads((folder / "2026-12" / "issue.json").read_text())["corrections"][0]["en"]
        == "a number was wrong"
    )
    capsys.readouterr()
    told = []
    for month in ("2026-12", "2026-11"):
        assert cli.main(["verify", "--issue", month, "--out", str(options.out)]) == 0
        told.append("but for the notice of" in capsys.readouterr().out)
    assert told == [True, False]
    (folder / "2026-11" / "same.css").unlink()
    assert cli.main(["verify", "--issue", "2026-11", "--out", str(options.out)]) == cli.GATE_FAILED
    assert "1 file differs" in capsys.readouterr().out


def test_quiet_is_silent_when_all_is_well_and_a_line_when_not(options, maker, capsys):
    ask = ["report", "--due", "--quiet", "--no-gate", "--out", str(options.out)]
    assert cli.main(ask) == cli.main(ask) == 0
    assert capsys.readouterr() == ("", "")
    shutil.rmtree(next((options.out / "issues").glob("2*")))
    assert cli.main(ask) == 3
    assert len(capsys.readouterr().out.splitlines()) == 1


FULL = "not written: No space left on device"


@pytest.mark.parametrize(
    ("failed", "status", "said"),
    [
        (
            {"140000/a/zh": FULL},
            issues.PARTIAL,
            "(140000/a/zh); not written: No space left on device; runs of",
        ),
        (
            {"index": FULL},
            issues.HELD,
            "not out, its front page could not be made (index); not written: No space",
        ),
        ({"140000/a/zh": "cell, note abc"}, issues.PARTIAL, "(140000/a/zh); runs of"),
    ],
)
def test_a_line_says_that_the_disk_was_full_and_no_issue_comes_out_without_its_front_page(
    options, maker, monkeypatch, failed, status, said
):
    """Mutations: without the reason the line blamed the pages; without the rule readers were led to a folder without index.html."""

    def full(asked):
        summary = maker(asked)
        summary.failed.update(failed)
        return summary

    with monkeypatch.context() as patch:
        patch.setattr(batch, "report", full)
        (one,) = schedule.run(options, DAY).tried
    folder = options.out / "issues"
    assert one.issue.status == status and said in str(one) and "\n" not in str(one)
    assert (folder / "latest").exists() == (folder / "2026-11").exists() == (status == issues.PARTIAL)
    assert schedule.run(options, DAY).well and (folder / "latest" / "index.html").is_file(), "tried again"


def test_an_index_on_a_full_disk_says_so(options, capsys):
    kept = log.Log(outputs.Output(options.out))
    assert kept.error("index", "index", OSError(28, "No space left on device")) == FULL
    assert kept.error("index", "index", ValueError("x")) == "ValueError: x"
    assert capsys.readouterr() == ("", "")


def test_the_very_first_issue_is_made_later_when_the_disk_was_full(options, maker, monkeypatch):
    maker.stops = OSError(28, "No space left on device")
    with pytest.raises(OSError):
        schedule.run(options, day("2026-01-30"))
    maker.stops = None
    with monkeypatch.context() as patch:
        patch.setattr(issues.Shelf, "begun", lambda self: [])
        assert schedule.due(shelf(options).read(), day("2026-02-20"), shelf(options).begun()) == [
            "2026-02"
        ], "the mutation: forgotten"
    schedule.run(options, day("2026-02-20"))
    assert list(shelf(options).read()) == ["2026-01", "2026-02"] and shelf(options).begun() == []


def test_five_years_of_a_clock(options, maker):
    """Late, early, twice, backwards, failing pages, a full disk, deleted folders: every issue exactly once and true to its date."""
    dice, today, folder = random.Random(5), day("2026-01-03"), options.out / "issues"
    latest = today
    while today < day("2031-01-01"):
        maker.failing = set(dice.sample(maker.names, 1)) if dice.random() < 0.15 else set()
        maker.stops = OSError(28, "No space left on device") if dice.random() < 0.1 else None
        if dice.random() < 0.05 and (standing := sorted(folder.glob("2*"))):
            gone = dice.choice(standing)
            shutil.rmtree(gone)
            maker.stops, maker.failing = None, set()
            done = schedule.run(options, today)
            assert any(gone.name in line for line in done.problems) or any(
                one.issue.month == gone.name for one in done.tried
            )
            if any(gone.name in line for line in done.problems):
                assert schedule.run(options, max(today, latest), month=gone.name).well
        for _ in range(dice.choice((1, 1, 2))):
            try:
                schedule.run(options, today)
            except OSError:
                pass
        latest = max(latest, today)
        step = dice.choice((-40, 3, 9, 20, 33, 70)) if dice.random() < 0.5 else 12
        today += dt.timedelta(days=step)
        if step < 0:
            today = max(today, day("2026-01-03"))
    maker.failing, maker.stops = set(), None
    schedule.run(options, latest)
    known = shelf(options).read()
    wanted = issues.months("2026-01", f"{latest.year:04d}-{latest.month:02d}")
    assert list(known) == wanted == sorted(path.name for path in folder.glob("2*"))
    assert os.readlink(folder / "latest") == wanted[-1]
    for month, issue in known.items():
        assert issue.as_of == f"{month}-01" and shelf(options).verify(month) == []
        page = (folder / month / "140000" / "a.html").read_text()
        if "140000/a.html" not in issue.failed:
            assert f"as of {month}-01" in page and (f"{issue.made_on}补做" in page) == issue.late
    assert not list((folder / ".yigai" / "staging").iterdir())
