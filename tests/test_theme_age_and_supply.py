"""Age and supply: slopes over cities and inside provinces, residuals and partial slopes, recomputed with the standard library."""

import csv
import math
import statistics
from collections import defaultdict

import pytest

from analysis import paths
from analysis.themes import age_and_supply as theme
from theme_pages import both, text, with_page

NOTEBOOK = "09_age_and_supply"


@pytest.fixture(scope="module")
def rows(processed):
    return theme.read()


@pytest.fixture(scope="module")
def view(rows):
    cities = theme.compared(rows)
    lines = {key: theme.line(cities, key) for key in theme.SUPPLY}
    return lambda code: theme.load(code, rows, theme.read_provinces(), lines)


@pytest.fixture(scope="module")
def raw() -> dict[str, tuple[float, float]]:
    """Share over 65 and hospital beds per 1,000 residents in 2020, by city, from the gathered files."""
    old, book = {}, defaultdict(dict)
    with (paths.raw() / "panel" / "city_census_2010_2020.csv").open(encoding="utf-8-sig") as file:
        for r in csv.DictReader(file):
            if r["year"] == "2020" and "65" in r["indicator_zh"]:
                old[r["region_code"]] = float(r["value"])
    with (paths.raw() / "panel" / "city_yearbook_all.csv").open(encoding="utf-8-sig") as file:
        for r in csv.DictReader(file):
            if r["year"] == "2020":
                book[r["region_code"]][r["indicator_zh"]] = float(r["value"]) * (
                    1e4 if r["unit"] == "万人" else 1
                )
    return {
        c: (share, book[c]["医院床位数"] / book[c]["常住人口"] * 1000)
        for c, share in old.items()
        if {"医院床位数", "常住人口"} <= set(book[c])
    }


def least_squares(points: list[tuple[float, float]]) -> float:
    return statistics.linear_regression(*zip(*points, strict=True)).slope


def test_slopes_over_cities_and_inside_provinces_are_those_of_the_gathered_files(view, raw):
    page = view("000000")
    found, codes = page.lines[theme.BEDS], list(page.cities.index)
    assert len(codes) > 270 and math.isclose(
        found.slope, least_squares([raw[c] for c in codes]), rel_tol=1e-6
    )
    groups = defaultdict(list)
    for c in codes:
        groups[c[:2]].append(raw[c])
    centred = [
        (x - statistics.fmean(p[0] for p in part), y - statistics.fmean(p[1] for p in part))
        for part in groups.values()
        for x, y in part
    ]
    assert math.isclose(found.within, least_squares(centred), rel_tol=1e-5)
    assert found.slopes[0] < found.slope < found.slopes[1]


def test_the_headline_follows_the_ranges_and_not_the_slopes(view):
    low, high = view("000000").lines[theme.BEDS].withins
    assert low < 0 < high and theme._kind(view("000000").lines[theme.BEDS]) == "neither"
    firm = theme.Line(
        0, 1, (0.5, 1.5), 0.2, (0.1, 0.3)
    )  # the mutation: a range without zero is another answer
    assert theme._kind(firm) == "more"
    assert theme._kind(view("000000").lines[theme.DOCTORS]) == "fewer"


def test_a_provinces_residual_is_the_median_of_its_cities(view, raw):
    page, found = view("320000"), view("320000").lines[theme.BEDS]
    own = [raw[c][1] / (found.intercept + found.slope * raw[c][0]) - 1 for c in page.own.index]
    assert len(own) == 13
    assert math.isclose(page.by_province(theme.BEDS)["320000"], statistics.median(own) * 100, rel_tol=1e-6)


def test_given_income_is_what_a_regression_on_both_gives(view):
    np = pytest.importorskip("numpy")
    page = view("000000")
    t = theme._year(page.provinces, 2023)
    x = np.column_stack([np.ones(len(t)), t[theme.SHARE], t["income"]])
    expected = np.linalg.lstsq(x, t["beds"].to_numpy(), rcond=None)[0][1]
    table = theme.partial(page.provinces).set_index(["indicator", "year"])
    row = table.loc[("beds", 2023)]
    assert math.isclose(row["given"], expected, rel_tol=1e-6) and row["low"] < row["given"] < row["high"]


@pytest.mark.parametrize("code", ["320000", "110000"])
def test_the_page_says_what_it_found(processed, code):
    zh, en = both(NOTEBOOK, code, briefed=3)
    assert list(zh) == ["data", "cities", "residuals", "provinces", "life", "missing"]
    assert (zh["life"]["kind"] == "figure") == (code == "320000"), (
        "thirteen cities of one province and no others"
    )
    assert ("of its cities" in text(en["life"]["headline"])) == (code != "320000")
    assert zh["cities"]["comparison"] == zh["data"]["comparison"] == (code == "110000"), (
        "a municipality has no rows of its own in what was read, and says so"
    )


def test_the_nation_and_every_province_have_a_page(processed):
    assert len(with_page(theme.coverage())) == 32
