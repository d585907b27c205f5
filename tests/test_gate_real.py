"""The gate on a real site of four places, strictly: every check runs and passes, and every check sees a fault put into it."""

from __future__ import annotations

import os
import re
import shutil

import pytest

from analysis import cli
from analysis.report.gate import browser as gate_browser
from analysis.report.gate import gate, scan
from analysis.report.publish import again
from analysis.report.run import processes

pytestmark = pytest.mark.xdist_group("site")
PAGE = "140000/region_profile.html"


@pytest.fixture(scope="module")
def second(site, tmp_path_factory):
    if not processes.forking():
        pytest.skip("no fork server on this platform")
    return again.render(site, tmp_path_factory.mktemp("again"))


@pytest.fixture(scope="module")
def needs_chromium():
    pytest.importorskip("playwright.sync_api")
    if gate_browser.chromium() is None:
        pytest.skip("no Chromium on this machine")


@pytest.mark.browser
def test_all_twenty_checks_run_and_pass(site, second, needs_chromium):
    result = gate.run(site, strict=True, sample=0, again=second)
    print(result)
    assert result.ok, str(result)
    assert [o.number for o in result.outcomes] == list(range(1, 21)) and all(o.pages for o in result.outcomes)


def test_the_static_checks_pass(site, second):
    result = gate.run(site, again=second, browser=False)
    assert result.ok, str(result)
    assert {o.number for o in result.outcomes if o.state == "not run"} == set(gate_browser.BROWSER)


def test_the_second_rendering_covers_reports_and_the_pages_around_them(second):
    names = set(scan.names(second))
    assert {"index.html", "sources.en.html", "140000/index.html"} <= names
    assert len([name for name in names if re.match(r"\d{6}/(?!index)", name)]) == again.SAMPLE


@pytest.mark.browser
def test_first_figures_print_at_six_and_a_half_points_or_more(site, needs_chromium):
    from playwright.sync_api import sync_playwright

    smallest = """() => [...document.querySelectorAll('figure .wid svg')].map(svg => {
        const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal, scale = Math.min(box.width / view.width, box.height / view.height);
        return 0.75 * scale * Math.min(...[...svg.querySelectorAll('text')].map(t => parseFloat(getComputedStyle(t).fontSize)));
    })"""
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=gate_browser.chromium(), args=gate_browser.CHROMIUM_ARGS
        )
        tab = browser.new_page(
            viewport={"width": 673, "height": 1000}
        )  # the text column of A4 with the page's margins
        tab.emulate_media(media="print")
        for code in ("140000", "540000", "321100"):
            for name in ("index.html", "index.en.html"):
                tab.goto((site / code / name).as_uri())
                sizes = tab.evaluate(smallest)
                assert sizes and min(sizes) >= 6.5, (code, name, sizes)
        browser.close()


@pytest.fixture
def copy(site, tmp_path):
    return shutil.copytree(site, tmp_path / "site")


def _made(site):
    """What check 20 says of a site's files."""
    return list(gate.check_as_made(gate.Site(site, pages=[scan.Page("x.html", "")])))


CHANGED = {
    "140000/region_profile/position.csv": lambda raw: raw.replace(b"140000", b"610000", 1),
    "140000/region_profile.facts.json": lambda raw: raw.replace(b'"unit"', b'"Unit"', 1),
    "140000/tables.xlsx": lambda raw: raw + b"0",
    "140000/tables.en.xlsx": lambda raw: b"",
    "api/indicators.json": lambda raw: raw.replace(b"20", b"21", 1),
    "search.html": lambda raw: raw.replace("山西".encode(), "陕西".encode(), 1),
    "140000/index.html": lambda raw: raw.replace(b"</main>", b"<p>4</p></main>"),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_file_that_is_not_as_the_run_made_it_is_named_whatever_its_kind_and_time(copy, name):
    assert _made(copy) == []
    path, seen = copy / name, (copy / name).stat()
    path.write_bytes(CHANGED[name](path.read_bytes()))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert _made(copy) == [f"{name}: changed after the run that made it"]


def test_a_missing_file_and_a_page_of_no_run_are_named_and_a_comparison_just_written_is_one(copy):
    (copy / "140000/tables.xlsx").unlink()
    shutil.copyfile(copy / PAGE, copy / "140000/old.html")
    assert _made(copy) == [
        "140000/tables.xlsx: the file that the run made is missing",
        "140000/old.html: no run made this page",
    ]
    assert cli.main(["compare", "山西", "江苏", "--indicator", "nurses", "--out", str(copy)]) == 0
    assert len(_made(copy)) == 2


def test_a_run_for_other_places_does_not_take_a_changed_file_for_its_own(copy):
    from analysis.report.plan import sums
    from analysis.report.publish import outputs

    output = outputs.Output(copy)
    (copy / "map.csv").write_bytes((copy / "map.csv").read_bytes() + b" ")
    output.save(output.load())
    assert _made(copy) == ["map.csv: changed after the run that made it"]
    (copy / sums.NAME).write_text("[", "utf-8")
    result = gate.run(copy, browser=False, again="")
    assert next(o for o in result.outcomes if o.number == 20).state == "not run"


def test_a_report_run_checks_new_pages_alone_and_remembers_them(copy, monkeypatch):
    monkeypatch.setattr(gate_browser, "chromium", lambda: None)
    (copy / ".yigai" / "gate.json").unlink(missing_ok=True)
    first = gate.new_pages(copy)
    assert first.ok and "not run: 1, 8, 9, 16, 19 (" in first.brief
    assert "not run: 15, 20 (`yigai gate` does this on the finished site)" in first.brief
    assert gate.new_pages(copy) is None
    path = copy / PAGE
    sound = path.read_text("utf-8")
    path.write_text(sound.replace("</main>", "<p>NaN</p></main>"), "utf-8")
    for _ in range(2):  # what failed is looked at again until it is mended
        broken = gate.new_pages(copy)
        assert not broken.ok and {o.pages for o in broken.outcomes if o.state == "failed"} == {1}
        assert f"{PAGE}: 'NaN'" in str(broken) and (copy / ".yigai" / "gate.failed").exists()
    path.write_text(sound, "utf-8")
    assert (
        gate.new_pages(copy).ok
        and gate.new_pages(copy) is None
        and not (copy / ".yigai" / "gate.failed").exists()
    )


def test_links_and_titles_of_pages_that_are_not_checked_are_known(copy):
    path = copy / PAGE
    sound = path.read_text("utf-8")
    assert not list(gate.check_links(gate.Site(copy, only=frozenset({PAGE}))))
    path.write_text(sound.replace('href="../sources.html#', 'href="../sources.html#x'), "utf-8")
    assert any("no such anchor" in p for p in gate.check_links(gate.Site(copy, only=frozenset({PAGE}))))
    other = re.search(r"<title>[^<]*</title>", (copy / "140000/index.html").read_text("utf-8")).group()
    path.write_text(re.sub(r"<title>[^<]*</title>", other, sound), "utf-8")
    assert any(
        "also on 140000/index.html" in p
        for p in gate.check_structure(gate.Site(copy, only=frozenset({PAGE})))
    )


def test_an_element_that_no_browser_knows_is_seen(copy):
    path = copy / PAGE
    path.write_text(path.read_text("utf-8").replace("<text ", "<text3 ", 1), "utf-8")
    assert [f"{PAGE}: <text3> is no element; a browser shows nothing of it"] == list(
        gate.check_structure(gate.Site(copy, only=frozenset({PAGE})))
    )


def test_one_language_alone_is_no_fault(copy):
    for page in copy.rglob("*.en.html"):
        if page.parent != copy and not page.name.startswith("index"):
            page.unlink()
    zh = {name for name in scan.names(copy) if not name.endswith(".en.html")}
    assert not gate.run(copy, browser=False, only=zh).ok
    result = gate.run(copy, browser=False, only=zh, languages=("zh",))
    assert result.ok, str(result)


def test_the_command_ends_with_five_and_names_page_and_check(copy, monkeypatch, capsys):
    monkeypatch.setattr(gate_browser, "chromium", lambda: None)
    monkeypatch.setattr(again, "render", lambda *_: "not here")
    (copy / PAGE).write_text(
        (copy / PAGE)
        .read_text("utf-8")
        .replace("<figcaption>", "<figcaption hidden>")
        .replace("</h1>", "</h1><h1>x</h1>"),
        "utf-8",
    )
    assert cli.main(["gate", "--out", str(copy)]) == cli.GATE_FAILED
    out = capsys.readouterr().out
    assert (
        " 5 titles, headings, landmarks: failed" in out
        and f"{PAGE}: 2 h1" in out
        and "15 rendered twice, identical bytes: not run" in out
    )


def test_a_page_that_is_no_longer_current_is_not_rendered_twice(copy, tmp_path):
    (copy / ".yigai" / "state.json").unlink()
    assert again.render(copy, tmp_path) == "the folder holds no record of a run"
