"""Cities with schemes: growth, permutation and rounding recomputed with the standard library; a planted path is seen, a poor fit said."""

import csv
import math
import statistics
from dataclasses import replace

import pytest

from analysis import catalog, paths
from analysis.methods import effects
from analysis.themes import city_schemes as theme
from theme_pages import both, text

NOTEBOOK = "32_city_schemes"
ZHENJIANG = "321100"


@pytest.fixture(scope="module")
def schemes(processed):
    return theme.load(ZHENJIANG)


@pytest.fixture(scope="module")
def raw() -> dict[tuple[str, int], float]:
    with (paths.raw() / "panel" / "city_yearbook_all.csv").open(encoding="utf-8-sig") as file:
        return {
            (r["region_code"], int(r["year"])): float(r["value"])
            for r in csv.DictReader(file)
            if r["indicator_zh"] == "执业(助理)医师数"
        }


def change(raw, code: str) -> float:
    last = max(y for _, y in raw)
    a, m, z = (raw[code, y] for y in (theme.BEFORE, theme.START, last))
    return math.log(z / m) / (last - theme.START) * 100 - math.log(m / a) / (theme.START - theme.BEFORE) * 100


def planted(schemes, factor: float):
    """The same cities with this city's last count multiplied."""
    rows = schemes.rows.copy()
    own = (rows["region_code"] == ZHENJIANG) & (rows["year"] == schemes.last)
    rows.loc[own, "value"] *= factor
    return replace(schemes, rows=rows)


def test_the_change_of_a_city_and_its_place_among_all(schemes, raw):
    table = theme.changes(schemes)
    assert math.isclose(table.at[ZHENJIANG, "change"], change(raw, ZHENJIANG))
    every = {c: change(raw, c) for c in table.index}
    middle = statistics.median(every.values())
    own = abs(every[ZHENJIANG] - middle)
    expected = sum(abs(v - middle) >= own for v in every.values()) / len(every)
    assert math.isclose(theme.placed(table, ZHENJIANG)["p"], expected)
    assert not {"320200", "320700", "321300"} & set(table.index), (
        "other cities with schemes are no comparison"
    )


def test_a_path_that_differs_is_seen_only_beyond_what_the_page_says(schemes):
    at = theme.placed(theme.changes(schemes), ZHENJIANG)
    years = schemes.last - theme.START
    small = planted(schemes, math.exp((at["seen"] - at["apart"]) * years / 100 * 0.9))
    large = planted(schemes, math.exp((at["seen"] - at["apart"]) * years / 100 * 1.6))
    assert theme.placed(theme.changes(small), ZHENJIANG)["p"] > 1 - theme.SEEN
    found = theme.path(large, None)
    assert theme.placed(theme.changes(large), ZHENJIANG)["p"] <= 1 - theme.SEEN
    assert "变化少见" in found.headline.text("zh"), "the mutation: a planted path turns the headline"


def test_cities_whose_counts_jump_are_left_out_and_shown(schemes):
    plain, every = theme.changes(schemes), theme.changes(schemes, jumps=True)
    assert not schemes.jumped & (set(plain.index) - {ZHENJIANG}) and len(every) > len(plain) + 50


def test_rounding_decides_no_place_that_is_not_said(schemes, raw):
    said = {f.label[1]: f for f in theme.rounding(schemes).facts().values()}
    held = next(f for label, f in said.items() if "within rounding" in label)
    home = [c.code for c in catalog.cities_of("320000")]

    def bounds(code: str) -> tuple[float, float]:
        half = 50 if code != "321000" and raw[code, theme.ROUNDED] % 100 == 0 else 0.5
        end, base = raw[code, theme.START], raw[code, theme.ROUNDED]
        return end / (base + half), end / (base - half)

    low, high = bounds(ZHENJIANG)
    best = 1 + sum(bounds(c)[0] > high for c in home if c != ZHENJIANG)
    worst = 1 + sum(bounds(c)[1] > low for c in home if c != ZHENJIANG)
    assert (held.low, held.high) == (best, worst)


def test_a_poor_fit_before_the_start_is_said(processed):
    said = {}
    for code in (ZHENJIANG, "320200"):
        schemes = theme.load(code)
        found = effects.synthetic_control(theme.donors(schemes), treated=code, start=theme.START)
        headline = theme.synthetic(schemes, lambda *_, held=found, **__: held).headline.text("en")
        said[code] = "no yardstick" in headline
        assert said[code] == (found.rmse > theme.MISFIT)
    assert said == {ZHENJIANG: True, "320200": False}, "one of each kind is held"


@pytest.mark.parametrize("code", [ZHENJIANG, "320200"])
def test_the_page(processed, code):
    zh, en = both(NOTEBOOK, code, briefed=2)
    assert list(zh) == ["data", "path", "rounding", "synthetic", "missing"]
    ids = {s["id"] for s in zh["path"]["sentences"]}
    assert any("recruits" in i for i in ids) == (code == ZHENJIANG), "only where the document counts recruits"
    assert "could have been seen" in text(en["path"]["sentences"][1]["segments"])


def test_only_cities_of_the_document_have_a_page(processed):
    assert set(theme.coverage()) == {"321100", "320200", "320700", "321300"}
