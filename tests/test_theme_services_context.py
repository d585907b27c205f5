"""Services in context: every province, medians, the cut of 2020, the yearbook where it has the province."""

import csv
import statistics

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
    assert list(zh) == ["data", "position", "change", "effort", "beddays", "yearbook", "missing"]
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
    assert sides == {"above", "below", "level with"}, "the median province prints as the median"


def test_nothing_is_ranked(processed):
    for code in ("140000", "530000"):
        for finding in both("19_services_context", code)[0].values():
            assert not any(f["style"] == "rank" for f in finding["facts"].values())


def raw(name: str, indicator: str) -> dict[tuple[str, int], float]:
    with (paths.raw() / "panel" / name).open(encoding="utf-8-sig") as file:
        return {
            (r["region_code"], int(r["year"])): float(r["value"])
            * {"亿元": 1e8, "万人": 1e4}.get(r["unit"], 1)
            for r in csv.DictReader(file)
            if r["indicator_zh"].startswith(indicator)
        }


def test_the_gap_in_yuan_is_the_distance_to_the_median_share_of_the_gathered_files(series, book):
    c = theme.load("140000", series, book)
    health = raw("province_nbs2.csv", "地方财政医疗卫生支出")
    budget = raw("province_nbs.csv", "地方一般公共预算支出")
    codes = [r.code for r in catalog.provinces()]
    shares = {code: health[code, 2023] / budget[code, 2023] for code in codes}
    rows = theme.effort_rows(c, "zh")
    finding = theme.effort(c, rows, charts.trends(rows, region_name="x", lang="zh"))
    gap = next(f for f in finding.headline.facts if f.style == "money")
    expected = abs(shares["140000"] - statistics.median(shares.values())) * budget["140000", 2023]
    assert gap.value == pytest.approx(expected) and "below" in finding.headline.text("en")
    assert rows["year"].min() == 2007 and not rows["value"].isna().any()


def test_shares_of_two_scopes_are_never_joined(series, book):
    c = theme.load("140000", series, book)
    assert c.series.year_of(theme.SCOPE - 1).get(theme.SHARE) is None, (
        "the joined series starts with the new scope"
    )
    before = theme._shares(c).xs(theme.SCOPE - 1, level="year")
    assert len(before) == 31, (
        "the mutation: the older shares are held, and only the chart with its break shows them"
    )


def test_bed_days_are_stay_times_admissions_and_only_where_admissions_are_held(series, book):
    c = theme.load("340000", series, book)
    finding = theme.beddays(c, charts.bars(theme.stay_rows(c, "zh"), lang="zh"))
    said = {s.id: s for s in finding.sentences}
    admissions, *_, beds, span = said["held"].facts
    _, apart = theme._peers_stay(c, 2019)
    assert (
        beds.value == pytest.approx(apart.value * admissions.value / 365)
        and span.low < beds.value < span.high
    )
    other = theme.load("140000", series, book)
    without = theme.beddays(other, charts.bars(theme.stay_rows(other, "zh"), lang="zh"))
    assert [s.id for s in without.sentences] == ["typical"], "no admissions are held, so none are multiplied"
    beds = next(f for f in without.sentences[0].facts if f.unit == "张")
    assert beds.value == pytest.approx(theme._peers_stay(other, 2023)[1].value * 10_000 / 365)
