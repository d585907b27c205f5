"""The gate before the switch: readers see the old site until all that was made has passed, and then the new one at once."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import cli
from analysis.report.gate import gate
from analysis.report.plan import promises
from analysis.report.publish import admission, asked, batch, current, outputs
from test_damage import Engine, home, pages, run  # noqa: F401  (fixtures)

ZH, EN, OTHER = "140000/sentinel.html", "140000/sentinel.en.html", "320000/sentinel.html"


class Telling(Engine):
    """Hands back pages that say ``said`` (by place), and stops as if it was killed after ``stop`` pages."""

    def __init__(self, said: dict[str, str], stop: int = 99):
        super().__init__()
        self.said, self.stop = said, stop

    def run(self, jobs, on_start):
        for number, answer in enumerate(super().run(jobs, on_start)):
            if number == self.stop:
                raise KeyboardInterrupt
            text = self.said.get(answer.id.split("/")[0], "first")
            [path] = answer.html
            mark = "broken here" if text == "bad" and path == ZH else text
            yield replace(answer, html={path: f'<html><main id="main">{mark}</main></html>'})


@pytest.fixture
def site(home, tmp_path, monkeypatch):  # noqa: F811
    """Runs over one folder with a gate of one check (no page says broken here), which also notes what readers see while it looks."""
    monkeypatch.setenv("YIGAI_HOME", str(home))
    monkeypatch.delenv("YIGAI_PROCESSED", raising=False)
    monkeypatch.setattr(current.Current, "selections", None)
    monkeypatch.setattr(gate, "_browser_checks", lambda site, pages: [])
    out, seen, books = tmp_path / "out", [], promises.notebooks()

    def check(found):
        seen.append(pages(out))
        return [f"{page.name}: broken here" for page in found.pages if "broken here" in page.html]

    monkeypatch.setattr(gate, "STATIC", {10: ("leaks", check)})

    def once(said: dict[str, str], stop: int = 99, **options) -> tuple[batch.Summary, Engine]:
        one = batch.Batch(
            batch.Options(out=out, **{"gate": True, "force": True, "quiet": True} | options), books
        )
        one.__dict__["engine"] = engine = Telling(said, stop)
        return one.run(), engine

    once.out, once.seen = out, seen
    return once


def text(folder: Path, name: str) -> str:
    return (folder / name).read_text(encoding="utf-8")


def test_a_page_that_does_not_pass_keeps_its_last_good_one_and_holds_no_other_back(site):
    assert site({})[0].exit_code == 0
    summary, _ = site({"140000": "bad", "320000": "second"})
    assert summary.exit_code == asked.REFUSED and summary.gate.ok
    assert summary.refused == set(summary.failed) == {"140000/sentinel/zh", "140000/sentinel/en"}
    assert "check 10, leaks" in summary.failed["140000/sentinel/zh"]
    for name in (ZH, EN):
        assert "first" in text(site.out, name) and 'class="stale"' in text(site.out, name)
    assert "second" in text(site.out, OTHER) and "stale" not in text(site.out, OTHER)
    rows = {(r["region_code"], r["lang"]): r for r in json.loads(text(site.out, "manifest.json"))["pages"]}
    assert rows["140000", "zh"]["stale"] and rows["320000", "zh"]["status"] == "made"
    summary, engine = site({"140000": "third"}, force=False)
    assert summary.exit_code == 0 and {job.split("/")[0] for job in engine.asked} == {"140000"}
    assert "third" in text(site.out, ZH) and "stale" not in text(site.out, EN)


def test_a_page_without_a_last_good_one_is_left_out_and_said(site):
    summary, _ = site({"140000": "bad"})
    assert (
        summary.exit_code == asked.REFUSED and not (site.out / ZH).exists() and not (site.out / EN).exists()
    )
    assert "first" in text(site.out, OTHER) and (site.out / "index.html").is_file()


def test_without_the_gate_the_same_page_is_published(site):
    site({})
    assert site({"140000": "bad"}, gate=False)[0].exit_code == 0 and "broken here" in text(site.out, ZH)


def test_readers_see_the_old_site_while_the_gate_looks(site, monkeypatch):
    site({})
    before = pages(site.out)
    site.seen.clear()
    site({"140000": "second", "320000": "second"})
    assert site.seen and all(seen == before for seen in site.seen) and "second" in text(site.out, ZH)
    monkeypatch.setattr(
        outputs.Output, "gather", lambda self: None
    )  # published one by one, none is looked at before
    site.seen.clear()
    site({"140000": "third", "320000": "third"})
    assert not site.seen and "third" in text(site.out, ZH)


def test_a_killed_run_is_gone_on_from_and_nothing_of_it_was_seen(site):
    site({})
    before = pages(site.out)
    with pytest.raises(KeyboardInterrupt):
        site({"140000": "second", "320000": "second"}, stop=3)
    assert pages(site.out) == before
    path = site.out / ".yigai" / "next" / "files"
    assert [p.name for p in path.rglob("sentinel*.html")], "what was made stays for the next run"
    summary, engine = site({"140000": "second", "320000": "second"}, force=False)
    assert summary.exit_code == 0 and not engine.asked, (
        "pages that the old site holds are current; those made anew too"
    )
    made = {name: text(site.out, name) for name in (ZH, OTHER)}
    assert sum("second" in shown for shown in made.values()) == 1
    assert not any((site.out / ".yigai" / "next").iterdir())


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_kill_in_the_switch_is_finished_by_the_next_run(site, monkeypatch, after):
    site({})
    moved, real = [], os.replace

    class Killed(BaseException):
        pass

    def moves(source, target):
        if "next" in Path(source).parts and "next" not in Path(target).parts:
            if len(moved) == after:
                raise Killed
            moved.append(target)
        real(source, target)

    monkeypatch.setattr(os, "replace", moves)
    with pytest.raises(Killed):
        site({"140000": "second", "320000": "second"})
    monkeypatch.setattr(os, "replace", real)
    again = outputs.Output(site.out)
    assert again.recover() == 1 and not any((site.out / ".yigai" / "next").iterdir())
    assert all("second" in text(site.out, name) for name in (ZH, EN, OTHER))
    summary, engine = site({}, force=False)
    assert summary.exit_code == 0 and not engine.asked


def test_a_page_around_the_reports_keeps_its_last_good_one_too(site, monkeypatch):
    site({})
    before = text(site.out, "sources.html")
    from analysis.report.pages import site as around

    real = around.build

    def build(rows, folder, contents, **options):
        real(rows, folder, contents, **options)
        for name in ("sources.html", "140000/index.html"):
            if (folder / name).is_file():
                (folder / name).write_text(
                    text(folder, name).replace("</main>", "broken here</main>"), "utf-8"
                )

    monkeypatch.setattr(around, "build", build)
    monkeypatch.setattr(admission.indexes.Around, "outdated", lambda self: {*self.keys})
    summary, _ = site({"140000": "second"})
    assert set(summary.failed) == {"sources.html", "140000/index.html"} and summary.exit_code == asked.REFUSED
    assert "second" in text(site.out, ZH)
    assert "broken here" not in text(site.out, "sources.html") and 'class="stale"' in text(
        site.out, "sources.html"
    )
    monkeypatch.undo()
    monkeypatch.setenv("YIGAI_HOME", os.environ.get("YIGAI_HOME", ""))
    assert before.split("<main")[0] == text(site.out, "sources.html").split("<main")[0]


def test_chromium_sees_up_to_a_stated_number_of_new_pages_and_strict_all(site, monkeypatch, tmp_path):
    shown = []
    monkeypatch.setattr(gate, "_browser_checks", lambda site, pages: shown.append(len(pages)) or [])
    site({})
    assert shown == [min(gate.IN_BROWSER, len(gate.scan.names(site.out)))]
    monkeypatch.setattr(gate, "IN_BROWSER", 3)
    site({"140000": "second", "320000": "second"})
    assert shown[-1] == 3
    cli.main(["gate", "--strict", "--out", str(site.out)])
    assert shown[-1] == len(gate.scan.names(site.out)) > 3


def test_facts_of_what_is_not_yet_published_are_read_and_those_that_go_are_not(tmp_path):
    from types import SimpleNamespace

    from analysis.report.gate.site import Site

    live, over, page = tmp_path / "live", tmp_path / "over", SimpleNamespace(region="140000")
    for folder, name, fact in (
        (live, "a", "old"),
        (live, "b", "going"),
        (over, "a", "new"),
        (over, "c", "first"),
    ):
        (folder / "140000").mkdir(parents=True, exist_ok=True)
        (folder / "140000" / f"{name}.facts.json").write_text(f'{{"facts": {{"{fact}": {{}}}}}}')
    gone = frozenset({"140000/b.facts.json"})
    assert set(Site(live, over=over, gone=gone).facts_around(page)) == {"new", "first"}
    assert set(Site(live).facts_around(page)) == {"old", "going"}  # mutation: without what was gathered
