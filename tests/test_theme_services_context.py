"""Services in context: every province, medians, the cut of 2020, the yearbook where it has the province."""

import pytest

from analysis import catalog, charts, paths
from analysis.themes import services_context as theme
from theme_pages import both, with_page

pytestmark = pytest.mark.skipif(
    not (paths.processed() / "observations.parquet").is_file(), reason="the tables are not built: make data"
)


@pytest.fixture(scope="module")
def series(processed):
    return theme.read()


@pytest.fixture(scope="module")
def book(processed):
    return theme.read_yearbook()


def test_every_province_has_a_page():
    assert with_page(theme.coverage()) == sorted(r.code for r in catalog.provinces())


@pytest.mark.parametrize("code", ["140000", "310000", "530000"])
def test_page(processed, code):
    zh, _ = both("19_services_context", code)
    assert list(zh) == ["data", "position", "change", "yearbook", "missing"]
    assert (zh["yearbook"]["kind"] == "states") == (code == "140000")
    assert any(s["id"] == "odd" for s in zh["change"]["sentences"]) == (code == "310000")


def test_all_provinces_load_and_say_where_they_stand(series, book):
    for region in catalog.provinces():
        c = theme.load(region.code, series, book)
        for lang in ("zh", "en"):
            assert region.short(lang) in theme.position(
                c, charts.spine(theme.spine_rows(c, lang), region=c.code, lang=lang)
            ).headline.text(lang)
        rows = theme.trend_rows(c, "zh")
        assert theme.change(c, rows, charts.trends(rows, region_name="x", lang="zh")).headline.text("zh")
        assert theme.book_rows(c, "zh").empty == (region.code not in set(book["region_code"]))


def test_the_yearbook_has_ten_provinces_to_its_end(book):
    assert book["region_code"].nunique() == 10 and "130000" not in set(book["region_code"]), (
        "a series that stops early is left out"
    )


def test_spending_follows_from_its_parts(series):
    c = theme.load("140000", series, theme.read_yearbook())
    fact = c.fact(theme.PER_HEAD, c.year)
    assert fact.value == pytest.approx(fact.inputs[0].value / fact.inputs[1].value)
    assert series.values.groupby(["indicator", "year"])["region_code"].nunique().eq(31).all()


def test_more_and_fewer_are_told_at_the_printed_precision(series, book):
    sides = {theme._against(theme.load(r.code, series, book), theme.STAY)[1] for r in catalog.provinces()}
    assert sides == {"above the median", "below the median", "level with the median"}, (
        "the median province prints as the median"
    )


def test_nothing_is_ranked(processed):
    for code in ("140000", "530000"):
        for finding in both("19_services_context", code)[0].values():
            assert not any(f["style"] == "rank" for f in finding["facts"].values())
